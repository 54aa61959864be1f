"""Why the parts and the whole may be apart: each cause with the evidence found, the strongest first. Guesses are marked
as such by their weight."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from ..core.ledger import Ledger, Line
from ..core.problems import problem
from .bunkers import bunker_causes
from .comparison import Cause, Comparison, inside_of
from .lines import WholeAndParts
from .project import LevelsProject, ReportedMass
from .walk import data_of

NEAR = 0.1  # an amount explains a difference when they agree within this
EXACT = 0.005  # for slips of the unit, which have to fit almost exactly
SLIPS = (1e-4, 1e-3, 0.01, 0.1, 10.0, 100.0, 1e3, 1e4)


def likely_causes(c: Comparison, level: WholeAndParts, lines: Sequence[Comparison]) -> tuple[Cause, ...]:
    """Causes of one difference, strongest first; never empty: at the least that nothing was found."""
    causes = [
        *_double_counts(c, level),
        *_own_plants(c, level),
        *_missing(c),
        *_empty_whole(c),
        *_slips(c, lines),
        *_contained(c),
        *bunker_causes(c, level),
        *_boundary(c, level),
    ]
    if not any(f.weight == 3 for f in causes):
        causes.extend(_statistics(c, level, lines))
    causes.sort(key=lambda f: (-f.weight, f.kind, f.regions, f.text.facts))
    return tuple(causes) or (Cause("unexplained", 0, problem("cause.unexplained")),)


def _fits(amount: float, difference: float, within: float = NEAR) -> bool:
    return bool(difference) and abs(amount - difference) <= within * abs(difference)


def _shown(mass_t: float) -> str:
    return f"{mass_t / 1e4:,.4g}"


# ---- counted twice ----


def _double_counts(c: Comparison, level: WholeAndParts) -> Iterator[Cause]:
    levels, parts, ledgers = level.levels, level.parts, level.ledgers
    if c.difference_t >= 0:
        return
    by_name: dict[str, dict[str, ReportedMass]] = {}
    for r in c.reports:
        by_name.setdefault(r.identity, {}).setdefault(_part_of(levels, r.region, parts), r)
    for _, stands in sorted(by_name.items()):
        if len(stands) > 1:
            name = " / ".join(dict.fromkeys(r.enterprise for r in stands.values()))
            amount = math.fsum(r.mass_t for r in stands.values()) * (len(stands) - 1) / len(stands)
            weight = 3 if _fits(amount, -c.difference_t) else 2
            yield Cause(
                "double_count",
                weight,
                problem(
                    "cause.double_enterprise",
                    enterprise=name,
                    regions="、".join(stands),
                    amount=_shown(amount),
                    places="、".join(str(r.origin) for r in stands.values()),
                ),
                tuple(stands),
            )
    same: dict[tuple[Any, ...], dict[str, Line]] = {}
    for part in parts:
        for line in ledgers[part].lines if part in ledgers else ():
            if (line.region, line.year, line.category, line.gas, line.account) == (
                part,
                c.year,
                c.category,
                c.gas,
                "total",
            ) and line.mass_t:
                same.setdefault((line.item, repr(line.mass_t)), {})[part] = line
    for twins in same.values():
        if len(twins) > 1:
            amount = next(iter(twins.values())).mass_t * (len(twins) - 1)
            weight = 3 if _fits(amount, -c.difference_t) else 1
            places = [str(d.origin) for part, line in twins.items() for d in data_of(ledgers[part], line)]
            yield Cause(
                "double_count",
                weight,
                problem(
                    "cause.double_line",
                    regions="、".join(twins),
                    amount=_shown(amount),
                    places="、".join(places) or "—",
                ),
                tuple(twins),
            )


def _part_of(levels: LevelsProject, region: str, parts: tuple[str, ...]) -> str:
    return next((r for r in (region, *(a.name for a in levels.tree.ancestors(region))) if r in parts), region)


# ---- plants of their own ----


def _own_plants(c: Comparison, level: WholeAndParts) -> Iterator[Cause]:
    levels, parts = level.levels, level.parts
    if c.difference_t <= 0:
        return
    sums: dict[str, list[ReportedMass]] = {}
    for r in c.reports:
        sums.setdefault(_part_of(levels, r.region, parts), []).append(r)
    for part, reports in sums.items():
        figure = c.parts[part].mass_t if part in c.parts else 0.0
        total = math.fsum(r.mass_t for r in reports)
        close = [r for r in reports if _fits(r.mass_t, c.difference_t)]
        for r in close:
            yield Cause(
                "own_plants",
                3,
                problem(
                    "cause.own_plant",
                    region=part,
                    enterprise=r.enterprise,
                    amount=_shown(r.mass_t),
                    figure=_shown(figure),
                    place=r.origin,
                    note=f"（{r.note}）" if r.note else "",
                ),
                (part,),
            )
        if total > figure * (1 + EXACT):
            weight = 3 if _fits(total - figure, c.difference_t) else 2
            yield Cause(
                "own_plants",
                weight,
                problem(
                    "cause.reports_above",
                    region=part,
                    reports=_shown(total),
                    figure=_shown(figure),
                    enterprises="、".join(dict.fromkeys(r.enterprise for r in reports)),
                ),
                (part,),
            )


# ---- no figure, wrong unit ----


def _missing(c: Comparison) -> Iterator[Cause]:
    if c.missing and c.difference_t > 0:
        yield Cause(
            "missing",
            2,
            problem("cause.missing", regions="、".join(c.missing), amount=_shown(c.difference_t)),
            c.missing,
        )
    if c.shared_t:
        shared = [p for p, f in c.parts.items() if f.how in ("share", "activity_share")]
        yield Cause(
            "top_down",
            1,
            problem("cause.top_down", regions="、".join(shared), amount=_shown(c.shared_t)),
            tuple(shared),
        )


def _empty_whole(c: Comparison) -> Iterator[Cause]:
    """The whole has nothing on this line and parts have: no slip of a part explains that."""
    if not c.whole_t and c.sum_t:
        yield Cause(
            "whole_lacks",
            3,
            problem(
                "cause.whole_lacks",
                regions="、".join(p for p, f in c.parts.items() if f.mass_t),
                amount=_shown(c.sum_t),
            ),
            tuple(p for p, f in c.parts.items() if f.mass_t),
        )


def _contained(c: Comparison) -> Iterator[Cause]:
    """The parts exceed the whole by just one part's figure: it may be counted inside another part, or the whole leaves
    it out."""
    if c.whole_t and c.difference_t < 0:
        for part, figure in c.parts.items():
            if len(c.parts) > 1 and _fits(figure.mass_t, -c.difference_t, EXACT):
                yield Cause(
                    "contained", 2, problem("cause.contained", region=part, figure=_shown(figure.mass_t)), (part,)
                )


def _usual_share(part: str, c: Comparison, lines: Sequence[Comparison]) -> float | None:
    """The part's middle share of the whole on the other lines of the year; None when there are fewer than two."""
    others = (
        o for o in lines if o is not c and o.year == c.year and o.whole_t and part in o.parts and o.parts[part].mass_t
    )
    shares = sorted(o.parts[part].mass_t / o.whole_t for o in others)
    return shares[len(shares) // 2] if len(shares) > 1 else None


def _slips(c: Comparison, lines: Sequence[Comparison]) -> Iterator[Cause]:
    """A unit or decimal slip of one part. Taking nearly all of a part away fits whenever the excess equals the part, so
    such a factor must also bring the part to the share of the whole that it has on other lines."""
    for part, figure in c.parts.items():
        for factor in SLIPS if c.whole_t else ():
            change = figure.mass_t * factor - figure.mass_t
            if figure.how != "inventory" or not _fits(change, c.difference_t, EXACT):
                continue
            usual = _usual_share(part, c, lines)
            made_right = usual is not None and usual > 0 and 0.2 <= figure.mass_t * factor / c.whole_t / usual <= 5
            if factor > 0.01 or made_right:
                yield Cause(
                    "unit",
                    3,
                    problem("cause.unit", region=part, figure=_shown(figure.mass_t), factor=f"{factor:g}"),
                    (part,),
                )


# ---- boundary, other statistics ----


def _boundary(c: Comparison, level: WholeAndParts) -> Iterator[Cause]:
    levels = level.levels
    wanted = {level.whole, *inside_of(levels, level.parts)}
    for b in levels.boundary:
        if b.region in wanted and b.category and c.category in levels.edition.descendants(b.category):
            yield Cause(
                "boundary",
                2,
                problem("cause.boundary_declared", region=b.region, matter=b.matter, rule=b.rule),
                (b.region,),
            )
    if any(c.category in levels.edition.descendants(x) for x in levels.edition.roles.boundary):
        yield Cause("boundary", 1, problem("cause.boundary", category=levels.edition.label_of_category(c.category)))


def _statistics(c: Comparison, level: WholeAndParts, lines: Sequence[Comparison]) -> Iterator[Cause]:
    whole, ledgers = level.whole, level.ledgers
    if c.missing or not c.whole_t or not c.sum_t:
        return
    sector = c.category.split(".")[0]
    ratio = c.sum_t / c.whole_t
    alike = [
        o
        for o in lines
        if o is not c
        and o.year == c.year
        and o.category.split(".")[0] == sector
        and o.category != c.category
        and o.whole_t
        and abs(o.relative) > EXACT
        and abs(o.sum_t / o.whole_t - ratio) <= 0.01 * abs(ratio)
    ]
    above, below = (
        _sources(ledgers[whole], whole, c),
        {s for p in c.parts if p in ledgers for s in _sources(ledgers[p], p, c)},
    )
    apart = bool(above) and bool(below) and not (above & below)
    if apart or alike:
        yield Cause(
            "statistics",
            2,
            problem("cause.statistics", above=_few(above), below=_few(below), ratio=f"{ratio:.3f}", lines=len(alike)),
        )


def _few(names: set[str], most: int = 3) -> str:
    """The first few of many names, and how many there are."""
    listed = "、".join(sorted(names)[:most]) or "—"
    return listed if len(names) <= most else f"{listed}…（{len(names)}）"


def _sources(ledger: Ledger, region: str, c: Comparison) -> set[str]:
    """Sources named for the activity data behind a line."""
    sources: set[str] = set()
    for line in ledger.lines:
        if (line.region, line.year, line.category, line.gas) == (region, c.year, c.category, c.gas):
            sources.update(d.source for d in data_of(ledger, line) if d.source)
    return sources
