"""The probe of .ods: `content.xml` gone through once by the standard library's parser (entities are barred before
anything is opened)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat

from .container import ZipParts
from .probe import Extent, Place, Probe

MOST_REPEATS = 2000  # of one cell whose places are noted one by one
ERROR = re.compile(r"#[A-Z0-9/_]+[!?]?|Err:[0-9]+")


def probe_workbook(archive: ZipParts) -> dict[str, Probe]:
    """Probe of every table by its name; those with nothing to tell are left out. Raises `TooFar` for a stray cell."""
    reader = _Reader()
    for part in ("styles.xml", "content.xml"):
        if part in archive.namelist():
            try:
                reader.parse(archive.read(part))
            except expat.ExpatError:
                continue  # the reader of the values says that the file is damaged
    return reader.probes


@dataclass
class _Table:
    name: str
    row: int = 0  # the last row of the present <table-row>
    repeat: int = 1
    column: int = 0
    columns: int = 0  # columns declared so far
    errors: dict[Place, str] = field(default_factory=dict)
    percents: set[Place] = field(default_factory=set)
    struck: set[Place] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    filtered: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    extent: Extent = field(default_factory=Extent)


class _Reader:
    def __init__(self) -> None:
        self.probes: dict[str, Probe] = {}
        self.struck_styles: set[str] = set()
        self.parents: dict[str, str] = {}
        self.style = ""
        self.table: _Table | None = None
        self.cell: tuple[int, int, int, bool] | None = None  # column, cells across, style is struck, error declared
        self.words: list[str] = []
        self.depth_of_annotation = 0

    def parse(self, xml: bytes) -> None:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.Parse(xml, True)

    def _characters(self, text: str) -> None:
        if self.cell is not None and not self.depth_of_annotation:
            self.words.append(text)

    def _start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "annotation":
            self.depth_of_annotation += 1
        elif name == "style":
            self.style = given.get("style:name", "") if given.get("style:family") == "table-cell" else ""
            if self.style:
                self.parents[self.style] = given.get("style:parent-style-name", "")
        elif name == "text-properties" and self.style:
            if (
                given.get("style:text-line-through-style", "none") != "none"
                or given.get("style:text-line-through-type", "none") != "none"
            ):
                self.struck_styles.add(self.style)
        elif tag == "table:table":
            self.table = _Table(given.get("table:name", ""))
        elif self.table is not None:
            self._in_table(tag, given, self.table)

    def _in_table(self, tag: str, given: dict[str, str], table: _Table) -> None:
        if tag == "table:table-column":
            count = _count(given.get("table:number-columns-repeated"))
            if given.get("table:visibility") == "collapse":
                table.hidden_columns.update(range(table.columns + 1, table.columns + min(count, 16_384) + 1))
            table.columns += count
        elif tag == "table:table-row":
            table.repeat = _count(given.get("table:number-rows-repeated"))
            table.row += table.repeat
            table.column = 0
            rows = range(table.row - min(table.repeat, MOST_REPEATS) + 1, table.row + 1)
            if given.get("table:visibility") == "collapse":
                table.hidden_rows.update(rows)
            elif given.get("table:visibility") == "filter":
                table.filtered.update(rows)
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self._begin_cell(given, table)

    def _begin_cell(self, given: dict[str, str], table: _Table) -> None:
        across = _count(given.get("table:number-columns-repeated"))
        first = table.column + 1
        table.column += across
        kind = given.get("office:value-type", "")
        error = given.get("calcext:value-type") == "error"
        struck = self._is_struck(given.get("table:style-name", ""))
        self.cell, self.words = (first, across, int(struck), error), []
        if not kind:
            return
        table.extent.take(table.row, table.column, across * table.repeat)
        if kind == "percentage" or struck:
            if across * table.repeat > MOST_REPEATS:
                table.extent.check(table.name)
            places = {
                (r, c)
                for r in range(table.row - min(table.repeat, MOST_REPEATS) + 1, table.row + 1)
                for c in range(first, first + min(across, MOST_REPEATS))
            }
            if kind == "percentage":
                table.percents |= places
            if struck:
                table.struck |= places

    def _is_struck(self, style: str) -> bool:
        for _ in range(20):
            if style in self.struck_styles:
                return True
            style = self.parents.get(style, "")
            if not style:
                return False
        return False

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "annotation":
            self.depth_of_annotation -= 1
        elif (
            tag in ("table:table-cell", "table:covered-table-cell") and self.cell is not None and self.table is not None
        ):
            first, _, _, error = self.cell
            text = "".join(self.words).strip()
            if error or (text.startswith(("#", "Err:")) and ERROR.fullmatch(text)):
                self.table.errors[self.table.row, first] = text or "#"
            self.cell = None
        elif tag == "table:table" and self.table is not None:
            self._finish(self.table)
            self.table = None

    def _finish(self, t: _Table) -> None:
        t.extent.check(t.name)
        probe = Probe(
            dict.fromkeys(t.errors, "error"),
            t.errors,
            frozenset(t.percents),
            frozenset(t.struck),
            frozenset(t.hidden_rows),
            frozenset(t.hidden_columns),
            frozenset(t.filtered),
        )
        if probe.has_content:
            self.probes[t.name] = probe


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1
