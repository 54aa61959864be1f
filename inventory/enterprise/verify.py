"""Verification (复算): everything in a filed report is computed again from its own activity data and factors, and
compared cell by cell.

A finding says what was seen, how large the difference is and what to ask; it never says why somebody did it.
Likely causes are read off the ratio of the filed to the recomputed figure, and off other tables' printings of a
default.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.engine import compile_ledger
from ..core.ledger import Ledger
from ..core.names import display_name
from ..core.problems import Collector, InventoryError, Origin, Problem, problem
from ..spreadsheets.cells import Sheet, Unreadable, read_sheets
from ..workbook.trace import SHEET as TRACE
from .checks import Finding, check, hard_limits
from .compute import big_gases, compute, family_unconfirmed
from .filed import filed_from_sheets
from .filed_model import Filed
from .ledger import entered_by
from .verify_factors import defaults_of, disputed_defaults, factor_findings, takes_defaults
from .verify_lines import line_findings, result_findings
from .verify_monthly import monthly_findings
from .verify_reprint import reprint_findings
from .verify_sizes import beyond_bounds, impossible, project_of, weighed
from .wording import in_form_words

NOT_FILED = frozenset({TRACE})  # follows from the other sheets, and is as large as all of them
# every filed factor is given to the engine as an own one: what it says of them is compared here instead
ENGINE_CODES = ("factor.", "measured.")


@dataclass(frozen=True)
class Verified:
    """A report with its recomputation; `ledger` is None when it could not be computed."""

    file: str
    filed: Filed | None
    ledger: Ledger | None
    findings: tuple[Finding, ...]

    @property
    def total_filed(self) -> float | None:
        return next((x.co2e_t for x in self.filed.lines if x.line.kind == "total"), None) if self.filed else None

    @property
    def incomplete(self) -> bool:
        """A figure of the tables could not be read, or nothing could be recomputed: the recomputed total is not the
        whole."""
        unread = ("number.", "verify.unknown_row", "verify.unknown_table", "enterprise.not_a_number")
        return self.ledger is None or any(f.problem.code.startswith(unread) for f in self.findings)

    @property
    def total_recomputed(self) -> float | None:
        return self.ledger.co2e() if self.ledger is not None else None


def verify_file(path: Path | str, year: int | None = None, industry: str = "") -> Verified:
    """Verify one file. A file that is no report, or that breaks whatever reads it, gives a `Verified` with the reasons
    as findings; nothing is raised."""
    try:
        return verify_sheets(path, year, industry)[0]
    except Exception as error:  # one net: the other files of the command go on
        reason = problem(
            "collect.broken",
            Origin(display_name(path)),
            reason=f"{type(error).__name__}: {' '.join(str(error).split())[:160]}",
        )
        return Verified(display_name(path), None, None, (Finding(reason, "重大"),))


def verify_sheets(path: Path | str, year: int | None = None, industry: str = "") -> tuple[Verified, tuple[Sheet, ...]]:
    """The same with the sheets that were read."""
    sheets: tuple[Sheet, ...] = ()
    try:
        sheets = read_sheets(path, without=NOT_FILED)
        filed = filed_from_sheets(sheets, display_name(path))
    except Unreadable as error:
        return Verified(display_name(path), None, None, (Finding(error.problem, "重大"),)), sheets
    except InventoryError as error:
        return Verified(display_name(path), None, None, tuple(Finding(p, "重大") for p in error.problems)), sheets
    expected = Collector()
    if year is not None and filed.enterprise.profile.year != year:
        expected.add("enterprise.other_year", Origin(filed.file), found=filed.enterprise.profile.year, expected=year)
    if industry and filed.industry.code != industry:
        expected.add("enterprise.other_industry", Origin(filed.file), found=filed.industry.name, expected=industry)
    return verify(filed, tuple(expected), sheets), sheets


def verify(filed: Filed, more: Iterable[Problem] = (), sheets: Sequence[Sheet] = ()) -> Verified:
    """Recompute a filed report, and put to it the same list of checks that the firm was asked. `sheets`: the report's
    own, to compare what follows from the tables and to ask about figures in none of them."""
    e, industry = filed.enterprise, filed.industry
    read = in_form_words((*more, *filed.problems), industry.edition)
    findings = [Finding(p, "重大" if p.severity == "error" else "一般") for p in read]
    project = project_of(filed)
    defaults = defaults_of(filed)
    findings.extend(factor_findings(filed, defaults))
    try:
        ledger: Ledger | None = compile_ledger(project, industry.edition)
    except InventoryError as error:
        ledger = None
        findings.extend(
            Finding(p, "重大" if p.severity == "error" else "一般")
            for p in in_form_words(error.problems, industry.edition)
        )
    entered = entered_by(e, industry)
    warned = [p for p in ledger.warnings if not p.code.startswith(ENGINE_CODES)] if ledger is not None else []
    if ledger is not None:
        total = max(abs(ledger.co2e()), 1.0)
        findings.extend(line_findings(filed, ledger, total))
        findings.extend(result_findings(filed, ledger))
        findings.extend(monthly_findings(filed, entered))
        findings = weighed(findings, filed, ledger, total)
        findings.extend(reprint_findings(filed, ledger, sheets, findings, total))
    else:
        findings = beyond_bounds(findings, filed)
    warned += [*disputed_defaults(filed, defaults), *family_unconfirmed(industry, takes_defaults(filed))]
    warned += big_gases(ledger) if ledger is not None else []
    findings.extend(impossible(hard_limits(e, industry, project, ledger), filed, ledger))
    checked = check(e, industry, ledger, in_form_words((*entered.problems, *warned), industry.edition))
    findings.extend(_once(checked, findings))
    findings.sort(key=lambda f: f.sort_key)
    return Verified(filed.file, filed, ledger, tuple(dict.fromkeys(findings)))


def _once(checked: Iterable[Finding], known: Sequence[Finding]) -> list[Finding]:
    """The checks without what has been said: a factor compared with its default above, a sheet's error told when it was
    read."""
    said = {(f.problem.code, f.problem.origin) for f in known}
    scaled = {
        dict(f.problem.facts).get("filed")
        for f in known
        if f.problem.code.startswith(("verify.default", "verify.factor_scale"))
    }
    return [
        f
        for f in checked
        if (f.problem.code, f.problem.origin) not in said
        and not (f.problem.code.startswith("check.range") and dict(f.problem.facts)["value"].split(" ")[0] in scaled)
    ]


__all__ = ["Finding", "Verified", "compute", "project_of", "verify", "verify_file"]
