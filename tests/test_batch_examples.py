"""Bulk paths stay inside the engine's rules: every example compiled in bulk gives what `compile` gives, to the last bit,
in both forms of the results, with any cutting; and no row of a real ledger takes much room."""

from __future__ import annotations

import csv
import io
import shutil
import struct
from pathlib import Path
from typing import Any

import pytest

import inventory
from inventory.batch import BatchRequest, BatchResult, run_batch
from inventory.core.ledger import RESULT_COLUMNS
from inventory.core.problems import InventoryError

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
PROVINCES = ("guangdong", "hunan", "jiangsu")  # projects of one province
BELOW = "levels"  # a province with its cities, districts and park, regions of its own

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("in")
    for name in PROVINCES:
        shutil.copytree(EXAMPLES / name, place / name)
    return place


@pytest.fixture(scope="module")
def ledgers() -> dict[str, inventory.Ledger]:
    return {name: inventory.compile(EXAMPLES / name) for name in PROVINCES}


def expected(ledger: inventory.Ledger) -> list[tuple[Any, ...]]:
    """The rows of `compile`, tonnes as their bits."""
    return [_bits((*r[:6], float(r[6]), *r[7:])) for r in ledger.records()]


def _bits(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return (*row[:5], struct.pack("<d", row[5]), struct.pack("<d", row[6]), *row[7:])


def _from_csv(out: Path) -> list[tuple[Any, ...]]:
    with (out / "results.csv").open(encoding="utf-8-sig", newline="") as f:
        rows = list(csv.DictReader(f))
    assert list(rows[0]) == list(RESULT_COLUMNS)
    return [
        _bits(
            (
                r["region"],
                int(r["year"]),
                *list(r.values())[2:5],
                float(r["mass_t"]),
                float(r["co2e_t"]),
                *list(r.values())[7:],
            )
        )
        for r in rows
    ]


def _from_parquet(out: Path) -> list[tuple[Any, ...]]:
    import pyarrow.parquet as pq

    from inventory.store.dataset import Dataset
    from inventory.store.places import Folder

    dataset, rows = Dataset(Folder(out)), []
    for receipt in dataset.receipts():
        for r in pq.read_table(io.BytesIO(dataset.read(receipt))).to_pylist():
            mass = r["mass_t"]
            line = {**r, "co2e_t": mass * r["gwp"]}
            rows.append(_bits(tuple(line[c] for c in RESULT_COLUMNS)))
    return rows


def run(folder: Path, out: Path, **more: Any) -> BatchResult:
    result = run_batch(BatchRequest(str(folder), str(out), **{"workers": 1, **more}))
    assert result.failed == {}
    return result


@pytest.mark.parametrize("chunk", [1, 40])
def test_every_example_in_bulk_gives_what_compile_gives(
    folder: Path, ledgers: dict[str, inventory.Ledger], tmp_path: Path, chunk: int
) -> None:
    wanted = [row for name in PROVINCES for row in expected(ledgers[name])]
    run(folder, tmp_path / "csv", chunk=chunk)
    assert _from_csv(tmp_path / "csv") == wanted
    pytest.importorskip("pyarrow")
    run(folder, tmp_path / "set", chunk=chunk, format="parquet")
    assert _from_parquet(tmp_path / "set") == wanted


@pytest.mark.parametrize("gwp", ["AR5", "SAR"])
def test_other_gwp_sets_too(folder: Path, tmp_path: Path, gwp: str) -> None:
    run(folder, tmp_path, gwp=gwp)
    wanted = [row for name in PROVINCES for row in expected(inventory.compile(EXAMPLES / name, gwp=gwp))]
    assert _from_csv(tmp_path) == wanted


def test_a_province_with_its_cities_and_a_park(tmp_path: Path) -> None:
    """Files for all regions, several regions in a file, regions that no table of ours knows."""
    source = tmp_path / "in"
    shutil.copytree(EXAMPLES / BELOW, source)
    result = run_batch(BatchRequest(str(source), str(tmp_path / "out"), workers=1))
    found: dict[str, list[tuple[Any, ...]]] = {}
    for row in _from_csv(tmp_path / "out"):
        found.setdefault(row[0], []).append(row)
    compared = 0
    for file in sorted(source.glob("*.csv")):
        if file.stem not in found:
            continue
        try:
            ledger = inventory.compile([file, source / "regions.csv"])
        except InventoryError:
            assert file.name in result.failed
            continue
        assert found[file.stem] == expected(ledger), file.stem
        compared += 1
    assert compared >= 14 and compared == result.regions


def test_sums_of_the_data_set_are_those_of_the_ledgers(
    folder: Path, ledgers: dict[str, inventory.Ledger], tmp_path: Path
) -> None:
    pytest.importorskip("duckdb")
    from inventory.app.query import QueryRequest, run_query

    run(folder, tmp_path, format="parquet")
    rows = run_query(QueryRequest(str(tmp_path), ("region", "year"))).rows
    assert len(rows) == 6
    for ledger in ledgers.values():
        for region, year, tonnes, lines in rows:
            if region in ledger.regions:
                mine = [x for x in ledger.lines if x.year == year and x.account == "total"]
                assert lines == len(mine)
                assert tonnes == pytest.approx(float(ledger.co2e(year=year)), abs=1e-6 * len(mine))


def test_bytes_of_a_row_of_a_real_ledger(folder: Path, tmp_path: Path) -> None:
    """Three provinces in one small part: doubles that hardly compress, and the heads of fourteen columns."""
    pytest.importorskip("pyarrow")
    from inventory.store.dataset import Dataset
    from inventory.store.places import Folder

    run(folder, tmp_path, format="parquet")
    (receipt,) = Dataset(Folder(tmp_path)).receipts()
    assert (tmp_path / receipt.part).stat().st_size / receipt.rows < 13.0
