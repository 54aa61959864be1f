"""The checklist that pays: most doubtful tonnes first, ranges at once, slips caught, progress in tonnes, shared with
another province by name."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from inventory import api
from inventory.analysis.doubt import doubtful, lines_for, tonnes_by_standing
from inventory.cli.app import app
from inventory.edition import load
from inventory.templates_xlsx.checklist import write_checklist

ROOT = Path(__file__).parent.parent
HEADER = "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind\n"
DATA = (
    HEADER
    + """江苏,2005,2.1,,clinker_production,5000,万吨,建材协会,5,,部门
江苏,2005,2.2,,lime_production,100,万吨,建材协会,5,,部门
江苏,2005,3.1,单季稻,rice_area,220,万公顷,统计局,5,,统计
江苏,2005,1.1.6,设备=其他设备；燃料品种=天然气,fuel_consumption,10,亿立方米,统计局,5,,统计
"""
)
EDITION = load("prov2011")


def run(*arguments: object):
    return CliRunner().invoke(app, [str(a) for a in arguments])


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "江苏"
    folder.mkdir()
    (folder / "长表.csv").write_text(DATA, "utf-8")
    return folder


def filled(project: Path, path: Path, change: Callable[[openpyxl.Workbook, dict[str, int]], None]) -> Path:
    """The checklist of a project with something filled in."""
    write_checklist(api.compile(project), path)
    book = openpyxl.load_workbook(path)
    change(book, {str(c.value): c.column for c in book["核对表"][7]})
    book.save(path)
    return path


def row_of(sheet, factor: str) -> int:
    return next(r for r in range(8, sheet.max_row + 1) if sheet.cell(r, 2).value == factor)


def test_the_most_doubtful_tonnes_stand_first(project: Path) -> None:
    ledger = api.compile(project)
    rows = doubtful(ledger)
    assert [r.doubt for r in rows] == sorted((r.doubt for r in rows), reverse=True) and rows[-1].share == pytest.approx(
        1
    )
    clinker = next(r for r in rows if r.factor.id == "ippu.cement.clinker")
    assert (
        clinker.reach == pytest.approx(5000e4 * 0.538)
        and clinker.doubt == pytest.approx(0.5 * clinker.reach)
        and rows[0] == clinker
    )
    assert 1 <= lines_for(rows) <= len(rows) and lines_for(rows, 0.0) == 1


@pytest.mark.slow
def test_the_example_is_settled_by_few_lines() -> None:
    rows = doubtful(api.compile(ROOT / "examples" / "jiangsu"))
    assert lines_for(rows) < len(rows) / 2 and len(rows) > 100


def test_sheets_by_chapter_with_evidence_beside(project: Path, tmp_path: Path) -> None:
    path = filled(project, tmp_path / "k.xlsx", lambda book, at: None)
    book = openpyxl.load_workbook(path)
    assert (
        book.sheetnames == ["核对表", "核对表·能源活动", "核对表·工业生产过程", "核对表·农业活动", "核对表·成批"]
        or book.sheetnames[-1] == "核对表·成批"
    )
    sheet = book["核对表"]
    heads = {c.value: c.column for c in sheet[7]}
    row = row_of(sheet, "ippu.cement.clinker")
    assert (
        sheet.cell(row, heads["2026年数据库"]).value.startswith("2026: 0.5274")
        and "万t CO2e" in sheet["A4"].value
        and "90%" in sheet["A3"].value
    )
    chapter = next(s for s in book.worksheets if "工业" in s.title)
    assert [chapter.cell(r, 2).value for r in range(8, chapter.max_row + 1)] == ["ippu.cement.clinker", "ippu.lime"]


def test_ranges_are_confirmed_at_once_with_one_name(project: Path, tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook, at: dict[str, int]) -> None:
        bulk = book["核对表·成批"]
        bulk["A4"], bulk["B4"], bulk["C4"], bulk["D4"], bulk["E4"] = 1, 3, "张三", "2026-03-01", "第30–35页"

    path = filled(project, tmp_path / "k.xlsx", change)
    before = api.compile(project)
    done = run("factors", "load", path, project)
    assert done.exit_code == 0 and "已核对 3 个" in done.output and "核对以前" in done.output and "现在" in done.output
    after = api.compile(project)
    checked = {f.id for f in after.factors if f.checked_by == "张三"}
    assert checked == {r.factor.id for r in doubtful(before)[:3]} and after.mass_t(gas="CO2") == before.mass_t(
        gas="CO2"
    )
    assert tonnes_by_standing(after)["checked"] > 0 == tonnes_by_standing(after, checked=False)["checked"]
    assert sum(tonnes_by_standing(after).values()) == pytest.approx(sum(tonnes_by_standing(before).values()))
    assert "第30–35页" in (project / "核对表.csv").read_text("utf-8-sig")


def test_a_range_that_is_none_is_refused(project: Path, tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook, at: dict[str, int]) -> None:
        bulk = book["核对表·成批"]
        bulk["A4"], bulk["B4"], bulk["C4"], bulk["D4"] = 300, 310, "张三", "2026-03-01"

    done = run("factors", "load", filled(project, tmp_path / "k.xlsx", change), project)
    assert done.exit_code == 1 and "300" in done.output and not (project / "核对表.csv").exists()


def test_marks_bounds_page_and_one_name_above(project: Path, tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook, at: dict[str, int]) -> None:
        sheet = book["核对表"]
        sheet["D6"], sheet["F6"] = "李四", "2026-04-02"
        lime, rice = row_of(sheet, "ippu.lime"), row_of(sheet, "agriculture.rice.ch4.e.single")
        sheet.cell(lime, at["印本数值"]).value = "√"
        sheet.cell(rice, at["印本数值"]).value = 215.5
        sheet.cell(rice, at["印本下限"]).value = 158.2
        sheet.cell(rice, at["印本上限"]).value = 255.9
        sheet.cell(rice, at["页码或依据"]).value = "第50页"

    assert run("factors", "load", filled(project, tmp_path / "k.xlsx", change), project).exit_code == 0
    found = {f.id: f for f in api.compile(project).factors}
    assert found["ippu.lime"].checked_by == "李四" and found["ippu.lime"].checked_date == "2026-04-02"
    rice = found["agriculture.rice.ch4.e.single"]
    assert (rice.checked_by, rice.lower, rice.upper) == ("李四", 158.2, 255.9)


@pytest.mark.parametrize(
    ("printed", "evidence", "code", "word"),
    [(5.38, "", 1, "5.38"), (0.538 * 12 / 44, "", 1, "44"), (5.38, "第28页", 0, "更正"), (0.527, "", 0, "更正")],
)
def test_slips_are_caught(project: Path, tmp_path: Path, printed: float, evidence: str, code: int, word: str) -> None:
    def change(book: openpyxl.Workbook, at: dict[str, int]) -> None:
        sheet = book["核对表"]
        row = row_of(sheet, "ippu.cement.clinker")
        for name, value in (
            ("印本数值", printed),
            ("页码或依据", evidence),
            ("核对人", "张三"),
            ("核对日期", "2026-03-01"),
        ):
            sheet.cell(row, at[name]).value = value or None

    done = run("factors", "load", filled(project, tmp_path / "k.xlsx", change), project)
    assert done.exit_code == code and word in done.output, done.output
    assert (project / "核对表.csv").exists() is (code == 0)


def test_bounds_that_do_not_hold_the_value(project: Path, tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook, at: dict[str, int]) -> None:
        sheet = book["核对表"]
        row = row_of(sheet, "ippu.cement.clinker")
        for name, value in (("印本数值", 0.538), ("印本下限", 0.6), ("核对人", "张三"), ("核对日期", "2026-03-01")):
            sheet.cell(row, at[name]).value = value

    done = run("factors", "load", filled(project, tmp_path / "k.xlsx", change), project)
    assert done.exit_code == 1 and "0.6" in done.output


def test_shared_checks_count_only_when_adopted_by_name(project: Path, tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook, at: dict[str, int]) -> None:
        bulk = book["核对表·成批"]
        bulk["A4"], bulk["B4"], bulk["C4"], bulk["D4"] = 1, 2, "张三", "2026-03-01"

    assert run("factors", "load", filled(project, tmp_path / "k.xlsx", change), project).exit_code == 0
    shared = tmp_path / "江苏核对.csv"
    done = run("factors", "checklist", project, "--shared", "-o", shared)
    assert done.exit_code == 0 and "2 个" in done.output and "江苏" in shared.read_text("utf-8-sig")
    other = tmp_path / "安徽"
    other.mkdir()
    (other / "长表.csv").write_text(DATA.replace("江苏", "安徽"), "utf-8")
    done = run("factors", "load", shared, other)
    assert "张三（江苏）" in done.output and not (other / "核对表.csv").exists()
    assert not any(f.checked_by for f in api.compile(other).factors)
    shutil.copy(shared, other / "共享.csv")  # lying in the folder it raises nothing either, and says so
    ledger = api.compile(other)
    assert not any(f.checked_by for f in ledger.factors) and any(p.code == "check.shared" for p in ledger.warnings)
    (other / "共享.csv").unlink()
    done = run("factors", "load", shared, other, "--adopt", "王五", "--adopt-date", "2026-05-01")
    assert done.exit_code == 0 and "已核对 2 个" in done.output
    assert {f.checked_by for f in api.compile(other).factors if f.checked_by} == {"张三（江苏）；采用：王五 2026-05-01"}


def test_nothing_to_share_is_told(project: Path, tmp_path: Path) -> None:
    done = run("factors", "checklist", project, "--shared", "-o", tmp_path / "x.csv")
    assert done.exit_code == 1 and "核对表.csv" in done.output
