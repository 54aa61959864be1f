"""Series of months: one far from the others (a slip of 万 or kg in a single cell), months that are lacking or stand twice."""

from __future__ import annotations

import math
from collections.abc import Iterator
from statistics import median
from typing import Any

from ...core.likely import likely_cause
from ...core.problems import problem
from ...core.rounding import in_digits
from ..industries import Industry
from ..model import Enterprise, place
from ..tables import BY_NAME
from .effects import Effects
from .grading import Finding, graded

FIELDS = {
    "readings": ("purchased", "sold", "metered"),
    "power": ("purchased", "sold"),
    "production": ("output",),
    "process": ("value",),
    "units": ("generated", "supplied", "heat"),
    "heat": ("amount",),
}
MONTHLY = (
    ("power", "purchased"),
    ("production", "output"),
    ("process", "value"),
    ("units", "supplied"),
    ("readings", "metered"),
)
NAMES = {
    "readings": ("fuel", "facility"),
    "power": ("supplier",),
    "production": ("product",),
    "process": ("quantity", "item", "line"),
    "units": ("unit",),
    "heat": ("medium", "supplier"),
}


def monthly(e: Enterprise) -> Iterator[tuple[str, str, str, list[Any]]]:
    """(table, field, name, rows with a month and a figure other than zero) of every series."""
    for table, fields in FIELDS.items():
        for field in fields:
            held: dict[tuple[str, ...], list[Any]] = {}
            for row in getattr(e, table):
                if getattr(row, field) and row.month is not None:
                    key = (*(getattr(row, n) for n in NAMES[table]), row.unit if table != "units" else "")
                    held.setdefault(key, []).append(row)
            for key, rows in held.items():
                yield table, field, " ".join(x for x in key[:-1] if x), rows


def one_month(e: Enterprise, industry: Industry, effects: Effects, total: float) -> list[Finding]:
    """Single months a declared factor above or below the middle of the others."""
    limit = float(industry.edition.quality["series"]["factor"])
    needed = int(industry.edition.quality["series"]["months"])
    findings = []
    for table, field, name, rows in monthly(e):
        if len(rows) < needed:
            continue
        middle = median(abs(getattr(r, field)) for r in rows)
        odd = [r for r in rows if middle and not 1 / limit < abs(getattr(r, field)) / middle < limit]
        if not odd or len(odd) * 3 > len(rows):
            continue
        for r in odd:
            value = getattr(r, field)
            cause = likely_cause(abs(value), middle, getattr(r, "unit", "") if table != "units" else "", spread=0.4)
            size = effects.scaled(table, [r], (field,), cause.ratio if cause else abs(value) / middle)
            label = next(f.labels for f in BY_NAME[table].fields if f.id == field)
            facts = {
                "name": name,
                "label": label,
                "month": r.month,
                "value": in_digits(value, 8),
                "middle": in_digits(middle),
            }
            origin = place(r, field)
            p = (
                problem("check.month_cause", origin, cause=cause.text, **facts)
                if cause
                else problem("check.month", origin, times=_times(abs(value) / middle), **facts)
            )
            findings.append(graded(p, size, total))
    return findings


def missing_months(e: Enterprise, effects: Effects, total: float) -> list[Finding]:
    """Months without a row in a series of most months of the year, with those that stand twice (a month typed wrongly
    leaves both). A fuel without a row in a month has its own question (`fuels.py`), so that of readings only a month that
    stands twice; what is bought in a season (heat) has fewer months."""
    findings = []
    for table, field in MONTHLY:
        held: dict[tuple[str, ...], list[Any]] = {}
        for row in getattr(e, table):
            if row.month is not None and getattr(row, field) is not None:
                held.setdefault(tuple(getattr(row, n) for n in NAMES[table]), []).append(row)
        for key, rows in held.items():
            months = [r.month for r in rows]
            gone = [m for m in range(1, 13) if m not in months]
            twice = sorted({m for m in months if months.count(m) > 1})
            if not gone or len(set(months)) <= len(gone) or (table == "readings" and not twice):
                continue
            typical = median(abs(getattr(r, field)) for r in rows)
            size = effects.scaled(table, rows[:1], (field,), _ratio_with(rows[0], field, len(gone) * typical))
            facts = {
                "table": {"zh": BY_NAME[table].sheet, "en": BY_NAME[table].sheet_en},
                "name": " ".join(x for x in key if x),
                "months": _listed(gone),
            }
            origin = place(rows[0], field)
            p = (
                problem("check.months_twice", origin, twice=_listed(twice), **facts)
                if twice
                else problem("check.months_lacking", origin, **facts)
            )
            findings.append(graded(p, size, total))
    return findings


def _ratio_with(row: Any, field: str, more: float) -> float:
    """How many times too large the figure of a row would be, were it to be `more` larger than it is."""
    value = abs(getattr(row, field))
    return value / (value + more) if value else 1.0


def _listed(months: list[int]) -> dict[str, str]:
    return {lang: mark.join(map(str, months)) for lang, mark in (("zh", "、"), ("en", ", "))}


def _times(ratio: float) -> str:
    return f"{ratio:.3g}" if ratio >= 1 else f"1/{1 / ratio:.3g}"


def spread(values: list[float]) -> float:
    """Relative spread of positive figures: highest over lowest less one."""
    held = [v for v in values if v > 0 and math.isfinite(v)]
    return max(held) / min(held) - 1 if held else 0.0
