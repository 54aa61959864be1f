"""Approach 1: error propagation after the guideline, from the inputs through the ledger's own equations to lines,
categories, sectors, totals.

First order: every equation is differentiated (rules on its tree), the derivatives are carried along the chain of steps
as sparse rows
(row, input, derivative), so that an input used in twenty rows or in two gases stays one variable. For a product this is
the guideline's
sqrt(sum of U²); for a sum of independent sources its sqrt(sum of (U·E)²)/|sum of E|, sinks with their sign.

Two figures stand side by side for every sum: `guideline_pct` combines the lines as if they were independent, which is
what the guideline's rule does; `shared_pct` knows which inputs the lines have in common. Where nothing is shared they
are equal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from inventory.core.equation import EquationError, derivative, evaluate
from inventory.core.ledger import FloatArray, IntArray, Ledger

from .approach1 import Approach1, LineUncertainty, Sparse, TargetUncertainty, TrendUncertainty, by_input
from .branches import branch_derivative
from .chain import Cells, Chain, Group, Link, chain_of
from .inputs import Inputs, inputs_of
from .targets import Targets, targets_of


def approach_1(ledger: Ledger, inputs: Inputs | None = None) -> Approach1:
    """Propagate the uncertainty of the inputs through a ledger (guideline, chapter 6: uncertainty).

    `inputs`: with their distributions, those of `inputs.inputs_of` by default. Results are half-widths of 95 % intervals
    in percent, of lines, categories, sectors and totals. Raises `InventoryError` for statements about uncertainty that
    make no sense.
    """
    known = inputs if inputs is not None else inputs_of(ledger)
    tree = targets_of(ledger)
    lines = line_sensitivities(chain_of(ledger, known))
    of_gas = {gas: ledger.gwp[gas] for gas in dict.fromkeys(line.gas for line in ledger.lines)}
    weights = np.array([of_gas[line.gas] for line in ledger.lines])
    co2e = Sparse(lines.rows, lines.inputs, lines.values * weights[lines.rows])
    emissions = np.array([line.mass_t for line in ledger.lines]) * weights
    reported = _lines(co2e, emissions, known)
    per_stream = _by_stream(by_input(co2e, tree, len(known.items)), known.half_widths, known.streams)
    sums = tree.roll_up(emissions)
    return Approach1(
        reported, _targets(sums, per_stream, tree, reported), _trends(sums, per_stream, tree), known, co2e, tree
    )


# ---- along the chain ----


def line_sensitivities(chain: Chain) -> Sparse:
    """Derivative of every line (t of its gas) by every input it depends on."""
    result: list[Sparse] = []
    rows, inputs, values = [chain.measured_lines], [chain.measured_inputs], [np.ones(len(chain.measured_lines))]
    for link in chain.links:
        local = _link(link, result)
        result.append(local)
        at = link.lines[local.rows]
        there = at >= 0
        rows.append(at[there])
        inputs.append(local.inputs[there])
        values.append(local.values[there] * link.tonnes)
    return _merged(np.concatenate(rows), np.concatenate(inputs), np.concatenate(values))


class _Entries:
    """Derivatives gathered piece by piece: (row, input, value), the same pair more than once until `merged`."""

    def __init__(self) -> None:
        self.rows: list[IntArray] = []
        self.inputs: list[IntArray] = []
        self.values: list[FloatArray] = []

    def add(self, rows: IntArray, inputs: IntArray, values: FloatArray) -> None:
        self.rows.append(rows)
        self.inputs.append(inputs)
        self.values.append(values)

    def through(
        self, cells: Cells, positions: IntArray, owners: IntArray, slope: FloatArray, before: Sparse | None
    ) -> None:
        """What rows `owners` owe to the entries `positions` of one variable: its own inputs, and those of the rows of an
        earlier table (`before`) that it takes."""
        inputs = cells.inputs[positions]
        there = inputs >= 0
        self.add(owners[there], inputs[there], slope[there])
        if before is None:
            return
        refs = cells.rows[positions]
        starts = before.starts(int(before.rows[-1]) + 1 if len(before.rows) else 0)
        inside = (refs >= 0) & (refs < len(starts) - 1)
        refs, owners, slope = refs[inside], owners[inside], slope[inside]
        counts = starts[refs + 1] - starts[refs]
        ends = np.cumsum(counts)
        entries = np.arange(int(counts.sum())) - np.repeat(ends - counts, counts) + np.repeat(starts[refs], counts)
        self.add(np.repeat(owners, counts), before.inputs[entries], before.values[entries] * np.repeat(slope, counts))

    def merged(self) -> Sparse:
        if not self.rows:
            none = np.zeros(0, dtype=np.intp)
            return Sparse(none, none, np.zeros(0))
        return _merged(np.concatenate(self.rows), np.concatenate(self.inputs), np.concatenate(self.values))


def _link(link: Link, result: Sequence[Sparse]) -> Sparse:
    """Chain rule for one table: local derivatives by its variables times what those depend on."""
    entries = _Entries()
    totals = {name: _group_values(g) for name, g in link.groups.items()}

    def before(cells: Cells) -> Sparse | None:
        return result[cells.table] if cells.table >= 0 else None

    for text, part in link.parts():
        arguments = {name: c.values[part] for name, c in link.cells.items()} | {
            name: t[part] for name, t in totals.items()
        }
        for name, cells in link.cells.items():
            if not cells.fixed:
                slope = _partial(text, name, arguments, len(part))
                entries.through(cells, part, part, slope, before(cells))
        for name, group in link.groups.items():
            if not group.cells.fixed:
                local = np.zeros(link.size)
                local[part] = _partial(text, name, arguments, len(part))
                owner = np.repeat(np.arange(link.size), np.diff(group.offsets))
                mine = np.isin(owner, part) if len(part) < link.size else slice(None)
                owners = owner[mine]
                entries.through(group.cells, group.members[mine], owners, local[owners], before(group.cells))
    return entries.merged()


def _partial(text: str, name: str, arguments: dict[str, FloatArray], size: int) -> FloatArray:
    """Partial derivative of an equation in every row; where the text holds `min` or `max`, that of the branch in
    force."""
    try:
        slope = evaluate(derivative(text, name), arguments)
    except EquationError:
        slope = branch_derivative(text, name, arguments)
    values = np.asarray(slope, dtype=float)
    return values if values.shape == (size,) else np.full(size, values)


def _group_values(group: Group) -> FloatArray:
    owner = np.repeat(np.arange(len(group.offsets) - 1), np.diff(group.offsets))
    return np.bincount(owner, weights=group.cells.values[group.members], minlength=len(group.offsets) - 1).astype(float)


def _merged(rows: IntArray, inputs: IntArray, values: FloatArray) -> Sparse:
    """Entries of the same figure and input added, in order."""
    keep = inputs >= 0
    rows, inputs, values = rows[keep], inputs[keep], values[keep]
    if not len(rows):
        return Sparse(rows, inputs, values)
    order = np.lexsort((inputs, rows))
    rows, inputs, values = rows[order], inputs[order], values[order]
    first = np.flatnonzero(np.concatenate([[True], (np.diff(rows) != 0) | (np.diff(inputs) != 0)]))
    return Sparse(rows[first], inputs[first], np.add.reduceat(values, first))


# ---- results ----


def _lines(co2e: Sparse, emissions: FloatArray, inputs: Inputs) -> tuple[LineUncertainty, ...]:
    size = len(emissions)
    squares = (co2e.values * inputs.half_widths[co2e.inputs]) ** 2
    is_factor, is_known = inputs.are_factors[co2e.inputs], inputs.known[co2e.inputs]
    ad = np.bincount(co2e.rows, weights=squares * ~is_factor, minlength=size)
    ef = np.bincount(co2e.rows, weights=squares * is_factor, minlength=size)
    has_ad, has_ef = (
        np.bincount(co2e.rows[~is_factor], minlength=size),
        np.bincount(co2e.rows[is_factor], minlength=size),
    )
    known_ad = np.bincount(co2e.rows[~is_factor & is_known], minlength=size)
    known_ef = np.bincount(co2e.rows[is_factor & is_known], minlength=size)
    open_entries = np.flatnonzero(~is_known & (co2e.values != 0.0))
    unknown: dict[int, list[int]] = {}
    for row, item in zip(co2e.rows[open_entries].tolist(), co2e.inputs[open_entries].tolist(), strict=True):
        unknown.setdefault(row, []).append(item)
    out = []
    columns = (
        emissions.tolist(),
        ad.tolist(),
        ef.tolist(),
        has_ad.tolist(),
        has_ef.tolist(),
        known_ad.tolist(),
        known_ef.tolist(),
    )
    for n, (emission, a, e, any_ad, any_ef, some_ad, some_ef) in enumerate(zip(*columns, strict=True)):
        missing = tuple(unknown.get(n, ()))
        out.append(
            LineUncertainty(
                n,
                emission,
                None if any_ad and not some_ad else _percent(math.sqrt(a), emission),
                None if any_ef and not some_ef else _percent(math.sqrt(e), emission),
                _percent(math.sqrt(a + e), emission) if some_ad + some_ef or not missing else None,
                not missing,
                missing,
            )
        )
    return tuple(out)


def _percent(half_width: float, value: float) -> float | None:
    """Relative half-width in percent; nothing for a figure of zero with a spread."""
    if half_width == 0.0:
        return 0.0
    return float(100.0 * half_width / abs(value)) if value else None


def _by_stream(per_input: FloatArray, half: FloatArray, streams: IntArray) -> FloatArray:
    """Half-widths (signed) of each target by stream, so that a shared error adds linearly."""
    drawn = np.flatnonzero(streams >= 0)
    weighted = per_input[:, drawn] * half[drawn]
    count = int(streams.max(initial=-1)) + 1
    if count == len(drawn):
        return weighted
    order = np.argsort(streams[drawn], kind="stable")
    firsts = np.flatnonzero(np.diff(streams[drawn][order], prepend=-1))  # every number up to `count` occurs
    sizes = np.diff(firsts, append=len(order))
    out = weighted.take(order[firsts], axis=1)
    shared = np.flatnonzero(sizes > 1)  # few: the others are the error of one input
    members = order[np.repeat(sizes > 1, sizes)]
    begins = np.cumsum(sizes[shared]) - sizes[shared]
    out[:, shared] = np.add.reduceat(weighted.take(members, axis=1), begins, axis=1)
    return out


def group_half_widths(result: Approach1, groups: Sequence[Sequence[int]]) -> FloatArray:
    """95 % half-width (t CO2e) of the sum of each group of ledger lines, knowing what the lines share."""
    owner = np.full(len(result.lines), -1, dtype=np.intp)  # no line stands in two groups
    for n, lines in enumerate(groups):
        owner[list(lines)] = n
    s = result.sensitivities
    mine = owner[s.rows]
    there = mine >= 0
    count = len(result.inputs.items)
    flat = mine[there] * count + s.inputs[there]
    per_input = (
        np.bincount(flat, weights=s.values[there], minlength=len(groups) * count)
        .astype(float)
        .reshape(len(groups), count)
    )
    return np.sqrt((_by_stream(per_input, result.inputs.half_widths, result.inputs.streams) ** 2).sum(axis=1))  # type: ignore[no-any-return]


def _targets(
    sums: FloatArray, per_stream: FloatArray, tree: Targets, lines: Sequence[LineUncertainty]
) -> tuple[TargetUncertainty, ...]:
    half = np.array([(u.combined_pct or 0.0) / 100.0 * u.emission for u in lines])
    size = np.abs(np.array([u.emission for u in lines]))
    complete = np.array([u.complete for u in lines], dtype=float)
    reported = np.array([u.combined_pct is not None for u in lines], dtype=float)
    squares, whole, covered, anything = tree.roll_up(np.stack([half**2, size, size * complete, reported], axis=1)).T
    guideline, shared = np.sqrt(squares), np.sqrt((per_stream**2).sum(axis=1))
    return tuple(
        TargetUncertainty(
            t,
            float(sums[n]),
            _percent(float(guideline[n]), float(sums[n])) if anything[n] else None,
            _percent(float(shared[n]), float(sums[n])) if anything[n] else None,
            float(covered[n] / whole[n]) if whole[n] else 1.0,
        )
        for n, t in enumerate(tree.items)
    )


def _trends(sums: FloatArray, per_stream: FloatArray, tree: Targets) -> tuple[TrendUncertainty, ...]:
    """Change between years with shared factors: what both years have in common cancels from the trend."""
    known = bool(len(per_stream) and per_stream.shape[1])
    out = []
    for a, b in tree.trends():
        first, later = float(sums[a]), float(sums[b])
        half = math.sqrt(float(((per_stream[b] - per_stream[a]) ** 2).sum())) if known else None
        points = None
        if known and first:
            slope = (per_stream[b] * first - per_stream[a] * later) / first**2  # derivative of later/first
            points = 100.0 * math.sqrt(float((slope**2).sum()))
        out.append(
            TrendUncertainty(
                tree.items[a],
                tree.items[b],
                later - first,
                100.0 * (later - first) / first if first else None,
                half,
                points,
            )
        )
    return tuple(out)
