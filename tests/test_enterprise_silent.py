"""Figures that used to pass in silence: a fraction under a per cent, a merged fuel name, a percent sign, a negative own
factor, impossible balances, a unit nobody knows; each is refused or asked about at its cell."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from some import some

from inventory.core.problems import InventoryError, Problem
from inventory.enterprise.compute import compute_file
from inventory.enterprise.read import read_enterprise

EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "enterprise"


def changed(tmp_path: Path, name: str, change: object) -> Path:
    book = openpyxl.load_workbook(EXAMPLES / name)
    change(book)  # type: ignore[operator]
    book.save(tmp_path / "改.xlsx")
    return tmp_path / "改.xlsx"


def refused(path: Path) -> dict[str, Problem]:
    with pytest.raises(InventoryError) as caught:
        compute_file(path)
    return {p.code: p for p in caught.value.problems}


def column_of(sheet: object, heading: str) -> int:
    return next(c.column for c in sheet[3] if str(c.value or "").startswith(heading))  # type: ignore[index]


def test_carbon_as_a_fraction_under_per_cent_is_refused_with_its_cause(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["化验"]
        for r in range(4, 16):
            cell = sheet.cell(r, column_of(sheet, "含碳量"))
            cell.value = cell.value / 100

    found = refused(changed(tmp_path, "发电厂.xlsx", change))
    assert found["form.factor_bounds"].origin.sheet == "化验" and "form.factor_missing" not in found
    assert "check.range_cause" in found and "小数" in found["check.range_cause"].text()


def test_a_merged_fuel_name_holds_for_its_rows(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["台账"]
        assert len({sheet.cell(r, 1).value for r in range(4, 16)}) == 1
        sheet.merge_cells("A4:A15")

    path = changed(tmp_path, "发电厂.xlsx", change)
    assert compute_file(path).total(True) == compute_file(EXAMPLES / "发电厂.xlsx").total(True)


@pytest.mark.parametrize("value", ["85%", 0.85])
def test_a_percent_sign_on_megawatt_hours_is_refused(value: object, tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        cell = book["电力"].cell(8, column_of(book["电力"], "购入电量"))
        cell.value = value
        if isinstance(value, float):
            cell.number_format = "0%"

    found = refused(changed(tmp_path, "钢铁厂.xlsx", change))
    assert found["number.percent_unit"].origin.cell == "D8" and "MWh" in found["number.percent_unit"].text()


def test_a_negative_own_factor_is_refused(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["自有参数"]
        sheet.cell(4, column_of(sheet, "数值")).value = -5

    found = refused(changed(tmp_path, "化工厂.xlsx", change))
    assert found["form.factor_bounds"].origin.cell == "D4"


def test_more_destroyed_than_formed_is_refused_with_its_cells(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["过程数据"]
        for r in range(4, 12):
            if "销毁" in str(sheet.cell(r, 2).value):
                sheet.cell(r, column_of(sheet, "数值")).value = 900

    found = refused(changed(tmp_path, "氟化工厂.xlsx", change))
    assert "HFC-23" in found["check.sign"].text() and "过程数据!" in found["check.sign"].text()


def test_more_gas_used_than_drained_is_refused_with_both_cells(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["过程数据"]
        for r in range(4, 14):
            if str(sheet.cell(r, 1).value).startswith("12-06") and "利用" in str(sheet.cell(r, 2).value):
                sheet.cell(r, column_of(sheet, "数值")).value = 5000

    text = refused(changed(tmp_path, "煤矿.xlsx", change))["check.balance"].text()
    assert "5,212.4" in text and "1,426.8" in text and text.count("F") >= 2


def test_a_unit_nobody_knows_is_told_at_its_cell(tmp_path: Path) -> None:
    def change(book: openpyxl.Workbook) -> None:
        book["台账"].cell(4, column_of(book["台账"], "单位")).value = "民国94年"

    found = refused(changed(tmp_path, "发电厂.xlsx", change))
    assert found["enterprise.unit_mixed"].origin.cell == "C4"


def test_messages_speak_of_the_firms_workbook(tmp_path: Path) -> None:
    """No factors.csv, no choices.csv, no ids of keys in what an enterprise reads."""

    def change(book: openpyxl.Workbook) -> None:
        sheet = book["自有参数"]
        for r in range(4, 12):
            for c in range(1, 11):
                sheet.cell(r, c).value = None
        book["企业基本情况"]["B17"] = "1999"

    found = refused(changed(tmp_path, "焦化厂.xlsx", change))
    for p in found.values():
        for lang in ("zh", "en"):
            assert not any(
                w in p.text(lang) for w in ("factors.csv", "choices.csv", "family=", "material=", "quantity=")
            ), p.text(lang)
    assert "自有参数" in found["form.factor_missing"].text() and "物料=" in found["form.factor_missing"].text()


def test_a_clean_example_reads_without_a_word() -> None:
    for path in some(sorted(EXAMPLES.glob("*.xlsx")), 20):
        assert not [p.text() for p in read_enterprise(path)[1] if p.severity == "error"], path.name
