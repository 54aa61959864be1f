"""Printed tables that departments send: two languages, wrapped names, other tables under a like heading; hand-made figures throughout."""

from __future__ import annotations

from pathlib import Path

import pytest
from balance_help import codes, read, write

import inventory
from inventory import api
from inventory.core.edition import load
from inventory.reading import read_project
from inventory.uncertainty.montecarlo import monte_carlo
from inventory.uncertainty.propagation import approach_1

TITLE = ["江苏能源平衡表(实物量)-2005"]
ROWS = [["一.可供本地区消费的能源量", "Total Primary Energy Supply", "100", "50", "7"], ["  1.一次能源生产量", "  Indigenous Production", "100", "50", "7"],
        ["四.终端消费量", "Total Final Consumption", "100", "50", "7"], ["  2.工业", "  Industry", "100", "50", "7"],
        ["五.平衡差额", "Statistical Difference", "0", "0", "0"], ["六.消费量合计", "Sum of Consumption", "100", "50", "7"]]
WRAPPED = [TITLE, ["项目", "Item", "原煤", "汽油", "其他焦化产品"], ["", "", "(万吨)", "(万吨)", "(万吨)"], ["", "", "", "", "Other"],
           ["", "", "Raw Coal", "Gasoline", "Coking"], ["", "", "", "", "Products"], *ROWS]
PLAIN = [TITLE, ["项目", "", "原煤", "汽油", "其他焦化产品"], ["", "", "(万吨)", "(万吨)", "(万吨)"], *ROWS]


def table_of(folder: Path, rows: list[list[str]], name: str = "江苏能源平衡表2005.csv"):
    _, shown, found = read([write(folder / name, rows)])
    return (shown.tables[0] if shown and shown.tables else None), shown, found


def test_an_english_name_over_three_lines_is_no_label_column(tmp_path):
    table, shown, found = table_of(tmp_path, WRAPPED)
    assert table.columns == ("原煤", "其他焦化产品", "汽油")
    assert [table.value("工业", c) for c in table.columns] == [100, 7, 50]
    assert "balance.unit_not_printed" not in codes(found)
    plain, _, _ = table_of(tmp_path, PLAIN)
    assert {k: c.value for k, c in table.cells.items()} == {k: c.value for k, c in plain.cells.items()}
    assert len(shown.figures) == 18 and {f.fate for f in shown.figures} <= {"counted", "check"}


@pytest.mark.parametrize("change", [
    lambda rows: rows[0].__setitem__(0, "江苏能源平衡表(标准量)-2005"), lambda rows: rows.insert(1, ["单位:万吨标准煤"]),
    lambda rows: rows[0].__setitem__(0, "江苏能源平衡表-2005（发电煤耗计算法）"), lambda rows: rows.__setitem__(2, ["", "", "(万tce)", "(万tce)", "(万tce)"]),
    lambda rows: rows.insert(1, ["(10 000 tons of SCE, coal equivalent calculation)"]),
])
def test_the_table_in_coal_equivalent_is_refused_by_name(change, tmp_path):
    rows = [list(r) for r in PLAIN]
    change(rows)
    table, shown, found = table_of(tmp_path, rows)
    assert table is None and [p.code for p in found if p.severity == "error"] == ["balance.standard_quantity"]
    (problem,) = [p for p in found if p.severity == "error"]
    assert "标准煤" in problem.text() and "实物量" in problem.text() and "18" in problem.text()
    assert {f.fate for f in shown.figures} == {"refused"} and len(shown.figures) == 18


FUELS = ["原煤", "洗精煤", "焦炭", "原油", "汽油"]
EMISSIONS = [["Sectoral emissions"], ["", *FUELS, "Scope 1 Total"], ["", *["Mt CO2"] * 6], ["Total Consumption", *"123456"], ["工业", *"123456"],
             ["建筑业", *"123456"], ["其他", *"123456"]]
BRANCHES = [["工业分行业终端能源消费量（实物量）2007年"], ["项目", *FUELS], ["", *["万吨"] * 5], ["工业", *"12345"], ["煤炭开采和洗选业", *"12345"],
            ["石油和天然气开采业", *"12345"], ["黑色金属矿采选业", *"12345"], ["其他", *"12345"]]
SERIES = [["4-1 综合能源平衡表"], ["项目", "1990", "1995", "2000", "2005"], *([r[0], *"1234"] for r in ROWS)]


@pytest.mark.parametrize(("rows", "code"), [(EMISSIONS, "balance.emission_list"), (BRANCHES, "balance.branch_list"), (SERIES, "balance.years_across")])
def test_a_list_that_is_no_balance_table_is_told_in_one_sentence(rows, code, tmp_path):
    import openpyxl

    book = openpyxl.Workbook()
    for name in ("Anhui2010", "Jiangsu2010"):
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([float(x) if x.isdigit() and len(x) == 1 else x for x in row])
    del book["Sheet"]
    book.save(tmp_path / "清单.xlsx")
    _, problems = read_project([tmp_path / "清单.xlsx"], load("prov2011"))
    assert [(p.code, p.origin.sheet) for p in problems if p.severity == "error"] == [(code, "Anhui2010"), (code, "Jiangsu2010")]


def test_a_reference_approach_without_stock_change_compiles(tmp_path):
    """An optional step that no datum feeds is a constant for the uncertainty chain, by both approaches, and the workbook shows it."""
    (tmp_path / "d.csv").write_text("region,year,category,item,quantity,value,unit,source,uncertainty\n"
                                    "江苏,2005,1.1,fuel=原油,reference_production,100,万吨,手工例,3\n", "utf-8")
    ledger = inventory.compile(tmp_path)
    api.write_workbook(ledger, tmp_path / "out.xlsx")
    assert (tmp_path / "out.xlsx").stat().st_size > 10_000
    (line,) = [x for x in ledger.lines if x.account == "check"]
    assert line.mass_t > 0
    drawn, propagated = monte_carlo(ledger, draws=200), approach_1(ledger)
    assert drawn is not None and propagated is not None
