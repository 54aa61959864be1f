"""能源平衡表, 分配与核对, 推算数据: the balance table as printed, where each of its cells goes, its identities, derived
data term by term."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..energy_balance import balance_of
from ..sheets.address import Ref, a1
from ..sheets.model import OutputSheet, decimals
from ..texts import SEMICOLON
from .context import Filing, header, heading, note, note_rows

if TYPE_CHECKING:
    from ..edition.parts import BalanceRowRow
    from ..energy_balance import AllocationLine, BalanceCell, BalanceTable, EnergyBalance


def tables_of(f: Filing) -> EnergyBalance | None:
    return balance_of(f.ledger.project)


def has_terms(f: Filing) -> bool:
    return any(d.terms for d in f.ledger.data)


# ---- the table as printed ----


def balance_sheet(f: Filing, sheet: OutputSheet) -> None:
    """Every table cell by cell in printed order; corrected cells yellow, with what was printed and why it was corrected
    below."""
    held = tables_of(f)
    assert held is not None
    row = heading(sheet, f.t, f.t("balance.corrected_note"))
    sheet.freeze = (2, 1)
    sheet.head = (0, 1)
    sheet.widths[0] = 34
    for number, table in enumerate(held.tables):
        if number:
            sheet.breaks.append(row)
        row = _table(f, sheet, row, table, held) + 1


def _table(f: Filing, sheet: OutputSheet, row: int, table: BalanceTable, held: EnergyBalance) -> int:
    t, layout = f.t, held.layout
    rows = [r for r in layout.rows if r in table.rows] or list(dict.fromkeys(r for r, _ in table.cells))
    columns = [c for c in layout.columns if c in table.columns] or list(dict.fromkeys(c for _, c in table.cells))
    year = f"{table.year}{'年' if f.lang == 'zh' else ''}"
    sheet.text(row, 0, f"{f.value_label('region', table.region)}　{year}　{table.title}", "section")
    place = f"{table.file}{f'[{table.sheet}]' if table.sheet else ''}"
    about = [t("explain.origin", origin=place), t("explain.data_kind", kind=table.data_kind)]
    sheet.text(row + 1, 0, t.semicolon.join(about), "subtitle")
    row += 2
    last = max(1, min(len(columns), 14))
    for remark in table.notes:
        row = note(sheet, row, remark, last, columns=150)
    head = row
    sheet.text(row, 0, t("column.row"), "head")
    for c, column in enumerate(columns, 1):
        declared = layout.columns[column]
        unit = table.units.get(column, declared.unit)
        sheet.text(row, c, f"{column if f.lang == 'zh' else declared.label_en}\n({unit})", "head")
        sheet.widths[c] = 12
    sheet.heights[row] = 48
    changed = _table_cells(f, sheet, row + 1, table, [layout.rows[name] for name in rows], columns)
    first, row = row + 1, row + 1 + len(rows)
    if rows and columns:
        f.book.note(
            Ref(sheet.name, first, 1),
            "balance",
            Ref(sheet.name, row - 1, len(columns)),
            head=head,
            region=table.region,
            year=table.year,
            changed={a1(at.row, at.col): [c.printed, c.reason, c.source] for at, c, _ in changed},
            origin=[table.file, table.sheet],
        )
    for _, cell, name in changed:
        text = (
            f"{name}：{t('column.printed')} {'' if cell.printed is None else f'{cell.printed:g}'}，"
            f"{t('column.corrected')} {cell.corrected:g} {cell.unit}；{cell.reason}；{cell.source}；{cell.origin}"
        )
        row = note(sheet, row, text, last, "warn", 150)
    return row + 1


def _table_cells(
    f: Filing, sheet: OutputSheet, row: int, table: BalanceTable, rows: Sequence[BalanceRowRow], columns: Sequence[str]
) -> list[tuple[Ref, BalanceCell, str]]:
    """Writes the rows of the table from `row` on; the corrected cells with their names."""
    changed: list[tuple[Ref, BalanceCell, str]] = []
    for r, declared in enumerate(rows, row):
        level = "line1" if declared.cls == "合计" else "line3" if declared.memo_of else "line2"
        sheet.text(r, 0, declared.label_zh if f.lang == "zh" else declared.label_en, level)
        for c, column in enumerate(columns, 1):
            cell = table.cells.get((declared.id, column))
            if cell is None:
                sheet.text(r, c, "…" if (declared.id, column) in table.unavailable else "", "notation")
                continue
            fixed = cell.corrected is not None
            style = f"{'corrected' if fixed else 'num'}:{decimals(cell.value, digits=15)}"
            ref = sheet.number(r, c, cell.value, style)
            f.balance[cell.origin.file, cell.origin.sheet, cell.origin.cell] = ref
            if fixed:
                changed.append((ref, cell, f"{declared.label_zh} × {column}"))
    return changed


# ---- where each cell goes ----


def allocation_sheet(f: Filing, sheet: OutputSheet) -> None:
    """Every cell of the tables with its destination, or why it is not counted."""
    held = tables_of(f)
    assert held is not None
    columns = (
        "region",
        "year",
        "row",
        "fuel",
        "source_value",
        "share_text",
        "amount",
        "unit",
        "goes_to",
        "reason",
        "standing",
        "source",
        "file",
    )
    row = header(sheet, heading(sheet, f.t, f.t("balance.lines")), [f.t(f"column.{c}") for c in columns])
    sheet.freeze, sheet.head = (row, 4), (row - 1, row - 1)
    sheet.widths.update({0: 8, 1: 6, 2: 24, 3: 18, 4: 11, 5: 44, 6: 12, 7: 10, 8: 60, 9: 70, 10: 10, 11: 40, 12: 32})
    first = row
    for allocation in held.allocations:
        for line in allocation.lines:
            _line(f, sheet, row, line, held)
            row += 1
    note_rows(f, sheet, first, row, len(columns))


def _line(f: Filing, sheet: OutputSheet, row: int, line: AllocationLine, held: EnergyBalance) -> None:
    t = f.t
    declared = held.layout.rows.get(line.row)
    label = line.row if declared is None else declared.label_zh if f.lang == "zh" else declared.label_en
    sheet.text(row, 0, f.value_label("region", line.region))
    sheet.number(row, 1, line.year, "year")
    sheet.text(row, 2, label, "wrap")
    column = _column(f, held, line.column)
    sheet.text(row, 3, column if line.fuel == line.column else f"{column}→{f.value_label('fuel', line.fuel)}", "wrap")
    source = f.balance.get((line.origin.file, line.origin.sheet, line.origin.cell))
    value = (
        sheet.number(row, 4, line.cell_value, f"num:{decimals(line.cell_value)}")
        if source is None or f.book.figure(source) != line.cell_value
        else sheet.formula(
            row, 4, "=" + source.seen_from(sheet.name), line.cell_value, f"num:{decimals(line.cell_value)}"
        )
    )
    joiner = SEMICOLON[f.lang]
    sheet.text(
        row,
        5,
        joiner.join(f"{u.split}：{u.part} {u.value:g}{t('balance.default') if u.default else ''}" for u in line.shares),
        "warn" if any(u.refine for u in line.shares) else "wrap",
    )
    product = line.cell_value * math.prod(u.value for u in line.shares)
    style = f"num:{decimals(line.amount)}"
    sign = 1 if product == 0 else round(line.amount / product)
    if abs(sign) == 1 and abs(sign * product - line.amount) <= 1e-12 * max(abs(line.amount), 1e-300):
        text = (
            "="
            + ("-" if sign < 0 else "")
            + value.seen_from(sheet.name)
            + "".join(f"*{u.value!r}" for u in line.shares)
        )
        sheet.formula(row, 6, text, line.amount, style)
    else:
        sheet.number(row, 6, line.amount, style)
    sheet.text(row, 7, line.unit, "center")
    goes = (
        f"{f.quantity_label(line.quantity)}{t.semicolon}{f.item_text(line.item)}"
        if line.counted
        else t("balance.not_counted")
    )
    sheet.text(row, 8, goes, "wrap" if line.counted else "warn")
    sheet.text(row, 9, t.label(line.reason), "wrap")
    sheet.text(row, 10, t.of("standing", line.standing), "center")
    sheet.text(row, 11, line.source, "wrap")
    sheet.text(row, 12, str(line.origin), "wrap")


def _column(f: Filing, held: EnergyBalance, name: str) -> str:
    """A column of the table by its name in the language of the workbook."""
    declared = held.layout.columns.get(name)
    return name if f.lang == "zh" or declared is None else declared.label_en or name


def checks_sheet(f: Filing, sheet: OutputSheet) -> None:
    """The identities of the tables, fuel by fuel: both sides, the difference live, the tolerance, the verdict."""
    from ..energy_balance import VERDICTS

    t, held = f.t, tables_of(f)
    assert held is not None
    columns = ("region", "year", "check", "fuel", "left", "right", "difference", "tolerance", "verdict", "note", "unit")
    row = header(sheet, heading(sheet, t, t("balance.checks")), [t(f"column.{c}") for c in columns])
    sheet.freeze, sheet.head = (row, 4), (row - 1, row - 1)
    sheet.widths.update({2: 56, 9: 60})
    for check in held.checks:
        sheet.text(row, 0, f.value_label("region", check.region))
        sheet.number(row, 1, check.year, "year")
        sheet.text(row, 2, t.label(check.label, check.check), "wrap")
        sheet.text(row, 3, _column(f, held, check.fuel))
        both = check.left is not None and check.right is not None
        for col, side in ((4, check.left), (5, check.right)):
            if side is None:
                sheet.text(row, col, "", "notation")
            else:
                sheet.number(row, col, side, f"num:{decimals(side)}")
        if both and check.difference is not None:
            left, right = Ref(sheet.name, row, 4).seen_from(sheet.name), Ref(sheet.name, row, 5).seen_from(sheet.name)
            value = float(check.left) - float(check.right)  # type: ignore[arg-type]
            if abs(value - check.difference) <= 1e-9 * max(abs(float(check.left)), abs(float(check.right)), 1.0):  # type: ignore[arg-type]
                sheet.formula(row, 6, f"=ROUND({left}-{right},6)", round(value, 6), f"num:{decimals(round(value, 6))}")
            else:
                sheet.number(row, 6, check.difference, f"num:{decimals(check.difference)}")
        elif check.difference is not None:
            sheet.number(row, 6, check.difference, f"num:{decimals(check.difference)}")
        else:
            sheet.text(row, 6, "", "notation")
        sheet.number(row, 7, check.tolerance, f"num:{decimals(check.tolerance)}")
        style = {"closes": "good", "break": "missing"}.get(check.verdict, "notation")
        sheet.text(row, 8, VERDICTS[check.verdict][f.lang], style)
        remark = t.semicolon.join(
            x for x in (t("balance.absent", cells="、".join(check.missing)) if check.missing else "", check.note) if x
        )
        sheet.text(row, 9, remark, "wrap")
        sheet.text(row, 10, check.unit, "center")
        row += 1
    note_rows(f, sheet, row - len(held.checks), row, len(columns))


# ---- derived data ----


def terms_sheet(f: Filing, sheet: OutputSheet) -> None:
    """One row a term: source value × shares = amount, live; the datum on 活动数据 is the sum of its rows."""
    t, ledger = f.t, f.ledger
    derived = [i for i, d in enumerate(ledger.data) if d.terms]
    shares = max((len(term.shares) for i in derived for term in ledger.data[i].terms), default=0)
    labels = [t("column.datum"), t("column.term"), t("column.source_value")]
    for n in range(1, shares + 1):
        labels += [t("column.share_name", n=n), t("column.share", n=n)]
    labels += [t("column.sign"), t("column.amount"), t("column.unit"), t("column.reason"), t("column.file")]
    row = first = header(sheet, heading(sheet, t, t("balance.terms")), labels)
    sheet.freeze, sheet.head = (row, 1), (row - 1, row - 1)
    last = len(labels) - 1
    sheet.widths.update({0: 46, 1: 34, last - 1: 50, last: 30, **{3 + 2 * n: 22 for n in range(shares)}})
    sign_at, amount_at = last - 4, last - 3
    for i in derived:
        d = ledger.data[i]
        start = row
        name = f"{f.value_label('region', d.region)} {d.year} {f.quantity_label(d.quantity)}{t.semicolon}{f.item_text(d.item)}"
        for term in d.terms:
            sheet.text(row, 0, name, "wrap")
            sheet.text(row, 1, term.label, "wrap")
            style = f"num:{decimals(term.value)}"
            source = f.balance.get((term.cell.file, term.cell.sheet, term.cell.cell))
            if source is not None and f.book.figure(source) == term.value:
                cells = [sheet.formula(row, 2, "=" + source.seen_from(sheet.name), term.value, style)]
            else:
                cells = [sheet.number(row, 2, term.value, style)]
            for n in range(shares):
                if n < len(term.shares):
                    sheet.text(row, 3 + 2 * n, term.shares[n][0], "wrap")
                    cells.append(sheet.number(row, 4 + 2 * n, term.shares[n][1], f"num:{decimals(term.shares[n][1])}"))
                else:
                    sheet.text(row, 3 + 2 * n, "")
                    sheet.text(row, 4 + 2 * n, "")
            cells.insert(0, sheet.number(row, sign_at, term.sign, "year"))
            sheet.formula(
                row,
                amount_at,
                "=" + "*".join(x.seen_from(sheet.name) for x in cells),
                term.amount,
                f"result:{decimals(term.amount)}",
            )
            sheet.text(row, amount_at + 1, d.unit)
            sheet.text(row, amount_at + 2, term.reason, "wrap")
            sheet.text(row, amount_at + 3, str(term.cell), "wrap")
            row += 1
        f.terms[i] = (Ref(sheet.name, start, amount_at), Ref(sheet.name, row - 1, amount_at))
    if row > first:
        f.book.note(
            Ref(sheet.name, first, 0),
            "term",
            Ref(sheet.name, row - 1, last),
            shares=shares,
            sign=sign_at,
            amount=amount_at,
        )
