"""Results of many regions (of a batch, or of filings) rolled up the region tree: cities to provinces, provinces to the
nation, with checks of containment.

Nothing is computed anew. A region's figure is its own result; where it has none and all its parts have one, their sum;
where some parts are missing it has none, and what is there is shown as part of it. A whole is compared line by line
with its parts: with all of them the two must agree, with some of them the parts must not exceed it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ..core.problems import Collector, Origin, Problem
from ..regions import Region, Tree

TOLERANCE = 0.01
Line = tuple[str, str]  # category, gas
OWN, ROLLED, PARTIAL = "own", "rolled", "partial"


@dataclass(frozen=True, slots=True)
class ResultLine:
    """One line of one region and year: mass in t of the gas, and t CO2e under the set of its results."""

    region: str
    year: int
    category: str
    gas: str
    gwp: str
    mass_t: float
    co2e_t: float


@dataclass(frozen=True, slots=True)
class RegionSum:
    """A region with parts in one year. `how`: own result, rolled up from all its parts, or partial; `used`: the parts
    whose figures are in the sum, `missing`: those that have none; `inside`: parts left out because another one's
    statistics hold them."""

    region: str
    year: int
    how: str
    own: Mapping[Line, ResultLine]
    parts: Mapping[Line, tuple[float, float]]  # sum of the parts: (mass, CO2e)
    used: tuple[str, ...]
    missing: tuple[str, ...]
    inside: tuple[str, ...]

    @property
    def complete(self) -> bool:
        return not self.missing

    @property
    def own_t(self) -> float | None:
        """Total of the region's own result, t CO2e; None without one."""
        return math.fsum(x.co2e_t for x in self.own.values()) if self.own else None

    @property
    def parts_t(self) -> float:
        return math.fsum(co2e for _, co2e in self.parts.values())

    def differences(self, tolerance: float = TOLERANCE) -> tuple[LineDifference, ...]:
        """Lines of which the sum is not the whole's: with all parts any that differ, else those where the parts exceed
        the whole. Largest first (t CO2e)."""
        out = []
        for line in sorted({*self.own, *self.parts}) if self.own else ():
            whole = self.own.get(line)
            mass, co2e = self.parts.get(line, (0.0, 0.0))
            above = mass - (whole.mass_t if whole is not None else 0.0)
            scale = abs(whole.mass_t) if whole is not None else 0.0
            if abs(above) > tolerance * scale and (self.complete or above > 0):
                out.append(
                    LineDifference(*line, whole.mass_t if whole else 0.0, mass, co2e - (whole.co2e_t if whole else 0.0))
                )
        return tuple(sorted(out, key=lambda d: (-abs(d.difference_co2e_t), d.category, d.gas)))


@dataclass(frozen=True, slots=True)
class LineDifference:
    """A line of which the parts' sum and the whole differ: t of the gas, and parts − whole in t CO2e."""

    category: str
    gas: str
    whole_t: float
    parts_t: float
    difference_co2e_t: float


@dataclass(frozen=True)
class ResultsRollUp:
    """Every region with parts and figures below, the highest first."""

    sums: tuple[RegionSum, ...]
    problems: tuple[Problem, ...]
    regions: int = 0  # regions with a result of their own

    def of(self, region: str, year: int) -> RegionSum | None:
        return next((s for s in self.sums if (s.region, s.year) == (region, year)), None)


def roll_results(
    lines: Iterable[ResultLine], tree: Tree, whole: str = "", years: Sequence[int] = (), tolerance: float = TOLERANCE
) -> ResultsRollUp:
    """Roll results up to `whole` (every region that has parts, by default). Regions that the tree does not know, two
    results of one place, and results under different GWP sets become problems."""
    problems = Collector()
    own = _by_place(lines, tree, years, problems)
    state = _State(tree, own)
    sums: list[RegionSum] = []
    for year in sorted({y for _, y in own}):
        for region in tree.regions.values():
            if whole and region.name != whole and not any(a.name == whole for a in tree.ancestors(region.name)):
                continue
            one = state.sum_of(region, year)
            if one is not None:
                sums.append(one)
    for one in sums:
        problems.extend(_remarks(one, tolerance))
    return ResultsRollUp(tuple(sums), tuple(problems.reported), len({r for r, _ in own}))


def _by_place(
    lines: Iterable[ResultLine], tree: Tree, years: Sequence[int], problems: Collector
) -> dict[tuple[str, int], dict[Line, ResultLine]]:
    own: dict[tuple[str, int], dict[Line, ResultLine]] = {}
    unknown: dict[str, None] = {}
    twice: dict[tuple[str, int], None] = {}
    sets: dict[str, None] = {}
    for x in lines:
        if years and x.year not in years:
            continue
        if x.region not in tree:
            unknown[x.region] = None
            continue
        sets[x.gwp] = None
        place = own.setdefault((x.region, x.year), {})
        if (x.category, x.gas) in place:
            twice[x.region, x.year] = None
        else:
            place[x.category, x.gas] = x
    if unknown:
        problems.add("results.unknown", Origin(), regions="、".join(unknown), count=len(unknown))
    if twice:
        problems.add("results.twice", Origin(), places="、".join(f"{r} {y}" for r, y in twice), count=len(twice))
    if len(sets) > 1:
        problems.add("results.gwp", Origin(), sets="、".join(sets))
    return own


@dataclass
class _State:
    """Sums worked out so far, by region and year."""

    tree: Tree
    own: Mapping[tuple[str, int], Mapping[Line, ResultLine]]
    known: dict[tuple[str, int], RegionSum | None] = field(default_factory=dict)
    below: dict[str, list[Region]] = field(default_factory=dict)

    def children(self, region: str) -> list[Region]:
        if not self.below:
            for r in self.tree.regions.values():
                self.below.setdefault(r.parent, []).append(r)
        return self.below.get(region, [])

    def sum_of(self, region: Region, year: int) -> RegionSum | None:
        """The region against its parts; None where it has no parts with figures."""
        key = (region.name, year)
        if key not in self.known:
            self.known[key] = self._sum(region, year)
        return self.known[key]

    def _sum(self, region: Region, year: int) -> RegionSum | None:
        there = [r for r in self.children(region.name) if r.level != "园区" and r.existed((year,))]
        figures = {r.name: f for r in there if (f := self.figure(r, year)) is not None}
        if not figures:
            return None
        held = {inside for name in figures for inside in self.tree[name].includes}
        used = {name: f for name, f in figures.items() if name not in held}
        sums: dict[Line, list[tuple[float, float]]] = {}
        for f in used.values():
            for line, amounts in f.items():
                sums.setdefault(line, []).append(amounts)
        parts = {
            line: (math.fsum(m for m, _ in amounts), math.fsum(c for _, c in amounts)) for line, amounts in sums.items()
        }
        own = self.own.get((region.name, year), {})
        missing = tuple(r.name for r in there if r.name not in figures and r.name not in held)
        how = OWN if own else PARTIAL if missing else ROLLED
        return RegionSum(
            region.name, year, how, own, parts, tuple(used), missing, tuple(n for n in figures if n in held)
        )

    def figure(self, region: Region, year: int) -> Mapping[Line, tuple[float, float]] | None:
        """What a region counts for in the one above it."""
        own = self.own.get((region.name, year))
        if own:
            return {line: (x.mass_t, x.co2e_t) for line, x in own.items()}
        below = self.sum_of(region, year)
        return below.parts if below is not None and below.how == ROLLED else None


def _remarks(one: RegionSum, tolerance: float) -> Iterator[Problem]:
    from ..core.problems import problem

    apart = one.differences(tolerance)
    above = [d for d in apart if d.parts_t > d.whole_t]
    for code, lines in (
        ("results.exceeds", [] if one.complete else above),
        ("results.apart", apart if one.complete else []),
    ):
        if lines:
            first = lines[0]
            yield problem(
                code,
                Origin(),
                region=one.region,
                year=one.year,
                lines=len(lines),
                category=first.category,
                gas=first.gas,
                whole=f"{first.whole_t / 1e4:,.4g}",
                parts=f"{first.parts_t / 1e4:,.4g}",
            )
