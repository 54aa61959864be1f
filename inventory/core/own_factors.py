"""A project's own factors: which can be used, where each of them holds, which were never used, and how far they are
from what they replace.

`region` and `year` narrow every own factor, whatever keys its parameter's table has; any other key must be one that the
parameter is looked up by. In a project of several provinces an own factor says whose it is (`region=…`, or `region=*`
for all). Guideline, chapter 1: province-specific factors.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from . import units
from .activity import Project, UserFactor
from .declarations import Parameter
from .edition import Edition, FactorRow
from .likely import likely_cause
from .names import near
from .problems import Collector, bracketed, figure
from .questions import FACT, OWN_FACTOR, question
from .resolve import CORRECTED, PLACE, Resolver
from .resolved import Resolved

USUAL = 2.0  # an own factor within this ratio of the value it replaces is not asked about
FAR = 5.0  # beyond this it is, even when no cause is known


def usable(project: Project, edition: Edition, problems: Collector) -> list[UserFactor]:
    """The own factors that can be used; the others become problems and are left out, so that each is reported once."""
    provinces = _provinces(project, edition)
    good = []
    for f in project.factors:
        row = edition.by_id.get(f.id) if f.id else None
        parameter = edition.declared.parameters.get(row.parameter if row else f.parameter)
        if parameter is None:
            problems.add("factor.unknown_id", f.origin, id=f.id or f.parameter)
            continue
        right = _unit_is_right(f, row, parameter, problems) and _keys_are_right(f, row, parameter, edition, problems)
        if right and len(provinces) > 1 and f.kind != CORRECTED and not dict(f.keys).get("region"):
            problems.add(
                "factor.which_region",
                f.origin,
                label=parameter.label,
                kind=f.kind,
                regions="、".join(provinces),
                first=provinces[0],
            )
            right = False
        if right:
            good.append(f)
    return good


def _provinces(project: Project, edition: Edition) -> list[str]:
    """The provinces of a project's data, each once; cities and counties count as their province."""
    words = edition.vocabulary.get("region", {})
    tops: dict[str, None] = {}
    for region in project.columns.distinct_regions:
        word = words.get(region)
        above = [c for c in (word.classes if word else ()) if c in words]
        tops[above[-1] if above else region] = None
    return sorted(tops)


def _unit_is_right(f: UserFactor, row: FactorRow | None, parameter: Parameter, problems: Collector) -> bool:
    label = parameter.label
    wanted = (row.unit,) if row else parameter.unit
    try:
        first = next((u for u in wanted if units.same_dimension(f.unit, u)), None)
    except units.UnitError:
        first = None
    if first is None:
        problems.add("factor.unit", f.origin, label=label, unit=f.unit, expected="、".join(wanted))
        return False
    # the limits are in the first unit; below nothing holds in every unit
    other = not units.same_dimension(first, parameter.unit[0])
    if other and not (parameter.min is not None and parameter.min >= 0 > f.value):
        return True
    value = f.value if other else units.scaled(f.value, units.ratio(f.unit, parameter.unit[0]))
    if (parameter.min is not None and value < parameter.min) or (parameter.max is not None and value > parameter.max):
        problems.add(
            "factor.bounds",
            f.origin,
            label=label,
            value=figure(f.value),
            unit=f.unit,
            canonical=parameter.unit[0],
            low="—" if parameter.min is None else f"{parameter.min:g}",
            high="—" if parameter.max is None else f"{parameter.max:g}",
        )
        return False
    return True


def key_names(edition: Edition, parameter: str) -> frozenset[str]:
    """Keys that a parameter is looked up by: those of the methods that use it, of its table's rows, and of its declared
    fallbacks."""
    return edition.derived(_key_names).get(parameter, frozenset())


def _key_names(edition: Edition) -> dict[str, frozenset[str]]:
    names: dict[str, set[str]] = {}
    for method in edition.declared.methods.values():
        for f in method.factor:
            names.setdefault(f.parameter, set()).update(f.keys)
    for parameter, rows in edition.factors.items():
        names.setdefault(parameter, set()).update(k for row in rows for k, _ in row.keys)
    for parameter, fallbacks in edition.fallbacks.items():
        names.setdefault(parameter, set()).update(k for fb in fallbacks for k, _ in fb.when)
    return {parameter: frozenset(keys) for parameter, keys in names.items()}


def _keys_are_right(
    f: UserFactor, row: FactorRow | None, parameter: Parameter, edition: Edition, problems: Collector
) -> bool:
    known = key_names(edition, parameter.id)
    have = dict(f.keys)
    if known:
        for key, value in f.keys:
            if key not in known and key not in PLACE:
                problems.add(
                    "factor.unknown_key",
                    f.origin,
                    label=parameter.label,
                    key=key,
                    value=value,
                    known="、".join(sorted(known | set(PLACE))),
                )
                return False
    regions = edition.vocabulary.get("region", {})
    region = have.get("region", "*")
    if regions and region != "*" and region not in regions and all(region not in w.classes for w in regions.values()):
        problems.add("data.unknown_region", f.origin, region=region, near=near(region, regions))
        return False
    if row is not None and any(dict(row.keys).get(k) != v for k, v in f.keys if k not in PLACE):
        problems.add("factor.id_keys", f.origin, id=f.id, keys=keys_text(f.keys), row=keys_text(row.keys) or "—")
        return False
    return True


def keys_text(keys: Iterable[tuple[str, str]]) -> str:
    return "；".join(f"{k}={v}" for k, v in keys)


# ---- after the computation ----


def report(resolver: Resolver, edition: Edition, problems: Collector) -> None:
    """Warn of own factors that no line used, and of those that are far from the value that they replace."""
    computed = edition.declared.looked_up | edition.derived(_for_information)
    for factors in resolver.own.values():
        for f in factors:
            if id(f) in resolver.taken:
                _compare(f, resolver, problems)
            elif f.parameter in computed and (resolver.requested.get(f.parameter) or not problems.errors):
                # parameters that no method has are looked up elsewhere (indicators, targets); after an error a method
                # may not have come to asking
                problems.add(
                    "factor.unused",
                    f.origin,
                    label=edition.declared.parameters[f.parameter].label,
                    keys=bracketed(keys_text(f.keys) + (f"；gas={f.gas}" if f.gas else "")),
                    value=figure(f.value, f.unit),
                    detail=_why_unused(f, resolver),
                )


def _for_information(edition: Edition) -> frozenset[str]:
    """Parameters that are printed and that nothing is computed with."""
    return frozenset(p for p, rows in edition.factors.items() if all(r.role == "information" for r in rows))


def _why_unused(f: Resolved, resolver: Resolver) -> Mapping[str, str]:
    requested = resolver.requested.get(f.parameter, {})
    if not requested:
        return {
            "zh": "本次没有用到该参数的计算（缺少活动水平，或所选方法不用它）",
            "en": "nothing in this project needs the parameter (no activity data, or the method in force "
            "does without it)",
        }
    wanted = list(
        dict.fromkeys(
            keys_text({**dict(place), **dict(keys)}.items()) + (f"；gas={gas}" if gas else "")
            for gas, keys, place in requested
        )
    )
    shown = " / ".join(wanted[:4]) + (" / …" if len(wanted) > 4 else "")
    return {
        "zh": f"本次计算要用的是：{shown}；它与这些都不符，或被更具体、更优先的自有因子取代",
        "en": f"needed here: {shown}; it fits none of them, or a more exact own factor comes before it",
    }


@dataclass(frozen=True, slots=True)
class Difference:
    """An own value beside what would be used without it, in the same unit."""

    value: float
    other: Resolved
    other_value: float

    @property
    def ratio(self) -> float:
        return self.value / self.other_value


def replaced(f: Resolved, resolver: Resolver) -> Difference | None:
    """What the edition would give where this own factor is used first; None where it has nothing comparable."""
    gas, keys = resolver.taken[id(f)]
    other = resolver.without_own(f.parameter, gas, keys)
    if not isinstance(other, Resolved) or not units.same_dimension(other.unit, f.unit):
        return None
    return Difference(f.value, other, units.scaled(other.value, units.ratio(other.unit, f.unit)))


def _compare(f: Resolved, resolver: Resolver, problems: Collector) -> None:
    edition_value = replaced(f, resolver)
    if (
        edition_value is None
        or not edition_value.other_value
        or not f.value
        or edition_value.ratio < 0
        or _in_bounds(f, edition_value.other)
    ):
        return
    if abs(math.log(edition_value.ratio)) <= math.log(USUAL):
        return
    cause = likely_cause(f.value, edition_value.other_value, f.unit)
    if cause is None and abs(math.log(edition_value.ratio)) <= math.log(FAR):
        return
    label = resolver.edition.declared.parameters[f.parameter].label
    facts = {
        "label": label,
        "keys": bracketed(keys_text(f.keys)),
        "value": f"{f.value:g} {f.unit}",
        "times": times(edition_value.ratio),
        "other": f"{edition_value.other_value:.6g} {f.unit}",
        "id": edition_value.other.id,
        FACT: question(OWN_FACTOR, f.parameter, keys_text(f.keys), f.gas),
    }
    if cause is None:
        problems.add("factor.differs", f.origin, **facts)
    else:
        problems.add(
            "factor.differs_named",
            f.origin,
            cause=cause.text,
            corrected=figure(cause.corrected, f.unit, ".6g"),
            **facts,
        )


def _in_bounds(f: Resolved, other: Resolved) -> bool:
    """Within the range that the replaced row itself prints."""
    if other.lower is None or other.upper is None:
        return False
    scale = units.ratio(other.unit, f.unit)
    return units.scaled(other.lower, scale) <= f.value <= units.scaled(other.upper, scale)


def times(ratio: float) -> str:
    """A ratio for people: 4.19, or 1/4.19 for what is smaller."""
    return f"{ratio:.3g}" if ratio >= 1 else f"1/{1 / ratio:.3g}"
