"""Laboratory results made into the year's parameters: batches of a month weighted by what they stand for, months by the
fuel used.

    NCV = sum(FC·NCV) / sum(FC)        carbon per heat = sum(FC·C) / sum(FC·NCV)

Where results name a facility and its consumption is metered, each facility weighs with its own consumption.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Sequence

from ..core import units
from ..core.activity import UserFactor
from ..core.problems import Collector
from .fuels import by_month
from .industries import Industry
from .laboratory import RECEIVED, LabResult, as_received, relations_doubt
from .model import Enterprise, FuelYear, Lab

Group = tuple[int, str]  # month, facility


def lab_means(
    e: Enterprise, years: Sequence[FuelYear], boilers: Sequence[FuelYear], industry: Industry, problems: Collector
) -> tuple[list[UserFactor], dict[tuple[str, str], tuple[float, str, Lab]]]:
    """Weighted means as own factors (NCV, carbon per heat), and measured carbon per mass for fuels without a calorific
    value, by fuel and line. `boilers` are the parts of fuels by line: results of such a facility hold for it alone."""
    edition, when = industry.edition, e.profile.year
    factors: list[UserFactor] = []
    carbon: dict[tuple[str, str], tuple[float, str, Lab]] = {}
    by_fuel: dict[str, list[Lab]] = {}
    for lab in e.labs:
        by_fuel.setdefault(lab.fuel, []).append(lab)
    known = {y.fuel: y for y in years}
    for fuel, rows in by_fuel.items():
        year = known.get(fuel)
        if year is None:
            problems.add("enterprise.lab_without_fuel", rows[0].origin, fuel=fuel)
            continue
        _evidence(fuel, rows, problems)
        gone = [m for m, v in year.monthly if v > 0 and m not in {r.month for r in rows}]
        if gone:
            problems.add("enterprise.lab_months", rows[0].origin, fuel=fuel, months="、".join(map(str, gone)))
        volume = not units.same_dimension(year.unit, "t")
        results = [x for r in rows if (x := as_received(r, volume, edition, problems)) is not None]
        limit = _limit_values(fuel, industry, when) if gone else None
        if limit is not None:
            problems.add(
                "enterprise.limit_value",
                rows[0].origin,
                fuel=fuel,
                months="、".join(map(str, gone)),
                ncv=f"{limit[0]:g}",
                cc=f"{limit[1]:g}",
            )
        for part, mine in _by_line(results, year, [b for b in boilers if b.fuel == fuel]):
            wanting = [m for m, v in part.monthly if v > 0 and m not in {x.row.month for x in mine}]
            _Means(fuel, mine, part, volume, relations_doubt(edition)).into(
                factors, carbon, wanting if limit is not None else (), limit or (0.0, 0.0)
            )
    return factors, carbon


def _by_line(
    results: Sequence[LabResult], year: FuelYear, parts: Sequence[FuelYear]
) -> list[tuple[FuelYear, Sequence[LabResult]]]:
    """What each set of results holds for: the whole fuel; where it is parted, the line that they name, and the other
    results for the lines without results of their own."""
    if not parts:
        return [(year, results)]
    held: list[tuple[FuelYear, Sequence[LabResult]]] = []
    bare = []
    for part in parts:
        mine = [x for x in results if x.row.facility == part.line]
        if mine:
            held.append((part, mine))
        else:
            bare.append(part)
    named = {part.line for part, _ in held}
    rest = [x for x in results if x.row.facility not in named]
    if bare and rest:
        monthly = by_month(m for part in bare for m in part.monthly)
        held.append((dataclasses.replace(year, monthly=monthly, by_facility=()), rest))
    return held


def _limit_values(fuel: str, industry: Industry, when: int) -> tuple[float, float] | None:
    """NCV and carbon per heat that a month without results takes, where the regime says so: the family's own figures of
    the year."""
    edition = industry.edition
    if edition.quality.get("missing_months", {}).get("rule") != "limit" or industry.fuel_source is None:
        return None
    family = edition.attribute("category", industry.fuel_source.id, "family", when)
    word = edition.word("family", family)
    printed = []
    for parameter in ("fuel_ncv", "fuel_cc"):
        rows = {
            dict(r.keys).get("family"): r.value
            for r in edition.factors[parameter]
            if dict(r.keys).get("fuel") == fuel and r.value is not None
        }
        printed.append(next((rows[f] for f in (family, *(word.classes if word else ())) if f in rows), None))
    ncv, cc = printed
    return None if cc is None else (ncv or 0.0, cc)


def _evidence(fuel: str, rows: Sequence[Lab], problems: Collector) -> None:
    """One message for all results of a fuel without laboratory or date, at the first of them."""
    bare = [r for r in rows if not r.lab or not r.reported]
    if bare:
        problems.add(
            "enterprise.lab_evidence",
            bare[0].origin,
            fuel=fuel,
            n=len(bare),
            months="、".join(map(str, dict.fromkeys(r.month for r in bare))),
        )


class _Means:
    """The means of one fuel."""

    def __init__(self, fuel: str, results: Sequence[LabResult], year: FuelYear, volume: bool, doubt: str) -> None:
        self.fuel, self.results, self.year, self.doubt = fuel, results, year, doubt
        self.ncv_unit, self.mass_unit = ("GJ/万Nm3", "tC/万Nm3") if volume else ("GJ/t", "tC/t")
        self.metered = dict(year.by_facility)

    def into(
        self,
        factors: list[UserFactor],
        carbon: dict[tuple[str, str], tuple[float, str, Lab]],
        gone: Sequence[int],
        limit: tuple[float, float],
    ) -> None:
        """Add the means; the months `gone` take the limit values (NCV, carbon per heat) of the regime."""
        if not self.results:
            return
        ncv, per_heat, per_mass = (
            self.groups(get) for get in (lambda x: x.ncv, lambda x: x.per_heat, lambda x: x.per_mass)
        )
        if gone and per_mass and ncv:  # carbon per heat month by month, so that the limit value can stand beside it
            per_heat, per_mass = {**{g: per_mass[g] / ncv[g] for g in per_mass if ncv.get(g)}, **per_heat}, {}
        mean = math.fsum(ncv.values()) / len(ncv) if ncv else 0.0
        for month in gone:
            ncv[month, ""], per_heat[month, ""] = limit[0] or mean, limit[1]
        weight = self.weights({*ncv, *per_heat, *per_mass})
        line = (("line", self.year.line),) if self.year.line else ()
        keys, source = (("fuel", self.fuel), *line), self.source()
        origin = self.results[0].row.origin

        def own(parameter: str, value: float, unit: str) -> None:
            factors.append(UserFactor(parameter, keys, value, unit, source, "实测", origin=origin))

        mean_ncv = weighted_mean([(weight[g], v) for g, v in ncv.items()])
        if mean_ncv is not None:
            own("fuel_ncv", mean_ncv, self.ncv_unit)
        if per_heat:
            by_heat = weighted_mean([(weight[g] * ncv.get(g, mean_ncv or 1.0), v) for g, v in per_heat.items()])
            if by_heat is not None:
                own("fuel_cc", by_heat, "tC/GJ")
        if per_mass and ncv:
            both = [g for g in per_mass if g in ncv and weight[g] > 0]
            heat = math.fsum(weight[g] * ncv[g] for g in both)
            if heat:
                own("fuel_cc", math.fsum(weight[g] * per_mass[g] for g in both) / heat, "tC/GJ")
        elif per_mass:
            by_mass = weighted_mean([(weight[g], v) for g, v in per_mass.items()])
            if by_mass is not None:
                carbon[self.fuel, self.year.line] = (by_mass, self.mass_unit, self.results[0].row)

    def group(self, x: LabResult) -> Group:
        """A result's month, with its facility where that facility's consumption is metered."""
        return (x.row.month, x.row.facility) if (x.row.month, x.row.facility) in self.metered else (x.row.month, "")

    def groups(self, get: Callable[[LabResult], float | None]) -> dict[Group, float]:
        """Mean of the batches of each month and facility: by the quantity they stand for where every one has it, else
        evenly."""
        held: dict[Group, list[tuple[float | None, float]]] = {}
        for x in self.results:
            value = get(x)
            if value is not None:
                held.setdefault(self.group(x), []).append((x.row.quantity, value))
        return {g: batch_mean(held[g]) for g in sorted(held)}

    def weights(self, groups: set[Group]) -> dict[Group, float]:
        """What each group weighs: the month's consumption, shared by the metered consumption of the facilities that
        have results of their own."""
        monthly = {m: abs(v) for m, v in self.year.monthly}
        weight_of: dict[Group, float] = {}
        for month in sorted({m for m, _ in groups}):
            total = monthly.get(month, 0.0)
            facilities = sorted(f for m, f in groups if m == month and f)
            metered = {f: self.metered[month, f] for f in facilities}
            covered = math.fsum(metered.values())
            if (month, "") in groups:
                weight_of[month, ""] = max(total - covered, 0.0)
                weight_of.update({(month, f): v for f, v in metered.items()})
            else:
                weight_of.update({(month, f): total * v / covered if covered else 0.0 for f, v in metered.items()})
        return weight_of

    def source(self) -> str:
        rows = [x.row for x in self.results]
        names = "、".join(dict.fromkeys(r.lab for r in rows if r.lab)) or "检测机构未填"
        how = "按代表量和月消耗量加权" if any(r.quantity for r in rows) else "按月消耗量加权"
        basis = f"，已换算为收到基{self.doubt}" if any(x.converted for x in self.results) else ""
        return f"化验报告{len(rows)}份，{names}；{how}{basis}"


def batch_mean(rows: Sequence[tuple[float | None, float]]) -> float:
    """Mean of (quantity, value): weighted where every batch has a quantity, else the plain mean."""
    if rows and all(q is not None for q, _ in rows):
        mean = weighted_mean([(q or 0.0, v) for q, v in rows])
        if mean is not None:
            return mean
    return math.fsum(v for _, v in rows) / len(rows)


def as_entered_means(labs: Sequence[Lab], year: FuelYear) -> dict[str, float]:
    """The means of the template's annual sheet: as-received results as entered, without facilities."""
    out: dict[str, float] = {}
    monthly = dict(year.monthly)
    for name in ("ncv", "carbon"):
        rows = [r for r in labs if getattr(r, name) is not None]
        pairs = []
        for r in rows:
            same = [x for x in rows if x.month == r.month]
            total = math.fsum(x.quantity or 0.0 for x in same)
            share = (r.quantity or 0.0) / (total or 1.0) if all(x.quantity is not None for x in same) else 1 / len(same)
            if getattr(r, f"{name}_basis") in RECEIVED:
                pairs.append((monthly.get(r.month, 0.0) * share, getattr(r, name)))
        mean = weighted_mean(pairs)
        if mean is not None:
            out[name] = mean
    return out


def weighted_mean(pairs: Sequence[tuple[float, float]]) -> float | None:
    total = math.fsum(w for w, _ in pairs)
    return math.fsum(w * v for w, v in pairs) / total if total > 0 else None
