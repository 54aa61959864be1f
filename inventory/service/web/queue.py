"""Many reports at once: take for review, or pass on, those chosen in the list of tasks. Each quotes the version that the
list showed, and is judged by the same rules as one by one; what cannot be done is said with its firm."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from ..domain.batches import BATCHES
from ..domain.states import TABLE, State
from ..shared.texts import text
from ..store import acts, kinds
from ..store.acts import ActRefused, Move
from ..store.models import Report
from .access import report_of, scope_of
from .boards import lang_of, tasks_page
from .faults import refusal_texts

MOST = 200


@require_POST
def act_on_many(request: HttpRequest) -> HttpResponse:
    """The reports checked (`report`: number:hash of its version) taken or passed on."""
    lang, wanted = lang_of(request), request.POST.get("act", "")
    done, refusals = 0, list[str]()
    for given in request.POST.getlist("report")[:MOST] if wanted in BATCHES else ():
        number, _, sha = given.partition(":")
        if not number.isdecimal() or len(number) > 18:
            continue
        report = report_of(request, int(number))
        try:
            _move(request, report, wanted, sha)
            done += 1
        except ActRefused as refused:
            name = report.obligation.organisation.name
            refusals.extend(text("tasks.not_done", lang, name=name, why=w) for w in refusal_texts(refused, lang))
    return tasks_page(request, text(f"tasks.done_{wanted}", lang, n=done) if done else "", refusals)


def _move(request: HttpRequest, report: Report, wanted: str, sha: str) -> None:
    scope, state, route = scope_of(request), State(report.state), kinds.route_of(report)
    roles = scope.roles_at(report.path)
    rows = [TABLE[a] for a in BATCHES[wanted] if state in TABLE[a].sources and route in TABLE[a].kinds]
    action = next((row.action for row in rows if row.roles & roles), None)
    if action is None:
        raise ActRefused("not_allowed", status=409, facts={"by": "—"})
    acts.move(scope, report.pk, Move(action, sha))
