"""What a view could not do, in words: a refusal of the rules, a file that is no workbook, or an error of ours without
its trace."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from inventory.core.problems import InventoryError
from inventory.reading.cells import Unreadable

from ..shared.texts import text
from ..store.acts import ActRefused

log = logging.getLogger("inventory.service")


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
        if isinstance(error, ActRefused):
            told, status = refusal_texts(error, lang), error.status
        elif isinstance(error, Unreadable):
            told, status = [error.problem.text(lang)], 422
        elif isinstance(error, InventoryError):
            told, status = [p.text(lang) for p in error.problems], 422
        else:
            log.exception("page %s", request.path)
            told, status = [text("fault.program", lang, kind=type(error).__name__)], 500
        if request.method == "POST" and request.headers.get("X-CSRFToken"):
            return JsonResponse({"problems": told, "conflict": status == 409}, status=status)
        return render(request, "web/fault.html", {"told": told, "title": text("fault.title", lang)}, status=status)


def refusal_texts(error: ActRefused, lang: str) -> list[str]:
    return [
        text(
            f"refused.{code}",
            lang,
            **{"by": "", "cell": "", "now": "", "limit": "", "blocking": "", "unexplained": "", **error.facts},
        )
        for code in error.codes
    ]
