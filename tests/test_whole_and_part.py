"""A whole and its parts, a table and a sheet, a code of another classification: each figure is counted once, or
somebody is told."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from compiled_help import compiled, errors

import inventory
from inventory.core.activity import Datum, Project, Term, datum
from inventory.core.overlap import covers
from inventory.core.problems import InventoryError, Origin, Problem
from inventory.core.statements import FindingAnswer
from inventory.edition import load

HEAD = "region,year,category,item,quantity,value,unit,source\n"


def given(quantity: str, value: float, unit: str, row: int, **keys: str) -> Datum:
    return datum("安徽", 2010, quantity, value, unit, keys, origin=Origin("甲.csv", "", f"row {row}"))


def herd(value: float, row: int, scale: str, animal: str = "猪") -> Datum:
    return given("livestock", value, "万头", row, animal=animal, scale=scale)


def burnt(value: float, row: int, fuel: str, category: str = "1.1.3.4") -> Datum:
    return given("fuel_consumption", value, "万吨", row, category=category, equipment="其他设备", fuel=fuel)


def measured(value: float, row: int, category: str, gas: str = "CH4") -> Datum:
    return given("measured_emission", value, "t", row, category=category, gas=gas)


PAIRS = [
    (herd(50, 2, "不分规模"), herd(20, 3, "农户饲养")),
    (given("arbour_volume", 5000, "万m3", 2), given("arbour_volume", 900, "万m3", 3, species="杉木")),
    (burnt(30, 2, "原煤"), burnt(10, 3, "烟煤")),
    (burnt(3, 2, "煤油"), burnt(1, 3, "喷气煤油")),
    (measured(1000, 2, "5.2"), measured(400, 3, "5.2.1")),
    (measured(1000, 2, "3"), measured(400, 3, "3.3.6")),
]


@pytest.mark.parametrize(("whole", "part"), PAIRS)
def test_a_whole_and_its_part_are_refused_in_either_order(whole: Datum, part: Datum) -> None:
    for order in itertools.permutations((whole, part)):
        found = [p for p in errors(*order) if p.code == "data.whole_and_part"]
        assert len(found) == 1
        for lang, rows in (("zh", ("第2行", "第3行")), ("en", ("row 2", "row 3"))):
            assert all(row in found[0].text(lang) for row in rows)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (herd(50, 2, "规模化饲养"), herd(20, 3, "农户饲养")),
        (herd(50, 2, "不分规模"), herd(20, 3, "规模化饲养", "马")),
        (herd(50, 2, "不分规模"), herd(0, 3, "农户饲养")),
        (measured(1000, 2, "5.2.1"), measured(400, 3, "5.2.2")),
        (measured(1000, 2, "1.1.4", "CH4"), measured(400, 3, "1.1.4.2", "N2O")),
        (burnt(30, 2, "原煤"), burnt(10, 3, "烟煤", "1.1.3.5")),
        (burnt(30, 2, "无烟煤"), burnt(10, 3, "烟煤")),
    ],
)
def test_what_does_not_contain_the_other_is_counted(one: Datum, other: Datum) -> None:
    try:
        ledger = compiled(one, other)
    except InventoryError as error:  # factors may be asked for; nothing is said of a whole
        assert "data.whole_and_part" not in {p.code for p in error.problems}
    else:
        assert len(ledger.lines) >= 1


def test_somebody_may_say_that_neither_contains_the_other() -> None:
    (found,) = errors(*PAIRS[4])
    place = dict(found.facts)["question"].partition("|")[2]
    said = FindingAnswer("whole_part", place, "5.2 一行只含园区集中处理厂", "张三", "2012-03-01")
    ledger = compiled(*PAIRS[4], answers=(said,))
    assert ledger.mass_t(category="5.2", gas="CH4") == pytest.approx(1400)
    assert [p.severity for p in ledger.warnings if p.code == "question.answered"] == ["hint"]


def test_an_answer_to_nothing_is_named() -> None:
    said = FindingAnswer(
        "whole_part",
        "安徽|2010|livestock|animal=猪",
        "没有重复",
        "张三",
        "2012-03-01",
        Origin("answers.csv", "", "row 2"),
    )
    ledger = compiled(herd(50, 2, "不分规模"), answers=(said,))
    assert [p.origin.cell for p in ledger.warnings if p.code == "question.stale"] == ["row 2"]


def test_a_table_and_a_sheet_for_one_category_are_a_choice() -> None:
    cell = Term("工业·原煤", 100, Origin("能源平衡表2010.csv", "", "B30"))
    from dataclasses import replace

    made = replace(burnt(100, 2, "无烟煤"), terms=(cell,))
    (found,) = [p for p in errors(made, burnt(30, 9, "褐煤")) if p.code == "data.table_and_sheet"]
    assert "能源平衡表2010.csv" in found.text() and "第9行" in found.text()
    assert not [p for p in _told(made, burnt(30, 9, "褐煤", "1.1.5")) if p.code == "data.table_and_sheet"]
    flow = replace(given("reference_production", 900, "万吨", 2, fuel="无烟煤"), terms=(cell,))
    assert [
        p
        for p in _told(flow, given("reference_production", 3000, "万吨", 9, fuel="原煤"))
        if p.code == "data.table_and_sheet"
    ]


def _told(*data: Datum) -> list[Problem]:
    try:
        return list(compiled(*data).warnings)
    except InventoryError as error:
        return list(error.problems)


def test_every_declared_whole_names_words_that_exist() -> None:
    edition = load("prov2011")
    found = 0
    for key, words in edition.vocabulary.items():
        for word in words.values():
            members = word.attributes.get("covers", "")
            if members:
                found += 1
                assert members == "*" or set(members.split("+")) <= set(words)
                assert all(
                    covers(edition, key, word.value, m)
                    for m in words
                    if m != word.value and (members == "*" or m in members.split("+"))
                )
    assert found >= 3


# ---- what is taken away is held against what it is taken from ----


def mines(output: float, recovered: float) -> tuple[Datum, Datum]:
    return (
        given("coal_output_underground", output, "万吨", 2, ownership="国有重点"),
        given("coal_ch4_recovered", recovered, "万m3", 3),
    )


def test_no_more_mine_gas_is_recovered_than_was_made() -> None:
    """100 万t of coal at 8.37 m3/t give 837 万m3."""
    (found,) = errors(*mines(100, 900))
    assert found.code == "data.excess" and "第3行" in found.text() and "5607.9" in found.text()
    ledger = compiled(*mines(100, 800))
    assert ledger.mass_t(category="1.3", gas="CH4") == pytest.approx((837 - 800) * 1e4 * 0.67 / 1e3, rel=1e-3)


def test_recovery_cannot_be_compared_where_the_mines_are_not_estimated() -> None:
    from inventory.core.activity import Notation

    recovered = mines(100, 900)[1]
    assert compiled(recovered, notations=(Notation("安徽", 2010, "1.3.1", "", "NE", "产量未到"),))
    assert [p.code for p in errors(recovered)] == ["data.excess"]


def test_an_enterprise_uses_no_more_mine_gas_than_came_out() -> None:
    """The same rule for the other product: what is flared and used is part of what was vented and drained."""
    from inventory.core.engine import compile_ledger

    def mine(used: float) -> Project:
        return Project(
            tuple(
                datum("甲矿", 2015, f"mine_ch4_{what}", value, "万Nm3", origin=Origin("报告.xlsx", "瓦斯", "C5"))
                for what, value in (("vented", 100), ("drained", 50), ("used", used))
            )
        )

    edition = load("enterprise2013")
    assert compile_ledger(mine(40), edition).mass_t(category="12-06", gas="CH4") == pytest.approx(110 * 7.17)
    with pytest.raises(InventoryError) as caught:
        compile_ledger(mine(151), edition)
    assert [p.code for p in caught.value.problems if p.severity == "error"] == ["step.below"]


# ---- codes of other classifications ----


@pytest.mark.parametrize(
    ("code", "meant"),
    [("4A", "3.3 "), ("4.A", "3.3 "), ("3C7", "3.1"), ("4C", "3.1 "), ("1A1a", "1.1.1.1"), ("6B2", "5.2.1")],
)
@pytest.mark.parametrize("kind", ["measured", "notation"])
def test_a_code_of_another_classification_is_refused_with_ours(
    tmp_path: Path, code: str, meant: str, kind: str
) -> None:
    row = (
        f"安徽,2010,{code},gas=CH4,measured_emission,1000,t,报告"
        if kind == "measured"
        else f"安徽,2010,{code},gas=CH4,notation,NE,,报告"
    )
    table = tmp_path / "d.csv"
    table.write_text(HEAD + row + "\n", "utf-8")
    project, problems = inventory.read(table)
    assert not project.data and not project.notations
    assert [p.code for p in problems if p.severity == "error"] in (["word.category"], ["word.value"])
    assert any(meant in p.part("expected") for p in problems), problems[0].text()


@pytest.mark.parametrize("text", ["3.3", "3.3 动物肠道发酵", "3.3动物肠道发酵", "３．３　动物肠道发酵"])
def test_our_own_codes_are_read_with_and_without_their_name(tmp_path: Path, text: str) -> None:
    table = tmp_path / "d.csv"
    table.write_text(HEAD + f"安徽,2010,{text},gas=CH4,measured_emission,1000,t,报告\n", "utf-8")
    project, _ = inventory.read(table)
    assert [dict(d.item)["category"] for d in project.data] == ["3.3"]
