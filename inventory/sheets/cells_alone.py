"""A drawn workbook of which only the cells are wanted: takes what a drawing does to XlsxWriter's book and keeps the
values, without looks, drop-downs and print set-up. What a drawing has to say is known without a file being written and
read again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Value = float | str | None
Rows = list[list[Value]]


def _nothing(*values: Any, **options: Any) -> int:
    """Whatever concerns the look: XlsxWriter answers 0 where all is well."""
    return 0


class CellSheet:
    """One sheet; rows and columns count from 0."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._values: dict[tuple[int, int], float | str] = {}
        self.visible = True

    def get_name(self) -> str:
        return self._name

    def hide(self) -> None:
        self.visible = False

    def write_string(self, row: int, column: int, value: str, look: Any = None) -> int:
        if value:
            self._values[row, column] = str(value)
        return 0

    def write_number(self, row: int, column: int, value: float, look: Any = None) -> int:
        self._values[row, column] = float(value)
        return 0

    def write_formula(self, row: int, column: int, formula: str, look: Any = None, value: Value = "") -> int:
        """The result that is written with the formula."""
        if value not in ("", None):
            self._values[row, column] = value  # type: ignore[assignment]
        return 0

    def write_url(self, row: int, column: int, target: str, look: Any = None, text: str = "") -> int:
        return self.write_string(row, column, text)

    def merge_range(self, first_row: int, first: int, last_row: int, last: int, value: str, look: Any = None) -> int:
        return self.write_string(first_row, first, value)

    def rows(self) -> Rows:
        """From the first cell to the last that holds anything; None for the empty ones."""
        height = max((r for r, _ in self._values), default=-1) + 1
        width = max((c for _, c in self._values), default=-1) + 1
        return [[self._values.get((r, c)) for c in range(width)] for r in range(height)]

    def __getattr__(self, name: str) -> Callable[..., int]:
        return _nothing


class CellBook:
    """In the place of `xlsxwriter.Workbook`."""

    def __init__(self) -> None:
        self._sheets: list[CellSheet] = []

    def add_worksheet(self, name: str) -> CellSheet:
        self._sheets.append(CellSheet(name))
        return self._sheets[-1]

    def add_format(self, look: Any) -> None:
        """Looks are not kept."""

    def worksheets(self) -> list[CellSheet]:
        return self._sheets
