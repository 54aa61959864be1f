"""Less to fill: folded rows, rows by what the source lists, the table asked for instead of what it gives, and what comes
back from two departments."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

import inventory
from inventory.analysis.account import account_of
from inventory.core.activity import Project
from inventory.core.problems import InventoryError
from inventory.edition import load
from inventory.templates_xlsx.book import PAGE_WIDTH
from inventory.templates_xlsx.gaps import gathered, missing_figures, missing_rows
from inventory.templates_xlsx.letters import LetterScope, letters, write_letters
from inventory.templates_xlsx.plan import plan
from inventory.templates_xlsx.write import write_template

HEADER = "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind\n"
CLINKER = "湖北,2010,,,clinker_production,{value},{unit},{source},,,统计\n"


def rows_of(sheet: object) -> dict[tuple[str, ...], int]:
    """The words of the first columns of every numbered row -> the row."""
    return {
        tuple(str(c.value or "") for c in row[1:4]): row[0].row
        for row in sheet.iter_rows(min_row=7)  # type: ignore[attr-defined]
        if str(row[0].value or "").isdigit()
    }


def test_a_newcomer_is_asked_what_a_colleague_would_ask() -> None:
    edition = load("prov2011")
    gaps = missing_figures(Project(), edition, ["湖北"], [2010])
    assert 120 <= len(gaps) <= 200, "figures of one year"
    assert len(gathered(gaps)) <= 50, "lines of the list"
    names = {g.quantity for g in gaps}
    assert "地区能源平衡表（实物量）" in names
    assert not names & {"化石燃料消费量", "非能源利用量", "外购电量（市、县、园区净调入）", "畜禽饲养规模构成"}
    cod = [g for g in gaps if g.quantity == "工业废水COD量"]
    assert len(cod) == 1 and "统计列出" in cod[0].item
    assert all(g.item.endswith("不分规模") for g in gaps if g.quantity == "畜禽年末存栏量")


def test_what_the_source_lists_is_all_there_is(tmp_path: Path) -> None:
    row = "湖北,2010,,industry=纺织业;pathway=排入环境,industrial_cod,2,万t COD,环境年鉴,,,统计\n"
    (tmp_path / "a.csv").write_text(HEADER + row, "utf-8")
    project, _ = inventory.read(tmp_path)
    gaps = missing_figures(project, load("prov2011"), ["湖北"], [2010])
    assert "工业废水COD量" not in {g.quantity for g in gaps}


def test_rows_without_statistics_are_folded_and_read_when_filled(tmp_path: Path) -> None:
    edition, path = load("prov2011"), tmp_path / "农业.xlsx"
    write_template(plan(edition, ("agriculture",), "湖北", (2010,)), path)
    book = openpyxl.load_workbook(path)
    sheet = next(s for s in book if any(k[0] == "畜禽年末存栏量" for k in rows_of(s)))
    rows = rows_of(sheet)
    whole, part = rows["畜禽年末存栏量", "奶牛", "不分规模"], rows["畜禽年末存栏量", "奶牛", "农户饲养"]
    assert not sheet.row_dimensions[whole].hidden
    assert sheet.row_dimensions[part].hidden and sheet.row_dimensions[part].outlineLevel == 1
    assert not sheet.protection.sheet, "Excel unfolds nothing on a protected sheet"
    at = {str(c.value).removesuffix(".0"): c.column for c in sheet[5]}
    sheet.cell(part, at["2010"]).value, sheet.cell(part, at["数据来源"]).value = 12.5, "统计年鉴"
    book.save(path)
    project, problems = inventory.read(path)
    assert [(dict(d.item)["scale"], d.value) for d in project.data] == [("农户饲养", 12.5)]
    assert not [p for p in problems if p.severity == "error"]


def test_the_statistics_office_is_asked_for_the_table_on_its_form(tmp_path: Path) -> None:
    edition, project = load("prov2011"), Project()
    missing = missing_rows(project, edition, "湖北", [2010])
    found = letters(project, edition, LetterScope("湖北", [2010]), missing)
    paths = {x.department: p for x, p in zip(found, write_letters(found, tmp_path, project), strict=True)}
    statistics = openpyxl.load_workbook(paths["统计部门"])
    assert "能源平衡表2010" in statistics.sheetnames
    assert any("地区能源平衡表" in str(c.value) for c in statistics["函"]["A"])
    assert all(
        "能源平衡表2010" not in openpyxl.load_workbook(p).sheetnames for d, p in paths.items() if d != "统计部门"
    )


def test_two_departments_with_the_same_figure_count_once(tmp_path: Path) -> None:
    (tmp_path / "统计局.csv").write_text(HEADER + CLINKER.format(value=5000, unit="万吨", source="年鉴"), "utf-8")
    (tmp_path / "工信厅.csv").write_text(HEADER + CLINKER.format(value=50000000, unit="吨", source="工信"), "utf-8")
    ledger = inventory.compile(tmp_path)
    assert sum(x.mass_t for x in ledger.lines if x.category == "2.1") == pytest.approx(5000e4 * 0.538, rel=1e-12)
    assert [p.code for p in ledger.warnings].count("data.same_twice") == 1
    account = account_of(ledger)
    assert account is not None and account.closes


def test_two_departments_that_disagree_are_both_named(tmp_path: Path) -> None:
    (tmp_path / "统计局.csv").write_text(HEADER + CLINKER.format(value=5000, unit="万吨", source="年鉴"), "utf-8")
    (tmp_path / "工信厅.csv").write_text(HEADER + CLINKER.format(value=5100, unit="万吨", source="工信"), "utf-8")
    with pytest.raises(InventoryError) as caught:
        inventory.compile(tmp_path)
    (one,) = [p for p in caught.value.problems if p.code == "data.files_differ"]
    assert all(word in one.text() for word in ("统计局.csv", "工信厅.csv", "年鉴", "工信", "5100", "5000"))


def test_no_sheet_of_the_form_is_wider_than_prints_at_eight_points(tmp_path: Path) -> None:
    """Tables of a lying A4 page; matrices go on over several pages with their lines repeated."""
    write_template(plan(load("prov2011"), region="湖北", years=(2010,)), tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    wide = {
        s.title: sum((d.width - 0.71) * (d.max - d.min + 1) for d in s.column_dimensions.values() if not d.hidden)
        for s in book
        if s.sheet_state == "visible"
        and s.page_setup.fitToWidth in (None, 1)
        and s.page_setup.orientation == "landscape"
    }
    assert len(wide) > 10 and not {n: w for n, w in wide.items() if w > PAGE_WIDTH + 1}
