"""XlsxWriter's worksheet with a quicker way to write its cells: the same XML, each row put together at once.

The library searches every formula for functions newer than the format and escapes every attribute of every cell, also
those that are numbers: half of its time. What is not a plain number, text, formula or blank with a format is left to
it. Books that are drawn cell by cell (`drawing`) fill the library's table and are written by rows as well. A test
compares the bytes with those of the library's own way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import (
    CellBlankTuple,
    CellFormulaTuple,
    CellNumberTuple,
    CellRichStringTuple,
    CellStringTuple,
    Worksheet,
)

from .address import MAX_COLUMNS, PlanError
from .address import letters as letters_of
from .look import Look
from .model import OutputCell
from .rows import Apart, Formats, Place

MOST_QUICK_LETTERS = 16_383  # longer texts may have too many UTF-16 units: the library counts them
ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})


class QuickRows(Worksheet):  # type: ignore[misc]
    planned: Mapping[Place, OutputCell] = {}
    written: Mapping[int, dict[int, str]] = {}

    def fill(self, cells: Mapping[Place, OutputCell], formats: Formats, apart: Apart) -> None:
        """Keep plain numbers, texts, formulas and blanks, to be written as the library would: their formats in its
        table, their XML after place and format beside it (nothing that Python's collector of garbage goes through).
        The plan has checked places, lengths and numbers already."""
        self.planned, self.written = cells, defaultdict(dict)
        for corner in (map(min, zip(*cells, strict=True)), map(max, zip(*cells, strict=True))):
            self._check_dimensions(*corner)
        table, written, shared, texts, repeated = self.table, self.written, self.str_table, dict[str, str](), 0
        changed, named, merged, faces = formats.changed, formats.named, apart.merged, apart.faces
        for place, cell in cells.items():
            value, look, formula, link = cell
            style = changed.get(place) or named[look]
            if place in merged or link:
                apart.write(place, cell, style)
                continue
            if formula is not None:
                kind, result = _result(value)
                xml = f"{kind}><f>{_escaped(formula.removeprefix('='))}</f><v>{result}</v></c>"
            elif value.__class__ is float:
                xml = f"><v>{value!r}</v></c>"
            elif value == "":
                xml = "/>"
            elif not isinstance(value, str) and not isinstance(value, bool):
                xml = f"><v>{float(value)!r}</v></c>"
            elif isinstance(value, bool) or faces or look.__class__ is Look or len(value) > MOST_QUICK_LETTERS:
                apart.write(place, cell, style)
                continue
            elif value in texts:
                xml, repeated = texts[value], repeated + 1
            else:
                xml = texts[value] = f' t="s"><v>{shared._get_shared_string_index(value)}</v></c>'
            row, column = place
            table[row][column] = style
            written[row][column] = xml
        shared.count += repeated

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """No formula here uses a function newer than the format: `OutputSheet.formula` would have to be given
        `_xlfn.` names, which are passed on as they are."""
        return formula.removeprefix("=")

    def _get_range_data(self, *area: int) -> list[Any]:
        """What the cells of a range hold, for the charts that show it."""
        result: list[Any] = []
        for row in range(area[0], area[2] + 1):
            cells = self.table.get(row)
            for column in range(area[1], area[3] + 1):
                if cells is None or cells.get(column).__class__ is not Format:
                    result += super()._get_range_data(row, column, row, column)
                else:
                    value, _, formula, _ = self.planned[row, column]
                    plain = formula is not None or isinstance(value, str)
                    result.append(value if plain else repr(float(value)))
                if cells is None:
                    break
        return result

    def _write_rows(self) -> None:
        if self.comments:  # the library counts them among the cells of a row: marked copies
            if self.planned:
                raise PlanError(f"{self.name}: comments are not written here")
            super()._write_rows()
            return
        columns = {row: sorted(cells) for row, cells in self.table.items() if cells}
        spans = _spans(columns)
        letters = [letters_of(c) for c in range(self.dim_colmax + 1)]
        usual = self.default_row_height == self.original_row_height and self.excel_version != 2010
        for number in range(self.dim_rowmin, self.dim_rowmax + 1):
            info = self.row_info.get(number)
            if number not in columns:
                if info:
                    self._write_empty_row(number, spans.get(number // 16), info)
                continue
            if usual and info is None:
                self.fh.write(f'<row r="{number + 1}" spans="{spans[number // 16]}">')
            else:
                self._write_row(number, spans[number // 16], info)
            self._quick_cells(number, columns[number], letters)
            self.fh.write("</row>")

    def _quick_cells(self, number: int, columns: Sequence[int], letters: Sequence[str]) -> None:
        cells, row = self.table[number], number + 1
        written = self.written.get(number) or {}
        parts: list[str] = []
        for column in columns:
            cell = cells[column]
            if cell.__class__ is Format:
                index = cell.xf_index
                index = cell._get_xf_index() if index is None else index
                parts.append(f'<c r="{letters[column]}{row}" s="{index}"{written[column]}')
                continue
            text = _xml_of(cell, f"{letters[column]}{row}") if cell.format else ""
            if text:
                parts.append(text)
                continue
            self.fh.write("".join(parts))
            parts.clear()
            self._write_cell(number, column, cell)
        self.fh.write("".join(parts))


def _spans(columns: Mapping[int, Sequence[int]]) -> dict[int, str]:
    """First and last column (from 1) of every sixteen rows; `columns` of each row in their order."""
    ends: dict[int, tuple[int, int]] = {}
    for row, those in columns.items():
        low, high = ends.get(row // 16, (MAX_COLUMNS, -1))
        ends[row // 16] = (min(low, those[0]), max(high, those[-1]))
    return {block: f"{low + 1}:{high + 1}" for block, (low, high) in ends.items()}


def _xml_of(cell: Any, place: str) -> str:
    """A cell of the library as XML; empty for a kind that is left to it."""
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
