"""Use cases of enterprise reporting: template, assess, report, verify. Each is one function, a typed request in, a
typed result out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from ..core.account import FigureAccount
from ..core.problems import Origin, Problem
from ..enterprise.account import account_of
from ..enterprise.assess import Verdict, assess
from ..enterprise.compute import Result, compute
from ..enterprise.docx_report import write_docx
from ..enterprise.draft import Draft
from ..enterprise.evidence import with_hashes
from ..enterprise.findings import write_findings
from ..enterprise.industries import default_edition, edition_for, find
from ..enterprise.read import enterprise_of, read_draft, read_enterprise
from ..enterprise.report import write_report
from ..enterprise.template import write_draft, write_template
from ..enterprise.verify import Verified, verify_file
from ..spreadsheets.notes import notes_of


@dataclass(frozen=True, slots=True)
class TemplateRequest:
    """`industry` by code or name; `source` a filled workbook or TOML to start from (nothing typed in it is lost);
    `year` chooses the guideline."""

    industry: str
    output: Path
    source: Path | None = None
    lang: str = "zh"
    year: int = 0


@dataclass(frozen=True, slots=True)
class TemplateResult:
    """The workbook, and what is wrong in the `source` it was filled from, all of which stands in it as well."""

    output: Path
    problems: tuple[Problem, ...]


def template(request: TemplateRequest) -> TemplateResult:
    """Write the workbook of an industry. Raises `InventoryError` for an industry that there is not and a place not
    writable."""
    return TemplateResult(request.output, tuple(_written(request)))


def _written(request: TemplateRequest) -> list[Problem]:
    industry = find(request.industry, edition_for(request.industry, request.year))
    if request.source is None:
        write_template(request.output, industry, lang=request.lang)
        return []
    if request.source.suffix.lower() == ".toml":
        enterprise, problems = read_enterprise(request.source)
        write_template(request.output, industry, enterprise, request.lang)
        return problems
    draft = replace(read_draft(request.source), notes=notes_of(request.source, request.source.name))
    _, problems = enterprise_of(draft)
    write_draft(request.output, industry, draft, request.lang)
    return problems


@dataclass(frozen=True, slots=True)
class AssessRequest:
    """A filled workbook by path, bytes or open file (then with the `name` for messages), or a draft. `mark`: where a
    workbook given by path goes with its cells marked."""

    source: Path | bytes | BinaryIO | Draft
    name: str = ""
    gwp: str | None = None
    mark: Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class AssessResult:
    """What was typed, losslessly, the verdict on it, and the marked copy where one was asked for."""

    draft: Draft
    verdict: Verdict
    marked: Path | None = None


def assess_workbook(request: AssessRequest) -> AssessResult:
    """The draft of a workbook and the verdict on it. Raises `InventoryError` only for a file that cannot be read at
    all, and for a marked copy that cannot be written."""
    from ..reading.mark import mark_workbook

    draft = request.source if isinstance(request.source, Draft) else read_draft(request.source, request.name)
    verdict = assess(draft, request.gwp)
    if request.mark is None or not isinstance(request.source, Path | str):
        return AssessResult(draft, verdict)
    reported = (*verdict.problems, *verdict.findings)
    problems = [
        Problem(t.code, Origin(draft.file, t.place.sheet, t.place.cell), tuple(t.facts.items())) for t in reported
    ]
    mark_workbook(request.source, problems, request.mark, request.lang, draft.file)
    return AssessResult(draft, verdict, request.mark)


@dataclass(frozen=True, slots=True)
class ReportRequest:
    """`docx`: the text beside the tables, under the same name; `evidence`: a folder whose files are registered and
    compared."""

    source: Path
    output: Path
    docx: bool = True
    gwp: str | None = None
    evidence: Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class ReportResult:
    """The report as computed, and where every number of the filled workbook went (None for the TOML form, which has no
    cells)."""

    computed: Result
    account: FigureAccount | None


def report(request: ReportRequest) -> ReportResult:
    """Compute one enterprise and write its report. Raises `InventoryError` with every problem when any is an error;
    nothing is written then."""
    enterprise, problems = read_enterprise(request.source)
    if request.evidence is not None:
        enterprise, more = with_hashes(enterprise, request.evidence)
        problems = [*problems, *more]
    result = compute(enterprise, problems, request.gwp)
    write_report(result, request.output, request.lang)
    if request.docx:
        write_docx(result, request.output.with_suffix(".docx"), request.lang)
    return ReportResult(result, _account(request.source))


def _account(source: Path) -> FigureAccount | None:
    if source.suffix.lower() == ".toml":
        return None
    draft = read_draft(source)
    return account_of(draft, enterprise_of(draft)[1])


@dataclass(frozen=True, slots=True)
class RecomputeRequest:
    """Filed reports, the year and industry (code or name) they should be of, and a workbook for what is to be asked
    (`.xlsx`)."""

    files: tuple[Path, ...]
    year: int | None = None
    industry: str = ""
    output: Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class RecomputeResult:
    """Each report as filed and as recomputed, with what to ask."""

    reports: tuple[Verified, ...]


def verify(request: RecomputeRequest) -> RecomputeResult:
    """Recompute filed reports; a file that is no report, or breaks whatever reads it, costs itself alone. Raises
    `InventoryError` for an industry that there is not and a place not writable."""
    code = find(request.industry, default_edition()).code if request.industry else ""
    reports = tuple(verify_file(f, request.year, code) for f in request.files)
    if request.output is not None:
        write_findings(reports, request.output, request.lang)
    return RecomputeResult(reports)
