"""Who may speak to the local page: this computer, this browser, under this address; everything else is refused before
any view runs."""

from __future__ import annotations

import hmac
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect

Answer = Callable[[HttpRequest], HttpResponse]
TOKEN = "token"
CLOSED = "请从 inventory open 打开的地址进入（地址只能用一次）。\nOpen this page with `inventory open`; its address works once.\n"


@dataclass
class Door:
    """The address of this instance, its one-time tokens and the cookie of browsers that came in with one."""

    port: int
    control: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    tokens: set[str] = field(default_factory=set)
    last: float = field(default_factory=time.monotonic)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def hosts(self) -> frozenset[str]:
        return frozenset({f"127.0.0.1:{self.port}", f"localhost:{self.port}"})

    @property
    def cookie_name(self) -> str:
        """With the port, because browsers share cookies between ports of one host."""
        return f"inventory_{self.port}"

    def new_address(self) -> str:
        """An address that opens the page once."""
        token = secrets.token_urlsafe(24)
        with self.lock:
            self.tokens.add(token)
        return f"http://127.0.0.1:{self.port}/?{TOKEN}={token}"

    def redeem(self, token: str) -> bool:
        with self.lock:
            if token in self.tokens:
                self.tokens.discard(token)
                return True
        return False

    def knows(self, request: HttpRequest) -> bool:
        return hmac.compare_digest(request.COOKIES.get(self.cookie_name, ""), self.cookie)


def guard(door: Door) -> Callable[[Answer], Answer]:
    """Middleware: `Host` must be this address (a foreign name that resolves to 127.0.0.1 is refused), then a token
    once, then the cookie."""

    def factory(get_response: Answer) -> Answer:
        def middleware(request: HttpRequest) -> HttpResponse:
            if request.META.get("HTTP_HOST", "") not in door.hosts or request.META.get("REMOTE_ADDR") not in (
                "127.0.0.1",
                "::1",
            ):
                return HttpResponseForbidden("wrong address\n", content_type="text/plain; charset=utf-8")
            origin = request.headers.get("Origin")
            if origin is not None and origin not in {f"http://{h}" for h in door.hosts}:
                return HttpResponseForbidden("wrong origin\n", content_type="text/plain; charset=utf-8")
            if request.path == "/again" and hmac.compare_digest(
                request.headers.get("X-Inventory-Control", ""), door.control
            ):
                return HttpResponse(door.new_address(), content_type="text/plain; charset=utf-8")
            token = request.GET.get(TOKEN)
            if token is not None and request.method == "GET" and door.redeem(token):
                response: HttpResponse = HttpResponseRedirect("/")
                response.set_cookie(door.cookie_name, door.cookie, httponly=True, samesite="Strict")
                return response
            if not door.knows(request) and not request.path.startswith("/static/"):
                return HttpResponseForbidden(CLOSED, content_type="text/plain; charset=utf-8")
            door.last = time.monotonic()
            return get_response(request)

        return middleware

    return factory
