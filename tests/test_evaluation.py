"""The yearly assessment: plans, accepted chain, points and veto worked by hand; table and document that can be handed
in."""

from __future__ import annotations

import random
from pathlib import Path

import openpyxl
import pytest
from test_levels_faults import FALLING, FLAT, fuels, gdp, project
from typer.testing import CliRunner

from inventory.app.levels import TargetsRequest, TargetsResult, assess_targets
from inventory.cli.app import app
from inventory.policy.evaluation import Evaluation
from inventory.regions import built_in

ROOT = Path(__file__).resolve().parents[1]
STATED = "region,indicator,year,{},source\n"


def made(folder: Path, **more: object) -> TargetsResult:
    return assess_targets(TargetsRequest((folder,), with_inventory=False, **more))  # type: ignore[arg-type]


def one(result: TargetsResult, year: int) -> Evaluation:
    return next(e for e in result.evaluations if e.year == year and e.assessment.target.indicator == "co2_per_gdp")


def test_plan_accepted_chain_and_points_by_hand(tmp_path: Path) -> None:
    """Emissions 100, 96, 93 at flat GDP: 2012 falls by 1 - 93/96 = 3.125 %. Plan 3.5 %, accepted to 2011 3.8 %: 1 -
    0.962 x 0.96875 = 6.80625 %."""
    folder = project(tmp_path, gdp("涪陵区", FLAT), fuels("涪陵区", FALLING), "涪陵区,co2_per_gdp,2010,2015,17,方案\n")
    (folder / "年度计划目标.csv").write_text(
        STATED.format("reduction_pct") + "涪陵区,co2_per_gdp,2012,3.5,年度计划\n", "utf-8"
    )
    (folder / "认定结果.csv").write_text(
        STATED.format("cumulative_pct") + "涪陵区,co2_per_gdp,2011,3.8,认定函\n", "utf-8"
    )
    (folder / "评分.csv").write_text("region,item,year,score,source\n涪陵区,tasks,2012,45,考核组\n", "utf-8")
    e = one(made(folder), 2012)
    assert e.annual == pytest.approx(1 - 93 / 96) and (e.plan, e.plan_source) == (0.035, "年度计划")
    assert e.cumulative == pytest.approx(0.0680625) and e.recomputed == pytest.approx(0.07)
    assert e.scheduled == pytest.approx(1 - 0.83**0.4)
    points = {s.item: s.got for s in e.scores}
    assert points["annual"] == pytest.approx(25 * 0.03125 / 0.035)
    assert points["cumulative"] == pytest.approx(25 * 0.0680625 / (1 - 0.83**0.4)) and points["tasks"] == 45
    assert e.vetoed and e.grade == {"zh": "不合格", "en": "fail", "standing": "unverified"}  # both items were missed
    later = one(made(folder), 2013)
    assert (
        later.accepted_before is None
        and later.cumulative == pytest.approx(0.10)
        and later.total is None
        and later.grade is None
    )


def test_all_items_reached_is_graded(tmp_path: Path) -> None:
    folder = project(tmp_path, gdp("涪陵区", FLAT), fuels("涪陵区", FALLING), "涪陵区,co2_per_gdp,2010,2015,10,方案\n")
    (folder / "scores.csv").write_text("region,item,year,score,source\n涪陵区,tasks,2012,41,考核组\n", "utf-8")
    e = next(e for e in made(folder).evaluations if e.year == 2012 and e.assessment.target.source == "方案")
    assert (
        not e.vetoed
        and e.total == pytest.approx(91)
        and e.grade == {"zh": "优秀", "en": "excellent", "standing": "unverified"}
    )


def test_a_figure_stated_twice_counts_for_nothing(tmp_path: Path) -> None:
    folder = project(tmp_path, gdp("涪陵区", FLAT), fuels("涪陵区", FALLING), "涪陵区,co2_per_gdp,2010,2015,17,方案\n")
    (folder / "accepted.csv").write_text(
        STATED.format("cumulative_pct") + "涪陵区,co2_per_gdp,2011,3.8,甲\n涪陵,co2_per_gdp,2011,4,乙\n", "utf-8"
    )
    result = made(folder)
    assert any(p.severity == "error" for p in result.problems) and one(result, 2012).accepted_before is None
    assert any(p.code == "targets.no_rule" for p in made(folder, rule="1999").problems)


def test_thirty_nine_districts_agree_with_plain_python(tmp_path: Path) -> None:
    rng = random.Random(5)
    names = [r.name for r in built_in().children("重庆") if r.level != "园区"]
    energy = {n: {y: rng.uniform(90, 110) * 0.96 ** (y - 2010) for y in range(2010, 2016)} for n in names}
    product = {n: {y: rng.uniform(95, 105) * 1.1 ** (y - 2010) for y in range(2010, 2016)} for n in names}
    folder = project(tmp_path, "".join(gdp(n, product[n]) for n in names), "".join(fuels(n, energy[n]) for n in names))
    result = made(folder)
    seen = 0
    for e in result.evaluations:
        if e.assessment.target.indicator != "co2_per_gdp":
            continue
        n = e.assessment.region
        intensity = {y: energy[n][y] / product[n][y] for y in energy[n]}
        assert e.annual == pytest.approx(1 - intensity[e.year] / intensity[e.year - 1], rel=1e-12, abs=1e-14)
        assert e.recomputed == pytest.approx(1 - intensity[e.year] / intensity[2010], rel=1e-12, abs=1e-14)
        seen += 1
    assert seen == len(names) * 5


def test_the_table_has_live_formulas_and_the_document_its_chapters(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    table, document = tmp_path / "核查表.xlsx", tmp_path / "自评估.docx"
    result = made(ROOT / "examples" / "levels", table=table, document=document)  # the region above all others by itself
    again = tmp_path / "again.xlsx"
    made(ROOT / "examples" / "levels", table=again)
    assert table.read_bytes() == again.read_bytes()
    book = openpyxl.load_workbook(table)
    assert [s.title for s in book.worksheets] == ["各地区汇总", "核查表"]
    assert str(book["各地区汇总"]["D4"].value).startswith("=") and book["各地区汇总"].max_row == 5 + len(
        result.evaluations
    )  # a line to sign below
    assert book["各地区汇总"].print_title_rows == "$3:$3" and "审核人" in str(
        book["各地区汇总"].cell(book["各地区汇总"].max_row, 1).value
    )
    text = "\n".join(p.text for p in docx.Document(str(document)).paragraphs)
    assert "江苏省2013年度控制温室气体排放目标责任自评估报告" in text and "各地区完成情况" in text and "示例" in text


@pytest.mark.office
def test_the_table_recalculates(tmp_path: Path) -> None:
    from office import differences, need_office, recalculated

    need_office()
    table = tmp_path / "t.xlsx"
    made(ROOT / "examples" / "levels", table=table)
    count, apart = differences(table, recalculated(table, tmp_path))
    assert count > 400 and apart == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_console_is_one_screen(lang: str, tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["targets", str(ROOT / "examples" / "levels"), "--no-inventory", "--lang", lang])
    lines = run.stdout.splitlines()
    assert run.exit_code == 0 and len(lines) <= 40 and not any("全国" in x for x in lines)
    if lang == "en":
        assert "、" not in run.stdout and "，" not in run.stdout
    everything = CliRunner().invoke(
        app, ["targets", str(ROOT / "examples" / "levels"), "--no-inventory", "--all", "--lang", lang]
    )
    assert len(everything.stdout.splitlines()) > len(lines)
    assert (
        CliRunner()
        .invoke(
            app,
            ["targets", str(ROOT / "examples" / "levels"), "--report", str(tmp_path / "x.docx"), "--region", "浙江"],
        )
        .exit_code
        == 1
    )


def test_a_year_between_inventories_has_its_bulletin(tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    for lang in ("zh", "en"):
        out = tmp_path / f"{lang}.docx"
        run = CliRunner().invoke(
            app, ["bulletin", str(ROOT / "examples" / "levels"), "--year", "2012", "-o", str(out), "--lang", lang]
        )
        assert run.exit_code == 0, run.output
        document = docx.Document(str(out))
        text = "\n".join(p.text for p in document.paragraphs)
        cells = [c.text for t in document.tables for r in t.rows for c in r.cells]
        assert (
            ("2012年能源活动二氧化碳排放核算情况通报" in text)
            if lang == "zh"
            else ("2012" in text and not any("一" <= c <= "鿿" for c in text))
        )
        # 2011 61,625.6 and 2012 63,846.4: +3.6 %
        assert {"61,625.6", "63,846.4", "3.6%"} <= set(cells) and ("两个口径" in text or "not one series" in text)
    none = CliRunner().invoke(
        app, ["bulletin", str(ROOT / "examples" / "levels"), "--year", "2019", "-o", str(tmp_path / "x.docx")]
    )
    assert none.exit_code == 1 and not (tmp_path / "x.docx").exists()
