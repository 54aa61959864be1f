"""Figures of the report tables as cells: each is the sum of cells that already stand in the book, or, at the bottom,
the engine's number in full."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from ..analysis.report_lines import Lines
from ..core import units
from ..sheets.address import scale_text
from ..sheets.table import At, Entry, Formula
from .basis import FilingBasis

MASS, CO2E = "mass", "co2e"


def scale_of(unit: str) -> Fraction:
    """Tonnes (of gas, or of CO2e) in one unit of a table."""
    return units.ratio(unit.replace("CO2e", "").strip(), "t")


@dataclass(frozen=True)
class FiledFigure:
    """A figure that stands in the book. `gas` is empty for a CO2 equivalent."""

    lines: frozenset[int]
    at: At
    kind: str
    gas: str
    scale: Fraction


@dataclass
class FilingFigures:
    b: FilingBasis
    written: list[FiledFigure] = field(default_factory=list)
    _exact: dict[tuple[str, str, frozenset[int]], FiledFigure] = field(default_factory=dict)

    def put(
        self,
        at: At,
        lines: Lines,
        unit: str,
        gas: str,
        near: Iterable[FiledFigure] = (),
        row: Iterable[FiledFigure] = (),
    ) -> Entry:
        """The entry of a cell. `near` are figures of the same column, `row` masses and equivalents beside it, from
        which an equivalent may be made."""
        kind, scale = (CO2E if "CO2e" in unit else MASS), scale_of(unit)
        gas = "" if kind == CO2E else gas
        wanted = frozenset(lines)
        value = self.b.selection.value_t(lines, kind == CO2E) / float(scale)
        result = self._formula(kind, gas, wanted, scale, tuple(near), tuple(row))
        entry = FiledFigure(wanted, at, kind, gas, scale)
        self.written.append(entry)
        self._exact.setdefault((kind, gas, wanted), entry)
        return Entry(value, result)

    def _formula(
        self,
        kind: str,
        gas: str,
        wanted: frozenset[int],
        scale: Fraction,
        near: tuple[FiledFigure, ...],
        row: tuple[FiledFigure, ...],
    ) -> Formula | None:
        same = self._exact.get((kind, gas, wanted))
        if same is not None:
            return _added([same], scale)
        if kind == CO2E and row:
            parts = _cover(wanted, [w for w in row if w.kind == CO2E or w.gas])
            if parts:
                return self._equivalents(parts, scale)
        parts = _cover(wanted, near)
        return _added(parts, scale) if parts else None

    def _equivalents(self, parts: list[FiledFigure], scale: Fraction) -> Formula:
        """Σ mass × GWP of the cells of a row."""
        terms, cells = [], []
        for n, w in enumerate(parts):
            term = f"{{c{n}}}"
            cells.append((f"c{n}", (w.at,)))
            if w.kind == MASS and self.b.ledger.gwp[w.gas] != 1:
                term += f"*{{g{n}}}"
                cells.append((f"g{n}", (self.b.gwp_at(w.gas),)))
            terms.append(term + scale_text(w.scale / scale))
        return Formula("+".join(terms), tuple(cells))

    def exact(self, kind: str, gas: str, lines: Lines) -> FiledFigure | None:
        return self._exact.get((kind, gas, frozenset(lines)))


def _added(parts: list[FiledFigure], scale: Fraction) -> Formula:
    """Cells of one scale are added first and scaled once."""
    groups: dict[Fraction, list[At]] = {}
    for w in parts:
        groups.setdefault(w.scale, []).append(w.at)
    terms, cells = [], []
    for n, (own, places) in enumerate(groups.items()):
        terms.append((f"SUM({{c{n}}})" if len(places) > 1 else f"{{c{n}}}") + scale_text(own / scale))
        cells.append((f"c{n}", tuple(places)))
    return Formula("+".join(terms), tuple(cells))


def _cover(wanted: frozenset[int], near: Iterable[FiledFigure]) -> list[FiledFigure]:
    """Figures that together are exactly these lines, none twice; the largest first. Empty where there are none."""
    left, chosen = set(wanted), []
    for w in sorted(near, key=lambda w: (-len(w.lines), w.at.table, w.at.row, w.at.column)):
        if w.lines and w.lines <= left:
            chosen.append(w)
            left -= w.lines
            if not left:
                return sorted(chosen, key=lambda w: (w.at.table, w.at.row, w.at.column))
    return []
