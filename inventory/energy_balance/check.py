"""Checks a balance table against its own identities and signs. Nothing is repaired: a break is reported, a wrong sign
without a correction is an error.

A break of more than `SERIOUS` of the column is an error: one of the figures that are counted is wrong, unless
`corrections.csv` confirms a figure of the identity (the printed value once more, with reason and source). A break of
the supply side alone concerns the reference approach, which is a check beside the total, and remains a warning; so does
消费量合计 when the column balances without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..core import units
from ..core.problems import Collector
from .identities import BREAK, BalanceCheck
from .sums import slack_of
from .table import BalanceTable, Layout

SUPPLY = "可供量"
SEVERAL = 3  # so many breaks of one identity have one cause, and one message
SERIOUS = 0.01  # of the largest figure of the column


def check_signs(table: BalanceTable, layout: Layout, problems: Collector) -> None:
    """Errors for figures whose sign the row does not allow, and for parts (其中) larger than their row."""
    for (row, column), cell in table.cells.items():
        sign, kind = layout.rows[row].sign, layout.columns[column].kind
        wrong = (sign == "nonneg" and cell.value < 0) or (sign in ("nonpos", "input") and cell.value > 0)
        if (
            wrong
            and not (sign == "input" and kind in ("heat", "electricity"))
            and not (sign == "input" and kind == "sum")
        ):
            expected = {"nonneg": "≥ 0", "nonpos": "≤ 0 (-)", "input": "≤ 0 (投入为负)"}[sign]
            problems.add(
                "balance.sign", cell.origin, row=row, column=column, value=f"{cell.value:g}", expected=expected
            )
        whole = table.cells.get((layout.rows[row].memo_of, column))
        if whole and kind == "fuel" and cell.value > whole.value + slack_of(cell, table) + slack_of(whole, table):
            problems.add(
                "balance.memo_above_row",
                cell.origin,
                column=column,
                memo=row,
                memo_value=f"{cell.value:g}",
                row=layout.rows[row].memo_of,
                value=f"{whole.value:g}",
            )


def report_breaks(
    checks: Iterable[BalanceCheck], tables: Mapping[tuple[str, int], BalanceTable], layout: Layout, problems: Collector
) -> None:
    """What does not close: an error or a warning each; where one identity breaks in several columns, as a row that is
    missing makes it, one for all."""
    broken = [c for c in checks if c.verdict == BREAK and c.left is not None and c.right is not None]
    unbalanced = {
        (c.region, c.year, c.fuel) for c in broken if c.check in ("balance", "sum:终端消费量", "sum:加工转换")
    }
    groups: dict[tuple[str, str, int, str], list[BalanceCheck]] = {}
    for c in broken:
        code = _code(c, tables[c.region, c.year], layout, (c.region, c.year, c.fuel) in unbalanced)
        groups.setdefault((code, c.region, c.year, c.check), []).append(c)
    for (code, region, year, _), several in groups.items():
        table = tables[region, year]
        if code == "balance.supply_break" or len(several) >= SEVERAL:
            problems.add(
                code if code == "balance.supply_break" else f"{code}s",
                several[0].origin,
                **_facts_of_all(several, table, layout),
            )
            continue
        for c in several:
            problems.add(code, c.origin, share=f"{_share(c, table, layout):.1%}", **_facts(c))


def _code(c: BalanceCheck, table: BalanceTable, layout: Layout, unbalanced: bool) -> str:
    if c.check == f"sum:{SUPPLY}":
        return "balance.supply_break"
    if not _serious(c, table, layout) or _outside_the_total(c, layout) or (c.check == "consumption" and not unbalanced):
        return "balance.identity_break"
    return "balance.identity_confirmed" if _confirmed(c, table) else "balance.identity_error"


def _facts_of_all(several: list[BalanceCheck], table: BalanceTable, layout: Layout) -> dict[str, object]:
    first = several[0]
    one_column = len({c.fuel for c in several}) == 1  # a sum column breaks in several rows
    names = [c.cells[0][0] if one_column and len(several) > 1 else c.fuel for c in several]
    listed = [f"{n} {c.difference:+.4g}（{_share(c, table, layout):.1%}）" for n, c in zip(names, several, strict=True)]
    total = first.check.removeprefix("sum:")
    gone = [r for r in layout.parts(total) if r not in table.rows] if total in ("终端消费量", "可供量") else []
    absent = {
        "zh": f"；表中没有这些行：{'、'.join(gone)}" if gone else "",
        "en": f"; the table has no rows {', '.join(gone)}" if gone else "",
    }
    label = (
        first.label
        if len({c.label["zh"] for c in several}) == 1
        else {"zh": f"{first.fuel} = 各品种之和", "en": f"{first.fuel} = sum of its fuels"}
    )
    return {
        "region": first.region,
        "year": first.year,
        "count": len(several),
        "columns": "、".join(listed),
        "check": label["zh"],
        "check_en": label["en"],
        "cells": "、".join(c.origin.cell for c in several if c.origin.cell) or "—",
        "absent": absent,
    }


def _facts(c: BalanceCheck) -> dict[str, object]:
    return {
        "region": c.region,
        "year": c.year,
        "column": c.fuel,
        "check": c.label["zh"],
        "check_en": c.label["en"],
        "left": f"{c.left:.6g}",
        "right": f"{c.right:.6g}",
        "difference": f"{c.difference:.4g}",
        "tolerance": f"{c.tolerance:.3g}",
    }


def _share(c: BalanceCheck, table: BalanceTable, layout: Layout) -> float:
    """The difference as a share of the largest figure of the column."""
    own = layout.columns[c.fuel].unit
    size = max(
        (
            abs(cell.value) * float(units.ratio(cell.unit, own))
            for (_, column), cell in table.cells.items()
            if column == c.fuel
        ),
        default=0.0,
    )
    return abs(c.difference or 0.0) / size if size else 0.0


def _serious(c: BalanceCheck, table: BalanceTable, layout: Layout) -> bool:
    return _share(c, table, layout) > SERIOUS


def _outside_the_total(c: BalanceCheck, layout: Layout) -> bool:
    """A sum column in a row of supply, or 城镇 + 乡村: no figure of it is counted in the total."""
    row = c.cells[0][0] if c.cells else ""
    return c.check == "sum:生活消费" or (
        layout.columns[c.fuel].kind == "sum" and row in layout.rows and layout.rows[row].cls in ("供应", "其中", "合计")
    )


def _confirmed(c: BalanceCheck, table: BalanceTable) -> bool:
    return any(
        cell.corrected is not None and cell.corrected == cell.printed
        for key in c.cells
        if (cell := table.cells.get(key)) is not None
    )
