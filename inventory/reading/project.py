"""A project folder, workbooks and long CSVs, several together -> one `Project`, and every problem found on the way.

What a file is, is told by its content; a few names have a meaning of their own (`factors.csv`, `choices.csv`, the files
of the energy balance). Whatever nobody reads is named in a hint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ..core.activity import Project
from ..core.edition import Edition
from ..core.names import display_name
from ..core.problems import Origin, Problem, in_order
from ..forms.files import kind_of_level_path
from ..spreadsheets.account import Tally, keeping
from ..spreadsheets.cells import Sheet
from ..spreadsheets.corrected import FILE as CORRECTIONS
from . import progress
from .correction_state import state_of
from .inputs import files_of
from .level_sheets import settle_level_file
from .lexicon import lexicon
from .lock import FILE as LOCK
from .lock import lock_problems
from .one_file import read_given, read_or_recall, set_aside
from .other_provinces import report_other_provinces
from .outputs import is_output
from .plausible import check_plausible
from .state import ReadingState, project_of
from .superseded import without_superseded
from .words import named_once


def read_project(paths: Sequence[Path | str], edition: Edition) -> tuple[Project, list[Problem]]:
    """Everything in these folders and files as one project. Nothing is raised: problems come back in order, errors
    first.

    A datum with a problem of its own is not in the project. Two inputs that give the same datum both stay: the check
    that follows names both.
    """
    with keeping(Tally()) as tally:
        project, problems = _read_all(paths, edition)
    return replace(project, account=tally.account()), problems


def read_tables(data: Sheet, factors: Sheet | None, edition: Edition) -> tuple[Project, list[Problem]]:
    """A table that a program gives, and its own factors, as one project: what `read_project` makes of a folder with
    these two files."""
    reading = ReadingState(edition, lexicon(edition))
    with keeping(Tally()) as tally:
        if factors is not None:
            read_given(factors, "factors", reading)
        read_given(data, "", reading)
        project, problems = _settled(reading, [], data.file)
    return replace(project, account=tally.account()), problems


def _read_all(paths: Sequence[Path | str], edition: Edition) -> tuple[Project, list[Problem]]:
    reading = ReadingState(edition, lexicon(edition))
    balance: list[tuple[Path, str]] = []
    ordinary: list[tuple[Path, str]] = []
    groups = files_of(paths, reading)
    _, gone = without_superseded([f for files in groups for f in files], reading.problems)
    for file, name in gone:
        set_aside(file, name, reading)
    superseded = {file for file, _ in gone}
    for files in groups:
        for folder in dict.fromkeys(file.parent for file, _ in files):
            reading.problems.extend(state_of(folder, [file.name for file, _ in files]))
            reading.problems.extend(
                lock_problems(folder, (file for file, _ in files if file.parent == folder and not is_output(file)))
            )
        for file, name in files:
            if file in superseded or name in (CORRECTIONS, LOCK):
                continue
            if kind_of_level_path(file):  # regions, targets …: read by inventory.levels and inventory.policy
                settle_level_file(file, name, reading.lexicon, reading.problems)
            elif _is_balance_file(file):
                balance.append((file, name))
            else:
                ordinary.append((file, name))
    for i, (file, name) in enumerate(ordinary):
        read_or_recall(file, name, reading)
        progress.report(i + 1, len(ordinary))
    return _settled(reading, balance, "、".join(Path(p).name for p in paths))


def _settled(reading: ReadingState, balance: list[tuple[Path, str]], name: str) -> tuple[Project, list[Problem]]:
    """What was read as a project called `name` in messages, and what can be said when everything is there."""
    more = _read_balance(balance, reading) if balance or reading.balance_sheets else Project()
    for place, unread in sorted(reading.unread.items()):
        reading.problems.add("project.unread", Origin(place), files="、".join(sorted(unread)))
    project = project_of(reading).merged(more)
    if not project.data and not project.notations and not reading.problems.errors:
        reading.problems.add("project.empty", Origin(name))
    report_other_provinces(project, reading.edition, reading.problems)
    check_plausible(project.columns, reading.edition, reading.problems)
    return project, in_order(named_once(list(reading.problems)))


def _is_balance_file(path: Path) -> bool:
    """Files that the energy balance part reads itself: the table, and the entry files beside it."""
    from .. import energy_balance

    return bool(energy_balance.handles(path))


def _read_balance(files: list[tuple[Path, str]], reading: ReadingState) -> Project:
    from .. import energy_balance

    try:
        loaded = energy_balance.load(
            [p for p, _ in files], reading.edition, reading.problems, reading.choices, reading.balance_sheets
        )
    except Exception as error:  # the net of this door
        place = "、".join(dict.fromkeys([*(n for _, n in files), *(s.file for s in reading.balance_sheets)]))
        reading.problems.add(
            "file.failed", Origin(place), kind=type(error).__name__, reason=" ".join(str(error).split())[:200]
        )
        return Project()
    if loaded.shown is None:
        for path, _ in files:
            reading.unread.setdefault(display_name(path.parent), []).append(display_name(path))
        return Project()
    return Project(data=loaded.data, notations=loaded.notations, balance=loaded.shown)
