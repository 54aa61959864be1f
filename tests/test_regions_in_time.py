"""Parks across districts, three levels, mergers with a restated base year, statistics that include another region."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_levels_faults import HEAD, assessed, fuels, gdp, project, rollup_project, row

from inventory.core.activity import Datum
from inventory.core.problems import Collector
from inventory.levels.allocation import parts_of
from inventory.levels.perimeter import one_perimeter
from inventory.levels.present import text
from inventory.levels.project import read_levels
from inventory.levels.rollup import Rollup, roll_up

REGIONS = "code,name,level,parent,attributes,valid_from,valid_to,successors\n"
COUNTIES = REGIONS + ",甲县,区县,南京,,,,\n,乙县,区县,南京,,,,\n"
FIRMS = "region,park,year,enterprise,category,gas,value,unit,source\n"
YEARS = range(2010, 2016)


def clinker(region: str, amount: float) -> str:
    return row(region, 2010, "clinker_production", amount, "万吨")


def rolled(folder: Path, whole: str) -> Rollup:
    return roll_up(read_levels([folder]), whole)


def codes(problems: object) -> set[str]:
    return {p.code for p in problems}  # type: ignore[attr-defined]


# ---- parks ----


def test_a_park_in_three_districts_hangs_on_what_they_share(tmp_path: Path) -> None:
    firms = (
        FIRMS + "渝北区,两江新区,2010,甲厂,2.1,CO2,30,万t CO2,报告\n江北区,两江新区,2010,乙厂,2.1,CO2,10,万t CO2,报告\n"
    )
    folder = rollup_project(
        tmp_path,
        clinker("重庆", 100),
        {"regions.csv": REGIONS + ",两江新区,园区,渝北区|江北区|北碚区,,,,\n", "enterprises.csv": firms},
    )
    levels = read_levels([folder])
    park = levels.tree["两江新区"]
    assert (park.parent, park.within) == ("重庆", ("渝北区", "江北区", "北碚区"))
    assert "两江新区" not in parts_of(levels, "重庆")  # the districts make up the whole, the park lies in them
    assert not [p for p in levels.problems if p.severity == "error"]
    from inventory.levels.lines import park_figures

    assert park_figures(levels, "两江新区", [2010]) == {(2010, "2.1", "CO2"): 400_000.0}
    line = next(c for c in roll_up(levels, "重庆").lines if (c.category, c.gas) == ("2.1", "CO2"))
    assert {r.region for r in line.reports} == {"渝北区", "江北区"}


@pytest.mark.parametrize("parents", ["渝北区|没有的区", "渝北区|江北区"])
def test_only_a_park_lies_in_several(tmp_path: Path, parents: str) -> None:
    level = "园区" if "没有" in parents else "区县"
    folder = rollup_project(tmp_path, "", {"regions.csv": REGIONS + f",某地,{level},{parents},,,,\n"})
    assert "levels.across" in codes(read_levels([folder]).problems)


def test_a_park_alone_is_no_gap_of_its_city(tmp_path: Path) -> None:
    """苏州 3,342 against its park's 223 is no gap: the park is some of the city."""
    firms = FIRMS + "苏州工业园区,,2010,热电厂,2.1,CO2,20,万t CO2,报告\n"
    more = {"regions.csv": REGIONS + ",苏州工业园区,园区,苏州,,,,\n", "enterprises.csv": firms}
    made = rolled(rollup_project(tmp_path, clinker("苏州", 400), more), "苏州")
    assert made.parks_only and made.ranked() == ()
    assert "园区是其中的一部分" in "\n".join(text(made, read_levels([tmp_path])))
    (tmp_path / "enterprises.csv").write_text(firms.replace(",20,", ",900,"), "utf-8")
    assert len(rolled(tmp_path, "苏州").ranked()) == 1  # a park above its city is a fault


# ---- three levels ----


def test_a_gap_is_looked_for_one_level_below(tmp_path: Path) -> None:
    """江苏 100 = 南京 40 + 苏州 50 + 10 too little; 南京's counties have 50."""
    rows = clinker("江苏", 100) + clinker("南京", 40) + clinker("苏州", 50) + clinker("甲县", 30) + clinker("乙县", 20)
    folder = rollup_project(tmp_path, rows, {"regions.csv": COUNTIES})
    made = rolled(folder, "江苏")
    line = next(c for c in made.lines if c.category == "2.1" and c.gas == "CO2")
    first = line.causes[0]
    assert (first.kind, first.weight, first.regions) == ("below", 3, ("南京",))
    shown = "\n".join(text(made, read_levels([folder])))
    assert "南京与其下级（甲县、乙县）有" in shown and "甲县" in first.text.text("en")


def test_a_city_without_inventory_is_the_sum_of_its_complete_counties(tmp_path: Path) -> None:
    rows = clinker("江苏", 100) + clinker("苏州", 40) + clinker("甲县", 35) + clinker("乙县", 25)
    folder = rollup_project(tmp_path, rows, {"regions.csv": COUNTIES})
    line = next(c for c in rolled(folder, "江苏").lines if c.category == "2.1" and c.gas == "CO2")
    assert "南京" in line.missing and any(c.kind == "below" and c.weight == 3 for c in line.causes)
    complete = COUNTIES + "320100,南京,地级市,江苏,parts=complete,,,\n"
    (folder / "regions.csv").write_text(complete, "utf-8")
    line = next(c for c in rolled(folder, "江苏").lines if c.category == "2.1" and c.gas == "CO2")
    assert line.parts["南京"].how == "below" and line.difference_t == pytest.approx(0, abs=1e-6)


def test_levels_below_are_compared_to_the_bottom(tmp_path: Path) -> None:
    regions = COUNTIES + ",丙园,园区,甲县,,,,\n"
    firms = FIRMS + "丙园,,2010,丙厂,2.1,CO2,1,万t CO2,报告\n"
    rows = clinker("江苏", 100) + clinker("南京", 100) + clinker("甲县", 60) + clinker("乙县", 40)
    made = rolled(rollup_project(tmp_path, rows, {"regions.csv": regions, "enterprises.csv": firms}), "江苏")
    assert [b.whole for b in made.below] == ["南京"]
    assert all(abs(c.difference_t) < 1e-6 for c in made.below[0].lines)


# ---- mergers and perimeters ----

MERGED = REGIONS + "500225,大足县,区县,重庆,,,2010,大足区\n500111,双桥区,区县,重庆,,,2010,大足区\n"


def flat(region: str, years: object, product: float, coal: float) -> tuple[str, str]:
    values = list(years)  # type: ignore[call-overload]
    return gdp(region, dict.fromkeys(values, product)), fuels(region, dict.fromkeys(values, coal))


def test_the_base_year_is_restated_over_a_merger(tmp_path: Path) -> None:
    """大足县 100 + 双桥区 34 in 2010, 大足区 150 from 2011; coal 80 + 26, then 100: the decline since 2010 is that of
    100/150 against 106/134."""
    pieces = [
        flat("大足县", [2010], 100, 80),
        flat("双桥区", [2010], 34, 26),
        flat("大足区", range(2011, 2016), 150, 100),
    ]
    folder = project(tmp_path, "".join(p[0] for p in pieces), "".join(p[1] for p in pieces))
    (folder / "regions.csv").write_text(MERGED, "utf-8")
    report = assessed(folder)
    found = [a for a in report.assessments if a.target.indicator == "co2_per_gdp"]
    assert {a.region for a in found} == {"大足区"}  # what is gone is not assessed
    assert found[0].years[0].amount == pytest.approx(106 * 2.64) and found[0].years[0].gdp == pytest.approx(134)
    assert found[0].last.cumulative == pytest.approx(1 - (100 / 150) / (106 / 134))
    assert "levels.restated" in codes(report.problems) and not [p for p in report.problems if p.severity == "error"]
    datum = next(d for d in report.assessed.ledger.data if d.region == "大足区" and d.year == 2010)  # type: ignore[union-attr]
    assert [t.label for t in datum.terms] == ["大足县 2010", "双桥区 2010"] and datum.terms[0].cell.file


def test_a_merger_that_cannot_be_restated_is_named(tmp_path: Path) -> None:
    pieces = [flat("大足县", [2010], 100, 80), flat("大足区", range(2011, 2016), 150, 100)]
    folder = project(
        tmp_path, "".join(p[0] for p in pieces), "".join(p[1] for p in pieces) + fuels("双桥区", {2010: 26})
    )
    (folder / "regions.csv").write_text(MERGED, "utf-8")
    problems = Collector()
    levels = read_levels([folder])
    one_perimeter(levels.project.data, levels.tree, problems)
    assert "双桥区 2010" in next(p.text() for p in problems.reported if p.code == "levels.predecessor_missing")


def test_a_step_at_a_merger_is_asked_about(tmp_path: Path) -> None:
    """The series of 大足区 jumps from 134 to 180 with the merger and nobody listed what went into it."""
    product = {y: 134.0 if y < 2011 else 180.0 for y in YEARS}
    folder = project(
        tmp_path, gdp("大足区", product), fuels("大足区", {y: 106.0 if y < 2011 else 121.0 for y in YEARS})
    )
    asked = [p for p in assessed(folder).problems if p.code == "levels.merger_step"]
    assert len(asked) == 1 and "双桥区" in asked[0].text() and "+34.3%" in asked[0].text()


def test_the_answer_to_an_old_county_names_its_successor(tmp_path: Path) -> None:
    levels = read_levels([project(tmp_path, gdp("双桥区", {2010: 34.0}))])
    assert any("500111,双桥区,区县,重庆,,,2010,大足区" in p.part("fix") for p in levels.problems)


INCLUDED = REGIONS + "500110,綦江区,区县,重庆,includes=万盛经开区,,,\n"


def test_statistics_with_another_region_inside_are_taken_apart(tmp_path: Path) -> None:
    """綦江区's statistics hold 万盛: 150 and 100 with it, 100 and 70 without."""
    pieces = [flat("綦江区", YEARS, 150, 100), flat("万盛经开区", YEARS, 50, 30)]
    folder = project(tmp_path, "".join(p[0] for p in pieces), "".join(p[1] for p in pieces))
    (folder / "regions.csv").write_text(INCLUDED, "utf-8")
    report = assessed(folder)
    own = next(a for a in report.assessments if a.region == "綦江区" and a.target.indicator == "co2_per_gdp")
    assert (own.last.gdp, own.last.amount) == (pytest.approx(100), pytest.approx(70 * 2.64))
    assert "levels.perimeter" in codes(report.problems)
    (folder / "gdp.csv").write_text(HEAD + pieces[0][0] + gdp("万盛经开区", {2010: 50.0}), "utf-8")
    from inventory.core.problems import InventoryError

    try:
        problems = assessed(folder).problems
    except InventoryError as error:
        problems = error.problems
    assert "levels.perimeter_missing" in codes(problems)


def test_the_roll_up_counts_an_included_region_once(tmp_path: Path) -> None:
    rows = clinker("重庆", 100) + clinker("綦江区", 100) + clinker("万盛经开区", 30)
    made = rolled(rollup_project(tmp_path, rows, {"regions.csv": INCLUDED}), "重庆")
    line = next(c for c in made.lines if c.category == "2.1" and c.gas == "CO2")
    assert line.difference_t == pytest.approx(0, abs=1e-6) and line.parts["綦江区"].how == "perimeter"


def test_regions_of_another_time_are_no_parts(tmp_path: Path) -> None:
    """In 2010 the parts are 大足县 and 双桥区, today 大足区."""
    rows = clinker("重庆", 100) + clinker("大足县", 60) + clinker("双桥区", 40)
    folder = rollup_project(tmp_path, rows, {"regions.csv": MERGED})
    line = next(c for c in rolled(folder, "重庆").lines if c.category == "2.1" and c.gas == "CO2")
    assert {"大足县", "双桥区"} <= set(line.parts) and "大足区" not in line.missing
    assert line.difference_t == pytest.approx(0, abs=1e-6)
    levels = read_levels([folder])
    assert "大足县" not in parts_of(levels, "重庆") and "大足区" in parts_of(levels, "重庆")


def test_figures_of_others_are_untouched() -> None:
    data = [Datum("江苏", 2010, "gdp", (("price_year", "2010"),), 1.0, "亿元", "年鉴")]
    from inventory.regions import built_in

    problems = Collector()
    assert one_perimeter(data, built_in(), problems) == tuple(data) and not problems.reported
