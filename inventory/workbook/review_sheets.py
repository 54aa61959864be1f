"""审核意见 and 签署页: what reviewers said and what was answered, and who signs."""

from __future__ import annotations

from ..core import extras
from ..core.rounding import STATEMENT
from ..sheets.model import OutputSheet
from .context import Filing, header, heading, note, note_rows
from .tables import ReportSheets

ROLES = ("compiled", "checked", "reviewed", "approved")


def has_review(f: Filing) -> bool:
    return bool(f.ledger.project.comments)


def always(f: Filing) -> bool:
    return True


def review(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    """Every comment with its answer, in the order of the file; open ones stand out."""
    t = f.t
    comments = f.ledger.project.comments
    open_ones = sum(c.open for c in comments)
    row = heading(sheet, t, t("review.count", n=len(comments), open=open_ones))
    labels = (
        "number",
        "category",
        "gas",
        "cell",
        "comment",
        "by",
        "date",
        "answer",
        "answer_by",
        "answer_date",
        "status",
    )
    row = first = header(sheet, row, [t(f"review.{c}") for c in labels])
    sheet.freeze, sheet.head = (row, 2), (row - 1, row - 1)
    sheet.widths.update({0: 6, 1: 30, 3: 20, 4: 50, 5: 12, 6: 12, 7: 50, 8: 12, 9: 12, 10: 10})
    for number, c in enumerate(comments, 1):
        sheet.number(row, 0, number, "year")
        sheet.text(row, 1, f.value_label("category", c.category) if c.category else "", "wrap")
        sheet.text(row, 2, c.gas, "center")
        target = c.cell.rpartition("!")[0].strip("'")
        sheet.text(
            row,
            3,
            c.cell,
            "link" if target in f.book.sheets else "wrap",
            link=target if target in f.book.sheets else "",
        )
        for col, text in ((4, c.comment), (5, c.by), (6, c.date), (7, c.answer), (8, c.answer_by), (9, c.answer_date)):
            sheet.text(row, col, text, "wrap")
        sheet.text(row, 10, t("review.open" if c.open else "review.answered"), "warn" if c.open else "good")
        row += 1
    note_rows(f, sheet, first, row, len(labels))


def signatures(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    """Names where the project gives them, lines to sign where it does not."""
    t = f.t
    sheet.portrait = True
    sheet.widths.update({0: 16, 1: 22, 2: 34, 3: 20, 4: 16})
    row = heading(sheet, t, f.book.title)
    code = f.ledger.project.archive_code
    if code:
        row = note(sheet, row, t("signatures.code", code=code), 4, "banner", 100) + 1
    row = header(sheet, row, [t(f"signatures.{c}") for c in ("role", "name", "organisation", "signature", "date")])
    given = list(f.ledger.project.signatures) or [extras.Signature(t(f"signatures.{role}")) for role in ROLES]
    for s in given:
        for col, text in enumerate((s.role, s.name, s.organisation, "", s.date)):
            sheet.text(row, col, text, "text")
        sheet.heights[row] = 36
        row += 1
    row = note(sheet, row + 1, t("signatures.statement"), 4, "note", 100)
    note(sheet, row + 1, STATEMENT[f.lang], 4, "note", 100)
