"""Yearly assessment of the targets: decline of CO2 and energy per unit of GDP against the schedule, what is left to do,
ranking, parts against the whole.

CO2 of energy comes two ways: as assessed (coal, oil, gas in coal equivalent times a declared factor set, plus net
electricity at a fixed year's factor) and from the inventory. They differ in what they count and are never mixed in one
series. GDP is at constant prices, linked over changes of base year.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ..core.ledger import Ledger
from ..core.prepare import prepare
from ..core.problems import Collector, InventoryError, Problem, problem
from ..levels.allocation import parts_of
from ..levels.perimeter import one_perimeter
from ..levels.project import LevelsProject
from . import chain
from .consistency import questions
from .data import Assessed, Cap, assessed_of, caps_of, inventory_co2, targets_of
from .gdp import gdp_at_base, gdp_segments, given_twice
from .parts import PartsCheck, parts_checks
from .peak import Peak, peak
from .published import CO2, ENERGY, Target, as_printed

ASSESSMENT, INVENTORY = "assessment", "inventory"


@dataclass(frozen=True, slots=True)
class TargetYear:
    """One year: amount in 10^4 t CO2 (or 10^4 tce), GDP in 10^8 yuan at prices of the base year, intensity in t (or
    tce) per 10^4 yuan; declines as fractions.

    `annual` is None in the base year and after a gap; `scheduled` is the even schedule's cumulative decline.
    """

    year: int
    amount: float
    gdp: float
    annual: float | None
    cumulative: float
    scheduled: float

    @property
    def intensity(self) -> float:
        return self.amount / self.gdp

    @property
    def ahead(self) -> float:
        return self.cumulative - self.scheduled


@dataclass(frozen=True, slots=True)
class Assessment:
    """A region against one target, one way of counting."""

    region: str
    target: Target
    way: str
    years: tuple[TargetYear, ...]
    price_year: int  # of the GDP figures

    @property
    def last(self) -> TargetYear:
        return self.years[-1]

    @property
    def left(self) -> int:
        return max(0, self.target.target_year - self.last.year)

    @property
    def needed(self) -> float | None:
        """Even yearly decline of the years that are left; None when none is left."""
        return chain.needed(self.target.reduction, self.last.cumulative, self.left) if self.left else None

    @property
    def progress(self) -> float | None:
        """Part of the way, 1 when met; None for a target of zero."""
        return (
            chain.progress(self.target.reduction, self.last.cumulative)
            if self.target.reduction and self.last.cumulative < 1
            else None
        )

    @property
    def met(self) -> bool:
        """At the precision that is printed (0.01 %): a target met exactly is met, whatever the last bit of a quotient;
        `>` wants more than that."""
        done, wanted = as_printed(self.last.cumulative), as_printed(self.target.reduction)
        return done > wanted if self.target.comparison == ">" else done >= wanted


@dataclass(frozen=True, slots=True)
class CapCheck:
    """A cap against the latest year of the series: part used, and the yearly growth (fraction) that stays below it."""

    cap: Cap
    year: int
    value: float
    allowed_growth: float | None

    @property
    def used(self) -> float:
        return self.value / self.cap.value


@dataclass(frozen=True)
class TargetReport:
    assessments: tuple[Assessment, ...]
    parts: tuple[PartsCheck, ...]
    caps: tuple[CapCheck, ...]
    peaks: Mapping[tuple[str, str], Peak]  # (region, co2|energy)
    assessed: Assessed
    problems: tuple[Problem, ...]

    def ranking(
        self, indicator: str, parent: str, levels: LevelsProject, target_year: int = 0
    ) -> tuple[Assessment, ...]:
        """Regions of one parent by progress, best first; as assessed only."""
        ranked = [
            a
            for a in self.assessments
            if a.way == ASSESSMENT
            and a.target.indicator == indicator
            and levels.tree[a.region].parent == parent
            and a.progress is not None
            and (not target_year or a.target.target_year == target_year)
        ]
        order = list(levels.tree.regions)
        return tuple(sorted(ranked, key=lambda a: (-(a.progress or 0.0), order.index(a.region))))


def only_assessed(assessed: Assessed) -> TargetReport:
    """A report without targets: the energy and CO2 as assessed, for a region that has neither GDP nor a target."""
    return TargetReport((), (), (), {}, assessed, ())


def assess(levels: LevelsProject, ledgers: Mapping[str, Ledger] | None = None) -> TargetReport:
    """Assess every region that has targets, energy as assessed and GDP. `ledgers` give the inventory's CO2 beside it.

    Faults of one region become problems and the others go on; raises `InventoryError` when nothing at all can be
    assessed.
    """
    problems = Collector([p for p in levels.problems if p.severity == "error"])
    levels = _in_one_perimeter(levels, problems)
    statistics = replace(
        levels.project, data=tuple(d for d in levels.project.data if d.quantity in STATISTICS), notations=()
    )
    prepare(statistics, levels.edition, problems)  # the checks of `compile`: what is wrong there is wrong here
    faulty = frozenset(r for r in {d.region for d in statistics.data} if given_twice(levels, r))
    targets = targets_of(levels, problems)
    assessed = assessed_of(levels, problems)
    result: list[Assessment] = []
    order = list(levels.tree.regions)
    for region in sorted(
        ({d.region for d in levels.project.data} | set(assessed.energy) | _regions(assessed)) - faulty, key=order.index
    ):
        result.extend(
            _of_region(levels, region, [t for t in targets if t.region == region], assessed, ledgers or {}, problems)
        )
    if not result:
        raise InventoryError([*problems, problem("targets.none")])
    wholes = [
        r
        for r in order
        if any(t.region == r for t in targets) and any(t.region == p for t in targets for p in parts_of(levels, r))
    ]
    checks = tuple(
        c for whole in wholes for c in parts_checks(levels, whole, targets, assessed, {a.region for a in result})
    )
    given = caps_of(levels, problems)
    caps = tuple(_caps(given, assessed))
    problems.extend(questions(levels, assessed, given))
    return TargetReport(tuple(result), checks, caps, _peaks(assessed, order), assessed, tuple(problems))


STATISTICS = ("gdp", "resident_population")


def _in_one_perimeter(levels: LevelsProject, problems: Collector) -> LevelsProject:
    """The project with GDP and population on the perimeters that are assessed; inventories stay as they were made."""
    data = levels.project.data
    statistics = one_perimeter([d for d in data if d.quantity in STATISTICS], levels.tree, problems)
    others = tuple(d for d in data if d.quantity not in STATISTICS)
    return replace(levels, project=replace(levels.project, data=(*others, *statistics)))


def _regions(assessed: Assessed) -> set[str]:
    return {line.region for line in assessed.ledger.lines} if assessed.ledger else set()


def _of_region(
    levels: LevelsProject,
    region: str,
    targets: Sequence[Target],
    assessed: Assessed,
    ledgers: Mapping[str, Ledger],
    problems: Collector,
) -> Iterator[Assessment]:
    sources = [
        (CO2, ASSESSMENT, assessed.co2(region)),
        (ENERGY, ASSESSMENT, dict(assessed.energy.get(region, {}))),
        (CO2, INVENTORY, inventory_co2(ledgers, region)),
    ]
    for target in targets:
        wanted = [
            (way, series)
            for indicator, way, series in sources
            if indicator == target.indicator
            and (target.base_year in series or not target.id.startswith("pilot."))
            and any(y > target.base_year for y in series)
            and any(y <= target.target_year and y >= target.base_year for y in series)
            and not _begins_after(target, series)
        ]
        if not wanted:
            continue
        gdp, price_year = gdp_at_base(gdp_segments(levels, region), target.base_year, region, problems)
        for way, series in wanted if gdp else ():
            years = _years(target, series, gdp, way, problems)
            if years:
                yield Assessment(region, target, way, years, price_year)


def _begins_after(target: Target, series: Mapping[int, float]) -> bool:
    """Whether the series belongs to a later period: it begins with this target's last year, the next one's base, and
    goes on."""
    return min(series) >= target.target_year and max(series) > target.target_year


def _years(
    target: Target, series: Mapping[int, float], gdp: Mapping[int, float], way: str, problems: Collector
) -> tuple[TargetYear, ...]:
    """Yearly and cumulative declines. As assessed every year is needed; the inventory is compiled for some years only
    and is compared between them."""
    base, last = target.base_year, min(max(series), target.target_year)
    what = ("能源消费量", "energy consumption") if target.indicator == ENERGY else ("能源活动二氧化碳", "CO2 of energy")
    if base not in series:
        problems.add("targets.no_base_year", region=target.region, base_year=base, what=what[0], what_en=what[1])
        return ()
    wanted = list(range(base, last + 1)) if way == ASSESSMENT else [y for y in sorted(series) if base <= y <= last]
    for values, zh, en in ((series, *what), (gdp, "不变价地区生产总值", "GDP at constant prices")):
        gaps = [y for y in wanted if y not in values]
        if gaps:
            problems.add("targets.gap", region=target.region, what=zh, what_en=en, years="、".join(map(str, gaps)))
            return ()
    out: list[TargetYear] = []
    steps: list[float] = []
    for before, year in zip([None, *wanted], wanted, strict=False):
        if before is not None:
            steps.append(chain.decline(series[before] / gdp[before], series[year] / gdp[year]))
        annual = steps[-1] if before is not None and year - before == 1 else None
        out.append(
            TargetYear(
                year,
                series[year],
                gdp[year],
                annual,
                chain.chained(steps),
                chain.scheduled(target.reduction, target.years, year - base),
            )
        )
    return tuple(out)


def _caps(caps: Sequence[Cap], assessed: Assessed) -> Iterator[CapCheck]:
    for cap in caps:
        series = assessed.co2(cap.region) if cap.indicator == "co2" else dict(assessed.energy.get(cap.region, {}))
        known = [y for y in series if y <= cap.year]
        if known:
            year = max(known)
            left = cap.year - year
            yield CapCheck(
                cap, year, series[year], float((cap.value / series[year]) ** (1 / left)) - 1 if left else None
            )


def _peaks(assessed: Assessed, order: Sequence[str]) -> dict[tuple[str, str], Peak]:
    listed: dict[tuple[str, str], Peak] = {}
    for region in sorted(_regions(assessed) | set(assessed.energy), key=order.index):
        for what, series in (("co2", assessed.co2(region)), ("energy", dict(assessed.energy.get(region, {})))):
            if series:
                listed[(region, what)] = peak(series)
    return listed
