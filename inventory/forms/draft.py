"""A filled form as it was typed, also where it is wrong: nothing that a person wrote is lost when the form is written
anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..core.places import position
from ..core.problems import Collector, Problem
from ..spreadsheets.cells import Cell, Sheet
from ..spreadsheets.notes import Notes
from .form import Field, Form
from .read import columns_of, form_rows, heading_row

Value = str | float | None


@dataclass(frozen=True, slots=True)
class FormDraft:
    """The form with the columns it was given beyond its own, its rows as typed, the problems of reading it, and the
    problems of each cell (row of `rows`, column)."""

    form: Form
    rows: tuple[Mapping[str, Value], ...] = ()
    problems: tuple[Problem, ...] = ()
    remarks: Mapping[tuple[int, str], tuple[Problem, ...]] = field(default_factory=dict)
    above: Mapping[tuple[int, int], Value] = field(default_factory=dict)  # row, column (from 1) above the heading
    notes: Mapping[tuple[int, str], str] = field(
        default_factory=dict
    )  # comments of people, by row of `rows` and column


def draft_of(sheet: Sheet, form: Form, notes: Notes | None = None) -> FormDraft:
    """The draft of a filled sheet; `notes` are the comments of its file. Where its heading cannot be found there are
    problems and no rows."""
    problems = Collector()
    for _ in form_rows(sheet, form, problems) if form.row is not None else ():
        pass
    top = heading_row(sheet, form)
    if not top:
        return FormDraft(form, problems=tuple(problems))
    columns, _ = columns_of(sheet, top, form, Collector())
    taken = set(columns.values())
    neighbours = {
        f"={c}": c
        for c in range(1, sheet.width + 1)
        if c not in taken and any(not sheet.cell(r, c).blank for r in range(top, sheet.height + 1))
    }
    more = tuple(Field(name, sheet.cell(top, c).text, sheet.cell(top, c).text) for name, c in neighbours.items())
    places = {**columns, **neighbours}
    numbers = [r for r in range(top + 1, sheet.height + 1) if any(not sheet.shown(r, c).blank for c in places.values())]
    rows = tuple({name: typed(sheet.shown(r, c)) for name, c in places.items()} for r in numbers)
    own = {form.sheet, form.sheet_en, form.note, form.note_en}
    above = {
        (r, c): typed(cell)
        for r in range(1, top)
        for c in range(1, sheet.width + 1)
        if not (cell := sheet.cell(r, c)).blank and cell.text not in own
    }
    remarks = _by_cell(problems, numbers, places)
    kept = {
        (n, name): text
        for n, r in enumerate(numbers)
        for name, c in places.items()
        if notes and (text := notes.get((sheet.name, sheet.cell(r, c).address)))
    }
    return FormDraft(replace(form, fields=(*form.fields, *more)), rows, tuple(problems), remarks, above, kept)


NOT_CALCULATED = "#未计算"


def typed(cell: Cell) -> Value:
    """What stands in a cell: a number as a number, a text with its blanks; a percentage, an error, a date as text; a
    formula without a result says so."""
    if cell.kind == "uncached":
        return NOT_CALCULATED
    if cell.kind == "text" and not cell.blank:
        return str(cell.value)
    if cell.percent and isinstance(cell.value, float):
        return f"{100 * cell.value:.15g}%"
    if cell.kind == "number" and isinstance(cell.value, int | float):
        return float(cell.value)
    return cell.text or None


def _by_cell(
    problems: Collector, numbers: list[int], places: Mapping[str, int]
) -> dict[tuple[int, str], tuple[Problem, ...]]:
    rows = {r: i for i, r in enumerate(numbers)}
    names = {c: name for name, c in places.items()}
    out: dict[tuple[int, str], tuple[Problem, ...]] = {}
    for p in problems:
        place = _place(p.origin.cell)
        if place is not None and place[0] in rows:
            key = rows[place[0]], names.get(place[1], next(iter(places)))
            out[key] = (*out.get(key, ()), p)
    return out


def _place(cell: str) -> tuple[int, int] | None:
    """(row, column) of `C7` or `row 7`."""
    if cell.startswith("row "):
        return int(cell[4:]), 0
    try:
        return position(cell)
    except ValueError:
        return None
