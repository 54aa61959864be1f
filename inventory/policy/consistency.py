"""What an office looks at before it believes an assessment: parts against the whole, series that cannot be, caps that
do not fit into each other.

All of these are questions (warnings): the figures stay as they are, and the region is named with the years and both
amounts.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from ..core import units
from ..core.problems import Collector, Problem, problem
from ..levels.allocation import parts_of
from ..levels.perimeter import merger_steps
from ..levels.project import LevelsProject
from ..regions import complete_parts
from .data import FUELS, Assessed, Cap
from .gdp import gdp_segments

APART = 0.01  # parts and whole may differ by this much
JUMP = 0.25  # an intensity that falls or rises by more in a year is asked about
WHAT = {
    "gdp": {"zh": "不变价地区生产总值", "en": "GDP at constant prices"},
    "energy": {"zh": "能源消费总量", "en": "total energy"},
    "co2": {"zh": "能源活动二氧化碳", "en": "CO2 of energy"},
}
Series = Mapping[int, float]


def questions(levels: LevelsProject, assessed: Assessed, caps: Sequence[Cap]) -> Iterator[Problem]:
    """Everything that does not fit together, in the order of the region tree."""
    yield from _parts_against_whole(levels, assessed)
    yield from _totals_below_fuels(levels, assessed)
    yield from _jumps(levels, assessed)
    yield from _mergers(levels, assessed)
    yield from _caps(levels, assessed, caps)
    yield from _net_electricity(levels, assessed)


def _parts_against_whole(levels: LevelsProject, assessed: Assessed) -> Iterator[Problem]:
    """Sum of the parts against the whole, year by year: above it at any time, and below it where the parts make up the
    whole."""
    series: dict[str, Callable[[str], Series]] = {"energy": lambda r: assessed.energy.get(r, {}), "co2": assessed.co2}
    prices = sorted(
        {
            int(p)
            for d in levels.project.data
            if d.quantity == "gdp" and (p := dict(d.item).get("price_year", "")).isdigit()
        }
    )
    for whole in levels.tree.regions:
        parts = parts_of(levels, whole)
        if not parts:
            continue
        complete = complete_parts(levels.tree, whole)
        for what, of in series.items():
            yield from _compare(whole, parts, what, of, complete)
        for price in prices:
            yield from _compare(whole, parts, "gdp", functools.partial(_gdp, levels, price), complete)


def _gdp(levels: LevelsProject, price: int, region: str) -> Series:
    return gdp_segments(levels, region).get(price, {})


def _compare(
    whole: str, parts: tuple[str, ...], what: str, of: Callable[[str], Series], complete: bool
) -> Iterator[Problem]:
    above = of(whole)
    below = {p: s for p in parts if (s := of(p))}
    for year, value in above.items():
        having = {p: s[year] for p, s in below.items() if year in s}
        total = math.fsum(having.values())
        over = having and value and total > value * (1 + APART)
        short = complete and len(having) == len(parts) and value and total < value * (1 - APART)
        if over or short:
            yield problem(
                "targets.parts_sum",
                whole=whole,
                what=WHAT[what],
                year=year,
                value=f"{value:,.1f}",
                sum=f"{total:,.1f}",
                n=len(having),
                percent=f"{100 * (total / value - 1):+.1f}",
            )


def _totals_below_fuels(levels: LevelsProject, assessed: Assessed) -> Iterator[Problem]:
    """Total energy below coal, oil and gas of the same year."""
    if assessed.ledger is None:
        return
    fuels: dict[tuple[str, int], float] = {}
    for d, value in zip(assessed.ledger.data, assessed.ledger.data_values.tolist(), strict=True):
        if d.quantity == FUELS:
            fuels[d.region, d.year] = fuels.get((d.region, d.year), 0.0) + value
    scale = _to_10k_tce(assessed)
    for (region, year), amount in sorted(fuels.items()):
        total = assessed.energy.get(region, {}).get(year)
        if total is not None and total < amount * scale * (1 - APART):
            yield problem(
                "targets.below_fuels", region=region, year=year, total=f"{total:,.1f}", fuels=f"{amount * scale:,.1f}"
            )


def _to_10k_tce(assessed: Assessed) -> float:
    assert assessed.ledger is not None
    unit = next(
        (u for d, u in zip(assessed.ledger.data, assessed.ledger.data_units, strict=True) if d.quantity == FUELS),
        "万tce",
    )
    return float(units.ratio(unit, "万tce"))


def _jumps(levels: LevelsProject, assessed: Assessed) -> Iterator[Problem]:
    """A fall or rise by more than a quarter from one year to the next: a slip, another perimeter, a merger."""
    computed = {line.region for line in assessed.ledger.lines} if assessed.ledger else set()
    regions = sorted({*assessed.energy, *computed}, key=list(levels.tree.regions).index)
    for region in regions:
        for what, series in (("energy", assessed.energy.get(region, {})), ("co2", assessed.co2(region))):
            for year in sorted(series):
                before = series.get(year - 1)
                if before and abs(series[year] / before - 1) > JUMP:
                    yield problem(
                        "targets.jump",
                        region=region,
                        what=WHAT[what],
                        year=year,
                        before=f"{before:,.1f}",
                        value=f"{series[year]:,.1f}",
                        percent=f"{100 * (series[year] / before - 1):+.1f}",
                    )


def _mergers(levels: LevelsProject, assessed: Assessed) -> Iterator[Problem]:
    """Series of merged regions that jump in the years of the merger, each once: GDP, else energy, else CO2."""
    problems, asked = Collector(), set[str]()
    for series in (functools.partial(_any_gdp, levels), lambda r: assessed.energy.get(r, {}), assessed.co2):
        remarks = Collector()
        merger_steps(levels.tree, series, remarks)
        for p in remarks.reported:
            name = str(dict(p.facts)["name"])
            if name not in asked:
                asked.add(name)
                problems.extend([p])
    yield from problems.reported


def _any_gdp(levels: LevelsProject, region: str) -> Series:
    """The longest of the region's series at constant prices."""
    return max(gdp_segments(levels, region).values(), key=len, default={})


def _net_electricity(levels: LevelsProject, assessed: Assessed) -> Iterator[Problem]:
    """Net inflow of electricity: the parts' add up to the whole's, and what the inventory and the assessment state of
    one region agrees."""
    given: dict[str, dict[tuple[str, int], float]] = {"net_electricity_in": {}, "electricity_from_outside": {}}
    for d in (*(assessed.ledger.data if assessed.ledger else ()), *levels.project.data):
        if d.quantity in given:
            amount = units.scaled(d.value, units.ratio(d.unit, "亿kWh"))
            given[d.quantity][d.region, d.year] = given[d.quantity].get((d.region, d.year), 0.0) + amount
    for values in given.values():
        for (whole, year), above in sorted(values.items()):
            below = {p: values[p, year] for p in parts_of(levels, whole) if (p, year) in values}
            total = math.fsum(below.values())
            if (
                below
                and len(below) == len(parts_of(levels, whole))
                and abs(total - above) > APART * max(abs(above), 1.0)
            ):
                yield problem("levels.net_sum", whole=whole, year=year, value=f"{above:,.1f}", sum=f"{total:,.1f}")
    inventory, policy = given["electricity_from_outside"], given["net_electricity_in"]
    for place in sorted(set(inventory) & set(policy)):
        if abs(inventory[place] - policy[place]) > APART * max(abs(inventory[place]), abs(policy[place])):
            yield problem(
                "levels.net_apart",
                region=place[0],
                year=place[1],
                values=f"{inventory[place]:,.1f} / {policy[place]:,.1f}",
            )


def _caps(levels: LevelsProject, assessed: Assessed, caps: Sequence[Cap]) -> Iterator[Problem]:
    """Caps of the parts that add up to more than the whole's, and caps of regions whose figures are not known."""
    by_region = {(c.region, c.indicator, c.year): c for c in caps}
    for (region, indicator, year), cap in sorted(by_region.items()):
        below = [by_region[p, indicator, year] for p in parts_of(levels, region) if (p, indicator, year) in by_region]
        total = math.fsum(c.value for c in below)
        if below and total > cap.value * (1 + 1e-9):
            yield problem(
                "targets.caps_sum",
                region=region,
                year=year,
                value=f"{cap.value:,.6g} {cap.unit}",
                sum=f"{total:,.6g} {cap.unit}",
                parts="、".join(c.region for c in below),
            )
        known = assessed.co2(region) if indicator == "co2" else assessed.energy.get(region, {})
        if not any(y <= year for y in known):
            yield problem(
                "targets.cap_unknown", region=region, year=year, what=WHAT["co2" if indicator == "co2" else "energy"]
            )
