"""Tables as departments hand them in: several on a sheet, titles that say what the cells do not, quantities across, marks
of notes, figures shown divided. Every figure goes to its place at its size, or is refused where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inventory.core.problems import Problem
from inventory.edition import load
from inventory.reading import read_project
from inventory.spreadsheets.probe_xlsx import shows_divided

Rows = list[list[Any]]
REGION = ["地区", "江西"]
Figures = dict[str, tuple[str, int, str, str, float, str]]


def read(folder: Path, rows: Rows, formats: dict[str, str] | None = None) -> tuple[Figures, list[Problem]]:
    """Cell -> (region, year, quantity, item, value, unit), and what is wrong; nothing is left without a destination."""
    book = openpyxl.Workbook()
    book.active.title = "Sheet3"
    for row in rows:
        book.active.append(row)
    for cell, code in (formats or {}).items():
        book.active[cell].number_format = code
    book.save(folder / "部门来表.xlsx")
    project, problems = read_project([folder], load("prov2011"))
    assert not any(p.code == "account.open" for p in problems)
    figures = {
        d.origin.cell: (d.region, d.year, d.quantity, ";".join(v for _, v in d.item), d.value, d.unit)
        for d in project.data
    }
    return figures, [p for p in problems if p.severity != "hint"]


def test_each_table_of_a_sheet_has_its_own_unit_region_and_years(tmp_path: Path) -> None:
    rows: Rows = [
        REGION, ["单位：万公顷"], ["项目", "稻田类型", "2005", "2010"], ["水稻播种面积", "单季稻", 41, 43],
        [], ["续表"], ["单位：千公顷"], ["项目", "稻田类型", "2010", "2005"], ["水稻播种面积", "双季早稻", 1370, 1310],
        [], ["地区：福建"], ["项目", "稻田类型", "2010", "2005"], ["水稻播种面积", "单季稻", 455, 460],
    ]  # fmt: skip
    figures, problems = read(tmp_path, rows)
    assert not problems
    assert figures == {
        "C4": ("江西", 2005, "rice_area", "单季稻", 41, "万公顷"),
        "D4": ("江西", 2010, "rice_area", "单季稻", 43, "万公顷"),
        "C9": ("江西", 2010, "rice_area", "双季早稻", 1370, "千公顷"),
        "D9": ("江西", 2005, "rice_area", "双季早稻", 1310, "千公顷"),
        "C13": ("福建", 2010, "rice_area", "单季稻", 455, "千公顷"),
        "D13": ("福建", 2005, "rice_area", "单季稻", 460, "千公顷"),
    }


def test_a_unit_line_between_rows_rules_the_rows_below(tmp_path: Path) -> None:
    rows = [
        REGION,
        ["水稻播种面积"],
        ["单位：万公顷"],
        ["季别", 2010],
        ["单季稻", 43],
        ["单位：万亩"],
        ["双季早稻", 2055],
    ]
    figures, problems = read(tmp_path, rows)
    assert not problems and [f[4:] for f in figures.values()] == [(43, "万公顷"), (2055, "万亩")]


def test_titles_name_quantity_unit_region_and_year(tmp_path: Path) -> None:
    rows: Rows = [
        ["江西省2010年农作物产量（万吨）"], ["资料来源：江西统计年鉴2011"],
        ["农作物", "数值"], ["小麦", 2.1], ["其中：冬小麦", 2.0], ["玉米", "…"], ["合计", 4.1],
        [], ["秸秆还田率（%）"], ["农作物", "数值"], ["大豆", 45],
    ]  # fmt: skip
    figures, problems = read(tmp_path, rows)
    assert figures == {
        "B4": ("江西", 2010, "crop_yield", "小麦", 2.1, "万吨"),
        "B11": ("江西", 2010, "straw_return_rate", "大豆", 45, "%"),
    }
    assert [(p.code, p.origin.cell) for p in problems] == [("word.value", "A5"), ("row.no_value", "B6")]


def test_a_second_table_of_something_else_is_refused_not_added(tmp_path: Path) -> None:
    rows: Rows = [
        REGION, ["农作物产量（万吨）"], ["农作物", 2010], ["大豆", 20],
        ["主要农产品进口量（万吨）"], ["农作物", 2010], ["玉米", 7],
    ]  # fmt: skip
    figures, problems = read(tmp_path, rows)
    assert list(figures) == ["B4"]
    assert [(p.code, p.origin.cell) for p in problems] == [("table.second_title", "A6")]


def test_quantities_across_years_down(tmp_path: Path) -> None:
    rows: Rows = [
        ["江西省主要工业产品产量"], ["年份", "石灰产量（万吨）", "水泥熟料产量", "HCFC-22产量"], [None, None, "吨", "吨"],
        [2005, 120, 21_500_000, "—"], [2010, "１３１．５", 39_000_000, 0],
    ]  # fmt: skip
    figures, problems = read(tmp_path, rows)
    assert not problems
    assert [(c, f[1], f[2], f[4], f[5]) for c, f in figures.items()] == [
        ("B4", 2005, "lime_production", 120, "万吨"),
        ("C4", 2005, "clinker_production", 21_500_000, "吨"),
        ("B5", 2010, "lime_production", 131.5, "万吨"),
        ("C5", 2010, "clinker_production", 39_000_000, "吨"),
        ("D5", 2010, "hcfc22_production", 0, "吨"),
    ]


def test_members_of_the_only_key_across_years_down(tmp_path: Path) -> None:
    rows = [
        ["江西省历年水稻播种面积"],
        ["单位：千公顷"],
        ["年份", "单季稻", "双季早稻", "合计"],
        [2005, 410, 1310, 1720],
        [2010, 430, 1370, 1800],
    ]
    figures, problems = read(tmp_path, rows)
    assert not problems
    assert [f[1:5] for f in figures.values()] == [
        (2005, "rice_area", "单季稻", 410), (2005, "rice_area", "双季早稻", 1310),
        (2010, "rice_area", "单季稻", 430), (2010, "rice_area", "双季早稻", 1370),
    ]  # fmt: skip


def test_regions_down_and_their_sum(tmp_path: Path) -> None:
    rows = [
        ["2010年各地区产量"],
        ["单位：万吨"],
        ["地区", "石灰产量", "电石产量"],
        ["江西", 9, 1],
        ["福 建", 8, 2],
        ["合计", 17, 3],
    ]
    figures, problems = read(tmp_path, rows)
    assert not problems
    assert [(f[0], f[1], f[4]) for f in figures.values()] == [
        ("江西", 2010, 9), ("江西", 2010, 1), ("福建", 2010, 8), ("福建", 2010, 2),
    ]  # fmt: skip


def test_units_below_the_years_and_marks_of_notes(tmp_path: Path) -> None:
    rows: Rows = [
        REGION,
        ["项目", "品种", "2005年①", "2010年②"],
        [None, None, "（万亩）", "（千公顷）"],
        ["水稻播种面积③", "单季稻", 615, 43],
    ]
    figures, problems = read(tmp_path, rows)
    assert not problems and [f[4:] for f in figures.values()] == [(615, "万亩"), (43, "千公顷")]


def test_an_empty_unit_below_another_one_is_asked(tmp_path: Path) -> None:
    head = ["项目", "畜禽种类", "饲养规模", "单位", 2010]
    rows: Rows = [
        REGION,
        ["单位：万头"],
        head,
        ["畜禽年末存栏量", "猪", "农户饲养", "头", 9e6],
        ["畜禽年末存栏量", "奶牛", "农户饲养", None, 2e4],
    ]
    figures, problems = read(tmp_path, rows)
    assert list(figures) == ["E4"] and [(p.code, p.origin.cell) for p in problems] == [("unit.blank", "D5")]


@pytest.mark.parametrize(
    ("code", "divided"),
    [
        ("0.0,", True), ("0\\.0,", True), ("#,##0.00,,", True), ('0\\.0,"万"', True), ("0,.0", True),
        ("#,##0.00", False), ('0.0"万,"', False), ("0.0_,", False), ("General", False), ("#,##0;[Red]-#,##0", False),
    ],
)  # fmt: skip
def test_formats_that_divide(code: str, divided: bool) -> None:
    assert shows_divided(code) is divided


def test_a_figure_shown_divided_is_asked_once(tmp_path: Path) -> None:
    rows: Rows = [
        REGION,
        ["项目", "单位", 2005, 2010],
        ["石灰产量", "万吨", 1_200_000, 1_310_000],
        ["水泥熟料产量", "万吨", 2150, 3900],
    ]
    figures, problems = read(tmp_path, rows, {"C3": "0\\.0,", "D3": "#,##0.0,", "C4": "#,##0.0"})
    assert list(figures) == ["C4", "D4"]
    assert [(p.code, p.origin.cell) for p in problems] == [("number.scaled", "C3")]
    assert "另有 1 处" in problems[0].text("zh") and "1200000" in problems[0].text("zh")


def test_members_stand_under_the_heading_of_quantities_and_growth_is_set_aside(tmp_path: Path) -> None:
    rows: Rows = [
        ["12-15 江西省主要畜禽年末存栏量（2005—2010年）"],
        ["指标", "饲养规模", "单位", 2005, 2010, "2010年比2005年增长（%）"],
        ["猪", "不分规模", "万头", 1400, 1520, 8.6], ["山羊", "不分规模", "万只", "85.2", "62", -27.2],
    ]  # fmt: skip
    figures, problems = read(tmp_path, rows)
    assert not problems
    assert [f[1:5] for f in figures.values()] == [
        (2005, "livestock", "猪;不分规模", 1400), (2010, "livestock", "猪;不分规模", 1520),
        (2005, "livestock", "山羊;不分规模", 85.2), (2010, "livestock", "山羊;不分规模", 62),
    ]  # fmt: skip


def test_a_sheet_of_figures_that_nobody_knows_is_a_warning_beside_one_that_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheets = {
        "石灰": [REGION, ["项目", "单位", 2010], ["石灰产量", "万吨", 120]],
        "熟料": [["各厂熟料"], ["企业", "一季度", "二季度"], ["甲厂", 10, 20], ["合计（2010年）", 10, "20"]],
        "填表须知": [["本表由统计局提供"], [2011]],
    }
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.remove(book.worksheets[0])
    book.save(tmp_path / "部门.xlsx")
    project, problems = read_project([tmp_path], load("prov2011"))
    assert [d.value for d in project.data] == [120]
    said = {p.code: (p.origin.sheet, p.origin.cell, dict(p.facts)) for p in problems if p.code.endswith("not_read")}
    assert said["table.figures_not_read"] == ("熟料", "B3", {"count": "4"})
    assert said["table.sheets_not_read"][2] == {"sheets": "填表须知"}


@pytest.mark.parametrize(
    ("title", "region", "codes"),
    [
        ("江西省石灰产量", "江西", []),
        ("湖南省石灰产量", "江西", ["table.title_region"]),
        ("全国石灰产量", "江西", []),
        ("湖南省石灰产量（与江西、福建比较）", "江西", []),
        ("江西省2010年石灰产量", "江西", []),
        ("江西省2012年石灰产量", "江西", ["table.title_year"]),
        ("石灰产量（来源：湖南统计年鉴2012）", "江西", []),
    ],
)
def test_a_title_of_another_province_or_year_is_said(title: str, region: str, codes: list[str], tmp_path: Path) -> None:
    rows: Rows = [[title], ["地区", "指标", "单位", 2009, 2010], [region, "石灰产量", "万吨", 100, 110]]
    figures, problems = read(tmp_path, rows)
    assert [p.code for p in problems] == codes and [f[4] for f in figures.values()] == [100, 110]
    assert all(p.origin.cell == "A1" for p in problems)


def test_a_table_of_all_provinces_in_the_folder_of_one(tmp_path: Path) -> None:
    long = "".join(f"江西,{y},石灰产量,{100 + y},万吨,年鉴\n" for y in range(2000, 2011))
    (tmp_path / "江西.csv").write_text("地区,年份,项目,数值,单位,来源\n" + long, "utf-8")
    rows = [["2010年各地区产量"], ["单位：万吨"], ["地区", "电石产量", "钢材产量"], ["全国", 90, 800], ["江西", 9, 80]]
    _, problems = read(tmp_path, rows)
    assert (problems[0].code, problems[0].origin.cell) == ("project.other_provinces", "B4")
    assert "只留江西的行" in problems[0].text("zh") and "全国的数（2 个）" in problems[0].text("zh")
    (tmp_path / "江西.csv").unlink()  # several provinces are a project too
    assert "project.other_provinces" not in [p.code for p in read(tmp_path, rows)[1]]
