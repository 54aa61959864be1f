"""The part of `/api/v1` that answers questions: why a figure is what it is, who did what, enterprises against the
inventory, and a round's data in the formats of other programs. The rules are those of the pages."""

# no postponed annotations: ninja reads them through the wrapper `scoped`, which stands in another module
import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Schema
from pydantic import Field

from inventory.core.ledger import Ledger
from inventory.core.problems import InventoryError, Origin
from inventory.sheets.address import from_a1

from ..domain.roles import Level, May
from ..shared.places import known_name
from ..shared.texts import text
from ..store import departments, kinds, verdicts
from ..store.acts import ActRefused
from ..store.chain import newest
from ..store.models import Event, Job, Organisation, Report, Round
from ..store.places import county_of
from .access import report_of, scope_of
from .api import Number, scoped
from .api_bodies import REFUSALS, answers, file_of
from .api_products import api as api
from .compiled import ledger_of
from .products import home, served
from .reasons import entered_words, files_of, tree_of, with_provenance
from .report_views import cells_shown, entered_cells
from .words import FACTS

MOST_EVENTS = 200
CELL = re.compile(r"[A-Z]{1,3}[1-9][0-9]{0,6}")
EXPORTS = {"long.csv": "data_csv", "long.parquet": "data_parquet", "long.xlsx": "data_xlsx", "primap2": "primap2"}
Code = Annotated[str, Field(max_length=120)]


# ---- why ----


class ExplainedFigure(Schema):
    """A source line (or provincial category) and gas with the tree of its arithmetic, down to cells and factors."""

    source: str
    gas: str
    region: str
    year: int
    co2e_t: float
    tree: dict[str, Any]


class ExplanationOut(Schema):
    """`text` and `entered` (who, when, how) are those of the cell asked for; `figures` what it goes into."""

    cell: str
    text: str
    entered: str
    figures: list[ExplainedFigure]


@api.get("/reports/{number}/explain", response=answers(ExplanationOut))
@scoped
def explanation(
    request: HttpRequest, number: int, cell: Code = "", source: Code = "", gas: Code = ""
) -> dict[str, Any]:
    """Why is it this number: every figure that a cell (`sheet!A1`) goes into, or those of a source and gas."""
    report = report_of(request, number)
    draft, _ = cells_shown(request, report)
    sheet, _, address = cell.rpartition("!")
    held = _text_at(draft, sheet, address) if cell else ""
    ledger = _ledger(report, draft)
    fed = {_figure(ledger, i) for i in _lines_of(ledger, sheet, address)} if cell else None
    figures: dict[tuple[str, str, str, int], list[int]] = {}
    for i, line in enumerate(ledger.lines):
        key = _figure(ledger, i)
        asked = source in ("", line.category) and gas in ("", line.gas)
        if line.account == "total" and asked and (fed is None or key in fed):
            figures.setdefault(key, []).append(i)
    if not figures and not cell:
        raise Http404
    entered = entered_cells(request, report)
    lang = str(request.lang)  # type: ignore[attr-defined]

    def shown(key: tuple[str, str, str, int], lines: list[int]) -> dict[str, Any]:
        category, of_gas, region, year = key
        label = ledger.edition.label_of_category(category, lang)
        title = text("report.why_title", lang, source=category, label=label if label != category else "", gas=of_gas)
        tree = tree_of(ledger, lines, title, lang)
        return {
            "source": category,
            "gas": of_gas,
            "region": region,
            "year": year,
            "co2e_t": sum(float(ledger.co2e_t(ledger.lines[i])) for i in lines),
            "tree": with_provenance(tree, dict.fromkeys(files_of(tree), ("", entered)), lang),
        }

    return {
        "cell": cell,
        "text": held,
        "entered": entered_words(entered.of(sheet, address), lang) if cell else "",
        "figures": [shown(key, lines) for key, lines in figures.items()],
    }


def _figure(ledger: Ledger, index: int) -> tuple[str, str, str, int]:
    line = ledger.lines[index]
    return line.category, line.gas, line.region, line.year


def _text_at(draft: verdicts.Draft, sheet: str, address: str) -> str:
    """What stands in a cell, empty cells of the sheet included. Raises Http404 for none."""
    rows = next((s["rows"] for s in draft if s["name"] == sheet), None)
    if rows is None or not CELL.fullmatch(address):
        raise Http404
    try:
        row, column = from_a1(address)
    except (ValueError, KeyError):  # beyond the last column
        raise Http404 from None
    value = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
    return "" if value is None else str(value)


def _ledger(report: Report, draft: verdicts.Draft) -> Ledger:
    """The arithmetic behind a report. Raises `InventoryError` while an error stands in the way."""
    organisation = report.obligation.organisation
    if kinds.kind_of(report) is Level.enterprise:
        return verdicts.result_of(draft, organisation.name).ledger
    county = county_of(organisation)
    compiled = departments.compile_versions(
        [(departments.file_stem(organisation), draft)], [county] if county is not None else []
    )
    if compiled.ledger is None:
        raise InventoryError(compiled.problems)
    return compiled.ledger


def _lines_of(ledger: Ledger, sheet: str, address: str) -> Iterator[int]:
    """Lines into which the figure of a cell goes."""
    from inventory.core.explanation import Explainer  # loaded on use, as by the pages: processes stay small

    explainer = Explainer(ledger)
    for i, line in enumerate(ledger.lines):
        if line.account == "total" and any(
            (o.sheet, o.cell) == (sheet, address) for o in _origins(explainer.line(i), set())
        ):
            yield i


def _origins(node: Any, seen: set[int]) -> Iterator[Origin]:
    """Every place that an explanation names."""
    if isinstance(node, Origin):
        yield node
    elif dataclasses.is_dataclass(node) and id(node) not in seen:
        seen.add(id(node))
        for field in dataclasses.fields(node):
            yield from _origins(getattr(node, field.name), seen)
    elif isinstance(node, tuple):
        for part in node:
            yield from _origins(part, seen)


# ---- who did what ----


class EventOut(Schema):
    """A line of the log; `at` in UTC."""

    number: int
    at: str
    person: str
    action: str


class LoggedEvent(EventOut):
    """The same with its place in the tree, what it is about, its particulars (no figures) and its hash."""

    path: str
    subject: str
    facts: dict[str, Any]
    sha256: str


def _page_of(events: QuerySet[Event], before: int | None) -> list[Event]:
    if before is not None:
        events = events.filter(number__lt=before)
    return newest(events, MOST_EVENTS)


def _event(e: Event) -> dict[str, Any]:
    return {"number": e.number, "at": e.at, "person": e.person.name if e.person else "", "action": e.action}


@api.get("/reports/{number}/events", response=answers(list[EventOut]))
@scoped
def report_events(request: HttpRequest, number: int, before: Number | None = None) -> list[dict[str, Any]]:
    """What was done to a report, the newest first, 200 at a time; `before`: older than this number of the log."""
    report = report_of(request, number)
    return [_event(e) for e in _page_of(Event.objects.filter(subject=f"report/{report.pk}"), before)]


@api.get("/events", response=answers(list[LoggedEvent]))
@scoped
def events(request: HttpRequest, before: Number | None = None) -> list[dict[str, Any]]:
    """The log of one's part, the newest first, 200 at a time; `before`: older than this number."""
    scope = scope_of(request)
    if not scope.may(May.view_log):
        raise Http404
    return [
        {**_event(e), "path": e.path, "subject": e.subject, "facts": _facts(e.facts), "sha256": e.sha256}
        for e in _page_of(scope.of(Event.objects.all(), May.view_log), before)
    ]


def _facts(facts: str) -> dict[str, Any]:
    """The particulars that the page shows."""
    held = json.loads(facts)
    return {name: held[name] for name in (*FACTS, "version") if held.get(name) not in (None, "", [])}


# ---- a round ----


def _round(number: int | None) -> Round:
    """The round asked for, else the newest. Raises Http404."""
    rows = Round.objects.order_by("-year", "-pk")
    chosen = rows.filter(pk=number).first() if number is not None else rows.first()
    if chosen is None:
        raise Http404
    return chosen


class ComparedLine(Schema):
    """Direct emissions of the reports and of the inventory in provincial lines and a gas, in t; `inventory_t` is null
    where the inventory has no such line, `coverage` reports / inventory."""

    lines: list[str]
    gas: str
    firms: int
    reports_t: float
    inventory_t: float | None
    difference_t: float
    coverage: float | None
    remark: str


class UnmatchedLine(Schema):
    """A source of the reports without a line in the provincial guideline."""

    source: str
    gas: str
    firms: int
    reports_t: float
    remark: str


class ReconciliationOut(Schema):
    """`compiled`: whether there is an inventory to compare with (accepted data of departments that compile)."""

    round: int
    year: int
    region: str
    compiled: bool
    comparisons: list[ComparedLine]
    unmatched: list[UnmatchedLine]


@api.get("/reconciliation", response=answers(ReconciliationOut))
@scoped
def reconciliation(request: HttpRequest, round: Number | None = None) -> dict[str, Any]:
    """Accepted enterprise reports against the inventory of the accepted data, line by line, largest differences first.
    Cities, fuels and weighted factors are in the product `reconciliation`."""
    from ..store import reconciled  # loaded on use

    scope = scope_of(request)
    if not scope.may(May.compile_inventory):
        raise Http404
    chosen, path = _round(round), home(scope, May.compile_inventory)
    region = known_name(Organisation.objects.get(path=path).name)
    ledger = ledger_of(scope, chosen)
    reports = scope.of(Report.objects.filter(round=chosen), May.compile_inventory)
    against = reconciled.against(reports, ledger, region, chosen.year)
    return {
        "round": chosen.pk,
        "year": chosen.year,
        "region": region,
        "compiled": ledger is not None,
        "comparisons": [
            {
                "lines": list(c.lines),
                "gas": c.gas,
                "firms": c.firms,
                "reports_t": c.reports_t,
                "inventory_t": c.inventory_t,
                "difference_t": c.difference_t,
                "coverage": c.coverage,
                "remark": c.remark,
            }
            for c in against.comparisons
        ],
        "unmatched": [
            {"source": source, "gas": of_gas, "firms": firms, "reports_t": mass, "remark": remark}
            for source, of_gas, firms, mass, remark in against.unmatched
        ],
    }


@api.get("/exports/{name}", response=REFUSALS, openapi_extra=file_of())
@scoped
def exports(request: HttpRequest, name: str, round: Number | None = None, accepted: bool = True) -> HttpResponse:
    """The newest file of long.csv, long.parquet, long.xlsx or primap2 that was made for one's part. Made on order: `POST
    /rounds/{number}/products` with `data_csv`, `data_parquet`, `data_xlsx` or `primap2`; 404 while there is none."""
    scope = scope_of(request)
    if not scope.may(May.compile_inventory) or name not in EXPORTS:
        raise Http404
    chosen = _round(round)
    finished = Q(kind="product", state="done", path=home(scope, May.compile_inventory))
    asked = Q(facts__round=chosen.pk, facts__product=EXPORTS[name], facts__accepted=accepted)
    job = scope.of(Job.objects.filter(finished & asked), May.compile_inventory).order_by("-pk").first()
    if job is None:
        raise ActRefused("no_export", status=404)
    answer = served(job)
    answer["ETag"] = f'"{(job.result or {})["sha256"]}"'
    return answer
