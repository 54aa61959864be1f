"""Names of the files that stand beside the activity data of a project with several regions; `inventory.levels` and `inventory.policy` read them."""

from __future__ import annotations

import unicodedata

REGIONS, BOUNDARY, ALLOCATION, PROXIES, ENTERPRISES = "regions", "boundary", "allocation", "proxies", "enterprises"
ASSESSED, ASSESSMENT, ASSESSMENT_FACTORS, TARGETS, CAPS = "assessed_energy", "assessment", "assessment_factors", "targets", "caps"
LEVELS = ("国家", "省级", "地级市", "区县", "园区")
FILES = {
    "regions": REGIONS, "地区": REGIONS, "boundary": BOUNDARY, "核算边界": BOUNDARY, "allocation": ALLOCATION, "分摊规则": ALLOCATION, "proxies": PROXIES,
    "代理变量": PROXIES, "enterprises": ENTERPRISES, "企业排放": ENTERPRISES, "assessed_energy": ASSESSED, "考核能耗": ASSESSED,
    "assessment": ASSESSMENT, "考核口径": ASSESSMENT, "assessment_factors": ASSESSMENT_FACTORS, "考核因子": ASSESSMENT_FACTORS,
    "targets": TARGETS, "控制目标": TARGETS, "caps": CAPS, "总量控制": CAPS,
}


def kind_of_level_file(stem: str) -> str:
    """Which of these files a name (without its ending) is; empty for any other."""
    return FILES.get(unicodedata.normalize("NFKC", stem).strip().lower(), "") or FILES.get(stem.strip(), "")
