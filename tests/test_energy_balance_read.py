"""The balance table is read by its labels: any order, any layout, as printed; what is not understood is named, never
skipped."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import xlsxwriter
from balance_help import HERE, codes, edition, read, table_text, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.core.problems import Collector
from inventory.energy_balance.printed import read_words
from inventory.energy_balance.read import read_table
from inventory.energy_balance.table import BalanceTable, read_layout
from inventory.spreadsheets.cells import Sheet, read_sheets

LAYOUT, WORDS = read_layout(edition()), read_words(edition())
REGIONS = [(w.value, w.aliases) for w in edition().vocabulary["region"].values()]
SMALL = {
    "1.火力发电": {"原煤": "-100.5", "焦炭": "", "天然气": "-2.5"},
    "2.工业": {"原煤": "300", "焦炭": "80.25", "天然气": "4"},
    "7.其他": {"原煤": "5", "焦炭": "", "天然气": "1"},
}


def table_of(path: Path) -> tuple[BalanceTable | None, Collector]:
    found = Collector()
    return read_table(read_sheets(path)[0], LAYOUT, WORDS, REGIONS, found), found


def values(table: BalanceTable) -> dict[tuple[str, str], float]:
    return {k: c.value for k, c in table.cells.items()}


def test_a_printed_table_with_addresses(tmp_path):
    table, found = table_of(write(tmp_path / "能源平衡表.csv", table_text(SMALL)))
    assert codes(found) == []
    assert (table.region, table.year, table.layout) == ("江苏", 2010, "2005")
    assert values(table) == {
        ("火力发电", "原煤"): -100.5,
        ("火力发电", "天然气"): -2.5,
        ("工业", "原煤"): 300.0,
        ("工业", "焦炭"): 80.25,
        ("工业", "天然气"): 4.0,
        ("其他", "原煤"): 5.0,
        ("其他", "天然气"): 1.0,
    }
    cell = table.cells["工业", "焦炭"]
    assert (cell.origin.file, cell.origin.cell, cell.unit) == ("能源平衡表.csv", "C5", "万吨")
    assert ("火力发电", "焦炭") not in table.cells, "a blank cell is absent, not zero"


def test_every_label_of_the_yearbook_is_known():
    for row in LAYOUT.rows.values():
        assert LAYOUT.row_id(row.label_zh) == row.id and LAYOUT.row_id(row.label_en) == row.id
    for column in LAYOUT.columns.values():
        assert LAYOUT.column_id(column.id) == column.id and LAYOUT.column_id(column.label_en) == column.id


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("一、可供本地区消费的能源量", "可供量"),
        ("（一）火力发电", "火力发电"),
        ("其中：用作原料、材料", "用作原料材料"),
        ("7.其它", "其他"),
        ("煤炭洗选", "洗选煤"),
        ("炼油及煤制油", "炼油"),
        ("工    业", "工业"),
        ("６.生活消费", "生活消费"),
        ("交通运输、仓储及邮政业", "交通运输仓储和邮政业"),
        ("Thermal Power", "火力发电"),
    ],
)
def test_spellings_of_rows(printed, meant):
    assert LAYOUT.row_id(printed) == meant


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(shuffler: random.Random):
    sheet = read_sheets(HERE / "data" / "balance_synthetic.csv")[0]
    head, body, notes = sheet.values[:4], list(sheet.values[4:-1]), sheet.values[-1:]
    order = list(range(1, sheet.width))
    shuffler.shuffle(order)
    shuffler.shuffle(body)
    wide = [tuple(row) + (None,) * (sheet.width - len(row)) for row in body]
    moved = [(row[0], *(row[i] for i in order)) for row in wide]
    names = [(h[0], *(h[i] for i in order)) if len(h) > 1 else h for h in head]
    found = Collector()
    shuffled = read_table(Sheet(sheet.file, "", (*names, *moved, *notes), csv=True), LAYOUT, WORDS, REGIONS, found)
    straight = read_table(sheet, LAYOUT, WORDS, REGIONS, Collector())
    assert codes(found) == []
    assert values(shuffled) == values(straight) and list(shuffled.cells) == list(straight.cells)


def test_merged_headers_units_and_full_width_digits_in_a_workbook(tmp_path):
    path = tmp_path / "平衡 表.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("6-10")
        sheet.write(0, 1, "6-10 江苏能源平衡表（实物量）—2010")
        sheet.merge_range(2, 1, 3, 1, "项 目")
        sheet.merge_range(2, 2, 2, 3, "煤炭")
        sheet.merge_range(2, 4, 3, 4, "天然气\n(亿立方米)")
        sheet.write_row(3, 2, ["原 煤", "洗精煤"])
        sheet.merge_range(4, 2, 4, 3, "万吨")
        sheet.write_row(5, 1, ["1.火力发电", "－１００．５", "—", "-2.50"])
        sheet.write_row(6, 1, ["2.工业", "1,234.5", "…", 4])
        sheet.write_row(7, 1, ["#用作原料、材料", " 12 ", "", ""])
        sheet.write(9, 1, "注：本表为实物量。")
    table, found = table_of(path)
    assert codes(found) == []
    assert values(table) == {
        ("火力发电", "原煤"): -100.5,
        ("火力发电", "天然气"): -2.5,
        ("工业", "原煤"): 1234.5,
        ("工业", "天然气"): 4.0,
        ("用作原料材料", "原煤"): 12.0,
    }
    assert table.units == {"原煤": "万吨", "洗精煤": "万吨", "天然气": "亿立方米"}
    assert str(table.cells["工业", "原煤"].origin) == "平衡 表.xlsx[6-10]!C7"
    assert list(table.unavailable) == [("工业", "洗精煤")], "… is not given, a dash is nothing"
    assert (table.region, table.year) == ("江苏", 2010)


def test_units_of_the_same_kind_are_kept_as_printed(tmp_path):
    table, found = table_of(write(tmp_path / "能源平衡表.csv", table_text(SMALL, units={"原煤": "吨"})))
    assert codes(found) == ["balance.unit_unusual"] and table.cells["工业", "原煤"].unit == "吨"


@pytest.mark.parametrize(
    ("line", "said"),
    [("单位：千吨", True), ("计量单位: 吨", True), ("单位：万吨、亿立方米", False), ("单位：吨、万吨", False)],
)
def test_a_unit_line_against_all_headings_is_said(tmp_path, line, said):
    """The headings are followed; what stands above them is not passed over in silence."""
    rows = [
        ["江苏能源平衡表2005年（实物量）", "", line],
        ["项目", "原煤(万吨)", "焦炭(万吨)", "电力(亿千瓦小时)"],
        ["1.火力发电", "-5", "", "900"],
        ["2.供热", "-1", "", ""],
        ["2.工业", "7", "3", "500"],
    ]
    path = tmp_path / "平衡表.csv"
    path.write_text("\n".join(",".join(r) for r in rows), encoding="utf-8")
    table, found = table_of(path)
    assert codes(found) == (["balance.unit_line"] if said else [])
    assert (table.cells["工业", "原煤"].value, table.cells["工业", "原煤"].unit) == (7.0, "万吨")
    if said:
        (problem,) = found.reported
        assert "万吨" in problem.text("zh") and str(problem.origin).endswith("2")


def test_a_table_printed_in_two_parts(tmp_path):
    rows = [
        ["江苏能源平衡表2005年"],
        ["项目", "原煤(万吨)", "焦炭(万吨)", "原油(万吨)"],
        ["1.火力发电", "-5", "", ""],
        ["2.供热", "-1", "", ""],
        ["2.工业", "7", "3", "1"],
        ["续表"],
        ["项目", "汽油(万吨)", "柴油(万吨)", "电力(亿千瓦小时)"],
        ["1.火力发电", "", "-2", "900"],
        ["2.工业", "4", "6", "500"],
    ]
    table, found = table_of(write(tmp_path / "x.csv", rows))
    assert codes(found) == []
    assert (
        values(table)["工业", "柴油"] == 6
        and values(table)["工业", "原油"] == 1
        and values(table)["火力发电", "电力"] == 900
    )


def test_the_two_layouts_are_told_apart_by_their_columns():
    by_year = {}
    for year in (2005, 2010):
        table, found = table_of(HERE.parent / "examples" / "jiangsu" / f"能源平衡表{year}.csv")
        assert codes(found) == []
        by_year[year] = table
    assert by_year[2005].layout == "2005" and by_year[2010].layout == "2010"
    assert (
        by_year[2005].value("火力发电", "其他煤气") == -24.97 and by_year[2010].value("火力发电", "高炉煤气") == -108.95
    )
    assert by_year[2005].value("可供量", "焦炭") is None and ("可供量", "焦炭") in by_year[2005].unavailable


def spoilt(change, tmp_path, **more) -> list:
    rows = table_text(SMALL, **more)
    change(rows)
    return list(table_of(write(tmp_path / "能源平衡表.csv", rows))[1])


@pytest.mark.parametrize(
    ("change", "code", "cell", "says"),
    [
        (lambda r: r[1].__setitem__(2, "焦碳"), "balance.unknown_column", "C3", "焦炭"),
        (lambda r: r[4].__setitem__(0, "2.工业企业"), "balance.unknown_row", "A5", "工业"),
        (lambda r: r[1].__setitem__(2, "") or r[2].__setitem__(2, ""), "balance.no_header", "C5", ""),
        (lambda r: r.append(["", "3", "4"]), "balance.no_label", "B7", ""),
        (lambda r: r.append(["2.工业", "301"]), "balance.duplicate", "B7", "B5"),
        (lambda r: r[4].__setitem__(1, "3OO"), "balance.not_a_number", "B5", "3OO"),
        (lambda r: r[4].__setitem__(1, "3万"), "balance.not_a_number", "B5", "3万"),
        (lambda r: r[2].__setitem__(1, "万吨标准煤"), "balance.unit_dimension", "B3", "标准量"),
        (lambda r: r[2].__setitem__(1, "万盹"), "balance.unknown_unit", "B3", "万盹"),
        (lambda r: r[2].__setitem__(1, ""), "balance.unit_not_printed", "B3", "万吨"),
    ],
)
def test_what_is_not_understood_is_named(change, code, cell, says, tmp_path):
    problems = spoilt(change, tmp_path)
    assert [p.code for p in problems if p.origin.cell == cell] == [code]
    assert says in problems[0].text("zh") and problems[0].text("en")


def test_no_table_at_all(tmp_path):
    _, _, found = read([write(tmp_path / "能源平衡表2005.csv", [["江苏", "2005"], ["a", "b"]])])
    assert codes(found) == ["balance.no_table"]


@pytest.mark.parametrize(
    ("title", "name", "code"),
    [
        ("能源平衡表（实物量）2010年", "能源平衡表.csv", "balance.region_missing"),
        ("江苏能源平衡表（实物量）", "能源平衡表.csv", "balance.year_missing"),
        ("江苏、浙江能源平衡表 2010年", "能源平衡表.csv", "balance.region_unclear"),
        ("江苏能源平衡表 2009年 2010年", "能源平衡表.csv", "balance.year_unclear"),
        ("江苏能源平衡表 2010年", "能源平衡表2005.csv", "balance.year_unclear"),
    ],
)
def test_region_and_year_must_be_told(title, name, code, tmp_path):
    table, found = table_of(write(tmp_path / name, table_text(SMALL, title=title)))
    assert table is None and codes(found) == [code]


@pytest.mark.parametrize(
    ("title", "name", "year"),
    [
        ("能源平衡表（实物量）", "江苏能源平衡表2005.csv", 2005),
        ("《中国能源统计年鉴2011》 江苏能源平衡表（2010年）", "能源平衡表.csv", 2010),
        ("江苏省能源平衡表", "能源平衡表2005.csv", 2005),
    ],
)
def test_region_and_year_from_title_or_file_name(title, name, year, tmp_path):
    table, found = table_of(write(tmp_path / name, table_text(SMALL, title=title)))
    assert codes(found) == [] and (table.region, table.year) == ("江苏", year)


def test_two_tables_of_one_year(tmp_path):
    for name in ("江苏能源平衡表2010.csv", "江苏能源平衡表2010 (2).csv"):
        write(tmp_path / name, table_text(SMALL))
    assert "balance.two_tables" in codes(read(tmp_path.iterdir())[2])
