"""Ledger lines out of the results of steps, in their final order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from .activity import MEASURED
from .context import Context
from .edition import Edition
from .ledger import IntArray, Line, StepTable
from .rows import picker
from .table import BIT, FLAGS, flags_of

HIDDEN = ("region", "year", "category")  # of the keys of a step: a line has places of their own for them


@dataclass(frozen=True, slots=True)
class _Drafts:
    """Lines of one table in the order of its rows, with what they are sorted by: places of the categories, place of the
    method (-1: measured), rows."""

    lines: Sequence[Line]
    categories: Sequence[int]
    method: int
    rows: Sequence[int]


def lines_of_tables(tables: list[StepTable], context: Context) -> tuple[list[StepTable], tuple[Line, ...]]:
    """Ledger lines in their final order (region, year, category, method, step, row), and the tables told where their
    rows went."""
    position = {m: i for i, m in enumerate(context.edition.declared.methods)}
    tables = sorted(tables, key=lambda t: (position[t.method.id], t.method.steps.index(t.step)))
    drafts = [
        _lines_of(number, table, position[table.method.id], context)
        for number, table in enumerate(tables)
        if table.step.gas
    ]
    drafts.append(_measured_lines(context))
    lines = [line for d in drafts for line in d.lines]
    order = _final_order(lines, drafts, context)
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.arange(len(order), dtype=np.intp)
    reported, first = [], 0
    for table in tables:
        if table.step.gas:
            table = replace(table, lines=place[first : first + len(table.rows)])
            first += len(table.rows)
        reported.append(table)
    return reported, tuple([lines[i] for i in order.tolist()])


def _final_order(lines: Sequence[Line], drafts: Iterable[_Drafts], context: Context) -> IntArray:
    names = sorted({line.region for line in lines}, key=lambda name: context.order.word("region", name))
    regions = {name: i for i, name in enumerate(names)}
    keys = (
        [row for d in drafts for row in d.rows],
        [max(line.table, 0) for line in lines],
        [d.method for d in drafts for _ in d.rows],
        [place for d in drafts for place in d.categories],
        [line.year for line in lines],
        [regions[line.region] for line in lines],
    )
    return np.lexsort([np.array(k, dtype=np.intp) for k in keys])


def _measured_lines(context: Context) -> _Drafts:
    prepared, edition = context.prepared, context.edition
    table = prepared.tables.get(MEASURED)
    lines, categories = [], []
    for ref in [] if table is None else table.refs.tolist():
        d = prepared.data[ref]
        keys = dict(d.item)
        item = tuple((k, v) for k, v in d.item if k not in ("category", "gas"))
        kind = _kind(edition, keys["category"])
        flags = (*(f for f in FLAGS if flags_of(d) & BIT[f]), "measured")
        place = (d.region, d.year, keys["category"], item, keys["gas"])
        mass = float(prepared.values[ref])
        lines.append(Line(*place, mass, kind.account, MEASURED, "实测", -1, -1, ref, flags))
        categories.append(kind.place)
    return _Drafts(lines, categories, -1, [line.datum for line in lines])


@dataclass(frozen=True, slots=True)
class _Kind:
    """What the lines of a category have in common: its place in the tree and the account it counts in."""

    place: int
    account: str


def _kinds(edition: Edition) -> Mapping[str, _Kind]:
    return {c.id: _Kind(i, "memo" if c.memo else "total") for i, c in enumerate(edition.categories.values())}


def _kind(edition: Edition, category: str) -> _Kind:
    return edition.derived(_kinds)[category]


def _lines_of(number: int, table: StepTable, method_at: int, context: Context) -> _Drafts:
    method, step, rows = table.method, table.step, table.rows
    category_of = context.reader(step.category or "category", table.keys)
    gas_of = context.reader(step.gas, table.keys)
    codes: dict[tuple[str, str], int] = {}
    each: list[tuple[str, str, str]] = []  # category, gas, account
    places: list[int] = []
    scales: list[Fraction] = []
    of_row: list[int] = []
    for row in rows:
        pair = category_of(row), gas_of(row)
        code = codes.get(pair)
        if code is None:
            code = codes[pair] = len(each)
            kind = _kind(context.edition, context.emission_category(method, step, table.keys, row))
            each.append((*pair, step.account or kind.account))
            places.append(kind.place)
            scales.append(context.to_tonnes(table.unit, pair[1]))
        of_row.append(code)
    flags = context.flags[(method.id, step.name)].tolist()
    named = {bits: tuple(f for f in FLAGS if bits & BIT[f]) for bits in set(flags)}
    lines = [
        Line(
            row[0],
            int(row[1]),
            each[code][0],
            item,
            each[code][1],
            mass,
            each[code][2],
            method.id,
            method.tier,
            number,
            r,
            -1,
            named[bits],
        )
        for r, (row, code, item, mass, bits) in enumerate(
            zip(rows, of_row, _items(table), _masses(table, scales, of_row), flags, strict=True)
        )
    ]
    return _Drafts(lines, [places[code] for code in of_row], method_at, range(len(rows)))


def _masses(table: StepTable, scales: Sequence[Fraction], of_row: Sequence[int]) -> list[float]:
    """Values in tonnes: whole numbers multiply, whole denominators divide, as `units.scaled` does it."""
    if not of_row:
        return []
    at = np.array(of_row, dtype=np.intp)
    up, down = (
        np.array([float(n) for n in part])[at] for part in zip(*(s.as_integer_ratio() for s in scales), strict=True)
    )
    masses: list[float] = (table.values * up / down).tolist()
    return masses


def _items(table: StepTable) -> list[tuple[tuple[str, str], ...]]:
    """The keys that a line shows, of every row: all but those that it has places for, and no empty ones."""
    shown = tuple(k for k in table.keys if k not in HIDDEN)
    known: dict[tuple[str, ...], tuple[tuple[str, str], ...]] = {}
    items = []
    for values in map(picker(table.keys, shown), table.rows):
        item = known.get(values)
        if item is None:
            item = known[values] = tuple((k, v) for k, v in zip(shown, values, strict=True) if v)
        items.append(item)
    return items
