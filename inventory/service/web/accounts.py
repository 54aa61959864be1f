"""Coming in: password, second factor, throttling; invitations."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

import pyotp
from django.contrib.auth import login, logout
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import F
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from ..domain.roles import LABELS, SECOND_FACTOR, Role, compatible
from ..shared.texts import text
from ..store.chain import record
from ..store.models import Attempt, Invitation, Membership, Person, SessionRecord, Token
from ..store.scope import everything
from .access import demo
from .invitations import RESET, hashed, held_or_later

ACCOUNT_LIMIT, ADDRESS_LIMIT = 5, 30
LOCKED = dt.timedelta(minutes=15)


def address_of(request: HttpRequest) -> str:
    return str(request.META.get("REMOTE_ADDR", ""))[:60]


def throttled(*keys: str) -> bool:
    return Attempt.objects.filter(key__in=keys, until__gt=timezone.now()).exists()


def failed(account: str, address: str) -> None:
    """Count a failure; at the limit the key is locked for a while."""
    now = timezone.now()
    for key, limit in ((account, ACCOUNT_LIMIT), (address, ADDRESS_LIMIT)):
        Attempt.objects.get_or_create(key=key)
        same = Attempt.objects.filter(key=key)
        same.filter(until__lte=now).update(failures=0, until=None)
        same.update(failures=F("failures") + 1)  # by the database: guesses sent at once all count
        same.filter(failures__gte=limit).update(failures=0, until=now + LOCKED)


def confirmed(person: Person, typed: str, address: str) -> bool:
    """Whether a password or one-time code typed again is right: what signing asks for. Throttled like a login."""
    account = f"sign:{person.pk}"
    if throttled(account):
        return False
    right = (
        code_is_right(person, typed)
        if person.totp_secret and typed.strip().isdigit()
        else check_password(typed, person.password)
    )
    if not right:
        failed(account, f"address:{address}")
    return right


def code_is_right(person: Person, typed: str) -> bool:
    """A one-time code, half a minute early or late; each works once."""
    code, totp, now = typed.strip(), pyotp.TOTP(person.totp_secret), timezone.now()
    for shift in (-1, 0, 1):
        counter = int(now.timestamp()) // 30 + shift
        if counter > person.totp_last and secrets.compare_digest(totp.generate_otp(counter), code):
            return bool(Person.objects.filter(pk=person.pk, totp_last__lt=counter).update(totp_last=counter))
    return False


@require_http_methods(["GET", "POST"])
def login_view(request: HttpRequest) -> HttpResponse:
    """Name and password. The answer to a wrong name and to a wrong password is the same."""
    lang: str = request.lang  # type: ignore[attr-defined]
    refusals, name = "", ""
    if request.method == "POST":
        name, password = request.POST.get("login", "").strip().lower()[:80], request.POST.get("password", "")[:200]
        account, address = f"account:{name}", f"address:{address_of(request)}"
        if throttled(account, address):
            refusals = text("login.locked", lang)
        else:
            person = Person.objects.filter(login=name, is_active=True).first()
            if person is None:
                make_password(password)  # the same work, so that the time tells nothing
            if person is not None and check_password(password, person.password):
                Attempt.objects.filter(key=account).delete()
                return _second(request, person)
            failed(account, address)
            refusals = text("login.wrong", lang)
    return render(
        request,
        "web/login.html",
        {
            "refusals": refusals,
            "title": text("login.title", lang),
            "demo": demo(),
            "accounts": _demo_accounts(),
            "name": name,
            "over": request.method == "GET" and request.GET.get("over") == "1",
        },
    )


DEMO_ACCOUNTS = (
    *("filler-1", "filler-2", "filler-6", "approver-3", "city-3206", "city-3205", "verifier"),
    *("department", "department-approver", "forestry", "province", "province2", "ministry"),
    *("system", "security", "audit"),
)


def _demo_accounts() -> list[Any]:
    """Names to try the demonstration with, in the order of a report's way."""
    if not demo():
        return []
    names = dict(Person.objects.filter(login__startswith="demo-").values_list("login", "name"))
    return [(f"demo-{n}", names[f"demo-{n}"]) for n in DEMO_ACCOUNTS if f"demo-{n}" in names]


def needs_code(person: Person) -> bool:
    roles = {Role(m.role) for m in person.memberships.all()}
    return bool(person.totp_secret) or (bool(roles & SECOND_FACTOR) and not demo())


def _second(request: HttpRequest, person: Person) -> HttpResponse:
    if not needs_code(person):
        return _enter(request, person)
    request.session.cycle_key()
    request.session["half"], request.session["next"] = person.pk, _onward(request)
    if not person.totp_secret:
        request.session["new_secret"] = pyotp.random_base32()
    return HttpResponseRedirect("/login/code")


@require_http_methods(["GET", "POST"])
def code_view(request: HttpRequest) -> HttpResponse:
    """The one-time code; the first time also the secret for the authenticator."""
    lang: str = request.lang  # type: ignore[attr-defined]
    person = Person.objects.filter(pk=request.session.get("half", 0), is_active=True).first()
    if person is None:
        return HttpResponseRedirect("/login")
    refusals, fresh = "", "" if person.totp_secret else request.session.get("new_secret", "")
    if request.method == "POST":
        key = f"code:{person.pk}"
        if throttled(key):
            refusals = text("login.locked", lang)
        else:
            if fresh:
                person.totp_secret = fresh
            if code_is_right(person, request.POST.get("code", "")):
                if fresh:
                    Person.objects.filter(pk=person.pk).update(totp_secret=fresh)
                return _enter(request, person)
            failed(key, f"address:{address_of(request)}")
            refusals = text("login.wrong_code", lang)
    secret = " ".join(fresh[i : i + 4] for i in range(0, len(fresh), 4))
    return render(request, "web/code.html", {"refusals": refusals, "secret": secret, "title": text("login.code", lang)})


def _enter(request: HttpRequest, person: Person) -> HttpResponse:
    onward = request.session.get("next") or _onward(request)
    request.session.flush()
    begin_session(request, person)
    with everything():
        record("login", "", f"person/{person.pk}", person)
    return HttpResponseRedirect(onward)


def _onward(request: HttpRequest) -> str:
    """The page of this service that was wanted before the login; the first one otherwise."""
    wanted = request.GET.get("next", "")
    own = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if own else "/"


def begin_session(request: HttpRequest, person: Person) -> None:
    """A new session of this person, on record."""
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    request.session.save()
    now = timezone.now()
    SessionRecord.objects.create(
        person=person,
        session_key=request.session.session_key or "",
        address=address_of(request),
        agent=request.headers.get("User-Agent", "")[:200],
        created=now,
        seen=now,
    )


@require_POST
def logout_view(request: HttpRequest) -> HttpResponse:
    SessionRecord.objects.filter(session_key=request.session.session_key or "").delete()
    logout(request)
    return HttpResponseRedirect("/login")


# ---- invitations ----


@require_http_methods(["GET", "POST"])
def invitation_view(request: HttpRequest, token: str) -> HttpResponse:
    """Set a password and become a member. Works once, for a week."""
    lang: str = request.lang  # type: ignore[attr-defined]
    with everything():  # the link is the right to look: nobody is logged in
        invitation = (
            Invitation.objects.select_related("organisation")
            .filter(token_hash=hashed(token), used=None, expires__gt=timezone.now())
            .first()
        )
    if invitation is None:
        said = {"refusals": [text("invitation.over", lang)], "title": text("fault_page.missing", lang)}
        return render(request, "web/fault.html", said, status=404)
    refusals: list[str] = []
    if request.method == "POST":
        password = request.POST.get("password", "")
        refusals = password_faults(
            password, request.POST.get("again", ""), Person(login=invitation.login, name=invitation.name), lang
        )
        answer = refusals or _accept(request, invitation, password, lang)
        if isinstance(answer, HttpResponse):
            return answer
        refusals = answer
    return render(
        request,
        "web/invitation.html",
        {
            "refusals": refusals,
            "invitation": invitation,
            "title": text("invitation.title", lang),
            "reset": invitation.role == RESET,
            "role": LABELS[Role(invitation.role)][lang] if invitation.role != RESET else "",
            "known": invitation.role != RESET and Person.objects.filter(login=invitation.login).exists(),
        },
    )


def _accept(request: HttpRequest, invitation: Invitation, password: str, lang: str) -> HttpResponse | list[str]:
    """Into the service, or what is wrong. A name that exists already takes its owner's password, throttled as a
    login."""
    account, address = f"account:{invitation.login}", f"address:{address_of(request)}"
    with everything():
        locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if locked.used is not None:
            return [text("invitation.over", lang)]
        person = Person.objects.filter(login=invitation.login).first()
        if invitation.role == RESET:
            return _anew(request, locked, person, password, lang)
        if person is not None and throttled(account, address):
            return [text("login.locked", lang)]
        if person is not None and not check_password(password, person.password):
            failed(account, address)
            return [text("invitation.not_owner", lang)]
        held = {Role(m.role) for m in held_or_later(person)} if person is not None else set()
        if not compatible(frozenset(held | {Role(invitation.role)})):
            return [text("people.apart", lang, login=invitation.login)]
        person = person or Person.objects.create_person(invitation.login, invitation.name, password)
        Membership.objects.create(
            person=person,
            organisation=invitation.organisation,
            path=invitation.organisation.path,
            role=invitation.role,
            since=invitation.since or timezone.localdate(),
            until=invitation.until,
        )
        if invitation.email and not person.email:
            Person.objects.filter(pk=person.pk).update(email=invitation.email)
        locked.used = timezone.now()
        locked.save()
        record("join", invitation.organisation.path, f"person/{person.pk}", person, role=invitation.role)
    return _second(request, person)


def _anew(
    request: HttpRequest, locked: Invitation, person: Person | None, password: str, lang: str
) -> HttpResponse | list[str]:
    """Password and authenticator set anew; every session and key of the person ends."""
    if person is None:
        return [text("invitation.over", lang)]
    person.set_password(password)
    person.totp_secret, person.totp_last = "", 0
    person.save()
    SessionRecord.objects.filter(person=person).delete()
    Token.objects.filter(person=person).delete()  # whoever had the old login may have made keys with it
    Attempt.objects.filter(key__in=(f"account:{person.login}", f"sign:{person.pk}", f"code:{person.pk}")).delete()
    locked.used = timezone.now()
    locked.save()
    record("login_set_anew", locked.organisation.path, f"person/{person.pk}", person)
    return _second(request, person)


def password_faults(password: str, again: str, person: Person, lang: str) -> list[str]:
    """What is wrong with a new password."""
    if password != again:
        return [text("password.differs", lang)]
    try:
        validate_password(password, person)
    except ValidationError as error:
        return list(
            dict.fromkeys(
                text(f"password.{e.code}" if f"password.{e.code}" in KNOWN else "password.weak", lang)
                for e in error.error_list
            )
        )
    return []


KNOWN = frozenset({"password.password_too_short", "password.password_too_common", "password.password_too_similar"})
