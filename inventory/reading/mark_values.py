"""The marked answer to a workbook that cannot be spliced (.xls, .et, .ods): an .xlsx with its values, the cells in
question coloured and commented.

Formats, formulas, charts and pictures are not carried over, and the sheet 检查结果 says so. Never for .xlsx: there
everything survives (`mark.py`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ..sheets.address import sheet_name
from ..sheets.drawing import Drawing
from ..spreadsheets.cells import Sheet, Value
from .comments import clean

Marks = Mapping[str, Mapping[tuple[int, int], tuple[str, str]]]  # sheet -> (row, column) -> colour RRGGBB, comment
Links = Mapping[int, tuple[str, str]]  # row of the list from 0 -> sheet, cell


@dataclass(frozen=True, slots=True)
class BookNames:
    """What the workbook says of itself: title of its list, its own name, who wrote the comments."""

    list: str
    book: str
    author: str


def values_book(
    sheets: Iterable[Sheet], marks: Marks, rows: list[tuple[str, ...]], links: Links, names: BookNames
) -> bytes:
    """The workbook: the list `rows` (a heading first) on a sheet of its own, then every sheet with its values."""
    drawing = Drawing(names.book)
    book = drawing.book
    listed = book.add_worksheet(names.list)
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            listed.write_string(r, c, clean(text), wrap)
        if r in links:
            sheet, cell = links[r]
            listed.write_url(
                r, 1, f"internal:'{sheet.replace(chr(39), chr(39) * 2)}'!{cell}", wrap, clean(row[1])[:255]
            )
    for c, width in enumerate((8, 36, 56, 40, 50)):
        listed.set_column(c, c, width)
    listed.freeze_panes(1, 0)
    for sheet_values in sheets:
        _sheet(book, sheet_values, marks.get(sheet_values.name, {}), names.author)
    return drawing.data()


def plain_book(sheets: Iterable[Sheet], title: str) -> bytes:
    """A workbook of values alone, each where it stands. The same sheets give the same bytes."""
    drawing = Drawing(title)
    names: list[str] = []
    for sheet in sheets:
        names.append(sheet_name(sheet.name, names))
        _sheet(drawing.book, replace(sheet, name=names[-1]), {}, "")
    return drawing.data()


def _sheet(book: Any, sheet: Sheet, marks: Mapping[tuple[int, int], tuple[str, str]], author: str) -> None:
    out = book.add_worksheet(sheet.name)
    formats: dict[tuple[str, bool], Any] = {}

    def look(colour: str, date: bool) -> Any:
        if (colour, date) not in formats:
            formats[colour, date] = book.add_format(
                {**({"bg_color": f"#{colour}"} if colour else {}), **({"num_format": "yyyy-mm-dd"} if date else {})}
            )
        return formats[colour, date]

    for top, left, bottom, right in sheet.merged:
        if (top, left) != (bottom, right):
            out.merge_range(top - 1, left - 1, bottom - 1, right - 1, "")
    for r, row in enumerate(sheet.values, 1):
        for c, value in enumerate(row, 1):
            if value is not None:
                colour = marks[r, c][0] if (r, c) in marks else ""
                _write(out, r - 1, c - 1, value, look(colour, isinstance(value, dt.date | dt.datetime)))
    for (r, c), (colour, comment) in sorted(marks.items()):
        if sheet.cell(r, c).value is None:
            out.write_blank(r - 1, c - 1, None, look(colour, False))
        out.write_comment(r - 1, c - 1, clean(comment), {"author": author, "width": 400, "height": 120})


def _write(out: Any, row: int, column: int, value: Value, form: Any) -> None:
    if isinstance(value, bool):
        out.write_boolean(row, column, value, form)
    elif isinstance(value, float):
        out.write_number(row, column, value, form)
    elif isinstance(value, dt.datetime | dt.date):
        out.write_datetime(row, column, value.replace(tzinfo=None) if isinstance(value, dt.datetime) else value, form)
    else:
        out.write_string(row, column, clean(str(value)), form)
