"""What each named choice is worth: the total under every other option, in t CO2e, computed with the same data.

Only the methods that a choice touches are computed again: those whose condition, texts or factor keys name it, those
that step in for them or that they step in for, and those that take a factor from one of them. A choice of the energy
balance allocates the table again first.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace

from ..core.activity import MEASURED, Datum, Project
from ..core.declarations import Declarations, Method
from ..core.division import divided_again
from ..core.edition import Edition
from ..core.engine import compile_ledger
from ..core.ledger import Ledger
from ..core.part import only_methods
from ..core.problems import InventoryError, Problem
from ..energy_balance import EnergyBalance, allocate_again, balance_of

Place = tuple[str, int]


@dataclass(frozen=True, slots=True)
class ChoiceEffect:
    """An option that is not in force. `change`: t CO2e added to the total of a region and year; `missing`: why it
    cannot be computed with these data.

    `used` is False where nothing in the inventory depends on the choice; `change` is then empty.
    """

    choice: str
    option: str
    used: bool
    change: Mapping[Place, float]
    missing: tuple[Problem, ...] = ()

    @property
    def size(self) -> float:
        """Largest change of any region and year, t CO2e without sign."""
        return max((abs(v) for v in self.change.values()), default=0.0)


def choice_effects(ledger: Ledger) -> tuple[ChoiceEffect, ...]:
    """Every option of every choice that is not in force, in the edition's order."""
    result = []
    for name, (option, _) in ledger.choices.items():
        touched = methods_touched(ledger.edition, name)
        balance = balance_of(ledger.project) if _allocates(ledger.project, name) else None
        used = any(t.method.id in touched and t.rows for t in ledger.tables) or balance is not None
        for other in ledger.edition.declared.choices[name].options:
            if other == option:
                continue
            result.append(
                _effect(ledger, name, other, touched, balance) if used else ChoiceEffect(name, other, False, {})
            )
    return tuple(result)


def methods_touched(edition: Edition, choice: str, quantities: Container[str] = ()) -> frozenset[str]:
    """Ids of the methods whose results a choice can change, with those needed to compute them. `quantities`: activity
    data that are other ones under another option."""
    declared = edition.declared
    divided = {q.id for q in declared.quantities.values() if q.division is not None and q.division.choice == choice}
    named = {
        m.id
        for m in declared.methods.values()
        if _names(m, choice) or any(a.quantity in divided or a.quantity in quantities for a in m.activity)
    }
    reach = set(named)
    for m in declared.methods.values():
        if m.id not in reach and any(step[0] in named for step in _taken_from(m, edition)):
            reach.add(m.id)
    for m in declared.methods.values():
        other = _superseded(m)
        if m.id in reach or reach & other:
            reach |= {m.id, *other}
    return frozenset(reach | {step[0] for i in reach for step in _taken_from(declared.methods[i], edition)})


def _names(method: Method, choice: str) -> bool:
    return (
        choice in method.when
        or any(not isinstance(s.text, str) and s.text["choice"] == choice for s in method.steps)
        or any(source == f"?{choice}" for f in method.factor for source in f.keys.values())
        or any(choice == text[1:] for s in method.steps for text in (s.category, s.gas) if text.startswith("?"))
    )


def _superseded(method: Method) -> set[str]:
    named = method.supersedes.get("method", ()) if method.supersedes else ()
    return {named} if isinstance(named, str) else set(named)


def _taken_from(method: Method, edition: Edition) -> Iterable[tuple[str, str]]:
    """Steps of other methods that may compute a factor of this one."""
    return {
        fb.use_step
        for f in method.factor
        for fb in edition.fallbacks.get(f.parameter, ())
        if fb.use_step and fb.use_step[0] != method.id
    }


# ---- one option ----


def _effect(
    ledger: Ledger, name: str, option: str, touched: frozenset[str], balance: EnergyBalance | None
) -> ChoiceEffect:
    chosen = {**ledger.project.choices, name: (option, "")}
    data = ledger.project.columns
    edition = ledger.edition
    if balance is not None:
        again = allocate_again(balance, edition, {k: v[0] for k, v in {**ledger.choices, **chosen}.items()})
        before = [d for a in balance.allocations for d in a.data]
        data = data.without(before) + again
        changed = _figures(before) ^ _figures(again)
        touched = methods_touched(edition, name, {str(figure[0]) for figure in changed})
    data = divided_again(data, edition, name, option)
    part = only_methods(edition, touched)
    project = replace(ledger.project, choices=chosen, data=data.of_quantities(_needed(part.declared)))
    try:
        other = compile_ledger(project, part, gwp=ledger.gwp.name)
    except InventoryError as error:
        return ChoiceEffect(name, option, True, {}, tuple(p for p in error.problems if p.severity == "error"))
    return ChoiceEffect(name, option, True, _difference(_totals(ledger, touched), _totals(other, touched)))


def _figures(data: Iterable[Datum]) -> set[tuple[object, ...]]:
    return {(d.quantity, d.region, d.year, d.item, d.value, d.unit, d.data_kind) for d in data}


def _needed(declared: Declarations) -> set[str]:
    """The quantities of which the methods compute."""
    return {a.quantity for m in declared.methods.values() for a in m.activity} | {MEASURED}


def _totals(ledger: Ledger, methods: frozenset[str]) -> dict[Place, float]:
    result: dict[Place, float] = {}
    for line in ledger.lines:
        if line.account == "total" and line.method in methods:
            place = (line.region, line.year)
            result[place] = result.get(place, 0.0) + line.mass_t * ledger.gwp[line.gas]
    return result


def _difference(now: Mapping[Place, float], then: Mapping[Place, float]) -> dict[Place, float]:
    return {place: then.get(place, 0.0) - now.get(place, 0.0) for place in sorted({*now, *then})}


def _allocates(project: Project, choice: str) -> bool:
    """Whether a rule of the balance table depends on the choice."""
    balance = balance_of(project)
    return balance is not None and any(name == choice for rule in balance.rules.rules for name, _ in rule.choice)
