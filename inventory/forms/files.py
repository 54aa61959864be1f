"""Names of the files that stand beside the activity data of a project with several regions; `inventory.levels` and
`inventory.policy` read them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from ..spreadsheets.cells import Unreadable, read_sheets
from .province import form

REGIONS, BOUNDARY, ALLOCATION, PROXIES, ENTERPRISES = "regions", "boundary", "allocation", "proxies", "enterprises"
ASSESSED, ASSESSMENT, ASSESSMENT_FACTORS, TARGETS, CAPS = (
    "assessed_energy",
    "assessment",
    "assessment_factors",
    "targets",
    "caps",
)
PLAN, ACCEPTED, SCORES = "plan_targets", "accepted", "scores"
INDICATORS, SUBJECTS = "indicator_data", "subjects"
ACTIONS, PROGRESS = "actions", "action_progress"
OUTSIDE = "outside"
# long tables of activity data of their own, by the names of their files
LONG_TABLES = {
    ASSESSED: ("assessed_energy", "考核能耗"),
    ASSESSMENT: ("assessment", "考核口径"),
    ASSESSMENT_FACTORS: ("assessment_factors", "考核因子"),
    OUTSIDE: ("outside", "外购与跨界"),
}
KINDS = (REGIONS, BOUNDARY, ALLOCATION, PROXIES, ENTERPRISES, TARGETS, CAPS, PLAN, ACCEPTED, SCORES)
FORMS = (*KINDS, INDICATORS, SUBJECTS, ACTIONS, PROGRESS)  # their forms have the same names
FILES = {name: kind for kind, names in (*((k, form(k).files) for k in FORMS), *LONG_TABLES.items()) for name in names}

# sheets that say the same in a workbook: the titles of the forms, Chinese and English
CROSSING = ("外购与跨界排放", "Cross-boundary emissions")  # a second sheet of what is purchased outside
LONG_SHEETS = {
    ASSESSED: ("考核能耗", "Assessed energy"),
    ASSESSMENT: ("考核口径", "Assessment choices"),
    ASSESSMENT_FACTORS: ("考核因子", "Assessment factors"),
    OUTSIDE: ("外购与跨界", "Purchased energy"),
}
SHEET_TITLES = {
    **{title: kind for kind in FORMS for title in (form(kind).sheet, form(kind).sheet_en)},
    **{title: kind for kind, titles in LONG_SHEETS.items() for title in titles},
    **dict.fromkeys(CROSSING, OUTSIDE),
}
ALL_KINDS = frozenset(FILES.values())

# headings of a project's own rules for its balance table
BALANCE_RULES = ({"stage", "row", "fuel"}, {"阶段", "项目", "品种"})


def holds_balance_rules(path: Path) -> bool:
    """Whether a file has the headings of rules for the balance table (`inventory.energy_balance`), not those of the
    levels."""
    try:
        sheet = read_sheets(path)[0]
    except (Unreadable, OSError):
        return False
    rows = ({cell.text.strip().lower() for cell in row if not cell.blank} for row in sheet.rows[:5])
    return any(wanted <= row for row in rows for wanted in BALANCE_RULES)


def kind_of_level_path(path: Path) -> str:
    """Which of these files a path is; a file called `allocation` that holds rules for the balance table is none."""
    kind = kind_of_level_file(path.stem)
    return "" if kind == ALLOCATION and path.is_file() and holds_balance_rules(path) else kind


def kind_of_level_file(stem: str) -> str:
    """Which of these files a name (without its ending) is; empty for any other."""
    return FILES.get(unicodedata.normalize("NFKC", stem).strip().lower(), "") or FILES.get(stem.strip(), "")


def kind_of_level_title(title: str) -> str:
    """Which of these a sheet is by its title; empty for any other."""
    return SHEET_TITLES.get(unicodedata.normalize("NFKC", title).strip(), "")
