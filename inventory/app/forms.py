"""Fill-in workbooks out, the list of what is still missing, the checklist of defaults out and back."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .. import api
from ..core.activity import Check, Project, UserFactor
from ..core.edition import Edition
from ..core.files import write_bytes
from ..core.ledger import Ledger
from ..core.problems import Collector, InventoryError, Origin, Problem, in_order, problem
from ..reading.superseded import sources_of
from ..templates_xlsx import write_template
from ..templates_xlsx.checklist import write_checklist
from ..templates_xlsx.gaps import Gap, find_gaps, gathered, write_gaps
from ..templates_xlsx.splits import blocks
from .source import PROVINCE, Source, compiled


@dataclass(frozen=True, slots=True)
class TemplateRequest:
    """`sectors`: names of `Edition.sectors`, all by default; `project`: data that are filled in already."""

    output: Path
    sectors: tuple[str, ...] = ()
    region: str = ""
    years: tuple[int, ...] = ()
    project: tuple[Path, ...] = ()
    edition: str | Path = PROVINCE
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class TemplateResult:
    """The workbook and the titles of its sheets."""

    output: Path
    sheets: tuple[str, ...]


def make_template(request: TemplateRequest) -> TemplateResult:
    """Write a fill-in workbook. Raises `InventoryError` for an unknown sector or region, and for a project whose data have errors."""
    edition = api.load_edition(request.edition)
    project, ledger = None, None
    if request.project:
        project, problems = api.read(list(request.project), edition)
        errors = [p for p in problems if p.severity == "error"]
        if errors:
            raise InventoryError(errors)
        ledger = _ledger_of(request.project, request.edition)
    made = write_template(edition, request.output, request.sectors, request.region, request.years, request.lang, project, ledger,
                          sources_of(request.project))
    return TemplateResult(request.output, tuple(s.title for s in made.sheets))


def _ledger_of(inputs: tuple[Path, ...], edition: str | Path) -> Ledger | None:
    """The ledger of a project, for the emissions beside its splits; None where it does not compile yet."""
    try:
        return api.compile(list(inputs), edition=edition)
    except InventoryError:
        return None


@dataclass(frozen=True, slots=True)
class GapsRequest:
    """What is missing for a complete inventory of these inputs; region and years: those of the project by default.

    `output`: the list for the departments (.xlsx); `letters`: a folder for a letter with its sheets to each of them.
    """

    inputs: tuple[Path, ...]
    output: Path | None = None
    region: str = ""
    years: tuple[int, ...] = ()
    edition: str | Path = PROVINCE
    lang: str = "zh"
    letters: Path | None = None


@dataclass(frozen=True, slots=True)
class GapsResult:
    """Missing figures, how many items they are on the list, sets of shares without an answer, errors of reading, and the letters written."""

    gaps: tuple[Gap, ...]
    listed: int
    splits: int
    problems: tuple[Problem, ...]
    letters: tuple[Path, ...] = ()


def list_gaps(request: GapsRequest) -> GapsResult:
    """Find what is missing, and write it for the departments. Raises `InventoryError` for an unknown region or a place not writable."""
    edition = api.load_edition(request.edition)
    project, problems = api.read(list(request.inputs), edition)
    errors = tuple(p for p in problems if p.severity == "error" and p.code != "project.empty")
    found = find_gaps(project, edition, (request.region,) if request.region else (), request.years, request.lang)
    ledger = _ledger_of(request.inputs, request.edition)
    needed = [b for b in blocks(project, edition, ledger, request.lang) if not b.given]
    if request.output is not None:
        write_gaps(found, request.output, api.check(list(request.inputs), edition=request.edition), request.lang, needed)
    letters = _letters(request, project, edition, ledger) if request.letters is not None else ()
    return GapsResult(tuple(found), len(gathered(found)), len(needed), errors, letters)


def _letters(request: GapsRequest, project: Project, edition: Edition, ledger: Ledger | None) -> tuple[Path, ...]:
    from ..templates_xlsx.gaps import missing_rows
    from ..templates_xlsx.letters import letters, write_letters
    from ..templates_xlsx.plan import main_years

    assert request.letters is not None
    place = request.region or next(iter([*(d.region for d in project.data), *(n.region for n in project.notations)]), "")
    span = request.years or tuple(sorted(main_years(project))) or (2005, 2010)
    made = letters(project, edition, place, span, missing_rows(project, edition, place, span), ledger, request.lang)
    request.letters.mkdir(parents=True, exist_ok=True)
    return tuple(write_letters(made, request.letters, project, ledger))


@dataclass(frozen=True, slots=True)
class ChecklistRequest:
    """The defaults that these inputs use, to be compared with the printed guideline."""

    source: Source
    output: Path
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class ChecklistResult:
    """How many defaults are listed."""

    output: Path
    defaults: int


def make_checklist(request: ChecklistRequest) -> ChecklistResult:
    """Raises `InventoryError` as compiling does."""
    return ChecklistResult(request.output, write_checklist(compiled(request.source), request.output, request.lang))


@dataclass(frozen=True, slots=True)
class LoadChecklistRequest:
    """A checklist somebody filled in, and the project folder that keeps it."""

    checklist: Path
    project: Path
    edition: str | Path = PROVINCE


@dataclass(frozen=True, slots=True)
class LoadChecklistResult:
    """Defaults found as printed, and those corrected, with earlier ones of the project."""

    file: Path
    checked: int
    corrected: int
    problems: tuple[Problem, ...]


def load_checklist(request: LoadChecklistRequest) -> LoadChecklistResult:
    """Take a checklist into a project, for every later compilation. Raises `InventoryError` for rows that are not as they should be."""
    from ..reading.cells import Unreadable, read_sheets
    from ..reading.checklist import as_csv, read_checklist
    from ..reading.project import CHECKLIST_SHEET

    if not request.project.is_dir():
        raise InventoryError([problem("file.missing", Origin(str(request.project)))])
    problems, edition = Collector(), api.load_edition(request.edition)
    target = request.project / f"{CHECKLIST_SHEET}.csv"
    checks: dict[str, Check] = {}
    corrected: dict[str, UserFactor] = {}
    earlier = [target] if target.exists() and target.resolve() != request.checklist.resolve() else []
    for path in (*earlier, request.checklist):
        try:
            sheets = [s for s in read_sheets(path) if s.csv or s.name == CHECKLIST_SHEET]
        except Unreadable as unreadable:
            problems.extend([unreadable.problem])
            continue
        if not sheets:
            problems.add("file.no_table", sheets=CHECKLIST_SHEET)
        for sheet in sheets:
            sure, changed = read_checklist(sheet, edition, problems)
            for name in (*(c.factor_id for c in sure), *(f.id for f in changed)):
                checks.pop(name, None)
                corrected.pop(name, None)
            checks.update({c.factor_id: c for c in sure})
            corrected.update({f.id: f for f in changed})
    problems.raise_errors()
    if checks or corrected:
        write_bytes(target, as_csv(checks.values(), corrected.values()).encode("utf-8-sig"))
    else:
        problems.add("check.nothing")
    return LoadChecklistResult(target, len(checks), len(corrected), tuple(in_order(problems.found)))
