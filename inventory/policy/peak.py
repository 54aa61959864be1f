"""The year of the peak in a series of emissions, with the test that was used.

Test: the peak year is the year of the maximum. It counts as passed when at least `LEAST_YEARS` years follow, all of
them lie below the maximum, and the series from the peak year on falls by the one-sided Mann-Kendall test (p ≤ 0.05;
exact without ties, else normal approximation with ties). Otherwise the maximum is only the largest value so far. A
maximum in the first year of the series is no peak: what went before is not known.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

LEAST_YEARS = 5
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Peak:
    """status: peaked | falling (below the maximum, but too few years or no significant fall) | rising (the maximum is the last year) |
    edge (the maximum is the first year of the data: the peak lies there or before) | short (< 3 years)."""

    year: int
    value: float
    after: int
    p: float | None
    status: str


def peak(series: Mapping[int, float]) -> Peak:
    """Peak of a yearly series {year: value}. Raises ValueError for an empty one."""
    if not series:
        raise ValueError("no values")
    years = sorted(series)
    top = max(years, key=lambda y: (series[y], y))  # the latest of equal maxima
    tail = [series[y] for y in years if y >= top]
    p = falling_p(tail) if len(tail) > 2 else None
    if len(years) < 3:
        status = "short"
    elif top == years[-1]:
        status = "rising"
    elif top == years[0]:
        status = "edge"
    elif len(tail) - 1 >= LEAST_YEARS and p is not None and p <= LEVEL:
        status = "peaked"
    else:
        status = "falling"
    return Peak(top, series[top], len(tail) - 1, p, status)


def falling_p(values: list[float]) -> float:
    """One-sided p-value of the Mann-Kendall test against a fall."""
    n = len(values)
    s = sum((b > a) - (b < a) for i, a in enumerate(values) for b in values[i + 1 :])
    ties = [values.count(v) for v in dict.fromkeys(values) if values.count(v) > 1]
    if not ties:
        pairs = n * (n - 1) // 2
        discordant = (pairs - s) // 2  # falls; p = P(at least so many inversions in a random order)
        return sum(_inversions(n)[discordant:]) / math.factorial(n)
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    if variance == 0:
        return 1.0
    z = (s + 1) / math.sqrt(variance) if s < 0 else (s - 1) / math.sqrt(variance) if s > 0 else 0.0
    return 0.5 * math.erfc(-z / math.sqrt(2))


def _inversions(n: int) -> list[int]:
    """How many orders of n things have k inversions, for k = 0, 1, …"""
    counts = [1]
    for size in range(2, n + 1):
        longer = [0] * (len(counts) + size - 1)
        for k, c in enumerate(counts):
            for extra in range(size):
                longer[k + extra] += c
        counts = longer
    return counts
