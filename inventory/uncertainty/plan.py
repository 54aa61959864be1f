"""A chain made ready for drawing: rows in small groups that fit the processor's cache, and for every variable of a
group how its draws are got.

Everything that does not depend on the draws is worked out here, once; `montecarlo` only runs the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from inventory.core.ledger import FloatArray, IntArray

from .chain import Cells, Chain, Group, Link
from .inputs import Inputs
from .streams import Float32

ROWS = 32  # rows of a table evaluated together
MEMBERS = 512  # and at most so many members of sums


@dataclass(frozen=True, slots=True)
class Fixed:
    """Values without spread, shape (rows, 1)."""

    values: Float32


@dataclass(frozen=True, slots=True)
class One:
    """The same variable in every row: mean + sd * deviates, shape (1, draws)."""

    variable: int
    mean: np.float32
    sd: np.float32


@dataclass(frozen=True, slots=True)
class Many:
    """A variable per row; sd 0 where a row is fixed."""

    variables: IntArray | slice
    mean: Float32
    sd: Float32


@dataclass(frozen=True, slots=True)
class Earlier:
    """Rows of an earlier table; `absent` rows take the fixed `values`."""

    table: int
    rows: IntArray | slice
    absent: IntArray
    values: Float32


@dataclass(frozen=True, slots=True)
class Mixed:
    """Rows `at` come from an earlier table, the others are drawn or fixed."""

    drawn: Fixed | One | Many
    at: IntArray
    table: int
    rows: IntArray | slice
    size: int


Source = Fixed | One | Many | Earlier | Mixed


@dataclass(frozen=True, slots=True)
class Added:
    """A sum over members. The source has first those of the rows `several`, which have more than one, each row's
    beginning at its place in `starts`; then those of the rows `single`. The other rows are 0; `counts` are of all."""

    source: Source
    starts: IntArray
    several: IntArray
    single: IntArray
    counts: Float32
    size: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of one table under one equation. `lines`, `scale` (to t CO2e), `points` (t CO2e) of those rows that are
    ledger lines."""

    text: str
    variables: Mapping[str, Source | Added]
    table: int
    rows: IntArray | slice
    size: int  # how many rows
    keep: bool  # a later table reads these rows
    at: IntArray  # positions within the batch that are ledger lines
    lines: IntArray
    scale: Float32
    points: Float32


@dataclass(frozen=True)
class Plan:
    batches: tuple[Batch, ...]
    kept_sizes: Mapping[int, int]  # rows of tables that must be kept during a block
    measured: Batch | None
    point: FloatArray  # t CO2e of every line


def plan_of(chain: Chain, inputs: Inputs, weights: FloatArray) -> Plan:
    """The list of evaluations for a chain. `weights` are the GWP values of the ledger's lines."""
    moving = _moving(chain, inputs)
    planner = _Planner(chain, inputs, weights, moving)
    batches: list[Batch] = []
    kept: dict[int, int] = {}
    for number, link in enumerate(chain.links):
        if not moving[number]:
            continue
        if link.needed:
            kept[number] = link.size
        for text, part in link.parts():
            batches.extend(planner.batch(number, text, rows) for rows in _cut(link, part))
    measured = None
    if len(chain.measured_lines):
        lines = chain.measured_lines
        cells = Cells(
            chain.line_values[lines], chain.measured_inputs, -1, np.full(len(lines), -1, dtype=np.intp), False
        )
        everything = np.arange(len(lines), dtype=np.intp)
        measured = Batch(
            "",
            {"": _source(cells, everything, moving, inputs)},
            -1,
            everything,
            len(everything),
            False,
            everything,
            lines,
            _column(weights[lines]),
            _column(chain.line_values[lines] * weights[lines]),
        )
    return Plan(tuple(batches), kept, measured, chain.line_values * weights)


def _moving(chain: Chain, inputs: Inputs) -> list[bool]:
    """Tables with at least one drawn variable behind them."""
    drawn = inputs.drawn >= 0
    moving: list[bool] = []
    for link in chain.links:
        parts = [*link.cells.values(), *(g.cells for g in link.groups.values())]
        moving.append(
            any((c.table >= 0 and moving[c.table]) or bool(drawn[c.inputs[c.inputs >= 0]].any()) for c in parts)
        )
    return moving


def _cut(link: Link, part: IntArray) -> list[IntArray]:
    """Rows of a part in groups, none with too many members of its sums (one row may have more)."""
    counts = np.ones(len(part))
    for group in link.groups.values():
        counts = np.maximum(counts, np.diff(group.offsets)[part])
    out: list[IntArray] = []
    start, members = 0, 0.0
    for n in range(len(part)):
        if n > start and (n - start >= ROWS or members + counts[n] > MEMBERS):
            out.append(part[start:n])
            start, members = n, 0.0
        members += counts[n]
    return [*out, part[start:]] if len(part) else out


@dataclass(frozen=True)
class _Planner:
    """What every batch is planned from; `weights` are the GWP values of the lines, `moving` the tables that are drawn."""

    chain: Chain
    inputs: Inputs
    weights: FloatArray
    moving: list[bool]

    def batch(self, number: int, text: str, rows: IntArray) -> Batch:
        """The rows of table `number` that are computed by one text."""
        link = self.chain.links[number]
        variables: dict[str, Source | Added] = {
            name: _source(c, rows, self.moving, self.inputs) for name, c in link.cells.items()
        }
        for name, group in link.groups.items():
            variables[name] = self._added(group, rows)
        lines = link.lines[rows]
        at = np.flatnonzero(lines >= 0)
        own = lines[at]
        return Batch(
            text,
            variables,
            number,
            _run(rows),
            len(rows),
            link.needed,
            at,
            own,
            _column(link.tonnes * self.weights[own]),
            _column(self.chain.line_values[own] * self.weights[own]),
        )

    def _added(self, group: Group, rows: IntArray) -> Source | Added:
        """A finer variable added up over these rows; where each has one member, that is its sum."""
        starts, counts = group.offsets[rows], np.diff(group.offsets)[rows]
        if (counts == 1).all():
            return _source(group.cells, group.members[starts], self.moving, self.inputs)
        several, single = np.flatnonzero(counts > 1), np.flatnonzero(counts == 1)
        sizes = counts[several]
        ends = np.cumsum(sizes)
        within = np.arange(int(sizes.sum())) - np.repeat(ends - sizes, sizes)
        places = np.concatenate([np.repeat(starts[several], sizes) + within, starts[single]])
        source = _source(group.cells, group.members[places], self.moving, self.inputs)
        return Added(source, (ends - sizes).astype(np.intp), several, single, _column(counts), len(rows))


def _source(cells: Cells, positions: IntArray, moving: list[bool], inputs: Inputs) -> Source:
    drawn = _own_source(cells, positions, inputs)
    rows = cells.rows[positions]
    if cells.table < 0 or not moving[cells.table] or not (rows >= 0).any():
        return drawn
    if isinstance(drawn, Fixed):
        return Earlier(cells.table, _run(np.maximum(rows, 0)), np.flatnonzero(rows < 0), drawn.values[rows < 0])
    at = np.flatnonzero(rows >= 0)
    return Mixed(drawn, at, cells.table, _run(rows[at]), len(rows))


def _own_source(cells: Cells, positions: IntArray, inputs: Inputs) -> Fixed | One | Many:
    values = cells.values[positions]
    numbers = cells.inputs[positions]
    moves = numbers >= 0
    moves[moves] = inputs.drawn[numbers[moves]] >= 0
    if not moves.any():
        return Fixed(_column(values))
    own = np.maximum(numbers, 0)
    mean = np.where(moves, inputs.means[own], values)
    sd = np.where(moves, inputs.deviations[own], 0.0)
    variables = np.where(moves, inputs.drawn[own], 0)
    if (numbers == numbers[0]).all():
        return One(int(variables[0]), np.float32(mean[0]), np.float32(sd[0]))
    return Many(_run(variables), _column(mean), _column(sd))


def _run(rows: IntArray) -> IntArray | slice:
    """Rows behind one another as a slice: a view of the draws, where a choice of rows is a copy."""
    first, last = int(rows[0]), int(rows[-1])
    return slice(first, last + 1) if last - first == len(rows) - 1 and (np.diff(rows) == 1).all() else rows


def _column(values: FloatArray) -> Float32:
    return np.asarray(values, dtype=np.float32)[:, None]
