"""质量控制: the QC log of a filing: what became of every check, every finding with the compiler's answer, answers whose
finding is gone."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.findings import QualityFinding
from ..analysis.quality import Outcome
from ..core.statements import FindingAnswer
from ..sheets.listing import ListColumn, Listing
from ..sheets.model import OutputSheet
from .context import Filing, Reader, Row, fill_listing, heading, note
from .tables import ReportSheets

SEVERITY_STYLES = {"error": "missing", "warning": "warn", "hint": "center"}
STATUS_STYLES = {"passed": "good", "found": "warn", "skipped": "notation"}


def _message(f: QualityFinding, r: Reader) -> str:
    parts = (f.problem.part(name, r.lang) for name in ("what", "expected", "fix"))
    return r.t.semicolon.join(x for x in parts if x)


def _place(f: QualityFinding) -> str:
    return f.place + (f"\n{f.problem.origin}" if str(f.problem.origin) else "")


CHECKS: Listing[Outcome] = Listing(
    (
        ListColumn("check", lambda o, r: o.check, "quality.check"),
        ListColumn(
            "status",
            lambda o, r: r.t.of("quality_status", o.status),
            "quality.status",
            lambda o: STATUS_STYLES[o.status],
        ),
        ListColumn("findings", lambda o, r: o.findings, "quality.count", "year"),
        ListColumn("label", lambda o, r: r.t.label(o.label), "quality.label", "wrap"),
    )
)
FINDINGS: Listing[QualityFinding] = Listing(
    (
        ListColumn("check", lambda f, r: f.check, "quality.check", "wrap"),
        ListColumn(
            "severity",
            lambda f, r: r.t.of("severity", f.severity),
            "quality.severity",
            lambda f: SEVERITY_STYLES[f.severity],
        ),
        ListColumn("place", lambda f, r: _place(f), "quality.place", "wrap"),
        ListColumn("message", _message, "quality.message", "wrap"),
        ListColumn("answer", lambda f, r: f.answer.answer if f.answer else "", "quality.answer", "wrap"),
        ListColumn("name", lambda f, r: f.answer.name if f.answer else "", "quality.name", "wrap"),
        ListColumn("date", lambda f, r: f.answer.date if f.answer else "", "quality.date", "wrap"),
        ListColumn(
            "status",
            lambda f, r: r.t("quality.answered" if f.answer else "quality.open"),
            "quality.status",
            lambda f: "good" if f.answer else "warn",
        ),
    )
)
STALE: Listing[FindingAnswer] = Listing(
    (
        ListColumn("check", lambda a, r: a.check, "quality.check", "wrap"),
        ListColumn("severity", lambda a, r: "", "quality.severity", "wrap"),
        ListColumn("place", lambda a, r: a.place, "quality.place", "wrap"),
        ListColumn("message", lambda a, r: str(a.origin), "quality.message", "wrap"),
        ListColumn("answer", lambda a, r: a.answer, "quality.answer", "wrap"),
        ListColumn("name", lambda a, r: a.name, "quality.name", "wrap"),
        ListColumn("date", lambda a, r: a.date, "quality.date", "wrap"),
    )
)


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
    row = _part(f, sheet, row, "findings", FINDINGS, log.findings)
    if log.stale:
        row = _part(f, sheet, row, "stale", STALE, log.stale)
    _part(f, sheet, row, "checks", CHECKS, log.outcomes)


def _part(f: Filing, sheet: OutputSheet, row: int, name: str, listing: Listing[Row], rows: Sequence[Row]) -> int:
    sheet.text(row, 0, f.t(f"quality.{name}"), "section")
    if rows:
        return fill_listing(f, sheet, row + 1, listing, rows, f.t("column.number")) + 1
    sheet.text(row + 1, 0, f.t("quality.none"), "note")
    return row + 3
