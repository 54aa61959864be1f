"""Units that do not work out and gases that nobody knows: what `inventory edition check` says before anybody has
entered a figure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping

from ..core import equation, units
from ..core.declarations import Method, Step
from ..core.edition import Edition
from ..core.gases import GROUPS
from ..core.problems import Problem, problem
from .manifest import NAME
from .places import declared_place, place

TOTAL = "total"  # the column of a form that adds up its gases
CARBON = "C"  # carbon contents and stocks: no gas, and named in its place
Units = Mapping[str, tuple[str, ...]]


def units_that_do_not_fit(edition: Edition) -> Iterator[Problem]:
    """Steps whose equation gives its unit under none of the units its variables may have, and units of a quantity that
    fit no step it is used in."""
    fits: dict[str, set[str]] = {}
    for method in edition.declared.methods.values():
        known = _units_of(method, edition)
        for step in method.steps:
            target = step.unit.format(gas="")
            for text in step.texts:
                working = list(_working(text, known, target))
                if not working:
                    shown = "；".join(f"{n}：{'、'.join(known[n])}" for n in _names(text))
                    what = f"{method.id}.{step.name}"
                    yield problem(
                        "edition.units",
                        declared_place(edition, "method", method.id),
                        what=what,
                        text=text,
                        unit=target,
                        units=shown,
                    )
                for a in method.activity:
                    if a.name in _names(text):
                        fits.setdefault(a.quantity, set()).update(each[a.name] for each in working)
            known = {**known, step.name: (target,)}
    for quantity, fitting in fits.items():
        for unit in edition.declared.quantities[quantity].unit:
            if fitting and unit not in fitting:
                yield problem(
                    "edition.unit_never_fits",
                    declared_place(edition, "quantity", quantity),
                    quantity=quantity,
                    unit=unit,
                )


def _units_of(method: Method, edition: Edition) -> Units:
    declared = edition.declared
    return {
        **{a.name: (a.unit,) if a.unit else declared.quantities[a.quantity].unit for a in method.activity},
        **{f.name: declared.parameters[f.parameter].unit for f in method.factor},
        **{n.name: (n.unit,) for n in method.number},
    }


def _names(text: str) -> tuple[str, ...]:
    parsed = equation.parse(text)
    return tuple(dict.fromkeys((*parsed.names, *parsed.summed)))


def _working(text: str, known: Units, target: str) -> Iterator[Mapping[str, str]]:
    """The units of its variables under which an equation gives its own."""
    names = _names(text)
    for chosen in itertools.product(*(known[n] for n in names)):
        each = dict(zip(names, chosen, strict=True))
        try:
            equation.check(text, each, target)
        except units.DimensionError:
            continue
        yield each


def unknown_gases(edition: Edition) -> Iterator[Problem]:
    """Gases that have no GWP in any set and are no group: of the order of the forms, and of steps. Those of tables are
    looked for with all other names (references.py)."""
    for gas in edition.roles.gases:
        if not is_gas(edition, gas):
            yield problem("edition.unknown_gas", place(edition, NAME), what="[roles]", gas=gas)
    for method in edition.declared.methods.values():
        for step in method.steps:
            for gas in _gas_of(step, edition):
                if not is_gas(edition, gas):
                    where, what = declared_place(edition, "method", method.id), f"{method.id}.{step.name}"
                    yield problem("edition.unknown_gas", where, what=what, gas=gas)


def is_gas(edition: Edition, name: str) -> bool:
    """A gas of a GWP set, a group of gases, carbon, or the total; anything where the edition has no GWP."""
    sets = edition.gwp_sets.values()
    return not sets or name in (*GROUPS, TOTAL, CARBON) or any(name in s.values for s in sets)


def _gas_of(step: Step, edition: Edition) -> tuple[str, ...]:
    """The gas that a step names itself; a key of its rows or an attribute of a word is no gas."""
    keys = {k for q in edition.declared.quantities.values() for k in q.all_keys}
    return (step.gas.removeprefix("="),) if step.gas and step.gas[0] not in "@?" and step.gas not in keys else ()
