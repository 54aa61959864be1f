"""Key tuples of steps: picking keys out of a row, and joining the rows of several variables. Pure, no declarations
here."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable

Row = tuple[str, ...]


def picker(keys: tuple[str, ...], wanted: tuple[str, ...]) -> Callable[[Row], Row]:
    """A function that takes the `wanted` keys out of a row that has `keys`."""
    at = [keys.index(k) for k in wanted]
    if at == list(range(len(keys))):
        return lambda row: row
    if len(at) > 1:
        return operator.itemgetter(*at)
    return (lambda row, i=at[0]: (row[i],)) if at else (lambda row: ())  # type: ignore[misc]


def joined(tables: Iterable[tuple[tuple[str, ...], Iterable[Row]]]) -> tuple[tuple[str, ...], list[Row]]:
    """Keys and rows of several tables together (a year of deposit and a component): all combinations that agree in the
    keys they share."""
    keys: tuple[str, ...] = ()
    rows: list[Row] = [()]
    for theirs, their_rows in tables:
        shared, more = tuple(k for k in keys if k in theirs), tuple(k for k in theirs if k not in keys)
        mine, common, rest = picker(keys, shared), picker(theirs, shared), picker(theirs, more)
        matching: dict[Row, list[Row]] = {}
        for row in their_rows:
            matching.setdefault(common(row), []).append(rest(row))
        rows = [row + extra for row in rows for extra in dict.fromkeys(matching.get(mine(row), ()))]
        keys = (*keys, *more)
    return keys, rows
