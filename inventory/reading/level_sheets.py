"""Where a project says what it says about levels and targets: files of their own (`targets.csv`, `控制目标.xlsx`), or
sheets of these titles in any workbook, as the forms of `inventory levels forms` have them."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.account import ASIDE, CHECK, LABEL
from ..core.names import display_name
from ..core.problems import Collector
from ..forms.files import SHEET_TITLES, kind_of_level_path, kind_of_level_title
from ..spreadsheets.account import Verdict, settle
from ..spreadsheets.cells import Sheet, Unreadable, read_sheets
from ..spreadsheets.container import MAX_FILE, TABLE_SUFFIXES
from ..spreadsheets.probe_xlsx import sheet_parts
from .lexicon import Lexicon
from .rows import EXAMPLE_MARKS
from .tables import labels_of

_NAMES = re.compile(r"(年|年份|编号|代码|code|id|year|from|to)$", re.IGNORECASE)  # columns of years and codes
TEXT_SUFFIXES = (".csv", ".txt", ".tsv")
BOOK, LARGEST_LIST = "xl/workbook.xml", 5_000_000  # the list of a workbook's sheets, and its size in bytes


@dataclass(frozen=True)
class LevelSheet:
    """A sheet of one of these kinds; `workbook`: all sheets of its file."""

    kind: str
    sheet: Sheet
    workbook: tuple[Sheet, ...]


def level_sheets(paths: Sequence[Path | str], problems: Collector, kinds: Collection[str] = ()) -> Iterator[LevelSheet]:
    """The sheets of these kinds (all by default) in these folders and files, in name order; a file that cannot be read
    becomes a problem where it is one of these by its name (any other is reported by the reader of the data)."""
    for given in paths:
        path = Path(given)
        inside = sorted(path.iterdir(), key=lambda p: p.name) if path.is_dir() else [path]
        for file in inside:
            if file.is_file() and not file.name.startswith((".", "~$")):
                yield from _sheets_of(file, problems, kinds)


def level_verdict(sheet: Sheet, names: Callable[[int, int], bool]) -> Verdict:
    """Where the figures of such a sheet go in the account of the inventory: they are read by other commands. `names`
    says which numbers name or describe the figures of a table; on a sheet of plain rows years and codes do."""
    top = next((r for r, row in enumerate(sheet.rows, 1) if sum(c.kind == "text" for c in row) > 2), 0)
    plain = {c.column for c in sheet.rows[top - 1] if _NAMES.search(c.text)} if top else set()

    def verdict(row: int, column: int) -> tuple[str, str]:
        if row <= top or column in plain or names(row, column):
            return LABEL, ""
        if sheet.cell(row, 1).text in EXAMPLE_MARKS:
            return ASIDE, "example"
        return CHECK, "levels"

    return verdict


def settle_level_file(file: Path, name: str, lexicon: Lexicon, problems: Collector) -> None:
    """Account for the figures of a file of the levels, which other commands read (and report where it is damaged)."""
    try:
        sheets = read_sheets(file, name)
    except Unreadable:
        return
    for sheet in sheets:
        settle(sheet, level_verdict(sheet, labels_of(sheet, lexicon)), problems)


def _sheets_of(file: Path, problems: Collector, kinds: Collection[str]) -> Iterator[LevelSheet]:
    kind = kind_of_level_path(file)
    if kind:
        if not kinds or kind in kinds:
            try:
                sheets = read_sheets(file, display_name(file))
            except Unreadable as unreadable:
                problems.extend([unreadable.problem])
                return
            yield LevelSheet(kind, sheets[0], sheets)
        return
    if not _may_hold(file, kinds):
        return
    try:
        sheets = read_sheets(file, display_name(file))
    except Unreadable:
        return
    for sheet in sheets:
        titled = kind_of_level_title(sheet.name)
        if sheet.visible and titled and (not kinds or titled in kinds):
            yield LevelSheet(titled, sheet, sheets)


def _may_hold(file: Path, kinds: Collection[str]) -> bool:
    """Whether a workbook has a sheet of one of these kinds, by its list of titles where that can be had cheaply."""
    suffix = file.suffix.lower()
    if suffix not in TABLE_SUFFIXES or suffix in TEXT_SUFFIXES:
        return False
    if not zipfile.is_zipfile(file):
        data = file.read_bytes() if file.stat().st_size <= MAX_FILE else b""
        return any(t.encode("utf-16-le") in data for t, k in SHEET_TITLES.items() if not kinds or k in kinds)
    try:
        with zipfile.ZipFile(file) as archive:
            if archive.getinfo(BOOK).file_size > LARGEST_LIST:
                return False
            titles = [kind_of_level_title(title) for title, _ in sheet_parts(archive)]
    except Exception:  # another kind of workbook, or a damaged one: reading it tells
        return suffix not in (".xlsx", ".xlsm")
    return any(t and (not kinds or t in kinds) for t in titles)
