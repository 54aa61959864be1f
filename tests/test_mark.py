"""A person's own workbook given back with the cells coloured: everything else in it survives."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from damaged import CASES

from inventory.core.edition import load
from inventory.core.problems import InventoryError, Origin, problem
from inventory.reading import read_project
from inventory.reading.cells import read_sheets
from inventory.reading.mark import RESULT_SHEET, mark_workbook, places

CODE = "number.text"


def found_at(file: str, sheet: str, cell: str):  # type: ignore[no-untyped-def]
    return problem(CODE, Origin(file, sheet, cell), found="x", label="甲", hint="")


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    """A workbook with what people have: chart, comment, validation, conditional format, merged cells, formulas with results, a picture of bytes."""
    path = tmp_path / "我的 数据.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("甲 '表' & <1>")
    number = book.add_format({"num_format": "#,##0.00", "bold": True, "border": 1})
    for r in range(5):
        sheet.write(r, 1, r * 1.5, number)
    sheet.write_formula("C1", "=SUM(B1:B5)", number, 15)
    sheet.merge_range("D2:E3", "合并")
    sheet.data_validation("F1", {"validate": "list", "source": ["a", "b"]})
    sheet.conditional_format("B1:B5", {"type": "data_bar", "data_bar_2010": True})
    sheet.write_comment("A1", "批注")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "='甲 ''表'' & <1>'!$B$1:$B$5"})
    sheet.insert_chart("H2", chart)
    book.add_worksheet("空表")
    book.close()
    return path


def test_marks_and_nothing_else(rich: Path, tmp_path: Path) -> None:
    name, sheet = rich.name, "甲 '表' & <1>"
    problems = [*(found_at(name, sheet, c) for c in ("B2", "C1", "E3", "Z99")), found_at(name, "空表", "B2"),
                found_at("别的.xlsx", sheet, "B4"), problem("project.unread", Origin("项目"), files="x")]
    assert mark_workbook(rich, problems, tmp_path / "标注.xlsx")
    book = openpyxl.load_workbook(tmp_path / "标注.xlsx", data_only=True)
    marked = book[sheet]
    fills = {c.coordinate for row in marked.iter_rows() for c in row if c.fill.fgColor.rgb == "FFFF9999"}
    assert fills == {"B2", "C1", "D2", "Z99"}, "a merged area is marked at its top-left cell"
    assert book["空表"]["B2"].fill.fgColor.rgb == "FFFF9999"
    assert marked["B2"].number_format == "#,##0.00" and marked["B2"].font.bold and marked["C1"].value == 15, "formats and cached values stay"
    listed = book[RESULT_SHEET]
    assert listed.max_row == 1 + 5, "problems of this file only"
    assert listed["B2"].hyperlink.location == "'甲 ''表'' & <1>'!C1"
    with zipfile.ZipFile(rich) as before, zipfile.ZipFile(tmp_path / "标注.xlsx") as after:
        changed = {n for n in before.namelist() if before.read(n) != after.read(n)}
        assert set(after.namelist()) - set(before.namelist()) == {"xl/worksheets/sheet3.xml"}
    assert changed == {"xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
                       "[Content_Types].xml"}, "charts, comments, drawings are copied byte for byte"


def test_marked_twice_reads_the_same(rich: Path, tmp_path: Path) -> None:
    problems = [found_at(rich.name, "空表", "A1")]
    mark_workbook(rich, problems, tmp_path / "一.xlsx")
    assert mark_workbook(tmp_path / "一.xlsx", problems, tmp_path / "二.xlsx", name=rich.name)
    first, second = read_sheets(rich), read_sheets(tmp_path / "二.xlsx")
    assert [s.values for s in first if s.height] == [s.values for s in second if s.name in {x.name for x in first} and s.height]
    assert [s.name for s in second][-2:] == [RESULT_SHEET, RESULT_SHEET + "2"]


@pytest.mark.parametrize("name", ["number_about", "unit_missing", "duplicate_row", "notes_below", "key_unknown"])
def test_damaged_templates_come_back_marked(name: str, tmp_path: Path) -> None:
    CASES[name](tmp_path)
    _, problems = read_project([tmp_path], load("prov2011"))
    assert mark_workbook(tmp_path / "农业.xlsx", problems, tmp_path / "标注.xlsx")
    book = openpyxl.load_workbook(tmp_path / "标注.xlsx")
    for found in problems:
        for _, sheet, cell in places(found):
            assert book[sheet][cell].fill.fgColor.rgb in ("FFFF9999", "FFFFE699", "FFDDEBF7")
    _, after = read_project([tmp_path / "标注.xlsx"], load("prov2011"))
    assert {(p.code, p.origin.cell) for p in after} == {(p.code, p.origin.cell) for p in problems}


def test_unusual_xml_and_other_formats_get_the_list(rich: Path, tmp_path: Path) -> None:
    prefixed = io.BytesIO()
    with zipfile.ZipFile(rich) as source, zipfile.ZipFile(prefixed, "w") as target:
        for n in source.namelist():
            data = source.read(n)
            target.writestr(n, data.replace(b"<worksheet ", b"<x:worksheet ") if n.endswith("sheet1.xml") else data)
    odd = tmp_path / "怪.xlsx"
    odd.write_bytes(prefixed.getvalue())
    csv = tmp_path / "长表.csv"
    csv.write_text("a,b\n", "utf-8")
    for path, sheet, cell in ((odd, "甲 '表' & <1>", "B2"), (csv, "", "row 2")):
        out = tmp_path / f"{path.stem}-检查.xlsx"
        assert not mark_workbook(path, [found_at(path.name, sheet, cell)], out)
        (listed,) = read_sheets(out)
        assert listed.name == RESULT_SHEET and listed.cell(2, 1).text == "错误" and "文字" in listed.cell(2, 3).text


def test_never_over_the_original(rich: Path) -> None:
    before = rich.read_bytes()
    with pytest.raises(InventoryError):
        mark_workbook(rich, [], rich)
    assert rich.read_bytes() == before


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_an_xls_comes_back_as_a_list(rich: Path, tmp_path: Path) -> None:
    mark_workbook(rich, [found_at(rich.name, "空表", "B2")], tmp_path / "marked.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    for target, source in (("pdf", tmp_path / "marked.xlsx"), ("xls", rich)):
        subprocess.run(["soffice", "--headless", profile, "--convert-to", target, "--outdir", str(tmp_path), str(source)], check=True, capture_output=True,
                       timeout=180)
    assert (tmp_path / "marked.pdf").stat().st_size > 1000
    xls = tmp_path / f"{rich.stem}.xls"
    assert read_sheets(xls)[0].cell(2, 2).value == 1.5
    assert not mark_workbook(xls, [found_at(xls.name, "空表", "B2")], tmp_path / "xls-检查.xlsx")
    assert read_sheets(tmp_path / "xls-检查.xlsx")[0].name == RESULT_SHEET
