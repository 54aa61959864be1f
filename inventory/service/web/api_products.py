"""The part of `/api/v1` that is about files: evidence, the workbook as it stands, products of a round and their
jobs."""

# no postponed annotations: ninja reads them through the wrapper `scoped`, which stands in another module
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import File, Form, Schema
from ninja.files import UploadedFile

from ..domain.roles import May
from ..store import evidence, kinds
from ..store.acts import ActRefused
from ..store.models import Job, Round, Scan
from ..store.products import PRODUCTS
from .access import report_of, scope_of
from .api import scoped, summary
from .api_bodies import REFUSALS, AttachedOut, JobOut, ResultsOut, answers, file_of, outcomes
from .api_remarks import api as api
from .products import order, served
from .report_views import cells_shown
from .results import ask, query_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@api.get("/reports/{number}/workbook", response=REFUSALS, openapi_extra=file_of(XLSX))
@scoped
def workbook(request: HttpRequest, number: int) -> HttpResponse:
    """The cells as a workbook to go on with."""
    report = report_of(request, number)
    content = kinds.workbook_of(report, cells_shown(request, report)[0], str(request.lang))  # type: ignore[attr-defined]
    return HttpResponse(
        content, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="report-{number}.xlsx"'}
    )


class PlaceIn(Schema):
    sheet: str = ""
    cell: str = ""


@api.post("/reports/{number}/attachments", response=outcomes(AttachedOut))
@scoped
def attach(request: HttpRequest, number: int, file: File[UploadedFile], place: Form[PlaceIn]) -> dict[str, Any]:
    """An evidence file, tied to a cell where one is named."""
    report = report_of(request, number)
    if file.size is None or file.size > evidence.MAX_SIZE:
        raise ActRefused("file_too_large", status=413, facts={"limit": f"{evidence.MAX_SIZE / 1e6:.0f}"})
    attachment = evidence.attach(scope_of(request), report.pk, file.read(), str(file.name), place.sheet, place.cell)
    waits = Scan.objects.filter(attachment=attachment).exists()
    said = {"attachment": attachment.pk, "sha256": attachment.sha256, "scanning": waits}
    return {**summary(request, report), **said}


class ProductIn(Schema):
    product: str
    accepted: bool = True
    lang: str = "zh"


@api.post("/rounds/{number}/products", response=outcomes(JobOut))
@scoped
def make(request: HttpRequest, number: int, body: ProductIn) -> dict[str, Any]:
    """Order a product of a round: a job, to be asked for until it is done."""
    scope, chosen = scope_of(request), Round.objects.filter(pk=number).first()
    if chosen is None or not scope.may(May.compile_inventory) or body.product not in PRODUCTS:
        raise Http404
    return _shown(order(scope, chosen, body.product, body.accepted, "en" if body.lang == "en" else "zh"))


def _job(request: HttpRequest, number: int) -> Job:
    job = scope_of(request).of(Job.objects.filter(pk=number, kind="product"), May.compile_inventory).first()
    if job is None:
        raise Http404
    return job


def _shown(job: Job) -> dict[str, Any]:
    return {
        "id": job.pk,
        "product": job.facts["product"],
        "round": job.facts["round"],
        "state": job.state,
        "result": job.result,
    }


@api.get("/jobs/{number}", response=answers(JobOut))
@scoped
def job(request: HttpRequest, number: int) -> dict[str, Any]:
    return _shown(_job(request, number))


@api.get("/jobs/{number}/file", response=REFUSALS, openapi_extra=file_of())
@scoped
def job_file(request: HttpRequest, number: int) -> HttpResponse:
    return served(_job(request, number))


@api.get("/results", response=answers(ResultsOut))
@scoped
def results(request: HttpRequest, by: str = "region,year", where: str = "", account: str = "total") -> dict[str, Any]:
    """Sums over a data set of many regions' inventories: groups by commas, conditions by semicolons."""
    if not scope_of(request).may(May.ask_results):
        raise Http404
    groups, conditions, chosen = query_of(request)
    answer = ask(scope_of(request), groups, conditions, chosen)
    return {"columns": list(answer.columns), "rows": [list(r) for r in answer.rows], "exact": answer.exact}
