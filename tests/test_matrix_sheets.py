"""Sheets 分项: activity and factors of every source in the shape the guideline reports them, referring to the
arithmetic."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import inventory
from inventory.core.ledger import Ledger
from inventory.explain import BookSource
from inventory.sheets.model import Book, OutputSheet
from inventory.workbook.filing import plan
from inventory.workbook.narrate import Narrator

ROOT = Path(__file__).parents[1]


@cache
def jiangsu() -> tuple[Ledger, Book]:
    ledger = inventory.compile([ROOT / "examples" / "jiangsu"])
    return ledger, plan(ledger)


def block(sheet: OutputSheet, title: str) -> tuple[int, dict[str, int]]:
    """The row below the heading of a block, and the columns of its heading."""
    top = next(r for (r, c), cell in sorted(sheet.cells.items()) if c == 0 and str(cell.value).startswith(title))
    heads = {str(cell.value).split("\n")[0]: c for (r, c), cell in sheet.cells.items() if r == top + 1 and c}
    return top + 2, heads


@pytest.mark.slow
def test_sectors_by_fuels_are_the_data() -> None:
    ledger, book = jiangsu()
    sheet = book.sheets["分项·能源活动"]
    first, heads = block(sheet, "江苏 2010　化石燃料消费量")
    bituminous = heads["烟煤"]
    found = {}
    for row in range(first, sheet.rows):
        label = sheet.cells.get((row, 0))
        if label is None or " · " not in str(label.value):
            break
        if (row, bituminous) in sheet.cells:
            found[str(label.value)] = float(sheet.cells[row, bituminous].value)  # type: ignore[arg-type]
    wanted = {}
    for d in ledger.data:
        item = dict(d.item)
        if d.quantity == "fuel_consumption" and d.year == 2010 and item["fuel"] == "烟煤" and d.value:
            name = ledger.edition.label_of_category(item["category"], "zh")
            wanted[f"{item['category']} {name} · {item['equipment']}"] = d.value
    assert len(wanted) > 10 and found == pytest.approx(wanted, rel=1e-12)


def test_results_of_the_matrix_are_the_ledger() -> None:
    ledger, book = jiangsu()
    sheet = book.sheets["分项·能源活动"]
    first, heads = block(sheet, "江苏 2010　二氧化碳排放量")
    total = 0.0
    for row in range(first, sheet.rows):
        if (row, 0) not in sheet.cells:
            break
        total += sum(float(sheet.cells[row, c].value) for c in heads.values() if (row, c) in sheet.cells)  # type: ignore[arg-type]
    wanted = sum(x.mass_t for x in ledger.lines if x.method == "fuel_combustion_co2" and x.year == 2010)
    assert total * 1e4 == pytest.approx(wanted, rel=1e-12)


def test_every_figure_refers_to_the_arithmetic_and_is_explained() -> None:
    ledger, book = jiangsu()
    sheets = [s for name, s in book.sheets.items() if name.startswith("分项·")]
    assert len(sheets) == len(ledger.edition.sectors)
    for sheet in sheets:
        figures = {place: cell for place, cell in sheet.cells.items() if isinstance(cell.value, float)}
        assert figures and all(cell.formula for cell in figures.values())
        place = sorted(figures)[len(figures) // 2]
        told = Narrator(BookSource(book), "zh").cell(sheet.name, *place)
        assert f"{figures[place].value:.10g}"[:5].rstrip(".") in told[0].replace(",", ""), told[0]
