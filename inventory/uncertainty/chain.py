"""The arithmetic of a ledger seen as a chain: for every step table, which random input or which row of an earlier table
stands in each cell.

Built once from a ledger's step tables; `propagation` runs derivatives along it, `montecarlo` draws. The equations are
the ledger's own texts:
nothing is written a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from inventory.core import units
from inventory.core.equation import sum_name
from inventory.core.ledger import Column, FloatArray, IntArray, Ledger

from .inputs import Inputs, weights_of


@dataclass(frozen=True, slots=True)
class Cells:
    """One variable of a table: fixed values, and per entry the input or the row of table `table` it comes from; -1
    where it is not so.

    Both stand side by side where some factors are figures of their own and others were computed by a step.
    """

    values: FloatArray
    inputs: IntArray
    table: int
    rows: IntArray
    fixed: bool  # neither an input nor a table behind any entry


@dataclass(frozen=True, slots=True)
class Group:
    """A finer variable added up: `members` are positions in `cells`, row r owning `members[offsets[r]:offsets[r +
    1]]`."""

    cells: Cells
    members: IntArray
    offsets: IntArray


@dataclass(frozen=True, slots=True)
class Link:
    """One step table: names as the equation sees them (sums under `sum_name`), equations by variant, and where the rows
    go.

    `lines` are ledger lines or -1; `tonnes` turns a row's value into tonnes of its gas. `needed` says that a later
    table reads it.
    """

    texts: tuple[str, ...]
    variants: IntArray
    cells: Mapping[str, Cells]
    groups: Mapping[str, Group]
    values: FloatArray
    lines: IntArray
    tonnes: float
    needed: bool

    @property
    def size(self) -> int:
        return len(self.values)

    def parts(self) -> list[tuple[str, IntArray]]:
        """Each equation with its rows."""
        if len(self.texts) == 1:
            return [(self.texts[0], np.arange(self.size, dtype=np.intp))] if self.size else []
        return [
            (text, np.flatnonzero(self.variants == n))
            for n, text in enumerate(self.texts)
            if (self.variants == n).any()
        ]


@dataclass(frozen=True)
class Chain:
    """All links in an order in which each reads only earlier ones, and the measured lines: (line, input)."""

    links: tuple[Link, ...]
    measured_lines: IntArray
    measured_inputs: IntArray
    line_values: FloatArray  # t of the gas, as in the ledger


def chain_of(ledger: Ledger, inputs: Inputs) -> Chain:
    """The chain of a ledger for these inputs."""
    divided = _divided(ledger, inputs)
    place = {(t.method.id, t.name): n + len(divided) for n, t in enumerate(ledger.tables)}
    of_derived = {datum: row for row, datum in enumerate(inputs.shares.pieces)} if divided else {}
    computed = frozenset(n for n, factor in enumerate(ledger.factors) if factor.computed)
    read: set[int] = set()
    raw = []
    for number, table in enumerate(ledger.tables):
        known = _Known(ledger, inputs, place, read, weights_of(table), of_derived, len(divided) - 1, computed)
        cells = {name: _cells(c, table.method.id, known) for name, c in table.columns.items()}
        groups = {}
        for name, s in table.sums.items():
            sizes = np.array([len(g) for g in s.groups], dtype=np.intp)
            members = np.array([m for g in s.groups for m in g], dtype=np.intp)
            offsets = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
            groups[sum_name(name)] = Group(_cells(s.column, table.method.id, known), members, offsets)
        raw.append((number, table, cells, groups))
    links = (
        *divided,
        *(
            Link(
                t.texts,
                t.variants,
                cells,
                groups,
                t.values,
                t.lines,
                tonnes_of(ledger, number),
                number + len(divided) in read,
            )
            for number, t, cells, groups in raw
        ),
    )
    for number, link in enumerate(links):
        if any(c.table >= number for c in (*link.cells.values(), *(g.cells for g in link.groups.values()))):
            raise ValueError("a step reads a table that does not stand before it")
    lines = [n for n, line in enumerate(ledger.lines) if line.datum >= 0]
    return Chain(
        links,
        np.array(lines, dtype=np.intp),
        np.array([inputs.of_datum[ledger.lines[n].datum] for n in lines], dtype=np.intp),
        np.array([line.mass_t for line in ledger.lines], dtype=float),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What is needed to say where a table's entries come from; `read` collects the tables that later ones read."""

    ledger: Ledger
    inputs: Inputs
    place: Mapping[tuple[str, str], int]
    read: set[int]
    weights: frozenset[str]
    derived: Mapping[int, int]  # datum made of shares -> row of the table that forms it
    forming: int  # that table
    computed: frozenset[int]  # factors that a step computed


def _cells(column: Column, method: str, known: _Known) -> Cells:
    refs = np.asarray(column.refs, dtype=np.intp)
    none = np.full(len(refs), -1, dtype=np.intp)
    if column.kind == "step":
        # an optional step that this input does not have: its zeros are constants
        if not len(refs) or (method, column.source) not in known.place:
            return Cells(column.values, none, -1, none, True)
        table = known.place[method, column.source]
        known.read.add(table)
        return Cells(column.values, none, table, refs, False)
    if column.kind in ("activity", "factor") and len(refs) and column.name not in known.weights:
        where = known.inputs.of_datum if column.kind == "activity" else known.inputs.of_factor
        result = np.where(refs >= 0, where[refs] if len(where) else -1, -1).astype(np.intp)
        table, rows = _computed(refs, known) if column.kind == "factor" else _formed(refs, known)
        result = np.where(rows >= 0, -1, result).astype(np.intp)
        return Cells(column.values, result, table, rows, table < 0 and not bool((result >= 0).any()))
    return Cells(column.values, none, -1, none, True)


def _formed(refs: IntArray, known: _Known) -> tuple[int, IntArray]:
    """The table that forms derived data from their pieces, and the row of each entry in it."""
    if not known.derived:
        return -1, np.full(len(refs), -1, dtype=np.intp)
    rows = np.array([known.derived.get(r, -1) for r in refs.tolist()], dtype=np.intp)
    return (known.forming, rows) if len(rows) and (rows >= 0).any() else (-1, rows)


def _divided(ledger: Ledger, inputs: Inputs) -> tuple[Link, ...]:
    """Shares, pieces and derived data as links before all others: total of a set's weights, share = weight / total,
    piece = amount × shares, datum = own × pieces."""
    use = inputs.shares
    if not use.parts or not use.pieces:
        return ()
    count = len(use.parts)
    weights = np.array([p.value for p in use.parts])
    none = np.full(count, -1, dtype=np.intp)
    drawn = Cells(weights, inputs.of_share, -1, none, False)
    members = np.array([m for g in use.sets for m in g], dtype=np.intp)
    sums = np.array([weights[list(g)].sum() for g in use.sets])
    together = Group(drawn, members, _offsets([len(g) for g in use.sets]))
    totals = _link("sum(weight)", {}, {sum_name("weight"): together}, sums)
    set_of = np.array(use.set_of, dtype=np.intp)
    total = Cells(sums[set_of], none, 0, set_of, False)
    shares = _link("weight / total", {"weight": drawn, "total": total}, {}, weights / sums[set_of])
    pieces = [p for entry in use.pieces.values() for p in entry]
    most = max(len(p.parts) for p in pieces)
    cells = {"amount": _fixed(np.array([p.amount for p in pieces]))}
    amounts = np.array([p.amount for p in pieces])
    for k in range(most):
        rows = np.array([p.parts[k] if k < len(p.parts) else -1 for p in pieces], dtype=np.intp)
        values = np.where(rows >= 0, shares.values[np.maximum(rows, 0)], 1.0)
        cells[f"share_{k}"] = Cells(values, np.full(len(rows), -1, dtype=np.intp), 1, rows, False)
        amounts = amounts * values
    divided = _link(" * ".join(cells), cells, {}, amounts)
    data = list(use.pieces)
    offsets = _offsets([len(use.pieces[d]) for d in data])
    every = np.arange(len(pieces), dtype=np.intp)
    whole = Group(Cells(amounts, np.full(len(pieces), -1, dtype=np.intp), 2, every, False), every, offsets)
    point = np.add.reduceat(amounts, offsets[:-1])
    own = np.array([float(ledger.data_values[d]) for d in data])
    formed = Cells(own, inputs.of_datum[data], -1, np.full(len(data), -1, dtype=np.intp), False)
    return (
        totals,
        shares,
        divided,
        _link("own * sum(piece) / point", {"own": formed, "point": _fixed(point)}, {sum_name("piece"): whole}, own),
    )


def _link(text: str, cells: Mapping[str, Cells], groups: Mapping[str, Group], values: FloatArray) -> Link:
    return Link(
        (text,),
        np.zeros(len(values), dtype=np.intp),
        cells,
        groups,
        values,
        np.full(len(values), -1, dtype=np.intp),
        1.0,
        True,
    )


def _fixed(values: FloatArray) -> Cells:
    none = np.full(len(values), -1, dtype=np.intp)
    return Cells(values, none, -1, none, True)


def _offsets(sizes: list[int]) -> IntArray:
    return np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)


def _computed(refs: IntArray, known: _Known) -> tuple[int, IntArray]:
    """The table that computed some of a column's factors (one at most), and the row of each entry in it."""
    if known.computed.isdisjoint(refs.tolist()):
        return -1, np.full(len(refs), -1, dtype=np.intp)
    factors = known.ledger.factors
    steps = [factors[r].computed if r >= 0 else None for r in refs.tolist()]
    names = {(s[0], s[1]) for s in steps if s}
    if not names:
        return -1, np.full(len(refs), -1, dtype=np.intp)
    if len(names) > 1:
        raise ValueError(f"factors of one column are computed by several steps: {sorted(names)}")
    table = known.place[names.pop()]
    known.read.add(table)
    return table, np.array([s[2] if s else -1 for s in steps], dtype=np.intp)


def tonnes_of(ledger: Ledger, number: int) -> float:
    """From the printed unit of a ledger's table to tonnes: the units' exact ratio, for the first of its lines (one step
    has one unit)."""
    table = ledger.tables[number]
    at = next((r for r, n in enumerate(table.lines.tolist()) if n >= 0), None)
    if at is None:
        return 1.0
    gas = ledger.lines[int(table.lines[at])].gas
    plain = table.unit.format(gas=gas)
    target = "t" if units.same_dimension(plain, "t") else f"t {gas}"
    return float(units.ratio(plain, target))
