"""Rows of a fill-in workbook: one for every key combination that statistics have, folded ones below them, spare ones
with lists where there are too many; what is known is filled in."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..core.activity import Datum
from ..core.declarations import Quantity
from ..core.edition import Edition
from ..core.subjects import MEASURED_QUANTITY
from ..reading.lexicon import Lexicon
from ..reading.needs import has_factors, is_required, usual_unit
from ..reading.rows import RowNotation

PREFILL = 100  # at most so many rows are laid out for one quantity; beyond that a person picks from lists
SPARE_ROWS = {True: 40, False: 12}  # empty rows with lists, for a quantity that is required, or optional
SMALL = 9  # tables of at most so many rows share a sheet
COMMON_UNITS = (
    "吨",
    "万吨",
    "千克",
    "t",
    "万t",
    "kg",
    "立方米",
    "万立方米",
    "亿立方米",
    "m3",
    "万m3",
    "亿m3",
    "万千瓦时",
    "亿千瓦时",
    "亿kWh",
    "公顷",
    "千公顷",
    "万公顷",
    "亩",
    "万亩",
    "头",
    "万头",
    "只",
    "万只",
    "人",
    "万人",
    "个",
    "%",
    "1",
    "吨标准煤",
    "万吨标准煤",
    "百万千焦",
    "百亿千焦",
    "TJ",
)


@dataclass(frozen=True)
class RowPlan:
    """One row: a quantity with its keys, and per year the figure or notation key that is known. `figures` keep full
    precision."""

    quantity: str
    item: tuple[tuple[str, str], ...]
    unit: str
    required: bool
    figures: Mapping[int, float] = field(default_factory=dict)
    notations: Mapping[int, str] = field(default_factory=dict)
    source: str = ""
    uncertainty: float | None = None
    data_kind: str = ""
    note: str = ""
    region: str = ""
    spare: bool = False
    folded: bool = False  # statistics do not have it: laid out below the others, folded, never asked for


def rows_of(
    edition: Edition, words: Lexicon, quantity: Quantity, known: list[RowPlan], years: Sequence[int]
) -> list[RowPlan]:
    required = is_required(edition, quantity.id)
    choices = [words.allowed(quantity, k) for k in quantity.keys]
    by_item: dict[tuple[Any, ...], list[RowPlan]] = {}
    for row in known:
        by_item.setdefault(row.item, []).append(row)
    rows: list[RowPlan] = []
    open_ended = any(not c for c in choices) or (not quantity.keys and bool(quantity.optional_keys))
    size = 0 if open_ended else _product(len(c) for c in choices)
    if 0 < size <= (PREFILL if required else SMALL * 3):
        for values in itertools.product(*choices):
            item = tuple(sorted(zip(quantity.keys, values, strict=True)))
            known_rows = by_item.pop(item, [])
            if not known_rows and size > SMALL and not has_factors(edition, quantity, dict(item)):
                continue
            folded = quantity.is_folded(dict(item))
            unit = usual_unit(edition, quantity, dict(item))
            rows.extend(known_rows or [RowPlan(quantity.id, item, unit, required and not folded, folded=folded)])
        rows.extend(r for group in by_item.values() for r in group)
        return sorted(rows, key=lambda r: r.folded)
    if not quantity.keys and quantity.optional_keys and not known:
        rows.append(RowPlan(quantity.id, (), quantity.unit[0], required))
    rows.extend(r for group in by_item.values() for r in group)
    rows.extend(
        RowPlan(quantity.id, (), quantity.unit[0], required, spare=True)
        for _ in range(SPARE_ROWS[required and bool(quantity.keys)])
    )
    return rows


def _product(sizes: Iterable[int]) -> int:
    out = 1
    for s in sizes:
        out *= s
    return out


def filled_rows(edition: Edition, data: Iterable[Datum], notations: Iterable[RowNotation]) -> dict[str, list[RowPlan]]:
    """Known figures as rows: those of several years share a row when unit, source, uncertainty, kind and note are the
    same."""
    figures: dict[tuple[Any, ...], dict[int, float]] = {}
    keys: dict[tuple[Any, ...], dict[int, str]] = {}
    twice = 0
    for d in data:
        place = (d.quantity, d.item, d.unit, d.source, d.uncertainty, d.data_kind, d.note, d.region, 0)
        while d.year in figures.get(place, {}):  # a figure given twice stays twice: the reader names both
            twice += 1
            place = (*place[:-1], twice)
        figures.setdefault(place, {})[d.year] = d.value
    for n in notations:
        alike = (p for p in figures if (p[0], p[1], p[6], p[7]) == (n.quantity, n.item, n.reason, n.region))
        home = next((p for p in alike if n.year not in figures[p]), None)
        if home is None:
            declared = edition.declared.quantities.get(n.quantity, MEASURED_QUANTITY)
            unit = usual_unit(edition, declared, dict(n.item))
            home = (n.quantity, n.item, unit, "", None, "", n.reason, n.region, 0)
        figures.setdefault(home, {})
        keys.setdefault(home, {})[n.year] = n.key
    out: dict[str, list[RowPlan]] = {}
    order = _order(edition)
    for place in sorted(
        figures,
        key=lambda p: (order.get(p[0], -1), str(p[7]), [str(x) for x in p[1]], min(figures[p], default=0), str(p[2:])),
    ):
        quantity, item, unit, source, uncertainty, kind, note, region, _ = place
        row = RowPlan(
            quantity,
            item,
            unit,
            is_required(edition, quantity),
            dict(sorted(figures[place].items())),
            keys.get(place, {}),
            source,
            uncertainty,
            kind,
            note,
            region,
        )
        out.setdefault(quantity, []).append(row)
    return out


def _order(edition: Edition) -> dict[str, int]:
    return {q: i for i, q in enumerate(edition.declared.quantities)}
