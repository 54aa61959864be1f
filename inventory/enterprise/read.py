"""Reads what an enterprise filled in: the workbook made by `template.py`, a file's bytes, a draft, or a TOML file of
the same tables.

All problems are collected; a figure that cannot be read is left out of the computation and told with file, sheet and
cell, and the draft keeps it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, BinaryIO

from ..core.names import display_name
from ..core.places import position
from ..core.problems import Collector, InventoryError, Origin, Problem, problem
from ..spreadsheets.account import tell_aside
from ..spreadsheets.cells import Unreadable, read_sheets, sheets_from_bytes
from ..spreadsheets.numbers import plain
from .draft import TEMPLATE_SHEETS, Draft, draft_of
from .model import Enterprise
from .read_rows import RowContext, industry_named, profile_read, rows_of
from .tables import BY_NAME, PROFILE_SHEET

NOT_WORKBOOKS = frozenset({".csv", ".txt", ".tsv", ".docx", ".doc", ".pdf", ".json", ".md", ".zip"})
# of the provincial templates and the filed inventory
PROVINCIAL_SHEETS = frozenset({"填报符号", "命名选择", "清单汇总", "清单汇总表"})


def read_draft(source: Path | str | bytes | BinaryIO, name: str = "") -> Draft:
    """The draft of a filled workbook: by path, or by bytes or an open file with the `name` that messages shall use.

    Raises `InventoryError` when the file cannot be read at all, or is plainly of another kind.
    """
    try:
        if isinstance(source, bytes):
            sheets = sheets_from_bytes(source, name, without=TEMPLATE_SHEETS)
        elif isinstance(source, str | Path):
            path = Path(source)
            name = name or display_name(path)
            if path.is_dir():
                raise InventoryError([problem("enterprise.folder", Origin(name))])
            if path.suffix.lower() in NOT_WORKBOOKS:
                raise InventoryError([problem("enterprise.not_workbook", Origin(name), found=path.suffix.lower())])
            sheets = read_sheets(path, name, without=TEMPLATE_SHEETS)
        else:
            sheets = sheets_from_bytes(source.read(), name, without=TEMPLATE_SHEETS)
    except Unreadable as error:
        raise InventoryError([error.problem]) from error
    _other_kind({plain(s.name) for s in sheets}, name)
    return draft_of(sheets, name)


def read_enterprise(path: Path | str) -> tuple[Enterprise, list[Problem]]:
    """An enterprise's data with the problems found. Raises `InventoryError` when the file cannot be read at all."""
    if Path(path).suffix.lower() == ".toml" and not Path(path).is_dir():
        from .read_tables import from_toml

        return from_toml(Path(path))
    return enterprise_of(read_draft(path))


def _other_kind(names: set[str], file: str) -> None:
    """Raises `InventoryError` for a workbook that is plainly of another kind: a filed report (its process data stand in
    附表, not in the sheet that is read here), a provincial template or inventory."""
    if {"封面", "附表1"} <= names or {"Cover", "Table 1"} <= names:
        raise InventoryError([problem("enterprise.is_report", Origin(file))])
    if PROFILE_SHEET not in names and names & PROVINCIAL_SHEETS:
        raise InventoryError(
            [problem("enterprise.is_provincial", Origin(file), found="、".join(sorted(names & PROVINCIAL_SHEETS)))]
        )


def enterprise_of(draft: Draft) -> tuple[Enterprise, list[Problem]]:
    """The values of a draft, with everything that is wrong with it; rows with a fault are left out of the values and
    stay in the draft."""
    problems = Collector()
    if not draft.has_profile:
        sheets = "、".join([*(t.sheet for t in draft.tables), *(title for title, _ in draft.others)])
        problems.add("enterprise.no_profile", Origin(draft.file), sheet=PROFILE_SHEET, found=sheets)
        return Enterprise(file=draft.file), list(problems)
    profile = profile_read(draft, problems)
    industry = industry_named(profile)
    values: dict[str, tuple[Any, ...]] = {}
    for table in draft.tables:
        values[table.name] = rows_of(
            table, BY_NAME[table.name], RowContext(draft.file, table.sheet, industry, problems)
        )
    _tell_aside(draft, problems)
    for title, cells in draft.others:
        if any(c.figure for c in cells.values()):
            problems.add(
                "enterprise.sheet_not_read", Origin(draft.file, title), n=sum(c.figure for c in cells.values())
            )
    for title, cells in draft.outside:
        if figures := [place for place, c in cells.items() if c.figure]:
            where = Origin(draft.file, title, figures[0])
            problems.add("enterprise.cells_not_read", where, n=len(figures), cells="、".join(figures[:12]))
    return Enterprise(profile=profile, file=draft.file, **values), list(problems)


def _tell_aside(draft: Draft, problems: Collector) -> None:
    """Figures in hidden columns and struck out, named by the one rule that the province's reader has."""
    groups: dict[tuple[str, str], list[str]] = {}
    for a in draft.aside:
        groups.setdefault((a.sheet, a.reason), []).append(a.place)
    for (sheet, reason), cells in groups.items():
        tell_aside(Origin(draft.file, sheet), reason, [position(c) for c in cells], problems)
