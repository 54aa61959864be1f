"""Ledger rows as Parquet: text columns as dictionaries, zstd, the same bytes for the same rows under one version of
pyarrow."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..core.ledger import RESULT_COLUMNS
from ..core.problems import InventoryError, problem

# co2e_t is mass_t * gwp to the last bit, so the factor is kept instead
STORED = tuple("gwp" if c == "co2e_t" else c for c in RESULT_COLUMNS)
COLUMNS = ("edition", "run", *STORED)
NUMBERS = {"mass_t": "float64", "gwp": "float64", "year": "int16"}
ROW_GROUP = 1_000_000


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise InventoryError([problem("store.no_library", library="pyarrow", part="cluster")]) from error
    return pyarrow, pyarrow.parquet


def schema() -> Any:
    """The Arrow schema of a part: dictionaries of text, float64 tonnes, int16 years."""
    pa, _ = _arrow()
    return pa.schema(
        [(c, getattr(pa, NUMBERS[c])() if c in NUMBERS else pa.dictionary(pa.int32(), pa.string())) for c in COLUMNS]
    )


def table_of(records: Iterable[Sequence[Any]], gwps: Mapping[str, float], edition: str, run: str) -> Any:
    """An Arrow table from rows in the order of `RESULT_COLUMNS`, all under the GWP values `gwps` (t CO2e per t of
    gas)."""
    pa, _ = _arrow()
    gas, amount = RESULT_COLUMNS.index("gas"), RESULT_COLUMNS.index("co2e_t")
    rows = [(*r[:amount], gwps[r[gas]], *r[amount + 1 :]) for r in records]
    columns = list(zip(*rows, strict=True)) if rows else [() for _ in STORED]
    arrays = [pa.array([value] * len(rows), pa.string()).dictionary_encode() for value in (edition, run)]
    for name, values in zip(STORED, columns, strict=True):
        if name in NUMBERS:
            arrays.append(pa.array(values, getattr(pa, NUMBERS[name])()))
        else:
            arrays.append(pa.array([str(v) for v in values], pa.string()).dictionary_encode())
    return pa.Table.from_arrays(arrays, schema=schema())


def joined(tables: Sequence[Any]) -> Any:
    """Tables behind one another as one, with one dictionary a column."""
    pa, _ = _arrow()
    return pa.concat_tables(tables).unify_dictionaries().combine_chunks() if tables else schema().empty_table()


def encode(table: Any) -> bytes:
    """The bytes of a part. A dictionary of tonnes, which hardly repeat, would only be in the way: an eighth of a real
    ledger's bytes."""
    _, parquet = _arrow()
    out = io.BytesIO()
    parquet.write_table(
        table,
        out,
        compression="zstd",
        compression_level=3,
        row_group_size=ROW_GROUP,
        store_schema=False,
        use_dictionary=[c for c in COLUMNS if c != "mass_t"],
    )
    return out.getvalue()
