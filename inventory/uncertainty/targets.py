"""What uncertainty is told for, above the single line: categories, sectors and totals of each region and year, as a
tree over ledger lines.

Lines of account "total" only: reference-approach checks are no emissions, information items stand outside the total.
Land use (LUCF) is told apart by the category whose IPCC 1996 code is 5, not by its number in the tree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory.core.edition import Edition
from inventory.core.ledger import FloatArray, IntArray, Ledger

LEVELS = ("category", "sector", "total", "total_without_lucf")


@dataclass(frozen=True, slots=True)
class UncertaintyTarget:
    """One figure: `lines` add up to it together with the targets `children` (which stand before it)."""

    level: str
    region: str
    year: int
    category: str
    lines: IntArray
    children: tuple[int, ...]

    @property
    def key(self) -> tuple[str, str, str]:
        """The same figure in another year."""
        return (self.level, self.region, self.category)

    @property
    def at(self) -> tuple[str, str, int, str]:
        """Which figure this is."""
        return (self.level, self.region, self.year, self.category)


@dataclass(frozen=True)
class Targets:
    items: tuple[UncertaintyTarget, ...]
    pair_lines: IntArray  # every (line, target above it): lines …
    pair_targets: IntArray  # … and targets

    def roll_up(self, per_line: FloatArray) -> FloatArray:
        """Sums per target of an array whose first axis is lines; accumulated in float64."""
        out = np.zeros((len(self.items), *per_line.shape[1:]), np.float64)
        for n, target in enumerate(self.items):
            if len(target.lines):
                first, last = int(target.lines[0]), int(target.lines[-1])
                rows = per_line[first : last + 1] if last - first + 1 == len(target.lines) else per_line[target.lines]
                out[n] = rows.sum(axis=0, dtype=np.float64)
            for child in target.children:
                out[n] += out[child]
        return out

    def in_order(self, edition: Edition) -> list[int]:
        """Targets as a reader expects them: by region and year, each sector followed by its categories, then the
        totals."""
        rank = {category: n for n, category in enumerate(edition.categories)}
        regions = list(dict.fromkeys(t.region for t in self.items))
        last = len(rank)
        return sorted(
            range(len(self.items)),
            key=lambda n: (
                regions.index(self.items[n].region),
                self.items[n].year,
                rank.get(self.items[n].category, last),
                LEVELS.index(self.items[n].level),
            ),
        )

    def select(self, *levels: str) -> list[int]:
        return [n for n, t in enumerate(self.items) if t.level in levels]

    def trends(self) -> list[tuple[int, int]]:
        """(target in the first year, the same in a later year), for every later year."""
        first: dict[tuple[str, str, str], int] = {}
        out = []
        for n in sorted(range(len(self.items)), key=lambda n: (self.items[n].year, n)):
            key = self.items[n].key
            if key in first:
                out.append((first[key], n))
            else:
                first[key] = n
        return sorted(out, key=lambda pair: pair[1])


def targets_of(ledger: Ledger) -> Targets:
    """The tree of a ledger: per region and year categories (children first), sectors, total, and total without LUCF
    where there is any."""
    edition = ledger.edition
    rank = {c: n for n, c in enumerate(edition.categories)}
    own: dict[tuple[str, int], dict[str, list[int]]] = {}
    for n, line in enumerate(ledger.lines):
        if line.account == "total":
            own.setdefault((line.region, line.year), {}).setdefault(line.category, []).append(n)
    lucf = edition.lucf
    items: list[UncertaintyTarget] = []
    for (region, year), lines in own.items():
        required: set[str] = set()
        for category in lines:
            while category and category not in required:
                required.add(category)
                category = edition.categories[category].parent
        place: dict[str, int] = {}
        # children stand after their parents in the tree, so backwards
        for category in sorted(required, key=lambda c: -rank[c]):
            below = tuple(sorted((place[c.id] for c in edition.children(category) if c.id in place), reverse=True))
            place[category] = len(items)
            level = "category" if edition.categories[category].parent else "sector"
            items.append(
                UncertaintyTarget(
                    level, region, year, category, np.array(lines.get(category, []), dtype=np.intp), below
                )
            )
        sectors = [c for c in sorted(required, key=rank.__getitem__) if not edition.categories[c].parent]
        none = np.zeros(0, dtype=np.intp)
        items.append(UncertaintyTarget("total", region, year, "", none, tuple(place[c] for c in sectors)))
        if any(c in lucf for c in sectors):
            items.append(
                UncertaintyTarget(
                    "total_without_lucf", region, year, "", none, tuple(place[c] for c in sectors if c not in lucf)
                )
            )
    return Targets(tuple(items), *_pairs(items))


def _pairs(items: list[UncertaintyTarget]) -> tuple[IntArray, IntArray]:
    members: list[list[int]] = []
    for target in items:
        mine = target.lines.tolist()
        for child in target.children:
            mine = mine + members[child]
        members.append(mine)
    lines = [n for mine in members for n in mine]
    owners = [n for n, mine in enumerate(members) for _ in mine]
    return np.array(lines, dtype=np.intp), np.array(owners, dtype=np.intp)
