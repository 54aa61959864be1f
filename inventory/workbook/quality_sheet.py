"""质量控制: the QC log of a filing: what became of every check, every finding with the compiler's answer, answers whose
finding is gone."""

from __future__ import annotations

from ..analysis.findings import QualityFinding
from ..sheets.model import OutputSheet
from .context import Filing, header, heading, note, note_rows
from .tables import ReportSheets

STYLES = {"error": "missing", "warning": "warn", "hint": "center"}


def applies(f: Filing) -> bool:
    return bool(f.ledger.lines)


def fill(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    """The register first (short), then the findings, open ones standing out."""
    t, log = f.t, f.quality
    count = {status: sum(o.status == status for o in log.outcomes) for status in ("passed", "found", "skipped")}
    sheet.widths.update({0: 6, 1: 24, 2: 10, 3: 30, 4: 80, 5: 40, 6: 12, 7: 12, 8: 10})
    row = heading(
        sheet,
        t,
        t(
            "quality.subtitle",
            checks=len(log.outcomes),
            **count,
            n=len(log.findings),
            open=len(log.open),
            answered=len(log.findings) - len(log.open),
        ),
    )
    row = note(sheet, row, t("quality.note"), 8, "note", 200) + 1
    row = _findings(f, sheet, row, log.findings) + 1
    if log.stale:
        row = _stale(f, sheet, row) + 1
    _register(f, sheet, row)


def _findings(f: Filing, sheet: OutputSheet, row: int, findings: tuple[QualityFinding, ...]) -> int:
    t = f.t
    sheet.text(row, 0, t("quality.findings"), "section")
    if not findings:
        sheet.text(row + 1, 0, t("quality.none"), "note")
        return row + 2
    first = row = header(
        sheet,
        row + 1,
        [
            t("column.number"),
            *(t(f"quality.{c}") for c in ("check", "severity", "place", "message", "answer", "name", "date", "status")),
        ],
    )
    for number, finding in enumerate(findings, 1):
        p, statement = finding.problem, finding.answer
        message = t.semicolon.join(
            x for x in (p.part("what", f.lang), p.part("expected", f.lang), p.part("fix", f.lang)) if x
        )
        sheet.number(row, 0, number, "year")
        sheet.text(row, 1, finding.check, "wrap")
        sheet.text(row, 2, t.of("severity", finding.severity), STYLES[finding.severity])
        sheet.text(row, 3, finding.place + (f"\n{p.origin}" if str(p.origin) else ""), "wrap")
        sheet.text(row, 4, message, "wrap")
        for col, text in (
            (5, statement.answer if statement else ""),
            (6, statement.name if statement else ""),
            (7, statement.date if statement else ""),
        ):
            sheet.text(row, col, text, "wrap")
        sheet.text(row, 8, t("quality.answered" if statement else "quality.open"), "good" if statement else "warn")
        row += 1
    note_rows(f, sheet, first, row, 9)
    return row


def _register(f: Filing, sheet: OutputSheet, row: int) -> int:
    t = f.t
    sheet.text(row, 0, t("quality.checks"), "section")
    first = row = header(
        sheet,
        row + 1,
        [t("column.number"), t("quality.check"), t("quality.status"), t("quality.count"), t("quality.label")],
    )
    for number, outcome in enumerate(f.quality.outcomes, 1):
        sheet.number(row, 0, number, "year")
        sheet.text(row, 1, outcome.check)
        sheet.text(
            row,
            2,
            t.of("quality_status", outcome.status),
            {"passed": "good", "found": "warn", "skipped": "notation"}[outcome.status],
        )
        sheet.number(row, 3, outcome.findings, "year")
        sheet.text(row, 4, t.label(outcome.label), "wrap")
        row += 1
    note_rows(f, sheet, first, row, 5)
    return row


def _stale(f: Filing, sheet: OutputSheet, row: int) -> int:
    t = f.t
    sheet.text(row, 0, t("quality.stale"), "section")
    words = ("check", "severity", "place", "message", "answer", "name", "date")
    first = row = header(sheet, row + 1, [t("column.number"), *(t(f"quality.{c}") for c in words)])
    for number, a in enumerate(f.quality.stale, 1):
        sheet.number(row, 0, number, "year")
        for col, text in (
            (1, a.check),
            (2, ""),
            (3, a.place),
            (4, str(a.origin)),
            (5, a.answer),
            (6, a.name),
            (7, a.date),
        ):
            sheet.text(row, col, text, "wrap")
        row += 1
    note_rows(f, sheet, first, row, 8)
    return row
