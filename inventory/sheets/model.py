"""A workbook as plain data: sheets of cells with value, formula and style, before any Excel library sees it.

The whole filing is laid out here first. The XlsxWriter side only copies it out; `explain`, the golden dump and the
tests read the same plan. Rows and columns are counted from 0.
"""

from __future__ import annotations

import functools
import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..charts import NativeChart
from ..charts.printed import PrintChart
from ..core.rounding import column_decimals
from .address import MAX_COLUMNS, MAX_ROWS, PlanError, Ref, a1, sheet_name
from .look import Look

Value = float | int | str | bool

MAX_TEXT, MAX_FORMULA = 32_767, 8_192
_TUPLE = tuple.__new__  # without the check of a NamedTuple's own constructor


class OutputCell(NamedTuple):
    """One cell (a tuple: a filing has a hundred thousand). `formula` is None for a plain value; `link` is the name of a sheet to jump to."""

    value: Value
    style: str | Look = "text"
    formula: str | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """How a sheet of the printed set stands on paper (A4). Texts of header and footer in Excel's codes; margins in
    millimetres.

    `one_wide`: scaled down, should an office measure letters wider than we do; the set is laid out so that 100 % fits.
    """

    landscape: bool = False
    header: str = ""
    footer: str = ""
    left: float = 18.0
    right: float = 18.0
    top: float = 18.0
    bottom: float = 16.0
    one_wide: bool = True
    one_high: bool = False
    protected: bool = True
    centered: bool = True


@dataclass
class OutputSheet:
    """One sheet under construction. `head` are the rows that repeat on every printed page; `freeze` the first row and
    column that scroll."""

    name: str
    title: str
    cells: dict[tuple[int, int], OutputCell] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    freeze: tuple[int, int] = (0, 0)
    head: tuple[int, int] | None = None
    hidden: bool = False
    portrait: bool = False
    one_page: bool = False
    breaks: list[int] = field(default_factory=list)
    tab: str = ""
    page: Page | None = None
    charts: list[NativeChart | PrintChart] = field(default_factory=list)

    def _put(self, row: int, col: int, cell: OutputCell) -> Ref:
        place = (row, col)
        if place in self.cells:
            raise PlanError(f"{self.name}!{a1(row, col)} is written twice")
        if not (0 <= row < MAX_ROWS and 0 <= col < MAX_COLUMNS):
            raise PlanError(f"{self.name}: row {row}, column {col} is outside a sheet")
        self.cells[place] = cell
        return _TUPLE(Ref, (self.name, row, col))

    def text(self, row: int, col: int, text: str, style: str | Look = "text", link: str = "") -> Ref:
        """A text, never a formula whatever it begins with. Longer than a cell can hold is an error, not cut."""
        if len(text) > MAX_TEXT:
            raise PlanError(f"{self.name}!{a1(row, col)}: {len(text)} characters do not fit a cell")
        return self._put(row, col, _TUPLE(OutputCell, (text, style, None, link)))

    def number(self, row: int, col: int, number: float, style: str | Look = "num:2") -> Ref:
        """A number as it is. Raises `PlanError` for what is not finite."""
        return self._put(row, col, _TUPLE(OutputCell, (finite(number, self.name, row, col), style, None, "")))

    def formula(self, row: int, col: int, formula: str, value: Value, style: str | Look = "num:2") -> Ref:
        """A live formula (beginning with `=`) and the value it has now, which must be a finite number, a text or a
        bool."""
        if not formula.startswith("=") or len(formula) > MAX_FORMULA:
            raise PlanError(
                f"{self.name}!{a1(row, col)}: not a formula a sheet can hold ({len(formula)} "
                f"characters): {formula[:80]}"
            )
        if not isinstance(value, (str, bool)):
            value = finite(value, self.name, row, col)
        return self._put(row, col, _TUPLE(OutputCell, (value, style, formula, "")))

    def row(self, row: int, col: int, values: Iterable[Value | None], style: str = "text") -> None:
        """Texts and numbers side by side; None leaves the cell empty but bordered."""
        for i, value in enumerate(values):
            if value is None or value == "":
                self._put(row, col + i, OutputCell("", style))
            elif isinstance(value, (str, bool)):
                self.text(row, col + i, str(value), style)
            else:
                self.number(
                    row,
                    col + i,
                    value,
                    style if style.startswith(("num", "total", "memo", "plain")) else f"num:{decimals(value)}",
                )

    @property
    def rows(self) -> int:
        return max((row for row, _ in self.cells), default=-1) + 1

    @property
    def columns(self) -> int:
        return max((col for _, col in self.cells), default=-1) + 1


@dataclass(frozen=True, slots=True)
class Spot:
    """The place on a sheet where something is about to be written."""

    sheet: OutputSheet
    row: int
    col: int

    def right(self, columns: int = 1) -> Spot:
        return Spot(self.sheet, self.row, self.col + columns)

    def below(self, rows: int = 1) -> Spot:
        return Spot(self.sheet, self.row + rows, self.col)

    def text(self, text: str, style: str | Look = "text") -> Ref:
        return self.sheet.text(self.row, self.col, text, style)

    def number(self, number: float, style: str | Look = "num:2") -> Ref:
        return self.sheet.number(self.row, self.col, number, style)

    def formula(self, formula: str, value: Value, style: str | Look = "num:2") -> Ref:
        return self.sheet.formula(self.row, self.col, formula, value, style)


def finite(number: float, sheet: str, row: int, col: int) -> float | int:
    """The number itself (numpy scalars made plain); NaN and infinity are refused: Excel would read them as damage or as
    zero."""
    if number.__class__ is float and math.isfinite(number):
        return number
    if isinstance(number, bool) or (not isinstance(number, (int, float)) and not hasattr(number, "item")):
        raise PlanError(f"{sheet}!{a1(row, col)}: {number!r} is not a number")
    plain = number.item() if hasattr(number, "item") else number
    if not math.isfinite(plain):
        raise PlanError(f"{sheet}!{a1(row, col)}: {plain!r} cannot be written as a number")
    return plain


@dataclass
class Book:
    """All sheets in the order of the tabs, and the trace records for `explain`; where the cells of tables stand that have
    names (`sheets.table.At`)."""

    title: str
    lang: str
    sheets: dict[str, OutputSheet] = field(default_factory=dict)
    trace: list[tuple[str, str, dict[Any, Any]]] = field(default_factory=list)  # sheet, A1 range, what stands there
    places: dict[Any, Ref] = field(default_factory=dict)

    def add(self, name: str, title: str) -> OutputSheet:
        """A new last sheet. Names are shortened and cleaned as Excel asks; two sheets never share one."""
        clean = sheet_name(name, self.sheets)
        self.sheets[clean] = OutputSheet(clean, title)
        return self.sheets[clean]

    def note(self, ref: Ref, kind: str, last: Ref | None = None, **what: object) -> None:
        """Say what a cell (or the block up to `last`) is, for `explain`."""
        place = a1(ref.row, ref.col) + (f":{a1(last.row, last.col)}" if last else "")
        self.trace.append((ref.sheet, place, {"k": kind, **what}))

    def value(self, ref: Ref) -> Value:
        return self.sheets[ref.sheet].cells[ref.row, ref.col].value

    def figure(self, ref: Ref) -> float:
        value = self.value(ref)
        if isinstance(value, (str, bool)):
            raise PlanError(f"{ref} holds {value!r}, not a number")
        return float(value)


@functools.lru_cache(maxsize=65_536)
def width_of(text: str) -> int:
    """Columns a text takes: full-width characters count 2; the longest line counts."""
    if text.isascii() and "\n" not in text:
        return len(text)
    return max(
        (sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line) for line in text.split("\n")),
        default=0,
    )


def decimals(value: float, most: int = 8, digits: int = 6) -> int:
    """How many decimals show a number well: all of them where few were entered, else about `digits` significant
    figures; -1: scientific."""
    if value == 0 or not math.isfinite(value):
        return 0
    size = abs(value)
    if size < 1e-6 or size >= 1e15:
        return -1
    text = f"{size:.{most}f}".rstrip("0")
    entered = len(text.split(".")[1])
    required = max(0, digits - 1 - math.floor(math.log10(size)))
    return min(entered, max(required, 1 if entered else 0), most)


def at_least_two(value: float, places: int) -> int:
    """The column's decimals, or more where a small value would show as zero: two significant figures, six decimals at
    most."""
    size = abs(value)
    if size == 0 or size < 1e-6 or size >= 1:
        return places
    return max(places, min(6, 1 - math.floor(math.log10(size))))


def shared_decimals(values: Iterable[float]) -> int:
    """Decimals for a column of computed figures, judged by its largest: the one rule of rounding; a column of zeros has
    two."""
    size = max((abs(v) for v in values), default=0.0)
    return column_decimals([size]) if size else 2
