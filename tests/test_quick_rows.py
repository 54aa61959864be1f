"""The quick way to write cells gives the library's own bytes, for every kind of cell a plan can hold."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from xlsxwriter.worksheet import Worksheet

from inventory import api
from inventory.filing.book import filing_book
from inventory.sheets import write as writer
from inventory.sheets.look import Look
from inventory.sheets.model import Book
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
    quick, plain = (zipfile.ZipFile(tmp_path / f"{name}.xlsx") for name in ("quick", "plain"))
    assert quick.namelist() == plain.namelist()
    for name in quick.namelist():
        assert quick.read(name) == plain.read(name), name
