"""The service in a real browser: the loop of one report over a cell with a remark, every page in both languages,
without an error or a foreign request."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from page_help import Watched, launched, needs_browser
from service_help import People, act, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The demonstration on a free port: its address and password."""
    needs_browser()
    folder = tmp_path_factory.mktemp("demo")
    with serving(folder, "--demo") as address:
        yield address, (folder / "demo-password.txt").read_text("utf-8").strip()


@pytest.fixture(scope="module")
def people(demo: tuple[str, str]) -> Iterator[People]:
    with launched() as started:
        yield People(started, *demo)


def test_a_returned_report_is_mended_and_accepted(people: People) -> None:
    """Firm 6 was returned with a remark at 台账!F6: answered in the grid, signed, passed on, accepted."""
    filler = people("filler-6")
    filler.page.click(".list a")
    filler.page.wait_for_selector(".remark")
    path = filler.page.url.removeprefix(people.address + "/")
    filler.page.wait_for_selector("#grid td")  # the page's scripts are there: a click before them does nothing
    filler.page.click(".remark .goto")
    filler.page.wait_for_selector("td.cell-remark")
    cell = filler.page.locator("td[data-x='5'][data-y='5']")
    before = cell.inner_text()
    cell.dblclick()
    filler.page.keyboard.press("Control+A")
    filler.page.keyboard.type(str(float(before) + 1))
    filler.page.keyboard.press("Enter")
    filler.page.wait_for_selector(".remark >> text=原值 → 现值")
    filler.page.fill(".remark .answer input", "按发票改正")
    filler.page.click(".answer-remark")
    filler.page.wait_for_selector(".remark >> text=按发票改正")
    for n in range(filler.page.locator(".explain").count()):
        filler.page.locator(".finding:has(.explain) input").nth(n).fill("本月增加一条生产线试产")
        filler.page.locator(".explain").nth(n).click()
        filler.page.wait_for_selector(f".finding .good-text >> nth={n}")
    act(filler, "hand_over")
    approver = people("approver-6")
    approver.go(path)
    act(approver, "sign", people.password)
    city = people("city-3206")
    city.go(path)
    act(city, "take_city")
    act(city, "pass_on")
    province = people("province")
    province.go(path)
    act(province, "take_province")
    act(province, "accept", people.password)
    province.page.wait_for_selector(".state-accepted")
    approver.go(path + "/receipt")
    assert re.search(r"[0-9a-f]{64}", approver.page.inner_text("main"))
    assert not [f for w in people.windows.values() for f in w.faults]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page(people: People, lang: str) -> None:
    serious = {}
    for login, paths in (
        ("province", ("", "board", "aggregates?by=fuel", "compiled", "products", "data?kind=line", "factors", "me")),
        ("audit", ("log?verify=1",)),
        ("system", ("rounds", "organisations")),
        ("security", ("people",)),
        ("filler-2", ("",)),
    ):
        window = people(login)
        for path in paths:
            window.go(path + ("&" if "?" in path else "?") + f"lang={lang}")
            if found := window.accessible():
                serious[path] = found
            assert window.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            if path in ("factors", "log?verify=1", "organisations") and lang == "zh":
                shown = window.page.inner_text("main")
                assert not re.search(r"\b(unverified|corroborated|login|accept|take_city|enterprise|city)\b", shown), (
                    path
                )
    window = people("filler-2")
    window.page.click(".list a")
    window.page.wait_for_selector("#grid td")
    if found := window.accessible():
        serious["report"] = found
    assert not serious
    assert not [f for w in people.windows.values() for f in w.faults]


def test_what_is_published_is_seen_without_a_name(people: People) -> None:
    """The province opens the page of sums; anybody sees it, in both languages, and without axe's serious findings."""
    province = people("province")
    province.go("products?lang=zh")
    province.page.click("button:has-text('公开')")
    province.page.wait_for_selector("text=查看公开页")
    page = people.started.new_context(viewport={"width": 1366, "height": 768}).new_page()  # type: ignore[attr-defined]
    anybody = Watched(page, people.address)
    for lang, words in (("zh", "温室气体排放公开数据"), ("en", "Published greenhouse-gas data")):
        anybody.go(f"public?lang={lang}")
        assert words in page.inner_text("body")
        assert not anybody.accessible()
    assert not anybody.faults and not province.faults


def test_two_people_in_one_draft(people: People) -> None:
    """Two windows on firm 2's draft: what one types reaches the other by itself; a cell typed twice in haste is no
    conflict with oneself; one that the other changed is asked about, and the rest of a pasted block is saved."""
    one, two = people("filler-2"), people.window()
    one.go("?lang=zh")
    one.page.click(".list a")
    path = one.page.url.split("#")[0].split("?")[0]
    two.page.context.add_cookies(one.page.context.cookies())
    for window in (one, two):
        window.page.goto(path)
        window.page.wait_for_selector("#grid td")
    cell = "#grid td[data-x='5'][data-y='{}']"

    def write(window: Watched, row: int, text: str) -> None:
        window.page.locator(cell.format(row)).dblclick()
        window.page.keyboard.press("Control+A")
        window.page.keyboard.type(text)
        window.page.keyboard.press("Enter")

    def text(window: Watched, row: int) -> str:
        return str(window.page.locator(cell.format(row)).inner_text())

    for tab in (one, two):
        tab.page.click(".sheet-tab[data-name='台账']")
        tab.page.wait_for_selector(".sheet-tab[data-name='台账'][aria-selected=true]")
        tab.page.wait_for_selector("#grid td.cell-head")
    before = [text(one, r) for r in (5, 6)]
    for typed in ("11", "12", "13"):  # faster than an answer of the server
        write(one, 5, typed)
    two.page.wait_for_function("() => document.querySelector(\"#grid td[data-x='5'][data-y='5']\").innerText === '13'")
    assert text(one, 5) == "13" and not one.page.inner_text("#report-refusals")
    two.page.locator(cell.format(6)).dblclick()  # the editor is open on what stands there
    two.page.keyboard.press("Control+A")
    two.page.keyboard.type("99")
    with two.page.expect_response(re.compile(r"/sheet\?name=[^&]*$"), timeout=30_000):  # the other's text comes in
        write(one, 6, "55")
    two.page.keyboard.press("Enter")  # the editor keeps its own
    two.page.wait_for_selector("#report-refusals button:has-text('改用我填的')")
    assert "改为“55”" in two.page.inner_text("#report-refusals")
    assert text(two, 6) == "55"
    two.page.click("#report-refusals button:has-text('改用我填的')")
    two.page.wait_for_selector("#saved:has-text('已自动保存')")
    one.page.wait_for_function("() => document.querySelector(\"#grid td[data-x='5'][data-y='6']\").innerText === '99'")
    for row, kept in zip((5, 6), before, strict=True):
        write(one, row, kept)
    one.page.wait_for_selector("#saved:has-text('已自动保存')")
    two.faults[:] = [f for f in two.faults if "409" not in f]
    assert not one.faults and not two.faults
