"""The Django site of the local page: no database, no accounts; the folder and the door are handed in."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from .enterprises import Enterprises
from .guard import Door, guard
from .jobs import Jobs
from .workspace import Workspace

workspace: Workspace  # of this process, set once by `application`
jobs: Jobs
enterprises: Enterprises
_door: Door


def door_guard(get_response: Any) -> Any:
    return guard(_door)(get_response)


def application(folder: Path, edition: str, door: Door) -> Any:
    """The WSGI application of one folder. One folder a process: Django's settings are the process's."""
    global workspace, jobs, enterprises, _door
    from django.core.wsgi import get_wsgi_application

    from ..shared.settings import common, configure

    workspace, jobs, enterprises, _door = Workspace(folder, edition), Jobs(), Enterprises(folder.resolve()), door
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
                "inventory.service.page.faults.faults",
            ],
        }
    )
    return get_wsgi_application()
