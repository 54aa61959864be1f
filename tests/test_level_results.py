"""Results of many regions rolled up: cities to provinces, provinces to the nation, with checks of containment."""

from __future__ import annotations

import csv
import math
import random
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inventory.app.level_results import ResultsRollUpRequest, roll_up_results
from inventory.batch import BatchRequest, run_batch
from inventory.cli.app import app
from inventory.core.problems import Collector
from inventory.levels.project import read_levels
from inventory.levels.results import ResultLine, ResultsRollUp, roll_results
from inventory.levels.rollup import roll_up
from inventory.regions import Region, built_in, grown

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "levels"


def line(region: str, mass: float, category: str = "2.1", year: int = 2010, gwp: str = "guideline") -> ResultLine:
    return ResultLine(region, year, category, "CO2", gwp, mass, mass)


def cities(province: str) -> list[str]:
    return [r.name for r in built_in().children(province) if r.level != "园区"]


def codes(rollup: ResultsRollUp) -> dict[str, str]:
    return {p.code: p.text() for p in rollup.problems}


def test_333_cities_to_31_provinces_and_the_nation() -> None:
    """Provinces without a result of their own are the sum of their cities, to the last bit of fsum; the municipalities
    give their own."""
    tree, chance = built_in(), random.Random(7)
    lines, expected = [], {}
    for province in tree.children("全国"):
        below = [r.name for r in tree.children(province.name) if r.level == "地级市"]
        masses = [chance.lognormvariate(12, 2) for _ in below or (province.name,)]
        lines += [line(name, mass) for name, mass in zip(below or (province.name,), masses, strict=True)]
        expected[province.name] = math.fsum(masses)
    assert sum(tree[x.region].level == "地级市" for x in lines) == 333 and len(expected) == 31
    rollup = roll_results(lines, tree)
    nation = rollup.of("全国", 2010)
    assert nation is not None and nation.how == "rolled" and len(nation.used) == 31 and not nation.missing
    assert nation.parts["2.1", "CO2"][0] == math.fsum(expected.values())
    for province, mass in expected.items():
        one = rollup.of(province, 2010)
        assert one is None or one.parts["2.1", "CO2"][0] == mass  # None: a municipality has no parts with results
    assert not rollup.problems


def test_a_missing_city_leaves_province_and_nation_partial() -> None:
    rollup = roll_results([line(name, 10.0) for name in cities("江苏")[1:]], built_in())
    province, nation = rollup.of("江苏", 2010), rollup.of("全国", 2010)
    assert province is not None and province.how == "partial" and province.missing == ("南京",)
    assert nation is None  # a sum of some cities is nobody's figure


def test_parts_must_not_exceed_their_whole() -> None:
    """浙江 9 with two of eleven cities of 5: above already; with one of them: nothing to say."""
    rollup = roll_results([line("浙江", 9.0), line("杭州", 5.0), line("宁波", 5.0)], built_in())
    assert set(codes(rollup)) == {"results.exceeds"} and "浙江" in codes(rollup)["results.exceeds"]
    assert not roll_results([line("浙江", 9.0), line("杭州", 5.0)], built_in()).problems


def test_all_parts_are_compared_with_their_whole() -> None:
    below = [line(name, 10.0) for name in cities("江苏")]
    assert not roll_results([line("江苏", 130.0), *below], built_in()).problems
    assert not roll_results([line("江苏", 131.0), *below], built_in()).problems  # within one percent
    short = roll_results([line("江苏", 150.0), *below], built_in())
    assert set(codes(short)) == {"results.apart"}
    other = roll_results([line("江苏", 130.0), *below, line("南京", 1.0, "2.2")], built_in())
    assert set(codes(other)) == {"results.apart"} and "2.2" in codes(other)["results.apart"]
    one = short.of("江苏", 2010)
    assert one is not None and one.own_t == 150.0 and one.parts_t == 130.0


def test_a_region_inside_the_statistics_of_another_counts_once() -> None:
    """綦江区 counts 万盛经开区 in: the sum leaves 万盛 out and does not miss it."""
    added = [Region("綦江区", "500110", "区县", "重庆", attributes=(("includes", "万盛经开区"),))]
    tree = grown(built_in(), added, Collector())
    rollup = roll_results([line("綦江区", 8.0), line("万盛经开区", 3.0)], tree, "重庆")
    one = rollup.of("重庆", 2010)
    assert one is not None and one.parts_t == 8.0 and one.inside == ("万盛经开区",) and "万盛经开区" not in one.missing


def test_what_cannot_be_added_is_named() -> None:
    given = [line("南京", 1.0), line("南京", 2.0), line("某某市", 1.0), line("苏州", 1.0, gwp="AR5")]
    found = codes(roll_results(given, built_in()))
    assert set(found) == {"results.unknown", "results.twice", "results.gwp"} and "某某市" in found["results.unknown"]


@pytest.mark.parametrize("layout", ["csv", "parquet"])
def test_the_results_of_a_batch_roll_up_as_the_project_does(tmp_path: Path, layout: str) -> None:
    """The example's cities as a batch: province and sums are those of `rollup`, which reads the activity data."""
    if layout == "parquet":
        pytest.importorskip("duckdb")
        pytest.importorskip("pyarrow")
    folder, out = tmp_path / "输入", tmp_path / "结果"
    folder.mkdir()
    for name in ("江苏", *cities("江苏")):
        shutil.copy(EXAMPLE / f"{name}.csv", folder)
    run_batch(BatchRequest(str(folder), str(out), workers=1, format=layout, years=(2010,)))
    result = roll_up_results(ResultsRollUpRequest((str(out),), output=tmp_path / "逐行.csv"))
    one = result.rollup.of("江苏", 2010)
    assert one is not None and one.complete
    project = roll_up(read_levels([EXAMPLE]), "江苏")
    compared = {(c.category, c.gas): c for c in project.lines}
    own = [p for c in compared.values() for p, f in c.parts.items() if f.how == "inventory"]
    assert own
    for key, (mass, _) in one.parts.items():
        inventories = math.fsum(f.mass_t for f in compared[key].parts.values() if f.how == "inventory")
        assert mass == pytest.approx(inventories, rel=1e-9, abs=1e-5)  # a data set is exact to the gram
        assert one.own[key].mass_t == pytest.approx(compared[key].whole_t, rel=1e-9, abs=1e-5)
    with (tmp_path / "逐行.csv").open(encoding="utf-8-sig", newline="") as f:
        rows = [r for r in csv.DictReader(f) if r["region"] == "江苏"]
    assert math.fsum(float(r["parts_co2e_t"]) for r in rows) == pytest.approx(one.parts_t, rel=1e-12)
    for lang, word in (("zh", "下级合计"), ("en", "its parts")):
        answer = CliRunner().invoke(app, ["levels", "results", str(out), "--lang", lang])
        assert answer.exit_code == 0 and word in answer.output, answer.output


def test_a_file_that_holds_no_results_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    answer = CliRunner().invoke(app, ["levels", "results", str(path)])
    assert answer.exit_code == 1 and "不是结果文件" in answer.output
