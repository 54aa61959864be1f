"""Names of the files that stand beside the activity data of a project with several regions; `inventory.levels` and
`inventory.policy` read them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from .cells import Unreadable, read_sheets

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
LEVELS = ("国家", "省级", "地级市", "区县", "园区")
FILES = {
    "regions": REGIONS,
    "地区": REGIONS,
    "boundary": BOUNDARY,
    "核算边界": BOUNDARY,
    "allocation": ALLOCATION,
    "level_allocation": ALLOCATION,
    "分摊规则": ALLOCATION,
    "proxies": PROXIES,
    "代理变量": PROXIES,
    "enterprises": ENTERPRISES,
    "企业排放": ENTERPRISES,
    "assessed_energy": ASSESSED,
    "考核能耗": ASSESSED,
    "assessment": ASSESSMENT,
    "考核口径": ASSESSMENT,
    "assessment_factors": ASSESSMENT_FACTORS,
    "考核因子": ASSESSMENT_FACTORS,
    "targets": TARGETS,
    "控制目标": TARGETS,
    "caps": CAPS,
    "总量控制": CAPS,
    "plan_targets": PLAN,
    "年度计划目标": PLAN,
    "accepted": ACCEPTED,
    "认定结果": ACCEPTED,
    "scores": SCORES,
    "评分": SCORES,
    "indicator_data": INDICATORS,
    "指标数据": INDICATORS,
    "subjects": SUBJECTS,
    "考核对象": SUBJECTS,
    "outside": OUTSIDE,
    "外购与跨界": OUTSIDE,
    "actions": ACTIONS,
    "行动项目": ACTIONS,
    "action_progress": PROGRESS,
    "行动进展": PROGRESS,
}


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
