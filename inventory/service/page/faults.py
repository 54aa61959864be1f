"""Whatever goes wrong while a page is made is told in words: problems of the input as such, anything else without a
trace of the program."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from inventory.core.problems import DeclarationError, InventoryError

from ..shared.texts import text

log = logging.getLogger("inventory.page")


class faults:
    """Middleware that answers exceptions of views."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        lang = getattr(request, "lang", "zh")
        if isinstance(error, Http404):
            return None
        if isinstance(error, InventoryError):
            told, status = [p.text(lang) for p in error.problems], 422
        elif isinstance(error, DeclarationError):
            told, status = [str(error)], 422
        elif isinstance(error, OSError):
            told, status = [text("fault.file", lang, reason=error.strerror or str(error))], 500
        else:
            log.exception("page %s", request.path)
            told, status = [text("fault.program", lang, kind=type(error).__name__)], 500
        if request.path.startswith("/api/"):
            return JsonResponse({"problems": told}, status=status)
        return render(request, "page/fault.html", {"told": told, "screen": ""}, status=status)
