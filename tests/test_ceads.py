"""CEADs' layout: what is placed and what is not add up to the ledger; energy goes out and comes back as activity
data."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
from typer.testing import CliRunner

import inventory
from inventory.app.export import ExportRequest, export
from inventory.cli.app import app
from inventory.core.problems import InventoryError
from inventory.exports import ceads


@pytest.fixture(scope="module")
def jiangsu() -> inventory.Ledger:
    return inventory.compile("examples/jiangsu")


def test_the_layout_has_47_sectors_and_17_fuels_each_thing_once() -> None:
    layout = ceads.layout()
    assert (len(layout.sectors), len(layout.fuels)) == (47, 17)
    rows = [r for s in (*layout.sectors, *layout.rest) for r in s.rows]
    columns = [c for f in layout.fuels for c in f.columns]
    assert len(rows) == len(set(rows)) and len(columns) == len(set(columns))


def test_every_tonne_is_placed_or_listed(jiangsu: inventory.Ledger) -> None:
    co2, _, rest = ceads.tables(jiangsu)
    for year in jiangsu.years:
        placed = math.fsum(v for (_, y, _, f), v in co2.items() if y == year and f != ceads.PROCESS)
        listed = math.fsum(v for _, y, _, _, v in rest if y == year)
        whole = math.fsum(x.mass_t for x in jiangsu.select(category="1.1", gas="CO2", year=year))
        assert placed + listed == pytest.approx(whole, rel=1e-12)
        process = math.fsum(v for (_, y, _, f), v in co2.items() if y == year and f == ceads.PROCESS)
        assert process == pytest.approx(jiangsu.mass_t(category="2.1", gas="CO2", year=year), rel=1e-12)


def test_a_cell_by_hand(jiangsu: inventory.Ledger) -> None:
    """Diesel of farming stands alone in its cell: the figure printed, less what is used on the road."""
    co2, energy, _ = ceads.tables(jiangsu)
    farming = ceads.layout().sectors[0].name
    data = [d for d in jiangsu.data if d.year == 2010 and any(t.label == "农林牧渔水利业·柴油" for t in d.terms)]
    amount = math.fsum(t.amount for d in data for t in d.terms if t.label == "农林牧渔水利业·柴油")
    assert energy["江苏", 2010, farming, "Diesel Oil"] == pytest.approx(amount, rel=1e-12)
    assert ("江苏", 2010, "Textile Industry", "Raw Coal") not in co2  # not divided: empty, not 0


def test_energy_out_and_in_keeps_every_fuel(jiangsu: inventory.Ledger, tmp_path: Path) -> None:
    files = export(ExportRequest(jiangsu, tmp_path / "江苏.csv", "ceads")).files
    assert [f.name for f in files] == ["江苏.csv", "江苏_energy.csv", "江苏_unplaced.csv"]
    with files[0].open(encoding="utf-8", newline="") as f:
        rows = [r for r in csv.DictReader(f) if r["year"] == "2005"]
    assert [r["sector"] for r in rows[:47]] == [s.name for s in ceads.layout().sectors]
    folder = tmp_path / "读入"
    folder.mkdir()
    _, energy, _ = ceads.tables(jiangsu)
    for (
        year
    ) in jiangsu.years:  # each year by itself: an empty cell of one year beside a figure of the other is asked for
        rows_in = [r for r in ceads.read_energy(files[1]) if str(r[1]) == str(year)]
        back = inventory.compile(ceads.write_activity(rows_in, folder / "能源.csv"))
        for fuel in ceads.layout().fuels:
            out = math.fsum(v for (_, y, _, f), v in energy.items() if y == year and f == fuel.name)
            mine = math.fsum(d.value for d in back.data if d.keys.get("fuel") == fuel.fuel)
            assert mine == pytest.approx(out, rel=1e-9, abs=1e-9), fuel.name


def test_command_reads_it_in(jiangsu: inventory.Ledger, tmp_path: Path) -> None:
    files = export(ExportRequest(jiangsu, tmp_path / "a.csv", "ceads")).files
    done = CliRunner().invoke(app, ["import", str(files[1]), "-o", str(tmp_path / "能源.csv")])
    assert done.exit_code == 0, done.output
    with (tmp_path / "能源.csv").open(encoding="utf-8-sig", newline="") as f:
        assert next(csv.reader(f)) == list(ceads.LONG)
    assert "凭记忆列出" in done.output
    done = CliRunner().invoke(app, ["import", str(files[0]), "-o", str(tmp_path / "x.csv")])
    assert done.exit_code != 0 and "CEADs" in done.output


def test_faults_are_all_named(tmp_path: Path) -> None:
    table = tmp_path / "x.csv"
    table.write_text("region,year,sector,Raw Coal (万吨)\n江苏,2005,Weaving,1\n江苏,2005,Urban,abc\n", "utf-8")
    with pytest.raises(InventoryError) as caught:
        ceads.read_energy(table)
    assert [p.code for p in caught.value.problems] == ["export.ceads_sector", "export.number"]
    table.write_text("region,year,sector,Raw Coal (kg)\n江苏,2005,Urban,1\n", "utf-8")
    with pytest.raises(InventoryError) as caught:
        ceads.read_energy(table)
    assert [p.code for p in caught.value.problems] == ["export.not_ceads"]


def test_every_row_says_that_the_layout_is_recalled(jiangsu: inventory.Ledger, tmp_path: Path) -> None:
    result = export(ExportRequest(jiangsu, tmp_path / "江苏.csv", "ceads"))
    assert [r.code for r in result.remarks] == ["export.ceads_recalled"]
    for file in result.files:
        with file.open(encoding="utf-8", newline="") as f:
            assert {r[ceads.LAYOUT] for r in csv.DictReader(f)} == {ceads.STANDING}, file.name
    assert "表式未核实" in str(ceads.read_energy(result.files[1])[0])
    done = CliRunner().invoke(
        app, ["export", "examples/jiangsu", "-o", str(tmp_path / "b.csv"), "--to", "ceads", "--lang", "en"]
    )
    assert done.exit_code == 0 and "written down from memory" in done.output
