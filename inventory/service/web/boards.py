"""Pages over many reports: tasks, the progress board, sums, the log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET

from inventory.sheets.csvfile import csv_bytes

from ..domain.batches import batch_of
from ..domain.roles import GRANTS, Level, May, Role
from ..domain.rounds import STANDING_LABELS, Standing, days_left, standing
from ..domain.states import OPTIONAL, STATE_LABELS, SUBMITTED, TABLE, State
from ..shared.texts import text
from ..store.chain import newest
from ..store.due import deadlines_of, late_by
from ..store.integrity import verify
from ..store.models import CELLS, Anchor, Event, Notice, Organisation, Person, Report, Round
from ..store.scope import ALL, Scope, tell
from ..store.sums import GROUPINGS, summed
from ..store.withholding import OutsidersSums, city_names
from .access import need, scope_of
from .frame import MENU, page
from .words import fact_words, industry_name, place_names, subject_names, subject_words

ROWS = 50
MOST_TASKS = 200
LOG_ROWS = 100


def lang_of(request: HttpRequest) -> str:
    return str(request.lang)  # type: ignore[attr-defined]


def light(rows: QuerySet[Report]) -> QuerySet[Report]:
    """Without the cells: a list never loads them."""
    return rows.defer(*CELLS).select_related("obligation__organisation", "round")


def round_of(request: HttpRequest) -> Round | None:
    rounds = Round.objects.order_by("-year", "-pk")
    asked = request.GET.get("round", "")
    return rounds.filter(pk=asked).first() if asked.isdigit() else rounds.first()


def health(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@require_GET
def tasks(request: HttpRequest) -> HttpResponse:
    """What waits for this person: reports whose state offers an act to one of the roles, and messages."""
    return tasks_page(request)


def tasks_page(request: HttpRequest, done: str = "", refusals: Sequence[str] = ()) -> HttpResponse:
    """The same with what was done to many at once."""
    scope, lang, today = scope_of(request), lang_of(request), timezone.localdate()
    states = {s for a, row in TABLE.items() if a not in OPTIONAL and row.roles & scope.roles for s in row.sources}
    reports = light(scope.of(Report.objects.all(), May.view_reports))
    waiting = reports.filter(state__in=[s.value for s in states], round__closed=False, obligation__exempt=False)
    waiting_rows = waiting.select_related("obligation__organisation__parent", "round", "current").defer(
        *CELLS, "current__draft", "current__verdict"
    )
    listed = [
        {
            **row_of(r, lang, today),
            "batch": batch_of(State(r.state), scope.roles_at(r.path)) if r.current is not None else "",
            "sha": r.current.sha256 if r.current is not None else "",
        }
        for r in waiting_rows.order_by("path")[:MOST_TASKS]
    ]
    listed.sort(key=lambda r: (r["left"] is None, r["left"], -(r["total"] or 0)))
    count = waiting.count() if len(listed) == MOST_TASKS else len(listed)
    notices = Notice.objects.filter(path__in=[m.path for m in scope.memberships]).order_by("-created")[:8]
    own = reports.filter(path__in={n.path for n in notices}).order_by("round__year")
    hrefs = {path: f"/report/{pk}" for path, pk in own.values_list("path", "pk")}  # the newest of each organisation
    return page(
        request,
        "tasks",
        "tasks",
        rows=listed,
        done=done,
        refusals=refusals,
        batches=[b for b in ("take", "pass") if any(r["batch"] == b for r in listed)],
        others=_others(reports, scope.roles, {r["id"] for r in listed}, lang),
        anchors=Anchor.objects.order_by("-day")[:5],
        notices=[
            {"at": n.created, "text": text(f"notice.{n.code}", lang, **n.facts), "href": hrefs.get(n.path)}
            for n in notices
        ],
        handles=scope.may(May.view_reports),
        more=count if count > len(listed) else 0,
        first_steps=[] if Round.objects.exists() else _first_steps(scope, lang),
        guide=[
            {"href": href, "label": text(f"web_menu.{name}", lang), "about": text(f"guide.{name}", lang)}
            for name, href, what in MENU
            if what is not None and scope.may(what)
        ],
    )


FIRST = (
    ("organisations", May.manage_organisations),
    ("rounds", May.manage_rounds),
    ("people", May.manage_people),
    ("log", May.view_log),
)


def _first_steps(scope: Scope, lang: str) -> list[dict[str, str]]:
    """What the three administrators of a new system do, each with the way to the own part."""
    if not any(scope.may(what) for _, what in FIRST):
        return []
    return [{"text": text(f"first.{n}", lang), "href": f"/{n}" if scope.may(what) else ""} for n, what in FIRST]


def _others(reports: QuerySet[Report], roles: frozenset[Role], shown: set[int], lang: str) -> list[dict[str, Any]]:
    """Reports that wait for somebody else: all of one's own organisation; for a verifier, those handed over. Reviewers
    have the board."""
    if roles & {Role.filler, Role.approver, Role.department}:
        rows = reports
    elif Role.verifier in roles:
        rows = reports.filter(state__in=[s.value for s in SUBMITTED])
    else:
        return []
    newest = rows.exclude(pk__in=shown).order_by("-round__year", "path")[:MOST_TASKS]
    return [row_of(r, lang, timezone.localdate()) for r in newest]


def row_of(report: Report, lang: str, today: Any, own: bool = True) -> dict[str, Any]:
    """A report in a list. `own`: whether its reader is of its organisation; others see no total before it is handed
    over."""
    state, dates = State(report.state), deadlines_of(report)
    stands = standing(state, report.obligation.exempt, dates, today)
    return {
        "id": report.pk,
        "name": report.obligation.organisation.name,
        "code": report.obligation.organisation.code,
        "path": report.path,
        "industry": industry_name(report.obligation.organisation.industry, lang, short=True),
        "state": STATE_LABELS[state][lang],
        "state_id": state.value,
        "standing": stands.value,
        "standing_label": STANDING_LABELS[stands][lang],
        "left": None if stands in (Standing.done, Standing.exempt) else days_left(state, dates, today),
        "late": late_by(report),
        "total": report.total_t if own or state in SUBMITTED else None,
        "blocking": report.blocking,
        "round": report.round.name,
        "changed": report.changed,
    }


# ---- sums ----

_outsiders = OutsidersSums()


def sums(request: HttpRequest, by: str, accepted: bool) -> tuple[list[dict[str, Any]], Round | None, bool]:
    """Sums of versions in force (or submitted), by one grouping; withheld for readers who see no single firm."""
    scope, chosen = need(request, May.view_aggregates), round_of(request)
    if chosen is None:
        return [], None, False
    enterprises = Report.objects.filter(round=chosen, obligation__organisation__level=Level.enterprise)
    reports, lang = scope.of(enterprises, May.view_aggregates), lang_of(request)
    public = not any(May.view_reports in GRANTS[m.role] for m in scope.memberships)
    if public:
        rows = _outsiders.of(reports, chosen, lang, by, accepted)
    else:
        rows = summed(reports, by, accepted, city_names(lang), lang)
    sums_of = [{"key": s.key, "firms": s.cell.firms, "value": s.cell.value, "unit": s.unit} for s in rows]
    return sorted(sums_of, key=lambda r: (r["value"] is None, -(r["value"] or 0), r["key"])), chosen, public


def _view(request: HttpRequest) -> tuple[str, bool]:
    by = request.GET.get("by", "city")
    return by if by in GROUPINGS else "city", request.GET.get("which", "accepted") != "submitted"


@require_GET
def aggregates(request: HttpRequest) -> HttpResponse:
    by, accepted = _view(request)
    rows, chosen, public = sums(request, by, accepted)
    lang = lang_of(request)
    return page(
        request,
        "aggregates",
        "aggregates",
        rows=rows,
        round=chosen,
        rounds=Round.objects.order_by("-year", "-pk"),
        by=by,
        accepted=accepted,
        key=text(f"aggregates.{by}", lang),
        public=public,
        groupings=[(g, text(f"aggregates.{g}", lang)) for g in GROUPINGS],
        withheld=any(r["value"] is None for r in rows),
        total=sum(values)
        if by != "fuel" and (values := [r["value"] for r in rows if r["value"] is not None])
        else None,
    )


@require_GET
def aggregates_csv(request: HttpRequest) -> HttpResponse:
    by, accepted = _view(request)
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
    checked, receipt = None, _receipt_of(request)
    if request.GET.get("verify") and receipt is not None:
        tell([ALL])
        number, broken = verify(receipts=receipt)
        tell(scope.prefixes)
        said = [{"label": text(f"log_broken.{b.kind}", lang_of(request)), "number": b.number} for b in broken]
        checked = {"number": number, "broken": said}
    events = scope.of(Event.objects.all(), May.view_log)
    asked = request.GET.get("before", "")
    if asked.isdigit():  # a place in the log, not a number of pages: the millionth page costs what the first does
        events = events.filter(number__lt=int(asked))
    search = request.GET.get("q", "").strip()[:60]
    if search:
        below = list(Organisation.objects.filter(name__icontains=search).values_list("path", flat=True)[:200])
        people = list(Person.objects.filter(name__icontains=search).values_list("pk", flat=True)[:200])
        events = events.filter(Q(person__in=people) | Q(path__in=below))  # both by their index
    shown = newest(events, LOG_ROWS + 1)
    places = place_names({e.path for e in shown})
    lang = lang_of(request)
    names = subject_names({e.subject for e in shown}, lang)
    return page(
        request,
        "log",
        "log",
        rows=[
            {
                "e": e,
                "place": places.get(e.path, e.path),
                "subject": names.get(e.subject) or subject_words(e.subject, lang),
                "facts": fact_words(e.facts, lang),
            }
            for e in shown[:LOG_ROWS]
        ],
        q=search,
        older=shown[LOG_ROWS - 1].number if len(shown) > LOG_ROWS else None,
        first=not asked,
        anchors=Anchor.objects.order_by("-day")[:5],
        checked=checked,
        receipt_wrong=receipt is None,
        receipt_number=request.GET.get("number", "")[:20],
        receipt_hash=request.GET.get("hash", "")[:64],
    )


def _receipt_of(request: HttpRequest) -> dict[int, str] | None:
    """Number and hash of a receipt or anchor to compare with the log; None for what is none."""
    number, sha = request.GET.get("number", "").strip(), request.GET.get("hash", "").strip().lower()
    if not number and not sha:
        return {}
    return {int(number): sha} if number.isdecimal() and len(number) < 19 and len(sha) == 64 else None
