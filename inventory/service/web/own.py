"""One's own account: password, sessions, keys of the API."""

from __future__ import annotations

import datetime as dt
import secrets

from django.contrib.auth.hashers import check_password
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ..shared.texts import text
from ..store.chain import record
from ..store.models import Person, SessionRecord, Token
from .access import scope_of
from .accounts import begin_session, password_faults
from .frame import page, saying
from .invitations import hashed, is_address


@require_http_methods(["GET", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """Own password, second factor, sessions and keys of the API."""
    lang: str = request.lang  # type: ignore[attr-defined]
    person, refusals, fresh, done = scope_of(request).person, [], "", ""
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "end":
            _end_session(person, request.POST.get("session", ""))
            done = text("me.ended", lang)
        elif act == "password" and check_password(request.POST.get("old", ""), person.password):
            refusals = password_faults(request.POST.get("password", ""), request.POST.get("again", ""), person, lang)
            if not refusals:
                person.set_password(request.POST["password"])
                person.save()
                SessionRecord.objects.filter(person=person).delete()  # whoever knew the old password is out
                begin_session(request, person)
                record("password", "", f"person/{person.pk}", person)
                done = text("me.password_changed", lang)
        elif act == "password":
            refusals = [text("me.old_wrong", lang)]
        elif act == "email":
            given = request.POST.get("email", "").strip()
            if given and not is_address(given):
                refusals = [text("people.no_email", lang, email=given[:120])]
            else:
                person.email = given
                person.save(update_fields=["email"])
                record("email", "", f"person/{person.pk}", person)
                done = text("me.email_changed", lang)
        elif act == "token":
            fresh = secrets.token_urlsafe(32)
            Token.objects.create(
                person=person,
                name=request.POST.get("name", "")[:80] or "API",
                token_hash=hashed(fresh),
                may_write=request.POST.get("write") == "yes",
                expires=timezone.now() + dt.timedelta(days=90),
            )
            record("token", "", f"person/{person.pk}", person)
        elif act == "end_token":
            asked = request.POST.get("token", "")
            Token.objects.filter(person=person, pk=asked if asked.isdigit() else 0).delete()
            record("end_token", "", f"person/{person.pk}", person)
            done = text("me.token_ended", lang)
        if done:
            return saying("/me", done)
    return page(
        request,
        "me",
        "me",
        sessions=[
            {"s": s, "agent": agent_words(s.agent)}
            for s in SessionRecord.objects.filter(person=person).order_by("-seen")[:50]
        ],
        mine=request.session.session_key,
        tokens=Token.objects.filter(person=person).order_by("-pk"),
        refusals=refusals,
        fresh=fresh,
    )


def agent_words(agent: str) -> str:
    """Browser and system of a session, as people call them; what is not known is shown as it came."""
    browsers = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
    systems = (("Windows", "Windows"), ("Mac OS", "macOS"), ("Android", "Android"), ("Linux", "Linux"))
    words = [next((name for mark, name in pairs if mark in agent), "") for pairs in (browsers, systems)]
    return " · ".join(w for w in words if w) or agent[:40]


def _end_session(person: Person, number: str) -> None:
    session = SessionRecord.objects.filter(person=person, pk=number if number.isdigit() else 0).first()
    if session is not None:
        with transaction.atomic():
            Session.objects.filter(session_key=session.session_key).delete()
            session.delete()
