"""The local page for tests: a copy of an example, the server in a process of its own, a browser where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

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
    env = {**os.environ, "HOME": str(home), "USERPROFILE": str(home)}
    process = subprocess.Popen(
        [sys.executable, "-m", "inventory", "open", str(folder), "--no-browser", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=env,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(timeout=20)


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
        self.page.wait_for_load_state("networkidle")  # type: ignore[attr-defined]

    def accessible(self) -> list[str]:
        """Serious and critical findings of axe-core on the page as it stands."""
        self.page.evaluate(AXE.read_text("utf-8"))  # type: ignore[attr-defined]
        found = self.page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")  # type: ignore[attr-defined]
        return [
            f"{v['id']}: {v['nodes'][0]['html'][:160]}"
            for v in found["violations"]
            if v["impact"] in ("serious", "critical")
        ]


@contextmanager
def browser(size: tuple[int, int] = (1366, 768), lang: str = "zh-CN") -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            context = started.new_context(
                viewport={"width": size[0], "height": size[1]}, locale=lang, accept_downloads=True
            )
            yield context.new_page()
        finally:
            started.close()
