"""The progress board: the tree with how far each part is, the reports of a part, and 催报."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.db.models.functions import Concat, StrIndex, Substr
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from ..domain.roles import Level, May
from ..domain.states import STATE_LABELS, SUBMITTED, State
from ..shared.texts import text
from ..store.chain import record
from ..store.daily import office_reminders, reminders_of
from ..store.due import due_day
from ..store.models import Obligation, Organisation, Report, Round
from ..store.notices import tell_people
from ..store.scope import Scope, subtree
from .access import need, scope_of
from .boards import ROWS, lang_of, light, round_of, row_of
from .frame import page
from .products import home
from .words import industry_choices

GROUPS: Mapping[str, tuple[State, ...]] = {  # not begun, in hand of the firm, of the city, of the province, accepted
    "begun_not": (State.empty,),
    "firm": (State.draft, State.signing, State.returned),
    "city": (State.county_wait, State.county_review, State.city_wait, State.city_review),
    "province": (State.province_wait, State.province_review, State.reopening),
    "done": (State.accepted,),
}
MISSING, OVERDUE, EXEMPT = "missing", "overdue", "exempt"  # must report and has not; and is late; need not report
WITH_FIRM = (State.empty, State.draft, State.signing, State.returned)
Counts = Mapping[str, int]


class BoardPages(Paginator):  # type: ignore[type-arg]
    """Pages of reports in an order; `length` where it is known already. A page is chosen among the reports alone, by their
    index, and only its rows are joined with what belongs to them: under row-level security PostgreSQL takes every table
    for small and would join all reports of a round before it sorts them."""

    def __init__(self, rows: QuerySet[Report], length: int | None = None, order: Sequence[Any] = ("path",)) -> None:
        super().__init__(rows.order_by(*order).values_list("pk", flat=True), ROWS)
        if length is not None:
            self.__dict__["count"] = length

    def page(self, number: int | str) -> Page[Report]:
        chosen = super().page(number)
        numbers = list(chosen.object_list)
        rows = {r.pk: r for r in light(Report.objects.filter(pk__in=numbers))}
        chosen.object_list = [rows[n] for n in numbers]
        return chosen


SORTS = ("name", "industry", "state", "left", "total")


def order_of(sort: str, chosen: Round, figures: bool) -> tuple[Any, ...]:
    """How the reports of a round stand for `sort`, `-sort` being the other way round: nothing known last, then by path.
    A total that the reader is not shown does not sort either."""
    submitted = Case(When(state__in=[s.value for s in SUBMITTED], then=F("total_t")))
    by: dict[str, Any] = {
        "name": F("obligation__organisation__name"),
        "industry": F("obligation__organisation__industry"),
        "state": Case(*(When(state=s.value, then=n) for n, s in enumerate(State)), default=len(State)),
        "left": due_day(chosen),
        "total": submitted if figures else None,
    }
    key = by.get(sort.removeprefix("-"))
    if key is None:
        return ("path",)
    way = {"nulls_last": True}
    return (key.desc(**way) if sort.startswith("-") else key.asc(**way), "path")


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The parts below a node of the tree with how far each is; beside them the reports of the part chosen."""
    scope, lang, today = need(request, May.view_progress), lang_of(request), timezone.localdate()
    chosen = round_of(request)
    if chosen is None:
        return page(request, "board", "board", round=None)
    rows = scope.of(Report.objects.filter(round=chosen), May.view_progress)
    below, state = request.GET.get("path", ""), request.GET.get("state", "")
    search, industry = request.GET.get("q", "").strip()[:60], request.GET.get("industry", "")
    figures = scope.may(May.view_reports)  # administrators and the ministry see who has reported, not what
    sort = request.GET.get("sort", "")
    top = top_of(scope, below)
    exempt = scope.of(Obligation.objects.filter(round=chosen, exempt=True), May.view_progress)
    counts = counted(rows.filter(subtree(top)), exempt.filter(subtree(top)), top)
    tree = [{"name": n, "path": p, **_summary(counts[p])} for n, p in parts(top) if p in counts]
    listed = _narrowed(rows.filter(subtree(below)), state, search, industry)
    length = None
    if not search and not industry and state in ("", *State) and below in ("", top, *counts):
        length = sum(
            n
            for path, c in counts.items()
            if path.startswith(below)
            for s, n in c.items()
            if state in ("", s.removeprefix(EXEMPT))
        )
    shown = BoardPages(listed, length, order_of(sort, chosen, figures)).get_page(request.GET.get("page", "1"))
    reminded = request.GET.get("reminded", "")
    asked = {"round": chosen.pk, "path": below, "state": state, "industry": industry, "q": search}
    return page(
        request,
        "board",
        "board",
        round=chosen,
        rounds=Round.objects.order_by("-year"),
        tree=tree,
        above=above(scope, top),
        top=top,
        below=below,
        state=state,
        industry=industry,
        industries=industry_choices(lang),
        sort=sort,
        sort_query=urlencode(asked),
        states=[
            *((s, text(f"board.{s}", lang)) for s in (MISSING, OVERDUE, EXEMPT)),
            *((s.value, STATE_LABELS[s][lang]) for s in State),
        ],
        shown=shown,
        rows=[row_of(r, lang, today, own=False) for r in shown],
        figures=figures,
        no_links=not figures,
        due=_due(chosen, lang),
        done=text("board.reminded" if reminded != "0" else "board.reminded_none", lang, n=reminded)
        if reminded.isdigit()
        else "",
        q=search,
        query=urlencode({**asked, "sort": sort}) + "&",
        all=_summary(_merged(counts)),
        may_remind=scope.may(May.remind) and not chosen.closed,
    )


def _narrowed(listed: QuerySet[Report], state: str, search: str, industry: str) -> QuerySet[Report]:
    """The reports in a state (one of `State`, missing, overdue or exempt), of firms of a name and of an industry; each
    empty for all."""
    if state in set(State):
        listed = listed.filter(state=state)
    if state in (MISSING, OVERDUE):
        listed = listed.filter(state__in=[s.value for s in WITH_FIRM], obligation__exempt=False)
    if state == OVERDUE:
        today = timezone.localdate()
        granted = Q(obligation__extended_to=None, round__due_enterprise__lt=today)
        listed = listed.filter(granted | Q(obligation__extended_to__lt=today), submitted=None)
    if state == EXEMPT:
        listed = listed.filter(obligation__exempt=True)
    if search:
        listed = listed.filter(obligation__organisation__name__icontains=search)
    if industry:
        listed = listed.filter(obligation__organisation__industry=industry)
    return listed


def _due(chosen: Round, lang: str) -> list[tuple[str, Any]]:
    """The days by which each level is to have done its part, where one is set."""
    levels = ("enterprise", "county", "city", "province")
    return [(text(f"rounds.due_{x}", lang), day) for x in levels if (day := getattr(chosen, f"due_{x}"))]


def top_of(scope: Scope, below: str) -> str:
    """The node whose parts are counted: the one chosen, if anything but enterprises stands right under it, else the one
    above; at first that of the membership. Empty (everything) only for a membership without a place."""
    own = home(scope, May.view_progress)
    if not below.startswith(own) or below == own:
        return own
    while below != own and not Organisation.objects.filter(parent__path=below).exclude(level=Level.enterprise).exists():
        below = _above(below)
    return below


def _above(path: str) -> str:
    return "".join(f"{code}/" for code in path.strip("/").split("/")[:-1])


def above(scope: Scope, top: str) -> list[tuple[str, str]]:
    """Names and paths from the membership's own place down to `top`."""
    own, paths = home(scope, May.view_progress), [top]
    while paths[0] != own and paths[0]:
        paths.insert(0, _above(paths[0]))
    names = dict(Organisation.objects.filter(path__in=paths).values_list("path", "name"))
    return [(names.get(p, ""), p) for p in paths]


def parts(top: str) -> list[tuple[str, str]]:
    """Names and paths of what stands right under a node and is no enterprise."""
    rows = Organisation.objects.filter(parent__path=top) if top else Organisation.objects.filter(parent=None)
    return list(rows.exclude(level=Level.enterprise).order_by("level", "code").values_list("name", "path"))


def counted(rows: QuerySet[Report], exempt: QuerySet[Obligation], top: str) -> dict[str, Counts]:
    """How many reports of each state in each part right under `top`, those exempt apart; the database adds up. The few
    that are exempt are found by themselves, not among all reports."""
    rest = Substr(F("path"), len(top) + 1)
    part = Concat(Value(top), Substr(F("path"), len(top) + 1, StrIndex(rest, Value("/"))))
    out: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for path, state, n in rows.values_list(part, "state").annotate(n=Count("*")).order_by():
        out[path][state] += n
    for path, state, n in exempt.values_list(part, "report__state").annotate(n=Count("*")).order_by():
        if state is None:  # no report was made for it
            continue
        out[path][state] -= n
        out[path][f"{EXEMPT}{state}"] += n
    return {k: dict(v) for k, v in out.items()}


def _merged(counts: Mapping[str, Counts]) -> Counts:
    out: dict[str, int] = defaultdict(int)
    for part in counts.values():
        for state, n in part.items():
            out[state] += n
    return out


def _summary(counts: Counts) -> dict[str, int]:
    groups = {name: sum(counts.get(s.value, 0) for s in states) for name, states in GROUPS.items()}
    exempt = sum(n for state, n in counts.items() if state.startswith(EXEMPT))
    return {"total": sum(counts.values()) - exempt, "exempt": exempt, **groups}


@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """催报, once a day: a message to every organisation of the chosen part that holds its report itself, and to the
    offices below that hold reports of others."""
    scope, path = need(request, May.remind), request.POST.get("path", "")
    if not scope.may(May.remind, path):
        path = home(scope, May.remind)
    asked = request.POST.get("round", "")
    chosen = Round.objects.filter(pk=asked if asked.isdigit() else 0).first()
    count = 0
    if chosen is not None and not chosen.closed:
        rows = Report.objects.filter(round=chosen, obligation__exempt=False).exclude(state=State.accepted)
        waiting = light(scope.of(rows, May.remind).filter(subtree(path)))
        before = timezone.now() - dt.timedelta(days=1)
        due = [r for r in waiting if r.obligation.reminded is None or r.obligation.reminded <= before]
        own = [r for r in due if State(r.state) in WITH_FIRM]
        top = home(scope, May.remind)  # offices below it: nobody reminds the one above or oneself
        others = office_reminders(r for r in due if r not in own)
        offices = [n for n in others if n.path.startswith(top) and n.path != top]
        notices = [*reminders_of(own), *offices]
        count = len(notices)
        tell_people(notices, path)
        Obligation.objects.filter(pk__in=[r.obligation_id for r in due]).update(reminded=timezone.now())
        record("remind", path, f"round/{chosen.pk}", scope_of(request).person, count=count)
    return HttpResponseRedirect(f"/board?{urlencode({'round': asked, 'path': path, 'reminded': count})}")
