"""Every line of the guideline, with what became of it: computed, reported by a notation key, or missing.

A line is a leaf category with one of its gases; a notation key given for a category covers all leaves below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .activity import Notation
from .edition import Category, Edition
from .ledger import Ledger


@dataclass(frozen=True, slots=True)
class LineStatus:
    """`status` is computed, notation or missing; `notation` is set for the second."""

    region: str
    year: int
    category: str
    gas: str
    status: str
    notation: Notation | None = None


def completeness(ledger: Ledger) -> Iterator[LineStatus]:
    """Status of every leaf category and gas, per region and year, in the order of the tree; information items too."""
    edition = ledger.edition
    done: set[tuple[str, int, str, str]] = set()
    for line in ledger.lines:
        if line.account != "check":
            done.update((line.region, line.year, above, line.gas) for above in ancestors(edition, line.category))
    keys: dict[tuple[str, int, str, str], Notation] = {}
    for n in ledger.notations:
        for below in sorted(edition.descendants(n.category)):
            keys.setdefault((n.region, n.year, below, n.gas), n)
    places = sorted({(x.region, x.year) for x in ledger.lines} | {(n.region, n.year) for n in ledger.notations})
    leaves = list(leaf_lines(edition))
    for region, year in places:
        for category, gas in leaves:
            if (region, year, category.id, gas) in done:
                yield LineStatus(region, year, category.id, gas, "computed")
                continue
            found = keys.get((region, year, category.id, gas)) or keys.get((region, year, category.id, ""))
            yield LineStatus(region, year, category.id, gas, "notation" if found else "missing", found)


def leaf_lines(edition: Edition) -> Iterator[tuple[Category, str]]:
    """Leaf categories with each gas that some declared method can give them (or, where none does, that the tree lists)."""
    parents = {c.parent for c in edition.categories.values()}
    for category in edition.categories.values():
        if category.id not in parents:
            for gas in category.gases:
                yield category, gas


def ancestors(edition: Edition, category: str) -> Iterator[str]:
    """The category itself, then each parent up to the sector."""
    while category:
        yield category
        category = edition.categories[category].parent
