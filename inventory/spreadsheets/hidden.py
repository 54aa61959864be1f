"""What a person hid or struck out is set aside, by one rule for rows, columns, sheets and cells, for the province and
for enterprises.

Figures on rows and columns hidden by hand and figures struck out do not reach any reader: they stay known by place and
reason (`Sheet.aside`), so that the account of figures names them. Rows that a filter or a folded outline hides are only
a way of looking: they are read, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from .numbers import FIRST_YEAR, LAST_YEAR, SCALED, Number, parse_number
from .probe import Place, Probe

ROW, COLUMN, STRUCK, SHEET = "hidden_row", "hidden_column", "struck", "hidden_sheet"
Rows = tuple[tuple[object, ...], ...]
Area = tuple[int, int, int, int]


def is_figure(value: object) -> bool:
    """Whether a cell's value is a number, typed as one or as text."""
    if isinstance(value, float):
        return True
    return isinstance(value, str) and isinstance(parse_number(value), Number)


def is_year(value: object) -> bool:
    number = parse_number(value)
    return isinstance(number, Number) and FIRST_YEAR <= number.value <= LAST_YEAR and number.value == int(number.value)


def without_hidden(
    values: Rows, probe: Probe, merged: Iterable[Area]
) -> tuple[Rows, Probe, dict[Place, tuple[str, object]]]:
    """(values without what is set aside, the probe that belongs to them, place -> (reason, value)). Headings on hidden
    rows and columns stay."""
    if not (probe.hidden_rows or probe.hidden_columns or probe.struck):
        return values, probe, {}
    aside: dict[Place, tuple[str, object]] = {}
    corners = {(top, left) for top, left, bottom, right in merged if bottom > top or right > left}
    rows = [list(row) for row in values]
    _hide_rows(rows, probe, corners, aside)
    _hide_columns(rows, probe.hidden_columns, aside)
    _strike(rows, probe.struck, aside)
    for place, text in probe.errors.items():
        if place[0] in probe.hidden_rows or place[1] in probe.hidden_columns or place in probe.struck:
            aside[place] = (
                ROW if place[0] in probe.hidden_rows else COLUMN if place[1] in probe.hidden_columns else STRUCK,
                text,
            )
    if any(place in aside for place in probe.holes):
        probe = replace(
            probe,
            holes={p: k for p, k in probe.holes.items() if p not in aside},
            errors={p: t for p, t in probe.errors.items() if p not in aside},
        )
    return tuple(tuple(row) for row in rows), probe, aside


def without_scaled(values: Rows, probe: Probe) -> tuple[Rows, Probe]:
    """(values without the figures that the sheet shows divided, the probe in which they are errors): what is seen and
    what is stored differ by thousands, and nobody can tell which of the two was meant."""
    places = {
        (r, c): value
        for r, c in probe.scaled
        if r <= len(values) and c <= len(values[r - 1]) and is_figure(value := values[r - 1][c - 1]) and value != 0
    }
    if not places:
        return values, probe
    rows = tuple(
        tuple(None if (r, c) in places else v for c, v in enumerate(row, 1)) for r, row in enumerate(values, 1)
    )
    errors = {place: f"{SCALED}{value:.15g}" for place, value in places.items()}
    holes = {**probe.holes, **dict.fromkeys(places, "error")}
    return rows, replace(probe, holes=holes, errors={**probe.errors, **errors})


def _hide_rows(
    rows: list[list[object]], probe: Probe, corners: set[Place], aside: dict[Place, tuple[str, object]]
) -> None:
    """A hidden row goes as a whole where it holds a figure. The first row of numbers, all of them years, is a
    heading."""
    first = next((r for r, row in enumerate(rows, 1) if any(is_figure(v) for v in row)), 0)
    for r in sorted(probe.hidden_rows):
        row = rows[r - 1] if r <= len(rows) else []
        figures = [c for c, v in enumerate(row, 1) if is_figure(v)]
        if not figures or (r == first and all(is_year(row[c - 1]) for c in figures)):
            continue
        for c in figures:
            aside[r, c] = (ROW, row[c - 1])
        rows[r - 1] = [v if (r, c) in corners else None for c, v in enumerate(row, 1)]


def _hide_columns(rows: list[list[object]], hidden: frozenset[int], aside: dict[Place, tuple[str, object]]) -> None:
    """The figures of a hidden column; a year at its head is a heading."""
    for c in sorted(hidden):
        head = True
        for r, row in enumerate(rows, 1):
            if c > len(row) or not is_figure(row[c - 1]):
                continue
            if head and is_year(row[c - 1]):
                head = False
                continue
            head = False
            aside[r, c] = (COLUMN, row[c - 1])
            row[c - 1] = None


def _strike(rows: list[list[object]], struck: frozenset[Place], aside: dict[Place, tuple[str, object]]) -> None:
    """Struck figures; a row that is struck out from end to end goes as a whole."""
    for r in sorted({row for row, _ in struck}):
        row = rows[r - 1] if r <= len(rows) else []
        figures = [c for c, v in enumerate(row, 1) if (r, c) in struck and is_figure(v)]
        for c in figures:
            aside[r, c] = (STRUCK, row[c - 1])
        if figures:
            whole = all((r, c) in struck for c, v in enumerate(row, 1) if v is not None and str(v).strip())
            rows[r - 1] = [None if whole or c in figures else v for c, v in enumerate(row, 1)]
