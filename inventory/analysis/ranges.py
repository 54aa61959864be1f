"""Plausibility with a scale: figures held against the size of their province and against each other, on both sides,
whatever the year.

The ranges and the statistics they use are tables of the edition (`plausible`, `province_statistics`); a figure outside
one is a question, never a correction, and an answer in `answers.csv` keeps it answered. Jumps between years are looked
for in figures from balance tables too.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..core import units
from ..core.activity import Project
from ..core.columns import ActivityColumns, ActivitySubject
from ..core.edition import Edition
from ..core.likely import likely_cause
from ..core.problems import Collector, Problem, bracketed
from ..core.questions import FACT, PLAUSIBLE, item_text, question
from ..edition.parts import PlausibleRow, ProvinceStatisticRow, rows

NEAR_YEARS = 8  # how far a statistic may lie from the year it gives the scale of
TABLE_JUMP = 20  # between two years of one fuel of the balance tables
TABLE_SHARE = 0.01  # of the larger year's fuels: what matters enough to be asked about
STATISTIC = "stat:"
SURE = 0.2  # % half-width below which a fraction is suspected
GWP_BAND = 1.5  # around the published values of a gas
POWERS = (1, -1, 3, -3, 4, -4, 2, -2, 8, -8, 7, -7)

ComparedFigure = tuple[str, int, float, int]  # region, year, value, its row
OfSubjects = Mapping[ActivitySubject, Sequence[ComparedFigure]]
Statistics = Mapping[str, Mapping[str, list[ProvinceStatisticRow]]]


@dataclass(frozen=True, slots=True)
class QuantitySum:
    """Rows of one quantity, region and year added up, with the row of the largest of them."""

    value: float
    largest: int


@dataclass(frozen=True, slots=True)
class Compared:
    """The figures that any rule looks at, by quantity and subject."""

    data: ActivityColumns
    figures: Mapping[str, OfSubjects]

    def of(self, quantity: str) -> OfSubjects:
        return self.figures.get(quantity, {})


def questions(project: Project, edition: Edition) -> tuple[Problem, ...]:
    """Warnings for every figure outside a declared range, and for jumps between the years of fuels from balance
    tables."""
    problems = Collector()
    statistics = edition.derived(_statistics)
    rules = rows(edition, PlausibleRow)
    data = _compared(project.columns, {name for rule in rules for name in (rule.quantity, rule.per)})
    for rule in rules:
        if data.of(rule.quantity):
            _look(rule, data, statistics, edition, problems)
    _jumps(project.columns, edition, problems)
    _uncertainties(project, problems)
    _gwp(project, edition, problems)
    return tuple(problems.reported)


def _statistics(edition: Edition) -> Statistics:
    """The province statistics by region and name; kept with the edition."""
    result: dict[str, dict[str, list[ProvinceStatisticRow]]] = {}
    for r in rows(edition, ProvinceStatisticRow):
        result.setdefault(r.region, {}).setdefault(r.statistic, []).append(r)
    return result


def _look(rule: PlausibleRow, data: Compared, statistics: Statistics, edition: Edition, problems: Collector) -> None:
    scale = _scale_of(rule, data, statistics, edition)
    for (region, year), total in _sums(data.of(rule.quantity), (dict(rule.keys), rule.unit), edition).items():
        per = scale(region, year) if _holds(rule.regions, region) else None
        if per is None or per[0] <= 0 or total.value <= 0:
            continue
        ratio = total.value / per[0]
        if rule.low <= ratio <= rule.high:
            continue
        quantity = edition.declared.quantities[rule.quantity]
        unit = f"{rule.unit}/{rule.per_unit}" if rule.per_unit else rule.unit
        cause = _cause(ratio, rule)
        problems.add(
            "plausible.range" if rule.per else "plausible.size",
            data.data.origin(total.largest),
            region=region,
            year=year,
            label=quantity.label,
            keys=bracketed(item_text(rule.keys)),
            value=f"{total.value:.6g} {rule.unit}",
            per=per[1],
            ratio=f"{ratio:.4g} {unit}",
            low=f"{rule.low:g}",
            high=f"{rule.high:g}",
            cause=cause,
            basis={"zh": rule.basis, "en": rule.basis_en or rule.basis},
            **{FACT: question(PLAUSIBLE, region, year, rule.quantity, rule.id)},
        )


def _cause(ratio: float, rule: PlausibleRow) -> Mapping[str, str]:
    """The power of ten that brings a figure into its range, in words; nothing when none does."""
    for power in POWERS:
        if rule.low <= ratio / 10.0**power <= rule.high:
            named = likely_cause(10.0**power, 1.0, rule.unit, 0.01)
            if named is not None:
                return {"zh": f"；可能是{named.text['zh']}", "en": f"; probably {named.text['en']}"}
    return {"zh": "", "en": ""}


def _holds(regions: str, region: str) -> bool:
    named = regions.removeprefix("!").split("|")
    return not regions or ((region in named) != regions.startswith("!"))


def _scale_of(
    rule: PlausibleRow, data: Compared, statistics: Statistics, edition: Edition
) -> Callable[[str, int], tuple[float, Mapping[str, str]] | None]:
    """What a rule divides by in a region and year, with its name and size in words; None where there is none."""
    if not rule.per:
        return lambda region, year: (1.0, {"zh": "", "en": ""}) if region in statistics else None
    if rule.per.startswith(STATISTIC):
        name = rule.per.removeprefix(STATISTIC)

        def statistic(region: str, year: int) -> tuple[float, Mapping[str, str]] | None:
            known = [r for r in statistics.get(region, {}).get(name, ()) if abs(r.year - year) <= NEAR_YEARS]
            if not known:
                return None
            best = min(known, key=lambda r: (abs(r.year - year), r.year))
            value = units.scaled(best.value, units.ratio(best.unit, rule.per_unit))
            return value, {
                lang: f"{statement} {best.year}: {best.value:g} {best.unit}"
                for lang, statement in (("zh", name), ("en", rule.per_en or name))
            }

        return statistic
    sums = _sums(data.of(rule.per), (dict(rule.per_keys), rule.per_unit), edition)
    label = edition.declared.quantities[rule.per].label
    text = item_text(rule.per_keys)

    def other(region: str, year: int) -> tuple[float, Mapping[str, str]] | None:
        total = sums.get((region, year))
        if total is None:
            return None
        return total.value, {
            lang: f"{label[lang]}{bracketed(text)[lang]} {total.value:.6g} {rule.per_unit}" for lang in ("zh", "en")
        }

    return other


def _compared(data: ActivityColumns, quantities: Container[str]) -> Compared:
    """The figures of these quantities, by subject."""
    out: dict[str, dict[ActivitySubject, list[ComparedFigure]]] = {}
    for i, (subject, *figure) in enumerate(data.scan("subject", "region", "year", "value")):
        if subject[0] in quantities:
            out.setdefault(subject[0], {}).setdefault(subject, []).append((figure[0], figure[1], figure[2], i))
    return Compared(data, out)


def _sums(
    data: OfSubjects, wanted: tuple[Mapping[str, str], str], edition: Edition
) -> dict[tuple[str, int], QuantitySum]:
    """Sums by region and year (of the survey, where it has one), over the subjects that fit the wanted keys, in the
    wanted unit."""
    groups: dict[tuple[str, int], list[tuple[float, int]]] = {}
    for subject, figures in data.items():
        plan = _plan(subject, wanted, edition)
        if plan is not None:
            ratio, survey = plan
            for region, year, value, row in figures:
                groups.setdefault((region, survey or year), []).append((units.scaled(value, ratio), row))
    return {
        place: QuantitySum(math.fsum(v for v, _ in members), max(members, key=lambda m: (m[0], -m[1]))[1])
        for place, members in groups.items()
    }


def _plan(s: ActivitySubject, wanted: tuple[Mapping[str, str], str], edition: Edition) -> tuple[Fraction, int] | None:
    """The conversion of a subject's figures and the year of its survey (0: none); None where they are not meant."""
    keys, unit = wanted
    if not _fits(dict(s.item), keys, edition):
        return None
    try:
        ratio = units.ratio(s.unit, unit)
    except (units.UnitError, units.DimensionError):
        return None
    return ratio, int(next((v for k, v in s.item if k == "survey_year"), "") or 0)


def _fits(have: Mapping[str, str], keys: Mapping[str, str], edition: Edition) -> bool:
    for key, required in keys.items():
        members = required.split("|")
        word = edition.word(key, have.get(key, ""))
        if have.get(key) not in members and not (word and set(word.classes) & set(members)):
            return False
    return True


def _jumps(data: ActivityColumns, edition: Edition, problems: Collector) -> None:
    """Fuels of balance tables, added up over the table, that change by more than `TABLE_JUMP` from one year to the
    next."""
    sums: dict[tuple[str, str, str, str], dict[int, list[int]]] = {}
    quantities = edition.declared.quantities
    # what may have either sign (stock changes) is rightly small or large
    fuels = [
        (s.quantity, dict(s.item).get("fuel", ""), s.unit)
        if (quantity := quantities.get(s.quantity)) is not None and quantity.min is not None
        else None
        for s in data.subjects
    ]
    values, years = data.value.tolist(), data.year.tolist()
    subjects, regions = data.subject.tolist(), data.region.tolist()
    for i in data.terms:
        fuel_of = fuels[subjects[i]]
        if fuel_of is not None:
            sums.setdefault((data.regions[regions[i]], *fuel_of), {}).setdefault(years[i], []).append(i)
    whole: dict[tuple[str, str, str, int], float] = {}
    totals = {
        key: {year: math.fsum(abs(values[i]) for i in members) for year, members in by_year.items()}
        for key, by_year in sums.items()
    }
    for (region, name, _, unit), by_year in totals.items():
        for year, value in by_year.items():
            whole[region, name, unit, year] = whole.get((region, name, unit, year), 0.0) + value
    for key, by_year in totals.items():
        region, name, fuel, unit = key
        for before, year in itertools.pairwise(sorted(by_year)):
            first, second = by_year[before], by_year[year]
            if not first or not second or 1 / TABLE_JUMP < second / first < TABLE_JUMP:
                continue
            if max(first / whole[region, name, unit, before], second / whole[region, name, unit, year]) < TABLE_SHARE:
                continue
            largest = max(sums[key][year], key=lambda i: abs(values[i]))
            cell = data.terms[largest][0].cell
            cause = likely_cause(second, first, unit, 2.0)
            problems.add(
                "plausible.table_jump",
                cell,
                region=region,
                year=year,
                before=before,
                fuel=fuel,
                label=edition.declared.quantities[name].label,
                value=f"{second:.6g} {unit}",
                other=f"{first:.6g} {unit}",
                ratio=f"{second / first:.3g}" if second > first else f"1/{first / second:.3g}",
                cause={
                    lang: mark + cause.text[lang] if cause else ""
                    for lang, mark in (("zh", "；可能是"), ("en", "; probably "))
                },
                **{FACT: question(PLAUSIBLE, region, year, name, fuel)},
            )


def _uncertainties(project: Project, problems: Collector) -> None:
    """Uncertainties so small that a fraction was meant: 0.03 % where 3 % is usual. One question for all of them."""
    stated: tuple[Any, ...] = (
        *project.columns.where(project.columns.per_provenance(lambda p: 0 < (p.uncertainty or 0) < SURE, np.bool_)),
        *project.factors,
        *project.assumptions,
    )
    small = [(x.uncertainty, x.origin) for x in stated if x.uncertainty and x.uncertainty < SURE]
    if small:
        value, origin = small[0]
        problems.add(
            "plausible.uncertainty",
            origin,
            value=f"{value:g}",
            n=len(small),
            meant=f"{100 * value:g}",
            **{FACT: question(PLAUSIBLE, "uncertainty")},
        )


def _gwp(project: Project, edition: Edition, problems: Collector) -> None:
    """Values of an own GWP set that are far from all published ones."""
    for own in project.gwp_sets:
        for gas, value in own.values.items():
            known = [s.values[gas] for s in edition.gwp_sets.values() if gas in s.values]
            if not known or not value or min(known) / GWP_BAND <= value <= max(known) * GWP_BAND:
                continue
            cause = next((c for k in known if (c := likely_cause(value, k, "1", 0.02))), None)
            problems.add(
                "plausible.gwp",
                None,
                set=own.name,
                gas=gas,
                value=f"{value:g}",
                known="、".join(f"{k:g}" for k in sorted(set(known))),
                cause={
                    lang: mark + cause.text[lang] if cause else ""
                    for lang, mark in (("zh", "；可能是"), ("en", "; probably "))
                },
                **{FACT: question(PLAUSIBLE, "gwp", own.name, gas)},
            )
