"""A filed report against itself printed again: whatever figure of it is changed, or added where none belongs, is asked
about; a report as it was written is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from inventory.core.problems import InventoryError
from inventory.enterprise.compute import compute_file
from inventory.enterprise.filed import filed_from_sheets
from inventory.enterprise.report import write_report
from inventory.enterprise.verify import NOT_FILED, verify, verify_file
from inventory.spreadsheets.cells import Sheet, Value, read_sheets

EXAMPLES = Path(__file__).resolve().parents[1] / "examples/enterprise"
# parameter type, source type with several tables a sheet, parts of a line
REPORTS = (("造纸厂", "zh"), ("化工厂", "en"), ("航空公司", "zh"))
INPUTS_ALONE = ("企业基本情况", "Enterprise")  # energy and product of the base year: stand nowhere else
SIGNED = {"封面", "其他说明", "企业基本情况", "Cover", "Remarks", "Enterprise"}
MONTHLY = {"台账", "Ledger", "电力", "Electricity", "产量", "Output", "Production"}

Codes = set[tuple[str, str]]
Cell = tuple[int, int, float]  # row and column from 1


def put(sheet: Sheet, row: int, column: int, value: Value) -> Sheet:
    rows = [list(r) for r in sheet.values]
    rows += [[None] * sheet.width for _ in range(row - len(rows))]
    rows[row - 1] += [None] * (column - len(rows[row - 1]))
    rows[row - 1][column - 1] = value
    return replace(sheet, values=tuple(map(tuple, rows)))


def asked(sheets: tuple[Sheet, ...]) -> Codes:
    try:
        findings = verify(filed_from_sheets(sheets, "报告"), (), sheets).findings
    except InventoryError as error:
        return {(p.code, str(p.origin)) for p in error.problems}
    return {(f.problem.code, str(f.problem.origin)) for f in findings}


def changed(sheets: tuple[Sheet, ...], at: int, row: int, column: int, value: Value) -> Codes:
    return asked((*sheets[:at], put(sheets[at], row, column, value), *sheets[at + 1 :]))


def numbers(sheet: Sheet) -> Iterator[Cell]:
    for r, row in enumerate(sheet.values, 1):
        for c, value in enumerate(row, 1):
            if isinstance(value, float):
                yield r, c, value


@pytest.fixture(scope="module", params=REPORTS, ids="-".join)
def sheets(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Sheet, ...]:
    firm, lang = request.param
    path = tmp_path_factory.mktemp("filed") / f"{firm}.xlsx"
    write_report(compute_file(EXAMPLES / f"{firm}.xlsx"), path, lang)
    return tuple(read_sheets(path, without=NOT_FILED))


def test_as_it_was_written_nothing_of_it_is_asked(sheets: tuple[Sheet, ...]):
    codes = {code for code, _ in asked(sheets)}
    assert not {c for c in codes if c.startswith(("verify.printed", "verify.unread", "verify.sheet_unread"))}
    assert not codes & {"check.months_lacking", "check.months_twice"}


@pytest.mark.slow
def test_every_figure_that_is_changed_is_asked_about(sheets: tuple[Sheet, ...]):
    before, tried, silent = asked(sheets), 0, []
    for at, sheet in enumerate(sheets):
        if sheet.name in INPUTS_ALONE or not sheet.visible:
            continue
        for row, column, value in list(numbers(sheet))[:: 5 if sheet.name in MONTHLY else 1]:
            tried += 1
            if not changed(sheets, at, row, column, value * 1.5 if value else 12345.67) - before:
                silent.append(f"{sheet.name} {row},{column}: {value}")
    assert tried > 40 and not silent


def test_a_figure_beside_the_tables_is_asked_about(sheets: tuple[Sheet, ...]):
    before, tried = asked(sheets), 0
    for at, sheet in enumerate(sheets):
        if sheet.name in SIGNED or not sheet.name.startswith(("附表", "计算过程", "补充数据", "Annex")):
            continue
        for row, column in ((sheet.height + 2, 1), (sheet.height + 2, 3), (1, sheet.width + 1), (4, sheet.width + 2)):
            new = changed(sheets, at, row, column, 12345.67) - before
            assert any(code == "verify.unread_figure" for code, _ in new), (sheet.name, row, column)
            tried += 1
        assert changed(sheets, at, sheet.height + 2, 2, "12,345.67") - before, "a figure typed as text"
    assert tried >= 12


def test_a_sheet_that_is_none_of_the_reports(sheets: tuple[Sheet, ...]):
    more = Sheet("报告.xlsx", "补充台账", (("煤", 5200.0), ("油", 31.5)))
    new = asked((*sheets, more)) - asked(sheets)
    assert [code for code, _ in new] == ["verify.sheet_unread"]


@pytest.fixture(scope="module")
def paper(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sheet, ...]:
    path = tmp_path_factory.mktemp("filed") / "纸.xlsx"
    write_report(compute_file(EXAMPLES / "造纸厂.xlsx"), path)
    return tuple(read_sheets(path, without=NOT_FILED))


def place_of(sheets: tuple[Sheet, ...], name: str, text: str) -> tuple[int, int]:
    at = next(i for i, s in enumerate(sheets) if s.name == name)
    return at, next(r for r, row in enumerate(sheets[at].values, 1) if row and row[0] == text)


def test_whole_tonnes_are_those_of_the_figure_beside_them(paper: tuple[Sheet, ...]):
    at, row = place_of(paper, "附表1", "企业温室气体排放总量")
    sheet = paper[at]
    full = sheet.values[row - 1][3]
    assert isinstance(full, float)
    tampered = (*paper[:at], put(sheet, row, 5, round(full) - 1000.0), *paper[at + 1 :])
    findings = verify(filed_from_sheets(tampered, "报告"), (), tampered).findings
    mine = [f for f in findings if f.problem.code == "verify.printed_figure"]
    assert [(f.problem.origin.cell, f.size_t) for f in mine] == [(f"E{row}", -1000.0)]
    assert not changed(paper, at, row, 5, round(full) + 1.0) - asked(paper), "rounded up or down is no matter"


def test_a_month_typed_wrongly_and_a_month_left_out(paper: tuple[Sheet, ...]):
    at = next(i for i, s in enumerate(paper) if s.name == "产量")
    assert ("check.months_twice", "报告[产量]!C4") in {(c, o) for c, o in changed(paper, at, 6, 2, 5.0)}
    gone = replace(paper[at], values=paper[at].values[:6] + paper[at].values[7:])
    sheets = (*paper[:at], gone, *paper[at + 1 :])
    new = [f for f in verify(filed_from_sheets(sheets, "报告"), (), sheets).findings if "months" in f.problem.code]
    assert [f.problem.code for f in new] == ["check.months_lacking"] and dict(new[0].problem.facts)[
        "months"
    ].startswith("4")


def test_the_file_as_a_whole(tmp_path: Path):
    path = tmp_path / "纸.xlsx"
    write_report(compute_file(EXAMPLES / "造纸厂.xlsx"), path)
    assert not [f for f in verify_file(path).findings if f.problem.code.startswith(("verify.", "check.months"))]
