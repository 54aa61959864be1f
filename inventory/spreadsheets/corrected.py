"""Corrections of a project (`更正.csv` in its folder): what a cell of a department's file should say. The file itself
is never changed.

They are laid over the cells whenever that file is read, by the command and by the page alike, and only while the cell
still holds what it held when it was corrected: a correction of a cell that has changed since is set aside and told.
"""

from __future__ import annotations

import csv
import functools
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.memo import recalled
from ..core.problems import Origin
from ..sheets.address import from_a1
from ..sheets.csvfile import csv_bytes, unguarded

if TYPE_CHECKING:
    from .cells import Sheet

FILE = "更正.csv"
COLUMNS = ("文件", "工作表", "单元格", "原值", "更正值", "更正人", "日期", "理由")


@dataclass(frozen=True, slots=True)
class Correction:
    """One cell: what it held when it was corrected (`before`, as one would type it) and what it should hold."""

    file: str
    sheet: str
    cell: str
    before: str
    after: str
    by: str = ""
    date: str = ""
    reason: str = ""

    @property
    def place(self) -> tuple[str, str, str]:
        return (self.file, self.sheet, self.cell)

    @property
    def origin(self) -> Origin:
        return Origin(self.file, self.sheet, self.cell)


def read_corrections(folder: Path) -> tuple[Correction, ...]:
    """The corrections of a project folder; none where it has no such file. A row that is not a correction is passed
    over (see `faults`)."""
    return tuple(c for c in all_rows(folder) if is_cell(c.cell))


def all_rows(folder: Path) -> tuple[Correction, ...]:
    path = folder / FILE
    try:
        status = path.stat()
    except OSError:
        return ()
    return _parsed(path, status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=64)
def _parsed(path: Path, _stamp: int, _size: int) -> tuple[Correction, ...]:
    text = path.read_bytes().decode("utf-8-sig", "replace")
    rows = csv.reader(io.StringIO(text, newline=""))
    next(rows, None)
    return tuple(
        Correction(*(unguarded(v) for v in (*row, *([""] * len(COLUMNS)))[: len(COLUMNS)])) for row in rows if any(row)
    )


def is_cell(text: str) -> bool:
    try:
        from_a1(text)
    except ValueError:
        return False
    return True


def _position(text: str) -> tuple[int, int]:
    row, column = from_a1(text)
    return row + 1, column + 1


def as_csv(corrections: Iterable[Correction]) -> bytes:
    """The whole file, sorted by place."""
    return csv_bytes(
        (
            (c.file, c.sheet, c.cell, c.before, c.after, c.by, c.date, c.reason)
            for c in sorted(corrections, key=lambda c: c.place)
        ),
        COLUMNS,
    )


def corrected(sheets: Sequence[Sheet], path: Path) -> tuple[Sheet, ...]:
    """The sheets of a file with its corrections laid over them."""
    mine = [c for c in read_corrections(path.parent) if c.file == path.name]
    if not mine:
        return tuple(sheets)
    out = []
    for sheet in sheets:
        of_sheet = tuple(c for c in mine if c.sheet == sheet.name)
        out.append(recalled(functools.partial(_laid_over, sheet, of_sheet), "corrected", (sheet,), (of_sheet,)))
    return tuple(out)


def _laid_over(sheet: Sheet, mine: Sequence[Correction]) -> Sheet:
    fitting = [c for c in mine if c.before == sheet.cell(*_position(c.cell)).text]
    if not fitting:
        return sheet
    rows = [list(row) for row in sheet.values]
    for c in fitting:
        row, column = _position(c.cell)
        rows.extend([] for _ in range(row - len(rows)))
        line = rows[row - 1]
        line.extend([None] * (column - len(line)))
        line[column - 1] = _value(c.after, sheet.csv)
    places = {_position(c.cell) for c in fitting}
    probe = (
        replace(
            sheet.probe,
            holes={k: v for k, v in sheet.probe.holes.items() if k not in places},
            percents=type(sheet.probe.percents)(k for k in sheet.probe.percents if k not in places),
        )
        if sheet.probe.holes or sheet.probe.percents
        else sheet.probe
    )
    return replace(sheet, values=tuple(tuple(row) for row in rows), probe=probe)


def _value(text: str, is_csv: bool) -> str | float | None:
    """What the cell holds after typing `text` into it."""
    if not text.strip():
        return None
    if is_csv:
        return text
    try:
        return float(text) if text.strip().lower() not in ("nan", "inf", "-inf", "infinity") else text
    except ValueError:
        return text
