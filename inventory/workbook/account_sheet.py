"""数字去向: where every figure of every file went, and those that are not counted with place and reason."""

from __future__ import annotations

from ..analysis.account import account_of
from ..core.account import grouped, reason_text
from ..sheets.model import OutputSheet
from .context import Filing, header, heading, note_rows
from .tables import ReportSheets

COLUMNS = ("read", "counted", "check", "aside", "refused")
NAMED = 60  # cells written out for one reason


def applies(f: Filing) -> bool:
    result = account_of(f.ledger)
    return result is not None and bool(result.files)


def fill(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    """One row a file with the total, then the figures that no total used, by file, sheet and reason."""
    t = f.t
    account = account_of(f.ledger)
    assert account is not None
    sheet.widths.update({0: 34, 1: 18, 2: 12, 3: 34, 4: 10, 5: 60})
    row = heading(sheet, t, t("figure_account.note"))
    row = top = header(sheet, row, [t("figure_account.file"), *(t(f"figure_account.{c}") for c in COLUMNS)])
    sheet.freeze = (row, 1)
    for file in (*account.files, account.total):
        last = file.file == ""
        sheet.text(row, 0, t("figure_account.total") if last else file.file, "section" if last else "text")
        for col, name in enumerate(COLUMNS, 1):
            sheet.number(row, col, getattr(file, name), "num:0")
        row += 1
    note_rows(f, sheet, top, row, len(COLUMNS) + 1)
    groups = grouped(account.entries)
    if not groups:
        return
    sheet.text(row + 1, 0, t("figure_account.not_counted"), "section")
    row = first = header(
        sheet, row + 2, [t(f"figure_account.{c}") for c in ("file", "sheet", "where", "reason", "count", "cells")]
    )
    for (file_name, sheet_name, where, reason), cells in groups.items():
        for col, text in enumerate((file_name, sheet_name, t(f"figure_account.{where}"), reason_text(reason, f.lang))):
            sheet.text(row, col, text, "wrap")
        sheet.number(row, 4, len(cells), "num:0")
        sheet.text(row, 5, "、".join(dict.fromkeys(cells[:NAMED])) + ("…" if len(cells) > NAMED else ""), "wrap")
        row += 1
    note_rows(f, sheet, first, row, 6)
