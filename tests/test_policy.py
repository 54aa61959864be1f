"""Declines, base years, schedules, the peak, the pilots' quadrants, targets against hand-computed figures, and input
that must be refused."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.core.activity import Project, UserFactor, datum
from inventory.core.engine import compile_ledger
from inventory.core.problems import Collector, InventoryError
from inventory.edition import load
from inventory.levels.project import read_levels
from inventory.policy import chain, pilots
from inventory.policy.data import caps_of, targets_of
from inventory.policy.gdp import gdp_at_base
from inventory.policy.peak import falling_p, peak
from inventory.policy.present import text, to_csv
from inventory.policy.published import CO2, ENERGY, package_targets
from inventory.policy.targets import ASSESSMENT, INVENTORY, assess
from inventory.policy.words import PolicyWords

ROOT = Path(__file__).resolve().parents[1]
HEAD = "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind\n"


# ---- arithmetic ----


def test_seventeen_percent_over_five_years_is_3_66_a_year():
    assert round(100 * chain.yearly(0.17, 5), 2) == 3.66
    assert chain.chained([chain.yearly(0.17, 5)] * 5) == pytest.approx(0.17)


def test_chained_formula_against_cases_worked_by_hand():
    # 1 − 0.96·0.95 = 0.088; the sum would be 9 %
    assert chain.chained([0.04, 0.05]) == pytest.approx(0.088)
    # energy +5 %, GDP +10 %: 1 − 1.05/1.10 = 0.0454545…
    assert chain.decline(100 / 100, 105 / 110) == pytest.approx(1 - 1.05 / 1.10)
    # a rise of 2 % after a decline of 10 %: 1 − 0.9·1.02 = 0.082
    assert chain.chained([0.10, -0.02]) == pytest.approx(0.082)
    # 17 %, 8.8 % done, three years left: 1 − (0.83/0.912)^(1/3) = 3.0917 %
    assert chain.needed(0.17, 0.088, 3) == pytest.approx(0.030917, abs=1e-6)
    assert chain.scheduled(0.17, 5, 2) == pytest.approx(1 - 0.83**0.4)
    assert chain.progress(0.17, 0.17) == pytest.approx(1) and chain.needed(0.17, 0.2, 2) < 0
    with pytest.raises(ValueError):
        chain.yearly(0.17, 0)


declines = st.lists(st.floats(-0.3, 0.3), min_size=1, max_size=8)


@given(declines, st.floats(0.1, 1e4))
def test_chained_declines_are_those_between_first_and_last_year(steps, start):
    values = [start]
    for d in steps:
        values.append(values[-1] * (1 - d))
    assert chain.chained(steps) == pytest.approx(chain.decline(values[0], values[-1]), abs=1e-12)


growth = st.lists(st.floats(0.9, 1.2), min_size=6, max_size=6)


@given(growth, st.floats(0.5, 2.0))
def test_a_change_of_base_year_does_not_change_the_declines(rates, deflator):
    gdp = {2005: 100.0}
    for year, rate in zip(range(2006, 2012), rates, strict=True):
        gdp[year] = gdp[year - 1] * rate
    segments = {
        2005: {y: v for y, v in gdp.items() if y <= 2010},
        2010: {y: v * deflator for y, v in gdp.items() if y >= 2010},
    }
    emission = {y: 50 + y - 2005 for y in gdp}
    at_2005, at_2010 = chain.linked(segments, 2005), chain.linked(segments, 2010)
    for year in range(2006, 2012):
        a, b = (chain.decline(emission[year - 1] / s[year - 1], emission[year] / s[year]) for s in (at_2005, at_2010))
        assert a == pytest.approx(b, abs=1e-12)


def test_linking_over_a_shared_year():
    out = chain.linked({2005: {2005: 100, 2010: 160}, 2010: {2010: 200, 2011: 220}}, 2010)
    assert out == {2005: 125.0, 2010: 200, 2011: 220}
    with pytest.raises(chain.NoLink):
        chain.linked({2005: {2005: 100}, 2010: {2010: 200, 2011: 220}}, 2010)


# ---- the peak ----


def test_peak_needs_years_and_a_falling_trend():
    rising = {2000 + i: float(i) for i in range(8)}
    assert peak(rising).status == "rising" and peak(rising).year == 2007
    passed = peak({2000: 8, 2001: 10, 2002: 9, 2003: 8.5, 2004: 8, 2005: 7, 2006: 6})
    assert (passed.status, passed.year, passed.after) == ("peaked", 2001, 5)
    assert passed.p == pytest.approx(1 / 720)  # one order of six falls all the way
    assert peak({2000: 8, 2001: 10, 2002: 9, 2003: 8}).status == "falling"  # too few years
    assert peak({2000: 8, 2001: 10, 2002: 7, 2003: 9, 2004: 8, 2005: 9.5, 2006: 9}).status == "falling"  # no trend
    assert peak({2000: 1, 2001: 2}).status == "short"


def test_mann_kendall_exact_and_with_ties():
    assert falling_p([3, 2, 1]) == pytest.approx(1 / 6) and falling_p([1, 2, 3]) == 1.0
    assert falling_p([2, 1, 3, 0]) == pytest.approx(9 / 24)  # orders of four with at least 4 inversions: 5 + 3 + 1
    assert 0.2 < falling_p([3, 3, 1]) < 0.35 and falling_p([2, 2, 2]) == 1.0


# ---- pilots ----


def test_quadrants_as_printed_in_the_study_of_2013():
    quadrants: dict[str, set[str]] = {}
    for p in pilots.placed(pilots.pilots()):
        if p.pilot.batch == 1:
            quadrants.setdefault(PolicyWords("zh")(f"pilots.{p.quadrant}"), set()).add(p.pilot.region)
    assert quadrants == {
        "高收入、低排放": {"广东"},
        "高收入、高排放": {"深圳", "杭州", "厦门", "天津", "南昌", "辽宁"},
        "低收入、高排放": {"贵阳", "湖北", "重庆", "陕西"},
        "低收入、低排放": {"保定", "云南"},
    }
    nation = next(p for p in pilots.pilots() if p.region == "全国")
    assert (nation.gdp_per_head_yuan, nation.co2_per_head_t) == (29943, 5.5)


def test_quadrant_chart_and_table():
    from inventory.charts.quadrant import picture

    chart = pilots.quadrant_chart(pilots.pilots())
    assert len(chart.points) == 36 and chart.x_threshold == 2.9943
    first = picture(chart, "svg")
    assert first == picture(chart, "svg") and first.startswith(b"<?xml")
    assert any("广东" in line for line in pilots.table(pilots.pilots())) and any(
        "batch 1" in line for line in pilots.table(pilots.pilots(), "en")
    )
    with pytest.raises(ValueError):
        pilots.placed(tuple(p for p in pilots.pilots() if p.region != "全国"))


# ---- the edition of the assessment ----


def test_assessed_co2_by_hand():
    # set B: 100·2.64 + 50·2.08 + 10·1.63 = 384.3; 20 × 10^8 kWh × 0.7356 = 147.12 (10^4 t)
    data = [
        datum("江苏", 2012, "assessed_energy", v, "万tce", {"assessed_fuel": f})
        for f, v in (("煤炭", 100), ("油品", 50), ("天然气", 10))
    ]
    data.append(datum("江苏", 2012, "net_electricity_in", 20, "亿kWh"))
    ledger = compile_ledger(Project(tuple(data)), load("policy"))
    assert ledger.mass_t(gas="CO2") / 1e4 == pytest.approx(384.3 + 147.12)
    set_a = compile_ledger(
        Project(tuple(data), choices={"factor_set": ("A", "测试"), "grid_scope": ("region", "测试")}), load("policy")
    )
    assert set_a.mass_t(gas="CO2") / 1e4 == pytest.approx(
        100 * 2.66 + 50 * 1.73 + 10 * 1.56 + 20 * 0.7182 * 10, rel=1e-9
    )
    fixed = compile_ledger(Project(tuple(data), choices={"grid_year": ("2012", "测试")}), load("policy"))
    assert fixed.mass_t(category="1.2", gas="CO2") == pytest.approx(20e8 * 0.7498 / 1000)
    assert all("unverified" in x.flags for x in ledger.lines)


def test_assessment_uses_its_own_factors_of_the_project():
    data = (datum("江苏", 2012, "assessed_energy", 100, "万tce", {"assessed_fuel": "煤炭"}),)
    own = UserFactor("assessment_ef", (("assessed_fuel", "煤炭"),), 2.5, "t CO2/tce", "考核文件", "省级")
    assert compile_ledger(Project(data, (own,)), load("policy")).mass_t(gas="CO2") == pytest.approx(2.5e6)


# ---- targets: data ----


def test_targets_of_the_reference():
    of = {(t.region, t.indicator, t.target_year): t.reduction for t in package_targets()}
    assert of[("全国", CO2, 2015)] == 0.17 and of[("广东", CO2, 2015)] == 0.195 and of[("海南", ENERGY, 2015)] == 0.10
    assert of[("宿迁", CO2, 2015)] == 0.14 and of[("渝中区", CO2, 2015)] == 0.105
    assert sum(1 for t in package_targets() if t.target_year == 2015) == 2 * 84
    assert {t.standing for t in package_targets() if t.target_year > 2015} == {"unverified"}
    assert all(t.source for t in package_targets())


# ---- targets: a project ----


def project(tmp_path: Path, gdp: str, energy: str, **files: str) -> Path:
    (tmp_path / "江苏.csv").write_text(HEAD + gdp, "utf-8")
    if energy:
        (tmp_path / "assessed_energy.csv").write_text(HEAD + energy, "utf-8")
    for name, content in files.items():
        (tmp_path / f"{name}.csv").write_text(content, "utf-8")
    return tmp_path


def gdp_rows(values: dict[int, float], price: str = "2010", region: str = "江苏") -> str:
    return "".join(f"{region},{y},,price_year={price or y},gdp,{v},亿元,测试,,,示例\n" for y, v in values.items())


def energy_rows(coal: dict[int, float], region: str = "江苏") -> str:
    return "".join(
        f"{region},{y},,assessed_fuel={f},assessed_energy,{v if f == '煤炭' else 0},万tce,测试,,,示例\n"
        for y, v in coal.items()
        for f in ("煤炭", "油品", "天然气")
    ) + "".join(f"{region},{y},,,net_electricity_in,0,亿kWh,测试,,,示例\n" for y in coal)


def codes(folder: Path) -> list[str]:
    """Codes of the errors, whether raised or told with the report."""
    try:
        found = assess(read_levels([folder])).problems
    except InventoryError as error:
        found = error.problems
    for p in found:
        assert p.text("zh") and p.text("en")
    return [p.code for p in found if p.severity == "error"]


def test_assessment_by_hand(tmp_path):
    # intensity falls 4 % then 5 %: cumulative 8.8 %; target of 江苏 19 %
    folder = project(
        tmp_path, gdp_rows({2010: 1000, 2011: 1100, 2012: 1210}), energy_rows({2010: 500, 2011: 528, 2012: 551.76})
    )
    report = assess(read_levels([folder]))
    (a,) = (x for x in report.assessments if x.target.indicator == CO2)
    assert a.way == ASSESSMENT and [y.year for y in a.years] == [2010, 2011, 2012]
    assert [y.annual for y in a.years[1:]] == pytest.approx([0.04, 0.05]) and a.last.cumulative == pytest.approx(0.088)
    assert a.last.amount == pytest.approx(551.76 * 2.64) and a.last.scheduled == pytest.approx(1 - 0.81**0.4)
    assert a.left == 3 and a.needed == pytest.approx(1 - (0.81 / 0.912) ** (1 / 3)) and not a.met
    assert any("累计下降 8.80%" in line for line in text(report, read_levels([folder])))
    assert to_csv(report).count("\n") == 4


def test_base_year_of_prices_changes_nothing(tmp_path):
    one, other = tmp_path / "a", tmp_path / "b"
    for folder in (one, other):
        folder.mkdir()
    coal = energy_rows({2010: 500, 2011: 528, 2012: 540})
    project(one, gdp_rows({2010: 1000, 2011: 1100, 2012: 1210}), coal)
    project(other, gdp_rows({2010: 800, 2011: 880, 2012: 968}, "2005"), coal)
    a, b = ([y.cumulative for x in assess(read_levels([f])).assessments for y in x.years] for f in (one, other))
    assert a == pytest.approx(b)


def test_both_ways_stand_side_by_side(tmp_path):
    folder = project(
        tmp_path,
        gdp_rows({2010: 1000, 2011: 1100})
        + "".join(
            f"江苏,{y},1.1.5,equipment=其他设备;fuel=汽油,fuel_consumption,{v},万吨,测试,,,示例\n"
            for y, v in ((2010, 100), (2011, 104.5))
        ),
        energy_rows({2010: 500, 2011: 528}),
    )
    from inventory.levels.rollup import compile_regions

    levels = read_levels([folder])
    ways = {a.way: a for a in assess(levels, compile_regions(levels)[0]).assessments}
    assert ways[ASSESSMENT].last.cumulative == pytest.approx(0.04) and ways[INVENTORY].last.cumulative == pytest.approx(
        0.05
    )
    assert ways[INVENTORY].last.amount == pytest.approx(104.5 * 2.9251, rel=1e-4)


@pytest.mark.parametrize(
    ("gdp", "coal", "code"),
    [
        (gdp_rows({2010: 1000, 2011: 1150}, ""), energy_rows({2010: 500, 2011: 528}), "targets.current_prices"),
        (gdp_rows({2011: 1100, 2012: 1210}), energy_rows({2010: 500, 2011: 528}), "targets.no_base_year"),
        (gdp_rows({2010: 1000, 2011: 1100}), energy_rows({2011: 528, 2012: 540}), "targets.no_base_year"),
        (gdp_rows({2010: 1000, 2012: 1210}), energy_rows({2010: 500, 2011: 528, 2012: 540}), "targets.gap"),
        (gdp_rows({2010: 1000, 2011: 1100, 2012: 1210}), energy_rows({2010: 500, 2012: 540}), "targets.gap"),
        (
            gdp_rows({2005: 700, 2009: 900}, "2005") + gdp_rows({2010: 1000, 2011: 1100}),
            energy_rows({2010: 500, 2011: 528}),
            "targets.no_link",
        ),
        (
            gdp_rows({2010: 1000, 2011: 1100}),
            "江苏,2010,,assessed_fuel=煤炭,assessed_energy,5,万tce,测试,,,示例\n",
            "targets.fuels",
        ),
        (gdp_rows({2010: 1000, 2011: 1100}), "", "targets.none"),
    ],
)
def test_faults_are_told_in_words(tmp_path, gdp, coal, code):
    assert code in codes(project(tmp_path, gdp, coal))


def test_current_prices_in_one_year_only_are_the_base_year_itself():
    problems = Collector()
    assert (
        gdp_at_base({2010: {2010: 1000.0}}, 2010, "江苏", problems) == ({2010: 1000.0}, 2010) and not problems.reported
    )


TARGETS = "region,indicator,base_year,target_year,reduction_pct,source\n"


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("江苏,co2_per_gdp,2010,2015,117,文件\n", "targets.above_100"),
        ("江苏,强度,2010,2015,17,文件\n", "targets.indicator"),
        ("江苏,co2_per_gdp,2015,2010,17,文件\n", "targets.years"),
        ("某省,co2_per_gdp,2010,2015,17,文件\n", "word.region"),
        ("江苏,co2_per_gdp,2010,2015,17,文件\n江苏,co2_per_gdp,2010,2015,18,文件\n", "targets.twice"),
    ],
)
def test_faulty_targets_are_told(tmp_path, row, code):
    folder = project(
        tmp_path, gdp_rows({2010: 1000, 2011: 1100}), energy_rows({2010: 500, 2011: 528}), targets=TARGETS + row
    )
    assert code in codes(folder)


def test_own_target_stands_before_the_package_and_later_periods_are_data(tmp_path):
    folder = project(
        tmp_path,
        gdp_rows({2010: 1000, 2011: 1100}),
        energy_rows({2010: 500, 2011: 528}),
        targets=TARGETS + "江苏,单位GDP二氧化碳,2010,2015,21,省里的文件\n江苏,co2_per_gdp,2020,2025,18,后来的文件\n",
    )
    found = targets_of(read_levels([folder]), Collector())
    mine = {
        (t.base_year, t.target_year): (t.reduction, t.standing)
        for t in found
        if t.region == "江苏" and t.indicator == CO2
    }
    assert mine == {(2010, 2015): (0.21, "own"), (2015, 2020): (0.205, "unverified"), (2020, 2025): (0.18, "own")}


def test_missing_electricity_is_a_warning(tmp_path):
    coal = "".join(
        f"江苏,{y},,assessed_fuel={f},assessed_energy,{v},万tce,测试,,,示例\n"
        for y in (2010, 2011)
        for f, v in (("煤炭", 500), ("油品", 1), ("天然气", 1))
    )
    report = assess(read_levels([project(tmp_path, gdp_rows({2010: 1000, 2011: 1100}), coal)]))
    assert [p.code for p in report.problems if p.code.startswith("targets")] == ["targets.no_electricity"]


def test_caps_are_checked_and_converted(tmp_path):
    folder = project(
        tmp_path,
        gdp_rows({2010: 1000, 2011: 1100}),
        energy_rows({2010: 500, 2011: 528}),
        caps="region,indicator,year,value,unit,source\n江苏,co2,2013,1500,万吨,文件\n江苏,energy,2015,10,万吨,文件\n",
    )
    problems = Collector()
    caps = caps_of(read_levels([folder]), problems)
    assert [(c.value, c.unit) for c in caps] == [(1500, "万t CO2")] and [p.code for p in problems] == ["targets.unit"]
    (check,) = assess(read_levels([folder])).caps
    assert check.used == pytest.approx(528 * 2.64 / 1500) and check.allowed_growth == pytest.approx(
        (1500 / (528 * 2.64)) ** 0.5 - 1
    )


def test_example_targets_ranking_and_parts():
    levels = read_levels([ROOT / "examples" / "levels"])
    report = assess(levels)
    assert not [p for p in report.problems if p.severity == "error"]
    assert {a.region for a in report.assessments} == {"江苏", *(r.name for r in levels.tree.children("江苏"))}
    ranked = report.ranking(CO2, "江苏", levels, 2015)
    assert len(ranked) == 13 and all(a.progress >= b.progress for a, b in itertools.pairwise(ranked))
    check = next(c for c in report.parts if c.whole == "江苏" and c.target.indicator == CO2)
    assert (
        check.lowest == 0.14
        and check.highest == 0.20
        and check.lowest < check.implied < check.highest
        and check.enough is True
    )
    nation = next(
        c for c in report.parts if c.whole == "全国" and c.target.indicator == CO2 and c.target.target_year == 2015
    )
    assert nation.implied is None and nation.enough is None and len(nation.parts) == 31


def test_implied_target_of_parts_by_hand(tmp_path):
    # two parts of 40 and 60: 1 − (0.4·0.9 + 0.6·0.8) = 0.16; the second grows twice as fast: 1 − (0.4·1·0.9 +
    # 0.6·2·0.8)/1.6 = 0.175
    rows = "".join(
        gdp_rows({2010: a, 2011: b}, region=r) for r, a, b in (("甲市", 40, 40), ("乙市", 60, 120), ("丙", 100, 160))
    )
    coal = "".join(energy_rows({2010: a, 2011: a}, r) for r, a in (("甲市", 40), ("乙市", 60), ("丙", 100)))
    folder = project(
        tmp_path,
        rows,
        coal,
        regions="name,level,parent\n丙,省级,全国\n甲市,地级市,丙\n乙市,地级市,丙\n",
        targets=TARGETS
        + "丙,co2_per_gdp,2010,2015,17,文件\n甲市,co2_per_gdp,2010,2015,10,文件\n乙市,co2_per_gdp,2010,2015,20,文件\n",
        assessment="choice,option,reason\ngrid_scope,province,测试\n",
        assessment_factors="parameter,keys,gas,value,unit,source,kind\ngrid_ef_province,region=丙,CO2,0.7,kg "
        "CO2/kWh,测试,省级\n",
    )
    report = assess(read_levels([folder]))
    check = next(c for c in report.parts if c.whole == "丙")
    assert (
        check.implied == pytest.approx(0.16)
        and check.growth == pytest.approx(0.175)
        and check.growth_year == 2011
        and check.enough is True
    )


def test_printed_report_in_both_languages():
    levels = read_levels([ROOT / "examples" / "levels"])
    report = assess(levels)
    zh, en = text(report, levels), text(report, levels, "en")
    assert len(zh) == len(en) and any("待核对" in x for x in zh) and any("unverified" in x for x in en)
