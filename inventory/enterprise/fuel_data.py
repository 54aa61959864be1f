"""What a firm burnt, by the method each fuel counts by: annual amounts with measured carbon, flights and boilers apart,
laboratory means. The firm's report and its verification both take it from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..core.activity import Datum, UserFactor
from ..core.problems import Collector
from .boilers import boilers_apart
from .fuels import flights_apart, fuel_years
from .industries import Industry
from .labs import lab_means
from .model import Enterprise, FuelYear, Lab
from .process import AnnualFigure, datum
from .tables import fold, parse_item

# Process data that decide by which method a fuel of the ledger counts: what is entered -> the quantity of the fuel.
DECIDED_BY = {"slag": "coal_with_ash", "fuel_component": "gas_with_composition", "fossil_share": "fuel_part_fossil"}
FuelLine = tuple[str, str]  # fuel and line (empty: all of it)


@dataclass(frozen=True, slots=True)
class FuelParts:
    """The year of every fuel: `parts` whole or by boiler, `flying` by kind of flight; laboratory means as factors, and
    carbon per mass for what has no calorific value."""

    parts: tuple[FuelYear, ...]
    flying: tuple[tuple[str, FuelYear], ...]
    factors: tuple[UserFactor, ...]
    carbon: Mapping[FuelLine, tuple[float, str, Lab]]


def fuel_parts(e: Enterprise, industry: Industry, problems: Collector) -> FuelParts:
    """Ledger and laboratory of an enterprise as the year's amounts and parameters."""
    years = fuel_years(e, industry, problems)
    whole, boilers = boilers_apart(e, industry, years, problems)
    factors, carbon = lab_means(e, years, boilers, industry, problems)
    rest, flying = flights_apart(e, industry, whole, problems)
    return FuelParts((*rest, *boilers), tuple(flying), tuple(factors), carbon)


def fuel_data(e: Enterprise, industry: Industry, fuels: FuelParts, problems: Collector) -> list[Datum]:
    """Amounts burnt, and measured carbon, as data of the fuel's source line."""
    source = industry.fuel_source
    if fuels.parts and source is None:
        problems.add("enterprise.no_source", fuels.parts[0].origin, what="化石燃料", industry=industry.name)
        return []
    by_data = {at: quantity for marker, quantity in DECIDED_BY.items() for at in _named_by(marker, e, industry)}
    data = []
    for y in fuels.parts:
        item = {"category": source.id, "fuel": y.fuel} if source else {}
        item |= {"line": y.line} if y.line else {}
        decided = by_data.get((y.fuel, y.line)) or by_data.get((y.fuel, ""))
        measured = fuels.carbon.get((y.fuel, y.line)) or fuels.carbon.get((y.fuel, ""))
        if measured and decided and decided != "coal_with_ash":
            problems.add("enterprise.carbon_twice", measured[2].origin, fuel=y.fuel)
            measured = None
        quantity = decided or ("fuel_measured" if measured else "fuel_consumption")
        data.append(datum(e, quantity, item, AnnualFigure(y.value, y.unit, y.origin, "台账", y.terms)))
        if measured:
            value, unit, lab = measured
            data.append(datum(e, "fuel_carbon_content", item, AnnualFigure(value, unit, lab.origin, f"化验 {lab.lab}")))
    return data


def _named_by(quantity: str, e: Enterprise, industry: Industry) -> set[FuelLine]:
    """Fuels (and their lines) for which process data of a quantity are entered."""
    edition = industry.edition
    label = edition.declared.quantities[quantity].label
    names = {fold(quantity), fold(label["zh"]), fold(label["en"])}
    lines = set()
    for r in e.process:
        if fold(r.quantity) in names:
            item = parse_item(r.item, edition) or {}
            lines.add((item.get("fuel", ""), r.line or item.get("line", "")))
    return lines


def flight_data(e: Enterprise, industry: Industry, fuels: FuelParts, problems: Collector) -> list[Datum]:
    """Fuel of domestic and international flights."""
    source = industry.fuel_source
    data = []
    for flight, y in fuels.flying:
        if (y.fuel, "") in fuels.carbon:
            problems.add("enterprise.flights_carbon", fuels.carbon[y.fuel, ""][2].origin, fuel=y.fuel)
        item = {"category": source.id if source else "", "fuel": y.fuel, "flight": flight}
        data.append(datum(e, "aviation_fuel", item, AnnualFigure(y.value, y.unit, y.origin, "台账", y.terms)))
    return data
