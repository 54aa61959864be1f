"""Ledger lines out of the results of steps, in their final order."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np

from . import units
from .activity import MEASURED
from .context import Context
from .ledger import Line, StepTable
from .table import BIT, FLAGS, flags_of


def lines_of_tables(tables: list[StepTable], context: Context) -> tuple[list[StepTable], tuple[Line, ...]]:
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
    reported = []
    for number, table in enumerate(tables):
        if table.step.gas:
            at = np.array([where.get((number, r), -1) for r in range(len(table.rows))], dtype=np.intp)
            table = _with_lines(table, at)
        reported.append(table)
    return reported, tuple(line for _, line in drafts)


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
    result = []
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
        result.append(((order.word("region", row[0]), line.year, place, method_at, number, r), line))
    return result
