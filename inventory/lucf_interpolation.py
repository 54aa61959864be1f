"""Forest surveys of a province brought to the inventory year: volumes on the line between two surveys, areas as their
yearly change.

Runs before the engine. The result is ordinary activity data whose `terms` show the survey cells and the weights, so
that each figure can be recomputed. Guideline chapter 4, activity data of biomass carbon; the wording of the
interpolation rule is not verified against the print.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .core import units
from .core.activity import MEASURED, Datum, Project, Term
from .core.edition import Edition
from .core.problems import Collector, Problem, in_order, problem
from .edition.parts import ForestSurveyRow, rows

YEAR_KEY = "survey_year"


@dataclass(frozen=True, slots=True)
class SurveySeries:
    """Which surveyed quantity feeds which quantity of the inventory year: its `level`, or its yearly `change`."""

    survey: str
    target: str
    kind: str


SERIES = (
    SurveySeries("survey_volume", "arbour_volume", "level"),
    SurveySeries("survey_scattered_volume", "scattered_volume", "level"),
    SurveySeries("survey_area", "forest_area_change", "change"),
)


@dataclass(frozen=True, slots=True)
class Survey:
    """One surveyed figure: its year, the datum as entered, and the factor to the canonical unit of the target."""

    year: int
    datum: Datum
    to_canonical: float

    @property
    def value(self) -> float:
        return self.datum.value * self.to_canonical


def with_surveys(project: Project, edition: Edition) -> tuple[Project, tuple[Problem, ...]]:
    """The project with the forest surveys of each region brought to every inventory year it has data for; as it is when
    it has no surveys."""
    names = {s.survey for s in SERIES}
    known = edition.declared.quantities
    interpolated: tuple[Datum, ...] = ()
    problems: list[Problem] = []
    computing = edition.declared.computing | {MEASURED}
    for region in sorted(project.columns.of_quantities(names).distinct_regions):
        data = project.columns.of_region(region)
        years = {
            year
            for year, quantity in data.scan("year", "quantity")
            if quantity in computing and (quantity not in known or known[quantity].accounting_year)
        }
        if years:
            more, reported = interpolate(replace(project, data=data), edition, years)
            interpolated += more
            problems.extend(reported)
        else:
            first = min(data.of_quantities(names), key=lambda d: (d.item, d.year, str(d.origin)))
            problems.append(problem("lucf.no_inventory_year", first.origin, region=region))
    return replace(project, data=project.columns + interpolated) if interpolated else project, tuple(in_order(problems))


def interpolate(
    project: Project, edition: Edition, years: Iterable[int]
) -> tuple[tuple[Datum, ...], tuple[Problem, ...]]:
    """Activity data of the inventory years from survey data (`survey_year` among the keys of a datum).

    A volume lies on the line between the surveys around the year, X = X1 + (X2 - X1)(t - t1)/(t2 - t1); an area gives
    its yearly change (A2 - A1)/(t2 - t1). In a survey year the interval that ends there counts. Outside the surveys the
    last (first) interval is prolonged and flagged. A figure entered for the inventory year itself is kept and the
    survey not used, with a warning. Returns the data, in order, and the problems found: one survey only, a survey given
    twice, a result below zero (errors); extrapolation.
    """
    collector = Collector()
    targets = {s.target for s in SERIES}
    entered = {(d.region, d.year, d.quantity, d.item): d for d in project.columns.of_quantities(targets)}
    data = []
    for series in SERIES:
        for (region, item), surveys in _groups(project, edition, series, collector):
            for year in sorted(set(years)):
                own = entered.get((region, year, series.target, item))
                if own is not None:
                    collector.add(
                        "lucf.entered",
                        own.origin,
                        label=_label(edition, series.target),
                        region=region,
                        year=year,
                        other=surveys[0].datum.origin,
                    )
                    continue
                datum = _one(_Target(region, year, item, series), surveys, edition, collector)
                if datum is not None:
                    data.append(datum)
    return tuple(data), tuple(collector)


def survey_years(edition: Edition) -> Mapping[str, tuple[int, ...]]:
    """Known survey years by province from the edition's table `forest_surveys`; provinces without known years are left
    out."""
    return {r.region: r.survey_years for r in rows(edition, ForestSurveyRow) if r.survey_years}


def _label(edition: Edition, quantity: str) -> str:
    return edition.declared.quantities[quantity].label["zh"]


Group = tuple[str, tuple[tuple[str, str], ...]]


def _groups(
    project: Project, edition: Edition, series: SurveySeries, collector: Collector
) -> list[tuple[Group, list[Survey]]]:
    """Surveys by region and remaining keys, in time; faulty ones are told and left out."""
    groups: dict[Group, dict[int, Survey]] = {}
    unit = edition.declared.quantities[series.target].unit[0]
    for d in sorted(
        project.columns.of_quantities({series.survey}), key=lambda d: (d.region, d.item, d.year, str(d.origin))
    ):
        survey = _survey(d, unit, edition, collector)
        if survey is None:
            continue
        group = groups.setdefault((d.region, tuple(sorted((k, v) for k, v in d.item if k != YEAR_KEY and v))), {})
        first = group.setdefault(survey.year, survey)
        if first.value != survey.value:
            collector.add(
                "lucf.survey_twice",
                d.origin,
                label=_label(edition, series.survey),
                year=survey.year,
                value=f"{d.value:g} {d.unit}",
                other=first.datum.origin,
                other_value=f"{first.datum.value:g} {first.datum.unit}",
            )
    return [(key, [group[y] for y in sorted(group)]) for key, group in sorted(groups.items())]


def _survey(d: Datum, unit: str, edition: Edition, collector: Collector) -> Survey | None:
    text = d.keys.get(YEAR_KEY, "")
    if not (text.isascii() and text.isdigit() and 1949 <= int(text) <= 2100):
        collector.add("lucf.survey_year", d.origin, value=text)
        return None
    known = edition.derived(survey_years).get(d.region, ())
    if known and int(text) not in known:
        collector.add("lucf.unknown_survey", d.origin, year=text, region=d.region, known="、".join(map(str, known)))
    try:
        return Survey(int(text), d, float(units.ratio(d.unit, unit)))
    except (units.UnitError, units.DimensionError):
        return None  # the engine's own check of the data names this unit


def _interval(surveys: list[Survey], year: int) -> tuple[Survey, Survey]:
    """The interval that holds the year; in a survey year the one that ends there; outside all, the nearest."""
    for a, b in itertools.pairwise(surveys):
        if year <= b.year:
            return a, b
    return surveys[-2], surveys[-1]


@dataclass(frozen=True, slots=True)
class _Target:
    """The datum that is wanted: a quantity of an inventory year."""

    region: str
    year: int
    item: tuple[tuple[str, str], ...]
    series: SurveySeries


def _one(target: _Target, surveys: list[Survey], edition: Edition, collector: Collector) -> Datum | None:
    year, item, series = target.year, target.item, target.series
    label = _label(edition, series.survey)
    keys = f"（{'；'.join(f'{k}={v}' for k, v in item)}）" if item else ""
    exact = next((s for s in surveys if s.year == year), None)
    if len(surveys) == 1 and not (exact and series.kind == "level"):
        collector.add(
            "lucf.one_survey", surveys[0].datum.origin, label=label, keys=keys, year=year, have=surveys[0].year
        )
        return None
    if exact and series.kind == "level":
        return _datum(target, [(exact, 1, ())], edition)
    a, b = _interval(surveys, year)
    span = b.year - a.year
    level = a.value + (b.value - a.value) * (year - a.year) / span
    if not surveys[0].year <= year <= surveys[-1].year:
        collector.add("lucf.extrapolated", b.datum.origin, label=label, keys=keys, year=year, first=a.year, last=b.year)
    if level < 0:
        collector.add(
            "lucf.below_zero",
            b.datum.origin,
            label=label,
            keys=keys,
            year=year,
            value=f"{level:.6g}",
            first=a.year,
            last=b.year,
        )
        return None
    if series.kind == "change":
        shares = ((f"1/({b.year}-{a.year})", 1 / span),)
        return _datum(target, [(b, 1, shares), (a, -1, shares)], edition)
    return _datum(
        target,
        [
            (a, 1, ((f"({b.year}-{year})/({b.year}-{a.year})", (b.year - year) / span),)),
            (b, 1, ((f"({year}-{a.year})/({b.year}-{a.year})", (year - a.year) / span),)),
        ],
        edition,
    )


def _datum(target: _Target, parts: list[tuple[Survey, int, tuple[tuple[str, float], ...]]], edition: Edition) -> Datum:
    region, year, item, series = target.region, target.year, target.item, target.series
    unit = edition.declared.quantities[series.target].unit[0]
    terms = []
    for survey, sign, shares in parts:
        d = survey.datum
        convert = () if survey.to_canonical == 1 else ((f"{d.unit}→{unit}", survey.to_canonical),)
        terms.append(
            Term(
                f"{survey.year}年清查（{d.unit}）",
                d.value,
                d.origin,
                (*convert, *shares),
                sign,
                "内插" if series.kind == "level" else "年变化",
            )
        )
    value = math.fsum(t.amount for t in terms)
    known = [survey.datum.uncertainty for survey, _, _ in parts]
    spread = None
    if value and all(u is not None for u in known):
        spread = math.sqrt(math.fsum((t.amount * (u or 0.0)) ** 2 for t, u in zip(terms, known, strict=True))) / abs(
            value
        )
    kinds = {survey.datum.data_kind for survey, _, _ in parts}
    kind = kinds.pop() if len(kinds) == 1 else "示例" if "示例" in kinds else "估算"
    sources = dict.fromkeys(survey.datum.source for survey, _, _ in parts if survey.datum.source)
    note = (
        "由"
        + "、".join(str(y) for y in sorted(survey.year for survey, _, _ in parts))
        + "年清查"
        + ("推得" if len(parts) > 1 else "直接取得")
    )
    return Datum(
        region,
        year,
        series.target,
        item,
        value,
        unit,
        "；".join(sources),
        spread,
        note,
        kind,
        parts[-1][0].datum.origin,
        tuple(terms),
    )
