"""`explain` from the file alone: equation, numbers, factors, data with their cells, GWP; and what it says of wrong
addresses."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from filing_example import ledger

from inventory.core.problems import InventoryError
from inventory.explain import explain_cell, explain_line
from inventory.sheets.address import a1
from inventory.workbook import plan, write_filing


@pytest.fixture(scope="module")
def filed(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("explain") / "江苏 清单.xlsx"
    write_filing(ledger(), path)
    return path


def _result(sheet: str, year: int = 2005) -> str:
    """Address of the first result of a year on an arithmetic sheet."""
    found = plan(ledger()).sheets[sheet]
    row, col = min(
        (r, c)
        for (r, c), cell in found.cells.items()
        if cell.style.startswith("result") and found.cells[r, 1].value == year
    )
    return f"{sheet}!{a1(row, col)}"


def _cell(sheet: str, line: str, gas: str) -> str:
    """Address of a gas of a line in the first year's block of a report table."""
    cells = plan(ledger()).sheets[sheet].cells
    row = next(r for (r, c), cell in cells.items() if c == 0 and cell.value == line)
    col = min(c for (r, c), cell in cells.items() if cell.style == "head" and cell.value == gas)
    return f"{sheet}!{a1(row, col)}"


def test_a_result_tells_everything_below_it(filed):
    text = explain_cell(filed, _result("稻田甲烷"))
    for piece in (
        "甲烷排放量 = 水稻播种面积 × 稻田甲烷排放因子 ÷ 1000",
        "220.93 × 201.5 ÷ 1000",
        "填报 2,209.3 千公顷÷10 = 220.93",
        "江苏.xlsx[数据]!D7",
        "来源：江苏省统计局",
        "数据性质：示例",
        "采用层级：2 省级",
        "来源：省农科院实测",
        "出处：factors.csv",
        "±5%",
        "rice_ch4.ch4",
    ):
        assert piece in text, piece


def test_a_total_lists_all_parts_and_the_gwp(filed):
    text = explain_cell(filed, _cell("农业清单", "01", "合计"))
    assert "× GWP 21" in text and "gwp.guideline.ch4" in text and "水稻播种面积" in text
    total = explain_cell(filed, _cell("清单汇总表", "00", "合计"))
    shares = [float(x) for x in re.findall(r"(?m)^ {4}\S+ 万t CO2e　(-?[\d.]+)%　", total)]
    assert len(shares) >= 3 and shares == sorted(shares, reverse=True) and sum(shares) == pytest.approx(100, abs=0.05)


def test_derived_data_show_their_terms(filed):
    text = explain_cell(filed, _result("化石燃料燃烧CO2"))
    assert (
        "由 2 项推得" in text
        and "120 × 煤种 0.25 × 设备 0.5 = 15 万吨　按煤种构成拆分" in text
        and "能源平衡表2005.csv!row 9" in text
    )
    assert "采用层级：5 声明的替代值" in text


def test_a_measured_emission_leads_to_its_datum(filed):
    text = explain_cell(filed, _cell("清单汇总表", "20", "N2O"))
    assert "实测排放量" in text and "江苏.xlsx[数据]!D8" in text


def test_every_formula_of_the_workbook_can_be_explained(filed):
    """No formula may end in 'a number written as it is': one cell a column of every block, and every figure of the
    reports."""
    from inventory.explain import FileSource
    from inventory.workbook.narrate import Narrator

    source = FileSource(filed)
    asked = 0
    for sheet in plan(ledger()).sheets.values():
        if sheet.hidden:
            continue
        for (row, col), cell in sheet.cells.items():
            if cell.formula:
                text = "\n".join(Narrator(source, "zh").cell(sheet.name, row, col))
                asked += 1
                assert "没有下级来源" not in text and len(text) > 20, f"{sheet.name}!{a1(row, col)}: {text}"
    assert asked > 300


def test_a_chinese_console_can_print_it(filed):
    """cp936 lacks U+2212 and many signs: what the explanation itself says must not need them."""
    for sheet in ("稻田甲烷", "水泥", "化石燃料燃烧CO2"):
        assert "?" not in explain_cell(filed, _result(sheet)).encode("cp936", "replace").decode("cp936")


def test_english(filed):
    text = explain_cell(filed, _result("稻田甲烷"), "en")
    assert "Equation:" in text and "resolution step:" in text and "origin: 江苏.xlsx[数据]!D7" in text


def test_a_notation_key_and_plain_texts(filed):
    assert "NO" in explain_cell(filed, _cell("清单汇总表", "19", "N2O"))
    assert "没有计算" in explain_cell(filed, "清单汇总表!A1")
    assert "空单元格" in explain_cell(filed, "封面!B2")


def test_a_changed_file_is_noticed(filed, tmp_path):
    path = tmp_path / "changed.xlsx"
    book = openpyxl.load_workbook(filed)
    sheet, _, cell = _result("稻田甲烷").partition("!")
    book[sheet][cell] = 99.0
    book.save(path)
    assert "文件在编制之后被改动过" in explain_cell(path, f"{sheet}!{cell}")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("清单汇总!C9", "explain.sheet"),
        ("C9", "explain.cell"),
        ("封面!甲9", "explain.cell"),
        ("封面!ZZ9", "explain.outside"),
    ],
)
def test_wrong_addresses_are_told_with_near_names(filed, address, code):
    with pytest.raises(InventoryError) as told:
        explain_cell(filed, address)
    assert told.value.problems[0].code == code
    if code == "explain.sheet":
        assert "清单汇总表" in str(told.value)


def test_full_width_and_quoted_addresses(filed):
    plain = explain_cell(filed, "GWP!B6")
    assert explain_cell(filed, "'GWP'！b6") == plain and "tCO2e/t" in plain


def test_a_foreign_file_is_told_in_words(tmp_path):
    path = tmp_path / "x.xlsx"
    openpyxl.Workbook().save(path)
    for wrong in (path, tmp_path / "none.xlsx"):
        with pytest.raises(InventoryError) as told:
            explain_cell(wrong, "封面!A1")
        assert told.value.problems[0].code == "explain.not_a_filing"


def test_lines_of_a_ledger():
    text = explain_line(ledger(), "3.1", "CH4", "江苏", 2005)
    assert "445,173.95 t" in text and "水稻播种面积 × 稻田甲烷排放因子" in text and "gwp.guideline.ch4" in text
    every = explain_line(ledger(), "1.1")
    assert every.count("计入总量") == 6  # CO2, CH4, N2O in two years
    with pytest.raises(InventoryError) as told:
        explain_line(ledger(), "9.9", "CO2")
    assert told.value.problems[0].code == "explain.no_line"


def test_explanation_of_a_ledger_under_another_gwp_set():
    assert "GWP（AR4）CH4：25" in explain_line(replace(ledger(), gwp=ledger().edition.gwp_set("AR4")), "3.1", "CH4")
