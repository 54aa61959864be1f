"""What stands over a table, or between its parts: region, unit, year, the quantity of a table that is named after it.

Labelled cells (`地区 | 江苏`, `单位：万吨`) come first; titles (`江苏省2010年水稻播种面积（千公顷）`) say what no label
says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ..core.problems import Origin
from ..core.spelling import fold
from ..spreadsheets.cells import Cell, Sheet
from ..spreadsheets.numbers import Year, parse_year
from .headers import TableHeading, is_unit, titled_quantity
from .lexicon import Lexicon

_LABELS = {
    "region": ("地区", "省份", "region"),
    "unit": ("单位", "计量单位", "unit"),
    "year": ("年份", "年度", "year"),
    "rest": ("其余填", "其余未填的行填", "Rest"),
}
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_SOURCE = re.compile(r"年鉴|来源|yearbook|source", re.IGNORECASE)  # its year and place are those of the book


NEAR_LABEL = 4  # cells between a label and its value


@dataclass(frozen=True, slots=True)
class Captions:
    """What is said over a table, and where."""

    texts: dict[str, str] = field(default_factory=dict)
    places: dict[str, Origin] = field(default_factory=dict)

    def below(self, own: Captions) -> Captions:
        """What holds for a part of the table that says `own` of itself: a quantity of its own has a unit of its own."""
        kept = dict(self.texts)
        if own.texts.get("quantity", kept.get("quantity")) != kept.get("quantity"):
            kept.pop("unit", None)
        return Captions({**kept, **own.texts}, {**self.places, **own.places})


def stated(sheet: Sheet, rows: range, heading: TableHeading, lexicon: Lexicon) -> Captions:
    """What the cells of `rows` state: labelled cells, and the quantity of a table that is named after it."""
    texts: dict[str, str] = {}
    places: dict[str, Origin] = {}
    for r in rows:
        for c in range(1, sheet.width + 1):
            cell = sheet.cell(r, c)
            if cell.kind != "text":
                continue
            label, colon, rest = re.sub("：", ":", cell.text).partition(":")
            name = _label(label)
            if name and name not in texts:
                inside = bool(colon and rest.strip())
                beside = None if inside else _right_of(sheet, r, c)
                value = rest.strip() if inside else beside.text if beside is not None else ""
                if value and (name != "unit" or is_unit(value)):
                    texts[name], places[name] = value, sheet.origin(r, c if beside is None else beside.column)
            elif "quantity" not in heading.fields:
                quantity, unit = titled_quantity(cell.text, lexicon)
                if quantity:
                    texts.setdefault("quantity", quantity)
                if quantity and unit:
                    texts.setdefault("unit", unit)
    if "year" in texts:
        year = parse_year(texts["year"])
        texts["year"] = str(year.value) if isinstance(year, Year) else ""
    return Captions({k: v for k, v in texts.items() if v}, places)


def over_table(sheet: Sheet, heading: TableHeading, lexicon: Lexicon) -> Captions:
    """What stands over the first table of a sheet; the sheet's name counts as a title."""
    above = stated(sheet, range(1, heading.top), heading, lexicon)
    if "quantity" not in heading.fields:
        quantity, unit = titled_quantity(sheet.name, lexicon)
        if quantity:
            above.texts.setdefault("quantity", quantity)
        if quantity and unit and above.texts["quantity"] == quantity:
            above.texts.setdefault("unit", unit)
    return above


def by_titles(sheet: Sheet, heading: TableHeading, lexicon: Lexicon) -> Captions:
    """Region and year as the titles over a heading name them, each where it is the only one."""
    cells = [(c, c.text) for r in range(1, heading.top) for c in sheet.row(r) if c.kind == "text"]
    titles = [(c, text) for c, text in cells if not _SOURCE.search(text) and not _is_labelled(sheet, c)]
    named = [(n, c) for c, text in titles for n in lexicon.edition.vocabulary.get("region", {}) if n in text]
    texts, places = {}, {}
    if len({n for n, _ in named}) == 1:
        (texts["region"], cell) = named[0]
        places["region"] = sheet.origin(cell.row, cell.column)
    dated = {y: c for c, text in titles for y in _YEAR.findall(text)}
    years = {*_YEAR.findall(sheet.name), *dated}
    if len(years) == 1:
        texts["year"] = years.pop()
        if dated:
            places["year"] = sheet.origin(dated[texts["year"]].row, dated[texts["year"]].column)
    return Captions(texts, places)


def _right_of(sheet: Sheet, row: int, column: int) -> Cell | None:
    for c in range(column + 1, min(sheet.width, column + NEAR_LABEL) + 1):
        cell = sheet.cell(row, c)
        if not cell.blank:
            return None if _label(cell.text) else cell  # the next label is no value of this one
    return None


def _is_labelled(sheet: Sheet, cell: Cell) -> bool:
    """A label with its value (`地区：江苏`), or the value beside one: no title."""
    before = [sheet.cell(cell.row, c).text for c in range(max(1, cell.column - NEAR_LABEL), cell.column)]
    return any(_label(t.replace("：", ":").partition(":")[0]) for t in (cell.text, *before))


def _label(text: str) -> str | None:
    """Which label above a table a text is, if any."""
    return next((n for n, words in _LABELS.items() if fold(text) in [fold(w) for w in words]), None)
