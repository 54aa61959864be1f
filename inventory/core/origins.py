"""Places of figures in columns: file and sheet as a code, row and column as numbers. A text is made for whoever looks.

A cell is an address (`D7`: row 7, column 4), a row of a CSV (`row 7`: row 7, column 0), nothing (0, 0), or any other
text (column -1, the row being its place among `texts`).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .places import COLUMNS, LETTERS
from .problems import Origin

Ints = NDArray[np.signedinteger[Any]]
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})").fullmatch
_ROW = re.compile(r"row ([1-9][0-9]{0,8})")
_WIDEST = 16_384  # columns of a sheet
_NEW = object.__new__
_SET_FILE, _SET_SHEET, _SET_CELL = (getattr(Origin, name).__set__ for name in ("file", "sheet", "cell"))


def origin_of(file: str, sheet: str, cell: str) -> Origin:
    """Equal to `Origin(…)` (a test says so), in half the time of its frozen constructor: there are very many."""
    origin = _NEW(Origin)
    _SET_FILE(origin, file)
    _SET_SHEET(origin, sheet)
    _SET_CELL(origin, cell)
    return origin


@dataclass(frozen=True, eq=False)
class OriginColumns:
    """Where each of many figures stands. `sheet`, `row`, `column` are equally long; `sheets` are (file, sheet)."""

    sheets: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]
    sheet: Ints
    row: Ints
    column: Ints

    def __len__(self) -> int:
        return len(self.sheet)

    def at(self, index: int) -> Origin:
        file, sheet = self.sheets[self.sheet[index]]
        return origin_of(file, sheet, self._cell(int(self.row[index]), int(self.column[index])))

    def some(self, first: int, last: int) -> list[Origin]:
        """The places of the figures from `first` to before `last`."""
        each = zip(
            self.sheet[first:last].tolist(),
            self.row[first:last].tolist(),
            self.column[first:last].tolist(),
            strict=True,
        )
        sheets, letters = self.sheets, LETTERS
        return [
            origin_of(sheets[s][0], sheets[s][1], f"{letters[column]}{row}" if column > 0 else self._cell(row, column))
            for s, row, column in each
        ]

    def _cell(self, row: int, column: int) -> str:
        if column > 0:
            return f"{LETTERS[column]}{row}"
        return self.texts[row] if column else f"row {row}" if row else ""

    def take(self, rows: NDArray[np.intp]) -> OriginColumns:
        return OriginColumns(
            self.sheets, self.texts, frozen(self.sheet[rows]), frozen(self.row[rows]), frozen(self.column[rows])
        )


class OriginsBuilder:
    """Places as they come; `build` makes columns of them."""

    def __init__(self) -> None:
        self._sheets: dict[tuple[str, str], int] = {}
        self._texts: dict[str, int] = {}
        self._sheet, self._row, self._column = array("i"), array("i"), array("h")

    def add(self, origin: Origin) -> None:
        row, column = self._coded(origin.cell)
        self._sheet.append(self.sheet_code(origin.file, origin.sheet))
        self._row.append(row)
        self._column.append(column)

    def add_cells(self, place: tuple[str, str], row: int, columns: Sequence[int]) -> None:
        """Cells of one row of a sheet (file, sheet); column 0 is the row as such."""
        self._sheet.extend([self.sheet_code(*place)] * len(columns))
        self._row.extend([row] * len(columns))
        self._column.extend(columns)

    def add_like(self, index: int, row: int, column: int) -> None:
        """Another cell of the sheet of number `index`."""
        self._sheet.append(self._sheet[index])
        self._row.append(row)
        self._column.append(column)

    def cells(self, first: int) -> Iterator[tuple[int, int]]:
        return zip(self._row[first:], self._column[first:], strict=True)

    def extend(self, more: OriginColumns) -> None:
        sheets = np.array([self.sheet_code(*s) for s in more.sheets] or [0], dtype=np.int32)
        texts = np.array([self._text_code(t) for t in more.texts] or [0], dtype=np.int32)
        row = more.row.astype(np.int32)
        other = more.column < 0
        row[other] = texts[row[other]]
        self._sheet.frombytes(sheets[more.sheet].tobytes())
        self._row.frombytes(row.tobytes())
        self._column.frombytes(more.column.astype(np.int16).tobytes())

    def sheet_code(self, file: str, sheet: str) -> int:
        return self._sheets.setdefault((file, sheet), len(self._sheets))

    def _text_code(self, text: str) -> int:
        return self._texts.setdefault(text, len(self._texts))

    def _coded(self, cell: str) -> tuple[int, int]:
        if not cell:
            return 0, 0
        match = _ADDRESS(cell)
        if match:
            column = COLUMNS[match[1]]
            if column <= _WIDEST:
                return int(match[2]), column
        match = _ROW.fullmatch(cell)
        return (int(match[1]), 0) if match else (self._text_code(cell), -1)

    def build(self) -> OriginColumns:
        return OriginColumns(
            tuple(self._sheets),
            tuple(self._texts),
            copied(self._sheet, np.int32),
            copied(self._row, np.int32),
            copied(self._column, np.int16),
        )


def copied(given: array[int] | array[float], kind: type) -> NDArray[Any]:
    """A read-only array of what was gathered."""
    return frozen(np.frombuffer(given, dtype=kind).copy() if len(given) else np.zeros(0, dtype=kind))


def frozen(values: NDArray[Any]) -> NDArray[Any]:
    values.flags.writeable = False
    return values
