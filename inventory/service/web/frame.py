"""The frame around every page of the service: the menu of what this person may do."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from ..domain.roles import LABELS, May, Role
from ..shared.places import place_label
from ..shared.texts import text
from ..store.scope import Scope
from .access import demo, scope_of
from .words import place_names

MENU = (
    ("tasks", "/", None),
    ("board", "/board", May.view_progress),
    ("aggregates", "/aggregates", May.view_aggregates),
    ("compiled", "/compiled", May.compile_inventory),
    ("products", "/products", May.compile_inventory),
    ("data", "/data", May.view_data),
    ("factors", "/factors", May.view_data),
    ("results", "/results", May.ask_results),
    ("rounds", "/rounds", May.manage_rounds),
    ("organisations", "/organisations", May.manage_organisations),
    ("people", "/people", May.manage_people),
    ("log", "/log", May.view_log),
    ("me", "/me", None),
)


NOTICE, NOTICE_SECONDS = "notice", 60  # a cookie, and how many seconds it may say what was done


def saying(target: str, words: str) -> HttpResponse:
    """On to a page by GET, which says once what was done: reloading it or going back does not do it again."""
    answer = HttpResponseRedirect(target)
    kept = signing.dumps(words, salt=NOTICE)
    answer.set_cookie(
        NOTICE, kept, NOTICE_SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return answer


def _notice(request: HttpRequest) -> str:
    try:
        return str(signing.loads(request.COOKIES.get(NOTICE, ""), salt=NOTICE, max_age=NOTICE_SECONDS))
    except signing.BadSignature:
        return ""


def page(request: HttpRequest, template: str, screen: str, **more: Any) -> HttpResponse:
    """A page of the service, in its frame."""
    scope, lang = scope_of(request), str(request.lang)  # type: ignore[attr-defined]
    menu = [
        {"id": name, "href": href, "label": label_of(name, scope, lang)}
        for name, href, what in MENU
        if what is None or scope.may(what)
    ]
    names = place_names({m.path for m in scope.memberships})
    roles = "、".join(
        sorted(
            {f"{place_label(names.get(m.path, ''), lang)} {LABELS[m.role][lang]}".strip() for m in scope.memberships}
        )
    )
    notice = _notice(request)
    answer = render(
        request,
        f"web/{template}.html",
        {
            "screen": screen,
            "menu": menu,
            "me": scope.person,
            "my_roles": roles,
            "scope": scope,
            "demo": demo(),
            "title": more.pop("title", label_of(screen, scope, lang)),
            "done": more.pop("done", "") or notice,
            **more,
        },
    )
    if notice:
        answer.delete_cookie(NOTICE, samesite="Lax")
    return answer


def label_of(screen: str, scope: Scope, lang: str) -> str:
    """What the menu and the heading call a screen: a city compiles its own inventory, not the province's."""
    part = "_part" if screen == "compiled" and Role.province_reviewer not in scope.roles else ""
    return text(f"web_menu.{screen}{part}", lang)
