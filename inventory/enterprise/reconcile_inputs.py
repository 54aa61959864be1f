"""The provincial inventory's masses for the comparison with enterprise reports: from a compiled ledger or its results
CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..core.edition import pairs
from ..core.ledger import Ledger
from ..core.problems import InventoryError, Origin, problem


def _results(source: Path | str) -> list[dict[str, str]]:
    """Rows of a results CSV. Raises `InventoryError` for another kind of file."""
    try:
        with Path(source).open(encoding="utf-8-sig", newline="") as f:
            rows = list(csv.DictReader(f))
        for r in rows:
            int(r["year"]), float(r["mass_t"]), r["region"], r["category"], r["gas"], r["account"]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError, ValueError, TypeError) as error:
        raise InventoryError([problem("enterprise.not_results", Origin(str(source)))]) from error
    if not rows:
        raise InventoryError([problem("enterprise.not_results", Origin(str(source)))])
    return rows


def inventory_of(source: Ledger | Path | str, region: str, year: int) -> dict[tuple[str, str], float]:
    """Mass in t of every provincial category and gas: from a compiled ledger, or from its results CSV. Only lines that
    count in the total."""
    masses: dict[tuple[str, str], float] = {}
    if isinstance(source, Ledger):
        rows: Iterable[tuple[str, int, str, str, float, str]] = (
            (x.region, x.year, x.category, x.gas, x.mass_t, x.account) for x in source.lines
        )
    else:
        rows = [
            (r["region"], int(r["year"]), r["category"], r["gas"], float(r["mass_t"]), r["account"])
            for r in _results(source)
        ]
    for place, when, category, gas, mass, account in rows:
        if place == region and when == year and account == "total":
            masses[category, gas] = masses.get((category, gas), 0.0) + mass
    return masses


def inventory_fuels_of(source: Ledger | Path | str, region: str, year: int) -> dict[tuple[str, str], float]:
    """CO2 in t by provincial category and statistical fuel, from a ledger or its results CSV."""
    masses: dict[tuple[str, str], float] = {}
    if isinstance(source, Ledger):
        rows: Iterable[tuple[str, int, str, str, str, float, str]] = (
            (x.region, x.year, x.category, x.gas, x.item_text, x.mass_t, x.account) for x in source.lines
        )
    else:
        rows = [
            (
                r["region"],
                int(r["year"]),
                r["category"],
                r["gas"],
                r.get("item") or "",
                float(r["mass_t"]),
                r["account"],
            )
            for r in _results(source)
        ]
    for place, when, category, gas, item, mass, account in rows:
        fuel = dict(pairs(item)).get("fuel", "")
        if fuel and place == region and when == year and account == "total" and gas == "CO2":
            masses[category, fuel] = masses.get((category, fuel), 0.0) + mass
    return masses


@dataclass(frozen=True)
class Inventory:
    """What reports are set against: a province's masses in t by (category, gas), its CO2 by (category, statistical
    fuel), and the masses of the cities the results hold as well. `region` empty: firms of every province."""

    masses: Mapping[tuple[str, str], float]
    fuels: Mapping[tuple[str, str], float] = field(default_factory=dict)
    cities: Mapping[str, Mapping[tuple[str, str], float]] = field(default_factory=dict)
    region: str = ""


def inventory_from(source: Ledger | Path | str, region: str, year: int) -> Inventory:
    """The province's part of a ledger or results CSV, with the other regions of the same file as its cities."""
    names = {x.region for x in source.lines} if isinstance(source, Ledger) else {r["region"] for r in _results(source)}
    cities = {name: inventory_of(source, name, year) for name in sorted(names) if name != region}
    return Inventory(inventory_of(source, region, year), inventory_fuels_of(source, region, year), cities, region)
