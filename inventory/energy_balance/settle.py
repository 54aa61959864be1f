"""What a table decides about its own figures: rounding dust is zero, and a sign convention is what lets the table's
identities close.

Yearbooks print outflows (调出, 出口), coke and oil put in again and the input of power plants with a minus or without
one, and stock changes either way round. The row's own total tells: with one reading it closes and with the other it
does not. Where it does not tell, nothing is turned.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace

from ..core import units
from ..core.problems import Collector, Origin
from .sums import sums_of
from .table import BalanceCell, BalanceTable, Key, Layout

MOST_DECIMALS = 2  # yearbooks print two at most
LISTED = 8
STOCK = "库存变化"


def settle(table: BalanceTable, layout: Layout, problems: Collector) -> BalanceTable:
    """The table with rounding dust taken as zero and signs in the layout's convention; both are said. Corrected cells
    stay as they are."""
    return _signs(_dust(table, layout, problems), layout, problems)


# ---- rounding dust ----


def _dust(table: BalanceTable, layout: Layout, problems: Collector) -> BalanceTable:
    limits = {column: _half_digit(table, layout, column) for column in table.columns}
    dust = {
        key: cell
        for key, cell in table.cells.items()
        if cell.value and cell.corrected is None and abs(cell.value) < limits.get(key[1], 0.0)
    }
    if not dust:
        return table
    listed = [f"{cell.origin.cell} {cell.value:.3g}" for cell in dust.values()]
    problems.add(
        "balance.dust",
        Origin(table.file, table.sheet),
        count=len(dust),
        cells="、".join(listed[:LISTED]) + ("…" if len(listed) > LISTED else ""),
    )
    return replace(
        table, cells={k: replace(c, value=0.0, settled="dust") if k in dust else c for k, c in table.cells.items()}
    )


def _half_digit(table: BalanceTable, layout: Layout, column: str) -> float:
    """Half a unit of the last digit that the column prints. Figures that may be dust themselves do not tell how many
    digits there are."""
    own = layout.columns[column].unit
    most = MOST_DECIMALS + _digits_more(table.units.get(column, own), own)
    smallest = 0.5 * 10.0**-most
    figures = [
        abs(c.printed)
        for (_, col), c in table.cells.items()
        if col == column and c.printed is not None and abs(c.printed) >= smallest
    ]
    return 0.5 * 10.0 ** -max((_decimals(v, most) for v in figures), default=most)


def _digits_more(unit: str, own: str) -> int:
    """Decimals that a larger unit needs to print as much: 亿吨 in place of 万吨 four more."""
    size = units.ratio(unit, own)
    digits = 0
    while size >= 10:
        size, digits = size / 10, digits + 1
    return digits


def _decimals(value: float, most: int) -> int:
    return next((d for d in range(most) if abs(value - round(value, d)) <= 1e-9 * max(1.0, value)), most)


# ---- sign conventions ----


def _signs(table: BalanceTable, layout: Layout, problems: Collector) -> BalanceTable:
    votes: dict[str, list[tuple[str, bool]]] = {}
    for total in ("可供量", "加工转换"):
        for column in table.columns:
            for row, against in _vote(table, layout, total, column).items():
                votes.setdefault(row, []).append((column, against))
    turned: set[Key] = set()
    for row, cast in votes.items():
        yes, no = [c for c, t in cast if t], [c for c, t in cast if not t]
        if not yes or (row == STOCK and (no or len(yes) < 2)):
            continue
        if no:
            turned |= {(row, c) for c in yes}
        else:
            turned |= {
                (row, c)
                for c in table.columns
                if (row, c) in table.cells and (row == STOCK or _wrong(table, layout, (row, c)))
            }
        _say(table, row, sorted(turned, key=layout.order), yes, problems)
    if not turned:
        return table
    return replace(
        table, cells={k: _turned(c) if k in turned and c.corrected is None else c for k, c in table.cells.items()}
    )


def _turned(cell: BalanceCell) -> BalanceCell:
    return replace(cell, value=-cell.value, settled="sign")


def _say(table: BalanceTable, row: str, turned: list[Key], proof: list[str], problems: Collector) -> None:
    columns = [c for r, c in turned if r == row]
    cells = [table.cells[row, c] for c in columns]
    problems.add(
        "balance.sign_convention",
        cells[0].origin,
        row=row,
        columns="、".join(columns),
        proof="、".join(proof[:LISTED]),
        places=", ".join(str(c.origin) for c in cells if c.corrected is None),  # each turned cell is marked
    )


def _wrong(table: BalanceTable, layout: Layout, key: Key) -> bool:
    """A figure above zero where the layout prints a minus."""
    cell, sign, kind = table.cells[key], layout.rows[key[0]].sign, layout.columns[key[1]].kind
    return cell.value > 0 and (sign == "nonpos" or (sign == "input" and kind in ("fuel", "sum")))


def _vote(table: BalanceTable, layout: Layout, total: str, column: str) -> Mapping[str, bool]:
    """Of each row with a doubtful sign whether it must be turned for the column's total to close; nothing where no or
    more than one reading closes."""
    whole = table.cells.get((total, column))
    parts = [
        r
        for r in (*layout.parts(total), *layout.optional_parts(total))
        if (r, column) in table.cells and table.cells[r, column].value
    ]
    doubtful = [r for r in parts if _wrong(table, layout, (r, column)) and table.cells[r, column].corrected is None]
    if whole is None:
        return {}
    closing = _readings(table, layout, total, column, parts, doubtful)
    if not closing and total == "可供量" and STOCK in parts:
        doubtful = [*doubtful, STOCK]
        closing = [s for s in _readings(table, layout, total, column, parts, doubtful) if STOCK in s]
    elif len(closing) == 1 and STOCK in parts:
        doubtful = [*doubtful, STOCK]
    return {row: row in closing[0] for row in doubtful} if len(closing) == 1 else {}


def _readings(
    table: BalanceTable, layout: Layout, total: str, column: str, parts: list[str], doubtful: list[str]
) -> list[frozenset[str]]:
    """The sets of rows that, turned, let the total close. Parts that belong to the total in some years only may be in
    it or not.

    A doubtful part that the total leaves out (coke put in again, printed as 其中 of the row above) is turned as well:
    its sign means nothing there.
    """
    sums = sums_of(table, layout)
    optional = [r for r in parts if r in layout.optional_parts(total)]
    left = sums.add([(total, column)])
    closing = []
    for size in range(len(doubtful) + 1):
        for chosen in itertools.combinations(doubtful, size):
            signs = dict.fromkeys(chosen, -1)
            for left_out in itertools.chain.from_iterable(
                itertools.combinations(optional, n) for n in range(len(optional) + 1)
            ):
                if set(left_out) & set(chosen):
                    continue
                right = sums.add([(r, column) for r in parts if r not in left_out], signs)
                if abs(left.value - right.value) <= (left.slack + right.slack) * (1 + 1e-9):
                    closing.append(frozenset((*chosen, *(r for r in left_out if r in doubtful))))
                    break
    return closing
