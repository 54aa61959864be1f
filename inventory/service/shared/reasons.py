"""The explanation of a figure (`inventory.core.explanation`, data) in one language, as the tree that the pages show and
open level by level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from inventory.core.explanation import Explainer
from inventory.core.explanation_nodes import (
    DatumNode,
    FactorNode,
    InputNode,
    Key,
    LineNode,
    NumberNode,
    StepNode,
    SumNode,
)
from inventory.core.gwp import set_label
from inventory.core.ledger import Ledger
from inventory.core.problems import Origin
from inventory.core.resolve import STEPS
from inventory.sheets.english import english_unit
from inventory.workbook.texts import Words

from .figures import plain
from .sheets import label_of
from .texts import source_text, text

MOST = 40


@dataclass
class Node:
    """One step of the answer. `kind`: sum, line, step, data, term, factor, number, gwp; `place` is (file, sheet, cell)
    where the figure was entered."""

    kind: str
    title: str
    value: str = ""
    unit: str = ""
    notes: list[str] = field(default_factory=list)
    formula: str = ""
    place: tuple[str, str, str] | None = None
    children: list[Node] = field(default_factory=list)

    def as_json(self, lang: str = "zh") -> dict[str, Any]:
        """The tree as the pages open it; units in the language of the page."""
        out: dict[str, Any] = {"kind": self.kind, "title": self.title}
        for name in ("value", "unit", "notes", "formula", "place"):
            if getattr(self, name):
                out[name] = getattr(self, name)
        if lang == "en" and self.unit:
            out["unit"] = english_unit(self.unit)
        if lang == "en" and self.place:
            out["sheet"] = label_of(self.place[1], lang)
        if self.children:
            out["children"] = [c.as_json(lang) for c in self.children]
        return out


class Reasons:
    """Explains figures of one ledger in one language."""

    def __init__(self, ledger: Ledger, lang: str) -> None:
        self.lang, self.words, self.explainer = lang, Words(lang), Explainer(ledger)

    def t(self, key: str, **facts: object) -> str:
        return text(f"reason.{key}", self.lang, **facts)

    def of(self, label: Mapping[str, str]) -> str:
        return label.get(self.lang) or label.get("zh", "")

    def keys(self, keys: Sequence[Key], without: frozenset[str] = frozenset({"category"})) -> str:
        return self.words.semicolon.join(
            f"{self.of(k.label)}={self.of(k.value_label)}" for k in keys if k.key not in without and k.value
        )

    def sum(self, title: str, lines: Sequence[int], value: float, unit: str, co2e: bool) -> Node:
        """A figure of a table: the ledger lines behind it, the largest first."""
        figure = self.explainer.figure(lines, {"zh": title}, "" if co2e else "gas", MOST)
        node = Node("sum", title, plain(value), unit, [self.t("sum_of", n=len(figure.parts))])
        node.children = [self.line(part, co2e) for part in figure.parts[:MOST]]
        if len(figure.parts) > MOST:
            rest = sum(p.co2e_t if co2e else p.mass_t for p in figure.parts[MOST:])
            node.children.append(
                Node("sum", self.t("rest", n=len(figure.parts) - MOST), plain(rest), "t CO2e" if co2e else "t")
            )
        return node

    def line(self, part: LineNode, co2e: bool) -> Node:
        """One ledger line with its arithmetic."""
        title = " · ".join(
            x for x in (f"{part.category} {self.of(part.label)}", self.keys(part.keys), part.gas, str(part.year)) if x
        )
        flags = ("、" if self.lang == "zh" else ", ").join(self.words.of("flag", f) for f in dict.fromkeys(part.flags))
        node = Node(
            "line",
            title,
            plain(part.co2e_t if co2e else part.mass_t),
            "t CO2e" if co2e else f"t {part.gas}",
            [flags] if flags else [],
        )
        if part.of is not None:
            node.children.append(self.step(part.of, True) if isinstance(part.of, StepNode) else self.datum(part.of))
        if co2e and part.gas != "CO2":
            node.children.append(
                Node(
                    "gwp",
                    self.t(
                        "gwp",
                        gas=part.gas,
                        value=plain(part.gwp.value),
                        set=set_label(part.gwp.set, self.lang, short=True),
                    ),
                    plain(part.mass_t),
                    f"t {part.gas}",
                )
            )
        return node

    def step(self, step: StepNode, first: bool = False) -> Node:
        """One row of arithmetic: the equation as it was computed, and where each name takes its value."""
        keys = self.keys(step.keys, frozenset({"category", "region", "year"}))
        label = self.of(step.label)
        title = (f"{label}（{keys}）" if self.lang == "zh" else f"{label} ({keys})") if keys else label
        notes = [self.t("method", name=self.of(step.method_label), reference=step.reference)] if first else []
        node = Node("step", title, plain(step.value), step.unit, notes, f"{step.step} = {step.equation}")
        node.children = [self.input(x) for x in step.inputs]
        return node

    def input(self, given: InputNode) -> Node:
        """One name of an equation."""
        node = self.below(given.of)
        if node.title:
            node.title = f"{given.name}　{node.title}"
        else:
            node.title, node.value, node.unit = f"{given.name}　{self.of(given.label)}", plain(given.value), given.unit
        return node

    def below(self, node: DatumNode | FactorNode | NumberNode | SumNode | StepNode) -> Node:
        if isinstance(node, StepNode):
            return self.step(node)
        if isinstance(node, DatumNode):
            return self.datum(node)
        if isinstance(node, FactorNode):
            return self.factor(node)
        if isinstance(node, SumNode):
            parts = sorted(node.parts, key=lambda p: -abs(p.value))
            return Node("sum", "", children=[self.below(p) for p in parts[:MOST]])
        reason = self.of(node.reason) if node.reason else ""
        return Node(
            "number",
            "",
            notes=[x for x in (self.t("declared") if node.reason is not None else "", reason) if x],
            formula=node.text,
        )

    def datum(self, d: DatumNode) -> Node:
        """An activity datum: what was entered, by whom it was supplied, in which cell."""
        title = " · ".join(x for x in (self.of(d.label), self.keys(d.keys, frozenset()), str(d.year)) if x)
        notes = [
            self.t("source", source=d.source) if d.source else "",
            self.t("kind", kind=d.data_kind) if d.data_kind else "",
            d.note,
            self.t("converted", value=plain(d.value), unit=d.unit) if d.unit != d.entered_unit else "",
        ]
        node = Node("data", title, plain(d.entered), d.entered_unit, [n for n in notes if n], place=_place(d.origin))
        for term in d.terms:
            shares = "".join(
                f" × {plain(share)}（{why}）" if self.lang == "zh" else f" × {plain(share)} ({why})"
                for why, share in term.shares
            )
            value = f"−({plain(term.value)})" if term.sign < 0 else plain(term.value)
            node.children.append(
                Node(
                    "term",
                    term.label,
                    plain(term.amount),
                    d.entered_unit,
                    [term.reason] if term.reason else [],
                    value + shares,
                    _place(term.origin),
                )
            )
        return node

    def factor(self, f: FactorNode) -> Node:
        """A factor with its standing, its table and the step of resolution; one that was computed with how."""
        standing = "checked" if f.checked_by else f.standing
        notes = [
            self.t("standing", standing=self.words.of("standing", standing)),
            self.t("resolution", step=STEPS[f.step][self.lang]),
            self.t("table", table=f.table, id=f.id) if f.table else "",
            self.t("checked", by=f.checked_by, date=f.checked_date) if f.checked_by else "",
            self.of(f.reason) if f.reason else "",
            f.note,
            self.t("source", source=source_text(f.source, self.lang)) if f.source else "",
        ]
        title = " · ".join(x for x in (self.of(f.label), self.keys(f.keys, frozenset())) if x)
        node = Node("factor", title, plain(f.value), f.unit, [n for n in notes if n], place=_place(f.origin))
        if f.computed is not None:
            node.children.append(self.step(f.computed))
        return node


def tree_of(ledger: Ledger, lines: Sequence[int], title: str, lang: str) -> dict[str, Any]:
    """The explanation of these lines' sum in t CO2e as the pages open it. `lines`: positions in `Ledger.lines`."""
    total = sum(float(ledger.co2e_t(ledger.lines[i])) for i in lines)
    return Reasons(ledger, lang).sum(title, lines, total, "t CO2e", True).as_json(lang)


def _place(origin: Origin) -> tuple[str, str, str] | None:
    return (origin.file, origin.sheet, origin.cell) if origin.file else None
