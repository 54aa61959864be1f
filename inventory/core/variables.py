"""What each variable of an equation is in each row of a step: activity data, earlier steps, sums, factors, numbers made
of keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from . import equation
from .context import Context
from .declarations import ActivityVar, FactorVar, Method, NumberVar, Parameter, Step
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
    rows: Sequence[Row]
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
    printed: Sequence[str]
    flags = np.zeros(len(rows), dtype=np.intp)
    absent = refs < 0
    gone = bool(absent.any())
    if table is not None and not gone:
        values, flags = table.values[refs], table.flags[refs]
        printed = table.units if rows is table.rows else [table.units[r] for r in refs.tolist()]
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


def _refs_of(
    rows: Sequence[Row], grain: tuple[str, ...], keys: tuple[str, ...], table: VariableTable | None
) -> np.ndarray:
    """The row of the table that each row of a step takes its value from; -1 where it has none."""
    if table is None:
        return np.full(len(rows), -1, dtype=np.intp)
    if rows is table.rows and grain == keys:
        return np.arange(len(rows), dtype=np.intp)  # a step over its one variable, row by row
    index = table.index
    return np.array([index.get(row, -1) for row in map(picker(grain, keys), rows)], dtype=np.intp)


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
        at = {row: i for i, row in enumerate(rows)}
        sums = [at.get(row, -1) for row in map(picker(table.keys, grain), table.rows)]
        for r, i in enumerate(sums):
            if i >= 0:
                groups[i].append(r)
        inside = np.array(sums, dtype=np.intp)
        np.bitwise_or.at(flags, inside[inside >= 0], table.flags[inside >= 0])
        unit = table.units[0] if table.units else unit
    may_be_empty = (
        (not activity.required or activity.default is not None) if activity else frame.optional.get(name, True)
    )
    for row, group in zip(rows, groups, strict=True) if not (may_be_empty or all(groups)) else ():
        if not group and (quantity is not None or not context.is_explained(method, row[0], row[1])):
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
    rows, context = frame.rows, frame.context
    reading, plain = _reading_of(var, frame)
    known = reading.known if plain else {}
    number: dict[Row, int] = {}
    codes = [number.setdefault(read, len(number)) for read in map(reading.read, rows)]
    first: dict[int, int] = {}  # of each combination the row that has it first
    resolved: dict[tuple[str, Row, Row], Looked] = {}
    each: list[Looked] = []
    for read, code in number.items():
        before = known.get(read)
        if before is not None:
            factor, bits = before
            each.append((factor.value, factor.unit, context.number_factor(factor), bits))
            continue
        if not first:
            first = dict(zip(reversed(codes), range(len(codes) - 1, -1, -1), strict=True))
            keys_in = context.readers([var.keys[n] for n in sorted(var.keys)], frame.grain)
            gas_of = context.reader(var.gas, frame.grain) if var.gas else lambda row: ""
        i = first[code]
        row = rows[i]
        gas, key_values = gas_of(row), keys_in(row)
        asked = (gas, key_values, row[:2] if reading.by_place else ())
        if asked not in resolved:
            datum = int(first_refs[i]) if first_refs is not None else -1
            resolved[asked] = _resolve(var, (gas, key_values), row, datum, frame)
        new = resolved[asked]
        if plain and new[2] >= 0:
            known[read] = context.factors[new[2]], new[3]
        each.append(new)
    return _spread(var, each, codes, context)


Looked = tuple[float, str, int, int]  # value, unit, position in the ledger's factors (-1: none), flags


def _spread(
    var: FactorVar, each: Sequence[Looked], codes: Sequence[int], context: Context
) -> tuple[Column, np.ndarray]:
    """What each combination gave, for every row."""
    values, printed, refs, flags = zip(*each, strict=True) if each else ((), (), (), ())
    label, at = context.edition.declared.parameters[var.parameter].label, _positions(codes)
    in_units = printed[:1] * len(codes) if len(set(printed)) == 1 else tuple([printed[c] for c in codes])
    numbers = np.array(values, dtype=float)[at]
    column = Column(var.name, "factor", label, numbers, in_units, _positions(refs)[at], var.parameter)
    return column, _positions(flags)[at]


Known = dict[Row, tuple[Resolved, int]]  # by the keys that decide: the factor and its flags


@dataclass(frozen=True, slots=True)
class FactorReading:
    """How the factor of a variable is looked up: `read` takes the keys that decide from a row, region and year among
    them where `by_place`; `known` has what the edition alone gave for them so far."""

    read: Callable[[Row], Row]
    by_place: bool
    known: Known


def factor_readings(edition: Edition) -> dict[tuple[object, ...], FactorReading]:
    """By method, variable, grain, options of choices and what the project has a say in; filled as they are met."""
    return {}


def _reading_of(var: FactorVar, frame: StepFrame) -> tuple[FactorReading, bool]:
    """The reading of a variable, and whether the edition alone decides about its factors."""
    context, resolver = frame.context, frame.context.resolver
    sources = (*var.keys.values(), var.gas)
    options = tuple([context.choices[s[1:]][0] for s in sources if s[:1] == "?"])
    by_place = var.parameter in resolver.by_place
    readings = context.edition.derived(factor_readings)
    asked = (frame.method.id, var.name, frame.grain, options, by_place, resolver.allow_fallback)
    if asked not in readings:
        readings[asked] = FactorReading(picker(frame.grain, _deciding(sources, frame.grain, by_place)), by_place, {})
    return readings[asked], resolver.is_plain(var.parameter)


def _deciding(sources: Sequence[str], grain: tuple[str, ...], by_place: bool) -> tuple[str, ...]:
    """The keys of a row that decide about a factor, in the order of the grain."""
    named = {s[1:].partition(".")[0] if s.startswith("@") else s for s in sources}
    if any(s.startswith("@") for s in sources):
        named.add("year")  # an attribute may differ from year to year
    return tuple(k for k in grain if k in named or (by_place and k in ("region", "year")))


def _positions(numbers: Sequence[int]) -> np.ndarray:
    return np.array(numbers, dtype=np.intp)


def _resolve(
    var: FactorVar, wanted: tuple[str, Row], row: Row, datum: int, frame: StepFrame
) -> tuple[float, str, int, int]:
    """(value, unit, position in the ledger's factors, flags) for a gas and values of the variable's keys (sorted by
    name); a failure becomes a problem and a value of 0."""
    grain, context = frame.grain, frame.context
    gas, key_values = wanted
    names = sorted(var.keys)
    parameter = context.edition.declared.parameters[var.parameter]
    for name, value in zip(names, key_values, strict=True):
        source = var.keys[name]
        if not value and source.startswith("@"):
            key, _, attribute = source[1:].partition(".")
            context.problems.add(
                "data.attribute",
                _origin_of(row, datum, frame),
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
        _report_unresolved(result, parameter, text, row, _origin_of(row, datum, frame), frame)
        return 0.0, parameter.unit[0], -1, 0
    flags = BIT.get(result.step, 0) | (BIT.get(result.standing, 0) if not result.checked_by and not var.relative else 0)
    if result.computed is not None:  # a figure that a step computed hands on what that row was made of
        flags |= int(context.flags[result.computed[:2]][result.computed[2]])
    return result.value, result.unit, context.number_factor(result), flags


def _origin_of(row: Row, datum: int, frame: StepFrame) -> Origin:
    """Where the row's datum stands, or the first of the data that it adds up."""
    if datum >= 0:
        return frame.context.prepared.data.origin(datum)
    return _nearest(frame.method, row, frame.grain, frame.context)


def _report_unresolved(
    result: Unresolved, parameter: Parameter, keys: str, row: Row, origin: Origin, frame: StepFrame
) -> None:
    """Several factors that fit equally well, or none: with the candidates that have no figure and what was ruled out."""
    problems, label = frame.context.problems, parameter.label
    if result.ambiguous:
        candidates = "、".join(result.candidates)
        problems.add("factor.ambiguous", origin, label=label, keys=bracketed(keys), candidates=candidates)
        return
    notes = "".join(f"（{n}）" for n in result.notes)
    detail = {
        "zh": "".join(f"；{c} 没有数值" for c in result.candidates) + notes,
        "en": "".join(f"; {c} has no figure" for c in result.candidates) + notes,
    }
    if result.forbidden:
        detail["zh"] += f"；替代值 {result.forbidden} 已被 --no-fallback 禁止"
        detail["en"] += f"; the fallback {result.forbidden} is forbidden by --no-fallback"
    method = frame.method.label
    problems.add(
        "factor.missing",
        origin,
        place={lang: f"{row[0]} {row[1]} {method.get(lang, method['zh'])}" for lang in ("zh", "en")},
        label=label,
        keys=keys,
        shown=bracketed(keys),
        detail=detail,
        unit="、".join(parameter.unit),
        parameter=parameter.id,
    )


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


def number_column(var: NumberVar, rows: Sequence[Row], grain: tuple[str, ...]) -> Column:
    parsed = equation.parse(var.text)
    at = {name: grain.index(name) for name in parsed.names}
    values = np.array(
        [equation.evaluate(var.text, {n: float(row[i]) for n, i in at.items()}) for row in rows], dtype=float
    )
    label = var.label or {"zh": var.name, "en": var.name}
    return Column(
        var.name, "number", label, values, (var.unit,) * len(rows), np.full(len(rows), -1, dtype=np.intp), var.text
    )
