"""Laboratory results made into the year's parameters: samples of a month averaged, months weighted by the fuel used.

    NCV = sum(FC·NCV) / sum(FC)        carbon per heat = sum(FC·C) / sum(FC·NCV)
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from ..core import units
from ..core.activity import UserFactor
from ..core.problems import Collector
from .model import FuelYear, Lab


def lab_means(labs: Iterable[Lab], years: list[FuelYear], problems: Collector) -> tuple[list[UserFactor], dict[str, tuple[float, str, Lab]]]:
    """Weighted means as own factors (NCV, carbon per heat), and measured carbon per mass for fuels without a calorific value."""
    factors: list[UserFactor] = []
    carbon: dict[str, tuple[float, str, Lab]] = {}
    by_fuel: dict[str, list[Lab]] = {}
    for lab in labs:
        by_fuel.setdefault(lab.fuel, []).append(lab)
    known = {y.fuel: y for y in years}
    for fuel, rows in by_fuel.items():
        year = known.get(fuel)
        if year is None:
            problems.add("enterprise.lab_without_fuel", rows[0].origin, fuel=fuel)
            continue
        for r in rows:
            if not r.lab or not r.reported:
                problems.add("enterprise.lab_evidence", r.origin, fuel=fuel, month=r.month)
        _weigh(fuel, rows, year, factors, carbon, problems)
    return factors, carbon


def _weigh(fuel: str, rows: list[Lab], year: FuelYear, factors: list[UserFactor], carbon: dict[str, tuple[float, str, Lab]], problems: Collector) -> None:
    weight = dict(year.monthly)
    gone = [m for m, v in year.monthly if v > 0 and m not in {r.month for r in rows}]
    if gone:
        problems.add("enterprise.lab_months", rows[0].origin, fuel=fuel, months="、".join(map(str, gone)))
    volume = not units.same_dimension(year.unit, "t")
    ncv_unit, mass_unit = ("GJ/万Nm3", "tC/万Nm3") if volume else ("GJ/t", "tC/t")
    try:
        ncv = monthly_means([(r.month, units.scaled(r.ncv, units.ratio(r.ncv_unit or ncv_unit, ncv_unit))) for r in rows if r.ncv is not None])
        per_heat = monthly_means([(r.month, units.scaled(r.carbon, units.ratio(r.carbon_unit, "tC/GJ"))) for r in rows
                             if r.carbon is not None and units.same_dimension(r.carbon_unit, "tC/GJ")])
        per_mass = monthly_means([(r.month, units.scaled(r.carbon, units.ratio(r.carbon_unit, mass_unit))) for r in rows
                             if r.carbon is not None and not units.same_dimension(r.carbon_unit, "tC/GJ")])
    except (units.UnitError, units.DimensionError) as error:
        problems.add("enterprise.lab_unit", rows[0].origin, fuel=fuel, reason=str(error))
        return
    source = f"化验报告{len(rows)}份，{'、'.join(dict.fromkeys(r.lab for r in rows if r.lab)) or '检测机构未填'}；按月消耗量加权"
    keys = (("fuel", fuel),)

    def own(parameter: str, value: float, unit: str) -> None:
        factors.append(UserFactor(parameter, keys, value, unit, source, "实测", origin=rows[0].origin))

    both = [m for m in ncv if weight.get(m, 0) > 0]
    mean_ncv = weighted_mean([(weight[m], ncv[m]) for m in both])
    if ncv and mean_ncv is not None:
        own("fuel_ncv", mean_ncv, ncv_unit)
    if per_heat:
        mean = weighted_mean([(weight.get(m, 0) * ncv.get(m, mean_ncv or 1.0), v) for m, v in per_heat.items()])
        if mean is not None:
            own("fuel_cc", mean, "tC/GJ")
    if per_mass and ncv:
        months = [m for m in per_mass if m in ncv and weight.get(m, 0) > 0]
        heat = math.fsum(weight[m] * ncv[m] for m in months)
        if heat:
            own("fuel_cc", math.fsum(weight[m] * per_mass[m] for m in months) / heat, "tC/GJ")
    elif per_mass:
        mean = weighted_mean([(weight.get(m, 0), v) for m, v in per_mass.items()])
        if mean is not None:
            carbon[fuel] = (mean, mass_unit, rows[0])


def monthly_means(pairs: list[tuple[int, float]]) -> dict[int, float]:
    """Mean of the samples of each month."""
    found: dict[int, list[float]] = {}
    for month, value in pairs:
        found.setdefault(month, []).append(value)
    return {m: math.fsum(v) / len(v) for m, v in sorted(found.items())}


def weighted_mean(pairs: list[tuple[float, float]]) -> float | None:
    total = math.fsum(w for w, _ in pairs)
    return math.fsum(w * v for w, v in pairs) / total if total > 0 else None
