"""The office's round: reports collected into one database, their states, totals, summary, and the comparison with the
provincial inventory."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ..batch.cluster import workers_of
from ..core.problems import InventoryError, problem
from ..edition import load
from ..enterprise.collect import Collected, collect
from ..enterprise.industries import Industry, default_edition, industries
from ..enterprise.offers import write_offers
from ..enterprise.province import write_summary
from ..enterprise.queries import QUERIES, differences, history, query, set_status, settle, unsettled
from ..enterprise.reconcile import Reconciled, reconcile
from ..enterprise.reconcile_inputs import inventory_from
from ..enterprise.reconcile_sheets import write_reconciliation
from .acts import Around


@dataclass(frozen=True, slots=True)
class IndustriesResult:
    """The guidelines of the 24 industries."""

    industries: tuple[Industry, ...]


def list_industries() -> IndustriesResult:
    """The guidelines, by code."""
    return IndustriesResult(tuple(industries(default_edition()).values()))


@dataclass(frozen=True, slots=True)
class CollectRequest:
    """All reports of a folder into one database file; `workers` 0: one a processor, two at most; `scheduler`: address
    of a dask scheduler instead, whose workers must see the folder under the same path."""

    folder: Path
    database: Path
    workers: int = 0
    scheduler: str = ""


def collect_reports(request: CollectRequest, around: Around | None = None) -> Collected:
    """Read, verify and keep every report. A report that fails is part of the result. Raises `InventoryError` for a file
    that is no such database."""
    with workers_of(request.workers or min(2, os.cpu_count() or 1), request.scheduler) as workers:
        return collect(request.folder, request.database, at=_now(around), workers=workers)


def _now(around: Around | None) -> str:
    return around.clock().isoformat(timespec="seconds") if around is not None else ""


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """A submission gets a state, by whom and why."""

    database: Path
    submission: int
    status: str
    note: str = ""
    who: str = ""


def set_submission_status(request: StatusRequest, around: Around | None = None) -> StatusRequest:
    """Raises `InventoryError` for an unknown state, or a submission that is not there."""
    try:
        set_status(request.database, request.submission, request.status, request.note, _now(around), request.who)
    except ValueError as error:
        raise InventoryError(
            [problem("app.status", submission=request.submission, status=request.status, reason=error)]
        ) from None
    return request


@dataclass(frozen=True, slots=True)
class SettleRequest:
    """These names of one credit code are one firm."""

    database: Path
    code: str
    names: tuple[str, ...]
    who: str = ""


def settle_names(request: SettleRequest, around: Around | None = None) -> SettleRequest:
    """Keep that the names belong together. Raises `InventoryError` for a file that is no such database."""
    settle(request.database, request.code, list(request.names), request.who, _now(around))
    return request


@dataclass(frozen=True, slots=True)
class Rows:
    """A heading and rows."""

    heading: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


@dataclass(frozen=True, slots=True)
class QueryReportsRequest:
    """Totals by columns of `QUERIES`, or by fuel (first)."""

    database: Path
    by: tuple[str, ...] = ("city", "industry")
    year: int | None = None
    accepted_only: bool = False


def query_reports(request: QueryReportsRequest) -> Rows:
    """Raises `InventoryError` for an unknown column, or a file that is no such database."""
    wrong = [n for n in request.by if n not in QUERIES and n != "fuel"] or (
        ["fuel"] if "fuel" in request.by[1:] else []
    )
    if wrong:
        raise InventoryError([problem("app.query_by", by=", ".join(wrong), known=", ".join(QUERIES))])
    return _rows(query(request.database, list(request.by), request.year, request.accepted_only))


@dataclass(frozen=True, slots=True)
class HistoryRequest:
    """What happened to a submission, or to all of a firm."""

    database: Path
    submission: int | None = None
    firm: str = ""


def submission_history(request: HistoryRequest) -> Rows:
    """Raises `InventoryError` for a file that is no such database."""
    return _rows(history(request.database, request.submission, request.firm))


@dataclass(frozen=True, slots=True)
class CompareSubmissionsRequest:
    """Two submissions by number."""

    database: Path
    first: int
    second: int


def compare_submissions(request: CompareSubmissionsRequest) -> Rows:
    """Cell by cell. Raises `InventoryError` for a submission that is not there."""
    return _rows(differences(request.database, request.first, request.second))


@dataclass(frozen=True, slots=True)
class PendingRequest:
    """Submissions awaited again or undecided."""

    database: Path
    year: int | None = None


def pending_submissions(request: PendingRequest) -> Rows:
    """Raises `InventoryError` for a file that is no such database."""
    return _rows(unsettled(request.database, request.year))


def _rows(result: tuple[list[str], list[tuple[object, ...]]]) -> Rows:
    return Rows(tuple(result[0]), tuple(tuple(r) for r in result[1]))


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """The province's summary workbook."""

    database: Path
    output: Path
    year: int | None = None
    lang: str = "zh"


def write_reports_summary(request: SummaryRequest) -> SummaryRequest:
    """Raises `InventoryError` for a file that is no such database."""
    write_summary(request.database, request.output, default_edition(), request.year, request.lang)
    return request


@dataclass(frozen=True, slots=True)
class ReconcileRequest:
    """Collected reports against the provincial inventory's results CSV, direct emissions only; `offers`: weighted
    factors as factors.csv."""

    database: Path
    inventory: Path
    region: str
    year: int
    output: Path | None = None
    offers: Path | None = None
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class ReconcileResult:
    """Comparisons with coverage, and the labels of provincial categories."""

    reconciled: Reconciled
    labels: dict[str, str]


def reconcile_reports(request: ReconcileRequest) -> ReconcileResult:
    """Raises `InventoryError` for a file that is no database or no results CSV."""
    edition = default_edition()
    result = reconcile(
        request.database, request.year, edition, inventory_from(request.inventory, request.region, request.year)
    )
    labels = {c.id: c.label[request.lang] for c in load().categories.values()}
    if request.output is not None:
        write_reconciliation(result, request.output, edition, labels, request.lang)
    if request.offers is not None:
        write_offers(result.offers, request.offers)
    return ReconcileResult(result, labels)
