"""What a notation key frees from: a category that is reported by a key asks for no data and no factor, and may not have
a figure when it says NO."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .activity import Notation
from .completeness import ancestors, leaf_lines
from .context import Context
from .declarations import Method
from .edition import Edition
from .feeds import Feeds, feeds_of
from .ledger import Line
from .prepare import Prepared
from .problems import Collector, Origin, figure
from .table import VariableTable

ABSENT = ("NO", "NA")


def without_keyed(
    method: Method, data: Mapping[str, VariableTable | None], context: Context
) -> dict[str, VariableTable | None] | None:
    """The method's data without the rows all of whose categories carry a notation key; None when there is no such
    row."""
    keyed = {(n.region, str(n.year), n.category, n.gas) for n in context.prepared.notations}
    if not keyed:
        return None
    stated = _Stated(feeds_of(context.edition, context.choices), keyed, context.edition)
    out: dict[str, VariableTable | None] = {}
    changed = False
    for a in method.activity:
        table = data.get(a.name)
        if table is None:
            out[a.name] = None
            continue
        keep = [not _keyed(row, table.keys, a.quantity, method, stated) for row in table.rows]
        changed |= not all(keep)
        out[a.name] = table.keeping(keep)
    return out if changed else None


@dataclass(frozen=True, slots=True)
class _Stated:
    """Notation keys in force (region, year, category, gas), and what each quantity feeds."""

    feeds: Feeds
    keyed: set[tuple[str, str, str, str]]
    edition: Edition


def _keyed(row: tuple[str, ...], keys: tuple[str, ...], quantity: str, method: Method, stated: _Stated) -> bool:
    region, year = row[0], row[1]
    outputs = stated.feeds.outputs(quantity, dict(zip(keys[2:], row[2:], strict=True)), year, method.id)
    return bool(outputs) and all(
        any(
            (region, year, above, g) in stated.keyed for above in ancestors(stated.edition, category) for g in ("", gas)
        )
        for category, gas in outputs
    )


def refuse_contradictions(
    lines: Sequence[Line], notations: Sequence[Notation], edition: Edition, problems: Collector
) -> None:
    """NO or NA beside a figure: one of the two is wrong."""
    at: dict[tuple[str, int], list[Line]] = {}
    for x in lines if notations else ():
        at.setdefault((x.region, x.year), []).append(x)
    for n in notations:
        if n.key in ABSENT:
            below = edition.descendants(n.category)
            contradicted = [
                x
                for x in at.get((n.region, n.year), ())
                if x.category in below and n.gas in ("", x.gas) and x.account != "check" and x.mass_t
            ]
            if contradicted:
                problems.add(
                    "notation.with_data",
                    n.origin,
                    region=n.region,
                    year=n.year,
                    key=n.key,
                    gas=contradicted[0].gas,
                    category=n.category,
                    label=edition.categories[n.category].label,
                    mass=figure(math.fsum(x.mass_t for x in contradicted), spec=".6g"),
                    where="、".join(list(dict.fromkeys(x.category for x in contradicted))[:6]),
                )


def report_unused_keys(
    lines: Sequence[Line], notations: Sequence[Notation], edition: Edition, problems: Collector
) -> None:
    """A key for a category all of whose lines are computed says nothing: it was meant for something else."""
    done = {(x.region, x.year, x.category, x.gas) for x in lines if x.account != "check"}
    leaves = list(leaf_lines(edition)) if notations else []
    for n in notations:
        below = edition.descendants(n.category)
        meant = [(c.id, gas) for c, gas in leaves if c.id in below and n.gas in ("", gas)]
        if (
            n.key not in ABSENT
            and len({c for c, _ in meant}) > 1
            and all((n.region, n.year, *leaf) in done for leaf in meant)
        ):
            problems.add(
                "notation.unused",
                n.origin,
                region=n.region,
                year=n.year,
                key=n.key,
                category=n.category,
                label=edition.categories[n.category].label,
            )


def refuse_excess(lines: Sequence[Line], prepared: Prepared, edition: Edition, problems: Collector) -> None:
    """Rules `categories_within` of the edition: nothing is taken away that was not there, also where deduction and
    source are lines of their own."""
    for rule in edition.declared.constraints:
        if rule.kind != "categories_within":
            continue
        deducted, whole = edition.descendants(rule.deducted), edition.descendants(rule.whole)
        taken: dict[tuple[str, int, str], float] = {}
        there: dict[tuple[str, int, str], float] = {}
        for x in lines:
            place = (x.region, x.year, x.gas)
            if x.category in deducted and x.account != "check":
                taken[place] = taken.get(place, 0.0) - x.mass_t
            elif x.category in whole and x.account != "check":
                there[place] = there.get(place, 0.0) + x.mass_t
        homes = {q.id for q in edition.declared.quantities.values() if q.category in deducted}
        for (region, year, gas), amount in taken.items():
            limit = there.get((region, year, gas), 0.0)
            if amount > limit * (1 + rule.tolerance) and not _reported(rule.whole, region, year, prepared, edition):
                places = ", ".join(
                    dict.fromkeys(
                        str(prepared.data.origin(i))
                        for i, place in enumerate(prepared.data.scan("region", "year", "quantity"))
                        if place[:2] == (region, year) and place[2] in homes
                    )
                )
                problems.add(
                    "data.excess",
                    Origin(places),
                    region=region,
                    year=year,
                    gas=gas,
                    message=rule.message,
                    total=f"{amount:.6g} t",
                    limit=f"{limit:.6g} t",
                )


def _reported(whole: tuple[str, ...], region: str, year: int, prepared: Prepared, edition: Edition) -> bool:
    """A part of the whole is reported by a key that says that it is there without a figure: nothing can be compared."""
    return any(
        n.region == region
        and n.year == year
        and n.key in ("NE", "IE", "C")
        and (n.category in edition.descendants(whole) or set(whole) & edition.descendants(n.category))
        for n in prepared.notations
    )
