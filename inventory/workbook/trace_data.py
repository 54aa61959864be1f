"""The explanation of a cell of a workbook as data: what the hidden trace says, down to data, factors and GWP, in the
shape of inventory/core/explanation.py.

Every node has `kind`, `cell`, `value`; a part that was told already is `{"ref": cell}`. A report whose trace holds
whole trees (enterprises) gives these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ..sheets.address import a1
from .narrate import Narrator
from .trace import Record

Node = dict[str, Any]
DEEP = 12  # so many levels are followed
ORIGIN = ("file", "sheet", "cell")  # columns that say where a figure was entered
SHARED = ("sum", "step", "calc", "data", "factor")  # told once, however many figures use it


class TraceData:
    """Walks down from one cell of a source (a file, or a workbook that was laid out)."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.read = Narrator(source, "zh")
        self.shown: set[str] = set()
        self._below: dict[str, Callable[[Record, int, int, int], Node]] = {
            "sum": self._sum,
            "calc": self._calc,
            "step": self._step,
            "data": self._columns,
            "factor": self._columns,
            "tree": self._tree,
            "same": self._same,
        }

    def cell(self, sheet: str, row: int, col: int, depth: int = 0) -> Node:
        """One cell with everything below it."""
        name = f"{sheet}!{a1(row, col)}"
        record = self.source.index.at(sheet, row, col)
        if record is not None and record.what["k"] in SHARED and name in self.shown:
            return {"ref": name}
        value = self.source.value(sheet, row, col)
        if record is None:
            return {"kind": "empty" if value in ("", None) else "input", "cell": name, "value": value}
        kind = record.what["k"]
        self.shown.add(name)
        node: Node = {"kind": kind, "cell": name, "value": value}
        if depth >= DEEP:
            node["more"] = True
        elif kind in self._below:
            node.update(self._below[kind](record, row, col, depth))
        return node

    def _same(self, record: Record, row: int, col: int, depth: int) -> Node:
        """A cell that shows another one."""
        what, r, c = record.what, row - record.top, col - record.left
        at = what["rows"][r][c]
        return {"of": self.cell(what["sheet"], at, what["cols"][c], depth + 1)} if at >= 0 else {}

    def _sum(self, record: Record, row: int, col: int, depth: int) -> Node:
        return {
            "kind": "figure",
            "label": record.what["what"],
            "unit": record.what["unit"],
            "parts": self._parts(record.what["parts"], depth),
        }

    def _parts(self, parts: Sequence[Mapping[str, Any]], depth: int) -> list[Node]:
        out = []
        for part in parts:
            for place in self.read.cells(part["r"]):
                entry: Node = {"scale": [*part["s"]], "of": self.cell(*place, depth + 1)}
                if part.get("g"):
                    sheet, at_row, _ = self.read.at(part["g"])
                    gas, value, ident, standing, note = self.source.values(sheet, at_row, range(5))
                    entry["gwp"] = {"gas": gas, "value": value, "id": ident, "standing": standing, "note": note}
                out.append(entry)
        return out

    def _calc(self, record: Record, row: int, col: int, depth: int) -> Node:
        what = record.what
        inputs = [
            {"name": name, "of": self.cell(*self.read.at(place), depth + 1)} for name, place in what["names"].items()
        ]
        return {"label": what["what"], "unit": what["unit"], "equation": what["text"], "inputs": inputs}

    def _step(self, record: Record, row: int, col: int, depth: int) -> Node:
        what, r = record.what, row - record.top
        entries = what["names"]
        of_result = col == what["result"]
        required = "" if of_result else next((n for n, e in entries.items() if e["col"] == col), "")
        if required:
            value = self.source.value(record.sheet, row, col)
            below = self._input(record, entries[required], row, value, depth)
            return {"kind": "input", "label": entries[required]["label"], "of": below}
        values = self.source.values(record.sheet, row, [e["col"] for e in entries.values()])
        shown = self.source.values(record.sheet, row, [at for _, at in what["keys"]])
        keys = [{"label": label, "value": v} for (label, _), v in zip(what["keys"], shown, strict=True) if v != ""]
        inputs = [
            {"name": name, "label": e["label"], "value": v, "of": self._input(record, e, row, v, depth)}
            for (name, e), v in zip(entries.items(), values, strict=True)
        ]
        return {
            "label": what["step_label"],
            "method": what["method"],
            "step": what["step"],
            "method_label": what["label"],
            "tier": what["tier"],
            "reference": what["reference"],
            "unit": _of(what["units"], r),
            "equation": what["texts"][_of(what["variants"], r)],
            "keys": keys,
            "inputs": inputs,
        }

    def _input(self, record: Record, entry: Mapping[str, Any], row: int, value: Any, depth: int) -> Node:
        r = row - record.top
        if entry["kind"] == "sum":
            return {
                "kind": "sum",
                "value": value,
                "parts": self._parts([{"r": entry["parts"][r], "s": [1, 1]}], depth) if entry["parts"][r] else [],
            }
        if entry["kind"] == "number" or entry["rows"][r] < 0:
            return {
                "kind": "number",
                "value": value,
                **({"reason": entry["reason"]} if entry.get("reason") and entry["kind"] != "number" else {}),
            }
        target = entry["rows"][r]
        if entry["kind"] == "step":
            return self.cell(entry["at"][0], target, entry["at"][1], depth + 1)
        kind = "data" if entry["kind"] == "activity" else "factor"
        first = self.source.index.of_kind(kind, target)
        if first is None:
            return {"kind": "number", "value": value}
        at = first.what["at"]["canonical" if kind == "data" else "value"]
        return self.cell(first.sheet, target, at, depth + 1)

    def _columns(self, record: Record, row: int, col: int, depth: int) -> Node:
        """A row of the sheets of data or factors: every column under its name."""
        what = record.what
        out: Node = {"kind": {"data": "datum", "factor": "factor"}[what["k"]]}
        values = self.source.values(record.sheet, row, what["at"].values())
        columns = {name: value for name, value in zip(what["at"], values, strict=True) if value != ""}
        origin = {name: columns.pop(name) for name in ORIGIN if name in columns}
        out |= columns | ({"origin": origin} if origin else {})
        if what.get("computed", {}).get(str(row)):
            out["computed"] = self.cell(*self.read.at(what["computed"][str(row)]), depth + 1)
        return out

    def _tree(self, record: Record, row: int, col: int, depth: int) -> Node:
        what, text = record.what, self.read.trees
        head = {"label": what.get("what", {}), "unit": what.get("unit", "")}
        if "lines" in what:
            return {
                **head,
                "kind": "figure",
                "parts": [self._whole(self.read.tree_lines[i], text.by_id) for i in what["lines"]],
            }
        if "id" in what:
            return {**head, **self._whole({"ref": what["id"]}, text.by_id)}
        return {**head, **{k: what[k] for k in ("gwp", "default") if k in what}}

    def _whole(self, node: Any, by_id: Mapping[int, Mapping[str, Any]]) -> Any:
        """A node of a tree with what it refers to, each node written out where it is first needed."""
        if isinstance(node, Mapping):
            number = node.get("ref", node.get("node"))
            if number is not None:
                if f"node {number}" in self.shown:
                    return {"ref": number}
                self.shown.add(f"node {number}")
                node = by_id[number]
            return {k: self._whole(v, by_id) for k, v in node.items()}
        return [self._whole(v, by_id) for v in node] if isinstance(node, list) else node


def _of(values: Sequence[Any], r: int) -> Any:
    return values[r] if len(values) > 1 else values[0]
