"""Cells with addresses, strict numbers and years."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from inventory.core.places import address, position
from inventory.spreadsheets.cells import Unreadable, read_sheets
from inventory.spreadsheets.numbers import REASONS, NotNumber, Number, Year, parse_number, parse_year, serial

GOOD = {
    "12": 12.0,
    " 12 ": 12.0,
    "　12　": 12.0,
    "1,234.5": 1234.5,
    "１，２３４．５": 1234.5,
    "１２": 12.0,
    "-5": -5.0,
    "−5": -5.0,
    "－5": -5.0,
    "+5": 5.0,
    ".5": 0.5,
    "5.": 5.0,
    "1.2e3": 1200.0,
    "1.2E+05": 120000.0,
    "1.2万": 12000.0,
    "3亿": 3e8,
    "2千": 2000.0,
    "1,234,567": 1234567.0,
    "0": 0.0,
    "007": 7.0,
}
BAD = {
    "": "blank",
    "  ": "blank",
    "—": "mark",
    "…": "mark",
    "/": "mark",
    "-": "mark",
    "--": "mark",
    "N/A": "mark",
    "无": "mark",
    "1,23": "separator",
    "1,2345": "separator",
    "3,5": "separator",
    "1.234.567": "separator",
    "²": "digits",
    "10³": "digits",
    "①": "digits",
    "½": "digits",
    "١٢": "digits",
    "三百": "digits",
    "inf": "infinite",
    "nan": "infinite",
    "-Infinity": "infinite",
    "1e400": "infinite",
    "1_000": "text",
    "0x10": "text",
    "12 13": "several",
    "12、13": "several",
    "3-5": "range",
    "12±3": "range",
    "约12": "approximate",
    ">5": "approximate",
    "(5)": "brackets",
    "12.5万吨": "unit",
    "12 t": "unit",
    "=1+1": "formula",
    "#N/A": "error",
    "NO": "notation",
    "ＮＥ": "notation",
    "无烟煤": "text",
    "TRUE": "text",
    "1e5e5": "text",
}


@pytest.mark.parametrize(("text", "value"), GOOD.items())
def test_numbers(text: str, value: float) -> None:
    number = parse_number(text)
    assert isinstance(number, Number) and number.value == value


@pytest.mark.parametrize(("text", "reason"), BAD.items())
def test_not_numbers(text: str, reason: str) -> None:
    found = parse_number(text)
    assert isinstance(found, NotNumber) and found.reason == reason


def test_percent_is_kept_apart() -> None:
    assert parse_number("85%") == Number(85.0, "%") and parse_number("８５％") == Number(85.0, "%")
    assert parse_number("3‰") == Number(3.0, "‰") and Number(85.0, "%").fraction == 0.85


@given(
    st.one_of(
        st.text(),
        st.floats(),
        st.integers(),
        st.booleans(),
        st.none(),
        st.datetimes(),
        st.dates(),
        st.times(),
        st.timedeltas(),
    )
)
def test_any_value_is_a_finite_number_or_a_known_reason(value: object) -> None:
    found = parse_number(value)
    if isinstance(found, Number):
        assert found.value == found.value and abs(found.value) != float("inf")
    else:
        assert found.reason in REASONS


@given(st.floats(-1e30, 1e30))
def test_what_python_prints_reads_back(value: float) -> None:
    assert parse_number(repr(value)) == Number(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_thousands_separators(value: object) -> None:
    found = parse_number(f"{value:,}")
    assert isinstance(found, Number) and found.value == float(value)  # type: ignore[arg-type]


YEARS = {
    2005.0: 2005,
    "2005": 2005,
    "2005年": 2005,
    "２００５": 2005,
    "2005.0": 2005,
    "2005年度": 2005,
    dt.date(2005, 12, 31): 2005,
    dt.datetime(1905, 6, 27): 2005,
    "2005-12-31": 2005,
}


@pytest.mark.parametrize(("value", "year"), YEARS.items(), ids=str)
def test_years(value: object, year: int) -> None:
    found = parse_year(value)
    assert isinstance(found, Year) and found.value == year


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2005/2010", "several"),
        ("2005-2010", "several"),
        ("2005-10", "several"),
        ("2005、2010年", "several"),
        ("05", "text"),
        ("20055", "text"),
        (None, "blank"),
        (1905.5, "range"),
        (12.0, "range"),
        (float("nan"), "range"),
        (True, "bool"),
        (dt.datetime(1850, 1, 1), "date"),
    ],
    ids=str,
)
def test_not_years(value: object, reason: str) -> None:
    found = parse_year(value)
    assert isinstance(found, NotNumber) and found.reason == reason


@given(st.integers(1, 1_048_576), st.integers(1, 16_384))
def test_addresses_there_and_back(row: int, column: int) -> None:
    assert position(address(row, column)) == (row, column)


@given(st.floats(min_value=61, max_value=2_000_000, allow_nan=False))
def test_serial_of_a_date(days: float) -> None:
    moment = dt.datetime(1899, 12, 30) + dt.timedelta(days=days)
    assert abs(serial(moment) - days) < 1e-6


@pytest.fixture
def odd_book(tmp_path: Path) -> Path:
    path = tmp_path / "省 数据.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet('甲 & "乙"')
    percent, date = book.add_format({"num_format": "0.0%"}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write("C4", 0.93, percent)
    sheet.write_formula("D5", "=1/0", None, "#DIV/0!")
    sheet.write_formula("E6", "=1+1", None, 2)
    sheet.write("F7", 1234.5, date)
    sheet.merge_range("B8:D9", "合并")
    sheet.write("B10", True)
    sheet.write("B11", "  文字 ")
    book.add_worksheet("空")
    book.add_worksheet("藏").hide()
    book.close()
    return path


def test_kinds_and_addresses(odd_book: Path) -> None:
    sheet, empty, hidden = read_sheets(odd_book)
    assert sheet.name == '甲 & "乙"' and not empty.values and not hidden.visible
    kinds = {c.address: (c.kind, c.value) for row in sheet.rows for c in row if c.kind != "empty"}
    assert kinds == {
        "C4": ("number", 0.93),
        "D5": ("error", "#DIV/0!"),
        "E6": ("number", 2.0),
        "F7": ("date", dt.datetime(1903, 5, 18, 12)),
        "B8": ("text", "合并"),
        "B10": ("bool", True),
        "B11": ("text", "  文字 "),
    }
    assert sheet.cell(4, 3).percent and parse_number(sheet.cell(4, 3)) == Number(93.0, "%")
    assert (
        sheet.merged == ((8, 2, 9, 4),)
        and sheet.covered(9, 3) == (8, 2)
        and sheet.shown(9, 3).text == "合并"
        and sheet.covered(8, 2) is None
    )
    assert str(sheet.origin(4, 3)) == '省 数据.xlsx[甲 & "乙"]!C4'


def test_formula_without_result_and_error_at_the_edge(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["C3"], book.active["D4"] = "=1+1", "#N/A"
    book.active["D4"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    (sheet,) = read_sheets(tmp_path / "a.xlsx")
    assert sheet.cell(3, 3).kind == "uncached" and sheet.cell(4, 4).kind == "error" and sheet.cell(4, 4).value == "#N/A"
    assert parse_number(sheet.cell(3, 3)) == NotNumber("uncached", "")


def test_content_and_not_the_name_decides(odd_book: Path) -> None:
    other = odd_book.with_name("其实是xlsx.xls")
    other.write_bytes(odd_book.read_bytes())
    assert read_sheets(other)[0].cell(8, 2).text == "合并"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_encodings(tmp_path: Path, encoding: str, newline: str) -> None:
    path = tmp_path / "表.csv"
    path.write_bytes(newline.join(("地区,数值", '江苏,"1,234"', '"两\n行",5', "")).encode(encoding))
    (sheet,) = read_sheets(path)
    assert (
        sheet.csv
        and sheet.values[0] == ("地区", "数值")
        and sheet.values[1] == ("江苏", "1,234")
        and sheet.values[2][1] == "5"
    )
    assert str(sheet.row_origin(2)) == "表.csv!row 2"


@given(data=st.binary(max_size=400))
def test_any_bytes_are_a_table_or_a_message(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    folder = tmp_path_factory.getbasetemp()
    for name in ("x.csv", "x.xlsx"):
        path = folder / name
        path.write_bytes(data)
        try:
            read_sheets(path)
        except Unreadable as found:
            assert found.problem.severity == "error" and found.problem.text("zh")
