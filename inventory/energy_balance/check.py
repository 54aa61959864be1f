"""Checks a balance table against its own identities and signs. Nothing is repaired: a break is reported, a wrong sign without a correction is an error.

Tolerance of an identity: half a unit of the last printed digit (two decimals, fewer where the whole table prints fewer) for each cell in it. A cell
that keeps three significant figures only adds 0.5 % of itself: the largest rounding error three figures can have.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..core import units
from ..core.problems import Collector, Origin
from .table import BalanceCell, BalanceTable, Key, Layout

CLOSES, BREAK, NOT_CHECKABLE, IMPLIED = "closes", "break", "not_checkable", "implied"
VERDICTS = {
    CLOSES: {"zh": "平衡", "en": "closes"}, BREAK: {"zh": "不平衡", "en": "break"},
    NOT_CHECKABLE: {"zh": "无法核对", "en": "cannot be checked"}, IMPLIED: {"zh": "推算", "en": "implied"},
}
THREE_FIGURES = 0.005  # 0.5 of the third figure of 1.00: the largest relative error of rounding to three figures


@dataclass(frozen=True, slots=True)
class BalanceCheck:
    """One identity for one fuel: `left` = `right`. Figures in the column's unit; None where the side cannot be formed.

    verdict: closes, break, not_checkable (`missing` names the cells that are not given), implied (the table prints no 平衡差额: `difference` is what the
    other cells leave). `note` says which optional part is counted, and when a cell was restored from a sum, so that closing proves little.
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
        if wrong and not (sign == "input" and kind in ("heat", "electricity")) and not (sign == "input" and kind == "sum"):
            expected = {"nonneg": "≥ 0", "nonpos": "≤ 0 (-)", "input": "≤ 0 (投入为负)"}[sign]
            found.add("balance.sign", cell.origin, row=row, column=column, value=f"{cell.value:g}", expected=expected)
        whole = table.cells.get((layout.rows[row].memo_of, column))
        if whole and kind == "fuel" and cell.value > whole.value + _slack(cell, table) + _slack(whole, table):
            found.add("balance.memo_above_row", cell.origin, column=column, memo=row, memo_value=f"{cell.value:g}", row=layout.rows[row].memo_of,
                      value=f"{whole.value:g}")


def run_checks(table: BalanceTable, layout: Layout) -> tuple[BalanceCheck, ...]:
    """All identities of a table, by check and then by fuel in printed order."""
    return (*_row_sums(table, layout), *_balance(table, layout), *_column_sums(table, layout), *_consumption(table, layout))


def report_breaks(checks: Iterable[BalanceCheck], found: Collector) -> None:
    """One warning for each identity that does not close."""
    for c in checks:
        if c.verdict == BREAK and c.left is not None and c.right is not None:
            found.add("balance.identity_break", c.origin, region=c.region, year=c.year, column=c.fuel, check=c.label["zh"], check_en=c.label["en"],
                      left=f"{c.left:.6g}", right=f"{c.right:.6g}", difference=f"{c.difference:.4g}", tolerance=f"{c.tolerance:.3g}")


def _decimals(table: BalanceTable) -> int:
    """Decimals the table prints, at most two; cells kept with three figures do not count."""
    most = 0
    for cell in table.cells.values():
        if cell.precision in ("", "as_stored") and cell.printed is not None:
            text = repr(cell.printed).rstrip("0")
            most = max(most, len(text.partition(".")[2]))
    return min(most, 2)


def _slack(cell: BalanceCell, table: BalanceTable, decimals: int | None = None) -> float:
    half = 0.5 * 10.0 ** -(_decimals(table) if decimals is None else decimals)
    return half + (THREE_FIGURES * abs(cell.value) if cell.precision == "rounded_3sf" else 0.0)


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
            side.slack += _slack(cell, self.table, self.decimals) * factor
            side.used += 1
            side.restored = side.restored or cell.precision == "recovered_by_balance"
        return side

    def absent(self, keys: Iterable[Key]) -> tuple[str, ...]:
        """Cells that are known not to be given: marked `…`, or in a row or column that the sheet does not have. Blank cells are not among them."""
        out = []
        for row, column in keys:
            if (row, column) in self.table.cells:
                continue
            if (row, column) in self.table.unavailable or row not in self.table.rows or column not in self.table.columns:
                out.append(f"{row}·{column}")
        return tuple(out)


def _verdict(check: str, label: dict[str, str], table: BalanceTable, layout: Layout, fuel: str, total: Key, left: _Side | None,
             right: _Side, missing: tuple[str, ...], note: str = "") -> BalanceCheck:
    unit = layout.columns[fuel].unit if fuel in layout.columns else ""
    cell = table.cells.get(total)
    origin = cell.origin if cell else table.unavailable.get(total, Origin(table.file, table.sheet))
    if left is None or missing:
        return BalanceCheck(check, label, table.region, table.year, fuel, left.value if left else None, right.value if right.used else None, None, 0.0,
                            unit, NOT_CHECKABLE, missing, note, origin)
    difference, tolerance = left.value - right.value, left.slack + right.slack
    verdict = CLOSES if abs(difference) <= tolerance * (1 + 1e-9) else BREAK
    if left.restored or right.restored:
        note = "；".join(filter(None, (note, "含由合计反推的单元格, 平衡不是独立证明")))
    return BalanceCheck(check, label, table.region, table.year, fuel, left.value, right.value, difference, tolerance, unit, verdict, (), note, origin)



def _row_sums(table: BalanceTable, layout: Layout) -> Iterable[BalanceCheck]:
    """可供量, 加工转换, 终端消费量 and 生活消费 against their rows."""
    sums = _Sums(table, layout)
    totals = [r for r in layout.rows if layout.parts(r) or layout.optional_parts(r)]
    totals.append("生活消费")
    for total in dict.fromkeys(totals):
        children = layout.parts(total) or tuple(d.id for d in layout.rows.values() if d.memo_of == total)
        optional = layout.optional_parts(total)
        either = f"（+ {' + '.join(optional)}）" if optional else ""
        label = {"zh": f"{total} = {' + '.join(children)}{either}", "en": f"{layout.rows[total].label_en} = sum of its rows"}
        for fuel in table.columns:
            firm = [(c, fuel) for c in children]
            extra = [(c, fuel) for c in optional if (c, fuel) in table.cells]
            if (total, fuel) not in table.cells and not any(k in table.cells for k in firm):
                continue
            left = sums.add([(total, fuel)]) if (total, fuel) in table.cells else None
            absent: tuple[str, ...] = (f"{total}·{fuel}",) if left is None else ()
            absent += tuple(a for a in sums.absent(firm) if (a.split("·")[0] in table.rows))
            yield _best(f"sum:{total}", label, table, layout, fuel, (total, fuel), left, sums, firm, extra, absent)


def _best(check: str, label: dict[str, str], table: BalanceTable, layout: Layout, fuel: str, total: Key, left: _Side | None, sums: _Sums,
          firm: list[Key], extra: list[Key], absent: tuple[str, ...], unit: str = "") -> BalanceCheck:
    """With and without the parts that only some years' tables add in: the variant that closes, else the nearer one."""
    with_all = _verdict(check, label, table, layout, fuel, total, left, sums.add([*firm, *extra], unit=unit), absent,
                        f"含{'、'.join(k[0] if k[0] != total[0] else k[1] for k in extra)}" if extra else "")
    if not extra or with_all.verdict in (CLOSES, NOT_CHECKABLE):
        return with_all
    without = _verdict(check, label, table, layout, fuel, total, left, sums.add(firm, unit=unit), absent,
                       f"不含{'、'.join(k[0] if k[0] != total[0] else k[1] for k in extra)}")
    return without if abs(without.difference or 0) < abs(with_all.difference or 0) else with_all


def _balance(table: BalanceTable, layout: Layout) -> Iterable[BalanceCheck]:
    """可供量 + 加工转换 − 损失量 − 终端消费量 = 平衡差额; totals that are not printed are formed from their rows, which the note says."""
    sums = _Sums(table, layout)
    label = {"zh": "可供量 + 加工转换 − 损失量 − 终端消费量 = 平衡差额", "en": "supply + transformation − losses − final consumption = statistical difference"}
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
            yield _verdict("balance", label, table, layout, fuel, difference, left, sums.add([difference]), tuple(missing), note)
        else:
            unit = layout.columns[fuel].unit
            blank = difference[0] in table.rows and difference not in table.unavailable
            closes = abs(left.value) <= left.slack * (1 + 1e-9)
            verdict = CLOSES if closes else (BREAK if blank else IMPLIED)
            said = "表中平衡差额为空, 按 0 核对" if blank else "表中无平衡差额, 差额为推算"
            restored = "含由合计反推的单元格, 平衡不是独立证明" if left.restored else ""
            yield BalanceCheck("balance", label, table.region, table.year, fuel, left.value, 0.0, left.value, left.slack, unit, verdict,
                               (), "；".join(filter(None, (note, said, restored))), Origin(table.file, table.sheet))


def _spare_parts(table: BalanceTable, layout: Layout, sums: _Sums, fuel: str) -> list[Key]:
    """Rows that belong to one total or another by the year of the table (回收能) and are in none of the printed ones: they are added on their own."""
    totals = ("可供量", "加工转换")
    spare = []
    for row in dict.fromkeys(r for t in totals for r in layout.optional_parts(t)):
        inside = False
        for total in totals:
            if (row, fuel) in table.cells and (total, fuel) in table.cells:
                printed, firm = sums.add([(total, fuel)]).value, [(r, fuel) for r in layout.parts(total)]
                inside = inside or abs(printed - sums.add([*firm, (row, fuel)]).value) < abs(printed - sums.add(firm).value)
        if (row, fuel) in table.cells and not inside:
            spare.append((row, fuel))
    return spare


def _column_sums(table: BalanceTable, layout: Layout) -> Iterable[BalanceCheck]:
    """煤合计 and 油品合计 against their fuels, row by row."""
    sums = _Sums(table, layout)
    for total in (c.id for c in layout.columns.values() if c.kind == "sum"):
        if total not in table.columns:
            label = {"zh": f"{total} = 各品种之和", "en": f"{layout.columns[total].label_en} = sum of its fuels"}
            yield BalanceCheck(f"sum:{total}", label, table.region, table.year, total, None, None, None, 0.0, layout.columns[total].unit,
                               NOT_CHECKABLE, (total,), "", Origin(table.file, table.sheet))
            continue
        members, optional = layout.parts(total), layout.optional_parts(total)
        for row in table.rows:
            firm = [(row, c) for c in members]
            extra = [(row, c) for c in optional if (row, c) in table.cells]
            if (row, total) not in table.cells and not any(k in table.cells for k in firm):
                continue
            label = {"zh": f"{row}: {total} = 各品种之和", "en": f"{layout.rows[row].label_en}: {layout.columns[total].label_en} = sum of its fuels"}
            left = sums.add([(row, total)]) if (row, total) in table.cells else None
            absent: tuple[str, ...] = (f"{row}·{total}",) if left is None else ()
            absent += tuple(a for a in sums.absent(firm) if a.split("·")[1] in table.columns)
            yield _best(f"sum:{total}", label, table, layout, total, (row, total), left, sums, firm, extra, absent, layout.columns[total].unit)


def _consumption(table: BalanceTable, layout: Layout) -> Iterable[BalanceCheck]:
    """消费量合计 = 终端 + 损失 + what transformation takes in (negative cells only), for single fuels; sum columns do not obey it."""
    sums = _Sums(table, layout)
    label = {"zh": "消费量合计 = 终端消费量 + 损失量 + 加工转换投入（只计负值）",
             "en": "sum of consumption = final + losses + inputs of transformation (negative cells only)"}
    if "消费量合计" not in table.rows:
        return
    for fuel in table.columns:
        total = ("消费量合计", fuel)
        if layout.columns[fuel].kind != "fuel" or total not in table.cells:
            continue
        inputs = [(r, fuel) for r in layout.parts("加工转换") if (table.value(r, fuel) or 0) < 0]
        keys = [("终端消费量", fuel), ("损失量", fuel), *inputs]
        absent = sums.absent([("终端消费量", fuel)])
        right = sums.add(keys, dict.fromkeys((k[0] for k in inputs), -1))
        yield _verdict("consumption", label, table, layout, fuel, total, sums.add([total]), right, absent)
