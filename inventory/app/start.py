"""The act of beginning a new inventory year from the last project: an empty book with last year's figures beside each
cell, never as data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from ..api import load_edition, read
from ..core.problems import InventoryError, Origin, problem
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
    edition: str = "prov2011"
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class StartResult:
    """The book to fill in, how many rows show a figure of the last filing, and own factors and choices to be
    confirmed."""

    book: Path
    rows: int
    factors: int
    choices: int


def start_year(request: StartRequest) -> StartResult:
    """Write the new folder with its book. Raises `InventoryError` for a folder that holds files, a year that is there
    already, or faulty input."""
    edition = load_edition(request.edition)
    project, problems = read([request.previous], edition)
    errors = [p for p in problems if p.severity == "error"]
    if errors:
        raise InventoryError(errors)
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
    )
    request.folder.mkdir(parents=True, exist_ok=True)
    book = request.folder / f"{region}{request.year}填报.xlsx"
    write_file(book, template_bytes(result))
    shown = sum((r.quantity, r.item) in last for s in result.sheets for r in s.rows)
    return StartResult(book, shown, len(project.factors), len(project.choices))
