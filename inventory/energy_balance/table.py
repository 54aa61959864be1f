"""The provincial energy balance table as frozen values: which rows and columns exist, and the cells of one region and
year.

Rows and columns are data of the edition (`energy_balance_rows.csv`, `energy_balance_columns.csv`), never positions on a
sheet. A cell that is not printed is absent; it is not zero. A corrected cell keeps the printed figure beside the
corrected one.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..core import units
from ..core.edition import Edition
from ..core.problems import DeclarationError, Origin
from ..edition.parts import BalanceColumnRow, BalanceRowRow
from ..edition.parts import rows as table_rows
from .figures import PrintedFigure

LAYOUTS = ("2005", "2010")  # first year in which the printed layout was used: 2005–2009, 2010 and later
Key = tuple[str, str]  # (row id, column id)


@dataclass(frozen=True)
class Layout:
    """All rows and columns an edition knows, in printed order, with every spelling of their labels."""

    rows: Mapping[str, BalanceRowRow]
    columns: Mapping[str, BalanceColumnRow]
    row_labels: Mapping[str, str]
    column_labels: Mapping[str, str]
    # English name of a region, in small letters -> the region
    regions: Mapping[str, str] = field(default_factory=dict)

    def row_id(self, text: str) -> str:
        """Id of the row a label means; empty when it is none."""
        return _look_up(text, self.row_labels)

    def column_id(self, text: str) -> str:
        """Id of the column a header means; empty when it is none."""
        return _look_up(text, self.column_labels)

    def parts(self, total: str) -> tuple[str, ...]:
        """Rows, or columns, that always add into a total."""
        defs: Iterable[BalanceRowRow | BalanceColumnRow] = (*self.rows.values(), *self.columns.values())
        return tuple(d.id for d in defs if d.part_of == total)

    def optional_parts(self, total: str) -> tuple[str, ...]:
        defs: Iterable[BalanceRowRow | BalanceColumnRow] = (*self.rows.values(), *self.columns.values())
        return tuple(d.id for d in defs if total in d.optional_in)

    def order(self, key: Key) -> tuple[int, int]:
        """Place of a cell in the printed table; used for sorting only."""
        return self._row_order.get(key[0], len(self.rows)), self._column_order.get(key[1], len(self.columns))

    @functools.cached_property
    def _row_order(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.rows)}

    @functools.cached_property
    def _column_order(self) -> dict[str, int]:
        return {name: i for i, name in enumerate(self.columns)}


@dataclass(frozen=True, slots=True)
class BalanceCell:
    """One figure. `value` is what is compiled: the corrected figure where there is one, else the printed one, in the
    printed unit.

    `precision`: as_stored, rounded_3sf (kept with three significant figures), recovered_by_balance (restored from a
    sum), or empty. `settled` says what the table itself decided about the figure: `dust` (below half of the last
    printed digit: zero) or `sign` (turned, because the identities close only so); `printed` keeps what stands on the
    sheet.
    """

    value: float
    unit: str
    origin: Origin
    printed: float | None
    corrected: float | None = None
    reason: str = ""
    source: str = ""
    precision: str = ""
    correction_origin: Origin = Origin()
    settled: str = ""


@dataclass(frozen=True)
class BalanceTable:
    """The table of one region and year. `cells` is in printed order, whatever the order on the sheet.

    `unavailable` holds cells that are marked as existing but not given (`…`); a blank cell or a dash is in neither, it
    means that nothing is recorded. `rows` and `columns` are those that the sheet has. `layout` is `2005` or `2010`.
    """

    region: str
    year: int
    layout: str
    cells: Mapping[Key, BalanceCell]
    unavailable: Mapping[Key, Origin] = field(default_factory=dict)
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    sheet: str = ""
    title: str = ""
    data_kind: str = "统计"
    notes: tuple[str, ...] = ()
    figures: tuple[
        PrintedFigure, ...
    ] = ()  # figures of the sheet that are in no cell of the table: set aside or refused
    continued: bool = False  # the sheet says that it continues another

    @functools.cached_property
    def decimals(self) -> int:
        """Decimals the table prints, at most two; cells kept with three figures do not count."""
        printed = (
            repr(cell.printed).rstrip("0").partition(".")[2]
            for cell in self.cells.values()
            if cell.precision in ("", "as_stored") and cell.printed is not None
        )
        return min(max(map(len, printed), default=0), 2)

    def value(self, row: str, column: str) -> float | None:
        """The figure of a cell in the printed unit; None when it is absent."""
        cell = self.cells.get((row, column))
        return None if cell is None else cell.value

    def corrected(self) -> Iterator[tuple[Key, BalanceCell]]:
        return ((k, c) for k, c in self.cells.items() if c.corrected is not None)


_BRACKETS = re.compile(r"[(\[【][^()\[\]【】]*[)\]】]")
_NUMBERING = re.compile(
    r"^\s*(?:#|其中|[(（]?[一二三四五六七八九十0-9]{1,2}[)）]|[一二三四五六七八九十0-9]{1,2}[.、．,]|[0-9]{1,2}(?=[^0-9]))*[::.、．\s]*"
)


@functools.lru_cache(maxsize=16384)
def plain_label(text: str) -> str:
    """A label without numbering, brackets, blanks and punctuation: `3.外省(区、市)调入量` -> `外省调入量`. Chinese wins
    over English beside it."""
    flat = unicodedata.normalize("NFKC", text).replace("它", "他").replace("\n", "").replace("\u3000", "")
    while _BRACKETS.search(flat):
        flat = _BRACKETS.sub("", flat)
    flat = _NUMBERING.sub("", re.sub(r"\s+", " ", flat), count=1)
    chinese = "".join(c for c in flat if "\u4e00" <= c <= "\u9fff")
    if chinese:
        return chinese.removeprefix("其中") if len(chinese) > 2 else chinese
    return "".join(c for c in flat.lower() if c.isalpha() and c.isascii())


def _look_up(text: str, labels: Mapping[str, str]) -> str:
    label = plain_label(text)
    return labels.get(label, "") if label else ""


def read_layout(edition: Edition) -> Layout:
    """Rows and columns of an edition, none where it has no such tables. Raises `DeclarationError` when the two files
    contradict themselves."""
    rows: dict[str, BalanceRowRow] = {}
    columns: dict[str, BalanceColumnRow] = {}
    row_labels: dict[str, str] = {}
    column_labels: dict[str, str] = {}
    for r in table_rows(edition, BalanceRowRow):
        rows[r.id] = r
        _spell(row_labels, r.id, (r.id, r.label_zh, r.label_en, *r.aliases))
    for c in table_rows(edition, BalanceColumnRow):
        if c.unit:
            units.parse(c.unit)
        columns[c.id] = c
        _spell(column_labels, c.id, (c.id, c.label_en, *c.aliases))
    for c in table_rows(edition, BalanceColumnRow):  # the English of the fuel, where it is no other column's name
        word = edition.word("fuel", c.fuel) if c.fuel else None
        if word is not None and word.label_en:
            _spell(column_labels, c.id, (word.label_en,))
    regions = {w.label_en.casefold(): w.value for w in edition.vocabulary.get("region", {}).values() if w.label_en}
    return Layout(rows, columns, row_labels, column_labels, regions)


def _spell(labels: dict[str, str], name: str, spellings: Iterable[str]) -> None:
    for spelling in spellings:
        label = plain_label(spelling)
        if label and labels.setdefault(label, name) != name:
            raise DeclarationError(f"energy balance: {spelling!r} means {labels[label]} and {name}")


def split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|") if part.strip())
