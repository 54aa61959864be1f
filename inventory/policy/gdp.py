"""GDP at constant prices: the series of a region by price year, linked to the prices of a base year."""

from __future__ import annotations

from collections.abc import Mapping

from ..core import units
from ..core.problems import Collector
from ..levels.project import LevelsProject
from . import chain


def given_twice(levels: LevelsProject, region: str) -> bool:
    """Whether two rows give the region's GDP of one year at one price: neither may win."""
    seen = [(dict(d.item).get("price_year", ""), d.year) for d in levels.data_of(region, "gdp")]
    return len(seen) != len(set(seen))


def gdp_segments(levels: LevelsProject, region: str) -> dict[int, dict[int, float]]:
    """GDP of a region by price year and year, 10^8 yuan."""
    out: dict[int, dict[int, float]] = {}
    for d in levels.data_of(region, "gdp"):
        price = dict(d.item).get("price_year", "")
        if price.isdigit():
            out.setdefault(int(price), {})[d.year] = units.scaled(d.value, units.ratio(d.unit, "亿元"))
    return {price: dict(sorted(values.items())) for price, values in sorted(out.items())}


def gdp_at_base(
    segments: Mapping[int, Mapping[int, float]], base: int, region: str, problems: Collector
) -> tuple[dict[int, float], int]:
    """GDP linked to one series and its price year: that of the base year where it is given, else the one in which the
    base year's GDP is known.

    Problems for current prices, a missing base year, series that cannot be linked, and vintages that disagree about a
    year's growth. ({}, 0) where none.
    """
    years = sorted({y for values in segments.values() for y in values})
    if len(years) > 1 and all(set(values) == {price} for price, values in segments.items()):
        problems.add("targets.current_prices", region=region, years="、".join(map(str, years)))
        return {}, 0
    chosen = (
        base
        if base in segments
        else next((p for p, values in segments.items() if base in values and len(values) > 1), None)
    )
    if chosen is None or base not in segments[chosen]:
        problems.add(
            "targets.no_base_year",
            region=region,
            base_year=base,
            what="不变价地区生产总值",
            what_en="GDP at constant prices",
        )
        return {}, 0
    for d in chain.disagreements(segments):
        problems.add(
            "targets.vintages",
            region=region,
            year=d.year,
            first=d.first,
            second=d.second,
            growth_first=f"{100 * d.growth_first:.2f}",
            growth_second=f"{100 * d.growth_second:.2f}",
        )
    try:
        return chain.linked(segments, chosen), chosen
    except chain.NoLink as gap:
        problems.add("targets.no_link", region=region, first=gap.bases[0], second=gap.bases[1])
        return {}, 0
