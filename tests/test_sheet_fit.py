"""Wide sheets on fewer sheets of paper: text columns break into lines, figures stay whole, no letter below eight points."""

from __future__ import annotations

import pytest

from inventory.sheets.fit import fitted
from inventory.sheets.model import Book, OutputSheet, width_of
from inventory.sheets.paper import on_paper
from inventory.sheets.widths import column_widths, pages_wide

LONG = "能源消费总量按当量值折算，另附说明和出处；"


def evidence(rows: int = 40) -> OutputSheet:
    """Nine columns: a number, two figures, long texts, one to write in."""
    sheet = Book("底稿", "zh").add("底稿", "底稿")
    for c in range(9):
        sheet.text(0, c, f"第{c}列", "head")
    for r in range(1, rows):
        sheet.number(r, 0, r, "year")
        sheet.number(r, 1, 123456789.5, "num:1")
        sheet.number(r, 2, 0.25, "num:2")
        for c in range(3, 8):
            sheet.text(r, c, LONG * (1 + (r + c) % 3), "text")
    sheet.widths[8] = 24
    return sheet


def test_a_wide_sheet_becomes_one_page_wide() -> None:
    sheet = evidence()
    before = column_widths(sheet)
    assert pages_wide(before, sheet.portrait) > 1
    after = fitted(sheet)
    assert pages_wide(after.widths, after.portrait) == 1
    assert sorted(after.widths) == sorted(before)


def test_figures_stay_whole_and_the_column_to_write_in_stays_wide() -> None:
    after = fitted(evidence())
    assert after.widths[1] >= width_of("123,456,789.5") and after.widths[2] >= width_of("0.25")
    assert after.widths[8] == 24


def test_every_row_is_high_enough_for_its_texts() -> None:
    after = fitted(evidence())
    for (row, col), cell in after.cells.items():
        if cell.style == "wrap":
            lines = -(-width_of(str(cell.value)) // (after.widths[col] - 1.5))
            assert after.heights[row] >= 13 * lines
        elif cell.style == "text":
            assert width_of(str(cell.value)) <= after.widths[col]


def test_values_stay_and_a_narrow_sheet_stays_as_it_is() -> None:
    sheet = evidence()
    after = fitted(sheet)
    assert {p: (c.value, c.formula) for p, c in after.cells.items()} == {
        p: (c.value, c.formula) for p, c in sheet.cells.items()
    }
    narrow = Book("a", "zh").add("a", "a")
    narrow.text(0, 0, "甲", "head")
    narrow.number(1, 0, 1.0)
    assert fitted(narrow).cells is narrow.cells


@pytest.mark.parametrize("rows", [1, 2, 500])
def test_any_number_of_rows(rows: int) -> None:
    assert fitted(evidence(rows)).widths


def test_a_sheet_with_a_page_of_its_own_is_left_alone() -> None:
    sheet = evidence()
    on_paper(sheet, "", "zh")
    assert fitted(sheet) is sheet
