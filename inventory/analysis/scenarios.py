"""Scenarios: some inputs of a ledger given many values at once, and only the arithmetic that they reach computed again.

The equations, units and factors are the ledger's own; the values are float64, one column a scenario. What the engine
checks once (limits, whole and part, completeness) is not checked again for each scenario: compile the one that matters
with `Project.with_value`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from inventory.core import equation, units
from inventory.core.ledger import Column, FloatArray, Ledger, StepTable
from inventory.core.problems import InventoryError, Origin, problem
from inventory.core.selection import meant
from inventory.uncertainty.chain import tonnes_of

if TYPE_CHECKING:
    import pandas as pd

ArrayLike = Sequence[float] | FloatArray


@dataclass(frozen=True, slots=True)
class Handle:
    """One input of a ledger: kind `activity` (position in `Ledger.data`) or `factor` (in `Ledger.factors`), its value
    and unit there. `shared`: further positions of the same factor, which is one figure wherever it is used."""

    kind: str
    index: int
    name: str
    value: float
    unit: str
    shared: tuple[int, ...] = ()


@dataclass(frozen=True)
class SweepResult:
    """t CO2e of every scenario: `totals[target]` has one value a scenario, target = (region, year, sector or
    "total")."""

    scenarios: tuple[str, ...]
    totals: Mapping[tuple[str, int, str], FloatArray]
    gwp_set: str

    def to_frame(self) -> pd.DataFrame:
        """One row a scenario and target: scenario, region, year, sector, co2e_t."""
        import pandas as pd

        parts = [
            pd.DataFrame(
                {
                    "scenario": self.scenarios,
                    "region": r,
                    "year": y,
                    "sector": s,
                    "co2e_t": values,
                    "gwp_set": self.gwp_set,
                }
            )
            for (r, y, s), values in self.totals.items()
        ]
        return pd.concat(parts, ignore_index=True)


@dataclass
class Scenarios:
    """Values for inputs of a ledger, all of one length (the number of scenarios); `run` computes what they give.

    Example:
        s = Scenarios(ledger)
        s.set(s.activity(quantity="clinker_production", year=2010), [3000, 4000, 5000], unit="万吨")
        s.scale(s.factor(parameter="clinker_ef"), [1, 0.95, 0.9])
        s.run().to_frame()
    """

    ledger: Ledger
    names: tuple[str, ...] = ()
    _values: dict[tuple[str, int], FloatArray] = field(default_factory=dict)

    # ---- naming inputs ----

    def activity(self, quantity: str, **where: object) -> Handle:
        """The one activity datum with this quantity, region, year and keys, by id or word in either language. Raises `InventoryError` unless exactly one
        matches."""
        known = meant({"quantity": quantity, **where}, self.ledger.edition)
        data = self.ledger.derived(_searched)
        at = _only([i for i, has in enumerate(data.names) if _fits(has, known)], {"quantity": quantity, **where})
        quantity = known["quantity"]
        place = self.ledger.data[at].origin
        if data.sources.get(place, frozenset()) - {at}:
            raise InventoryError([problem("scenario.source", place, name=quantity)])
        return Handle("activity", at, quantity, float(self.ledger.data_values[at]), self.ledger.data_units[at])

    def factor(self, parameter: str, **where: object) -> Handle:
        """The one factor in use of this parameter with these keys (and `gas`, `id`), wherever it is used. Raises
        `InventoryError` unless exactly one matches."""
        known = meant({"parameter": parameter, **where}, self.ledger.edition)
        hits = [
            i
            for i, f in enumerate(self.ledger.factors)
            if f.computed is None and _fits({**dict(f.keys), "parameter": f.parameter, "gas": f.gas, "id": f.id}, known)
        ]
        one = {(f.id, f.value, f.unit) for f in (self.ledger.factors[i] for i in hits)}
        same = len(one) == 1 and next(iter(one))[0] != ""
        at = _only(hits[:1] if same else hits, {"parameter": parameter, **where})
        parameter = known["parameter"]
        used = self.ledger.factors[at]
        return Handle("factor", at, parameter, used.value, used.unit, tuple(hits[1:]))

    # ---- giving values ----

    def set(self, handle: Handle, values: ArrayLike, unit: str = "") -> Scenarios:
        """Give an input a value a scenario, in `unit` (default: the ledger's). Raises `InventoryError` for another
        length or unit, or a value that is no number."""
        given = np.asarray(values, dtype=np.float64)
        if given.ndim != 1 or not np.isfinite(given).all() or (self._values and len(given) != self.count):
            raise InventoryError(
                [problem("scenario.values", name=handle.name, length=given.shape, wanted=self.count or "1…")]
            )
        if unit:
            try:
                given = given * float(units.ratio(unit, handle.unit))
            except (units.UnitError, units.DimensionError) as error:
                raise InventoryError(
                    [problem("scenario.unit", name=handle.name, unit=unit, expected=handle.unit)]
                ) from error
        for index in (handle.index, *handle.shared):
            self._values[handle.kind, index] = given
        return self

    def scale(self, handle: Handle, factors: ArrayLike) -> Scenarios:
        """Give an input its own value times a factor a scenario."""
        return self.set(handle, np.asarray(factors, dtype=np.float64) * handle.value)

    @property
    def count(self) -> int:
        """How many scenarios there are; 0 before the first input was given."""
        return len(next(iter(self._values.values()))) if self._values else 0

    # ---- computing ----

    def run(self) -> SweepResult:
        """Totals and sectors of every scenario. Raises `InventoryError` when no input was given a value."""
        if not self._values:
            raise InventoryError([problem("scenario.values", name="—", length=0, wanted="1…")])
        changed = _ScenarioRun(self.ledger, self._values, self.count).line_changes()
        names = self.names or tuple(str(n + 1) for n in range(self.count))
        return SweepResult(names, _totals(self.ledger, changed, self.count), self.ledger.gwp.name)


@dataclass(frozen=True)
class _SearchedData:
    """What data are called, in the ledger's order, and which data are made of a cell (positions by cell)."""

    names: tuple[Mapping[str, str], ...]
    sources: Mapping[Origin, frozenset[int]]


def _searched(ledger: Ledger) -> _SearchedData:
    names = []
    sources: dict[Origin, set[int]] = {}
    for n, d in enumerate(ledger.data):
        names.append({**d.keys, "quantity": d.quantity, "region": d.region, "year": str(d.year)})
        for term in d.terms:
            sources.setdefault(term.cell, set()).add(n)
    return _SearchedData(tuple(names), {cell: frozenset(at) for cell, at in sources.items()})


def _fits(has: Mapping[str, str], where: Mapping[str, object]) -> bool:
    return all(has.get(k) == str(v) for k, v in where.items())


def _only(hits: list[int], where: Mapping[str, object]) -> int:
    if len(hits) != 1:
        raise InventoryError(
            [problem("query.datum", what="；".join(f"{k}={v}" for k, v in where.items()), count=len(hits))]
        )
    return hits[0]


class _ScenarioRun:
    """The ledger's step tables with the changed inputs: only rows that a change reaches are computed, for all scenarios
    at once."""

    def __init__(self, ledger: Ledger, values: Mapping[tuple[str, int], FloatArray], count: int) -> None:
        self.ledger, self.values, self.count = ledger, values, count
        self.place = {(t.method.id, t.name): n for n, t in enumerate(ledger.tables)}
        self.done: dict[int, dict[int, FloatArray]] = {}  # table -> row -> values

    def line_changes(self) -> dict[int, FloatArray]:
        """New mass minus old mass in tonnes of every line that is reached."""
        out: dict[int, FloatArray] = {}
        for number, table in enumerate(self.ledger.tables):
            rows = self._table(table)
            if not rows:
                continue
            self.done[number] = rows
            tonnes = tonnes_of(self.ledger, number)
            for row, values in rows.items():
                line = int(table.lines[row])
                if line >= 0:
                    out[line] = (values - float(table.values[row])) * tonnes
        for n, x in enumerate(self.ledger.lines):
            if x.datum >= 0 and ("activity", x.datum) in self.values:
                scale = float(
                    units.ratio(self.ledger.data_units[x.datum], _tonne_of(self.ledger.data_units[x.datum], x.gas))
                )
                out[n] = (self.values["activity", x.datum] - float(self.ledger.data_values[x.datum])) * scale
        return out

    def _table(self, table: StepTable) -> dict[int, FloatArray]:
        moved = {name: self._column(c, table.method.id) for name, c in table.columns.items()}
        members = {name: self._column(s.column, table.method.id) for name, s in table.sums.items()}
        sums = {
            name: {
                row: _sum(table.sums[name].column, group, members[name])
                for row, group in enumerate(table.sums[name].groups)
                if members[name] and any(m in members[name] for m in group)
            }
            for name in table.sums
        }
        reached = sorted({row for column in (*moved.values(), *sums.values()) for row in column})
        out: dict[int, FloatArray] = {}
        for row in reached:
            arguments: dict[str, Any] = {
                name: moved[name].get(row, float(c.values[row])) for name, c in table.columns.items()
            }
            for name, s in table.sums.items():
                still = sums[name].get(row)
                arguments[equation.sum_name(name)] = (
                    still if still is not None else math.fsum(s.column.values[list(s.groups[row])].tolist())
                )
            with np.errstate(all="ignore"):
                out[row] = np.broadcast_to(
                    equation.evaluate(table.texts[int(table.variants[row])], arguments), (self.count,)
                ).astype(np.float64)
        return out

    def _column(self, column: Column, method: str) -> dict[int, FloatArray]:
        """Entries of a column that changed, by position."""
        if column.kind == "step":
            rows = self.done.get(self.place.get((method, column.source), -1), {})
            return {at: rows[ref] for at, ref in enumerate(column.refs.tolist()) if ref in rows} if rows else {}
        if column.kind == "activity":
            return self._given("activity", column)
        if column.kind == "factor":
            return {**self._given("factor", column), **self._computed(column)}
        return {}

    def _given(self, kind: str, column: Column) -> dict[int, FloatArray]:
        required = {index: v for (k, index), v in self.values.items() if k == kind}
        out: dict[int, FloatArray] = {}
        for at, ref in enumerate(column.refs.tolist()):
            if ref in required:
                base = self.ledger.data_values[ref] if kind == "activity" else self.ledger.factors[ref].value
                same = base == column.values[at]
                out[at] = (
                    required[ref]
                    if same
                    else required[ref]
                    * (float(column.values[at]) / float(base) if base else self._scale(kind, ref, column.units[at]))
                )
        return out

    def _scale(self, kind: str, ref: int, unit: str) -> float:
        return float(
            units.ratio(self.ledger.data_units[ref] if kind == "activity" else self.ledger.factors[ref].unit, unit)
        )

    def _computed(self, column: Column) -> dict[int, FloatArray]:
        """Factors that a step of the ledger computes (heat values scaled to raw coal): they move with that step."""
        out: dict[int, FloatArray] = {}
        for at, ref in enumerate(column.refs.tolist()):
            step = self.ledger.factors[ref].computed if ref >= 0 else None
            if step is not None:
                rows = self.done.get(self.place.get((step[0], step[1]), -1), {})
                if step[2] in rows:
                    out[at] = rows[step[2]]
        return out


def _tonne_of(unit: str, gas: str) -> str:
    return "t" if units.same_dimension(unit, "t") else f"t {gas}"


def _sum(column: Column, group: Sequence[int], moved: Mapping[int, FloatArray]) -> FloatArray:
    still = math.fsum(float(column.values[m]) for m in group if m not in moved)
    return np.sum([moved[m] for m in group if m in moved], axis=0) + still  # type: ignore[no-any-return]


Target = tuple[str, int, str]  # region, year, sector or "total"


@dataclass(frozen=True)
class _Standing:
    """t CO2e of every target as computed, and the targets of every line of the total."""

    sums: Mapping[Target, float]
    targets: Mapping[int, tuple[Target, Target]]


def _standing(ledger: Ledger) -> _Standing:
    tops: dict[str, str] = {}
    for c in ledger.edition.categories.values():  # parents stand before their children
        tops[c.id] = tops[c.parent] if c.parent else c.id
    base: dict[Target, list[float]] = {}
    targets: dict[int, tuple[Target, Target]] = {}
    for n, line in enumerate(ledger.lines):
        if line.account == "total":
            at = (line.region, line.year)
            targets[n] = ((*at, tops[line.category]), (*at, "total"))
            for target in targets[n]:
                base.setdefault(target, []).append(float(ledger.co2e_t(line)))
    return _Standing({key: math.fsum(values) for key, values in sorted(base.items())}, targets)


def _totals(ledger: Ledger, changed: Mapping[int, FloatArray], count: int) -> dict[Target, FloatArray]:
    standing = ledger.derived(_standing)
    moved: dict[Target, FloatArray] = {}
    for n in sorted(changed):
        for target in standing.targets.get(n, ()):
            moved[target] = moved.get(target, np.zeros(count)) + changed[n] * ledger.gwp[ledger.lines[n].gas]
    return {key: value + moved.get(key, np.zeros(count)) for key, value in standing.sums.items()}
