"""From activity data and an edition to the Ledger: declared equations, vectorised over all regions and years at once.

Nothing here knows a category, a gas or a factor: it reads the declarations. Problems are collected over the whole input
and raised together; a Ledger exists only when there is no error.
"""

from __future__ import annotations

import numpy as np

from . import eras, own_factors
from .activity import MEASURED, Project, Refused
from .context import Context
from .declarations import Method
from .edition import Edition
from .excused import refuse_contradictions, refuse_excess, report_unused_keys
from .feeds import feeds_of
from .information import held_back, information_category
from .ledger import Ledger, StepTable
from .lines import lines_of_tables
from .method import publish_results, report_unusual, run_method
from .names import near
from .order import KeyOrder
from .prepare import Prepared, prepare
from .problems import Collector, InventoryError, Origin, Problem, figure
from .questions import settle
from .required_cells import cell_problems, missing_cells
from .resolve import KINDS, Resolver


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
    fallbacks; `strict` True refuses defaults that nobody has compared with the print (neither corroborated nor
    checked). Raises `InventoryError` with every problem found.
    """
    problems = Collector(list(read_problems))
    context = _context(project, edition, allow_fallback, problems)
    prepared = context.prepared
    tables = _computed(context)
    own_factors.report(context.resolver, edition, problems)
    if not problems.errors:  # else what would need it may be what failed
        _report_unused_choices(project, tables, edition, problems)
    eras.report(tables, context.factors, edition, problems)
    if strict:
        _refuse_unverified(context, problems)
    if not tables and MEASURED not in prepared.tables and not problems.errors:
        problems.add("method.none")
    faulty = any(p.severity == "error" for p in settle(problems, project))
    finished, lines = (tables, ()) if faulty else lines_of_tables(tables, context)
    notations = context.prepared.notations
    refuse_contradictions(lines, notations, edition, problems)
    refuse_excess(lines, context.prepared, edition, problems)
    if not faulty:
        report_unused_keys(lines, notations, edition, problems)
    cells = missing_cells(prepared.data, project, notations, edition, feeds_of(edition, context.choices))
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
        notations,
        project,
        context.choices,
        tuple(settled),
    )


def _context(project: Project, edition: Edition, allow_fallback: bool, problems: Collector) -> Context:
    """What the methods compute with; `problems` holds those of reading and takes up all others."""
    read_problems = tuple(problems.reported)
    choices = _choices(project, edition, problems)
    prepared = prepare(project, edition, problems)
    own = own_factors.usable(project, edition, problems)
    measured = _measured(prepared, edition)
    for (region, year, category, gas), datum in sorted(measured.items()):
        if category == prepared.data[datum].keys["category"]:
            origin = prepared.data[datum].origin
            problems.add("measured.replaces", origin, region=region, year=year, category=category, gas=gas)
    return Context(
        edition,
        Resolver(edition, own, project.checks, allow_fallback, problems),
        choices,
        prepared,
        problems,
        edition.derived(KeyOrder),
        measured,
        _refused(project, prepared, read_problems),
    )


def _computed(context: Context) -> list[StepTable]:
    """The tables of all methods that have data and whose option is in force."""
    edition, driven = context.edition, context.edition.derived(_driven)
    ids = {m for quantity in context.prepared.tables for m in driven.get(quantity, ())}
    methods = [
        m
        for m in edition.derived(_in_order)
        if m.id in ids and all(context.choices[c][0] == option for c, option in m.when.items())
    ]
    tables: list[StepTable] = []
    without = held_back(methods, run_method, context)
    for method in methods:
        held = without.get(information_category(method, context), set()) if without else set()
        result = run_method(method, context, without=held)
        publish_results(result, context)
        for table in result:
            report_unusual(table, context)
        tables.extend(result)
    return tables


def _report_unused_choices(project: Project, tables: list[StepTable], edition: Edition, problems: Collector) -> None:
    """A choice made where nothing that it decides is computed: perhaps it was meant for something else."""
    deciding = edition.derived(_deciding)
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


def _deciding(edition: Edition) -> dict[str, set[str]]:
    """Choice -> the methods about which it decides anything."""
    deciding: dict[str, set[str]] = {}
    for m in edition.declared.methods.values():
        for name in m.choices_used:
            deciding.setdefault(name, set()).add(m.id)
    return deciding


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
    out = np.ones(len(project.data), dtype=np.bool_)
    out[prepared.kept] = False
    faulty = tuple(Refused(d.region, d.year, d.quantity, d.item) for d in project.columns.take(np.flatnonzero(out)))
    reported = any(p.severity == "error" for p in read_problems)
    return (*faulty, *(project.refused if reported else ()))


def _measured(prepared: Prepared, edition: Edition) -> dict[tuple[str, str, str, str], int]:
    """(region, year, category, gas) -> datum, for a measured category and everything below it."""
    covered: dict[tuple[str, str, str, str], int] = {}
    table = prepared.tables.get(MEASURED)
    if table is not None:
        for row, ref in zip(table.rows, table.refs, strict=True):
            for category in sorted(edition.descendants(row[2])):
                covered.setdefault((row[0], row[1], category, row[3]), int(ref))
    return covered


def _driven(edition: Edition) -> dict[str, tuple[str, ...]]:
    """Quantity -> the methods that run where it has data."""
    driven: dict[str, tuple[str, ...]] = {}
    for m in edition.declared.methods.values():
        for a in m.drivers:
            driven[a.quantity] = (*driven.get(a.quantity, ()), m.id)
    return driven


def _in_order(edition: Edition) -> list[Method]:
    """Declared order, but a method that supersedes others runs before them, and one that computes a factor for others
    before all."""
    computing = {fb.use_step[0] for declared in edition.fallbacks.values() for fb in declared if fb.use_step}
    return sorted(edition.declared.methods.values(), key=lambda m: 0 if m.id in computing else 1 if m.supersedes else 2)


# ---- one method ----


def _refuse_unverified(context: Context, problems: Collector) -> None:
    for f in context.factors:
        if f.step not in KINDS.values() and f.standing != "corroborated" and not f.checked_by:
            label = context.edition.declared.parameters[f.parameter].label
            problems.add(
                "factor.unchecked", Origin(), id=f.id, label=label, value=figure(f.value, f.unit), standing=f.standing
            )


# ---- lines ----


__all__ = ["InventoryError", "compile_ledger"]
