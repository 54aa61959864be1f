"""The local page for tests: a copy of an example, the server in a process of its own, a browser where there is one."""

from __future__ import annotations

import http.client
import json
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import pytest
from process_help import started

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "tests" / "data" / "axe" / "axe.min.js"
CHROMIUM = next((p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None)


def needs_browser() -> None:
    """Skip with a word where there is no Chromium or no Playwright."""
    pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: browser tests are skipped")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: browser tests are skipped")


def jiangsu(folder: Path) -> Path:
    """A copy of the example in a folder with Chinese and a blank in its name."""
    target = folder / "江苏 项目"
    folder.mkdir(exist_ok=True)
    shutil.copytree(ROOT / "examples" / "jiangsu", target)
    return target


@contextmanager
def opened(folder: Path, home: Path, *more: str) -> Iterator[str]:
    """`inventory open` running; gives the address with its token."""
    env = {"HOME": str(home), "USERPROFILE": str(home)}
    with started([sys.executable, "-m", "inventory", "open", str(folder), "--no-browser", *more], 900, env) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address.startswith("http"), "the page did not start"
        try:
            yield address
        finally:
            process.terminate()
            process.wait(timeout=20)


class Client:
    """A bare client: what a hostile page or program could send."""

    def __init__(self, address: str) -> None:
        found = urlsplit(address)
        self.host, self.token = found.netloc, found.query.partition("=")[2]
        self.cookies: dict[str, str] = {}

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], str]:
        connection = http.client.HTTPConnection(self.host, timeout=60)
        sent = {"Host": self.host, **{k.replace("_", "-"): v for k, v in headers.items()}}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        for value in answer.msg.get_all("Set-Cookie") or ():
            name, _, rest = value.partition("=")
            self.cookies[name] = rest.partition(";")[0]
            if name.startswith("inventory_"):
                assert "HttpOnly" in value and "SameSite=Strict" in value
        return answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read().decode("utf-8", "replace")

    def enter(self) -> Client:
        assert self.ask(f"/?token={self.token}")[0] == 302
        return self

    def forms_token(self) -> str:
        return re.search(r'name="csrf" content="([^"]+)"', self.ask("/")[2])[1]  # type: ignore[index]

    def get(self, path: str, **query: str) -> str:
        """A page or an answer by its path; the query is encoded."""
        status, _, text = self.ask(quote(path) + (f"?{urlencode(query)}" if query else ""))
        assert status == 200, text[:300]
        return text

    def send(self, path: str, given: object) -> dict:
        """JSON in, JSON out, as the scripts of the page send it."""
        status, _, text = self.ask(
            quote(path),
            "POST",
            json.dumps(given).encode(),
            X_CSRFToken=self.forms_token(),
            Origin=f"http://{self.host}",
            Content_Type="application/json",
        )
        assert status == 200, text[:300]
        return json.loads(text)

    def made(self, kind: str, department: str = "") -> bytes:
        """A file made in the background, fetched when it is there."""
        number = self.send("/api/job", {"kind": kind, "department": department})["number"]
        for _ in range(1200):
            state = json.loads(self.get(f"/api/job/{number}"))
            if state["state"] in ("done", "failed"):
                break
            time.sleep(0.1)
        assert state["state"] == "done", state
        connection = http.client.HTTPConnection(self.host, timeout=60)
        connection.request(
            "GET", f"/download/{number}", None, {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        )
        return connection.getresponse().read()


def upload(client: Client, name: str, content: bytes, token: str) -> dict:
    edge = "----edge"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\nContent-Type: application/octet-stream\r\n\r\n'
    body = head.encode("utf-8") + content + f"\r\n--{edge}--\r\n".encode()
    status, _, text = client.ask(
        "/api/upload",
        "POST",
        body,
        X_CSRFToken=token,
        Origin=f"http://{client.host}",
        Content_Type=f"multipart/form-data; boundary={edge}",
    )
    assert status == 200, text
    return json.loads(text)


# rules of axe-core whose violations are never serious: their findings would be passed over anyway
MILD = "Object.fromEntries(axe._audit.rules.filter(r => ['minor', 'moderate'].includes(r.impact)).map(r => [r.id, {enabled: false}]))"


def settled(page: Any) -> None:
    """The page is loaded, its scripts have run, and none of them waits for an answer of the server."""
    page.wait_for_load_state("load")
    page.wait_for_selector("body:not([aria-busy=true])", state="attached")


class Watched:
    """A Playwright page of which every console error, failed request and request to elsewhere is kept."""

    def __init__(self, page: object, origin: str) -> None:
        self.page, self.origin = page, origin
        self.faults: list[str] = []
        page.on(
            "console",
            lambda m: self.faults.append(f"console {m.type}: {m.text}") if m.type in ("error", "warning") else None,
        )  # type: ignore[attr-defined]
        page.on("pageerror", lambda e: self.faults.append(f"error: {e}"))  # type: ignore[attr-defined]
        page.on(
            "request",
            lambda r: (
                self.faults.append(f"elsewhere: {r.url}")  # type: ignore[attr-defined]
                if not r.url.startswith((origin, "data:", "blob:"))
                else None
            ),
        )
        page.on("response", lambda r: self.faults.append(f"{r.status} {r.url}") if r.status >= 400 else None)  # type: ignore[attr-defined]

    def go(self, path: str = "") -> None:
        self.page.goto(self.origin + "/" + path)  # type: ignore[attr-defined]
        settled(self.page)

    def accessible(self) -> list[str]:
        """Serious and critical findings of axe-core on the page as it stands."""
        self.page.evaluate(AXE.read_text("utf-8"))  # type: ignore[attr-defined]
        found = self.page.evaluate(f"() => axe.run(document, {{resultTypes: ['violations'], rules: {MILD}}})")  # type: ignore[attr-defined]
        return [
            f"{v['id']}: {v['nodes'][0]['html'][:160]}"
            for v in found["violations"]
            if v["impact"] in ("serious", "critical")
        ]


@contextmanager
def launched() -> Iterator[Any]:
    """Chromium without a window yet; skips with a word where it is absent."""
    needs_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield started
        finally:
            started.close()


@contextmanager
def window(within: Any, size: tuple[int, int] = (1366, 768), lang: str = "zh-CN", state: Any = None) -> Iterator[Any]:
    """A page of its own in a browser, with nothing of another: neither cookies, but those of `state`, nor storage."""
    context = within.new_context(
        viewport={"width": size[0], "height": size[1]}, locale=lang, accept_downloads=True, storage_state=state
    )
    try:
        yield context.new_page()
    finally:
        context.close()


@contextmanager
def browser(size: tuple[int, int] = (1366, 768), lang: str = "zh-CN") -> Iterator[Any]:
    """A browser of one page."""
    with launched() as started, window(started, size, lang) as page:
        yield page
