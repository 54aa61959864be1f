"""The rows of a draft as values: the profile, the lines of a table, each cell by its field; what is wrong is told at its
cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..core import units
from ..core.activity import LARGEST
from ..core.problems import Collector, InventoryError, Origin, Problem
from ..forms.form import Field, Form
from ..reading.row import number_problem
from ..spreadsheets.numbers import Number, parse_number, plain
from .draft import EMPTY, Draft, DraftCell, DraftRow, DraftTable
from .industries import Industry, default_edition, edition_for, find
from .model import Profile
from .tables import FIXED, PROFILE, PROFILE_FORM, PROFILE_SHEET, fold, lists_of, source_code, word_of

ANY_COAL = frozenset({"原煤", "煤炭", "煤", "动力煤", "电煤", "raw coal", "coal"})  # of which kind, none of them says
_MONTHS = frozenset(range(1, 13))
# what the template writes on a line of process data that waits for a figure
SUGGESTED = frozenset({"source", "quantity", "item", "unit", "line"})


def industry_named(profile: Profile) -> Industry | None:
    return find(profile.industry, edition_for(profile.industry, profile.year)) if profile.industry else None


@dataclass(frozen=True, slots=True)
class RowContext:
    """Where a row stands and what its words are checked against."""

    file: str
    sheet: str
    industry: Industry | None
    problems: Collector

    def origin(self, place: str) -> Origin:
        return Origin(self.file, self.sheet, place)


# ---- profile ----


def profile_read(draft: Draft, problems: Collector) -> Profile:
    context = RowContext(draft.file, PROFILE_SHEET, None, problems)
    values: dict[str, Any] = {}
    for field in PROFILE:
        cell = draft.profile.get(field.id)
        if cell is not None and cell.kind != "empty":
            value = _value(_year_alone(cell) if field.id == "year" else cell, field, {}, context)
            if value is not None:
                values[field.id] = value
    places = {name: context.origin(cell.place) for name, cell in draft.profile.items()}
    return profile_of(values, places, Origin(draft.file, PROFILE_SHEET), problems)


def _year_alone(cell: DraftCell) -> DraftCell:
    """`2015年`, `2015年度`: what everybody writes for a year."""
    match = re.fullmatch(r"(\d{4})\s*年度?", plain(str(cell.value))) if cell.kind == "text" else None
    return cell._replace(value=match[1]) if match else cell


def profile_of(values: dict[str, Any], places: Mapping[str, Origin], where: Origin, problems: Collector) -> Profile:
    for field in PROFILE:
        refused = any(p.origin == places.get(field.id) for p in problems.errors)
        if field.required and field.id not in values and not refused:
            problems.add("enterprise.profile_missing", places.get(field.id, where), label=field.labels)
    if "year" in values:
        year = values["year"]
        if year != int(year) or not PROFILE_FORM.column("year").holds(year):
            problems.add("enterprise.year", places.get("year", where), year=f"{year:g}")
            del values["year"]
        else:
            values["year"] = int(year)
    for field in PROFILE:
        value = values.get(field.id)
        if isinstance(value, float) and not field.holds(value):
            shown = f"{value:g}"
            problems.add(
                "enterprise.negative_value", places.get(field.id, where), label=field.labels, value=shown, unit=""
            )
            del values[field.id]
    if "industry" in values:
        try:
            text = str(values["industry"])
            code = re.match(r"\s*(\d{1,2})(?!\d)", text)
            values["industry"] = find(code[1] if code else text, default_edition()).code
        except InventoryError as error:
            problems.extend(Problem(p.code, places.get("industry", where), p.facts) for p in error.problems)
            del values["industry"]
    if "grid_year" in values:
        values["grid_year"] = (
            f"{values['grid_year']:g}" if isinstance(values["grid_year"], float) else str(values["grid_year"])
        )
    return Profile(**values)


# ---- rows ----


def rows_of(table: DraftTable, spec: Form, context: RowContext) -> tuple[Any, ...]:
    problems = context.problems
    if table.hidden:
        if any(not is_suggestion(r, spec) for r in table.rows):
            problems.add(
                "table.hidden",
                Origin(context.file, table.sheet),
                count=sum(c.figure for r in table.rows for c in r.cells.values()),
            )
        return ()
    missing = [f.label for f in spec.fields if f.required and f.id not in table.columns]
    if missing or not table.headed:
        if table.rows:
            problems.add("enterprise.no_header", Origin(context.file, table.sheet), labels="、".join(missing))
        return ()
    unread: dict[str, int] = {}
    values = []
    for r in table.rows:
        if is_suggestion(r, spec) or is_remark(r, spec):
            continue
        if r.hidden:
            problems.add(
                "enterprise.hidden_row",
                Origin(context.file, table.sheet, f"{next(iter(table.columns.values()), 'A')}{r.number}"),
                row=r.number,
            )
            continue
        for head, cell in r.more.items():
            if cell.figure:
                unread[head] = unread.get(head, 0) + 1
        if not r.cells:
            continue
        row = row_of(r.cells, spec, context)
        if row is not None:
            values.append(row)
    for head, n in unread.items():
        problems.add("enterprise.column_not_read", Origin(context.file, table.sheet), heading=head, n=n)
    return tuple(values)


def is_suggestion(row: DraftRow, spec: Form) -> bool:
    """A row in which nobody wrote anything: blank, or a suggested line of process data that still waits for its
    figure."""
    waits = SUGGESTED if spec.name == "process" else ()
    return not any(not c.blank and not c.merged and name not in waits for name, c in row.cells.items()) and not any(
        c.figure for c in row.more.values()
    )


def is_remark(row: DraftRow, spec: Form) -> bool:
    """A line of totals or a derived line, which nobody entered: its first field says so."""
    first = str(row.cells.get(spec.fields[0].id, EMPTY).value or "")
    return first.startswith(("合计", "年合计", "小计", "说明", "年消耗量"))


class _Places(Mapping[str, Origin]):
    """Where the cells of a row stand, worked out only for those that are asked for."""

    __slots__ = ("cells", "context")

    def __init__(self, cells: Mapping[str, DraftCell], context: RowContext) -> None:
        self.cells, self.context = cells, context

    def __getitem__(self, key: str) -> Origin:
        return self.context.origin(self.cells[key].place)

    def __iter__(self) -> Iterator[str]:
        return iter(self.cells)

    def __len__(self) -> int:
        return len(self.cells)


def row_of(cells: Mapping[str, DraftCell], spec: Form, context: RowContext) -> Any:
    """One line of a form as its row; None (with problems) where something is wrong with it."""
    problems = context.problems
    before = problems.count
    places = _Places(cells, context)
    values = _ordinary(cells, spec)
    if values is None:
        values = _values(cells, spec, places)
    if problems.count > before:
        return None
    _known_words(values, places, spec, context)
    if any(p.code == "enterprise.coal_kind" for p in problems.since(before)):
        return None
    figure = next((f.id for f in spec.fields if f.kind == "number" and f.id in values), next(iter(cells)))
    return spec.row(**values, origin=places[figure], at=places)


def _ordinary(cells: Mapping[str, DraftCell], spec: Form) -> dict[str, Any] | None:
    """The values of a row of plain numbers and words that lacks nothing, which nearly every row is; None for another."""
    values: dict[str, Any] = {}
    for name, (value, kind, _, percent, _) in cells.items():
        wanted = spec.column(name).kind
        if kind == "number" and not percent:
            if wanted == "month" and value in _MONTHS:
                values[name] = int(value or 0)
                continue
            if wanted == "number" and type(value) is float and abs(value) <= LARGEST:
                values[name] = value
                continue
        elif type(value) is str and (kind == "text" and wanted in ("text", "date")) and (text := plain(value)):
            values[name] = text
            continue
        return None
    return values if all(name in values for name in spec.required) else None


def _values(cells: Mapping[str, DraftCell], spec: Form, places: _Places) -> dict[str, Any]:
    values: dict[str, Any] = {}
    context = places.context
    problems = context.problems
    before = problems.count
    first = next(iter(cells.values())).place if cells else ""
    for field in spec.fields:
        cell = cells.get(field.id)
        value = None if cell is None or cell.kind == "empty" else _value(cell, field, cells, context)
        if value is not None:
            values[field.id] = value
        elif field.required and not any(
            p.origin == places[field.id] for p in problems.since(before) if cell is not None
        ):
            place = cell.place if cell is not None else first
            problems.add("enterprise.required", context.origin(place), label=field.labels)
    return values


def _known_words(values: dict[str, Any], places: Mapping[str, Origin], spec: Form, context: RowContext) -> None:
    """Aliases and English words made canonical, source lines cut to their id; other unknown words are told by the
    engine, which knows what is near."""
    industry = context.industry
    edition = industry.edition if industry else default_edition()
    for field in spec.listed:
        text = values.get(field.id)
        if not isinstance(text, str):
            continue
        if field.choices in ("fuel", "grid"):
            values[field.id] = word_of(field.choices, text, edition)
            if field.choices == "fuel" and text in ANY_COAL and values[field.id] not in edition.vocabulary["fuel"]:
                context.problems.add("enterprise.coal_kind", places[field.id], found=text)
        elif field.choices == "source":
            code = source_code(text)
            values[field.id] = code
            if industry and re.fullmatch(r"\d{2}-\d{2}", code) and code[:2] != industry.code:
                context.problems.add(
                    "enterprise.foreign_source",
                    places[field.id],
                    source=text,
                    industry={"zh": industry.name, "en": industry.name_en},
                )
        elif field.choices in ("yes_no", "tick", "medium", "basis", "event"):
            known = FIXED.get((field.choices, fold(text)))
            if known is None and industry:
                context.problems.add(
                    "enterprise.word",
                    places[field.id],
                    label=field.labels,
                    found=text,
                    known="、".join(lists_of(industry)[field.choices]),
                )
            values[field.id] = known or text
        else:
            values[field.id] = FIXED.get((field.choices, fold(text)), text)


def _value(cell: DraftCell, field: Field, row: Mapping[str, DraftCell], context: RowContext) -> Any:
    origin, problems = context.origin(cell.place), context.problems
    if field.kind == "month":
        return _month(cell, field, origin, problems)
    if field.kind == "number":
        number = parse_number(cell.cell() if cell.kind in ("date", "error", "uncached") or cell.percent else cell.value)
        if isinstance(number, Number):
            return _in_its_unit(number, cell, field, row, origin, problems)
        if not number.blank:
            number_problem(number, origin, problems, field.labels)
        return None
    if cell.kind in ("error", "uncached"):
        problems.add(f"number.{cell.kind}", origin, label=field.labels, found=str(cell.value or ""), hint="")
        return None
    if field.kind == "date" and cell.kind == "date":
        return str(cell.value)
    if cell.kind == "number":
        return cell.cell().text
    return plain(str(cell.value)) or None


def _in_its_unit(
    number: Number, cell: DraftCell, field: Field, row: Mapping[str, DraftCell], origin: Origin, problems: Collector
) -> float | None:
    """A percent sign must go with the unit of the cell, as in the provincial reader: 85 % of tonnes is no number of
    tonnes."""
    if not number.mark:
        return number.value
    unit = field.unit[1:] if field.unit.startswith("=") else str(row.get(field.unit, EMPTY).value or "")
    if number.mark == "%" and plain(unit).startswith("%"):
        return number.value
    try:
        return units.scaled(number.value, units.ratio(number.mark, plain(unit)))
    except (units.UnitError, units.DimensionError):
        problems.add(
            "number.percent_unit",
            origin,
            found=f"{number.value:.10g}{number.mark}",
            unit=unit or "—",
            label=field.labels,
        )
        return None


def _month(cell: DraftCell, field: Field, origin: Origin, problems: Collector) -> int | None:
    """1-12, `3月`, `2015年3月`, or a date in that month."""
    if cell.kind == "date":
        return int(str(cell.value)[5:7])
    text = plain(str(cell.value or "")) if cell.kind == "text" else ""
    match = re.fullmatch(r"(?:20\d\d\s*[年.\-/])?\s*(\d{1,2})\s*月?(?:份)?", text)
    if match and 1 <= int(match[1]) <= 12:
        return int(match[1])
    number = parse_number(cell.cell())
    if isinstance(number, Number) and number.value == int(number.value) and 1 <= number.value <= 12 and not number.mark:
        return int(number.value)
    if not isinstance(number, Number) and number.blank:
        return None
    problems.add("enterprise.month", origin, label=field.labels, found=text or cell.cell().text)
    return None
