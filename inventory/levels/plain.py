"""A short cut for long CSVs that are already written the way the program writes them: exact headings and ids, known
words, plain numbers.

Anything else (another heading, a full-width digit, an empty source, a notation key) makes `plain_project` give None,
and the tolerant reader does the file
instead. What it does read is the same, to the last origin, as what the tolerant reader gives; tests/test_batch.py holds
it to that.
"""

from __future__ import annotations

import csv
import functools
import re
from pathlib import Path

from ..core import units
from ..core.activity import DATA_KINDS, Datum, Project
from ..core.declarations import Quantity
from ..core.edition import Edition
from ..core.problems import Collector, Origin, Problem, in_order
from ..reading.lexicon import lexicon
from ..reading.numbers import FIRST_YEAR, LAST_YEAR

HEADINGS = (
    "region",
    "year",
    "category",
    "item",
    "quantity",
    "value",
    "unit",
    "source",
    "uncertainty",
    "note",
    "data_kind",
)
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?")
_BLANKS = frozenset(" \t\r\n\u3000\xa0")
Item = tuple[tuple[str, str], ...]


class PlainReader:
    """Reads files of one edition; keeps what it found out about quantities, items and units."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.words = lexicon(edition)
        self.regions = edition.vocabulary.get("region", {})
        self._items: dict[tuple[str, str, str], Item | None] = {}
        self.fits = functools.lru_cache(maxsize=4096)(self._fits)

    def project(self, path: Path, name: str | None = None) -> tuple[Project, list[Problem]] | None:
        """The project of one file, or None when the file is not plain throughout."""
        from ..reading.plausible import check_plausible

        try:
            text = path.read_bytes().decode("utf-8-sig")
        except (OSError, UnicodeDecodeError):
            return None
        rows = csv.reader(text.splitlines(keepends=True), strict=True)
        data: list[Datum] = []
        file = name or path.name
        try:
            if tuple(next(rows, ())) != HEADINGS:
                return None
            for number, row in enumerate(rows, start=2):
                datum = self._datum(row, file, number)
                if datum is None or rows.line_num != number:
                    return None
                data.append(datum)
        except csv.Error:
            return None
        if not data:
            return None
        problems = Collector()
        check_plausible(data, self.edition, problems)
        return Project(data=tuple(data)), in_order(problems.found)

    def _datum(self, row: list[str], file: str, number: int) -> Datum | None:
        if len(row) != len(HEADINGS):
            return None
        region, year, category, item_text, name, value, unit, source, uncertainty, note, kind = row
        quantity = self.edition.declared.quantities.get(name)
        if (
            region not in self.regions
            or quantity is None
            or kind not in DATA_KINDS
            or not source
            or not _NUMBER.fullmatch(value)
            or len(year) != 4
            or not (year.isascii() and year.isdigit())
            or not FIRST_YEAR <= int(year) <= LAST_YEAR
            or _odd(source)
            or (note and _odd(note))
            or (uncertainty and not _NUMBER.fullmatch(uncertainty))
        ):
            return None
        if uncertainty and not 0 <= float(uncertainty) <= 1000:
            return None
        key = (name, category, item_text)
        if key not in self._items:
            self._items[key] = self._item(quantity, category, item_text)
        item = self._items[key]
        if item is None or not self.fits(name, unit):
            return None
        return Datum(
            region,
            int(year),
            name,
            item,
            float(value),
            unit,
            source,
            float(uncertainty) if uncertainty else None,
            note,
            kind,
            Origin(file, "", f"row {number}"),
        )

    def _item(self, quantity: Quantity, category: str, text: str) -> Item | None:
        pairs: dict[str, str] = {}
        for part in text.split(";") if text else ():
            key, equals, written = part.partition("=")
            value = self.words.value(quantity, key, written) if key in quantity.all_keys and written.strip() else None
            if not equals or key in pairs or key == "category" or not value:
                return None
            pairs[key] = value
        if "category" in quantity.all_keys:
            if category not in self.words.allowed(quantity, "category"):
                return None
            pairs["category"] = category
        elif category and quantity.category:
            below = self.edition.descendants
            if category not in self.edition.categories or (
                category not in below(quantity.category) and quantity.category not in below(category)
            ):
                return None
        elif category and category not in self.edition.categories:
            return None
        return tuple(sorted(pairs.items())) if all(k in pairs for k in quantity.keys) else None

    def _fits(self, name: str, unit: str) -> bool:
        try:
            return any(units.same_dimension(unit, u) for u in self.edition.declared.quantities[name].unit)
        except units.UnitError:
            return False


def _odd(text: str) -> bool:
    """Blanks at the ends, or nothing but marks: the tolerant reader's business."""
    return text[0] in _BLANKS or text[-1] in _BLANKS or not any(c.isalnum() for c in text) or len(text) < 2
