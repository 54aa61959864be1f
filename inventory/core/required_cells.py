"""Cells that must hold a figure or a notation key: where the same row has a figure in another inventory year, or where
a form waits for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from .activity import MEASURED, Datum, Notation, OpenCell, Project
from .columns import ActivityColumns, ActivitySubject
from .declarations import Quantity
from .edition import Edition
from .extras import Gap
from .feeds import Feeds
from .overlap import covers
from .problems import Origin, Problem, bracketed, problem
from .questions import COMPLETENESS, FACT, question

SHOWN = 12
Item = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RequiredCell:
    """A required cell without a figure. `years` have one for the same row; `origin` is the open cell, or the row in the
    nearest of these years."""

    region: str
    year: int
    quantity: str
    item: Item
    categories: tuple[str, ...]
    years: tuple[int, ...]
    required: bool
    origin: Origin


class Known:
    """What a project says of each row of each region and year: the one place that tells whether a required cell is
    answered."""

    def __init__(
        self, data: Iterable[Datum], project: Project, notations: Iterable[Notation], edition: Edition, feeds: Feeds
    ) -> None:
        self._edition, self._feeds = edition, feeds
        self.rows: dict[tuple[str, int, str], list[Item]] = {}
        self._keyed = {(n.region, n.year, below, n.gas) for n in notations for below in edition.descendants(n.category)}
        for region, year, (quantity, item, _) in ActivityColumns.of(data).scan("region", "year", "subject"):
            self.rows.setdefault((region, year, quantity), []).append(item)
            if quantity == MEASURED:
                have = dict(item)
                self._keyed.update(
                    (region, year, below, have.get("gas", ""))
                    for below in edition.descendants(have.get("category", ""))
                )
        self._typed = {(r.region, r.year, r.quantity, r.item) for r in project.row_notations}

    def answers(self, region: str, year: int, quantity: str, item: Item) -> bool:
        """A figure of the row, of its whole or of a part of it; a key of the row; or a key (or measured emission) for
        all that it feeds."""
        if (region, year, quantity, item) in self._typed:
            return True
        have = dict(item)
        outputs = self._feeds.outputs(quantity, have, year) or {
            (c, "") for c in self._feeds.categories(quantity, have, year)
        }
        if outputs and all(
            (region, year, c, g) in self._keyed or (region, year, c, "") in self._keyed for c, g in outputs
        ):
            return True
        return any(_overlaps(self._edition, have, dict(other)) for other in self.rows.get((region, year, quantity), ()))


def missing_cells(
    data: Iterable[Datum], project: Project, notations: Iterable[Notation], edition: Edition, feeds: Feeds
) -> tuple[RequiredCell, ...]:
    """Required cells that hold neither a figure nor a key, in the order of the declarations."""
    data, notations = ActivityColumns.of(data), list(notations)
    years = inventory_years(data, notations, edition, project.gaps)
    known = Known(data, project, notations, edition, feeds)
    series: dict[tuple[str, str, Item], dict[int, int]] = {}
    for i, (region, year, (quantity, item, _)) in enumerate(data.scan("region", "year", "subject")):
        if i not in data.terms:
            series.setdefault((region, quantity, item), {})[year] = i
    waiting = {(c.region, c.year, c.quantity, c.item): c for c in project.open_cells}
    missing: dict[tuple[str, int, str, Item], RequiredCell] = {}

    def ask(place: tuple[str, int, str, Item], given: tuple[int, ...], origin: Origin, some: bool = True) -> None:
        region, year, quantity, item = place
        if not known.answers(region, year, quantity, item):
            categories = feeds.categories(quantity, dict(item), year)
            # an information item never stops a compilation
            counts = any(not edition.categories[c].memo for c in categories)
            cell = RequiredCell(
                region, year, quantity, item, categories, given, some and quantity in feeds.required and counts, origin
            )
            missing.setdefault(place, cell)

    for (region, quantity, item), by_year in series.items():
        waited = years.get(region, set()) - by_year.keys()
        if waited and _is_series(quantity, item, edition, feeds):
            for year in sorted(waited):
                # nothing but zeros elsewhere: asked about, and no reason to stop
                some = any(data.value[i] for i in by_year.values())
                nearest = by_year[min(by_year, key=lambda y: (abs(y - year), y))]
                empty = waiting.get((region, year, quantity, item))
                origin = empty.origin if empty is not None else data.origin(nearest)
                ask((region, year, quantity, item), tuple(sorted(by_year)), origin, some)
    for cell in waiting.values():
        begun = (cell.region, cell.year, cell.quantity) in known.rows
        declared = edition.declared.quantities.get(cell.quantity)
        if declared is not None and (declared.as_listed or _stays_folded(declared, cell, known)):
            continue
        if begun and cell.quantity in feeds.required and _is_series(cell.quantity, cell.item, edition, feeds):
            ask((cell.region, cell.year, cell.quantity, cell.item), (), cell.origin)
    order = {q: i for i, q in enumerate(edition.declared.quantities)}
    return tuple(missing[k] for k in sorted(missing, key=lambda k: (k[0], k[1], order.get(k[2], -1), k[3])))


def _stays_folded(quantity: Quantity, cell: OpenCell, known: Known) -> bool:
    """A row that statistics do not have is not asked for, unless somebody filled its like: one scale of rearing and not
    the others."""
    have = dict(cell.item)
    if not quantity.is_folded(have):
        return False
    if quantity.division is None:
        return True
    key = quantity.division.key
    rest = {k: v for k, v in have.items() if k != key}
    return not any(
        {k: v for k, v in item if k != key} == rest and quantity.is_folded(dict(item))
        for item in known.rows.get((cell.region, cell.year, cell.quantity), ())
    )


def _is_series(quantity: str, item: Item, edition: Edition, feeds: Feeds) -> bool:
    """A row that each year of an inventory has: all keys told, by words of the vocabulary (not years of deposit or
    names of plants).

    Shares that must add up to one are held together by that rule: a share that is not given is none.
    """
    declared = edition.declared.quantities.get(quantity)
    if quantity == MEASURED:
        return True
    if declared is None or not declared.accounting_year or quantity not in feeds.by_quantity:
        return False
    if any(rule.kind == "sum_to_one" and rule.quantity == quantity for rule in edition.declared.constraints):
        return False
    have = dict(item)
    return all(have.get(k) for k in declared.keys) and all(
        k == "category" or k in edition.vocabulary or k in declared.key_values for k in have
    )


def _overlaps(edition: Edition, a: Mapping[str, str], b: Mapping[str, str]) -> bool:
    """The same row, its whole or a part of it."""
    return all(
        x == y or covers(edition, k, x, y) or covers(edition, k, y, x)
        for k in {**a, **b}
        for x, y in [(a.get(k, ""), b.get(k, ""))]
    )


def inventory_years(
    given: Iterable[Datum], notations: Iterable[Notation], edition: Edition, filled: Iterable[Gap] = ()
) -> dict[str, set[int]]:
    """Per region the years that carry a real share of its data: a lone survey year, or one that is only filled in
    between, asks for no whole inventory."""
    data = ActivityColumns.of(given)
    counts: dict[str, dict[int, int]] = {}
    computing = edition.declared.computing  # GDP and the like make no inventory year
    interpolated = {(g.region, g.year, g.quantity, g.item) for g in filled}

    def computes(s: ActivitySubject) -> bool:
        quantity = edition.declared.quantities.get(s.quantity)
        return quantity is None or (quantity.accounting_year and s.quantity in computing)

    counted = data.per_subject(computes, np.bool_)
    if interpolated:
        counted &= [place not in interpolated for place in data.scan("region", "year", "quantity", "item")]
    places, numbers = np.unique(np.stack([data.region, data.year])[:, counted], axis=1, return_counts=True)
    for region, year, n in zip(*places.tolist(), numbers.tolist(), strict=True):
        counts.setdefault(data.regions[region], {})[year] = n
    by_region = {}
    for region, by_year in counts.items():
        most = max(by_year.values())
        by_region[region] = {y for y, n in by_year.items() if n * 5 >= most and (n > 2 or n * 2 >= most)}
    for n in notations:
        by_region.setdefault(n.region, set()).add(n.year)
    return by_region


def cell_problems(cells: Iterable[RequiredCell], edition: Edition) -> list[Problem]:
    """One problem a region, year and quantity: an error where a required row has a figure in another year, else a
    warning."""
    groups: dict[tuple[str, int, str, bool], list[RequiredCell]] = {}
    for c in cells:
        groups.setdefault((c.region, c.year, c.quantity, bool(c.years)), []).append(c)
    out = []
    for (region, year, quantity, series), members in groups.items():
        declared = edition.declared.quantities.get(quantity)
        label = declared.label if declared else {"zh": "实测排放量", "en": "measured emission"}
        items = [" ".join(v for _, v in c.item) for c in members]  # in words; the question keeps its own name
        facts = {
            "region": region,
            "year": year,
            "label": label,
            "n": len(members),
            FACT: question(COMPLETENESS, region, year, quantity),
            "items": bracketed("、".join(i for i in items[:SHOWN] if i) + ("…" if len(items) > SHOWN else "")),
            "categories": "、".join(dict.fromkeys(c for m in members for c in m.categories)),
        }
        if series:
            code = "completeness.series" if any(c.required for c in members) else "completeness.series_optional"
            given = "、".join(str(y) for y in sorted({y for c in members for y in c.years}))
            out.append(problem(code, members[0].origin, given=given, **facts))
        else:
            out.append(problem("completeness.open", members[0].origin, **facts))
    return out
