"""A whole reporting round in a real browser, from an empty service: administrators, register and invitations by
workbook, an enterprise's report with a question to answer and a return, two persons to reopen, a department's data, the
inventory with its reasons, everything that is made of a round, the log. In Chinese; a shorter one in English after it.

`INVENTORY_PICTURES=folder` keeps a picture of every screen.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest
from page_help import Watched, launched, needs_browser
from service_help import People, act, fill, inventory, reasons, send_file, serving, table, typed, what_a_round_becomes

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "报送-示例-口令-2015"
ROOT = Path(__file__).resolve().parent.parent
FIRM, SECOND, BUREAU = "示例水泥有限公司", "示例酿造食品有限公司", "农业农村厅"
UNITS = (
    ("3203", "徐州", "市", "32", "", ""),
    ("3213", "宿迁", "市", "32", "", ""),
    ("91320000MAX080000L", FIRM, "企业", "3203", "水泥", "900000"),
    ("91320000MAX200000U", SECOND, "企业", "3213", "20", "42,000"),
    ("E3", "小厂（示例）", "企业", "3213", "食品", "800"),
    ("D01", BUREAU, "部门", "32", "农业", ""),
)
STAFF = (
    ("tianbao", "填报甲", "填报人", "91320000MAX080000L"),
    ("shenpi", "审批乙", "审批人", "91320000MAX080000L"),
    ("filler2", "填报丙", "填报人", "91320000MAX200000U"),
    ("approver2", "审批丁", "审批人", "91320000MAX200000U"),
    ("nongye", "农业填报", "部门填报人", "D01"),
    ("nongye2", "农业审批", "审批人", "D01"),
    ("xuzhou", "徐州审核", "市级审核员", "3203"),
    ("suqian", "宿迁审核", "市级审核员", "3213"),
    ("sheng1", "省审甲", "省级审核员", "32"),
    ("sheng2", "省审乙", "省级审核员", "32"),
    ("hecha", "核查员", "第三方核查员", "32"),
)


@dataclass
class Round:
    """The service under way, its people, and where their reports stand."""

    people: People
    folder: Path
    reports: dict[str, str] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    pictures: int = 0

    def looked_at(self, window: Watched, name: str) -> None:
        """Nothing serious for axe, nothing wider than the window; a picture where one is wanted."""
        page = window.page
        if serious := window.accessible():
            self.faults[name] = serious
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name  # type: ignore[attr-defined]
        if kept := os.environ.get("INVENTORY_PICTURES"):
            self.pictures += 1
            page.screenshot(path=str(Path(kept) / f"{self.pictures:02}-{name}.png"))  # type: ignore[attr-defined]

    def open(self, login: str, report: str, lang: str = "zh") -> Watched:
        window = self.people(login)
        window.page.goto(f"{self.people.address}/{self.reports[report]}?lang={lang}")  # type: ignore[attr-defined]
        window.page.wait_for_selector("#grid td")  # the scripts are there: a click before them does nothing
        return window


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Round]:
    """An empty service as the guide sets one up: init, migrate, createadmin, run."""
    needs_browser()
    folder = tmp_path_factory.mktemp("round")
    place = folder / "service"
    inventory("init", str(place))
    inventory("migrate", "--config", str(place))
    given = ["--province", "32=江苏", "--logins", "system,security,audit"]
    inventory("createadmin", "--config", str(place), *given, INVENTORY_ADMIN_PASSWORDS=",".join([PASSWORD] * 3))
    with serving(place) as address, launched() as browser:
        yield Round(People(browser, address, PASSWORD, prefix=""), folder)


def set_up(whole: Round) -> None:
    """Register from Excel, a round, invitations by Excel; everybody joins."""
    system = whole.people("system")
    system.go("organisations?lang=zh")
    heads = ("代码", "名称", "级别", "上级代码", "行业", "2010年排放量")
    wrong = table([heads, *UNITS[:2], ("E9", "无上级", "企业", "9999", "水泥", "很多")], whole.folder / "错.xlsx")
    send_file(system, "#organisations-file", wrong)
    said = system.page.inner_text("ul.refusals")
    assert "[Sheet]!F4" in said and "很多" in said and "9999" not in system.page.inner_text("table.list")
    whole.looked_at(system, "单位-有错")
    send_file(system, "#organisations-file", table([heads, *UNITS], whole.folder / "单位.xlsx"))
    assert "已导入 6 个单位" in system.page.inner_text(".done")
    whole.looked_at(system, "单位")
    system.go("rounds")
    opening = {"name": "2015年度", "year": "2015", "opens": "2026-01-01", "due_enterprise": "2099-03-31"}
    fill(system, "form.grid-form", **opening, due_city="2099-02-28", due_province="2099-05-31")
    assert "日期应依次为" in system.page.inner_text("ul.refusals")
    assert system.page.input_value("[name=name]") == "2015年度"  # nothing typed is lost
    fill(system, "form.grid-form", due_city="2099-04-30")
    assert "2 家企业、1 个部门应报" in system.page.inner_text(".done")  # the small one is below the threshold
    whole.looked_at(system, "批次")
    security = whole.people("security")
    security.go("people?lang=zh")
    send_file(
        security,
        "#people-file",
        table([("用户名", "姓名", "角色", "单位代码"), ("x", "y", "填报人", "3203")], whole.folder / "x.xlsx"),
    )
    assert "“填报人”应设在企业单位" in security.page.inner_text("ul.refusals")
    staff = table([("用户名", "姓名", "角色", "单位代码"), *STAFF], whole.folder / "人员.xlsx")
    with security.page.expect_download() as download:  # type: ignore[attr-defined]
        security.page.set_input_files("#people-file", str(staff))  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(Path(download.value.path()).read_text("utf-8-sig"))))
    assert len(rows) == len(STAFF) + 1
    for login, _, _, _, link in rows[1:]:
        joined = whole.people.joins(login, link)
        for name in joined.page.locator("table.list tbody th a").all():  # type: ignore[attr-defined]
            address = name.get_attribute("href").strip("/")
            whole.reports.setdefault(name.inner_text(), address)
    security.go("people")
    whole.looked_at(security, "人员")


def cement(folder: Path) -> Path:
    """The example with a month that is none (blocking) and a purchase ten times too large (to be explained)."""
    book = openpyxl.load_workbook(ROOT / "examples" / "enterprise" / "水泥厂.xlsx")
    ledger = book["台账"]
    ledger["B5"] = "十三月"
    ledger["F6"] = ledger["F6"].value * 10
    book.save(folder / "水泥.xlsx")
    return folder / "水泥.xlsx"


def the_enterprise_reports(whole: Round) -> None:
    filler = whole.open("tianbao", FIRM)
    page = filler.page
    assert "示例水泥有限公司" in page.inner_text("#grid")  # the register's name stands there already
    whole.looked_at(filler, "填报-空表")
    typed(filler, "企业基本情况", "B10", "徐州市示例路1号")
    with page.expect_navigation():
        page.set_input_files("#workbook", str(cement(whole.folder)))
    page.wait_for_selector("#grid td")
    assert page.locator(".pill.error").count() and "还不能算出" in page.inner_text(".side")
    whole.looked_at(filler, "填报-有强制问题")
    typed(filler, "台账", "B5", "2")
    page.wait_for_selector(".total")
    question = page.locator(".finding:has(.explain)").first
    assert "数量级" in question.inner_text()
    question.locator("input").fill("核实无误")
    question.locator(".explain").click()
    page.wait_for_selector("#report-refusals >> text=自己的话")
    page.click("button.act[data-action=hand_over]")
    page.click("#act-form button:not([type])")
    page.wait_for_selector("#report-refusals >> text=没有说明原因")
    reasons(filler, "三月集中采购全年用煤，附合同")
    page.click(".why")
    page.wait_for_selector("#tree .tree")
    whole.looked_at(filler, "填报-核算结果")
    page.click("#grid td[data-x='5'][data-y='5']")
    with page.expect_response(re.compile("/attach")):
        page.set_input_files("#evidence", {"name": "合同.pdf", "mimeType": "", "buffer": b"%PDF-1.4 contract"})
    page.wait_for_selector("text=台账!F6 · 填报甲")
    act(filler, "hand_over")
    nobody = whole.people("xuzhou")
    nobody.page.goto(whole.people.address + "/" + whole.reports[FIRM])
    assert "没有这个页面" in nobody.page.inner_text("main")  # not signed: nobody else's business yet
    nobody.faults.clear()
    approver = whole.open("shenpi", FIRM)
    approver.page.click("button.act[data-action=sign]")
    approver.page.fill("#act-form [name=signature]", "不是这个密码")
    approver.page.click("#act-form button:not([type])")
    approver.page.wait_for_selector("#report-refusals >> text=密码或动态验证码不对")
    whole.looked_at(approver, "签发-密码不对")
    approver.page.fill("#act-form [name=signature]", PASSWORD)
    with approver.page.expect_navigation():
        approver.page.click("#act-form button:not([type])")
    approver.go(whole.reports[FIRM] + "/receipt")
    assert re.search(r"[0-9a-f]{64}", approver.page.inner_text("main"))
    whole.looked_at(approver, "回执")
    for w in (filler, approver):  # the refusals above were wanted
        w.faults[:] = [f for f in w.faults if "422" not in f]


def the_city_returns_and_the_province_accepts(whole: Round) -> None:
    city = whole.open("xuzhou", FIRM)
    act(city, "take_city")
    page = city.page
    page.click("button.act[data-action=return_city]")
    page.click("#act-form button:not([type])")
    page.wait_for_selector("#report-refusals >> text=至少要在一个单元格")
    city.faults[:] = [f for f in city.faults if "422" not in f]
    page.click(".finding .goto")
    page.wait_for_selector(".sheet-tab[data-name='台账'][aria-selected=true]")
    page.click("#grid td[data-x='5'][data-y='5']")
    page.fill("#remark-form [name=text]", "购入量多写了一位，请按发票改正")
    page.click("#remark-form button")
    page.wait_for_selector(".remark")
    whole.looked_at(city, "市级-提意见")
    act(city, "return_city")
    filler = whole.open("tianbao", FIRM)
    filler.page.click(".remark .goto")
    filler.page.wait_for_selector("td.cell-remark")
    typed(filler, "台账", "F6", "15418.2")
    filler.page.wait_for_selector(".remark >> text=原值 → 现值")
    filler.page.fill(".remark .answer input", "已按发票改正")
    filler.page.click(".answer-remark")
    filler.page.wait_for_selector(".remark >> text=已答复")
    whole.looked_at(filler, "退回-原值现值")
    reasons(filler, "与上月相比为检修所致，附检修记录")
    act(filler, "hand_over")
    act(whole.open("shenpi", FIRM), "sign", PASSWORD)
    city.go(whole.reports[FIRM])
    city.page.click("text=与上一版比较")
    city.page.wait_for_selector("tr:has-text('台账') >> text=F6")
    whole.looked_at(city, "版本比较")
    whole.open("xuzhou", FIRM)
    act(city, "take_city")
    verifier = whole.people("hecha")
    verifier.go("?lang=zh")
    verifier.page.click(f"a:has-text('{FIRM}')")
    verifier.page.wait_for_selector("#grid td")
    whole.looked_at(verifier, "核查员")
    act(city, "pass_on")
    province = whole.open("sheng1", FIRM)
    act(province, "take_province")
    act(province, "accept", PASSWORD)
    act(province, "ask_reopen", reason="企业来函更正外购电量")
    other = whole.open("sheng2", FIRM)
    whole.looked_at(other, "重新打开")
    act(other, "refuse_reopen", reason="来函所附材料不足，不同意")


def agriculture(folder: Path) -> Path:
    from inventory import api
    from inventory.templates_xlsx.plan import plan
    from inventory.templates_xlsx.write import write_template

    edition = api.load_edition("prov2011")
    files = ("agriculture.csv", "factors_agriculture_lucf.csv", "填报符号.csv")
    project, _ = api.read([ROOT / "examples" / "jiangsu" / f for f in files], edition)
    path = folder / "农业.xlsx"
    write_template(plan(edition, ["agriculture"], "江苏", [2005, 2010], project=project), path, project)
    return path


def the_department_delivers(whole: Round) -> None:
    filler = whole.open("nongye", BUREAU)
    with filler.page.expect_navigation():
        filler.page.set_input_files("#workbook", str(agriculture(whole.folder)))
    filler.page.wait_for_selector("text=个数据")
    filler.page.click(".sheet-tab[data-name='稻田甲烷']")
    filler.page.wait_for_selector(".sheet-tab[data-name='稻田甲烷'][aria-selected=true]")
    whole.looked_at(filler, "部门-有数据")
    reasons(filler, "与统计年鉴第十二章一致，附页码")
    act(filler, "hand_over")
    act(whole.open("nongye2", BUREAU), "sign_province", PASSWORD)
    province = whole.open("sheng1", BUREAU)
    act(province, "take_province")
    act(province, "accept", PASSWORD)
    province.go("compiled?lang=zh")
    province.page.click("button.why")
    province.page.wait_for_selector("#tree .tree")
    for _ in range(12):  # open what is closed until a cell of the department's sheet shows
        if province.page.locator("#tree a.note").count():
            break
        province.page.locator("#tree details:not([open]) > summary").first.click()
    whole.looked_at(province, "省级清单")
    province.page.locator("#tree a.note").first.click()
    province.page.wait_for_selector("#grid td.highlight-selected, #grid td.highlight")
    assert BUREAU in province.page.inner_text("h1")
    whole.looked_at(province, "为什么-到单元格")


def the_province_uses_it(whole: Round) -> None:
    province = whole.people("sheng1")
    page = province.page
    for address, words in (
        ("aggregates?by=industry", "水泥"),
        ("data", "稻"),
        ("factors", "待核对"),
        ("results", "还没有结果数据集"),
        ("board", FIRM),
    ):
        province.go(address)
        assert words in page.inner_text("main"), address
        whole.looked_at(province, address.split("?")[0])
    page.click("button:has-text('催报')")
    page.wait_for_selector(".done >> text=已催报 1 家")
    whole.looked_at(province, "催报")
    province.go("products")
    page.select_option("[name=product]", "results")
    page.click("button:has-text('制作')")
    page.wait_for_selector("a:has-text('↓')", timeout=60_000)  # the page looks again by itself
    page.click("button:has-text('公开')")
    page.wait_for_selector("text=查看公开页")
    whole.looked_at(province, "成果")
    what_a_round_becomes(province, whole.folder)
    whole.looked_at(province, "成果-通报")
    anybody = whole.people.window()
    anybody.go("public")
    assert "不足三家" in anybody.page.inner_text("main")
    whole.looked_at(anybody, "公开页")
    audit = whole.people("audit")
    audit.go("log?verify=1&lang=zh")
    assert "全部一致" in audit.page.inner_text("main")
    whole.looked_at(audit, "日志")
    assert not re.search(r"\b(report|person|round)/\d", audit.page.inner_text("main"))


def test_a_whole_round_from_an_empty_service(whole: Round) -> None:
    set_up(whole)
    the_enterprise_reports(whole)
    the_city_returns_and_the_province_accepts(whole)
    the_department_delivers(whole)
    the_province_uses_it(whole)
    assert not whole.faults
    assert not whole.people.faults()


HAN = re.compile(r"[\u4e00-\u9fff]")


def words_of(window: Watched) -> list[str]:
    """What the page itself says: menu, headings, buttons, labels, heads of tables."""
    places = "nav.menu a, h2, .lead, button:not(.sheet-tab):not(.goto), a.button, label, thead th, .pill"
    return window.page.locator(places).all_inner_texts()  # type: ignore[attr-defined, no-any-return]


def test_a_shorter_one_in_english(whole: Round) -> None:
    """The second firm's report from upload to acceptance, and every screen of the people on its way."""
    if SECOND not in whole.reports:  # alone, without the round before
        set_up(whole)
    chinese: dict[str, list[str]] = {}

    def read(window: Watched, name: str) -> None:
        whole.looked_at(window, f"en-{name}")
        left = [w for w in words_of(window) if HAN.search(w.replace("2015年度", "").replace("中文", ""))]
        if left:
            chinese[name] = left[:6]

    filler = whole.open("filler2", SECOND, "en")
    with filler.page.expect_navigation():
        filler.page.set_input_files("#workbook", str(ROOT / "examples" / "enterprise" / "食品厂.xlsx"))
    filler.page.wait_for_selector(".total")
    reasons(filler, "checked against the meter log of March")
    read(filler, "report")
    act(filler, "hand_over")
    act(whole.open("approver2", SECOND, "en"), "sign", PASSWORD)
    city = whole.open("suqian", SECOND, "en")
    act(city, "take_city")
    read(city, "review")
    act(city, "pass_on")
    province = whole.open("sheng2", SECOND, "en")
    act(province, "take_province")
    act(province, "accept", PASSWORD)
    for login, addresses in (
        ("sheng2", ("", "board", "aggregates", "products", "factors", "results", "me")),
        ("system", ("rounds", "organisations")),
        ("security", ("people",)),
        ("audit", ("log",)),
    ):
        for address in addresses:
            window = whole.people(login)
            window.go(f"{address}?lang=en")
            read(window, address or "tasks")
    assert not chinese
    assert not whole.faults
    assert not whole.people.faults()
