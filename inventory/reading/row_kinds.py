"""What a row below a heading is when it is no data: a worked example, the heading again, a note."""

from __future__ import annotations

import re

from ..core.spelling import fold
from ..spreadsheets.cells import Cell, Sheet
from ..spreadsheets.numbers import Number, parse_number
from .headers import TableHeading, means
from .lexicon import Lexicon
from .rows import EXAMPLE_MARKS, Row, RowsRead, is_blank

NOTE_START = re.compile(
    r"^[(（\[【]?\s*(注|说明|备注|资料来源|来源|填表|制表|审核|负责人|联系|日期|填报人|note|source|remark)",
    re.IGNORECASE,
)


def is_example(row: Row) -> bool:
    mark = row.fields.get("mark")
    first = row.fields.get("quantity")
    return (mark is not None and fold(mark.text) in EXAMPLE_MARKS) or (
        mark is None and first is not None and first.text.startswith(("示例：", "示例:", "例：", "例:"))
    )


def check_example(row: Row, lexicon: Lexicon, rows_read: RowsRead) -> None:
    """Somebody may have typed over the worked example: it is not read, so that has to be said."""
    named = row.fields.get("quantity")
    quantity = lexicon.quantities.get(lexicon.quantity(named.text) or "") if named is not None else None
    example = 1.0 if quantity is None or quantity.example is None else float(quantity.example)
    for _, cell in row.figures:
        value = parse_number(cell)
        if not (isinstance(value, Number) and value.value == example):
            rows_read.problems.add("row.example_changed", row.origin(cell), found=cell.text or "（空）")
            return


def is_repeat_of_heading(sheet: Sheet, heading: TableHeading, number: int, lexicon: Lexicon) -> bool:
    """A heading repeated further down (a page break), or once more in the other language: the same meanings in the same
    columns."""
    columns = heading.known_columns
    if len(columns) < 3:
        return False
    if all(fold(sheet.cell(number, c).text) == fold(sheet.shown(heading.bottom, c).text) for c in columns):
        return True
    named: list[tuple[int, Cell]] = []
    for c in columns:
        cell = sheet.cell(number, c)
        if cell.blank:
            continue
        if means(cell, lexicon) != heading.meaning_of(c):
            return False  # nearly every row: its first word is no heading
        named.append((c, cell))
    return len(named) >= 3 and any(cell.kind == "text" and c not in heading.years.values() for c, cell in named)


def is_note(row: Row, sheet: Sheet, number: int, lexicon: Lexicon) -> bool:
    """A line of text under or between the data: no figure, and no quantity that we know."""
    named = row.fields.get("quantity")
    if named is not None and not named.blank and lexicon.quantity(named.text) is not None:
        return False
    if any(not is_blank(cell) for _, cell in row.figures):
        return False
    if named is None and any(lexicon.member(key, cell.text) for key, cell in row.keys.items()):
        return False  # wheat in a table of crop yields, its figures marked — or …
    texts = [sheet.cell(number, c) for c in range(1, sheet.width + 1)]
    filled = [c for c in texts if not c.blank]
    if any(c.kind not in ("text", "empty") for c in filled):
        return len(filled) == 1 and row.fields.get("mark") is not None and row.fields["mark"].column == filled[0].column
    return row.sheet.csv is False or len(filled) <= 2 or bool(NOTE_START.match(filled[0].text))
