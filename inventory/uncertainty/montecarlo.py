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
from dataclasses import dataclass
from numbers import Real
from threading import local

import numpy as np

from inventory.core.equation import evaluate
from inventory.core.ledger import FloatArray, Ledger
from inventory.core.problems import Collector, InventoryError, problem
from inventory.core.statements import Assumption

from .approach1 import Sparse
from .chain import chain_of
from .inputs import Inputs, inputs_of
from .plan import Added, Batch, Earlier, Fixed, Many, Mixed, One, Plan, Source, plan_of
from .propagation import line_sensitivities
from .results import Contribution, MonteCarlo, Spread, TrendSpread, bounds
from .sampler import Sampler, blocks
from .streams import BLOCK, Float32
from .targets import Targets, targets_of

DEFAULT_DRAWS = 10_000
DEFAULT_SEED = 2011
LEAST_DRAWS = 100
# for deviates (two threads) and the kept draws of lines: with it 2,000 inputs stay below 150 MiB in all
MEMORY_MIB = 76
_ONE_THREAD_BELOW = 10_000_000  # inputs times draws; below it a second thread costs more than it brings

Progress = Callable[[int, int], None]


def _whole(value: object) -> int:
    """1e4 is a whole number too, and so are numpy's."""
    if isinstance(value, Real) and not isinstance(value, bool) and float(value).is_integer():
        return int(float(value))
    raise InventoryError([problem("program.draws", found=repr(value))])


def monte_carlo(
    ledger: Ledger,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    *,
    assumptions: Sequence[Assumption] | None = None,
    sets: Sequence[str] | None = None,
    problems: Collector | None = None,
    inputs: Inputs | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
    kept_mib: float | None = None,
) -> MonteCarlo:
    """Draw the inputs of a ledger `draws` times and carry them through its equations (guideline, chapter 6:
    uncertainty).

    `assumptions`, `sets`, `problems`, `inputs` as for `propagation.approach_1`. `threads` None: one for small jobs,
    else one a processor; the result is the same. `progress(done, total)` is called in blocks. `kept_mib`: memory for
    draws of lines, and of categories. Raises `InventoryError` for fewer than 100 draws, which say nothing about 2.5 %,
    and for draws or a seed that are no whole number.
    """
    draws, seed = _whole(draws), _whole(seed)
    if draws < LEAST_DRAWS:
        raise InventoryError([problem("program.few_draws", found=draws, least=LEAST_DRAWS)])
    known = inputs if inputs is not None else inputs_of(ledger, assumptions, sets, problems)
    tree = targets_of(ledger)
    weights = np.array([ledger.gwp[line.gas] for line in ledger.lines])
    chain = chain_of(ledger, known)
    run = _Run(plan_of(chain, known, weights), known, tree, draws, seed, kept_mib)
    spans = blocks(draws)
    if threads is None:
        threads = 1 if len(known.variables) * draws < _ONE_THREAD_BELOW else min(os.cpu_count() or 1, len(spans))
    done = 0

    def one(n: int) -> _BlockMoments:
        return run.block(n, *spans[n])

    if threads <= 1:
        for n in range(len(spans)):
            run.add(one(n))
            done += 1
            if progress:
                progress(done, len(spans))
    else:
        with ThreadPoolExecutor(threads) as pool:
            for report in pool.map(one, range(len(spans))):  # in block order
                run.add(report)
                done += 1
                if progress:
                    progress(done, len(spans))
    return run.result(_told(line_sensitivities(chain), known, len(ledger.lines)))


def _told(sensitivities: Sparse, inputs: Inputs, lines: int) -> list[bool]:
    """Lines about which something can be said: not those that depend on inputs of unknown uncertainty only."""
    known = np.array([item.known for item in inputs.items], dtype=bool)
    depends = np.bincount(sensitivities.rows, minlength=lines) > 0
    some = np.bincount(sensitivities.rows[known[sensitivities.inputs]], minlength=lines) > 0
    return [bool(x) for x in some | ~depends]


@dataclass(frozen=True, slots=True)
class _BlockMoments:
    """What one block adds: first and second moments of deviations, and cross products of inputs with the chosen
    targets."""

    line_sums: FloatArray  # (2, lines)
    target_sums: FloatArray  # (2, targets)
    cross: FloatArray  # (variables, chosen + 1): last column sums of deviates
    squares: FloatArray  # (variables,)


class _Run:
    """One Monte Carlo run: shared tables, a scratch area a thread, sums in block order."""

    def __init__(
        self, plan: Plan, inputs: Inputs, tree: Targets, draws: int, seed: int, kept_mib: float | None
    ) -> None:
        self.plan, self.inputs, self.tree, self.draws, self.seed = plan, inputs, tree, draws, seed
        self.lines, self.count = len(plan.point), len(inputs.variables)
        self.owner = np.full(self.lines, -1, dtype=np.intp)
        for n, target in enumerate(tree.items):
            self.owner[target.lines] = n
        self.chosen = tree.select("total", "total_without_lucf")
        self.full = tree.select("sector", "total", "total_without_lucf")
        self.part = [n for n in range(len(tree.items)) if n not in set(self.full)]
        # by the number of inputs, never by that of threads, so that threads cannot show
        room = (
            kept_mib if kept_mib is not None else max(12.0, min(64.0, MEMORY_MIB - 2 * self.count * BLOCK * 4 / 2**20))
        )
        self.kept_full = np.zeros((len(self.full), draws), np.float32)
        self.kept_part = np.zeros((len(self.part), _fitting(len(self.part), draws, room)), np.float32)
        self.kept_lines = np.zeros((self.lines, _fitting(self.lines, draws, room)), np.float32)
        self.line_sums, self.target_sums = np.zeros((2, self.lines)), np.zeros((2, len(tree.items)))
        self.cross, self.squares = np.zeros((self.count, len(self.chosen) + 1)), np.zeros(self.count)
        self.scratch = local()

    # ---- one block ----

    def block(self, number: int, start: int, stop: int) -> _BlockMoments:
        draws = stop - start
        if not hasattr(self.scratch, "sampler"):
            self.scratch.sampler = Sampler(self.inputs.variables, self.inputs.distributions, self.seed)
            self.scratch.deviates = np.empty((self.count, min(BLOCK, self.draws)), np.float32)
            self.scratch.sums = np.empty((len(self.tree.items), min(BLOCK, self.draws)), np.float64)
        deviates: Float32 = self.scratch.deviates[:, :draws]
        sums: FloatArray = self.scratch.sums[:, :draws]
        self.scratch.sampler.fill(number, deviates)
        sums[:] = 0.0
        line_sums = np.zeros((2, self.lines))
        tables = {table: np.empty((size, draws), np.float32) for table, size in self.plan.kept_sizes.items()}
        for batch in self.plan.batches:
            values = self._evaluate(batch, deviates, tables)
            if batch.keep:
                tables[batch.table][batch.rows] = values
            if len(batch.at):
                self._lines(batch, np.broadcast_to(values, (len(batch.rows), draws)), start, sums, line_sums)
        if self.plan.measured is not None:
            source = self.plan.measured.variables[""]
            assert not isinstance(source, Added)
            values = np.broadcast_to(_drawn(source, deviates, tables), (len(self.plan.measured.rows), draws))
            self._lines(self.plan.measured, values, start, sums, line_sums)
        return self._report(deviates, sums, line_sums, start)

    def _evaluate(self, batch: Batch, deviates: Float32, tables: dict[int, Float32]) -> Float32:
        arguments = {}
        for name, source in batch.variables.items():
            arguments[name] = (
                _summed(source, deviates, tables) if isinstance(source, Added) else _drawn(source, deviates, tables)
            )
        return evaluate(batch.text, arguments)  # type: ignore[no-any-return]

    def _lines(self, batch: Batch, values: Float32, start: int, sums: FloatArray, line_sums: FloatArray) -> None:
        """Deviations of the batch's lines in t CO2e: kept, summed, and added to the categories they stand in."""
        every = len(batch.at) == len(batch.rows)
        deviation = (values if every else values[batch.at]) * batch.scale
        deviation -= batch.points
        line_sums[0, batch.lines] = deviation.sum(axis=1)
        line_sums[1, batch.lines] = np.einsum("ij,ij->i", deviation, deviation)
        room = self.kept_lines.shape[1] - start
        if room > 0:
            stop = min(room, deviation.shape[1])
            self.kept_lines[batch.lines, start : start + stop] = deviation[:, :stop]
        owners = self.owner[batch.lines]
        edges = np.flatnonzero(np.diff(owners)) + 1
        for first, last in zip([0, *edges.tolist()], [*edges.tolist(), len(owners)], strict=True):
            if owners[first] >= 0:
                sums[owners[first]] += deviation[first] if last - first == 1 else deviation[first:last].sum(axis=0)

    def _report(self, deviates: Float32, sums: FloatArray, line_sums: FloatArray, start: int) -> _BlockMoments:
        draws = sums.shape[1]
        for n, target in enumerate(self.tree.items):
            for child in target.children:
                sums[n] += sums[child]
        self.kept_full[:, start : start + draws] = sums[self.full]
        room = self.kept_part.shape[1] - start
        if room > 0 and self.part:
            self.kept_part[:, start : start + min(room, draws)] = sums[self.part][:, :room]
        targets = np.stack([sums.sum(axis=1), np.einsum("ij,ij->i", sums, sums)])
        chosen = np.ones((draws, len(self.chosen) + 1), np.float32)
        chosen[:, :-1] = sums[self.chosen].T
        cross = (deviates @ chosen).astype(np.float64)
        squares = np.einsum("ij,ij->i", deviates, deviates).astype(np.float64)
        return _BlockMoments(line_sums, targets, cross, squares)

    def add(self, report: _BlockMoments) -> None:
        self.line_sums += report.line_sums
        self.target_sums += report.target_sums
        self.cross += report.cross
        self.squares += report.squares

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
        best: dict[str, Contribution] = {}
        for item in self.inputs.items:
            if item.variable >= 0:
                found = Contribution(item, float(share[item.variable]), float(error[item.variable]))
                stream = self.inputs.variables[item.variable]
                if stream not in best or found.share > best[stream].share:
                    best[stream] = found
        return tuple(sorted(best.values(), key=lambda c: (-c.share, c.input.name)))

    def _trends(
        self, points: FloatArray, samples: dict[int, Float32]
    ) -> tuple[tuple[TrendSpread, ...], dict[tuple[int, int], tuple[Contribution, ...]]]:
        part = {at: self.kept_part[i] for i, at in enumerate(self.part)}
        place = {at: i for i, at in enumerate(self.chosen)}
        trends, contributions = [], {}
        for a, b in self.tree.trends():
            first, later = (samples[a], samples[b]) if a in samples else (part[a], part[b])
            change = later.astype(np.float64) - first
            percent = None
            if points[a]:
                base = first + points[a]
                with np.errstate(divide="ignore", invalid="ignore"):
                    ratio = 100.0 * ((later + points[b]) - base) / np.where(base == 0.0, np.nan, base)
                percent = _spread(100.0 * (points[b] - points[a]) / points[a], ratio, points_included=True)
            trends.append(
                TrendSpread(
                    self.tree.items[a], self.tree.items[b], _spread(float(points[b] - points[a]), change), percent
                )
            )
            if a in place and b in place:
                contributions[(a, b)] = self._contributions(
                    self._covariance(place[b]) - self._covariance(place[a]), float(change.var())
                )
        return tuple(trends), contributions


def _fitting(rows: int, draws: int, mib: float) -> int:
    """How many draws of so many rows may be kept: whole blocks, one at least."""
    room = int(mib * 2**20 / 4 / max(rows, 1))
    return draws if room >= draws else max(room // BLOCK, 1) * BLOCK


def _drawn(source: Source, deviates: Float32, tables: dict[int, Float32]) -> Float32:
    """Values of one variable: (rows, draws), (1, draws) where one variable serves all rows, (rows, 1) where nothing
    moves."""
    if isinstance(source, Fixed):
        return source.values
    if isinstance(source, One):
        return (deviates[source.variable] * source.sd + source.mean)[None, :]  # type: ignore[no-any-return]
    if isinstance(source, Many):
        out = deviates.take(source.variables, axis=0)
        out *= source.sd
        out += source.mean
        return out
    if isinstance(source, Mixed):
        out = np.broadcast_to(_drawn(source.drawn, deviates, tables), (source.size, deviates.shape[1])).copy()
        out[source.at] = tables[source.table].take(source.rows, axis=0)
        return out
    assert isinstance(source, Earlier)
    out = tables[source.table].take(source.rows, axis=0)
    if len(source.absent):
        out[source.absent] = source.values
    return out


def _summed(added: Added, deviates: Float32, tables: dict[int, Float32]) -> Float32:
    members = _drawn(added.source, deviates, tables)
    if isinstance(added.source, One):  # one variable in every member
        sums = members * added.counts
    else:
        sums = np.add.reduceat(members, added.starts, axis=0) if len(added.starts) else members[:0]
    if len(added.filled) == added.size:
        return sums
    out = np.zeros((added.size, sums.shape[1]), np.float32)
    out[added.filled] = sums
    return out


def _spreads(points: FloatArray, sums: FloatArray, kept: Float32, draws: int) -> list[Spread]:
    mean = sums[0] / draws
    sd = np.sqrt(np.maximum(sums[1] / draws - mean**2, 0.0))
    low, high = bounds(kept)
    return [
        Spread(p, p + m, s, p + a, p + b, kept.shape[1])
        for p, m, s, a, b in zip(points.tolist(), mean.tolist(), sd.tolist(), low.tolist(), high.tolist(), strict=True)
    ]


def _spread(point: float, values: FloatArray, points_included: bool = False) -> Spread:
    """Spread of draws that are deviations from the point (or whole values)."""
    offset = 0.0 if points_included else point
    sound = values[np.isfinite(values)]
    (low,), (high,) = bounds(sound[None, :])
    return Spread(
        float(point),
        offset + float(sound.mean()),
        float(sound.std()),
        offset + float(low),
        offset + float(high),
        len(sound),
    )
