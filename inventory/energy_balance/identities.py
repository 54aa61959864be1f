"""The identities of a balance table: sums of rows and columns, supply against use, 消费量合计.

An identity closes within the rounding error of its cells (`sums.py`). Nothing is repaired; what does not close is
reported by `check.py`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..core.problems import Origin
from .sums import Side, Sums
from .table import BalanceTable, Key, Layout

CLOSES, BREAK, NOT_CHECKABLE, IMPLIED = "closes", "break", "not_checkable", "implied"
VERDICTS = {
    CLOSES: {"zh": "平衡", "en": "closes"},
    BREAK: {"zh": "不平衡", "en": "break"},
    NOT_CHECKABLE: {"zh": "无法核对", "en": "cannot be checked"},
    IMPLIED: {"zh": "推算", "en": "implied"},
}


@dataclass(frozen=True, slots=True)
class BalanceCheck:
    """One identity for one fuel: `left` = `right`. Figures in the column's unit; None where the side cannot be formed.

    verdict: closes, break, not_checkable (`missing` names the cells that are not given), implied (the table prints no
    平衡差额: `difference` is what the other cells leave). `note` says which optional part is counted, and when a cell
    was restored from a sum, so that closing proves little.
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


def run_checks(table: BalanceTable, layout: Layout) -> tuple[BalanceCheck, ...]:
    """All identities of a table, by check and then by fuel in printed order."""
    return (
        *_row_sums(table, layout),
        *_balance(table, layout),
        *_column_sums(table, layout),
        *_consumption(table, layout),
    )


@dataclass(frozen=True, slots=True)
class Identity:
    """One identity of a table for one fuel: what it is called, and the cell that holds its total."""

    check: str
    label: dict[str, str]
    table: BalanceTable
    layout: Layout
    fuel: str
    total: Key


def _verdict(
    identity: Identity,
    left: Side | None,
    right: Side,
    missing: tuple[str, ...],
    note: str = "",
    cells: tuple[Key, ...] = (),
) -> BalanceCheck:
    check, label, total = identity.check, identity.label, identity.total
    table, layout, fuel = identity.table, identity.layout, identity.fuel
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
    sums = Sums(table, layout)
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
            identity = Identity(f"sum:{total}", label, table, layout, fuel, (total, fuel))
            yield _best(identity, left, sums, IdentityParts(firm, extra, absent))


@dataclass(frozen=True, slots=True)
class IdentityParts:
    """The parts of a total: those always added, those only some tables add in, those that are absent."""

    firm: list[Key]
    extra: list[Key]
    absent: tuple[str, ...]
    unit: str = ""


def _best(identity: Identity, left: Side | None, sums: Sums, parts: IdentityParts) -> BalanceCheck:
    """With and without the parts that only some tables add in: the first variant that closes (most parts first), else
    the nearest one."""
    nearest: BalanceCheck | None = None
    total = identity.total
    for chosen in _variants(parts.extra):
        said = "；".join(
            f"{word}{'、'.join(k[0] if k[0] != total[0] else k[1] for k in keys)}"
            for word, keys in (("含", chosen), ("不含", [k for k in parts.extra if k not in chosen]))
            if keys
        )
        tried = _verdict(
            identity,
            left,
            sums.add([*parts.firm, *chosen], unit=parts.unit),
            parts.absent,
            said,
            (*parts.firm, *parts.extra),
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
    sums = Sums(table, layout)
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
            identity = Identity("balance", label, table, layout, fuel, difference)
            yield _verdict(identity, left, sums.add([difference]), tuple(missing), note, tuple(keys))
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


def _spare_parts(table: BalanceTable, layout: Layout, sums: Sums, fuel: str) -> list[Key]:
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
    sums = Sums(table, layout)
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
            identity = Identity(f"sum:{total}", label, table, layout, total, (row, total))
            yield _best(identity, left, sums, IdentityParts(firm, extra, absent, layout.columns[total].unit))


def _consumption(table: BalanceTable, layout: Layout) -> Iterable[BalanceCheck]:
    """消费量合计 = 终端 + 损失 + what transformation takes in (negative cells only), for single fuels; sum columns do
    not obey it."""
    sums = Sums(table, layout)
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
            identity = Identity("consumption", label, table, layout, fuel, total)
            tried = _verdict(identity, sums.add([total]), right, absent, "", (("终端消费量", fuel), *inputs, *again))
            if nearest is None or abs(tried.difference or 0) < abs(nearest.difference or 0):
                nearest = tried
        assert nearest is not None
        yield nearest
