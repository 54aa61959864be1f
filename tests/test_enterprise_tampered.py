"""What is done to a filed report after it was written: sheets taken out, rows left out on one side only, results, percent
signs, hidden tables. Each is a finding at its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from test_enterprise_verify import EXAMPLES, row_of, tampered

from inventory.enterprise.checks import WEIGHTY
from inventory.enterprise.compute import compute_file
from inventory.enterprise.report import write_report

EAST_2012 = 0.7035  # t CO2/MWh
PERCENT = "5 %"


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filed") / "mine.xlsx"
    write_report(compute_file(EXAMPLES / "ore_mine.toml"), path)
    return path


def without(sheet: str) -> Callable[[openpyxl.Workbook], None]:
    return lambda book: book.remove(book[sheet])


def without_row(sheet: str, *texts: str) -> Callable[[openpyxl.Workbook], None]:
    return lambda book: book[sheet].delete_rows(row_of(book[sheet], *texts))


def hidden(book: openpyxl.Workbook) -> None:
    book["附表2-3"].sheet_state = "hidden"


def cell(sheet: str, text: str, column: int, value: object) -> Callable[[openpyxl.Workbook], None]:
    def change(book: openpyxl.Workbook) -> None:
        book[sheet].cell(row_of(book[sheet], text), column).value = value

    return change


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (without("台账"), "verify.table_only", "烟煤"),
        (without("电力"), "verify.table_only", "购入电量"),
        (without("过程数据"), "verify.table_only", "台账、电力、热力、过程数据"),
        (without_row("附表2-3", "燃料=柴油"), "verify.sheet_only", "柴油"),
        (cell("附表2-3", "燃料=烟煤", 13, 1.0), "verify.result", "烟煤"),
        (cell("附表2-3", "燃料=烟煤", 2, PERCENT), "number.percent_unit", PERCENT.replace(" ", "")),
        (cell("附表1", "碳酸盐分解", 3, PERCENT), "number.percent_unit", PERCENT.replace(" ", "")),
        (hidden, "verify.hidden_table", "附表2-3"),
        (cell("企业基本情况", "2010年综合能源消费量", 2, -7000), "enterprise.negative_value", "-7000"),
    ],
)
def test_what_was_done_to_a_filed_report_is_said(
    change: Callable[[openpyxl.Workbook], None], code: str, words: str, mine: Path, tmp_path: Path
) -> None:
    v = tampered(mine, tmp_path / "v.xlsx", change)
    said = [f for f in v.findings if f.problem.code == code and words in f.problem.text()]
    assert said, [f.problem.text() for f in v.findings]
    assert said[0].problem.text("en")
    if code.startswith(("verify.table_only", "verify.sheet_only")):
        assert said[0].grade in WEIGHTY


def test_a_month_left_out_of_the_monthly_sheet_is_sized(mine: Path, tmp_path: Path) -> None:
    """The table has all twelve months; the sheet lacks one, whose MWh times the grid factor is the size."""
    month = openpyxl.load_workbook(mine, data_only=True)["电力"]
    row, column = row_of(month, "月份") + 1, 4
    gone = float(month.cell(row, column).value)
    v = tampered(mine, tmp_path / "v.xlsx", lambda book: book["电力"].delete_rows(row))
    (finding,) = [f for f in v.findings if f.problem.code == "verify.sheet"]
    assert finding.size_t == pytest.approx(gone * EAST_2012, rel=1e-6)
    assert "购入电量" in finding.problem.text()


def test_figures_above_the_heading_and_in_unasked_columns_are_said(tmp_path: Path) -> None:
    """A number typed as text in a column that nobody asked for, and one above the heading: both are named, none is
    lost."""
    from inventory.enterprise.read import read_enterprise

    path = Path(__file__).parents[1] / "examples" / "enterprise" / "公共建筑.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["电力"]
    sheet.cell(1, 12).value = 123.4
    sheet.cell(6, sheet.max_column + 2).value = "45"
    book.save(tmp_path / "e.xlsx")
    problems = read_enterprise(tmp_path / "e.xlsx")[1]
    named = [p for p in problems if p.code == "enterprise.column_not_read"]
    assert len(named) == 2 and any("L1" in p.text() for p in named)
    assert not [p for p in problems if p.severity == "error"]


def test_coal_of_no_kind_is_asked_for_its_kind_once(tmp_path: Path) -> None:
    from inventory.core.problems import InventoryError
    from inventory.enterprise.compute import compute_file as compute_it

    text = (EXAMPLES / "ore_mine.toml").read_text("utf-8").replace("烟煤", "原煤")
    (tmp_path / "e.toml").write_text(text, "utf-8")
    with pytest.raises(InventoryError) as refused:
        compute_it(tmp_path / "e.toml")
    errors = [p for p in refused.value.problems if p.severity == "error"]
    assert {p.code for p in errors} == {"enterprise.coal_kind"} and "烟煤" in errors[0].text()
