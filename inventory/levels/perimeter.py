"""A series of one perimeter: base years restated over mergers, and regions whose statistics count in another one.

A region that others went into takes the sum of these for the years before, so that a merger is no growth; a region that
includes another (attribute `includes`) is taken without it where both are assessed apart. Every restated figure keeps
its terms and can be walked back to the cells.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..core import units
from ..core.activity import Datum, Term
from ..core.problems import Collector
from ..reading.divisions import mergers
from ..regions import Tree

Key = tuple[str, int, tuple[tuple[str, str], ...]]  # quantity, year, item
MERGER = 0.15  # growth in the years of a merger that is asked about


@dataclass(frozen=True)
class Data:
    """Activity data by region and key."""

    by_region: Mapping[str, Mapping[Key, Datum]]

    @classmethod
    def of(cls, data: Iterable[Datum]) -> Data:
        out: dict[str, dict[Key, Datum]] = {}
        for d in data:
            out.setdefault(d.region, {})[d.quantity, d.year, d.item] = d
        return cls(out)

    def at(self, region: str) -> Mapping[Key, Datum]:
        return self.by_region.get(region, {})


def predecessors(tree: Tree) -> dict[str, tuple[str, ...]]:
    """Regions by the one that they went into as a whole; a region divided among several is left to the user."""
    out: dict[str, list[str]] = {}
    for r in tree.regions.values():
        if len(r.successors) == 1 and r.successors[0] in tree and r.valid_to:
            out.setdefault(r.successors[0], []).append(r.name)
    return {name: tuple(parts) for name, parts in out.items()}


def one_perimeter(data: Sequence[Datum], tree: Tree, problems: Collector) -> tuple[Datum, ...]:
    """The data with every region on one perimeter; what cannot be restated for want of a figure becomes a problem and
    stays as it is (a merger) or is left out (a region that includes another)."""
    return _without_included(_with_predecessors(tuple(data), tree, problems), tree, problems)


def _with_predecessors(data: Sequence[Datum], tree: Tree, problems: Collector) -> tuple[Datum, ...]:
    have, gone, added = Data.of(data), set[int](), list[Datum]()
    for successor, parts in predecessors(tree).items():
        keys = dict.fromkeys(k for p in parts for k in have.at(p))
        wanted = [k for k in keys if k not in have.at(successor) and k[1] <= max(tree[p].valid_to for p in parts)]
        if not wanted or not have.at(successor):
            continue
        missing = sorted({(p, k[1]) for k in wanted for p in parts if k not in have.at(p) and k[1] <= tree[p].valid_to})
        if missing:
            problems.add(
                "levels.predecessor_missing",
                tree[missing[0][0]].origin,
                name=successor,
                parts="、".join(parts),
                missing="、".join(f"{p} {y}" for p, y in missing),
            )
            continue
        for key in wanted:
            listed = [have.at(p)[key] for p in parts if key in have.at(p)]
            added.append(
                _combined(successor, listed, [1] * len(listed), f"按{successor}现区划重算：{'、'.join(parts)}之和")
            )
            gone.update(id(d) for d in listed)
        problems.add("levels.restated", name=successor, parts="、".join(parts), years=_span(k[1] for k in wanted))
    return (*(d for d in data if id(d) not in gone), *added)


def _without_included(data: Sequence[Datum], tree: Tree, problems: Collector) -> tuple[Datum, ...]:
    have = Data.of(data)
    changed: dict[int, Datum | None] = {}
    for region in [r for r in tree.regions.values() if r.includes]:
        mine = have.at(region.name)
        inside = [name for name in region.includes if have.at(name)]
        for quantity in dict.fromkeys(k[0] for k in mine) if inside else ():
            keys = [k for k in mine if k[0] == quantity]
            if not any(k[0] == quantity for name in inside for k in have.at(name)):
                continue
            missing = sorted({(name, k[1]) for k in keys for name in inside if k not in have.at(name)})
            if missing:
                problems.add(
                    "levels.perimeter_missing",
                    region.origin,
                    name=region.name,
                    includes="、".join(inside),
                    missing="、".join(f"{n} {y}" for n, y in missing),
                )
                changed.update({id(mine[k]): None for k in keys})
                continue
            for k in keys:
                listed = [mine[k], *(have.at(name)[k] for name in inside)]
                signs = [1, *[-1] * len(inside)]
                changed[id(mine[k])] = _combined(region.name, listed, signs, f"统计含{'、'.join(inside)}，已扣除")
            problems.add(
                "levels.perimeter", name=region.name, includes="、".join(inside), years=_span(k[1] for k in keys)
            )
    out = ((d, changed.get(id(d), d)) for d in data)
    return tuple(new for _, new in out if new is not None)


def _span(years: Iterable[int]) -> str:
    known = sorted(set(years))
    return f"{known[0]}—{known[-1]}" if len(known) > 1 else str(known[0])


def _combined(region: str, data: Sequence[Datum], signs: Sequence[int], why: str) -> Datum:
    first = data[0]
    terms = tuple(
        Term(f"{d.region} {d.year}", units.scaled(d.value, units.ratio(d.unit, first.unit)), d.origin, (), sign, why)
        for d, sign in zip(data, signs, strict=True)
    )
    kind = next((d.data_kind for d in data if d.data_kind == "示例"), "估算")
    return Datum(
        region,
        first.year,
        first.quantity,
        first.item,
        math.fsum(t.amount for t in terms),
        first.unit,
        "；".join(dict.fromkeys(d.source for d in data)),
        None,
        why,
        kind,
        first.origin,
        terms,
    )


def merger_steps(tree: Tree, series: Callable[[str], Mapping[int, float]], problems: Collector) -> None:
    """A series of a merged region that grows by more than `MERGER` around the merger was probably not restated."""
    known = {name: (tuple(d.name for d in rows), max(d.last for d in rows)) for name, rows in mergers().items()}
    known |= {name: (parts, max(tree[p].valid_to for p in parts)) for name, parts in predecessors(tree).items()}
    for successor, (parts, last) in known.items():
        values = series(successor)
        for year in (last, last + 1, last + 2):
            before, after = values.get(year - 1), values.get(year)
            if before and after and abs(after / before - 1) > MERGER:
                problems.add(
                    "levels.merger_step",
                    tree[successor].origin,
                    name=successor,
                    parts="、".join(parts),
                    year=year,
                    before=f"{before:,.1f}",
                    value=f"{after:,.1f}",
                    percent=f"{100 * (after / before - 1):+.1f}",
                )
