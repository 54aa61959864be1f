"""The Django site of the local page: no database, no accounts; the folder and the door are handed in."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .guard import Door, guard
from .jobs import Jobs
from .workspace import Workspace

if TYPE_CHECKING:
    from .enterprises import Enterprises

workspace: Workspace  # of this process, set once by `application`
jobs: Jobs
_enterprises: Enterprises | None = None
_door: Door


def enterprises() -> Enterprises:
    """The drafts of enterprises in this folder; their engine is loaded when they are first asked for."""
    global _enterprises
    if _enterprises is None:
        from .enterprises import Enterprises

        _enterprises = Enterprises(workspace.folder)
    return _enterprises


def door_guard(get_response: Any) -> Any:
    return guard(_door)(get_response)


def page_faults(get_response: Any) -> Any:
    from ..shared.faults import FaultAnswers

    middleware = FaultAnswers(get_response)
    middleware.template = "page/fault.html"
    return middleware


def missing(request: Any, exception: Exception | None = None) -> Any:
    """No such page: said in words, with the way back."""
    return _fault(request, "page_missing", 404)


def failed(request: Any) -> Any:
    """What no view could catch."""
    return _fault(request, "page_failed", 500)


def _fault(request: Any, code: str, status: int) -> Any:
    from django.shortcuts import render

    from ..shared.texts import text

    lang = str(getattr(request, "lang", "zh"))
    shown = {"refusals": [text(f"fault.{code}", lang)], "title": text("fault.title", lang)}
    return render(request, "page/fault.html", shown, status=status)


def application(folder: Path, edition: str | None, door: Door) -> Any:
    """The WSGI application of one folder. One folder a process: Django's settings are the process's."""
    global workspace, jobs, _enterprises, _door
    from django.core.wsgi import get_wsgi_application

    from ..shared.settings import common, configure

    workspace, jobs, _enterprises, _door = Workspace(folder, edition), Jobs(), None, door
    configure(
        **{
            **common(secrets.token_urlsafe(32)),
            "ALLOWED_HOSTS": ["127.0.0.1", "localhost"],
            "ROOT_URLCONF": "inventory.service.page.urls",
            "INSTALLED_APPS": ["inventory.service.shared.apps.SharedConfig"],
            "CSRF_COOKIE_NAME": f"csrf_{door.port}",
            "CSRF_COOKIE_SAMESITE": "Strict",
            "MIDDLEWARE": [
                "inventory.service.page.site.door_guard",
                "inventory.service.shared.middleware.headers",
                "inventory.service.shared.middleware.language",
                "django.middleware.csrf.CsrfViewMiddleware",
                "inventory.service.page.site.page_faults",
            ],
        }
    )
    return get_wsgi_application()
