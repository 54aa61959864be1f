"""What a city, a county or a park can know: the quantities of an edition that its statistics supply.

The edition's table `levels` names what a level cannot know and why; everything else is printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from ..analysis.indicators import GDP, POPULATION, PUBLISHED_ENERGY
from ..core.edition import Edition
from ..core.problems import Problem, problem
from ..edition.parts import LevelGroupRow, LevelRow, rows
from .project import LevelsProject


@dataclass(frozen=True, slots=True)
class Unknown:
    """A quantity that some levels cannot know, with the reason."""

    quantity: str
    levels: tuple[str, ...]
    reason: Mapping[str, str]


def unknown_at(edition: Edition, level: str) -> dict[str, Unknown]:
    """Quantities that `level` cannot know, by id; none where the edition has no table `levels`."""
    return {
        r.quantity: Unknown(r.quantity, r.not_at, {"zh": r.reason_zh, "en": r.reason_en})
        for r in rows(edition, LevelRow)
        if level in r.not_at
    }


def on_request(edition: Edition, level: str) -> dict[str, LevelGroupRow]:
    """Groups of quantities that a template of `level` prints on request only, by id."""
    return {r.id: r for r in rows(edition, LevelGroupRow) if level in r.levels}


def for_level(edition: Edition, level: str, wanted: Iterable[str] | None = None) -> Edition:
    """The edition without what `level` cannot know: its quantities, and the methods that cannot do without one of
    them. With `wanted` (ids of groups) also without the groups that are printed on request only; what the indicators
    need (population, GDP) stays."""
    gone = set(unknown_at(edition, level))
    if wanted is not None:
        asked = set(wanted)
        gone |= {q for id, r in on_request(edition, level).items() if id not in asked for q in r.quantities}
    declared = edition.declared
    methods = {
        m.id: m
        for m in declared.methods.values()
        if not any(a.quantity in gone and a.required and a.default is None for a in m.activity)
    }
    used = {a.quantity for m in methods.values() for a in m.activity} | {
        q
        for q in declared.quantities
        if not any(a.quantity == q for m in declared.methods.values() for a in m.activity)
    }
    used |= {GDP, POPULATION, PUBLISHED_ENERGY}
    quantities = {q: v for q, v in declared.quantities.items() if q not in gone and q in used}
    return replace(edition, declared=replace(declared, quantities=quantities, methods=methods))


def unlikely_data(levels: LevelsProject) -> Iterator[Problem]:
    """A warning for each quantity that a region reports although its level cannot know it."""
    named: set[tuple[str, str]] = set()
    for d in levels.project.data:
        if d.region in levels.tree and (d.region, d.quantity) not in named:
            level = levels.tree[d.region].level
            unknown = unknown_at(levels.edition, level).get(d.quantity)
            if unknown is not None:
                named.add((d.region, d.quantity))
                yield problem(
                    "levels.not_known_at",
                    d.origin,
                    region=d.region,
                    level=level,
                    label=levels.edition.declared.quantities[d.quantity].label["zh"],
                    reason=unknown.reason["zh"],
                )
