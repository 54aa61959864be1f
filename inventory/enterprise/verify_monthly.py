"""Annual figures of a filed report against those that follow from the monthly sheets of the same file."""

from __future__ import annotations

import math

from ..core import units
from ..core.problems import problem
from ..core.rounding import in_digits
from .causes import cause_of
from .checks import Finding
from .filed_model import Filed
from .fuel_data import FuelParts
from .tables import item_texts, word_texts
from .verify_lines import differs

FUEL_QUANTITIES = (
    "fuel_consumption",
    "fuel_measured",
    "coal_with_ash",
    "gas_with_composition",
    "fuel_part_fossil",
    "aviation_fuel",
)


def monthly_findings(filed: Filed, fuels: FuelParts) -> list[Finding]:
    """Annual figures of the tables against those that follow from the monthly sheets of the same file (`fuels`)."""
    edition = filed.industry.edition
    findings: list[Finding] = []
    parts = {(y.fuel, y.line): y for y in fuels.parts} | {(y.fuel, flight): y for flight, y in fuels.flying}
    for d in filed.data:
        keys = dict(d.keys)
        year = parts.get((keys.get("fuel", ""), keys.get("flight", keys.get("line", ""))))
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
