"""Identities, signs and corrections of the balance table: breaks are told, never mended; a figure changes only by an
entry with value and reason."""

from __future__ import annotations

import csv

import pytest
from balance_help import HERE, codes, jiangsu, read, table_text, write

from inventory.energy_balance.identities import BREAK, CLOSES, NOT_CHECKABLE

SYNTHETIC = HERE / "data" / "balance_synthetic.csv"
ENTRY = ["region", "year", "row", "fuel", "printed", "value", "unit", "reason", "source"]


def synthetic_rows() -> list[list[str]]:
    with SYNTHETIC.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def checks_of(tmp_path, rows, **entries):
    write(tmp_path / "能源平衡表2012.csv", rows)
    for name, lines in entries.items():
        write(tmp_path / f"{name}.csv", lines)
    _, shown, found = read(tmp_path.iterdir())
    return shown.checks, found


def change(rows: list[list[str]], row: str, fuel: str, value: str) -> str:
    """Writes a cell and gives back what stood there."""
    c = rows[2].index(fuel)
    r = next(i for i, line in enumerate(rows) if line and line[0] == row)
    old, rows[r][c] = rows[r][c], value
    return old


def test_the_complete_synthetic_table_closes(tmp_path):
    checks, found = checks_of(tmp_path, synthetic_rows())
    assert {c.verdict for c in checks} == {CLOSES}
    assert "balance.identity_break" not in codes(found) and "balance.sign" not in codes(found)
    kinds = {c.check for c in checks}
    assert kinds == {
        "sum:可供量",
        "sum:加工转换",
        "sum:终端消费量",
        "sum:生活消费",
        "balance",
        "sum:煤合计",
        "sum:油品合计",
        "consumption",
    }
    assert max(abs(c.difference) for c in checks) < 1e-9


@pytest.mark.parametrize(
    ("row", "fuel", "broken"),
    [
        ("3.建筑业", "汽油", {("sum:终端消费量", "汽油"), ("sum:油品合计", "油品合计")}),
        ("5.炼油", "柴油", {("sum:加工转换", "柴油"), ("sum:油品合计", "油品合计")}),
        ("四.终端消费量", "电力", {("sum:终端消费量", "电力"), ("balance", "电力")}),
        ("城镇", "热力", {("sum:生活消费", "热力")}),
        ("五.平衡差额", "原煤", {("balance", "原煤"), ("sum:煤合计", "煤合计")}),
        ("六.消费量合计", "原煤", {("consumption", "原煤")}),
        ("三.损失量", "天然气", {("balance", "天然气"), ("consumption", "天然气")}),
    ],
)
def test_one_wrong_cell_breaks_just_its_identities(row, fuel, broken, tmp_path):
    rows = synthetic_rows()
    old = change(rows, row, fuel, "0")
    change(rows, row, fuel, f"{float(old or 0) + 1:.2f}")
    checks, found = checks_of(tmp_path, rows)
    assert {(c.check, c.fuel) for c in checks if c.verdict == BREAK} == broken
    assert codes(found).count("balance.identity_break") == len(broken)
    assert all(abs(abs(c.difference) - 1) < 1e-9 for c in checks if c.verdict == BREAK)
    assert all(p.severity == "warning" for p in found if p.code == "balance.identity_break")


def test_cells_that_are_not_given_cannot_be_checked(tmp_path):
    rows = synthetic_rows()
    change(rows, "四.终端消费量", "汽油", "…")
    change(rows, "2.工业", "柴油", "…")
    checks, _ = checks_of(tmp_path, rows)
    by = {(c.check, c.fuel): c for c in checks if c.check != "sum:油品合计"}
    assert by["sum:终端消费量", "汽油"].verdict == NOT_CHECKABLE and by["sum:终端消费量", "汽油"].missing == (
        "终端消费量·汽油",
    )
    assert by["sum:终端消费量", "柴油"].verdict == NOT_CHECKABLE and by["sum:终端消费量", "柴油"].missing == (
        "工业·柴油",
    )
    assert by["balance", "汽油"].verdict == CLOSES and "终端消费量由各行相加" in by["balance", "汽油"].note


def test_recovered_energy_may_stand_in_either_section(tmp_path):
    rows = synthetic_rows()
    old = float(change(rows, "一.可供本地区消费的能源量", "高炉煤气", "0"))
    recovered = float(change(rows, "2.回收能", "高炉煤气", "0"))
    change(rows, "2.回收能", "高炉煤气", f"{recovered:.2f}")
    change(rows, "一.可供本地区消费的能源量", "高炉煤气", "" if old == recovered else f"{old - recovered:.2f}")
    conversion = float(change(rows, "二.加工转换投入(-)产出(+)量", "高炉煤气", "0"))
    change(rows, "二.加工转换投入(-)产出(+)量", "高炉煤气", f"{conversion + recovered:.2f}")
    checks, _ = checks_of(tmp_path, rows)
    assert [c for c in checks if c.verdict == BREAK] == []
    assert next(c for c in checks if c.check == "sum:加工转换" and c.fuel == "高炉煤气").note == "含回收能"


def test_three_significant_figures_get_their_own_tolerance(tmp_path):
    rows = synthetic_rows()
    old = float(change(rows, "2.工业", "汽油", "0"))
    change(rows, "2.工业", "汽油", f"{old * 1.004:.4f}")
    entry = [
        ["region", "year", "row", "fuel", "precision", "note"],
        ["江苏", "2012", "2.工业", "汽油", "rounded_3sf", ""],
    ]
    plain, _ = checks_of(tmp_path, rows)
    assert next(c for c in plain if c.check == "sum:终端消费量" and c.fuel == "汽油").verdict == BREAK
    told, _ = checks_of(tmp_path, rows, balance_precision=entry)
    assert next(c for c in told if c.check == "sum:终端消费量" and c.fuel == "汽油").verdict == CLOSES


def test_jiangsu_closes_but_for_one_break(tmp_path):
    _, shown, found = read(jiangsu(tmp_path).iterdir())
    breaks = [c for c in shown.checks if c.verdict == BREAK]
    assert [(c.year, c.check, c.fuel) for c in breaks] == [(2010, "sum:加工转换", "原煤")]
    assert round(breaks[0].difference, 2) == 36.00
    assert [p.severity for p in found] == ["warning"], "nothing else is wrong with the example"


def test_jiangsu_without_corrections_is_refused(tmp_path):
    _, _, found = read(jiangsu(tmp_path, without=("corrections.csv",)).iterdir())
    wrong = [p for p in found if p.severity == "error"]
    assert [p.code for p in wrong] == ["balance.identity_error", "balance.sign"]
    assert "“液化石油气”不平衡，差额为该列的 1.6%" in wrong[0].text()
    assert (
        "液化石油气" in wrong[1].text() and "-1.08" in wrong[1].text() and wrong[1].origin.file == "能源平衡表2010.csv"
    )


def test_printed_and_corrected_figures_are_both_kept(tmp_path):
    _, shown, _ = read(jiangsu(tmp_path).iterdir())
    table = next(t for t in shown.tables if t.year == 2010)
    corrected = {k: (c.printed, c.value) for k, c in table.corrected()}
    assert corrected == {
        ("农林牧渔水利业", "煤油"): (35.69, 0.0),
        ("交通运输仓储和邮政业", "液化石油气"): (-1.08, 1.08),
        ("批发零售和住宿餐饮业", "柴油"): (0.2999, 0.63),
    }
    assert all(c.reason and c.source and c.correction_origin.file == "corrections.csv" for _, c in table.corrected())


SIMPLE = {
    "1.火力发电": {"焦炭": "-5"},
    "2.工业": {"焦炭": "50"},
    "#用作原料、材料": {"焦炭": "2"},
    "6.本省(区、市)调出量(-)": {"焦炭": "-3", "柴油": "-1"},
}


@pytest.mark.parametrize(
    ("row", "value", "code"),
    [
        ("2.工业", "-50", "balance.sign"),
        ("1.火力发电", "5", "balance.sign"),
        ("6.本省(区、市)调出量(-)", "3", "balance.sign"),
        ("#用作原料、材料", "60", "balance.memo_above_row"),
    ],
)
def test_wrong_signs_and_parts_larger_than_the_whole_are_errors(row, value, code, tmp_path):
    rows = table_text({**SIMPLE, row: {**SIMPLE[row], "焦炭": value}}, title="江苏能源平衡表2012年")
    _checks, found = checks_of(tmp_path, rows)
    assert code in [p.code for p in found if p.severity == "error"]


@pytest.mark.parametrize(
    ("entry", "code", "says"),
    [
        (["江苏", "2012", "2.工业", "焦炭", "50", "49", "万吨", "", "核对"], "row.needed", "理由"),
        (["江苏", "2012", "2.工业", "焦炭", "50", "49", "万吨", "理由", ""], "row.needed", "数据来源"),
        (["江苏", "2012", "2.工业", "焦炭", "51", "49", "万吨", "理由", "核对"], "balance.correction_stale", "51"),
        (
            ["江苏", "2011", "2.工业", "焦炭", "50", "49", "万吨", "理由", "核对"],
            "balance.correction_no_table",
            "江苏 2012",
        ),
        (["江苏", "2012", "2.公业", "焦炭", "50", "49", "万吨", "理由", "核对"], "balance.entry_unknown", "工业"),
        (
            ["江苏", "2012", "2.工业", "焦炭", "50", "49", "亿立方米", "理由", "核对"],
            "balance.unit_dimension",
            "亿立方米",
        ),
        (["江苏", "2012", "2.工业", "焦炭", "50", "四十九", "万吨", "理由", "核对"], "number.digits", "四十九"),
    ],
)
def test_a_faulty_correction_is_refused(entry, code, says, tmp_path):
    _, found = checks_of(tmp_path, table_text(SIMPLE, title="江苏能源平衡表2012年"), corrections=[ENTRY, entry])
    told = [p for p in found if p.code == code]
    assert told and told[0].origin.file == "corrections.csv" and says in told[0].text()


def test_a_correction_in_another_unit_is_converted(tmp_path):
    lines = [ENTRY, ["江苏", "2012", "2.工业", "焦炭", "50", "490000", "吨", "理由", "核对"]]
    write(tmp_path / "能源平衡表2012.csv", table_text(SIMPLE, title="江苏能源平衡表2012年"))
    write(tmp_path / "corrections.csv", lines)
    _, shown, _ = read(tmp_path.iterdir())
    assert shown.tables[0].value("工业", "焦炭") == 49.0


def test_two_corrections_of_one_cell(tmp_path):
    line = ["江苏", "2012", "2.工业", "焦炭", "50", "49", "万吨", "理由", "核对"]
    _, found = checks_of(tmp_path, table_text(SIMPLE, title="江苏能源平衡表2012年"), corrections=[ENTRY, line, line])
    assert "balance.entry_twice" in codes(found)
