"""The explanation of a cell of a workbook as data: what the hidden trace says, down to data, factors and GWP, in the
shape of inventory/core/explanation.py.

Every node has `kind`, `cell`, `value`; a part that was told already is `{"ref": cell}`. A report whose trace holds
whole trees (enterprises) gives these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..sheets.address import a1
from .narrate import Narrator
from .trace import Record

Node = dict[str, Any]
DEEP = 12  # so many levels are followed


class TraceData:
    """Walks down from one cell of a source (a file, or a workbook that was laid out)."""

    def __init__(self, source: Any) -> None:
        self.source = source
        self.read = Narrator(source, "zh")
        self.shown: set[str] = set()

    def cell(self, sheet: str, row: int, col: int, depth: int = 0) -> Node:
        """One cell with everything below it."""
        name = f"{sheet}!{a1(row, col)}"
        value, record = self.source.value(sheet, row, col), self.read.record(sheet, row, col)
        if record is None:
            return {"kind": "empty" if value in ("", None) else "input", "cell": name, "value": value}
        kind = record.what["k"]
        if name in self.shown and kind in ("sum", "step", "calc"):
            return {"ref": name}
        self.shown.add(name)
        node: Node = {"kind": kind, "cell": name, "value": value}
        if depth >= DEEP:
            return {**node, "more": True}
        below = {
            "sum": self._sum,
            "calc": self._calc,
            "step": self._step,
            "data": self._columns,
            "factor": self._columns,
            "tree": self._tree,
            "same": self._same,
        }.get(kind)
        return {**node, **(below(record, row, col, depth) if below else {})}

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
            up, down = part["s"]
            for place in self.read.cells(part["r"]):
                entry: Node = {"scale": [up, down], "of": self.cell(*place, depth + 1)}
                if part.get("g"):
                    sheet, at_row, _ = self.read.at(part["g"])
                    gas, value, ident, standing, note = (self.source.value(sheet, at_row, c) for c in range(5))
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
        required = next((n for n, e in entries.items() if e["col"] == col and col != what["result"]), "")
        if required:
            return {
                "kind": "input",
                "label": entries[required]["label"],
                "of": self._input(record, entries[required], row, depth),
            }
        keys = [{"label": label, "value": self.source.value(record.sheet, row, at)} for label, at in what["keys"]]
        inputs = [
            {
                "name": name,
                "label": e["label"],
                "value": self.source.value(record.sheet, row, e["col"]),
                "of": self._input(record, e, row, depth),
            }
            for name, e in entries.items()
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
            "keys": [k for k in keys if k["value"] != ""],
            "inputs": inputs,
        }

    def _input(self, record: Record, entry: Mapping[str, Any], row: int, depth: int) -> Node:
        r = row - record.top
        value = self.source.value(record.sheet, row, entry["col"])
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
        first = next(
            (
                x
                for xs in self.source.records.values()
                for x in xs
                if x.what["k"] == kind and x.top <= target <= x.bottom
            ),
            None,
        )
        if first is None:
            return {"kind": "number", "value": value}
        at = first.what["at"]["canonical" if kind == "data" else "value"]
        return self.cell(first.sheet, target, at, depth + 1)

    def _columns(self, record: Record, row: int, col: int, depth: int) -> Node:
        """A row of the sheets of data or factors: every column under its name."""
        what = record.what
        out: Node = {"kind": {"data": "datum", "factor": "factor"}[what["k"]]}
        out |= {
            name: value for name, c in what["at"].items() if (value := self.source.value(record.sheet, row, c)) != ""
        }
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
