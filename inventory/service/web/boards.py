"""Pages over many reports: tasks, the progress board, sums, the log."""

from __future__ import annotations

import io
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from inventory.api import write_workbook
from inventory.sheets.csvfile import csv_bytes

from ..domain.publish import suppressed
from ..domain.roles import GRANTS, Level, May
from ..domain.rounds import STANDING_LABELS, Standing, days_left, standing
from ..domain.states import STATE_LABELS, TABLE, State
from ..shared.texts import text
from ..store import departments
from ..store.acts import deadlines
from ..store.chain import record, verify
from ..store.models import Anchor, Event, Notice, Obligation, Organisation, Report, Round
from ..store.scope import ALL, tell
from ..store.sums import GROUPINGS, summed
from .access import need, scope_of
from .frame import page

ROWS = 50


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


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The tree with how far each part is; below it the reports of the part chosen."""
    scope, lang, today = need(request, May.view_progress), lang_of(request), timezone.localdate()
    chosen = round_of(request)
    if chosen is None:
        return page(request, "board", "board", round=None)
    rows = scope.of(Report.objects.filter(round=chosen), May.view_progress)
    below = request.GET.get("path", "")
    cities = Organisation.objects.filter(level__in=(Level.department, Level.city)).order_by("level", "code")
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for r in rows.values("path", "state").annotate(n=Count("id")).values_list("path", "state", "n"):
        part = "/".join(r[0].split("/")[:2]) + "/"
        counts[part][r[1]] += r[2]
    tree = [
        {"name": c.name, "path": c.path, "total": sum(counts[c.path].values()), **_summary(counts[c.path])}
        for c in cities
        if c.path in counts
    ]
    state = request.GET.get("state", "")
    listed = light(rows.filter(path__startswith=below) if below else rows)
    if state in set(State):
        listed = listed.filter(state=state)
    if search := request.GET.get("q", "").strip():
        listed = listed.filter(obligation__organisation__name__icontains=search[:60])
    pages = Paginator(listed.order_by("path"), ROWS)
    shown = pages.get_page(request.GET.get("page", "1"))
    states = [(s.value, STATE_LABELS[s][lang]) for s in State]
    return page(
        request,
        "board",
        "board",
        round=chosen,
        rounds=Round.objects.order_by("-year"),
        tree=tree,
        below=below,
        state=state,
        states=states,
        shown=shown,
        rows=[row_of(r, lang, today) for r in shown],
        q=search,
        all=_summary(_merged(counts.values())),
        total=sum(sum(c.values()) for c in counts.values()),
        may_remind=scope.may(May.remind),
    )


def _merged(counts: Iterable[dict[str, int]]) -> dict[str, int]:
    out: dict[str, int] = defaultdict(int)
    for part in counts:
        for state, n in part.items():
            out[state] += n
    return out


def _summary(counts: dict[str, int]) -> dict[str, int]:
    """Not begun, in hand of the firm, of the city, of the province, accepted."""
    groups = {
        "begun_not": (State.empty,),
        "firm": (State.draft, State.signing, State.returned),
        "city": (State.county_wait, State.county_review, State.city_wait, State.city_review),
        "province": (State.province_wait, State.province_review, State.reopening),
        "done": (State.accepted,),
    }
    return {name: sum(counts.get(s.value, 0) for s in states) for name, states in groups.items()}


@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """催报: a message to every organisation of the chosen part that holds its report itself, once a day."""
    from django.http import HttpResponseRedirect

    scope = need(request, May.remind)
    asked = request.POST.get("round", "")
    chosen = Round.objects.filter(pk=asked if asked.isdigit() else 0).first()
    now = timezone.now()
    if chosen is not None:
        waiting = scope.of(
            Obligation.objects.filter(
                round=chosen, exempt=False, report__state__in=[State.empty, State.draft, State.signing, State.returned]
            ),
            May.remind,
        ).filter(path__startswith=request.POST.get("path", ""))
        made = [o for o in waiting.select_related("round") if o.reminded is None or (now - o.reminded).days >= 1]
        facts = {"round": chosen.name, "due": str(chosen.due_enterprise)}
        Notice.objects.bulk_create([Notice(path=o.path, code="reminder", facts=facts, created=now) for o in made])
        Obligation.objects.filter(pk__in=[o.pk for o in made]).update(reminded=now)
        record("remind", request.POST.get("path", ""), f"round/{chosen.pk}", scope.person, count=len(made))
    return HttpResponseRedirect(f"/board?path={request.POST.get('path', '')}")


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


# ---- the provincial inventory of accepted department data ----


@require_GET
def compiled(request: HttpRequest) -> HttpResponse:
    """The inventory that the accepted department data of a round give, by the same engine; `?file=1` is the filed
    workbook."""
    scope, lang = need(request, May.compile_inventory), lang_of(request)
    chosen = round_of(request)
    rows = scope.of(
        Report.objects.filter(round=chosen, in_force__isnull=False, obligation__organisation__level=Level.department),
        May.compile_inventory,
    )
    found = [
        (r.obligation.organisation.name, r.in_force)
        for r in rows.select_related("obligation__organisation", "in_force").order_by("path")
    ]
    made = departments.compile_versions([(name, v.draft) for name, v in found if v is not None]) if found else None
    ledger = made.ledger if made is not None else None
    if request.GET.get("file") and ledger is not None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "inventory.xlsx"
            write_workbook(ledger, path, lang)
            content = path.read_bytes()
        return FileResponse(
            io.BytesIO(content), as_attachment=True, filename=f"{chosen.name if chosen else ''}-清单工作簿.xlsx"
        )  # type: ignore[return-value]
    totals = []
    if ledger is not None:
        roots = [c for c in ledger.edition.categories.values() if not c.parent and not c.memo]
        totals = [
            {
                "region": region,
                "year": year,
                "label": f"{c.id} {c.label.get(lang) or c.label['zh']}",
                "value": float(ledger.co2e(region=region, year=year, category=c.id)) / 1e4,
            }
            for region in ledger.regions
            for year in ledger.years
            for c in roots
        ]
    return page(
        request,
        "compiled",
        "compiled",
        round=chosen,
        found=[{"name": n, "version": v} for n, v in found],
        totals=[t for t in totals if t["value"]],
        told_problems=[p.text(lang) for p in (made.problems if made is not None else ())][:60],
        computed=ledger is not None,
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
    pages = Paginator(scope.of(Event.objects.select_related("person"), May.view_log).order_by("-number"), 100)
    return page(
        request,
        "log",
        "log",
        shown=pages.get_page(request.GET.get("page", "1")),
        anchors=Anchor.objects.order_by("-day")[:5],
        checked=checked,
    )
