"""Whatever is typed into any cell of any form stands in the draft made from it, every wrong cell is named at once, and the
marked copy marks these cells and no others: a generated table over all forms of province, enterprise and service."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet
from test_forms import GOOD

from inventory.app.declared_forms import WriteFormRequest, write_one_form
from inventory.app.enterprise import TemplateRequest, template
from inventory.core.problems import Collector, Problem
from inventory.enterprise.industries import default_edition, find
from inventory.enterprise.tables import PROFILE, PROFILE_SHEET, TABLES, lists_of, offered
from inventory.forms.form import Field, Form
from inventory.forms.province import forms
from inventory.forms.read import form_rows
from inventory.forms.register import register_forms
from inventory.reading.mark import mark_workbook
from inventory.spreadsheets.cells import read_sheets

UNCACHED = "=1+1"  # a formula that no program has calculated
WRONG: dict[str, tuple[Any, ...]] = {  # by kind of column: what is no value of it
    "number": ("约1200", "１２ t", "一百", "#DIV/0!", UNCACHED, "12..5"),
    "whole": ("约3", "三"),
    "month": (13.0, 0.0, "十三月", 3.5, "春"),
    "year": ("二〇一五年前后", "2005-2010", 15.0, UNCACHED),
}
# read as meant, and kept to the letter all the same
ODD: dict[str, tuple[Any, ...]] = {
    "number": ("１２．５", "1,234.5", " 7 ", "1.20E3"),
    "month": ("3月", "２"),
    "year": ("2010年", "２０１０"),
    "text": ("  前后空格  ", "１２３", "甲\n乙", "'=公式样的字", "0012"),
    "date": ("2015/3/8", "2015年3月8日"),
}
SERVICE = {
    "organisations": {"code": "M1", "name": "甲", "level": "企业", "parent": "3201"},
    "invitations": {"login": "a", "name": "甲", "role": "县级审核员", "code": "3201"},
}
RIGHT = {**GOOD, **SERVICE}
ALL = {n: f for n, f in {**forms(), **register_forms()}.items() if f.row is not None}


def _cases(fields: tuple[Field, ...], words: dict[str, tuple[Any, ...]]) -> Iterator[tuple[Field, Any]]:
    for field in fields:
        for value in words.get(field.kind, ()):
            yield field, value


def _shown(value: Any) -> Any:
    """A cell of a copy beside what was typed: an error and a formula without result are words there."""
    return value.lstrip("=") if isinstance(value, str) else value


def _marked(path: Path, problems: list[Problem], sheet: str) -> set[str]:
    """The coloured cells of a sheet of the marked copy."""
    plain = {c.coordinate: c.fill.fgColor.rgb for row in openpyxl.load_workbook(path)[sheet].iter_rows() for c in row}
    out = path.with_name("标注.xlsx")
    assert mark_workbook(path, problems, out)
    after = openpyxl.load_workbook(out)[sheet]
    return {c.coordinate for row in after.iter_rows() for c in row if c.fill.fgColor.rgb != plain.get(c.coordinate)}


# ---- province and service ----


def _fill(sheet: Worksheet, shown: Form, top: int, cases: list[tuple[Field, Any]]) -> dict[str, tuple[str, Any]]:
    """A right row a case with one cell of it typed over; address -> (column, what was typed)."""
    at = {f.id: n for n, f in enumerate(shown.fields, 1)}
    typed: dict[str, tuple[str, Any]] = {}
    for r, (field, value) in enumerate(cases, top + 1):
        for name, good in {**RIGHT[shown.name], field.id: value}.items():
            cell = sheet.cell(r, at[name], good)
            if name == field.id:
                typed[cell.coordinate] = (name, value)
    return typed


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_form_of_province_or_service(name: str, tmp_path: Path) -> None:
    shown, path = ALL[name], tmp_path / "填.xlsx"
    write_one_form(WriteFormRequest(name, path))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    wrong = [
        c for c in _cases(shown.fields, WRONG) if not (name == "targets" and c[0].kind == "number" and c[1] == "x")
    ]
    cases = [*wrong, *_cases(shown.fields, ODD)]
    typed = _fill(sheet, shown, 5, cases)
    bad = dict(list(typed.items())[: len(wrong)])
    beyond = len(shown.fields) + 1
    sheet.cell(5, beyond, "处室意见")
    sheet.cell(6, beyond, "先核对")
    sheet.cell(2, 3, "王处长 7 月要")  # above the heading
    noted = sheet.cell(6, 1)
    noted.comment = Comment("口径见附件", "李四")
    book.save(path)
    read = read_sheets(path)[0]
    problems = Collector()
    rows = list(form_rows(read, shown, problems))
    named = {p.origin.cell for p in problems.errors}
    taken_for_text = {a for a, (n, v) in bad.items() if v == UNCACHED and shown.column(n).kind == "year"}
    assert set(bad) - taken_for_text <= named, sorted(set(bad) - named)
    assert all(p.text("zh") and p.text("en") and p.origin.file and p.origin.sheet for p in problems)
    assert len(rows) == len(cases) - len({sheet[a].row for a in named})
    others = named - set(typed)  # rules of a row as a whole: on the row, at the column in which it is mended
    assert {sheet[a].row for a in others} <= {sheet[a].row for a in typed} and not {a for a in others if a[0] == "A"}
    assert _marked(path, list(problems.errors), shown.sheet) == named

    copied = tmp_path / "抄.xlsx"
    write_one_form(WriteFormRequest(name, copied, path))
    again = openpyxl.load_workbook(copied).worksheets[0]
    heads = {c.value: c.column for c in again[5]}
    at = {f.id: f.label for f in shown.fields}
    for address, (column, value) in typed.items():
        cell = again.cell(sheet[address].row, heads[at[column]])
        if value == UNCACHED:
            assert cell.value == "#未计算", (address, cell.value)
        else:
            assert cell.value == value, (address, value, cell.value)
    assert again.cell(6, heads["处室意见"]).value == "先核对"
    texts = [c.value for row in again.iter_rows(max_row=4) for c in row if c.value]
    assert "王处长 7 月要" in texts
    assert any("口径见附件" in c.comment.text for row in again.iter_rows() for c in row if c.comment)


# ---- enterprise ----

INDUSTRY = {"units": "01", "equipment": "02"}
VALUES = {"number": 1.0, "month": 1.0, "date": "2015-03-08", "text": "甲"}


def _right(field: Field, words: dict[str, tuple[str, ...]]) -> Any:
    offered_words = words.get(field.choices, ())
    return offered_words[0] if offered_words else VALUES[field.kind]


@pytest.mark.parametrize("shown", TABLES, ids=lambda t: t.name)
def test_a_table_of_an_enterprise(shown: Form, tmp_path: Path) -> None:
    code = INDUSTRY.get(shown.name, "08")
    industry = find(code, default_edition())
    assert offered(shown, industry)
    path, copied, words = tmp_path / "填.xlsx", tmp_path / "抄.xlsx", lists_of(industry)
    template(TemplateRequest(code, path))
    book = openpyxl.load_workbook(path)
    profile = book[PROFILE_SHEET]
    for row in profile.iter_rows(min_row=4, max_col=2):
        answer = {"企业名称*": "某厂", "行业指南*": code, "报告年度*": 2015.0}.get(row[0].value)
        if answer:
            row[1].value = answer
    profile["D9"], profile["C12"] = "财务处补", 42.0
    sheet = book[shown.sheet]
    for row in sheet.iter_rows(min_row=4):  # lines that the template suggests
        for cell in row:
            cell.value = None
    listed = [(f, "没有这个词") for f in shown.fields if f.choices in ("yes_no", "tick", "medium", "basis", "event")]
    wrong = [*_cases(shown.fields, WRONG), *listed]
    typed: dict[str, tuple[str, Any]] = {}
    at = {f.id: n for n, f in enumerate(shown.fields, 1)}
    for r, (field, value) in enumerate([*wrong, *_cases(shown.fields, ODD)], 4):
        for f in shown.fields:
            if f.required or f.id == field.id or f.id == shown.fields[0].id:
                sheet.cell(r, at[f.id], value if f.id == field.id else _right(f, words))
        typed[sheet.cell(r, at[field.id]).coordinate] = (field.id, value)
    bad = dict(list(typed.items())[: len(wrong)])
    beyond = len(shown.fields) + 2
    sheet.cell(3, beyond, "复核")
    sheet.cell(2, beyond, "七月底交")
    sheet.cell(4, beyond, "已核")
    sheet.cell(4, 1).comment = Comment("口径见附件", "李四")
    book.save(path)

    problems = template(TemplateRequest(code, copied, path)).problems
    named = {p.origin.cell for p in problems if p.severity == "error" and p.origin.sheet == shown.sheet}
    assert set(bad) <= named, sorted(set(bad) - named)
    assert named <= set(typed), sorted(named - set(typed))
    assert {p.code for p in problems} >= {"enterprise.cells_not_read"}, "figures beside the profile are said"
    of_sheet = [p for p in problems if p.origin.sheet == shown.sheet and p.severity == "error"]
    assert _marked(path, of_sheet, shown.sheet) == named

    copy = openpyxl.load_workbook(copied)
    again = copy[shown.sheet]
    heads = {c.value: c.column for c in again[3]}
    labels = {f.id: f.label + ("*" if f.required else "") for f in shown.fields}
    for n, (_, (column, value)) in enumerate(typed.items(), 4):
        shown_there = again.cell(n, heads[labels[column]]).value
        assert shown_there == ("（公式未计算）" if value == UNCACHED else value), (column, value, shown_there)
    assert again.cell(4, heads["复核"]).value == "已核"
    assert "七月底交" in [c.value for c in again[2]]
    assert again.cell(4, 1).comment.text == "口径见附件"
    kept = {c.value for row in copy[PROFILE_SHEET].iter_rows() for c in row}
    assert {"财务处补", 42.0} <= kept


def test_the_profile_of_an_enterprise(tmp_path: Path) -> None:
    path, copied = tmp_path / "填.xlsx", tmp_path / "抄.xlsx"
    template(TemplateRequest("08", path))
    book = openpyxl.load_workbook(path)
    sheet = book[PROFILE_SHEET]
    rows = {str(row[0].value).rstrip("*"): row[1] for row in sheet.iter_rows(min_row=4, max_col=2) if row[0].value}
    answers = {f.id: ("约2" if f.kind == "number" else "0012 ") for f in PROFILE if f.id != "industry"}
    for f in PROFILE:
        if f.id in answers:
            rows[f.label].value = answers[f.id]
    book.save(path)
    problems = template(TemplateRequest("08", copied, path)).problems
    named = {p.origin.cell for p in problems if p.severity == "error"}
    assert {rows[f.label].coordinate for f in PROFILE if f.kind == "number"} <= named
    again = openpyxl.load_workbook(copied)[PROFILE_SHEET]
    kept = {str(r[0].value).rstrip("*"): r[1].value for r in again.iter_rows(min_row=4, max_col=2) if r[0].value}
    assert {f.id: kept[f.label] for f in PROFILE if f.id in answers} == answers


# ---- what is typed into a grid of the service or the page ----


@pytest.mark.parametrize(
    "text",
    ["007", "913201001234567890", "１２", "1_000", "+5", "1.50", "  x ", "=1+1", "1e5", "-3.25", "0.1", "nan", "∞"],
)
def test_a_cell_typed_into_a_grid_reads_as_typed(text: str) -> None:
    """A number only where it reads the same: no leading nought, no digit of a code is lost."""
    pytest.importorskip("django")
    from inventory.service.store.verdicts import put, shown, value_of

    draft = [{"name": "表", "rows": []}]
    put(draft, "表", "B3", text)
    value = value_of(text)
    if isinstance(value, float):
        assert float(text) == value and (shown(draft, "表", "B3") == text or text == "1.50")
    else:
        assert shown(draft, "表", "B3") == text
    with pytest.raises(KeyError):
        put(draft, "表", "A1", "字" * 40_000)


def test_the_command_gives_an_enterprise_its_workbook_marked(tmp_path: Path) -> None:
    """`enterprise assess --mark`: the workbook itself with the cells in question coloured and commented."""
    from inventory.app.enterprise import AssessRequest, assess_workbook

    source = Path(__file__).resolve().parents[1] / "examples" / "enterprise" / "水泥厂.xlsx"
    book = openpyxl.load_workbook(source)
    book["台账"]["F5"], book["台账"]["B6"] = "约1200", 13.0
    book.save(tmp_path / "填.xlsx")
    result = assess_workbook(AssessRequest(tmp_path / "填.xlsx", mark=tmp_path / "标.xlsx"))
    assert result.marked == tmp_path / "标.xlsx" and {t.place.cell for t in result.verdict.problems} >= {"F5", "B6"}
    sheet = openpyxl.load_workbook(tmp_path / "标.xlsx")["台账"]
    assert {c.coordinate for row in sheet.iter_rows() for c in row if c.comment} >= {"F5", "B6"}
    assert "约1200" in sheet["F5"].comment.text
