"""One ledger under several GWP sets: which lines move, by how much, and which set cannot value a gas that was emitted.

Masses are the ledger's; nothing is recomputed. Each column is one set; no figure here mixes two.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..core.gwp import Co2e, GwpSet
from ..core.ledger import Ledger

# as they were published; others after them, in the order of the edition and the project
ORDER = ("guideline", "SAR", "AR4", "AR5", "AR6")


@dataclass(frozen=True, slots=True)
class GwpComparisonRow:
    """One category and gas of a region and year: its mass (t) and CO2e (t) under each set; None where the set has no
    value for the gas.

    `moves` says that at least one set values it otherwise than the set in force.
    """

    region: str
    year: int
    category: str
    gas: str
    mass_t: float
    co2e: tuple[Co2e | None, ...]
    lines: tuple[int, ...]
    moves: bool


@dataclass(frozen=True, slots=True)
class GwpTotal:
    """A region and year in total (`sector` empty) or a sector of it under each set; `missing[k]` are emitted gases that
    set k does not value."""

    region: str
    year: int
    sector: str
    co2e: tuple[Co2e | None, ...]
    missing: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class GwpComparison:
    in_force: int
    sets: tuple[GwpSet, ...]
    rows: tuple[GwpComparisonRow, ...]
    totals: tuple[GwpTotal, ...]

    def moving(self) -> tuple[GwpComparisonRow, ...]:
        """Rows that move, the largest movement first."""

        def reach(row: GwpComparisonRow) -> float:
            own = row.co2e[self.in_force]
            return max(
                (abs(float(v) - float(own)) for v in row.co2e if v is not None and own is not None), default=math.inf
            )

        return tuple(
            sorted((r for r in self.rows if r.moves), key=lambda r: (-reach(r), r.region, r.year, r.category, r.gas))
        )


def compare_gwp(ledger: Ledger) -> GwpComparison:
    """The lines of the total under the set in force and all others of the edition and of the project, oldest first."""
    known = ledger.edition.gwp_sets
    required = [*(n for n in ORDER if n in known), *(n for n in known if n not in ORDER)]
    chosen = [ledger.edition.gwp_set(n) for n in required]
    sets = tuple(chosen) if any(s.same(ledger.gwp) for s in chosen) else (ledger.gwp, *chosen)
    in_force = next(k for k, s in enumerate(sets) if s.same(ledger.gwp))
    groups: dict[tuple[str, int, str, str], list[int]] = {}
    for i, line in enumerate(ledger.lines):
        if line.account == "total":
            groups.setdefault((line.region, line.year, line.category, line.gas), []).append(i)
    rows = tuple(_row(ledger, sets, in_force, key, lines) for key, lines in groups.items())
    return GwpComparison(in_force, sets, rows, _totals(ledger, sets, rows))


def _row(
    ledger: Ledger, sets: Sequence[GwpSet], in_force: int, key: tuple[str, int, str, str], lines: Sequence[int]
) -> GwpComparisonRow:
    region, year, category, gas = key
    mass = math.fsum(ledger.lines[i].mass_t for i in lines)
    co2e = tuple(Co2e(mass * s.values[gas], s) if gas in s.values else None for s in sets)
    values = [s.values.get(gas) for s in sets]
    return GwpComparisonRow(
        region, year, category, gas, mass, co2e, tuple(lines), mass != 0 and any(v != values[in_force] for v in values)
    )


def _totals(ledger: Ledger, sets: Sequence[GwpSet], rows: Sequence[GwpComparisonRow]) -> tuple[GwpTotal, ...]:
    edition = ledger.edition
    root = {c: s for s in edition.categories if not edition.categories[s].parent for c in edition.descendants(s)}
    groups: dict[tuple[str, int, str], list[GwpComparisonRow]] = {}
    for row in rows:
        groups.setdefault((row.region, row.year, ""), []).append(row)
        groups.setdefault((row.region, row.year, root[row.category]), []).append(row)
    out = []
    for (region, year, sector), members in groups.items():
        missing = tuple(
            tuple(dict.fromkeys(r.gas for r in members if r.co2e[k] is None and r.mass_t)) for k in range(len(sets))
        )
        co2e = tuple(
            None if missing[k] else Co2e(math.fsum(float(r.co2e[k] or 0.0) for r in members), s)
            for k, s in enumerate(sets)
        )
        out.append(GwpTotal(region, year, sector, co2e, missing))
    return tuple(out)
