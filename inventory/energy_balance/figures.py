"""Where each figure of a balance sheet went, and why: the facts that the account of figures is made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..core.problems import Origin

COUNTED, CHECK, SET_ASIDE, REFUSED = "counted", "check", "set_aside", "refused"
FATES = (COUNTED, CHECK, SET_ASIDE, REFUSED)


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    """One figure as printed: its place, its value, its fate (`FATES`) and the reason in both languages.

    `counted`: in at least one datum. `check`: read and used for identities or information only (sums, 其中 rows,
    statistical difference), or not counted by a rule of the allocation table that says why. `set_aside`: named and not
    used (numbering, rounding dust, headings). `refused`: an error names it.
    """

    origin: Origin
    value: float
    fate: str
    reason: Mapping[str, str]


REASONS: Mapping[str, Mapping[str, str]] = {
    "numbering": {"zh": "序号、备注列", "en": "column of numbering or remarks"},
    "heading": {"zh": "标题、表头中的数字", "en": "a number in the title or heading"},
    "outside": {"zh": "表外的数字", "en": "outside the table"},
    "dust": {"zh": "舍入尾数，按 0", "en": "rounding dust, taken as zero"},
    "unknown_column": {"zh": "不认识的品种", "en": "fuel not recognised"},
    "unknown_row": {"zh": "不认识的项目", "en": "row not recognised"},
    "twice": {"zh": "同一项目、品种第二次出现", "en": "second figure of one row and fuel"},
    "not_plain": {"zh": "不是普通数字", "en": "not a plain number"},
    "not_read": {"zh": "整张表没有读取", "en": "the whole sheet was not read"},
    "no_place": {"zh": "没有去向", "en": "no destination"},
    "zero": {"zh": "数值为 0", "en": "the figure is zero"},
    "corrected": {"zh": "更正条目替代", "en": "replaced by a correction"},
}


def set_aside(origin: Origin, value: float, why: str) -> PrintedFigure:
    return PrintedFigure(origin, value, SET_ASIDE, REASONS[why])


def refused(origin: Origin, value: float, why: str) -> PrintedFigure:
    return PrintedFigure(origin, value, REFUSED, REASONS[why])


def tally(figures: Iterable[PrintedFigure]) -> dict[str, int]:
    """How many figures met each fate, in the order of `FATES`."""
    counts = dict.fromkeys(FATES, 0)
    for figure in figures:
        counts[figure.fate] += 1
    return counts
