"""Fill-in workbooks out, the list of what is still missing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from .. import api
from ..core.activity import Project
from ..core.edition import Edition
from ..core.ledger import Ledger
from ..core.problems import InventoryError, Problem
from ..reading.superseded import sources_of
from ..reading.to_correct import UnreadRow, unread_rows
from ..templates_xlsx.gaps import MissingFigure, gathered, missing_figures
from ..templates_xlsx.gaps_book import write_gaps
from ..templates_xlsx.plan import plan
from ..templates_xlsx.splits import blocks
from ..templates_xlsx.write import write_template


@dataclass(frozen=True, slots=True)
class FormRequest:
    """`sectors`: names of `Edition.sectors`, all by default; `project`: data that are filled in already."""

    output: Path
    sectors: tuple[str, ...] = ()
    region: str = ""
    years: tuple[int, ...] = ()
    project: tuple[Path, ...] = ()
    edition: str | Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class FormResult:
    """The workbook and the titles of its sheets; the errors of the project it was filled from, and how many rows with
    errors it lists as they were typed."""

    output: Path
    sheets: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    unread: int = 0


def make_template(request: FormRequest) -> FormResult:
    """Write a fill-in workbook. What the project holds is filled in; rows with errors are listed as they were typed, on
    a sheet of their own. Raises `InventoryError` for an unknown sector or region."""
    edition = api.load_edition(request.edition)
    project, ledger = None, None
    errors: tuple[Problem, ...] = ()
    unread: tuple[UnreadRow, ...] = ()
    if request.project:
        project, problems = api.read(list(request.project), edition)
        errors = tuple(p for p in problems if p.severity == "error" and p.code != "project.empty")
        unread = unread_rows(request.project, edition, problems, project.account)
        ledger = _ledger_of(request.project, request.edition)
    result = plan(edition, request.sectors, request.region, request.years, request.lang, project)
    regions = {d.region for d in project.data} if project is not None else set()
    if project is not None and not request.sectors and not result.with_region_column and regions <= {result.region}:
        # all of the project's data: the template may lie beside the files that it was filled from
        result = replace(result, sources=sources_of(request.project))
    write_template(replace(result, unread=unread), request.output, project, ledger)
    return FormResult(request.output, tuple(s.title for s in result.sheets), errors, sum(bool(r.cells) for r in unread))


def _ledger_of(inputs: tuple[Path, ...], edition: str | Path | None) -> Ledger | None:
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
    edition: str | Path | None = None
    lang: str = "zh"
    letters: Path | None = None


@dataclass(frozen=True, slots=True)
class GapsResult:
    """Missing figures, how many items they are on the list, sets of shares without an answer, errors of reading, and
    the letters written."""

    gaps: tuple[MissingFigure, ...]
    listed: int
    splits: int
    problems: tuple[Problem, ...]
    letters: tuple[Path, ...] = ()


def list_gaps(request: GapsRequest) -> GapsResult:
    """Find what is missing, and write it for the departments. Raises `InventoryError` for an unknown region or a place
    not writable."""
    edition = api.load_edition(request.edition)
    project, problems = api.read(list(request.inputs), edition)
    errors = tuple(p for p in problems if p.severity == "error" and p.code != "project.empty")
    result = missing_figures(project, edition, (request.region,) if request.region else (), request.years, request.lang)
    ledger = _ledger_of(request.inputs, request.edition)
    needed = [b for b in blocks(project, edition, ledger, request.lang) if not b.given]
    if request.output is not None:
        write_gaps(
            result,
            request.output,
            api.check(list(request.inputs), edition=request.edition),
            request.lang,
            needed,
            edition,
        )
    letters = _letters(request, project, edition, ledger) if request.letters is not None else ()
    return GapsResult(tuple(result), len(gathered(result)), len(needed), errors, letters)


def _letters(request: GapsRequest, project: Project, edition: Edition, ledger: Ledger | None) -> tuple[Path, ...]:
    from ..templates_xlsx.gaps import missing_rows
    from ..templates_xlsx.letters import LetterScope, letters, write_letters
    from ..templates_xlsx.plan import main_years

    assert request.letters is not None
    place = request.region or next(
        iter([*(d.region for d in project.data), *(n.region for n in project.notations)]), ""
    )
    span = request.years or tuple(sorted(main_years(project))) or (2005, 2010)
    result = letters(
        project, edition, LetterScope(place, span, request.lang), missing_rows(project, edition, place, span), ledger
    )
    request.letters.mkdir(parents=True, exist_ok=True)
    return tuple(write_letters(result, request.letters, project, ledger))
