"""An explanation (inventory/core/explanation.py, as a dictionary) in sentences: equation with names and with numbers,
and everything below it, indented.

It reads the dictionary and nothing else, so that a ledger, a JSON answer and the hidden trace of a report are told in
the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..core import equation
from ..core.gwp import set_label
from ..core.resolve import STEPS
from ..sheets.model import decimals
from ..texts import LIST
from .texts import Words, place_in_guideline

Node = Mapping[str, Any]
FULL, FEW = 12, 3  # so many parts of a sum are walked through at the top, and deeper down


def shown(value: Any) -> str:
    """A number as an explanation prints it: thousands apart, no trailing zeros, ten digits at most."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return str(value)
    places = decimals(float(value), most=12, digits=10)
    if places < 0:
        return f"{value:.9E}"
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if places else text


class TreeText:
    """Tells nodes of one explanation; a node that was told is only named again."""

    def __init__(self, lang: str, nodes: Iterable[Any]) -> None:
        self.t = Words(lang)
        self.by_id: dict[int, Node] = {}
        self.shown: set[int] = set()
        for node in nodes:
            self._index(node)

    def _index(self, node: Any) -> None:
        """Numbered nodes by their number, from dictionaries as they were made or read from JSON."""
        if isinstance(node, dict):
            if "node" in node:
                self.by_id[node["node"]] = node
            for part in node.values():
                if isinstance(part, dict | list):
                    self._index(part)
        elif isinstance(node, list):
            for part in node:
                self._index(part)

    # ---- the top ----

    def figure(self, figure: Node, depth: int = 0) -> list[str]:
        """A figure with its lines, largest first, then the walk down. With a scale (`of` tonnes in one unit) amounts
        are shown in the figure's unit."""
        t, unit, scale = self.t, figure["unit"], float(figure.get("scale", 1.0))
        in_co2e = "CO2e" in figure.get("of_unit", unit)
        listed = [(self.amount(line, in_co2e) / scale, line) for line in figure.get("parts", ())]
        listed.sort(key=lambda x: -abs(x[0]))
        total = sum(amount for amount, _ in listed)
        out: list[str] = []
        if len(listed) > 1:
            out += self._pad(depth, [t("explain.parts", n=len(listed))])
            for amount, line in listed:
                share = f"{amount / total:.2%}" if total else ""
                out += self._pad(
                    depth + 1,
                    [
                        t(
                            "explain.part",
                            value=f"{shown(amount)} {unit}",
                            share=share,
                            cell=line["category"],
                            what=self.line_name(line),
                        )
                    ],
                )
        deep = [line for _, line in listed if "of" in line]
        walked = deep[: FULL if len(deep) <= FULL else FEW]
        if len(walked) < len(listed):
            out += self._pad(depth, [t("explain.walk", n=len(walked)) if walked else t("explain.no_walk")])
        for gas in dict.fromkeys(line["gwp"]["gas"] for line in walked):
            out += self.gwp(next(line["gwp"] for line in walked if line["gwp"]["gas"] == gas), depth)
        for line in walked:
            out += self.node(line["of"], depth + (len(listed) > 1), line.get("flags", ()))
        return out

    @staticmethod
    def amount(line: Node, co2e: bool) -> float:
        return float(line["co2e_t"] if co2e else line["mass_t"])

    def line_name(self, line: Node) -> str:
        keys = self.keys([k for k in line.get("keys", ()) if k["key"] != "category"])
        return f"{self.t.label(line['label'])}{f'（{keys}）' if keys else ''}　{line['gas']}"

    def gwp(self, gwp: Node, depth: int = 0) -> list[str]:
        t = self.t
        lines = [
            t(
                "explain.gwp",
                set=set_label(gwp["set"], t.lang) if gwp["set"] == "guideline" else gwp["set"],
                gas=gwp["gas"],
                value=shown(gwp["value"]),
                id=gwp.get("id", "—"),
                standing=t.of("standing", gwp.get("standing", "own")),
            )
        ]
        return self._pad(depth, lines + ([f"  {t('explain.note', note=gwp['note'])}"] if gwp.get("note") else []))

    # ---- nodes ----

    def node(self, node: Node, depth: int = 0, flags: Sequence[str] = ()) -> list[str]:
        """A step, datum, factor or number with everything below it."""
        result = self.by_id[node["ref"]] if "ref" in node else node
        ident = result.get("node")
        if ident in self.shown and result["kind"] == "step":
            return self._pad(
                depth,
                [
                    self.t(
                        "explain.see_above",
                        cell=f"{self.t.label(result['label'])} {shown(result['value'])} {result['unit']}",
                    )
                ],
            )
        if ident is not None:
            self.shown.add(ident)
        if result["kind"] == "step":
            return self.step(result, depth, flags)
        if result["kind"] == "datum":
            return self.datum(result, depth) + (
                [] if not flags else self._pad(depth + 1, [self.t("explain.flags", flags=self.flags(flags))])
            )
        return self.factor(result, depth) if result["kind"] == "factor" else []

    def step(self, step: Node, depth: int, flags: Sequence[str] = ()) -> list[str]:
        t = self.t
        inputs = {i["name"]: i for i in step.get("inputs", ())}
        words = {
            n: t("steps.sum_of", label=t.label(i["label"], n)) if n.startswith("sum ") else t.label(i["label"], n)
            for n, i in inputs.items()
        }
        numbers = {n: shown(i["value"]) for n, i in inputs.items()}
        label = t.label(step["label"])
        lines = [
            f"{label} = {shown(step['value'])} {step['unit']}",
            t("explain.item", item=self.keys(step.get("keys", ()))),
            t(
                "explain.method",
                label=t.label(step["method_label"]),
                id=f"{step['method']}.{step['step']}",
                tier=step.get("tier", ""),
            ),
        ]
        if step.get("reference"):
            lines.append(t("explain.reference", reference=step["reference"]))
        lines += [
            t("explain.equation", text=f"{label} = {self._sentence(step['equation'], words)}"),
            t("explain.numbers", text=f"{shown(step['value'])} = {self._sentence(step['equation'], numbers, True)}"),
        ]
        if flags:
            lines.append(t("explain.flags", flags=self.flags(flags)))
        out = self._pad(depth, lines)
        for entry in inputs.values():
            out += self._input(entry, depth + 1)
        return out

    def _input(self, entry: Node, depth: int) -> list[str]:
        t, of = self.t, entry["of"]
        label = t.label(entry["label"], entry["name"])
        kind, unit = of.get("kind", ""), entry.get("unit", "")  # a sum without members may have none
        value = f"{shown(entry['value'])} {unit}".rstrip()
        if kind == "sum":
            out = self._pad(depth, [t("explain.number", label=t("steps.sum_of", label=label), value=value)])
            parts = sorted(
                of.get("parts", ()), key=lambda p: -abs(self.by_id[p["ref"]]["value"] if "ref" in p else p["value"])
            )
            for part in parts[: FULL if len(parts) <= FULL else FEW]:
                out += self.node(part, depth + 1)
            left = len(parts) - (FULL if len(parts) <= FULL else FEW)
            return out + (self._pad(depth + 1, [t("explain.more_parts", n=left)]) if left > 0 else [])
        if kind == "number":
            out = [t("explain.number", label=label, value=value.removesuffix(" 1") if unit == "1" else value)]
            return self._pad(
                depth, out + ([f"  {t('explain.default', reason=t.label(of['reason']))}"] if "reason" in of else [])
            )
        return self.node(of, depth)

    def datum(self, d: Node, depth: int) -> list[str]:
        t = self.t
        item = t.comma.join(filter(None, (d["region"], str(d["year"]), *(self.value(k) for k in d.get("keys", ())))))
        lines = [t("explain.data", label=f"{t.label(d['label'])}（{item}）", value=shown(d["value"]), unit=d["unit"])]
        below = []
        scale = Fraction(d.get("scale", "1"))
        if scale != 1 or d["entered_unit"] != d["unit"]:
            text = (f"×{scale.numerator}" if scale.numerator != 1 else "") + (
                f"÷{scale.denominator}" if scale.denominator != 1 else ""
            )
            below.append(
                t(
                    "explain.converted",
                    entered=shown(d["entered"]),
                    unit_entered=d["entered_unit"],
                    scale=text,
                    value=shown(d["value"]),
                    unit=d["unit"],
                )
            )
        below += [
            t(f"explain.{name}", **{name: text})
            for name, text in (("origin", place(d.get("origin"))), ("source", d.get("source", "")))
            if text
        ]
        if d.get("data_kind"):
            below.append(t("explain.data_kind", kind=d["data_kind"]))
        if "uncertainty_pct" in d:
            below.append(t("explain.uncertainty", u=shown(d["uncertainty_pct"])))
        if d.get("note"):
            below.append(t("explain.note", note=d["note"]))
        out = self._pad(depth, lines) + self._pad(depth + 1, below)
        if d.get("terms"):
            out += self._pad(depth + 1, [t("explain.terms", n=len(d["terms"]))])
            out += [line for term in d["terms"] for line in self._term(term, d["unit"], depth + 2)]
        return out

    def _term(self, term: Node, unit: str, depth: int) -> list[str]:
        shares = "".join(f" × {name} {shown(value)}" for name, value in term.get("shares", ()))
        value = shown(term["value"])
        if term["sign"] == -1:
            value = f"-({value})" if value.startswith("-") else f"-{value}"
        return self._pad(
            depth,
            [
                self.t(
                    "explain.term",
                    label=term.get("label", ""),
                    value=value,
                    shares=shares,
                    amount=f"{shown(term['amount'])} {unit}",
                    reason=term.get("reason", ""),
                    origin=place(term.get("origin")),
                )
            ],
        )

    def factor(self, f: Node, depth: int) -> list[str]:
        t = self.t
        gas = f" {f['gas']}" if f.get("gas") else ""
        reason = f"{t.comma}{t.label(f['reason'])}" if f.get("reason") else ""
        standing = t.of("standing", f["standing"])
        if f.get("checked_by"):
            standing = f"{t.of('standing', 'checked')}（{standing}）"
        below = [
            t("explain.factor_id", id=f["id"], keys=self.keys(f.get("keys", ())) or "—"),
            t(
                "explain.factor_table",
                table=place_in_guideline(f["table"], t.lang) if f.get("table") else "—",
                standing=standing,
            ),
            t("explain.factor_step", step=t.label(STEPS[f["step"]]), reason=reason),
        ]
        if f.get("checked_by"):
            below.append(t("explain.checked", checked=f"{f['checked_by']} {f.get('checked_date', '')}".strip()))
        below += [
            t(f"explain.{name}", **{name: text})
            for name, text in (
                ("source", f.get("source", "")),
                ("origin", place(f.get("origin"))),
                ("note", f.get("note", "")),
            )
            if text
        ]
        head = t("explain.factor", label=f"{t.label(f['label'])}{gas}", value=shown(f["value"]), unit=f["unit"])
        out = self._pad(depth, [head]) + self._pad(depth + 1, below)
        return out + (self.node(f["computed"], depth + 1) if "computed" in f else [])

    # ---- words ----

    def keys(self, keys: Iterable[Node]) -> str:
        return self.t.comma.join(f"{self.t.label(k['label'])} {self.value(k)}" for k in keys)

    def value(self, key: Node) -> str:
        label = self.t.label(key["value_label"])
        return f"{key['value']} {label}" if key["key"] == "category" and label != key["value"] else label

    def flags(self, flags: Iterable[str]) -> str:
        return LIST[self.t.lang].join(self.t.of("flag", f) for f in flags)

    def _sentence(self, text: str, words: Mapping[str, str], numbers: bool = False) -> str:
        def constant(name: str) -> str:
            value, _, label = equation.CONSTANTS[name]
            return shown(value) if numbers else self.t.label(label)

        statement = equation.sentence(
            text, lambda n: words[n] if n in words else constant(n), lambda n: words[f"sum {n}"]
        )
        return statement.replace(
            "−", "-"
        )  # a cp936 console has no minus sign of its own and would print a question mark

    @staticmethod
    def _pad(depth: int, lines: Sequence[str]) -> list[str]:
        return ["  " * depth + line for line in lines]


def place(origin: Node | None) -> str:
    """`file[sheet]!cell` of an origin written as a dictionary."""
    if not origin:
        return ""
    sheet = f"[{origin['sheet']}]" if origin.get("sheet") else ""
    return f"{origin.get('file', '')}{sheet}{'!' if origin.get('cell') and (origin.get('file') or sheet) else ''}{origin.get('cell', '')}"
