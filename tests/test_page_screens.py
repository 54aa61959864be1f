"""What the screens of the local page say, asked for without a browser: the same as the command and the functions behind
it, in both languages."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from page_help import Client, jiangsu, opened, upload

pytest.importorskip("django")
from inventory import api
from inventory.analysis.doubt import doubtful
from inventory.app.file import FileRequest, file_ledger
from inventory.archive import FilingSettings, freeze
from inventory.core.ledger import Ledger
from inventory.service.page.charts import all_charts
from inventory.service.page.workspace import CellEdit, Workspace
from inventory.templates_xlsx.checklist import write_checklist

pytestmark = pytest.mark.slow
BALANCE = "能源平衡表2010.csv"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return jiangsu(tmp_path_factory.mktemp("page"))


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[Client]:
    with opened(folder, folder.parent) as address:
        yield Client(address).enter()


@pytest.fixture(scope="module")
def ledger(folder: Path) -> Ledger:
    return api.compile([folder])


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


# ---- data ----


def test_every_file_is_accounted_for(client: Client, folder: Path) -> None:
    shown = client.get("/")
    for path in folder.glob("*.csv"):
        assert path.name in shown
    read = [int(n.replace(",", "")) for n in re.findall(r"读到 ([\d,]+) 个数：", words(shown))]
    assert read[0] == sum(read[1:]) > 900  # the line of all files is the sum of theirs


# ---- inventory and reasons ----


def tree(client: Client, lang: str, gas: str) -> dict[str, Any]:
    page = client.get("/inventory", lang=lang)
    table, region = re.search(r'data-table="([^"]+)" data-region="([^"]+)"', page).groups()  # type: ignore[union-attr]
    asked = {"table": unescape(table), "region": unescape(region), "line": "04", "gas": gas, "year": "2005"}
    return json.loads(client.get("/api/reasons", **asked))["tree"]


def walked(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for child in node.get("children", ()):
        yield from walked(child)


@pytest.mark.parametrize("gas", ["CO2", "total"])
def test_reasons_end_in_cells_and_factor_rows_alike_in_both_languages(client: Client, gas: str) -> None:
    chinese, english = list(walked(tree(client, "zh", gas))), list(walked(tree(client, "en", gas)))
    client.get("/", lang="zh")
    shape = [(n["kind"], n.get("value"), n.get("place"), len(n.get("children", ()))) for n in chinese]
    assert shape == [(n["kind"], n.get("value"), n.get("place"), len(n.get("children", ()))) for n in english]
    assert any(n.get("place", [""])[0] == "能源平衡表2005.csv" for n in chinese)
    factors = [n for n in chinese if n["kind"] == "factor"]
    assert factors and all(any("依据程度" in note for note in n["notes"]) for n in factors)
    assert all(any("Standing" in note for note in n["notes"]) for n in english if n["kind"] == "factor")
    leaves = [n for n in chinese if not n.get("children")]
    assert {n["kind"] for n in leaves} <= {"factor", "term", "data", "number", "gwp", "sum"}


def test_years_stand_side_by_side_with_the_ledgers_total(client: Client, ledger: Ledger) -> None:
    shown = words(client.get("/inventory"))
    for year in (2005, 2010):
        whole = sum(float(ledger.co2e_t(x)) for x in ledger.select(year=year)) / 1e4
        assert f"{whole:,.2f}" in shown


# ---- charts ----


def test_flow_from_the_balance_table_to_the_sectors(ledger: Ledger) -> None:
    """What flows out of the table's fuels arrives in the sectors; both languages show the same amounts."""
    charts = {lang: all_charts(ledger, "江苏", lang) for lang in ("zh", "en")}
    flow = charts["zh"]["sankey"]["2010"]
    depth = {n["name"]: n["depth"] for n in flow["nodes"]}
    assert {"原煤", "火力发电 ", "工业 "} <= set(depth) and depth["原煤"] == 0 and depth["火力发电 "] == 1
    into: dict[int, float] = {}
    for link in flow["links"]:
        assert depth[link["source"]] < depth[link["target"]]
        into[depth[link["target"]]] = into.get(depth[link["target"]], 0.0) + link["value"]
    combustion = sum(
        float(ledger.co2e_t(x))
        for x in ledger.select(category=ledger.edition.roles.combustion, year=2010)
        if dict(x.item).get("fuel")
    )
    assert into[2] == pytest.approx(combustion / 1e4, rel=0.02)  # small flows are left out
    english = charts["en"]["sankey"]["2010"]["links"]
    assert sorted(x["value"] for x in flow["links"]) == pytest.approx(sorted(x["value"] for x in english))
    assert not re.search("[一-鿿]", json.dumps(charts["en"]["sankey"], ensure_ascii=False))


def test_charts_add_up(ledger: Ledger) -> None:
    charts = all_charts(ledger, "江苏", "zh")
    for i, year in enumerate(charts["years"]):
        whole = sum(float(ledger.co2e_t(x)) for x in ledger.select(year=year)) / 1e4
        assert sum(s["values"][i] for s in charts["sectors"]) == pytest.approx(whole, rel=1e-12)
        without = sum(
            float(ledger.co2e_t(x)) for x in ledger.select(year=year) if x.category not in ledger.edition.lucf
        )
        assert sum(s["values"][i] for s in charts["gases"]) == pytest.approx(without / 1e4, rel=1e-12)
    shares = [c["value"] for c in charts["contributions"]["items"]]
    assert shares == sorted(shares, reverse=True) and 0 < sum(shares) <= 100 + 1e-6


# ---- checks, comparison ----


def test_checks_stand_in_the_order_of_the_checklist(client: Client, ledger: Ledger) -> None:
    shown = re.findall(r'<tr data-id="([^"]+)"', client.get("/checks"))
    assert shown == [row.factor.id for row in doubtful(ledger)]


def test_an_older_version_is_compared_by_cause(client: Client, folder: Path, tmp_path: Path) -> None:
    """An older results file: the change of the totals is the sum of its causes, line by line and on the page."""
    changed = folder.parent / "旧"
    if not changed.exists():
        jiangsu(changed)
    old = next(changed.iterdir()) / "industrial_processes.csv"
    text = old.read_text("utf-8")
    assert "4840.7" in text
    old.write_text(text.replace("4840.7", "4000"), "utf-8")
    api.write_results(api.compile([old.parent]), tmp_path / "旧版.csv")
    edge, token = "----edge", client.forms_token()
    body = (
        f'--{edge}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{token}\r\n'
        f'--{edge}\r\nContent-Disposition: form-data; name="older"; filename="old.csv"\r\n\r\n'
    ).encode() + (tmp_path / "旧版.csv").read_bytes()
    status, _, page = client.ask(
        "/compare",
        "POST",
        body + f"\r\n--{edge}--\r\n".encode(),
        Origin=f"http://{client.host}",
        X_CSRFToken=token,
        Content_Type=f"multipart/form-data; boundary={edge}",
    )
    assert status == 200
    rows = [
        re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in re.findall(r"<tr><th scope=\"row\">江苏.*?</tr>", page)
    ]
    for year, *figures in rows:
        before, after, change, *causes = (float(x.replace(",", "").replace("−", "-")) for x in figures)
        assert after - before == pytest.approx(change, abs=0.02) and sum(causes) == pytest.approx(change, abs=0.05)
        assert change == pytest.approx(840.7 * 0.538 if year == "2005" else 0, abs=0.02)


# ---- files ----


def test_files_of_the_page_are_those_of_the_command(
    client: Client, folder: Path, ledger: Ledger, tmp_path: Path
) -> None:
    """Byte for byte: filing set, working book, report, archive, results, checklist."""
    file_ledger(ledger, FileRequest((folder,), tmp_path / "filing", pdf=False))
    api.write_workbook(ledger, tmp_path / "workbook")
    api.write_report(ledger, tmp_path / "report")
    freeze([folder], tmp_path / "archive.zip", settings=FilingSettings())
    api.write_results(ledger, tmp_path / "results")
    write_checklist(ledger, tmp_path / "checklist")
    for kind in ("filing", "workbook", "report", "results", "checklist"):
        assert client.made(kind) == (tmp_path / kind).read_bytes(), kind
    assert client.made("archive") == (tmp_path / "archive.zip").read_bytes()


# ---- enterprises ----


def test_an_enterprise_from_its_industry_to_a_problem_at_its_cell(client: Client) -> None:
    """A blank draft has the sheets of the forms; what is typed wrong is said at once, at the cell, and is kept."""
    token = client.forms_token()
    status, _, _ = client.ask(
        "/enterprise/new",
        "POST",
        b"industry=01&name=%E7%94%B5%E5%8E%82",
        Origin=f"http://{client.host}",
        X_CSRFToken=token,
        Content_Type="application/x-www-form-urlencoded",
    )
    assert status == 302
    place = "/enterprise/电厂"
    sheets = re.findall(r'class="sheet-tab" data-name="([^"]+)"', client.get(place))
    assert len(sheets) > 3
    name = "化石燃料" if "化石燃料" in sheets else sheets[1]
    shown = json.loads(client.get(f"{place}/sheet", name=name))
    assert shown["grid"]["head"] >= 1 and any(any(row) for row in shown["rows"])
    given = json.loads(client.get(f"{place}/sheet", name=sheets[0]))["rows"]
    row = next(r for r, line in enumerate(given) if any("年" in str(x) for x in line))
    cell = f"B{row + 1}"
    typed = {"sheet": sheets[0], "cell": cell, "text": "二〇二四年左右", "seen": given[row][1]}
    assert client.send(f"{place}/cells", {"edits": [typed]})["undo"] == 1
    again = json.loads(client.get(f"{place}/sheet", name=sheets[0]))
    assert again["rows"][row][1] == "二〇二四年左右" and any(x["cell"] == cell for x in again["at"])
    client.send(f"{place}/undo", {})
    assert json.loads(client.get(f"{place}/sheet", name=sheets[0]))["rows"][row][1] == given[row][1]


# ---- corrections (last: they change the folder of this module) ----


def test_corrections_are_kept_at_once_shown_and_sent_back(tmp_path: Path) -> None:
    """A correction stands in the project the moment it is made, beside the original; another session undoes it; the
    marked copy tells the department."""
    folder = jiangsu(tmp_path)
    raw = (folder / BALANCE).read_bytes()
    first = Workspace(folder)
    seen = first.sheets(BALANCE)[0].cell(15, 4).text
    first.correct(BALANCE, "", [CellEdit("D15", "99", seen)], "李四", "电话核实")
    assert "李四" in (folder / "更正.csv").read_text("utf-8-sig") and (folder / BALANCE).read_bytes() == raw
    with opened(folder, tmp_path) as address:
        client = Client(address).enter()
        data = words(client.get("/"))
        assert f"{BALANCE}!D15 {seen} 99 李四" in data and "电话核实" in data
        copies = zipfile.ZipFile(io.BytesIO(client.made("marked")))
        book = openpyxl.load_workbook(io.BytesIO(copies.read("能源平衡表2010-标注.xlsx")))
        said = "".join(str(c.value) for s in book for row in s.iter_rows() for c in row if c.value) + "".join(
            c.comment.text for s in book for row in s.iter_rows() for c in row if c.comment
        )
        assert "99" in said and seen in said
    second = Workspace(folder)
    assert second.depth() == (1, 0) and second.undo() == [BALANCE, "", "D15"]
    assert second.sheets(BALANCE)[0].cell(15, 4).text == seen and second.depth() == (0, 1)
    third = Workspace(folder)
    third.redo()
    assert third.sheets(BALANCE)[0].cell(15, 4).text == "99"


def test_two_sessions_keep_each_others_corrections(tmp_path: Path) -> None:
    folder = jiangsu(tmp_path)
    one, other = Workspace(folder), Workspace(folder)
    seen = {cell: one.sheets(BALANCE)[0].cell(15, column).text for cell, column in (("B15", 2), ("D15", 4))}
    one.correct(BALANCE, "", [CellEdit("B15", "1", seen["B15"])])
    other.correct(BALANCE, "", [CellEdit("D15", "2", seen["D15"])])
    assert {(c.cell, c.after) for c in one.corrections()} == {("B15", "1"), ("D15", "2")}


def test_a_container_beyond_the_limits_is_refused(client: Client) -> None:
    """An archive that unpacks to far more than it is, under a workbook's name."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", "<Types/>")
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 400_000_000)
    answer = upload(client, "b.xlsx", bomb.getvalue(), client.forms_token())
    assert answer["kept"] == [] and len(answer["refusals"]) == 1
