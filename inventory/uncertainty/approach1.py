"""Results of approach 1: lines, totals and trends with their half-widths."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inventory.core.ledger import FloatArray, IntArray

from .assumptions import ASSUMED
from .inputs import Input, Inputs
from .targets import Targets, UncertaintyTarget


@dataclass(frozen=True)
class Sparse:
    """Derivatives: entry e says that figure `rows[e]` changes by `values[e]` per unit of input `inputs[e]`; sorted, no
    repeats."""

    rows: IntArray
    inputs: IntArray
    values: FloatArray

    def starts(self, size: int) -> IntArray:
        """Where each row's entries begin; length size + 1."""
        return np.searchsorted(self.rows, np.arange(size + 1)).astype(np.intp)


@dataclass(frozen=True, slots=True)
class LineUncertainty:
    """One ledger line. Percentages are relative 95 % half-widths; None: unknown (nothing of that kind is stated), 0
    where there is no such input.

    `complete` is False when at least one input is unknown (`unknown`: places in `Inputs.items`): the figure is then a
    lower bound.
    """

    line: int
    emission: float  # t CO2e
    activity_pct: float | None
    factor_pct: float | None
    combined_pct: float | None
    complete: bool
    unknown: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class TargetUncertainty:
    """A category, sector or total: emission (t CO2e), both percentages, and the part of Σ|emission| whose lines are
    complete."""

    target: UncertaintyTarget
    emission: float
    guideline_pct: float | None
    shared_pct: float | None
    covered: float

    @property
    def lower_bound(self) -> bool:
        """True when some input is unknown: the percentages are then the least there is, and must be shown so."""
        return self.covered < 1.0


@dataclass(frozen=True, slots=True)
class TrendUncertainty:
    """Change of a figure from the first year to a later one, in t CO2e and percent, with 95 % half-widths (t CO2e;
    percentage points)."""

    first: UncertaintyTarget
    later: UncertaintyTarget
    change: float
    change_pct: float | None
    half_width: float | None
    half_width_points: float | None


@dataclass(frozen=True)
class Approach1:
    """Everything of approach 1: per ledger line, per category, sector and total, and per trend."""

    lines: tuple[LineUncertainty, ...]
    targets: tuple[TargetUncertainty, ...]
    trends: tuple[TrendUncertainty, ...]
    inputs: Inputs
    sensitivities: Sparse  # t CO2e of a line per unit of an input
    targets_tree: Targets

    def __repr__(self) -> str:
        return f"Approach1({len(self.lines)} lines, {len(self.targets)} figures, {len(self.trends)} trends)"

    def of(self, level: str, region: str, year: int, category: str = "") -> TargetUncertainty:
        """One target's result. Raises KeyError when there is none."""
        for t in self.targets:
            if (t.target.level, t.target.region, t.target.year, t.target.category) == (level, region, year, category):
                return t
        raise KeyError((level, region, year, category))

    def sensitivity(self, target: int) -> FloatArray:
        """t CO2e of a target (its place in `targets`) per unit of each input, in the order of `inputs.items`."""
        return by_input(self.sensitivities, self.targets_tree, len(self.inputs.items))[target]  # type: ignore[no-any-return]

    def contributions(self, target: int, known_only: bool = True) -> list[tuple[Input, float]]:
        """Inputs by their part of the variance of a target, largest first; with `known_only` False also the unknown
        ones, at 0."""
        totals = self.sensitivity(target)
        squares = (totals * self.inputs.half_widths) ** 2
        whole = math.fsum(squares)
        result = [
            (item, float(squares[n] / whole) if whole else 0.0)
            for n, item in enumerate(self.inputs.items)
            if totals[n] != 0.0 and (item.known or not known_only)
        ]
        return sorted(result, key=lambda pair: (-pair[1], pair[0].name))

    def requests(self) -> list[tuple[Input, float]]:
        """Inputs whose uncertainty nobody has stated, with the t CO2e of the totals that depend on each (all years),
        largest first."""
        return self._reach([not item.known for item in self.inputs.items])

    def assumed(self) -> list[tuple[Input, float]]:
        """Inputs whose uncertainty is the edition's declared default, likewise."""
        return self._reach([item.known and item.basis == ASSUMED for item in self.inputs.items])

    def _reach(self, required: Sequence[bool]) -> list[tuple[Input, float]]:
        values = np.array([item.value for item in self.inputs.items])
        counted = np.zeros(len(self.lines))
        counted[self.targets_tree.pair_lines] = 1.0  # lines of the totals; checks and information items do not weigh
        s = self.sensitivities
        reach = np.bincount(
            s.inputs, weights=np.abs(s.values * values[s.inputs]) * counted[s.rows], minlength=len(self.inputs.items)
        )
        result = [(item, float(reach[n])) for n, item in enumerate(self.inputs.items) if required[n] and reach[n] > 0.0]
        return sorted(result, key=lambda pair: (-pair[1], pair[0].name))


def by_input(co2e: Sparse, tree: Targets, count: int) -> FloatArray:
    """Derivative of every target by every input, dense: (targets, inputs)."""
    size = len(tree.items)
    lines = int(max(co2e.rows.max(initial=-1), tree.pair_lines.max(initial=-1))) + 1
    starts = co2e.starts(lines)
    counts = starts[tree.pair_lines + 1] - starts[tree.pair_lines]
    entries = (
        np.arange(int(counts.sum()))
        - np.repeat(np.cumsum(counts) - counts, counts)
        + np.repeat(starts[tree.pair_lines], counts)
    )
    flat = np.repeat(tree.pair_targets, counts) * count + co2e.inputs[entries]
    return np.bincount(flat, weights=co2e.values[entries], minlength=size * count).astype(float).reshape(size, count)
