"""能源平衡表 and 分配与核对: the balance table as printed, where each of its cells goes, the identities, and derived data term by term."""

from __future__ import annotations

from .context import Filing, header, heading
from .model import Ref, Sheet, decimals


def has_terms(f: Filing) -> bool:
    return any(d.terms for d in f.ledger.data)


def terms_block(f: Filing, sheet: Sheet, row: int) -> int:
    """One row a term: source value × shares = allocated amount, live; the datum on 活动数据 is the sum of its rows."""
    t, ledger = f.t, f.ledger
    derived = [i for i, d in enumerate(ledger.data) if d.terms]
    shares = max((len(term.shares) for i in derived for term in ledger.data[i].terms), default=0)
    sheet.text(row, 0, t("balance.terms"), "section")
    labels = [t("column.datum"), t("column.term"), t("column.source_value")]
    for n in range(1, shares + 1):
        labels += [t("column.share_name", n=n), t("column.share", n=n)]
    labels += [t("column.sign"), t("column.amount"), t("column.unit"), t("column.reason"), t("column.file")]
    row = first = header(sheet, row + 1, labels)
    if sheet.head is None:
        sheet.freeze, sheet.head = (row, 1), (row - 1, row - 1)
    sheet.widths.update({0: 46, 1: 34, len(labels) - 2: 50, len(labels) - 1: 34})
    sign_at, amount_at = len(labels) - 5, len(labels) - 4
    for i in derived:
        d = ledger.data[i]
        start = row
        name = f"{f.value_label('region', d.region)} {d.year} {f.quantity_label(d.quantity)}{t.semicolon}{f.item_text(d.item)}"
        for term in d.terms:
            sheet.text(row, 0, name, "wrap")
            sheet.text(row, 1, term.label, "wrap")
            place = (term.cell.file, term.cell.sheet, term.cell.cell)
            style = f"num:{decimals(term.value)}"
            source = f.balance.get(place)
            if source is not None and abs(f.book.figure(source) - term.value) <= 1e-12 * abs(term.value):
                value = sheet.formula(row, 2, "=" + source.seen_from(sheet.name), term.value, style)
            else:
                value = sheet.number(row, 2, term.value, style)
            factors = [value]
            for n in range(shares):
                if n < len(term.shares):
                    sheet.text(row, 3 + 2 * n, term.shares[n][0], "wrap")
                    factors.append(sheet.number(row, 4 + 2 * n, term.shares[n][1], f"num:{decimals(term.shares[n][1])}"))
                else:
                    sheet.text(row, 3 + 2 * n, "")
                    sheet.text(row, 4 + 2 * n, "")
            factors.insert(0, sheet.number(row, sign_at, term.sign, "year"))
            product = "*".join(x.seen_from(sheet.name) for x in factors)
            sheet.formula(row, amount_at, "=" + product, term.amount, f"result:{decimals(term.amount)}")
            sheet.text(row, amount_at + 1, d.unit)
            sheet.text(row, amount_at + 2, term.reason, "wrap")
            sheet.text(row, amount_at + 3, str(term.cell))
            row += 1
        f.terms[i] = (Ref(sheet.name, start, amount_at), Ref(sheet.name, row - 1, amount_at))
    if row > first:
        f.book.note(Ref(sheet.name, first, 0), "term", Ref(sheet.name, row - 1, len(labels) - 1), shares=shares, sign=sign_at, amount=amount_at)
    return row + 1


def allocation_sheet(f: Filing, sheet: Sheet) -> None:
    row = heading(sheet, f.t)
    if has_terms(f):
        row = terms_block(f, sheet, row)


def has_balance(f: Filing) -> bool:
    return bool(f.ledger.project.tables.get("energy_balance"))


def balance_sheet(f: Filing, sheet: Sheet) -> None:
    heading(sheet, f.t)
