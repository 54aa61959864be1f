"""One method over all regions and years that have its data: which rows it takes, its steps in order, what it lacks."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

import numpy as np

from .context import Context
from .declarations import ActivityVar, Method
from .edition import Edition
from .excused import without_keyed
from .ledger import StepTable
from .problems import Origin, bracketed
from .resolved import Published
from .steps import evaluate_step, variable_of
from .table import BIT, VariableTable

Place = tuple[str, str]  # region, year


def run_method(
    method: Method, context: Context, only: set[Place] | None = None, without: AbstractSet[Place] = frozenset()
) -> list[StepTable]:
    if not any(a.quantity in context.prepared.tables for a in method.drivers):
        return []
    used = method.in_use(context.choices)
    everything = {a.name: _filtered(a, method, context) for a in method.activity if a.name in used}
    active: set[Place] = set()
    for a in method.drivers:
        table = everything.get(a.name)
        if table is not None:
            active |= table.places
    active = (active if only is None else active & only) - without
    if not active:
        return []
    before = context.mark()
    result = _run_places(method, used, everything, active, context)
    if context.is_incomplete(before):
        left = without_keyed(method, everything, context)
        if left is not None:  # a notation key stands for what is lacking: nobody need supply it
            context.return_to(before)
            active &= {p for a in method.drivers if (t := left.get(a.name)) is not None for p in t.places}
            result = _run_places(method, used, left, active, context) if active else []
    return result


def _run_places(
    method: Method,
    used: frozenset[str],
    everything: Mapping[str, VariableTable | None],
    active: set[Place],
    context: Context,
) -> list[StepTable]:
    data = {name: _only(table, active) for name, table in everything.items() if table is not None}
    reported = context.problems.count
    _report_missing(method, used, data, active, context)
    built: dict[str, StepTable] = {}
    earlier: dict[str, VariableTable] = {}
    optional: dict[str, bool] = {}
    for step in (s for s in method.steps if s.name in used):
        made_here = evaluate_step(method, step, (data, earlier), optional, context)
        if made_here is None:
            if optional.get(step.name):
                continue  # an optional part that this input does not have
            return []
        built[step.name] = made_here
        earlier[step.name] = variable_of(made_here, context)
    for name, rule in _superseded_by(method):
        _note_superseded(name, rule, built, context)
    if context.problems.count == reported:  # a figure that is missing counts as 0 and would only add a second message
        for result in built.values():
            _refuse_impossible(result, context)
    return list(built.values())


def publish_results(built: list[StepTable], context: Context) -> None:
    """Hands results that a fallback of the edition takes its figures from to the resolver."""
    wanted = {step for steps in context.resolver.computing.values() for step in steps}
    for table in built:
        name = (table.method.id, table.name)
        if name in wanted:
            flags = context.flags[name].tolist()
            standings = tuple(
                next((s for s in ("conflict", "unverified") if bits & BIT[s]), "corroborated") for bits in flags
            )
            rows = {row: i for i, row in enumerate(table.rows)}
            context.resolver.publish(
                name, Published(table.keys, rows, tuple(table.values.tolist()), table.unit, standings)
            )


def _refuse_impossible(table: StepTable, context: Context) -> None:
    """A result that is no number (a division by nothing) or below the step's declared minimum is the input's fault."""
    low = table.step.min
    finite = np.isfinite(table.values)
    below = finite & (table.values < low) if low is not None else np.zeros(len(finite), dtype=bool)
    for i in np.flatnonzero(below | ~finite):
        keys = "；".join(f"{k}={v}" for k, v in zip(table.keys[2:], table.rows[i][2:], strict=True))
        facts = (
            {"value": f"{table.values[i]:.6g}", "unit": table.unit, "limit": f"{low:g}"}
            if below[i]
            else {"text": table.texts[table.variants[i]]}
        )
        context.problems.add(
            "step.below" if below[i] else "step.not_finite",
            Origin(),
            region=table.rows[i][0],
            year=table.rows[i][1],
            method=table.method.label,
            label=table.step.label,
            keys=bracketed(keys),
            **facts,
        )


def report_unusual(table: StepTable, context: Context) -> None:
    """A result outside the bounds that its step calls usual is asked about."""
    step = table.step
    if step.warn_min is None and step.warn_max is None:
        return
    low = -np.inf if step.warn_min is None else step.warn_min
    high = np.inf if step.warn_max is None else step.warn_max
    for i in np.flatnonzero((table.values < low) | (table.values > high)):
        keys = "；".join(f"{k}={v}" for k, v in zip(table.keys[2:], table.rows[i][2:], strict=True))
        context.problems.add(
            "step.unusual",
            Origin(),
            region=table.rows[i][0],
            year=table.rows[i][1],
            method=table.method.label,
            label=step.label,
            keys=bracketed(keys),
            value=f"{table.values[i]:.4g}",
            low=f"{low:g}",
            high=f"{high:g}",
            note=table.method.note,
        )


def _superseded_by(method: Method) -> list[tuple[str, tuple[str, ...]]]:
    if not method.supersedes:
        return []
    named = method.supersedes["method"]
    return [
        (name, tuple(method.supersedes.get("keys", ())))
        for name in ([named] if isinstance(named, str) else list(named))
    ]


def _note_superseded(name: str, keys: tuple[str, ...], built: Mapping[str, StepTable], context: Context) -> None:
    taken: set[tuple[str, ...]] = set()
    for table in built.values():
        if table.step.gas and set(keys) <= set(table.keys):
            at = [table.keys.index(k) for k in ("region", "year", *keys)]
            taken.update(tuple(row[i] for i in at) for row in table.rows)
    if taken:
        context.superseded.setdefault(name, []).append((keys, frozenset(taken)))


def _filtered(a: ActivityVar, method: Method, context: Context) -> VariableTable | None:
    """The quantity's table with the rows this method wants: `where`, and not taken over by a higher method."""
    table = context.prepared.tables.get(a.quantity)
    if table is None:
        return None
    superseded = context.superseded.get(method.id, ())
    if not (a.where or superseded or a.unit or a.nonzero):
        return table
    keep = [True] * len(table.rows)
    for key, wanted in a.where.items():
        at = table.keys.index(key)
        fits = {v for v in {row[at] for row in table.rows} if matches(context.edition, key, v, wanted)}
        keep = [k and row[at] in fits for k, row in zip(keep, table.rows, strict=True)]
    for keys, taken in superseded:
        if keys and set(keys) <= set(table.keys):
            places = [table.keys.index(k) for k in ("region", "year", *keys)]
            keep = [k and tuple(row[i] for i in places) not in taken for k, row in zip(keep, table.rows, strict=True)]
    if a.unit:
        keep = [k and unit == a.unit for k, unit in zip(keep, table.units, strict=True)]
    if a.nonzero:
        keep = [k and bool(value) for k, value in zip(keep, table.values.tolist(), strict=True)]
    return table.keeping(keep)


def matches(edition: Edition, key: str, value: str, wanted: tuple[str, ...]) -> bool:
    """Is a key's value one of those wanted, by itself, by one of its classes, or (for categories) by standing below
    one."""
    if value in wanted:
        return True
    if key == "category":
        return any(value in edition.descendants(w) for w in wanted)
    word = edition.word(key, value)
    return bool(word and set(word.classes) & set(wanted))


def _only(table: VariableTable, active: set[Place]) -> VariableTable:
    if table.places <= active:
        return table
    return table.keeping([(row[0], row[1]) in active for row in table.rows]) or table


def _report_missing(
    method: Method, used: frozenset[str], data: Mapping[str, VariableTable], active: set[Place], context: Context
) -> None:
    """Every required quantity needs at least one datum in each region and year where the method runs."""
    for a in method.activity:
        if not a.required or a.default is not None or a.name not in used:
            continue
        table = data.get(a.name)
        have = table.places if table is not None else frozenset()
        quantity = context.edition.declared.quantities[a.quantity]
        for region, year in sorted(active - have):
            context.missing(method, quantity, region, year, {})
