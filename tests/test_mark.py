"""A person's own workbook given back with the cells coloured: everything else in it survives."""

from __future__ import annotations

import io
import shutil
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from damaged import CASES
from office import converted

from inventory.core.problems import InventoryError, Origin, problem
from inventory.edition import load
from inventory.reading import read_project
from inventory.reading.mark import RESULT_SHEET, mark_workbook, places
from inventory.spreadsheets.cells import read_sheets

CODE = "number.text"


def found_at(file: str, sheet: str, cell: str):  # type: ignore[no-untyped-def]
    return problem(CODE, Origin(file, sheet, cell), found="x", label="甲", hint="")


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    """A workbook with what people have: chart, comment, validation, conditional format, merged cells, formulas with
    results, a picture of bytes."""
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
    problems = [
        *(found_at(name, sheet, c) for c in ("B2", "C1", "E3", "Z99")),
        found_at(name, "空表", "B2"),
        found_at("别的.xlsx", sheet, "B4"),
        problem("project.unread", Origin("项目"), files="x"),
    ]
    assert mark_workbook(rich, problems, tmp_path / "标注.xlsx")
    book = openpyxl.load_workbook(tmp_path / "标注.xlsx", data_only=True)
    marked = book[sheet]
    fills = {c.coordinate for row in marked.iter_rows() for c in row if c.fill.fgColor.rgb == "FFFF9999"}
    assert fills == {"B2", "C1", "D2", "Z99"}, "a merged area is marked at its top-left cell"
    assert book["空表"]["B2"].fill.fgColor.rgb == "FFFF9999"
    assert marked["B2"].number_format == "#,##0.00" and marked["B2"].font.bold and marked["C1"].value == 15, (
        "formats and cached values stay"
    )
    listed = book[RESULT_SHEET]
    assert listed.max_row == 1 + 5, "problems of this file only"
    assert listed["B2"].hyperlink.location == "'甲 ''表'' & <1>'!C1"
    with zipfile.ZipFile(rich) as before, zipfile.ZipFile(tmp_path / "标注.xlsx") as after:
        changed = {n for n in before.namelist() if before.read(n) != after.read(n)}
        assert set(after.namelist()) - set(before.namelist()) == {
            "xl/worksheets/sheet3.xml",
            "xl/comments2.xml",
            "xl/drawings/vmlDrawing2.vml",
            "xl/worksheets/_rels/sheet2.xml.rels",
        }
    assert changed == {
        "xl/worksheets/sheet1.xml",
        "xl/worksheets/sheet2.xml",
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
        "[Content_Types].xml",
    }, "charts and drawings are copied byte for byte"
    assert marked["A1"].comment.text == "批注", "the user's own comment stays"
    assert {c.coordinate for row in marked.iter_rows() for c in row if c.comment} == {"A1", "B2", "C1", "D2", "Z99"}
    assert marked["B2"].comment.text.startswith("【错误】") and "处理办法：" in marked["B2"].comment.text


def test_marked_twice_reads_the_same(rich: Path, tmp_path: Path) -> None:
    problems = [found_at(rich.name, "空表", "A1")]
    mark_workbook(rich, problems, tmp_path / "一.xlsx")
    assert mark_workbook(tmp_path / "一.xlsx", problems, tmp_path / "二.xlsx", name=rich.name)
    first, second = read_sheets(rich), read_sheets(tmp_path / "二.xlsx")
    assert [s.values for s in first if s.height] == [
        s.values for s in second if s.name in {x.name for x in first} and s.height
    ]
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


@pytest.mark.slow
@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_opens_it_and_an_xls_comes_back_as_a_list(rich: Path, tmp_path: Path) -> None:
    mark_workbook(rich, [found_at(rich.name, "空表", "B2")], tmp_path / "marked.xlsx")
    for target, source in (("pdf", tmp_path / "marked.xlsx"), ("xls", rich)):
        converted(source, target, tmp_path)
    assert (tmp_path / "marked.pdf").stat().st_size > 1000
    xls = tmp_path / f"{rich.stem}.xls"
    assert read_sheets(xls)[0].cell(2, 2).value == 1.5
    sheet = read_sheets(xls)[0].name
    assert not mark_workbook(
        xls, [found_at(xls.name, sheet, c) for c in ("B2", "E3", "Z9")], tmp_path / "xls-检查.xlsx"
    )
    listed, values, *_ = read_sheets(tmp_path / "xls-检查.xlsx")
    assert listed.name == RESULT_SHEET and "格式、公式、图表" in listed.cell(5, 3).text
    assert (
        values.name == sheet
        and values.values == read_sheets(xls)[0].values
        and values.merged == read_sheets(xls)[0].merged
    )
    book = openpyxl.load_workbook(tmp_path / "xls-检查.xlsx")
    assert {c.coordinate for row in book[sheet].iter_rows() for c in row if c.comment} == {"B2", "D2", "Z9"}
    assert {book[sheet][c].fill.fgColor.rgb for c in ("B2", "D2", "Z9")} == {"FFFF9999"}


def commented(path: Path) -> dict[str, dict[str, str]]:
    book = openpyxl.load_workbook(path)
    return {
        s.title: {c.coordinate: c.comment.text for row in s.iter_rows() for c in row if c.comment}
        for s in book.worksheets
    }


def test_a_cell_with_a_comment_of_its_own_keeps_it(tmp_path: Path) -> None:
    """The comments of XlsxWriter (runs), openpyxl (plain text) and a cell with two problems."""
    plain = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    book.active.title = "表"
    book.active["B2"].comment = openpyxl.comments.Comment("我的 <批注> & 一", "某人")
    book.active["C3"].comment = openpyxl.comments.Comment("别的", "某人")
    book.save(plain)
    runs = tmp_path / "b.xlsx"
    written = xlsxwriter.Workbook(str(runs))
    sheet = written.add_worksheet("表")
    sheet.write_comment("B2", "我的 <批注> & 一")
    sheet.write_comment("C3", "别的")
    sheet.add_table("E1:F3")
    sheet.conditional_format("H1:H5", {"type": "data_bar", "data_bar_2010": True})
    written.close()
    for path in (plain, runs):
        problems = [
            found_at(path.name, "表", "B2"),
            problem("number.bool", Origin(path.name, "表", "B2"), found="TRUE", label="乙"),
            found_at(path.name, "表", "D4"),
        ]
        assert mark_workbook(path, problems, tmp_path / "标注.xlsx")
        notes = commented(tmp_path / "标注.xlsx")["表"]
        assert notes["B2"].startswith("我的 <批注> & 一\n") and notes["B2"].count("【错误】") == 2
        assert notes["C3"] == "别的" and notes["D4"].startswith("【错误】") and set(notes) == {"B2", "C3", "D4"}
        assert mark_workbook(tmp_path / "标注.xlsx", problems, tmp_path / "再次.xlsx", name=path.name), (
            "a marked copy can be marked again"
        )
        assert commented(tmp_path / "再次.xlsx")["表"]["D4"].count("【错误】") == 2


def test_comments_stand_where_the_schema_wants_them(rich: Path, tmp_path: Path) -> None:
    """The reference to the boxes comes after the validations and drawings and before tables and extensions, as a child
    of the sheet."""
    import xml.etree.ElementTree as ElementTree

    path = tmp_path / "表.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("表")
    sheet.insert_chart("H2", chart := book.add_chart({"type": "line"}))
    chart.add_series({"values": "=表!$A$1:$A$3"})
    sheet.add_table("E1:F3")
    sheet.conditional_format("B1:B5", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("F1", {"validate": "list", "source": ["a", "b"]})
    book.close()
    assert mark_workbook(path, [found_at(path.name, "表", "B2")], tmp_path / "标注.xlsx")
    with zipfile.ZipFile(tmp_path / "标注.xlsx") as archive:
        children = [e.tag.rpartition("}")[2] for e in ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))]
        assert archive.read("[Content_Types].xml").count(b'Extension="vml"') == 1
    order = [
        c
        for c in children
        if c in ("dataValidations", "conditionalFormatting", "drawing", "legacyDrawing", "tableParts", "extLst")
    ]
    assert order == ["conditionalFormatting", "dataValidations", "drawing", "legacyDrawing", "tableParts", "extLst"]


def test_threaded_comments_are_left_alone_and_that_is_said(rich: Path, tmp_path: Path) -> None:
    odd = tmp_path / "会话.xlsx"
    with zipfile.ZipFile(rich) as source, zipfile.ZipFile(odd, "w") as target:
        for n in source.namelist():
            data = source.read(n)
            if n == "xl/worksheets/_rels/sheet1.xml.rels":
                data = data.replace(
                    b"</Relationships>",
                    b'<Relationship Id="rId99" '
                    b'Type="http://schemas.microsoft.com/office/2017/10/relationships/'
                    b'threadedComment" '
                    b'Target="../threadedComments/threadedComment1.xml"/></Relationships>',
                )
            target.writestr(n, data)
        target.writestr("xl/threadedComments/threadedComment1.xml", "<ThreadedComments/>")
    sheet = "甲 '表' & <1>"
    assert mark_workbook(
        odd, [found_at(odd.name, sheet, "B2"), found_at(odd.name, "空表", "B2")], tmp_path / "标注.xlsx"
    )
    notes = commented(tmp_path / "标注.xlsx")
    assert set(notes[sheet]) == {"A1"} and set(notes["空表"]) == {"B2"}
    book = openpyxl.load_workbook(tmp_path / "标注.xlsx")
    assert book[sheet]["B2"].fill.fgColor.rgb == "FFFF9999"
    assert "会话式批注" in str(book[RESULT_SHEET]["C4"].value)


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_sees_the_comments_and_its_own_files_are_commented(rich: Path, tmp_path: Path) -> None:
    sheet = "甲 '表' & <1>"
    mark_workbook(rich, [found_at(rich.name, sheet, "B2"), found_at(rich.name, "空表", "C3")], tmp_path / "first.xlsx")
    calc = converted(tmp_path / "first.xlsx", "xlsx", tmp_path / "calc")
    notes = commented(calc)
    assert set(notes[sheet]) == {"A1", "B2"} and set(notes["空表"]) == {"C3"}, "LibreOffice read every comment"
    again = [
        found_at("first.xlsx", sheet, "B2"),
        found_at("first.xlsx", sheet, "B3"),
        found_at("first.xlsx", RESULT_SHEET, "A1"),
    ]
    assert mark_workbook(calc, again, tmp_path / "second.xlsx")
    notes = commented(tmp_path / "second.xlsx")
    assert set(notes[sheet]) == {"A1", "B2", "B3"} and notes[sheet]["B2"].count("【错误】") == 2
