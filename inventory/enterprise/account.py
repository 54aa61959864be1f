"""The account of figures of an enterprise's workbook (`inventory.core.account`), made from the draft, which keeps every
cell that was typed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..core.account import ASIDE, COUNTED, LABEL, REFUSED, FigureAccount, FileAccount, UncountedFigure
from ..core.problems import Origin, Problem
from .draft import Draft, DraftCell, DraftRow, DraftTable
from .read_rows import is_remark, is_suggestion
from .tables import BY_NAME

Fate = tuple[Origin, str, str]  # place, destination, reason


def account_of(draft: Draft, problems: Iterable[Problem]) -> FigureAccount:
    """Where every number of the workbook went: `problems` are those of reading it (`read.enterprise_of`)."""
    errors = {(p.origin.sheet, p.origin.cell) for p in problems if p.severity == "error"}
    fates = [*_of_tables(draft, errors), *_of_the_rest(draft)]
    counts = {name: sum(where == name for _, where, _ in fates) for name in (COUNTED, ASIDE, REFUSED, LABEL)}
    entries = tuple(
        sorted(UncountedFigure(place, where, reason) for place, where, reason in fates if where in (ASIDE, REFUSED))
    )
    read = counts[COUNTED] + counts[ASIDE] + counts[REFUSED]
    return FigureAccount(
        (FileAccount(draft.file, read, counts[COUNTED], 0, counts[ASIDE], counts[REFUSED], counts[LABEL], entries),)
    )


def _of_tables(draft: Draft, errors: set[tuple[str, str]]) -> Iterator[Fate]:
    for table in draft.tables:
        for row in table.rows:
            yield from _of_row(draft, table, row, errors)


def _of_row(draft: Draft, table: DraftTable, row: DraftRow, errors: set[tuple[str, str]]) -> Iterator[Fate]:
    spec = BY_NAME[table.name]
    figures = {f.id for f in spec.fields if f.kind == "number"}
    whole_error = (table.sheet, "") in errors
    row_error = (
        whole_error
        or any((table.sheet, c.place) in errors for c in row.cells.values())
        or _names_row(errors, table.sheet, row.number)
    )
    for name, cell in row.cells.items():
        if not _is_number(cell):
            continue
        place = Origin(draft.file, table.sheet, cell.place)
        if name not in figures or cell.merged:
            yield place, LABEL, ""
        elif table.hidden:
            yield place, ASIDE, "hidden_sheet"
        elif row.hidden:
            yield place, ASIDE, "hidden_row"
        elif is_suggestion(row, spec):
            yield place, ASIDE, "not_filled_in"
        elif is_remark(row, spec):
            yield place, ASIDE, "total"
        else:
            yield place, *((REFUSED, "error") if row_error else (COUNTED, ""))
    for cell in row.more.values():
        if _is_number(cell):
            yield (
                Origin(draft.file, table.sheet, cell.place),
                ASIDE,
                "hidden_sheet" if table.hidden else "unread_column",
            )


def _names_row(errors: set[tuple[str, str]], sheet: str, number: int) -> bool:
    """Whether an error stands at any cell of the row: one that is empty, say."""
    return any(s == sheet and "".join(c for c in cell if c.isdigit()) == str(number) for s, cell in errors)


def _of_the_rest(draft: Draft) -> Iterator[Fate]:
    for cell in draft.profile.values():
        if _is_number(cell):
            yield Origin(draft.file, "", cell.place), LABEL, ""
    for title, cells in (*draft.others, *draft.outside):
        for cell in cells.values():
            if _is_number(cell):
                yield Origin(draft.file, title, cell.place), ASIDE, "not_read"
    for a in draft.aside:
        yield Origin(draft.file, a.sheet, a.place), ASIDE, a.reason


def _is_number(cell: DraftCell) -> bool:
    return cell.figure or cell.kind == "error"
