"""What an assessment of targets is made of: targets and caps (package and project), GDP at constant prices, energy as
assessed, CO2 of the inventory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ..compiling import compile_project
from ..core import units
from ..core.activity import Project
from ..core.ledger import Ledger
from ..core.problems import Collector, Origin
from ..core.spelling import fold
from ..edition import default, load
from ..forms.files import ASSESSED, ASSESSMENT, ASSESSMENT_FACTORS, CAPS, TARGETS
from ..levels.activity import read_long
from ..levels.perimeter import one_perimeter
from ..levels.project import LevelsProject
from ..reading.lexicon import lexicon, near
from ..reading.own import read_choices, read_factors
from ..reading.words import unknown_region
from ..regions import extended
from .published import Target, package_targets, pilot_intensities
from .subjects import declared, named, spellings, subjects_of

if TYPE_CHECKING:
    from ..forms.levels import TargetRow

FUELS, POWER, TOTAL = "assessed_energy", "net_electricity_in", "total_energy"


@dataclass(frozen=True, slots=True)
class Cap:
    """A cap on CO2 (10^4 t) or energy (10^4 tce) in one year."""

    region: str
    indicator: str
    year: int
    value: float
    unit: str
    source: str


@dataclass(frozen=True)
class Assessed:
    """Energy and CO2 as assessed: the ledger of the edition `policy` (CO2 traceable there), and total energy, both in
    10^4 t and 10^4 tce."""

    ledger: Ledger | None
    energy: Mapping[str, Mapping[int, float]]

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions with figures, in the order in which they were given."""
        return tuple(dict.fromkeys([*(x.region for x in (self.ledger.lines if self.ledger else ())), *self.energy]))

    def co2(self, region: str) -> dict[int, float]:
        """CO2 of energy by year, 10^4 t: fuels, and net electricity where it is given."""
        out: dict[int, float] = {}
        for line in self.ledger.lines if self.ledger else ():
            if line.region == region and line.account == "total":
                out[line.year] = out.get(line.year, 0.0) + line.mass_t / 1e4
        return dict(sorted(out.items()))


def targets_of(levels: LevelsProject, problems: Collector) -> tuple[Target, ...]:
    """The package's targets with the project's own, which stand in front of the package's for the same region,
    indicator and years."""
    own: dict[tuple[str, str, int, int], Target] = {}
    for target in _own_targets(levels, problems):
        key = (target.region, target.indicator, target.base_year, target.target_year)
        if key in own:
            problems.add(
                "targets.twice",
                target.origin,
                region=target.region,
                base_year=target.base_year,
                target_year=target.target_year,
                value=f"{100 * target.reduction:g}",
                other_value=f"{100 * own[key].reduction:g}",
                other=own[key].origin,
            )
        else:
            own[key] = target
    for target in (*package_targets(), *pilot_intensities()):
        own.setdefault((target.region, target.indicator, target.base_year, target.target_year), target)
    return tuple(own.values())


@dataclass(frozen=True)
class _Others:
    """Rows of `targets.csv` that are not for an intensity of a region: named here once, assessed in `indicators`."""

    levels: LevelsProject
    problems: Collector

    def check(self, row: TargetRow, place: Callable[[str], Origin]) -> None:
        from ..forms.levels import INDICATORS

        known = declared()
        if fold(row.indicator) not in spellings(known):
            labels = (*INDICATORS, *(r.label_zh for r in known.values()))
            self.problems.add("targets.indicator", place("indicator"), found=row.indicator, kinds="、".join(labels))
        elif not named(self.levels, subjects_of(self.levels, Collector()), row.region):
            self.problems.add("targets.subject", place("region"), found=row.region)

    def region(self, row: TargetRow, place: Callable[[str], Origin]) -> str:
        if row.region in subjects_of(self.levels, Collector()):
            self.problems.add("targets.subject_indicator", place("indicator"), name=row.region)
            return ""
        return region_of(self.levels, row.region, place("region"), self.problems)


def _own_targets(levels: LevelsProject, problems: Collector) -> Iterator[Target]:
    from ..forms.levels import INDICATORS

    others = _Others(levels, problems)
    for row, place in levels.rows(TARGETS, problems):
        if row.indicator not in INDICATORS:
            others.check(row, place)
            continue
        region = others.region(row, place)
        if row.target_year <= row.base_year:
            problems.add(
                "targets.years",
                place("target_year"),
                region=row.region,
                base_year=row.base_year,
                target_year=row.target_year,
            )
        elif region:
            indicator = INDICATORS[row.indicator]
            if row.as_fraction:
                problems.add(
                    "targets.as_percent",
                    place("reduction_pct"),
                    region=row.region,
                    value=f"{row.reduction_pct / 100:g}",
                    percent=f"{row.reduction_pct:g}",
                )
            yield Target(
                f"own.{region}.{indicator}.{row.target_year}",
                region,
                indicator,
                row.base_year,
                row.target_year,
                row.reduction_pct / 100,
                "own",
                row.source,
                place("reduction_pct"),
                row.comparison,
            )


def region_of(levels: LevelsProject, text: str, place: Origin, problems: Collector) -> str:
    """A region of the tree by any of its spellings; an unknown one becomes a problem and gives an empty text."""
    region = lexicon(levels.edition).region(text)
    if not region:
        unknown_region(text, place, near(text, levels.tree.regions), problems)
    return region or ""


def caps_of(levels: LevelsProject, problems: Collector) -> tuple[Cap, ...]:
    """Caps of the project's `caps.csv`, converted to 10^4 t CO2 and 10^4 tce."""
    from ..forms.levels import TOTALS

    out = []
    for row, place in levels.rows(CAPS, problems):
        region, indicator = region_of(levels, row.region, place("region"), problems), TOTALS[row.indicator]
        wanted = ("万t CO2", "万t") if indicator == "co2" else ("万tce",)
        try:
            target = next((u for u in wanted if units.same_dimension(row.unit, u)), None)
        except units.UnitError:
            target = None
        if target is None:
            problems.add(
                "targets.unit", place("unit"), unit=row.unit, indicator=row.indicator, expected="、".join(wanted)
            )
        elif region:
            out.append(
                Cap(
                    region,
                    indicator,
                    row.year,
                    units.scaled(row.value, units.ratio(row.unit, target)),
                    wanted[0],
                    row.source,
                )
            )
    return tuple(out)


def assessed_of(levels: LevelsProject, problems: Collector) -> Assessed:
    """Energy as assessed, computed by the edition `policy` under the options of `assessment.csv` and the project's own
    factors.

    Own factors: those of `factors.csv` that the assessment knows too (electricity), and `assessment_factors.csv`.
    Raises `InventoryError` when it cannot be computed.
    """
    edition = extended(load(default("assessment")), levels.tree)
    if not any(levels.of(ASSESSED)):
        return Assessed(None, {})
    project = Project()
    for given in levels.of(ASSESSED):
        part, reading_problems = read_long(given, edition)
        problems.extend(reading_problems)
        project = project.merged(part)
    choices: dict[str, tuple[str, str]] = {}
    factors = [f for f in levels.project.factors if f.parameter in edition.declared.parameters or f.id in edition.by_id]
    for given in levels.of(ASSESSMENT):
        choices.update(read_choices(given.sheet, edition, problems))
    for given in levels.of(ASSESSMENT_FACTORS):
        factors.extend(read_factors(given.sheet, edition, problems))
    data = one_perimeter(project.data, levels.tree, problems)
    project = Project(data, tuple(factors), project.notations, choices)
    energy: dict[str, dict[int, float]] = {}
    for d in project.data:
        if d.quantity == TOTAL:
            energy.setdefault(d.region, {})[d.year] = units.scaled(d.value, units.ratio(d.unit, "万tce"))
    refused = _incomplete(project, problems)
    project = replace(project, data=tuple(d for d in project.data if d.region not in refused))
    computed = any(d.quantity in (FUELS, POWER) for d in project.data)
    ledger = compile_project(project, edition) if computed else None
    return Assessed(ledger, {r: dict(sorted(v.items())) for r, v in energy.items()})


def _incomplete(project: Project, problems: Collector) -> frozenset[str]:
    """Regions without coal, oil and gas in every year, or with net electricity in some years only. No electricity at
    all is said in a warning."""
    have: dict[tuple[str, int], set[str]] = {}
    for d in project.data:
        if d.quantity == FUELS:
            have.setdefault((d.region, d.year), set()).add(dict(d.item).get("assessed_fuel", ""))
    power = {(d.region, d.year) for d in project.data if d.quantity == POWER}
    lacking: dict[str, list[int]] = {}
    refused: set[str] = set()
    for (region, year), fuels in sorted(have.items()):
        left = [f for f in ("煤炭", "油品", "天然气") if f not in fuels]
        if left:
            problems.add("targets.fuels", Origin(), region=region, year=year, fuels="、".join(left))
            refused.add(region)
        if (region, year) not in power:
            lacking.setdefault(region, []).append(year)
    for region, years in sorted(lacking.items()):
        some = any(r == region for r, _ in power)
        problems.add(
            "targets.electricity_gap" if some else "targets.no_electricity",
            Origin(),
            region=region,
            years="、".join(map(str, years)),
        )
        refused.update({region} if some else ())
    return frozenset(refused)


def inventory_co2(ledgers: Mapping[str, Ledger], region: str) -> dict[int, float]:
    """CO2 of energy in the region's inventory by year, 10^4 t; without indirect emission of
    electricity."""
    ledger = ledgers.get(region)
    out: dict[int, float] = {}
    if ledger is not None:
        energy = ledger.edition.sector_of(ledger.edition.roles.combustion)
        below = ledger.edition.descendants(energy)
        for line in ledger.lines:
            if line.region == region and line.gas == "CO2" and line.account == "total" and line.category in below:
                out[line.year] = out.get(line.year, 0.0) + line.mass_t / 1e4
    return dict(sorted(out.items()))
