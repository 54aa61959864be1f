"""Allocated lines -> activity data."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from ..core.activity import DATA_KINDS, Datum, Term
from ..core.edition import Edition
from .allocation import AllocationLine, Used
from .table import BalanceTable


def data_of(
    lines: Sequence[AllocationLine], table: BalanceTable, edition: Edition
) -> tuple[tuple[Datum, ...], tuple[AllocationLine, ...]]:
    """Lines of one quantity and key combination become one datum with one term a line; the place of the datum is
    written into the lines."""
    placed = list(lines)
    groups: dict[tuple[str, tuple[tuple[str, str], ...], str], list[int]] = {}
    for i, line in enumerate(placed):
        if line.counted:
            groups.setdefault((line.quantity, line.item, line.unit), []).append(i)
    order = {q: i for i, q in enumerate(edition.declared.quantities)}
    data: list[Datum] = []
    for quantity, item, unit in sorted(groups, key=lambda g: (order[g[0]], g[1], g[2])):
        members = groups[quantity, item, unit]
        terms = tuple(_term(placed[i]) for i in members)
        value = math.fsum(t.amount for t in terms)
        first = placed[members[0]]
        sources = sorted({u.source for i in members for u in placed[i].shares if u.source})
        source = "；".join([f"能源平衡表（{table.file}）", *sources])
        kind = _kind(table, [u for i in members for u in placed[i].shares])
        note = "；".join(dict.fromkeys(placed[i].rule for i in members))
        for i in members:
            placed[i] = replace(placed[i], datum=len(data))
        data.append(
            Datum(
                table.region,
                table.year,
                quantity,
                item,
                value,
                unit,
                source,
                None,
                f"平衡表分配：{note}",
                kind,
                first.origin,
                terms,
            )
        )
    return tuple(data), tuple(placed)


def _term(line: AllocationLine) -> Term:
    sign = -1 if line.amount * line.cell_value < 0 else 1
    shares = tuple((f"{u.split}·{u.part}{'（缺省）' if u.default else ''}", u.value) for u in line.shares)
    return Term(
        f"{line.row}·{line.column}",
        line.cell_value,
        line.origin,
        shares,
        sign,
        line.reason["zh"],
        any(u.refine for u in line.shares),
    )


def _kind(table: BalanceTable, used: list[Used]) -> str:
    """The weakest standing of the table and every share in it: an illustrative share makes the datum
    illustrative."""
    kinds = [table.data_kind, *(u.data_kind for u in used)]
    return max(kinds, key=lambda k: DATA_KINDS.index(k) if k in DATA_KINDS else len(DATA_KINDS))
