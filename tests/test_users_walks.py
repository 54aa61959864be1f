"""Three users' years walked from an empty folder to the document: a pilot city's office, 江苏's, 重庆's.

Each asks the program for its forms, fills them by script as a person would, puts them into the folder and takes the
documents out. Where an example holds the same figures as CSV files, the forms must give the same results to the bit.
"""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import openpyxl
import pytest
from command_help import rows_of, run, texts
from filled import FilledBook

from inventory.app.levels import TargetsRequest, assess_targets
from inventory.core.edition import Edition
from inventory.edition import default, load
from inventory.forms.files import ACTIONS, INDICATORS, KINDS, PROGRESS, SUBJECTS
from inventory.forms.form import Form
from inventory.forms.province import form
from inventory.levels.project import read_levels
from inventory.levels.rollup import roll_up
from inventory.regions import built_in, extended

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
ILLUSTRATIVE = {"数据来源": "示例", "数据性质": "示例"}
FILES = (*KINDS, INDICATORS, SUBJECTS, ACTIONS, PROGRESS)


def edition(kind: str) -> Edition:
    return extended(load(kind if kind == "prov2011" else default(kind)), built_in())


def side_forms(folder: Path) -> Iterator[tuple[Form, Path]]:
    """The forms of plain rows with the file of the example that holds the same."""
    for kind in FILES:
        path = folder / f"{kind}.csv"
        if path.is_file():
            yield form(kind), path


def copy_side_forms(book: FilledBook, folder: Path, left_out: Sequence[str] = ()) -> None:
    """Rows of the example's files typed on the sheets; `left_out`: names of rows that stand there already."""
    for shown, path in side_forms(folder):
        names = {word: f.label for f in shown.fields for word in f.headings}
        for row in rows_of(path):
            if row.get("name") not in left_out:
                book.add(shown.sheet, [{names[k]: v for k, v in row.items() if v}])


# ---- a pilot city ----


def test_a_pilot_city_from_an_empty_folder_to_documents(tmp_path: Path) -> None:
    folder = tmp_path / "宁波"
    folder.mkdir()
    assert "没有" in run("check", folder, code=1)  # the empty folder says so
    inventory, yearly = folder / "宁波填报.xlsx", folder / "宁波考核填报.xlsx"
    run("levels", "template", "--level", "地级市", "--region", "宁波", "--years", "2010", "-o", inventory)
    run("levels", "forms", "--region", "宁波", "--no-parts", "--years", "2010,2011", "-o", yearly)
    assert not [n for n in openpyxl.load_workbook(inventory, read_only=True).sheetnames if "平衡表" in n]

    book = FilledBook(inventory)
    book.enter("化石燃料燃烧2010", {"排放源类别": "1.1.1.1", "设备": "发电锅炉"}, {"烟煤": 1500})
    book.enter("化石燃料燃烧2010", {"排放源类别": "1.1.6"}, {"天然气": 1.2})
    book.enter("工业生产过程", {"指标": "水泥熟料产量"}, {"2010": 200, **ILLUSTRATIVE})  # 2011 is no inventory year
    book.enter("人口、生产总值、能源总量", {"指标": "常住人口"}, {"2010": 761, **ILLUSTRATIVE})
    book.enter("外购电力热力", {"指标": "外购电量"}, {"2010": -90, **ILLUSTRATIVE})
    book.enter("外购与跨界", {"指标": "外购（网供）电量", "排放源类别": "P.2"}, {"2010": 300, **ILLUSTRATIVE})
    book.enter("外购与跨界排放", {"指标": "跨边界活动二氧化碳", "排放源类别": "X.2"}, {"2010": 12, **ILLUSTRATIVE})
    book.enter("外购与跨界排放", {"指标": "跨边界活动二氧化碳", "排放源类别": "X.4"}, {"填报符号": "NO"})
    book.rest("动物肠道发酵", "NO")
    book.save()

    book = FilledBook(yearly)
    book.enter("地区生产总值", {"行": "1"}, {"2010": 5126, "2011": 5639, **ILLUSTRATIVE})
    energy = ((2200, 2288), (700, 728), (40, 41.6), (-90, -90))
    for number, (first, second) in enumerate(energy, 1):
        book.enter("考核能耗", {"行": str(number)}, {"2010": first, "2011": second, **ILLUSTRATIVE})
    target = {
        "地区": "宁波市",
        "指标": "单位GDP二氧化碳",
        "基年": 2010,
        "目标年": 2015,
        "下降率": "＞20%",
        "文件": "示例实施方案",
    }
    book.add("控制目标", [target])
    action = {
        "编号": "A1",
        "名称": "示例：余热利用",
        "类别": "行动",
        "地区": "宁波",
        "起始年份": 2011,
        "完成年份": 2014,
    }
    book.add("行动项目", [{**action, "年效果": 10, "单位": "万t CO2", "文件": "示例规划"}])
    book.add("行动进展", [{"编号": "A1", "年份": 2011, "进度": 20, "当年效果": 2, "来源": "示例"}])
    book.save()

    checked = run("check", folder)
    assert "没有错误" in checked and "核对" in checked
    shown = run("levels", "scopes", folder, "--region", "宁波", "--year", 2010, "-o", tmp_path / "gpc.xlsx")
    assert "直接加净外购" in shown and "2,046.60" in shown and "凭记忆" in shown  # 300 x 6.822
    assert "＞20" in run("targets", folder, "--all") and "落后" in run("actions", folder)
    for year in (2010, 2011):
        run("bulletin", folder, "--year", year, "--region", "宁波", "-o", tmp_path / f"{year}.docx", "--no-charts")
        assert "净调出电量 90.0 亿千瓦时" in texts(tmp_path / f"{year}.docx")
    first, second = (texts(tmp_path / f"{year}.docx") for year in (2010, 2011))
    assert "吨二氧化碳当量/人" in first and "直接排放加净外购电力热力" in first and "2,046.6" in first
    assert "示例：余热利用" in second and "落后于计划 1 项" in second
    run("report", folder, "-o", tmp_path / "报告.docx", "--no-charts")
    said = texts(tmp_path / "报告.docx")
    assert "外购电力和热力" in said and "直接排放加净外购" in said and "−614.0" in said and "2,046.6" in said
    run("report", folder, "-o", tmp_path / "report.docx", "--no-charts", "--lang", "en")
    assert "Ningbo" in texts(tmp_path / "report.docx") and "Purchased electricity" in texts(tmp_path / "report.docx")
    assert "宁波（本项目 2010）" in run("pilots", folder)


# ---- 江苏's office ----


@pytest.mark.slow
def test_the_office_of_jiangsu_from_an_empty_folder_to_documents(tmp_path: Path) -> None:
    """The province and three cities fill workbooks, the other ten cities send long tables; the same figures as the
    example's files, so the roll-up must be the same."""
    folder, example = tmp_path / "江苏", EXAMPLES / "levels"
    folder.mkdir()
    province, assessment = edition("prov2011"), edition("assessment")
    cities = [c.name for c in built_in().children("江苏")]
    filling = ("江苏", "徐州", "常州", "镇江")
    for name in filling:
        path = folder / f"{name}填报.xlsx"
        level = ("levels", "template", "--level", "地级市") if name != "江苏" else ("template",)
        run(*level, "--region", name, "--years", "2010", "-o", path)
        book = FilledBook(path)
        for row in rows_of(example / f"{name}.csv"):
            if row["quantity"] != "gdp":
                book.type_datum(province, row)
        book.save()
    path = folder / "江苏考核填报.xlsx"
    run("levels", "forms", "--region", "江苏", "--years", "2010,2011,2012,2013", "-o", path)
    book = FilledBook(path)
    for name in ("江苏", *cities):
        rows = rows_of(example / f"{name}.csv")
        for row in rows:
            if row["quantity"] == "gdp" and row["item"] == "price_year=2010" and name in filling:
                book.type_datum(province, row, with_region=True)
        if name not in filling:
            shutil.copy(example / f"{name}.csv", folder)
    for row in rows_of(example / "assessed_energy.csv"):
        if 2010 <= int(row["year"]) <= 2013:
            book.type_datum(assessment, row, with_region=True)
    copy_side_forms(book, example)
    book.save()

    shown = run("rollup", folder, "--whole", "江苏", "-o", tmp_path / "逐行.csv")
    assert "示例矿业集团自备电厂" in shown and "溧阳水泥厂" in shown  # the two planted faults, named
    typed, given = (roll_up(read_levels([p]), "江苏") for p in (folder, example))
    assert [(c.category, c.gas, c.whole_t, {p: f.mass_t for p, f in c.parts.items()}) for c in typed.lines] == [
        (c.category, c.gas, c.whole_t, {p: f.mass_t for p, f in c.parts.items()}) for c in given.lines
    ]
    out = tmp_path / "自评估.docx"
    run("targets", folder, "--report", out, "--region", "江苏", "--year", 2012, "--table", tmp_path / "核查表.xlsx")
    assert "各地区完成情况" in texts(out) and "宿迁" in texts(out)
    for year in (2010, 2011, 2012):
        bulletin = tmp_path / f"{year}.docx"
        run("bulletin", folder, "--year", year, "--region", "江苏", "-o", bulletin, "--no-charts")
        assert "苏州" in texts(bulletin) and "亿" in texts(bulletin)


# ---- 重庆's office ----


@pytest.mark.slow
def test_the_office_of_chongqing_from_an_empty_folder_to_documents(tmp_path: Path) -> None:
    """One workbook for 重庆, its 39 districts and two former ones, four years; the inventory of 2010 in the municipality's
    and one district's workbooks, the districts' own tables beside. The assessment is that of the example's files."""
    folder, example = tmp_path / "重庆", EXAMPLES / "chongqing"
    folder.mkdir()
    assert "没有" in run("targets", folder, code=1)
    province, assessment = edition("prov2011"), edition("assessment")
    path = folder / "重庆考核填报.xlsx"
    former = ("--also", "大足县", "--also", "双桥区")
    run("levels", "forms", "--region", "重庆", "--years", "2010,2011,2012,2013", *former, "-o", path)
    book = FilledBook(path)
    assert book.cell("地区表", {"名称": "双桥区"}, "并入地区").value == "大足区"  # known from the tables of codes
    for row in rows_of(example / "gdp.csv"):
        book.type_datum(province, row, with_region=True)
    for row in rows_of(example / "assessed_energy.csv"):
        book.type_datum(assessment, row, with_region=True)
    copy_side_forms(book, example, left_out=("大足县", "双桥区"))
    book.save()
    rows = rows_of(example / "重庆和区县.csv")
    for name, command in (("重庆", ("template",)), ("涪陵区", ("levels", "template", "--level", "区县"))):
        path = folder / f"{name}填报.xlsx"
        run(*command, "--region", name, "--years", "2010", "-o", path)
        book = FilledBook(path)
        for row in rows:
            if row["region"] == name:
                book.type_datum(province, row)
        book.save()
    with (folder / "其余区县.csv").open("w", encoding="utf-8-sig", newline="") as f:
        writer = csv.DictWriter(f, list(rows[0]))
        writer.writeheader()
        writer.writerows(row for row in rows if row["region"] not in ("重庆", "涪陵区"))

    typed, given = (assess_targets(TargetsRequest((p,))) for p in (folder, example))
    assert [
        (e.assessment.region, e.assessment.target.indicator, e.year, e.annual, e.cumulative, e.total)
        for e in typed.evaluations
    ] == [
        (e.assessment.region, e.assessment.target.indicator, e.year, e.annual, e.cumulative, e.total)
        for e in given.evaluations
    ]
    table, report = tmp_path / "核查表.xlsx", tmp_path / "自评估.docx"
    shown = run("targets", folder, "--table", table, "--report", report, "--region", "重庆", "--year", 2013)
    assert len(shown.splitlines()) < 60 and "＞18.00%" in shown and "未达到进度" in shown
    assert openpyxl.load_workbook(table).sheetnames == ["各地区汇总", "核查表"]
    said = texts(report)
    for word in ("规划指标", "示例钢铁集团", "重点行动和项目", "各地区完成情况", "万盛经开区", "大足区"):
        assert word in said
    assert "大足县" not in said
    for year, words in ((2013, ("排序", "净调入电量", "规划指标", "示例：水电站")), (2010, ("各地区", "NE"))):
        out = tmp_path / f"{year}.docx"
        run("bulletin", folder, "--year", year, "--region", "重庆市", "-o", out, "--no-charts")
        said = texts(out)
        assert all(w in said for w in words) and "涪陵区" in said and "guideline" not in said
    assert "落后于计划" in run("actions", folder, "--year", 2013, "-o", tmp_path / "登记.csv")
    assert "重庆（本项目 2010）" in run("pilots", folder, "--region", "重庆")
