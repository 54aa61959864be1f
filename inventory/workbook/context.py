"""What the sheets of one filing share while they are laid out: the ledger, the words, and where each figure already
stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from ..analysis.analysed import Analysed
from ..core import units
from ..core.activity import MEASURED, Datum
from ..core.edition import Edition
from ..core.ledger import Ledger
from ..core.subjects import MEASURED_QUANTITY
from ..edition.parts import KeyName, rows
from ..sheets.address import Ref
from ..sheets.listing import Listing
from ..sheets.model import Book, OutputSheet, width_of
from ..texts import listed
from .texts import LANGUAGES, Words

if TYPE_CHECKING:
    from ..analysis.recalculation import Recalculation
    from ..uncertainty.results import MonteCarlo

LINE_HEIGHT = 15.0
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a table: in which language, with the names of which edition (None: keys as they stand)."""

    lang: str
    edition: Edition | None = None

    @property
    def t(self) -> Words:
        return Words(self.lang)

    def value_label(self, key: str, value: str) -> str:
        """A key's value as people read it: categories with their names, words in the reader's language."""
        if self.edition is None:
            return value
        if key == "category":
            name = self.edition.label_of_category(value, self.lang)
            return f"{value} {name}" if name != value else value
        word = self.edition.word(key, value)
        return word.label_en if word is not None and self.lang == "en" and word.label_en else value

    def listed(self, names: Iterable[str]) -> str:
        return listed(names, self.lang)


@dataclass
class Filing(Analysed):
    """`data`, `factors`, `gwp`, `lines` hold the cells that other sheets refer to; None where there is no such cell."""

    ledger: Ledger
    lang: str
    book: Book
    t: Words
    data: dict[int, Ref] = field(default_factory=dict)
    factors: dict[int, Ref] = field(default_factory=dict)
    shares: dict[int, Ref] = field(default_factory=dict)  # part of a set of shares -> the cell of its half-width
    computed: dict[str, str] = field(default_factory=dict)  # row of the factor sheet -> the result it shows
    gwp: dict[str, Ref] = field(default_factory=dict)
    # ledger line -> (cell, tonnes of gas per unit of the cell)
    lines: dict[int, tuple[Ref, Fraction]] = field(default_factory=dict)
    # derived datum -> first and last cell of its amounts
    terms: dict[int, tuple[Ref, Ref]] = field(default_factory=dict)
    # (file, sheet, cell) of a source cell -> its cell here
    balance: dict[tuple[str, str, str], Ref] = field(default_factory=dict)
    montecarlo: MonteCarlo | None = None
    recalculation: Recalculation | None = None

    @cached_property
    def _order(self) -> Mapping[str, Mapping[str, int]]:
        return {key: {value: i for i, value in enumerate(words)} for key, words in self.edition.vocabulary.items()}

    def rank(self, key: str, value: str) -> tuple[int, tuple[Any, ...]]:
        """Where a key's value stands in the order of the vocabulary; category ids by their numbers; the rest as
        text."""
        known = self._order.get(key, {}).get(value)
        if known is not None:
            return known, ()
        parts = value.replace("-", ".").split(".")
        return len(self._order.get(key, {})), tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts)

    @cached_property
    def key_labels(self) -> Mapping[str, Mapping[str, str]]:
        """Names of the keys from the edition's table `keys`; region, year and the like have words of their own."""
        return {r.key: {"zh": r.label_zh, "en": r.label_en} for r in rows(self.edition, KeyName)}

    def key_words(self, key: str) -> dict[str, str]:
        """A key's name in both languages."""
        named = self.key_labels.get(key)
        return dict(named) if named else {lang: Words(lang).of("key", key) for lang in LANGUAGES}

    def key_label(self, key: str) -> str:
        return self.key_words(key)[self.lang]

    @cached_property
    def reader(self) -> Reader:
        return Reader(self.lang, self.edition)

    def value_label(self, key: str, value: str) -> str:
        """A key's value as the workbook shows it."""
        return self.reader.value_label(key, value)

    def item_text(self, item: Iterable[tuple[str, str]]) -> str:
        return self.t.semicolon.join(f"{self.key_label(k)}={self.value_label(k, v)}" for k, v in item)

    def quantity_label(self, quantity: str) -> str:
        declared = MEASURED_QUANTITY if quantity == MEASURED else self.edition.declared.quantities.get(quantity)
        return self.t.label(declared.label, quantity) if declared else quantity

    def category_of(self, datum: Datum) -> str:
        declared = self.edition.declared.quantities.get(datum.quantity)
        return dict(datum.item).get("category") or (declared.category if declared else "")

    def flags(self, flags: Iterable[str]) -> str:
        return self.reader.listed(self.t.of("flag", f) for f in flags)

    def regions(self) -> list[str]:
        return sorted(
            {line.region for line in self.ledger.lines}
            | {n.region for n in self.ledger.notations}
            | {d.region for d in self.ledger.data},
            key=lambda r: self.rank("region", r),
        )

    def years(self) -> list[int]:
        return sorted({line.year for line in self.ledger.lines}) or sorted({int(d.year) for d in self.ledger.data})

    def unit_scale(self, unit: str, gas: str) -> Fraction:
        """Tonnes of `gas` in one `unit` of a step; a plain mass is a mass of the gas it is declared to be."""
        plain = units.tidy(unit.format(gas=gas))
        return units.ratio(plain, "t" if units.same_dimension(plain, "t") else f"t {gas}")


def heading(sheet: OutputSheet, words: Words, subtitle: str = "") -> int:
    """Title in A1, subtitle below it; gives the next free row."""
    sheet.text(0, 0, sheet.title, "title")
    sheet.heights[0] = 26
    if subtitle:
        sheet.text(1, 0, subtitle, "subtitle")
    return 3 if subtitle else 2


def note(sheet: OutputSheet, row: int, text: str, last_col: int, style: str = "note", columns: float = 120) -> int:
    """A paragraph over the columns of the table, as high as it needs (merged cells do not grow by themselves)."""
    if last_col > 0:
        sheet.merges.append((row, 0, row, last_col))
    sheet.text(row, 0, text, style)
    sheet.heights[row] = (
        LINE_HEIGHT * sum(max(1, -(-width_of(part) // max(20, int(columns)))) for part in text.split("\n")) + 3
    )
    return row + 1


def note_rows(f: Filing, sheet: OutputSheet, first: int, end: int, columns: int) -> None:
    """Tell `explain` that these rows read as their headings say."""
    if end > first:
        f.book.note(Ref(sheet.name, first, 0), "row", Ref(sheet.name, end - 1, columns - 1), head=first - 1)


def header(sheet: OutputSheet, row: int, labels: Iterable[str]) -> int:
    """Column headings; gives the row below."""
    for col, label in enumerate(labels):
        sheet.text(row, col, label, "head")
    return row + 1


def fill_listing(
    f: Filing, sheet: OutputSheet, row: int, listing: Listing[Row], rows: Iterable[Row], numbered: str | None = None
) -> int:
    """Headings and rows of a listing, known to `explain`; gives the row below. `numbered`: the heading of a first column
    that counts them."""
    aside = numbered is not None
    first = header(sheet, row, [*([numbered] if numbered is not None else []), *listing.heads(f.t)])
    row = listing.fill(sheet, first, rows, f.reader, int(aside))
    for number in range(1, row - first + 1) if aside else ():
        sheet.number(first + number - 1, 0, number, "year")
    note_rows(f, sheet, first, row, len(listing.columns) + aside)
    return row
