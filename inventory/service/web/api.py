"""`/api/v1`: the same acts as the pages, for programs. Keys are made on the page 我的账户; a key that may not write
only reads."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Case, F, When
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.files import UploadedFile
from ninja.security import HttpBearer
from pydantic import Field

from inventory.core.problems import InventoryError
from inventory.enterprise.industries import default_edition, find
from inventory.enterprise.tables import PROFILE, TABLES, lists_of, offered, schema_of_forms
from inventory.spreadsheets.cells import Unreadable

from ..domain.roles import GRANTS, May
from ..domain.states import SUBMITTED, Action, State
from ..shared.texts import text
from ..store import acts, evidence, verdicts
from ..store.acts import ActRefused, Edit, Move
from ..store.due import late_by
from ..store.files import NoRoom
from ..store.integrity import verify
from ..store.models import CELLS, Report, Round, Token
from ..store.scope import ALL, Scope, tell
from . import api_bodies as b
from .access import report_of, scope_of, sees_draft, versions_shown
from .accounts import address_of, confirmed
from .boards import sums
from .faults import refusal_texts
from .invitations import hashed
from .report_views import cells_shown

PER_MINUTE = 240
Number = Annotated[int, Field(ge=0, lt=2**63)]  # larger ones no database holds


def counted(key: Token) -> bool:
    """Note a use of a key; whether it is within the requests of a minute that a key has, whichever process they reach."""
    minute = int(time.time() // 60)
    again = Case(When(minute=minute, then=F("count") + 1), default=1)
    Token.objects.filter(pk=key.pk).update(used=timezone.now(), count=again, minute=minute)
    return (key.count if key.minute == minute else 0) < PER_MINUTE


class KeyAuth(HttpBearer):
    """`Authorization: Bearer KEY`; only hashes of keys are kept."""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        key = (
            Token.objects.select_related("person")
            .filter(token_hash=hashed(token), expires__gt=timezone.now(), person__is_active=True)
            .first()
        )
        if key is None or (request.method not in ("GET", "HEAD") and not key.may_write):
            return None
        return key


class DescribedOnce(NinjaAPI):
    """An API whose own description is made at its first reading: a tenth of a second of work each time it is read."""

    described: Any = None

    def get_openapi_schema(self, **given: Any) -> Any:
        if self.described is None:
            self.described = super().get_openapi_schema(**given)
        return self.described


api = DescribedOnce(
    title="inventory service",
    version="1.0",
    auth=KeyAuth(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api-1",
)


def scoped(view: Callable[..., Any]) -> Callable[..., Any]:
    """Run with the scope of the key's person, inside a transaction that the database's policies see."""

    @functools.wraps(view)
    def within(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        token: Token = request.auth  # type: ignore[attr-defined]
        if not counted(token):
            said = [text("refused.too_many", _lang(request))]
            return api.create_response(request, {"problems": said}, status=429)
        request.scope, request.lang = Scope(token.person), _lang(request)  # type: ignore[attr-defined]
        with transaction.atomic():
            tell(request.scope.prefixes)  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

    return within


def _lang(request: HttpRequest) -> str:
    return "en" if request.headers.get("Accept-Language", "zh")[:2] == "en" else "zh"


@api.exception_handler(ActRefused)
def _refused(request: HttpRequest, error: ActRefused) -> HttpResponse:
    return api.create_response(
        request,
        {"problems": refusal_texts(error, getattr(request, "lang", "zh")), "codes": list(error.codes)},
        status=error.status,
    )


@api.exception_handler(NoRoom)
def _no_room(request: HttpRequest, error: NoRoom) -> HttpResponse:
    return api.create_response(request, {"problems": [text("refused.no_room", _lang(request))]}, status=507)


@api.exception_handler(Unreadable)
def _unreadable(request: HttpRequest, error: Unreadable) -> HttpResponse:
    return api.create_response(request, {"problems": [error.problem.text(getattr(request, "lang", "zh"))]}, status=422)


@api.exception_handler(InventoryError)
def _problems(request: HttpRequest, error: InventoryError) -> HttpResponse:
    return api.create_response(
        request, {"problems": [p.text(getattr(request, "lang", "zh")) for p in error.problems]}, status=422
    )


@api.exception_handler(AuthenticationError)
def _no_key(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    said = {"problems": [text("refused.no_key", _lang(request))], "detail": "Unauthorized"}
    return api.create_response(request, said, status=401)


@api.exception_handler(ValidationError)
def _not_as_described(request: HttpRequest, error: ValidationError) -> HttpResponse:
    said = {"problems": [text("refused.not_as_described", _lang(request))], "detail": error.errors}
    return api.create_response(request, said, status=422)


@api.exception_handler(Http404)
def _nothing(request: HttpRequest, error: Http404) -> HttpResponse:
    return api.create_response(request, {"problems": [text("fault.missing", _lang(request))]}, status=404)


def summary(request: HttpRequest, report: Report) -> dict[str, Any]:
    """A report without its cells. The total of what is not handed over yet is its own people's."""
    organisation = report.obligation.organisation
    total = report.total_t if State(report.state) in SUBMITTED or sees_draft(request, report) else None
    return {
        "id": report.pk,
        "organisation": organisation.code,
        "name": organisation.name,
        "industry": organisation.industry,
        "round": report.round_id,
        "state": report.state,
        "stamp": report.stamp,
        "total_t": total,
        "version_sha": report.current.sha256 if report.current else "",
        "in_force_sha": report.in_force.sha256 if report.in_force else "",
    }


@api.get("/rounds", response=b.answers(list[b.RoundOut]))
@scoped
def rounds(request: HttpRequest) -> list[dict[str, Any]]:
    return [
        {
            "id": r.pk,
            "name": r.name,
            "year": r.year,
            "edition": r.edition,
            "edition_hash": r.edition_hash,
            "opens": str(r.opens),
            "due": {"enterprise": str(r.due_enterprise), "city": str(r.due_city), "province": str(r.due_province)},
        }
        for r in Round.objects.order_by("-year")
    ]


@api.get("/rounds/{number}/progress", response=b.answers(list[b.OrganisationProgress]))
@scoped
def progress(request: HttpRequest, number: Number) -> list[dict[str, Any]]:
    scope = scope_of(request)
    rows = scope.of(Report.objects.filter(round_id=number), May.view_progress).defer(*CELLS)
    return [
        {
            "organisation": r.obligation.organisation.code,
            "state": r.state,
            "exempt": r.obligation.exempt,
            "submitted": str(r.submitted or ""),
            "days_late": late_by(r),
        }
        for r in rows.select_related("obligation__organisation", "round").order_by("path")[:5000]
    ]


@api.get("/forms/{industry}", response=b.answers(b.FormOut))
@scoped
def forms(request: HttpRequest, industry: str) -> dict[str, Any]:
    """The forms of an industry: sheets, fields, kinds, choices; the same as JSON Schema."""
    declared = find(industry, default_edition())
    lists = lists_of(declared)

    def field(f: Any) -> dict[str, Any]:
        return {
            "id": f.id,
            "label": dict(f.labels),
            "kind": f.kind,
            "required": f.required,
            "choices": list(lists.get(f.choices, ())),
        }

    tables = [
        {"name": t.name, "sheet": {"zh": t.sheet, "en": t.sheet_en}, "fields": [field(f) for f in t.fields]}
        for t in TABLES
        if offered(t, declared)
    ]
    return {
        "industry": declared.code,
        "name": {"zh": declared.name, "en": declared.name_en},
        "profile": [field(f) for f in PROFILE],
        "tables": tables,
        "form_schema": schema_of_forms(declared, _lang(request)),
    }


@api.get("/reports", response=b.answers(list[b.ReportOut]))
@scoped
def reports(request: HttpRequest, round: Number | None = None, state: str = "") -> list[dict[str, Any]]:
    scope = scope_of(request)
    rows = scope.of(Report.objects.all(), May.view_reports).defer(*CELLS)
    rows = rows.select_related("obligation__organisation", "current", "in_force")
    own = [m.path for m in scope.memberships if May.view_submitted_only not in GRANTS[m.role]]
    if round is not None:
        rows = rows.filter(round_id=round)
    if state:
        rows = rows.filter(state=state)
    return [
        summary(request, r)
        for r in rows.order_by("path")[:5000]
        if State(r.state) in SUBMITTED or r.current or any(r.path.startswith(p) for p in own)
    ]


@api.get("/reports/{number}/draft", response=b.answers(b.DraftOut))
@scoped
def draft(request: HttpRequest, number: int, response: HttpResponse) -> dict[str, Any]:
    report = report_of(request, number)
    response["ETag"] = f'"{report.stamp}"'
    return {**summary(request, report), "sheets": cells_shown(request, report)[0]}


def _as_read(request: HttpRequest, report: Report) -> int | None:
    """The stamp that `If-Match` names, None without one. Anything else than the present stamp is refused (412)."""
    wanted = request.headers.get("If-Match", "").strip()
    if wanted in ("", "*"):
        return None
    if wanted.removeprefix("W/").strip('"') != str(report.stamp):
        raise ActRefused("stale", status=412)
    return int(report.stamp)


@api.put("/reports/{number}/draft", response=b.outcomes(b.VerdictOut))
@scoped
def put_draft(request: HttpRequest, number: int, body: b.DraftIn) -> dict[str, Any]:
    """Cells typed. `If-Match` with the stamp that was read refuses (412) when anything was saved since."""
    report = report_of(request, number)
    _as_read(request, report)
    changed = acts.save_cells(scope_of(request), number, [Edit(e.sheet, e.cell, e.text, e.seen) for e in body.edits])
    return {**summary(request, changed), "verdict": changed.verdict}


@api.post("/reports/{number}/workbook", response=b.outcomes(b.VerdictOut))
@scoped
def put_workbook(request: HttpRequest, number: int, workbook: File[UploadedFile]) -> dict[str, Any]:
    stamp = _as_read(request, report_of(request, number))
    if workbook.size is None or workbook.size > evidence.MAX_SIZE:
        raise ActRefused("file_too_large", status=413, facts={"limit": f"{evidence.MAX_SIZE / 1e6:.0f}"})
    changed = acts.upload(scope_of(request), number, workbook.read(), str(workbook.name), stamp)
    return {**summary(request, changed), "verdict": changed.verdict}


@api.get("/reports/{number}/verdict", response=b.answers(b.VerdictOut))
@scoped
def verdict(request: HttpRequest, number: int) -> dict[str, Any]:
    report = report_of(request, number)
    return {**summary(request, report), "verdict": cells_shown(request, report)[1]}


@api.get("/reports/{number}/versions", response=b.answers(list[b.VersionRow]))
@scoped
def versions(request: HttpRequest, number: int) -> list[dict[str, Any]]:
    report = report_of(request, number)
    return [
        {
            "number": v.number,
            "sha256": v.sha256,
            "total_t": v.total_t,
            "engine": v.engine,
            "edition_hash": v.edition_hash,
            "created": v.created.isoformat(),
        }
        for v in versions_shown(request, report).defer("draft", "verdict").order_by("number")
    ]


@api.get("/reports/{number}/versions/{n}", response=b.answers(b.VersionOut))
@scoped
def version(request: HttpRequest, number: int, n: int) -> dict[str, Any]:
    version = versions_shown(request, report_of(request, number)).filter(number=n).first()
    if version is None:
        raise Http404
    return {"number": version.number, "sha256": version.sha256, "sheets": version.draft, "verdict": version.verdict}


@api.get("/reports/{number}/diff/{old}/{new}", response=b.answers(list[b.CellDifference]))
@scoped
def diff(request: HttpRequest, number: int, old: int, new: int) -> list[dict[str, str]]:
    shown = versions_shown(request, report_of(request, number))
    chosen = {v.number: v.draft for v in shown.filter(number__in=(old, new))}
    if set(chosen) != {old, new}:
        raise Http404
    return verdicts.differences(chosen[old], chosen[new])


@api.post("/reports/{number}/explanations", response=b.outcomes(b.ReportOut))
@scoped
def explain(request: HttpRequest, number: int, body: b.ExplanationIn) -> dict[str, Any]:
    report = report_of(request, number)
    acts.explain(scope_of(request), number, [body.key], body.text)
    return summary(request, report)


@api.post("/reports/{number}/transitions", response=b.outcomes(b.ReportOut))
@scoped
def transition(request: HttpRequest, number: int, body: b.TransitionIn) -> dict[str, Any]:
    report_of(request, number)
    try:
        action = Action(body.action)
    except ValueError:
        raise Http404 from None
    scope = scope_of(request)
    signed = bool(body.signature) and confirmed(scope.person, body.signature, address_of(request))
    return summary(request, acts.move(scope, number, Move(action, body.version_sha, body.reason, signed, body.stamp)))


@api.get("/aggregates", response=b.answers(list[b.SumRow]))
@scoped
def aggregates(request: HttpRequest, by: str = "city", which: str = "accepted") -> list[dict[str, Any]]:
    return sums(request, by if by in ("city", "industry", "source", "gas", "fuel") else "city", which != "submitted")[0]


@api.get("/chain/verify", response=b.answers(b.ChainOut))
@scoped
def chain(request: HttpRequest) -> dict[str, Any]:
    scope = scope_of(request)
    if not scope.may(May.verify_chain):
        raise Http404
    tell([ALL])
    number, broken = verify()
    return {"events": number, "broken": [{"kind": link.kind, "number": link.number} for link in broken]}
