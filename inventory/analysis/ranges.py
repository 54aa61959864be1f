"""Plausibility with a scale: figures held against the size of their province and against each other, on both sides,
whatever the year.

The ranges and the statistics they use are tables of the edition (`plausible`, `province_statistics`); a figure outside
one is a question, never a correction, and an answer in `answers.csv` keeps it answered. Jumps between years are looked
for in figures from balance tables too.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from ..core import units
from ..core.activity import Datum, Project
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

Statistics = Mapping[str, Mapping[str, list[ProvinceStatisticRow]]]


@dataclass(frozen=True, slots=True)
class QuantitySum:
    """Rows of one quantity, region and year added up, with the largest of them."""

    value: float
    first: Datum


def questions(project: Project, edition: Edition) -> tuple[Problem, ...]:
    """Warnings for every figure outside a declared range, and for jumps between the years of fuels from balance
    tables."""
    found = Collector()
    statistics = edition.derived(_statistics)
    data: dict[str, list[Datum]] = {}
    for d in project.data:
        data.setdefault(d.quantity, []).append(d)
    for rule in rows(edition, PlausibleRow):
        if rule.quantity in data:
            _look(rule, data, statistics, edition, found)
    _jumps(project.data, edition, found)
    _uncertainties(project, found)
    _gwp(project, edition, found)
    return tuple(found.found)


def _statistics(edition: Edition) -> Statistics:
    """The province statistics by region and name; kept with the edition."""
    found: dict[str, dict[str, list[ProvinceStatisticRow]]] = {}
    for r in rows(edition, ProvinceStatisticRow):
        found.setdefault(r.region, {}).setdefault(r.statistic, []).append(r)
    return found


def _look(
    rule: PlausibleRow, data: Mapping[str, list[Datum]], statistics: Statistics, edition: Edition, found: Collector
) -> None:
    scale = _scale_of(rule, data, statistics, edition)
    for (region, year), total in _sums(data[rule.quantity], dict(rule.keys), rule.unit, edition).items():
        per = scale(region, year) if _holds(rule.regions, region) else None
        if per is None or per[0] <= 0 or total.value <= 0:
            continue
        ratio = total.value / per[0]
        if rule.low <= ratio <= rule.high:
            continue
        quantity = edition.declared.quantities[rule.quantity]
        unit = f"{rule.unit}/{rule.per_unit}" if rule.per_unit else rule.unit
        cause = _cause(ratio, rule)
        found.add(
            "plausible.range" if rule.per else "plausible.size",
            total.first.origin,
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
    rule: PlausibleRow, data: Mapping[str, list[Datum]], statistics: Statistics, edition: Edition
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
    sums = _sums(data.get(rule.per, ()), dict(rule.per_keys), rule.per_unit, edition)
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


def _sums(
    data: Iterable[Datum], keys: Mapping[str, str], unit: str, edition: Edition
) -> dict[tuple[str, int], QuantitySum]:
    groups: dict[tuple[str, int], list[tuple[float, Datum]]] = {}
    fits: dict[tuple[tuple[str, str], ...], bool] = {}
    for d in data:
        if d.item not in fits:
            fits[d.item] = _fits(d, keys, edition)
        if not fits[d.item]:
            continue
        try:
            value = units.scaled(d.value, units.ratio(d.unit, unit))
        except (units.UnitError, units.DimensionError):
            continue
        year = int(next((v for k, v in d.item if k == "survey_year"), "") or d.year)
        groups.setdefault((d.region, year), []).append((value, d))
    return {
        place: QuantitySum(math.fsum(v for v, _ in members), max(members, key=lambda m: m[0])[1])
        for place, members in groups.items()
    }


def _fits(d: Datum, keys: Mapping[str, str], edition: Edition) -> bool:
    have = dict(d.item)
    for key, required in keys.items():
        members = required.split("|")
        word = edition.word(key, have.get(key, ""))
        if have.get(key) not in members and not (word and set(word.classes) & set(members)):
            return False
    return True


def _jumps(data: Iterable[Datum], edition: Edition, found: Collector) -> None:
    """Fuels of balance tables, added up over the table, that change by more than `TABLE_JUMP` from one year to the
    next."""
    sums: dict[tuple[str, str, str, str], dict[int, list[Datum]]] = {}
    for d in data:
        quantity = edition.declared.quantities.get(d.quantity)
        # what may have either sign (stock changes) is rightly small or large
        if d.terms and quantity is not None and quantity.min is not None:
            sums.setdefault((d.region, d.quantity, dict(d.item).get("fuel", ""), d.unit), {}).setdefault(
                d.year, []
            ).append(d)
    whole: dict[tuple[str, str, str, int], float] = {}
    totals = {
        key: {year: math.fsum(abs(d.value) for d in members) for year, members in by_year.items()}
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
            d = max(sums[key][year], key=lambda x: abs(x.value))
            cell = d.terms[0].cell
            cause = likely_cause(second, first, unit, 2.0)
            found.add(
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


def _uncertainties(project: Project, found: Collector) -> None:
    """Uncertainties so small that a fraction was meant: 0.03 % where 3 % is usual. One question for all of them."""
    stated: tuple[Any, ...] = (*project.data, *project.factors, *project.assumptions)
    small = [(x.uncertainty, x.origin) for x in stated if x.uncertainty and x.uncertainty < SURE]
    if small:
        value, origin = small[0]
        found.add(
            "plausible.uncertainty",
            origin,
            value=f"{value:g}",
            n=len(small),
            meant=f"{100 * value:g}",
            **{FACT: question(PLAUSIBLE, "uncertainty")},
        )


def _gwp(project: Project, edition: Edition, found: Collector) -> None:
    """Values of an own GWP set that are far from all published ones."""
    for own in project.gwp_sets:
        for gas, value in own.values.items():
            known = [s.values[gas] for s in edition.gwp_sets.values() if gas in s.values]
            if not known or not value or min(known) / GWP_BAND <= value <= max(known) * GWP_BAND:
                continue
            cause = next((c for k in known if (c := likely_cause(value, k, "1", 0.02))), None)
            found.add(
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
