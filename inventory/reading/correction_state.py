"""Whether each correction of a project is in force: told at every reading, so that nobody files a figure corrected
unawares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from ..core.places import position
from ..core.problems import Origin, Problem, problem
from ..spreadsheets.cells import Sheet, Unreadable, read_sheets
from ..spreadsheets.corrected import FILE, all_rows, is_cell


def state_of(folder: Path, files: Iterable[str]) -> Iterator[Problem]:
    """For every correction of these files: that it is in force (hint), that its cell has changed since, or that it
    names no cell (warnings)."""
    wanted = set(files)
    raw: dict[str, dict[str, Sheet]] = {}
    for c in all_rows(folder):
        if not is_cell(c.cell) or c.file not in wanted:
            yield problem("correction.no_place", Origin(FILE), file=c.file, sheet=c.sheet, cell=c.cell)
            continue
        if c.file not in raw:
            try:
                raw[c.file] = {s.name: s for s in read_sheets(folder / c.file, as_filed=True)}
            except Unreadable:
                continue  # the file's own problem says it
        sheet = raw[c.file].get(c.sheet)
        now = sheet.cell(*position(c.cell)).text if sheet is not None else ""
        if sheet is None or now != c.before:
            yield problem(
                "correction.stale", c.origin, before=c.before or "—", now=now or "—", after=c.after or "—", file=FILE
            )
        else:
            yield problem(
                "correction.applied",
                c.origin,
                before=c.before or "—",
                after=c.after or "—",
                by=c.by or "—",
                date=c.date or "—",
                reason=c.reason or "—",
            )
