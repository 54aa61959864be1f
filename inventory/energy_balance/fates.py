"""The fate of each figure of a balance table once it is allocated: counted, used for checks, set aside, refused."""

from __future__ import annotations

from collections.abc import Iterator

from ..spreadsheets.cells import Sheet
from .allocation import Allocation, AllocationLine
from .figures import CHECK, COUNTED, REASONS, PrintedFigure, refused, set_aside
from .find import number_at
from .table import BalanceCell, BalanceTable


def figures_of(table: BalanceTable, result: Allocation) -> Iterator[PrintedFigure]:
    """Every figure of the sheet(s) of a table exactly once. A figure that a correction adds to a blank cell is not on
    the sheet and not in it."""
    yield from table.figures
    lines: dict[object, list[AllocationLine]] = {}
    for line in result.lines:
        lines.setdefault(line.origin, []).append(line)
    for cell in table.cells.values():
        if cell.printed is not None:
            yield _fate(cell, lines.get(cell.origin, []))


def _fate(cell: BalanceCell, lines: list[AllocationLine]) -> PrintedFigure:
    assert cell.printed is not None
    if cell.corrected is not None and cell.corrected != cell.printed:
        return set_aside(cell.origin, cell.printed, "corrected")
    if cell.settled == "dust":
        return set_aside(cell.origin, cell.printed, "dust")
    counted = next((line for line in lines if line.counted), None)
    if counted is not None:
        return PrintedFigure(cell.origin, cell.printed, COUNTED, counted.reason)
    if lines:
        return PrintedFigure(cell.origin, cell.printed, CHECK, lines[0].reason)
    if not cell.value:
        return PrintedFigure(cell.origin, cell.printed, CHECK, REASONS["zero"])
    return refused(cell.origin, cell.printed, "no_place")


def figures_not_read(sheet: Sheet) -> Iterator[PrintedFigure]:
    """All figures of a sheet that is refused as a whole."""
    for r in range(1, sheet.height + 1):
        for c in range(1, sheet.width + 1):
            number = number_at(sheet, r, c)
            if number is not None:
                yield refused(sheet.origin(r, c), number.value, "not_read")
