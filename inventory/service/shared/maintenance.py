"""Closed for maintenance: a file in the service folder says so. While it is there every process answers 503 in words,
asks nothing of the database and begins no job; none of them needs to be told or restarted."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from .middleware import Answer, by_script
from .texts import text

FILE = "maintenance.toml"
RETRY_S = 300  # told to programs where nobody said until when
WITHOUT = ("/static/", "/health")  # what the page itself needs, and whoever watches the process


def switch(folder: Path, close: bool, until: dt.datetime | None = None) -> bool:
    """Close the service of a folder or open it again; whether it was closed before. `until`: when it is expected back, on
    the clock of its people."""
    before = is_closed(folder)
    if close:
        line = f"until = {until.isoformat(timespec='seconds')}\n" if until is not None else ""
        (folder / FILE).write_text(f"# inventory service maintenance off\n{line}", "utf-8")
    else:
        (folder / FILE).unlink(missing_ok=True)
    return before


def is_closed(folder: Path | None = None) -> bool:
    """Whether a folder's service is closed; without a folder that of this process."""
    return ((folder or Path(settings.INVENTORY_FOLDER)) / FILE).exists()


@contextmanager
def closed(folder: Path) -> Iterator[None]:
    """Closed for the time of a block; as it was before after it."""
    before = is_closed(folder) or switch(folder, True)
    try:
        yield
    finally:
        if not before:
            switch(folder, False)


def expected() -> dt.datetime | None:
    """When the service of this process is expected back, on the clock of its people."""
    try:
        until = tomllib.loads((Path(settings.INVENTORY_FOLDER) / FILE).read_text("utf-8")).get("until")
    except (OSError, ValueError):  # opened meanwhile, or written by hand
        return None
    return until if isinstance(until, dt.datetime) and until.tzinfo is None else None


def maintenance(get_response: Answer) -> Answer:
    """Middleware: a page to a person and JSON to a program, with `Retry-After`, while the service is closed."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(WITHOUT) or not is_closed():
            return get_response(request)
        return _refusal(request)

    return middleware


def _refusal(request: HttpRequest) -> HttpResponse:
    from django.utils import timezone

    lang, until = str(request.lang), expected()  # type: ignore[attr-defined]
    now = timezone.localtime().replace(tzinfo=None)
    after = max(60, int((until - now).total_seconds())) if until is not None and until > now else RETRY_S
    words = [text("maintenance.told", lang)]
    if until is not None and until > now:
        words.append(text("maintenance.until", lang, at=until.strftime("%Y-%m-%d %H:%M")))
    if by_script(request):
        answer: HttpResponse = JsonResponse({"problems": words}, status=503)
    else:
        said = {"refusals": words, "title": text("maintenance.title", lang), "about": text("maintenance.about", lang)}
        answer = render(request, "web/fault.html", said, status=503)
    answer["Retry-After"] = str(after)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # no line in the log for everybody who looks in
    return answer
