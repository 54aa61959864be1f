"""What stands in the columns of a sheet of named styles, looked at once: widths, heights and the choice of narrower columns
all go by it."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .look import Look
from .model import OutputSheet, Value, width_of
from .style import NUMERIC, shown

Group = tuple[str | Look, int]  # style and column


@dataclass(frozen=True)
class Texts:
    """The texts of one style in one column, with the rows they stand in (each row once)."""

    rows: Sequence[int]
    values: Sequence[str]

    @functools.cached_property
    def widths(self) -> Sequence[int]:
        return list(map(width_of, self.values))

    @functools.cached_property
    def _arrays(self) -> tuple[NDArray[np.intp], NDArray[np.float64], Sequence[tuple[int, Sequence[int]]]]:
        """Rows; widths; place and widths of the parts of each text of several lines."""
        several = [
            (i, [width_of(part) for part in text.split("\n")]) for i, text in enumerate(self.values) if "\n" in text
        ]
        return np.array(self.rows, np.intp), np.array(self.widths, np.float64), several

    def broken(self, room: float, over: float = -math.inf) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Rows of the texts that take more than one line in a column with `room` for so many characters, and their
        lines; only of texts wider than `over`."""
        rows, widths, several = self._arrays
        lines = np.ceil(widths / room)
        for i, parts in several:
            lines[i] = sum(max(1, math.ceil(part / room)) for part in parts)
        those = (lines > 1.0) & (widths > over)
        return rows[those], lines[those]


@dataclass(frozen=True)
class SheetContents:
    """Texts and numbers by style and column, merged cells left out; rows that hold a head, and the columns that hold a
    merged cell."""

    texts: Mapping[Group, Texts]
    numbers: Mapping[Group, Sequence[Value]]
    heads: frozenset[int]
    merged: frozenset[int]


def contents(sheet: OutputSheet) -> SheetContents:
    """The cells of a sheet, gathered."""
    inside = {(r, c) for r0, c0, r1, c1 in sheet.merges for r in range(r0, r1 + 1) for c in range(c0, c1 + 1)}
    texts: dict[Group, tuple[list[int], list[str]]] = {}
    numbers: dict[Group, list[Value]] = {}
    heads: set[int] = set()
    merged: set[int] = set()
    for place, (value, style, _, _) in sheet.cells.items():
        row, col = place
        if place in inside:
            merged.add(col)
        elif isinstance(value, str):
            rows, values = texts.get((style, col)) or texts.setdefault((style, col), ([], []))
            rows.append(row)
            values.append(value)
            continue
        else:
            numbers.setdefault((style, col), []).append(value)
        if style == "head":
            heads.add(row)
    gathered = {group: Texts(rows, values) for group, (rows, values) in texts.items()}
    heads.update(row for (style, _), of in gathered.items() if style == "head" for row in of.rows)
    return SheetContents(gathered, numbers, frozenset(heads), frozenset(merged))


def widest(numbers: Sequence[Value], style: str | Look) -> int:
    """Characters of the widest of some numbers under a style. With fixed decimals it is the largest or the least."""
    name, _, places = str(style).partition(":")
    if name == "percent" or (name in NUMERIC and int(places or 2) >= 0):
        numbers = (max(numbers), min(numbers))
    return max(width_of(shown(number, str(style))) for number in numbers)
