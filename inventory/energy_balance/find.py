"""Where things stand on a sheet: columns of labels, heading blocks, rows of figures. Everything is found by words,
nothing by position.

A label column holds the names of the rows; further label columns (the second language, a level of its own) stand before
the first column with figures and hold none. A heading block ends at the first row whose label column names a row of the
table: a word such as *Other* in a column of figures is part of a heading, never a row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from ..spreadsheets.cells import Cell, Sheet
from ..spreadsheets.numbers import Number, parse_number
from .printed import PrintedWords, flat_text, unit_line
from .table import Layout

MOST_ROWS, MOST_COLUMNS = 2000, 400  # a printed table is far smaller; beyond this nothing is looked at for one
_TITLE = re.compile(r"平衡表|年份|energy balance", re.IGNORECASE)
_NOTE = re.compile(r"\s*[(（]?(?:注|说明|资料来源|来源|note|source)", re.IGNORECASE)
LONGEST_TITLE = 80
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
HEAD_ROWS = 12  # a heading has at most so many rows


@dataclass(frozen=True)
class TableBlock:
    """One heading (rows `top` to `data` - 1) and the rows below it down to `end`; a table printed in parts has
    several."""

    top: int
    data: int
    end: int


@dataclass(frozen=True)
class Frame:
    """The sheet as a table: label columns (the fullest first), blocks, the row that each labelled line means."""

    sheet: Sheet
    layout: Layout
    labels: tuple[int, ...]
    blocks: tuple[TableBlock, ...]
    rows: dict[int, str] = field(default_factory=dict)

    @property
    def top(self) -> int:
        return self.blocks[0].top

    @property
    def last(self) -> int:
        return max(self.rows, default=0)

    def label(self, r: int) -> str:
        """The printed label of a row, whichever label column it stands in."""
        return next((self.sheet.cell(r, c).text for c in self.labels if not self.sheet.cell(r, c).blank), "")


def text_of(cell: Cell) -> str:
    """The text of a cell; empty for figures and blanks."""
    return cell.text if cell.kind == "text" and not isinstance(parse_number(cell), Number) else ""


def number_at(sheet: Sheet, r: int, c: int) -> Number | None:
    number = parse_number(sheet.cell(r, c))
    return number if isinstance(number, Number) else None


class SheetScan:
    """What the cells of a sheet say, each looked at once."""

    def __init__(self, sheet: Sheet, layout: Layout) -> None:
        self.sheet, self.layout = sheet, layout
        self.height, self.width = min(sheet.height, MOST_ROWS), min(sheet.width, MOST_COLUMNS)

    @cached_property
    def texts(self) -> dict[tuple[int, int], str]:
        out = {}
        for r, line in enumerate(self.sheet.values[: self.height], 1):
            for c, value in enumerate(line[: self.width], 1):
                # the values themselves: every sheet of a project is looked at
                text = value.strip() if type(value) is str else ""
                if text and not isinstance(parse_number(text), Number):
                    out[r, c] = text
        return out

    @cached_property
    def figures(self) -> frozenset[tuple[int, int]]:
        """Places that hold a figure."""
        return frozenset(
            (r, c)
            for r, line in enumerate(self.sheet.values[: self.height], 1)
            for c, value in enumerate(line[: self.width], 1)
            if value is not None and (r, c) not in self.texts and isinstance(parse_number(value), Number)
        )

    @cached_property
    def row_ids(self) -> dict[tuple[int, int], str]:
        return {place: name for place, text in self.texts.items() if (name := self.layout.row_id(text))}

    @cached_property
    def fuels(self) -> dict[int, set[str]]:
        """By row, the fuels named in single cells."""
        out: dict[int, set[str]] = {}
        for (r, _), text in self.texts.items():
            name = self.layout.column_id(text)
            if name and self.layout.columns[name].kind != "ignore":
                out.setdefault(r, set()).add(name)
        return out

    @cached_property
    def fuel_columns(self) -> frozenset[int]:
        """Columns that a heading names a fuel for."""
        heads, columns = {*self.heads}, self.layout.columns
        return frozenset(
            c
            for (r, c), text in self.texts.items()
            if r in heads and (name := self.layout.column_id(text)) and columns[name].kind != "ignore"
        )

    @cached_property
    def heads(self) -> list[int]:
        """Rows that hold the names of at least two different fuels."""
        return sorted(r for r, names in self.fuels.items() if len(names) >= 2)

    @cached_property
    def main(self) -> int:
        """The column with the most different row labels below the first heading (the leftmost of equals); 0 when none
        has two."""
        first = self.heads[0] if self.heads else 0
        names: dict[int, set[str]] = {}
        for (r, c), name in self.row_ids.items():
            if r > first:
                names.setdefault(c, set()).add(name)
        best = min(((-len(columns), c) for c, columns in names.items() if len(columns) >= 2), default=(0, 0))
        return best[1]


def frame_of(sheet: Sheet, layout: Layout, words: PrintedWords) -> Frame | None:
    """The table on a sheet, or None when there are no fuels above a column of row labels."""
    look = SheetScan(sheet, layout)
    if not look.heads or not look.main:
        return None
    lines = sorted(r for (r, c) in look.row_ids if c == look.main and r > look.heads[0])
    labels = _label_columns(look, lines)
    rows = _rows(look, labels, lines[0])
    blocks = _blocks(look, rows, labels, words)
    return Frame(sheet, layout, labels, blocks, rows) if blocks else None


def title_of_another(frame: Frame) -> Cell | None:
    """A title below the first part of a table that names another year than the titles over it: a second table."""
    first = _titled_years(frame.sheet, range(1, frame.top))
    for block in frame.blocks[1:]:
        before = max((r for r in frame.rows if r < block.top), default=0)
        for years, cell in _titled_years(frame.sheet, range(before + 1, block.top)).items():
            if first and years not in first:
                return cell
    return None


def _titled_years(sheet: Sheet, rows: range) -> dict[str, Cell]:
    """The years that titles of balance tables name on these rows, and where."""
    cells = (sheet.cell(r, c) for r in rows for c in range(1, min(sheet.width, MOST_COLUMNS) + 1))
    titles = [c for c in cells if _TITLE.search(c.text) and not _NOTE.match(c.text) and len(c.text) <= LONGEST_TITLE]
    return {year: cell for cell in titles for year in _YEAR.findall(cell.text)}


def _label_columns(look: SheetScan, lines: list[int]) -> tuple[int, ...]:
    """The main column, and the columns before the first figure that hold texts beside it, no figure and no fuel's name
    above (figures there may all have been spoilt: `12.3*`); others with the same labels too."""
    main = look.main
    counts = {c: sum((r, c) in look.figures for r in lines) for c in range(1, look.width + 1)}
    first = next((c for c in range(main + 1, look.width + 1) if counts[c]), look.width + 1)
    more = []
    for c in range(1, look.width + 1):
        filled = sum((r, c) in look.texts for r in lines) and c not in look.fuel_columns
        same = sum(look.row_ids.get((r, c)) == look.row_ids[r, main] for r in lines)
        if c != main and not counts[c] and ((c < first and filled) or same * 2 >= len(lines)):
            more.append((-same, c))
    return (main, *(c for _, c in sorted(more)))


def _rows(look: SheetScan, labels: tuple[int, ...], first: int) -> dict[int, str]:
    """The row each labelled line means: a label of its own, or one that is wrapped over two lines of which one holds
    the figures."""
    rows: dict[int, str] = {}
    for r in range(first, look.height + 1):
        name = next((look.row_ids[r, c] for c in labels if (r, c) in look.row_ids), "")
        if name:
            rows[r] = name
    for c in labels:
        for r in range(first, look.height):
            upper, lower = look.texts.get((r, c), ""), look.texts.get((r + 1, c), "")
            if upper and lower and r not in rows and r + 1 not in rows:
                name = look.layout.row_id(upper + lower) or look.layout.row_id(f"{upper} {lower}")
                if name:
                    rows[r if _figures(look, r) else r + 1] = name
    return dict(sorted(rows.items()))


def _figures(look: SheetScan, r: int) -> int:
    return sum(number_at(look.sheet, r, c) is not None for c in range(1, look.width + 1))


def _blocks(
    look: SheetScan, rows: dict[int, str], labels: tuple[int, ...], words: PrintedWords
) -> tuple[TableBlock, ...]:
    starts: list[tuple[int, int]] = []
    for head in look.heads:
        first = next((r for r in rows if r > head), 0)
        if first and head not in rows and (not starts or starts[-1][1] != first):
            starts.append((head, first))
    tops = [_top(look, head, first, rows, labels, words) for head, first in starts]
    ends = [*(top - 1 for top in tops[1:]), look.height]
    return tuple(TableBlock(top, first, end) for top, (_, first), end in zip(tops, starts, ends, strict=True))


def _top(
    look: SheetScan, head: int, first: int, rows: dict[int, str], labels: tuple[int, ...], words: PrintedWords
) -> int:
    before = max((r for r in rows if r < head), default=0)
    top = head
    while top - 1 > before and first - top < HEAD_ROWS and _is_heading_part(look, top - 1, labels, words):
        top -= 1
    return top


def _is_heading_part(look: SheetScan, r: int, labels: tuple[int, ...], words: PrintedWords) -> bool:
    """A row above the fuels belongs to the heading when it holds pieces of names or units over columns of figures, and
    no title or unit line."""
    shown = (look.sheet.shown(r, c) for c in range(1, look.width + 1) if c not in labels)
    own = {(x.row, x.column): x for x in shown if not x.blank and x.column not in labels}
    if any(unit_line(x.text, words) is not None or len(flat_text(x.text)) > 40 for x in own.values()):
        return False
    return len({x.text for x in own.values()}) >= 3 or (bool(own) and all(_piece(look, x, words) for x in own.values()))


def _piece(look: SheetScan, cell: Cell, words: PrintedWords) -> bool:
    """One or two lonely texts above the fuels: part of a wrapped name only when with the text below they make one."""
    below = look.texts.get((cell.row + 1, cell.column), "")
    joined = look.layout.column_id(cell.text + below) or look.layout.column_id(f"{cell.text} {below}")
    return (
        bool(below and joined) or cell.text.strip().lower() in words.groups or (_is_word(cell.text) and _is_word(below))
    )


def _is_word(text: str) -> bool:
    """An English word or two: *Other* over *Washed* over *Coal*."""
    return 0 < len(text.split()) <= 2 and text.isascii() and text.replace(" ", "").isalpha()
