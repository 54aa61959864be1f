"""Faults that offices met, each with its right answer: double GDP, vintages, targets met exactly, gaps, phantom years,
slips that cannot fail, shares."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from inventory import api
from inventory.core.problems import Collector, InventoryError
from inventory.levels.lines import park_figures
from inventory.levels.project import read_levels
from inventory.levels.rollup import roll_up
from inventory.policy import chain
from inventory.policy.data import targets_of
from inventory.policy.gdp import gdp_at_base
from inventory.policy.peak import peak
from inventory.policy.present import text
from inventory.policy.published import as_printed
from inventory.policy.targets import TargetReport, assess
from inventory.regions import built_in, complete_parts

ROOT = Path(__file__).resolve().parents[1]
HEAD = "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind\n"


def row(region: str, year: int, quantity: str, value: float, unit: str, item: str = "", kind: str = "示例") -> str:
    return f"{region},{year},,{item},{quantity},{value},{unit},年鉴,,,{kind}\n"


def gdp(region: str, values: dict[int, float], price: int = 2010) -> str:
    return "".join(row(region, y, "gdp", v, "亿元", f"price_year={price}") for y, v in values.items())


def fuels(region: str, coal: dict[int, float]) -> str:
    """Coal as given, no oil, no gas."""
    return "".join(
        row(region, y, "assessed_energy", value if fuel == "煤炭" else 0, "万tce", f"assessed_fuel={fuel}")
        for y, value in coal.items()
        for fuel in ("煤炭", "油品", "天然气")
    )


def power(region: str, values: dict[int, float]) -> str:
    return "".join(row(region, y, "net_electricity_in", v, "亿kWh") for y, v in values.items())


def project(tmp_path: Path, gdp_rows: str, assessed: str = "", targets: str = "") -> Path:
    (tmp_path / "gdp.csv").write_text(HEAD + gdp_rows, "utf-8")
    if assessed:
        (tmp_path / "assessed_energy.csv").write_text(HEAD + assessed, "utf-8")
    if targets:
        (tmp_path / "targets.csv").write_text(
            "region,indicator,base_year,target_year,reduction_pct,source\n" + targets, "utf-8"
        )
    return tmp_path


def assessed(folder: Path) -> TargetReport:
    return assess(read_levels([folder]))


def codes(report: TargetReport, severity: str = "error") -> set[str]:
    return {p.code for p in report.problems if p.severity == severity}


FLAT = dict.fromkeys(range(2010, 2016), 100.0)
FALLING = dict(zip(range(2010, 2016), (100, 96, 93, 90, 86, 83), strict=True))


def test_two_figures_for_one_year_are_an_error_and_neither_wins(tmp_path: Path) -> None:
    two = gdp("涪陵区", FLAT) + gdp("涪陵区", {2010: 104.0})
    other = gdp("万州区", FLAT)
    report = assessed(project(tmp_path, two + other, fuels("涪陵区", FALLING) + fuels("万州区", FALLING)))
    assert "data.duplicate" in codes(report)
    assert {a.region for a in report.assessments} == {"万州区"}


def test_the_price_year_printed_is_the_one_of_the_figures(tmp_path: Path) -> None:
    report = assessed(project(tmp_path, gdp("涪陵区", FLAT, 2005), fuels("涪陵区", FALLING)))
    assert report.assessments[0].price_year == 2005
    printed = "\n".join(text(report, read_levels([tmp_path])))
    assert "（2005年价）" in printed and "（2010年价）" not in printed
    both, price = gdp_at_base({2010: {2010: 200.0}, 2005: dict(FLAT)}, 2010, "涪陵区", Collector())
    assert price == 2010 and both[2011] == pytest.approx(200)  # rescaled with the base year's own figure


def test_series_are_linked_at_the_last_year_they_share() -> None:
    segments = {2010: {2010: 100.0, 2011: 115.0}, 2005: {2010: 80.0, 2011: 88.0, 2012: 96.8}}
    out = chain.linked(segments, 2010)
    assert out[2012] == pytest.approx(126.5) and out[2012] / out[2011] == pytest.approx(1.10)
    assert [(d.year, round(d.growth_first, 3), round(d.growth_second, 3)) for d in chain.disagreements(segments)] == [
        (2011, 0.10, 0.15)
    ]
    problems = Collector()
    gdp_at_base(segments, 2010, "涪陵区", problems)
    assert [p.code for p in problems] == ["targets.vintages"]
    early = chain.linked({2010: {2010: 200.0, 2011: 220.0}, 2005: {2008: 80.0, 2009: 90.0, 2010: 100.0}}, 2010)
    assert early[2008] == pytest.approx(160) and early[2009] == pytest.approx(180)


def test_a_target_met_exactly_is_met(tmp_path: Path) -> None:
    report = assessed(
        project(tmp_path, gdp("涪陵区", FLAT), fuels("涪陵区", FALLING), "涪陵区,co2_per_gdp,2010,2015,17,方案\n")
    )
    one = next(a for a in report.assessments if a.target.source == "方案")
    assert as_printed(one.last.cumulative) == 17.0 and one.met
    (tmp_path / "two").mkdir()
    more = assessed(
        project(
            tmp_path / "two", gdp("涪陵区", FLAT), fuels("涪陵区", FALLING), "涪陵区,co2_per_gdp,2010,2015,＞17,方案\n"
        )
    )
    assert not next(a for a in more.assessments if a.target.source == "方案").met


@pytest.mark.parametrize("base", [50.0, 77.7, 1234.5])
def test_exact_targets_over_many_cases(base: float) -> None:
    """Every even path to 1 - reduction ends exactly on the target; the last bit of the quotient must not decide."""
    for tenths in range(50, 400):
        reduction = tenths / 1000
        steps = [
            chain.decline(base * (1 - reduction) ** (k / 5), base * (1 - reduction) ** ((k + 1) / 5)) for k in range(5)
        ]
        assert as_printed(chain.chained(steps)) >= as_printed(reduction)


def test_electricity_of_some_years_only_is_refused(tmp_path: Path) -> None:
    rows = fuels("涪陵区", FALLING) + power("涪陵区", {2010: 20}) + fuels("万州区", FALLING) + power("万州区", FALLING)
    report = assessed(project(tmp_path, gdp("涪陵区", FLAT) + gdp("万州区", FLAT), rows))
    assert "targets.electricity_gap" in codes(report)
    assert {a.region for a in report.assessments} == {"万州区"}
    assert {r for r, what in report.peaks if what == "co2"} == {"万州区"}


def test_a_gdp_row_makes_no_inventory(tmp_path: Path) -> None:
    place = tmp_path / "jiangsu"
    shutil.copytree(ROOT / "examples" / "jiangsu", place)
    with (place / "indicators.csv").open("a", encoding="utf-8") as f:
        f.write("江苏,2012,,price_year=2005,gdp,45000,亿元,年鉴,,,示例\n")
    assert api.compile(place).years == (2005, 2010)


def test_the_first_year_of_the_data_is_no_peak() -> None:
    assert peak({y: 100.0 - y + 2010 for y in range(2010, 2017)}).status == "edge"
    assert peak({2009: 90.0, **{y: 100.0 - y + 2010 for y in range(2010, 2017)}}).status == "peaked"


@pytest.mark.parametrize(
    ("written", "value", "comparison", "warned"),
    [
        ("17", 0.17, "", False),
        ("17%", 0.17, "", False),
        ("＞17", 0.17, ">", False),
        (">17%", 0.17, ">", False),
        ("17以上", 0.17, ">=", False),
        ("不低于17", 0.17, ">=", False),
        ("0.17", 0.17, "", True),
        ("0.17%", 0.0017, "", False),
        ("-17", -0.17, "", False),
    ],
)
def test_targets_are_read_as_they_are_written(
    tmp_path: Path, written: str, value: float, comparison: str, warned: bool
) -> None:
    levels = read_levels([project(tmp_path, gdp("涪陵区", FLAT), "", f"涪陵区,co2_per_gdp,2010,2015,{written},方案\n")])
    problems = Collector()
    found = next(t for t in targets_of(levels, problems) if t.source == "方案")
    assert (found.reduction, found.comparison) == (pytest.approx(value), comparison)
    assert [p.code for p in problems] == (["targets.as_percent"] if warned else [])


def test_the_targets_of_a_few_known_parts_prove_nothing(tmp_path: Path) -> None:
    (tmp_path / "regions.csv").write_text("code,name,level,parent\n,甲区,区县,杭州\n", "utf-8")
    targets = "杭州,co2_per_gdp,2010,2015,19,方案\n甲区,co2_per_gdp,2010,2015,20,方案\n"
    report = assessed(project(tmp_path, gdp("甲区", FLAT), fuels("甲区", FALLING), targets))
    assert [c.enough for c in report.parts if c.whole == "杭州"] == [None]
    (tmp_path / "regions.csv").write_text(
        "code,name,level,parent,attributes\n330100,杭州,地级市,浙江,parts=complete\n,甲区,区县,杭州,\n", "utf-8"
    )
    assert (
        complete_parts(built_in(), "江苏")
        and complete_parts(built_in(), "重庆")
        and not complete_parts(built_in(), "杭州")
    )
    assert [c.enough for c in assessed(tmp_path).parts if c.whole == "杭州"] == [True]


# ---- the roll-up ----


def rollup_project(tmp_path: Path, rows: str, more: dict[str, str] | None = None) -> Path:
    (tmp_path / "data.csv").write_text(HEAD + rows, "utf-8")
    for name, content in (more or {}).items():
        (tmp_path / name).write_text(content, "utf-8")
    return tmp_path


def causes(folder: Path, whole: str, category: str) -> list[tuple[str, int]]:
    rolled = roll_up(read_levels([folder]), whole)
    line = next(c for c in rolled.lines if c.category == category and c.gas == "CO2")
    return [(c.kind, c.weight) for c in line.causes]


def test_an_excess_of_one_part_is_containment_not_a_unit_slip(tmp_path: Path) -> None:
    rows = (
        row("重庆", 2010, "clinker_production", 100, "万吨")
        + row("綦江区", 2010, "clinker_production", 100, "万吨")
        + row("万盛经开区", 2010, "clinker_production", 30, "万吨")
    )
    found = causes(rollup_project(tmp_path, rows), "重庆", "2.1")
    assert ("contained", 2) in found and not any(kind == "unit" for kind, _ in found)


def test_a_line_that_the_whole_lacks_is_said_so(tmp_path: Path) -> None:
    rows = (
        row("江苏", 2010, "clinker_production", 100, "万吨")
        + row("常州", 2010, "clinker_production", 100, "万吨")
        + row("常州", 2010, "lime_production", 10, "万吨")
    )
    found = causes(rollup_project(tmp_path, rows), "江苏", "2.2")
    assert found[0] == ("whole_lacks", 3) and not any(kind == "unit" for kind, _ in found)


def test_a_real_slip_is_still_found(tmp_path: Path) -> None:

    rows = (
        row("江苏", 2010, "clinker_production", 100, "万吨")
        + row("常州", 2010, "clinker_production", 4, "万吨")
        + row("南京", 2010, "clinker_production", 60, "万吨")
    )
    assert ("unit", 3) in causes(rollup_project(tmp_path, rows), "江苏", "2.1")  # 4 for 40


def test_own_data_come_off_before_the_rest_is_shared(tmp_path: Path) -> None:
    cities = [r.name for r in built_in().children("江苏")]
    rows = row("江苏", 2010, "fuel_consumption", 700, "万吨", "equipment=道路车辆;fuel=汽油").replace(
        ",2010,,", ",2010,1.1.4.2,"
    )
    rows += row("南京", 2010, "fuel_consumption", 300, "万吨", "equipment=道路车辆;fuel=汽油").replace(
        ",2010,,", ",2010,1.1.4.2,"
    )
    proxies = "region,year,proxy,value,unit,source,data_kind\n" + "".join(
        f"{c},2010,汽车,1,万辆,年鉴,示例\n" for c in cities
    )
    rules = "parent,category,quantity,item,rule,proxy,reason\n江苏,1.1.4.2,fuel_consumption,fuel=汽油,代理变量,汽车,没有分市数据\n"
    folder = rollup_project(tmp_path, rows, {"proxies.csv": proxies, "allocation.csv": rules})
    line = next(c for c in roll_up(read_levels([folder]), "江苏").lines if (c.category, c.gas) == ("1.1.4.2", "CO2"))
    assert line.relative == pytest.approx(0, abs=1e-12)
    assert line.parts["南京"].mass_t / line.whole_t == pytest.approx(3 / 7)
    assert line.parts["苏州"].mass_t / line.whole_t == pytest.approx(4 / 7 / 12)
    too_much = rows.replace("fuel_consumption,300", "fuel_consumption,900")
    (folder / "data.csv").write_text(HEAD + too_much, "utf-8")
    assert "levels.parts_exceed" in {p.code for p in roll_up(read_levels([folder]), "江苏").problems}


def test_nothing_at_all_is_still_an_error(tmp_path: Path) -> None:
    with pytest.raises(InventoryError):
        assessed(project(tmp_path, gdp("涪陵区", {2010: 100.0})))


# ---- what does not fit together ----


def warned(report: TargetReport) -> dict[str, str]:
    return {p.code: p.text() for p in report.problems if p.severity == "warning"}


def total(region: str, values: dict[int, float]) -> str:
    return "".join(row(region, y, "total_energy", v, "万tce") for y, v in values.items())


def test_parts_above_the_whole_and_impossible_series_are_asked_about(tmp_path: Path) -> None:
    rows = gdp("重庆", FLAT) + gdp("涪陵区", dict.fromkeys(FLAT, 90.0)) + gdp("万州区", dict.fromkeys(FLAT, 90.0))
    energy = (
        fuels("重庆", FALLING)
        + fuels("涪陵区", dict.fromkeys(FLAT, 90.0))
        + fuels("万州区", {**dict.fromkeys(FLAT, 90.0), 2013: 9.0})
    )
    energy += total("涪陵区", dict.fromkeys(FLAT, 12.0))
    found = warned(assessed(project(tmp_path, rows, energy)))
    assert {"targets.parts_sum", "targets.below_fuels", "targets.jump"} <= set(found)
    assert "涪陵区" in found["targets.below_fuels"] and "万州区" in found["targets.jump"]


def test_a_sound_project_is_asked_nothing(tmp_path: Path) -> None:
    rows = gdp("重庆", FLAT) + gdp("涪陵区", dict.fromkeys(FLAT, 30.0))
    energy = (
        fuels("重庆", FALLING)
        + total("重庆", dict.fromkeys(FLAT, 130.0))
        + fuels("涪陵区", {y: v / 3 for y, v in FALLING.items()})
    )
    found = warned(assessed(project(tmp_path, rows, energy)))
    assert not {
        c for c in found if c in ("targets.parts_sum", "targets.below_fuels", "targets.jump", "targets.caps_sum")
    }


def test_caps_of_parts_and_caps_without_figures(tmp_path: Path) -> None:
    caps = "region,indicator,year,value,unit,source\n重庆,co2,2015,100,万吨CO2,x\n涪陵区,co2,2015,90,万吨CO2,x\n万州区,co2,2015,90,万吨CO2,x\n"
    (tmp_path / "caps.csv").write_text(caps, "utf-8")
    found = assessed(project(tmp_path, gdp("涪陵区", FLAT), fuels("涪陵区", FALLING))).problems
    assert sum(p.code == "targets.caps_sum" for p in found) == 1
    assert {dict(p.facts)["region"] for p in found if p.code == "targets.cap_unknown"} == {"重庆", "万州区"}


def test_equal_progress_has_equal_ranks(tmp_path: Path) -> None:
    names = ("涪陵区", "万州区", "江北区")
    targets = "".join(f"{n},co2_per_gdp,2010,2015,17,方案\n" for n in names)
    slower = dict(zip(range(2010, 2016), (100, 99, 98, 97, 96, 95), strict=True))
    rows = "".join(fuels(n, slower if n == "江北区" else FALLING) for n in names)
    folder = project(tmp_path, "".join(gdp(n, FLAT) for n in names), rows, targets)
    printed = "\n".join(text(assessed(folder), read_levels([folder])))
    assert (
        "1. 万州区 100.0%；1. 涪陵区 100.0%；3. 江北区" in printed
        or "1. 涪陵区 100.0%；1. 万州区 100.0%；3. 江北区" in printed
    )


def test_a_firm_under_two_names_or_in_two_places_is_one_firm(tmp_path: Path) -> None:
    head = "region,year,enterprise,code,category,gas,value,unit,source,data_kind\n"
    rows = (
        row("江苏", 2010, "clinker_production", 100, "万吨")
        + row("常州", 2010, "clinker_production", 60, "万吨")
        + row("镇江", 2010, "clinker_production", 40, "万吨")
    )
    firms = (
        "常州,2010,溧阳水泥有限公司,,2.1,CO2,10,万t,报告,示例\n常州,2010,溧阳水泥公司,,2.1,CO2,10,万t,报告,示例\n"
        "镇江,2010,溧阳水泥有限公司,,2.1,CO2,10,万t,报告,示例\n"
    )
    levels = read_levels([rollup_project(tmp_path, rows, {"enterprises.csv": head + firms})])
    assert len(levels.reports) == 2 and "levels.report_again" in {p.code for p in levels.problems}
    rolled = roll_up(levels, "江苏")
    # asked although the sums agree
    assert not rolled.ranked() and "levels.firm_in_two" in {p.code for p in rolled.problems}
    (tmp_path / "enterprises.csv").write_text(
        head + firms.replace("溧阳水泥公司,,2.1,CO2,10", "溧阳水泥公司,,2.1,CO2,11"), "utf-8"
    )
    assert "levels.report_twice" in {p.code for p in read_levels([tmp_path]).problems}


def test_net_inflows_add_up_and_agree_with_the_inventory() -> None:
    """The example breaks both, as real statistics do: 南京 120 against 34.6, 镇江 -150 against +19.8."""
    report = assess(read_levels([ROOT / "examples" / "levels"]))
    apart = {dict(p.facts)["region"] for p in report.problems if p.code == "levels.net_apart"}
    assert {"南京", "镇江"} <= apart


# ---- the city finishes its year ----


def city(tmp_path: Path, *rows: str) -> Path:
    (tmp_path / "d.csv").write_text(HEAD + "".join(rows), "utf-8")
    return tmp_path


def test_population_does_not_drag_in_what_a_city_cannot_know(tmp_path: Path) -> None:
    rows = (row("南京", 2010, "resident_population", 800, "万人"), row("南京", 2010, "clinker_production", 100, "万吨"))
    ledger = api.compile(city(tmp_path, *rows))
    assert ledger.mass_t(category="2.1", gas="CO2") == pytest.approx(100e4 * 0.538)
    noted = {(n.category, n.key): n.reason for n in ledger.notations}
    assert noted["5.2.3", "NE"] == "人均蛋白质消费量取全国或全省数"
    with pytest.raises(InventoryError):  # a province can know it and is asked
        api.compile(city(tmp_path, *(r.replace("南京", "江苏") for r in rows)))
    protein = row("南京", 2010, "protein_supply", 30, "kg 蛋白质/人") + row(
        "南京", 2010, "urban_population", 600, "万人"
    )
    given = api.compile(city(tmp_path, *rows, protein))
    assert given.mass_t(category="5.2.3", gas="N2O") > 0  # a city that has it is computed


def test_heat_bought_has_a_declared_default_and_blocks_nothing(tmp_path: Path) -> None:
    ledger = api.compile(
        city(
            tmp_path,
            row("南京", 2010, "clinker_production", 100, "万吨"),
            row("南京", 2010, "heat_from_outside", 3, "百万千焦"),
        )
    )
    line = next(ledger.select(category="M.3", account="memo"))
    assert line.mass_t == pytest.approx(3 * 0.110) and "fallback" in line.flags
    assert float(ledger.co2e()) == pytest.approx(100e4 * 0.538)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("涪陵", "涪陵区"),
        ("重庆市涪陵区", "涪陵区"),
        ("重庆涪陵区", "涪陵区"),
        ("500102", "涪陵区"),
        ("南京市", "南京"),
        ("江苏省南京", "南京"),
        ("320100", "南京"),
    ],
)
def test_ordinary_spellings_of_regions(tmp_path: Path, written: str, name: str) -> None:
    levels = read_levels([project(tmp_path, gdp(written, FLAT))])
    assert {d.region for d in levels.project.data} == {name} and not [
        p for p in levels.problems if p.severity == "error"
    ]


# ---- a region is a thing in time ----


def test_an_unknown_county_is_answered_with_the_row_to_add(tmp_path: Path) -> None:
    values = dict.fromkeys(range(2008, 2016), 100.0)
    levels = read_levels([project(tmp_path, gdp("大足县", values))])
    found = [p for p in levels.problems if p.severity == "error"]
    assert [p.code for p in found] == ["word.division"] and "另有 7 处" in found[0].text()
    assert "500225,大足县,区县,重庆,,,2010" in found[0].part("fix")
    (tmp_path / "regions.csv").write_text(
        "code,name,level,parent,aliases,valid_from,valid_to,successors\n500225,大足县,区县,重庆,,,2010,大足区\n",
        "utf-8",
    )
    again = read_levels([project(tmp_path, gdp("大足县", values) + gdp("大足区", {2012: 180.0}))])
    codes_found = {p.code: p.text() for p in again.problems}
    assert (
        "2011、2012、2013、2014、2015" in codes_found["levels.out_of_time"]
        and "大足区" in codes_found["levels.with_successor"]
    )
    assert not [p for p in again.problems if p.severity == "error"]


def test_every_prefecture_city_is_known() -> None:
    tree = built_in()
    assert sum(r.level == "地级市" for r in tree.regions.values()) > 320 and tree["杭州"].parent == "浙江"
    assert (
        len(tree.children("浙江")) == 11 and complete_parts(tree, "浙江") and tree.province("大理白族自治州") == "云南"
    )


def test_a_region_is_not_called_like_a_formula(tmp_path: Path) -> None:
    (tmp_path / "regions.csv").write_text("code,name,level,parent\n,=1+1,地级市,江苏\n", "utf-8")
    levels = read_levels([project(tmp_path, gdp("江苏", FLAT))])
    assert "levels.region_name" in {p.code for p in levels.problems} and "=1+1" not in levels.tree


def test_a_firm_twice_in_one_park_counts_once(tmp_path: Path) -> None:
    """B4 of the study: 50 listed twice made a park of 100."""
    head = "region,year,enterprise,category,gas,value,unit,source\n"
    firm = "苏州园,2010,示例厂,2.1,CO2,50,t,报告\n"
    more = {"enterprises.csv": head + firm + firm, "regions.csv": "code,name,level,parent\n,苏州园,园区,苏州\n"}
    levels = read_levels([rollup_project(tmp_path, row("苏州", 2010, "clinker_production", 1, "万吨"), more)])
    assert park_figures(levels, "苏州园", (2010,)) == {(2010, "2.1", "CO2"): 50.0}
    assert "levels.report_again" in {p.code for p in levels.problems}
