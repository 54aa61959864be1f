"""One step of a method: which rows it has, what each variable is in each row, the checked equation, the values.

A step has a grain (region, year and its `by` keys). A variable of the same grain is taken row by row, a coarser one is repeated, a finer
one is summed by `sum(name)`. The unit check runs once per distinct combination of printed units.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from . import equation, units
from .declarations import FactorVar, Method, NumberVar, Quantity, Step
from .edition import Edition
from .ledger import Column, StepTable, Sum
from .prepare import BIT, KeyOrder, Prepared, Table
from .problems import Collector, DeclarationError, Origin
from .resolve import Resolved, Resolver, Unresolved
from .rows import Row, joined, picker


@dataclass
class Context:
    """What the steps of one compilation share: the edition, the resolver, and what has been found so far."""

    edition: Edition
    resolver: Resolver
    choices: Mapping[str, tuple[str, str]]
    prepared: Prepared
    problems: Collector
    order: KeyOrder
    measured: Mapping[tuple[str, str, str, str], int]
    superseded: dict[str, list[tuple[tuple[str, ...], frozenset[Row]]]] = field(default_factory=dict)
    factors: list[Resolved] = field(default_factory=list)
    flags: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    _factor_at: dict[int, int] = field(default_factory=dict)
    _tonnes: dict[tuple[str, str], Fraction] = field(default_factory=dict)

    def value_of(self, source: str, keys: tuple[str, ...], row: Row) -> str:
        """What a declared source means in a row: `key`, `@key.attribute`, `=literal`, `?choice`; other text is itself."""
        if source.startswith("@"):
            key, _, attribute = source[1:].partition(".")
            at = keys.index(key)
            return self.edition.attribute(key, row[at], attribute, row[1])
        if source.startswith("="):
            return source[1:]
        if source.startswith("?"):
            return self.choices[source[1:]][0]
        return row[keys.index(source)] if source in keys else source

    def emission_category(self, method: Method, step: Step, keys: tuple[str, ...], row: Row) -> str:
        category = self.value_of(step.category or "category", keys, row)
        if category not in self.edition.categories:
            raise DeclarationError(f"method {method.id}.{step.name}: {step.category or 'category'} gives {category!r}, which is no category ({row})")
        return category

    def to_tonnes(self, unit: str, gas: str) -> Fraction:
        """Scale from a step's printed unit to tonnes of the gas; a plain mass counts as mass of the gas it is declared to be."""
        if (unit, gas) not in self._tonnes:
            plain = unit.format(gas=gas)
            target = f"t {gas}" if units.parse(plain).dims != units.parse("t").dims else "t"
            self._tonnes[(unit, gas)] = units.ratio(plain, target)
        return self._tonnes[(unit, gas)]

    def number_factor(self, factor: Resolved) -> int:
        """Position of a factor in the ledger's list; the same figure for the same reason stands there once."""
        if id(factor) not in self._factor_at:
            self._factor_at[id(factor)] = len(self.factors)
            self.factors.append(factor)
        return self._factor_at[id(factor)]

    def missing(self, method: Method, quantity: Quantity, region: str, year: str, keys: Mapping[str, str]) -> None:
        text = "；".join(f"{k}={v}" for k, v in keys.items())
        self.problems.add("data.missing", Origin(), region=region, year=year, method=method.label["zh"], label=quantity.label["zh"],
                          keys=f"（{text}）" if text else "", unit="、".join(quantity.unit), quantity=quantity.id)


def evaluate_step(method: Method, step: Step, data: Mapping[str, Table], made: Mapping[str, StepTable], optional: dict[str, bool],
                  active: set[tuple[str, str]], context: Context) -> StepTable | None:
    """One step over all its rows; None when there are no rows at all. Problems go to the context."""
    text = step.text_under(context.choices)
    parsed = equation.parse(text)
    tables = _tables_of(method, {*parsed.names, *parsed.summed}, data, made, context)
    grain = ("region", "year", *_by(method, step, context))
    rows = _rows(method, step, grain, parsed, tables, context)
    if step.gas and context.measured:
        rows = [r for r in rows if (r[0], r[1], context.emission_category(method, step, grain, r), context.value_of(step.gas, grain, r))
                not in context.measured]
    optional[step.name] = _is_optional(method, parsed, optional)
    if not rows:
        return None if not step.gas else _empty(method, step, grain, text, context)
    columns: dict[str, Column] = {}
    sums: dict[str, Sum] = {}
    flags = np.zeros(len(rows), dtype=np.intp)
    factor_of = {f.name: f for f in method.factor}
    number_of = {n.name: n for n in method.number}
    first_refs: np.ndarray | None = None
    for name in (n for n in parsed.names if n not in factor_of and n not in number_of):
        columns[name], more = _column(name, method, tables[name], rows, grain, optional, context)
        flags |= more
        if first_refs is None and columns[name].kind == "activity":
            first_refs = columns[name].refs
    for name in parsed.summed:
        sums[name], more = _sum(name, method, step, tables[name], rows, grain, optional, context)
        flags |= more
    for name in (n for n in parsed.names if n in factor_of):
        columns[name], more = _factor_column(factor_of[name], method, rows, grain, first_refs, context)
        flags |= more
    for name in (n for n in parsed.names if n in number_of):
        columns[name] = _number_column(number_of[name], rows, grain)
    columns = {name: columns[name] for name in parsed.names}
    context.flags[(method.id, step.name)] = flags
    texts, variants, values = _compute(method, step, text, columns, sums, rows, context)
    return StepTable(method, step, grain, tuple(rows), columns, sums, texts, variants, values, step.unit, np.full(len(rows), -1, dtype=np.intp))


def _empty(method: Method, step: Step, grain: tuple[str, ...], text: str, context: Context) -> StepTable:
    none = np.zeros(0, dtype=np.intp)
    context.flags[(method.id, step.name)] = none
    return StepTable(method, step, grain, (), {}, {}, (text,), none, np.zeros(0), step.unit, none)


def _by(method: Method, step: Step, context: Context) -> tuple[str, ...]:
    if step.by is not None:
        return step.by
    return context.edition.declared.quantities[method.activity[0].quantity].all_keys


def _tables_of(method: Method, names: Iterable[str], data: Mapping[str, Table], made: Mapping[str, StepTable], context: Context) -> dict[str, Table | None]:
    """Activity and earlier steps by name; factors and numbers are not tables and are left out."""
    found: dict[str, Table | None] = {}
    activity = {a.name for a in method.activity}
    for name in names:
        if name in activity:
            found[name] = data.get(name)
        elif name in made:
            t = made[name]
            found[name] = Table(t.keys, t.rows, t.values, (t.unit,) * len(t.rows), np.arange(len(t.rows), dtype=np.intp), context.flags[(method.id, name)])
        elif any(s.name == name for s in method.steps):
            found[name] = None
    return found


def _keys_of(name: str, method: Method, table: Table | None, context: Context) -> tuple[str, ...]:
    if table is not None:
        return table.keys
    for a in method.activity:
        if a.name == name:
            return ("region", "year", *context.edition.declared.quantities[a.quantity].all_keys)
    step = next(s for s in method.steps if s.name == name)
    return ("region", "year", *_by(method, step, context))


def _rows(method: Method, step: Step, grain: tuple[str, ...], parsed: equation.Equation, tables: Mapping[str, Table | None],
          context: Context) -> list[Row]:
    """All key tuples of the step: those of variables with the same grain, and of the sums, in vocabulary order."""
    found: dict[Row, None] = {}
    contributes = False
    for name, table in tables.items():
        keys = _keys_of(name, method, table, context)
        if name in parsed.summed:
            if not set(grain) <= set(keys):
                raise DeclarationError(f"method {method.id}.{step.name}: sum({name}) has the keys {keys}, not finer than {grain}")
        elif not set(keys) <= set(grain):
            raise DeclarationError(f"method {method.id}.{step.name}: {name} has the keys {keys}, finer than {grain}: use sum()")
        if name in parsed.summed or set(keys) == set(grain):
            contributes = True
            if table is not None:
                pick = picker(table.keys, grain)
                found.update(dict.fromkeys(pick(row) for row in table.rows))
    if not contributes:
        found = dict.fromkeys(_joined(method, step, grain, tables))
    return sorted(found, key=lambda r: context.order.row(grain, r))


def _joined(method: Method, step: Step, grain: tuple[str, ...], tables: Mapping[str, Table | None]) -> list[Row]:
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
    known = [activity[n] if n in activity else optional[n] for n in (*parsed.names, *parsed.summed) if n in activity or n in optional]
    return bool(known) and all(known)


def _column(name: str, method: Method, table: Table | None, rows: list[Row], grain: tuple[str, ...], optional: Mapping[str, bool],
            context: Context) -> tuple[Column, np.ndarray]:
    """An activity or step variable of the same or a coarser grain, one entry a row."""
    activity = next((a for a in method.activity if a.name == name), None)
    keys = _keys_of(name, method, table, context)
    pick = picker(grain, keys)
    index = table.index if table is not None else {}
    refs = np.array([index.get(pick(row), -1) for row in rows], dtype=np.intp)
    values = np.zeros(len(rows))
    printed: list[str]
    flags = np.zeros(len(rows), dtype=np.intp)
    absent = refs < 0
    if table is not None:
        there = ~absent
        values[there] = table.values[refs[there]]
        flags[there] = table.flags[refs[there]]
        printed = [table.units[r] if r >= 0 else "" for r in refs]
    else:
        printed = [""] * len(rows)
    if absent.any():
        unit = _when_absent(name, method, rows, grain, keys, absent, optional, context)
        default = activity.default if activity is not None and activity.default is not None else 0.0
        values[absent] = default
        flags[absent] |= BIT["default-zero"]
        printed = [p or unit for p in printed]
    if activity is not None:
        source_refs = np.where(absent, -1, table.refs[refs]) if table is not None else refs
        label = context.edition.declared.quantities[activity.quantity].label
        return Column(name, "activity", label, values, tuple(printed), source_refs.astype(np.intp), activity.quantity), flags
    step = next(s for s in method.steps if s.name == name)
    return Column(name, "step", step.label, values, tuple(printed), refs, name), flags


def _when_absent(name: str, method: Method, rows: list[Row], grain: tuple[str, ...], keys: tuple[str, ...], absent: np.ndarray,
                 optional: Mapping[str, bool], context: Context) -> str:
    """The unit of a permitted default; a required variable that lacks rows is a problem for each of them."""
    activity = next((a for a in method.activity if a.name == name), None)
    if activity is not None:
        quantity = context.edition.declared.quantities[activity.quantity]
        if activity.required and activity.default is None:
            pick = picker(grain, keys)
            for row in dict.fromkeys(pick(r) for r, gone in zip(rows, absent, strict=True) if gone):
                context.missing(method, quantity, row[0], row[1], dict(zip(keys[2:], row[2:], strict=True)))
        return quantity.unit[0]
    step = next(s for s in method.steps if s.name == name)
    if not optional.get(name, True):
        wanted = next((a for a in method.activity if a.required), method.activity[0])
        quantity = context.edition.declared.quantities[wanted.quantity]
        for row in dict.fromkeys(r for r, gone in zip(rows, absent, strict=True) if gone):
            context.missing(method, quantity, row[0], row[1], {"": step.label["zh"]})
    return step.unit


def _sum(name: str, method: Method, step: Step, table: Table | None, rows: list[Row], grain: tuple[str, ...], optional: Mapping[str, bool],
         context: Context) -> tuple[Sum, np.ndarray]:
    """`sum(name)`: the finer rows of each row, added in vocabulary order."""
    activity = next((a for a in method.activity if a.name == name), None)
    quantity = context.edition.declared.quantities[activity.quantity] if activity else None
    own_step = next((s for s in method.steps if s.name == name), None)
    unit = quantity.unit[0] if quantity else own_step.unit if own_step else "1"
    label = quantity.label if quantity else own_step.label if own_step else {}
    groups: list[list[int]] = [[] for _ in rows]
    flags = np.zeros(len(rows), dtype=np.intp)
    if table is not None:
        if len(set(table.units)) > 1:
            raise DeclarationError(f"method {method.id}.{step.name}: sum({name}) would add {sorted(set(table.units))}")
        pick = picker(table.keys, grain)
        at = {row: i for i, row in enumerate(rows)}
        for r, row in enumerate(table.rows):
            i = at.get(pick(row))
            if i is not None:
                groups[i].append(r)
                flags[i] |= table.flags[r]
        unit = table.units[0] if table.units else unit
    may_be_empty = (not activity.required or activity.default is not None) if activity else optional.get(name, True)
    for row, group in zip(rows, groups, strict=True):
        if not group and not may_be_empty:
            wanted = quantity or context.edition.declared.quantities[next((a for a in method.activity if a.required), method.activity[0]).quantity]
            context.missing(method, wanted, row[0], row[1], dict(zip(grain[2:], row[2:], strict=True)))
    values = table.values if table is not None else np.zeros(0)
    refs = table.refs if table is not None else np.zeros(0, dtype=np.intp)
    column = Column(name, "activity" if activity else "step", label, values, (unit,) * len(values), refs, activity.quantity if activity else name)
    return Sum(name, column, tuple(tuple(g) for g in groups)), flags


def _factor_column(var: FactorVar, method: Method, rows: list[Row], grain: tuple[str, ...], first_refs: np.ndarray | None,
                   context: Context) -> tuple[Column, np.ndarray]:
    parameter = context.edition.declared.parameters[var.parameter]
    names = sorted(var.keys)
    found: dict[tuple[str, Row], tuple[float, str, int, int]] = {}
    values, printed = np.zeros(len(rows)), []
    refs, flags = np.zeros(len(rows), dtype=np.intp), np.zeros(len(rows), dtype=np.intp)
    for i, row in enumerate(rows):
        key_values = tuple(context.value_of(var.keys[n], grain, row) for n in names)
        gas = context.value_of(var.gas, grain, row) if var.gas else ""
        asked = (gas, key_values)
        if asked not in found:
            datum = int(first_refs[i]) if first_refs is not None else -1
            found[asked] = _resolve(var, names, key_values, gas, method, row, grain, datum, context)
        values[i], unit, refs[i], flags[i] = found[asked]
        printed.append(unit)
    return Column(var.name, "factor", parameter.label, values, tuple(printed), refs, var.parameter), flags


def _resolve(var: FactorVar, names: list[str], key_values: Row, gas: str, method: Method, row: Row, grain: tuple[str, ...], datum: int,
             context: Context) -> tuple[float, str, int, int]:
    """(value, unit, position in the ledger's factors, flags); a failure becomes a problem and a value of 0."""
    parameter = context.edition.declared.parameters[var.parameter]
    origin = context.prepared.data[datum].origin if datum >= 0 else Origin()
    for name, value in zip(names, key_values, strict=True):
        source = var.keys[name]
        if not value and source.startswith("@"):
            key, _, attribute = source[1:].partition(".")
            context.problems.add("data.attribute", origin, key=key, value=row[grain.index(key)], attribute=attribute, label=parameter.label["zh"])
            return 0.0, parameter.unit[0], -1, 0
    keys = tuple((n, v) for n, v in zip(names, key_values, strict=True) if v)
    result = context.resolver(var.parameter, gas, keys)
    if isinstance(result, Unresolved):
        text = "；".join(f"{k}={v}" for k, v in keys) + (f"；gas={gas}" if gas else "")
        if result.ambiguous:
            context.problems.add("factor.ambiguous", origin, label=parameter.label["zh"], keys=text, candidates="、".join(result.candidates))
        else:
            detail = "".join([f"；{c} 没有数值" for c in result.candidates] + [f"（{n}）" for n in result.notes]
                             + ([f"；替代值 {result.forbidden} 已被 --no-fallback 禁止"] if result.forbidden else []))
            context.problems.add("factor.missing", origin, place=f"{row[0]} {row[1]} {method.label['zh']}", label=parameter.label["zh"], keys=text,
                                 detail=detail, unit="、".join(parameter.unit), parameter=var.parameter)
        return 0.0, parameter.unit[0], -1, 0
    flags = BIT.get(result.step, 0) | (BIT.get(result.standing, 0) if not result.checked_by else 0)
    return result.value, result.unit, context.number_factor(result), flags


def _number_column(var: NumberVar, rows: list[Row], grain: tuple[str, ...]) -> Column:
    parsed = equation.parse(var.text)
    at = {name: grain.index(name) for name in parsed.names}
    values = np.array([equation.evaluate(var.text, {n: float(row[i]) for n, i in at.items()}) for row in rows], dtype=float)
    label = var.label or {"zh": var.name, "en": var.name}
    return Column(var.name, "number", label, values, (var.unit,) * len(rows), np.full(len(rows), -1, dtype=np.intp), var.text)


def _compute(method: Method, step: Step, text: str, columns: Mapping[str, Column], sums: Mapping[str, Sum], rows: list[Row],
             context: Context) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Scaled texts, which one each row uses, and the values."""
    totals = {name: _add_up(s) for name, s in sums.items()}
    names = list(columns)
    uniform = all(len(set(c.units)) == 1 for c in columns.values())
    signatures = [tuple(c.units[0] for c in columns.values())] if uniform else list(zip(*(c.units for c in columns.values()), strict=True))
    distinct = {s: i for i, s in enumerate(dict.fromkeys(signatures))}
    variants = np.zeros(len(rows), dtype=np.intp) if uniform else np.array([distinct[s] for s in signatures], dtype=np.intp)
    sum_units = {name: (s.column.units[0] if s.column.units else _sum_unit(name, method, context)) for name, s in sums.items()}
    values = np.zeros(len(rows))
    texts = []
    for signature, number in distinct.items():
        gas = step.unit.format(gas="") if "{gas}" in step.unit else step.unit
        try:
            scaled = equation.check(text, {**dict(zip(names, signature, strict=True)), **sum_units}, gas)
        except units.DimensionError as error:
            if not _entered_in_another_unit(text, gas, dict(zip(names, signature, strict=True)) | sum_units, columns,
                                            [i for i, v in enumerate(variants) if v == number], context):
                raise DeclarationError(f"method {method.id}.{step.name}: {error}") from error
            texts.append(text)
            continue
        texts.append(scaled)
        chosen = slice(None) if len(distinct) == 1 else variants == number
        arguments = {name: c.values[chosen] for name, c in columns.items()}
        arguments.update({equation.sum_name(name): t[chosen] for name, t in totals.items()})
        values[chosen] = equation.evaluate(scaled, arguments)
    return tuple(texts), variants, values


def _entered_in_another_unit(text: str, target: str, signature: Mapping[str, str], columns: Mapping[str, Column], at: list[int],
                             context: Context) -> bool:
    """Is a failing unit check the input's fault: a quantity with several units entered in the one that its factor does not fit (gas in t)?

    The data concerned become problems. A row whose factor was not found has been told already and has no unit to speak of.
    """
    def works(name: str, unit: str) -> bool:
        try:
            return bool(equation.check(text, {**signature, name: unit}, target))
        except units.DimensionError:
            return False

    told = {i for i in at if any(c.kind == "factor" and c.refs[i] < 0 for c in columns.values())}
    for name, column in columns.items():
        quantity = context.edition.declared.quantities.get(column.source) if column.kind == "activity" else None
        if quantity is None:
            continue
        other = [u for u in quantity.unit if u != signature[name] and works(name, u)]
        for i in at:
            if other and i not in told and column.refs[i] >= 0:
                d = context.prepared.data[column.refs[i]]
                label = f"{quantity.label['zh']}（{'；'.join(f'{k}={v}' for k, v in d.item)}）"
                context.problems.add("unit.dimension", d.origin, unit=d.unit, label=label, expected="、".join(other))
                told.add(i)
    return set(at) <= told


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
