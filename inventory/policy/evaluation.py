"""The yearly assessment of responsibility: plan and completion of each year, the accepted chain, scores by a declared
rule, grade and veto.

Accepted figures are not rewritten by revisions: the cumulative decline of a year is 1 − (1 − D accepted the year
before)(1 − D of the year), beside the one recomputed from today's series. The plan of a year is the region's own
(`plan_targets`), else the even schedule of the target.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..core.edition import Edition
from ..core.problems import Collector, Origin
from ..edition.parts import GradeRow, ScoringRow, rows
from ..forms.files import ACCEPTED, PLAN, SCORES
from ..levels.project import LevelsProject
from . import chain
from .data import region_of
from .published import as_printed
from .targets import ASSESSMENT, Assessment, TargetReport

Key = tuple[str, str, int]  # region, indicator (or item), year


@dataclass(frozen=True, slots=True)
class StatedFigure:
    """A figure that an office states, with its document."""

    value: float
    source: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Score:
    """One item of the rule: points at most, points got (None: not known yet), rate of completion (fraction), whether
    missing it vetoes."""

    item: str
    label: Mapping[str, str]
    most: float
    got: float | None
    rate: float | None
    vetoed: bool
    standing: str


@dataclass(frozen=True)
class Evaluation:
    """One region, target and year. Fractions; `plan_source` is empty where the even schedule stands in for a plan."""

    assessment: Assessment
    year: int
    plan: float
    plan_source: str
    annual: float | None
    accepted_before: float | None
    cumulative: float  # chained with what was accepted, or recomputed where nothing was
    recomputed: float  # from today's series
    scheduled: float
    scores: tuple[Score, ...]
    grade: Mapping[str, str] | None

    @property
    def annual_rate(self) -> float | None:
        """Completion of the year's plan; None in the base year or without a plan."""
        return None if self.annual is None or not self.plan else self.annual / self.plan

    @property
    def cumulative_rate(self) -> float | None:
        """Completion of the cumulative progress that the schedule asks for."""
        return self.cumulative / self.scheduled if self.scheduled else None

    @property
    def total(self) -> float | None:
        """Points of all items; None until each is known."""
        got = [s.got for s in self.scores]
        return None if not got or any(g is None for g in got) else sum(g for g in got if g is not None)

    @property
    def vetoed(self) -> bool:
        return any(s.vetoed for s in self.scores)


def stated(levels: LevelsProject, kind: str, problems: Collector) -> dict[Key, StatedFigure]:
    """Figures of one of these files in percent (or points); a region, indicator and year given twice is an error and
    neither counts."""
    from ..forms.levels import INDICATORS

    out: dict[Key, StatedFigure] = {}
    twice: set[Key] = set()
    for row, place in levels.rows(kind, problems):
        region = region_of(levels, row.region, place("region"), problems)
        indicator = row.indicator if kind == SCORES else INDICATORS.get(row.indicator, "")
        if not indicator:
            problems.add("targets.indicator", place("indicator"), found=row.indicator, kinds="、".join(INDICATORS))
        if not region or not indicator:
            continue
        key = (region, indicator, row.year)
        if key in out:
            problems.add(
                "targets.stated_twice",
                place("value"),
                region=region,
                year=row.year,
                value=f"{row.value:g}",
                other=out[key].origin,
                other_value=f"{out[key].value:g}",
            )
            twice.add(key)
        out[key] = StatedFigure(row.value, row.source, place("value"))
    return {k: v for k, v in out.items() if k not in twice}


def evaluate(
    report: TargetReport,
    levels: LevelsProject,
    edition: Edition,
    problems: Collector,
    rule: str = "2014",
    years: Sequence[int] = (),
) -> tuple[Evaluation, ...]:
    """Every assessed region and target, year by year (or the years asked for), under one scoring rule of the edition's
    table `scoring`."""
    plans, accepted, scored = (stated(levels, kind, problems) for kind in (PLAN, ACCEPTED, SCORES))
    declared = [r for r in rows(edition, ScoringRow) if r.rule == rule]
    grades = sorted((g for g in rows(edition, GradeRow) if g.rule == rule), key=lambda g: -g.least)
    if not declared:
        problems.add(
            "targets.no_rule",
            Origin(),
            rule=rule,
            known="、".join(dict.fromkeys(r.rule for r in rows(edition, ScoringRow))) or "—",
        )
    out = []
    for a in report.assessments:
        for y in a.years[1:] if a.way == ASSESSMENT else ():
            if years and y.year not in years:
                continue
            key = (a.region, a.target.indicator, y.year)
            before = accepted.get((a.region, a.target.indicator, y.year - 1))
            plan = plans.get(key)
            even = chain.yearly(a.target.reduction, a.target.years)
            cumulative = (
                chain.chained([before.value / 100, y.annual])
                if before is not None and y.annual is not None
                else y.cumulative
            )
            one = Evaluation(
                a,
                y.year,
                plan.value / 100 if plan else even,
                plan.source if plan else "",
                y.annual,
                before.value / 100 if before else None,
                cumulative,
                y.cumulative,
                y.scheduled,
                (),
                None,
            )
            out.append(_scored(one, declared, grades, scored))
    return tuple(out)


def _scored(
    e: Evaluation, declared: Sequence[ScoringRow], grades: Sequence[GradeRow], scored: Mapping[Key, StatedFigure]
) -> Evaluation:
    scores = []
    for r in declared:
        rate = {"annual": e.annual_rate, "cumulative": e.cumulative_rate}.get(r.item)
        given = scored.get((e.assessment.region, r.label_zh, e.year)) or scored.get(
            (e.assessment.region, r.item, e.year)
        )
        got = min(1.0, max(0.0, rate)) * r.points if rate is not None else min(given.value, r.points) if given else None
        missed = rate is not None and as_printed(rate) < 100.0
        scores.append(
            Score(r.item, {"zh": r.label_zh, "en": r.label_en}, r.points, got, rate, r.veto and missed, r.standing)
        )
    one = Evaluation(
        e.assessment,
        e.year,
        e.plan,
        e.plan_source,
        e.annual,
        e.accepted_before,
        e.cumulative,
        e.recomputed,
        e.scheduled,
        tuple(scores),
        None,
    )
    if one.total is None or not grades:
        return one
    best = grades[-1] if one.vetoed else next(g for g in grades if one.total >= g.least)
    return Evaluation(
        one.assessment,
        one.year,
        one.plan,
        one.plan_source,
        one.annual,
        one.accepted_before,
        one.cumulative,
        one.recomputed,
        one.scheduled,
        one.scores,
        {"zh": best.label_zh, "en": best.label_en, "standing": best.standing},
    )
