"""Why is it this number, as data: a tree from a figure down to ledger lines, their arithmetic, activity data in their cells and factors with standing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from inventory.core.activity import Datum
from inventory.core.ledger import Column, StepTable
from inventory.core.resolve import STEPS, Resolved
from inventory.templates_xlsx.checklist import STANDING
from inventory.workbook.context import Filing

from ..shared.figures import plain
from ..shared.texts import text

FULL = 40
DEEP = 12


@dataclass
class Node:
    """One step of the answer. `kind`: sum, line, step, data, term, factor, number, gwp; `place` is (file, sheet, cell) where the figure was entered."""

    kind: str
    title: str
    value: str = ""
    unit: str = ""
    notes: list[str] = field(default_factory=list)
    formula: str = ""
    place: tuple[str, str, str] | None = None
    children: list[Node] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        out: dict[str, Any] = {"kind": self.kind, "title": self.title}
        for name in ("value", "unit", "notes", "formula", "place"):
            if getattr(self, name):
                out[name] = getattr(self, name)
        if self.children:
            out["children"] = [c.as_json() for c in self.children]
        return out


class Reasons:
    """Explains figures of one ledger in one language."""

    def __init__(self, filing: Filing) -> None:
        self.f, self.ledger, self.lang = filing, filing.ledger, filing.lang
        self.tables = {(t.method.id, t.name): t for t in self.ledger.tables}

    def t(self, key: str, **facts: object) -> str:
        return text(f"reason.{key}", self.lang, **facts)

    def sum(self, title: str, lines: Sequence[int], value: float, unit: str, co2e: bool) -> Node:
        """A figure of a table: the ledger lines behind it, the largest first."""
        order = sorted(lines, key=lambda i: -abs(self.amount(i, co2e)))
        node = Node("sum", title, plain(value), unit, [self.t("sum_of", n=len(order))])
        node.children = [self.line(i, co2e) for i in order[:FULL]]
        if len(order) > FULL:
            rest = sum(self.amount(i, co2e) for i in order[FULL:])
            node.children.append(Node("sum", self.t("rest", n=len(order) - FULL), plain(rest), "t CO2e" if co2e else "t"))
        if co2e:
            gases = dict.fromkeys(self.ledger.lines[i].gas for i in order)
            node.notes.extend(self.t("gwp", gas=g, value=plain(self.ledger.gwp[g]), set=self.ledger.gwp.name) for g in gases if g != "CO2")
        return node

    def amount(self, i: int, co2e: bool) -> float:
        line = self.ledger.lines[i]
        return float(self.ledger.co2e_t(line)) if co2e else line.mass_t

    def line(self, i: int, co2e: bool = False) -> Node:
        """One ledger line with its arithmetic."""
        line = self.ledger.lines[i]
        unit = "t CO2e" if co2e else f"t {line.gas}"
        label = self.ledger.edition.label_of_category(line.category, self.lang)
        item = self.f.item_text((k, v) for k, v in line.item if k != "category")
        node = Node("line", " · ".join(x for x in (f"{line.category} {label}", item, line.gas, str(line.year)) if x), plain(self.amount(i, co2e)), unit,
                    [self.f.flags(dict.fromkeys(line.flags))] if line.flags else [])
        if line.table >= 0:
            node.children.append(self.step(self.ledger.tables[line.table], line.row))
        elif line.datum >= 0:
            node.children.append(self.datum(line.datum))
        if co2e and line.gas != "CO2":
            node.children.append(Node("gwp", self.t("mass", gas=line.gas), plain(line.mass_t), f"t {line.gas}"))
        return node

    def step(self, table: StepTable, row: int, depth: int = 0) -> Node:
        """One row of arithmetic: the equation as it was computed, and where each name takes its value."""
        label = self.f.t.label(table.step.label)
        keys = [(k, v) for k, v in zip(table.keys, table.rows[row], strict=True) if k not in ("region", "year", "category") and v]
        title = f"{label}（{self.f.item_text(keys)}）" if keys and self.lang == "zh" else f"{label} ({self.f.item_text(keys)})" if keys else label
        formula = table.texts[int(table.variants[row])]
        node = Node("step", title, plain(float(table.values[row])), table.unit, [self.t("method", name=self.f.t.label(table.method.label),
                                                                                         reference=table.method.reference)] if depth == 0 else [],
                    formula=f"{table.name} = {formula}")
        for name, column in table.columns.items():
            node.children.append(self.variable(name, column, row, table, depth))
        for name, summed in table.sums.items():
            members = summed.groups[row]
            node.children.append(self._summed(name, summed.column, members, table, depth))
        return node

    def _summed(self, name: str, column: Column, members: Iterable[int], table: StepTable, depth: int) -> Node:
        chosen = list(members)
        total = float(sum(column.values[m] for m in chosen))
        node = Node("sum", f"sum({name})　{self.f.t.label(column.label)}", plain(total), column.units[chosen[0]] if chosen else "")
        node.children = [self.variable(name, column, m, table, depth) for m in sorted(chosen, key=lambda m: -abs(column.values[m]))[:FULL]]
        return node

    def variable(self, name: str, column: Column, row: int, table: StepTable, depth: int) -> Node:
        """One name of an equation in one row."""
        ref = int(column.refs[row]) if len(column.refs) else -1
        made: dict[str, Callable[[int], Node]] = {"activity": self.datum, "factor": self.factor}
        label = f"{name}　{self.f.t.label(column.label)}"
        value, unit = plain(float(column.values[row])), column.units[row]
        if column.kind in made and ref >= 0:
            node = made[column.kind](ref)
            node.title = f"{name}　{node.title}"
            return node
        if column.kind == "step" and ref >= 0 and depth < DEEP:
            earlier = self.tables.get((table.method.id, column.source))
            if earlier is not None:
                node = self.step(earlier, ref, depth + 1)
                node.title = f"{name}　{node.title}"
                return node
        return Node("number", label, value, unit, [self.t("declared")] if column.kind == "activity" else [])

    def datum(self, number: int) -> Node:
        """An activity datum: what was entered, by whom it was supplied, in which cell."""
        d: Datum = self.ledger.data[number]
        item = self.f.item_text((k, v) for k, v in d.item)
        title = " · ".join(x for x in (self.f.quantity_label(d.quantity), item, str(d.year)) if x)
        notes = [x for x in (self.t("source", source=d.source) if d.source else "", self.t("kind", kind=d.data_kind) if d.data_kind else "", d.note) if x]
        if d.unit != self.ledger.data_units[number]:
            notes.append(self.t("converted", value=plain(float(self.ledger.data_values[number])), unit=self.ledger.data_units[number]))
        node = Node("data", title, plain(d.value), d.unit, notes, place=_place(d.origin))
        for term in d.terms:
            shares = "".join(f" × {plain(share)}（{why}）" if self.lang == "zh" else f" × {plain(share)} ({why})" for why, share in term.shares)
            node.children.append(Node("term", term.label, plain(term.amount), d.unit, [term.reason] if term.reason else [],
                                      formula=f"{'−' if term.sign < 0 else ''}{plain(term.value)}{shares}", place=_place(term.cell)))
        return node

    def factor(self, number: int) -> Node:
        """A factor with its standing, table and step of resolution."""
        f: Resolved = self.ledger.factors[number]
        declared = self.ledger.edition.declared.parameters.get(f.parameter)
        label = self.f.t.label(declared.label) if declared else f.parameter
        standing = STANDING[self.lang]["checked" if f.checked_by else f.standing] if f.standing in STANDING[self.lang] or f.checked_by else f.standing
        notes = [self.t("standing", standing=standing), self.t("resolution", step=STEPS[f.step][self.lang])]
        if f.table:
            notes.append(self.t("table", table=f.table, id=f.id))
        if f.checked_by:
            notes.append(self.t("checked", by=f.checked_by, date=f.checked_date))
        reason = f.reason.get(self.lang) or f.reason.get("zh") if f.reason else ""
        notes.extend(x for x in (reason, f.note, self.t("source", source=f.source) if f.source else "") if x)
        keys = self.f.item_text(f.keys)
        return Node("factor", " · ".join(x for x in (label, keys) if x), plain(f.value), f.unit, notes, place=_place(f.origin))


def _place(origin: Any) -> tuple[str, str, str] | None:
    return (origin.file, origin.sheet, origin.cell) if origin.file else None


