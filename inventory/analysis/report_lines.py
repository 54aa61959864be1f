"""The lines of the guideline's tables, and the ledger lines behind each of their cells: one selection for working book,
filing set and documents."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..core.completeness import LineStatus, completeness
from ..core.edition import Edition, pairs
from ..core.gases import GROUPS
from ..core.ledger import Ledger

Lines = tuple[int, ...]  # positions in the ledger, sorted
NO_LAYOUT = "排放汇总"  # name of the one table of an edition that declares no lines


def gases_of(group: str, gases: Iterable[str]) -> tuple[str, ...]:
    """The gases a heading stands for: `HFCs` and `PFCs` are groups, `total` is everything."""
    return tuple(g for g in gases if group in ("total", g) or (group in GROUPS and g.startswith(GROUPS[group])))


@functools.cache
def _stands_for(heading: str, gas: str) -> bool:
    """Whether a heading (a gas, a group, `total`) covers what the completeness list calls `gas`, or is covered by
    it."""
    return heading == gas or bool(gases_of(heading, [gas])) or (gas in GROUPS and bool(gases_of(gas, [heading])))


@dataclass(frozen=True)
class TableLine:
    """One line of a table of the guideline."""

    table: str
    number: str
    level: int
    label: Mapping[str, str]
    categories: tuple[str, ...]
    gases: tuple[str, ...]
    units: Mapping[str, str]
    item: tuple[tuple[str, str], ...]
    memo: bool

    def unit(self, gas: str) -> str:
        """Unit of a column; gases of a group take the unit of the group."""
        if gas in self.units:
            return self.units[gas]
        for group in GROUPS:
            if group in self.units and gases_of(group, [gas]):
                return self.units[group]
        return "万t CO2e" if gas == "total" or gas in GROUPS else "万t"


def report_tables(ledger: Ledger) -> dict[str, list[TableLine]]:
    """Tables of the edition by name, in its order; for an edition without report lines its category tree."""
    edition = ledger.edition
    tables: dict[str, list[TableLine]] = {}
    for r in edition.report_lines:
        categories = tuple(c.strip() for c in r["categories"].split(";") if c.strip())
        memo = bool(categories) and all(c in edition.categories and edition.categories[c].memo for c in categories)
        line = TableLine(
            r["table"],
            r["line"],
            int(r["level"] or 0),
            {"zh": r["label_zh"], "en": r["label_en"]},
            categories,
            tuple(g.strip() for g in r["gases"].split(";") if g.strip()),
            dict(pairs(r.get("unit", ""))),
            pairs(r.get("item", "")),
            memo,
        )
        tables.setdefault(line.table, []).append(line)
    return tables or {NO_LAYOUT: _tree_lines(edition, tuple(dict.fromkeys(line.gas for line in ledger.lines)))}


def _tree_lines(edition: Edition, gases: tuple[str, ...]) -> list[TableLine]:
    depth: dict[str, int] = {}
    lines = []
    for c in edition.categories.values():
        depth[c.id] = depth.get(c.parent, 0) + 1
        lines.append(
            TableLine(
                NO_LAYOUT, c.id, depth[c.id], c.label, (c.id,), (*gases, "total"), dict.fromkeys(gases, "t"), (), c.memo
            )
        )
    return lines


@dataclass
class Selection:
    """Which ledger lines stand behind a cell of a report table, and what became of those that were not computed."""

    ledger: Ledger
    _pool: dict[tuple[str, int], dict[str, list[int]]] = field(init=False, default_factory=dict)  # by category
    _gases: dict[tuple[str, int], dict[str, None]] = field(init=False, default_factory=dict)
    _statuses: dict[tuple[str, int], list[LineStatus]] = field(init=False, default_factory=dict)
    _selected: dict[tuple[Any, ...], Lines] = field(init=False, default_factory=dict)
    _below: dict[tuple[Any, ...], list[LineStatus]] = field(init=False, default_factory=dict)
    _co2e: list[float] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        for i, line in enumerate(self.ledger.lines):
            place = (line.region, line.year)
            self._pool.setdefault(place, {}).setdefault(line.category, []).append(i)
            self._gases.setdefault(place, {})[line.gas] = None
            self._co2e.append(self.ledger.co2e_t(line))
        for status in completeness(self.ledger):
            self._statuses.setdefault((status.region, status.year), []).append(status)

    def lines(self, line: TableLine, gas: str, region: str, year: int) -> Lines:
        """Positions of the ledger lines behind one cell."""
        required = (line.categories, line.item, line.memo, gas, region, year)
        if required not in self._selected:
            self._selected[required] = self._select(line, gas, region, year)
        return self._selected[required]

    def _select(self, line: TableLine, gas: str, region: str, year: int) -> Lines:
        required = set(gases_of("CO2" if gas == "C" else gas, self._gases.get((region, year), {})))
        return tuple(i for i in self._of_all_gases(line, region, year) if self.ledger.lines[i].gas in required)

    def _of_all_gases(self, line: TableLine, region: str, year: int) -> Lines:
        """Positions of the ledger lines behind a whole line of a table."""
        place = (line.categories, line.item, line.memo, region, year)
        if place not in self._selected:
            lines, pool = self.ledger.lines, self._pool.get((region, year), {})
            below = self.ledger.edition.descendants(line.categories)
            account = "memo" if line.memo else "total"
            self._selected[place] = tuple(
                sorted(
                    i
                    for category, members in pool.items()
                    if category in below
                    for i in members
                    if lines[i].account == account and _fits(line, lines[i].item)
                )
            )
        return self._selected[place]

    def statuses(self, region: str, year: int) -> Sequence[LineStatus]:
        """The completeness list of one region and year."""
        return self._statuses.get((region, year), ())

    def status_of(self, line: TableLine, gas: str, region: str, year: int) -> list[LineStatus]:
        """What became of the guideline's lines below a cell, as the completeness list has it."""
        place = (line.categories, region, year)
        if place not in self._below:
            below = self.ledger.edition.descendants(line.categories)
            self._below[place] = [s for s in self.statuses(region, year) if s.category in below]
        return [s for s in self._below[place] if gas != "C" and _stands_for(gas, s.gas)]

    def states(self, line: TableLine, region: str) -> frozenset[str]:
        """States of everything below a printed line, in all years; information items only on lines of their own."""
        ledger = self.ledger
        below = ledger.edition.descendants(line.categories)
        return frozenset(
            s.state
            for (where, _), known in self._statuses.items()
            if where == region
            for s in known
            if s.category in below and ledger.edition.categories[s.category].memo == line.memo
        )

    def value_t(self, lines: Lines, co2e: bool) -> float:
        """Sum of ledger lines in t of gas or t CO2e."""
        lines_of = self.ledger.lines
        return math.fsum(self._co2e[i] for i in lines) if co2e else math.fsum(lines_of[i].mass_t for i in lines)


def _fits(line: TableLine, item: tuple[tuple[str, str], ...]) -> bool:
    have = dict(item)
    return all(have.get(key) in value.split("|") for key, value in line.item)
