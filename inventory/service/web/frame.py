"""The frame around every page of the service: the menu of what this person may do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..domain.roles import LABELS, May
from ..shared.texts import text
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


def page(request: HttpRequest, template: str, screen: str, **more: Any) -> HttpResponse:
    """A page of the service, in its frame."""
    scope, lang = scope_of(request), str(request.lang)  # type: ignore[attr-defined]
    menu = [
        {"id": name, "href": href, "label": text(f"web_menu.{name}", lang)}
        for name, href, what in MENU
        if what is None or scope.may(what)
    ]
    names = place_names({m.path for m in scope.memberships})
    roles = "、".join(sorted({f"{names.get(m.path, '')} {LABELS[m.role][lang]}".strip() for m in scope.memberships}))
    return render(
        request,
        f"web/{template}.html",
        {
            "screen": screen,
            "menu": menu,
            "me": scope.person,
            "my_roles": roles,
            "scope": scope,
            "demo": demo(),
            "title": more.pop("title", text(f"web_menu.{screen}", lang)),
            **more,
        },
    )
