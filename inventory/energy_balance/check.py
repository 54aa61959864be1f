"""Checks a balance table against its own identities and signs. Nothing is repaired: a break is reported, a wrong sign
without a correction is an error.

Tolerance of an identity: half a unit of the last printed digit (two decimals, fewer where the whole table prints fewer)
for each cell in it. A cell
that keeps three significant figures only adds 0.5 % of itself: the largest rounding error three figures can have.

A break of more than `SERIOUS` of the column is an error: one of the figures that are counted is wrong, unless
`corrections.csv` confirms a figure of the
identity (the printed value once more, with reason and source). A break of the supply side alone concerns the reference
approach, which is a check beside
the total, and remains a warning; so does 消费量合计 when the column balances without it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..core import units
from ..core.problems import Collector, Origin
from .table import BalanceCell, BalanceTable, Key, Layout

CLOSES, BREAK, NOT_CHECKABLE, IMPLIED = "closes", "break", "not_checkable", "implied"
VERDICTS = {
    CLOSES: {"zh": "平衡", "en": "closes"},
    BREAK: {"zh": "不平衡", "en": "break"},
    NOT_CHECKABLE: {"zh": "无法核对", "en": "cannot be checked"},
    IMPLIED: {"zh": "推算", "en": "implied"},
}
SUPPLY = "可供量"
SEVERAL = 3  # so many breaks of one identity have one cause, and one message
SERIOUS = 0.01  # of the largest figure of the column
THREE_FIGURES = 0.005  # 0.5 of the third figure of 1.00: the largest relative error of rounding to three figures


@dataclass(frozen=True, slots=True)
class BalanceCheck:
    """One identity for one fuel: `left` = `right`. Figures in the column's unit; None where the side cannot be formed.

    verdict: closes, break, not_checkable (`missing` names the cells that are not given), implied (the table prints no
    平衡差额: `difference` is what the
    other cells leave). `note` says which optional part is counted, and when a cell was restored from a sum, so that
    closing proves little.
    """

    check: str
    label: dict[str, str]
    region: str
    year: int
    fuel: str
    left: float | None
    right: float | None
    difference: float | None
    tolerance: float
    unit: str
    verdict: str
    missing: tuple[str, ...] = ()
    note: str = ""
    origin: Origin = Origin()
    cells: tuple[Key, ...] = ()


@dataclass
class _Side:
    """A sum of cells with its rounding error."""

    value: float = 0.0
    slack: float = 0.0
    used: int = 0
    restored: bool = False


def check_signs(table: BalanceTable, layout: Layout, found: Collector) -> None:
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
            found.add("balance.sign", cell.origin, row=row, column=column, value=f"{cell.value:g}", expected=expected)
        whole = table.cells.get((layout.rows[row].memo_of, column))
        if whole and kind == "fuel" and cell.value > whole.value + slack_of(cell, table) + slack_of(whole, table):
            found.add(
                "balance.memo_above_row",
                cell.origin,
                column=column,
                memo=row,
                memo_value=f"{cell.value:g}",
                row=layout.rows[row].memo_of,
                value=f"{whole.value:g}",
            )


def run_checks(table: BalanceTable, layout: Layout) -> tuple[BalanceCheck, ...]:
    """All identities of a table, by check and then by fuel in printed order."""
    return (
        *_row_sums(table, layout),
        *_balance(table, layout),
        *_column_sums(table, layout),
        *_consumption(table, layout),
    )


def report_breaks(
    checks: Iterable[BalanceCheck], tables: Mapping[tuple[str, int], BalanceTable], layout: Layout, found: Collector
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
            found.add(
                code if code == "balance.supply_break" else f"{code}s",
                several[0].origin,
                **_facts_of_all(several, table, layout),
            )
            continue
        for c in several:
            found.add(code, c.origin, share=f"{_share(c, table, layout):.1%}", **_facts(c))


def _code(c: BalanceCheck, table: BalanceTable, layout: Layout, unbalanced: bool) -> str:
    if c.check == f"sum:{SUPPLY}":
        return "balance.supply_break"
    if not _serious(c, table, layout) or _beside_the_total(c, layout) or (c.check == "consumption" and not unbalanced):
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


def _beside_the_total(c: BalanceCheck, layout: Layout) -> bool:
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


def _decimals(table: BalanceTable) -> int:
    """Decimals the table prints, at most two; cells kept with three figures do not count."""
    most = 0
    for cell in table.cells.values():
        if cell.precision in ("", "as_stored") and cell.printed is not None:
            text = repr(cell.printed).rstrip("0")
            most = max(most, len(text.partition(".")[2]))
    return min(most, 2)


def slack_of(cell: BalanceCell, table: BalanceTable, decimals: int | None = None) -> float:
    half = 0.5 * 10.0 ** -(_decimals(table) if decimals is None else decimals)
    return half + (THREE_FIGURES * abs(cell.value) if cell.precision == "rounded_3sf" else 0.0)


def sums_of(table: BalanceTable, layout: Layout) -> _Sums:
    """An adder of a table's cells, with their rounding error."""
    return _Sums(table, layout)


class _Sums:
    """Adds cells of one column (or row) in the column's own unit, with their slack."""

    def __init__(self, table: BalanceTable, layout: Layout) -> None:
        self.table, self.layout, self.decimals = table, layout, _decimals(table)

    def add(self, keys: Iterable[Key], signs: dict[str, int] | None = None, unit: str = "") -> _Side:
        side = _Side()
        for key in keys:
            cell = self.table.cells.get(key)
            if cell is None:
                continue
            target = unit or self.layout.columns[key[1]].unit
            factor = float(units.ratio(cell.unit, target)) if cell.unit != target else 1.0
            side.value += (signs or {}).get(key[0], 1) * cell.value * factor
            side.slack += slack_of(cell, self.table, self.decimals) * factor
            side.used += 1
            side.restored = side.restored or cell.precision == "recovered_by_balance"
        return side

    def absent(self, keys: Iterable[Key]) -> tuple[str, ...]:
        """Cells that are known not to be given: marked `…`, or in a row or column that the sheet does not have. Blank
        cells are not among them."""
        out = []
        for row, column in keys:
            if (row, column) in self.table.cells:
                continue
            if (
                (row, column) in self.table.unavailable
                or row not in self.table.rows
                or column not in self.table.columns
            ):
                out.append(f"{row}·{column}")
        return tuple(out)


def _verdict(
    check: str,
    label: dict[str, str],
    table: BalanceTable,
    layout: Layout,
    fuel: str,
    total: Key,
    left: _Side | None,
    right: _Side,
    missing: tuple[str, ...],
    note: str = "",
    cells: tuple[Key, ...] = (),
) -> BalanceCheck:
    unit = layout.columns[fuel].unit if fuel in layout.columns else ""
    cell = table.cells.get(total)
    origin = cell.origin if cell else table.unavailable.get(total, Origin(table.file, table.sheet))
    if left is None or missing:
        return BalanceCheck(
            check,
            label,
            table.region,
            table.year,
            fuel,
            left.value if left else None,
            right.value if right.used else None,
            None,
            0.0,
            unit,
            NOT_CHECKABLE,
            missing,
            note,
            origin,
            (total, *cells),
        )
    difference, tolerance = left.value - right.value, left.slack + right.slack
    verdict = CLOSES if abs(difference) <= tolerance * (1 + 1e-9) else BREAK
    if left.restored or right.restored:
        note = "；".join(filter(None, (note, "含由合计反推的单元格, 平衡不是独立证明")))
    return BalanceCheck(
        check,
        label,
        table.region,
        table.year,
        fuel,
        left.value,
        right.value,
        difference,
        tolerance,
        unit,
        verdict,
        (),
        note,
        origin,
        (total, *cells),
    )


def _row_sums(table: BalanceTable, layout: Layout) -> Iterable[BalanceCheck]:
    """可供量, 加工转换, 终端消费量 and 生活消费 against their rows."""
    sums = _Sums(table, layout)
    totals = [r for r in layout.rows if layout.parts(r) or layout.optional_parts(r)]
    totals.append("生活消费")
    for total in dict.fromkeys(totals):
        children = layout.parts(total) or tuple(d.id for d in layout.rows.values() if d.memo_of == total)
        if any(layout.rows[c].cls == "其中" and c not in table.rows for c in children):
            continue  # 城镇 and 乡村 are not printed
        optional = layout.optional_parts(total)
        either = f"（+ {' + '.join(optional)}）" if optional else ""
        label = {
            "zh": f"{total} = {' + '.join(children)}{either}",
            "en": f"{layout.rows[total].label_en} = sum of its rows",
        }
        for fuel in table.columns:
            firm = [(c, fuel) for c in children]
            extra = [(c, fuel) for c in optional if (c, fuel) in table.cells]
            if (total, fuel) not in table.cells and not any(k in table.cells for k in firm):
                continue
            left = sums.add([(total, fuel)]) if (total, fuel) in table.cells else None
            absent: tuple[str, ...] = (f"{total}·{fuel}",) if left is None else ()
            absent += tuple(a for a in sums.absent(firm) if (a.split("·")[0] in table.rows))
            yield _best(f"sum:{total}", label, table, layout, fuel, (total, fuel), left, sums, firm, extra, absent)


def _best(
    check: str,
    label: dict[str, str],
    table: BalanceTable,
    layout: Layout,
    fuel: str,
    total: Key,
    left: _Side | None,
    sums: _Sums,
    firm: list[Key],
    extra: list[Key],
    absent: tuple[str, ...],
    unit: str = "",
) -> BalanceCheck:
    """With and without the parts that only some tables add in: the first variant that closes (most parts first), else
    the nearest one."""
    nearest: BalanceCheck | None = None
    for chosen in _variants(extra):
        said = "；".join(
            f"{word}{'、'.join(k[0] if k[0] != total[0] else k[1] for k in keys)}"
            for word, keys in (("含", chosen), ("不含", [k for k in extra if k not in chosen]))
            if keys
        )
        tried = _verdict(
            check,
            label,
            table,
            layout,
            fuel,
            total,
            left,
            sums.add([*firm, *chosen], unit=unit),
            absent,
            said,
            (*firm, *extra),
        )
        if tried.verdict in (CLOSES, NOT_CHECKABLE):
            return tried
        if nearest is None or abs(tried.difference or 0) < abs(nearest.difference or 0):
            nearest = tried
    assert nearest is not None
    return nearest


def _variants(extra: list[Key]) -> Iterator[tuple[Key, ...]]:
    """All parts, then fewer and fewer."""
    for size in range(len(extra), -1, -1):
        yield from itertools.combinations(extra, size)


def _balance(table: BalanceTable, layout: Layout) -> Iterable[BalanceCheck]:
    """可供量 + 加工转换 − 损失量 − 终端消费量 = 平衡差额; totals that are not printed are formed from their rows, which
    the note says."""
    sums = _Sums(table, layout)
    label = {
        "zh": "可供量 + 加工转换 − 损失量 − 终端消费量 = 平衡差额",
        "en": "supply + transformation − losses − final consumption = statistical difference",
    }
    signs = {"损失量": -1, "终端消费量": -1, **dict.fromkeys(layout.parts("终端消费量"), -1)}
    for fuel in table.columns:
        keys: list[Key] = []
        formed, missing = [], []
        spare = _spare_parts(table, layout, sums, fuel)
        for total in ("可供量", "加工转换", "终端消费量"):
            parts = [(r, fuel) for r in layout.parts(total)]
            if (total, fuel) in table.cells:
                keys.append((total, fuel))
            elif sums.absent([(total, fuel)]) and sums.absent(parts) and not any(k in table.cells for k in parts):
                missing.append(f"{total}·{fuel}")
            else:
                present = [k for k in parts if k in table.cells]
                if present:
                    formed.append(total)
                keys.extend(present)
        keys += [("损失量", fuel), *spare]
        left = sums.add(keys, signs)
        if not left.used:
            continue
        difference = ("平衡差额", fuel)
        note = f"{'、'.join(formed)}由各行相加" if formed else ""
        if missing or difference in table.cells:
            yield _verdict(
                "balance",
                label,
                table,
                layout,
                fuel,
                difference,
                left,
                sums.add([difference]),
                tuple(missing),
                note,
                tuple(keys),
            )
        else:
            unit = layout.columns[fuel].unit
            blank = difference[0] in table.rows and difference not in table.unavailable
            closes = abs(left.value) <= left.slack * (1 + 1e-9)
            verdict = CLOSES if closes else (BREAK if blank else IMPLIED)
            said = "表中平衡差额为空, 按 0 核对" if blank else "表中无平衡差额, 差额为推算"
            restored = "含由合计反推的单元格, 平衡不是独立证明" if left.restored else ""
            yield BalanceCheck(
                "balance",
                label,
                table.region,
                table.year,
                fuel,
                left.value,
                0.0,
                left.value,
                left.slack,
                unit,
                verdict,
                (),
                "；".join(filter(None, (note, said, restored))),
                Origin(table.file, table.sheet),
                (difference, *keys),
            )


def _spare_parts(table: BalanceTable, layout: Layout, sums: _Sums, fuel: str) -> list[Key]:
    """Rows that belong to one total or another by the year of the table (回收能) and are in none of the printed ones:
    they are added on their own."""
    totals = ("可供量", "加工转换")
    spare = []
    for row in dict.fromkeys(r for t in totals for r in layout.optional_parts(t)):
        if len(layout.rows[row].optional_in) < len(totals):
            continue  # put in again: within the row above it or in the total, never on its own
        inside = False
        for total in totals:
            if (row, fuel) in table.cells and (total, fuel) in table.cells:
                printed, firm = sums.add([(total, fuel)]).value, [(r, fuel) for r in layout.parts(total)]
                inside = inside or abs(printed - sums.add([*firm, (row, fuel)]).value) < abs(
                    printed - sums.add(firm).value
                )
        if (row, fuel) in table.cells and not inside:
            spare.append((row, fuel))
    return spare


def _column_sums(table: BalanceTable, layout: Layout) -> Iterable[BalanceCheck]:
    """煤合计 and 油品合计 against their fuels, row by row."""
    sums = _Sums(table, layout)
    for total in (c.id for c in layout.columns.values() if c.kind == "sum"):
        if total not in table.columns:
            label = {"zh": f"{total} = 各品种之和", "en": f"{layout.columns[total].label_en} = sum of its fuels"}
            yield BalanceCheck(
                f"sum:{total}",
                label,
                table.region,
                table.year,
                total,
                None,
                None,
                None,
                0.0,
                layout.columns[total].unit,
                NOT_CHECKABLE,
                (total,),
                "",
                Origin(table.file, table.sheet),
            )
            continue
        members, optional = layout.parts(total), layout.optional_parts(total)
        for row in table.rows:
            if row == "消费量合计":
                # what is washed or refined would count twice: the sum columns take it out, so they are not the sum of
                # their fuels here
                continue
            firm = [(row, c) for c in members]
            extra = [(row, c) for c in optional if (row, c) in table.cells]
            if (row, total) not in table.cells and not any(k in table.cells for k in firm):
                continue
            label = {
                "zh": f"{row}: {total} = 各品种之和",
                "en": f"{layout.rows[row].label_en}: {layout.columns[total].label_en} = sum of its fuels",
            }
            left = sums.add([(row, total)]) if (row, total) in table.cells else None
            absent: tuple[str, ...] = (f"{row}·{total}",) if left is None else ()
            absent += tuple(a for a in sums.absent(firm) if a.split("·")[1] in table.columns)
            yield _best(
                f"sum:{total}",
                label,
                table,
                layout,
                total,
                (row, total),
                left,
                sums,
                firm,
                extra,
                absent,
                layout.columns[total].unit,
            )


def _consumption(table: BalanceTable, layout: Layout) -> Iterable[BalanceCheck]:
    """消费量合计 = 终端 + 损失 + what transformation takes in (negative cells only), for single fuels; sum columns do
    not obey it."""
    sums = _Sums(table, layout)
    label = {
        "zh": "消费量合计 = 终端消费量 + 损失量 + 加工转换投入（只计负值）",
        "en": "sum of consumption = final + losses + inputs of transformation (negative cells only)",
    }
    if "消费量合计" not in table.rows:
        return
    for fuel in table.columns:
        total = ("消费量合计", fuel)
        if layout.columns[fuel].kind != "fuel" or total not in table.cells:
            continue
        inputs = [(r, fuel) for r in layout.parts("加工转换") if (table.value(r, fuel) or 0) < 0]
        again = [(r, fuel) for r in layout.optional_parts("加工转换") if (table.value(r, fuel) or 0) < 0]
        absent, nearest = sums.absent([("终端消费量", fuel)]), None
        for chosen in _variants(again):
            taken = [*inputs, *chosen]
            right = sums.add([("终端消费量", fuel), ("损失量", fuel), *taken], dict.fromkeys((k[0] for k in taken), -1))
            tried = _verdict(
                "consumption",
                label,
                table,
                layout,
                fuel,
                total,
                sums.add([total]),
                right,
                absent,
                "",
                (("终端消费量", fuel), *inputs, *again),
            )
            if nearest is None or abs(tried.difference or 0) < abs(nearest.difference or 0):
                nearest = tried
        assert nearest is not None
        yield nearest
