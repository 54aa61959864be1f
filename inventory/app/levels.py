"""Several regions and levels: parts against the whole, the region tree, targets and pilots."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.files import write_bytes
from ..core.problems import Collector, InventoryError, Problem, problem
from ..edition import default, load
from ..levels.project import LevelsProject, read_levels
from ..levels.rollup import TOLERANCE, Rollup, compile_regions, roll_up, wholes
from ..policy.actions import Register, register_of
from ..policy.data import assessed_of
from ..policy.evaluation import Evaluation, evaluate
from ..policy.indicators import IndicatorCheck, checks_of
from ..policy.pilots import Pilot, own_points, pilots
from ..policy.targets import TargetReport, assess
from ..policy.verification_table import book as verification_book
from ..reading.lexicon import lexicon
from ..regions import Region, tree_of
from ..sheets.write import save

if TYPE_CHECKING:
    from ..levels.scopes import Scopes


@dataclass(frozen=True, slots=True)
class RollUpRequest:
    """`whole` empty: the highest region with parts; years empty: those of the whole; `tolerance`: relative difference
    that counts as agreement."""

    inputs: tuple[Path, ...]
    whole: str = ""
    years: tuple[int, ...] = ()
    output: Path | None = None
    tolerance: float = TOLERANCE
    gwp: str | None = None
    edition: str | Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class RollUpResult:
    """The comparison line by line, and the project it came from."""

    rollup: Rollup
    levels: LevelsProject

    @property
    def errors(self) -> int:
        return sum(
            p.severity == "error"
            for p in (*self.rollup.problems, *(p for listed in self.rollup.failed.values() for p in listed))
        )


def compare_levels(request: RollUpRequest) -> RollUpResult:
    """Sum of the parts against the whole. Raises `InventoryError` where nothing can be compared."""
    from ..levels.present import to_csv

    levels = read_levels(request.inputs, request.edition)
    above = wholes(levels)
    if not request.whole and not above:
        raise InventoryError([problem("levels.no_whole", inputs="、".join(p.name for p in request.inputs))])
    rolled = roll_up(levels, request.whole or above[0], request.years, request.gwp, request.tolerance)
    if request.output is not None:
        write_bytes(request.output, to_csv(rolled, levels, request.lang).encode("utf-8-sig"))
    return RollUpResult(rolled, levels)


@dataclass(frozen=True, slots=True)
class TreeRequest:
    """`under`: this region and what is below it only."""

    inputs: tuple[Path, ...] = ()
    under: str = ""


@dataclass(frozen=True, slots=True)
class TreeResult:
    """(depth, region), parents before their children."""

    regions: tuple[tuple[int, Region], ...]


def region_tree(request: TreeRequest) -> TreeResult:
    """Raises `InventoryError` for a `regions.csv` with errors."""
    problems = Collector()
    tree = tree_of(list(request.inputs), problems)
    problems.raise_errors()
    required = (
        r
        for r in tree.regions.values()
        if not request.under or r.name == request.under or any(a.name == request.under for a in tree.ancestors(r.name))
    )
    return TreeResult(tuple((sum(1 for _ in tree.ancestors(r.name)), r) for r in required))


@dataclass(frozen=True, slots=True)
class EnterprisesFileRequest:
    """The roll-up's `enterprises.csv` out of a database of collected reports."""

    database: Path
    year: int
    output: Path
    places: Path | None = None  # where enterprises stand: region and park by credit code or name


@dataclass(frozen=True, slots=True)
class EnterprisesFileResult:
    """Rows written; what has no single provincial line and was left out, as (source line, gas, t)."""

    output: Path
    rows: int
    left_out: tuple[tuple[str, str, float], ...]


def write_enterprises_file(request: EnterprisesFileRequest) -> EnterprisesFileResult:
    """Raises `InventoryError` for a file that is no such database."""
    from ..levels.collected import enterprises_csv, places_of

    problems = Collector()
    places = places_of(request.places, problems) if request.places is not None else {}
    problems.raise_errors()
    text, left = enterprises_csv(request.database, request.year, load().roles.imported_power, places)
    write_bytes(request.output, text.encode("utf-8-sig"))
    return EnterprisesFileResult(request.output, text.count("\n") - 1, left)


@dataclass(frozen=True, slots=True)
class ScopesRequest:
    """Direct, purchased and cross-boundary emissions of `region` in `year`; `output`: the city standard's lines
    (.xlsx)."""

    inputs: tuple[Path, ...]
    region: str
    year: int
    output: Path | None = None
    edition: str | Path | None = None
    gwp: str | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class ScopesResult:
    """The view, and what is wrong with the figures beside the inventory."""

    scopes: Scopes
    problems: tuple[Problem, ...]


def view_scopes(request: ScopesRequest) -> ScopesResult:
    """Raises `InventoryError` for a region or year without an inventory."""
    from ..levels.scopes import scopes
    from ..levels.scopes_book import book

    levels = read_levels(request.inputs, request.edition)
    region = lexicon(levels.edition).region(request.region) or request.region
    ledgers, failed = compile_regions(levels, gwp=request.gwp)
    if region not in ledgers:
        raise InventoryError(
            failed.get(region) or [problem("bulletin.region", region=region, known="、".join(ledgers) or "—")]
        )
    problems = Collector([p for p in levels.problems if p.severity == "error"])
    view = scopes(levels, ledgers[region], region, request.year, problems)
    if request.output is not None:
        save(book(view, request.lang), request.output)
    return ScopesResult(view, tuple(problems))


@dataclass(frozen=True, slots=True)
class TargetsRequest:
    """Targets of CO2 and energy per GDP; `with_inventory`: also from the inventory's own figures."""

    inputs: tuple[Path, ...]
    output: Path | None = None
    with_inventory: bool = True
    edition: str | Path | None = None
    table: Path | None = None  # 核查表, .xlsx
    document: Path | None = None  # 自评估, .docx, of `region` for `year`
    region: str = ""
    year: int = 0
    rule: str = "2014"
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class TargetsResult:
    """The assessment, the project it came from, and the yearly evaluation with scores."""

    report: TargetReport
    levels: LevelsProject
    evaluations: tuple[Evaluation, ...] = ()
    problems: tuple[Problem, ...] = ()
    indicators: tuple[IndicatorCheck, ...] = ()
    register: Register = Register((), {})


def assess_targets(request: TargetsRequest) -> TargetsResult:
    """Raises `InventoryError` for data that cannot be assessed."""
    from ..policy.present import to_csv

    levels = read_levels(request.inputs, request.edition)
    ledgers = compile_regions(levels)[0] if request.with_inventory and levels.project.data else {}
    report = assess(levels, ledgers)
    if request.output is not None:
        write_bytes(request.output, to_csv(report, request.lang).encode("utf-8-sig"))
    problems = Collector(list(report.problems))
    evaluations = evaluate(report, levels, load(default("assessment")), problems, request.rule)
    indicators = checks_of(levels, report.assessed, problems)
    register = register_of(levels, problems)
    shown = tuple(problems)
    if request.table is not None:
        save(verification_book(evaluations, request.lang), request.table)
    if request.document is not None:
        from ..report.plan_sections import PlanStatus
        from ..report.self_assessment import SelfAssessment, write_self_assessment

        last = max((e.year for e in evaluations), default=0)
        named = request.region or _highest({e.assessment.region for e in evaluations}, levels)
        year = request.year or last
        plan = PlanStatus(checks_of(levels, report.assessed, Collector(), year), register)
        document = SelfAssessment(named, year, evaluations, report, levels, shown, plan, request.lang)
        write_self_assessment(document, request.document)
    return TargetsResult(report, levels, evaluations, shown, indicators, register)


def _highest(regions: set[str], levels: LevelsProject) -> str:
    """The region that all others of the assessment lie in; "" where there is none."""
    above = [r for r in regions if not regions & {a.name for a in levels.tree.ancestors(r)}]
    return above[0] if len(above) == 1 else ""


@dataclass(frozen=True, slots=True)
class ActionsRequest:
    """The register of actions and projects at the end of `year` (0: the last one reported)."""

    inputs: tuple[Path, ...]
    year: int = 0
    output: Path | None = None
    edition: str | Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class ActionsResult:
    """The register and what is wrong in it."""

    register: Register
    year: int
    problems: tuple[Problem, ...]


def list_actions(request: ActionsRequest) -> ActionsResult:
    """Raises `InventoryError` for a project without a register."""
    from ..policy.actions import to_csv

    levels = read_levels(request.inputs, request.edition)
    problems = Collector([p for p in levels.problems if p.severity == "error"])
    register = register_of(levels, problems)
    if not register.actions:
        raise InventoryError([*problems, problem("actions.none")])
    if request.output is not None:
        write_bytes(request.output, to_csv(register, request.lang).encode("utf-8-sig"))
    year = request.year or max(register.years, default=0) or max(a.first_year for a in register.actions)
    return ActionsResult(register, year, tuple(problems))


@dataclass(frozen=True, slots=True)
class PilotsRequest:
    """`chart`: the quadrant chart (.png or .svg). With `inputs`, the project's `regions` (those with figures of `year`,
    if none is named) stand beside the pilots."""

    chart: Path | None = None
    lang: str = "zh"
    inputs: tuple[Path, ...] = ()
    regions: tuple[str, ...] = ()
    year: int = 2010


@dataclass(frozen=True, slots=True)
class PilotsResult:
    """The table of pilots as printed in the study."""

    pilots: tuple[Pilot, ...]


def list_pilots(request: PilotsRequest) -> PilotsResult:
    """Raises `InventoryError` when the chart cannot be written."""
    rows = pilots()
    if request.inputs:
        levels = read_levels(request.inputs)
        assessed = assessed_of(levels, Collector())
        named = request.regions or tuple(r for r in levels.tree.regions if assessed.co2(r).get(request.year))
        rows = (*rows, *own_points(levels, assessed, named, request.year))
    if request.chart is not None:
        from ..charts.quadrant import picture
        from ..policy.pilots import quadrant_chart

        write_bytes(request.chart, picture(quadrant_chart(rows, request.lang), request.chart.suffix[1:].lower()))
    return PilotsResult(rows)


def problems_of(result: RollUpResult | TargetsResult) -> tuple[Problem, ...]:
    """The remarks of a comparison or an assessment."""
    return tuple(result.rollup.problems if isinstance(result, RollUpResult) else result.problems)
