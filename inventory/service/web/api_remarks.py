"""The part of `/api/v1` that is about what reviewers say and reporters mend: remarks at cells with their answers, and the
draft as it was before a wrong workbook."""

# no postponed annotations: ninja reads them through the wrapper `scoped`, which stands in another module
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Schema

from ..store import acts
from ..store.acts import ActRefused
from ..store.models import Remark
from .access import report_of, scope_of
from .api import Number, scoped, summary
from .api import api as api
from .api_bodies import ReportOut, VerdictOut, answers, outcomes


class RemarkIn(Schema):
    sheet: str
    cell: str
    text: str


class RemarkOut(Schema):
    """A remark at a cell of a version. `state`: open, answered, closed."""

    id: int
    version: int
    sheet: str
    cell: str
    text: str
    by: str
    state: str
    answer: str
    answered_by: str


class AnswerIn(Schema):
    """The reporter's answer, or `close` by the reviewer."""

    text: str = ""
    close: bool = False


class RestoreIn(Schema):
    """`before`: number of the line of the log (`GET /reports/{number}/events`) with which a workbook was uploaded,
    imported or restored; `stamp`: that of the draft that was read."""

    before: Number
    stamp: int | None = None


@api.get("/reports/{number}/remarks", response=answers(list[RemarkOut]))
@scoped
def remarks(request: HttpRequest, number: int) -> list[dict[str, Any]]:
    """What reviewers said, the oldest first."""
    rows = report_of(request, number).remarks.select_related("version", "author", "answered_by").order_by("pk")
    return [_shown(r) for r in rows.defer("version__draft", "version__verdict")]


def _shown(r: Remark) -> dict[str, Any]:
    return {
        "id": r.pk,
        "version": r.version.number,
        "sheet": r.sheet,
        "cell": r.cell,
        "text": r.text,
        "by": r.author.name,
        "state": r.state,
        "answer": r.answer,
        "answered_by": r.answered_by.name if r.answered_by is not None else "",
    }


@api.post("/reports/{number}/remarks", response=outcomes(ReportOut))
@scoped
def remark(request: HttpRequest, number: int, body: RemarkIn) -> dict[str, Any]:
    report = report_of(request, number)
    try:
        acts.remark(scope_of(request), number, body.sheet, body.cell, body.text)
    except ValueError:
        raise ActRefused("no_cell", status=400) from None
    return summary(request, report)


@api.post("/remarks/{number}", response=outcomes(RemarkOut))
@scoped
def answer_remark(request: HttpRequest, number: Number, body: AnswerIn) -> dict[str, Any]:
    """Answer a remark (reporter) or close it (reviewer)."""
    report = Remark.objects.filter(pk=number).values_list("report_id", flat=True).first()
    if report is None:
        raise Http404
    report_of(request, report)
    if body.close:
        return _shown(acts.close_remark(scope_of(request), number))
    return _shown(acts.answer_remark(scope_of(request), number, body.text))


@api.post("/reports/{number}/restore", response=outcomes(VerdictOut))
@scoped
def restore(request: HttpRequest, number: int, body: RestoreIn) -> dict[str, Any]:
    """The cells as they were before a workbook replaced them."""
    report_of(request, number)
    changed = acts.restore(scope_of(request), number, body.before, body.stamp)
    return {**summary(request, changed), "verdict": changed.verdict}
