"""Indicators of a region: emissions per head and per GDP in constant prices, shares, CO2 per unit of energy, total
energy in coal equivalent.

Every indicator is a ratio of two figures that stand elsewhere (ledger, activity data, balance table) and carries both.
What cannot be computed says why. Definitions: docs/report_and_archive.md. None of them is a figure of the inventory
itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..core import gases
from ..core.ledger import Ledger
from ..energy_balance import balance_of
from .time_series import is_lucf, sectors
from .total_energy import Energy, total_energy

POPULATION, GDP, PUBLISHED_ENERGY, PRICE_YEAR = (
    "resident_population",
    "gdp",
    "energy_consumption_published",
    "price_year",
)


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator of a region and year: value = numerator / denominator * scale in `unit`.

    `lines` are the ledger lines in the numerator; `datum` the activity datum in the denominator (-1: not a datum).
    `missing` says what is lacking where `value` is None. `illustrative` where a datum it rests on is.
    """

    id: str
    label: Mapping[str, str]
    region: str
    year: int
    value: float | None
    unit: str
    numerator_t: float = 0.0
    denominator: float = 0.0
    lines: tuple[int, ...] = ()
    datum: int = -1
    missing: Mapping[str, str] | None = None
    illustrative: bool = False
    note: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """Part of the total without LUCF (percent): of a sector or of a group of gases."""

    kind: str
    id: str
    label: Mapping[str, str]
    region: str
    year: int
    co2e_t: float
    percent: float | None
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Indicators:
    values: tuple[Indicator, ...]
    shares: tuple[Share, ...]
    energy: Mapping[tuple[str, int], Energy]
    published: Mapping[tuple[str, int], tuple[int, ...]]  # data of the published total energy


def indicators(ledger: Ledger) -> Indicators:
    """All indicators of all regions and years of a ledger, under its GWP set."""
    energy = {
        (t.region, t.year): total_energy(ledger.edition, ledger.project, t, shown.layout)
        for shown in filter(None, (balance_of(ledger.project),))
        for t in shown.tables
    }
    places = sorted(
        {(line.region, line.year) for line in ledger.lines}, key=lambda p: (ledger.regions.index(p[0]), p[1])
    )
    values = tuple(v for place in places for v in _of_place(ledger, place, energy.get(place)))
    published: dict[tuple[str, int], tuple[int, ...]] = {}
    for i, d in enumerate(ledger.data):
        if d.quantity == PUBLISHED_ENERGY:
            published[(d.region, d.year)] = (*published.get((d.region, d.year), ()), i)
    return Indicators(values, tuple(s for place in places for s in _shares(ledger, place)), energy, published)


def _lines(ledger: Ledger, place: tuple[str, int], keep: Any) -> tuple[int, ...]:
    return tuple(
        i for i, x in enumerate(ledger.lines) if (x.region, x.year) == place and x.account == "total" and keep(x)
    )


def _co2e(ledger: Ledger, lines: tuple[int, ...]) -> float:
    return math.fsum(ledger.co2e_t(ledger.lines[i]) for i in lines)


def _without_lucf(ledger: Ledger) -> frozenset[str]:
    edition = ledger.edition
    return frozenset(c for s in sectors(edition) if not is_lucf(edition, s) for c in edition.descendants(s))


def _of_place(ledger: Ledger, place: tuple[str, int], energy: Energy | None) -> Iterator[Indicator]:
    counted = _without_lucf(ledger)
    role = ledger.edition.roles.combustion
    burnt = ledger.edition.descendants(role) if role else frozenset()
    all_lines = _lines(ledger, place, lambda x: x.category in counted)
    co2 = _lines(ledger, place, lambda x: x.category in burnt and x.gas == "CO2")
    people = _data(ledger, place, POPULATION)
    label = {"zh": "人均排放（不含土地利用变化和林业）", "en": "Emissions per head (without LUCF)"}
    named = _Named("per_head", label, "tCO2e/人", {"zh": "没有常住人口", "en": "no resident population"})
    yield _ratio(ledger, place, named, all_lines, people[0] if people else -1)
    yield from _per_gdp(ledger, place, all_lines, co2)
    yield _per_energy(ledger, place, co2, energy)


def _data(ledger: Ledger, place: tuple[str, int | None], quantity: str) -> list[int]:
    """The data of a quantity in a region and year (None: any), in their order."""
    data, (region, year) = ledger.data, place
    return [
        int(i)
        for i in data.by_quantity.get(quantity, ())
        if year in (None, int(data.year[i])) and data.regions[data.region[i]] == region
    ]


def _per_gdp(
    ledger: Ledger, place: tuple[str, int], all_lines: tuple[int, ...], co2: tuple[int, ...]
) -> Iterator[Indicator]:
    """Emissions and CO2 of combustion per GDP, in the prices of every year that GDP is given in."""
    gdp = _data(ledger, place, GDP)
    bases = sorted({_price_year(ledger, i) for i in _data(ledger, (place[0], None), GDP)})
    if not bases:
        label = {"zh": "单位地区生产总值排放", "en": "Emissions per GDP"}
        missing = {"zh": "没有地区生产总值", "en": "no GDP"}
        yield Indicator("per_gdp", label, *place, None, "tCO2e/万元", missing=missing)
    for base in bases:
        here = next((i for i in gdp if _price_year(ledger, i) == base), -1)
        none = {"zh": f"没有按{base}年价格的地区生产总值", "en": f"no GDP in prices of {base}"}
        whole = {
            "zh": f"单位地区生产总值排放（{base}年价格，不含土地利用变化和林业）",
            "en": f"Emissions per GDP (prices of {base}, without LUCF)",
        }
        yield _ratio(ledger, place, _Named(f"per_gdp_{base}", whole, "tCO2e/万元", none), all_lines, here)
        burnt = {
            "zh": f"单位地区生产总值能源燃烧CO2（{base}年价格）",
            "en": f"CO2 of combustion per GDP (prices of {base})",
        }
        yield _ratio(ledger, place, _Named(f"co2_per_gdp_{base}", burnt, "tCO2/万元", none), co2, here)


def _per_energy(ledger: Ledger, place: tuple[str, int], co2: tuple[int, ...], energy: Energy | None) -> Indicator:
    label = {"zh": "单位能源消费CO2（当量值）", "en": "CO2 of combustion per unit of energy (calorific equivalent)"}
    if energy is None or energy.total_tce <= 0:
        missing = {"zh": "没有能源平衡表", "en": "no energy balance table"}
        return Indicator("co2_per_energy", label, *place, None, "tCO2/tce", missing=missing)
    left = "、".join(r.column for r in energy.uncounted)
    mass = math.fsum(ledger.lines[i].mass_t for i in co2)
    note = {"zh": f"能源总量未计（无折标准煤系数）：{left}", "en": f"not in the energy total (no coefficient): {left}"}
    return Indicator(
        "co2_per_energy",
        label,
        *place,
        mass / energy.total_tce,
        "tCO2/tce",
        mass,
        energy.total_tce,
        co2,
        note=note if left else None,
    )


def _price_year(ledger: Ledger, datum: int) -> str:
    return dict(ledger.data[datum].item).get(PRICE_YEAR, "")


@dataclass(frozen=True, slots=True)
class _Named:
    """What an indicator is called, its unit, and why it may be missing."""

    name: str
    label: Mapping[str, str]
    unit: str
    missing: Mapping[str, str]


DENOMINATOR = 1e4  # the canonical unit of the datum in that of the indicator (万人 -> 人, 亿元 -> 万元)


def _ratio(ledger: Ledger, place: tuple[str, int], named: _Named, lines: tuple[int, ...], datum: int) -> Indicator:
    name, label, unit = named.name, named.label, named.unit
    if datum < 0 or not ledger.data_values[datum]:
        return Indicator(name, label, *place, None, unit, lines=lines, missing=named.missing)
    top = _co2e(ledger, lines)
    bottom = float(ledger.data_values[datum]) * DENOMINATOR
    return Indicator(
        name,
        label,
        *place,
        top / bottom,
        unit,
        top,
        bottom,
        lines,
        datum,
        illustrative=ledger.data[datum].data_kind == "示例",
    )


def _shares(ledger: Ledger, place: tuple[str, int]) -> Iterator[Share]:
    counted = _without_lucf(ledger)
    total = _co2e(ledger, _lines(ledger, place, lambda x: x.category in counted))

    def share(kind: str, name: str, label: Mapping[str, str], lines: tuple[int, ...]) -> Share:
        value = _co2e(ledger, lines)
        return Share(kind, name, label, *place, value, 100 * value / total if total > 0 else None, lines)

    for sector in sectors(ledger.edition):
        if not is_lucf(ledger.edition, sector):
            below = ledger.edition.descendants(sector)
            yield share(
                "sector",
                sector,
                ledger.edition.categories[sector].label,
                _lines(ledger, place, lambda x, below=below: x.category in below),
            )
    for gas in ledger.edition.roles.gases:
        lines = _lines(ledger, place, lambda x, gas=gas: x.category in counted and gases.group_of(x.gas) == gas)
        if lines:
            yield share("gas", gas, {"zh": gas, "en": gas}, lines)


# ---- total energy from the physical balance table ----
