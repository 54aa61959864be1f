"""Annual figures of a filed report against those that follow from the monthly sheets of the same file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from ..core import units
from ..core.activity import Datum
from ..core.problems import problem
from ..core.rounding import in_digits
from .causes import cause_of
from .checks import Finding
from .filed_model import Filed, FiledFactor, Keys
from .fuel_amounts import FUEL_QUANTITIES
from .fuel_data import FuelParts
from .ledger import Entered
from .tables import item_texts, word_texts
from .verify_lines import differs


def monthly_findings(filed: Filed, entered: Entered) -> list[Finding]:
    """Annual figures of the tables against those that follow from the sheets that the firm filled in, of the same file
    (`entered`)."""
    return [*_fuel_findings(filed, entered.fuels), *_entered_findings(filed, entered), *_own_findings(filed, entered)]


def _own_findings(filed: Filed, entered: Entered) -> list[Finding]:
    """Measured and calculated parameters of their sheet: another figure in the table, or none. Laboratory means of fuels
    are compared with the fuels."""
    edition = filed.industry.edition
    means = {(m.parameter, m.keys) for m in entered.fuels.factors}
    owned = [f for f in entered.project.factors if (f.parameter, f.keys) not in means]
    # a parameter without an item holds for every row that has none of its own, as the engine takes it
    taken: dict[int, list[FiledFactor]] = {id(own): [] for own in owned}
    for f in filed.factors:
        fitting = [x for x in owned if x.parameter == f.parameter and set(x.keys) <= set(f.keys)]
        if fitting:
            taken[id(max(fitting, key=lambda x: len(x.keys)))].append(f)
    findings: list[Finding] = []
    for own in owned:
        facts: dict[str, Any] = {
            "label": edition.declared.parameters[own.parameter].label,
            "item": item_texts(own.keys, edition),
        }
        if not taken[id(own)]:
            value = f"{in_digits(own.value, 8)} {own.unit}"
            findings.append(Finding(problem("verify.sheet_only", own.origin, value=value, **facts), "一般"))
        for f in taken[id(own)]:
            if not units.is_known(f.unit) or not units.same_dimension(own.unit, f.unit):
                continue
            expected = units.scaled(own.value, units.ratio(own.unit, f.unit))
            if not math.isclose(f.value, expected, rel_tol=1e-4):
                facts |= {"filed": in_digits(f.value, 8), "expected": in_digits(expected, 8), "unit": f.unit}
                cause = cause_of(f.value, expected, ())
                p = problem("verify.sheet", f.origin, cause=cause, **facts)
                findings.append(Finding(p, "较大", 0.0, f.value, expected))
    return findings


def _entered_findings(filed: Filed, entered: Entered) -> list[Finding]:
    """Electricity, heat and process data: another figure in the table than on the sheet, in the table alone, or on the
    sheet alone. Fuels that a sheet has are compared above."""
    edition = filed.industry.edition
    on_sheets: dict[tuple[str, Keys], list[Datum]] = {}
    for own in entered.project.data:
        on_sheets.setdefault((own.quantity, own.item), []).append(own)
    in_tables = {(d.quantity, d.keys) for d in filed.data}
    fuels = {(y.fuel, y.line) for y in entered.fuels.parts} | {(y.fuel, flight) for flight, y in entered.fuels.flying}
    findings: list[Finding] = []
    for d in filed.data:
        keys = dict(d.keys)
        facts: dict[str, Any] = {"label": edition.declared.quantities[d.quantity].label, "unit": d.unit}
        facts |= {"item": item_texts(d.keys, edition), "filed": in_digits(d.value, 8)}
        held = on_sheets.get((d.quantity, d.keys), [])
        if d.quantity in FUEL_QUANTITIES and _fuel_part(keys) in fuels:
            continue
        if not held:
            if d.value:
                findings.append(Finding(problem("verify.table_only", d.origin, **facts), "较大", 0.0, d.value))
        elif units.is_known(d.unit) and all(units.same_dimension(x.unit, d.unit) for x in held):
            parts = [units.scaled(x.value, units.ratio(x.unit, d.unit)) for x in held]
            expected = math.fsum(parts)  # one, unless it was entered twice
            if differs(d.value, expected):
                cause = cause_of(d.value, expected, parts[1:] or [t.amount for t in held[0].terms])
                differs_from = problem("verify.sheet", d.origin, expected=in_digits(expected, 8), cause=cause, **facts)
                findings.append(Finding(differs_from, "较大", 0.0, d.value, expected))
    burnt = {_fuel_part(dict(keys)) for quantity, keys in in_tables if quantity in FUEL_QUANTITIES}
    for own in entered.project.data:
        fuel = own.quantity in FUEL_QUANTITIES and _fuel_part(own.keys) in burnt
        if own.value and not fuel and (own.quantity, own.item) not in in_tables:
            label, item = edition.declared.quantities[own.quantity].label, item_texts(own.item, edition)
            value = f"{in_digits(own.value, 8)} {own.unit}"
            left_out = problem("verify.sheet_only", own.origin, label=label, item=item, value=value)
            findings.append(Finding(left_out, "较大", 0.0))
    return findings


def _fuel_part(keys: Mapping[str, str]) -> tuple[str, str]:
    """The fuel, and its flight or line."""
    return keys.get("fuel", ""), keys.get("flight", keys.get("line", ""))


def _fuel_findings(filed: Filed, fuels: FuelParts) -> list[Finding]:
    """Fuels and laboratory means."""
    edition = filed.industry.edition
    findings: list[Finding] = []
    parts = {(y.fuel, y.line): y for y in fuels.parts} | {(y.fuel, flight): y for flight, y in fuels.flying}
    for d in filed.data:
        keys = dict(d.keys)
        year = parts.get(_fuel_part(keys))
        if d.quantity not in FUEL_QUANTITIES or year is None or not units.same_dimension(year.unit, d.unit):
            continue
        expected = units.scaled(year.value, units.ratio(year.unit, d.unit))
        if differs(d.value, expected):
            findings.append(
                Finding(
                    problem(
                        "verify.ledger",
                        d.origin,
                        fuel=word_texts("fuel", year.fuel, edition),
                        filed=in_digits(d.value, 8),
                        expected=in_digits(expected, 8),
                        unit=d.unit,
                        cause=cause_of(d.value, expected, [v for _, v in year.monthly]),
                    ),
                    "较大",
                    0.0,
                    d.value,
                    expected,
                )
            )
    filed_factors = {(f.parameter, f.keys): f for f in filed.factors}
    for mean in fuels.factors:
        own = filed_factors.get((mean.parameter, mean.keys))
        if own is not None and units.same_dimension(own.unit, mean.unit):
            expected = units.scaled(mean.value, units.ratio(mean.unit, own.unit))
            if not math.isclose(own.value, expected, rel_tol=1e-4):
                findings.append(
                    Finding(
                        problem(
                            "verify.lab",
                            own.origin,
                            label=edition.declared.parameters[own.parameter].label,
                            item=item_texts(own.keys, edition),
                            filed=f"{own.value:.6g}",
                            expected=f"{expected:.6g}",
                            unit=own.unit,
                        ),
                        "一般",
                        0.0,
                        own.value,
                        expected,
                    )
                )
    return findings
