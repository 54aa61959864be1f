"""The factor tables of an edition: listed, and one shown with everything known of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..core.declarations import Parameter
from ..core.edition import FactorRow
from ..core.names import near
from ..core.problems import InventoryError, problem
from ..edition import load
from ..edition.evidence import Newer, newer


@dataclass(frozen=True, slots=True)
class FactorsRequest:
    """All factors of an edition, or those of one parameter."""

    edition: str | Path | None = None
    parameter: str = ""


@dataclass(frozen=True, slots=True)
class FactorsResult:
    """Rows by id."""

    rows: tuple[FactorRow, ...]


def list_factors(request: FactorsRequest) -> FactorsResult:
    """Raises `InventoryError` for an unknown edition."""
    rows = (
        r for group in load(request.edition).factors.values() for r in group if request.parameter in ("", r.parameter)
    )
    return FactorsResult(tuple(sorted(rows, key=lambda r: r.id)))


@dataclass(frozen=True, slots=True)
class FactorRequest:
    """One factor by id."""

    id: str
    edition: str | Path | None = None


@dataclass(frozen=True, slots=True)
class FactorResult:
    """The row as printed, its parameter, and what the newer national database prints for the same."""

    row: FactorRow
    parameter: Parameter | None
    newer: Newer | None = None


def show_factor(request: FactorRequest) -> FactorResult:
    """Raises `InventoryError` naming near ids."""
    edition = load(request.edition)
    row = edition.by_id.get(request.id)
    if row is None:
        raise InventoryError([problem("factor.no_such_id", id=request.id, near=near(request.id, edition.by_id))])
    return FactorResult(row, edition.declared.parameters.get(row.parameter), newer(edition, row))
