"""New inputs put into old arithmetic, one kind after another: what a change of activity data does, and what a change of
factors does on top.

Activity data are matched by what they are (region, year, quantity, keys), factors by where they stand (method, step,
row, name), because a factor that was replaced has another id. Values are brought to the unit the old equation was
checked for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from inventory.core import equation, units
from inventory.core.ledger import Column, FloatArray, Ledger, StepTable
from inventory.core.problems import Origin
from inventory.uncertainty.chain import tonnes_of

_SAME = 1e-12  # relative: figures that differ by less are the same figure in another unit
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class InputDifference:
    """One input of a line that is not what it was. `old`, `new` are shown with their units; ids tell a replaced
    factor."""

    kind: str  # activity | factor | method
    label: Mapping[str, str]
    old: str
    new: str
    new_origin: Origin = Origin()


class Substitution:
    """Old arithmetic under old inputs, new activity data, and new activity data with new factors: computed once for a
    pair of ledgers."""

    def __init__(self, old: Ledger, new: Ledger) -> None:
        self.old, self.new = old, new
        self._tables = {
            (t.method.id, t.name): (n, t, {row: i for i, row in enumerate(t.rows)}) for n, t in enumerate(new.tables)
        }
        self._data = {(d.region, d.year, d.quantity, tuple(sorted(d.item))): n for n, d in enumerate(new.data)}
        self._pairs = [self._data.get((d.region, d.year, d.quantity, tuple(sorted(d.item))), -1) for d in old.data]
        self._old = self._run(activity=False, factors=False)
        self._with_activity = self._run(activity=True, factors=False)
        self._with_factors = self._run(activity=True, factors=True)
        self._altered = self._altered_methods()

    def causes(self, old_line: int, new_line: int) -> tuple[dict[str, float], tuple[InputDifference, ...]]:
        """Change of a line's mass (t) by cause, and the inputs that differ. The amounts add up to new mass - old mass
        but for rounding."""
        a, b = self.old.lines[old_line], self.new.lines[new_line]
        if a.table < 0 or b.table < 0:
            return self._measured(old_line, new_line)
        scale = tonnes_of(self.old, a.table)
        steps = [float(run[a.table][a.row]) * scale for run in (self._old, self._with_activity, self._with_factors)]
        size = max(abs(a.mass_t), abs(b.mass_t), *(abs(s) for s in steps))
        result = {"error": steps[0] - a.mass_t, "activity": steps[1] - steps[0], "factor": steps[2] - steps[1]}
        rest = b.mass_t - steps[2]
        if abs(result["error"]) <= _ROUNDING * size:
            result["activity"] += result.pop("error")
        if abs(rest) <= _ROUNDING * size:
            result["activity"] += rest
        elif self._method_changed(a.method, a.table, b.table):
            result["method"] = rest
        elif a.method in self._altered:  # rows of an intermediate step came or went with their data
            result["activity"] += rest
        else:
            result["error"] = result.get("error", 0.0) + rest
        if all(abs(v) <= _ROUNDING * size for v in result.values()):
            result = {}
        return {k: v for k, v in result.items() if v}, self._differences(a.table, a.row) if result else ()

    # ---- running the old arithmetic ----

    def _run(self, activity: bool, factors: bool) -> list[FloatArray]:
        """Values of every old table under the chosen inputs."""
        done: list[FloatArray] = []
        place = {(t.method.id, t.name): n for n, t in enumerate(self.old.tables)}
        for table in self.old.tables:

            def earlier(column: Column, method: str = table.method.id) -> FloatArray | None:
                number = place.get((method, column.source)) if column.kind == "step" else None
                return done[number] if number is not None else None

            values = {}
            for name, c in table.columns.items():
                values[name] = self._values(c, earlier(c), activity)
                if factors and c.kind == "factor":
                    self._take_factors(values[name], c, table)
            for name, s in table.sums.items():
                members = self._values(s.column, earlier(s.column), activity)
                values[equation.sum_name(name)] = np.array([math.fsum(members[list(g)]) for g in s.groups])
            out = np.array(table.values, dtype=float)
            for number, text in enumerate(table.texts):
                rows = np.flatnonzero(table.variants == number)
                if len(rows):
                    out[rows] = equation.evaluate(text, {n: v[rows] for n, v in values.items()})
            done.append(out)
        return done

    def _values(self, column: Column, earlier: FloatArray | None, activity: bool) -> FloatArray:
        """Values of an old column: of a step from the results `earlier`, of activity data the new ones if `activity`."""
        out = np.array(column.values, dtype=float)
        if column.kind == "step" and earlier is not None and len(out):
            there = column.refs >= 0
            out[there] = earlier[column.refs[there]]
        elif column.kind == "activity" and activity:
            for row, ref in enumerate(column.refs.tolist()):
                if ref >= 0 and self._pairs[ref] >= 0:
                    out[row] = self._datum_in(self._pairs[ref], column.units[row], out[row])
        return out

    def _take_factors(self, out: FloatArray, column: Column, table: StepTable) -> None:
        """The new factors of the same rows, where there are any."""
        other = self._column(table, column.name)
        if other is None:
            return
        theirs, rows = other
        for row, key in enumerate(table.rows):
            at = rows.get(key, -1)
            if at >= 0:
                out[row] = _converted(float(theirs.values[at]), theirs.units[at], column.units[row], out[row])

    def _column(self, table: StepTable, name: str) -> tuple[Column, dict[tuple[str, ...], int]] | None:
        """The same factor column of the new version, with its rows by key; None when the step, its grain or the column
        is gone."""
        known = self._tables.get((table.method.id, table.name))
        if known is None or known[1].keys != table.keys or name not in known[1].columns:
            return None
        return known[1].columns[name], known[2]

    def _datum_in(self, new: int, unit: str, otherwise: float) -> float:
        return _converted(float(self.new.data_values[new]), self.new.data_units[new], unit, otherwise)

    # ---- what differs ----

    def _method_changed(self, method: str, old_table: int, new_table: int) -> bool:
        """The method's declared equations, grains or units, or the choices behind them, are not what they were."""
        a, b = self.old.tables[old_table].method, self.new.tables[new_table].method
        if a.id != b.id:
            return True

        def declared(m: object, ledger: Ledger) -> list[tuple[Any, ...]]:
            return [(s.name, s.text_under(ledger.choices), s.unit, s.by, s.gas) for s in m.steps]  # type: ignore[attr-defined]

        return (
            declared(a, self.old) != declared(b, self.new)
            or a.factor != b.factor
            or a.number != b.number
            or self._choices_differ(a.id)
        )

    def _choices_differ(self, method: str) -> bool:
        factors = (
            self.old.edition.declared.methods[method].factor if method in self.old.edition.declared.methods else ()
        )
        names = {source[1:] for f in factors for source in f.keys.values() if source.startswith("?")}
        return any(self.old.choices.get(n, ("",))[0] != self.new.choices.get(n, ("",))[0] for n in sorted(names))

    def _altered_methods(self) -> set[str]:
        """Methods with rows, or members of sums, in one version only."""

        def shape(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
            result: dict[str, list[tuple[Any, ...]]] = {}
            for t in ledger.tables:
                data = tuple(
                    sorted(
                        {
                            self._identity(ledger, r)
                            for c in (*t.columns.values(), *(s.column for s in t.sums.values()))
                            if c.kind == "activity"
                            for r in c.refs.tolist()
                            if r >= 0
                        }
                    )
                )
                result.setdefault(t.method.id, []).append((t.name, t.rows, data))
            return result

        a, b = shape(self.old), shape(self.new)
        return {m for m in {*a, *b} if a.get(m) != b.get(m)}

    @staticmethod
    def _identity(ledger: Ledger, ref: int) -> tuple[str, int, str, tuple[tuple[str, str], ...]]:
        d = ledger.data[ref]
        return (d.region, d.year, d.quantity, tuple(sorted(d.item)))

    def _measured(self, old_line: int, new_line: int) -> tuple[dict[str, float], tuple[InputDifference, ...]]:
        """Measured emissions are activity data of their own; measured against computed is another method."""
        a, b = self.old.lines[old_line], self.new.lines[new_line]
        change = b.mass_t - a.mass_t
        cause = "activity" if a.table < 0 and b.table < 0 else "method"
        return ({cause: change} if change else {}), ()

    def _differences(self, table: int, row: int) -> tuple[InputDifference, ...]:
        """Inputs of a line that changed, through all steps behind it, in the order of the equations; each once."""
        result: dict[tuple[Any, ...], InputDifference] = {}
        place = {(t.method.id, t.name): n for n, t in enumerate(self.old.tables)}
        self._collect(table, row, place, result)
        return tuple(result.values())

    def _collect(
        self,
        number: int,
        row: int,
        place: Mapping[tuple[str, str], int],
        result: dict[tuple[Any, ...], InputDifference],
    ) -> None:
        table = self.old.tables[number]
        other = self._tables.get((table.method.id, table.name))
        entries = [(c, row, True) for c in table.columns.values()]
        entries += [(s.column, m, False) for s in table.sums.values() for m in s.groups[row]]
        for column, at, in_row in entries:
            if column.kind == "step" and column.refs[at] >= 0:
                self._collect(place[table.method.id, column.source], int(column.refs[at]), place, result)
            elif column.kind == "activity" and column.refs[at] >= 0:
                self._note_datum(int(column.refs[at]), column, result)
            elif column.kind == "factor" and in_row and other is not None:
                mate = self._column(table, column.name)
                where = other[2].get(table.rows[row], -1)
                if mate is not None and where >= 0:
                    self._note_factor(column, at, mate[0], where, result)

    def _note_datum(self, ref: int, column: Column, result: dict[tuple[Any, ...], InputDifference]) -> None:
        d, pair = self.old.data[ref], self._pairs[ref]
        if pair < 0:
            result[("activity", ref)] = InputDifference("activity", column.label, f"{d.value:g} {d.unit}", "—")
            return
        e = self.new.data[pair]
        value = float(self.old.data_values[ref])
        if abs(self._datum_in(pair, self.old.data_units[ref], math.nan) - value) > _SAME * abs(value):
            result[("activity", ref)] = InputDifference(
                "activity", column.label, f"{d.value:g} {d.unit}", f"{e.value:g} {e.unit}", e.origin
            )

    def _note_factor(
        self, column: Column, at: int, theirs: Column, where: int, result: dict[tuple[Any, ...], InputDifference]
    ) -> None:
        a, b = self.old.factors[column.refs[at]], self.new.factors[theirs.refs[where]]
        if abs(_converted(b.value, b.unit, a.unit, math.nan) - a.value) > _SAME * abs(a.value):
            before, after = (f"{f.value:g} {f.unit} [{f.id}]" for f in (a, b))
            result[("factor", a.id, b.id)] = InputDifference("factor", column.label, before, after, b.origin)


def _converted(value: float, source: str, target: str, otherwise: float) -> float:
    """A value in another printed unit; `otherwise` when the dimensions differ, which is then a change of method."""
    if source == target:
        return value
    return units.scaled(value, units.ratio(source, target)) if units.same_dimension(source, target) else otherwise
