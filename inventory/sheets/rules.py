"""Three-line tables: where the rules of a sheet run whose cells have named styles. Thick above the heads and below the last
row, thin below the heads; rows that begin with a label (forms) stand between two thick rules.
"""

from __future__ import annotations

from .look import THICK, THIN, Look
from .model import OutputSheet
from .style import NAMED, ROWS, look_of

Place = tuple[int, int]


def ruled(sheet: OutputSheet) -> tuple[dict[Place, Look], list[Place]]:
    """The look of every cell with the rules of its table, and the places without a cell below which a rule goes on."""
    looks = {place: look_of(cell.style) for place, cell in sheet.cells.items()}
    names = {p: c.style.partition(":")[0] for p, c in sheet.cells.items() if isinstance(c.style, str)}
    rows: dict[int, list[int]] = {}
    for (row, col), name in names.items():
        if name == "head" or name in ROWS:
            rows.setdefault(row, []).append(col)
    labelled = {r for r, cols in rows.items() if len({names[r, c] == "head" for c in cols}) == 2}
    heads = {r for r, cols in rows.items() if r not in labelled and names[r, cols[0]] == "head"}
    for row in labelled:
        for col in rows[row]:
            if names[row, col] == "head":
                looks[row, col] = NAMED["label"]
            elif len(rows[row]) == 2:  # a form: what is entered stands beside its label
                looks[row, col] = looks[row, col].with_(align="left")
    missing: list[Place] = []
    covered = {(r, c) for r0, c0, r1, c1 in sheet.merges for r in range(r0, r1 + 1) for c in range(c0, c1 + 1)}
    for top, first, last in _tables(rows, heads):
        left, right = min(min(rows[r]) for r in range(top, last + 1)), max(max(rows[r]) for r in range(top, last + 1))
        _rule(looks, rows[top], top, top=THICK)
        _heads(sheet, looks, rows, range(top, first))
        _rule(looks, rows[last], last, bottom=THICK)
        missing += [
            (last, c) for c in range(left, right + 1) if (last, c) not in sheet.cells and (last, c) not in covered
        ]
    return looks, missing


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
        looks[row, col] = look.with_(top=top or look.top, bottom=bottom or look.bottom)


__all__ = ["LAST_BLANK", "ruled"]
