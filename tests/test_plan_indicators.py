"""Indicators beyond the two intensities, subjects beyond regions, the pilots' own targets, actions and projects."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_levels_faults import FALLING, FLAT, fuels, gdp, project, row
from typer.testing import CliRunner

from inventory.app.levels import (
    ActionsRequest,
    PilotsRequest,
    TargetsRequest,
    TargetsResult,
    assess_targets,
    list_actions,
    list_pilots,
)
from inventory.cli.app import app
from inventory.core.problems import InventoryError
from inventory.policy.indicators import IndicatorCheck, line
from inventory.policy.pilots import pilots, without_figures
from inventory.policy.published import package_targets, pilot_intensities, pilot_targets
from inventory.policy.subjects import declared
from inventory.regions import built_in

TARGETS = "region,indicator,base_year,target_year,reduction_pct,source\n"
DATA = "region,indicator,year,value,unit,source,data_kind\n"


def made(folder: Path, **files: str) -> TargetsResult:
    for name, content in files.items():
        (folder / f"{name}.csv").write_text(content, "utf-8")
    return assess_targets(TargetsRequest((folder,), with_inventory=False))


def check(result: TargetsResult, subject: str, indicator: str) -> IndicatorCheck:
    return next(c for c in result.indicators if (c.target.subject, c.target.indicator.id) == (subject, indicator))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return project(tmp_path, gdp("重庆", FLAT), fuels("重庆", FALLING))


def test_levels_increases_and_declines_by_hand(folder: Path) -> None:
    """Non-fossil share 8 % in 2010, 10.5 % in 2013, target 13 % in 2015: the even way asks for 8 + 5 x 3/5 = 11 %.
    Stock +900 of 1,500: the way asks for 900. Energy per head 400 -> 360: 10 %, asked 1 - 0.85^0.6 = 9.29 %."""
    result = made(
        folder,
        控制目标=TARGETS
        + "重庆,森林蓄积量增加量,2010,2015,1500,方案\n重庆,公共机构人均能耗,2010,2015,15%,方案\n重庆,能源消费总量,2010,2015,95,方案\n",
        指标数据=DATA
        + "重庆,非化石能源占比,2010,8,%,统计,示例\n重庆,非化石能源比重,2013,10.5,%,统计,示例\n"
        + "重庆,森林蓄积量,2010,1.5,亿m3,统计,示例\n重庆,森林蓄积量,2013,15900,万m3,统计,示例\n"
        + "重庆,公共机构人均能耗,2010,400,kgce/人,统计,示例\n重庆,公共机构人均能耗,2013,0.36,tce/人,统计,示例\n"
        + "重庆,能源消费总量,2010,100,万tce,统计,示例\n重庆,能源消费总量,2015,95,万tce,统计,示例\n",
    )
    share, stock = check(result, "重庆", "non_fossil_share"), check(result, "重庆", "forest_stock_increase")
    assert (share.done, share.scheduled, share.on_schedule, share.met) == (10.5, pytest.approx(11), False, False)
    assert (stock.done, stock.scheduled, stock.on_schedule) == (pytest.approx(900), pytest.approx(900), True)
    heads = check(result, "重庆", "public_energy_per_head")
    assert heads.done == pytest.approx(0.10) and heads.scheduled == pytest.approx(1 - 0.85**0.6) and heads.on_schedule
    total = check(result, "重庆", "energy_total")
    assert total.met and total.final  # a cap met exactly is kept
    assert not [p for p in result.problems if p.severity == "error"]
    for c in result.indicators:
        assert c.target.subject in line(c, "zh") and line(c, "en")


def test_an_enterprise_and_an_industry_have_targets_of_their_own(folder: Path) -> None:
    result = made(
        folder,
        subjects="name,kind,region\n示例钢铁集团,企业,重庆\n钢铁行业,行业,重庆\n",
        targets=TARGETS
        + "示例钢铁集团,单位产品二氧化碳排放,2010,2015,10,责任书\n钢铁行业,单位增加值二氧化碳排放,2010,2015,＞18,方案\n",
        indicator_data=DATA
        + "示例钢铁集团,单位产品二氧化碳排放,2010,2.0,t CO2/t,报告,示例\n示例钢铁集团,单位产品二氧化碳排放,2015,1.8,t CO2/t,报告,示例\n"
        + "钢铁行业,单位增加值二氧化碳排放,2010,10,t CO2/万元,统计,示例\n钢铁行业,单位增加值二氧化碳排放,2015,8.2,t CO2/万元,统计,示例\n",
    )
    firm, industry = check(result, "示例钢铁集团", "co2_per_product"), check(result, "钢铁行业", "co2_per_value_added")
    assert firm.done == pytest.approx(0.1) and firm.met
    assert industry.done == pytest.approx(0.18) and not industry.met  # more than 18 % is asked


@pytest.mark.parametrize(
    ("target", "data", "code"),
    [
        ("钢铁行业,单位产品能耗,2010,2015,10,方案\n", "", "targets.subject"),
        ("重庆,非化石占,2010,2015,13,方案\n", "", "targets.indicator"),
        ("企业甲,单位GDP二氧化碳,2010,2015,13,方案\n", "", "targets.subject_indicator"),
        ("重庆,非化石能源占比,2010,2015,13,方案\n重庆,非化石能源比重,2010,2015,14,方案\n", "", "targets.twice"),
        ("", "重庆,非化石能源占比,2010,8,万tce,统计,\n", "targets.unit"),
        ("", "重庆,非化石能源占比,2010,8,%,统计,\n重庆,非化石能源占比,2010,9,%,统计,\n", "targets.stated_twice"),
        ("", "某地,非化石能源占比,2010,8,%,统计,\n", "targets.subject"),
        ("", "重庆,没有的指标,2010,8,%,统计,\n", "targets.indicator"),
    ],
)
def test_faults_are_named(folder: Path, target: str, data: str, code: str) -> None:
    result = made(
        folder, targets=TARGETS + target, indicator_data=DATA + data, subjects="name,kind,region\n企业甲,企业,重庆\n"
    )
    found = [p for p in result.problems if p.code == code and p.severity == "error"]
    assert found and all(p.text("zh") and p.text("en") for p in found)


def test_a_target_without_figures_is_named(folder: Path) -> None:
    result = made(folder, targets=TARGETS + "重庆,森林覆盖率,2010,2015,45,方案\n")
    assert [dict(p.facts)["missing"] for p in result.problems if p.code == "targets.no_indicator_data"] == [
        "重庆 森林覆盖率"
    ]


def test_published_targets_keep_their_comparison() -> None:
    """渝府发〔2012〕102号 prints more than 17 %."""
    chongqing = next(t for t in package_targets() if t.region == "重庆" and t.indicator == "co2_per_gdp")
    assert (chongqing.reduction, chongqing.comparison) == (0.17, ">")


def test_the_pilots_own_targets() -> None:
    rows = pilot_targets()
    assert len(rows) == 169 and len({r.pilot for r in rows}) == 14
    assert set(without_figures()) == {"呼伦贝尔", "淮安", "池州", "南平", "广元", "延安"}
    assert not {r.region for r in pilots()} & set(without_figures())
    known = declared()
    assert all(not r.indicator or r.indicator in known or r.indicator.endswith("per_gdp") for r in rows)
    of = {(t.region, t.indicator, t.base_year, t.target_year): t for t in pilot_intensities()}
    assert of["深圳", "co2_per_gdp", 2010, 2015].reduction == 0.21
    hangzhou = of["杭州", "co2_per_gdp", 2010, 2015]
    assert (hangzhou.reduction, hangzhou.standing) == (0.20, "conflict")
    assert all(t.region in built_in() for t in of.values())
    noted = {r.pilot for r in rows if r.note}
    assert {"杭州", "厦门", "深圳", "广东"} <= noted


def test_a_pilot_city_is_assessed_by_its_own_targets(tmp_path: Path) -> None:
    folder = project(tmp_path, gdp("深圳", FLAT), fuels("深圳", FALLING))
    found = {
        (a.target.base_year, a.target.target_year, a.target.reduction)
        for a in assess_targets(TargetsRequest((folder,), with_inventory=False)).report.assessments
        if a.target.indicator == "co2_per_gdp"
    }
    # 35 % since 2005 needs figures of 2005, which this project has not
    assert found == {(2010, 2015, 0.21), (2010, 2020, 0.28)}


def test_the_users_region_stands_on_the_chart(tmp_path: Path) -> None:
    folder = project(
        tmp_path,
        gdp("宁波", {2010: 5126}) + row("宁波", 2010, "resident_population", 761, "万人"),
        fuels("宁波", {2010: 1000}),
    )
    rows = list_pilots(PilotsRequest(None, "zh", (folder,))).pilots
    own = rows[-1]
    assert own.region == "宁波" and own.batch == 0
    assert own.gdp_per_head_yuan == pytest.approx(5126 / 761 * 1e4)
    assert own.co2_per_head_t == pytest.approx(1000 * 2.64 / 761)
    shown = CliRunner().invoke(app, ["pilots", str(folder), "--targets"]).output
    assert "本项目 2010" in shown and "呼伦贝尔" in shown and "表16" in shown
    with pytest.raises(InventoryError, match="常住人口"):
        list_pilots(PilotsRequest(None, "zh", (project(tmp_path, gdp("宁波", {2010: 5126})),), ("宁波",)))


ACTIONS = "编号,名称,类型,地区,责任单位,起始年份,完成年份,年效果,单位,文件\n"
PROGRESS = "编号,年份,进度,当年效果,进展情况,来源\n"


def test_actions_have_progress_and_effects(folder: Path) -> None:
    (folder / "行动项目.csv").write_text(
        ACTIONS
        + "A1,节能改造,行动,重庆,经信委,2011,2015,50,万t CO2,附件2\nP1,风电场,项目,重庆,能源局,2012,2013,30,万tce,附件3\n"
        + "A2,宣传,行动,重庆,发改委,2011,2015,,,附件2\n",
        "utf-8",
    )
    (folder / "行动进展.csv").write_text(
        PROGRESS + "A1,2012,50,22.5,已改造三家,月报\nA1,2013,55,25,,月报\nP1,2013,100,31,投产,月报\n", "utf-8"
    )
    result = list_actions(ActionsRequest((folder,)))
    assert result.year == 2013 and result.register.effects(2013) == {"万t CO2": 25.0, "万tce": 31.0}
    shown = CliRunner().invoke(app, ["actions", str(folder), "-o", str(folder.parent / "r.csv")])
    assert (
        "完成 0 项，落后于计划 1 项，没有报进展 A2" in shown.output
        and "A1 节能改造：55% / 60%，落后，25.00 万t CO2" in shown.output
    )
    (folder / "行动进展.csv").write_text(PROGRESS + "A1,2012,50,,,月报\nA1,2013,40,,,月报\nX,2013,40,,,月报\n", "utf-8")
    codes = {p.code for p in list_actions(ActionsRequest((folder,))).problems}
    assert {"actions.backwards", "actions.unknown"} <= codes
