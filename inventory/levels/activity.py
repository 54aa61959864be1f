"""Activity data of an edition of its own (energy as assessed, purchased energy) from one of the level's sheets."""

from __future__ import annotations

from ..core.activity import Project
from ..core.edition import Edition
from ..core.problems import Problem
from ..reading.contents import Contents, read_contents
from ..reading.level_sheets import LevelSheet
from ..reading.lexicon import lexicon
from ..reading.state import ReadingState, project_of
from ..reading.tables import read_table


def read_long(given: LevelSheet, edition: Edition) -> tuple[Project, list[Problem]]:
    """The table on the sheet as data and notation keys of the edition. The reader of the inventory passes such sheets
    over, so they are read here; a region that the sheet does not name is the one of the workbook's contents sheet."""
    state = ReadingState(edition, lexicon(edition))
    region = read_contents(given.workbook, state.lexicon).region
    contents = Contents(regions=(region,)) if region else Contents()
    read_table(given.sheet, state.lexicon, state.rows_read, expected=True, contents=contents)
    read = project_of(state)
    return Project(read.data, (), read.notations), list(state.problems)
