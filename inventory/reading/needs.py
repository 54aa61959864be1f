"""Which quantities a complete inventory needs, and in which unit each of their rows is counted, told from the edition's
declarations."""

from __future__ import annotations

from collections.abc import Mapping

from ..core import equation, units
from ..core.declarations import Method, Quantity
from ..core.edition import Edition


def is_required(edition: Edition, quantity: str) -> bool:
    """Whether a method in force under the edition's own choices cannot do without this quantity."""
    return quantity in edition.derived(required_quantities)


def required_quantities(edition: Edition, choices: Mapping[str, tuple[str, str]] | None = None) -> frozenset[str]:
    """Quantities without a default that methods in force use. Methods that supersede another (higher tiers) and checks
    are optional."""
    chosen = {c.id: (c.default, "") for c in edition.declared.choices.values()} | dict(choices or {})
    needed = set()
    for method in edition.declared.methods.values():
        if method.supersedes or any(chosen[c][0] != option for c, option in method.when.items()):
            continue
        used = _names(method, chosen)
        for a in method.activity:
            if a.required and a.default is None and a.name in used:
                needed.add(a.quantity)
    return frozenset(needed)


def _names(method: Method, choices: Mapping[str, tuple[str, str]]) -> frozenset[str]:
    names: set[str] = set()
    for step in method.steps:
        parsed = equation.parse(step.text_under(choices))
        names |= set(parsed.names) | set(parsed.summed)
    return frozenset(names)


def usual_unit(edition: Edition, quantity: Quantity, item: Mapping[str, str]) -> str:
    """The unit in which a row is usually reported: the quantity's own; of several, the one that its factors are per."""
    if len(quantity.unit) == 1:
        return quantity.unit[0]
    for method in edition.declared.methods.values():
        if not any(a.quantity == quantity.id for a in method.activity):
            continue
        for factor in method.factor:
            sources = {k: v for k, v in factor.keys.items() if v in item}
            for row in edition.factors.get(factor.parameter, ()) if sources else ():
                have = dict(row.keys)
                if all(have.get(k) == item[v] for k, v in sources.items()):
                    fits = next((u for u in quantity.unit if _cancels(u, row.unit, _results(method))), None)
                    if fits:
                        return fits
    return quantity.unit[0]


def has_factors(edition: Edition, quantity: Quantity, item: Mapping[str, str]) -> bool:
    """Whether the edition's tables name this key combination at all (itself, a class of it, or `*`), for a method that
    uses the quantity."""
    methods = edition.derived(_methods_of_quantities).get(quantity.id)
    return not methods or any(all(_named(edition, f.parameter, f.keys, item) for f in m.factor) for m in methods)


def _methods_of_quantities(edition: Edition) -> Mapping[str, tuple[Method, ...]]:
    """By quantity, the methods that use it and supersede none."""
    result: dict[str, tuple[Method, ...]] = {}
    for method in edition.declared.methods.values():
        for quantity in {a.quantity for a in method.activity} if not method.supersedes else ():
            result[quantity] = (*result.get(quantity, ()), method)
    return result


def _keys_of_parameters(edition: Edition) -> Mapping[str, tuple[Mapping[str, str], ...]]:
    """By parameter, the key combinations of its factors that count."""
    return {
        parameter: tuple(map(dict, dict.fromkeys(r.keys for r in rows if r.role != "information")))
        for parameter, rows in edition.factors.items()
    }


def _named(edition: Edition, parameter: str, sources: Mapping[str, str], item: Mapping[str, str]) -> bool:
    rows = edition.derived(_keys_of_parameters).get(parameter)
    wanted = [(k, _fitting(edition, v, item[v])) for k, v in sources.items() if v in item]
    return not wanted or not rows or any(all(have.get(k, "*") in fits for k, fits in wanted) for have in rows)


def _fitting(edition: Edition, key: str, value: str) -> frozenset[str]:
    """What a factor's row may say of this key: any, the word itself, a class of it."""
    word = edition.word(key, value)
    return frozenset(("*", value, *(word.classes if word is not None else ())))


def _results(method: Method) -> frozenset[str]:
    """Dimensions that may come out: those of the method's steps, and energy on the way."""
    return frozenset({"J", *(name for step in method.steps for name, _ in units.parse(step.unit).dims)})


def _cancels(unit: str, factor: str, results: frozenset[str]) -> bool:
    """unit × factor leaves nothing below the line, and nothing that no step has: 亿m3 × kJ/m3, but not 万t × kJ/m3 or
    个 × t CH4/万t."""
    powers = dict(units.parse(unit).dims)
    for dimension, power in units.parse(factor).dims:
        powers[dimension] = powers.get(dimension, 0) + power
    return all(p == 0 or (p > 0 and name in results) for name, p in powers.items())
