"""Pages over many reports: tasks, the progress board, sums, the log."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from inventory.sheets.csvfile import csv_bytes

from ..domain.publish import suppressed
from ..domain.roles import GRANTS, Level, May
from ..domain.rounds import STANDING_LABELS, Standing, days_left, standing
from ..domain.states import STATE_LABELS, TABLE, State
from ..shared.texts import text
from ..store.acts import deadlines
from ..store.chain import verify
from ..store.models import Anchor, Event, Notice, Organisation, Report, Round
from ..store.scope import ALL, tell
from ..store.sums import GROUPINGS, summed
from .access import need, scope_of
from .frame import page

ROWS = 50
LOG_ROWS = 100


def lang_of(request: HttpRequest) -> str:
    return str(request.lang)  # type: ignore[attr-defined]


def light(rows: QuerySet[Report]) -> QuerySet[Report]:
    """Without the cells: a list never loads them."""
    return rows.defer("draft", "verdict").select_related("obligation__organisation", "round")


def round_of(request: HttpRequest) -> Round | None:
    rounds = Round.objects.order_by("-year", "-pk")
    asked = request.GET.get("round", "")
    return rounds.filter(pk=asked).first() if asked.isdigit() else rounds.first()


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """What waits for this person: reports whose state offers an act to one of the roles, and messages."""
    scope, lang, today = scope_of(request), lang_of(request), timezone.localdate()
    roles = {r for m in scope.memberships for r in (m.role,)}
    states = {s for row in TABLE.values() if row.roles & roles for s in row.sources}
    rows = light(
        scope.of(Report.objects.filter(state__in=[s.value for s in states], round__closed=False), May.view_reports)
    )
    made = [row_of(r, lang, today) for r in rows.order_by("path")[:200]]
    made.sort(key=lambda r: (r["left"] is None, r["left"], -(r["total"] or 0)))
    notices = Notice.objects.filter(path__in=[m.path for m in scope.memberships]).order_by("-created")[:8]
    return page(
        request,
        "tasks",
        "tasks",
        rows=made,
        notices=[{"at": n.created, "text": text(f"notice.{n.code}", lang, **n.facts)} for n in notices],
    )


def row_of(report: Report, lang: str, today: Any) -> dict[str, Any]:
    state, dates = State(report.state), deadlines(report.round)
    stands = standing(state, report.obligation.exempt, dates, today)
    return {
        "id": report.pk,
        "name": report.obligation.organisation.name,
        "code": report.obligation.organisation.code,
        "path": report.path,
        "industry": report.obligation.organisation.industry,
        "state": STATE_LABELS[state][lang],
        "state_id": state.value,
        "standing": stands.value,
        "standing_label": STANDING_LABELS[stands][lang],
        "left": None if stands in (Standing.done, Standing.exempt) else days_left(state, dates, today),
        "total": report.total_t,
        "blocking": report.blocking,
        "round": report.round.name,
        "changed": report.changed,
    }


# ---- sums ----


def sums(request: HttpRequest, by: str, accepted: bool) -> tuple[list[dict[str, Any]], Round | None, bool]:
    """Sums of versions in force (or submitted), by one grouping; withheld for readers who see no single firm."""
    scope, chosen = need(request, May.view_aggregates), round_of(request)
    if chosen is None:
        return [], None, False
    reports = Report.objects.filter(round=chosen, obligation__organisation__level=Level.enterprise)
    names = dict(Organisation.objects.filter(level=Level.city).values_list("path", "name"))
    found = {(s.key, s.unit): s.cell for s in summed(scope.of(reports, May.view_aggregates), by, accepted, names)}
    public = not any(May.view_reports in GRANTS[m.role] for m in scope.memberships)
    if public:
        shown = suppressed({f"{k}|{u}": c for (k, u), c in found.items()})
        found = {(k, u): shown[f"{k}|{u}"] for k, u in found}
    made = [{"key": k, "firms": c.firms, "value": c.value, "unit": u} for (k, u), c in found.items()]
    return sorted(made, key=lambda r: (r["value"] is None, -(r["value"] or 0), r["key"])), chosen, public


def _asked(request: HttpRequest) -> tuple[str, bool]:
    by = request.GET.get("by", "city")
    return by if by in GROUPINGS else "city", request.GET.get("which", "accepted") != "submitted"


@require_GET
def aggregates(request: HttpRequest) -> HttpResponse:
    by, accepted = _asked(request)
    rows, chosen, public = sums(request, by, accepted)
    lang = lang_of(request)
    return page(
        request,
        "aggregates",
        "aggregates",
        rows=rows,
        round=chosen,
        by=by,
        accepted=accepted,
        public=public,
        groupings=[(g, text(f"aggregates.{g}", lang)) for g in GROUPINGS],
        total=sum(r["value"] or 0 for r in rows) if by != "fuel" else None,
    )


@require_GET
def aggregates_csv(request: HttpRequest) -> HttpResponse:
    by, accepted = _asked(request)
    rows, _, _ = sums(request, by, accepted)
    content = csv_bytes(
        [(r["key"], r["firms"], "" if r["value"] is None else r["value"], r["unit"]) for r in rows],
        (by, "firms", "value", "unit"),
    )
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="aggregates-{by}.csv"'},
    )


# ---- the log ----


@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """The log of one's part, the anchors, and the check of the whole chain on request."""
    scope = need(request, May.view_log)
    checked = None
    if request.GET.get("verify"):
        tell([ALL])
        number, broken = verify()
        tell(scope.prefixes)
        checked = {"number": number, "broken": broken}
    events = scope.of(Event.objects.select_related("person"), May.view_log).order_by("-number")
    asked = request.GET.get("before", "")
    if asked.isdigit():  # a place in the log, not a number of pages: the millionth page costs what the first does
        events = events.filter(number__lt=int(asked))
    shown = list(events[: LOG_ROWS + 1])
    return page(
        request,
        "log",
        "log",
        shown=shown[:LOG_ROWS],
        older=shown[LOG_ROWS - 1].number if len(shown) > LOG_ROWS else None,
        first=not asked,
        anchors=Anchor.objects.order_by("-day")[:5],
        checked=checked,
    )
