"""Indicators of the plans beside the two intensities: shares, forests, totals, public institutions, and intensities of
industries and enterprises.

An indicator is a declared row (`factors/policy/indicators.csv`): what it measures (a decline since the base year, a
level, an increase since the base year, a cap) and which way is better. Targets stand in the package's
`plan_indicators.csv` and in the project's `targets.csv`, figures in the project's `indicator_data.csv`. Subjects that
are no regions (industries, enterprises, public institutions) stand in `subjects.csv`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..core import units
from ..core.problems import Collector, Origin
from ..core.rounding import shown
from ..core.spelling import fold
from ..edition import default, load
from ..edition.parts import IndicatorRow, PlanIndicatorRow, rows
from ..forms.files import INDICATORS, TARGETS
from ..levels.project import LevelsProject
from ..reading.lexicon import near
from ..sheets.english import english_unit
from . import chain
from .data import Assessed
from .subjects import Subject, declared, named, spellings, subjects_of
from .words import PolicyWords

Years = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class IndicatorTarget:
    """A target of a declared indicator. `value` is a fraction for a decline, else in the indicator's unit."""

    subject: str
    indicator: IndicatorRow
    base_year: int
    target_year: int
    value: float
    comparison: str
    standing: str
    source: str


@dataclass(frozen=True, slots=True)
class IndicatorCheck:
    """A target against the last figure up to its year. `done` and `scheduled` in the measure's own terms: a decline
    (fraction), a level, an increase; `scheduled` is None where no base figure says where the way begins."""

    target: IndicatorTarget
    year: int
    figure: float
    done: float
    scheduled: float | None

    @property
    def final(self) -> bool:
        return self.year == self.target.target_year

    @property
    def met(self) -> bool:
        """Whether the target is reached at the precision that is printed (two decimals; percent for a decline)."""
        scale = 100 if self.target.indicator.measure == "decline" else 1
        done, wanted = round(scale * self.done, 2), round(scale * self.target.value, 2)
        if self.target.indicator.measure != "decline" and self.target.indicator.better == "down":
            done, wanted = -done, -wanted
        return done > wanted if self.target.comparison == ">" else done >= wanted

    @property
    def on_schedule(self) -> bool | None:
        """Whether it keeps up with the even way from the base year; None where that way is not known."""
        if self.scheduled is None:
            return None
        scale = 100 if self.target.indicator.measure == "decline" else 1
        ahead = round(scale * self.done, 2) - round(scale * self.scheduled, 2)
        down = self.target.indicator.measure != "decline" and self.target.indicator.better == "down"
        return ahead <= 0 if down else ahead >= 0


@dataclass(frozen=True)
class IndicatorFigures:
    """Figures of the indicators by (subject, indicator id) and year, in the indicator's unit."""

    of: Mapping[tuple[str, str], Years]

    def series(self, subject: str, indicator: IndicatorRow) -> Years:
        return self.of.get((subject, indicator.series or indicator.id), {})


def indicator_targets(
    levels: LevelsProject, subjects: Mapping[str, Subject], problems: Collector
) -> tuple[IndicatorTarget, ...]:
    """Targets of the project, then those of the package that the project does not restate; each subject, indicator and
    pair of years once."""
    from ..forms.levels import INDICATORS as INTENSITIES

    known = declared()
    words = spellings(known)
    own: dict[tuple[str, str, int, int], IndicatorTarget] = {}
    # faults of a row are reported once, by the reader of the intensities
    for row, place in levels.rows(TARGETS, Collector()):
        indicator = words.get(fold(row.indicator))
        subject = named(levels, subjects, row.region)
        if row.indicator in INTENSITIES or indicator is None or not subject:
            continue
        value = row.reduction_pct / 100 if indicator.measure == "decline" else row.reduction_pct
        key = (subject, indicator.id, row.base_year, row.target_year)
        if key in own:
            problems.add(
                "targets.twice",
                place("reduction_pct"),
                region=subject,
                base_year=row.base_year,
                target_year=row.target_year,
                value=f"{row.reduction_pct:g}",
                other_value=f"{own[key].value:g}",
                other=own[key].source,
            )
            continue
        own[key] = IndicatorTarget(
            subject, indicator, row.base_year, row.target_year, value, row.comparison, "own", row.source
        )
    for plan in rows(load(default("assessment")), PlanIndicatorRow):
        indicator = known[plan.indicator]
        value = plan.value / 100 if indicator.measure == "decline" else plan.value
        own.setdefault(
            (plan.region, plan.indicator, plan.base_year, plan.target_year),
            IndicatorTarget(
                plan.region,
                indicator,
                plan.base_year,
                plan.target_year,
                value,
                plan.comparison,
                plan.standing,
                plan.source,
            ),
        )
    return tuple(own.values())


def figures_of(
    levels: LevelsProject,
    subjects: Mapping[str, Subject],
    energy: Mapping[str, Years],
    co2: Mapping[str, Years],
    problems: Collector,
) -> IndicatorFigures:
    """Figures of the project; `energy` and `co2` of the assessment stand in for totals that are not given apart. A
    figure given twice is an error and neither counts."""
    known = declared()
    words = spellings(known)
    out: dict[tuple[str, str], dict[int, float]] = {}
    seen: dict[tuple[str, str, int], Origin] = {}
    for row, place in levels.rows(INDICATORS, problems):
        indicator, subject = words.get(fold(row.indicator)), named(levels, subjects, row.region)
        if indicator is None:
            labels = {r.label_zh: r for r in known.values()}
            problems.add(
                "targets.indicator",
                place("indicator"),
                found=row.indicator,
                kinds=near(row.indicator, labels) or "、".join(labels),
            )
        if not subject:
            problems.add("targets.subject", place("region"), found=row.region)
        if indicator is None or not subject:
            continue
        try:
            value = units.scaled(row.value, units.ratio(row.unit, indicator.unit))
        except (units.UnitError, units.DimensionError):
            problems.add("targets.unit", place("unit"), unit=row.unit, indicator=row.indicator, expected=indicator.unit)
            continue
        key = (subject, indicator.id, row.year)
        if key in seen:
            problems.add(
                "targets.stated_twice",
                place("value"),
                region=subject,
                year=row.year,
                value=f"{row.value:g}",
                other=seen[key],
                other_value=f"{out.get(key[:2], {}).get(row.year, row.value):g}",
            )
            out.get(key[:2], {}).pop(row.year, None)
            continue
        seen[key] = place("value")
        out.setdefault((subject, indicator.id), {})[row.year] = value
    for id, series in (("energy_total", energy), ("co2_total", co2)):
        for region, values in series.items():
            if values:
                out.setdefault((region, id), dict(values))
    return IndicatorFigures({k: dict(sorted(v.items())) for k, v in out.items()})


def checks(targets: Sequence[IndicatorTarget], figures: IndicatorFigures, until: int = 0) -> tuple[IndicatorCheck, ...]:
    """Every target that has a figure after its base year (up to `until`), against the last of these figures."""
    out = []
    for t in targets:
        series = figures.series(t.subject, t.indicator)
        years = [y for y in series if t.base_year < y <= min(t.target_year, until or t.target_year)]
        if years:
            check = _check(t, series, max(years))
            if check is not None:
                out.append(check)
    return tuple(out)


def _check(t: IndicatorTarget, series: Years, year: int) -> IndicatorCheck | None:
    figure, base = series[year], series.get(t.base_year)
    passed, whole = year - t.base_year, t.target_year - t.base_year
    if t.indicator.measure == "decline":
        if not base:
            return None  # without the base year there is no decline
        return IndicatorCheck(t, year, figure, 1 - figure / base, chain.scheduled(t.value, whole, passed))
    if t.indicator.measure == "increase":
        if base is None:
            return None
        return IndicatorCheck(t, year, figure, figure - base, t.value * passed / whole)
    return IndicatorCheck(t, year, figure, figure, None if base is None else base + (t.value - base) * passed / whole)


def checks_of(
    levels: LevelsProject, assessed: Assessed, problems: Collector, until: int = 0
) -> tuple[IndicatorCheck, ...]:
    """All targets of a project that have a figure; those of its regions and subjects that have none are named once."""
    subjects = subjects_of(levels, problems)
    targets = indicator_targets(levels, subjects, problems)
    regions = list(dict.fromkeys([*assessed.energy, *(d.region for d in levels.project.data)]))
    co2 = {r: assessed.co2(r) for r in regions}
    figures = figures_of(levels, subjects, assessed.energy, co2, problems)
    own = [t for t in targets if t.standing == "own"]
    missing = without_figures(own, figures, [t.subject for t in own])
    if missing:
        problems.add("targets.no_indicator_data", missing="、".join(missing))
    return checks(targets, figures, until)


def without_figures(
    targets: Sequence[IndicatorTarget], figures: IndicatorFigures, subjects: Sequence[str]
) -> list[str]:
    """Targets of these subjects that no figure can be held against, as words for a message."""
    checked = {(c.target.subject, c.target.indicator.id, c.target.target_year) for c in checks(targets, figures)}
    return [
        f"{t.subject} {t.indicator.label_zh}"
        for t in targets
        if t.subject in subjects and (t.subject, t.indicator.id, t.target_year) not in checked
    ]


def line(c: IndicatorCheck, lang: str = "zh") -> str:
    """One check as a line: target, figure, schedule, verdict."""
    x, t = c.target, PolicyWords(lang)
    sign = {">": "＞", ">=": "≥"}.get(x.comparison, "") if lang == "zh" else x.comparison
    if x.indicator.better == "down" and x.indicator.measure in ("level", "cap"):
        sign = "≤"
    relative = x.indicator.measure in ("decline", "increase")
    return t(
        "plan.line",
        subject=t.region(x.subject),
        label=t.named(x.indicator),
        year=x.target_year,
        measure=t(f"plan.{x.indicator.measure}", base=x.base_year) if relative else "",
        sign=sign,
        target=amount(x.indicator, x.value, lang),
        now=c.year,
        done=amount(x.indicator, c.done, lang),
        scheduled="—" if c.scheduled is None else amount(x.indicator, c.scheduled, lang),
        verdict=verdict(c, lang) + (t("plan.from_memory") if x.standing == "unverified" else ""),
    )


def verdict(c: IndicatorCheck, lang: str) -> str:
    """In words: reached or missed at the end, before it whether it keeps up."""
    if c.final or c.met:
        name = "reached" if c.met else "missed"
    elif c.on_schedule is None:
        name = "no_base"
    else:
        name = "on_schedule" if c.on_schedule else "behind"
    return PolicyWords(lang)(f"plan.{name}")


def amount(indicator: IndicatorRow, value: float, lang: str = "zh") -> str:
    """A figure of the measure as printed: percent for declines and shares, else with the unit."""
    if indicator.measure == "decline":
        return f"{shown(100 * value, 2)}%"
    if indicator.unit == "%":
        return f"{shown(value, 2)}%"
    unit = indicator.unit if lang == "zh" else english_unit(indicator.unit)
    return f"{shown(value, 0 if float(value).is_integer() else 2)} {unit}"
