"""Activity data of a whole shared among parts that have none of their own, by declared rules; every share can be walked
back to the whole's cell."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..core import units
from ..core.activity import Datum, Term
from ..core.problems import Collector
from .project import LevelsProject, SharingRule


def parts_of(levels: LevelsProject, whole: str, years: tuple[int, ...] = ()) -> tuple[str, ...]:
    """The regions whose sum is compared with `whole`: its children; parks only where there is nothing else.

    With `years`, those that existed then, a merged region only where it has data beside those that went into it;
    without, those that exist today (the assessment restates the others).
    """
    below = levels.tree.children(whole) if whole in levels.tree else ()
    if years:
        have = {d.region for d in levels.project.data if d.year in years}
        merged = {s for r in below if r.valid_to and r.name in have for s in r.successors}
        below = tuple(r for r in below if r.existed(years) and (r.name not in merged or r.name in have))
    else:
        below = tuple(r for r in below if not r.valid_to)
    areas = tuple(r.name for r in below if r.level != "园区")
    return areas or tuple(r.name for r in below)


def shares(
    levels: LevelsProject, parts: tuple[str, ...], year: int, proxy: str
) -> tuple[dict[str, float], tuple[str, ...]]:
    """Share of each of these parts in their proxy, and the parts that have no value of it. No shares at all when one is
    lacking: they would not add up to 1."""
    values = {part: levels.proxy(part, year, proxy) for part in parts}
    lacking = tuple(part for part, value in values.items() if value is None)
    known = {part: value for part, value in values.items() if value is not None}
    total = math.fsum(known.values())
    return ({part: value / total for part, value in known.items()} if not lacking and total > 0 else {}), lacking


def allocated(levels: LevelsProject, whole: str, years: tuple[int, ...], problems: Collector) -> tuple[Datum, ...]:
    """Activity data of the parts that the rules of `whole` give; marked 估算, each with its term (the whole's figure
    times the share)."""
    parts = parts_of(levels, whole)
    have = {(d.region, d.year, d.quantity, d.item): d for d in levels.project.data}
    out: list[Datum] = []
    for rule in levels.rules:
        if rule.parent != whole or not rule.quantity or rule.kind != "proxy":
            continue
        for d in _of_the_whole(levels, rule, years):
            empty = tuple(part for part in parts if (part, d.year, d.quantity, d.item) not in have)
            if not empty:
                continue
            own = [have[part, d.year, d.quantity, d.item] for part in parts if part not in empty]
            rest = d.value - math.fsum(units.scaled(o.value, units.ratio(o.unit, d.unit)) for o in own)
            if rest < 0:
                problems.add(
                    "levels.parts_exceed",
                    d.origin,
                    label=levels.edition.declared.quantities[d.quantity].label,
                    whole=whole,
                    year=d.year,
                    value=f"{d.value:g} {d.unit}",
                    parts="、".join(o.region for o in own),
                    sum=f"{d.value - rest:g} {d.unit}",
                )
                continue
            share, missing = shares(levels, empty, d.year, rule.proxy)
            if not share:
                names = "、".join(missing) or "、".join(parts)
                problems.add("levels.proxy_missing", rule.origin, proxy=rule.proxy, year=d.year, parts=names)
                continue
            out.extend(_part_of(d, part, share[part], own, rule) for part in empty)
    return tuple(out)


def _part_of(d: Datum, part: str, share: float, own: list[Datum], rule: SharingRule) -> Datum:
    """A part's share of what the whole has besides its parts' own data."""
    scale = ((f"{rule.proxy}占比（{part}）", share),)
    terms = [Term(f"{d.region} {d.year}", d.value, d.origin, scale, 1, rule.reason)]
    for o in own:
        amount = units.scaled(o.value, units.ratio(o.unit, d.unit))
        terms.append(Term(f"{o.region}自有数据", amount, o.origin, scale, -1, "自有数据先扣除"))
    return Datum(
        part,
        d.year,
        d.quantity,
        d.item,
        math.fsum(t.amount for t in terms),
        d.unit,
        f"由{d.region}按{rule.proxy}分摊",
        None,
        f"自上而下分摊：{rule.reason}",
        "估算",
        rule.origin,
        tuple(terms),
    )


def _of_the_whole(levels: LevelsProject, rule: SharingRule, years: tuple[int, ...]) -> Iterator[Datum]:
    below = levels.edition.descendants(rule.category)
    for d in levels.data_of(rule.parent, rule.quantity):
        if d.year not in years or not set(rule.item) <= set(d.item):
            continue
        declared = levels.edition.declared.quantities[d.quantity]
        category = dict(d.item).get("category", declared.category)
        if category in below and not any(_narrower(levels, other, rule, d, category) for other in levels.rules):
            yield d


def _narrower(levels: LevelsProject, other: SharingRule, rule: SharingRule, d: Datum, category: str) -> bool:
    """Whether another rule of the same whole and quantity is the narrower one for a datum: of two that overlap only
    that one shares it."""
    return (
        other is not rule
        and (other.parent, other.quantity) == (rule.parent, rule.quantity)
        and other.category != rule.category
        and other.category in levels.edition.descendants((rule.category,))
        and category in levels.edition.descendants((other.category,))
        and set(other.item) <= set(d.item)
    )
