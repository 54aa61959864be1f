"""The workbooks of the levels: the office's for the yearly assessment and a city's, in both languages; what was written
from memory is marked wherever it is used."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from command_help import run
from filled import FilledBook

from inventory.core.problems import Collector
from inventory.forms.files import SHEET_TITLES, kind_of_level_title
from inventory.levels.project import read_levels
from inventory.policy.actions import register_of
from inventory.policy.data import assessed_of

FORMS = {
    "zh": ("考核能耗", "地区生产总值", "控制目标", "行动项目", "行动进展"),
    "en": ("Assessed energy", "GDP", "Intensity targets", "Actions and projects", "Progress of actions"),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_offices_workbook_reads_back_in_either_language(tmp_path: Path, lang: str) -> None:
    path = tmp_path / "填报.xlsx"
    run("levels", "forms", "--region", "宁波", "--no-parts", "--years", "2010,2011", "-o", path, "--lang", lang)
    energy, product, targets, actions, progress = FORMS[lang]
    book = FilledBook(path)
    row = "行" if lang == "zh" else "Row"
    book.enter(product, {row: "1"}, {"2010": 5126, "2011": 5639})
    for number, (first, second) in enumerate(((2200, 2288), (700, 728), (40, 41.6), (-90, -90)), 1):
        book.enter(energy, {row: str(number)}, {"2010": first, "2011": second})
    heads = [c.value for c in book.book[targets][5]]
    book.add(targets, [dict(zip(heads, ("宁波", "co2_per_gdp", 2010, 2015, "＞20%", "方案"), strict=False))])
    heads = [c.value for c in book.book[actions][5]]
    given = ("A1", "示例：余热", "项目", "宁波", "", 2011, 2014, 10, "万t CO2", "规划")
    book.add(actions, [dict(zip(heads, given, strict=False))])
    heads = [c.value for c in book.book[progress][5]]
    book.add(progress, [dict(zip(heads, ("A1", 2011, 20, 2, "开工", "通报"), strict=False))])
    book.save()
    levels, problems = read_levels([tmp_path]), Collector()
    assessed = assessed_of(levels, problems)
    assert assessed.co2("宁波")[2010] == pytest.approx(2200 * 2.64 + 700 * 2.08 + 40 * 1.63 - 90 * 6.822)
    register = register_of(levels, problems)
    assert [a.id for a in register.actions] == ["A1"] and register.progress["A1", 2011].reached == 0.2
    assert not problems.errors and not [p for p in levels.problems if p.severity == "error"]
    assert ("＞20" if lang == "zh" else ">20") in run("targets", tmp_path, "--all", "--lang", lang)


def test_the_register_brings_no_names_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "填报.xlsx"
    run("levels", "forms", "--region", "重庆", "--years", "2010", "-o", path)
    page = openpyxl.load_workbook(path)["行动项目"]
    assert "程序不带规划的名单" in str(page["A3"].value)
    assert not any(cell.value for row in page.iter_rows(min_row=6) for cell in row)


def test_a_sheet_of_another_workbook_is_read_by_its_title(tmp_path: Path) -> None:
    """One workbook of an office with a sheet called as the form is; an empty form says nothing; other sheets stay."""
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = "行动项目"
    for values in (("编号", "名称", "类别", "起始年份", "完成年份", "文件"), ("1", "示例", "行动", 2011, 2015, "规划")):
        page.append(values)
    book.create_sheet("随手记").append(("电话", "12345678"))
    book.save(tmp_path / "别的工作簿.xlsx")
    levels = read_levels([tmp_path])
    assert [a.name for a in register_of(levels, Collector()).actions] == ["示例"]
    assert kind_of_level_title("随手记") == "" and len(SHEET_TITLES) == len(set(SHEET_TITLES))


def test_a_former_county_stands_with_its_years(tmp_path: Path) -> None:
    path = tmp_path / "填报.xlsx"
    run("levels", "forms", "--region", "重庆", "--years", "2010", "--also", "大足县", "-o", path)
    book = FilledBook(path)
    assert book.cell("地区表", {"名称": "大足县"}, "撤销年份").value == "2010"
    assert "不认识" in run("levels", "forms", "--region", "重庆", "--also", "没有的县", "-o", path, code=1)


def test_what_was_written_from_memory_is_said(tmp_path: Path) -> None:
    """Targets of 2016 to 2020 were recalled: the screen, the table and the document say so; those of 2011 were read."""
    path = tmp_path / "项目" / "填报.xlsx"
    path.parent.mkdir()
    run("levels", "forms", "--region", "江苏", "--no-parts", "--years", "2015,2016", "--price-year", "2015", "-o", path)
    book = FilledBook(path)
    book.enter("地区生产总值", {"行": "1"}, {"2015": 100, "2016": 108})
    for number in (1, 2, 3, 4, 5):
        book.enter(
            "考核能耗", {"行": str(number)}, {"2015": 20 if number < 5 else 100, "2016": 20 if number < 5 else 101}
        )
    book.save()
    table, report = tmp_path / "核查表.xlsx", tmp_path / "自评估.docx"
    shown = run("targets", path.parent, "--table", table, "--report", report, "--region", "江苏", "--year", 2016)
    assert "凭记忆录入、未与文件原文核对的目标：江苏 单位GDP二氧化碳 2020" in shown
    assert "凭记忆" in str(openpyxl.load_workbook(table)["各地区汇总"]["A2"].value)
    import docx

    assert any("凭记忆" in p.text for p in docx.Document(str(report)).paragraphs)
    assert "from memory" in run("targets", path.parent, "--lang", "en")
