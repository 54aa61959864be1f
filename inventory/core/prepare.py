"""Activity data made ready for the engine: checked against the declarations, converted to canonical units, put in one
order.

The order depends on the data alone (vocabulary order, then text), never on the order of the input, so that every later
sum is the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import units
from .activity import LARGEST, MEASURED, NOTATION_KEYS, Datum, Notation, Project
from .columns import ActivityColumns
from .constraints import constrain
from .declarations import Quantity
from .duplicates import without_duplicates
from .edition import Edition
from .ledger import FloatArray, IntArray
from .names import near
from .order import KeyOrder
from .overlap import refuse_overlaps
from .problems import Collector, figure
from .questions import FACT, PLAUSIBLE, item_text, question
from .subjects import FIRST_YEAR, LAST_YEAR, MEASURED_QUANTITY, keys_are_right, subject_plan, subject_plans, target_unit
from .table import VariableTable, flags_of_rows


@dataclass(frozen=True)
class Prepared:
    """Checked data in their final order. `values` and `units` are as converted; `kept` are their rows in the project's
    data."""

    data: ActivityColumns
    values: FloatArray
    units: tuple[str, ...]
    tables: Mapping[str, VariableTable]  # by quantity
    notations: tuple[Notation, ...]
    kept: IntArray


def prepare(project: Project, edition: Edition, problems: Collector) -> Prepared:
    """Check all data, convert them and build one table per quantity. Problems are collected; faulty data are left
    out.

    What figures share is looked at once a subject; numbers are compared and converted in columns, and
    only a row that is not plainly right is looked at by itself.
    """
    data = project.columns
    plan = _plan(data, edition)
    factors = plan.factors[data.subject]
    with np.errstate(all="ignore"):
        values = data.value * factors[:, 0] / factors[:, 1]
        right = (
            plan.right[data.subject]
            & plan.known_region[data.region]
            & (data.year >= FIRST_YEAR)
            & (data.year <= LAST_YEAR)
            & (np.abs(data.value) <= LARGEST)
            & (values >= factors[:, 2])
            & (values <= factors[:, 3])
        )
    for i in np.flatnonzero(~right).tolist():
        converted = _looked_at(data[i], edition, problems)
        if converted is not None:
            right[i] = True
            values[i], plan.units[data.subject[i]] = converted
    rows = np.flatnonzero(right)
    quantities = {**edition.declared.quantities, MEASURED: MEASURED_QUANTITY}
    rows = rows[without_duplicates(*_sorted(rows, data, plan), data, values, quantities, problems)]
    kept, values = data.take(rows), values[rows]
    printed = tuple([plan.units[c] for c in data.subject[rows].tolist()])
    refuse_overlaps(kept, edition, problems)
    tables = _tables(kept, values, printed, edition)
    for rule in edition.declared.constraints:
        constrain(rule, tables, kept, edition, problems)
    return Prepared(kept, values, printed, tables, _notations(project.notations, edition, problems), rows)


@dataclass
class _Plan:
    """What is known of each subject: `right` when nothing about its words is in question; the unit it is converted to;
    `factors` are numerator and denominator of the conversion and the limits within which a figure is not in question;
    `place` its rank in the final order, `unit` that of the unit as entered. Of each region: known, and its rank."""

    right: NDArray[np.bool_]
    units: list[str]
    factors: FloatArray
    place: IntArray
    unit: IntArray
    known_region: NDArray[np.bool_]
    region: IntArray


def _plan(data: ActivityColumns, edition: Edition) -> _Plan:
    order = edition.derived(KeyOrder)
    known = edition.derived(subject_plans)
    each = [known.get(s) or known.setdefault(s, subject_plan(s, edition)) for s in data.subjects]
    regions = edition.vocabulary.get("region", {})
    return _Plan(
        np.array([s.right for s in each], dtype=np.bool_),
        [s.unit for s in each],
        np.array([s.factors for s in each], dtype=float).reshape(-1, 4),
        _ranks([s.place for s in each]),
        _ranks([s.unit for s in data.subjects]),
        np.array([not regions or r in regions for r in data.regions], dtype=np.bool_),
        _ranks([order.word("region", r) for r in data.regions]),
    )


def _ranks(keys: list[Any]) -> IntArray:
    """The place of each key among all, the same for equal ones."""
    rank = {key: n for n, key in enumerate(sorted(set(keys)))}
    return np.array([rank[key] for key in keys], dtype=np.intp)


def _looked_at(d: Datum, edition: Edition, problems: Collector) -> tuple[float, str] | None:
    """Value and unit of a datum as converted; None after a problem."""
    quantity = MEASURED_QUANTITY if d.quantity == MEASURED else edition.declared.quantities.get(d.quantity)
    if quantity is None:
        problems.add(
            "data.unknown_quantity", d.origin, quantity=d.quantity, near=near(d.quantity, edition.declared.quantities)
        )
        return None
    if not _place_is_right(d, edition, problems) or not keys_are_right(d, quantity, edition, problems):
        return None
    return _convert(d, quantity, edition, problems)


def _sorted(rows: IntArray, data: ActivityColumns, plan: _Plan) -> tuple[IntArray, NDArray[np.bool_]]:
    """The order of these rows (positions among them): by place and keys, then value and unit; equal ones by where they
    stand. Beside it, which of them have the place and keys of the one before."""
    subject = data.subject[rows]
    keys = (plan.region[data.region[rows]], data.year[rows], plan.place[subject], data.value[rows], plan.unit[subject])
    order = np.lexsort(keys[::-1])
    if len(order) < 2:
        return order, np.zeros(len(order), dtype=np.bool_)
    same = [np.concatenate(([False], k[1:] == k[:-1])) for k in (key[order] for key in keys)]
    equal = np.logical_and.reduce(same)
    if equal.any():
        order = _by_origin(order, equal, rows, data)
    return order, same[0] & same[1] & same[2]


def _by_origin(order: IntArray, equal: NDArray[np.bool_], rows: IntArray, data: ActivityColumns) -> IntArray:
    """Runs of equal rows by where they stand."""
    out: list[int] = []
    run: list[int] = []
    for at, again in zip(order.tolist(), equal.tolist(), strict=True):
        if not again:
            out += sorted(run, key=lambda i: str(data.origin(int(rows[i]))))
            run = []
        run.append(at)
    out += sorted(run, key=lambda i: str(data.origin(int(rows[i]))))
    return np.array(out, dtype=np.intp)


def _place_is_right(d: Datum, edition: Edition, problems: Collector) -> bool:
    regions = edition.vocabulary.get("region", {})
    right = True
    if regions and d.region not in regions:
        problems.add("data.unknown_region", d.origin, region=d.region, near=near(d.region, regions))
        right = False
    if not FIRST_YEAR <= d.year <= LAST_YEAR:
        problems.add("data.year", d.origin, year=d.year)
        right = False
    return right


def _convert(d: Datum, quantity: Quantity, edition: Edition, problems: Collector) -> tuple[float, str] | None:
    label = quantity.label
    if not abs(d.value) <= LARGEST:
        problems.add("data.not_finite", d.origin, label=label, value=d.value)
        return None
    if quantity.id == MEASURED:
        return _convert_measured(d, edition, problems)
    try:
        target = target_unit(d.unit, quantity.unit)
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
    return any(p.code == "slip.magnitude" and p.origin == d.origin for p in problems.reported)


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


def _tables(
    data: ActivityColumns, values: FloatArray, printed: tuple[str, ...], edition: Edition
) -> dict[str, VariableTable]:
    """A table a quantity. All rows are laid out at once, quantity by quantity: a table is a piece of them."""
    known = edition.derived(subject_plans)
    names = data.by_quantity
    order = np.concatenate([*names.values()]) if names else np.zeros(0, dtype=np.intp)
    years = {y: str(y) for y in set(data.year.tolist())}
    of_subject = [known[s].values for s in data.subjects]
    each = zip(data.region[order].tolist(), data.year[order].tolist(), data.subject[order].tolist(), strict=True)
    rows = [(data.regions[r], years[y], *of_subject[s]) for r, y, s in each]
    in_units = [printed[i] for i in order.tolist()]
    values, flags = values[order], flags_of_rows(data)[order]
    tables: dict[str, VariableTable] = {}
    first = 0
    for name, at in names.items():
        keys = edition.declared.quantities.get(name, MEASURED_QUANTITY).all_keys
        piece = slice(first, first + len(at))
        first += len(at)
        of_rows = tuple(rows[piece]), values[piece], tuple(in_units[piece])
        tables[name] = VariableTable(("region", "year", *keys), *of_rows, at, flags[piece])
    return tables


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
