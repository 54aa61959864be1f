"""The act of beginning a new inventory year from the last project: an empty book with last year's figures beside each
cell, never as data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ..api import load_edition, read
from ..core.problems import InventoryError, Origin, Problem, problem
from ..reading.to_correct import unread_rows
from ..templates_xlsx.files import write_file
from ..templates_xlsx.plan import last_figures, plan
from ..templates_xlsx.write import template_bytes


@dataclass(frozen=True, slots=True)
class StartRequest:
    """`folder` is the new project's; it must not hold anything yet."""

    year: int
    previous: Path
    folder: Path
    region: str = ""
    edition: str | Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class StartResult:
    """The book to fill in, how many rows show a figure of the last filing, and own factors and choices to be
    confirmed; the errors of the last project, and how many of its rows are listed as they were typed."""

    book: Path
    rows: int
    factors: int
    choices: int
    problems: tuple[Problem, ...] = ()
    unread: int = 0


def start_year(request: StartRequest) -> StartResult:
    """Write the new folder with its book. Raises `InventoryError` for a folder that holds files, or a year that is there
    already."""
    edition = load_edition(request.edition)
    project, problems = read([request.previous], edition)
    if request.folder.exists() and any(request.folder.iterdir()):
        raise InventoryError([problem("start.not_empty", Origin(str(request.folder)))])
    if any(d.year == request.year and not d.terms for d in project.data):
        raise InventoryError([problem("start.year_there", Origin(str(request.previous)), year=request.year)])
    regions = list(dict.fromkeys(d.region for d in project.data))
    region = request.region or (regions[0] if len(regions) == 1 else "")
    if region not in regions:
        raise InventoryError([problem("filing.region", region=request.region or "—", known="、".join(regions[:40]))])
    last = last_figures(project, region)
    result = replace(
        plan(edition, region=region, years=(request.year,), lang=request.lang),
        last=last,
        proposals=(project.factors, project.choices),
        unread=unread_rows([request.previous], edition, problems, project.account),
    )
    request.folder.mkdir(parents=True, exist_ok=True)
    book = request.folder / f"{region}{request.year}填报.xlsx"
    write_file(book, template_bytes(result))
    shown = sum((r.quantity, r.item) in last for s in result.sheets for r in s.rows)
    errors = tuple(p for p in problems if p.severity == "error")
    unread = sum(bool(r.cells) for r in result.unread)
    return StartResult(book, shown, len(project.factors), len(project.choices), errors, unread)
