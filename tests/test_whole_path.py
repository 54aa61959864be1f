"""From an empty folder to a sealed filing by filling cells of generated workbooks only: no CSV, no file made by hand,
for a province that is no example.

The figures are a small made-up province (all marked 示例); what matters is the road: template -> gaps with letters ->
departments' books -> check -> file.
"""

from __future__ import annotations

from pathlib import Path

import openpyxl
import printed_tables
import pytest
from typer.testing import CliRunner

import inventory
from inventory.cli.app import app
from inventory.filing import read_sealed

pytestmark = pytest.mark.slow
PROVINCE, YEAR = "湖北", 2010
OWN_FACTOR = {
    "参数": "rural_n_excretion",
    "适用范围": f"地区={PROVINCE}",
    "数值": 5.4,
    "单位": "kg N/人",
    "来源": "省农科院调查（示例）",
    "性质": "省级",
}
ANSWERS = {  # what departments write into the first row of each quantity they know; the rest of each sheet is NO
    "水稻播种面积": 200.0,
    "水泥熟料产量": 5000.0,
    "氮肥施用量（折纯）": 140.0,
    "复合肥施用量（折纯）": 90.0,
    "复合肥含氮比例": 30.0,
    "乡村人口": 2800.0,
    "农作物产量": 1560.0,
    "秸秆还田率": 40.0,
    "畜禽粪便作燃料的比例": 2.0,
    "畜禽年末存栏量": 120.0,
    "常住人口": 5728.0,
    "人均年蛋白质消费量": 28.0,
}


def run(*args: object) -> str:
    done = CliRunner().invoke(app, [str(a) for a in args])
    assert done.exit_code == 0, done.output
    return done.output


def heading(sheet: object) -> tuple[int, dict[str, int]]:
    """Row and columns of the heading of a data sheet."""
    for row in sheet.iter_rows(min_row=1, max_row=8):  # type: ignore[attr-defined]
        names = {
            str(int(c.value) if isinstance(c.value, float) else c.value): c.column
            for c in row
            if c.value not in (None, "")
        }
        if "指标" in names and str(YEAR) in names:
            return row[0].row, names
    return 0, {}


def fill_data(path: Path, target: Path, answers: dict[str, float]) -> int:
    """As a department does: the first row of each quantity it knows gets a figure and a source, the rest of the sheet
    is NO."""
    book = openpyxl.load_workbook(path)
    typed = 0
    for sheet in book.worksheets:
        top, at = heading(sheet)
        if not top:
            continue
        done: set[str] = set()
        for row in range(top + 2, sheet.max_row + 1):
            name = sheet.cell(row, at["指标"]).value
            known = str(sheet.cell(row, at["行"]).value or "").isdigit()
            if not known or name in done or name not in answers:
                continue
            done.add(name)
            sheet.cell(row, at[str(YEAR)]).value = answers[name]
            sheet.cell(row, at["数据来源"]).value = f"{PROVINCE}统计年鉴2011（示例）"
            sheet.cell(row, at["数据性质"]).value = "示例"
            typed += 1
        rest = next((c for c in sheet[2] if c.value == "其余填"), None)
        if rest is not None:
            sheet.cell(2, rest.column + 1).value = "NO"
    target.parent.mkdir(exist_ok=True)
    book.save(target)
    return typed


def fill_balance(path: Path, target: Path) -> None:
    """The balance table typed into its form: coal, petrol and electricity."""
    figures = {
        ("一次能源生产量", "原煤"): 900.0,
        ("外省调入量", "原煤"): 11100.0,
        ("火力发电", "原煤"): -5000.0,
        ("工业", "原煤"): 6800.0,
        ("生活消费", "原煤"): 200.0,
        ("外省调入量", "汽油"): 400.0,
        ("交通运输仓储和邮政业", "汽油"): 400.0,
        ("外省调入量", "电力"): 100.0,
        ("一次能源生产量", "电力"): 1200.0,
        ("工业", "电力"): 1300.0,
    }
    book = openpyxl.load_workbook(path)
    sheet = book[f"能源平衡表{YEAR}"]
    columns = {str(c.value): c.column for c in sheet[5] if c.value}
    layout = inventory.load_edition().derived(
        __import__("inventory.energy_balance.table", fromlist=["read_layout"]).read_layout
    )
    rows = {layout.row_id(str(sheet.cell(r, 1).value or "").strip("　 ")): r for r in range(7, sheet.max_row + 1)}
    totals: dict[tuple[str, str], float] = {}
    for (row, column), value in figures.items():
        sheet.cell(rows[row], columns[column]).value = value
        part = layout.rows[row].part_of
        totals[part, column] = totals.get((part, column), 0.0) + value
    for (row, column), value in totals.items():
        sheet.cell(rows[row], columns[column]).value = value
    fill_own_factor(book)
    target.parent.mkdir(exist_ok=True)
    book.save(target)


def fill_own_factor(book: openpyxl.Workbook) -> None:
    """The one factor the guideline does not give, on its sheet."""
    own = book["自有因子"]
    at = {str(c.value): c.column for c in own[5] if c.value}
    for name, value in OWN_FACTOR.items():
        own.cell(6, at[name]).value = value


def answer_splits(path: Path) -> None:
    """The form of shares: two splits answered, every other default accepted."""
    book = openpyxl.load_workbook(path)
    sheet = book["分摊比例"]
    at = {str(c.value): c.column for c in sheet[6] if c.value}
    for row in range(7, sheet.max_row + 1):
        split, part = sheet.cell(row, at["分摊项目"]).value, sheet.cell(row, at["部分"]).value
        if not split:
            continue
        own = {
            ("火电归属", "公用"): 0.9,
            ("火电归属", "自备"): 0.1,
            ("煤种", "烟煤"): 0.8,
            ("煤种", "无烟煤"): 0.2,
        }.get((split, part))
        if own is not None:
            sheet.cell(row, at[f"{YEAR}年占比"]).value = own
            sheet.cell(row, at["数据来源"]).value, sheet.cell(row, at["数据性质"]).value = "电网公司（示例）", "示例"
        elif split not in ("火电归属", "煤种"):
            sheet.cell(row, at["采用缺省"]).value = "是"
    book.save(path)


def test_the_whole_path_by_filling_cells_only(tmp_path: Path) -> None:
    project = tmp_path / "湖北清单"
    project.mkdir()
    # 1 the office's own book: the balance table goes into its form
    run("template", "-o", tmp_path / "能源.xlsx", "--sector", "energy", "--region", PROVINCE, "--years", YEAR)
    fill_balance(tmp_path / "能源.xlsx", project / "能源.xlsx")
    # 2 what is missing: a list, and a letter with sheets for each department
    said = run(
        "gaps",
        project,
        "-o",
        tmp_path / "缺口.xlsx",
        "--letters",
        tmp_path / "函",
        "--region",
        PROVINCE,
        "--years",
        YEAR,
    )
    assert "分摊比例" in said
    books = sorted((tmp_path / "函").iterdir())
    assert len(books) >= 6 and all(openpyxl.load_workbook(b).sheetnames[0] == "函" for b in books)
    # 3 the departments fill their books; they are put into the folder as they come back
    typed = sum(fill_data(b, project / b.name, ANSWERS) for b in books)
    assert typed >= 8
    statistics = next(p for p in project.iterdir() if p.name.startswith("统计"))
    answer_splits(statistics)
    assert not [p.text() for p in inventory.check(project) if p.severity == "error"]
    # 4 the book to be sealed
    out = run("file", project, "-o", tmp_path / "湖北清单-上报.xlsx", "--no-pdf")
    assert "校验码" in out and read_sealed(tmp_path / "湖北清单-上报.xlsx").fits
    assert not [p for p in project.iterdir() if p.suffix != ".xlsx"]
    # 5 the figures are the ones typed: clinker by hand, and the shares of the form carry the coal
    ledger = inventory.compile(project)
    clinker = next(x for x in ledger.lines if x.category == "2.1")
    assert clinker.mass_t == pytest.approx(5000e4 * 0.538, rel=1e-12)
    power = [
        d for d in ledger.data if d.quantity == "fuel_consumption" and dict(d.item)["category"] == "1.1.1.1" and d.terms
    ]
    assert sum(d.value for d in power) == pytest.approx(5000 * 0.9, rel=1e-12)
    assert {dict(d.item)["fuel"] for d in power} == {"烟煤", "无烟煤"}

    # 6 a correction that changes figures, and the first signature: rows of the same book
    def petrol(of: inventory.core.ledger.Ledger) -> float:
        return sum(d.value for d in of.data if d.quantity == "fuel_consumption" and dict(d.item)["fuel"] == "汽油")

    assert petrol(ledger) == pytest.approx(400.0, rel=1e-12)
    fill_side(project / "能源.xlsx")
    again = inventory.compile(project)
    assert again.project.signatures[0].organisation == "湖北省发展改革委（示例）"
    assert petrol(again) == pytest.approx(420.0, rel=1e-12)
    road = [sum(x.mass_t for x in of.lines if x.category == "1.1.4.2" and x.gas == "CO2") for of in (ledger, again)]
    assert road[1] / road[0] == pytest.approx(420 / 400, rel=1e-9)
    # 7 the checklist beside the printed guideline: clinker as printed, the oxidation of petrol otherwise
    run("factors", "checklist", project, "-o", tmp_path / "核对表.xlsx")
    corrected = answer_checklist(tmp_path / "核对表.xlsx", project / "核对表.xlsx")
    checked = inventory.compile(project)
    factors = {f.id: f for f in checked.factors}
    assert factors["ippu.cement.clinker"].checked_by == "李四（示例）"
    after = sum(x.mass_t for x in checked.lines if x.category == "1.1.4.2" and x.gas == "CO2")
    assert after / road[1] == pytest.approx(corrected, rel=1e-9), "the printed value is in force"
    # 8 what quality control asks is answered on its sheet
    run("qc", project, "-o", project / "质控答复.xlsx")
    answer_findings(project / "质控答复.xlsx")
    assert "已核对（示例）" in run("qc", project)
    run("file", project, "-o", tmp_path / "湖北清单-上报.xlsx", "--no-pdf")
    sealed = read_sealed(tmp_path / "湖北清单-上报.xlsx")
    assert sealed.fits
    assert sealed.stated in run("verify", tmp_path / "湖北清单-上报.xlsx").replace(" ", "")
    assert not [p for p in project.iterdir() if p.suffix != ".xlsx"]
    # 9 the next year begins from this one: last figures beside the cells, and the fuels in a matrix
    run("start", 2012, "--from", project, "-o", tmp_path / "湖北2012")
    book = openpyxl.load_workbook(next((tmp_path / "湖北2012").glob("*.xlsx")))
    assert "化石燃料燃烧2012" in book.sheetnames and "上次填报" in {c.value for c in book["稻田甲烷"][5]}


def test_the_balance_table_comes_as_the_yearbook_prints_it(tmp_path: Path) -> None:
    """The printed file lies in the folder as it was had; no figure of it is typed. The rest of the road is the same."""
    project = tmp_path / "湖北清单"
    project.mkdir()
    figures = printed_tables.base()
    style = printed_tables.Style(title=f"{PROVINCE}能源平衡表(实物量)-{YEAR}")
    printed_tables.save(project / f"{PROVINCE}能源平衡表{YEAR}.xlsx", printed_tables.grid(figures, style))
    run("template", "-o", tmp_path / "能源.xlsx", "--sector", "energy", "--region", PROVINCE, "--years", YEAR)
    book = openpyxl.load_workbook(tmp_path / "能源.xlsx")
    fill_own_factor(book)  # its form of the balance table stays empty
    book.save(project / "能源.xlsx")
    said = run("gaps", project, "-o", tmp_path / "缺口.xlsx", "--letters", tmp_path / "函", "--region", PROVINCE)
    assert "分摊比例" in said
    books = sorted((tmp_path / "函").iterdir())
    assert sum(fill_data(b, project / b.name, ANSWERS) for b in books) >= 8
    answer_splits(next(p for p in project.iterdir() if p.name.startswith("统计")))
    assert not [p.text() for p in inventory.check(project) if p.severity == "error"]
    ledger = inventory.compile(project)
    power = [
        d for d in ledger.data if d.quantity == "fuel_consumption" and dict(d.item)["category"] == "1.1.1.1" and d.terms
    ]
    coal = sum(d.value for d in power if dict(d.item)["fuel"] in ("烟煤", "无烟煤"))
    burnt = {row: -float(figures[row, "原煤"]) for row in ("火力发电", "供热")}  # inputs stand with a minus
    assert coal == pytest.approx(burnt["火力发电"] * 0.9 + burnt["供热"], rel=1e-12), (
        "nine tenths of power, all of heat"
    )
    out = run("file", project, "-o", tmp_path / "湖北清单-上报.xlsx", "--no-pdf")
    assert "校验码" in out and read_sealed(tmp_path / "湖北清单-上报.xlsx").fits


def answer_checklist(path: Path, target: Path) -> float:
    """The checklist filled beside the guideline: one row agrees, one is corrected; the ratio printed to used of that."""
    book = openpyxl.load_workbook(path)
    sheet = book["核对表"]
    at = {str(c.value): c.column for c in sheet[7] if c.value}
    ratio = 0.0
    for row in range(8, sheet.max_row + 1):
        factor = sheet.cell(row, at["因子编号"]).value
        printed: str | float = ""
        if factor == "ippu.cement.clinker":
            printed = "√"
        elif str(sheet.cell(row, at["参数"]).value) == "单位热值含碳量" and "汽油" in str(
            sheet.cell(row, at["适用范围"]).value
        ):
            used = float(sheet.cell(row, at["采用数值"]).value)
            printed, ratio = round(used * 1.01, 4), round(used * 1.01, 4) / used
        if printed:
            sheet.cell(row, at["印本数值"]).value = printed
            sheet.cell(row, at["页码或依据"]).value = "指南第25页（示例）"
            sheet.cell(row, at["核对人"]).value = "李四（示例）"
            sheet.cell(row, at["核对日期"]).value = "2012-03-05"
    assert ratio, "the carbon content of petrol is on the list"
    book.save(target)
    return ratio


def answer_findings(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["质控答复"]
    at = {str(c.value): c.column for c in sheet[5] if c.value}
    for row in range(6, sheet.max_row + 1):
        if sheet.cell(row, at["检查"]).value:
            sheet.cell(row, at["答复"]).value = "已核对（示例）"
            sheet.cell(row, at["姓名"]).value, sheet.cell(row, at["日期"]).value = "李四（示例）", "2012-03-06"
    book.save(path)


def fill_side(path: Path) -> None:
    """Corrections of the balance table (petrol, with the sums it stands in) and the first signature, on their sheets of
    the office's book."""
    corrected = {
        "地区": PROVINCE, "年份": YEAR, "能源品种": "汽油", "原印数": 400.0, "更正值": 420.0, "单位": "万吨",
        "理由": "原表漏计（示例）", "数据来源": "统计局来函（示例）",
    }  # fmt: skip
    places = ("交通运输、仓储和邮政业", "终端消费量", "外省（区、市）调入量", "可供量")
    rows = {
        "平衡表更正": [{**corrected, "平衡表行": place} for place in places],
        "签署": [{"职责": "编制", "姓名": "张三（示例）", "单位": "湖北省发展改革委（示例）", "日期": "2012-03-01"}],
    }
    book = openpyxl.load_workbook(path)
    for title, entries in rows.items():
        sheet = book[title]
        top = next(r for r in range(1, 12) if sum(c.value in entries[0] for c in sheet[r]) > 2)
        for n, values in enumerate(entries, 1):
            for cell in sheet[top]:
                if cell.value in values:
                    sheet.cell(top + n, cell.column).value = values[cell.value]
    book.save(path)
