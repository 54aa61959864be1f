"""An energy balance table as one sheet of a department's larger workbook is read like a file of its own."""

from __future__ import annotations

import csv
from pathlib import Path

import openpyxl
import pytest
from damaged import workbook

from inventory.edition import load
from inventory.energy_balance import balance_of
from inventory.reading import read_project
from inventory.spreadsheets.numbers import Number, parse_number

TABLE = Path(__file__).parents[1] / "examples" / "jiangsu" / "能源平衡表2005.csv"
SHARES = "allocation_shares.csv"


def put(book: openpyxl.Workbook, title: str) -> None:
    sheet = book.create_sheet(title)
    with TABLE.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.reader(stream):
            sheet.append([n.value if isinstance(n := parse_number(text), Number) else text or None for text in row])


@pytest.mark.parametrize("title", ["能源平衡表2005", "Sheet1"])
def test_a_sheet_is_read_like_a_file(title: str, tmp_path: Path) -> None:
    edition = load("prov2011")
    for folder in (tmp_path / "单独", tmp_path / "合订"):
        folder.mkdir()
        (folder / SHARES).write_bytes((TABLE.parent / SHARES).read_bytes())
    (tmp_path / "单独" / TABLE.name).write_bytes(TABLE.read_bytes())
    alone, _ = read_project([tmp_path / "单独"], edition)
    book = workbook()
    put(book, title)
    book.save(tmp_path / "合订" / "统计局.xlsx")
    inside, told = read_project([tmp_path / "合订"], edition)
    assert [p.text() for p in told if p.severity == "error"] == []
    values = {(d.quantity, d.item): d.value for d in alone.data}
    read = {(d.quantity, d.item): d.value for d in inside.data if d.terms}
    assert read == values and len(read) > 50
    assert {d.quantity for d in inside.data} > {d.quantity for d in alone.data}, (
        "the workbook's own tables are read as well"
    )
    (table,) = balance_of(inside).tables
    assert (table.file, table.sheet) == ("统计局.xlsx", title)


def test_the_same_table_in_a_file_and_on_a_sheet_is_told(tmp_path: Path) -> None:
    (tmp_path / TABLE.name).write_bytes(TABLE.read_bytes())
    book = workbook()
    put(book, "能源平衡表")
    book.save(tmp_path / "统计局.xlsx")
    _, told = read_project([tmp_path], load("prov2011"))
    (twice,) = [p for p in told if p.code == "balance.two_tables"]
    assert twice.origin.file == "统计局.xlsx" and TABLE.name in twice.text()


def test_a_sheet_of_that_name_without_the_table_is_told(tmp_path: Path) -> None:
    book = workbook()
    book.create_sheet("能源平衡表").append(["待补"])
    book.save(tmp_path / "统计局.xlsx")
    _, told = read_project([tmp_path], load("prov2011"))
    assert [(p.origin.sheet, p.severity) for p in told if p.code == "balance.no_table"] == [("能源平衡表", "error")]
