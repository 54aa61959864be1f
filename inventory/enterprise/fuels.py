"""Monthly readings of fuels made into annual data.

    consumption = opening stock + purchases - sales - closing stock - used outside the boundary
                  (metered consumption inside the boundary where a fuel has no stock)

Every annual datum keeps its monthly terms, so that it can be recomputed and shown. By-products that the guideline
counts net (tar, benzol, coke-oven gas sold by a steelworks) may come out negative; everything else may not.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from ..core import units
from ..core.activity import Term
from ..core.edition import Edition
from ..core.problems import Collector, Origin
from ..core.rounding import in_digits
from .industries import Industry
from .laboratory import per_normal
from .model import Enterprise, FuelYear, Reading, place
from .tables import BY_NAME

CLOSURE = 0.02  # metered against balance: tolerated relative difference
STOCK_GAP = 0.001  # closing stock against next month's opening
FLIGHTS = {
    "国内航班": "国内",
    "国际航班": "国际",
    "domestic flights": "国内",
    "international flights": "国际",
}  # facility of a metered row -> flights that are reported apart
FIGURES = [f for f in BY_NAME["readings"].fields if f.kind == "number"]  # of a month, as the form declares them


def outside_of(enterprise: Enterprise) -> frozenset[str]:
    """Facilities that the enterprise lists as outside its boundary."""
    return frozenset(f.name for f in enterprise.facilities if f.inside == "否")


def fuel_years(e: Enterprise, industry: Industry, problems: Collector) -> list[FuelYear]:
    """Annual net consumption of each fuel, in the order of first appearance; what facilities outside the boundary used
    is taken off."""
    by_fuel: dict[str, list[Reading]] = {}
    for r in e.readings:
        by_fuel.setdefault(r.fuel, []).append(r)
    outside = outside_of(e)
    return [
        y for fuel, rows in by_fuel.items() if (y := _fuel_year(fuel, rows, problems, outside, industry)) is not None
    ]


def counted_net(fuel: str, industry: Industry) -> bool:
    """May the year's figure be negative: a by-product that this guideline counts net of what is sold (declared in the
    vocabulary)."""
    source = industry.fuel_source
    e = industry.edition
    return (
        source is not None
        and bool(e.attribute("category", source.id, "net"))
        and bool(e.attribute("fuel", fuel, "byproduct"))
    )


def _unit_of(fuel: str, rows: list[Reading], edition: Edition) -> str:
    """t or 万Nm3: what the fuel's first readable unit measures, else what the vocabulary says."""
    for r in rows:
        for target in ("t", "万Nm3"):
            try:
                per_normal(r.unit, target, edition)
            except (units.UnitError, units.DimensionError):
                continue
            return r.unit if units.same_dimension(r.unit, target) else target
    return edition.attribute("fuel", fuel, "unit") or "t"


@dataclass(frozen=True)
class _Readings:
    """A fuel's readings in one unit: balances of the stock by month, meters within the boundary and beyond it."""

    fuel: str
    unit: str
    stock: list[Reading]
    meters: list[Reading]
    beyond: list[Reading]

    @property
    def metered(self) -> float | None:
        return math.fsum(r.metered or 0 for r in self.meters) if self.meters else None


def _fuel_year(
    fuel: str, rows: list[Reading], problems: Collector, outside: frozenset[str], industry: Industry
) -> FuelYear | None:
    unit = _unit_of(fuel, rows, industry.edition)
    scaled = [s for r in rows if (s := in_unit_of(r, unit, industry.edition, problems)) is not None]
    _report_negative(fuel, unit, scaled, problems)
    stock = [r for r in scaled if r.is_balance]
    everything = [r for r in scaled if r.metered is not None]
    meters = [r for r in everything if r.facility not in outside]
    readings = _Readings(fuel, unit, stock, meters, [r for r in everything if r.facility in outside])
    _report_beyond(readings, problems)
    _duplicates(fuel, stock, problems)
    _months(fuel, stock or everything, problems)
    if not stock:
        return _of_meters(readings, everything)
    stock.sort(key=lambda r: r.month)
    return _of_stock(readings, industry, problems)


def _report_negative(fuel: str, unit: str, rows: list[Reading], problems: Collector) -> None:
    for r in rows:
        for field in FIGURES:
            value = getattr(r, field.id)
            if value is not None and not field.holds(value):
                facts = {"label": field.labels, "fuel": fuel, "month": r.month, "value": f"{value:g}", "unit": unit}
                problems.add("enterprise.negative", place(r, field.id), **facts)


def _report_beyond(readings: _Readings, problems: Collector) -> None:
    if readings.beyond:
        problems.add(
            "enterprise.outside",
            readings.beyond[0].origin,
            fuel=readings.fuel,
            facilities="、".join(dict.fromkeys(r.facility for r in readings.beyond)),
            value=in_digits(math.fsum(r.metered or 0 for r in readings.beyond), 8),
            unit=readings.unit,
        )


def _of_meters(readings: _Readings, months: list[Reading]) -> FuelYear | None:
    """The year as metered within the boundary, its months those of the readings `months`."""
    if not readings.meters:
        return None
    year = _metered_year(readings.fuel, readings.unit, readings.meters, readings.meters[0].origin)
    monthly = by_month((r.month, r.metered or 0.0) for r in months)
    return replace(year, monthly=monthly, by_facility=_by_facility(readings.meters))


def _of_stock(readings: _Readings, industry: Industry, problems: Collector) -> FuelYear | None:
    """The year as the balance of the stock gives it, held against the meters; as metered where the regime puts the
    meters first."""
    fuel, unit, stock, meters = readings.fuel, readings.unit, readings.stock, readings.meters
    _stock_chain(fuel, unit, stock, problems)
    monthly = by_month(
        (r.month, (r.opening or 0) + (r.purchased or 0) - (r.sold or 0) - (r.closing or 0)) for r in stock
    )
    net = counted_net(fuel, industry)
    for month, value in monthly:
        if value < 0 and not net:
            at = next(r.origin for r in stock if r.month == month)
            problems.add("enterprise.negative_consumption", at, fuel=fuel, month=month, value=f"{value:g}", unit=unit)
    terms = (
        *_terms(stock),
        *(Term(f"{r.month}月 {r.facility} 边界外使用", r.metered or 0.0, r.origin, sign=-1) for r in readings.beyond),
    )
    value, metered = math.fsum(t.amount for t in terms), readings.metered
    if metered is not None:
        facts = {"fuel": fuel, "metered": in_digits(metered), "balance": in_digits(value), "unit": unit}
        if abs(metered - value) > CLOSURE * max(abs(value), abs(metered)):
            percent = f"{(metered - value) / value * 100 if value else math.inf:+.1f}"
            problems.add("enterprise.closure", meters[0].origin, percent=percent, **facts)
        if _meters_first(industry) and {r.month for r in stock} <= {r.month for r in meters}:
            problems.add("enterprise.meter_first", meters[0].origin, **facts)
            return _of_meters(readings, meters)
    if net and value < 0:
        _report_net_sold(readings, value, industry, problems)
    return FuelYear(fuel, unit, value, monthly, metered, terms, stock[0].origin, _by_facility(meters))


def _report_net_sold(readings: _Readings, value: float, industry: Industry, problems: Collector) -> None:
    origin, fuel = readings.stock[0].origin, readings.fuel
    problems.add("enterprise.net_sold", origin, fuel=fuel, value=in_digits(-value, 8), unit=readings.unit)
    source = industry.fuel_source
    if source is not None and industry.edition.attribute("category", source.id, "net") == "judgement":
        industry_name = {"zh": industry.name, "en": industry.name_en}
        problems.add("enterprise.net_by_judgement", origin, fuel=fuel, industry=industry_name)


def _meters_first(industry: Industry) -> bool:
    """Does the regime take metered consumption before the balance of the stock?"""
    return bool(industry.edition.quality.get("consumption", {}).get("first") == "meter")


def _by_facility(meters: list[Reading]) -> tuple[tuple[tuple[int, str], float], ...]:
    """Metered consumption by month and named facility."""
    held: dict[tuple[int, str], float] = {}
    for r in meters:
        if r.facility:
            held[r.month, r.facility] = held.get((r.month, r.facility), 0.0) + (r.metered or 0.0)
    return tuple(sorted(held.items()))


def has_flights(industry: Industry) -> bool:
    """Does the guideline report domestic and international flights apart (civil aviation)?"""
    source = industry.fuel_source
    return (
        source is not None and source.id in industry.edition.declared.quantities["aviation_fuel"].key_values["category"]
    )


def flights_apart(
    e: Enterprise, industry: Industry, years: list[FuelYear], problems: Collector
) -> tuple[list[FuelYear], list[tuple[str, FuelYear]]]:
    """What flights took (国内 or 国际, by the facility of metered rows), and the years of what is left for other uses.
    The sum stays the fuel's year: where a fuel has a stock balance the rest is the balance less the flights, else the
    other metered rows."""
    if not has_flights(industry):
        return years, []
    outside = outside_of(e)
    rest: list[FuelYear] = []
    flying: list[tuple[str, FuelYear]] = []
    for y in years:
        metered = [
            s
            for r in e.readings
            if r.fuel == y.fuel
            and r.metered is not None
            and r.facility not in outside
            and (s := in_unit_of(r, y.unit, industry.edition, Collector())) is not None
        ]
        taken = [r for r in metered if r.facility in FLIGHTS]
        if not taken:
            rest.append(y)
            continue
        for facility, flight in FLIGHTS.items():
            mine = [r for r in taken if r.facility == facility]
            if mine:
                flying.append((flight, _metered_year(y.fuel, y.unit, mine, y.origin)))
        if any(r.fuel == y.fuel and r.is_balance for r in e.readings):
            terms = (
                *y.terms,
                *(Term(f"{r.month}月 {r.facility}加油量", r.metered or 0.0, r.origin, sign=-1) for r in taken),
            )
            left = FuelYear(y.fuel, y.unit, math.fsum(t.amount for t in terms), y.monthly, y.metered, terms, y.origin)
        else:
            others = [r for r in metered if r.facility not in FLIGHTS]
            left = _metered_year(y.fuel, y.unit, others, y.origin)
        if abs(left.value) > 1e-9 * abs(y.value):
            rest.append(left)
            problems.add(
                "enterprise.flights_rest" if left.value > 0 else "enterprise.flights_exceed",
                y.origin,
                fuel=y.fuel,
                unit=y.unit,
                flights=in_digits(math.fsum(r.metered or 0.0 for r in taken), 8),
                total=in_digits(y.value, 8),
                rest=in_digits(left.value, 8),
            )
    return rest, flying


def _metered_year(fuel: str, unit: str, rows: list[Reading], origin: Origin) -> FuelYear:
    terms = tuple(metered_term(r) for r in rows)
    total = math.fsum(t.amount for t in terms)
    months = by_month((r.month, r.metered or 0.0) for r in rows)
    return FuelYear(fuel, unit, total, months, total, terms, rows[0].origin if rows else origin)


def in_unit_of(r: Reading, unit: str, edition: Edition, problems: Collector) -> Reading | None:
    """A row in the fuel's unit; m3 at 20 °C are taken to 0 °C and that is said."""
    if r.unit == unit:
        return r
    try:
        scale = units.ratio(r.unit, unit)
    except (units.UnitError, units.DimensionError):
        try:
            ratio, _ = per_normal(r.unit, unit, edition)
        except (units.UnitError, units.DimensionError):
            problems.add("enterprise.unit_mixed", place(r, "unit"), fuel=r.fuel, unit=r.unit, other=unit)
            return None
        if not any(p.code == "enterprise.gas_20c" and dict(p.facts)["fuel"] == r.fuel for p in problems.reported):
            problems.add("enterprise.gas_20c", place(r, "unit"), fuel=r.fuel, unit=r.unit, ratio=f"{ratio:.6g}")
        return _scaled(r, unit, lambda v: v * ratio)
    return _scaled(r, unit, lambda v: units.scaled(v, scale))


def _scaled(r: Reading, unit: str, to: Callable[[float], float]) -> Reading:
    values = {f.id: None if (value := getattr(r, f.id)) is None else to(value) for f in FIGURES}
    return Reading(r.fuel, r.month, unit, r.facility, origin=r.origin, at=r.at, **values)


def _terms(stock: list[Reading]) -> tuple[Term, ...]:
    first, last = stock[0], stock[-1]
    terms = [Term(f"{first.month}月期初库存", first.opening, first.origin)] if first.opening else []
    terms += [Term(f"{r.month}月购入量", r.purchased, r.origin) for r in stock if r.purchased]
    terms += [Term(f"{r.month}月外销量", r.sold, r.origin, sign=-1) for r in stock if r.sold]
    if last.closing:
        terms.append(Term(f"{last.month}月期末库存", last.closing, last.origin, sign=-1))
    return tuple(terms)


def metered_term(r: Reading) -> Term:
    """A row of metered consumption as a term of the year."""
    return Term(f"{r.month}月 {r.facility} 计量消耗量".replace("  ", " "), r.metered or 0.0, r.origin)


def by_month(pairs: Iterable[tuple[int, float]]) -> tuple[tuple[int, float], ...]:
    """Amounts added up by month, in the order of the months."""
    out: dict[int, float] = {}
    for month, value in pairs:
        out[month] = out.get(month, 0.0) + value
    return tuple(sorted(out.items()))


def _duplicates(fuel: str, stock: list[Reading], problems: Collector) -> None:
    seen: dict[int, Reading] = {}
    for r in stock:
        if r.month in seen:
            problems.add("enterprise.month_twice", r.origin, fuel=fuel, month=r.month, other=seen[r.month].origin)
        seen.setdefault(r.month, r)


def _months(fuel: str, rows: list[Reading], problems: Collector) -> None:
    have = {r.month for r in rows}
    gone = [m for m in range(1, 13) if m not in have]
    if rows and gone:
        problems.add("enterprise.months_missing", rows[0].origin, fuel=fuel, months="、".join(map(str, gone)))


def _stock_chain(fuel: str, unit: str, stock: list[Reading], problems: Collector) -> None:
    for a, b in itertools.pairwise(stock):
        if b.month == a.month + 1 and a.closing is not None and b.opening is not None:
            gap = b.opening - a.closing
            if abs(gap) > STOCK_GAP * max(abs(a.closing), abs(b.opening), 1.0):
                problems.add(
                    "enterprise.stock_gap",
                    b.origin,
                    fuel=fuel,
                    month=a.month,
                    next=b.month,
                    closing=f"{a.closing:g}",
                    opening=f"{b.opening:g}",
                    unit=unit,
                )
