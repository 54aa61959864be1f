"""The factor checklist taken back: figures that somebody compared with the printed guideline, as checks or as the
project's own corrected values.

A row counts when it holds the printed value, or a mark that it agrees (√, 一致); name and date may stand once above the
table. The sheet 核对表·成批 confirms ranges of numbers at once. What another province has checked (`shared_from`)
counts only when somebody here has adopted it by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ..core.activity import Check, UserFactor
from ..core.edition import Edition, FactorRow
from ..core.likely import likely_cause
from ..core.problems import Collector, Origin
from ..core.spelling import fold
from ..forms.province import form
from ..forms.read import form_rows
from ..sheets.csvfile import csv_text
from ..spreadsheets.cells import Sheet
from .lexicon import near

CHECKLIST_SHEET = "核对表"
BULK_SHEET = "核对表·成批"
ONCE = {"by": ("核对人（填一次）", "checked by (once)"), "date": ("核对日期（填一次）", "date (once)")}
AGREES = frozenset({"√", "✓", "✔", "一致", "同", "相同", "对", "ok", "yes", "same"})
CORRECTED = "核对更正"


@dataclass(frozen=True, slots=True)
class CheckedEntry:
    """One figure that somebody compared. `shared_from`: the province whose check it is; `adopted_by`: who took it over
    here."""

    factor_id: str
    printed: float
    lower: float | None
    upper: float | None
    by: str
    date: str
    evidence: str = ""
    shared_from: str = ""
    adopted_by: str = ""
    adopted_date: str = ""
    origin: Origin = Origin()

    @property
    def signed(self) -> str:
        """Who answers for it: the name, with province and adopter where it was shared."""
        if not self.shared_from:
            return self.by
        return f"{self.by}（{self.shared_from}）；采用：{self.adopted_by} {self.adopted_date}"


def is_checklist(sheet: Sheet) -> bool:
    return fold(sheet.name).startswith(fold(CHECKLIST_SHEET))


def read_entries(sheets: Iterable[Sheet], edition: Edition, problems: Collector) -> tuple[CheckedEntry, ...]:
    """All entries of a checklist's sheets. The same factor may be answered on two sheets (by doubt and by chapter) if
    the answers agree."""
    entries: dict[str, CheckedEntry] = {}
    numbers: dict[int, str] = {}
    sheets = tuple(sheets)
    for sheet in (s for s in sheets if fold(s.name) != fold(BULK_SHEET)):
        for entry in _single(sheet, edition, problems):
            old = entries.get(entry.factor_id)
            if old is not None and (old.printed, old.by, old.date) != (entry.printed, entry.by, entry.date):
                problems.add("own.twice", entry.origin, id=entry.factor_id, other=old.origin)
            entries.setdefault(entry.factor_id, entry)
        if fold(sheet.name) == fold(CHECKLIST_SHEET):
            numbers.update(_numbers(sheet))
    for sheet in (s for s in sheets if fold(s.name) == fold(BULK_SHEET)):
        for entry in _ranges(sheet, numbers, edition, problems):
            entries.setdefault(entry.factor_id, entry)  # a row of its own comes first
    return tuple(entries.values())


def settled(
    entries: Iterable[CheckedEntry], edition: Edition, problems: Collector
) -> tuple[tuple[Check, ...], tuple[UserFactor, ...]]:
    """Checks (the printed value agrees) and corrected values (it does not). Slips and impossible values are errors;
    shared ones need adopting."""
    checks: list[Check] = []
    corrected: list[UserFactor] = []
    waiting: list[CheckedEntry] = []
    for e in entries:
        row = edition.by_id[e.factor_id]
        if e.shared_from and not e.adopted_by:
            waiting.append(e)
        elif not _sound(e, row, edition, problems):
            continue
        elif row.value is not None and e.printed == row.value:
            checks.append(Check(e.factor_id, e.printed, e.signed, e.date, e.origin, e.lower, e.upper))
        else:
            before = f"原采用 {row.printed} {row.unit}" if row.value is not None else "原无数值"
            source = f"与印本核对更正（{before}）：{e.signed}，{e.date}" + (f"，{e.evidence}" if e.evidence else "")
            corrected.append(
                UserFactor(
                    row.parameter,
                    row.keys,
                    e.printed,
                    row.unit,
                    source,
                    CORRECTED,
                    row.id,
                    row.gas,
                    e.lower,
                    e.upper,
                    origin=e.origin,
                )
            )
            problems.add(
                "check.corrected", e.origin, id=row.id, value=f"{e.printed:.10g} {row.unit}", before=row.printed or "—"
            )
    if waiting:
        problems.add(
            "check.shared",
            waiting[0].origin,
            n=len(waiting),
            names="、".join(sorted({f"{e.by}（{e.shared_from}）" for e in waiting})),
        )
    return tuple(checks), tuple(corrected)


def read_checklist(
    sheets: Iterable[Sheet], edition: Edition, problems: Collector
) -> tuple[tuple[Check, ...], tuple[UserFactor, ...]]:
    """`read_entries` and `settled` in one."""
    return settled(read_entries(sheets, edition, problems), edition, problems)


def as_csv(entries: Iterable[CheckedEntry]) -> str:
    """`核对表.csv` for a project folder, or for another province: read like the checklist itself."""

    def number(value: float | None) -> str:
        return "" if value is None else repr(value)

    rows = [
        (
            e.factor_id,
            repr(e.printed),
            number(e.lower),
            number(e.upper),
            e.by,
            e.date,
            e.evidence,
            e.shared_from,
            e.adopted_by,
            e.adopted_date,
        )
        for e in entries
    ]
    return csv_text(sorted(rows), [f.label for f in form("checks").fields])


# ---- rows ----


def _single(sheet: Sheet, edition: Edition, problems: Collector) -> Iterable[CheckedEntry]:
    once = _once(sheet)

    def adjust(values: dict[str, object]) -> bool:
        factor = edition.by_id.get(str(values.get("factor_id") or "").strip())
        printed = str(values.get("printed") or "").strip()
        if printed.lower() in AGREES and factor is not None and factor.value is not None:
            values["printed"] = factor.value
        filled = bool(printed) or bool(values.get("by") and values.get("date"))
        for name in ("by", "date"):
            if filled and not str(values.get(name) or "").strip():
                values[name] = once.get(name, "")
        return filled

    for row, place in form_rows(sheet, form("checks"), problems, adjust):
        if row.factor_id not in edition.by_id:
            problems.add(
                "own.unknown_id", place("factor_id"), found=row.factor_id, near=near(row.factor_id, edition.by_id)
            )
            continue
        yield CheckedEntry(
            row.factor_id,
            row.printed,
            row.lower,
            row.upper,
            row.by,
            row.date,
            row.evidence,
            row.shared_from,
            row.adopted_by,
            row.adopted_date,
            place("printed"),
        )


def _ranges(sheet: Sheet, numbers: Mapping[int, str], edition: Edition, problems: Collector) -> Iterable[CheckedEntry]:
    """Rows of 核对表·成批: every factor between two numbers agrees with the print."""
    if sheet.height < 2:
        return
    once = _once(sheet)

    def adjust(values: dict[str, object]) -> bool:
        filled = any(str(values.get(n) or "").strip() for n in ("first", "last"))
        for name in ("by", "date"):
            if filled and not str(values.get(name) or "").strip():
                values[name] = once.get(name, "")
        return filled

    for row, place in form_rows(sheet, form("checks_bulk"), problems, adjust):
        inside = [n for n in sorted(numbers) if row.first <= n <= row.last]
        if row.first > row.last or not inside:
            problems.add(
                "check.bulk_range", place("first"), first=row.first, last=row.last, most=max(numbers, default=0)
            )
            continue
        empty = [numbers[n] for n in inside if edition.by_id[numbers[n]].value is None]
        if empty:
            problems.add("check.bulk_no_value", place("first"), ids="、".join(empty))
        for n in inside:
            factor = edition.by_id[numbers[n]]
            if factor.value is not None:
                yield CheckedEntry(
                    factor.id, factor.value, None, None, row.by, row.date, row.evidence, origin=place("first")
                )


def _once(sheet: Sheet) -> dict[str, str]:
    """Name and date that stand once, right of their labels above the table."""
    first = {}
    for r in range(1, min(sheet.height, 8) + 1):
        for c in range(1, sheet.width):
            for name, labels in ONCE.items():
                if fold(sheet.cell(r, c).text) in {fold(x) for x in labels}:
                    first[name] = sheet.cell(r, c + 1).text.strip()
    return {k: v for k, v in first.items() if v}


def _numbers(sheet: Sheet) -> dict[int, str]:
    """序号 -> factor id, of the main sheet."""
    heads = {
        fold(sheet.cell(r, c).text): (r, c)
        for r in range(1, min(sheet.height, 20) + 1)
        for c in range(1, sheet.width + 1)
    }
    number = next((heads[fold(w)] for w in ("序号", "No.") if fold(w) in heads), None)
    factor = next((heads[fold(w)] for w in form("checks").column("factor_id").headings if fold(w) in heads), None)
    if number is None or factor is None:
        return {}
    out = {}
    for r in range(factor[0] + 1, sheet.height + 1):
        text = sheet.cell(r, number[1]).text.strip().partition(".")[0]
        if text.isdigit():
            out[int(text)] = sheet.cell(r, factor[1]).text.strip()
    return out


# ---- plausibility ----


def _sound(e: CheckedEntry, row: FactorRow, edition: Edition, problems: Collector) -> bool:
    """Within physical limits and its own bounds, and no known slip against the value in use (a page number vouches for
    an odd print)."""
    declared = edition.declared.parameters.get(row.parameter)
    label = declared.label if declared else {"zh": row.parameter, "en": row.parameter}
    facts = {
        "id": row.id,
        "label": label,
        "value": f"{e.printed:.10g} {row.unit}",
        "before": f"{row.printed or '—'} {row.unit}",
    }
    if (e.lower is not None and e.lower > e.printed) or (e.upper is not None and e.upper < e.printed):
        problems.add(
            "check.outside_bounds",
            e.origin,
            low="—" if e.lower is None else f"{e.lower:g}",
            high="—" if e.upper is None else f"{e.upper:g}",
            **facts,
        )
        return False
    if row.value is None or e.printed == row.value:
        return True
    cause = likely_cause(e.printed, row.value, row.unit, 0.05)
    if cause is not None and not e.evidence:
        problems.add("check.slip", e.origin, cause=cause.text, corrected=f"{cause.corrected:.6g} {row.unit}", **facts)
        return False
    return True


def adopted(entries: Sequence[CheckedEntry], by: str, date: str) -> tuple[CheckedEntry, ...]:
    """Shared entries taken over by somebody here, who answers for it by name."""
    return tuple(
        replace(e, adopted_by=by, adopted_date=date) if e.shared_from and not e.adopted_by else e for e in entries
    )
