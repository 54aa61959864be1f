"""XlsxWriter's worksheet with a quicker way to write its cells: the same XML, each row put together at once.

The library searches every formula for functions newer than the format and escapes every attribute of every cell, also
those that are numbers: half of its time. What is not a plain number, text, formula or blank with a format is left to
it. A test compares the bytes with those of the library's own way.
"""

from __future__ import annotations

import functools
from typing import Any

from .address import letters as letters_of

ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})


@functools.cache
def worksheet_class() -> type:
    """The class to give to `Workbook.add_worksheet`; made when first asked for, because the library is loaded late."""
    from xlsxwriter.worksheet import Worksheet

    class QuickRows(Worksheet):  # type: ignore[misc]
        def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
            """No formula here uses a function newer than the format: `OutputSheet.formula` would have to be given
            `_xlfn.` names, which are passed on as they are."""
            return formula.removeprefix("=")

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
                text = cell_xml(cell, f"{letters[column]}{row}") if cell.format else ""
                if text:
                    parts.append(text)
                    continue
                self.fh.write("".join(parts))
                parts.clear()
                self._write_cell(number, column, cell)
            self.fh.write("".join(parts))

    return QuickRows


def cell_xml(cell: Any, place: str) -> str:
    """A cell of the library as XML; empty for a kind that is left to it."""
    kind = cell.__class__.__name__
    start = f'<c r="{place}" s="{cell.format._get_xf_index()}"'
    if kind in ("String", "RichString"):
        return f'{start} t="s"><v>{cell.string}</v></c>'
    if kind == "Number":
        return f"{start}><v>{cell.number:.16G}</v></c>"
    if kind == "Blank":
        return f"{start}/>"
    if kind == "Formula":
        kind, value = _result(cell.value)
        return f"{start}{kind}><f>{_escaped(cell.formula)}</f><v>{value}</v></c>"
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
