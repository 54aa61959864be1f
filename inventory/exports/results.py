"""Results read back: the CSV or Parquet of a compilation, or a filed workbook, as a frame with the types it was
written with."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.ledger import RESULT_COLUMNS
from ..core.problems import Collector, InventoryError, Origin, problem
from ..explain import FileSource
from ..sheets.labels import LABEL_COLUMNS
from ..versions import gwp_of, is_filed, lines_of

if TYPE_CHECKING:
    import pandas as pd

NUMBERS = ("mass_t", "co2e_t")


def read_results(path: str | Path, account: str | None = None) -> pd.DataFrame:
    """The rows of `results.csv`, of a Parquet part, of a whole data set (its folder), or of a filed workbook (`.xlsx`:
    the figures as its cells stand now; tier and flags are not in it and come back empty), with the columns of
    `Ledger.to_frame`.

    account: total, memo, check, or None for all. Raises `InventoryError` for a file that is no table of results.
    """
    import pandas as pd

    place = Path(path)
    if place.is_dir():
        from ..store.dataset import Dataset
        from ..store.places import Folder

        dataset = Dataset(Folder(place))
        frames = [
            pd.read_parquet(io.BytesIO(dataset.read(r))) for r in dataset.receipts() if r.part.endswith(".parquet")
        ]
        if not frames:
            raise InventoryError([problem("store.no_run", Origin(str(place)))])
        frame = _with_equivalents(pd.concat(frames, ignore_index=True))
    elif place.suffix.lower() == ".parquet":
        frame = _with_equivalents(pd.read_parquet(place))
    elif is_filed(place):
        frame = pd.DataFrame.from_records(_filed(place), columns=RESULT_COLUMNS)
    else:
        frame = pd.read_csv(place, encoding="utf-8-sig", dtype=str, keep_default_na=False, encoding_errors="strict")
        frame = frame.drop(columns=[c for c in LABEL_COLUMNS if c in frame.columns])
    missing = [c for c in RESULT_COLUMNS if c not in frame.columns]
    if missing:
        raise InventoryError([problem("export.not_results", Origin(place.name), missing="、".join(missing))])
    frame = frame.astype(
        {
            **{c: "object" for c in frame.columns if c not in (*NUMBERS, "year")},
            **dict.fromkeys(NUMBERS, "float64"),
            "year": "int64",
        }
    )
    return frame if account is None else frame[frame.account == account].reset_index(drop=True)


def _filed(path: Path) -> Iterator[tuple[Any, ...]]:
    """The lines of a filed workbook, typed-over cells as they read now."""
    problems = Collector()
    source = FileSource(path)
    entries = lines_of(source, path, problems)
    problems.raise_errors()
    gwp_set = gwp_of(source)
    for e in entries:
        co2e = e.mass_t * e.gwp if e.gwp is not None else float("nan")
        yield (*(e.region, e.year, e.category, e.item, e.gas, e.mass_t, co2e, gwp_set), e.account, e.method, "", "")


def _with_equivalents(frame: pd.DataFrame) -> pd.DataFrame:
    """Parts keep the GWP of each row; its product with the mass is the CO2e that was computed."""
    return (
        frame.assign(co2e_t=frame.mass_t * frame.gwp)
        if "gwp" in frame.columns and "co2e_t" not in frame.columns
        else frame
    )
