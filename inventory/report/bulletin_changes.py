"""What changed since the previous inventory, and why: categories by the size of their change, each split into activity
and the rest.

The split is the logarithmic mean (LMDI), line by line (same method and item in both years) and summed: ΔE · ln(A1/A0) /
ln(E1/E0) belongs to activity, what is left to factors and mix; items that come or go count as mix. A is the line's own
activity, one quantity in one unit. Where that cannot be had for most of a category, or its lines change sign, nothing
is split.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..analysis.key_categories import DEPTH
from ..core.ledger import Ledger, Line
from ..levels.walk import rows_of

UNSPLIT = 0.2  # a category is not split when more than this part of its lines' changes could not be


@dataclass(frozen=True, slots=True)
class Change:
    """One category and gas; t CO2e. `activity` and `rest` are None where nothing could be split.

    `quantity`, `item`, `ratio`: the activity that moved it most, and how that changed.
    """

    category: str
    gas: str
    before: float
    after: float
    activity: float | None = None
    rest: float | None = None
    quantity: str = ""
    item: tuple[tuple[str, str], ...] = ()
    ratio: float | None = None

    @property
    def amount(self) -> float:
        return self.after - self.before


def changes(ledger: Ledger, region: str, before: int, year: int) -> tuple[Change, ...]:
    """Every category (to the depth of the key categories) and gas, largest change first."""
    groups: dict[tuple[str, str], dict[int, list[Line]]] = {}
    for line in ledger.lines:
        if line.region == region and line.year in (before, year) and line.account == "total":
            category = ".".join(line.category.split(".")[:DEPTH])
            groups.setdefault(
                (category if category in ledger.edition.categories else line.category, line.gas), {}
            ).setdefault(line.year, []).append(line)
    order = {c: i for i, c in enumerate(ledger.edition.categories)}
    result = [_change(ledger, key, lines.get(before, []), lines.get(year, [])) for key, lines in groups.items()]
    return tuple(sorted(result, key=lambda c: (-abs(c.amount), order[c.category], c.gas)))


def _change(ledger: Ledger, key: tuple[str, str], old: Sequence[Line], new: Sequence[Line]) -> Change:
    first, last = (math.fsum(ledger.co2e_t(x) for x in lines) for lines in (old, new))
    paired = {(x.category, x.method, x.item): x for x in old}
    later = {(x.category, x.method, x.item): x for x in new}
    effects: list[tuple[float, str, tuple[tuple[str, str], ...], float]] = []
    unsplit = 0.0
    for place, before in paired.items():
        after = later.get(place)
        if after is None:
            continue
        result = _split(ledger, before, after)
        if result is None:
            unsplit += abs(ledger.co2e_t(after) - ledger.co2e_t(before))
        else:
            effects.append((result[0], result[1], before.item, result[2]))
    moved = math.fsum(abs(ledger.co2e_t(later[k]) - ledger.co2e_t(paired[k])) for k in paired if k in later)
    if not effects or not first or unsplit > UNSPLIT * moved:
        return Change(key[0], key[1], first, last)
    part = math.fsum(e[0] for e in effects)
    top = max(effects, key=lambda e: (abs(e[0]), e[1], e[2]))
    return Change(key[0], key[1], first, last, part, last - first - part, top[1], top[2], top[3])


def _split(ledger: Ledger, before: Line, after: Line) -> tuple[float, str, float] | None:
    """(part of the change that is activity, quantity, ratio of activities) of one line; None where it cannot be
    told."""
    e0, e1 = float(ledger.co2e_t(before)), float(ledger.co2e_t(after))
    a0, a1 = _activity(ledger, [before]), _activity(ledger, [after])
    quantity = next((q for q in a0 if q in a1 and a0[q] > 0 and a1[q] > 0), "")
    if not quantity or not e0 * e1 > 0:
        return None
    ratio = a1[quantity] / a0[quantity]
    growth = math.log(e1 / e0)
    return ((e1 - e0) / growth if growth else e0) * math.log(ratio), quantity, ratio


def _activity(ledger: Ledger, lines: Sequence[Line]) -> Mapping[str, float]:
    """Sums of the quantities behind these lines, in canonical units; a quantity in two units, or a share, is no amount
    and is left out."""
    sums: dict[str, float] = {}
    units: dict[str, set[str]] = {}
    seen: set[int] = set()
    for line in lines:
        for i in rows_of(ledger, line):
            if i not in seen:
                seen.add(i)
                quantity = ledger.data.subjects[ledger.data.subject[i]].quantity
                sums[quantity] = sums.get(quantity, 0.0) + float(ledger.data_values[i])
                units.setdefault(quantity, set()).add(ledger.data_units[i])
    return {q: v for q, v in sums.items() if len(units[q]) == 1 and not units[q] & {"%", "1", "fraction"}}
