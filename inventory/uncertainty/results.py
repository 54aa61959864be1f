"""What a Monte Carlo run tells: spreads of lines, categories, totals and trends, contributions of inputs, and draws for
charts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from inventory.core.ledger import FloatArray, IntArray

from .inputs import Input, Inputs
from .streams import Float32
from .targets import Targets, UncertaintyTarget

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Spread:
    """Distribution of one figure in t CO2e: point estimate of the ledger, Monte Carlo mean and sd, 2.5 % and 97.5 %
    points."""

    point: float
    mean: float
    sd: float
    low: float
    high: float
    interval_draws: int

    @property
    def low_pct(self) -> float | None:
        """The lower bound as a deviation from the point estimate, in percent of its size (negative)."""
        return 100.0 * (self.low - self.point) / abs(self.point) if self.point else None

    @property
    def high_pct(self) -> float | None:
        return 100.0 * (self.high - self.point) / abs(self.point) if self.point else None

    @property
    def half_width_pct(self) -> float | None:
        """Half of the 95 % interval in percent of the point estimate, comparable with approach 1."""
        return 100.0 * (self.high - self.low) / 2.0 / abs(self.point) if self.point else None


@dataclass(frozen=True, slots=True)
class TrendSpread:
    """Change of a figure between two years: in t CO2e, and in percent of the first year (None where that is zero)."""

    first: UncertaintyTarget
    later: UncertaintyTarget
    change: Spread
    percent: Spread | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """Part of the variance of a figure that goes back to one input, with its sampling error; noise can make it slightly
    negative."""

    input: Input
    share: float
    error: float


@dataclass(frozen=True, repr=False)
class MonteCarlo:
    """Everything of approach 2. `lines` by ledger line (None: nothing stated about any of its inputs), `targets` as in
    `tree.items`."""

    draws: int
    seed: int
    lines: tuple[Spread | None, ...]
    targets: tuple[Spread, ...]
    trends: tuple[TrendSpread, ...]
    contributions: dict[int, tuple[Contribution, ...]]  # by target (totals), largest first
    trend_contributions: dict[tuple[int, int], tuple[Contribution, ...]]
    tree: Targets
    inputs: Inputs
    # by target (sectors and totals): deviations from the point, all draws
    samples: dict[int, Float32]

    def __repr__(self) -> str:
        return f"MonteCarlo({self.draws} draws, seed {self.seed}, {len(self.targets)} figures)"

    def to_frame(self) -> pd.DataFrame:
        """One row a figure: level (category, sector, total, total_without_lucf), region, year, category, point, mean,
        sd, low, high; t CO2e, 95 %."""
        import pandas as pd

        rows = [
            (t.level, t.region, t.year, t.category, s.point, s.mean, s.sd, s.low, s.high)
            for t, s in zip(self.tree.items, self.targets, strict=True)
        ]
        return pd.DataFrame.from_records(
            rows, columns=["level", "region", "year", "category", "point", "mean", "sd", "low", "high"]
        )

    def draws_frame(self) -> pd.DataFrame:
        """All draws of the sectors and totals in t CO2e, a column (level, region, year, category) each."""
        import pandas as pd

        columns = {}
        for at, values in self.samples.items():
            t = self.tree.items[at]
            columns[(t.level, t.region, t.year, t.category)] = values.astype(np.float64) + self.targets[at].point
        return pd.DataFrame(columns)

    def histogram(self, target: int, bins: int = 40) -> tuple[FloatArray, IntArray]:
        """Edges (t CO2e) and counts of a sector's or total's draws, for a chart."""
        values = self.samples[target].astype(np.float64) + self.targets[target].point
        counts, edges = np.histogram(values, bins)
        return edges, counts

    def stability_pct(self, target: int) -> float:
        """How far the 95 % bounds of the first half of the draws lie from those of all, in percent of the interval:
        small when N is enough."""
        values = self.samples[target]
        half, whole = np.quantile(values[: len(values) // 2], (0.025, 0.975)), np.quantile(values, (0.025, 0.975))
        width = float(whole[1] - whole[0])
        return 100.0 * float(np.abs(half - whole).max()) / width if width else 0.0


def figures(value: float, digits: int = 4) -> float:
    """A value rounded to significant digits for output: the bits beyond differ between processors."""
    return float(f"{value:.{digits - 1}e}") if math.isfinite(value) else value


def bounds(kept: NDArray[np.floating]) -> tuple[FloatArray, FloatArray]:
    """2.5 % and 97.5 % points of every row, interpolated between neighbours; a few rows at a time, because a copy is
    made.

    Two partitions by one place each: numpy does those with vector instructions, one by several places it does not (8
    times slower).
    """
    last = kept.shape[1] - 1
    out = np.zeros((2, len(kept)))
    below = int(0.025 * last)
    above = int(0.975 * last)
    for first in range(0, len(kept), 16):
        rows = slice(first, first + 16)
        part = np.partition(kept[rows], below + 1, axis=1)
        out[0, rows] = _between(part[:, : below + 1].max(axis=1), part[:, below + 1], 0.025 * last - below)
        upper = np.partition(part[:, below + 1 :], above - below, axis=1)
        out[1, rows] = _between(upper[:, : above - below].max(axis=1), upper[:, above - below], 0.975 * last - above)
    return out[0], out[1]


def _between(low: NDArray[np.floating], high: NDArray[np.floating], weight: float) -> FloatArray:
    return low + weight * (high.astype(np.float64) - low)
