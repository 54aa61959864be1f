"""The factor checklist taken back: figures that somebody compared with the printed guideline, as checks or as the project's own corrected values."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.activity import Check, UserFactor
from ..core.edition import Edition
from ..core.problems import Collector, Origin
from ..models import CheckRow
from ..sheets.csvfile import csv_text
from .cells import Sheet
from .lexicon import near
from .own import model_rows

CHECK_HEADINGS = {
    "factor_id": ("因子编号", "factor_id", "id", "编号"), "printed": ("印本数值", "printed", "printed value"), "by": ("核对人", "by", "checked by"),
    "date": ("核对日期", "date", "日期"), "evidence": ("页码或依据", "evidence", "page"),
}
CHECK_BESIDE = ("序号", "参数", "适用范围", "气体", "出处（章节）", "采用数值", "单位", "依据程度", "采用步骤", "使用处", "说明", "上下限",
                "No.", "Parameter", "Keys", "Gas", "Where printed", "Value used", "Unit", "Standing", "Step", "Used", "Note", "Bounds")
CORRECTED = "核对更正"


def read_checklist(sheet: Sheet, edition: Edition, problems: Collector) -> tuple[tuple[Check, ...], tuple[UserFactor, ...]]:
    """Checks (the printed value agrees) and corrected values (it does not) of a checklist. Rows without a printed value are open and passed over."""
    checks: list[Check] = []
    corrected: list[UserFactor] = []
    seen: dict[str, Origin] = {}
    for row, place in model_rows(sheet, CHECK_HEADINGS, ("factor_id", "printed", "by", "date"), CheckRow, problems, _is_filled, CHECK_BESIDE):
        factor = edition.by_id.get(row.factor_id)
        if factor is None:
            problems.add("own.unknown_id", place("factor_id"), found=row.factor_id, near=near(row.factor_id, edition.by_id))
        elif row.factor_id in seen:
            problems.add("own.twice", place("factor_id"), id=row.factor_id, other=seen[row.factor_id])
        else:
            seen[row.factor_id] = place("printed")
            if factor.value is not None and row.printed == factor.value:
                checks.append(Check(row.factor_id, row.printed, row.by, row.date, place("printed")))
                continue
            before = f"原采用 {factor.printed} {factor.unit}" if factor.value is not None else "原无数值"
            source = f"与印本核对更正（{before}）：{row.by}，{row.date}" + (f"，{row.evidence}" if row.evidence else "")
            corrected.append(UserFactor(factor.parameter, factor.keys, row.printed, factor.unit, source, CORRECTED, factor.id, factor.gas,
                                        origin=place("printed")))
            problems.add("check.corrected", place("printed"), id=factor.id, value=f"{row.printed:.10g} {factor.unit}", before=factor.printed or "—")
    return tuple(checks), tuple(corrected)


def _is_filled(values: dict[str, object]) -> bool:
    return any(str(values.get(name) or "").strip() for name in ("printed",)) or bool(values.get("by") and values.get("date"))


def as_csv(checks: Iterable[Check], corrected: Iterable[UserFactor]) -> str:
    """`核对表.csv` for a project folder: read like the checklist itself, in every later compilation."""
    rows = [(c.factor_id, repr(c.value), c.by, c.date, "") for c in checks]
    for f in corrected:
        by, date, evidence = (*f.source.partition("：")[2].split("，", 2), "", "")[:3]
        rows.append((f.id, repr(f.value), by, date, evidence))
    return csv_text(sorted(rows), [CHECK_HEADINGS[n][0] for n in ("factor_id", "printed", "by", "date", "evidence")])
