"""Blocks of draws carried through a ledger's equations: what one block adds, and the draws that are kept of it.

A block needs nothing of the ledger but a `DrawPlan`, which travels to other processes; the same block gives the same bits
wherever it is drawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from inventory.core.equation import evaluate
from inventory.core.ledger import FloatArray, IntArray

from .distributions import Distribution
from .plan import Added, Batch, Earlier, Fixed, Many, Mixed, One, Plan, Source
from .sampler import Sampler, blocks
from .streams import BLOCK, Float32
from .targets import Targets


@dataclass(frozen=True)
class DrawPlan:
    """What all blocks of a run have in common. `part_draws`, `line_draws`: how many draws of categories and of lines are
    kept."""

    plan: Plan
    variables: tuple[str, ...]
    distributions: tuple[Distribution, ...]
    tree: Targets
    draws: int
    seed: int
    part_draws: int
    line_draws: int

    @property
    def lines(self) -> int:
        return len(self.plan.point)

    @cached_property
    def owner(self) -> IntArray:
        """The figure that each line stands in directly; -1 for none."""
        owner = np.full(self.lines, -1, dtype=np.intp)
        for n, target in enumerate(self.tree.items):
            owner[target.lines] = n
        return owner

    @cached_property
    def chosen(self) -> list[int]:
        """Figures whose variance is told apart by input."""
        return list(self.tree.select("total", "total_without_lucf"))

    @cached_property
    def full(self) -> list[int]:
        """Figures of which every draw is kept."""
        return list(self.tree.select("sector", "total", "total_without_lucf"))

    @cached_property
    def part(self) -> list[int]:
        full = set(self.full)
        return [n for n in range(len(self.tree.items)) if n not in full]

    def spans(self) -> list[tuple[int, int]]:
        return blocks(self.draws)


class KeptDraws:
    """Draws that are kept, from draw `start` on: of sectors and totals all, of categories and lines the first ones."""

    def __init__(self, drawing: DrawPlan, start: int, stop: int) -> None:
        self.start = start
        self.full = np.zeros((len(drawing.full), stop - start), np.float32)
        self.part = np.zeros((len(drawing.part), max(0, min(stop, drawing.part_draws) - start)), np.float32)
        self.lines = np.zeros((drawing.lines, max(0, min(stop, drawing.line_draws) - start)), np.float32)

    def arrays(self) -> tuple[Float32, Float32, Float32]:
        return self.full, self.part, self.lines

    def take(self, other: Iterable[Float32], start: int) -> None:
        """Put the draws of a stretch that begins at draw `start` into their place."""
        for mine, theirs in zip(self.arrays(), other, strict=True):
            mine[:, start - self.start : start - self.start + theirs.shape[1]] = theirs


@dataclass(frozen=True, slots=True)
class BlockMoments:
    """What one block adds: first and second moments of deviations, and cross products of inputs with the chosen
    targets."""

    line_sums: FloatArray  # (2, lines)
    target_sums: FloatArray  # (2, targets)
    cross: FloatArray  # (variables, chosen + 1): last column sums of deviates
    squares: FloatArray  # (variables,)

    def arrays(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        return self.line_sums, self.target_sums, self.cross, self.squares


class Drawer:
    """Draws blocks; holds scratch memory, one object a thread."""

    def __init__(self, drawing: DrawPlan) -> None:
        self.drawing = drawing
        self.sampler = Sampler(drawing.variables, drawing.distributions, drawing.seed)
        most = min(BLOCK, drawing.draws)
        self.deviates: Float32 = np.empty((len(drawing.variables), most), np.float32)
        self.sums: FloatArray = np.empty((len(drawing.tree.items), most), np.float64)

    def block(self, number: int, kept: KeptDraws) -> BlockMoments:
        """One block; its draws go to `kept`."""
        plan = self.drawing.plan
        start, stop = self.drawing.spans()[number]
        draws = stop - start
        deviates, sums = self.deviates[:, :draws], self.sums[:, :draws]
        self.sampler.fill(number, deviates)
        sums[:] = 0.0
        line_sums = np.zeros((2, self.drawing.lines))
        at = start - kept.start
        tables = {table: np.empty((size, draws), np.float32) for table, size in plan.kept_sizes.items()}
        for batch in plan.batches:
            values = _evaluate(batch, deviates, tables)
            if batch.keep:
                tables[batch.table][batch.rows] = values
            if len(batch.at):
                self._lines(batch, np.broadcast_to(values, (batch.size, draws)), kept.lines[:, at:], line_sums)
        if plan.measured is not None:
            source = plan.measured.variables[""]
            assert not isinstance(source, Added)
            values = np.broadcast_to(_drawn(source, deviates, tables), (plan.measured.size, draws))
            self._lines(plan.measured, values, kept.lines[:, at:], line_sums)
        return self._report(deviates, sums, line_sums, kept, at)

    def _lines(self, batch: Batch, values: Float32, kept: Float32, line_sums: FloatArray) -> None:
        """Deviations of the batch's lines in t CO2e: kept, summed, and added to the categories they stand in."""
        every = len(batch.at) == batch.size
        deviation = (values if every else values[batch.at]) * batch.scale
        deviation -= batch.points
        line_sums[0, batch.lines] = deviation.sum(axis=1)
        line_sums[1, batch.lines] = np.einsum("ij,ij->i", deviation, deviation)
        stop = min(kept.shape[1], deviation.shape[1])
        if stop > 0:
            kept[batch.lines, :stop] = deviation[:, :stop]
        sums = self.sums[:, : deviation.shape[1]]
        owners = self.drawing.owner[batch.lines]
        edges = np.flatnonzero(np.diff(owners)) + 1
        for first, last in zip([0, *edges.tolist()], [*edges.tolist(), len(owners)], strict=True):
            if owners[first] >= 0:
                sums[owners[first]] += deviation[first] if last - first == 1 else deviation[first:last].sum(axis=0)

    def _report(
        self, deviates: Float32, sums: FloatArray, line_sums: FloatArray, kept: KeptDraws, at: int
    ) -> BlockMoments:
        draws, d = sums.shape[1], self.drawing
        for n, target in enumerate(d.tree.items):
            for child in target.children:
                sums[n] += sums[child]
        kept.full[:, at : at + draws] = sums[d.full]
        room = min(kept.part.shape[1] - at, draws)
        if room > 0 and d.part:
            kept.part[:, at : at + room] = sums[d.part][:, :room]
        targets = np.stack([sums.sum(axis=1), np.einsum("ij,ij->i", sums, sums)])
        chosen = np.ones((draws, len(d.chosen) + 1), np.float32)
        chosen[:, :-1] = sums[d.chosen].T
        cross = (deviates @ chosen).astype(np.float64)
        squares = np.einsum("ij,ij->i", deviates, deviates).astype(np.float64)
        return BlockMoments(line_sums, targets, cross, squares)


def _evaluate(batch: Batch, deviates: Float32, tables: dict[int, Float32]) -> Float32:
    arguments = {}
    for name, source in batch.variables.items():
        arguments[name] = (
            _summed(source, deviates, tables) if isinstance(source, Added) else _drawn(source, deviates, tables)
        )
    return evaluate(batch.text, arguments)  # type: ignore[no-any-return]


def _rows(draws: Float32, rows: IntArray | slice) -> Float32:
    return draws[rows] if isinstance(rows, slice) else draws.take(rows, axis=0)


def _drawn(source: Source, deviates: Float32, tables: dict[int, Float32]) -> Float32:
    """Values of one variable: (rows, draws), (1, draws) where one variable serves all rows, (rows, 1) where nothing
    moves."""
    if isinstance(source, Fixed):
        return source.values
    if isinstance(source, One):
        return (deviates[source.variable] * source.sd + source.mean)[None, :]  # type: ignore[no-any-return]
    if isinstance(source, Many):
        out = _rows(deviates, source.variables) * source.sd
        out += source.mean
        return out
    if isinstance(source, Mixed):
        out = np.broadcast_to(_drawn(source.drawn, deviates, tables), (source.size, deviates.shape[1])).copy()
        out[source.at] = _rows(tables[source.table], source.rows)
        return out
    assert isinstance(source, Earlier)
    out = _rows(tables[source.table], source.rows)
    if len(source.absent):
        out = out.copy()
        out[source.absent] = source.values
    return out


def _summed(added: Added, deviates: Float32, tables: dict[int, Float32]) -> Float32:
    members = _drawn(added.source, deviates, tables)
    if isinstance(added.source, One):  # one variable in every member
        return members * added.counts
    out = np.zeros((added.size, members.shape[1]), np.float32)
    if len(added.several):  # slow: not for rows in which there is nothing to add
        first = len(members) - len(added.single)
        out[added.several] = np.add.reduceat(members[:first], added.starts, axis=0)
    if len(added.single):
        out[added.single] = members[-len(added.single) :]
    return out
