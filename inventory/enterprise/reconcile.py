"""The sum of enterprise reports against the provincial inventory: direct emissions only, line by line, and factors that
the reports could offer.

Electricity and heat are dropped (they are indirect); a source without a line in the provincial guideline is listed, not
forced into one. Gases of fuels are at 0 °C in the reports and at 20 °C in the statistics: offered calorific values are
converted.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.edition import Edition
from ..edition.parts import ProvincialLineRow, rows
from .industries import industries
from .offers import Offer, weighted_offers, write_offers
from .queries import counted
from .reconcile_inputs import Inventory, inventory_fuels_of, inventory_of
from .store import opened


@dataclass(frozen=True, slots=True)
class LineReconciliation:
    """One provincial line (or lines that can only be compared together) and gas. Masses in t; coverage = reports /
    inventory."""

    lines: tuple[str, ...]
    label: str
    gas: str
    firms: int
    reports_t: float
    inventory_t: float | None
    remark: str

    @property
    def difference_t(self) -> float:
        return self.reports_t - (self.inventory_t or 0.0)

    @property
    def coverage(self) -> float | None:
        return self.reports_t / self.inventory_t if self.inventory_t else None


@dataclass(frozen=True, slots=True)
class FuelComparison:
    """CO2 of one statistical fuel in one provincial combustion line, t; `inventory_t` is None where the inventory has
    no such fuel there."""

    line: str
    fuel: str
    firms: int
    reports_t: float
    inventory_t: float | None
    comparable: str = ""  # what was taken together, where kinds are not known on both sides


@dataclass(frozen=True, slots=True)
class ReportedElsewhere:
    """Firms of a collection that say another province, or none: not compared, and listed."""

    province: str
    firms: int
    reports_t: float


@dataclass(frozen=True, slots=True)
class RegionReconciliation:
    """Direct emissions of one city's firms in one provincial line and gas, t; `inventory_t` is None where the results
    hold no inventory of that city."""

    region: str
    lines: tuple[str, ...]
    gas: str
    firms: int
    reports_t: float
    inventory_t: float | None

    @property
    def coverage(self) -> float | None:
        return self.reports_t / self.inventory_t if self.inventory_t else None


@dataclass(frozen=True, slots=True)
class Reconciled:
    comparisons: tuple[LineReconciliation, ...]
    unmatched: tuple[tuple[str, str, int, float, str], ...]  # source, gas, firms, t, why
    offers: tuple[Offer, ...]
    fuels: tuple[FuelComparison, ...] = ()
    regions: tuple[RegionReconciliation, ...] = ()
    elsewhere: tuple[ReportedElsewhere, ...] = ()
    cities_held: frozenset[str] = frozenset()  # cities of the reports whose own inventory the results hold


def provincial_lines(edition: Edition) -> dict[str, tuple[tuple[str, ...], str]]:
    """Source line -> (provincial lines, remark)."""
    return {r.source: (r.line, r.remark) for r in rows(edition, ProvincialLineRow)}


@dataclass(frozen=True, slots=True)
class Reported:
    """What the reports of a year say, as plain rows, whatever holds them: lines (source, gas, firm, t), fuels (fuel,
    amount, unit, NCV, its unit and tick, carbon, tick, oxidation, tick, firm), burnt (industry, fuel, firm, t CO2), the
    city of a firm, and firms of other provinces."""

    lines: tuple[tuple[Any, ...], ...]
    fuels: tuple[tuple[Any, ...], ...]
    burnt: tuple[tuple[Any, ...], ...]
    cities: Mapping[str, str] = field(default_factory=dict)
    elsewhere: tuple[ReportedElsewhere, ...] = ()


def reported(db: Path | str, year: int, province: str = "") -> Reported:
    """The submissions of a collection that count, of one province where it is named."""
    with opened(db) as connection:
        counted(connection)
        firms = connection.execute(
            "select c.submission, c.firm, s.province, s.city, coalesce(s.direct, 0) from temp.counting c "
            "join submission s on s.id = c.submission where s.year = ? order by c.firm",
            (year,),
        ).fetchall()
        away: dict[str, list[tuple[int, float]]] = {}
        for submission, _, where, _, direct in firms:
            if province and not same_province(where, province):
                away.setdefault(where, []).append((submission, direct))
        connection.executemany(
            "delete from temp.counting where submission = ?", [(n,) for held in away.values() for n, _ in held]
        )
        join = "join submission s on s.id = x.submission join temp.counting c on c.submission = s.id where s.year = ?"

        def rows_of(what: str, table: str, order: str) -> tuple[tuple[Any, ...], ...]:
            return tuple(connection.execute(f"select {what} from {table} x {join} order by {order}", (year,)))

        return Reported(
            rows_of("x.source, x.gas, c.firm, x.mass_t", "line", "x.source, x.gas, c.firm"),
            rows_of(
                "x.fuel, x.amount, x.unit, x.ncv, x.ncv_unit, x.ncv_tick, x.cc, x.cc_tick, x.oxidation, "
                "x.oxidation_tick, c.firm",
                "fuel",
                "x.fuel, c.firm",
            ),
            rows_of("s.industry, x.fuel, c.firm, x.co2_t", "fuel", "s.industry, x.fuel, c.firm"),
            {firm: city for _, firm, _, city, _ in firms},
            tuple(
                ReportedElsewhere(where, len(held), math.fsum(t for _, t in held))
                for where, held in sorted(away.items())
            ),
        )


def same_province(a: str, b: str) -> bool:
    """江苏 and 江苏省 are one; a blank is no province."""

    def short(text: str) -> str:
        return re.sub("(壮族|回族|维吾尔)?(自治区|省|市)$", "", text.strip())

    return bool(a.strip()) and short(a) == short(b)


def reconcile(db: Path | str, year: int, edition: Edition, against: Inventory) -> Reconciled:
    """Compare the submissions of a year that count with the inventory's masses (and its CO2 by fuel); largest
    differences first."""
    return reconcile_rows(reported(db, year, against.region), edition, against)


def reconcile_rows(rows: Reported, edition: Edition, against: Inventory) -> Reconciled:
    """The same over rows from any store."""
    inventory, fuels = against.masses, against.fuels
    lines = provincial_lines(edition)
    scope = {s.id: s.scope for i in industries(edition).values() for s in i.sources}
    sums: dict[tuple[tuple[str, ...], str], list[tuple[str, float]]] = {}
    remarks: dict[tuple[str, ...], set[str]] = {}
    unmatched: dict[tuple[str, str], list[tuple[str, float]]] = {}
    for source, gas, firm, mass in rows.lines:
        if scope.get(source) != "direct" or edition.attribute("category", source, "indirect"):
            continue
        wanted, remark = lines.get(source, ((), ""))
        if wanted:
            sums.setdefault((wanted, gas), []).append((firm, mass))
            if remark:
                remarks.setdefault(wanted, set()).add(remark)
        else:
            unmatched.setdefault((source, gas), []).append((firm, mass))
    compared = [
        LineReconciliation(
            wanted,
            "＋".join(wanted),
            gas,
            len({f for f, _ in held}),
            math.fsum(m for _, m in held),
            _inventory_mass(inventory, wanted, gas),
            "；".join(sorted(remarks.get(wanted, ()))),
        )
        for (wanted, gas), held in sums.items()
    ]
    compared.sort(key=lambda c: (-abs(c.difference_t), c.lines, c.gas))
    rest = tuple(
        (s, g, len({f for f, _ in held}), math.fsum(m for _, m in held), lines.get(s, ((), ""))[1])
        for (s, g), held in sorted(unmatched.items())
    )
    held_fuels = {fuel for _, fuel in fuels}
    return Reconciled(
        tuple(compared),
        rest,
        weighted_offers(edition, rows.fuels, held_fuels),
        _fuels(rows.burnt, lines, fuels, edition),
        _regions(sums, rows.cities, against),
        rows.elsewhere,
        frozenset(c for c in rows.cities.values() if any(same_province(name, c) for name in against.cities)),
    )


def _regions(
    sums: Mapping[tuple[tuple[str, ...], str], Sequence[tuple[str, float]]],
    cities: Mapping[str, str],
    against: Inventory,
) -> tuple[RegionReconciliation, ...]:
    """The compared lines city by city, against that city's own inventory where the results hold it."""
    groups: dict[tuple[str, tuple[str, ...], str], list[tuple[str, float]]] = {}
    for (wanted, gas), held in sums.items():
        for firm, mass in held:
            groups.setdefault((cities.get(firm, ""), wanted, gas), []).append((firm, mass))
    compared = []
    for (city, wanted, gas), held in sorted(groups.items()):
        masses = next((m for name, m in against.cities.items() if same_province(name, city)), None)
        compared.append(
            RegionReconciliation(
                city,
                wanted,
                gas,
                len({f for f, _ in held}),
                math.fsum(m for _, m in held),
                None if masses is None else _inventory_mass(masses, wanted, gas),
            )
        )
    return tuple(compared)


def _fuels(
    burnt: Iterable[tuple[Any, ...]],
    lines: Mapping[str, tuple[tuple[str, ...], str]],
    inventory: Mapping[tuple[str, str], float],
    edition: Edition,
) -> tuple[FuelComparison, ...]:
    """Fuels under their statistical names, line by line. Coals are compared kind by kind where both sides know the
    kinds, else all raw coal together."""
    groups: dict[tuple[str, str], list[tuple[str, float]]] = {}
    group_of = {
        w.attributes.get("statistical", ""): w.attributes["group"]
        for w in edition.vocabulary["fuel"].values()
        if w.attributes.get("group")
    }
    for industry, fuel, firm, mass in burnt:
        source = industries(edition)[industry].fuel_source
        wanted = lines.get(source.id, ((), ""))[0] if source else ()
        if len(wanted) == 1:
            groups.setdefault((wanted[0], edition.attribute("fuel", fuel, "statistical") or fuel), []).append(
                (firm, mass)
            )
    compared = []
    for line in dict.fromkeys(line for line, _ in groups):
        mine = {fuel: rows for (at, fuel), rows in groups.items() if at == line}
        theirs = {fuel: t for (at, fuel), t in inventory.items() if at == line}
        mixed = {g for fuel, g in group_of.items() if fuel == g and (fuel in mine or fuel in theirs)}
        for fuel, held in mine.items():
            if group_of.get(fuel) not in mixed:
                compared.append(
                    FuelComparison(
                        line, fuel, len({f for f, _ in held}), math.fsum(m for _, m in held), theirs.get(fuel)
                    )
                )
        for group in sorted(mixed):
            together = [r for fuel, held in mine.items() if group_of.get(fuel) == group for r in held]
            values = {fuel: t for fuel, t in theirs.items() if group_of.get(fuel) == group or fuel == "炼焦煤"}
            if together:
                compared.append(
                    FuelComparison(
                        line,
                        group,
                        len({f for f, _ in together}),
                        math.fsum(m for _, m in together),
                        math.fsum(values.values()) if values else None,
                        f"煤种合并比较：企业{'、'.join(f for f in mine if group_of.get(f) == group)}；"
                        f"清单{'、'.join(values) or '没有'}",
                    )
                )
    compared.sort(key=lambda c: (-abs(c.reports_t - (c.inventory_t or 0.0)), c.line, c.fuel))
    return tuple(compared)


def _inventory_mass(inventory: Mapping[tuple[str, str], float], wanted: tuple[str, ...], gas: str) -> float | None:
    """Sum of the lines and of what stands below them in the provincial tree."""
    values = [m for (c, g), m in inventory.items() if g == gas and any(c == w or c.startswith(w + ".") for w in wanted)]
    return math.fsum(values) if values else None


__all__ = [
    "Offer",
    "inventory_fuels_of",
    "inventory_of",
    "provincial_lines",
    "reconcile",
    "reconcile_rows",
    "reported",
    "write_offers",
]
