"""The reporting service for browser tests: a process on a free port, a window for each person; every wait has an end."""

from __future__ import annotations

import io
import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import openpyxl
import pyotp
from page_help import Watched
from process_help import python, ran, started

ROOT = Path(__file__).resolve().parent.parent
STARTS_WITHIN, ANSWERS_WITHIN_MS = 120, 30_000


def inventory(*arguments: str, **env: str) -> str:
    """A command of the service, which must succeed; gives what it prints."""
    done = ran([sys.executable, "-m", "inventory", "service", *arguments], 120, env)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


STEPS = """
import contextlib, io, json, sys
from typer.testing import CliRunner
from inventory.cli.app import app
steps = json.loads(sys.argv[2])
sys.argv[2:] = []
for step in steps:
    if isinstance(step, str):
        with contextlib.redirect_stdout(io.StringIO()) as said:
            exec(step, {"__name__": "step"})
        done = [0, said.getvalue(), ""]
    else:
        words, env = step
        answer = CliRunner().invoke(app, ["service", *words], env=env)
        assert answer.exception is None or isinstance(answer.exception, SystemExit), (words, answer.exception)
        done = [answer.exit_code, answer.stdout, answer.stderr]
    print("STEP", json.dumps(done))
"""
Step = str | tuple[str, ...]


def steps(folder: Path, *given: Step, **env: str) -> list[subprocess.CompletedProcess[str]]:
    """Commands of the service, and pieces of Python with the folder as their argument, one after the other in a process
    of their own: Django is set up once a process, which takes longer than most of them."""
    words = [s if isinstance(s, str) else (s, env) for s in given]
    said = python(STEPS, str(folder), json.dumps(words))
    lines = [json.loads(line.removeprefix("STEP ")) for line in said.splitlines() if line.startswith("STEP ")]
    assert len(lines) == len(given), said
    return [subprocess.CompletedProcess(str(s), *line) for s, line in zip(given, lines, strict=True)]


@contextmanager
def serving(folder: Path, *more: str) -> Iterator[str]:
    """`inventory service run` on a free port until the block ends; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["service", "run", "--config", str(folder), "--port", str(port), *more]
    with started([sys.executable, "-m", "inventory", *words], 900) as process:
        address = f"http://127.0.0.1:{port}"
        until = time.monotonic() + STARTS_WITHIN
        while not _answers(address):
            assert process.poll() is None and time.monotonic() < until, "the service did not start"
            time.sleep(0.1)
        yield address


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address + "/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


class Loaded(Watched):
    """A watched page of the service: whole when it is loaded; what scripts fetch is waited for by name."""

    def go(self, path: str = "") -> None:
        self.page.goto(f"{self.origin}/{path}")  # type: ignore[attr-defined]


class People:
    """One browser, a window for each person. `secrets`: keys of authenticators by user name, learnt at the first
    login."""

    def __init__(self, started: object, address: str, password: str, prefix: str = "demo-") -> None:
        self.started, self.address, self.password, self.prefix = started, address, password, prefix
        self.windows: dict[str, Watched] = {}
        self.secrets: dict[str, str] = {}

    def window(self) -> Watched:
        """A window of nobody yet."""
        context = self.started.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")  # type: ignore[attr-defined]
        page = context.new_page()
        page.set_default_timeout(ANSWERS_WITHIN_MS)
        page.add_init_script("confirm = () => true")  # what cannot be undone is asked first
        return Loaded(page, self.address)

    def __call__(self, login: str) -> Watched:
        if login not in self.windows:
            watched = self.window()
            watched.go("login")
            page = watched.page
            page.fill("#login", self.prefix + login)
            page.fill("#password", self.password)
            page.click("form.stack button")
            self.second(login, watched)
        return self.windows[login]

    def joins(self, login: str, link: str) -> Watched:
        """Take an invitation: choose the password, set the authenticator up where the role wants one."""
        watched = self.window()
        watched.page.goto(link)
        for field in ("#p", "#a"):
            watched.page.fill(field, self.password)
        watched.page.click("form.stack button")
        self.second(login, watched)
        return watched

    def second(self, login: str, watched: Watched) -> None:
        """The one-time code where it is asked for, then the menu."""
        page = watched.page
        page.wait_for_selector("#code, nav.menu")
        if page.query_selector("#code"):
            if shown := page.query_selector(".secret"):
                self.secrets[login] = shown.inner_text().replace(" ", "")
            page.fill("#code", pyotp.TOTP(self.secrets[login]).now())
            page.click("form.stack button")
            page.wait_for_selector("nav.menu")
        self.windows[login] = watched

    def faults(self) -> list[str]:
        return [f"{login}: {f}" for login, w in self.windows.items() for f in w.faults]


def act(window: Watched, action: str, signature: str = "", reason: str = "") -> None:
    """Do a transition on the report page: choose it, confirm it, wait for the new state."""
    page = window.page
    page.click(f"button.act[data-action={action}]")  # type: ignore[attr-defined]
    for name, value in (("reason", reason), ("signature", signature)):
        if value:
            page.fill(f"#act-form input[name={name}]", value)  # type: ignore[attr-defined]
    with page.expect_navigation():  # type: ignore[attr-defined]
        page.click("#act-form button:not([type])")  # type: ignore[attr-defined]
    page.wait_for_selector(f"button.act[data-action={action}]", state="detached")  # type: ignore[attr-defined]


def table(rows: list[tuple[str, ...]], path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def send_file(window: Watched, field_id: str, path: Path) -> None:
    """Choose a file in a form that goes off by itself."""
    with window.page.expect_navigation():  # type: ignore[attr-defined]
        window.page.set_input_files(field_id, str(path))  # type: ignore[attr-defined]


def fill(window: Watched, form: str, **fields: str) -> None:
    for name, value in fields.items():
        window.page.fill(f"{form} [name={name}]", value)  # type: ignore[attr-defined]
    with window.page.expect_navigation():  # type: ignore[attr-defined]
        window.page.click(f"{form} button")  # type: ignore[attr-defined]


def typed(window: Watched, sheet: str, cell: str, text: str) -> None:
    """A cell typed in the grid and saved."""
    from openpyxl.utils.cell import coordinate_to_tuple

    page = window.page
    tab = page.locator(f".sheet-tab[data-name='{sheet}']")  # type: ignore[attr-defined]
    if tab.get_attribute("aria-selected") != "true":
        with page.expect_response(re.compile("/sheet")):  # type: ignore[attr-defined]
            tab.click()
        page.wait_for_selector(f".sheet-tab[data-name='{sheet}'][aria-selected=true]")  # type: ignore[attr-defined]
    row, column = coordinate_to_tuple(cell)
    place = page.locator(f"#grid td[data-x='{column - 1}'][data-y='{row - 1}']")  # type: ignore[attr-defined]
    place.dblclick()
    page.keyboard.press("Control+A")  # type: ignore[attr-defined]
    page.keyboard.type(text)  # type: ignore[attr-defined]
    with page.expect_response(re.compile("/sheet")):  # type: ignore[attr-defined]
        page.keyboard.press("Enter")  # type: ignore[attr-defined]


def reasons(window: Watched, words: str) -> None:
    """The same reason for every finding that wants one."""
    page = window.page
    while page.locator(".finding:has(.explain):not(:has(.good-text))").count():  # type: ignore[attr-defined]
        finding = page.locator(".finding:has(.explain):not(:has(.good-text))").first  # type: ignore[attr-defined]
        finding.locator("input").fill(words)
        with page.expect_response(re.compile("/sheet")):  # type: ignore[attr-defined]
            finding.locator(".explain").click()


def files_of_the_round(folder: Path) -> list[str]:
    """Targets, assessed energy and statistics of the sample province; of the years after 2013 the figures of that
    year."""
    place = folder / "附表"
    place.mkdir(exist_ok=True)
    examples = ROOT / "examples" / "levels"
    (place / "caps.csv").write_bytes((examples / "caps.csv").read_bytes())
    for name, source, words in (
        ("assessed_energy.csv", "assessed_energy.csv", ("江苏,",)),
        ("指标.csv", "江苏.csv", (",gdp,", ",population,")),
    ):
        head, *rows = (examples / source).read_text("utf-8-sig").splitlines()
        kept = [r for r in rows if any(w in r for w in words)]
        for year in ("2014", "2015"):
            if not any(f"江苏,{year}," in r for r in kept):
                kept += [r.replace("江苏,2013,", f"江苏,{year},") for r in kept if "江苏,2013," in r]
        (place / name).write_text("\n".join([head, *kept]) + "\n", "utf-8-sig")
    return [str(p) for p in sorted(place.iterdir())]


def what_a_round_becomes(province: Watched, folder: Path) -> None:
    """Roll-up, targets and bulletin ordered one after the other, waited for, and each result opened."""
    page = province.page
    with page.expect_navigation():
        page.set_input_files("#round-file", files_of_the_round(folder))
    assert "assessed_energy.csv" in page.inner_text("main")
    names = {"rollup": "三级汇总核对", "targets": "目标核查表", "bulletin": "年度通报"}
    for product in names:
        page.select_option("[name=product]", product)
        with page.expect_navigation():
            page.click("button:has-text('制作')")
    results = {}
    for product, name in names.items():
        page.wait_for_selector(f"tr:has(.pill.good) a:has-text('{name} ↓')", timeout=60_000)
        with page.expect_download() as download:
            page.click(f"a:has-text('{name} ↓')")
        results[product] = Path(download.value.path()).read_bytes()
    assert "江苏" in results["rollup"].decode("utf-8-sig")
    book = openpyxl.load_workbook(io.BytesIO(results["targets"]))
    assert any("江苏" in str(v) for s in book for row in s.iter_rows(values_only=True) for v in row)
    with zipfile.ZipFile(io.BytesIO(results["bulletin"])) as letter:
        assert "江苏" in (body := letter.read("word/document.xml").decode("utf-8")) and "2015" in body
