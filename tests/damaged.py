"""Workbooks and CSV files with the mistakes people make, made by code: `CASES` maps a name to a function that writes
the files of one case."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from inventory.edition import load
from inventory.templates_xlsx.plan import plan
from inventory.templates_xlsx.write import template_bytes

CASES: dict[str, Callable[[Path], None]] = {}
RICE, SOIL = "稻田甲烷", "农用地氧化亚氮"
HEAD, FIRST = 5, 7  # heading row and first row to fill, counted from 1


@cache
def _template() -> bytes:
    made = plan(load("prov2011"), ["agriculture"], "江苏", (2005, 2010))
    return template_bytes(replace(made, sheets=tuple(s for s in made.sheets if s.title in (RICE, SOIL))))


def workbook() -> openpyxl.Workbook:
    """The agriculture template of 江苏 with the rice sheet filled in properly."""
    book = openpyxl.load_workbook(io.BytesIO(_template()))
    sheet = book[RICE]
    for row, (a, b) in enumerate([(200, 210), (20, 18), (21, 19)], FIRST):
        sheet[f"E{row}"], sheet[f"F{row}"], sheet[f"H{row}"] = a, b, "统计年鉴2011，表12-3"
    return book


def on_rice(damage: Callable[[Worksheet], None]) -> Callable[[Path], None]:
    """A case that damages the rice sheet of the template: columns 行 指标 稻田类型 单位 2005 2010 填报符号 来源
    不确定度 数据性质 说明 提供部门."""

    def make(folder: Path) -> None:
        book = workbook()
        damage(book[RICE])
        book.save(folder / "农业.xlsx")

    CASES[damage.__name__] = make
    return make


def on_book(damage: Callable[[openpyxl.Workbook], None]) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        book = workbook()
        damage(book)
        book.save(folder / "农业.xlsx")

    CASES[damage.__name__] = make
    return make


def files(make: Callable[[Path], None]) -> Callable[[Path], None]:
    CASES[make.__name__] = make
    return make


def cell(name: str, address: str, value: object, number_format: str | None = None) -> None:
    """A case that puts one value into one cell of the rice sheet."""

    def damage(sheet: Worksheet) -> None:
        sheet[address] = value
        if number_format:
            sheet[address].number_format = number_format

    damage.__name__ = name
    on_rice(damage)


cell("clean", "A1", RICE)
cell("number_about", "E7", "约200")
cell("number_full_width", "E7", "２００．５")
cell("number_thousands", "E7", " 1,234.5 ")
cell("number_decimal_comma", "E7", "1,23")
cell("number_two_in_one_cell", "E7", "200 210")
cell("number_range", "E7", "200-210")
cell("number_brackets", "E7", "（20）")
cell("number_infinite", "E7", "1e400")
cell("number_underscore", "E7", "1_000")
cell("number_superscript", "E7", "20²")
cell("number_chinese", "E7", "二百")
cell("number_true", "E7", True)
cell("number_with_unit", "E7", "200万公顷")
cell("number_suffix_and_prefixed_unit", "E7", "1.2万")
cell("number_percent_of_an_area", "E7", "85%")
cell("number_percent_format_of_an_area", "E7", 0.85, "0%")
cell("number_in_a_date_cell", "E7", dt.datetime(1903, 5, 18, 12), "yyyy-mm-dd")
cell("number_as_formula_text", "E7", "'=100+100")
cell("formula_never_calculated", "E7", "=100+100")
cell("error_value", "E7", "#N/A")
cell("text_in_number", "E7", "见附件")
cell("mark_dash", "E10", "—")
cell("negative_area", "E7", -5)
cell("area_ten_thousand_times", "F7", 2_100_000)
cell("unit_wrong_dimension", "D7", "万吨")
cell("unit_unknown", "D7", "万功顷")
cell("unit_same_dimension", "D7", "千公顷")
cell("unit_spelled_by_hand", "D7", "（ 万 hm² ）")
cell("unit_power_of_ten", "D7", "10⁴公顷")
cell("unit_missing", "D7", None)
cell("key_unknown", "C7", "双季中稻")
cell("key_alias", "C7", "中稻")
cell("key_missing", "C7", None)
cell("quantity_missing", "B7", None)
cell("quantity_unknown", "B7", "水稻收获面积")
cell("region_missing", "B2", None)
cell("region_unknown", "B2", "江南")
cell("region_alias", "B2", "江苏省")
cell("notation_in_figure", "E10", "NO")
cell("notation_unknown", "G10", "N0")
cell("notation_and_figures", "G7", "NO")
cell("kind_unknown", "J7", "统计局给的")
cell("uncertainty_percent", "I7", "±10%")
cell("uncertainty_absurd", "I7", 5000)
cell("year_heading_text", "E5", "2005年（万公顷）")
cell("year_heading_unit_differs", "E5", "2005年（千公顷）")
cell("year_heading_twice", "F5", 2005)
cell("year_heading_date", "E5", dt.datetime(2005, 12, 31), "yyyy-mm-dd")
cell("year_heading_shown_as_date", "E5", dt.datetime(1905, 6, 27), "yyyy-mm-dd")
cell("two_years_in_heading", "E5", "2005/2010")


@on_rice
def moved_columns(sheet: Worksheet) -> None:
    for row in range(HEAD, FIRST + 6):
        sheet[f"D{row}"].value, sheet[f"F{row}"].value = sheet[f"F{row}"].value, sheet[f"D{row}"].value


@on_rice
def inserted_columns(sheet: Worksheet) -> None:
    sheet.insert_cols(3)
    sheet.insert_cols(6)
    sheet["F5"], sheet["F7"] = "比上年增长", "3%"


@on_rice
def merged_two_row_heading(sheet: Worksheet) -> None:
    sheet.insert_rows(HEAD)
    for column in "ABCDGHIJKL":
        sheet[f"{column}5"] = sheet[f"{column}6"].value
        sheet.merge_cells(f"{column}5:{column}6")
    sheet["E5"] = "播种面积"
    sheet.merge_cells("E5:F5")


@on_rice
def merged_figures(sheet: Worksheet) -> None:
    sheet.merge_cells("E8:E9")


@on_rice
def merged_labels(sheet: Worksheet) -> None:
    sheet.merge_cells("B7:B9")


@on_rice
def notes_below(sheet: Worksheet) -> None:
    sheet["A18"] = "注：2010 年为快报数。"
    sheet["A19"] = "填表人：张三　审核：李四　日期：2026-03-01"


@on_rice
def total_row(sheet: Worksheet) -> None:
    sheet["C10"], sheet["E10"], sheet["F10"] = "合计", 241, 247


@on_rice
def duplicate_row(sheet: Worksheet) -> None:
    for column, value in zip("BCDEF", ("水稻播种面积", "单季稻", "万公顷", 201, 211), strict=True):
        sheet[f"{column}11"] = value


@on_rice
def heading_deleted(sheet: Worksheet) -> None:
    sheet.delete_rows(HEAD)


@on_rice
def unit_above_the_table(sheet: Worksheet) -> None:
    for row in range(HEAD, FIRST + 6):
        sheet[f"D{row}"] = None
    sheet["F4"] = "单位：万公顷"


@on_rice
def empty_rows_between(sheet: Worksheet) -> None:
    sheet.insert_rows(8, 3)


@on_rice
def example_row_changed(sheet: Worksheet) -> None:
    sheet["E6"] = 999


@on_rice
def notation_without_reason(sheet: Worksheet) -> None:
    for row in range(FIRST, FIRST + 4):
        sheet[f"E{row}"] = sheet[f"F{row}"] = None
        sheet[f"G{row}"] = "NE"


@on_rice
def notation_for_a_whole_category(sheet: Worksheet) -> None:
    for row in range(FIRST, FIRST + 4):
        sheet[f"E{row}"] = sheet[f"F{row}"] = None
        sheet[f"G{row}"], sheet[f"K{row}"] = "NO", "本省不种水稻"


@on_book
def sheet_missing(book: openpyxl.Workbook) -> None:
    del book[SOIL]


@on_book
def sheet_missing_on_purpose(book: openpyxl.Workbook) -> None:
    del book[SOIL]
    contents = book["目录"]
    for row in contents.iter_rows():
        if row[1].value == SOIL:
            row[3].value = "否"


@on_book
def sheet_renamed(book: openpyxl.Workbook) -> None:
    book[RICE].title = "水稻（农业厅报）"


@on_book
def sheet_hidden(book: openpyxl.Workbook) -> None:
    book[RICE].sheet_state = "hidden"


@on_book
def sheets_of_their_own(book: openpyxl.Workbook) -> None:
    book.create_sheet("工作底稿")["A1"] = "随便写的"
    book.create_sheet("Sheet2")


def _soil(book: openpyxl.Workbook, label: str) -> tuple[Worksheet, int]:
    sheet = book[SOIL]
    return sheet, next(r for r in range(FIRST, sheet.max_row) if sheet.cell(r, 2).value == label)


def _column(sheet: Worksheet, heading: object) -> int:
    return next(c for c in range(1, sheet.max_column + 1) if sheet.cell(HEAD, c).value == heading)


@on_book
def heading_of_a_needed_sheet_deleted(book: openpyxl.Workbook) -> None:
    book[SOIL].delete_rows(HEAD)


@on_book
def share_above_one(book: openpyxl.Workbook) -> None:
    sheet, row = _soil(book, "复合肥含氮比例")
    sheet.cell(row, _column(sheet, 2005)).value = 150


@on_book
def share_percent_in_a_unitless_cell(book: openpyxl.Workbook) -> None:
    sheet, row = _soil(book, "复合肥含氮比例")
    sheet.cell(row, _column(sheet, "单位")).value = "1"
    sheet.cell(row, _column(sheet, 2005)).value = 33


@on_book
def share_with_percent_format(book: openpyxl.Workbook) -> None:
    sheet, row = _soil(book, "复合肥含氮比例")
    target = sheet.cell(row, _column(sheet, 2005))
    target.value, target.number_format = 0.33, "0%"


@on_book
def jump_between_years(book: openpyxl.Workbook) -> None:
    sheet, row = _soil(book, "氮肥施用量（折纯）")
    sheet.cell(row, _column(sheet, 2005)).value = 0.018
    sheet.cell(row, _column(sheet, 2010)).value = 180


@on_book
def choice_unknown_option(book: openpyxl.Workbook) -> None:
    sheet = book["命名选择"]
    sheet["E6"], sheet["F6"] = "maybe", "试试"


@on_book
def own_factors_wrong(book: openpyxl.Workbook) -> None:
    sheet = book["自有因子"]
    rows = [
        ("", "rice_ef", "season=单季稻", "CH4", "", "kg CH4/hm2", "检测", "实测"),
        ("", "rice_ef", "season=单季稻", "CH4", 210, "t", "检测", "实测"),
        ("没有这个", "", "", "", 1, "t", "x", "省级"),
        ("", "rice_ef", "season=单季稻", "CH4", 210, "kg CH4/hm2", "", "听说"),
    ]
    for r, values in enumerate(rows, 6):
        for c, value in enumerate(values, 1):
            sheet.cell(r, c).value = value or None


@files
def not_a_table(folder: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "会议纪要"
    book.save(folder / "纪要.xlsx")


@files
def html_named_xls(folder: Path) -> None:
    (folder / "导出.xls").write_text("<html><body><table><tr><td>1</td></tr></table></body></html>", "utf-8")


@files
def csv_named_xlsx(folder: Path) -> None:
    (folder / "导出.xlsx").write_bytes("地区,年份\n江苏,2005\n".encode("gb18030"))


@files
def cut_off(folder: Path) -> None:
    (folder / "半个.xlsx").write_bytes(_template()[:4000])


@files
def password(folder: Path) -> None:
    (folder / "加密.xlsx").write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    )


@files
def damaged_xls(folder: Path) -> None:
    (folder / "坏.xls").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "Workbook".encode("utf-16-le"))


@files
def pdf_named_xlsx(folder: Path) -> None:
    (folder / "扫描件.xlsx").write_bytes(b"%PDF-1.4\n%\xe2\xe3\n")


@files
def empty_file(folder: Path) -> None:
    (folder / "空.csv").write_bytes(b"")


def repacked(change: Callable[[str, bytes], bytes]) -> bytes:
    """The template with its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_template())) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for info in source.infolist():
            target.writestr(info.filename, change(info.filename, source.read(info)))
    return out.getvalue()


@files
def zip_bomb(folder: Path) -> None:
    (folder / "大.xlsx").write_bytes(repacked(lambda n, d: d + b" " * 30_000_000 if n.endswith("sheet2.xml") else d))


@files
def xml_entities(folder: Path) -> None:
    (folder / "实体.xlsx").write_bytes(
        repacked(
            lambda n, d: (
                d.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet', 1)
                if n.endswith("sheet2.xml")
                else d
            )
        )
    )


@files
def sheet_xml_cut(folder: Path) -> None:
    (folder / "断.xlsx").write_bytes(repacked(lambda n, d: d[: len(d) // 2] if n.endswith("sheet2.xml") else d))


HEADER = "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind\n"
CLEAN_ROW = "江苏,2005,2.1,,clinker_production,5000,万吨,建材协会,5,,部门\n"


def csv_case(name: str, text: str, encoding: str = "utf-8") -> None:
    def make(folder: Path) -> None:
        (folder / "长表.csv").write_bytes(text.encode(encoding))

    CASES[name] = make


csv_case("csv_gb18030_crlf", (HEADER + CLEAN_ROW).replace("\n", "\r\n"), "gb18030")
csv_case("csv_bom", HEADER + CLEAN_ROW, "utf-8-sig")
csv_case("csv_semicolons_utf16", (HEADER + CLEAN_ROW).replace(",", "\t"), "utf-16")
csv_case(
    "csv_chinese_headings", '年份,地区,指标,数值,计量单位,来源\n2005年,江苏省,水泥熟料产量,"5,000",万吨,建材协会\n'
)
csv_case(
    "csv_two_years",
    HEADER + "江苏,2005-2010,2.1,,clinker_production,5000,万吨,x,,,\n江苏,2005、"
    "2010,2.1,,clinker_production,5000,万吨,x,,,\n",
)
csv_case(
    "csv_bad_years",
    HEADER + "江苏,05,2.1,,clinker_production,5000,万吨,x,,,\n江苏,,2.1,,clinker_production,5000,万吨,x,,,\n"
    "江苏,1905,2.1,,clinker_production,5000,万吨,x,,,\n江苏,2005-12-31,2.1,,clinker_production,5000,万吨,x,,,\n",
)
csv_case("csv_missing_column", "region,year,quantity,unit\n江苏,2005,clinker_production,万吨\n")
csv_case("csv_no_heading", CLEAN_ROW)
csv_case("csv_broken_quotes", HEADER + '江苏,2005,2.1,,"clinker_production,5000,万吨,x,,,\n' + CLEAN_ROW)
csv_case(
    "csv_words",
    HEADER
    + "江苏,2005,3.1,稻季=单季稻,rice_area,220,万公顷,x,,,\n江苏,2005,3.1,season=单季稻;season=双季早稻,rice_area,220,万公顷,x,,,\n"
    "江苏,2005,3.1,season=单季稻;fuel=原煤,rice_area,220,万公顷,x,,,\n江苏,2005,3.1,,rice_area,220,万公顷,x,,,\n江苏,2005,2.2,,clinker_production,1,万吨,x,,,\n"
    "江苏,2005,9.9,,clinker_production,1,万吨,x,,,\n江苏,2005,2.1,,clinker_produktion,1,万吨,x,,,\n",
)
csv_case(
    "csv_class_instead_of_fuel",
    HEADER + "江苏,2005,1.1.1.1,equipment=发电锅炉;fuel=煤炭,fuel_consumption,100,万t,x,,,\n",
)
csv_case(
    "csv_unknown_fuel", HEADER + "江苏,2005,1.1.1.1,equipment=发电锅炉;fuel=无烟没,fuel_consumption,100,万t,x,,,\n"
)
csv_case("csv_bare_item", HEADER + "江苏,2005,3.1,单季稻,rice_area,220,万公顷,x,,,\n")
csv_case(
    "csv_measured",
    HEADER + "江苏,2005,2.7,,measured_emission,3,t,x,,,\n江苏,2005,2.7,gas=HFC-23,实测排放量,3,t,x,,,\n"
    "江苏,2005,2.7,gas=HFC-23,实测排放量,3,万人,x,,,\n",
)
csv_case(
    "csv_notations",
    HEADER + "江苏,2005,2.5,,notation,NO,,,,没有己二酸,\n江苏,2005,2.6,gas=N2O,填报符号,NE,,,,,\n"
    "江苏,2005,2.6,,填报符号,没有,,,,,\n江苏,2005,2.66,,notation,NO,,,,,\n",
)
csv_case(
    "csv_no_value",
    HEADER + "江苏,2005,2.1,,clinker_production,,万吨,x,,,\n江苏,2005,2.2,,lime_production,—,万吨,x,,,\n",
)
csv_case(
    "csv_units_tons",
    HEADER + "江苏,2005,2.1,,clinker_production,5000,ton,x,,,\n江苏,2005,2.2,,lime_production,5000,公斤,x,,,\n",
)
csv_case("csv_formula_like_text", HEADER + '江苏,2005,2.1,,clinker_production,5000,万吨,=HYPERLINK("x"),,@备注,\n')


@files
def same_figure_in_two_files(folder: Path) -> None:
    (folder / "工信厅.csv").write_text(HEADER + CLEAN_ROW, "utf-8")
    (folder / "统计局.csv").write_text(HEADER + CLEAN_ROW.replace("5000", "5050"), "utf-8")


@files
def files_nobody_reads(folder: Path) -> None:
    (folder / "长表.csv").write_text(HEADER + CLEAN_ROW, "utf-8")
    (folder / "来文.pdf").write_bytes(b"%PDF")
    (folder / "旧").mkdir()


@files
def choices_and_factors_files(folder: Path) -> None:
    (folder / "长表.csv").write_text(HEADER + CLEAN_ROW, "utf-8")
    choices = ("landfill_method,fod,", "landfill_metod,fod,x", "landfill_method,fod,数据齐", "填埋,x,y")
    factors = (
        "clinker_ef,,0.53,tCO2/t,检测报告,实测",
        "clinker_ef,,0.54,tCO2/t,检测报告,实测",
        "clinker_ef,flux=石英,0.5,tCO2/t,x,实测",
        "clinker,,0.5,tCO2/t,x,实测",
        "clinker_ef,,五,tCO2/t,x,省级",
    )
    (folder / "choices.csv").write_text("\n".join(("choice,option,reason", *choices)), "utf-8")
    (folder / "factors.csv").write_text("\n".join(("parameter,keys,value,unit,source,kind", *factors)), "utf-8")


@files
def nothing_there(folder: Path) -> None:
    (folder / "说明.md").write_text("空项目", "utf-8")
