"""Thresholds of the quality checks, in one place; a project may use its own by passing another `Limits`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Shares and rates are fractions.

    yearly_change: growth a year of a category's emission beyond which it is to be explained; share: categories below
    this part of the total are left alone; implied_factor: change of an implied factor between years; activity_ratio:
    factor between two years' activity data that looks like a unit; factor_band: distance from a default without printed
    bounds; relative: rounding allowed when sums are recomputed.
    """

    yearly_change: float = 0.20
    share: float = 0.001
    implied_factor: float = 0.20
    activity_ratio: float = 8.0
    factor_band: float = 0.50
    relative: float = 1e-9
