"""Sectors × fuels and other matrices: read as departments lay them out, written as sheets of the template."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

import inventory
from inventory.core.problems import Problem
from inventory.templates_xlsx.matrix import matrices
from inventory.templates_xlsx.plan import Last, plan
from inventory.templates_xlsx.write import template_bytes, write_template

Rows = list[list[object]]
TITLE = "湖北省分行业分品种燃料消费量（2010年）"
HEAD = ["排放源类别", "设备", "烟煤（万吨）", "汽油（万吨）", "天然气（亿立方米）"]


def read(
    folder: Path, rows: Rows, name: str = "部门.xlsx", sheet: str = "Sheet1"
) -> tuple[dict[str, float], list[Problem]]:
    """Place -> figure in the unit it was given in, and the problems."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(folder / name)
    project, problems = inventory.read([folder])
    return {d.origin.cell: d.value for d in project.data}, problems


def errors(problems: list[Problem]) -> list[str]:
    return [p.code for p in problems if p.severity == "error"]


def test_each_figure_of_a_matrix_has_its_cell(tmp_path: Path) -> None:
    rows: Rows = [
        [TITLE],
        ["地区", "湖北"],
        HEAD,
        ["1.1.3.1 钢铁", "工业锅炉", 12.5, None, 0.3],
        ["公路", "道路车辆", None, 400, "NO"],
    ]
    figures, problems = read(tmp_path, rows)
    assert figures == {"C4": 12.5, "E4": 0.3, "D5": 400.0} and not errors(problems)
    project, _ = inventory.read([tmp_path])
    found = {(d.origin.cell, d.region, d.year, d.quantity, d.item, d.unit) for d in project.data}
    steel = (("category", "1.1.3.1"), ("equipment", "工业锅炉"))
    assert ("C4", "湖北", 2010, "fuel_consumption", (*steel, ("fuel", "烟煤")), "万吨") in found
    assert ("E4", "湖北", 2010, "fuel_consumption", (*steel, ("fuel", "天然气")), "亿立方米") in found


def test_units_below_the_heading_year_column_and_totals(tmp_path: Path) -> None:
    rows: Rows = [
        ["化石燃料消费量"],
        ["地区", "年份", "排放源类别", "设备", "烟煤", "汽油", "合计"],
        [None, None, None, None, "万吨", "吨", None],
        ["湖北", 2010, "1.1.3.1", "工业锅炉", 12.5, 400, 412.5],
        ["湖北", 2010, "合计", None, 12.5, 400, 412.5],
        ["注：示例数据"],
    ]
    figures, problems = read(tmp_path, rows)
    assert figures == {"E4": 12.5, "F4": 400.0} and not errors(problems)
    assert sum(p.code == "row.total" for p in problems) == 2  # the column and the line, once each


def test_fuels_down_and_flows_across(tmp_path: Path) -> None:
    """The quantity is told by its keys, whichever way the matrix lies."""
    rows: Rows = [
        ["湖北参考方法 2010"],
        ["地区", "湖北"],
        ["燃料品种", "进口量", "出口量", "调入量"],
        [None, "万吨", "万吨", "万吨"],
        ["烟煤", 10, None, 300],
        ["汽油", None, 5, 40],
    ]
    figures, problems = read(tmp_path, rows)
    assert figures == {"B5": 10.0, "D5": 300.0, "C6": 5.0, "D6": 40.0} and not errors(problems)
    project, _ = inventory.read([tmp_path])
    assert {d.quantity for d in project.data} == {"reference_flow"}


def test_animals_by_scale_is_a_matrix_too(tmp_path: Path) -> None:
    rows: Rows = [
        ["畜禽年末存栏量 2010 年"],
        ["地区", "湖北"],
        ["单位：万头"],
        ["畜禽种类", "规模化饲养", "农户饲养"],
        ["猪", 1000, 1500],
    ]
    figures, problems = read(tmp_path, rows)
    assert figures == {"B5": 1000.0, "C5": 1500.0} and not errors(problems)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([[TITLE], ["地区", "湖北"], HEAD, ["火星", "工业锅炉", 1, 2, 3]], "word.value"),
        ([[TITLE], ["地区", "湖北"], [*HEAD[:4], "石板"], ["钢铁", "工业锅炉", 1, 2, 3]], "table.unread_figures"),
        # which year?
        ([["燃料消费量"], ["地区", "湖北"], HEAD, ["钢铁", "工业锅炉", 1, 2, 3]], "table.missing_column"),
        ([[TITLE.removeprefix("湖北省")], HEAD, ["钢铁", "工业锅炉", 1, 2, 3]], "region.missing"),
        ([[TITLE], ["地区", "湖北"], HEAD, ["钢铁", "工业锅炉", "约12", 2, 3]], "number.approximate"),
        ([[TITLE], ["地区", "湖北"], [*HEAD[:2], "烟煤", "汽油"], ["钢铁", "工业锅炉", 1, 2]], "unit.missing"),
        ([["化石燃料消费量2010"], ["地区", "湖北"], ["排放源类别", *HEAD[2:]], ["钢铁", 1, 2, 3]], "word.missing_key"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_once(tmp_path: Path, rows: Rows, code: str) -> None:
    _, problems = read(tmp_path, rows)
    found = errors(problems)
    assert code in found and found.count(code) == len({p.origin for p in problems if p.code == code}), found
    assert all(p.origin.sheet == "Sheet1" for p in problems if p.code == code)


def test_pasted_twice_counts_once_and_differing_is_an_error(tmp_path: Path) -> None:
    rows: Rows = [[TITLE], ["地区", "湖北"], HEAD, ["钢铁", "工业锅炉", 1, 2, 3]]
    read(tmp_path, rows, "甲.xlsx")
    read(tmp_path, rows, "乙.xlsx")
    problems = inventory.check([tmp_path])
    assert [p.code for p in problems].count("data.same_twice") == 3 and not errors(problems)
    rows[-1][2] = 1.5
    read(tmp_path, rows, "乙.xlsx")
    assert errors(inventory.check([tmp_path])) == ["data.files_differ"]


def test_rest_of_a_template_matrix_is_answered_in_one_cell(tmp_path: Path) -> None:
    """A figure in one cell, NO for the rest of the sheet: each sector is computed or does not occur."""
    edition = inventory.load_edition()
    write_template(plan(edition, ["energy"], "湖北", [2010]), tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet = book["化石燃料燃烧2010"]
    heads = {c.value: c.column for c in sheet[6] if c.value}
    row = next(r for r in range(8, sheet.max_row) if str(sheet.cell(r, 2).value).startswith("1.1.4.2"))
    sheet.cell(row, heads["汽油"]).value = 400
    sheet["F2"] = "NO"
    book.save(tmp_path / "t.xlsx")
    project, problems = inventory.read([tmp_path])
    assert not errors(problems) and [d.value for d in project.data] == [400.0]
    keys = {n.category: n.key for n in project.notations if n.year == 2010}
    assert keys["1.1.3.1"] == "NO" and "1.1.4.2" not in keys


def test_last_filing_stands_beside_the_cell_of_a_matrix(tmp_path: Path) -> None:
    edition = inventory.load_edition()
    item = (("category", "1.1.4.2"), ("equipment", "道路车辆"), ("fuel", "汽油"))
    made = replace(
        plan(edition, ["energy"], "湖北", [2012]),
        last={("fuel_consumption", item): Last(3900000.0, "吨", 2010, "统计年鉴")},
    )
    (tmp_path / "t.xlsx").write_bytes(template_bytes(made))
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    notes = [c.comment.text for row in book["化石燃料燃烧2012"].iter_rows() for c in row if c.comment]
    assert [n for n in notes if "390" in n and "万t" in n and "统计年鉴" in n]
    assert all(m.year == 2012 for sheet in made.sheets for m in matrices(sheet, made)[1])
