"""What an edition makes of quantity, keys and unit of a figure, once for all rows that share them."""

from __future__ import annotations

import functools
import math
from typing import Any, NamedTuple

from . import units
from .activity import MEASURED, Datum
from .columns import ActivitySubject
from .declarations import Quantity
from .edition import Edition
from .names import near
from .order import KeyOrder
from .problems import Collector

FIRST_YEAR, LAST_YEAR = 1949, 2100
MEASURED_QUANTITY = Quantity(
    MEASURED, {"zh": "实测排放量", "en": "measured emission"}, ("t", "万吨"), ("category", "gas")
)


class SubjectPlan(NamedTuple):
    """What an edition makes of quantity, keys and unit: whether nothing about them is in question, the unit converted
    to, numerator and denominator of the conversion with the limits within which a figure is not in question, the place
    in the order of rows, and the values of the quantity's keys. Not plain: whatever has to be looked at row by row,
    such as words that are wrong and measured emissions."""

    right: bool
    unit: str
    factors: tuple[float, float, float, float]
    place: tuple[Any, ...]
    values: tuple[str, ...]


def subject_plans(edition: Edition) -> dict[ActivitySubject, SubjectPlan]:
    """What an edition makes of quantity, keys and unit, filled as they are met."""
    return {}


def subject_plan(s: ActivitySubject, edition: Edition) -> SubjectPlan:
    """The plan of one subject."""
    quantity, have = edition.declared.quantities.get(s.quantity), dict(s.item)
    order, ordered = edition.derived(KeyOrder), quantity or MEASURED_QUANTITY
    place, values = order.of_item(s.quantity, s.item, ordered), tuple([have.get(k, "") for k in ordered.all_keys])
    target, factors = _conversion(s, quantity, edition) if quantity is not None else NOT_PLAIN
    return SubjectPlan(bool(target), target, factors, place, values)


Conversion = tuple[str, tuple[float, float, float, float]]
NOT_PLAIN: Conversion = ("", (1.0, 1.0, 0.0, 0.0))


def _conversion(s: ActivitySubject, quantity: Quantity, edition: Edition) -> Conversion:
    one = Datum("", FIRST_YEAR, s.quantity, s.item, 0.0, s.unit)
    if not keys_are_right(one, quantity, edition, Collector()):
        return NOT_PLAIN
    try:
        target = target_unit(s.unit, quantity.unit)
    except units.UnitError:
        return NOT_PLAIN
    if target is None:
        return NOT_PLAIN
    ratio = units.ratio(s.unit, target)
    return target, (float(ratio.numerator), float(ratio.denominator), *_plain_limits(quantity, target))


def _plain_limits(quantity: Quantity, target: str) -> tuple[float, float]:
    """Within these nothing is said of a figure."""
    first = target == quantity.unit[0]
    low = [v for v in (quantity.min, quantity.warn_min) if v is not None and (first or v == 0)]
    high = [v for v in (quantity.max, quantity.warn_max) if v is not None and first]
    return max(low, default=-math.inf), min(high, default=math.inf)


def keys_are_right(d: Datum, quantity: Quantity, edition: Edition, problems: Collector) -> bool:
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


@functools.lru_cache(maxsize=4096)
def target_unit(unit: str, wanted: tuple[str, ...]) -> str | None:
    """The first of a quantity's units that measures what `unit` does. Raises `UnitError`."""
    return next((u for u in wanted if units.same_dimension(unit, u)), None)
