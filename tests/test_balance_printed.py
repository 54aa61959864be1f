"""Printed tables that departments send: two languages, wrapped names, other tables under a like heading; hand-made
figures throughout."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from balance_help import codes, read, write
from typer.testing import CliRunner

import inventory
from inventory import api
from inventory.analysis.default_shares import default_shares
from inventory.cli.app import app
from inventory.core.problems import InventoryError
from inventory.edition import load
from inventory.energy_balance.files import entry_kind
from inventory.forms.files import kind_of_level_path
from inventory.reading import read_project
from inventory.uncertainty.montecarlo import monte_carlo
from inventory.uncertainty.propagation import approach_1

TITLE = ["江苏能源平衡表(实物量)-2005"]
ROWS = [
    ["一.可供本地区消费的能源量", "Total Primary Energy Supply", "100", "50", "7"],
    ["  1.一次能源生产量", "  Indigenous Production", "100", "50", "7"],
    ["四.终端消费量", "Total Final Consumption", "100", "50", "7"],
    ["  2.工业", "  Industry", "100", "50", "7"],
    ["五.平衡差额", "Statistical Difference", "0", "0", "0"],
    ["六.消费量合计", "Sum of Consumption", "100", "50", "7"],
]
WRAPPED = [
    TITLE,
    ["项目", "Item", "原煤", "汽油", "其他焦化产品"],
    ["", "", "(万吨)", "(万吨)", "(万吨)"],
    ["", "", "", "", "Other"],
    ["", "", "Raw Coal", "Gasoline", "Coking"],
    ["", "", "", "", "Products"],
    *ROWS,
]
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


def test_the_english_lines_change_no_emission(tmp_path):
    with_english = inventory.compile(write(tmp_path / "a.csv", WRAPPED))
    without = inventory.compile(write(tmp_path / "b.csv", PLAIN))
    assert {(x.category, x.gas, x.item): x.mass_t for x in with_english.lines} == {
        (x.category, x.gas, x.item): x.mass_t for x in without.lines
    }
    assert any(("fuel", "其他焦化产品") in x.item and x.mass_t > 0 for x in with_english.lines), (
        "the third column is there"
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows[0].__setitem__(0, "江苏能源平衡表(标准量)-2005"),
        lambda rows: rows.insert(1, ["单位:万吨标准煤"]),
        lambda rows: rows[0].__setitem__(0, "江苏能源平衡表-2005（发电煤耗计算法）"),
        lambda rows: rows.__setitem__(2, ["", "", "(万tce)", "(万tce)", "(万tce)"]),
        lambda rows: rows.insert(1, ["(10 000 tons of SCE, coal equivalent calculation)"]),
    ],
)
def test_the_table_in_coal_equivalent_is_refused_by_name(change, tmp_path):
    rows = [list(r) for r in PLAIN]
    change(rows)
    table, shown, found = table_of(tmp_path, rows)
    assert table is None and [p.code for p in found if p.severity == "error"] == ["balance.standard_quantity"]
    (problem,) = [p for p in found if p.severity == "error"]
    assert "标准煤" in problem.text() and "实物量" in problem.text() and "18" in problem.text()
    assert {f.fate for f in shown.figures} == {"refused"} and len(shown.figures) == 18


@pytest.mark.parametrize(
    ("name", "title", "refused"),
    [
        ("江苏能源平衡表(标准量)2005.csv", "江苏能源平衡表 2005年", True),
        ("实物量和标准量2005.csv", "江苏能源平衡表(实物量)-2005", False),
    ],
)
def test_the_name_of_the_file_tells_where_the_title_is_silent(name, title, refused, tmp_path):
    table, _, found = table_of(tmp_path, [[title], *PLAIN[1:]], f"能源平衡表{name}" if "平衡表" not in name else name)
    assert (table is None) is refused and ("balance.standard_quantity" in codes(found)) is refused


FUELS = ["原煤", "洗精煤", "焦炭", "原油", "汽油"]
EMISSIONS = [
    ["Sectoral emissions"],
    ["", *FUELS, "Scope 1 Total"],
    ["", *["Mt CO2"] * 6],
    ["Total Consumption", *"123456"],
    ["工业", *"123456"],
    ["建筑业", *"123456"],
    ["其他", *"123456"],
]
BRANCHES = [
    ["工业分行业终端能源消费量（实物量）2007年"],
    ["项目", *FUELS],
    ["", *["万吨"] * 5],
    ["工业", *"12345"],
    ["煤炭开采和洗选业", *"12345"],
    ["石油和天然气开采业", *"12345"],
    ["黑色金属矿采选业", *"12345"],
    ["其他", *"12345"],
]
SERIES = [["4-1 综合能源平衡表"], ["项目", "1990", "1995", "2000", "2005"], *([r[0], *"1234"] for r in ROWS)]


@pytest.mark.parametrize(
    ("rows", "code"),
    [(EMISSIONS, "balance.emission_list"), (BRANCHES, "balance.branch_list"), (SERIES, "balance.years_across")],
)
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
    assert [(p.code, p.origin.sheet) for p in problems if p.severity == "error"] == [
        (code, "Anhui2010"),
        (code, "Jiangsu2010"),
    ]


def test_a_reference_approach_without_stock_change_compiles(tmp_path):
    """An optional step that no datum feeds is a constant for the uncertainty chain, by both approaches, and the
    workbook shows it."""
    (tmp_path / "d.csv").write_text(
        "region,year,category,item,quantity,value,unit,source,uncertainty\n"
        "江苏,2005,1.1,fuel=原油,reference_production,100,万吨,手工例,3\n",
        "utf-8",
    )
    ledger = inventory.compile(tmp_path)
    api.write_workbook(ledger, tmp_path / "out.xlsx")
    assert (tmp_path / "out.xlsx").stat().st_size > 10_000
    (line,) = [x for x in ledger.lines if x.account == "check"]
    assert line.mass_t > 0
    drawn, propagated = monte_carlo(ledger, draws=200), approach_1(ledger)
    assert drawn is not None and propagated is not None


# ---- a first result without shares ----

FIRST = [
    ["江苏能源平衡表(实物量)-2007"],
    ["项目", "原煤", "汽油", "煤油", "电力"],
    ["", "万吨", "万吨", "万吨", "亿千瓦小时"],
    ["3.外省(区、市)调入量", "", "", "", "30"],
    ["6.本省(区、市)调出量(-)", "", "", "", "-10"],
    ["1.火力发电", "-100", "", "", "40"],
    ["2.工业", "50", "5", "", "60"],
    ["#用作原料、材料", "10", "", "", ""],
    ["4.交通运输、仓储和邮政业", "", "20", "8", ""],
]


def test_a_table_alone_gives_a_marked_inventory(tmp_path):
    ledger = inventory.compile(write(tmp_path / "随便什么名字.csv", FIRST))
    fuel = {(d.keys["category"], d.keys["fuel"]): d.value for d in ledger.data if d.quantity == "fuel_consumption"}
    assert fuel == {
        ("1.1.1.1", "原煤"): 100,
        ("1.1.3.5", "原煤"): 40,
        ("1.1.3.5", "汽油"): 5,
        ("1.1.4.2", "汽油"): 20,
        ("1.1.4.1", "煤油"): 8,
    }
    assert {d.value for d in ledger.data if d.quantity == "non_energy_use"} == {10}
    lines = [x for x in ledger.lines if x.account == "total"]
    assert lines and all("default-share" in x.flags for x in lines), "every line says that it rests on a default"
    notations = {n.category: n.key for n in ledger.notations}
    assert notations["M.3"] == "NE", "2007 has no grid factor: the item is not estimated, the rest is"
    assert notations["1.1.3.1"] == "IE" and notations["1.1.4.3"] == "IE"
    assert {p.severity for p in ledger.warnings} <= {"warning", "hint"}


def test_no_fallback_forbids_default_shares_too(tmp_path):
    with pytest.raises(InventoryError) as raised:
        inventory.compile(write(tmp_path / "表.csv", FIRST), allow_fallback=False)
    assert {dict(p.facts)["split"] for p in raised.value.problems if p.code == "balance.default_forbidden"} >= {
        "煤种",
        "工业行业",
    }


def test_what_to_refine_is_ordered_by_what_it_can_change(tmp_path):
    ledger = inventory.compile(write(tmp_path / "表.csv", FIRST))
    shares = default_shares(ledger)
    assert [abs(s.change_t) for s in shares] == sorted((abs(s.change_t) for s in shares), reverse=True)
    by = {s.split: s for s in shares}
    assert set(by) == {"煤种", "火电归属", "锅炉类型", "工业行业", "道路用油", "运输方式", "原料用途", "调入电力来源"}
    burnt = sum(x.mass_t for x in ledger.lines if x.account == "total" and x.gas == "CO2")
    gasoline = sum(
        x.mass_t
        for x in ledger.lines
        if x.category in ("1.1.3.5", "1.1.4.2") and x.gas == "CO2" and ("fuel", "汽油") in x.item
    )
    assert by["煤种"].co2_t == pytest.approx(
        burnt - gasoline - sum(x.mass_t for x in ledger.lines if x.category == "1.1.4.1" and x.gas == "CO2")
    )
    assert by["原料用途"].other == "第二章" and by["原料用途"].change_t == pytest.approx(-by["原料用途"].co2_t), (
        "nothing stored by default: all may go"
    )
    (tmp_path / "分摊比例.csv").write_text(
        "地区,年份,分摊,项目,品种,归入,比例,来源,数据性质\n江苏,2007,原料用途,*,*,第二章,1,企业调查,调查\n", "utf-8"
    )
    refined = inventory.compile(tmp_path)
    assert refined.co2e() - ledger.co2e() == pytest.approx(by["原料用途"].change_t), "what was announced is what comes"
    assert "原料用途" not in {s.split for s in default_shares(refined)}


def test_a_province_in_two_grids_leaves_the_item_unestimated(tmp_path):
    rows = [["内蒙古能源平衡表(实物量)-2010"], *FIRST[1:]]
    ledger = inventory.compile(write(tmp_path / "表.csv", rows))
    assert {n.category: n.key for n in ledger.notations}["M.3"] == "NE"
    assert not any(x.category == "M.3" for x in ledger.lines) and not any(
        d.quantity.startswith("electricity") for d in ledger.data
    )
    (warning,) = [p for p in ledger.warnings if p.code == "balance.information_ne"]
    assert "电网" in warning.text() and "grid" in warning.text("en")


def test_the_commands_say_what_to_refine(tmp_path):
    table = write(tmp_path / "表.csv", FIRST)
    checked = CliRunner().invoke(app, ["check", str(table)])
    assert checked.exit_code == 0 and "按缺省归类的分摊 8 项" in checked.output, checked.output
    listed = CliRunner().invoke(app, ["shares", str(table)])
    assert listed.exit_code == 0
    splits = [line.split()[2].partition("：")[0] for line in listed.output.splitlines() if line.startswith("江苏")]
    assert splits == [s.split for s in default_shares(inventory.compile(table))]
    written = CliRunner().invoke(app, ["shares", str(table), "--csv", str(tmp_path / "先补.csv"), "--lang", "en"])
    assert written.exit_code == 0
    rows = list(csv.DictReader((tmp_path / "先补.csv").open(encoding="utf-8-sig")))
    assert len(rows) == len(splits) and all(r["split"].isascii() and r["ask"].isascii() for r in rows)


# ---- one name, one meaning ----

RULES = (
    "id,stage,row,fuel,layout,year,choice,minus_row,sign,splits,where,to_quantity,to_keys,reason_zh,reason_en,standing,source\n"
    "own.road,use,建筑业,汽油,,,,,+,,,,,本省建筑业汽油已在交通统计,,single-source,手工例\n"
)
BUILDING = [*FIRST, ["3.建筑业", "", "3", "", ""]]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["allocation.csv", "balance_allocation.csv", "平衡表分配.csv", "分摊规则.csv"])
def test_own_rules_are_read_by_the_command(name, tmp_path):
    """The name `allocation` belonged to two features: the headings decide, and no file is ignored in silence."""
    write(tmp_path / "表.csv", BUILDING)
    (tmp_path / name).write_text(RULES, "utf-8")
    out = tmp_path.parent / f"{tmp_path.name}-out.csv"
    result = CliRunner().invoke(
        app, ["compile", str(tmp_path), "-o", str(out.with_suffix(".xlsx")), "--results", str(out)]
    )
    assert result.exit_code == 0, result.output
    assert "1.1.3.6" not in {row["category"] for row in csv.DictReader(out.open(encoding="utf-8-sig"))}
    assert "没有读取" not in result.output


def test_rules_of_the_levels_stay_with_the_levels(tmp_path):
    (tmp_path / "allocation.csv").write_text(
        "parent,category,quantity,item,rule,proxy,reason\n江苏,5.1,,,代理变量,常住人口,没有分市数据\n", "utf-8"
    )
    write(tmp_path / "表.csv", FIRST)
    assert kind_of_level_path(tmp_path / "allocation.csv") == "allocation" and not entry_kind(
        tmp_path / "allocation.csv"
    )
    assert not [p for p in inventory.compile(tmp_path).warnings if p.origin.file == "allocation.csv"]
