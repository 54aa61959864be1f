"""Batch runs: the same files for any number of processes, faulty regions beside sound ones."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inventory import api
from inventory.batch import BatchRequest, BatchResult, run_batch
from inventory.batch.units import units_of
from inventory.cli.app import app
from inventory.core.problems import InventoryError
from inventory.edition import load

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bench"))
from bench_levels import HEADINGS, counties  # noqa: E402

HEAD = ",".join(HEADINGS) + "\n"
BAD = HEAD + "县9000,2010,5.1.1,,msw_generated,5,万吨,年鉴,,,示例\n"


def run(folder: Path, output: Path, progress=None, **more) -> BatchResult:
    return run_batch(BatchRequest(str(folder), str(output), **more), progress)


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "in"
    place.mkdir()
    counties(place, 5)
    return place


def results(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted(folder.iterdir())}


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as f:
        return list(csv.DictReader(f))


def test_the_order_in_which_tasks_end_does_not_show(folder, tmp_path, monkeypatch):
    from inventory.batch import run as module

    run(folder, tmp_path / "a", workers=1, chunk=1)
    forward = module.run_tasks
    monkeypatch.setattr(module, "run_tasks", lambda tasks, *rest: (r for r in reversed(list(forward(tasks, *rest)))))
    run(folder, tmp_path / "b", workers=1, chunk=1)
    assert results(tmp_path / "a") == results(tmp_path / "b")


@pytest.mark.slow
def test_the_same_files_for_any_number_of_processes(folder, tmp_path):
    for n in (1, 2, 4):
        seen = []
        made = run(folder, tmp_path / f"out{n}", workers=n, chunk=2, progress=lambda *done, to=seen: to.append(done))
        assert made.region_years == 50 and made.regions == 5 and made.failed == {}
        assert len(seen) == 3 and seen == sorted(seen) and seen[-1] == (5, 5)
        assert n > 1 or seen == [(2, 5), (4, 5), (5, 5)]
    assert results(tmp_path / "out1") == results(tmp_path / "out2") == results(tmp_path / "out4")


def test_figures_are_those_of_a_single_compilation(folder, tmp_path):
    run(folder, tmp_path / "out", workers=1)
    ledger = api.compile([folder / "县0003.csv", folder / "regions.csv"])
    mine = [r for r in rows(tmp_path / "out", "results") if r["region"] == "县0003"]
    assert [float(r["mass_t"]) for r in mine] == [x.mass_t for x in ledger.lines]
    total = next(r for r in rows(tmp_path / "out", "summary") if (r["region"], r["year"]) == ("县0003", "2010"))
    assert float(total["total_co2e_t"]) == pytest.approx(ledger.co2e(year=2010), rel=1e-12)


def test_chunks_do_not_change_a_figure(folder, tmp_path):
    run(folder, tmp_path / "a", workers=1)
    run(folder, tmp_path / "b", workers=1, chunk=1)
    assert results(tmp_path / "a") == results(tmp_path / "b")


def test_one_bad_region_does_not_stop_the_others(folder, tmp_path):
    with (folder / "regions.csv").open("a", encoding="utf-8") as f:
        f.write(",县9000,区县,江苏\n,县9001,区县,江苏\n")
    # computes nothing: composition is lacking
    (folder / "县9000.csv").write_text(BAD, "utf-8")
    # cannot be read
    (folder / "县9001.csv").write_text(HEAD + "县9001,2010,2.2,,lime_production,很多,万吨,年鉴,,,示例\n", "utf-8")
    (folder / "坏.csv").write_bytes(b"PK\x03\x04 no table")
    result = run(folder, tmp_path / "out", workers=1)
    assert sorted(result.failed) == ["县9000.csv", "县9001.csv", "坏.csv"] and result.region_years == 50
    told = {r["unit"]: r for r in rows(tmp_path / "out", "problems") if r["severity"] == "error"}
    assert set(told) == {"坏.csv", "县9000.csv", "县9001.csv"} and all(r["message"] for r in told.values())
    assert not any(r["region"] in ("县9000", "县9001") for r in rows(tmp_path / "out", "results"))


def test_years_factors_for_all_and_sub_folders(folder, tmp_path):
    parameter = next(f.parameter for f in load("prov2011").by_id.values() if f.parameter.startswith("lime"))
    (folder / "factors.csv").write_text(
        f"parameter,keys,gas,value,unit,source,kind\n{parameter},,CO2,0.5,t CO2/t,检测,实测\n", "utf-8"
    )
    inside = folder / "县0001"
    inside.mkdir()
    (folder / "县0001.csv").rename(inside / "data.csv")
    units, shared = units_of(folder)
    assert [u.name for u in units] == ["县0000.csv", "县0001", "县0002.csv", "县0003.csv", "县0004.csv"] and [
        p.name for p in shared
    ] == ["factors.csv"]
    result = run(folder, tmp_path / "out", workers=1, years=(2010, 2012))
    assert result.failed == {} and result.region_years == 10
    lime = [r for r in rows(tmp_path / "out", "results") if r["category"] == "2.2"]
    assert {r["year"] for r in lime} == {"2010", "2012"} and len({r["region"] for r in lime}) == 5
    assert all("measured" in r["flags"] for r in lime)


def test_files_of_one_region_belong_together_and_repeats_are_left_out(folder, tmp_path):
    rice = "3.1,season=双季早稻,rice_area,1,万公顷,年鉴,,,示例"
    years = sorted({r["year"] for r in csv.DictReader((folder / "县0002.csv").open(encoding="utf-8-sig"))})
    (folder / "农业.csv").write_text(
        HEAD + "".join(f"{county},{y},{rice}\n" for county in ("县0002", "县0004") for y in years), "utf-8"
    )
    units, _ = units_of(folder)
    assert [p.name for p in next(u for u in units if len(u.paths) > 1).paths] == [
        "农业.csv",
        "县0002.csv",
        "县0004.csv",
    ]
    again = folder / "重复"
    again.mkdir()
    (again / "x.csv").write_text(HEAD + "县0000,2005,2.2,,lime_production,3,万吨,年鉴,,,示例\n", "utf-8")
    result = run(folder, tmp_path / "out", workers=1)
    assert list(result.failed) == ["重复"] and "县0000" in result.failed["重复"] and result.region_years == 50
    lines = [(r["region"], r["year"], r["category"], r["item"], r["gas"]) for r in rows(tmp_path / "out", "results")]
    assert len(lines) == len(set(lines))


def test_nothing_to_compile_and_faults_for_all(folder, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InventoryError) as error:
        run(empty, tmp_path / "out")
    assert [p.code for p in error.value.problems] == ["levels.region_not_in_data"]
    (folder / "factors.csv").write_text(
        "parameter,keys,gas,value,unit,source,kind\nlime_ef,,CO2,多,t CO2/t,检测,实测\n", "utf-8"
    )
    with pytest.raises(InventoryError):
        run(folder, tmp_path / "out")
    (folder / "factors.csv").unlink()
    with pytest.raises(InventoryError):
        run(folder, tmp_path / "out", gwp="AR99")
    assert not (tmp_path / "out" / "results.csv").exists()


def test_command_line(folder, tmp_path):
    made = CliRunner().invoke(
        app, ["batch", str(folder), "-o", str(tmp_path / "out"), "--workers", "1", "--year", "2010"]
    )
    assert made.exit_code == 0 and "5 个地区年" in made.output
    (folder / "坏.csv").write_text(BAD, "utf-8")
    assert (
        CliRunner()
        .invoke(app, ["batch", str(folder), "-o", str(tmp_path / "out"), "--workers", "1", "--lang", "en"])
        .exit_code
        == 1
    )
