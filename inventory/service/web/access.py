"""Every request runs with the scope of its person, inside a transaction that PostgreSQL's policies see; pages without a
login are listed here, alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone

from ..domain.roles import GRANTS, May
from ..domain.states import SIGNING, SUBMITTED, State
from ..shared.middleware import READING, by_script
from ..shared.texts import text
from ..store.models import Event, Report, SessionRecord, Version
from ..store.scope import Scope, tell

OPEN = ("/login", "/login/code", "/static/", "/invitation/", "/health", "/api/v1/", "/favicon.ico", "/public")
SEEN_EVERY = 60


def access(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: login, scope, transaction."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path != "/health":  # asked by address by whoever watches the server
            request.get_host()  # raises for a name that the settings do not hold
        if request.path.startswith(OPEN) or request.path == "/logout":
            return get_response(request)
        person: Any = request.user
        if not person.is_authenticated or not _session_alive(request):
            if by_script(request):  # its person must not lose what was typed
                lang = str(getattr(request, "lang", "zh"))
                return JsonResponse({"problems": [text("refused.session", lang)]}, status=401)
            return HttpResponseRedirect(_to_login(request))
        request.scope = Scope(person)  # type: ignore[attr-defined]
        if request.method in READING and connection.vendor != "postgresql":
            return get_response(request)
        with transaction.atomic():
            tell(request.scope.prefixes)  # type: ignore[attr-defined]
            return get_response(request)

    return middleware


def _to_login(request: HttpRequest) -> str:
    """The login, which says that a session was over and leads back to the page that was wanted."""
    query = {"over": "1"} if settings.SESSION_COOKIE_NAME in request.COOKIES else {}
    if request.method in READING and request.path != "/":
        query["next"] = request.get_full_path()
    return "/login" + (f"?{urlencode(query)}" if query else "")


def _session_alive(request: HttpRequest) -> bool:
    """A session that its person has ended elsewhere is over."""
    key = request.session.session_key
    session = SessionRecord.objects.filter(session_key=key).first()
    if session is None:
        request.session.flush()
        return False
    now = timezone.now()
    if (now - session.seen).total_seconds() > SEEN_EVERY:
        SessionRecord.objects.filter(pk=session.pk).update(seen=now)
        request.session.modified = True  # its half hour begins anew: once a minute, not with every request
    return True


def scope_of(request: HttpRequest) -> Scope:
    return request.scope  # type: ignore[attr-defined, no-any-return]


def need(request: HttpRequest, what: May, path: str | None = None) -> Scope:
    """The scope, when it grants this; else 404, so that nobody learns what exists elsewhere."""
    scope = scope_of(request)
    if not scope.may(what, path):
        raise Http404
    return scope


def report_of(request: HttpRequest, report_id: int) -> Report:
    """A report within scope. Reviewers see it once it is signed; before that only its organisation does."""
    scope = scope_of(request)
    rows = scope.of(
        Report.objects.select_related("obligation__organisation", "round", "current", "in_force"), May.view_reports
    )
    report = rows.filter(pk=report_id).first()
    if report is None:
        raise Http404
    if not sees_draft(request, report) and reviewed_version(report) is None:
        raise Http404
    return report


def sees_draft(request: HttpRequest, report: Report) -> bool:
    """Whether the draft itself is shown, or only the version handed over."""
    return any(
        m.reaches(report.path) and May.view_submitted_only not in GRANTS[m.role] and May.view_reports in GRANTS[m.role]
        for m in scope_of(request).memberships
    )


def reviewed_version(report: Report) -> Version | None:
    """The version that reviewers see: the current one once it is signed, else the last one that was. What the
    enterprise has handed over to its own approver only, or taken back, is nobody else's business yet."""
    if State(report.state) in (*SUBMITTED, State.returned):
        current: Version | None = report.current
        return current
    return versions_signed(report).order_by("-number").first()


def versions_signed(report: Report) -> QuerySet[Version]:
    """Versions that the approver signed."""
    signed = Event.objects.filter(subject=f"report/{report.pk}", action__in=[a.value for a in SIGNING])
    hashes = {json.loads(facts).get("version", "") for facts in signed.values_list("facts", flat=True)}
    return Version.objects.filter(report=report, sha256__in=hashes)


def versions_shown(request: HttpRequest, report: Report) -> QuerySet[Version]:
    """Every version for the report's own people, those signed for reviewers."""
    return Version.objects.filter(report=report) if sees_draft(request, report) else versions_signed(report)


def demo() -> bool:
    return bool(getattr(settings, "INVENTORY_DEMO", False))
