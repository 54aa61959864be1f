"""One row of a table -> activity data, notation keys, or problems. The same for a long CSV, a long table on a sheet,
and a template."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from ..core.activity import LARGEST, NOTATION, NOTATION_KEYS, Notation, OpenCell, Refused, RowNotation
from ..core.columns import ActivitySubject, Provenance, RowFigures, RowWords
from ..core.declarations import Quantity
from ..core.places import address
from ..core.spelling import fold
from ..spreadsheets.cells import Cell
from ..spreadsheets.numbers import NotNumber, Number, Year, parse_number, parse_year, plain
from . import words
from .headers import split_unit
from .lexicon import Lexicon, near
from .needs import is_required
from .row import Row, RowsRead, Waiting, YearFigures, is_blank, number_problem
from .row_units import unit_of, with_marks, year_of
from .words import EXAMPLE_MARKS, TOTALS

__all__ = ["EXAMPLE_MARKS", "OpenCell", "Row", "RowNotation", "RowsRead", "Waiting", "is_blank", "take_row"]


Item = tuple[tuple[str, str], ...]
REST = "表头“其余填”一格：没有填写的行为 {key}"


def take_row(row: Row, lexicon: Lexicon, rows_read: RowsRead) -> None:
    """Read one row into `rows_read`. Every figure on it becomes a datum or leaves a problem."""
    named = row.cell("quantity")
    text = named.text if named is not None else row.above.get("quantity", "")
    if not text:
        rows_read.problems.add("row.no_quantity", row.origin(row.fields.get("quantity")), found=_first_text(row))
        return
    name, printed_unit = lexicon.quantity(text), ""
    if name is None:
        bare, printed_unit = split_unit(text)
        name = lexicon.quantity(bare) if printed_unit else None
    if name is None:
        if fold(text) in TOTALS:
            rows_read.problems.add("row.total", row.origin(named), word=text)
        else:
            rows_read.problems.add("word.quantity", row.origin(named), found=text, near=lexicon.near_quantities(text))
        return
    if name == NOTATION:
        _take_notation(row, lexicon, rows_read)
        return
    _take_figures(row, lexicon.quantities[name], printed_unit, lexicon, rows_read)


def _first_text(row: Row) -> str:
    cells = [*row.fields.values(), *row.keys.values(), *(c for _, c in row.figures)]
    return next((c.text for c in sorted(cells, key=lambda c: c.column) if not c.blank), "")


# ---- figures ----


def _take_figures(row: Row, quantity: Quantity, printed_unit: str, lexicon: Lexicon, rows_read: RowsRead) -> None:
    if "value" not in row.fields and row.without_figures and row.cell("notation") is None:
        _wait(row, quantity, lexicon, rows_read)
        return
    before = rows_read.problems.count
    total = words.total_cell(row, quantity)
    if total is not None:
        rows_read.problems.add("row.total", row.origin(total), word=total.text)
        return
    region = words.region(row, lexicon, rows_read)
    item = words.item(row, quantity, lexicon, rows_read)
    uncertainty = words.uncertainty(row, rows_read)
    kind = words.kind(row, rows_read)
    notation = words.notation_of_row(row, rows_read)
    source = row.text("source")
    sound = not any(p.severity == "error" for p in rows_read.problems.since(before))
    figures = _figures_of(row, _RowWords(quantity, region, item, printed_unit), rows_read)
    if figures.taken and sound and region and item is not None:
        subject = ActivitySubject(quantity.id, item, figures.unit)
        words_of_row = (region, subject, Provenance(source, uncertainty, row.text("note"), kind))
        if figures.usual:
            _take_whole(row, row.figures, words_of_row, rows_read)  # type: ignore[arg-type]
        else:
            _take_by_unit(row, figures.taken, words_of_row, rows_read)
    elif figures.taken or not sound:
        years = {y if isinstance(y, int) else _plain_year(y) for y, _ in row.figures}
        rows_read.refused.extend(Refused(region, year, quantity.id, item) for year in sorted(years, key=str))
    _after(row, quantity, (region, item), figures.filled, notation, rows_read)
    if figures.filled and not source:
        rows_read.without_source.append(str(row.number))


@dataclass(frozen=True, slots=True)
class _RowWords:
    """What a row is about; `region` empty or `item` None where that could not be read."""

    quantity: Quantity
    region: str
    item: Item | None
    printed_unit: str

    def refused(self, year: int | None) -> Refused:
        return Refused(self.region, year, self.quantity.id, self.item)


class _Figures(NamedTuple):
    """The figures of a row: (unit, year, value, cell) of those that were read, how many cells are filled, the unit, and
    whether all are as usual: plain numbers in one sound unit, so that the row can be taken as it stands."""

    taken: list[tuple[str, int, float, Cell]]
    filled: int
    unit: str
    usual: bool


def _figures_of(row: Row, subject: _RowWords, rows_read: RowsRead) -> _Figures:
    one_unit = bool(row.text("unit")) and not row.figure_units
    filled, unit = 0, ""
    usual = one_unit and row.all_numbers and _within(row.figures.values)  # type: ignore[attr-defined]
    result: list[tuple[str, int, float, Cell]] = []
    for year_cell, cell in row.figures:
        if unit and usual:
            break  # the unit is sound, and nothing else is in question
        if (
            unit
            and one_unit
            and cell.kind == "number"
            and not cell.percent
            and isinstance(year_cell, int)
            and abs(cell.value) <= LARGEST  # type: ignore[arg-type, operator]
        ):
            filled += 1  # the usual figure: nothing about it is in question
            result.append((unit, year_cell, cell.value, cell))  # type: ignore[arg-type]
            continue
        value = parse_number(cell)
        if isinstance(value, NotNumber) and value.blank:
            _take_blank(row, (year_cell, cell), value, subject, rows_read)
            continue
        filled += not _is_notation(value)
        year = year_of(row, year_cell, rows_read)
        if not _is_notation(value) and (not unit or cell.column in row.figure_units):
            unit = unit_of(row, subject.quantity, cell, subject.item, subject.printed_unit, rows_read)
        if isinstance(value, NotNumber):
            _take_word(row, (year, cell), value, subject, rows_read)
            continue
        known = with_marks(value, unit, subject.quantity, row, cell, rows_read) if unit else None
        if not one_unit:
            unit = ""  # holds for this figure only
        if known is not None and year is not None:
            result.append((known[1], year, known[0], cell))
        else:
            rows_read.refused.append(subject.refused(year))
    usual = usual and bool(unit) and bool(result)
    return _Figures(result, len(row.figures) if usual else filled, unit, usual)


def _take_blank(
    row: Row, figure: tuple[int | Cell, Cell], value: NotNumber, subject: _RowWords, rows_read: RowsRead
) -> None:
    """A cell without a figure: a mark, or a part of merged cells that hold one, which may be meant for any of them."""
    year_cell, cell = figure
    if value.reason == "mark":
        rows_read.marks.append(address(cell.row, cell.column))
    if row.sheet.merged and row.sheet.covered(cell.row, cell.column):
        shown = row.sheet.shown(cell.row, cell.column)
        if not shown.blank:
            rows_read.problems.add("row.merged_value", row.origin(cell), cells=shown.address)
            rows_read.refused.append(subject.refused(year_cell if isinstance(year_cell, int) else None))


def _take_word(
    row: Row, figure: tuple[int | None, Cell], value: NotNumber, subject: _RowWords, rows_read: RowsRead
) -> None:
    """A cell with a word in place of a figure: a notation key, or what is no number."""
    year, cell = figure
    region, item, quantity = subject.region, subject.item, subject.quantity
    if not _is_notation(value):
        number_problem(value, row.origin(cell), rows_read.problems, quantity.label)
        rows_read.refused.append(subject.refused(year))
    elif year is not None and region and item is not None:
        key = RowNotation(region, year, quantity.id, item, value.hint, row.text("note"), row.origin(cell))
        rows_read.row_notations.append(key)


def _within(values: tuple[float, ...]) -> bool:
    """All of a size that a figure can have; no NaN."""
    return min(values) >= -LARGEST and max(values) <= LARGEST and math.isfinite(sum(values))


def _take_whole(row: Row, figures: YearFigures, words_of_row: RowWords, rows_read: RowsRead) -> None:
    """A row that is data from end to end."""
    rows_read.whole[row.number] = figures.columns
    columns = (0,) * len(figures.columns) if row.sheet.csv else figures.columns
    rows_read.take(words_of_row, row.home, RowFigures(figures.years, figures.values, row.number, columns))


def _take_by_unit(
    row: Row, result: list[tuple[str, int, float, Cell]], words_of_row: RowWords, rows_read: RowsRead
) -> None:
    """The row's figures, those of one unit together."""
    region, subject, provenance = words_of_row
    for unit, group in groupby(result, key=itemgetter(0)):
        _, years, values, cells = zip(*group, strict=True)
        columns = [0 if row.sheet.csv else cell.column for cell in cells]
        figures = RowFigures(years, values, row.number, columns)
        rows_read.take((region, subject._replace(unit=unit), provenance), row.home, figures)


def _wait(row: Row, quantity: Quantity, lexicon: Lexicon, rows_read: RowsRead) -> None:
    """A row of a wide table without figures: its cells wait to be filled if the row says what for; an empty spare row
    says nothing."""
    aside = RowsRead()
    region, item = words.region(row, lexicon, aside), words.item(row, quantity, lexicon, aside)
    _marks(row, rows_read)
    if not region or item is None:
        return
    key = row.above.get("rest", "").strip().upper()
    # the cell over the table that answers for every required row left empty
    if key in NOTATION_KEYS and is_required(lexicon.edition, quantity.id):
        where = row.above_at.get("rest", row.origin(None))
        rows_read.row_notations.extend(
            RowNotation(region, y, quantity.id, item, key, REST.format(key=key), where)
            for y, _ in row.figures
            if isinstance(y, int)
        )
        return
    if key and key not in NOTATION_KEYS:
        place = row.above_at.get("rest", row.origin(None))
        if not any(p.code == "row.rest_key" and p.origin == place for p in rows_read.problems.reported):
            rows_read.problems.add("row.rest_key", place, found=row.above["rest"], known="、".join(NOTATION_KEYS))
    _open(row, quantity, region, item, row.figures, rows_read)


def _open(
    row: Row,
    quantity: Quantity,
    region: str,
    item: Item,
    figures: Iterable[tuple[int | Cell, Cell]],
    rows_read: RowsRead,
) -> None:
    """Note the cells that wait for a figure."""
    waiting = [] if isinstance(figures, YearFigures) else [(y, c) for y, c in figures if isinstance(y, int)]
    years: tuple[int, ...] = figures.years if isinstance(figures, YearFigures) else tuple(y for y, _ in waiting)
    if years:
        sheet = "" if row.sheet.csv else row.sheet.name
        rows_read.waiting.append(
            Waiting(
                region,
                quantity.id,
                item,
                row.text("unit") or quantity.unit[0],
                row.sheet.file,
                sheet,
                years,
                row.figure_places() if not waiting else row.places([c for _, c in waiting]),
            )
        )


def _marks(row: Row, rows_read: RowsRead) -> None:
    if not isinstance(row.figures, YearFigures):
        rows_read.marks.extend(address(c.row, c.column) for _, c in row.figures if not c.blank and is_blank(c))


def _after(
    row: Row, quantity: Quantity, place: tuple[str, Item | None], filled: int, notation: str, rows_read: RowsRead
) -> None:
    """Empty cells of the row: notation keys of the row, cells waiting for a figure, or a row of a long table without a
    value."""
    region, item = place
    empty = [] if row.all_numbers else [(y, c) for y, c in row.figures if c.kind != "number" and is_blank(c)]
    if notation and not empty:
        rows_read.problems.add("row.notation_and_value", row.origin(row.fields["notation"]), notation=notation)
    elif notation:
        for year_cell, cell in empty:
            year = year_of(row, year_cell, rows_read)
            if year is not None and region and item is not None:
                rows_read.row_notations.append(
                    RowNotation(region, year, quantity.id, item, notation, row.text("note"), row.origin(cell))
                )
    elif row.sheet.csv or "value" in row.fields:
        if not filled:
            rows_read.problems.add(
                "row.no_value", row.origin(row.figures[0][1] if row.figures else None), label=quantity.label
            )
    elif region and item is not None:
        _open(row, quantity, region, item, empty, rows_read)


def _plain_year(cell: Cell) -> int | None:
    year = parse_year(cell)
    return year.value if isinstance(year, Year) else None


def _is_notation(value: Number | NotNumber) -> bool:
    return isinstance(value, NotNumber) and value.reason == "notation"


# ---- rows that are a notation key as such ----


def _take_notation(row: Row, lexicon: Lexicon, rows_read: RowsRead) -> None:
    """`notation` rows: category, gas (empty: all gases of the category), the key as value, the reason as note."""
    if "value" not in row.fields and all(is_blank(c) for _, c in row.figures):
        return  # an empty row of the template
    region = words.region(row, lexicon, rows_read)
    cell = row.cell("category")
    text = (
        words.category_text(cell)
        if cell is not None
        else dict(p.partition("=")[::2] for p in words.parts(row.text("item"))).get("category", "")
    )
    category = lexicon.category(text) if text else None
    if category is None:
        rows_read.problems.add(
            "word.category",
            row.origin(cell or row.fields.get("category")),
            found=text or "（空）",
            near=lexicon.near_categories(text),
        )
    elif cell is not None and isinstance(cell.value, float) and f"{category}0" in lexicon.edition.categories:
        rows_read.problems.add("category.number", row.origin(cell), found=category, other=f"{category}0")
        return
    gas = _gas_of(row, lexicon, rows_read)
    for year_cell, figure in row.figures:
        if is_blank(figure) and len(row.figures) > 1:
            continue
        year = year_of(row, year_cell, rows_read)
        key = plain(figure.text).upper()
        if key not in NOTATION_KEYS:
            rows_read.problems.add(
                "word.notation", row.origin(figure), found=figure.text or "（空）", keys="、".join(NOTATION_KEYS)
            )
        elif region and category is not None and year is not None and gas is not None:
            rows_read.notations.append(Notation(region, year, category, gas, key, row.text("note"), row.origin(figure)))


def _gas_of(row: Row, lexicon: Lexicon, rows_read: RowsRead) -> str | None:
    """Gas of a notation row: empty for all, None after a problem."""
    cell = row.keys.get("gas")
    text = cell.text if cell is not None and not is_blank(cell) else ""
    item = row.cell("item")
    for part in words.parts(item.text if item is not None else ""):
        name, _, value = part.partition("=")
        if lexicon.key(name) == "gas":
            text, cell = value.strip(), item
    if not text:
        return ""
    gas = lexicon.gas(text) or (text if text in lexicon.gases else None)
    if gas is None:
        rows_read.problems.add("word.gas", row.origin(cell), found=text, near=near(text, lexicon.gases))
    return gas
