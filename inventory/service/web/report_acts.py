"""What the report page sends: cells, a workbook, reasons, remarks, evidence, transitions. Answers are JSON for its
script."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from inventory.spreadsheets.container import MAX_FILE

from ..domain.states import Action
from ..store import acts, evidence
from ..store.acts import ActRefused, Edit, Move
from ..store.models import Remark, Report
from ..store.verdicts import counts
from .access import report_of, scope_of
from .accounts import address_of, confirmed
from .faults import refusal_texts


def body(request: HttpRequest) -> dict[str, Any]:
    try:
        body = json.loads(request.body.decode("utf-8"))
    except (ValueError, UnicodeDecodeError):
        return {}
    return body if isinstance(body, dict) else {}


def after(report: Report) -> JsonResponse:
    """What the page shows anew when something has changed."""
    blocking, unexplained = counts(report.verdict, acts.explained(report))
    return JsonResponse(
        {
            "stamp": report.stamp,
            "state": report.state,
            "total_t": report.total_t,
            "blocking": blocking,
            "unexplained": unexplained,
        }
    )


@require_POST
def cells(request: HttpRequest, number: int) -> HttpResponse:
    report_of(request, number)
    try:
        edits = [Edit(str(e["sheet"]), str(e["cell"]), str(e["text"]), str(e["seen"])) for e in body(request)["edits"]]
    except (KeyError, TypeError):
        raise ActRefused("no_cell", status=400) from None
    try:
        return after(acts.save_cells(scope_of(request), number, edits))
    except ActRefused as refused:
        if not refused.conflicts:
            raise
        said = refusal_texts(refused, str(request.lang))  # type: ignore[attr-defined]
        return JsonResponse({"problems": said, "conflicts": refused.conflicts}, status=refused.status)


@require_POST
def upload(request: HttpRequest, number: int) -> HttpResponse:
    report_of(request, number)
    given = request.FILES.get("workbook")
    if given is None or given.size is None or given.size > min(MAX_FILE, evidence.MAX_SIZE):
        raise ActRefused("file_too_large", status=413, facts={"limit": f"{evidence.MAX_SIZE / 1e6:.0f}"})
    seen = request.POST.get("stamp", "")
    stamp = int(seen) if seen.isdecimal() else None
    return after(acts.upload(scope_of(request), number, given.read(), str(given.name), stamp))


@require_POST
def restore(request: HttpRequest, number: int) -> HttpResponse:
    """The cells as they were before a workbook replaced them, by the number of the log's line that says so."""
    report_of(request, number)
    given = body(request)
    before, stamp = given.get("before"), given.get("stamp")
    if not isinstance(before, int):
        raise ActRefused("no_former", status=400)
    return after(acts.restore(scope_of(request), number, before, stamp if isinstance(stamp, int) else None))


@require_POST
def explain(request: HttpRequest, number: int) -> HttpResponse:
    report, given = report_of(request, number), body(request)
    keys = given.get("keys", [given.get("key", "")])
    acts.explain(scope_of(request), number, [str(k) for k in keys][:500], str(given.get("text", "")))
    report.refresh_from_db()
    return after(report)


@require_POST
def act(request: HttpRequest, number: int) -> HttpResponse:
    """A transition. Signing asks for the password or a one-time code again."""
    report_of(request, number)
    given = body(request)
    try:
        action = Action(str(given.get("action", "")))
    except ValueError:
        raise Http404 from None
    typed = str(given.get("signature", ""))
    signed = bool(typed) and confirmed(scope_of(request).person, typed, address_of(request))
    stamp = given.get("stamp")
    asked = Move(
        action,
        str(given.get("version", "")),
        str(given.get("reason", "")),
        signed,
        stamp if isinstance(stamp, int) else None,
    )
    return after(acts.move(scope_of(request), number, asked))


@require_POST
def remark(request: HttpRequest, number: int) -> HttpResponse:
    report, given = report_of(request, number), body(request)
    try:
        acts.remark(
            scope_of(request),
            number,
            str(given.get("sheet", "")),
            str(given.get("cell", "")),
            str(given.get("text", "")),
        )
    except ValueError:
        raise ActRefused("no_cell", status=400) from None
    return after(report)


@require_POST
def remark_state(request: HttpRequest, number: int) -> HttpResponse:
    """Answer a remark (reporter) or close it (reviewer)."""
    remark = Remark.objects.filter(pk=number).first()
    if remark is None:
        raise Http404
    report, given = report_of(request, remark.report_id), body(request)
    if given.get("close"):
        acts.close_remark(scope_of(request), number)
    else:
        acts.answer_remark(scope_of(request), number, str(given.get("text", "")))
    return after(report)


@require_POST
def attach(request: HttpRequest, number: int) -> HttpResponse:
    report = report_of(request, number)
    given = request.FILES.get("file")
    if given is None or given.size is None or given.size > evidence.MAX_SIZE:
        raise ActRefused("file_too_large", status=413, facts={"limit": f"{evidence.MAX_SIZE / 1e6:.0f}"})
    evidence.attach(
        scope_of(request),
        number,
        given.read(),
        str(given.name),
        request.POST.get("sheet", ""),
        request.POST.get("cell", ""),
    )
    return after(report)
