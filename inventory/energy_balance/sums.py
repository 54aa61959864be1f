"""Sums of cells of a balance table with their rounding error: half a unit of the last printed digit for each cell; a
cell that keeps three significant figures only adds 0.5 % of itself, the largest rounding error three figures can have.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..core import units
from .table import BalanceCell, BalanceTable, Key, Layout

THREE_FIGURES = 0.005  # 0.5 of the third figure of 1.00: the largest relative error of rounding to three figures


@dataclass
class Side:
    """A sum of cells with its rounding error."""

    value: float = 0.0
    slack: float = 0.0
    used: int = 0
    restored: bool = False


def slack_of(cell: BalanceCell, table: BalanceTable, decimals: int | None = None) -> float:
    half = 0.5 * 10.0 ** -(table.decimals if decimals is None else decimals)
    return half + (THREE_FIGURES * abs(cell.value) if cell.precision == "rounded_3sf" else 0.0)


def sums_of(table: BalanceTable, layout: Layout) -> Sums:
    """An adder of a table's cells, with their rounding error."""
    return Sums(table, layout)


class Sums:
    """Adds cells of one column (or row) in the column's own unit, with their slack."""

    def __init__(self, table: BalanceTable, layout: Layout) -> None:
        self.table, self.layout, self.decimals = table, layout, table.decimals

    def add(self, keys: Iterable[Key], signs: dict[str, int] | None = None, unit: str = "") -> Side:
        side = Side()
        for key in keys:
            cell = self.table.cells.get(key)
            if cell is None:
                continue
            target = unit or self.layout.columns[key[1]].unit
            factor = float(units.ratio(cell.unit, target)) if cell.unit != target else 1.0
            side.value += (signs or {}).get(key[0], 1) * cell.value * factor
            side.slack += slack_of(cell, self.table, self.decimals) * factor
            side.used += 1
            side.restored = side.restored or cell.precision == "recovered_by_balance"
        return side

    def absent(self, keys: Iterable[Key]) -> tuple[str, ...]:
        """Cells that are known not to be given: marked `…`, or in a row or column that the sheet does not have. Blank
        cells are not among them."""
        out = []
        for row, column in keys:
            if (row, column) in self.table.cells:
                continue
            if (
                (row, column) in self.table.unavailable
                or row not in self.table.rows
                or column not in self.table.columns
            ):
                out.append(f"{row}·{column}")
        return tuple(out)
