"""XlsxWriter's worksheet with a quicker way to write its cells: the same XML, each row put together at once.

The library searches every formula for functions newer than the format and escapes every attribute of every cell, also
those that are numbers: half of its time. What is not a plain number, text, formula or blank with a format is left to
it. A test compares the bytes with those of the library's own way.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from .address import MAX_COLUMNS
from .address import letters as letters_of
from .model import OutputCell

MOST_QUICK_LETTERS = 16_383  # longer texts may have too many UTF-16 units: the library counts them
ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})


@functools.cache
def worksheet_class() -> type:
    """The class to give to `Workbook.add_worksheet`; made when first asked for, because the library is loaded late."""
    from xlsxwriter.worksheet import CellBlankTuple, CellFormulaTuple, CellNumberTuple, CellStringTuple, Worksheet

    xml_of = _xml_writer()

    class QuickRows(Worksheet):  # type: ignore[misc]
        def quick(self, row: int, col: int, cell: OutputCell, style: Any) -> bool:
            """Keep a plain number, text, formula or blank as the library would; False for what is left to it. The plan
            has checked places, lengths and numbers already; `extent` says how far the cells go."""
            value = cell.value
            if cell.formula is not None:
                self.table[row][col] = CellFormulaTuple(cell.formula.removeprefix("="), style, value)
            elif cell.link or value is True or value is False:
                return False
            elif not isinstance(value, str):
                self.table[row][col] = CellNumberTuple(ExactFloat(value), style)
            elif not value:
                self.table[row][col] = CellBlankTuple(style)
            elif len(value) <= MOST_QUICK_LETTERS:
                self.table[row][col] = CellStringTuple(self.str_table._get_shared_string_index(value), style)
            else:
                return False
            return True

        def extent(self, last_row: int, last_col: int, first_row: int, first_col: int) -> None:
            """The outermost rows and columns with cells."""
            self._check_dimensions(first_row, first_col)
            self._check_dimensions(last_row, last_col)

        def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
            """No formula here uses a function newer than the format: `OutputSheet.formula` would have to be given
            `_xlfn.` names, which are passed on as they are."""
            return formula.removeprefix("=")

        def _calculate_spans(self) -> None:
            """First and last column of every sixteen rows."""
            if self.comments:
                super()._calculate_spans()
                return
            self.row_spans = _spans(self.table)

        def _write_rows(self) -> None:
            if self.comments:
                super()._write_rows()
                return
            self._calculate_spans()
            letters = [letters_of(c) for c in range(self.dim_colmax + 1)]
            for number in range(self.dim_rowmin, self.dim_rowmax + 1):
                cells = self.table.get(number)
                if cells or number in self.row_info:
                    span, info = self.row_spans.get(number // 16), self.row_info.get(number)
                    if not cells:
                        self._write_empty_row(number, span, info)
                        continue
                    self._write_row(number, span, info)
                    self._quick_cells(number, cells, letters)
                    self._xml_end_tag("row")

        def _quick_cells(self, number: int, cells: dict[int, Any], letters: list[str]) -> None:
            row = str(number + 1)
            parts: list[str] = []
            for column in sorted(cells):
                cell = cells[column]
                text = xml_of(cell, letters[column] + row) if cell.format else ""
                if text:
                    parts.append(text)
                    continue
                self.fh.write("".join(parts))
                parts.clear()
                self._write_cell(number, column, cell)
            self.fh.write("".join(parts))

    return QuickRows


def _spans(table: Mapping[int, Mapping[int, Any]]) -> dict[int, str]:
    """First and last column (from 1) of every sixteen rows of cells."""
    ends: dict[int, tuple[int, int]] = {}
    for row, cells in table.items():
        if cells:
            low, high = ends.get(row // 16, (MAX_COLUMNS, -1))
            ends[row // 16] = (min(low, min(cells)), max(high, max(cells)))
    return {block: f"{low + 1}:{high + 1}" for block, (low, high) in ends.items()}


def _xml_writer() -> Callable[[Any, str], str]:
    """A function that writes a cell of the library as XML; empty for a kind that is left to it."""
    from xlsxwriter.worksheet import (
        CellBlankTuple,
        CellFormulaTuple,
        CellNumberTuple,
        CellRichStringTuple,
        CellStringTuple,
    )

    def xml_of(cell: Any, place: str) -> str:
        kind, style = cell.__class__, cell.format
        index = style.xf_index
        start = f'<c r="{place}" s="{style._get_xf_index() if index is None else index}"'
        if kind is CellStringTuple or kind is CellRichStringTuple:
            return f'{start} t="s"><v>{cell.string}</v></c>'
        if kind is CellNumberTuple:
            return f"{start}><v>{cell.number:.16G}</v></c>"
        if kind is CellBlankTuple:
            return f"{start}/>"
        if kind is CellFormulaTuple:
            attribute, value = _result(cell.value)
            return f"{start}{attribute}><f>{_escaped(cell.formula)}</f><v>{value}</v></c>"
        return ""

    return xml_of


class ExactFloat(float):
    """A float that every format spec prints in full, so that it reads back as the same double."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return float.__repr__(self)


def _result(value: Any) -> tuple[str, str]:
    """(type attribute, text) of a formula's value."""
    if isinstance(value, bool):
        return ' t="b"', str(int(value))
    if isinstance(value, str):
        kind = "" if not value else ' t="e"' if value in ERRORS else ' t="str"'
        return kind, _escaped(value)
    return "", str(value)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
