"""What stands outside the total never stops a compilation: information items without a factor are NE, checks without
one are left out, and both are said."""

from __future__ import annotations

from pathlib import Path

import pytest

import inventory
from inventory.core.problems import InventoryError

HEAD = "region,year,category,item,quantity,value,unit,source\n"
FUEL = "江苏,{year},1.1.3.5,category=1.1.3.5;equipment=其他设备;fuel=汽油,fuel_consumption,1,万吨,手工例\n"


def compiled(folder: Path, *rows: str):
    (folder / "d.csv").write_text(
        HEAD + "".join(f"{row}\n" if not row.endswith("\n") else row for row in rows), "utf-8"
    )
    return inventory.compile(folder)


def test_an_information_item_without_a_factor_is_not_estimated(tmp_path):
    power = [
        f"江苏,{year},M.3,grid=华东,electricity_{way},10,亿千瓦时,手工例"
        for year in (2007, 2010)
        for way in ("import", "export")
    ]
    ledger = compiled(tmp_path, FUEL.format(year=2007), FUEL.format(year=2010), *power)
    assert {(x.year, x.category) for x in ledger.lines} == {(2007, "1.1.3.5"), (2010, "1.1.3.5"), (2010, "M.3")}
    (note,) = ledger.notations
    assert (note.year, note.category, note.key) == (2007, "M.3", "NE") and "华东" in note.reason
    said = [p for p in ledger.warnings if p.code == "factor.information_missing"]
    assert said and all(
        p.severity == "warning" and "NE" in p.text() and "the total is not affected" in p.text("en") for p in said
    )


def test_half_of_an_item_is_worse_than_none(tmp_path):
    """Electricity from a grid with a factor of that year beside one without: neither import nor export is counted."""
    rows = [
        "江苏,2005,M.3,grid=华东,electricity_export,10,亿千瓦时,手工例",
        "江苏,2005,M.3,grid=西南,electricity_import,5,亿千瓦时,手工例",
    ]
    ledger = compiled(tmp_path, FUEL.format(year=2005), *rows)
    assert {x.category for x in ledger.lines} == {"1.1.3.5"}
    assert [(n.category, n.key) for n in ledger.notations] == [("M.3", "NE")]


def test_what_a_person_said_of_the_item_stays(tmp_path):
    rows = ["江苏,2007,M.3,grid=华东,electricity_export,10,亿千瓦时,手工例", "江苏,2007,M.3,,notation,C,,手工例"]
    ledger = compiled(tmp_path, FUEL.format(year=2007), *rows)
    assert [(n.category, n.key) for n in ledger.notations] == [("M.3", "C")]


def test_the_reference_approach_without_a_factor_is_left_out(tmp_path):
    ledger = compiled(
        tmp_path, FUEL.format(year=2005), "江苏,2005,,flow=进口量;fuel=水煤气,reference_flow,1,亿立方米,手工例"
    )
    assert {(x.category, x.account) for x in ledger.lines} == {("1.1.3.5", "total")}
    (said,) = [p for p in ledger.warnings if p.code == "factor.check_missing"]
    assert "参考方法" in said.text() and "check only" in said.text("en")
    assert not ledger.notations


def test_a_factor_of_the_total_is_still_asked_for(tmp_path):
    with pytest.raises(InventoryError) as raised:
        compiled(
            tmp_path,
            "江苏,2005,1.1.3.5,category=1.1.3.5;equipment=其他设备;fuel=水煤气,fuel_consumption,1,亿立方米,手工例",
        )
    assert "factor.missing" in {p.code for p in raised.value.problems if p.severity == "error"}
