"""Word documents: the inventory report, its template, the yearly bulletin."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.files import write_bytes
from ..core.problems import Collector, InventoryError, Problem
from .acts import Around
from .source import Draws, Previous, Source, compared, compiled, drawn

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..core.ledger import Ledger
    from ..levels.project import LevelsProject
    from ..levels.scopes import Scopes
    from ..report.region_sections import PolicyMaterial


@dataclass(frozen=True, slots=True)
class DraftReportRequest:
    """`template`: an own document with placeholders; None: the one of the package."""

    source: Source
    output: Path
    template: Path | None = None
    charts: bool = True
    draws: Draws = Draws()
    lang: str = "zh"
    previous: Previous = Previous()


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """What was written, and remarks."""

    output: Path
    problems: tuple[Problem, ...] = ()


def draft_report(request: DraftReportRequest, around: Around | None = None) -> DocumentResult:
    """Draft the inventory report (.docx). Raises `InventoryError` as compiling does, and for a template that is
    none."""
    from ..report import document
    from ..report.basis import Views

    around = around or Around()
    ledger = compiled(request.source)
    sampled = drawn(ledger, request.draws, around)
    problems = Collector(list(ledger.warnings))
    recalculation, of_causes = compared(ledger, request.previous, request.source.edition)
    problems.extend(of_causes)
    views = Views(_views_by_user(request.source, ledger, problems), recalculation)
    around.stage("write")
    content = document.report_bytes(ledger, request.lang, request.template, request.charts, sampled, views)
    write_bytes(request.output, content)
    return DocumentResult(request.output, tuple(problems.reported))


def _views_by_user(source: Source, ledger: Ledger, problems: Collector) -> tuple[Scopes, ...]:
    """Purchased energy by user of the cities, counties and parks whose project gives it."""
    from ..forms.files import OUTSIDE
    from ..levels.project import read_levels
    from ..levels.scopes import scopes
    from ..reading.level_sheets import level_sheets

    if not any(level_sheets(source.inputs, Collector(), (OUTSIDE,))):
        return ()
    levels = read_levels(source.inputs, source.edition)
    places = dict.fromkeys((x.region, x.year) for x in ledger.lines if x.account == "total")
    return tuple(scopes(levels, ledger, region, year, problems) for region, year in places)


@dataclass(frozen=True, slots=True)
class ReportTemplateRequest:
    """Where the editable template goes."""

    output: Path
    lang: str = "zh"


def make_report_template(request: ReportTemplateRequest) -> DocumentResult:
    """Write the template that `draft_report` takes. Raises `InventoryError` when the place cannot be written."""
    from ..report.template import write_template

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
    from ..report.bulletin import bulletin, write_bulletin

    levels = read_levels(request.source.inputs, request.source.edition)
    request = replace(request, region=_named(levels, request.region))
    if _is_park(levels, request):
        return _write_park(levels, request)
    if _between_inventories(levels, request):
        return _write_account(levels, request)
    ledger = compiled(request.source)
    listed = Collector()
    material = _material(levels, dict.fromkeys(ledger.regions, ledger), request.year, listed)
    material = replace(material, scopes=_scopes_of(levels, ledger, request, listed))
    (around or Around()).stage("write")
    document = bulletin(ledger, request.year, request.region, request.lang, material)
    write_bulletin(document, request.output, request.charts)
    return DocumentResult(request.output, tuple(listed))


def _is_park(levels: LevelsProject, request: BulletinRequest) -> bool:
    """Whether the region is a park without activity data of its own."""
    region = request.region
    return (
        region in levels.tree
        and levels.tree[region].level == "园区"
        and not any(d.region == region for d in levels.project.data)
    )


def _write_park(levels: LevelsProject, request: BulletinRequest) -> DocumentResult:
    from ..report.park import park_year, write_park

    gwp = levels.edition.gwp_set(request.source.gwp or levels.edition.default_gwp)
    write_park(park_year(levels, request.region, request.year, gwp, request.lang), request.output)
    return DocumentResult(request.output, tuple(p for p in levels.problems if p.severity != "hint"))


def _named(levels: LevelsProject, region: str) -> str:
    from ..reading.lexicon import lexicon

    return (lexicon(levels.edition).region(region) or region) if region else ""


def _material(levels: LevelsProject, ledgers: Mapping[str, Ledger], year: int, problems: Collector) -> PolicyMaterial:
    """The assessment with its evaluations, the targets set, indicators and actions; without energy or GDP the document
    says so itself."""
    from ..edition import default, load
    from ..policy.actions import register_of
    from ..policy.data import Assessed, targets_of
    from ..policy.evaluation import evaluate
    from ..policy.indicators import checks_of
    from ..policy.targets import assess
    from ..report.plan_sections import PlanStatus
    from ..report.region_sections import PolicyMaterial

    targets = targets_of(levels, problems)
    try:
        assessed = assess(levels, ledgers)
        problems.extend(assessed.problems)
        evaluations = evaluate(assessed, levels, load(default("assessment")), problems)
    except InventoryError as error:
        assessed, evaluations = None, ()
        problems.extend(p for p in error.problems if p.code != "targets.none")
    known = assessed.assessed if assessed is not None else Assessed(None, {})
    plan = PlanStatus(checks_of(levels, known, problems, year), register_of(levels, problems))
    return PolicyMaterial(assessed, targets, evaluations, levels, plan)


def _scopes_of(levels: LevelsProject, ledger: Ledger, request: BulletinRequest, problems: Collector) -> Scopes | None:
    """The view by scopes where the project gives purchased energy or cross-boundary lines."""
    from ..forms.files import OUTSIDE
    from ..levels.scopes import scopes

    if not any(levels.of(OUTSIDE)):
        return None
    regions = tuple(dict.fromkeys(x.region for x in ledger.lines if x.account == "total"))
    region = request.region or (regions[0] if len(regions) == 1 else "")
    if not any((x.region, x.year, x.account) == (region, request.year, "total") for x in ledger.lines):
        return None
    return scopes(levels, ledger, region, request.year, problems)


def _between_inventories(levels: LevelsProject, request: BulletinRequest) -> bool:
    """Whether the year has energy data of the assessment and no inventory of the region."""
    from ..core.activity import MEASURED
    from ..forms.files import ASSESSED

    if not any(levels.of(ASSESSED)):
        return False
    computing = levels.edition.declared.computing | {MEASURED}
    return not any(
        d.year == request.year and request.region in ("", d.region) and d.quantity in computing
        for d in levels.project.data
    )


def _write_account(levels: LevelsProject, request: BulletinRequest) -> DocumentResult:
    from ..levels.rollup import compile_regions
    from ..policy.data import assessed_of
    from ..policy.targets import only_assessed
    from ..report.account import account, write_account

    listed = Collector()
    ledgers = compile_regions(levels)[0] if levels.project.data else {}
    material = _material(levels, ledgers, request.year, listed)
    if material.assessed is None:  # energy without GDP or targets: an account without declines
        material = replace(material, assessed=only_assessed(assessed_of(levels, listed)))
    assert material.assessed is not None
    regions = material.assessed.assessed.regions
    whole = [r for r in regions if not any(a.name in regions for a in levels.tree.ancestors(r))]
    region = request.region or (whole[0] if len(whole) == 1 else "")
    document = account(material, ledgers, region, request.year, request.lang)
    write_account(document, request.output)
    return DocumentResult(request.output, tuple(listed))
