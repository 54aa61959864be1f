"""Wide sheets on fewer sheets of paper: text columns break into lines, figures stay whole, no letter below eight points."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.sheets.contents import contents, widest
from inventory.sheets.fit import fitted
from inventory.sheets.model import Book, OutputSheet, width_of
from inventory.sheets.paper import on_paper
from inventory.sheets.style import shown
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


@given(
    st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=8), st.sampled_from(["num:2", "num:-1", "percent", "year"])
)
def test_the_widest_number_is_the_largest_or_the_least(numbers: list[float], style: str) -> None:
    wanted = max(width_of(shown(n, style)) for n in numbers)
    zeros = any(str(n) == "-0.0" for n in numbers)  # a zero with a sign may stand behind one without
    assert widest(numbers, style) == wanted or (zeros and widest(numbers, style) == wanted - 1)


def test_cells_are_gathered_by_style_and_column() -> None:
    sheet = Book("甲", "zh").add("甲", "甲")
    sheet.text(0, 0, "排放源", "head")
    sheet.number(0, 1, 2005, "head")
    sheet.text(1, 0, "煤\n褐煤")
    sheet.number(1, 1, 12.5)
    sheet.text(2, 0, "合计三项", "head")
    sheet.merges.append((2, 0, 2, 1))
    seen = contents(sheet)
    assert seen.heads == {0, 2} and seen.merged == {0}
    assert seen.texts["text", 0].rows == [1] and seen.numbers == {("head", 1): [2005], ("num:2", 1): [12.5]}
    rows, lines = seen.texts["text", 0].broken(3.0)
    assert rows.tolist() == [1] and lines.tolist() == [3.0]  # 煤 on one line, 褐煤 on two
