"""Arithmetic of declines: yearly, chained, spread over years, and of GDP at constant prices over changes of base year.
Fractions, never percent.

Reference: reduction of CO2 per unit of GDP, yearly D_t = 1 − I_t / I_(t−1), cumulative 1 − (1 − D_cum)(1 − D_t).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass


class NoLink(ValueError):
    """Two series at constant prices share no year. `bases` are their price years."""

    def __init__(self, first: int, second: int) -> None:
        self.bases = (first, second)
        super().__init__(f"no year in prices of both {first} and {second}")


def decline(before: float, after: float) -> float:
    """Decline from one year to the next; negative for a rise."""
    return 1 - after / before


def chained(declines: Iterable[float]) -> float:
    """Cumulative decline of yearly ones: 1 − Π(1 − D). Declines are never summed."""
    return 1 - math.prod(1 - d for d in declines)


def yearly(total: float, years: int) -> float:
    """The even yearly decline that adds up to `total` over `years`: 17 % over five years is 3.66 % a year. Raises
    ValueError for years < 1."""
    if years < 1:
        raise ValueError(f"{years} years")
    return 1 - float((1 - total) ** (1 / years))


def scheduled(total: float, years: int, passed: int) -> float:
    """Cumulative decline that an even schedule has reached after `passed` years."""
    return 1 - float((1 - total) ** (passed / years))


def needed(target: float, done: float, left: int) -> float:
    """Even yearly decline that the remaining years need; negative when more than the target is reached already."""
    return yearly(1 - (1 - target) / (1 - done), left)


def progress(target: float, done: float) -> float:
    """Part of the way gone, 1 when the target is met: ln(1 − done) / ln(1 − target), so that even yearly declines give
    even progress."""
    return math.log1p(-done) / math.log1p(-target)


def linked(segments: Mapping[int, Mapping[int, float]], base: int) -> dict[int, float]:
    """One GDP series at prices of `base` out of several at constant prices, price year -> {year: GDP}.

    A segment goes on where the series ends, linked at the last year that both have (and before it at the first), so
    every growth rate is one that a source states: a change of base rescales a segment and changes none of its growth
    rates. Where two segments give a year, the one nearer to `base` stands. Raises `NoLink`, and KeyError for an unknown
    base.
    """
    out = dict(segments[base])
    waiting = sorted((b for b in segments if b != base), key=lambda b: (abs(b - base), b))
    while waiting:
        for price in waiting:
            shared = sorted(set(out) & set(segments[price]))
            if shared:
                ratios = {y: out[y] / segments[price][y] for y in shared}
                fresh = {
                    y: value * ratios[max((s for s in shared if s <= y), default=shared[0])]
                    for y, value in segments[price].items()
                    if y not in out
                }
                out.update(fresh)
                waiting.remove(price)
                break
        else:
            raise NoLink(min(base, waiting[0]), max(base, waiting[0]))
    return dict(sorted(out.items()))


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Growth (fraction) of one year in two vintages of a series at constant prices."""

    year: int
    first: int
    second: int
    growth_first: float
    growth_second: float


APART = 0.005


def disagreements(segments: Mapping[int, Mapping[int, float]]) -> Iterator[Disagreement]:
    """Years in which two segments state growth rates more than `APART` apart: a revision that the older vintage does
    not know."""
    for first, second in itertools.combinations(sorted(segments), 2):
        for year in sorted(set(segments[first]) & set(segments[second])):
            if year - 1 in segments[first] and year - 1 in segments[second]:
                growths = [segments[s][year] / segments[s][year - 1] - 1 for s in (first, second)]
                if abs(growths[0] - growths[1]) > APART:
                    yield Disagreement(year, first, second, growths[0], growths[1])
