"""A filed report against the report printed again from its own data: figures that follow from others (arithmetic,
products and intensities, whole tonnes, GWP, parts of a line), and figures that stand where the report has none.

The tables of activity data, factors and sources are compared figure by figure elsewhere (`verify_lines`,
`verify_factors`, `verify_monthly`); of them only what stands beside them is looked at here. Rows are recognised by their
first cell (a row without one by its first unit), not by their number, so that an inserted line moves nothing.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from ..core.ledger import Ledger
from ..core.problems import Origin, problem
from ..core.rounding import in_digits
from ..sheets.model import OutputCell, OutputSheet
from ..spreadsheets.cells import Cell, Sheet
from ..spreadsheets.numbers import Number, parse_number
from .checks import Finding
from .checks.grading import grade_of
from .compute import Result, totals_of
from .english import chinese_tab
from .filed_model import Filed
from .report import plan_tables
from .tables import TABLES, fold
from .verify_lines import TOLERANCE

TOTALS = "附表1"
WORDS = (
    "封面",
    "企业基本情况",
    "其他说明",
    *(t.sheet for t in TABLES),
)  # forms and free text: read by their own readers
# rows that the recomputation does not have
UNREADABLE = ("number.", "verify.unknown_row", "verify.unknown_table", "enterprise.not_a_number")
SHOWN = 5  # cells named in one finding

RowKey = tuple[str, int]  # its name, and which of the rows of that name
Place = tuple[RowKey, int]  # and its column, from 0


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number of a filed table: where it stands, and the row it belongs to."""

    origin: Origin
    row: RowKey
    column: int  # from 0
    value: float

    def __str__(self) -> str:
        return f"{self.origin.cell} {in_digits(self.value, 8)}"


def reprint_findings(
    filed: Filed, ledger: Ledger, sheets: Sequence[Sheet], known: Sequence[Finding], total: float
) -> list[Finding]:
    """One finding a sheet for the figures that differ, and one for those that stand in no table; a whole figure of 附表1
    has its own, with its tonnes. Rows that could not be read (`known` findings say so) are left out."""
    lang = "en" if any(chinese_tab(s.name) != s.name for s in sheets) else "zh"
    result = Result(filed.enterprise, filed.industry, ledger, totals_of(ledger, filed.industry), ())
    planned = {chinese_tab(name): _printed(sheet) for name, sheet in plan_tables(result, lang).sheets.items()}
    # small tables of sources share sheets, by how much room they take: a row may stand on any of them
    annexes = [place for name, held in planned.items() if name.startswith("附表") for place in held.items()]
    unreadable = [f.problem.origin for f in known if f.problem.code.startswith(UNREADABLE)]
    asked = {(o.sheet, _row_number(o.cell)) for o in unreadable}
    findings: list[Finding] = []
    for sheet in sheets:
        name = chinese_tab(sheet.name)
        if not sheet.visible or name in WORDS:
            continue
        figures = [x for x in _figures(sheet) if (sheet.name, _row_number(x.origin.cell)) not in asked]
        table = name.startswith("附表") and name != TOTALS
        if not table and name not in planned:
            findings.extend(_unread(figures, "verify.sheet_unread"))
            continue
        printed = list(planned[name].items()) if name in planned else annexes
        places = {place for place, cell in printed if isinstance(cell.value, float | int) or cell.value.isdigit()}
        findings.extend(_unread([x for x in figures if not _has_place(x, places)], "verify.unread_figure"))
        if name == TOTALS:
            doubted = {f.problem.origin.cell for f in known if f.problem.origin.sheet == sheet.name}
            findings.extend(_of_totals(figures, planned[name], doubted, total))
        else:
            findings.extend(_that_follow(figures, printed, table))
    return findings


def _row_number(cell: str) -> str:
    return "".join(c for c in cell if c.isdigit())


def _figures(sheet: Sheet) -> Iterator[_Figure]:
    """The numbers of a sheet, also those typed as text; the first cell of a row names it."""
    seen: Counter[str] = Counter()
    for r in range(1, sheet.height + 1):
        first = _name([str(v) if isinstance(v, str) else "" for v in sheet.values[r - 1]])
        key = (first, seen[first])
        seen[first] += 1
        for c, held in enumerate(sheet.values[r - 1], 1):
            value = held if isinstance(held, float) else _value(sheet.cell(r, c)) if held is not None else None
            if value is not None:
                yield _Figure(sheet.origin(r, c), key, c - 1, value)


def _name(texts: Sequence[str]) -> str:
    """What a row is recognised by: its first cell, or the first of its units where a table of one row names no item."""
    first = fold(texts[0]) if texts else ""
    return first or fold(next((t for t in texts if t.strip()), ""))


def _value(cell: Cell) -> float | None:
    if cell.blank or cell.kind not in ("number", "text"):
        return None
    if isinstance(cell.value, float):
        return cell.value  # also one shown as a percentage
    number = parse_number(cell)
    return number.value if isinstance(number, Number) else None


def _printed(sheet: OutputSheet) -> dict[Place, OutputCell]:
    """What the report prints, by row and column; empty cells aside."""
    texts: dict[int, dict[int, str]] = {}
    for (r, c), cell in sheet.cells.items():
        texts.setdefault(r, {})[c] = cell.value if isinstance(cell.value, str) else ""
    seen: Counter[str] = Counter()
    keys: dict[int, RowKey] = {}
    for r in sorted(texts):
        first = _name([text for _, text in sorted(texts[r].items())] if 0 in texts[r] else ["", *texts[r].values()])
        keys[r] = (first, seen[first])
        seen[first] += 1
    return {(keys[r], c): cell for (r, c), cell in sheet.cells.items() if cell.value != ""}


def _has_place(figure: _Figure, places: Set[Place]) -> bool:
    """Whether the report prints a figure there (the unit `1` is one too), or in that column of another row of this name:
    what the recomputation could not make of a row is asked for elsewhere."""
    return (figure.row, figure.column) in places or (
        bool(figure.row[0]) and any(c == figure.column and row[0] == figure.row[0] for row, c in places)
    )


def _unread(figures: Sequence[_Figure], code: str) -> Iterator[Finding]:
    if figures:
        facts = {"count": len(figures), "cells": _listed(map(str, figures))}
        yield Finding(problem(code, figures[0].origin, **facts), "一般", 0.0, figures[0].value)


def _listed(texts: Iterable[str]) -> dict[str, str]:
    shown = list(texts)
    more = " …" if len(shown) > SHOWN else ""
    return {lang: mark.join(shown[:SHOWN]) + more for lang, mark in (("zh", "、"), ("en", ", "))}


def _differ(filed: float, expected: float) -> bool:
    return abs(filed - expected) > max(TOLERANCE * abs(expected), 1e-9)


def _that_follow(
    figures: Sequence[_Figure], printed: Sequence[tuple[Place, OutputCell]], table: bool
) -> Iterator[Finding]:
    """The figures of a sheet that differ from the recomputation, in one finding. In the tables of sources rows of one
    name may stand in several tables: a figure there is one that none of them has."""
    expected: dict[tuple[RowKey | str, int], list[float]] = {}
    for (row, column), cell in printed:
        if isinstance(cell.value, float | int):
            expected.setdefault((row[0] if table else row, column), []).append(float(cell.value))
    apart = []
    for x in figures:
        values = expected.get((x.row[0] if table else x.row, x.column), [])
        if values and all(_differ(x.value, value) for value in values):
            apart.append((x, values[0]))
    if apart:
        first, value = apart[0]
        facts = {"count": len(apart), "cells": _listed(f"{x} ({in_digits(y, 8)})" for x, y in apart)}
        yield Finding(problem("verify.printed", first.origin, **facts), "一般", 0.0, first.value, value)


def _of_totals(
    figures: Sequence[_Figure], printed: Mapping[Place, OutputCell], doubted: Set[str], total: float
) -> Iterator[Finding]:
    """Whole tonnes against the full figure beside them, as it is filed (unless that is `doubted` itself); GWP and parts of
    a line against the recomputation. The lines themselves are compared in `verify_lines`."""
    held = {(x.row, x.column): x for x in figures}
    for x in figures:
        cell = printed.get((x.row, x.column))
        if cell is None or not isinstance(cell.value, float | int) or cell.formula == "":
            continue
        whole = bool(cell.formula and cell.formula.startswith("=ROUND("))
        beside = held.get((x.row, x.column - 1))
        if whole and beside is not None:
            expected = math.copysign(math.floor(abs(beside.value) + 0.5), beside.value)
            if beside.origin.cell in doubted or abs(x.value - expected) <= 1.0:
                continue
        elif whole or _is_line(x, printed) or not _differ(x.value, float(cell.value)):
            continue
        else:
            expected = float(cell.value)
        size = x.value - expected if x.column > 1 else 0.0
        facts = {"label": x.row[0] or "—", "filed": in_digits(x.value, 8), "expected": in_digits(expected, 8)}
        grade = grade_of(size / total) if size else "一般"
        yield Finding(problem("verify.printed_figure", x.origin, **facts), grade, size, x.value, expected)


def _is_line(figure: _Figure, printed: Mapping[Place, OutputCell]) -> bool:
    """A line of 附表1 or a total has its whole tonnes beside it; GWP and parts of a line have none."""
    return any(
        row == figure.row and cell.formula is not None and cell.formula.startswith("=ROUND(")
        for (row, _), cell in printed.items()
    )


__all__ = ["reprint_findings"]
