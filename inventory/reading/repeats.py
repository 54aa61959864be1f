"""Rows of a long table that repeat the words of an earlier row: only year and figure are new, so only these are read.

The words of a row (region, quantity, keys, unit, source …) are interpreted once a table; a row whose words, cell by
cell, are those of a row that left nothing but one figure gives the same series with its own year and figure. Anything
else (another word, a mark behind the figure, a year written as a date) goes the long way.
"""

from __future__ import annotations

from collections.abc import Sized
from dataclasses import dataclass, field

from ..core.activity import LARGEST
from ..spreadsheets.cells import Sheet, Value
from ..spreadsheets.numbers import Number, Year, parse_number, parse_year
from .headers import TableHeading
from .row import RowsRead

Line = tuple[Value, ...]
Words = tuple[Line, tuple[type, ...]]  # values and their types (1 is not TRUE); a CSV has texts only


def repeats_of(sheet: Sheet, heading: TableHeading) -> Repeats | None:
    """The memory for a sheet's table; None where a cell may be more than its value, or the table is no long one."""
    if not sheet.plain or not heading.is_long or "year" not in heading.fields:
        return None
    return Repeats(sheet, heading.fields["year"], heading.fields["value"])


@dataclass
class Repeats:
    """What the rows read so far say, by their words. `year`, `value`: columns counted from 1."""

    sheet: Sheet
    year: int
    value: int
    _known: dict[Words, tuple[int, bool]] = field(default_factory=dict)  # number of its figure, has a source
    _years: dict[Value, int | None] = field(default_factory=dict)

    def take(self, number: int, rows_read: RowsRead) -> bool:
        """Read row `number` if it repeats an earlier one; False where it has to be read in full."""
        line = self.sheet.values[number - 1]
        known = self._known.get(self._words(line))
        if known is None or len(line) < max(self.year, self.value):
            return False
        value, year = _figure(line[self.value - 1]), self._year(line[self.year - 1])
        if value is None or year is None:
            return False
        index, sourced = known
        rows_read.columns.add_like(index, year, value, (number, 0 if self.sheet.csv else self.value))
        rows_read.whole[number] = (self.value,)
        if not sourced:
            rows_read.without_source.append(str(number))
        return True

    def learn(self, number: int, before: tuple[int, ...], rows_read: RowsRead) -> None:
        """Remember row `number`, just read in full, if it gave one figure and left nothing else. `before`: `left` of
        the time before."""
        result = tuple(b - a for a, b in zip(before, left(rows_read), strict=True))
        line = self.sheet.values[number - 1]
        if result != (1, 0) or len(line) < max(self.year, self.value):
            return
        if rows_read.columns.last() == (self._year(line[self.year - 1]), _figure(line[self.value - 1])):
            sourced = not rows_read.without_source or rows_read.without_source[-1] != str(number)
            self._known[self._words(line)] = (len(rows_read.columns) - 1, sourced)

    def _words(self, line: Line) -> Words:
        first, second = sorted((self.year, self.value))
        words = line[: first - 1] + line[first : second - 1] + line[second:]
        return words, () if self.sheet.csv else tuple(map(type, words))

    def _year(self, given: Value) -> int | None:
        if given not in self._years:
            year = parse_year(given)
            usual = isinstance(year, Year) and not (year.from_date or year.from_serial)
            self._years[given] = year.value if usual and isinstance(year, Year) else None
        return self._years[given]


def left(rows_read: RowsRead) -> tuple[int, int]:
    """How many figures there are, and how much of anything else that a row can leave."""
    lists: tuple[Sized, ...] = (
        rows_read.notations,
        rows_read.row_notations,
        rows_read.waiting,
        rows_read.refused,
        rows_read.marks,
    )
    return len(rows_read.columns), rows_read.problems.count + sum(map(len, lists))


def _figure(given: Value) -> float | None:
    """The usual figure: a number or a text that is one, with no mark behind it."""
    if type(given) is float:
        return given if abs(given) <= LARGEST else None
    number = parse_number(given)
    return number.value if isinstance(number, Number) and not (number.mark or number.suffix) else None
