"""From activity data and an edition to the Ledger: declared equations, vectorised over all regions and years at once.

Nothing here knows a category, a gas or a factor: it reads the declarations. Problems are collected over the whole input
and raised
together; a Ledger exists only when there is no error.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from fractions import Fraction
from typing import Any

import numpy as np

from . import eras, own_factors, units
from .activity import MEASURED, Project, Refused
from .completeness import cell_problems, missing_cells
from .context import Context
from .declarations import ActivityVar, Method
from .edition import Edition
from .excused import refuse_contradictions, refuse_excess, report_unused_keys, without_keyed
from .feeds import feeds_of
from .information import held_back, information_category
from .ledger import Ledger, Line, StepTable
from .names import near
from .prepare import BIT, FLAGS, KeyOrder, Prepared, VariableTable, flags_of, prepare
from .problems import Collector, InventoryError, Origin, Problem, bracketed, figure
from .questions import settle
from .resolve import KINDS, Published, Resolver
from .steps import evaluate_step

Place = tuple[str, str]  # region, year


def compile_ledger(
    project: Project,
    edition: Edition,
    *,
    gwp: str | None = None,
    allow_fallback: bool = True,
    strict: bool = False,
    read_problems: tuple[Problem, ...] = (),
) -> Ledger:
    """Compute every declared method for every region and year that has its data.

    Parameters: `project` as read; `gwp` a set's name (default: the edition's); `allow_fallback` False forbids declared
    fallbacks;
    `strict` True refuses defaults that nobody has compared with the print (neither corroborated nor checked).
    Raises `InventoryError` with every problem found.
    """
    problems = Collector(list(read_problems))
    choices = _choices(project, edition, problems)
    prepared = prepare(project, edition, problems)
    resolver = Resolver(
        edition, own_factors.usable(project, edition, problems), project.checks, allow_fallback, problems
    )
    context = Context(
        edition,
        resolver,
        choices,
        prepared,
        problems,
        edition.derived(KeyOrder),
        _measured(prepared, edition),
        _refused(project, prepared, read_problems),
    )
    for place_category, datum in sorted(context.measured.items()):
        region, year, category, gas = place_category
        if category == prepared.data[datum].keys["category"]:
            problems.add(
                "measured.replaces", prepared.data[datum].origin, region=region, year=year, category=category, gas=gas
            )
    tables: list[StepTable] = []
    methods = [m for m in _in_order(edition) if all(choices[c][0] == option for c, option in m.when.items())]
    without = held_back(methods, _run, context)
    for method in methods:
        made = _run(method, context, without=without.get(information_category(method, context), set()))
        _publish(made, context)
        for table in made:
            _report_unusual(table, context)
        tables.extend(made)
    own_factors.report(resolver, edition, problems)
    if not problems.errors:  # else what would need it may be what failed
        _report_unused_choices(project, tables, edition, problems)
    eras.report(tables, context.factors, edition, problems)
    if strict:
        _refuse_unverified(context, problems)
    if not tables and MEASURED not in prepared.tables and not problems.errors:
        problems.add("method.none")
    faulty = any(p.severity == "error" for p in settle(problems, project))
    finished, lines = (tables, ()) if faulty else _lines(tables, context)
    refuse_contradictions(lines, context.prepared.notations, edition, problems)
    refuse_excess(lines, context.prepared, edition, problems)
    if not faulty:
        report_unused_keys(lines, context.prepared.notations, edition, problems)
    cells = missing_cells(prepared.data, project, context.prepared.notations, edition, feeds_of(edition, choices))
    problems.extend(p for p in cell_problems(cells, edition) if not _explained(p, context))
    settled = Collector(settle(problems, project))
    settled.raise_errors()
    return Ledger(
        edition,
        edition.gwp_set(gwp or edition.default_gwp),
        lines,
        tuple(finished),
        prepared.data,
        prepared.values,
        prepared.units,
        tuple(context.factors),
        context.prepared.notations,
        project,
        choices,
        tuple(settled),
    )


def _report_unused_choices(project: Project, tables: list[StepTable], edition: Edition, problems: Collector) -> None:
    """A choice made where nothing that it decides is computed: perhaps it was meant for something else."""
    deciding: dict[str, set[str]] = {}
    for m in edition.declared.methods.values():
        for name in m.choices_used:
            deciding.setdefault(name, set()).add(m.id)
    ran = {t.method.id for t in tables}
    for name, (option, _) in project.choices.items():
        methods = deciding.get(name)  # a choice that no method has is read elsewhere (balance table)
        if (
            methods
            and not any(m in ran or _alternative_ran(m, name, ran, edition) for m in methods)
            and name in edition.declared.choices
        ):
            problems.add(
                "choice.unused",
                Origin(),
                label=edition.declared.choices[name].label,
                option=option,
                methods="、".join(edition.declared.methods[m].label["zh"] for m in sorted(methods)),
                methods_en=", ".join(edition.declared.methods[m].label["en"] for m in sorted(methods)),
            )


def _alternative_ran(method: str, choice: str, ran: set[str], edition: Edition) -> bool:
    """Another method that stands in this one's place under the choice was computed."""
    outputs = {s.category for s in edition.declared.methods[method].steps if s.gas}
    return any(
        choice in m.when and m.id in ran and outputs & {s.category for s in m.steps if s.gas}
        for m in edition.declared.methods.values()
    )


def _explained(p: Problem, context: Context) -> bool:
    """A figure was given for the row and refused: that has been said."""
    facts = dict(p.facts)
    quantity = facts["question"].rpartition("|")[2]
    return any(
        r.quantity == quantity and r.region in ("", facts["region"]) and r.year in (None, int(facts["year"]))
        for r in context.refused
    )


def _choices(project: Project, edition: Edition, problems: Collector) -> dict[str, tuple[str, str]]:
    declared = edition.declared.choices
    chosen = {c.id: (c.default, c.reason["zh"]) for c in declared.values()}
    for name, (option, reason) in project.choices.items():
        if name not in declared:
            problems.add("choice.unknown", Origin("choices.csv"), choice=name, option=option, near=near(name, declared))
        elif option not in declared[name].options:
            problems.add(
                "choice.unknown",
                Origin("choices.csv"),
                choice=name,
                option=option,
                near="、".join(declared[name].options),
            )
        else:
            chosen[name] = (option, reason)
    return chosen


def _refused(project: Project, prepared: Prepared, read_problems: tuple[Problem, ...]) -> tuple[Refused, ...]:
    """Figures that are not among the data because something is wrong with them, which has been said: nobody need ask
    for them again.

    Those of the reader count only where its errors are told as well, so that nothing can go missing in silence.
    """
    kept = {id(d) for d in prepared.data}
    faulty = (
        tuple(Refused(d.region, d.year, d.quantity, d.item) for d in project.data if id(d) not in kept)
        if len(kept) < len(project.data)
        else ()
    )
    told = any(p.severity == "error" for p in read_problems)
    return (*faulty, *(project.refused if told else ()))


def _measured(prepared: Prepared, edition: Edition) -> dict[tuple[str, str, str, str], int]:
    """(region, year, category, gas) -> datum, for a measured category and everything below it."""
    covered: dict[tuple[str, str, str, str], int] = {}
    table = prepared.tables.get(MEASURED)
    if table is not None:
        for row, ref in zip(table.rows, table.refs, strict=True):
            for category in sorted(edition.descendants(row[2])):
                covered.setdefault((row[0], row[1], category, row[3]), int(ref))
    return covered


def _in_order(edition: Edition) -> list[Method]:
    """Declared order, but a method that supersedes others runs before them, and one that computes a factor for others
    before all."""
    computing = {fb.use_step[0] for declared in edition.fallbacks.values() for fb in declared if fb.use_step}
    return sorted(edition.declared.methods.values(), key=lambda m: 0 if m.id in computing else 1 if m.supersedes else 2)


# ---- one method
# --------------------------------------------------------------------------------------------------------------


def _run(
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
    if context.lacks(before):
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
    told = len(context.problems.found)
    _report_missing(method, used, data, active, context)
    made: dict[str, StepTable] = {}
    optional: dict[str, bool] = {}
    for step in (s for s in method.steps if s.name in used):
        made_here = evaluate_step(method, step, data, made, optional, active, context)
        if made_here is None:
            if optional.get(step.name):
                continue  # an optional part that this input does not have
            return []
        made[step.name] = made_here
    for name, rule in _superseded_by(method):
        _note_superseded(name, rule, made, context)
    if len(context.problems.found) == told:  # a figure that is missing counts as 0 and would only add a second message
        for result in made.values():
            _refuse_impossible(result, context)
    return list(made.values())


def _publish(made: list[StepTable], context: Context) -> None:
    """Hands results that a fallback of the edition takes its figures from to the resolver."""
    wanted = {step for steps in context.resolver.computing.values() for step in steps}
    for table in made:
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


def _report_unusual(table: StepTable, context: Context) -> None:
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


def _note_superseded(name: str, keys: tuple[str, ...], made: Mapping[str, StepTable], context: Context) -> None:
    taken: set[tuple[str, ...]] = set()
    for table in made.values():
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
    keep = [True] * len(table.rows)
    for key, wanted in a.where.items():
        at = table.keys.index(key)
        fits = {v for v in {row[at] for row in table.rows} if matches(context.edition, key, v, wanted)}
        keep = [k and row[at] in fits for k, row in zip(keep, table.rows, strict=True)]
    for keys, taken in context.superseded.get(method.id, []):
        if keys and set(keys) <= set(table.keys):
            places = [table.keys.index(k) for k in ("region", "year", *keys)]
            keep = [k and tuple(row[i] for i in places) not in taken for k, row in zip(keep, table.rows, strict=True)]
    if a.unit:
        keep = [k and unit == a.unit for k, unit in zip(keep, table.units, strict=True)]
    if a.nonzero:
        keep = [k and bool(value) for k, value in zip(keep, table.values.tolist(), strict=True)]
    return _take(table, keep)


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
    return _take(table, [(row[0], row[1]) in active for row in table.rows]) or table


def _take(table: VariableTable, keep: list[bool]) -> VariableTable | None:
    if all(keep):
        return table
    at = [i for i, k in enumerate(keep) if k]
    if not at:
        return None
    return VariableTable(
        table.keys,
        tuple(table.rows[i] for i in at),
        table.values[at],
        tuple(table.units[i] for i in at),
        table.refs[at],
        table.flags[at],
    )


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


def _refuse_unverified(context: Context, problems: Collector) -> None:
    for f in context.factors:
        if f.step not in KINDS.values() and f.standing != "corroborated" and not f.checked_by:
            label = context.edition.declared.parameters[f.parameter].label
            problems.add(
                "factor.unchecked", Origin(), id=f.id, label=label, value=figure(f.value, f.unit), standing=f.standing
            )


# ---- lines
# -------------------------------------------------------------------------------------------------------------------


def _lines(tables: list[StepTable], context: Context) -> tuple[list[StepTable], tuple[Line, ...]]:
    """Ledger lines in their final order, and the tables told where their rows went."""
    edition, order = context.edition, context.order
    position = {m: i for i, m in enumerate(edition.declared.methods)}
    tables = sorted(tables, key=lambda t: (position[t.method.id], t.method.steps.index(t.step)))
    drafts: list[tuple[tuple[Any, ...], Line]] = []
    for number, table in enumerate(tables):
        if table.step.gas:
            drafts.extend(_lines_of(number, table, position[table.method.id], context))
    measured = context.prepared.tables.get(MEASURED)
    if measured is not None:
        for ref in measured.refs:
            d = context.prepared.data[ref]
            keys = dict(d.item)
            names = tuple(f for f in FLAGS if flags_of(d) & BIT[f])
            item = tuple((k, v) for k, v in d.item if k not in ("category", "gas"))
            line = Line(
                d.region,
                d.year,
                keys["category"],
                item,
                keys["gas"],
                float(context.prepared.values[ref]),
                "memo" if edition.categories[keys["category"]].memo else "total",
                MEASURED,
                "实测",
                -1,
                -1,
                int(ref),
                (*names, "measured"),
            )
            drafts.append(
                (
                    (order.word("region", d.region), d.year, order.word("category", keys["category"]), -1, 0, int(ref)),
                    line,
                )
            )
    drafts.sort(key=lambda d: d[0])
    where = {(line.table, line.row): i for i, (_, line) in enumerate(drafts) if line.table >= 0}
    told = []
    for number, table in enumerate(tables):
        if table.step.gas:
            at = np.array([where.get((number, r), -1) for r in range(len(table.rows))], dtype=np.intp)
            table = _with_lines(table, at)
        told.append(table)
    return told, tuple(line for _, line in drafts)


def _with_lines(table: StepTable, at: np.ndarray) -> StepTable:
    return StepTable(
        table.method,
        table.step,
        table.keys,
        table.rows,
        table.columns,
        table.sums,
        table.texts,
        table.variants,
        table.values,
        table.unit,
        at,
    )


def _lines_of(number: int, table: StepTable, method_at: int, context: Context) -> list[tuple[tuple[Any, ...], Line]]:
    edition, order, step = context.edition, context.order, table.step
    hidden = {"region", "year", "category"}
    shown = [i for i, k in enumerate(table.keys) if k not in hidden]
    flags = context.flags[(table.method.id, step.name)]
    named = {bits: tuple(f for f in FLAGS if bits & BIT[f]) for bits in set(flags.tolist())}
    # what rows that differ in region only share
    settled: dict[tuple[str, ...], tuple[str, str, Fraction, str, tuple[Any, ...]]] = {}
    changes = any("region" in source for source in (step.category, step.gas))
    made = []
    values, bits = table.values.tolist(), flags.tolist()
    for r, row in enumerate(table.rows):
        same = row if changes else row[1:]
        if same not in settled:
            category = context.emission_category(table.method, step, table.keys, row)
            gas = context.value_of(step.gas, table.keys, row)
            account = step.account or ("memo" if edition.categories[category].memo else "total")
            settled[same] = (
                category,
                gas,
                context.to_tonnes(table.unit, gas),
                account,
                order.word("category", category),
            )
        category, gas, scale, account, place = settled[same]
        line = Line(
            row[0],
            int(row[1]),
            category,
            tuple((table.keys[i], row[i]) for i in shown if row[i]),
            gas,
            units.scaled(values[r], scale),
            account,
            table.method.id,
            table.method.tier,
            number,
            r,
            -1,
            named[bits[r]],
        )
        made.append(((order.word("region", row[0]), line.year, place, method_at, number, r), line))
    return made


__all__ = ["InventoryError", "compile_ledger", "matches"]
