"""Approach 2: seeded Monte Carlo through the ledger's own equations, with 95 % intervals of every line, category,
sector, total and trend.

Draws come in blocks of 4,096 that any thread may make; what blocks report is added in block order, so threads do not
change a bit of the result. One input is one variable however many rows use it. From the same draws comes the
contribution of each input to the variance of the totals and of their change between years: squared correlation, less
its bias of 1/N; what is left over is interaction.

Sums, sectors, totals and trends are told from all draws. For lines and categories the mean and standard deviation come
from all draws, the interval from as many as fit the memory set aside (all of them in any ordinary run);
`interval_draws` says how many. Draws are float32: print results with 4 figures (`results.figures`), the rest differs
between processors.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from numbers import Real
from threading import local

import numpy as np

from inventory.core.ledger import FloatArray, Ledger
from inventory.core.problems import InventoryError, problem

from .approach1 import Sparse
from .blocks import BlockMoments, Drawer, DrawPlan, KeptDraws
from .chain import Chain, chain_of
from .inputs import Inputs, inputs_of
from .plan import plan_of
from .propagation import line_sensitivities
from .results import Contribution, MonteCarlo, Spread, TrendSpread, bounds
from .spread import Where, draw_elsewhere
from .streams import BLOCK, Float32
from .targets import targets_of

DEFAULT_DRAWS = 10_000
DEFAULT_SEED = 2011
LEAST_DRAWS = 100
# for deviates (two threads) and the kept draws of lines: with it 2,000 inputs stay below 150 MiB in all
MEMORY_MIB = 76
_TRENDS = 16  # trends whose draws stand side by side: more would cost memory, fewer time
_ONE_THREAD_BELOW = 10_000_000  # inputs times draws; below it a second thread costs more than it brings

Progress = Callable[[int, int], None]


def _whole(value: object) -> int:
    """1e4 is a whole number too, and so are numpy's."""
    if isinstance(value, Real) and not isinstance(value, bool) and float(value).is_integer():
        return int(float(value))
    raise InventoryError([problem("program.draws", found=repr(value))])


@dataclass(frozen=True, slots=True)
class DrawingResources:
    """What draws are made with; the result is the same to the last bit. `threads` None: one for small jobs, else one a
    processor. `kept_mib`: memory for draws of lines, and of categories. `where`: other processes or machines instead of
    threads."""

    threads: int | None = None
    kept_mib: float | None = None
    where: Where | None = None


def monte_carlo(
    ledger: Ledger,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    *,
    inputs: Inputs | None = None,
    resources: DrawingResources = DrawingResources(),
    progress: Progress | None = None,
) -> MonteCarlo:
    """Draw the inputs of a ledger `draws` times and carry them through its equations (guideline, chapter 6:
    uncertainty).

    `inputs`: with their distributions, those of `inputs.inputs_of` by default. `progress(done, total)` is called in
    blocks. Raises `InventoryError` for fewer than 100 draws, which say nothing about 2.5 %, and for draws or a seed that
    are no whole number.
    """
    draws, seed = _whole(draws), _whole(seed)
    if draws < LEAST_DRAWS:
        raise InventoryError([problem("program.few_draws", found=draws, least=LEAST_DRAWS)])
    known = inputs if inputs is not None else inputs_of(ledger)
    chain = chain_of(ledger, known)
    run = _Run(_drawing(ledger, chain, known, draws, seed, resources.kept_mib), known)
    if (where := resources.where) is not None and where.workers.count(len(run.drawing.spans())) > 1:
        draw_elsewhere(run.drawing, where, run.add, run.kept, progress)
    else:
        _here(run, resources.threads, progress)
    return run.result(_quantified(line_sensitivities(chain), known, len(ledger.lines)))


def _drawing(ledger: Ledger, chain: Chain, known: Inputs, draws: int, seed: int, kept_mib: float | None) -> DrawPlan:
    tree = targets_of(ledger)
    plan = plan_of(chain, known, np.array([ledger.gwp[line.gas] for line in ledger.lines]))
    # by the number of inputs, never by that of threads or processes, so that these cannot show
    least = max(12.0, min(64.0, MEMORY_MIB - 2 * len(known.variables) * BLOCK * 4 / 2**20))
    room = least if kept_mib is None else kept_mib
    part = len(tree.items) - len(tree.select("sector", "total", "total_without_lucf"))
    return DrawPlan(
        plan,
        tuple(known.variables),
        tuple(known.distributions),
        tree,
        draws,
        seed,
        _fitting(part, draws, room),
        _fitting(len(plan.point), draws, room),
    )


def _here(run: _Run, threads: int | None, progress: Progress | None) -> None:
    """All blocks in this process."""
    count = len(run.drawing.spans())
    if threads is None:
        small = len(run.drawing.variables) * run.draws < _ONE_THREAD_BELOW
        threads = 1 if small else min(os.cpu_count() or 1, count)
    pool = ThreadPoolExecutor(threads) if threads > 1 else None
    with pool or nullcontext():
        drawn = map(run.block, range(count)) if pool is None else pool.map(run.block, range(count))
        for done, moments in enumerate(drawn, 1):  # in block order
            run.add(moments)
            if progress:
                progress(done, count)


def _quantified(sensitivities: Sparse, inputs: Inputs, lines: int) -> list[bool]:
    """Lines about which something can be said: not those that depend on inputs of unknown uncertainty only."""
    known = np.array([item.known for item in inputs.items], dtype=bool)
    depends = np.bincount(sensitivities.rows, minlength=lines) > 0
    some = np.bincount(sensitivities.rows[known[sensitivities.inputs]], minlength=lines) > 0
    return [bool(x) for x in some | ~depends]


class _Run:
    """One Monte Carlo run: what is kept, and sums in block order."""

    def __init__(self, drawing: DrawPlan, inputs: Inputs) -> None:
        self.drawing, self.inputs = drawing, inputs
        self.plan, self.tree, self.draws, self.seed = drawing.plan, drawing.tree, drawing.draws, drawing.seed
        self.chosen, self.full, self.part = drawing.chosen, drawing.full, drawing.part
        self.kept = KeptDraws(drawing, 0, drawing.draws)
        self.kept_full, self.kept_part, self.kept_lines = self.kept.arrays()
        self.line_sums, self.target_sums = np.zeros((2, drawing.lines)), np.zeros((2, len(self.tree.items)))
        self.cross = np.zeros((len(drawing.variables), len(self.chosen) + 1))
        self.squares = np.zeros(len(drawing.variables))
        self.scratch = local()

    def block(self, number: int) -> BlockMoments:
        if not hasattr(self.scratch, "drawer"):
            self.scratch.drawer = Drawer(self.drawing)
        drawer: Drawer = self.scratch.drawer
        return drawer.block(number, self.kept)

    def add(self, moments: BlockMoments) -> None:
        for mine, more in zip(
            (self.line_sums, self.target_sums, self.cross, self.squares), moments.arrays(), strict=True
        ):
            mine += more

    # ---- the whole ----

    def result(self, reported: Sequence[bool]) -> MonteCarlo:
        n, tree = self.draws, self.tree
        points = tree.roll_up(self.plan.point)
        lines = _spreads(self.plan.point, self.line_sums, self.kept_lines, n)
        targets: list[Spread] = [Spread(0, 0, 0, 0, 0, 0)] * len(tree.items)
        for group, kept in ((self.full, self.kept_full), (self.part, self.kept_part)):
            for at, spread in zip(group, _spreads(points[group], self.target_sums[:, group], kept, n), strict=True):
                targets[at] = spread
        samples = {at: self.kept_full[i] for i, at in enumerate(self.full)}
        variance = self.target_sums[1] / n - (self.target_sums[0] / n) ** 2
        contributions = {
            at: self._contributions(self._covariance(i), float(variance[at])) for i, at in enumerate(self.chosen)
        }
        trends, trend_contributions = self._trends(points, samples)
        return MonteCarlo(
            n,
            self.seed,
            tuple(s if t else None for s, t in zip(lines, reported, strict=True)),
            tuple(targets),
            trends,
            contributions,
            trend_contributions,
            tree,
            self.inputs,
            samples,
        )

    def _covariance(self, chosen: int) -> FloatArray:
        """Covariance of every variable's deviates with a chosen target."""
        n = self.draws
        return self.cross[:, chosen] / n - self.cross[:, -1] / n * self.target_sums[0, self.chosen[chosen]] / n  # type: ignore[no-any-return]

    def _contributions(self, covariance: FloatArray, variance: float) -> tuple[Contribution, ...]:
        """Squared correlations less their bias; inputs that share a stream are told once, by the one that weighs
        most."""
        n = self.draws
        if variance <= 0.0:
            return ()
        own = self.squares / n - (self.cross[:, -1] / n) ** 2
        raw = covariance**2 / (own * variance)
        share = raw - (1.0 - raw) / (n - 2)
        error = 2.0 * np.sqrt(np.clip(raw, 0.0, 1.0) / n) * np.clip(1.0 - raw, 0.0, 1.0)
        drawn = np.flatnonzero(self.inputs.drawn >= 0)
        shares = share[self.inputs.drawn[drawn]]
        streams = self.inputs.streams[drawn]
        order = np.lexsort((-shares, streams))  # of each stream the largest first; inputs are in name order
        best = np.sort(order[np.flatnonzero(np.diff(streams[order], prepend=-1))])
        ranked = best[np.argsort(-shares[best], kind="stable")]
        errors = error[self.inputs.drawn[drawn]]
        return tuple(
            Contribution(self.inputs.items[n], own, doubt)
            for n, own, doubt in zip(
                drawn[ranked].tolist(), shares[ranked].tolist(), errors[ranked].tolist(), strict=True
            )
        )

    def _trends(
        self, points: FloatArray, samples: dict[int, Float32]
    ) -> tuple[tuple[TrendSpread, ...], dict[tuple[int, int], tuple[Contribution, ...]]]:
        part = {at: self.kept_part[i] for i, at in enumerate(self.part)}
        place = {at: i for i, at in enumerate(self.chosen)}
        trends, contributions = [], {}
        pairs = self.tree.trends()
        for start in range(0, len(pairs), _TRENDS):
            some = pairs[start : start + _TRENDS]
            drawn = [(samples[a], samples[b]) if a in samples else (part[a], part[b]) for a, b in some]
            changes = [later.astype(np.float64) - first for first, later in drawn]
            spreads = _spreads_of([float(points[b] - points[a]) for a, b in some], changes)
            percents = _growth(points, some, drawn)
            for n, (a, b) in enumerate(some):
                trends.append(TrendSpread(self.tree.items[a], self.tree.items[b], spreads[n], percents.get((a, b))))
                if a in place and b in place:
                    covariance = self._covariance(place[b]) - self._covariance(place[a])
                    contributions[(a, b)] = self._contributions(covariance, float(changes[n].var()))
        return tuple(trends), contributions


def _growth(
    points: FloatArray, pairs: Sequence[tuple[int, int]], drawn: Sequence[tuple[Float32, Float32]]
) -> dict[tuple[int, int], Spread]:
    """Change in percent of the first year, where that is not zero; a draw in which it is counts for nothing."""
    based = [(pair, rows) for pair, rows in zip(pairs, drawn, strict=True) if points[pair[0]]]
    percents = []
    for (a, b), (first, later) in based:
        base = first + points[a]
        with np.errstate(divide="ignore", invalid="ignore"):
            percents.append(100.0 * ((later + points[b]) - base) / np.where(base == 0.0, np.nan, base))
    growth = [100.0 * (points[b] - points[a]) / points[a] for (a, b), _ in based]
    spreads = _spreads_of(growth, percents, points_included=True)
    return {pair: spread for (pair, _), spread in zip(based, spreads, strict=True)}


def _fitting(rows: int, draws: int, mib: float) -> int:
    """How many draws of so many rows may be kept: whole blocks, one at least."""
    room = int(mib * 2**20 / 4 / max(rows, 1))
    return draws if room >= draws else max(room // BLOCK, 1) * BLOCK


def _spreads(points: FloatArray, sums: FloatArray, kept: Float32, draws: int) -> list[Spread]:
    mean = sums[0] / draws
    sd = np.sqrt(np.maximum(sums[1] / draws - mean**2, 0.0))
    low, high = bounds(kept)
    return [
        Spread(p, p + m, s, p + a, p + b, kept.shape[1])
        for p, m, s, a, b in zip(points.tolist(), mean.tolist(), sd.tolist(), low.tolist(), high.tolist(), strict=True)
    ]


def _spreads_of(points: Sequence[float], rows: Sequence[FloatArray], points_included: bool = False) -> list[Spread]:
    """Spreads of draws that are deviations from the point (or whole values); draws that are no number are left out."""
    if not rows:
        return []
    sound = [row[np.isfinite(row)] for row in rows]
    if len({len(row) for row in (*rows, *sound)}) > 1:  # totals may have more draws kept than their parts
        return [_spreads_of([p], [row], points_included)[0] for p, row in zip(points, sound, strict=True)]
    values = np.stack(rows)
    low, high = bounds(values)
    offsets = [0.0 if points_included else float(p) for p in points]
    return [
        Spread(float(p), o + m, s, o + a, o + b, values.shape[1])
        for p, o, m, s, a, b in zip(
            points,
            offsets,
            values.mean(axis=1).tolist(),
            values.std(axis=1).tolist(),
            low.tolist(),
            high.tolist(),
            strict=True,
        )
    ]
