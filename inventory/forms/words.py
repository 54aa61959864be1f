"""Words that several forms take, by any of their names."""

from __future__ import annotations

from ..core.activity import DATA_KINDS
from ..core.spelling import fold

_KINDS = {fold(k): k for k in DATA_KINDS} | {
    fold(a): k
    for k, names in {
        "统计": ("统计数据", "statistics", "统计局"),
        "部门": ("部门数据", "department"),
        "调查": ("调查数据", "survey"),
        "估算": ("估计", "估算数据", "estimate"),
        "示例": ("示例数据", "illustrative", "example"),
    }.items()
    for a in names
}


def kind_named(text: str) -> str | None:
    """One of the kinds of data by any of its names; None where it is none."""
    return _KINDS.get(fold(text))


def kind_of_data(text: str) -> str:
    """The same; the text itself where it is none."""
    return kind_named(text) or text
