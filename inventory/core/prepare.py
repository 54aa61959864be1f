"""Activity data made ready for the engine: checked against the declarations, converted to canonical units, put in one
order.

The order depends on the data alone (vocabulary order, then text), never on the order of the input, so that every later
sum is the same.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import units
from .activity import LARGEST, MEASURED, NOTATION_KEYS, Datum, Notation, Project
from .constraints import constrain
from .declarations import Quantity
from .edition import Edition
from .ledger import FloatArray
from .names import near
from .order import Item, KeyOrder
from .overlap import refuse_overlaps
from .problems import Collector, bracketed, figure
from .questions import FACT, PLAUSIBLE, item_text, question
from .table import VariableTable, flags_of

Good = tuple[tuple[Any, ...], Datum, float, str]  # its place in the order, the datum, its value and unit as converted


MEASURED_QUANTITY = Quantity(
    MEASURED, {"zh": "实测排放量", "en": "measured emission"}, ("t", "万吨"), ("category", "gas")
)


@dataclass(frozen=True)
class Prepared:
    data: tuple[Datum, ...]
    values: FloatArray
    units: tuple[str, ...]
    tables: Mapping[str, VariableTable]  # by quantity
    notations: tuple[Notation, ...]


def prepare(project: Project, edition: Edition, problems: Collector) -> Prepared:
    """Check all data, convert them and build one table per quantity. Problems are collected; faulty data are left
    out."""
    order = edition.derived(KeyOrder)
    right = edition.derived(right_items)
    good: list[Good] = []
    for d in project.data:
        quantity = MEASURED_QUANTITY if d.quantity == MEASURED else edition.declared.quantities.get(d.quantity)
        if quantity is None:
            problems.add(
                "data.unknown_quantity",
                d.origin,
                quantity=d.quantity,
                near=near(d.quantity, edition.declared.quantities),
            )
            continue
        known = (d.quantity, d.item)
        if known not in right and _keys_are_right(d, quantity, edition, Collector()):
            right.add(known)
        if _place_is_right(d, edition, problems) and (
            known in right or _keys_are_right(d, quantity, edition, problems)
        ):
            converted = _convert(d, quantity, edition, problems)
            if converted is not None:
                value, unit = converted
                good.append((order.of(d, quantity), d, value, unit))
    good = _sorted(good)
    good = _without_duplicates(good, edition, problems)
    data = tuple(g[1] for g in good)
    values = np.array([g[2] for g in good], dtype=float)
    printed = tuple(g[3] for g in good)
    refuse_overlaps(data, edition, problems)
    tables = _tables(data, values, printed, edition)
    for rule in edition.declared.constraints:
        constrain(rule, tables, data, edition, problems)
    return Prepared(data, values, printed, tables, _notations(project.notations, edition, problems))


def _sorted(good: list[Good]) -> list[Good]:
    """By place and keys, then value and unit; equal ones by where they stand."""
    good.sort(key=lambda g: (g[0], g[1].value, g[1].unit))
    out: list[Good] = []
    for _, same in itertools.groupby(good, key=lambda g: (g[0], g[1].value, g[1].unit)):
        first, *others = same
        out.extend(sorted((first, *others), key=lambda g: str(g[1].origin)) if others else (first,))
    return out


def right_items(edition: Edition) -> set[tuple[str, Item]]:
    """Quantities with keys that were looked at and are as declared."""
    return set()


def _place_is_right(d: Datum, edition: Edition, problems: Collector) -> bool:
    regions = edition.vocabulary.get("region", {})
    right = True
    if regions and d.region not in regions:
        problems.add("data.unknown_region", d.origin, region=d.region, near=near(d.region, regions))
        right = False
    if not 1949 <= d.year <= 2100:
        problems.add("data.year", d.origin, year=d.year)
        right = False
    return right


def _keys_are_right(d: Datum, quantity: Quantity, edition: Edition, problems: Collector) -> bool:
    item = dict(d.item)
    label = quantity.label
    right = True
    for key in quantity.keys:
        if not item.get(key):
            problems.add(
                "data.missing_key", d.origin, label=label, key=key, near=near("", allowed(quantity, key, edition), 8)
            )
            right = False
    for key, value in d.item:
        if key not in quantity.all_keys:
            if quantity.id == MEASURED:
                continue
            problems.add("data.extra_key", d.origin, label=label, key=key, keys="、".join(quantity.all_keys) or "—")
            right = False
        elif value:
            choices = allowed(quantity, key, edition)
            if choices and value not in choices:
                problems.add(
                    "data.unknown_value", d.origin, label=label, key=key, value=value, near=near(value, choices)
                )
                right = False
    return right


def allowed(quantity: Quantity, key: str, edition: Edition) -> tuple[str, ...]:
    """What a key of a quantity may be; empty when anything goes (years, names of plants)."""
    if key in quantity.key_values:
        return quantity.key_values[key]
    if key == "category":
        return tuple(edition.categories)
    return tuple(edition.vocabulary.get(key, ()))


def _convert(d: Datum, quantity: Quantity, edition: Edition, problems: Collector) -> tuple[float, str] | None:
    label = quantity.label
    if not abs(d.value) <= LARGEST:
        problems.add("data.not_finite", d.origin, label=label, value=d.value)
        return None
    if quantity.id == MEASURED:
        return _convert_measured(d, edition, problems)
    try:
        target = _target(d.unit, quantity.unit)
    except units.UnitError as error:
        problems.add(
            "unit.unknown", d.origin, unit=d.unit, near="、".join(dict.fromkeys((*quantity.unit, *error.near)))
        )
        return None
    if target is None:
        problems.add("unit.dimension", d.origin, unit=d.unit, label=label, expected="、".join(quantity.unit))
        return None
    value = units.scaled(d.value, units.ratio(d.unit, target))
    return (value, target) if _within(d, value, target, quantity, problems) else None


@functools.lru_cache(maxsize=4096)
def _target(unit: str, wanted: tuple[str, ...]) -> str | None:
    """The first of a quantity's units that measures what `unit` does. Raises `UnitError`."""
    return next((u for u in wanted if units.same_dimension(unit, u)), None)


def _within(d: Datum, value: float, target: str, quantity: Quantity, problems: Collector) -> bool:
    facts: dict[str, Any] = {"label": quantity.label, "value": f"{d.value:.10g}", "unit": d.unit, "canonical": target}
    first = target == quantity.unit[0]
    if quantity.min is not None and value < quantity.min and (first or quantity.min == 0):
        problems.add("data.below", d.origin, limit=figure(quantity.min), **facts)
        return False
    if quantity.max is not None and first and value > quantity.max:
        problems.add("data.above", d.origin, limit=figure(quantity.max), **facts)
        return False
    low, high = quantity.warn_min, quantity.warn_max
    if (
        first
        and value
        and ((low is not None and value < low) or (high is not None and value > high))
        and not _slip_named(d, problems)
    ):
        problems.add(
            "data.unusual",
            d.origin,
            low="—" if low is None else f"{low:g}",
            high="—" if high is None else f"{high:g}",
            **{FACT: question(PLAUSIBLE, d.region, d.year, d.quantity, item_text(d.item))},
            **facts,
        )
    return True


def _slip_named(d: Datum, problems: Collector) -> bool:
    """Whether the reader has said already that the figure is unusual, and which slip it looks like."""
    return any(p.code == "slip.magnitude" and p.origin == d.origin for p in problems.found)


def _convert_measured(d: Datum, edition: Edition, problems: Collector) -> tuple[float, str] | None:
    gas = dict(d.item).get("gas", "")
    category = edition.categories.get(dict(d.item).get("category", ""))
    if category is not None and gas and gas not in gases_below(category.id, edition):
        problems.add(
            "measured.gas",
            d.origin,
            category=category.id,
            label=category.label,
            gas=gas,
            gases="、".join(gases_below(category.id, edition)),
        )
        return None
    if d.value < 0 and category is not None and not category.removals:
        problems.add(
            "measured.negative",
            d.origin,
            category=category.id,
            label=category.label,
            value=figure(d.value),
            unit=d.unit,
        )
        return None
    for target in (f"t {gas}", "t"):
        try:
            return units.scaled(d.value, units.ratio(d.unit, target)), target
        except units.UnitError as error:
            problems.add("unit.unknown", d.origin, unit=d.unit, near="、".join(("t", f"t{gas}", *error.near)))
            return None
        except units.DimensionError:
            continue
    problems.add("unit.dimension", d.origin, unit=d.unit, label=MEASURED_QUANTITY.label, expected=f"t、t{gas}")
    return None


def gases_below(category: str, edition: Edition) -> tuple[str, ...]:
    """Gases that a category or any category below it has, in the tree's order."""
    below = edition.descendants(category)
    return tuple(dict.fromkeys(g for c in edition.categories.values() if c.id in below for g in c.gases))


def _without_duplicates(good: list[Any], edition: Edition, problems: Collector) -> list[Any]:
    kept: list[Any] = []
    for entry in good:
        if kept and kept[-1][0] == entry[0] and kept[-1][1].quantity == entry[1].quantity:
            a, b = kept[-1][1], entry[1]
            quantity = edition.declared.quantities.get(b.quantity, MEASURED_QUANTITY)
            problems.add(
                _kind_of_duplicate(kept[-1], entry),
                b.origin,
                label=quantity.label,
                keys=bracketed(item_text(b.item)),
                region=b.region,
                year=b.year,
                value=figure(b.value, b.unit, ".10g"),
                other=a.origin,
                other_value=figure(a.value, a.unit, ".10g"),
                source=b.source or "—",
                other_source=a.source or "—",
                percent=f"{100 * (entry[2] / kept[-1][2] - 1):+.3g}" if kept[-1][2] else "—",
            )
            continue
        kept.append(entry)
    return kept


def _kind_of_duplicate(one: Any, two: Any) -> str:
    """The same figure from two departments (files) counts once; different ones are a conflict of the two; in one file
    it is entered twice."""
    (_, a, x, _), (_, b, y, _) = one, two
    if a.origin.file == b.origin.file:
        return "data.duplicate"
    return "data.same_twice" if math.isclose(x, y, rel_tol=1e-9) else "data.files_differ"


def _tables(
    data: tuple[Datum, ...], values: FloatArray, printed: tuple[str, ...], edition: Edition
) -> dict[str, VariableTable]:
    places: dict[str, list[int]] = {}
    for i, d in enumerate(data):
        places.setdefault(d.quantity, []).append(i)
    tables = {}
    for name, at in places.items():
        quantity = edition.declared.quantities.get(name, MEASURED_QUANTITY)
        keys = ("region", "year", *quantity.all_keys)
        rows = tuple((data[i].region, str(data[i].year), *_members(data[i].item, quantity.all_keys)) for i in at)
        tables[name] = VariableTable(
            keys,
            rows,
            values[at],
            tuple(printed[i] for i in at),
            np.array(at, dtype=np.intp),
            np.array([flags_of(data[i]) for i in at], dtype=np.intp),
        )
    return tables


def _members(item: Item, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The values of these keys; empty where a key is not given."""
    have = dict(item)
    return tuple([have.get(k, "") for k in keys])


def _notations(notations: Iterable[Notation], edition: Edition, problems: Collector) -> tuple[Notation, ...]:
    good = []
    for n in sorted(notations, key=lambda n: (n.region, n.year, n.category, n.gas, n.key, str(n.origin))):
        if n.key not in NOTATION_KEYS:
            problems.add("notation.unknown", n.origin, value=n.key)
        elif n.category not in edition.categories:
            problems.add("notation.category", n.origin, category=n.category, near=near(n.category, edition.categories))
        elif n.gas and n.gas not in gases_below(n.category, edition):
            problems.add(
                "notation.gas",
                n.origin,
                category=n.category,
                label=edition.categories[n.category].label,
                gas=n.gas,
                gases="、".join(gases_below(n.category, edition)),
            )
        elif n.key in ("NE", "IE") and not n.reason.strip():
            problems.add("notation.reason", n.origin, category=n.category, gas=n.gas, value=n.key)
        else:
            good.append(n)
    return tuple(good)
