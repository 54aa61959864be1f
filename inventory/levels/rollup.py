"""Sum of the parts against the whole, line by line: what covers what, how far they are apart, and why that may be.

The parts' own inventories come first; a park is the sum of its enterprises' reports; where a rule names a proxy, a part
without a figure takes a
top-down share of the whole and is marked so. Nothing is spread to make the sum fit: what is left is the difference, and
it is ranked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..compiling import compile_project
from ..core.activity import MEASURED, Datum
from ..core.ledger import Ledger, Line
from ..core.problems import Collector, InventoryError, Problem, in_order, problem
from .allocation import allocated, parts_of, shares
from .causes import likely_causes
from .comparison import ACTIVITY_SHARE, ENTERPRISES, NOTHING, OWN, SHARE, Comparison, Figure, inside_of
from .project import LevelsProject, Report, Rule
from .walk import data_of

TOLERANCE = 0.01
LineKey = tuple[str, str]  # category, gas


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

    def ranked(self) -> tuple[Comparison, ...]:
        """Lines outside the tolerance, largest difference (t CO2e) first."""
        apart = [c for c in self.lines if abs(c.relative) > self.tolerance]
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


def roll_up(
    levels: LevelsProject, whole: str, years: Sequence[int] = (), gwp: str | None = None, tolerance: float = TOLERANCE
) -> Rollup:
    """Compare `whole` with its parts in the years the whole has data for (or those given). Raises `InventoryError`
    where nothing can be compared."""
    from .knowable import unlikely_data

    errors = [p for p in levels.problems if p.severity == "error" and p.code.startswith("levels.")]
    if errors:
        raise InventoryError(levels.problems)
    parts = parts_of(levels, whole)
    if whole not in levels.tree or not parts:
        raise InventoryError([problem("levels.no_parts", region=whole, known="、".join(wholes(levels)) or "—")])
    problems = Collector([*levels.problems, *unlikely_data(levels)])
    computed = levels.edition.declared.computing | {MEASURED}
    chosen = tuple(years) or tuple(
        sorted({d.year for d in levels.project.data if d.region == whole and d.quantity in computed})
    )
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
        raise InventoryError([*problems.found, *failed.get(whole, ())])
    lines = _lines(
        levels, whole, parts, chosen, ledgers, {(d.region, d.year, d.quantity, d.item) for d in given}, problems
    )
    problems.extend(_in_two_places(lines, levels, parts))
    lines = tuple(
        replace(c, causes=likely_causes(c, levels, whole, parts, ledgers, lines)) if abs(c.relative) > tolerance else c
        for c in lines
    )
    return Rollup(
        whole,
        parts,
        chosen,
        ledgers,
        lines,
        _outside(parts, chosen, ledgers, levels),
        tuple(in_order(problems.found)),
        failed,
        tolerance,
    )


def _in_two_places(lines: Sequence[Comparison], levels: LevelsProject, parts: tuple[str, ...]) -> list[Problem]:
    """Firms that stand in two parts on one line, also where the sums agree: one of the two is wrong."""
    out = []
    for c in lines:
        by_firm: dict[str, dict[str, Report]] = {}
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
    have = {d.region for d in levels.project.data} | {r.region for r in levels.reports}
    return [r for r in levels.tree.regions if r in have and any(c.name in have for c in levels.tree.children(r))]


def _sums(ledger: Ledger, region: str, years: Sequence[int]) -> dict[tuple[int, str, str], list[Line]]:
    found: dict[tuple[int, str, str], list[Line]] = {}
    for line in ledger.lines:
        if line.region == region and line.year in years and line.account == "total":
            found.setdefault((line.year, line.category, line.gas), []).append(line)
    return found


def _lines(
    levels: LevelsProject,
    whole: str,
    parts: tuple[str, ...],
    years: tuple[int, ...],
    ledgers: Mapping[str, Ledger],
    given: set[tuple[str, int, str, tuple[Any, ...]]],
    problems: Collector,
) -> tuple[Comparison, ...]:
    ledger = ledgers[whole]
    above = _sums(ledger, whole, years)
    figures: dict[tuple[int, str, str], dict[str, Figure]] = {key: {} for key in above}
    for part in parts:
        if part in ledgers:
            for key, lines in _sums(ledgers[part], part, years).items():
                how = (
                    ACTIVITY_SHARE
                    if given and any(_place(d) in given for x in lines for d in data_of(ledgers[part], x))
                    else OWN
                )
                figures.setdefault(key, {})[part] = Figure(
                    math.fsum(x.mass_t for x in lines), how, any("illustrative" in x.flags for x in lines)
                )
        if levels.tree[part].level == "园区":
            for key, mass in park_figures(levels, part, years).items():
                figures.setdefault(key, {}).setdefault(part, Figure(mass, ENTERPRISES))
    order = {c: i for i, c in enumerate(levels.edition.categories)}
    out = []
    told: set[tuple[int, str]] = set()
    inside = inside_of(levels, parts)
    for year, category, gas in sorted(figures, key=lambda k: (k[0], order[k[1]], k[2])):
        known = figures[(year, category, gas)]
        mass = math.fsum(x.mass_t for x in above.get((year, category, gas), ()))
        known.update(
            {
                p: Figure(0.0, NOTHING)
                for p in parts
                if p not in known and _does_not_occur(levels, p, year, category, gas)
            }
        )
        known.update(_shared(levels, whole, parts, (year, category), mass, known, told, problems))
        reports = tuple(
            r for r in levels.reports if (r.year, r.gas, r.category) == (year, gas, category) and r.region in inside
        )
        out.append(
            Comparison(
                year,
                category,
                gas,
                mass,
                {p: known[p] for p in parts if p in known},
                tuple(p for p in parts if p not in known),
                ledger.gwp,
                reports,
            )
        )
    return tuple(out)


def _place(d: Datum) -> tuple[str, int, str, tuple[Any, ...]]:
    return (d.region, d.year, d.quantity, d.item)


def _does_not_occur(levels: LevelsProject, region: str, year: int, category: str, gas: str) -> bool:
    return any(
        (n.region, n.year) == (region, year)
        and n.key in ("NO", "NA")
        and n.gas in ("", gas)
        and category in levels.edition.descendants(n.category)
        for n in levels.project.notations
    )


def rule_for(levels: LevelsProject, whole: str, category: str) -> Rule | None:
    """The rule of the whole for sharing emissions of a category: the narrowest one that covers it."""
    fits = [
        r
        for r in levels.rules
        if r.parent == whole and not r.quantity and category in levels.edition.descendants(r.category)
    ]
    return max(fits, key=lambda r: r.category.count("."), default=None)


def _shared(
    levels: LevelsProject,
    whole: str,
    parts: tuple[str, ...],
    line: tuple[int, str],
    mass: float,
    known: Mapping[str, Figure],
    told: set[tuple[int, str]],
    problems: Collector,
) -> dict[str, Figure]:
    year, category = line
    empty = [p for p in parts if p not in known]
    rule = rule_for(levels, whole, category)
    if not empty or not mass or rule is None or rule.kind != "proxy":
        return {}
    share, lacking = shares(levels, tuple(empty), year, rule.proxy)
    rest = mass - math.fsum(f.mass_t for f in known.values())
    # the parts' own figures exceed the whole: that is the difference to be explained, and nothing is left to share
    if rest / mass < 0:
        return {}
    if not share:
        if (year, rule.proxy) not in told:
            problems.add(
                "levels.proxy_missing",
                rule.origin,
                proxy=rule.proxy,
                year=year,
                parts="、".join(lacking) or "、".join(parts),
            )
        told.add((year, rule.proxy))
        return {}
    return {p: Figure(rest * share[p], SHARE) for p in empty}


def park_figures(levels: LevelsProject, park: str, years: Sequence[int]) -> dict[tuple[int, str, str], float]:
    """A park's direct emissions: the sum of its enterprises' reports by year, category and gas. Information items stay
    outside."""
    out: dict[tuple[int, str, str], float] = {}
    for r in levels.reports:
        if r.region == park and r.year in years and not levels.edition.categories[r.category].memo:
            key = (r.year, r.category, r.gas)
            out[key] = out.get(key, 0.0) + r.mass_t
    return out


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
