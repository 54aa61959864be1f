"""The quick way to write cells gives the library's own bytes, for every kind of cell a plan can hold."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter.worksheet import Worksheet

from inventory import api
from inventory.filing.book import filing_book
from inventory.sheets import write as writer
from inventory.sheets.drawing import Drawing
from inventory.sheets.look import Look
from inventory.sheets.model import Book
from inventory.templates_xlsx.book import Exact
from inventory.workbook.filing import plan

ROOT = Path(__file__).resolve().parents[1]


class Plain(Worksheet):
    """The library's own rows; formulas passed on as the quick class does."""

    def _prepare_formula(self, formula, expand_future_functions=False):
        return formula.removeprefix("=")


def every_kind() -> Book:
    book = Book("全", "zh")
    sheet = book.add("甲", "甲")
    texts = ['<a> & "b"', "换\n行", "_x0041_", "\x07", " 前后 ", "=1+1", "CO2e"]
    for column, text in enumerate(texts):
        sheet.text(0, column, text)
    for column, number in enumerate((0, -1, 0.1, 1e-300, 12345678901234567, 2**53 + 2.0, 1 / 3)):
        sheet.number(1, column, number)
    formulas = [("=A2<B2", True), ("=A2&B2", 'x<"&"'), ("=1/0", "#DIV/0!"), ('=IF(A2>1,"<",">")', ""), ("=A2+1", 0.1)]
    for column, (formula, value) in enumerate(formulas):
        sheet.formula(2, column, formula, value)
    sheet.row(4, 1, [None, "", True, 3.25])
    sheet.text(6, 0, "去", link="乙")
    sheet.text(40, 30, "远")
    sheet.merges.append((8, 0, 8, 3))
    sheet.text(8, 0, "合并", "title")
    sheet.heights[10] = 30.0  # a row with a height and nothing else
    sheet.text(12, 0, "CO2 排放 m3", Look())
    book.add("乙", "乙").number(0, 0, 1.5)
    book.add("空", "空")
    return book


@pytest.mark.parametrize("what", ["every_kind", "workbook", "filing"])
def test_the_same_bytes_as_the_library(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if what == "every_kind":
        book = every_kind()
    else:
        ledger = api.compile(ROOT / "examples" / "guangdong")
        book = plan(ledger) if what == "workbook" else filing_book(ledger)[0]
    writer.write(book, tmp_path / "quick.xlsx")
    monkeypatch.setattr(writer, "worksheet_class", lambda: Plain)
    writer.write(book, tmp_path / "plain.xlsx")
    same((tmp_path / "quick.xlsx").read_bytes(), (tmp_path / "plain.xlsx").read_bytes())


def same(quick: bytes, plain: bytes) -> None:
    one, other = (zipfile.ZipFile(io.BytesIO(content)) for content in (quick, plain))
    assert one.namelist() == other.namelist()
    for name in one.namelist():
        assert one.read(name) == other.read(name), name


def drawn(noted: bool) -> bytes:
    """Every kind of cell that a drawing puts there; `noted`: with comments, which are the library's own."""
    drawing = Drawing("画")
    form, rows = drawing.book.add_format({"bold": True}), drawing.book.add_worksheet("甲")
    for row, style in ((0, form), (20, None)):
        rows.write_string(row, 0, "<a> & _x0041_", style)
        rows.write_number(row, 1, 1 / 3, style)
        rows.write_number(row, 2, Exact(1 / 3), style)
        rows.write_blank(row, 3, None, style)
        rows.write_formula(row, 4, '=IF(B1>1,"<",SUM(B1:C1))', style, 0.1)
        rows.write_url(row, 5, "internal:'乙'!A1", style, "乙")
        rows.write_boolean(row, 6, True, style)
    rows.write_rich_string(2, 0, "CO", form, "2", " 排放", form)
    rows.merge_range(4, 0, 4, 3, "合并", form)
    rows.set_row(6, 30)
    rows.set_row(20, None, form)
    rows.set_column(1, 2, 12, form)
    if noted:
        rows.write_comment("B1", "看")
        rows.write_comment("J9", "空")
    drawing.book.add_worksheet("乙").insert_chart("A1", chart_of(drawing.book))
    drawing.book.add_worksheet("空")
    return drawing.data()


def chart_of(book: Any) -> Any:
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=甲!$B$1:$C$1"})
    return chart


@pytest.mark.parametrize("noted", [False, True])
def test_what_is_drawn_has_the_same_bytes_as_by_the_library(noted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = drawn(noted)
    monkeypatch.setattr(writer, "worksheet_class", lambda: Plain)
    same(quick, drawn(noted))
