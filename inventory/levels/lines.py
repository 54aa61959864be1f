"""The lines of a whole and its parts beside each other, at every level below as well.

The parts' own inventories come first; a park is the sum of its enterprises' reports; a part without an inventory whose
own parts make it up is their sum; where a rule names a proxy, a part without a figure takes a top-down share of what is
left and is marked so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..core.activity import Datum
from ..core.gwp import GwpSet
from ..core.ledger import Ledger, Line
from ..core.problems import Collector, problem
from ..regions import complete_parts
from .allocation import parts_of, shares
from .comparison import (
    ACTIVITY_SHARE,
    BELOW,
    ENTERPRISES,
    NOTHING,
    OWN,
    PERIMETER,
    SHARE,
    Cause,
    Comparison,
    Figure,
    inside_of,
)
from .project import LevelsProject, SharingRule
from .walk import data_of

Key = tuple[int, str, str]  # year, category, gas


def _sums(ledger: Ledger, region: str, years: Sequence[int]) -> dict[tuple[int, str, str], list[Line]]:
    sums: dict[tuple[int, str, str], list[Line]] = {}
    for line in ledger.lines:
        if line.region == region and line.year in years and line.account == "total":
            sums.setdefault((line.year, line.category, line.gas), []).append(line)
    return sums


def place(d: Datum) -> tuple[str, int, str, tuple[Any, ...]]:
    """What a datum is about."""
    return (d.region, d.year, d.quantity, d.item)


@dataclass(frozen=True)
class WholeAndParts:
    """A whole with its parts: what a comparison is made of. `shared`: activity data that were only shared from
    above."""

    levels: LevelsProject
    whole: str
    parts: tuple[str, ...]
    years: tuple[int, ...]
    ledgers: Mapping[str, Ledger]
    shared: frozenset[tuple[str, int, str, tuple[Any, ...]]] = frozenset()

    @property
    def gwp(self) -> GwpSet:
        return (self.ledgers.get(self.whole) or next(iter(self.ledgers.values()))).gwp


@dataclass(frozen=True)
class Below:
    """A part with parts of its own: its lines against theirs. `complete`: these parts make it up; `compiled`: it has an
    inventory itself."""

    whole: str
    parts: tuple[str, ...]
    lines: tuple[Comparison, ...]
    complete: bool
    compiled: bool

    def of(self, key: Key) -> Comparison | None:
        return next((c for c in self.lines if (c.year, c.category, c.gas) == key), None)


def has_parts(levels: LevelsProject, region: str) -> bool:
    """Whether regions below have data or reports."""
    return any(c.name in levels.having for c in levels.tree.children(region))


def level_below(level: WholeAndParts, part: str, problems: Collector) -> Below:
    """The comparison one level down, and within it those further down."""
    levels = level.levels
    parts = parts_of(levels, part, level.years)
    inner = WholeAndParts(levels, part, parts, level.years, level.ledgers)
    deeper = {p: level_below(inner, p, problems) for p in parts if has_parts(levels, p)}
    complete = complete_parts(levels.tree, part) and not all(levels.tree[p].level == "园区" for p in parts)
    lines = compared(inner, problems, deeper)
    compiled = any(c.whole_t for c in lines)
    return Below(part, parts, lines, complete, compiled)


def causes_below(c: Comparison, below: Sequence[Below]) -> Iterator[Cause]:
    """A gap of the whole that lies in a part whose own parts say otherwise."""
    for b in below:
        inner = b.of((c.year, c.category, c.gas))
        figure = c.parts.get(b.whole)
        if inner is None or not inner.sum_t or (figure is not None and figure.how == BELOW):
            continue
        own = figure.mass_t if figure is not None else 0.0
        gap = inner.sum_t - own
        if not gap or gap * c.difference_t < 0:
            continue
        fits = abs(gap - c.difference_t) <= 0.1 * abs(c.difference_t)
        shown = {"zh": "没有数据", "en": "no figure"} if figure is None else f"{own / 1e4:,.4g}"
        yield Cause(
            "below",
            3 if fits else 2,
            problem(
                "cause.below",
                region=b.whole,
                figure=shown,
                parts="、".join(p for p in b.parts if p in inner.parts),
                sum=f"{inner.sum_t / 1e4:,.4g}",
            ),
            (b.whole,),
        )


def compared(level: WholeAndParts, problems: Collector, below: Mapping[str, Below]) -> tuple[Comparison, ...]:
    """Every line of the whole and its parts, in the order of the category tree."""
    levels, ledger = level.levels, level.ledgers.get(level.whole)
    above = _sums(ledger, level.whole, level.years) if ledger else {}
    figures = _own_figures(level, above)
    for part, inner in below.items():
        # a part without an inventory whose parts are complete is their sum
        for c in inner.lines if inner.complete and not inner.compiled and not _compiled(level, part) else ():
            if not c.missing:
                figures.setdefault((c.year, c.category, c.gas), {}).setdefault(part, Figure(c.sum_t, BELOW))
    _without_included(level, figures)
    order = {c: i for i, c in enumerate(levels.edition.categories)}
    inside = inside_of(levels, level.parts)
    reported: set[tuple[int, str]] = set()
    out = []
    for year, category, gas in sorted(figures, key=lambda k: (k[0], order[k[1]], k[2])):
        known = figures[(year, category, gas)]
        mass = math.fsum(x.mass_t for x in above.get((year, category, gas), ()))
        known.update(
            {
                p: Figure(0.0, NOTHING)
                for p in level.parts
                if p not in known and _does_not_occur(levels, p, year, category, gas)
            }
        )
        known.update(_shared(level, SharedLine(year, category, mass), known, reported, problems))
        reports = tuple(
            r for r in levels.reports if (r.year, r.gas, r.category) == (year, gas, category) and r.region in inside
        )
        missing = tuple(p for p in level.parts if p not in known and levels.tree[p].existed((year,)))
        out.append(
            Comparison(
                year, category, gas, mass, {p: known[p] for p in level.parts if p in known}, missing, level.gwp, reports
            )
        )
    return tuple(out)


def _compiled(level: WholeAndParts, part: str) -> bool:
    return part in level.ledgers and any(x.region == part and x.account == "total" for x in level.ledgers[part].lines)


def _own_figures(level: WholeAndParts, above: Mapping[Key, Sequence[Line]]) -> dict[Key, dict[str, Figure]]:
    figures: dict[Key, dict[str, Figure]] = {key: {} for key in above}
    for part in level.parts:
        if part in level.ledgers:
            ledger = level.ledgers[part]
            for key, lines in _sums(ledger, part, level.years).items():
                shared = level.shared and any(place(d) in level.shared for x in lines for d in data_of(ledger, x))
                figures.setdefault(key, {})[part] = Figure(
                    math.fsum(x.mass_t for x in lines),
                    ACTIVITY_SHARE if shared else OWN,
                    any("illustrative" in x.flags for x in lines),
                )
        if level.levels.tree[part].level == "园区":
            for key, mass in park_figures(level.levels, part, level.years).items():
                figures.setdefault(key, {}).setdefault(part, Figure(mass, ENTERPRISES))
    return figures


def _without_included(level: WholeAndParts, figures: Mapping[Key, dict[str, Figure]]) -> None:
    """A part whose statistics include another one (attribute `includes`) stands without it, so that the sum counts it
    once."""
    for part in level.parts:
        inside = [p for p in level.levels.tree[part].includes if p in level.parts]
        for known in figures.values() if inside else ():
            if part in known and any(p in known for p in inside):
                rest = known[part].mass_t - math.fsum(known[p].mass_t for p in inside if p in known)
                known[part] = Figure(rest, PERIMETER, known[part].illustrative)


@dataclass(frozen=True, slots=True)
class SharedLine:
    """The line of the whole that is shared."""

    year: int
    category: str
    mass_t: float


def _does_not_occur(levels: LevelsProject, region: str, year: int, category: str, gas: str) -> bool:
    return any(
        (n.region, n.year) == (region, year)
        and n.key in ("NO", "NA")
        and n.gas in ("", gas)
        and category in levels.edition.descendants(n.category)
        for n in levels.project.notations
    )


def rule_for(levels: LevelsProject, whole: str, category: str) -> SharingRule | None:
    """The rule of the whole for sharing emissions of a category: the narrowest one that covers it."""
    fits = [
        r
        for r in levels.rules
        if r.parent == whole and not r.quantity and category in levels.edition.descendants(r.category)
    ]
    return max(fits, key=lambda r: r.category.count("."), default=None)


def _shared(
    level: WholeAndParts,
    line: SharedLine,
    known: Mapping[str, Figure],
    reported: set[tuple[int, str]],
    problems: Collector,
) -> dict[str, Figure]:
    empty = [p for p in level.parts if p not in known]
    rule = rule_for(level.levels, level.whole, line.category)
    if not empty or not line.mass_t or rule is None or rule.kind != "proxy":
        return {}
    share, lacking = shares(level.levels, tuple(empty), line.year, rule.proxy)
    rest = line.mass_t - math.fsum(f.mass_t for f in known.values())
    # the parts' own figures exceed the whole: that is the difference to be explained, and nothing is left to share
    if rest / line.mass_t < 0:
        return {}
    if not share:
        if (line.year, rule.proxy) not in reported:
            problems.add(
                "levels.proxy_missing",
                rule.origin,
                proxy=rule.proxy,
                year=line.year,
                parts="、".join(lacking) or "、".join(level.parts),
            )
        reported.add((line.year, rule.proxy))
        return {}
    return {p: Figure(rest * share[p], SHARE) for p in empty}


def park_figures(levels: LevelsProject, park: str, years: Sequence[int]) -> dict[tuple[int, str, str], float]:
    """A park's direct emissions: the sum of its enterprises' reports by year, category and gas. Information items stay
    outside."""
    out: dict[tuple[int, str, str], float] = {}
    for r in levels.reports:
        if park in (r.region, r.park) and r.year in years and not levels.edition.categories[r.category].memo:
            key = (r.year, r.category, r.gas)
            out[key] = out.get(key, 0.0) + r.mass_t
    return out
