"""The local page in a real browser: every screen in both languages, the whole path by mouse and by keyboard, no error
and no foreign request."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from page_help import ROOT, Watched, jiangsu, launched, opened, settled, window

from inventory import api

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SCREENS = (
    "",
    "problems",
    "gaps",
    "inventory",
    "charts",
    "checks",
    "uncertainty",
    "quality",
    "compare",
    "deliver",
    "enterprise",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """One browser for all; every test has windows of its own."""
    with launched() as started:
        yield started


def origin_of(address: str) -> str:
    return address.split("/?")[0]


@pytest.fixture(scope="module")
def looked_at(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Any]]:
    """The page of the example for tests that only look: its address, and the cookies of one who came in."""
    home = tmp_path_factory.mktemp("看")
    with opened(jiangsu(home), home) as address:
        with window(chromium) as page:
            page.goto(address)
            state = page.context.storage_state()
        yield origin_of(address), state


@pytest.mark.parametrize(("lang", "size"), [("zh", (1366, 768)), ("en", (1920, 1080))])
def test_every_screen(chromium: Any, looked_at: tuple[str, Any], lang: str, size: tuple[int, int]) -> None:
    origin, state = looked_at
    with window(chromium, size, state=state) as page:
        watched = Watched(page, origin)
        watched.go(f"?lang={lang}")
        serious = {}
        for screen in SCREENS:
            watched.go(screen)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
                f"{screen} is wider than the window"
            )
            if found := watched.accessible():
                serious[screen] = found
        assert not watched.faults
        assert not serious


def test_from_department_files_to_a_filed_workbook(chromium: Any, tmp_path: Path) -> None:
    """Mouse alone: an empty folder, files dropped in, an error mended in the grid, undo, reasons, the workbook; its
    bytes are the command's."""
    source, folder = jiangsu(tmp_path / "源"), tmp_path / "新项目"
    folder.mkdir()
    text = (source / "agriculture.csv").read_text("utf-8")
    lines = text.splitlines()
    assert ",220," in lines[1]
    (source / "agriculture.csv").write_text(
        "\n".join([lines[0], lines[1].replace(",220,", ",二百二十万,"), *lines[2:]]) + "\n", "utf-8"
    )
    filed = (source / "agriculture.csv").read_bytes()
    with opened(folder, tmp_path) as address, window(chromium) as page:
        watched = Watched(page, origin_of(address))
        page.goto(address)
        with page.expect_navigation():
            page.set_input_files("#files", [str(p) for p in sorted(source.iterdir()) if p.suffix == ".csv"])
        settled(page)
        assert page.locator("table.list tbody tr").count() == len([p for p in source.iterdir() if p.suffix == ".csv"])
        page.click("nav >> text=清单")
        assert "还不能算出清单" in page.inner_text("main")
        page.click("nav >> text=问题")
        page.click(".problem-list button.error >> nth=0")
        page.wait_for_selector("td.cell-error")
        page.dblclick("td[data-x='5'][data-y='1']")
        page.keyboard.press("Control+A")
        page.keyboard.type("220")
        page.keyboard.press("Enter")
        page.wait_for_selector(".problem-list button.error", state="detached")
        page.wait_for_selector("td.cell-corrected")
        page.click("#undo")
        page.wait_for_selector(".problem-list button.error")
        page.click("#redo")
        page.wait_for_selector(".problem-list button.error", state="detached")
        assert (folder / "agriculture.csv").read_bytes() == filed
        page.click("nav >> text=清单")
        page.click("button.why[data-line='03'][data-gas='CO2'] >> nth=0")
        page.wait_for_selector(".tree details")
        page.click("nav >> text=交付")
        page.click("button[data-kind=workbook]")
        with page.expect_download(timeout=120_000) as caught:
            page.click(".job-row a.button", timeout=120_000)
        by_page = Path(caught.value.path()).read_bytes()
        page.click("button[data-kind=filing]")
        page.wait_for_selector(".job-row:has-text('核验码')", timeout=120_000)
        assert not watched.faults
    api.write_workbook(api.compile([folder]), tmp_path / "命令.xlsx")
    assert by_page == (tmp_path / "命令.xlsx").read_bytes()


def test_an_enterprise_workbook_is_filled_and_undone(chromium: Any, tmp_path: Path) -> None:
    """A filled workbook taken in gives the command's total; a cell that cannot be read blocks and is kept; undo brings
    the total back."""
    from inventory.enterprise.compute import compute_file

    source = ROOT / "examples" / "enterprise" / "水泥厂.xlsx"
    total = f"{compute_file(source).total(True):,.2f}"
    folder = tmp_path / "企业 项目"
    folder.mkdir()
    with opened(folder, tmp_path) as address, window(chromium) as page:
        watched = Watched(page, origin_of(address))
        page.goto(address)
        watched.go("enterprise")
        with page.expect_navigation():
            page.set_input_files("#filled", str(source))
        page.wait_for_selector(f".total >> text={total}")
        page.wait_for_selector("#grid td")  # the scripts are there: a click before them does nothing
        page.click(".sheet-tab >> text=台账")
        page.wait_for_selector("td.cell-head")
        page.dblclick("td[data-x='5'][data-y='3']")
        page.keyboard.press("Control+A")
        page.keyboard.type("约1200")
        page.keyboard.press("Enter")
        page.wait_for_selector("td.cell-error")
        page.wait_for_selector(".total", state="detached")
        page.click("#undo")
        page.wait_for_selector(f".total >> text={total}")
        assert page.inner_text(".sheet-tab[aria-selected=true]") == "台账"  # the sheet stays open
        # a block that is longer than the sheet gets its rows; a step back in a grid without the page's own undo is saved
        block = "\n".join(f"烟煤\t{1 + n % 12}\tt\t{n}号炉" for n in range(230))
        page.click("td[data-x='0'][data-y='60']")
        page.evaluate(
            """text => { const data = new DataTransfer(); data.setData('text/plain', text);
            document.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true})); }""",
            block,
        )
        page.wait_for_selector("td[data-x='3'][data-y='289']:has-text('229号炉')")
        page.evaluate("document.getElementById('undo').remove()")
        with page.expect_response("**/cells"):
            page.keyboard.press("Control+z")
        page.reload()
        page.wait_for_selector(f".total >> text={total}")
        page.click("button[data-kind=enterprise_report]")
        page.wait_for_selector(".job-row a.button", timeout=120_000)
        assert not watched.accessible()
        assert not watched.faults


def test_checks_and_answers_are_kept_in_the_project(chromium: Any, tmp_path: Path) -> None:
    folder = jiangsu(tmp_path)
    with opened(folder, tmp_path) as address, window(chromium) as page:
        watched = Watched(page, origin_of(address))
        page.goto(address)
        page.fill("#person", "李四")
        page.press("#person", "Tab")
        watched.go("checks")
        page.click("button.same >> nth=0")
        page.wait_for_selector("tr.done .good-text")
        watched.go("quality")
        page.fill(".finding:has(input) input >> nth=0", "新建机场投产")
        page.click(".finding button >> nth=0")
        page.wait_for_selector(".finding >> nth=0 >> text=新建机场投产")
        assert not watched.faults
    assert "李四" in (folder / "核对表.csv").read_text("utf-8-sig")
    answers = (folder / "answers.csv").read_text("utf-8-sig")
    assert "新建机场投产" in answers and "示例答复" in answers
    api.compile([folder])


def test_keyboard_alone(chromium: Any, looked_at: tuple[str, Any]) -> None:
    """Skip link, menu, a figure and its reasons, and back, without the mouse."""
    origin, state = looked_at
    with window(chromium, state=state) as page:
        watched = Watched(page, origin)
        watched.go("inventory")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        for _ in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("document.activeElement.classList.contains('why')"):
                break
        page.keyboard.press("Enter")
        page.wait_for_selector(".tree")
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.classList.contains('why')")
        watched.go("problems")
        page.locator(".problem-list button").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".problem-list [aria-current]")
        assert not watched.faults


def test_nothing_typed_runs(chromium: Any, tmp_path: Path) -> None:
    """Names and cells that would be markup or formulas elsewhere stay text."""
    folder = jiangsu(tmp_path)
    nasty = "<img src=x onerror=alert(1)>"
    shutil.copy(ROOT / "examples" / "jiangsu" / "waste.csv", folder / "a<b>&'x.csv")
    lines = (folder / "industrial_processes.csv").read_text("utf-8").splitlines()
    (folder / "industrial_processes.csv").write_text(
        "\n".join(
            [lines[0], lines[1].replace(lines[1].split(",")[0], nasty, 1), "=1+1,<script>alert(2)</script>", *lines[2:]]
        )
        + "\n",
        "utf-8",
    )
    with opened(folder, tmp_path) as address, window(chromium) as page:
        watched = Watched(page, origin_of(address))
        page.on("dialog", lambda d: watched.faults.append(f"dialog {d.message}"))
        page.goto(address)
        watched.go("problems?file=industrial_processes.csv")
        page.wait_for_selector("#grid td")
        assert nasty in page.inner_text("#grid")
        assert page.locator("#grid img").count() == 0
        watched.go("")
        assert "a<b>&'x.csv" in page.inner_text("main")
        assert not watched.faults


def test_a_whole_folder_is_chosen_and_dropped(chromium: Any, tmp_path: Path) -> None:
    """Of a folder the tables are taken, from folders inside it too; hidden files, locks and other files stay out."""
    source, folder = tmp_path / "来件", tmp_path / "项目"
    (source / "内").mkdir(parents=True)
    folder.mkdir()
    shutil.copy(ROOT / "examples" / "jiangsu" / "waste.csv", source / "waste.csv")
    shutil.copy(ROOT / "examples" / "jiangsu" / "lucf.csv", source / "内" / "lucf.csv")
    for name in (".hidden.csv", "~$waste.xlsx", "说明.txt.bak", "图.png"):
        (source / name).write_bytes(b"x")
    with opened(folder, tmp_path) as address, window(chromium) as page:
        watched = Watched(page, origin_of(address))
        page.goto(address)
        with page.expect_file_chooser() as caught:
            page.click("label[for=folder]")
        with page.expect_navigation():
            caught.value.set_files(str(source))
        page.wait_for_selector("table.list tbody tr >> nth=1")
        assert not watched.faults
    assert sorted(p.name for p in folder.glob("*.*") if p.name != ".inventory") == ["lucf.csv", "waste.csv"]


def test_the_list_and_the_grid_lead_to_each_other(chromium: Any, tmp_path: Path) -> None:
    """A problem goes to its cell; a cell goes to its problem."""
    folder = jiangsu(tmp_path)
    (folder / "corrections.csv").unlink()
    with opened(folder, tmp_path) as address, window(chromium) as page:
        watched = Watched(page, origin_of(address))
        page.goto(address)
        watched.go("problems")
        page.click(".problem-list button.error:has-text('X31')")
        page.wait_for_selector("td.cell-error")
        assert "X31" in page.inner_text("#cell-note")
        page.click("td[data-x='1'][data-y='13']")
        page.wait_for_selector(".problem-list button[aria-current]:has-text('B14')")
        assert not watched.faults


def test_a_cell_is_corrected_with_the_keyboard_alone(chromium: Any, tmp_path: Path) -> None:
    """From the list to the cell, typed, undone, without the mouse."""
    folder = jiangsu(tmp_path)
    (folder / "corrections.csv").unlink()
    with opened(folder, tmp_path) as address, window(chromium) as page:
        watched = Watched(page, origin_of(address))
        page.goto(address)
        watched.go("problems")
        page.wait_for_selector("#grid td")
        before = page.locator(".problem-list button.error").count()
        page.locator(".problem-list button.error:has-text('X31')").focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".problem-list [aria-current]")
        page.keyboard.type("1.08")
        page.keyboard.press("Enter")
        page.wait_for_selector("td.cell-corrected")
        assert page.locator(".problem-list button.error").count() < before
        page.keyboard.press("Control+z")
        page.wait_for_selector("td.cell-corrected", state="detached")
        assert page.locator(".problem-list button.error").count() == before
        assert not watched.faults
