"""Three-line tables: where the rules of a sheet run whose cells have named styles. Thick above the heads and below the last
row, thin below the heads; rows that begin with a label (forms) stand between two thick rules.
"""

from __future__ import annotations

import functools

from .look import THICK, THIN, Look
from .model import OutputSheet
from .style import NAMED, ROWS, look_of

Place = tuple[int, int]


def ruled(sheet: OutputSheet) -> tuple[dict[Place, Look], list[Place]]:
    """The looks of the cells that a table changes (with its rules), by place; and the places without a cell below which a
    rule goes on. Every other cell looks as its style says."""
    looks = _Looks(sheet)
    rows: dict[int, list[int]] = {}
    heads: dict[int, int] = {}  # row -> how many of its cells are heads
    in_table: dict[str | Look, bool] = {}
    for (row, col), (_, style, _, _) in sheet.cells.items():
        belongs = in_table.get(style) if style.__class__ is str else False
        if belongs is None:
            belongs = in_table[style] = _name(style) == "head" or _name(style) in ROWS
        if belongs:
            if row in rows:
                rows[row].append(col)
            else:
                rows[row] = [col]
            if style == "head":
                heads[row] = heads.get(row, 0) + 1
    labelled = {row for row, count in heads.items() if count < len(rows[row])}
    for row in labelled:
        for col in rows[row]:
            if sheet.cells[row, col].style == "head":
                looks[row, col] = NAMED["label"]
            elif len(rows[row]) == 2:  # a form: what is entered stands beside its label
                looks[row, col] = looks[row, col].with_(align="left")
    missing: list[Place] = []
    covered = {(r, c) for r0, c0, r1, c1 in sheet.merges for r in range(r0, r1 + 1) for c in range(c0, c1 + 1)}
    for top, first, last in _tables(rows, set(heads) - labelled):
        left, right = min(min(rows[r]) for r in range(top, last + 1)), max(max(rows[r]) for r in range(top, last + 1))
        _rule(looks, rows[top], top, top=THICK)
        _heads(sheet, looks, rows, range(top, first))
        _rule(looks, rows[last], last, bottom=THICK)
        missing += [
            (last, c) for c in range(left, right + 1) if (last, c) not in sheet.cells and (last, c) not in covered
        ]
    return looks, missing


class _Looks(dict[Place, Look]):
    """Changed looks; a place that is not changed yet looks as its style says."""

    def __init__(self, sheet: OutputSheet) -> None:
        super().__init__()
        self._cells = sheet.cells

    def __missing__(self, place: Place) -> Look:
        return look_of(self._cells[place].style)


def _name(style: str | Look) -> str:
    return style.partition(":")[0] if isinstance(style, str) else ""


LAST_BLANK = NAMED["text"].with_(bottom=THICK)


def _tables(rows: dict[int, list[int]], heads: set[int]) -> list[tuple[int, int, int]]:
    """First row, first row below the heads, and last row of every table: rows that follow each other, new at every
    group of heads."""
    result: list[tuple[int, int, int]] = []
    top = first = -1
    ordered = sorted(rows)
    for n, row in enumerate(ordered):
        follows = n > 0 and ordered[n - 1] == row - 1
        if not follows or (row in heads and row - 1 not in heads):
            top = first = row
        if row in heads:
            first = row + 1
        after = ordered[n + 1] if n + 1 < len(ordered) else -1
        if after != row + 1 or (after in heads and row not in heads):
            result.append((top, first, row))
    return result


def _heads(sheet: OutputSheet, looks: dict[Place, Look], rows: dict[int, list[int]], heads: range) -> None:
    """A thin rule below the last row of heads and below every head that spans columns."""
    down = {(r0, c0): (r1, c1) for r0, c0, r1, c1 in sheet.merges}
    for row in heads:
        for col in rows[row]:
            end, across = down.get((row, col), (row, col))
            if end == heads.stop - 1 or across > col:
                _rule(looks, [col], row, bottom=THIN)


def _rule(looks: dict[Place, Look], cols: list[int], row: int, top: int = 0, bottom: int = 0) -> None:
    for col in cols:
        look = looks[row, col]
        looks[row, col] = _edged(look, top or look.top, bottom or look.bottom)


@functools.lru_cache(maxsize=4096)
def _edged(look: Look, top: int, bottom: int) -> Look:
    return look.with_(top=top, bottom=bottom)


__all__ = ["LAST_BLANK", "ruled"]
