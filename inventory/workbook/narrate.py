"""The words of an explanation: what a cell is, its equation with names and with numbers, and everything below it,
indented."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property, partial
from typing import Any, Protocol

from ..core import equation
from ..sheets.address import a1, from_a1
from ..texts import COMMA
from . import narrate_bottom, narrate_uncertainty
from .narrate_uncertainty import plain
from .texts import Words
from .trace import LINES, Record, RecordIndex
from .tree_text import TreeText, shown

FULL = 12  # so many parts of a sum are walked through one by one; of a longer sum, the largest FEW
FEW = 3
STEPS = 16  # after so many steps an explanation stops going down and says where to ask on


class TraceSource(Protocol):
    """What an explanation reads: sheets with values, and the trace records."""

    sheets: list[str]
    records: dict[str, list[Record]]
    index: RecordIndex
    facts: dict[Any, Any]

    def value(self, sheet: str, row: int, col: int) -> Any: ...
    def values(self, sheet: str, row: int, columns: Iterable[int]) -> list[Any]: ...
    def extent(self, sheet: str) -> tuple[int, int]: ...


class Narrator:
    """Walks down from one cell; a cell that was explained already is only named again."""

    def __init__(self, source: TraceSource, lang: str) -> None:
        self.source, self.t = source, Words(lang)
        self.seen: set[tuple[str, int, int]] = set()
        self.steps = 0
        self.tree_lines: list[Mapping[str, Any]] = []

    # ---- small things ----

    def number(self, value: Any) -> str:
        return shown(value)

    def record(self, sheet: str, row: int, col: int) -> Record | None:
        """The most particular record that holds the cell."""
        return self.source.index.at(sheet, row, col)

    def at(self, place: str) -> tuple[str, int, int]:
        sheet, _, cell = place.rpartition("!")
        return (sheet, *from_a1(cell))

    def cells(self, spans: Sequence[str]) -> list[tuple[str, int, int]]:
        """`表!B3:B7` -> its cells."""
        out = []
        for span in spans:
            sheet, _, area = span.rpartition("!")
            first, _, last = area.partition(":")
            (top, col), (bottom, _) = from_a1(first), from_a1(last or first)
            out += [(sheet, row, col) for row in range(top, bottom + 1)]
        return out

    @staticmethod
    def name(sheet: str, row: int, col: int) -> str:
        return f"{sheet}!{a1(row, col)}"

    def pad(self, depth: int, lines: Sequence[str]) -> list[str]:
        return ["  " * depth + line for line in lines]

    # ---- one cell ----

    def cell(self, sheet: str, row: int, col: int, depth: int = 0) -> list[str]:
        """The lines that explain a cell and what is below it."""
        value, record = self.source.value(sheet, row, col), self.record(sheet, row, col)
        where = self.name(sheet, row, col)
        if (
            record is not None
            and (sheet, row, col) in self.seen
            and record.what["k"] in ("sum", "step", "calc", "quad")
        ):
            return self.pad(depth, [self.t("explain.see_above", cell=where)])
        self.seen.add((sheet, row, col))
        if record is None:
            if value in ("", None):
                return self.pad(depth, [self.t("explain.empty", cell=where)])
            name = "input_number" if isinstance(value, (int, float)) and not isinstance(value, bool) else "not_figure"
            return self.pad(depth, [self.t(f"explain.{name}", cell=where, value=self.number(value))])
        what = record.what
        tell: dict[str, Callable[[Record, int, int, int], list[str]]] = {
            "sum": self._sum,
            "calc": self._calc,
            "step": self._step,
            "data": partial(narrate_bottom.data, self),
            "factor": partial(narrate_bottom.factor, self),
            "gwp": partial(narrate_bottom.gwp, self),
            "term": partial(narrate_bottom.term, self),
            "balance": partial(narrate_bottom.balance, self),
            "row": self.row,
            "share": self.row,
            "count": partial(narrate_bottom.count, self),
            "same": self._same,
            "notation": partial(narrate_bottom.notation, self),
            "tree": self._tree,
            "quad": partial(narrate_uncertainty.quadrature, self),
            "uline": partial(narrate_uncertainty.line, self),
        }
        return tell[what["k"]](record, row, col, depth)

    def _same(self, record: Record, row: int, col: int, depth: int) -> list[str]:
        """A cell that shows another one."""
        what, r, c = record.what, row - record.top, col - record.left
        if what["rows"][r][c] < 0:
            return self.pad(depth, [self.t("explain.empty", cell=self.name(record.sheet, row, col))])
        return self.cell(what["sheet"], what["rows"][r][c], what["cols"][c], depth)

    def head(self, sheet: str, row: int, col: int, unit: str, what: str, then: float | None = None) -> list[str]:
        value = self.source.value(sheet, row, col)
        where = self.name(sheet, row, col)
        out = [self.t("explain.is", cell=where, value=self.number(value), unit=unit, what=what)]
        if then is not None and (
            not isinstance(value, (int, float)) or abs(value - then) > 1e-9 * max(abs(value), abs(then))
        ):
            out.append(self.t("explain.changed", cell=where, now=self.number(value), then=self.number(then)))
        return out

    def row(self, record: Record, row: int, col: int, depth: int) -> list[str]:
        """A row of words and figures, cell by cell."""
        return narrate_bottom.row_of(self, record, row, col, depth)

    # ---- what the trace holds as a whole explanation ----

    @cached_property
    def trees(self) -> TreeText:
        nodes = [r.what for records in self.source.records.values() for r in records if r.what["k"] == "nodes"]
        self.tree_lines = [line for what in nodes for line in what["lines"]]
        return TreeText(self.t.lang, nodes)

    @cached_property
    def ledger_lines(self) -> Mapping[str, Any] | None:
        """The record of all ledger lines; None in workbooks of earlier versions."""
        records = (r.what for records in self.source.records.values() for r in records)
        return next((what for what in records if what["k"] == LINES), None)

    def _tree(self, record: Record, row: int, col: int, depth: int) -> list[str]:
        """A cell whose explanation is kept in the trace: one node, or a sum of ledger lines."""
        what, text = record.what, self.trees
        head = self.pad(
            depth,
            self.head(record.sheet, row, col, what.get("unit", ""), self.t.label(what.get("what", {})), what.get("v")),
        )
        if "lines" in what:
            lines = [self.tree_lines[i] for i in what["lines"]]
            return head + text.figure({"unit": what["unit"], "of_unit": what["of"], "parts": lines}, depth + 1)
        if "default" in what:
            return head + self.pad(depth + 1, [self.t("explain.default", reason=self.t.label(what["default"]))])
        if "gwp" in what:
            return head + text.gwp(what["gwp"], depth + 1)
        return head + text.node({"ref": what["id"]}, depth + 1, what.get("flags", ()))

    # ---- sums and other references ----

    def _sum(self, record: Record, row: int, col: int, depth: int) -> list[str]:
        what = record.what
        return [
            *self.pad(
                depth, self.head(record.sheet, row, col, what["unit"], self.t.label(what["what"]), what.get("v"))
            ),
            *self.parts(what["parts"], what["unit"], depth + 1),
        ]

    def parts(self, parts: Sequence[Mapping[Any, Any]], unit: str, depth: int) -> list[str]:
        """All parts of a sum, largest first, then the walk down."""
        t = self.t
        listed: list[tuple[float, tuple[str, int, int], str, str]] = []
        gwps: dict[str, None] = {}
        for part in parts:
            up, down = part["s"]
            gwp = part.get("g")
            times = float(self.source.value(*self.at(gwp))) if gwp else 1.0
            if gwp:
                gwps[gwp] = None
            scale = (
                (f" × GWP {self.number(times)}" if gwp else "")
                + (f" × {up}" if up != 1 else "")
                + (f" ÷ {down}" if down != 1 else "")
            )
            for place in self.cells(part["r"]):
                value = self.source.value(*place)
                amount = float(value) * times * up / down if isinstance(value, (int, float)) else 0.0
                listed.append((amount, place, scale, self.brief(*place)))
        listed.sort(key=lambda x: (-abs(x[0]), x[1]))
        out: list[str] = []
        total = sum(x[0] for x in listed)
        if len(listed) == 1:
            _, place, scale, _ = listed[0]
            if not scale:
                return self.cell(*place, depth)
            out += self.pad(depth, [t("explain.scaled", cell=self.name(*place), scale=scale)])
        else:
            out += self.pad(depth, [t("explain.parts", n=len(listed))])
            for amount, place, scale, brief in listed:
                share = f"{amount / total:.2%}" if total else ""
                out += self.pad(
                    depth + 1,
                    [
                        t(
                            "explain.part",
                            value=f"{self.number(amount)} {unit}",
                            share=share,
                            cell=self.name(*place) + scale,
                            what=brief,
                        )
                    ],
                )
        for gwp in gwps:
            out += narrate_bottom.gwp_of(self, gwp, depth)
        walked = listed[: self._how_many([place for _, place, _, _ in listed], depth)]
        if len(walked) < len(listed):
            out += self.pad(depth, [t("explain.walk", n=len(walked)) if walked else t("explain.no_walk")])
        for _, place, _, _ in walked:
            out += self.cell(*place, depth + 1)
        return out

    def _how_many(self, places: Sequence[tuple[str, int, int]], depth: int) -> int:
        """How many parts are walked through: all of a short sum at the top, the largest ones deeper down, none when
        enough was said."""
        if self.steps >= STEPS:
            return 0 if len(places) > 1 else 1
        if len(places) <= FEW and depth <= 1:
            return len(places)
        of_sums = any((r := self.record(*place)) is not None and r.what["k"] == "sum" for place in places)
        if of_sums:
            return FEW if depth <= 1 else 1
        return len(places) if len(places) <= (FULL if depth <= 1 else FEW) else FEW

    def brief(self, sheet: str, row: int, col: int) -> str:
        """One line that says what a part is."""
        record = self.record(sheet, row, col)
        if record is None:
            return ""
        what = record.what
        if what["k"] in ("sum", "quad"):
            return self.t.label(what["what"])
        if what["k"] == "uline":
            return narrate_uncertainty.line_text(self, record, row, col)
        if what["k"] == "step":
            return f"{self.t.label(what['step_label'])}（{self._item(record, row)}）"
        if what["k"] == "data":
            return f"{self.source.value(sheet, row, what['at']['quantity'])} {self.source.value(sheet, row, what['at']['item'])}"
        return ""

    def _calc(self, record: Record, row: int, col: int, depth: int) -> list[str]:
        what, t = record.what, self.t
        places = {name: self.at(place) for name, place in what["names"].items()}
        unit = "" if what["unit"] == "%" else what["unit"]
        words = {name: self.name(*place) for name, place in places.items()}
        values = {name: self.number(self.source.value(*place)) for name, place in places.items()}
        head = self.head(record.sheet, row, col, unit, t.label(what["what"]))
        out = self.pad(
            depth,
            [
                *head,
                t("explain.equation", text=self._sentence(what["text"], words)),
                t("explain.numbers", text=self._sentence(what["text"], values, True)),
            ],
        )
        for place in places.values():
            out += self.cell(*place, depth + 1)
        return out

    def _sentence(self, text: str, words: Mapping[str, str], numbers: bool = False) -> str:
        def constant(name: str) -> str:
            value, _, label = equation.CONSTANTS[name]
            return self.number(value) if numbers else self.t.label(label)

        statement = equation.sentence(
            text, lambda n: words[n] if n in words else constant(n), lambda n: words[f"sum {n}"]
        )
        return statement.replace(
            "−", "-"
        )  # a cp936 console has no minus sign of its own and would print a question mark

    # ---- the arithmetic ----

    def _item(self, record: Record, row: int) -> str:
        joiner = COMMA[self.t.lang]
        keys = [(self.t.label(name), self.source.value(record.sheet, row, col)) for name, col in record.what["keys"]]
        return joiner.join(f"{name} {plain(value)}" for name, value in keys if value != "")

    def _step(self, record: Record, row: int, col: int, depth: int) -> list[str]:
        what, t, sheet = record.what, self.t, record.sheet
        r = row - record.top
        self.steps += 1
        for name, entry in what["names"].items():
            if entry["col"] == col and col != what["result"]:
                return self._input(record, name, entry, row, depth)
        result = what["result"]
        self.seen.add((sheet, row, result))
        head = self.head(sheet, row, result, _row(what["units"], r), t.label(what["step_label"]), _row(what["v"], r))
        text = what["texts"][_row(what["variants"], r)]
        words = {
            n: (t("steps.sum_of", label=t.label(e["label"])) if n.startswith("sum ") else t.label(e["label"]))
            for n, e in what["names"].items()
        }
        values = {n: self.number(self.source.value(sheet, row, e["col"])) for n, e in what["names"].items()}
        lines = [
            *head,
            t("explain.item", item=self._item(record, row)),
            t("explain.method", label=t.label(what["label"]), id=f"{what['method']}.{what['step']}", tier=what["tier"]),
        ]
        if what["reference"]:
            lines.append(t("explain.reference", reference=what["reference"]))
        lines += [
            t("explain.equation", text=f"{t.label(what['step_label'])} = {self._sentence(text, words)}"),
            t(
                "explain.numbers",
                text=f"{self.number(self.source.value(sheet, row, result))} = {self._sentence(text, values, True)}",
            ),
        ]
        flags = self.source.value(sheet, row, what["flags"]) if what["flags"] >= 0 else ""
        if flags:
            lines.append(t("explain.flags", flags=flags))
        out = self.pad(depth, lines)
        for name, entry in what["names"].items():
            out += self._input(record, name, entry, row, depth + 1)
        return out

    def _input(self, record: Record, name: str, entry: Mapping[Any, Any], row: int, depth: int) -> list[str]:
        """One variable of a step: the datum, factor, earlier step or sum behind it."""
        t, r = self.t, row - record.top
        label = t.label(entry["label"], name)
        value = self.number(self.source.value(record.sheet, row, entry["col"]))
        if entry["kind"] == "sum":
            unit = entry["units"][0] if entry["units"] else ""
            out = self.pad(depth, [t("explain.number", label=t("steps.sum_of", label=label), value=f"{value} {unit}")])
            return out + (
                self.parts([{"r": entry["parts"][r], "s": [1, 1]}], unit, depth + 1) if entry["parts"][r] else []
            )
        if entry["kind"] == "number":
            return self.pad(depth, [t("explain.number", label=label, value=value)])
        target = entry["rows"][r]
        if target < 0:
            reason = t.label(entry.get("reason", {}))
            return self.pad(
                depth, [t("explain.number", label=label, value=value), "  " + t("explain.default", reason=reason)]
            )
        if entry["kind"] == "step":
            return self.cell(entry["at"][0], target, entry["at"][1], depth)
        kind = "data" if entry["kind"] == "activity" else "factor"
        item = self.source.index.of_kind(kind, target)
        if item is not None:
            return (narrate_bottom.data if kind == "data" else narrate_bottom.factor)(self, item, target, 0, depth)
        return self.pad(depth, [t("explain.number", label=label, value=value)])


def _row(values: Sequence[Any], r: int) -> Any:
    """A column that is kept as one entry where all rows agree."""
    return values[r] if len(values) > 1 else values[0]
