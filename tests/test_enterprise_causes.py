"""Causes of verification in words of both languages, figures of messages without powers of ten, and the workbook of
findings in English."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from test_enterprise_verify import fuel_cell, tampered

from inventory.core.rounding import in_digits
from inventory.enterprise.causes import cause_of, of_other_families, of_other_grids, scale_of
from inventory.enterprise.compute import compute_file
from inventory.enterprise.findings import write_findings
from inventory.enterprise.industries import default_edition
from inventory.enterprise.report import write_report

CHINESE = re.compile(r"[\u3400-\u9fff]")
DATA = Path(__file__).parent / "data" / "enterprise"
FORM_WORDS = re.compile("缺省|检测|计算")  # ticks stand as they are printed on the form


@pytest.mark.parametrize(
    ("filed", "expected", "parts", "zh", "en"),
    [
        (0.0, 5.0, (), "漏填", "left empty"),
        (5.0, 0.0, (), "没有对应数据", "no data"),
        (44 / 12, 1.0, (), "44/12可能乘了两次", "applied twice"),
        (12 / 44, 1.0, (), "漏乘44/12", "44/12 may be missing"),
        (-7.0, 7.0, (), "符号相反", "sign"),
        (100.0, 1.0, (), "百分数", "percentage"),
        (0.01, 1.0, (), "小数", "fraction"),
        (1 / 0.93, 1.0, (), "氧化率93%", "oxidation of 93%"),
        (1e4, 1.0, (), "大10,000倍", "10,000 times too large"),
        (70.0, 100.0, (30.0, 70.0), "漏加第1项", "term 1 (30)"),
        (170.0, 100.0, (30.0, 70.0), "第2项（70）", "term 2 (70)"),
        (1.23, 1.0, (), "算术不符", "arithmetic"),
    ],
)
def test_a_cause_has_both_languages(filed: float, expected: float, parts: tuple, zh: str, en: str) -> None:
    cause = cause_of(filed, expected, parts)
    assert zh in cause["zh"] and en in cause["en"] and not CHINESE.search(cause["en"])


def test_causes_of_factors() -> None:
    grid = of_other_grids([{"grid": "华北", "grid_year": "2012"}], default_edition())
    assert "华北电网2012年" in grid["zh"] and "2012" in grid["en"] and not CHINESE.search(grid["en"])
    assert "2013—2015年化工类参数表" in of_other_families({"ndrc_c"}, default_edition())["zh"]
    assert scale_of(0.94, 94.0) is not None and scale_of(90.0, 94.0) is None and scale_of(-1.0, 94.0) is None


@pytest.mark.parametrize(
    ("value", "text"),
    [(6860677.73, "6,860,678"), (0.017412, "0.017412"), (123.456789, "123.457"), (0.0, "0"), (-1500.0, "-1,500")],
)
def test_a_figure_of_a_sentence_has_no_power_of_ten(value: float, text: str) -> None:
    assert in_digits(value) == text


def test_findings_are_english_whole(tmp_path: Path) -> None:
    """A filed table with five faults: every finding, and the workbook of findings, in English."""

    def change(book: openpyxl.Workbook) -> None:
        fuel_cell(book, "附表2", "无烟煤", 4).value = 24.515
        fuel_cell(book, "附表3", "焦炭", 5).value = 97.0
        fuel_cell(book, "附表2", "焦炭", 2).value *= 10
        book["附表1"]["C7"].value *= 12 / 44
        book["附表1"]["C5"].value *= 1.1

    write_report(compute_file(DATA / "steelworks.toml"), tmp_path / "r.xlsx")
    v = tampered(tmp_path / "r.xlsx", tmp_path / "v.xlsx", change)
    mine = [f.problem for f in v.findings if f.problem.code.startswith("verify.")]
    assert len(mine) >= 4
    for p in mine:
        english = FORM_WORDS.sub("", " ".join(p.part(part, "en") for part in ("what", "expected", "fix")))
        assert not CHINESE.search(english), english
        assert "e+" not in english
    write_findings([v], tmp_path / "f.xlsx", "en")
    book = openpyxl.load_workbook(tmp_path / "f.xlsx")
    assert book.sheetnames == ["Overview", "Findings"]
    heads = [c.value for sheet, row in ((book["Overview"], 4), (book["Findings"], 3)) for c in sheet[row]]
    assert "severe" in heads and not any(CHINESE.search(str(h)) for h in heads if h)
