"""Sum of the parts against the whole, line by line: what covers what, how far they are apart, and why that may be.

The parts' own inventories come first; a park is the sum of its enterprises' reports; where a rule names a proxy, a part
without a figure takes a top-down share of the whole and is marked so. Nothing is spread to make the sum fit: what is
left is the difference, and it is ranked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..compiling import compile_project
from ..core.activity import MEASURED
from ..core.ledger import Ledger
from ..core.problems import Collector, InventoryError, Problem, problem
from .allocation import allocated, parts_of
from .causes import likely_causes
from .comparison import Comparison
from .lines import Below, WholeAndParts, causes_below, compared, has_parts, level_below, place
from .project import LevelsProject, ReportedMass

TOLERANCE = 0.01


@dataclass(frozen=True)
class Rollup:
    """Everything about one whole: lines in the category tree's order, problems of parts that could not be computed,
    statements of the boundary."""

    whole: str
    parts: tuple[str, ...]
    years: tuple[int, ...]
    ledgers: Mapping[str, Ledger]
    lines: tuple[Comparison, ...]
    # indirect emission of electricity and heat from outside, t CO2, beside the total
    outside: Mapping[tuple[str, int], float]
    problems: tuple[Problem, ...]
    failed: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    tolerance: float = TOLERANCE
    below: tuple[Below, ...] = ()  # parts that have parts of their own
    parks_only: bool = False  # the parts are parks: some of the whole, never all of it

    def ranked(self) -> tuple[Comparison, ...]:
        """Lines outside the tolerance, largest difference (t CO2e) first; where the parts are parks only, those that
        exceed the whole."""
        apart = [
            c for c in self.lines if abs(c.relative) > self.tolerance and (not self.parks_only or c.difference_t < 0)
        ]
        return tuple(sorted(apart, key=lambda c: (-abs(c.difference_co2e_t), c.year, c.category, c.gas)))

    def total_co2e_t(self, year: int, of: str = "whole") -> float:
        """Total of the whole or of its parts (`parts`), t CO2e, LUCF included."""
        return math.fsum((c.whole_t if of == "whole" else c.sum_t) * c.gwp[c.gas] for c in self.lines if c.year == year)


def compile_regions(
    levels: LevelsProject, extra: tuple[Any, ...] = (), gwp: str | None = None
) -> tuple[dict[str, Ledger], dict[str, tuple[Problem, ...]]]:
    """A ledger per region; where all together cannot be computed, each alone, so that a faulty region is told and the
    others go on."""
    project = replace(levels.project, data=(*levels.project.data, *extra))
    regions = list(dict.fromkeys([d.region for d in project.data] + [n.region for n in project.notations]))
    regions.sort(key=list(levels.tree.regions).index)
    try:
        together = compile_project(project, levels.edition, gwp=gwp)
        return dict.fromkeys(regions, together), {}
    except InventoryError:
        pass
    ledgers: dict[str, Ledger] = {}
    failed: dict[str, tuple[Problem, ...]] = {}
    for region in regions:
        own = replace(
            project,
            data=tuple(d for d in project.data if d.region == region),
            notations=tuple(n for n in project.notations if n.region == region),
        )
        try:
            ledgers[region] = compile_project(own, levels.edition, gwp=gwp)
        except InventoryError as error:
            failed[region] = error.problems
    return ledgers, failed


def years_of(levels: LevelsProject, region: str) -> tuple[int, ...]:
    """Years in which the region has data of a computing quantity."""
    computed = levels.edition.declared.computing | {MEASURED}
    return tuple(sorted({d.year for d in levels.project.data if d.region == region and d.quantity in computed}))


def roll_up(
    levels: LevelsProject, whole: str, years: Sequence[int] = (), gwp: str | None = None, tolerance: float = TOLERANCE
) -> Rollup:
    """Compare `whole` with its parts in the years the whole has data for (or those given). Raises `InventoryError`
    where nothing can be compared."""
    from .knowable import unlikely_data

    errors = [p for p in levels.problems if p.severity == "error" and p.code.startswith("levels.")]
    if errors:
        raise InventoryError(levels.problems)
    parts = parts_of(levels, whole, tuple(years) or years_of(levels, whole))
    if whole not in levels.tree or not parts:
        raise InventoryError([problem("levels.no_parts", region=whole, known="、".join(wholes(levels)) or "—")])
    problems = Collector([*levels.problems, *unlikely_data(levels)])
    chosen = tuple(years) or years_of(levels, whole)
    if not chosen:
        raise InventoryError([problem("levels.no_data_of_whole", region=whole)])
    given = allocated(levels, whole, chosen, problems)
    ledgers, failed = compile_regions(levels, given, gwp)
    for region in failed:
        if region in (whole, *parts):
            problems.add(
                "levels.region_failed", region=region, errors=sum(p.severity == "error" for p in failed[region])
            )
    if whole not in ledgers:
        raise InventoryError([*problems, *failed.get(whole, ())])
    level = WholeAndParts(levels, whole, parts, chosen, ledgers, frozenset(place(d) for d in given))
    below = tuple(level_below(level, part, problems) for part in parts if has_parts(levels, part))
    lines = compared(level, problems, {b.whole: b for b in below})
    problems.extend(_in_two_places(lines, levels, parts))
    lines = tuple(
        replace(c, causes=(*causes_below(c, below), *likely_causes(c, level, lines)))
        if abs(c.relative) > tolerance
        else c
        for c in lines
    )
    return Rollup(
        whole,
        parts,
        chosen,
        ledgers,
        lines,
        _outside(parts, chosen, ledgers, levels),
        tuple(problems),
        failed,
        tolerance,
        below,
        all(levels.tree[p].level == "园区" for p in parts),
    )


def _in_two_places(lines: Sequence[Comparison], levels: LevelsProject, parts: tuple[str, ...]) -> list[Problem]:
    """Firms that stand in two parts on one line, also where the sums agree: one of the two is wrong."""
    out = []
    for c in lines:
        by_firm: dict[str, dict[str, ReportedMass]] = {}
        for r in c.reports:
            part = next(
                (p for p in (r.region, *(a.name for a in levels.tree.ancestors(r.region))) if p in parts), r.region
            )
            by_firm.setdefault(r.identity, {}).setdefault(part, r)
        for stands in by_firm.values():
            if len(stands) > 1:
                first = next(iter(stands.values()))
                out.append(
                    problem(
                        "levels.firm_in_two",
                        first.origin,
                        enterprise=" / ".join(dict.fromkeys(r.enterprise for r in stands.values())),
                        regions="、".join(stands),
                        year=c.year,
                        category=c.category,
                        places="、".join(str(r.origin) for r in stands.values()),
                    )
                )
    return out


def wholes(levels: LevelsProject) -> list[str]:
    """Regions of the project that have data and parts with data or reports."""
    have, tree = levels.having, levels.tree
    return [r for r in tree.regions if r in have and any(c.name in have for c in tree.children(r))]


def _outside(
    parts: tuple[str, ...], years: tuple[int, ...], ledgers: Mapping[str, Ledger], levels: LevelsProject
) -> dict[tuple[str, int], float]:
    """Indirect CO2 of electricity and heat per part and year. Beside the totals: one part's purchase may be another
    part's power station."""
    out: dict[tuple[str, int], float] = {}
    for part in parts:
        if part in ledgers:
            for line in ledgers[part].lines:
                if line.region == part and line.year in years and line.category == levels.edition.roles.imported_power:
                    out[(part, line.year)] = out.get((part, line.year), 0.0) + line.mass_t
        for r in levels.reports:
            if (
                levels.tree[part].level == "园区"
                and r.region == part
                and r.year in years
                and r.category == levels.edition.roles.imported_power
            ):
                out[(part, r.year)] = out.get((part, r.year), 0.0) + r.mass_t
    return out
