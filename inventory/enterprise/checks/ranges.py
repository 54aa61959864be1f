"""Own factors and laboratory results against what is printed for the fuel, two-sided, with the likely cause of the
ratio; grid against province."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Sequence
from typing import Any

from ...core import units
from ...core.edition import Edition
from ...core.likely import COARSE, LikelyCause, likely_cause
from ...core.problems import Problem, problem
from ..industries import Industry
from ..laboratory import LabResult, as_received, estimated_ncv
from ..ledger import own_parameters
from ..model import Enterprise, Lab, place
from ..tables import item_text
from .effects import Effects
from .grading import Finding, graded

Sized = tuple[Problem, float | None]
UNITS = {"fuel_ncv": ("GJ/t", "GJ/万Nm3"), "fuel_cc": ("tC/GJ",), "fuel_of": ("%",)}


def printed(parameter: str, fuel: str, edition: Edition) -> tuple[float, float, str] | None:
    """Lowest and highest figure that any guideline prints for a fuel's parameter, and their unit; None when there is
    none. Looked for once: every laboratory row asks."""
    known = edition.derived(_spans)
    if (parameter, fuel) not in known:
        known[parameter, fuel] = _printed(parameter, fuel, edition)
    return known[parameter, fuel]


def _spans(edition: Edition) -> dict[tuple[str, str], tuple[float, float, str] | None]:
    """Parameter and fuel -> what was looked up for them."""
    return {}


def _printed(parameter: str, fuel: str, edition: Edition) -> tuple[float, float, str] | None:
    alike = edition.quality.get("alike", {})
    fuels = alike.get(fuel, [fuel])
    rows = [r for r in edition.factors.get(parameter, ()) if dict(r.keys).get("fuel") in fuels and r.value]
    if not rows:
        return None
    unit = rows[0].unit
    values = [
        units.scaled(float(r.value or 0), units.ratio(r.unit, unit)) for r in rows if units.same_dimension(r.unit, unit)
    ]
    return min(values), max(values), unit


def limits(parameter: str, low: float, high: float, edition: Edition) -> tuple[float, float]:
    body = edition.quality["range"].get(parameter) or edition.quality["range"]["other"]
    return low * float(body["low"]), high * float(body["high"])


def cause_of(value: float, low: float, high: float, unit: str) -> LikelyCause | None:
    """The slip that brings a value outside the printed range back to it."""
    middle = math.sqrt(low * high)
    return likely_cause(value, middle, unit, spread=min(0.1 + (high / low - 1) / 2, COARSE))


def parameter_ranges(e: Enterprise, industry: Industry, effects: Effects, total: float) -> list[Finding]:
    """Every own parameter against what it replaces: the printed figures of the fuel, or the default for its keys."""
    edition = industry.edition
    findings = []
    for row, factor in own_parameters(e, industry):
        label = edition.declared.parameters[factor.parameter].label
        keys = dict(factor.keys)
        span = (
            printed(factor.parameter, keys["fuel"], edition)
            if "fuel" in keys
            else _default_span(factor.parameter, factor.keys, factor.unit, edition)
        )
        if span is None or not units.is_known(factor.unit) or not units.same_dimension(span[2], factor.unit):
            continue
        value = units.scaled(factor.value, units.ratio(factor.unit, span[2]))
        low, high = limits(factor.parameter, span[0], span[1], edition)
        if low <= value <= high or not value:
            continue
        cause = cause_of(value, span[0], span[1], span[2])
        size = effects.scaled(
            "parameters", [row], ("value",), cause.ratio if cause else value / math.sqrt(span[0] * span[1])
        )
        findings.append(
            _finding(
                place(row, "value"),
                (label, item_text(factor.keys, edition) or "—"),
                (value, low, high, span[2]),
                cause,
                size,
                total,
            )
        )
    return findings


def _default_span(
    parameter: str, keys: Sequence[tuple[str, str]], unit: str, edition: Edition
) -> tuple[float, float, str] | None:
    """The printed figures of a parameter for the same keys (families apart)."""
    if not units.is_known(unit):
        return None  # a filed report may hold any text; the reader says that this is no unit
    wanted = dict(keys)
    rows = [
        r
        for r in edition.factors.get(parameter, ())
        if r.value
        and units.same_dimension(r.unit, unit)
        and all(wanted.get(k, v) == v for k, v in r.keys if k not in ("family", "grid_year", "grid"))
    ]
    if not rows or (not wanted and len({r.keys for r in rows}) > 4):
        return None
    values = [units.scaled(float(r.value or 0), units.ratio(r.unit, unit)) for r in rows]
    return (min(values), max(values), unit) if min(values) > 0 else None


def _finding(
    origin: Any,
    what: tuple[Any, Any],
    figures: tuple[float, float, float, str],
    cause: LikelyCause | None,
    size: float | None,
    total: float,
) -> Finding:
    """`what` is the parameter's label and its item; `figures` value, lowest, highest and unit."""
    (label, item), (value, low, high, unit) = what, figures
    facts = {
        "label": label,
        "item": item,
        "value": f"{value:.6g} {unit}",
        "low": f"{low:.4g}",
        "high": f"{high:.4g} {unit}",
    }
    if cause is not None:
        p = problem("check.range_cause", origin, cause=cause.text, corrected=f"{cause.corrected:.6g} {unit}", **facts)
    else:
        p = problem("check.range", origin, **facts)
    return graded(p, size, total)


# ---- laboratory ----


def lab_ranges(e: Enterprise, industry: Industry, effects: Effects, total: float) -> list[Finding]:
    """Laboratory rows against the printed figures: one finding a fuel, figure and cause, with the months it holds
    for."""
    edition = industry.edition
    findings: list[Finding] = []
    groups: dict[tuple[str, str, str], list[tuple[LabResult, float, LikelyCause | None]]] = {}
    spans: dict[tuple[str, str], tuple[float, float, str]] = {}
    for x in received(e, edition):
        fuel = x.row.fuel
        for parameter, value in (
            ("fuel_ncv", x.ncv),
            ("fuel_cc", x.per_heat if x.per_heat is not None else _per_heat(x)),
        ):
            span = printed(parameter, fuel, edition)
            if value is None or not value or span is None:
                continue
            low, high = limits(parameter, span[0], span[1], edition)
            if not low <= value <= high:
                cause = cause_of(value, span[0], span[1], span[2])
                spans[parameter, fuel] = span
                groups.setdefault((fuel, parameter, cause.code if cause else ""), []).append((x, value, cause))
    flagged_ncv = {
        id(x.row) for (_, parameter, _), rows in groups.items() if parameter == "fuel_ncv" for x, _, _ in rows
    }
    for (fuel, parameter, _), rows in groups.items():
        rows = [r for r in rows if parameter == "fuel_ncv" or id(r[0].row) not in flagged_ncv]
        if rows:
            findings.append(_lab_finding(fuel, parameter, rows, spans[parameter, fuel], (industry, effects, total)))
    return findings


def _lab_finding(
    fuel: str,
    parameter: str,
    rows: list[tuple[LabResult, float, LikelyCause | None]],
    span: tuple[float, float, str],
    context: tuple[Industry, Effects, float],
) -> Finding:
    industry, effects, total = context
    cause, value = rows[0][2], rows[0][1]
    field = "ncv" if parameter == "fuel_ncv" else "carbon"
    low, high = limits(parameter, span[0], span[1], industry.edition)
    ratio = cause.ratio if cause else value / math.sqrt(span[0] * span[1])
    labs = [x.row for x, _, _ in rows]
    size = effects.scaled("labs", labs, (field,), ratio)
    months = "、".join(map(str, dict.fromkeys(r.month for r in labs)))
    label = industry.edition.declared.parameters[parameter].label
    item = {"zh": f"{fuel}，化验 {months} 月", "en": f"{fuel}, results of months {months}"}
    return _finding(place(labs[0], field), (label, item), (value, low, high, span[2]), cause, size, total)  # type: ignore[arg-type]


def received(e: Enterprise, edition: Edition) -> list[LabResult]:
    """All laboratory rows as received, those with faults left out (told elsewhere)."""
    from ...core.problems import Collector

    units_of = {r.fuel: not units.same_dimension(r.unit, "t") for r in e.readings if _parses(r.unit)}
    results = (
        as_received(r, units_of.get(r.fuel, edition.attribute("fuel", r.fuel, "unit") == "万Nm3"), edition, Collector())
        for r in e.labs
    )
    return [x for x in results if x is not None]


def _parses(unit: str) -> bool:
    try:
        units.parse(unit)
    except units.UnitError:
        return False
    return True


def _per_heat(x: LabResult) -> float | None:
    return x.per_mass / x.ncv if x.per_mass is not None and x.ncv else None


def cross_checks(e: Enterprise, industry: Industry, effects: Effects, total: float) -> list[Finding]:
    """NCV against the estimate from C, H, S, ash and moisture of the same sample."""
    findings = []
    for x in received(e, industry.edition):
        estimate = estimated_ncv(x.row, industry.edition)
        if estimate is None or x.ncv is None or units.same_dimension(x.row.ncv_unit or "GJ/t", "GJ/万Nm3"):
            continue
        expected, tolerance = estimate
        if abs(x.ncv - expected) > tolerance * expected:
            size = effects.scaled("labs", [x.row], ("ncv",), x.ncv / expected)
            p = problem(
                "check.ncv_elements",
                place(x.row, "ncv"),
                fuel=x.row.fuel,
                month=x.row.month,
                value=f"{x.ncv:.4g}",
                expected=f"{expected:.4g}",
                percent=f"{(x.ncv / expected - 1) * 100:+.0f}",
            )
            findings.append(graded(p, size, total))
    return findings


def lab_percentages(labs: Iterable[Lab]) -> list[Problem]:
    """Moisture, ash, hydrogen and sulphur outside what a percentage can be."""
    problems = []
    names = {"mt": (0, 70), "mad": (0, 50), "hydrogen": (0, 15), "sulphur": (0, 12), "ash": (0, 80)}
    for r in labs:
        for name, (low, high) in names.items():
            value = getattr(r, name)
            if value is not None and not low <= value <= high:
                problems.append(
                    problem(
                        "check.lab_percent",
                        place(r, name),
                        fuel=r.fuel,
                        month=r.month,
                        name=name,
                        value=f"{value:g}",
                        low=low,
                        high=high,
                    )
                )
    return problems


# ---- grid ----


def grids(e: Enterprise, industry: Industry, effects: Effects, total: float) -> list[Finding]:
    """Electricity from a grid that does not supply the firm's province."""
    known = industry.edition.quality.get("province_grid", {})
    province = next((p for p in known if e.profile.province.startswith(p)), "")
    if not province:
        return []
    allowed = (*known[province], "全国")
    odd = [r for r in e.power if r.grid in industry.edition.vocabulary["grid"] and r.grid not in allowed]
    if not odd:
        return []
    right = allowed[0]
    size = effects.without_slip("power", odd, lambda r: dataclasses.replace(r, grid=right))
    p = problem(
        "check.grid",
        place(odd[0], "grid"),
        grid=odd[0].grid,
        province=province,
        right="、".join(known[province]),
        n=len(odd),
    )
    return [graded(p, size, total)]
