"""Habits of people: spellings of units and years, one region a workbook, synonyms, formats of old containers, one cause
one message."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from office import converted, need_office
from openpyxl.styles import Font

from inventory import api
from inventory.core import units
from inventory.core.activity import Project
from inventory.core.problems import Problem
from inventory.edition import load
from inventory.reading import read_project
from inventory.spreadsheets.cells import Unreadable, read_sheets

EXAMPLE = Path(__file__).parents[1] / "examples" / "jiangsu"
HEAD = "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind\n"


def read(folder: Path) -> tuple[Project, list[Problem]]:
    return read_project([folder], load("prov2011"))


def long_table(folder: Path, *rows: str) -> None:
    (folder / "a.csv").write_text(HEAD + "".join(f"{r}\n" for r in rows), "utf-8")


@pytest.mark.parametrize(
    ("said", "unit", "factor"),
    [
        ("公吨", "t", 1),
        ("KWH", "kWh", 1),
        ("kwh", "kWh", 1),
        ("kW•h", "kWh", 1),
        ("TWh", "kWh", 10**9),
        ("104 tn", "t", 10**4),
        ("10^4 tn", "万t", 1),
        ("108 cu.m", "m3", 10**8),
        ("1010 kJ", "百亿千焦", 1),
        ("104 tce", "万tce", 1),
        ("标方", "Nm3", 1),
        ("万立方", "m3", 10**4),
        ("Gg", "t", 1000),
        ("Mg", "t", 1),
        ("Tg", "t", 10**6),
        ("Mtce", "tce", 10**6),
        ("HA", "hm2", 1),
        ("KJ/KG", "kJ/kg", 1),
        ("亿斤", "t", 50_000),
        ("10000吨", "万吨", 1),
        ("m^3", "m3", 1),
        ("万M3", "万m3", 1),
        ("tco2", "tCO2", 1),
        ("㎡", "m2", 1),
        ("10⁴t", "万t", 1),
    ],
)
def test_units_as_people_write_them(said: str, unit: str, factor: int) -> None:
    assert units.ratio(said, unit) == Fraction(factor)


def test_transport_work_is_mass_times_way() -> None:
    assert units.parse("万吨公里").scale == 10**4 * 10**3 * 10**3 and units.same_dimension("吨公里", "t*km")


@pytest.mark.parametrize("said", ["mt", "MT", "GG", "ton", "mwh/x"])
def test_ambiguous_units_are_still_refused(said: str) -> None:
    with pytest.raises(units.UnitError):
        units.parse(said)


def test_brackets_that_repeat_the_label_are_no_part_of_the_unit(tmp_path: Path) -> None:
    long_table(tmp_path, "江苏,2005,3.2,,nitrogen_fertiliser,80,万吨（折纯）,年鉴,,,统计")
    project, problems = read(tmp_path)
    assert [(d.value, d.unit) for d in project.data] == [(80, "万吨")] and not [
        p for p in problems if p.severity == "error"
    ]
    long_table(tmp_path, "江苏,2005,3.2,,nitrogen_fertiliser,80,万吨（实物量）,年鉴,,,统计")
    assert "unit.unknown" in {p.code for p in read(tmp_path)[1]}, "a remark that says something else is not passed over"


@pytest.mark.parametrize(
    "heading", ["2005(修订)", "2005年（修订数）", "2005年末", "2005年底", "2005 (revised)", "２００５年末"]
)
def test_year_headings(heading: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        f"地区,指标,分项,单位,来源,{heading}\n江苏,rice_area,season=单季稻,万公顷,年鉴,220\n", "utf-8"
    )
    project, _ = read(tmp_path)
    assert [(d.year, d.value) for d in project.data] == [(2005, 220)]


def test_a_column_of_figures_under_an_unknown_heading_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "地区,指标,分项,单位,来源,20005,2010\n江苏,rice_area,season=单季稻,万公顷,年鉴,220,223\n", "utf-8"
    )
    project, problems = read(tmp_path)
    found = [p for p in problems if p.severity == "error"]
    assert [p.code for p in found] == ["table.unread_figures"] and "20005（F2）" in found[0].text()
    assert project.account.total.refused == 1


def test_two_heading_lines_in_two_languages(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "地区,年份,指标,分项,数值,单位,来源\nregion,year,quantity,item,value,unit,source\n"
        "江苏,2005,rice_area,season=单季稻,220,万公顷,年鉴\n",
        "utf-8",
    )
    project, problems = read(tmp_path)
    assert len(project.data) == 1 and not [p for p in problems if p.severity == "error"]


def test_the_words_of_the_yearbook_before_letters(tmp_path: Path) -> None:
    long_table(tmp_path, "江苏,2005,3.1,season=中稻及一季晚稻,rice_area,220,万公顷,年鉴,,,统计")
    assert dict(read(tmp_path)[0].data[0].item) == {"season": "单季稻"}
    long_table(tmp_path, "江苏,2005,3.1,season=其中：一季晚稻等,rice_area,220,万公顷,年鉴,,,统计")
    message = next(p for p in read(tmp_path)[1] if p.code == "word.value").text()
    assert "单季稻" in message and "双季" not in message


def test_one_cause_one_message(tmp_path: Path) -> None:
    """An unknown unit of one crop is told once, and nothing that was given is asked for."""
    for path in EXAMPLE.glob("*.csv"):
        text = path.read_text("utf-8-sig")
        if path.name == "agriculture.csv":
            lines = text.splitlines(keepends=True)
            at = next(i for i, line in enumerate(lines) if ",crop_yield," in line and "万吨" in line)
            lines[at] = lines[at].replace("万吨", "亿担")
            text = "".join(lines)
        (tmp_path / path.name).write_text(text, "utf-8")
    assert [p.code for p in api.check([tmp_path]) if p.severity == "error"] == ["unit.unknown"]


def test_a_stray_text_file_is_a_hint(tmp_path: Path) -> None:
    long_table(tmp_path, "江苏,2005,3.1,season=单季稻,rice_area,220,万公顷,年鉴,3,,统计")
    (tmp_path / "联系方式.txt").write_text("张三 025-83300000\n", "utf-8")
    _, problems = read(tmp_path)
    assert not [p for p in problems if p.severity == "error"]
    assert any(p.code == "project.unread" and "联系方式.txt" in p.text() for p in problems)


# ---- the contents sheet governs ----


def template(tmp_path: Path) -> Path:
    from inventory.templates_xlsx.plan import plan
    from inventory.templates_xlsx.write import write_template

    target = tmp_path / "t.xlsx"
    write_template(plan(load("prov2011"), ["agriculture"], "江苏", (2005, 2010), "zh"), target)
    return target


def _sheet(book: openpyxl.Workbook) -> tuple[openpyxl.worksheet.worksheet.Worksheet, int, int]:
    """稻田甲烷 with its heading row and the column of 2005."""
    sheet = book["稻田甲烷"]
    row = next(r for r in range(1, 20) if 2005 in [c.value for c in sheet[r]])
    return sheet, row, next(c.column for c in sheet[row] if c.value == 2005)


def test_another_region_or_year_than_the_contents_is_an_error_unless_declared(tmp_path: Path) -> None:
    path = template(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet, row, column = _sheet(book)
    for r in range(row + 2, row + 5):
        sheet.cell(r, column).value = 100
    place = next(c for r in sheet.iter_rows(max_row=row) for c in r if c.value == "江苏")
    place.value = "河南"
    sheet.cell(row, column).value = 2006
    book.save(path)
    codes = {p.code for p in read_project([path], load("prov2011"))[1] if p.severity == "error"}
    assert {"contents.region", "contents.year"} <= codes
    contents = book["目录"]
    for r in contents.iter_rows(max_row=8):
        if r[0].value in ("地区", "年份"):
            r[1].value = "江苏、河南" if r[0].value == "地区" else "2005、2006、2010"
    book.save(path)
    assert not {"contents.region", "contents.year"} & {p.code for p in read_project([path], load("prov2011"))[1]}


def test_a_sheet_set_to_no_but_filled_is_said(tmp_path: Path) -> None:
    path = template(tmp_path)
    book = openpyxl.load_workbook(path)
    sheet, row, column = _sheet(book)
    sheet.cell(row + 2, column).value = 100
    for r in book["目录"].iter_rows():
        if len(r) > 3 and r[1].value == "稻田甲烷":
            r[3].value = "否"
    book.save(path)
    assert "contents.filled" in {p.code for p in read_project([path], load("prov2011"))[1]}


# ---- formats of other containers ----


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["xls", "ods", "xlsx"])
def test_percent_errors_hidden_and_struck_are_read_alike(kind: str, tmp_path: Path) -> None:
    need_office()
    made = openpyxl.Workbook()
    sheet = made.active
    sheet.title = "数据"
    sheet.append(["地区", "指标", "分项", "单位", "来源", 2005, 2010])
    sheet.append(["江苏", "straw_return_rate", "crop=小麦", "%", "年鉴", 0.38, 0.425])
    for cell in sheet[2][5:7]:
        cell.number_format = "0.0%"
    sheet.append(["江苏", "rice_area", "season=单季稻", "万公顷", "年鉴", 220, "=1/0"])
    sheet.append(["江苏", "rice_area", "season=双季早稻", "万公顷", "年鉴", 1, 2])
    sheet["F4"].font = Font(strike=True)
    sheet.append(["江苏", "rice_area", "season=双季晚稻", "万公顷", "年鉴", 3, 4])
    sheet.row_dimensions[5].hidden = True
    (tmp_path / "o").mkdir()
    made.save(tmp_path / "o" / "a.xlsx")
    (tmp_path / "p").mkdir()
    converted(tmp_path / "o" / "a.xlsx", kind, tmp_path / "p", tmp_path / "profile")
    project, problems = read(tmp_path / "p")
    assert {(d.quantity, d.year, d.value, d.unit) for d in project.data if d.quantity == "straw_return_rate"} == {
        ("straw_return_rate", 2005, 38.0, "%"),
        ("straw_return_rate", 2010, 42.5, "%"),
    }
    codes = {p.code for p in problems}
    assert {"number.error", "table.hidden_rows", "table.struck"} <= codes
    total = project.account.total
    assert (total.read, total.counted, total.aside, total.refused) == (8, 4, 3, 1)


def test_a_far_stray_cell_is_named_before_anything_is_allocated(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active["A1"], made.active["XFD1048576"] = "x", "y"
    made.save(tmp_path / "a.xlsx")
    _, problems = read(tmp_path)
    assert [p.code for p in problems if p.severity == "error"] == ["file.far_cell"] and "XFD1048576" in problems[
        0
    ].text()
    made = openpyxl.Workbook()
    made.active["A1"], made.active["A1048576"] = "x", 5
    made.save(tmp_path / "a.xlsx")
    with pytest.raises(Unreadable):
        read_sheets(tmp_path / "a.xlsx")
    made = openpyxl.Workbook()
    for r in range(1, 3001):
        made.active.cell(r, 1).value = r
    made.active.cell(9000, 5).value = "注"
    made.save(tmp_path / "a.xlsx")
    assert read_sheets(tmp_path / "a.xlsx")[0].height == 9000, "a note below a long list is no reason to refuse"


@pytest.mark.slow
def test_a_template_filled_from_a_project_may_lie_in_its_folder(tmp_path: Path) -> None:
    """The workbook is taken, what it was filled from is set aside by name; totals are those of the project. A file
    changed since is one question."""
    import shutil

    from inventory.app.forms import FormRequest, make_template

    project = tmp_path / "江苏"
    shutil.copytree(EXAMPLE, project)
    alone = api.compile([project])
    make_template(FormRequest(project / "填报.xlsx", project=(project,)))
    both = api.compile([project])
    assert {p.severity for p in both.warnings if p.code == "project.superseded"} == {"hint"}
    for year in alone.years:
        assert float(both.co2e(year=year)) == pytest.approx(float(alone.co2e(year=year)), rel=1e-12)
    account = both.project.account
    assert account.closes and {e.reason for e in account.entries if e.origin.file == "waste.csv"} == {"superseded"}  # type: ignore[attr-defined]
    text = (project / "waste.csv").read_text("utf-8-sig")
    (project / "waste.csv").write_text(text + "\n", "utf-8")
    assert [p.code for p in api.check([project]) if p.severity == "error"] == ["project.source_changed"]


def test_a_figure_beyond_all_measure_is_refused_from_a_program_too() -> None:
    from inventory.core.activity import datum
    from inventory.core.problems import InventoryError

    with pytest.raises(InventoryError) as raised:
        api.compile(Project(data=(datum("江苏", 2005, "lime_production", 1e308, "万吨"),)))
    assert [p.code for p in raised.value.problems if p.severity == "error"] == ["data.not_finite"]
