"""Targets of the parts against the target of the whole."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..core.problems import Collector
from ..levels.allocation import parts_of
from ..levels.project import LevelsProject
from ..regions import complete_parts
from .data import Assessed
from .gdp import gdp_at_base, gdp_segments
from .published import CO2, Target, as_printed


@dataclass(frozen=True, slots=True)
class PartsCheck:
    """Whether the parts' targets add up to the whole's. `implied` weighs them with the base year's emissions (growth
    alike); with `growth` also with each part's GDP growth up to `growth_year`. Without weights only the span from
    lowest to highest is known."""

    whole: str
    target: Target
    parts: Mapping[str, float]  # region -> reduction
    without_target: tuple[str, ...]
    implied: float | None
    growth: float | None
    growth_year: int
    lowest: float
    highest: float
    complete: bool = True  # the parts that the tree knows make up the whole

    @property
    def enough(self) -> bool | None:
        """Do they reach the whole's target? None when it depends on weights that are not known."""
        if self.without_target or not self.complete:
            return None
        best = self.implied if self.growth is None else self.growth
        if best is not None:
            return as_printed(best) >= as_printed(self.target.reduction)
        return True if self.lowest >= self.target.reduction else False if self.highest < self.target.reduction else None


def parts_checks(
    levels: LevelsProject, whole: str, targets: Sequence[Target], assessed: Assessed, seen: set[str]
) -> Iterator[PartsCheck]:
    parts = parts_of(levels, whole)
    if whole not in seen and not any(p in seen for p in parts):
        return
    for target in targets:
        if target.region != whole:
            continue
        same = (target.indicator, target.base_year, target.target_year)
        of = {
            t.region: t.reduction
            for t in targets
            if t.region in parts and (t.indicator, t.base_year, t.target_year) == same
        }
        if not of:
            continue
        of = {p: of[p] for p in parts if p in of}
        base = {
            p: (assessed.co2(p) if target.indicator == CO2 else assessed.energy.get(p, {})).get(target.base_year)
            for p in of
        }
        weights = {p: v for p, v in base.items() if v is not None}
        implied = growth = None
        year = 0
        if len(weights) == len(of) and sum(weights.values()) > 0:
            total = math.fsum(weights.values())
            implied = 1 - math.fsum(w * (1 - of[p]) for p, w in weights.items()) / total
            growth, year = _with_growth(levels, of, weights, target.base_year)
        own = (assessed.co2(whole) if target.indicator == CO2 else assessed.energy.get(whole, {})).get(target.base_year)
        reached = own is not None and len(weights) == len(of) and math.fsum(weights.values()) >= 0.99 * own
        yield PartsCheck(
            whole,
            target,
            of,
            tuple(p for p in parts if p not in of),
            implied,
            growth,
            year,
            min(of.values()),
            max(of.values()),
            reached or complete_parts(levels.tree, whole),
        )


def _with_growth(
    levels: LevelsProject, of: Mapping[str, float], weights: Mapping[str, float], base: int
) -> tuple[float | None, int]:
    """The parts' targets weighed with GDP growth as well: a part that grows faster weighs more in the end. (None, 0)
    without GDP of all parts."""
    series = {p: gdp_at_base(gdp_segments(levels, p), base, p, Collector())[0] for p in of}
    common = set.intersection(*(set(s) for s in series.values())) if series else set()
    year = max((y for y in common if y > base), default=0)
    if not year or base not in common:
        return None, 0
    total = math.fsum(s[year] for s in series.values()) / math.fsum(s[base] for s in series.values())
    amount = math.fsum(weights[p] * (1 - of[p]) * series[p][year] / series[p][base] for p in of)
    return 1 - amount / math.fsum(weights.values()) / total, year
