"""Why is it this number: of a cell of a filed workbook or an enterprise report, or of a line of an input."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.explanation import Explainer, as_dict
from ..core.ledger import Ledger
from ..core.problems import InventoryError, Origin, problem
from ..explain import explain_cell, explain_cell_data, explain_filed, explain_line, lines_of
from ..filing import read_sealed
from .source import Source, compiled


@dataclass(frozen=True, slots=True)
class ExplainCellRequest:
    """A filed workbook or an enterprise report, and 'SHEET!CELL'."""

    file: Path
    cell: str
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class ExplainFiledRequest:
    """A cell of the filing set that an input gives ('SHEET!CELL'); `region` where it has several."""

    source: Source
    cell: str
    region: str = ""
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class ExplainLineRequest:
    """Lines of an input: a category with everything below it; gas, region and year None: all."""

    source: Source
    category: str
    gas: str | None = None
    region: str | None = None
    year: int | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class ExplainResult:
    """The explanation in sentences, and as data: the cell, or one figure a region, year, gas and account
    (inventory/core/explanation.py)."""

    text: str
    figures: tuple[Mapping[str, Any], ...] = ()


def explain_cell_of_file(request: ExplainCellRequest) -> ExplainResult:
    """Raises `InventoryError` when the file is no filed workbook or report, or has no such sheet or cell."""
    try:
        text = explain_cell(request.file, request.cell, request.lang)
    except InventoryError as error:
        if error.problems[0].code == "explain.not_a_filing" and _is_sealed(request.file):
            origin = Origin(str(request.file))
            raise InventoryError([problem("explain.sealed", origin, cell=request.cell)]) from error
        raise
    return ExplainResult(text, (explain_cell_data(request.file, request.cell),))


def _is_sealed(file: Path) -> bool:
    """Whether a file is a filing set, which goes out without a trace."""
    try:
        read_sealed(file)
    except InventoryError:
        return False
    return True


def explain_cell_of_set(request: ExplainFiledRequest) -> ExplainResult:
    """Raises `InventoryError` when the source does not compile, or its filing set has no such sheet or cell."""
    text, data = explain_filed(compiled(request.source), request.cell, request.region, request.lang)
    return ExplainResult(text, (data,))


def explain_line_of_source(request: ExplainLineRequest) -> ExplainResult:
    """Raises `InventoryError` when the source does not compile or nothing was computed for the category."""
    ledger = compiled(request.source)
    text = explain_line(ledger, request.category, request.gas, request.region, request.year, request.lang)
    return ExplainResult(text, figures_of(ledger, request))


def figures_of(ledger: Ledger, request: ExplainLineRequest) -> tuple[Mapping[str, Any], ...]:
    """The figures asked for, each as a tree that JSON can hold."""
    explainer = Explainer(ledger)
    label = ledger.edition.categories[request.category].label
    groups = lines_of(ledger, request.category, request.gas, request.region, request.year)
    return tuple(
        {
            "region": region,
            "year": year,
            "gas": gas,
            "account": account,
            **as_dict(explainer.figure(members, label, gas)),
        }
        for (region, year, gas, account), members in groups.items()
    )
