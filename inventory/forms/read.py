"""Rows of a form, from a sheet of a workbook or file, or from a program: every fault becomes a problem at its cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ..core.account import ASIDE, COUNTED, LABEL, OPEN, REFUSED
from ..core.problems import Collector, Origin
from ..core.spelling import fold
from ..spreadsheets.account import always, rows_with_errors, settle
from ..spreadsheets.cells import Cell, Sheet
from .form import Form

Place = Callable[[str], Origin]
Adjust = Callable[[dict[str, object]], bool]
MOST_ABOVE = 20  # rows in which the heading is looked for


@dataclass(frozen=True, slots=True)
class HeadingPlace:
    """The heading row of a form on a sheet (from 1), and where each of its columns stands."""

    row: int
    columns: Mapping[str, int]


def form_rows(
    sheet: Sheet, form: Form, problems: Collector, adjust: Adjust | None = None
) -> Iterator[tuple[Any, Place]]:
    """Rows of a plain table with one heading row, validated by the form's model.

    Yields (model, place of a field). A missing column or an unknown one is reported once. `adjust` may change the
    values of a row before they are validated; a row for which it gives False is passed over.
    """
    before = problems.count
    heading = heading_of(sheet, form, problems)
    if heading is None:
        settle(sheet, always(REFUSED, "no_table"), problems)
        return
    top, columns = heading.row, heading.columns
    taken: set[int] = set()
    passed: set[int] = set()
    for r in range(top + 1, sheet.height + 1):
        cells = {name: sheet.shown(r, c) for name, c in columns.items()}
        if all(c.blank for c in cells.values()):
            continue

        def place(name: str, r: int = r) -> Origin:
            return sheet.row_origin(r, columns.get(name, 1))

        values: dict[str, object] = {name: _plain(cell) for name, cell in cells.items()}
        if adjust is not None and not adjust(values):
            passed.add(r)
            continue
        row = validated(values, form, place, {n: sheet.cell(top, c).text for n, c in columns.items()}, problems)
        if row is not None:
            taken.add(r)
            yield row, place
    errors, whole = rows_with_errors(problems.since(before), sheet, top)
    figures = {c for n, c in columns.items() if n in form.figures}

    def verdict(r: int, c: int) -> tuple[str, str]:
        if r <= top:
            return LABEL, ""
        if c not in figures:
            return (LABEL, "") if c in columns.values() else (ASIDE, "unread_column")
        if r in errors:
            return REFUSED, "error"
        if r in taken:
            return COUNTED, ""
        return (ASIDE, "not_filled_in") if r in passed else (REFUSED, "error") if whole else (OPEN, "open")

    settle(sheet, verdict, problems)


def record_rows(
    records: Iterable[Mapping[str, object]], form: Form, problems: Collector, file: str = ""
) -> Iterator[tuple[Any, Place]]:
    """The same for rows that a program hands in, by the names of the columns; a place is `file`, row number, column.

    A column that the form has not is an error: a program can spell, and a typing error must not lose a figure.
    """
    for number, given in enumerate(records, 1):

        def place(name: str, number: int = number) -> Origin:
            return Origin(file, form.sheet, f"{number}:{name}")

        names = {fold(word): column for column, words in form.headings.items() for word in words}
        known = {names.get(fold(str(k)), str(k)): v for k, v in given.items()}
        strange = [n for n in known if n not in form.names]
        if strange:
            facts = {"columns": "、".join(strange), "known": form.labels(form.names)}
            problems.add("form.unknown_column", place(strange[0]), **facts)
            continue
        row = validated(known, form, place, {f.id: f.label for f in form.fields}, problems)
        if row is not None:
            yield row, place


def heading_of(sheet: Sheet, form: Form, problems: Collector) -> HeadingPlace | None:
    """Where the heading of the form stands; None (with problems) where a required column is missing."""
    top = heading_row(sheet, form)
    if not top:
        first = "、".join(c.text for c in (sheet.rows[0] if sheet.rows else ()) if c.text)
        problems.add("table.unknown", sheet.row_origin(1), found=first or "（空）", columns=form.labels(form.required))
        return None
    columns, unread = columns_of(sheet, top, form, problems)
    if unread:
        problems.add("table.unread_columns", sheet.row_origin(top), columns="、".join(unread))
    missing = [n for n in form.required if n not in columns]
    if missing:
        there = "、".join(sheet.cell(top, c).text for c in range(1, sheet.width + 1) if sheet.cell(top, c).text)
        problems.add("table.missing_column", sheet.row_origin(top), missing=form.labels(missing), found=there)
        return None
    return HeadingPlace(top, columns)


def sheet_of(sheets: Sequence[Sheet], form: Form, problems: Collector) -> Sheet | None:
    """The sheet on which the form stands: the one whose heading names every required column. Of several the only one
    that is filled in, else the only one that has the form's name. None, said in words, where none or more than one
    fits."""
    fitting = [s for s in sheets if s.visible and _fits(s, form)]
    filled = [s for s in fitting if s.height > heading_row(s, form)]
    titles = {fold(t) for t in (form.name, form.sheet, form.sheet_en, *form.files)}
    named = [s for s in filled or fitting if fold(s.name) in titles]
    for chosen in (fitting, filled, named):
        if len(chosen) == 1:
            return chosen[0]
    place = Origin(sheets[0].file if sheets else "")
    names = "、".join(s.name for s in fitting or sheets if s.name) or "—"
    columns = form.labels(form.required or form.names)
    problems.add("form.several_sheets" if fitting else "form.no_sheet", place, sheets=names, columns=columns)
    return None


def _fits(sheet: Sheet, form: Form) -> bool:
    top = heading_row(sheet, form)
    return top > 0 and set(form.required or form.names[:2]) <= set(columns_of(sheet, top, form, Collector())[0])


def heading_row(sheet: Sheet, form: Form) -> int:
    """The first row that names two of the form's columns (one, of a form that requires one only); 0 for none."""
    known = {fold(word) for words in form.headings.values() for word in words}
    least = min(2, len(form.required))
    for r in range(1, min(sheet.height, MOST_ABOVE) + 1):
        texts = {fold(c.text) for c in (sheet.cell(r, c) for c in range(1, sheet.width + 1)) if c.kind == "text"}
        if len(texts & known) >= max(least, 1):
            return r
    return 0


def columns_of(sheet: Sheet, top: int, form: Form, problems: Collector) -> tuple[dict[str, int], list[str]]:
    """Column of each field, and the headings that are none of the form's."""
    names = {fold(word): name for name, words in form.headings.items() for word in words}
    neighbours = {fold(w) for words in form.explanatory.values() for w in words}
    columns: dict[str, int] = {}
    unread = []
    for c in range(1, sheet.width + 1):
        text = sheet.cell(top, c).text
        name = names.get(fold(text))
        if name is None:
            if text and fold(text) not in neighbours:
                unread.append(text)
        elif name in columns:
            first = sheet.cell(top, columns[name]).address
            problems.add("table.double_column", sheet.row_origin(top, c), heading=text, first=first)
        else:
            columns[name] = c
    return columns, unread


def validated(
    values: Mapping[str, object], form: Form, place: Place, labels: Mapping[str, str], problems: Collector
) -> Any:
    """The row that the values make, by the form's model; None, with problems at their places, where they make none."""
    try:
        return form.row.model_validate(values)
    except ValidationError as error:
        _report(error, place, labels, problems)
        return None


def _plain(cell: Cell) -> object:
    """Error and uncached cells stay cells, so that the number reader can tell; the rest become their values."""
    if cell.kind in ("error", "uncached", "date") or cell.percent:
        return cell
    return cell.value if cell.kind in ("number", "bool") else cell.text


def _report(error: ValidationError, place: Place, labels: Mapping[str, str], problems: Collector) -> None:
    for fault in error.errors():
        context = fault.get("ctx") or {}
        # a rule of the row as a whole names the column (`at`) in which it is mended
        name = str(fault["loc"][0]) if fault["loc"] else str(context.get("at", ""))
        label = labels.get(name, name)
        facts = {k: str(v) for k, v in context.items() if k in ("found", "hint", "kinds")}
        kind = fault["type"]
        if "." in kind:
            facts = {"hint": "", "kinds": "", "found": "", **facts}
            problems.add(kind, place(name), label=label, unit="", **facts)
        elif kind in ("missing", "too_short", "string_too_short"):
            problems.add("row.needed", place(name), label=label)
        else:
            problems.add("row.wrong", place(name), label=label, found=str(fault.get("input", ""))[:60])
