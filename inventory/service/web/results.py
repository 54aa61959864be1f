"""Questions to a data set of inventories of many regions (`inventory batch --format parquet`), by the command's own use
case. Named sums only: a SELECT of somebody's own knows no part of the tree. A province sees its own regions, the nation
all of them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from inventory.core.gwp import set_label
from inventory.core.problems import InventoryError
from inventory.edition import load
from inventory.sheets.csvfile import csv_bytes
from inventory.texts import LIST
from inventory.workbook.texts import Words

from ..domain.roles import May
from ..shared.texts import catalogue, text
from ..store.acts import ActRefused
from ..store.models import Organisation
from ..store.scope import Scope
from .access import need
from .boards import lang_of
from .data import SeriesWords
from .faults import refusal_texts
from .frame import page
from .products import home

if TYPE_CHECKING:
    from inventory.store.query import QueryResult

MEMORY_MB, SECONDS = 256, 10.0  # of one question; one at a time in a process
ROWS_SHOWN, MOST_GROUPS, MOST_CHOICES = 500, 4, 2000
PROVINCE = "省级"
ACCOUNTS = ("total", "memo", "check", "all")
CONDITIONS = 3  # that the form offers
FIGURES = ("mass_t", "co2e_t", "lines")
_ONE_AT_A_TIME = threading.Semaphore(1)


def own_part(scope: Scope) -> str:
    """The province whose regions may be asked about; empty for the nation. Raises `ActRefused` for a place that is
    neither."""
    from inventory.regions import built_in

    path = home(scope, May.ask_results)
    place = Organisation.objects.filter(path=path).first()
    if not path or (place is not None and place.level == "nation"):
        return ""
    known = (r.name for r in built_in().regions.values() if place is not None and place.name in (r.name, *r.aliases))
    name = next((n for n in known if built_in()[n].level == PROVINCE), "")
    if not name:
        raise ActRefused("results_place", status=422)
    return name


def ask(scope: Scope, by: tuple[str, ...], where: tuple[str, ...], account: str = "total") -> QueryResult:
    """Sums of the data set within the scope. Raises `ActRefused` or `InventoryError` for what cannot be answered."""
    from inventory.app.query import QueryRequest, run_query

    if not settings.INVENTORY_DATASET:
        raise ActRefused("results_none", status=422)
    if not 1 <= len(by) <= MOST_GROUPS:
        raise ActRefused("results_groups", status=422, facts={"most": str(MOST_GROUPS)})
    province = own_part(scope)
    kept = tuple(w for w in where if not (province and w.split("=")[0].strip() == "province"))
    conditions = (*kept, f"province={province}") if province else kept
    with _ONE_AT_A_TIME:
        return run_query(
            QueryRequest(
                settings.INVENTORY_DATASET, by, conditions, account, threads=1, memory_mb=MEMORY_MB, seconds=SECONDS
            )
        )


def query_of(request: HttpRequest) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Groups, conditions and account of a request."""
    given = ",".join(request.GET.getlist("by")) or "region,year"
    by = tuple(x for x in given.replace("，", ",").split(",") if x.strip())
    conditions = request.GET.get("where", "").replace("；", ";").split(";")
    for column, value in zip(request.GET.getlist("column"), request.GET.getlist("value"), strict=False):
        if column and value.strip():
            conditions.append(f"{column}={value.strip()}")
    account = request.GET.get("account", "total")
    return (
        tuple(x.strip() for x in by),
        tuple(c.strip() for c in conditions if c.strip()),
        account if account in ACCOUNTS else "total",
    )


class CellWords:
    """Values of a result in words of one language: categories and sectors by name, standings, accounts, sets, items."""

    def __init__(self, lang: str) -> None:
        self.lang, self.series, self.words = lang, SeriesWords(lang), Words(lang)
        self.edition = load()

    def of(self, column: str, value: object) -> object:
        """The value as the page shows it; figures and what has no words of its own as they are."""
        if not isinstance(value, str) or not value:
            return value
        if column in ("category", "sector"):
            label = self.edition.label_of_category(value, self.lang)
            return value if label == value else f"{value} {label}"
        if column in ("item", "fuel"):
            return self.series.item(value if column == "item" else f"fuel={value}")
        if column == "region":
            return self.edition.label_of_region(value, self.lang)
        if column in ("gwp", "gwp_set"):
            return set_label(value, self.lang, short=True)
        if column == "flags" or (column == "status" and value != "sound"):
            return LIST[self.lang].join(self.words.of("flag", part) for part in value.split("|"))
        if column == "status":
            return text("web_factors.sound", self.lang)
        group = {"account": "result_account", "edition": "web_factors"}.get(column)
        return self._named(group, value) if group else value

    def _named(self, group: str, value: str) -> str:
        return catalogue().get(f"{group}.{value.replace('-', '_')}", {}).get(self.lang, value)


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as the form shows it: its column, the value chosen, and what there is to choose, in words."""

    column: str = ""
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()


def _conditions(request: HttpRequest, scope: Scope, where: tuple[str, ...], account: str) -> list[Condition]:
    """The conditions asked, those with a column and no value yet among them, and room for one more."""
    from inventory.store.query import GROUPS

    parts = [(c.partition("=")[0].strip(), c.partition("=")[2].strip()) for c in where]
    chosen = zip(request.GET.getlist("column"), request.GET.getlist("value"), strict=False)
    parts.extend((column, "") for column, value in chosen if column in GROUPS and not value.strip())
    words = CellWords(lang_of(request))
    shown = [Condition(c, v, _choices(scope, c, account, words)) for c, v in parts]
    return [*shown, *[Condition()] * max(1, CONDITIONS - len(shown))]


def _choices(scope: Scope, column: str, account: str, words: CellWords) -> tuple[tuple[str, str], ...]:
    """Every value that a column has within the scope, in words of the reader; none where it cannot be asked."""
    try:
        answer = ask(scope, (column,), (), account)
    except (ActRefused, InventoryError):
        return ()
    values = [str(row[0]) for row in answer.rows[:MOST_CHOICES] if row[0] is not None and str(row[0])]
    return tuple((v, str(words.of(column, v))) for v in values)


def column_label(column: str, lang: str) -> str:
    """A column in words; its own name where there are none."""
    return catalogue().get(f"result_column.{column}", {lang: column})[lang]


def _in_words(answer: QueryResult, rows: Any, lang: str) -> list[list[tuple[object, str]]]:
    """Rows with how each cell is shown: a figure, a count, a text."""
    words = CellWords(lang)
    return [
        [
            (words.of(c, v), "figure" if isinstance(v, float) else "count" if c in FIGURES else "")
            for c, v in zip(answer.columns, row, strict=True)
        ]
        for row in rows
    ]


@require_GET
def results(request: HttpRequest) -> HttpResponse:
    """The question, its answer and, with `file=1`, the answer as CSV."""
    from inventory.store.query import GROUPS

    scope, lang = need(request, May.ask_results), lang_of(request)
    by, where, account = query_of(request)
    refusals: list[str] = []
    answer: QueryResult | None = None
    if "by" in request.GET or settings.INVENTORY_DATASET:
        try:
            answer = ask(scope, by, where, account)
        except ActRefused as refused:
            refusals = refusal_texts(refused, lang)
        except InventoryError as error:
            refusals = [p.text(lang) for p in error.problems]
    if answer is not None and request.GET.get("file"):
        return HttpResponse(
            csv_bytes(answer.rows, answer.columns),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="results.csv"'},
        )
    rows: Any = answer.rows if answer is not None else ()
    return page(
        request,
        "results",
        "results",
        groups=[(g, column_label(g, lang), g in by) for g in GROUPS],
        conditions=_conditions(request, scope, where, account) if settings.INVENTORY_DATASET else (),
        account=account,
        accounts=[(a, text(f"result_account.{a}", lang)) for a in ACCOUNTS],
        ready=bool(settings.INVENTORY_DATASET),
        most=MOST_GROUPS,
        shown_most=ROWS_SHOWN,
        answered=answer is not None,
        columns=[(column_label(c, lang), c in FIGURES) for c in answer.columns] if answer is not None else (),
        rows=_in_words(answer, rows[:ROWS_SHOWN], lang) if answer is not None else (),
        count=len(rows),
        refusals=refusals,
    )
