"""Why is it this number: an explanation as data, from the ledger, for province and enterprise alike.

A figure is a sum of ledger lines; a line is a result of an equation (or a measured emission) times its GWP; an equation
takes inputs; an input is a datum with its cell, a factor with its standing, an earlier result, a sum, or a number.
Everything is frozen and turns to JSON as it is (`as_dict`); the sentences of `inventory explain` and the hidden trace
of a report are views of this tree (inventory/explain_text.py).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cached_property
from typing import Any

from . import equation, units
from .declarations import Text
from .explanation_nodes import (
    DatumNode,
    FactorNode,
    FigureNode,
    GwpNode,
    InputNode,
    Key,
    LineNode,
    NumberNode,
    StepNode,
    SumNode,
    TermNode,
)
from .ledger import Column, Ledger, Line, StepTable, Sum
from .problems import InventoryError, Origin, problem
from .subjects import MEASURED_QUANTITY

# so many lines of a sum are explained down to their inputs unless more are asked for; the others only say what they are
MOST = 12


NOWHERE = Origin()
SHARED = (StepNode, DatumNode, FactorNode)
COMMON = (Key, GwpNode)  # an explainer has one of each for all nodes


class Explainer:
    """Builds explanations of one ledger; each row of arithmetic is built once, however many figures use it."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._steps: dict[tuple[int, int], StepNode] = {}
        self._data: dict[int, DatumNode] = {}
        self._factors: dict[int, FactorNode] = {}
        self._gwps: dict[str, GwpNode] = {}
        self._known_keys: dict[tuple[str, str], Key] = {}

    # ---- figures and lines ----

    def figure(self, lines: Iterable[int], label: Text, gas: str = "", most: int = MOST) -> FigureNode:
        """The sum of ledger lines (positions in `Ledger.lines`): tonnes of `gas`, or t CO2e when no gas is named."""
        ledger = self.ledger
        amounts = {i: ledger.lines[i].mass_t if gas else float(ledger.co2e_t(ledger.lines[i])) for i in lines}
        order = sorted(amounts, key=lambda i: (-abs(amounts[i]), i))
        parts = tuple(self.line(i, deep=n < most) for n, i in enumerate(order))
        return FigureNode(label, f"t {gas}" if gas else "t CO2e", math.fsum(amounts.values()), parts)

    def category(
        self, category: str, region: str, year: int, gas: str = "", account: str = "total", most: int = MOST
    ) -> FigureNode:
        """A category with everything below it. Raises `InventoryError` when nothing was computed for it."""
        edition = self.ledger.edition
        below = edition.descendants(category) if category in edition.categories else frozenset()
        wanted = [
            i
            for i, x in enumerate(self.ledger.lines)
            if x.category in below and (x.region, x.year, x.account) == (region, year, account) and gas in ("", x.gas)
        ]
        if not wanted:
            known = dict.fromkeys(
                f"{x.category} {x.gas} {x.region} {x.year}"
                for x in self.ledger.lines
                if x.category in below or not below
            )
            raise InventoryError(
                [
                    problem(
                        "explain.no_line",
                        category=category,
                        gas=gas,
                        region=region,
                        year=year,
                        near="；".join(known)[:300],
                    )
                ]
            )
        return self.figure(wanted, edition.categories[category].label, gas, most)

    def line(self, index: int, deep: bool = True) -> LineNode:
        """One ledger line down to its cells and factors."""
        x, ledger = self.ledger.lines[index], self.ledger
        of = None if not deep else self.datum(x.datum) if x.table < 0 else self.step(x.table, x.row)
        label = (
            ledger.edition.categories[x.category].label
            if x.category in ledger.edition.categories
            else {"zh": x.category, "en": x.category}
        )
        return LineNode(
            index,
            x.region,
            x.year,
            x.category,
            label,
            self._keys(x.item),
            x.gas,
            x.account,
            x.mass_t,
            float(ledger.co2e_t(x)),
            x.flags,
            x.method,
            x.tier,
            self.gwp(x),
            of,
        )

    def gwp(self, line: Line) -> GwpNode:
        """The GWP (100 years) of a line's gas in the set in force, with its source."""
        gwp_set, gas = self.ledger.gwp, line.gas
        node = self._gwps.get(gas)
        if node is None:
            facts = (gwp_set.ids.get(gas, ""), gwp_set.standings.get(gas, ""), gwp_set.notes.get(gas, ""))
            node = self._gwps[gas] = GwpNode(gwp_set.name, gas, gwp_set[gas], *facts)
        return node

    # ---- arithmetic ----

    def step(self, table: int, row: int) -> StepNode:
        """One row of a step table."""
        kept = self._steps.get((table, row))
        if kept is None:
            kept = self._steps[table, row] = self._step(table, row)
        return kept

    def _step(self, table: int, row: int) -> StepNode:
        t = self.ledger.tables[table]
        line = int(t.lines[row])
        unit = t.unit.format(gas=self.ledger.lines[line].gas if line >= 0 else "")
        inputs = [
            InputNode(name, c.label, float(c.values[row]), c.units[row], self._of(t, name, c, row))
            for name, c in t.columns.items()
        ]
        inputs += [self._sum(t, name, s, row) for name, s in t.sums.items()]
        return StepNode(
            t.method.id,
            t.method.label,
            t.name,
            t.step.label,
            t.method.tier,
            t.method.reference,
            self._keys(zip(t.keys, t.rows[row], strict=True)),
            t.texts[int(t.variants[row])],
            float(t.values[row]),
            unit,
            tuple(inputs),
        )

    def _of(self, t: StepTable, name: str, column: Column, row: int) -> DatumNode | FactorNode | NumberNode | StepNode:
        ref, value, unit = int(column.refs[row]), float(column.values[row]), column.units[row]
        if column.kind == "number":
            return NumberNode(value, unit, column.source)
        if ref < 0:
            reason = next((a.reason for a in t.method.activity if a.name == name), {})
            return NumberNode(value, unit, reason=reason)
        if column.kind == "activity":
            return self.datum(ref)
        if column.kind == "factor":
            return self.factor(ref)
        return self.step(self._tables[t.method.id, column.source], ref)

    def _sum(self, t: StepTable, name: str, s: Sum, row: int) -> InputNode:
        column = s.column
        parts: list[DatumNode | StepNode | NumberNode] = []
        for i in s.groups[row]:
            ref = int(column.refs[i])
            if column.kind == "step":
                parts.append(self.step(self._tables[t.method.id, column.source], ref))
            else:
                parts.append(
                    self.datum(ref) if ref >= 0 else NumberNode(float(column.values[i]), column.units[i], reason={})
                )
        value, unit = (
            float(sum(float(column.values[i]) for i in s.groups[row])),
            column.units[0] if column.units else "",
        )
        return InputNode(f"sum {name}", column.label, value, unit, SumNode(value, unit, tuple(parts)))

    @cached_property
    def _tables(self) -> dict[tuple[str, str], int]:
        return {(t.method.id, t.name): n for n, t in enumerate(self.ledger.tables)}

    # ---- the bottom ----

    def datum(self, index: int) -> DatumNode:
        """An activity datum with its cell."""
        if index not in self._data:
            self._data[index] = self._datum(index)
        return self._data[index]

    def _datum(self, index: int) -> DatumNode:
        ledger, d = self.ledger, self.ledger.data[index]
        quantity = ledger.edition.declared.quantities.get(d.quantity, MEASURED_QUANTITY)
        unit = ledger.data_units[index]
        terms = tuple(TermNode(x.label, x.value, x.shares, x.sign, x.amount, x.reason, x.cell) for x in d.terms)
        return DatumNode(
            d.quantity,
            quantity.label,
            d.region,
            d.year,
            self._keys(d.item),
            float(ledger.data_values[index]),
            unit,
            d.value,
            d.unit,
            str(units.ratio(d.unit, unit)),
            d.origin,
            d.source,
            d.data_kind,
            d.uncertainty,
            d.note,
            terms,
        )

    def factor(self, index: int) -> FactorNode:
        """A factor in use with the reason why it was taken."""
        if index not in self._factors:
            self._factors[index] = self._factor(index)
        return self._factors[index]

    def _factor(self, index: int) -> FactorNode:
        f = self.ledger.factors[index]
        declared = self.ledger.edition.declared.parameters.get(f.parameter)
        computed = None
        if f.computed is not None:
            method, step, row = f.computed
            computed = self.step(self._tables[method, step], row)
        return FactorNode(
            f.id,
            f.parameter,
            declared.label if declared else {"zh": f.parameter, "en": f.parameter},
            f.gas,
            self._keys(f.keys),
            f.value,
            f.unit,
            f.step,
            f.reason,
            f.standing,
            f.role,
            f.table,
            f.source,
            f.note,
            f.lower,
            f.upper,
            f.uncertainty,
            f.checked_by,
            f.checked_date,
            f.origin,
            computed,
        )

    def _keys(self, pairs: Iterable[tuple[str, str]]) -> tuple[Key, ...]:
        known = self._known_keys
        out = []
        for pair in pairs:
            if pair[1] == "":
                continue
            if pair not in known:
                known[pair] = self._key(*pair)
            out.append(known[pair])
        return tuple(out)

    def _key(self, key: str, value: str) -> Key:
        edition = self.ledger.edition
        label = edition.derived(_key_labels).get(key) or {"zh": key, "en": key}
        if key == "category":
            return Key(
                key,
                label,
                value,
                edition.categories[value].label if value in edition.categories else {"zh": value, "en": value},
            )
        word = edition.word(key, value)
        return Key(
            key, label, value, {"zh": value, "en": word.label_en if word is not None and word.label_en else value}
        )


def _key_labels(edition: Any) -> Mapping[str, Text]:
    rows = edition.tables["keys"].rows if "keys" in edition.tables else ()
    built_in = {
        "region": ("地区", "Region"),
        "year": ("年份", "Year"),
        "category": ("类别", "Category"),
        "gas": ("气体", "Gas"),
    }
    return {k: {"zh": zh, "en": en} for k, (zh, en) in built_in.items()} | {
        r["key"]: {"zh": r["label_zh"], "en": r["label_en"]} for r in rows
    }


def as_dict(node: Any, seen: dict[int, int] | None = None) -> Any:
    """An explanation as what JSON can hold; empty parts are left out.

    A step, datum or factor that is used more than once is written once, with its number as `node`; everywhere else
    `{"ref": number}` stands for it. Keys and GWP values that nodes have in common are one and the same dictionary.
    """
    return _NodeWriter({} if seen is None else seen).of(node)


class _NodeWriter:
    """Writes the nodes of one explanation. `seen` are the numbers of those that were written, by identity."""

    def __init__(self, seen: dict[int, int]) -> None:
        self.seen = seen
        self._common: dict[int, dict[str, Any]] = {}

    def of(self, node: Any) -> Any:
        if isinstance(node, tuple):
            return [self.of(part) for part in node]
        if isinstance(node, Origin):
            facts = (("file", node.file), ("sheet", node.sheet), ("cell", node.cell))
            return {name: value for name, value in facts if value}
        if isinstance(node, COMMON):
            if id(node) not in self._common:
                self._common[id(node)] = self._parts(node)
            return self._common[id(node)]
        if isinstance(node, SHARED):
            if id(node) in self.seen:
                return {"ref": self.seen[id(node)]}
            self.seen[id(node)] = len(self.seen) + 1
            return {"node": self.seen[id(node)], **self._parts(node)}
        if is_dataclass(node) and not isinstance(node, type):
            return self._parts(node)
        return dict(node) if isinstance(node, Mapping) else node

    def _parts(self, node: Any) -> dict[str, Any]:
        out: dict[str, Any] = {}
        kind: Any = type(node)
        for name in _names(kind):
            value = getattr(node, name)
            if isinstance(value, float | int):
                out[name] = value
            elif value and value != NOWHERE:
                out[name] = value if isinstance(value, str) else self.of(value)
        return out


@functools.cache
def _names(cls: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls))


def recomputed(node: StepNode) -> float:
    """The value that the equation of a step gives from the values of its inputs: equal to `node.value`, or the
    explanation is not the arithmetic."""
    values = {
        equation.sum_name(i.name.removeprefix("sum ")) if i.name.startswith("sum ") else i.name: i.value
        for i in node.inputs
    }
    return float(equation.evaluate(node.equation, values))
