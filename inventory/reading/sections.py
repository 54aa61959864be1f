"""Tables below the first one on a sheet: a heading again with other columns, or with another unit, region, year or
quantity stated between. Each part is read as a sheet of its own whose cells keep their addresses.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..core.spelling import fold
from ..spreadsheets.cells import Cell, Sheet
from ..spreadsheets.hidden import is_figure
from .captions import Captions, stated
from .headers import TableHeading, is_unit, means
from .lexicon import Lexicon
from .matrix import TITLE_CELLS, find_table

_PLAIN = re.compile(r"续|单位|注|说明|来源|unit|note|source|continued", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TablePart:
    """A table of a sheet: its cells alone, its heading, what is stated over it itself (nothing over the first), and a
    title over it that names no quantity although its rows need one."""

    sheet: Sheet
    heading: TableHeading
    own: Captions
    unclear: Cell | None = None


def parts_of(sheet: Sheet, heading: TableHeading, lexicon: Lexicon) -> tuple[TablePart, ...]:
    """The tables of a sheet from its first heading on; mostly one, the sheet itself."""
    starts: list[tuple[int, TableHeading, Captions, Cell | None]] = []
    present = heading
    for row in _heading_rows(sheet, heading, lexicon):
        if row <= present.bottom:
            continue
        first = _first_title(sheet, row, present, lexicon)
        other = _heading_at(sheet, row, first, present, lexicon)
        if other is None:
            continue
        own = stated(sheet, range(first, row), other, lexicon)
        unclear = None if own.texts.get("quantity") else _other_title(sheet, range(first, row), other, lexicon)
        if own.texts or unclear is not None or _columns(other) != _columns(present):
            starts.append((first, other, own, unclear))
            present = other
    if not starts:
        return (TablePart(sheet, heading, Captions()),)
    firsts = [1, *(s[0] for s in starts)]
    lasts = [*(first - 1 for first in firsts[1:]), sheet.height]
    headings = [(heading, Captions(), None), *(s[1:] for s in starts)]
    return tuple(
        TablePart(_alone(sheet, first, last), *what) for first, last, what in zip(firsts, lasts, headings, strict=True)
    )


def _heading_at(sheet: Sheet, row: int, first: int, present: TableHeading, lexicon: Lexicon) -> TableHeading | None:
    """The heading that begins on a row: the present one once more, or another whose titles begin on row `first`."""
    other = find_table(sheet, lexicon, first)
    if other is not None and other.top == row:
        return other
    columns = [c for c in range(1, sheet.width + 1) if not sheet.cell(present.top, c).blank]
    again = all(fold(sheet.cell(row, c).text) == fold(sheet.cell(present.top, c).text) for c in columns)
    return replace(present, top=row, bottom=row + present.bottom - present.top) if again else None


def _alone(sheet: Sheet, first: int, last: int) -> Sheet:
    return replace(sheet, values=((),) * (first - 1) + sheet.values[first - 1 : last])


def _columns(heading: TableHeading) -> tuple[object, ...]:
    return heading.fields, heading.keys, heading.years, heading.columns


def _heading_rows(sheet: Sheet, heading: TableHeading, lexicon: Lexicon) -> Iterator[int]:
    """Rows below the heading whose first text is a heading's word. Whole columns are looked at first, since a long table
    has very many rows and mostly none of these."""
    rows = sheet.values[heading.bottom :]
    texts = {value for c in range(TITLE_CELLS) for value in {row[c] for row in rows if len(row) > c}}
    head = {fold(c.text) for c in sheet.row(heading.top)[:TITLE_CELLS] if c.kind == "text"}
    words = {t for t in texts if isinstance(t, str) and (_is_word(t, lexicon) or fold(t) in head)}
    if not words:
        return
    for number, row in enumerate(rows, heading.bottom + 1):
        first = next((value for value in row if value is not None), None)
        if first in words and len(row) - row.count(None) > 1:  # one text heads nothing
            yield number


def _is_word(text: str, lexicon: Lexicon) -> bool:
    what = means(Cell(text, 1, 1, "text"), lexicon)
    return what is not None and what[0] != "year"


def _first_title(sheet: Sheet, row: int, present: TableHeading, lexicon: Lexicon) -> int:
    """The first of the lines directly over a heading that belong to it: blank ones, titles, labelled cells."""
    first = row
    while first - 1 > present.bottom and _is_title(sheet, first - 1, present, lexicon):
        first -= 1
    return first


def _is_title(sheet: Sheet, number: int, present: TableHeading, lexicon: Lexicon) -> bool:
    filled = [sheet.cell(number, c) for c in range(1, sheet.width + 1)]
    filled = [c for c in filled if not c.blank]
    if len(filled) > TITLE_CELLS or any(c.kind not in ("text", "number") for c in filled):
        return False
    figures = [c for c in filled if c.kind == "number" or is_figure(c.value)]
    labelled = bool(filled) and means(filled[0], lexicon) is not None
    return not figures or (labelled and len(filled) == 2)


def _other_title(sheet: Sheet, rows: range, other: TableHeading, lexicon: Lexicon) -> Cell | None:
    """A title over a part whose rows name no quantity, when it says anything but that the table goes on."""
    if "quantity" in other.fields or (other.across and other.quantity == ""):
        return None
    cells = [c for r in rows for k in range(1, sheet.width + 1) if (c := sheet.cell(r, k)).kind == "text"]
    said = [c for c in cells if fold(c.text) and not _PLAIN.search(c.text) and not is_unit(c.text)]
    return next((c for c in said if means(c, lexicon) is None and lexicon.region(c.text) is None), None)
