"""One step of a method: which rows it has, the checked equation over them, the values.

A step has a grain (region, year and its `by` keys). A variable of the same grain is taken row by row, a coarser one is
repeated, a finer one is summed by `sum(name)`. The unit check runs once per distinct combination of printed units.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from . import equation, units
from .context import Context
from .declarations import Method, Step
from .ledger import Column, StepTable, Sum
from .problems import DeclarationError
from .rows import Row, joined, picker
from .table import VariableTable
from .variables import StepFrame, activity_or_step, by_keys, factor_column, keys_of, number_column, sum_column

Given = tuple[Mapping[str, VariableTable], Mapping[str, VariableTable]]  # activity data, results of earlier steps


def variable_of(result: StepTable, context: Context) -> VariableTable:
    """The result of a step as a variable of later ones."""
    units_of_rows = (result.unit,) * len(result.rows)
    at, flags = np.arange(len(result.rows), dtype=np.intp), context.flags[(result.method.id, result.name)]
    return VariableTable(result.keys, result.rows, result.values, units_of_rows, at, flags)


def evaluate_step(
    method: Method, step: Step, given: Given, optional: dict[str, bool], context: Context
) -> StepTable | None:
    """One step over all its rows; None when there are no rows at all. Problems go to the context."""
    text = step.text_under(context.choices)
    parsed = equation.parse(text)
    tables = _tables_of(method, {*parsed.names, *parsed.summed}, given)
    listed = _tables_of(method, filter(None, [step.rows]), given)
    grain = ("region", "year", *by_keys(method, step, context))
    rows = _rows(method, step, grain, parsed, {**tables, **listed}, context)
    if step.gas and context.measured:
        rows = tuple(
            r
            for r in rows
            if (r[0], r[1], context.emission_category(method, step, grain, r), context.value_of(step.gas, grain, r))
            not in context.measured
        )
    optional[step.name] = _is_optional(method, parsed, optional)
    if not rows:
        return None if not step.gas else _empty(method, step, grain, text, context)
    columns: dict[str, Column] = {}
    sums: dict[str, Sum] = {}
    flags = np.zeros(len(rows), dtype=np.intp)
    frame = StepFrame(method, step, rows, grain, optional, context)
    factor_of = {f.name: f for f in method.factor}
    number_of = {n.name: n for n in method.number}
    first_refs: np.ndarray | None = None
    for name in (n for n in parsed.names if n not in factor_of and n not in number_of):
        columns[name], more = activity_or_step(name, tables[name], frame)
        flags |= more
        if first_refs is None and columns[name].kind == "activity":
            first_refs = columns[name].refs
    for name in parsed.summed:
        sums[name], more = sum_column(name, tables[name], frame)
        flags |= more
    for name in (n for n in parsed.names if n in factor_of):
        columns[name], more = factor_column(factor_of[name], first_refs, frame)
        flags |= more
    for name in (n for n in parsed.names if n in number_of):
        columns[name] = number_column(number_of[name], rows, grain)
    columns = {name: columns[name] for name in parsed.names}
    context.flags[(method.id, step.name)] = flags
    with np.errstate(all="ignore"):  # a division by nothing is told below, in words
        texts, variants, values = _compute(frame, text, columns, sums)
    return StepTable(
        method,
        step,
        grain,
        rows,
        columns,
        sums,
        texts,
        variants,
        values,
        step.unit,
        np.full(len(rows), -1, dtype=np.intp),
    )


def _empty(method: Method, step: Step, grain: tuple[str, ...], text: str, context: Context) -> StepTable:
    none = np.zeros(0, dtype=np.intp)
    context.flags[(method.id, step.name)] = none
    return StepTable(method, step, grain, (), {}, {}, (text,), none, np.zeros(0), step.unit, none)


def _tables_of(method: Method, names: Iterable[str], given: Given) -> dict[str, VariableTable | None]:
    """Activity and earlier steps by name; factors and numbers are not tables and are left out."""
    data, earlier = given
    tables: dict[str, VariableTable | None] = {}
    activity = {a.name for a in method.activity}
    for name in names:
        if name in activity:
            tables[name] = data.get(name)
        elif name in earlier:
            tables[name] = earlier[name]
        elif any(s.name == name for s in method.steps):
            tables[name] = None
    return tables


def _rows(
    method: Method,
    step: Step,
    grain: tuple[str, ...],
    parsed: equation.Equation,
    tables: Mapping[str, VariableTable | None],
    context: Context,
) -> tuple[Row, ...]:
    """All key tuples of the step: those of variables with the same grain, and of the sums, in vocabulary order."""
    contributing: list[VariableTable] = []
    contributes = False
    for name, table in tables.items():
        keys = keys_of(name, method, table, context)
        if name in parsed.summed:
            if not set(grain) <= set(keys):
                raise DeclarationError(
                    f"method {method.id}.{step.name}: sum({name}) has the keys {keys}, not finer than {grain}"
                )
        elif not set(keys) <= set(grain):
            raise DeclarationError(
                f"method {method.id}.{step.name}: {name} has the keys {keys}, finer than {grain}: use sum()"
            )
        if name in parsed.summed or set(keys) == set(grain):
            contributes = True
            if table is not None:
                contributing.append(table)
    if contributes:
        return _together(contributing, grain, context)
    return tuple(sorted(dict.fromkeys(_joined(method, step, grain, tables)), key=context.order.rows(grain)))


def _together(tables: Sequence[VariableTable], grain: tuple[str, ...], context: Context) -> tuple[Row, ...]:
    """The rows of several tables at this grain, each once. A table stands in vocabulary order, and so do the
    beginnings of its rows: only what other tables add has to be sorted."""
    if not tables:
        return ()
    first = tables[0]
    others = [t for t in tables[1:] if t.rows is not first.rows]
    if first.keys == grain and not others:
        return first.rows
    rows = dict.fromkeys(map(picker(first.keys, grain), first.rows))
    known = len(rows)
    for table in others:
        rows.update(dict.fromkeys(map(picker(table.keys, grain), table.rows)))
    if len(rows) == known and first.keys[: len(grain)] == grain:
        return first.rows if first.keys == grain else tuple(rows)
    return tuple(sorted(rows, key=context.order.rows(grain)))


def _joined(
    method: Method, step: Step, grain: tuple[str, ...], tables: Mapping[str, VariableTable | None]
) -> list[Row]:
    """Rows of a step of which no variable has all keys, but several have them together."""
    known = [t for t in tables.values() if t is not None]
    if len(known) < len(tables):
        return []  # a variable without data: asked for elsewhere when it is required
    keys, rows = joined((t.keys, t.rows) for t in known)
    if set(keys) != set(grain):
        raise DeclarationError(f"method {method.id}.{step.name}: no variables have the rows {grain}")
    return [picker(keys, grain)(row) for row in rows]


def _is_optional(method: Method, parsed: equation.Equation, optional: Mapping[str, bool]) -> bool:
    """A step is optional when everything it is made of is."""
    activity = {a.name: not a.required or a.default is not None for a in method.activity}
    known = [
        activity[n] if n in activity else optional[n]
        for n in (*parsed.names, *parsed.summed)
        if n in activity or n in optional
    ]
    return bool(known) and all(known)


def _compute(
    frame: StepFrame, text: str, columns: Mapping[str, Column], sums: Mapping[str, Sum]
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Scaled texts, which one each row uses, and the values."""
    method, step, rows, context = frame.method, frame.step, frame.rows, frame.context
    totals = {name: _add_up(s) for name, s in sums.items()}
    names = list(columns)
    uniform = all(len(set(c.units)) == 1 for c in columns.values())
    signatures = (
        [tuple(c.units[0] for c in columns.values())]
        if uniform
        else list(zip(*(c.units for c in columns.values()), strict=True))
    )
    distinct = {s: i for i, s in enumerate(dict.fromkeys(signatures))}
    variants = (
        np.zeros(len(rows), dtype=np.intp) if uniform else np.array([distinct[s] for s in signatures], dtype=np.intp)
    )
    sum_units = {
        name: (s.column.units[0] if s.column.units else _sum_unit(name, method, context)) for name, s in sums.items()
    }
    values = np.zeros(len(rows))
    texts = []
    for signature, number in distinct.items():
        gas = step.unit.format(gas="") if "{gas}" in step.unit else step.unit
        try:
            scaled = equation.check(text, {**dict(zip(names, signature, strict=True)), **sum_units}, gas)
        except units.DimensionError as error:
            if not _entered_in_another_unit(
                text,
                gas,
                dict(zip(names, signature, strict=True)) | sum_units,
                columns,
                [i for i, v in enumerate(variants) if v == number],
                context,
            ):
                raise DeclarationError(f"method {method.id}.{step.name}: {error}") from error
            texts.append(text)
            continue
        texts.append(scaled)
        chosen = slice(None) if len(distinct) == 1 else variants == number
        arguments = {name: c.values[chosen] for name, c in columns.items()}
        arguments.update({equation.sum_name(name): t[chosen] for name, t in totals.items()})
        values[chosen] = equation.evaluate(scaled, arguments)
    return tuple(texts), variants, values


def _entered_in_another_unit(
    text: str, target: str, signature: Mapping[str, str], columns: Mapping[str, Column], at: list[int], context: Context
) -> bool:
    """Is a failing unit check the input's fault: a quantity with several units entered in the one that its factor does
    not fit (gas in t)?

    The data concerned become problems. A row whose factor was not found has been told already and has no unit to speak
    of.
    """

    def works(name: str, unit: str) -> bool:
        try:
            return bool(equation.check(text, {**signature, name: unit}, target))
        except units.DimensionError:
            return False

    reported = {i for i in at if any(c.kind == "factor" and c.refs[i] < 0 for c in columns.values())}
    for name, column in columns.items():
        quantity = context.edition.declared.quantities.get(column.source) if column.kind == "activity" else None
        if quantity is None:
            continue
        other = [u for u in quantity.unit if u != signature[name] and works(name, u)]
        for i in at:
            if other and i not in reported and column.refs[i] >= 0:
                d = context.prepared.data[column.refs[i]]
                label = f"{quantity.label['zh']}（{'；'.join(f'{k}={v}' for k, v in d.item)}）"
                context.problems.add("unit.dimension", d.origin, unit=d.unit, label=label, expected="、".join(other))
                reported.add(i)
    return set(at) <= reported


def _sum_unit(name: str, method: Method, context: Context) -> str:
    for a in method.activity:
        if a.name == name:
            return context.edition.declared.quantities[a.quantity].unit[0]
    return next(s.unit for s in method.steps if s.name == name)


def _add_up(s: Sum) -> np.ndarray:
    out = np.zeros(len(s.groups))
    which = np.repeat(np.arange(len(s.groups)), [len(g) for g in s.groups])
    members = np.array([m for g in s.groups for m in g], dtype=np.intp)
    if len(members):
        out += np.bincount(which, weights=s.column.values[members], minlength=len(s.groups))
    return out
