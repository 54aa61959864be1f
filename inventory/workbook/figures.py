"""Sums of ledger lines as live formulas: each figure refers to the nearest cells that already hold its parts, down to
the arithmetic sheets."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..core import equation, units
from ..sheets.address import Ref, scale_text, spans, sum_arguments
from ..sheets.model import Spot
from .context import Filing

Lines = tuple[int, ...]  # positions in the ledger, sorted
MASS, CO2E = "mass", "co2e"


@dataclass(frozen=True, slots=True)
class FigurePart:
    """Cells that are added, the whole-number scale that brings their sum to the unit of the figure, and the GWP cell it
    is multiplied by."""

    cells: tuple[Ref, ...]
    scale: Fraction
    gwp: Ref | None = None

    def text(self, home: str) -> str:
        runs = spans(self.cells)
        if len(runs) == 1 and runs[0].first == runs[0].last:
            out = runs[0].seen_from(home)
        else:
            out = f"SUM({sum_arguments(runs, home)})"
        if self.gwp is not None:
            out += f"*{self.gwp.seen_from(home)}"
        return out + scale_text(self.scale)

    def trace(self) -> dict[Any, Any]:
        entry: dict[Any, Any] = {
            "r": [str(span) for span in spans(self.cells)],
            "s": [self.scale.numerator, self.scale.denominator],
        }
        if self.gwp is not None:
            entry["g"] = str(self.gwp)
        return entry


@dataclass(frozen=True, slots=True)
class LineSum:
    """Ledger lines added up in one unit: the mass of one gas (`MASS`), or the CO2 equivalent of any (`CO2E`)."""

    lines: Lines
    kind: str
    gas: str
    unit: str


@dataclass
class Written:
    """A figure that stands on a sheet: which lines it adds up, in which unit (t, or t CO2e, per unit of the cell)."""

    lines: frozenset[int]
    ref: Ref
    scale: Fraction


@dataclass
class Figures:
    """Everything summed so far, by what it holds; later figures refer to it instead of adding up again."""

    f: Filing
    exact: dict[tuple[str, str, Lines], Written] = field(default_factory=dict)  # (mass, gas) or (co2e, "")

    def value_t(self, lines: Lines, co2e: bool) -> float:
        ledger = self.f.ledger
        return math.fsum(ledger.co2e_t(ledger.lines[i]) if co2e else ledger.lines[i].mass_t for i in lines)

    def put(
        self, spot: Spot, amount: LineSum, style: str, what: dict[Any, Any], parts: Sequence[FigurePart]
    ) -> Written:
        """Write a figure as the sum of its parts and remember it. `what`: what it is, in both languages."""
        scale = figure_scale(amount.unit)
        value = float(self.value_t(amount.lines, amount.kind == CO2E) / scale)
        text = "=" + "+".join(part.text(spot.sheet.name) for part in parts)
        ref = spot.formula(text, value, style)
        traced = [part.trace() for part in parts]
        self.f.book.note(ref, "sum", what=what, unit=amount.unit, gas=amount.gas, parts=traced, v=value)
        result = Written(frozenset(amount.lines), ref, scale)
        self.exact.setdefault((amount.kind, amount.gas if amount.kind == MASS else "", amount.lines), result)
        return result

    # ---- where a figure takes its parts from ----

    def mass_parts(self, lines: Lines, gas: str, unit: str, near: Iterable[Written] = ()) -> list[FigurePart]:
        """One gas: the same figure elsewhere, else figures beside it that make it up, else the arithmetic itself."""
        scale = figure_scale(unit)
        same = self.exact.get((MASS, gas, lines))
        if same is not None:
            return [FigurePart((same.ref,), same.scale / scale)]
        cover = partition(frozenset(lines), near)
        if cover:
            return grouped((w.ref, w.scale / scale) for w in cover)
        return self._direct(lines, scale)

    def co2e_parts(
        self, lines: Lines, unit: str, near: Iterable[Written] = (), row: Iterable[tuple[Written, str]] = ()
    ) -> list[FigurePart]:
        """CO2 equivalent of any gases. `row` are figures of the same line with their gas ("" for one already in
        CO2e)."""
        scale = figure_scale(unit)
        left = set(lines)
        parts: list[FigurePart] = []
        for written, gas in row:
            if written.lines <= left:
                parts.append(FigurePart((written.ref,), written.scale / scale, self.f.gwp[gas] if gas else None))
                left -= written.lines
        if not parts:
            same = self.exact.get((CO2E, "", lines))
            if same is not None:
                return [FigurePart((same.ref,), same.scale / scale)]
            cover = partition(frozenset(lines), near)
            if cover:
                return grouped((w.ref, w.scale / scale) for w in cover)
        ledger = self.f.ledger
        for gas in dict.fromkeys(ledger.lines[i].gas for i in sorted(left)):
            of_gas = tuple(i for i in sorted(left) if ledger.lines[i].gas == gas)
            parts.extend(
                FigurePart(part.cells, part.scale / scale, self.f.gwp[gas])
                for part in self.mass_parts(of_gas, gas, "t")
            )
        return parts

    def _direct(self, lines: Lines, scale: Fraction) -> list[FigurePart]:
        return grouped((self.f.lines[i][0], self.f.lines[i][1] / scale) for i in lines)


def grouped(cells: Iterable[tuple[Ref, Fraction]]) -> list[FigurePart]:
    """Cells with one scale are added first and scaled once."""
    by_scale: dict[Fraction, list[Ref]] = {}
    for ref, scale in cells:
        by_scale.setdefault(scale, []).append(ref)
    return [FigurePart(tuple(refs), scale) for scale, refs in by_scale.items()]


def partition(lines: frozenset[int], near: Iterable[Written]) -> list[Written]:
    """Figures beside each other that together are exactly these lines, none twice; largest first. Empty when there are
    none."""
    left = set(lines)
    chosen: list[Written] = []
    for written in sorted(near, key=lambda w: (-len(w.lines), w.ref)):
        if written.lines and written.lines <= left and len(written.lines) < len(lines):
            chosen.append(written)
            left -= written.lines
            if not left:
                return sorted(chosen, key=lambda w: w.ref)
    return []


def figure_scale(unit: str) -> Fraction:
    """Tonnes (of gas, or of CO2e) in one unit of a report: `万t`, `t`, `万t CO2e`."""
    plain = unit.replace("CO2e", "").strip()
    return units.ratio(plain, "t")


def carbon_of(ref: Ref, home: str) -> str:
    """Carbon in a mass of CO2, from the molar masses of the equation language."""
    return "=" + equation.excel("co2 * M_C / M_CO2", lambda _: ref.seen_from(home), lambda _: "")
