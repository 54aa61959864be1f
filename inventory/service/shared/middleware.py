"""Answers of both faces: language, a strict content policy, nothing kept by caches."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
LANGUAGE_COOKIE = "lang"
Answer = Callable[[HttpRequest], HttpResponse]


READING = ("GET", "HEAD", "OPTIONS")


def by_script(request: HttpRequest) -> bool:
    """Whether a script of the pages or a program waits for the answer, not a person."""
    posted = request.method not in READING and bool(request.headers.get("X-CSRFToken"))
    return posted or request.path.startswith("/api/") or request.headers.get("Sec-Fetch-Dest") == "empty"


def language(get_response: Answer) -> Answer:
    """`request.lang`: `?lang=en` chooses and is kept in a cookie; Chinese otherwise."""

    def middleware(request: HttpRequest) -> HttpResponse:
        asked = request.GET.get("lang")
        lang = asked if asked in ("zh", "en") else request.COOKIES.get(LANGUAGE_COOKIE, "zh")
        request.lang = lang if lang in ("zh", "en") else "zh"  # type: ignore[attr-defined]
        response = get_response(request)
        if asked in ("zh", "en"):
            response.set_cookie(LANGUAGE_COOKIE, asked, samesite="Lax", httponly=True, max_age=365 * 86400)
        return response

    return middleware


def headers(get_response: Answer) -> Answer:
    """Content policy without unsafe-inline and unsafe-eval; pages are never cached, static files are checked each
    time."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", POLICY)
        response.setdefault("X-Content-Type-Options", "nosniff")
        response.setdefault("Referrer-Policy", "same-origin")
        response.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def _in_language(request: HttpRequest, lang: str) -> str:
    """The same page, with what was chosen on it, in another language."""
    query = request.GET.copy()
    query["lang"] = lang
    return f"?{query.urlencode()}"


def context(request: HttpRequest) -> dict[str, object]:
    """What every template knows."""
    from . import texts

    lang = getattr(request, "lang", "zh")
    service = hasattr(settings, "INVENTORY_MEDIA")  # the local page keeps no media of its own
    site = texts.text("service.name" if service else "app.name", lang)
    return {
        "lang": lang,
        "site": site,
        "service": service,
        "script_texts": texts.of_group("script", lang),
        "other_lang": (other := "en" if lang == "zh" else "zh"),
        "other_href": _in_language(request, other),
    }
