"""What a view could not do, in words: problems of the input as such, a file the system does not give, anything else
without a trace of the program. The page and the service each name their template and what else they know."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from inventory.core.problems import InventoryError
from inventory.spreadsheets.cells import Unreadable

from .middleware import by_script
from .texts import text

log = logging.getLogger("inventory.service")

Refused = tuple[list[str], int]  # texts and the status of the answer


class FaultAnswers:
    """Middleware that answers exceptions of views: JSON to a script, a page to a person."""

    template = ""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def own(self, error: Exception, lang: str) -> Refused | None:
        """What only this site knows; None for any other error."""
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, Http404):
            return None
        lang = getattr(request, "lang", "zh")
        problems, status = self.own(error, lang) or _refused(request, error, lang)
        if by_script(request):
            return JsonResponse({"problems": problems, "conflict": status == 409}, status=status)
        named = {"refusals": problems, "title": text("fault.title", lang), "screen": ""}
        return render(request, self.template, named, status=status)


def _refused(request: HttpRequest, error: Exception, lang: str) -> Refused:
    if isinstance(error, Unreadable):
        return [error.problem.text(lang)], 422
    if isinstance(error, InventoryError):
        return [p.text(lang) for p in error.problems], 422
    log.error("page %s", request.path, exc_info=error)
    if isinstance(error, OSError):
        return [text("fault.file", lang, reason=error.strerror or type(error).__name__)], 500
    return [text("fault.program", lang, kind=type(error).__name__)], 500
