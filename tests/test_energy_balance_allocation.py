"""Balance cells become activity data: nothing lost, nothing twice, every share given by somebody, carbon counted
once."""

from __future__ import annotations

import csv
import math
import random

import pytest
from balance_help import JIANGSU, SHARE_HEAD, codes, edition, figure, jiangsu, read, table_text, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from some import some

COKE = {
    "1.火力发电": {"焦炭": "-5", "天然气": "-2"},
    "2.工业": {"焦炭": "50", "天然气": "8"},
    "7.其他": {"焦炭": "1", "天然气": "3"},
}


def shares(path, *lines: str):
    (path / "allocation_shares.csv").write_text(SHARE_HEAD + "\n".join(lines) + "\n", "utf-8")


def share(split: str, row: str, fuel: str, part: str, value: str, kind: str = "调查", within: str = "*") -> str:
    return f"江苏,2010,{split},{row},{fuel},{within},{part},{value},抽样调查,{kind},"


PUBLIC, STEEL = share("火电归属", "*", "*", "公用", "1"), share("工业行业", "*", "*", "钢铁", "1")
BOILER = share("锅炉类型", "*", "*", "其他燃煤锅炉", "1")


def coke(folder, *lines: str, cells=COKE):
    write(folder / "江苏能源平衡表2010.csv", table_text(cells))
    if lines:
        shares(folder, *lines)
    return read(folder.iterdir())


@pytest.fixture(scope="module")
def example():
    return read(
        JIANGSU / name
        for name in (
            "能源平衡表2005.csv",
            "能源平衡表2010.csv",
            "corrections.csv",
            "balance_precision.csv",
            "allocation_shares.csv",
        )
    )


def test_missing_shares_take_the_declared_default_and_are_asked_for_by_name(tmp_path):
    data, _, found = coke(tmp_path)
    asked = [p for p in found if p.code == "balance.share_default"]
    assert all(p.severity == "warning" for p in asked) and not found.errors
    facts = [dict(p.facts) for p in asked]
    assert sorted(f["split"] for f in facts) == ["工业行业", "火电归属", "锅炉类型"]
    power = next(f for f in facts if f["split"] == "火电归属")
    assert (
        power["places"] == "火力发电·焦炭 5 万吨、火力发电·天然气 2 亿立方米"
        and "公用" in power["parts"]
        and power["supplier"]
    )
    assert all(p.origin.cell for p in asked), "the cell is named"
    assert figure(data, "fuel_consumption", 2010, category="1.1.5") == 4
    assert figure(data, "fuel_consumption", 2010, category="1.1.1.1") == 7, "the row stays on the line it is on"
    terms = [t for d in data for t in d.terms]
    assert {t.assumed for t in terms if t.label.startswith("火力发电")} == {True}
    assert all(any(name.endswith("（缺省）") for name, _ in t.shares) for t in terms if t.assumed)
    assert not any(t.assumed for d in data if d.keys.get("category") == "1.1.5" for t in d.terms)


def test_a_small_table_by_hand(tmp_path):
    data, _shown, found = coke(
        tmp_path,
        share("火电归属", "*", "*", "公用", "0.9"),
        share("火电归属", "*", "*", "自备", "0.1"),
        share("自备电厂行业", "*", "*", "化工", "1"),
        STEEL,
        BOILER,
    )
    assert codes(found) == []
    got = {(d.quantity, d.item): d.value for d in data}

    def key(category, equipment, fuel):
        return "fuel_consumption", (("category", category), ("equipment", equipment), ("fuel", fuel))

    assert got == {
        key("1.1.1.1", "发电锅炉", "焦炭"): 4.5,
        key("1.1.1.1", "发电锅炉", "天然气"): 1.8,
        key("1.1.3.3", "发电锅炉", "焦炭"): 0.5,
        key("1.1.3.3", "发电锅炉", "天然气"): 0.2,
        key("1.1.3.1", "高炉", "焦炭"): 50,
        key("1.1.3.1", "其他设备", "天然气"): 8,
        key("1.1.5", "其他设备", "焦炭"): 1,
        key("1.1.5", "其他设备", "天然气"): 3,
        ("boiler_fuel", (("boiler", "其他燃煤锅炉"), ("fuel", "焦炭"))): 4.5,
        ("boiler_fuel", (("boiler", "燃气锅炉"), ("fuel", "天然气"))): 1.8,
    }
    blast = next(d for d in data if d.keys.get("equipment") == "高炉")
    assert blast.data_kind == "估算", "the declared default is an estimate and weakens the datum"
    assert any("缺省" in name for term in blast.terms for name, _ in term.shares)


def test_every_amount_can_be_computed_again(example):
    data, shown, _ = example
    assert len(data) > 300
    for d in data:
        assert d.value == math.fsum(t.amount for t in d.terms)
        assert d.terms and all(t.cell.file.startswith("能源平衡表") and t.cell.cell and t.reason for t in d.terms)
        assert d.data_kind in ("统计", "估算", "示例") and d.source
    for table, made in zip(shown.tables, shown.allocations, strict=True):
        where = {c.origin: c.value for c in table.cells.values()}
        assert all(where[t.cell] == t.value for d in made.data for t in d.terms)
        for line in made.lines:
            assert (line.datum >= 0) == line.counted
            if line.counted:
                assert made.data[line.datum].quantity == line.quantity and made.data[line.datum].item == line.item


def test_every_cell_has_its_place_and_burnt_plus_not_burnt_is_the_table(example):
    """Conservation: what the lines of the sectoral approach hold of a cell is the cell, neither more nor less."""
    _, shown, _ = example
    for table, made in zip(shown.tables, shown.allocations, strict=True):
        placed = {line.origin for line in made.lines}
        assert [k for k, c in table.cells.items() if c.origin not in placed] == []
        for (row, column), cell in table.cells.items():
            if shown.layout.columns[column].kind != "fuel" or shown.layout.rows[row].cls not in ("终端", "转换投入"):
                continue
            taken = sum(
                abs(line.amount)
                for line in made.lines
                if line.stage == "use" and line.row == row and line.origin == cell.origin
            )
            assert taken == pytest.approx(abs(cell.value), rel=1e-9, abs=1e-12), (row, column)


def test_feedstock_leaves_industry_and_is_counted_once(example):
    _data, shown, _ = example
    table, made = shown.tables[1], shown.allocations[1]
    assert table.year == 2010
    for fuel in ("石油焦", "其他石油制品", "焦炭"):
        burnt = sum(
            line.amount
            for line in made.lines
            if line.stage == "use" and line.column == fuel and line.rule == "industry"
        )
        assert burnt == pytest.approx(table.value("工业", fuel) - table.value("用作原料材料", fuel), rel=1e-12)
        fed = sum(
            line.amount
            for line in made.lines
            if line.stage == "use" and line.column == fuel and line.rule.startswith("feedstock")
        )
        assert fed + burnt == pytest.approx(table.value("工业", fuel), rel=1e-12)


def test_products_that_are_not_burnt_go_to_non_energy_use(example):
    data, _shown, _ = example
    final = {"石油沥青": 112.87, "润滑油": 1.76, "溶剂油": 1.08}
    for fuel, amount in final.items():
        assert figure(data, "non_energy_use", 2010, fuel=fuel) == pytest.approx(amount, abs=0.006)
        assert figure(data, "fuel_consumption", 2010, fuel=fuel) == 0
    asphalt = 82.75 + 0.0877 * (593.39 - 110.96) + 0.0006 * 110.96
    assert figure(data, "non_energy_use", 2005, fuel="石油沥青") == pytest.approx(asphalt, rel=1e-12)


def test_steel_gases_are_not_counted_twice(example):
    data, shown, _ = example
    assert (
        figure(data, "fuel_consumption", 2010, fuel="高炉煤气")
        == figure(data, "fuel_consumption", 2005, fuel="高炉煤气")
        == 0
    )
    listed = [line for line in shown.allocations[1].lines if line.stage == "use" and line.column == "高炉煤气"]
    assert {line.row for line in listed} == {"火力发电", "供热", "工业", "终端消费量", "加工转换"}
    assert all(
        not line.counted and "焦炭" in line.reason["zh"]
        for line in listed
        if line.row not in ("终端消费量", "加工转换")
    )
    assert figure(data, "fuel_consumption", 2005, fuel="其他煤气") == pytest.approx(2.95, abs=0.001), (
        "133.35 less the 130.4 recovered in steel works"
    )
    assert figure(data, "fuel_consumption", 2010, fuel="焦炉煤气") == pytest.approx(10.8 + 1.11 + 25.84), (
        "its carbon is not in the coke"
    )
    assert figure(data, "fuel_consumption", 2010, fuel="焦炭") == pytest.approx(2661.6 - 82.09 + 0.4 * 82.09), (
        "coke in full, less feedstock"
    )


def test_steel_gases_as_fuel_is_a_choice_that_warns(tmp_path):
    data, _, found = read(jiangsu(tmp_path).iterdir(), {"steel_gases": ("as_fuel", "试算")})
    assert figure(data, "fuel_consumption", 2010, fuel="高炉煤气") == pytest.approx(108.95 + 36.81 + 399.02)
    assert codes(found).count("balance.steel_gas_counted") == 2


def test_transformation_losses_and_difference_are_listed_with_their_reason(example):
    _, shown, _ = example
    for made in some(shown.allocations):
        for row in ("洗选煤", "炼焦", "炼油", "制气", "损失量"):
            lines = [line for line in made.lines if line.row == row]
            assert lines and all(not line.counted and line.reason["zh"] and line.reason["en"] for line in lines)


def test_electricity_moved_in_and_out(example):
    data, _, _ = example
    assert figure(data, "electricity_import", 2005) == pytest.approx(319.79)
    assert figure(data, "electricity_export", 2005, grid="华东") == pytest.approx(246.33)


def test_reference_approach_takes_signs_and_bunkers(example):
    data, _, _ = example
    assert figure(data, "reference_flow", 2010, flow="调出量", fuel="汽油") == 85.17
    assert figure(data, "reference_stock_change", 2010, fuel="汽油") == -6.88, (
        "printed draw-down positive, here increase positive"
    )
    assert figure(data, "reference_flow", 2010, flow="国际燃料舱", fuel="煤油") == pytest.approx(1.41 + 0.07 * 33.14)
    international = figure(data, "fuel_consumption", 2010, category="M.1") + figure(
        data, "fuel_consumption", 2010, category="M.2"
    )
    assert international == pytest.approx(figure(data, "reference_flow", 2010, flow="国际燃料舱")), (
        "both approaches leave out the same fuel"
    )


def test_illustrative_shares_make_illustrative_data(example):
    data, _, _ = example
    kinds = {
        (d.quantity, d.year): d.data_kind
        for d in data
        if d.keys.get("category") == "1.1.6" and d.keys["fuel"] == "液化石油气"
    }
    assert set(kinds.values()) == {"统计"}
    assert all(d.data_kind == "示例" for d in data if d.keys.get("fuel") == "烟煤")


@pytest.mark.parametrize(
    ("lines", "code", "says"),
    [
        ([share("火电归属", "*", "*", "公用", "0.9"), STEEL], "balance.share_sum", "0.9"),
        ([share("火电归属", "*", "*", "公用", "1.2"), STEEL], "number.share", "1.2"),
        ([PUBLIC, PUBLIC, STEEL], "balance.entry_twice", "公用"),
        ([PUBLIC.replace("公用", "公有"), STEEL], "balance.entry_unknown", "公用"),
        ([PUBLIC.replace("火电归属", "火电"), STEEL], "balance.entry_unknown", "火电归属"),
        ([PUBLIC.replace("调查", "听说"), STEEL], "balance.entry_unknown", "data_kind"),
        ([PUBLIC.replace("抽样调查", ""), STEEL], "row.needed", "数据来源"),
        ([PUBLIC, STEEL, BOILER, share("煤种", "*", "*", "烟煤", "1")], "balance.share_unused", "煤种"),
    ],
)
def test_faulty_shares_are_named(lines, code, says, tmp_path):
    _, _, found = coke(tmp_path, *lines)
    told = [p for p in found if p.code == code]
    assert told and says in told[0].text() and told[0].origin.file == "allocation_shares.csv"


def test_the_most_specific_shares_apply(tmp_path):
    lines = [
        PUBLIC,
        BOILER,
        STEEL,
        share("工业行业", "*", "天然气", "化工", "1"),
        share("工业行业", "工业", "气体", "建材", "1"),
        share("工业设备", "*", "*", "工业锅炉", "1", within="category=1.1.3.3"),
    ]
    data, _, found = coke(tmp_path, *lines)
    assert figure(data, "fuel_consumption", 2010, category="1.1.3.3", equipment="工业锅炉", fuel="天然气") == 8
    assert figure(data, "fuel_consumption", 2010, category="1.1.3.1", fuel="焦炭") == 50
    assert codes(found) == ["balance.share_unused"], "the set for gases is never the most specific one"


def test_a_project_replaces_and_adds_rules(tmp_path):
    head = "id,stage,row,fuel,splits,to_quantity,to_keys,reason_zh,source"
    (tmp_path / "allocation.csv").write_text(
        head
        + "\nservices,use,批发零售和住宿餐饮业|其他,燃料,,fuel_consumption,category=1.1.6;equipment=其他设备,本省口径,统计局"
        "\nown.coke,use,工业,焦炭,,,,本省焦炭全部在第二章计算,工信厅\n",
        "utf-8",
    )
    data, shown, found = coke(tmp_path, PUBLIC, BOILER, STEEL)
    assert codes(found) == []
    assert (
        figure(data, "fuel_consumption", 2010, category="1.1.6") == 4
        and figure(data, "fuel_consumption", 2010, category="1.1.5") == 0
    )
    assert [line.reason["zh"] for line in shown.allocations[0].lines if line.rule == "own.coke"] == [
        "本省焦炭全部在第二章计算"
    ]


def test_carbon_of_coke_that_chapter_two_counts_can_be_taken_out(tmp_path):
    (tmp_path / "allocation.csv").write_text(
        "id,stage,row,fuel,splits,to_quantity,to_keys,reason_zh,source\n"
        "own.coke,use,工业,焦炭,焦炭归属|工业行业|工业设备,fuel_consumption,,炼钢降碳的碳在第二章,工信厅\n",
        "utf-8",
    )
    data, shown, found = coke(
        tmp_path,
        PUBLIC,
        BOILER,
        STEEL,
        share("焦炭归属", "*", "*", "燃烧", "0.9"),
        share("焦炭归属", "*", "*", "第二章", "0.1"),
    )
    assert codes(found) == []
    assert figure(data, "fuel_consumption", 2010, fuel="焦炭", category="1.1.3.1") == 45
    assert [line.amount for line in shown.allocations[0].lines if line.rule == "own.coke" and not line.counted] == [5]


def test_a_faulty_rule_of_a_project_is_named(tmp_path):
    (tmp_path / "allocation.csv").write_text(
        "id,stage,row,fuel,splits,to_quantity,to_keys,reason_zh,source\nx,use,工业,焦碳,,fuel_consumption,,理由,来源\n"
        "y,use,工业,焦炭,,fuel_consumption,category=1.1.5,,来源\n",
        "utf-8",
    )
    _, _, found = coke(tmp_path, PUBLIC, BOILER, STEEL)
    assert {"balance.entry_unknown", "row.needed"} <= set(codes(found))
    assert all(p.origin.file == "allocation.csv" for p in found if p.severity == "error")


def test_a_rule_without_all_keys_is_an_error(tmp_path):
    (tmp_path / "allocation.csv").write_text(
        "id,stage,row,fuel,splits,to_quantity,to_keys,reason_zh,source\nx,use,工业,焦炭,,fuel_consumption,category=1.1.3.1,理由,来源\n",
        "utf-8",
    )
    _, _, found = coke(tmp_path, PUBLIC, BOILER, STEEL)
    told = next(p for p in found if p.code == "balance.no_category")
    assert "equipment" in told.text()


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(st.randoms(use_true_random=False))
def test_the_order_of_files_rows_and_columns_does_not_change_the_data(
    tmp_path_factory, example, shuffler: random.Random
):
    folder = jiangsu(tmp_path_factory.mktemp("moved"))
    for year in (2005, 2010):
        path = folder / f"能源平衡表{year}.csv"
        rows = list(csv.reader(path.read_text("utf-8-sig").splitlines()))
        width = len(rows[1])
        body = [r + [""] * (width - len(r)) for r in rows[3:] if len(r) > 1]
        order = [0, *shuffler.sample(range(1, width), width - 1)]
        shuffler.shuffle(body)
        write(path, [rows[0], *([r[i] for i in order] for r in (*rows[1:3], *body))])
    entries = (folder / "allocation_shares.csv").read_text("utf-8-sig").splitlines()
    (folder / "allocation_shares.csv").write_text(
        "\n".join([entries[0], *shuffler.sample(entries[1:], len(entries) - 1)]) + "\n", "utf-8"
    )
    files = list(folder.iterdir())
    shuffler.shuffle(files)
    data, _shown, found = read(files)
    assert [p.severity for p in found] == ["warning"]
    assert [(d.quantity, d.year, d.item, d.value, d.unit, d.data_kind) for d in data] == [
        (d.quantity, d.year, d.item, d.value, d.unit, d.data_kind) for d in example[0]
    ]


def test_the_complete_synthetic_table_needs_only_shares(tmp_path):
    """Every cell of a complete table of the newer layout has a rule: what is missing is asked for, nothing is without a
    place."""
    source = JIANGSU.parent.parent / "tests" / "data" / "balance_synthetic.csv"
    (tmp_path / "能源平衡表2012.csv").write_bytes(source.read_bytes())
    _, _, found = read(tmp_path.iterdir())
    assert set(codes(found)) == {"balance.share_default"}


def test_rules_name_only_what_the_edition_knows():
    from inventory.core.problems import Collector
    from inventory.energy_balance.rules import read_rules
    from inventory.energy_balance.table import read_layout

    ed = edition()
    rules = read_rules(ed, read_layout(ed), [], Collector())
    for rule in some(rules.rules, 20):
        assert rule.reason["zh"] and rule.reason["en"] and rule.source and rule.standing, rule.id
        if rule.quantity:
            keys = set(ed.declared.quantities[rule.quantity].all_keys)
            settable = {k for name in rule.splits for sets, _, _ in rules.splits[name].parts.values() for k, _ in sets}
            assert {k for k, _ in rule.keys} <= keys | {"fuel"}, rule.id
            assert keys <= {k for k, _ in rule.keys} | settable | {"fuel", "category"}, rule.id
    for split in rules.splits.values():
        for sets, _, label in split.parts.values():
            assert label["zh"] and label["en"]
            for key, value in sets:
                known = (
                    ed.categories
                    if key == "category"
                    else {**ed.declared.quantities, "": ""}
                    if key == "quantity"
                    else ed.vocabulary[key]
                )
                assert value in known, (split.id, key, value)
