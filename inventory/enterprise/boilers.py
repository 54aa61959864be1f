"""Boilers, kilns and units with parameters of their own: the year of a fuel parted by what each of them burnt.

A fuel is parted when own parameters, or slag and fly ash among the process data, name a line for it (生产线=1号炉). The
line's amount is its metered consumption in the ledger (the facility of that name). The parts add up to the fuel's year:
where every metered row belongs to a named line, the balance of the stock is shared by what was metered; else what is
left is a part of its own.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

from ..core.activity import Term
from ..core.problems import Collector
from ..core.rounding import in_digits
from .fuels import by_month, in_unit_of, metered_term, outside_of
from .industries import Industry
from .model import Enterprise, FuelYear, Reading
from .tables import REST, fold, parameter_of, parse_item

OWN = ("fuel_ncv", "fuel_cc", "fuel_of")
BY_LINE = ("slag", "slag_carbon", "fly_ash", "fly_ash_carbon", "dust_removal")


def lines_of(e: Enterprise, industry: Industry) -> dict[str, tuple[str, ...]]:
    """Fuel -> the lines for which it has parameters or ash of their own, in the order of their first appearance."""
    edition = industry.edition
    held: dict[str, dict[str, None]] = {}
    for p in e.parameters:
        item = parse_item(p.item, edition) or {}
        if item.get("line") and item.get("fuel") and parameter_of(p.parameter, industry) in OWN:
            held.setdefault(item["fuel"], {})[item["line"]] = None
    labels = {
        fold(text)
        for q in BY_LINE
        for text in (q, *edition.declared.quantities[q].label.values())
        if q in edition.declared.quantities
    }
    for r in e.process:
        item = parse_item(r.item, edition) or {}
        line = r.line or item.get("line", "")
        if line and item.get("fuel") and fold(r.quantity) in labels:
            held.setdefault(item["fuel"], {})[line] = None
    return {fuel: tuple(lines) for fuel, lines in held.items()}


def boilers_apart(
    e: Enterprise, industry: Industry, years: Sequence[FuelYear], problems: Collector
) -> tuple[list[FuelYear], list[FuelYear]]:
    """(years of fuels that are not parted, the parts of the others)."""
    named = lines_of(e, industry)
    whole: list[FuelYear] = []
    parts: list[FuelYear] = []
    for y in years:
        if y.fuel in named:
            parts += _parts(y, named[y.fuel], e, industry, problems)
        else:
            whole.append(y)
    return whole, parts


def _parts(
    y: FuelYear, lines: tuple[str, ...], e: Enterprise, industry: Industry, problems: Collector
) -> list[FuelYear]:
    metered = [
        s
        for r in e.readings
        if r.fuel == y.fuel and r.metered is not None and r.facility not in outside_of(e)
        if (s := in_unit_of(r, y.unit, industry.edition, Collector())) is not None
    ]
    rows = {line: [r for r in metered if r.facility == line] for line in lines}
    for line in (n for n, mine in rows.items() if not mine):
        problems.add("enterprise.boiler_unmetered", y.origin, fuel=y.fuel, line=line)
    years = [_part(y, line, mine) for line, mine in rows.items() if mine]
    others = [r for r in metered if r.facility not in lines]
    if not any(r.fuel == y.fuel and r.is_balance for r in e.readings):
        return [*years, _part(y, REST, others)] if others else years
    taken = math.fsum(p.value for p in years)
    left = y.value - taken
    if not others and taken > 0:
        return [_with_share(p, left * p.value / taken) for p in years]
    if abs(left) <= 1e-9 * abs(y.value):
        return years
    if left < 0:
        problems.add(
            "enterprise.boilers_exceed",
            y.origin,
            fuel=y.fuel,
            unit=y.unit,
            metered=in_digits(taken, 8),
            total=in_digits(y.value, 8),
        )
    monthly = by_month([*y.monthly, *((r.month, -(r.metered or 0.0)) for mine in rows.values() for r in mine)])
    terms = (*y.terms, *(Term(f"{p.line} 计量消耗量", p.value, p.origin, sign=-1) for p in years))
    return [*years, FuelYear(y.fuel, y.unit, left, monthly, None, terms, y.origin, line=REST)]


def _part(y: FuelYear, line: str, rows: Sequence[Reading]) -> FuelYear:
    terms = tuple(metered_term(r) for r in rows)
    total = math.fsum(t.amount for t in terms)
    monthly = by_month((r.month, r.metered or 0.0) for r in rows)
    return FuelYear(y.fuel, y.unit, total, monthly, total, terms, rows[0].origin, line=line)


def _with_share(p: FuelYear, share: float) -> FuelYear:
    """A line's metered amount with its share of what the stock-taking says more or less."""
    if abs(share) <= 1e-12 * abs(p.value):
        return p
    terms = (*p.terms, Term(f"{p.line} 分摊的盘存差额", share, p.origin))
    return dataclasses.replace(p, value=math.fsum(t.amount for t in terms), terms=terms)
