"""Matrices of a template: quantities that a department holds as sectors × fuels, one sheet a year, to be pasted or
typed into. `reading.matrix` reads them back like any matrix that a department sends.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from ..core import units
from ..core.declarations import Quantity
from ..reading.headers import PRINTED
from ..reading.needs import has_factors, usual_unit
from ..sheets.address import letters
from ..sheets.english import CHINESE, english_unit
from .book import Lists, SheetWriter
from .labels import PrintedLabels
from .plan import Last, SheetPlan, TemplatePlan, sheet_title
from .plan_rows import RowPlan
from .table_checks import BLANK_ROWS, SheetProgress, unit_words
from .texts import text

HEAD, UNITS, FIRST = 5, 6, 7  # rows, counted from 0
SPARE_COLUMNS = 2  # columns at the right whose heading is chosen from the list
TAIL = ("notation", "source", "uncertainty", "data_kind", "note")
Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class MatrixLine:
    """A line of a matrix: its keys, the figure (or notation key) under each heading, and what holds for all of them."""

    item: Pairs
    cells: dict[str, float | str] = field(default_factory=dict)
    region: str = ""
    source: str = ""
    uncertainty: float | None = None
    data_kind: str = ""
    note: str = ""


@dataclass(frozen=True)
class MatrixPlan:
    """One sheet: a quantity in a year, `heads` (value of the key across, unit of its column), the lines."""

    title: str
    reference: str
    quantity: Quantity
    year: int
    heads: tuple[tuple[str, str], ...]
    lines: tuple[MatrixLine, ...]

    @property
    def down(self) -> tuple[str, ...]:
        """Keys of the lines."""
        return tuple(k for k in self.quantity.all_keys if k != self.quantity.across)


def matrix_title(sheet: SheetPlan, year: int) -> str:
    blank = "" if CHINESE.search(sheet.title) else " "
    return sheet_title(f"{sheet.title[: 27 - len(blank)].rstrip()}{blank}{year}")


def is_matrix(result: TemplatePlan, row: RowPlan) -> bool:
    """Whether a row of the plan is entered in a matrix; a workbook of several regions keeps to rows."""
    quantity = result.words.quantities[row.quantity]
    return bool(quantity.across) and not result.with_region_column and (row.spare or _complete(row, quantity))


def matrices(sheet: SheetPlan, result: TemplatePlan) -> tuple[SheetPlan, list[MatrixPlan]]:
    """What of a planned sheet stays rows, and its matrices. A figure in a unit that is not its column's stays a row."""
    out: list[MatrixPlan] = []
    left = list(sheet.rows)
    for quantity in sheet.quantities:
        own = [r for r in left if r.quantity == quantity.id and is_matrix(result, r)]
        if not own:
            continue
        heads = _heads(result, quantity, own)
        unit_of = dict(heads)
        fits = [r for r in own if r.spare or unit_of.get(dict(r.item)[quantity.across]) == r.unit]
        left = [r for r in left if not any(r is f for f in fits)]
        years = sorted({*result.base_years, *(y for r in fits for y in (*r.figures, *r.notations))})
        out += [
            MatrixPlan(
                matrix_title(sheet, year),
                sheet.reference,
                quantity,
                year,
                heads,
                tuple(_lines(result, quantity, [r for r in fits if not r.spare], year)),
            )
            for year in years
        ]
    quantities = tuple(q for q in sheet.quantities if any(r.quantity == q.id for r in left))
    return replace(sheet, rows=tuple(left), quantities=quantities), _distinguished(out, result.lang)


def _distinguished(result: list[MatrixPlan], lang: str) -> list[MatrixPlan]:
    """Two quantities of one planned sheet: the second is called by its own name."""
    seen: set[str] = set()
    out = []
    for m in result:
        title = m.title if m.title not in seen else sheet_title(f"{m.quantity.label[lang][:27]}{m.year}")
        seen.add(title)
        out.append(replace(m, title=title))
    return out


def _complete(row: RowPlan, quantity: Quantity) -> bool:
    have = dict(row.item)
    return all(k in have for k in quantity.keys)


def _heads(result: TemplatePlan, quantity: Quantity, rows: Sequence[RowPlan]) -> tuple[tuple[str, str], ...]:
    """Values across with the unit of their column: those that have factors somewhere, and those with figures."""
    edition, key = result.edition, quantity.across
    used: dict[str, str] = {}
    for r in rows:
        if not r.spare:
            used.setdefault(dict(r.item)[key], r.unit)
    down = _down(result, quantity)
    named = [
        value
        for value in result.words.allowed(quantity, key)
        if value in used or any(has_factors(edition, quantity, {**dict(line), key: value}) for line in down)
    ]
    return tuple((value, used.get(value) or usual_unit(edition, quantity, {key: value})) for value in named)


def _down(result: TemplatePlan, quantity: Quantity) -> list[Pairs]:
    keys = [k for k in quantity.keys if k != quantity.across]
    lines: Iterable[tuple[str, ...]] = quantity.lines or itertools.product(
        *(result.words.allowed(quantity, k) for k in keys)
    )
    return [tuple(zip(keys, line, strict=True)) for line in lines]


def _lines(result: TemplatePlan, quantity: Quantity, rows: Sequence[RowPlan], year: int) -> list[MatrixLine]:
    """The declared lines with their figures; a line more where figures of one line differ in source, kind or note."""
    by_row: dict[Pairs, dict[tuple[object, ...], MatrixLine]] = {line: {} for line in _down(result, quantity)}
    for r in rows:
        value: float | str | None = r.figures.get(year, r.notations.get(year))
        if value is None:
            continue
        item = dict(r.item)
        down = tuple((k, item[k]) for k in quantity.all_keys if k != quantity.across and k in item)
        reported = (r.region, r.source, r.uncertainty, r.data_kind, r.note)
        same = by_row.setdefault(down, {})
        line = same.setdefault(reported, MatrixLine(down, {}, r.region, r.source, r.uncertainty, r.data_kind, r.note))
        line.cells[item[quantity.across]] = value
    return [line for item, same in by_row.items() for line in (same.values() or (MatrixLine(item),))]


# ---- drawing ----


def write_matrix(writer: SheetWriter, matrix: MatrixPlan, result: TemplatePlan, lists: Lists) -> SheetProgress:
    """Write the sheet and say how its progress is counted."""
    lang, quantity, shown = result.lang, matrix.quantity, PrintedLabels(result)
    columns = 1 + len(matrix.down)  # where the values across begin
    _above(writer, matrix, result, lists)
    writer.text(HEAD, 0, PRINTED["mark"][lang], "head")
    for n, key in enumerate(matrix.down, 1):
        writer.text(HEAD, n, PRINTED["category"][lang] if key == "category" else result.words.label(key, lang), "head")
        writer.limits[n] = 26
    tail = columns + len(matrix.heads) + SPARE_COLUMNS
    for n, (value, unit) in enumerate(matrix.heads, columns):
        writer.text(HEAD, n, shown.value(quantity, quantity.across, value), "head")
        writer.text(UNITS, n, unit, "mark")
        writer.limits[n] = 11
    for n in range(tail - SPARE_COLUMNS, tail):
        writer.text(HEAD, n, "", "head")
        writer.text(UNITS, n, "", "word")
        writer.widths[n] = 8
    for n, name in enumerate(TAIL, tail):
        writer.text(HEAD, n, PRINTED[name][lang], "head")
        writer.limits[n] = 18
    for n in (*range(columns), *range(tail, tail + len(TAIL))):
        writer.text(UNITS, n, "", "mark")
    for row, line in enumerate(matrix.lines, FIRST):
        _line(writer, row, line, matrix, result, shown)
    last = FIRST + len(matrix.lines) - 1
    for row in range(last + 1, last + 1 + BLANK_ROWS):
        _line(writer, row, MatrixLine(()), matrix, result, shown)
    _choices(writer, matrix, result, lists, last, tail)
    writer.sheet.freeze_panes(FIRST, columns)
    writer.header_row = HEAD
    writer.kept_columns = columns
    return _progress(matrix, result, columns, tail, last)


def _above(writer: SheetWriter, matrix: MatrixPlan, result: TemplatePlan, lists: Lists) -> None:
    lang, quantity = result.lang, matrix.quantity
    label = quantity.label.get(lang) or quantity.label["zh"]
    writer.sheet.set_row(0, 24)
    writer.text(0, 0, matrix.title, "title", measure=False)
    writer.text(1, 0, text("region", lang), "label", measure=False)
    writer.text(1, 1, result.region, "input", measure=False)
    writer.choose(1, 1, lists.source("region"), text("list_warn", lang))
    for n, (name, value) in enumerate((("quantity", label), ("year", str(matrix.year)))):
        writer.text(2 + n, 0, PRINTED[name][lang], "label", measure=False)
        writer.text(2 + n, 1, value, "plain", measure=False)
    writer.text(2, 4, text("matrix_legend", lang), "plain", measure=False)
    if matrix.reference:
        writer.text(3, 4, text("reference", lang, text=matrix.reference), "plain", measure=False)
    writer.text(1, 4, text("rest", lang), "label", measure=False)
    writer.text(1, 5, "", "input", measure=False)
    writer.choose(1, 5, lists.source("notation"), text("list_warn", lang))
    writer.comment(1, 4, text("rest_help", lang))
    helps = [quantity.help.get(lang) or quantity.help.get("zh", "")]
    if quantity.supplier:
        helps.append(text("supplier", lang, text=quantity.supplier))
    writer.comment(HEAD, 0, "\n".join(h for h in helps if h))


def _line(
    writer: SheetWriter, row: int, line: MatrixLine, matrix: MatrixPlan, result: TemplatePlan, shown: PrintedLabels
) -> None:
    quantity, item = matrix.quantity, dict(line.item)
    writer.text(row, 0, str(row - FIRST + 1) if item else "", "mark")
    for n, key in enumerate(matrix.down, 1):
        writer.text(row, n, shown.value(quantity, key, item[key]) if key in item else "", "fixed" if item else "word")
    columns = 1 + len(matrix.down)
    for n, (value, unit) in enumerate(matrix.heads, columns):
        known = bool(item) and has_factors(result.edition, quantity, {**item, quantity.across: value})
        style = "figure_optional" if known else "number"
        given = line.cells.get(value, "")
        if isinstance(given, str):
            writer.text(row, n, given, style)
        else:
            writer.number(row, n, given, style)
        last = result.last.get((quantity.id, tuple(sorted((*line.item, (quantity.across, value))))))
        if last is not None:
            writer.comment(row, n, _last(last, unit, result.lang))
    tail = columns + len(matrix.heads)
    for n in range(tail, tail + SPARE_COLUMNS):
        writer.text(row, n, "", "number")
    for n, reported in enumerate(("", line.source, line.uncertainty, line.data_kind, line.note), tail + SPARE_COLUMNS):
        if isinstance(reported, float):
            writer.number(row, n, reported, "number")
        elif n - tail - SPARE_COLUMNS in (1, 4):  # source and note
            writer.own(row, n, str(reported or ""), "word")
        else:
            writer.text(row, n, str(reported or ""), "word")


def _last(last: Last, unit: str, lang: str) -> str:
    """What the last filing said of a cell, in the unit of its column."""
    try:
        value = last.value * float(units.ratio(last.unit, unit))
    except units.UnitError:
        value, unit = last.value, last.unit
    unit = unit if lang == "zh" else english_unit(unit)
    return text("matrix_last", lang, year=str(last.year), value=f"{value:.10g}", unit=unit, source=last.source or "—")


def _choices(writer: SheetWriter, matrix: MatrixPlan, result: TemplatePlan, lists: Lists, last: int, tail: int) -> None:
    """Drop-downs: keys of the spare lines, headings of the spare columns, units, notation keys, kinds of data."""
    lang, quantity, shown = result.lang, matrix.quantity, PrintedLabels(result)
    warn, end = text("list_warn", lang), last + BLANK_ROWS
    for n, key in enumerate(matrix.down, 1):
        offered = shown.choices(quantity, key)
        if offered:
            writer.choose(last + 1, n, lists.add(key, offered), warn, end)
    across = lists.add(quantity.across, shown.choices(quantity, quantity.across))
    unit_list = lists.add(f"unit {quantity.id}", unit_words(quantity))
    for n in range(tail - SPARE_COLUMNS, tail):
        writer.choose(HEAD, n, across, warn)
    for n in range(1 + len(matrix.down), tail):
        writer.choose(UNITS, n, unit_list, warn)
    writer.choose(FIRST, tail + TAIL.index("notation"), lists.source("notation"), warn, end)
    writer.choose(FIRST, tail + TAIL.index("data_kind"), lists.source("kind"), warn, end)


def _progress(matrix: MatrixPlan, result: TemplatePlan, columns: int, tail: int, last: int) -> SheetProgress:
    area = f"{letters(columns)}{FIRST + 1}:{letters(tail - 1)}{last + 1 + BLANK_ROWS}"
    label = matrix.quantity.label
    written = sum(len(line.cells) for line in matrix.lines)
    return SheetProgress(
        matrix.title,
        label.get(result.lang) or label["zh"],
        0,
        "=0",
        0,
        f"=COUNTA('{matrix.title}'!{area})",
        written,
        False,
    )
