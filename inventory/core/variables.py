"""What each variable of an equation is in each row of a step: activity data, earlier steps, sums, factors, numbers made
of keys."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from . import equation
from .context import Context
from .declarations import ActivityVar, FactorVar, Method, NumberVar, Step
from .edition import Edition
from .ledger import Column, Sum
from .problems import DeclarationError, Origin, bracketed
from .resolved import Resolved, Unresolved
from .rows import Row, picker
from .table import BIT, VariableTable


@dataclass(frozen=True, slots=True)
class StepFrame:
    """What the variables of a step are read against: its rows (values of the keys of `grain`), which steps may be
    absent (`optional`), and the run. Problems go to the context."""

    method: Method
    step: Step
    rows: list[Row]
    grain: tuple[str, ...]
    optional: Mapping[str, bool]
    context: Context

    def activity(self, name: str) -> ActivityVar | None:
        return next((a for a in self.method.activity if a.name == name), None)

    def earlier(self, name: str) -> Step:
        return next(s for s in self.method.steps if s.name == name)


def by_keys(method: Method, step: Step, context: Context) -> tuple[str, ...]:
    if step.by is not None:
        return step.by
    return context.edition.declared.quantities[method.activity[0].quantity].all_keys


def keys_of(name: str, method: Method, table: VariableTable | None, context: Context) -> tuple[str, ...]:
    if table is not None:
        return table.keys
    for a in method.activity:
        if a.name == name:
            return ("region", "year", *context.edition.declared.quantities[a.quantity].all_keys)
    step = next(s for s in method.steps if s.name == name)
    return ("region", "year", *by_keys(method, step, context))


def activity_or_step(name: str, table: VariableTable | None, frame: StepFrame) -> tuple[Column, np.ndarray]:
    """An activity or step variable of the same or a coarser grain, one entry a row."""
    rows, context = frame.rows, frame.context
    activity = frame.activity(name)
    keys = keys_of(name, frame.method, table, context)
    refs = _refs_of(rows, frame.grain, keys, table)
    values = np.zeros(len(rows))
    printed: list[str]
    flags = np.zeros(len(rows), dtype=np.intp)
    absent = refs < 0
    gone = bool(absent.any())
    if table is not None and not gone:
        values, flags = table.values[refs], table.flags[refs]
        printed = [table.units[r] for r in refs.tolist()]
    elif table is not None:
        there = ~absent
        values[there] = table.values[refs[there]]
        flags[there] = table.flags[refs[there]]
        printed = [table.units[r] if r >= 0 else "" for r in refs.tolist()]
    else:
        printed = [""] * len(rows)
    if gone:
        unit = _when_absent(name, keys, absent, frame)
        default = activity.default if activity is not None and activity.default is not None else 0.0
        values[absent] = default
        flags[absent] |= BIT["default-zero"]
        printed = [p or unit for p in printed]
    if activity is not None:
        source_refs = np.where(absent, -1, table.refs[refs]) if table is not None else refs
        label = context.edition.declared.quantities[activity.quantity].label
        return Column(
            name, "activity", label, values, tuple(printed), source_refs.astype(np.intp), activity.quantity
        ), flags
    step = frame.earlier(name)
    return Column(name, "step", step.label, values, tuple(printed), refs, name), flags


def _refs_of(rows: list[Row], grain: tuple[str, ...], keys: tuple[str, ...], table: VariableTable | None) -> np.ndarray:
    """The row of the table that each row of a step takes its value from; -1 where it has none."""
    if table is None:
        return np.full(len(rows), -1, dtype=np.intp)
    if grain == keys and len(rows) == len(table.rows) and all(map(operator.is_, rows, table.rows)):
        return np.arange(len(rows), dtype=np.intp)  # a step over its one variable, row by row
    pick, index = picker(grain, keys), table.index
    return np.array([index.get(pick(row), -1) for row in rows], dtype=np.intp)


def _when_absent(name: str, keys: tuple[str, ...], absent: np.ndarray, frame: StepFrame) -> str:
    """The unit of a permitted default; a required variable that lacks rows is a problem for each of them."""
    method, rows, context = frame.method, frame.rows, frame.context
    activity = frame.activity(name)
    if activity is not None:
        quantity = context.edition.declared.quantities[activity.quantity]
        if activity.required and activity.default is None:
            pick = picker(frame.grain, keys)
            for row in dict.fromkeys(pick(r) for r, gone in zip(rows, absent, strict=True) if gone):
                context.missing(method, quantity, row[0], row[1], dict(zip(keys[2:], row[2:], strict=True)))
        return quantity.unit[0]
    step = frame.earlier(name)
    if not frame.optional.get(name, True):
        wanted = next((a for a in method.activity if a.required), method.activity[0])
        quantity = context.edition.declared.quantities[wanted.quantity]
        for row in dict.fromkeys(
            r for r, gone in zip(rows, absent, strict=True) if gone and not context.is_explained(method, r[0], r[1])
        ):
            context.missing(method, quantity, row[0], row[1], {"": step.label["zh"]})
    return step.unit


def sum_column(name: str, table: VariableTable | None, frame: StepFrame) -> tuple[Sum, np.ndarray]:
    """`sum(name)`: the finer rows of each row, added in vocabulary order."""
    method, rows, grain, context = frame.method, frame.rows, frame.grain, frame.context
    activity = frame.activity(name)
    quantity = context.edition.declared.quantities[activity.quantity] if activity else None
    own_step = next((s for s in method.steps if s.name == name), None)
    unit = quantity.unit[0] if quantity else own_step.unit if own_step else "1"
    label = quantity.label if quantity else own_step.label if own_step else {}
    groups: list[list[int]] = [[] for _ in rows]
    flags = np.zeros(len(rows), dtype=np.intp)
    if table is not None:
        if len(set(table.units)) > 1:
            raise DeclarationError(
                f"method {method.id}.{frame.step.name}: sum({name}) would add {sorted(set(table.units))}"
            )
        pick = picker(table.keys, grain)
        at = {row: i for i, row in enumerate(rows)}
        for r, row in enumerate(table.rows):
            i = at.get(pick(row))
            if i is not None:
                groups[i].append(r)
                flags[i] |= table.flags[r]
        unit = table.units[0] if table.units else unit
    may_be_empty = (
        (not activity.required or activity.default is not None) if activity else frame.optional.get(name, True)
    )
    for row, group in zip(rows, groups, strict=True):
        if (
            not group
            and not may_be_empty
            and (quantity is not None or not context.is_explained(method, row[0], row[1]))
        ):
            wanted = (
                quantity
                or context.edition.declared.quantities[
                    next((a for a in method.activity if a.required), method.activity[0]).quantity
                ]
            )
            context.missing(method, wanted, row[0], row[1], dict(zip(grain[2:], row[2:], strict=True)))
    values = table.values if table is not None else np.zeros(0)
    refs = table.refs if table is not None else np.zeros(0, dtype=np.intp)
    column = Column(
        name,
        "activity" if activity else "step",
        label,
        values,
        (unit,) * len(values),
        refs,
        activity.quantity if activity else name,
    )
    return Sum(name, column, tuple(tuple(g) for g in groups)), flags


def factor_column(var: FactorVar, first_refs: np.ndarray | None, frame: StepFrame) -> tuple[Column, np.ndarray]:
    """A factor, looked up once for each combination of keys, gas and (where the project has a say) place."""
    rows, grain, context = frame.rows, frame.grain, frame.context
    parameter = context.edition.declared.parameters[var.parameter]
    names = sorted(var.keys)
    by_place = var.parameter in context.resolver.by_place
    resolved: dict[tuple[str, Row, Row], tuple[float, str, int, int]] = {}
    each: list[tuple[float, str, int, int]] = []
    keys_in = context.readers([var.keys[n] for n in names], grain)
    known = _known_factors(var, frame.method, context)
    gas_of = context.reader(var.gas, grain) if var.gas else lambda row: ""
    datum_of = first_refs.tolist() if first_refs is not None else [-1] * len(rows)
    for i, row in enumerate(rows):
        key_values, gas = keys_in(row), gas_of(row)
        asked = (gas, key_values, row[:2] if by_place else ())
        if asked not in resolved:
            before = known.get((gas, key_values)) if known is not None else None
            if before is not None:
                factor, bits = before
                resolved[asked] = (factor.value, factor.unit, context.number_factor(factor), bits)
            else:
                new = resolved[asked] = _resolve(var, (gas, key_values), row, datum_of[i], frame)
                if known is not None and new[2] >= 0:
                    known[gas, key_values] = context.factors[new[2]], new[3]
        each.append(resolved[asked])
    values, printed, refs, flags = zip(*each, strict=True) if each else ((), (), (), ())
    column = Column(
        var.name, "factor", parameter.label, np.array(values, dtype=float), printed, _positions(refs), var.parameter
    )
    return column, _positions(flags)


Known = dict[tuple[str, Row], tuple[Resolved, int]]  # by gas and keys: the factor and its flags


def _known_factors(var: FactorVar, method: Method, context: Context) -> Known | None:
    """What the edition alone gives this variable, found so far; None where the project has a say in it."""
    resolver = context.resolver
    if not resolver.is_plain(var.parameter):
        return None
    plans = context.edition.derived(factor_plans)
    return plans.setdefault((method.id, var.name, resolver.allow_fallback), {})


def factor_plans(edition: Edition) -> dict[tuple[str, str, bool], Known]:
    """The factors of every method's variables (method, variable, with fallbacks), filled as they are met."""
    return {}


def _positions(numbers: Sequence[int]) -> np.ndarray:
    return np.array(numbers, dtype=np.intp)


def _resolve(
    var: FactorVar, wanted: tuple[str, Row], row: Row, datum: int, frame: StepFrame
) -> tuple[float, str, int, int]:
    """(value, unit, position in the ledger's factors, flags) for a gas and values of the variable's keys (sorted by
    name); a failure becomes a problem and a value of 0."""
    method, grain, context = frame.method, frame.grain, frame.context
    gas, key_values = wanted
    names = sorted(var.keys)
    parameter = context.edition.declared.parameters[var.parameter]

    def origin() -> Origin:  # looked for only when there is something to tell
        return context.prepared.data.origin(datum) if datum >= 0 else _nearest(method, row, grain, context)

    for name, value in zip(names, key_values, strict=True):
        source = var.keys[name]
        if not value and source.startswith("@"):
            key, _, attribute = source[1:].partition(".")
            context.problems.add(
                "data.attribute",
                origin(),
                key=key,
                value=row[grain.index(key)],
                attribute=attribute,
                label=parameter.label,
            )
            return 0.0, parameter.unit[0], -1, 0
    keys = tuple((n, v) for n, v in zip(names, key_values, strict=True) if v)
    result = context.resolver(var.parameter, gas, keys, (("region", row[0]), ("year", row[1])))
    if isinstance(result, Unresolved):
        text = "；".join(f"{k}={v}" for k, v in keys) + (f"；gas={gas}" if gas else "")
        if result.ambiguous:
            context.problems.add(
                "factor.ambiguous",
                origin(),
                label=parameter.label,
                keys=bracketed(text),
                candidates="、".join(result.candidates),
            )
        else:
            notes = [f"（{n}）" for n in result.notes]
            detail = {
                "zh": "".join(
                    [f"；{c} 没有数值" for c in result.candidates]
                    + notes
                    + ([f"；替代值 {result.forbidden} 已被 --no-fallback 禁止"] if result.forbidden else [])
                ),
                "en": "".join(
                    [f"; {c} has no figure" for c in result.candidates]
                    + notes
                    + ([f"; the fallback {result.forbidden} is forbidden by --no-fallback"] if result.forbidden else [])
                ),
            }
            place = {lang: f"{row[0]} {row[1]} {method.label.get(lang, method.label['zh'])}" for lang in ("zh", "en")}
            context.problems.add(
                "factor.missing",
                origin(),
                place=place,
                label=parameter.label,
                keys=text,
                shown=bracketed(text),
                detail=detail,
                unit="、".join(parameter.unit),
                parameter=var.parameter,
            )
        return 0.0, parameter.unit[0], -1, 0
    flags = BIT.get(result.step, 0) | (BIT.get(result.standing, 0) if not result.checked_by and not var.relative else 0)
    if result.computed is not None:  # a figure that a step computed hands on what that row was made of
        flags |= int(context.flags[result.computed[:2]][result.computed[2]])
    return result.value, result.unit, context.number_factor(result), flags


def _nearest(method: Method, row: Row, grain: tuple[str, ...], context: Context) -> Origin:
    """Where the first of the data stands that a row adds up, so that a message names a place; empty when there is
    none."""
    for activity in method.activity:
        table = context.prepared.tables.get(activity.quantity)
        if table is None:
            continue
        shared = [(table.keys.index(key), value) for key, value in zip(grain, row, strict=True) if key in table.keys]
        for r, candidate in enumerate(table.rows):
            if table.refs[r] >= 0 and all(candidate[i] == value for i, value in shared):
                return context.prepared.data.origin(int(table.refs[r]))
    return Origin()


def number_column(var: NumberVar, rows: list[Row], grain: tuple[str, ...]) -> Column:
    parsed = equation.parse(var.text)
    at = {name: grain.index(name) for name in parsed.names}
    values = np.array(
        [equation.evaluate(var.text, {n: float(row[i]) for n, i in at.items()}) for row in rows], dtype=float
    )
    label = var.label or {"zh": var.name, "en": var.name}
    return Column(
        var.name, "number", label, values, (var.unit,) * len(rows), np.full(len(rows), -1, dtype=np.intp), var.text
    )
