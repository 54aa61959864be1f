"""Direct emissions, purchased electricity and heat, and what crosses the border, beside each other: by user sector, and
in the lines of the city standard (GPC) with its scopes and totals.

Scope 1 is the inventory; scopes 2 and 3 are computed by the edition `city` from the project's `outside.csv`, so that
none of them can enter the inventory's total. A line without data is NE, one that does not occur NO; a total with an NE
line says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..compiling import compile_project
from ..core.activity import Notation, Project
from ..core.edition import Edition
from ..core.gwp import GwpSet
from ..core.ledger import Ledger
from ..core.problems import Collector, InventoryError, problem
from ..edition import default, load
from ..edition.parts import GpcRow, UserRow, rows
from ..forms.files import OUTSIDE
from ..regions import extended
from .activity import read_long
from .project import LevelsProject

TOTALS = ("BASIC", "BASIC+", "territorial")


@dataclass(frozen=True, slots=True)
class ScopeAmount:
    """Mass of each gas in t, or a notation key (NE, NO, NA, IE, C) where there is no figure."""

    masses: Mapping[str, float]
    notation: str = ""

    def co2e_t(self, gwp: GwpSet) -> float:
        return math.fsum(mass * gwp[gas] for gas, mass in self.masses.items())


@dataclass(frozen=True, slots=True)
class GpcLine:
    """A line of the standard with its figure."""

    row: GpcRow
    amount: ScopeAmount


@dataclass(frozen=True, slots=True)
class UserLine:
    """A user sector: direct emissions and those of purchased electricity and heat."""

    row: UserRow
    direct: ScopeAmount
    purchased: ScopeAmount


@dataclass(frozen=True)
class Scopes:
    """Everything of one region and year; amounts of `users` without power and heat plants, so that electricity made
    here and used here counts once."""

    region: str
    year: int
    lines: tuple[GpcLine, ...]
    users: tuple[UserLine, ...]
    direct_t: float  # total of the inventory, t CO2e, land use included
    net_purchased_t: float | None  # net electricity and heat from outside (information item), t CO2e
    power_t: float  # of the direct total, power and heat plants
    gwp: GwpSet

    def total_t(self, basis: str) -> float:
        """A total of the standard in t CO2e: BASIC, BASIC+ or territorial (scope 1)."""
        sign = {"imported": 0.0 if basis == "territorial" else -1.0}
        return math.fsum(
            sign.get(x.row.basis, 1.0) * x.amount.co2e_t(self.gwp) for x in self.lines if _counts(x.row, basis)
        )

    def not_estimated(self, basis: str) -> tuple[str, ...]:
        """Lines of a total that are not estimated."""
        return tuple(x.row.ref for x in self.lines if _counts(x.row, basis) and x.amount.notation == "NE")

    @property
    def purchased_t(self) -> float:
        return math.fsum(u.purchased.co2e_t(self.gwp) for u in self.users)

    @property
    def with_net_t(self) -> float | None:
        """Direct total plus net purchased electricity and heat."""
        return None if self.net_purchased_t is None else self.direct_t + self.net_purchased_t


def _counts(row: GpcRow, basis: str) -> bool:
    if row.basis == "imported":
        return basis != "territorial"
    if basis == "territorial":
        return row.scope == "1"
    return row.basis == "BASIC" or (basis == "BASIC+" and row.basis == "BASIC+")


def outside_of(levels: LevelsProject, problems: Collector) -> tuple[Ledger | None, tuple[Notation, ...]]:
    """Purchased energy and cross-boundary activities of a project, computed, with the notation keys given. None where
    there are none, or where they cannot be computed: what is wrong becomes a problem and never stops the inventory."""
    edition = extended(load(default("city")), levels.tree)
    project = Project()
    for given in levels.of(OUTSIDE):
        part, reading_problems = read_long(given, edition)
        problems.extend(reading_problems)
        project = project.merged(part)
    notations = project.notations
    factors = tuple(
        f for f in levels.project.factors if f.parameter in edition.declared.parameters or f.id in edition.by_id
    )
    if not project.data:
        return None, notations
    try:
        return compile_project(Project(project.data, factors, notations), edition), notations
    except InventoryError as error:
        problems.extend(error.problems)
        return None, notations


def scopes(levels: LevelsProject, ledger: Ledger, region: str, year: int, problems: Collector) -> Scopes:
    """The view of one region and year. Raises `InventoryError` for a region or year without an inventory."""
    if not any((x.region, x.year, x.account) == (region, year, "total") for x in ledger.lines):
        known = sorted({f"{x.region} {x.year}" for x in ledger.lines if x.account == "total"})
        raise InventoryError(
            [problem("bulletin.region", region=f"{region} {year}", known="、".join(known[:40]) or "—")]
        )
    outside, notations = outside_of(levels, problems)
    city = load(default("city"))
    here = _Sums(ledger, ledger.edition, levels.project.notations, region, year)
    there = _Sums(outside, city, notations, region, year)
    lines = tuple(GpcLine(row, _together(here.of(row.categories), there.of(row.outside))) for row in rows(city, GpcRow))
    users = tuple(UserLine(row, here.of(row.categories), there.of(row.outside)) for row in rows(city, UserRow))
    net = here.of((ledger.edition.roles.imported_power,))
    power = here.of((ledger.edition.roles.power,))
    total = math.fsum(
        ledger.co2e_t(x) for x in ledger.lines if (x.region, x.year, x.account) == (region, year, "total")
    )
    return Scopes(
        region,
        year,
        lines,
        users,
        total,
        net.co2e_t(ledger.gwp) if net.masses else None,
        power.co2e_t(ledger.gwp),
        ledger.gwp,
    )


@dataclass(frozen=True)
class _Sums:
    """Amounts of one ledger, region and year by category."""

    ledger: Ledger | None
    edition: Edition
    notations: Sequence[Notation]
    region: str
    year: int

    def of(self, categories: Iterable[str]) -> ScopeAmount:
        """The sum over categories with all below them; NO or another key where that is all that was said, NE where
        nothing was."""
        wanted = tuple(categories)
        if not wanted:
            return ScopeAmount({}, "")
        below = self.edition.descendants(wanted)
        masses: dict[str, list[float]] = {}
        for x in self.ledger.lines if self.ledger else ():
            if (x.region, x.year) == (self.region, self.year) and x.category in below:
                masses.setdefault(x.gas, []).append(x.mass_t)
        if masses:
            return ScopeAmount({gas: math.fsum(values) for gas, values in sorted(masses.items())})
        keys = [
            n.key
            for n in self.notations
            if (n.region, n.year) == (self.region, self.year)
            and (n.category in below or any(c in self.edition.descendants((n.category,)) for c in wanted))
        ]
        return ScopeAmount({}, "NE" if not keys or "NE" in keys else keys[0])


def _together(a: ScopeAmount, b: ScopeAmount) -> ScopeAmount:
    masses = {g: a.masses.get(g, 0.0) + b.masses.get(g, 0.0) for g in sorted({*a.masses, *b.masses})}
    if masses:
        return ScopeAmount(masses)
    keys = [k for k in (a.notation, b.notation) if k]
    return ScopeAmount({}, "NE" if "NE" in keys or not keys else keys[0])
