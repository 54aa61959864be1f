"""Every request runs with the scope of its person, inside a transaction that PostgreSQL's policies see; pages without a
login are listed here, alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import timezone

from ..domain.roles import May
from ..store.models import Report, SessionRecord
from ..store.scope import Scope, tell

OPEN = ("/login", "/login/code", "/static/", "/invitation/", "/health", "/api/v1/", "/favicon.ico", "/public")
READING = ("GET", "HEAD", "OPTIONS")
SEEN_EVERY = 60


def access(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: login, scope, transaction."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(OPEN) or request.path == "/logout":
            return get_response(request)
        person: Any = request.user
        if not person.is_authenticated or not _session_alive(request):
            if request.path.startswith("/report/") and request.method == "POST":
                return JsonResponse({"problems": ["login"]}, status=401)
            return HttpResponseRedirect("/login")
        request.scope = Scope(person)  # type: ignore[attr-defined]
        if request.method in READING and connection.vendor != "postgresql":
            return get_response(request)
        with transaction.atomic():
            tell(request.scope.prefixes)  # type: ignore[attr-defined]
            return get_response(request)

    return middleware


def _session_alive(request: HttpRequest) -> bool:
    """A session that its person has ended elsewhere is over."""
    key = request.session.session_key
    found = SessionRecord.objects.filter(session_key=key).first()
    if found is None:
        request.session.flush()
        return False
    now = timezone.now()
    if (now - found.seen).total_seconds() > SEEN_EVERY:
        SessionRecord.objects.filter(pk=found.pk).update(seen=now)
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
    """A report within scope. Reviewers see it once it is submitted; before that only its organisation does."""
    from ..domain.states import SUBMITTED, State

    scope = scope_of(request)
    rows = scope.of(
        Report.objects.select_related("obligation__organisation", "round", "current", "in_force"), May.view_reports
    )
    report = rows.filter(pk=report_id).first()
    if report is None:
        raise Http404
    own = any(
        m.reaches(report.path)
        and May.view_reports in _granted(m.role)
        and May.view_submitted_only not in _granted(m.role)
        for m in scope.memberships
    )
    if not own and State(report.state) not in SUBMITTED and report.current is None:
        raise Http404
    return report


def sees_draft(request: HttpRequest, report: Report) -> bool:
    """Whether the draft itself is shown, or only the version handed over."""
    return any(
        m.reaches(report.path)
        and May.view_submitted_only not in _granted(m.role)
        and May.view_reports in _granted(m.role)
        for m in scope_of(request).memberships
    )


def _granted(role: Any) -> frozenset[May]:
    from ..domain.roles import GRANTS

    return GRANTS[role]


def demo() -> bool:
    return bool(getattr(settings, "INVENTORY_DEMO", False))
