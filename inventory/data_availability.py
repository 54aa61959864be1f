"""What a city, county or park cannot know never blocks its inventory: the line is NE with the reason that the edition's
table `levels` declares.

A figure that serves more than one purpose (population: indicators per head, and waste water) would otherwise drag in
data that the level's statistics do not have. Only lines that lack such a quantity are concerned, and only for regions
below the province.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from .core.activity import Notation, Project
from .core.declarations import Method
from .core.edition import Edition
from .core.problems import Origin
from .edition.parts import LevelRow, rows

LEVEL = "level"  # attribute of a region in the vocabulary, put there by `regions.extended`


def with_unavailable(project: Project, edition: Edition) -> Project:
    """The project with a notation key NE for each category whose method needs a quantity that the region's level cannot
    know and did not give."""
    barred = {r.quantity: r for r in rows(edition, LevelRow)}
    words = edition.vocabulary.get("region", {})
    below = {
        r for r in project.columns.distinct_regions if r in words and words[r].attributes.get(LEVEL, "省级") != "省级"
    }
    if not barred or not below:
        return project
    given: dict[tuple[str, int], set[str]] = {}
    for place, year, quantity in project.columns.scan("region", "year", "quantity"):
        if place in below:
            given.setdefault((place, year), set()).add(quantity)
    stated = {(n.region, n.year, n.category) for n in project.notations}
    result: dict[tuple[str, int, str], Notation] = {}
    ways = Counter(c for m in edition.declared.methods.values() for c in set(_categories(m)))
    concerned = [(m, needs) for m in edition.declared.methods.values() if barred.keys() & (needs := _needs(m))]
    for (region, year), quantities in sorted(given.items()):
        level = words[region].attributes[LEVEL]
        for method, needs in concerned:
            reason = _reason(needs, quantities, level, barred)
            for category in _categories(method) if reason else ():
                # with another method the category may still be computed
                if ways[category] == 1 and (region, year, category) not in stated:
                    result.setdefault(
                        (region, year, category),
                        Notation(region, year, category, "", "NE", reason, Origin("levels.csv")),
                    )
    return replace(project, notations=(*project.notations, *result.values())) if result else project


def _needs(method: Method) -> dict[str, None]:
    """The quantities without which a method cannot be computed, in its order."""
    return dict.fromkeys(a.quantity for a in method.activity if a.required and a.default is None)


def _reason(needs: Collection[str], given: Collection[str], level: str, barred: Mapping[str, LevelRow]) -> str:
    """Why a method cannot be computed there; empty when it can, or when nothing of it was given at all."""
    lacking = [q for q in needs if q not in given and q in barred and level in barred[q].not_at]
    return barred[lacking[0]].reason_zh if lacking and any(q in given for q in needs) else ""


def _categories(method: Method) -> Iterator[str]:
    """Categories that the method's steps book directly."""
    for step in method.steps:
        if step.gas and step.category[:1].isdigit():  # not those that depend on a key of the row
            yield step.category
