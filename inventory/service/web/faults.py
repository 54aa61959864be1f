"""What the service's views could not do, in words: a refusal of its rules, or what any site knows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from ..shared import faults as shared
from ..shared.middleware import by_script
from ..shared.texts import text
from ..store.acts import ActRefused
from ..store.files import NoRoom


class faults(shared.FaultAnswers):
    """Middleware that answers exceptions of views."""

    template = "web/fault.html"

    def own(self, error: Exception, lang: str) -> shared.Refused | None:
        if isinstance(error, NoRoom):
            return [text("refused.no_room", lang)], 507
        return (refusal_texts(error, lang), error.status) if isinstance(error, ActRefused) else None


def refusal_texts(error: ActRefused, lang: str) -> list[str]:
    return [
        text(
            f"refused.{code}",
            lang,
            **{
                "by": "",
                "cell": "",
                "now": "",
                "limit": "",
                "due": "",
                "blocking": "",
                "unexplained": "",
                "unanswered": "",
                "count": "",
                **error.facts,
            },
        )
        for code in error.codes
    ]


def _fault(request: HttpRequest, code: str, status: int) -> HttpResponse:
    """What went wrong and what to do, as a page to a person and as JSON to a script."""
    lang = str(getattr(request, "lang", "zh"))
    refusals = [text(f"fault.{code}", lang)]
    if by_script(request):
        return JsonResponse({"problems": refusals}, status=status)
    about = text(f"fault_page.{code}_about", lang) if code == "missing" else ""
    shown = {"refusals": refusals, "title": text(f"fault_page.{code}", lang), "about": about}
    return render(request, "web/fault.html", shown, status=status)


def failed(request: HttpRequest) -> HttpResponse:
    """What no view could catch, in words: a page that asks nothing of database or session."""
    lang = str(getattr(request, "lang", "zh"))
    refusals = [text("fault_page.failed_told", lang)]
    if by_script(request):
        return JsonResponse({"problems": refusals}, status=500)
    shown = {
        "refusals": refusals,
        "title": text("fault_page.failed", lang),
        "about": text("fault_page.failed_about", lang),
    }
    return render(request, "web/fault.html", shown, status=500)


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """No such page, or not within one's part: the same words for both."""
    return _fault(request, "missing", 404)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _fault(request, "denied", 403)


def wrong(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _fault(request, "wrong", 400)


def old_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: an old page, or another site's."""
    return _fault(request, "old_form", 403)
