"""Factors that the reports of a year could offer to the provincial inventory, weighted, with how far the firms lie
apart. Gases of fuels are at 0 °C in the reports and at 20 °C in the statistics: calorific values are converted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core import units
from ..core.edition import Edition
from ..sheets.csvfile import write_csv

STATISTICAL_STATE = 273.15 / 293.15  # Nm3 (0 °C) in one m3 (20 °C) at the same pressure


@dataclass(frozen=True, slots=True)
class Offer:
    """An enterprise-weighted factor of a statistical fuel in the provincial edition's parameter and unit; `low`-`high`
    is the spread between firms."""

    parameter: str
    fuel: str
    value: float
    unit: str
    low: float
    high: float
    deviation: float
    firms: int
    measured: int
    weight: float


def weighted_offers(edition: Edition, rows: Iterable[tuple[Any, ...]], held: set[str]) -> tuple[Offer, ...]:
    """NCV weighted by amount, carbon per heat by heat, oxidation by carbon. Where any firm measured, only measured
    figures count. Only fuels that the inventory holds (`held`; all where that is not known): another would never be
    used there."""
    groups: dict[tuple[str, str, str], list[tuple[float, float, str, str]]] = {}
    for fuel, amount, unit, ncv, ncv_unit, ncv_tick, cc, cc_tick, oxidation, oxidation_tick, firm in rows:
        name = edition.attribute("fuel", fuel, "statistical")
        if not name or amount <= 0 or ncv is None or (held and name not in held):
            continue
        volume = not units.same_dimension(unit, "t")
        base = units.scaled(amount, units.ratio(unit, "万Nm3" if volume else "t"))
        heat = base * units.scaled(ncv, units.ratio(ncv_unit, "GJ/万Nm3" if volume else "GJ/t"))
        per = units.scaled(ncv, units.ratio(ncv_unit, "kJ/Nm3" if volume else "kJ/kg")) * (
            STATISTICAL_STATE if volume else 1.0
        )
        groups.setdefault(("ncv", name, "kJ/m3" if volume else "kJ/kg"), []).append((base, per, firm, ncv_tick))
        if cc is not None:
            groups.setdefault(("carbon_content", name, "tC/TJ"), []).append((heat, cc * 1000, firm, cc_tick))
            if oxidation is not None:
                groups.setdefault(("oxidation", name, "%"), []).append((heat * cc, oxidation, firm, oxidation_tick))
    offers = []
    for (parameter, fuel, unit), everything in sorted(groups.items()):
        entries = [x for x in everything if x[3] == "检测"] or everything
        low, high = min(v for _, v, _, _ in entries), max(v for _, v, _, _ in entries)
        weight = math.fsum(w for w, _, _, _ in entries)
        mean = min(max(math.fsum(w * v for w, v, _, _ in entries) / weight, low), high)
        deviation = math.sqrt(math.fsum(w * (v - mean) ** 2 for w, v, _, _ in entries) / weight)
        offers.append(
            Offer(
                parameter,
                fuel,
                mean,
                unit,
                low,
                high,
                deviation,
                len({f for _, _, f, _ in everything}),
                len({f for _, _, f, t in everything if t == "检测"}),
                weight,
            )
        )
    return tuple(offers)


def write_offers(offers: Sequence[Offer], path: Path | str, least_measured: int = 1) -> int:
    """A `factors.csv` for the provincial project, of factors that rest on measurements of at least so many firms.
    Returns how many rows."""
    rows = [o for o in offers if o.measured >= least_measured]
    heading = ("parameter", "keys", "value", "unit", "kind", "source", "lower", "upper", "note")
    write_csv(
        path,
        (
            (
                o.parameter,
                f"fuel={o.fuel}",
                f"{o.value:.6g}",
                o.unit,
                "省级",
                f"重点企业直报{o.measured}家实测值的加权平均（报告该燃料的共{o.firms}家）",
                f"{o.low:.6g}",
                f"{o.high:.6g}",
                spread(o),
            )
            for o in rows
        ),
        heading,
    )
    return len(rows)


def spread(o: Offer) -> str:
    """How far the firms lie apart; one firm has no spread to show."""
    weight = {"ncv": "按用量", "carbon_content": "按热量", "oxidation": "按碳量"}[o.parameter]
    spread = "只有一家，没有离散程度" if o.measured == 1 else f"加权标准差{o.deviation:.3g}，{o.low:.5g}—{o.high:.5g}"
    return f"{weight}加权，权重合计{o.weight:.4g}；{spread}"
