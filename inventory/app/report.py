"""Word documents: the inventory report, its template, the yearly bulletin."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.problems import Collector, InventoryError, Problem, in_order
from .acts import Around
from .source import Draws, Source, compiled, drawn

if TYPE_CHECKING:
    from ..levels.project import LevelsProject


@dataclass(frozen=True, slots=True)
class DraftReportRequest:
    """`template`: an own document with placeholders; None: the one of the package."""

    source: Source
    output: Path
    template: Path | None = None
    charts: bool = True
    draws: Draws = Draws()
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """What was written, and remarks."""

    output: Path
    problems: tuple[Problem, ...] = ()


def draft_report(request: DraftReportRequest, around: Around | None = None) -> DocumentResult:
    """Draft the inventory report (.docx). Raises `InventoryError` as compiling does, and for a template that is
    none."""
    from ..report import write_report

    around = around or Around()
    ledger = compiled(request.source)
    sampled = drawn(ledger, request.draws, around)
    around.stage("write")
    write_report(ledger, request.output, request.lang, request.template, request.charts, sampled)
    return DocumentResult(request.output, ledger.warnings)


@dataclass(frozen=True, slots=True)
class ReportTemplateRequest:
    """Where the editable template goes."""

    output: Path
    lang: str = "zh"


def make_report_template(request: ReportTemplateRequest) -> DocumentResult:
    """Write the template that `draft_report` takes. Raises `InventoryError` when the place cannot be written."""
    from ..report import write_template

    write_template(request.output, request.lang)
    return DocumentResult(request.output)


@dataclass(frozen=True, slots=True)
class BulletinRequest:
    """The bulletin of one year; `region` empty: the only one."""

    source: Source
    year: int
    output: Path
    region: str = ""
    charts: bool = True
    lang: str = "zh"


def write_year_bulletin(request: BulletinRequest, around: Around | None = None) -> DocumentResult:
    """Write the yearly bulletin (.docx): of the inventory, or in a year between inventories of the account from energy
    statistics.

    Raises `InventoryError` as compiling does, and for a year or region without figures of either kind.
    """
    from ..levels.project import read_levels
    from ..policy.data import targets_of
    from ..policy.targets import assess
    from ..report.bulletin import bulletin, write_bulletin

    levels = read_levels(request.source.inputs, str(request.source.edition))
    if _between_inventories(levels, request):
        return _write_account(levels, request)
    ledger = compiled(request.source)
    found = Collector()
    targets = targets_of(levels, found)
    try:
        assessed = assess(levels, dict.fromkeys(ledger.regions, ledger))
        found.extend(assessed.problems)
    except InventoryError as error:
        assessed = None
        # without such data the bulletin says so itself
        found.extend(p for p in error.problems if p.code != "targets.none")
    (around or Around()).stage("write")
    write_bulletin(
        bulletin(ledger, request.year, request.region, request.lang, assessed, targets), request.output, request.charts
    )
    return DocumentResult(request.output, tuple(in_order(found.found)))


def _between_inventories(levels: LevelsProject, request: BulletinRequest) -> bool:
    """Whether the year has energy data of the assessment and no inventory of the region."""
    from ..core.activity import MEASURED
    from ..levels.project import level_files
    from ..reading.side_files import ASSESSED

    if not any(kind == ASSESSED for kind, _ in level_files(levels.paths)):
        return False
    computing = levels.edition.declared.computing | {MEASURED}
    return not any(
        d.year == request.year and request.region in ("", d.region) and d.quantity in computing
        for d in levels.project.data
    )


def _write_account(levels: LevelsProject, request: BulletinRequest) -> DocumentResult:
    from ..edition import default, load
    from ..levels.rollup import compile_regions
    from ..policy.evaluation import evaluate
    from ..policy.targets import assess
    from ..report.account import account, write_account

    report = assess(levels)
    found = Collector(list(report.problems))
    evaluations = evaluate(report, levels, load(default("assessment")), found)
    regions = list(dict.fromkeys(e.assessment.region for e in evaluations))
    whole = [r for r in regions if levels.tree[r].parent not in regions]
    region = request.region or (whole[0] if len(whole) == 1 else "")
    ledgers = compile_regions(levels)[0] if levels.project.data else {}
    write_account(account(report, evaluations, levels, ledgers, region, request.year, request.lang), request.output)
    return DocumentResult(request.output, tuple(in_order(found.found)))
