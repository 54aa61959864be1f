"""Figures given for a whole that the factors know only in parts (stock of cattle without the scale of rearing): divided
by the person's own structure, else by a named choice, before the engine runs.

The result is ordinary activity data whose `terms` show the cell and the share. A whole beside one of its parts is left
as it is: that both are filled is a question of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from . import units
from .activity import Datum, OpenCell, Project, Term
from .columns import ActivityColumns
from .declarations import Division, Quantity
from .edition import Edition
from .problems import Collector, Problem

Item = tuple[tuple[str, str], ...]
Shares = Mapping[tuple[str, Item], Mapping[int, Mapping[str, tuple[float, Datum]]]]


def with_divisions(project: Project, edition: Edition) -> tuple[Project, tuple[Problem, ...]]:
    """The project with every whole divided that can be, and a remark for each that went by the named choice; the
    project itself where there is nothing to divide."""
    divided = {q.id: q for q in edition.declared.quantities.values() if q.division is not None}
    data = project.columns
    some = data.per_subject(lambda s: s.quantity in divided and _is_whole(s.item, divided[s.quantity]), np.bool_)
    wholes = {i: data[i] for i in np.flatnonzero(some).tolist() if i not in data.terms}
    if not wholes:
        return project, ()
    given = set(data.scan("region", "year", "quantity", "item"))
    problems = Collector()
    parts: dict[int, tuple[Datum, ...]] = {}
    for i, d in wholes.items():
        quantity = divided[d.quantity]
        if not any((d.region, d.year, d.quantity, item) in given for item in _part_items(d, quantity, edition)):
            parts[i] = _divide(d, quantity, project, edition, problems)
    changed = tuple(x for i, d in enumerate(data) for x in (parts.get(i) or (d,)))
    answered = {
        (d.region, d.year, d.quantity, item)
        for i, d in wholes.items()
        if parts.get(i)
        for item in _part_items(d, divided[d.quantity], edition)
    }
    return replace(project, data=changed, open_cells=_without(project.open_cells, answered)), tuple(problems)


def divided_again(data: ActivityColumns, edition: Edition, choice: str, option: str) -> ActivityColumns:
    """The same data with the wholes that went by `choice` under another of its options; themselves where none did."""
    again: dict[int, Datum] = {}
    for i, terms in data.terms.items():
        if not any(t.assumed for t in terms):
            continue
        d = data[i]
        quantity = edition.declared.quantities.get(d.quantity)
        division = quantity.division if quantity is not None else None
        if division is not None and division.choice == choice:
            member = division.members.get(option)
            item = dict(d.item) | {division.key: member or division.whole}
            again[i] = replace(d, item=tuple(sorted(item.items())), terms=terms if member else ())
    return ActivityColumns.of(again.get(i, d) for i, d in enumerate(data)) if again else data


def _is_whole(keys: Item, quantity: Quantity) -> bool:
    division, item = quantity.division, dict(keys)
    return (
        division is not None
        and item.get(division.key) == division.whole
        and all(item.get(k) in values for k, values in division.where.items())
    )


def _part_items(d: Datum, quantity: Quantity, edition: Edition) -> list[Item]:
    division = quantity.division
    assert division is not None
    members = edition.declared.quantities[division.shares].key_values[division.key]
    return [tuple(sorted((dict(d.item) | {division.key: m}).items())) for m in members]


def _divide(d: Datum, quantity: Quantity, project: Project, edition: Edition, problems: Collector) -> tuple[Datum, ...]:
    division = quantity.division
    assert division is not None
    own = _own_shares(d, division, project)
    if own:
        return tuple(_part(d, division, member, share, source) for member, (share, source) in own.items() if share)
    option = project.choices.get(division.choice, (edition.declared.choices[division.choice].default, ""))[0]
    member = division.members.get(option)
    if member is None:
        return ()
    problems.add(
        "data.divided_by_choice",
        d.origin,
        label=quantity.label,
        region=d.region,
        year=d.year,
        keys="、".join(v for k, v in d.item if k != division.key),
        member=member,
        shares=edition.declared.quantities[division.shares].label,
    )
    return (_part(d, division, member, 1.0, None),)


def _own_shares(d: Datum, division: Division, project: Project) -> dict[str, tuple[float, Datum]]:
    """member -> (share, where it stands): of the year itself, else of the nearest year that has any."""
    rest = tuple((k, v) for k, v in d.item if k != division.key)
    by_year: dict[int, dict[str, tuple[float, Datum]]] = {}
    for x in project.columns.of_region(d.region).of_quantities({division.shares}):
        item = dict(x.item)
        member = item.pop(division.key, "")
        if tuple(sorted(item.items())) == tuple(sorted(rest)):
            by_year.setdefault(x.year, {})[member] = (x.value * float(units.ratio(x.unit, "1")), x)
    return by_year[min(by_year, key=lambda y: (abs(y - d.year), y))] if by_year else {}


def _part(d: Datum, division: Division, member: str, share: float, source: Datum | None) -> Datum:
    item = tuple(sorted((dict(d.item) | {division.key: member}).items()))
    shares = ((f"{member}{source.year}" if source is not None else member, share),)
    term = Term(division.whole, d.value, d.origin, shares, reason=division.shares, assumed=source is None)
    return replace(d, item=item, value=term.amount, terms=(term,))


def _without(cells: Iterable[OpenCell], answered: set[tuple[str, int, str, Item]]) -> tuple[OpenCell, ...]:
    return tuple(c for c in cells if (c.region, c.year, c.quantity, c.item) not in answered)
