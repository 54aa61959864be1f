"""Rows of the input that an error kept out of the data, as they were typed: a template made from a faulty project lists
them on a sheet of its own until somebody has put them right, so that nothing a person wrote is lost or left out in
silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.account import LABEL, OPEN, REFUSED, FigureAccount
from ..core.edition import Edition
from ..core.problems import Collector, Origin, Problem
from ..core.spelling import fold
from ..forms.draft import Value, typed
from ..spreadsheets.account import settle
from ..spreadsheets.cells import Sheet, Unreadable, read_sheets
from .headers import find_heading
from .inputs import files_of
from .lexicon import lexicon
from .state import ReadingState
from .tables import SKIPPED_SHEETS

SHEET = {"zh": "待改内容", "en": "To correct"}
LAST_SHEET = {"zh": "上次的待改内容", "en": "Last faulty rows"}  # beside the cells of a new year: never read
HEADING = 5  # row of the sheet's heading, from 1
FILE, NAME, ROW, PROBLEM = 1, 2, 3, 4  # its columns; what was typed stands behind them
TYPED = PROBLEM + 1
HEADINGS = 3  # a row of so many words and no figure is taken for the heading of a table


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """A row as typed (from column A on), the heading above it, and what is wrong with it. `row` 0: the file or sheet as
    a whole, of which nothing can be shown."""

    file: str
    sheet: str
    row: int
    heading: tuple[Value, ...] = ()
    cells: tuple[Value, ...] = ()
    problems: tuple[Problem, ...] = ()
    remark: str = ""  # what an earlier template said of it, where it was listed there already


def unread_rows(
    paths: Sequence[Path | str], edition: Edition, problems: Iterable[Problem], account: FigureAccount | None
) -> tuple[UnreadRow, ...]:
    """The rows at which reading `paths` found an error or refused a figure; of a sheet that could not be read at all,
    every row that is not empty."""
    errors = [p for p in problems if p.severity == "error" and p.origin.file]
    refused = {
        (e.origin.file, e.origin.sheet, _row(e.origin))
        for file in (account.files if account is not None else ())
        for e in file.entries
        if e.destination in (REFUSED, OPEN)
    }
    if not errors and not refused:
        return ()
    reading = ReadingState(edition, lexicon(edition))
    return tuple(
        row
        for files in files_of(paths, reading)
        for path, name in files
        for row in _of_file(path, name, [p for p in errors if p.origin.file == name], refused, reading)
    )


def _of_file(
    path: Path, name: str, errors: list[Problem], refused: set[tuple[str, str, int]], reading: ReadingState
) -> Iterator[UnreadRow]:
    if not errors and not any(file == name for file, _, _ in refused):
        return
    try:
        sheets = read_sheets(path, name)
    except Unreadable:
        yield UnreadRow(name, "", 0, problems=tuple(errors))
        return
    for sheet in sheets:
        mine = [p for p in errors if p.origin.sheet in ("", sheet.name)]
        rows = {_row(p.origin) for p in mine} | {r for f, s, r in refused if f == name and s in ("", sheet.name)}
        if not rows or sheet.name.startswith("_"):
            continue
        if is_to_correct(sheet):
            yield from _listed_before(sheet)
        elif fold(sheet.name) in SKIPPED_SHEETS:
            yield UnreadRow(name, sheet.name, 0, problems=tuple(p for p in mine if p.origin.sheet))
        else:
            yield from _of_sheet(sheet, mine, rows, reading)


def _of_sheet(sheet: Sheet, errors: list[Problem], rows: set[int], reading: ReadingState) -> Iterator[UnreadRow]:
    heading = _heading(sheet, reading)
    named = sorted(rows - {0, heading})  # none: the error is at the sheet or its heading
    filled = [r for r in range(1, sheet.height + 1) if r != heading and _typed(sheet, r)] or [heading]
    shown = "" if sheet.csv else sheet.name
    above = _typed(sheet, heading) if filled != [heading] else ()
    for r in named or filled:
        cells = _typed(sheet, r)
        if cells:
            of_row = tuple(p for p in errors if _row(p.origin) in (r, 0, heading))
            yield UnreadRow(sheet.file, shown, r, above, cells, of_row)


def _typed(sheet: Sheet, row: int) -> tuple[Value, ...]:
    """The cells of a row as typed, without the empty ones behind the last."""
    if not 1 <= row <= sheet.height:
        return ()
    cells = [typed(sheet.cell(row, c)) for c in range(1, sheet.width + 1)]
    while cells and cells[-1] is None:
        cells.pop()
    return tuple(cells)


def _heading(sheet: Sheet, reading: ReadingState) -> int:
    """The row of headings; 0 where there is none."""
    if sheet.csv:
        return 1
    of_data = find_heading(sheet, reading.lexicon)
    if of_data is not None:
        return of_data.bottom
    for r in range(1, min(sheet.height, 12) + 1):
        kinds = [sheet.cell(r, c).kind for c in range(1, sheet.width + 1)]
        if kinds.count("text") >= HEADINGS and not kinds.count("number"):
            return r
    return 0


def _row(origin: Origin) -> int:
    digits = "".join(ch for ch in origin.cell if ch.isdigit())
    return int(digits) if digits else 0


# ---- the sheet, read again ----


def is_to_correct(sheet: Sheet) -> bool:
    """Whether this is the sheet of rows that wait to be put right."""
    return fold(sheet.name) in {fold(title) for title in SHEET.values()}


def _listed_before(sheet: Sheet) -> Iterator[UnreadRow]:
    heading: tuple[Value, ...] = ()
    for r in range(HEADING + 1, sheet.height + 1):
        cells, number = _typed(sheet, r), sheet.cell(r, ROW)
        if number.kind != "number":
            heading = cells[PROBLEM:]
        elif len(cells) > PROBLEM:
            file, name, remark = (sheet.cell(r, c).text for c in (FILE, NAME, PROBLEM))
            yield UnreadRow(file, name, int(float(number.text)), heading, cells[PROBLEM:], remark=remark)


def read_to_correct(sheet: Sheet, problems: Collector) -> None:
    """Every row that still stands there is an error: what it holds is in no table."""
    waiting = set()
    for r in range(HEADING + 1, sheet.height + 1):
        if sheet.cell(r, ROW).kind == "number" and len(_typed(sheet, r)) > PROBLEM:
            waiting.add(r)
            file, name, row = (sheet.cell(r, c).text for c in (FILE, NAME, ROW))
            shown = "，".join(str(v) for v in _typed(sheet, r)[PROBLEM:] if v is not None)
            problems.add(
                "table.to_correct",
                sheet.row_origin(r, TYPED),
                home=f"{file}[{name}]" if name else file,
                row=row,
                typed=shown[:80],
            )
    settle(sheet, lambda r, c: (REFUSED, "error") if r in waiting and c >= TYPED else (LABEL, ""), problems)
