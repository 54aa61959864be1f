"""One frame around every screen: the menu with its counts, the folder, who works here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..shared.texts import text
from .workspace import FolderState

SCREENS = (
    "data",
    "problems",
    "gaps",
    "inventory",
    "charts",
    "checks",
    "uncertainty",
    "quality",
    "compare",
    "deliver",
    "enterprise",
)
FIRST_ERRORS = 8
NEEDS_LEDGER = frozenset({"inventory", "charts", "checks", "uncertainty", "quality", "compare"})


def lang_of(request: HttpRequest) -> str:
    return str(getattr(request, "lang", "zh"))


def page(request: HttpRequest, screen: str, state: FolderState, **more: Any) -> HttpResponse:
    """A screen of the page, in its frame."""
    from . import site

    lang = lang_of(request)
    errors, warnings = state.counts["error"], state.counts["warning"]
    menu = [
        {
            "id": s,
            "label": text(f"menu.{s}", lang),
            "count": errors or warnings if s == "problems" else 0,
            "grave": bool(errors),
        }
        for s in SCREENS
    ]
    undo, redo = site.workspace.depth()
    undo, redo = more.pop("own_undo", undo), more.pop("own_redo", redo)
    named = screen.removesuffix("_one")
    return render(
        request,
        _template(screen, state),
        {
            "screen": named,
            "menu": menu,
            # parts only: Django's contexts are circles, which would hold a whole state until the collector comes by
            "computed": state.ledger is not None,
            "empty": not state.files,
            "first_errors": [p for p in state.problems if p.severity == "error"][:FIRST_ERRORS],
            "folder": site.workspace.folder,
            "person": site.workspace.person,
            "undo": undo,
            "redo": redo,
            "errors": errors,
            "warnings": warnings,
            "title": text(f"menu.{named}", lang),
            **more,
        },
    )


def _template(screen: str, state: FolderState) -> str:
    """Without an inventory every screen that shows one says why instead."""
    return f"page/{'blocked' if state.ledger is None and screen in NEEDS_LEDGER else screen}.html"
