"""One list of checks for the firm and for the province: what warns the firm when it compiles is what the office sees,
the same code, graded by effect.

    grading.py    a finding, its size in tonnes, its grade
    effects.py    the total computed again without a slip
    ranges.py     own factors and laboratory results against what is printed · balances.py out ≤ in, signs, counted
    twice
    size.py      the size of the whole, months of the stock ledger
    series.py     one month far from the others · ../screens.py patterns known from fraud cases

`check` takes an enterprise as entered, or as read back from its filed report.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from typing import Any

from ...core import units
from ...core.activity import Project
from ...core.ledger import Ledger
from ...core.likely import likely_cause
from ...core.problems import Problem
from ..fuels import counted_net
from ..identity import identity_problems
from ..industries import Industry
from ..ledger import project_of
from ..model import Enterprise, FuelYear
from ..screens import screen
from ..tables import quantity_of
from . import balances, ranges, series, size
from .effects import Effects
from .grading import GRADES, WEIGHTY, Finding, answered, graded

__all__ = ["GRADES", "WEIGHTY", "Effects", "Finding", "check", "hard_limits", "preliminary"]

ENGINE_CODES = frozenset({"factor.differs", "factor.differs_named"})  # said better here, with the fuel's own range
UNSIZED = frozenset(
    {
        "enterprise.family_unconfirmed",
        "enterprise.conflict",
        "enterprise.printed_differently",
        "enterprise.outside",
        "enterprise.net_sold",
        "enterprise.net_by_judgement",
        "enterprise.meter_first",
        "enterprise.gas_20c",
        "enterprise.flights_rest",
        "enterprise.not_in_force",
    }
)


def hard_limits(e: Enterprise, industry: Industry, project: Project, ledger: Ledger | None) -> list[Problem]:
    """What is impossible and refused: quantities out of balance, and (once computed) source lines with the wrong
    sign."""
    problems = [*balances.quantity_balances(project.data, industry.edition), *ranges.lab_percentages(e.labs)]
    if ledger is not None:
        source = industry.fuel_source
        net = source is not None and bool(industry.edition.attribute("category", source.id, "net"))
        problems += balances.signs(ledger, industry, net)
    return problems


def preliminary(e: Enterprise, industry: Industry) -> list[Problem]:
    """Ranges and single months of data that cannot be computed yet: asked together with the errors, with the likely
    cause."""
    effects = Effects(e, industry)
    return [
        f.problem
        for f in (
            *ranges.parameter_ranges(e, industry, effects, 1.0),
            *ranges.lab_ranges(e, industry, effects, 1.0),
            *series.one_month(e, industry, effects, 1.0),
        )
    ]


def check(e: Enterprise, industry: Industry, ledger: Ledger | None, problems: Iterable[Problem] = ()) -> list[Finding]:
    """All findings about an enterprise's data, the weightiest first.

    Parameters: `ledger` as computed from these data (None: it cannot be); `problems` what reading and the way to the
    engine said.
    """
    effects = Effects(e, industry, ledger)
    total = effects.total
    said = [*(p for p in problems if p.code not in ENGINE_CODES), *identity_problems(e)]
    findings = [
        *ranges.parameter_ranges(e, industry, effects, total),
        *ranges.lab_ranges(e, industry, effects, total),
        *ranges.cross_checks(e, industry, effects, total),
        *ranges.grids(e, industry, effects, total),
        *series.one_month(e, industry, effects, total),
        *series.missing_months(e, effects, total),
        *size.stock_months(e, industry, effects, total),
        *size.whole(e, industry, ledger, total),
    ]
    findings += _counted_twice(e, industry, effects, total)
    findings += [graded(p, size, total) for p, size in _sized(said, e, industry, effects)]
    findings += _screened(e, industry, {f.problem.origin for f in findings})
    findings = answered(findings, {a.place.strip(): a.reason for a in e.answers})
    return sorted(dict.fromkeys(findings), key=lambda f: f.sort_key)


def _counted_twice(e: Enterprise, industry: Industry, effects: Effects, total: float) -> list[Finding]:
    findings = []
    fed = any(r.quantity and balances.is_feedstock(r.quantity, industry.edition) for r in e.process)
    data = project_of(e, industry)[0].data if fed and e.readings else ()
    for p, datum in balances.twice(e, data, industry.edition):
        fuel = datum.keys.get("material", "") if datum else ""
        size = effects.without_slip(
            "readings",
            [r for r in e.readings if r.fuel == fuel],
            lambda r: dataclasses.replace(r, opening=None, purchased=0.0, sold=None, closing=None, metered=None),
        )
        findings.append(graded(p, size, total))
    for p, table, rows in balances.own_plant(e):
        field = "purchased" if table == "power" else "amount"
        size = effects.without_slip(table, rows, lambda r, field=field: dataclasses.replace(r, **{field: 0.0}))  # type: ignore[misc]
        findings.append(graded(p, size, total))
    return findings


def _screened(e: Enterprise, industry: Industry, taken: set[Any]) -> list[Finding]:
    """The screens: patterns have no size; carbon that does not go with the calorific value has been sized with the
    ranges."""
    return [
        Finding(p, "提示" if p.severity == "hint" else "一般")
        for p in screen(e, industry.edition)
        if p.origin not in taken
    ]


# ---- sizes of what reading and the engine say ----


def _sized(
    problems: Iterable[Problem], e: Enterprise, industry: Industry, effects: Effects
) -> list[tuple[Problem, float | None]]:
    return [(p, _size(p, e, industry, effects)) for p in problems]


def _size(p: Problem, e: Enterprise, industry: Industry, effects: Effects) -> float | None:
    if p.code in UNSIZED or p.severity == "error":
        return None
    facts = dict(p.facts)
    fuel = facts.get("fuel", "")
    year = effects.fuel_years.get(fuel) if fuel else None
    if p.code == "enterprise.closure" and year is not None and year.metered is not None and year.value:
        return effects.fuel_co2(fuel) * (1 - year.metered / year.value)
    if p.code == "enterprise.stock_gap" and year is not None and year.value:
        return effects.fuel_co2(fuel) * _gap(p, e) / year.value
    if p.code == "enterprise.months_missing" and year is not None:
        return _missing_months(facts["months"], year, fuel, industry, effects)
    if p.code == "enterprise.lab_months" and year is not None:
        return _months_without_results(facts["months"], year, fuel, e, effects)
    if p.code in ("enterprise.lab_evidence", "enterprise.measured_evidence"):
        return 0.0 if not fuel else None
    if p.code in ("form.data_unusual", "slip.magnitude", "slip.share"):
        return _unusual(p, e, industry, effects)
    if p.code == "enterprise.big_gas":
        return effects.fuel_co2(fuel) * (1 - 1e-4)
    return None


def _gap(p: Problem, e: Enterprise) -> float:
    row = next((r for r in e.readings if p.origin in (r.origin, r.at.get("opening"))), None)
    before = next(
        (r for r in e.readings if row is not None and r.fuel == row.fuel and r.month == row.month - 1 and r.is_balance),
        None,
    )
    return (row.opening or 0.0) - (before.closing or 0.0) if row is not None and before is not None else 0.0


def _missing_months(months: str, year: FuelYear, fuel: str, industry: Industry, effects: Effects) -> float | None:
    """What the missing months would add if they were like the others."""
    have = [v for _, v in year.monthly if v]
    missing = len(months.split("、"))
    if not have or (counted_net(fuel, industry) and year.value < 0):
        return None
    return -effects.fuel_co2(fuel) / len(have) * missing


def _months_without_results(months: str, year: FuelYear, fuel: str, e: Enterprise, effects: Effects) -> float | None:
    """What the months without results could move the total if their fuel were like the best or the worst month
    measured."""
    gone = {int(m) for m in months.split("、")}
    share = math.fsum(v for m, v in year.monthly if m in gone) / year.value if year.value else 0.0
    wide = max(
        (
            series.spread([float(getattr(r, name)) for r in e.labs if r.fuel == fuel and getattr(r, name)])
            for name in ("ncv", "carbon")
        ),
        default=0.0,
    )
    return effects.fuel_co2(fuel) * share * wide / 2


def _unusual(p: Problem, e: Enterprise, industry: Industry, effects: Effects) -> float | None:
    """Process data outside the usual range: the effect of the slip that brings them in, or of the nearest limit."""
    facts = dict(p.facts)
    row = next(
        (
            r
            for r in e.process
            if p.origin in (r.origin, r.at.get("value"))
            or (f"{r.value:.10g}" == facts.get("value") and r.unit == facts.get("unit"))
        ),
        None,
    )
    if row is None:
        return None

    quantity = quantity_of(row.quantity, row.source, industry)
    if quantity is None or not row.value:
        return None
    try:
        value = units.scaled(row.value, units.ratio(row.unit, quantity.unit[0]))
    except (units.UnitError, units.DimensionError):
        return None
    low, high = quantity.warn_min, quantity.warn_max
    target = math.sqrt(low * high) if low and high else low if low and value < low else high
    if not target:
        return None
    cause = likely_cause(value, target, quantity.unit[0], spread=0.3)
    return effects.scaled("process", [row], ("value",), cause.ratio if cause else value / target)
