"""From a project to the filed workbook and its totals."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .. import api
from ..analysis.account import account_of
from ..core.account import FigureAccount
from ..core.completeness import line_problems, state_of
from ..core.ledger import Ledger
from ..core.problems import Problem, in_order
from .acts import Around
from .source import Draws, Previous, Source, compared, compiled, drawn


@dataclass(frozen=True, slots=True)
class CompileRequest:
    """`output`: the filed workbook (.xlsx); `results`: one CSV row a ledger line. None of both: compute only."""

    source: Source
    output: Path | None = None
    results: Path | None = None
    lang: str = "zh"
    draws: Draws = Draws()
    previous: Previous = Previous()


@dataclass(frozen=True, slots=True)
class YearSum:
    """t CO2e of a region and year. `fuel_co2_t`: CO2 of fuel combustion, None where it was not computed; `missing`:
    lines without figure or key."""

    region: str
    year: int
    with_lucf_t: float
    without_lucf_t: float
    fuel_co2_t: float | None
    missing: int


@dataclass(frozen=True, slots=True)
class CompileResult:
    """Totals, remarks, where every figure went, and what was written."""

    ledger: Ledger
    totals: tuple[YearSum, ...]
    problems: tuple[Problem, ...]
    account: FigureAccount | None
    files: tuple[Path, ...]


def compile_inventory(request: CompileRequest, around: Around | None = None) -> CompileResult:
    """Read, check, compute and write. Raises `InventoryError` with every problem of the input; then nothing is
    written."""
    around = around or Around()
    around.stage("compile")
    ledger = compiled(request.source)
    state = state_of(ledger)
    montecarlo = drawn(ledger, request.draws, around)
    recalculation, of_causes = compared(ledger, request.previous, request.source.edition)
    files = []
    if request.output is not None:
        around.stage("write")
        api.write_workbook(ledger, request.output, request.lang, montecarlo=montecarlo, recalculation=recalculation)
        files.append(request.output)
    if request.results is not None:
        api.write_results(ledger, request.results, request.lang)
        files.append(request.results)
    problems = tuple(in_order([*ledger.warnings, *line_problems(state), *of_causes]))
    return CompileResult(ledger, totals_of(ledger), problems, account_of(ledger), tuple(files))


def totals_of(ledger: Ledger) -> tuple[YearSum, ...]:
    """Totals by region and year, in the order of the ledger; a total says how many lines it lacks."""
    out, roles, state = [], ledger.edition.roles, state_of(ledger)
    for region in ledger.regions:
        for year in sorted({x.year for x in ledger.lines if x.region == region}):
            total = float(ledger.co2e(region=region, year=year))
            lucf = float(ledger.co2e(region=region, year=year, category=roles.lucf)) if roles.lucf else 0.0
            burnt = (
                [x.mass_t for x in ledger.select(region=region, year=year, category=roles.combustion, gas="CO2")]
                if roles.combustion
                else []
            )
            out.append(
                YearSum(
                    region,
                    year,
                    total,
                    total - lucf,
                    sum(burnt) if burnt else None,
                    len(state.unanswered(region, year)),
                )
            )
    return tuple(out)
