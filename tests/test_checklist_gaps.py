"""The factor checklist out and back, the gap list, and the commands around them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import openpyxl
import pytest
from damaged import CASES
from typer.testing import CliRunner

from inventory import api
from inventory.analysis.doubt import doubtful
from inventory.cli.app import app
from inventory.core.activity import Project
from inventory.core.engine import compile_ledger
from inventory.core.problems import InventoryError
from inventory.edition import load
from inventory.reading import read_project
from inventory.templates_xlsx.book import PAGE_WIDTH
from inventory.templates_xlsx.checklist import write_checklist
from inventory.templates_xlsx.gaps import missing_figures
from inventory.templates_xlsx.gaps_book import write_gaps

ROOT = Path(__file__).parent.parent
HEADER = "region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind\n"
CLINKER = HEADER + "江苏,2005,2.1,,clinker_production,5000,万吨,建材协会,5,,部门\n"
run = CliRunner().invoke


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "江苏 项目"
    folder.mkdir()
    (folder / "长表.csv").write_text(CLINKER, "utf-8")
    return folder


def fill(path: Path, out: Path, printed: dict[str, float | str]) -> None:
    """Fill a checklist in as a person would."""
    book = openpyxl.load_workbook(path)
    sheet = book["核对表"]
    heads = {c.value: c.column for c in sheet[7]}
    for row in range(8, sheet.max_row + 1):
        factor = sheet.cell(row, heads["因子编号"]).value
        if factor in printed:
            sheet.cell(row, heads["印本数值"]).value = printed[factor]
            sheet.cell(row, heads["核对人"]).value = "张三"
            sheet.cell(row, heads["核对日期"]).value = "2026-03-01"
    book.save(out)


def test_confirmed_and_corrected(project: Path, tmp_path: Path) -> None:
    edition = load("prov2011")
    ledger = api.compile(project)
    (used,) = {row.factor.id for row in doubtful(ledger)}
    assert write_checklist(ledger, tmp_path / "核对.xlsx") == 1
    fill(tmp_path / "核对.xlsx", tmp_path / "对.xlsx", {used: edition.by_id[used].value or 0.0})
    assert run(app, ["factors", "load", str(tmp_path / "对.xlsx"), str(project)]).exit_code == 0
    checked = api.compile(project, strict=True)
    assert [f.checked_by for f in checked.factors if f.id == used] == ["张三"] and checked.mass_t(
        gas="CO2"
    ) == ledger.mass_t(gas="CO2")
    fill(tmp_path / "核对.xlsx", tmp_path / "改.xlsx", {used: 0.5})
    assert run(app, ["factors", "load", str(tmp_path / "改.xlsx"), str(project)]).exit_code == 0
    corrected = api.compile(project, strict=True)
    assert corrected.mass_t(gas="CO2") == pytest.approx(5000e4 * 0.5) and "张三" in corrected.factors[0].source
    assert "核对表.csv" in {p.name for p in project.iterdir()}


def test_checklist_faults_are_told_and_nothing_is_stored(project: Path, tmp_path: Path) -> None:
    write_checklist(api.compile(project), tmp_path / "核对.xlsx")
    book = openpyxl.load_workbook(tmp_path / "核对.xlsx")
    book["核对表"]["I8"] = "约0.538"
    book.save(tmp_path / "坏.xlsx")
    result = run(app, ["factors", "load", str(tmp_path / "坏.xlsx"), str(project)])
    assert result.exit_code == 1 and not (project / "核对表.csv").exists()
    _, problems = read_project([tmp_path / "坏.xlsx"], load("prov2011"))
    assert {(p.code, p.origin.cell) for p in problems if p.severity == "error"} >= {
        ("number.approximate", "I8"),
        ("row.needed", "M8"),
        ("row.needed", "N8"),
    }


def test_strict_refuses_what_nobody_checked(tmp_path: Path) -> None:
    edition = load("prov2011")
    data = read_project([ROOT / "examples" / "guangdong"], edition)[0]
    with pytest.raises(InventoryError) as refused:
        compile_ledger(Project(data.data, data.factors, data.notations, data.choices), edition, strict=True)
    assert {p.code for p in refused.value.problems if p.severity == "error"} == {"factor.unchecked"}


def test_gaps_name_department_and_cell(tmp_path: Path) -> None:
    edition = load("prov2011")
    (tmp_path / "a.csv").write_text(
        HEADER + "江苏,2005,3.1,单季稻,rice_area,220,万公顷,x,,,\n江苏,2005,2.1,,notation,NO,,,,没有水泥厂,\n", "utf-8"
    )
    project, _ = read_project([tmp_path / "a.csv"], edition)
    gaps = missing_figures(project, edition)
    by_quantity = {g.quantity: g for g in gaps}
    assert "水泥熟料产量" not in by_quantity, "a notation key for the category answers"
    rice = by_quantity["水稻播种面积"]
    assert (
        rice.kind == "部分未填，请确认"
        and rice.item == "双季早稻；双季晚稻；冬水田"
        and rice.place == "稻田甲烷!E8"
        and rice.department
    )
    assert by_quantity["石灰产量"].place.startswith("工业生产过程!") and by_quantity["石灰产量"].kind == "缺数"
    write_gaps(gaps, tmp_path / "缺口.xlsx")
    book = openpyxl.load_workbook(tmp_path / "缺口.xlsx")
    assert book.sheetnames[0] == "汇总" and len(book.sheetnames) == 1 + len(
        {g.department or "未指明部门" for g in gaps}
    )
    again, problems = read_project([tmp_path], edition)  # the list may lie in the project's folder
    assert len(again.data) == len(project.data) and not [p for p in problems if p.severity == "error"]


def test_gaps_of_a_template_name_its_own_cells(tmp_path: Path) -> None:
    edition = load("prov2011")
    CASES["clean"](tmp_path)
    gaps = missing_figures(read_project([tmp_path], edition)[0], edition)
    assert {g.place for g in gaps if g.quantity == "水稻播种面积"} == {
        "农业.xlsx[稻田甲烷]!E10",
        "农业.xlsx[稻田甲烷]!F10",
    }


def test_commands(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "填报 表.xlsx"
    assert (
        run(
            app,
            [
                "template",
                "-o",
                str(out),
                "--sector",
                "waste,agriculture",
                "--region",
                "江苏",
                "--years",
                "2005，2010",
                "--lang",
                "en",
            ],
        ).exit_code
        == 0
    )
    assert out.exists()
    assert run(app, ["template", "-o", str(out), "--years", "零五"]).exit_code == 2
    assert run(app, ["template", "-o", str(tmp_path / "续.xlsx"), "--from", str(project)]).exit_code == 0
    assert run(app, ["gaps", str(project), "-o", str(tmp_path / "缺口.xlsx")]).exit_code == 0
    assert run(app, ["factors", "checklist", str(project), "-o", str(tmp_path / "核对.xlsx")]).exit_code == 0


@pytest.mark.parametrize("form", ["lines", "table", "csv", "json"])
def test_answers_in_every_form(form: str, tmp_path: Path) -> None:
    CASES["number_about"](tmp_path)
    source = tmp_path / "农业.xlsx"
    result = run(
        app,
        [
            "check",
            str(source),
            "--format",
            form,
            "--mark",
            str(tmp_path / "标注.xlsx"),
            "-o",
            str(tmp_path / "问题.json"),
        ]
        if form == "lines"
        else ["check", str(source), "--format", form],
    )
    assert result.exit_code == 1
    assert "农业.xlsx" in result.output and (form == "table" or "约200" in result.output)
    if form == "lines":
        assert (
            json.loads((tmp_path / "问题.json").read_text("utf-8"))[0]["cell"] == "E7"
            and (tmp_path / "标注.xlsx").exists()
        )
    if form == "json":
        assert json.loads(result.stdout)[0]["code"] == "number.approximate"
    if form == "csv":
        assert result.stdout.splitlines()[0] == "severity,code,file,sheet,cell,found,expected,fix"


def test_several_inputs_are_marked_into_a_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    CASES["number_about"](tmp_path / "in")
    shutil.copy(tmp_path / "in" / "农业.xlsx", tmp_path / "in" / "农业2.xlsx")
    run(app, ["check", str(tmp_path / "in"), "--mark", str(tmp_path / "out")])
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "农业.xlsx-检查结果.xlsx",
        "农业2.xlsx-检查结果.xlsx",
    ]


def test_the_checklist_prints_on_lying_a4_at_eight_points(project: Path, tmp_path: Path) -> None:
    """What lies beside the printed guideline: comparison and blanks on paper, ids hidden, all in words."""
    write_checklist(api.compile(project), tmp_path / "核对.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "核对.xlsx")["核对表"]
    printed = [c.column_letter for c in sheet[7] if c.column <= 14]
    assert sheet.print_area.endswith(f"$N${sheet.max_row}") and sheet.page_setup.orientation == "landscape"
    dimensions = sheet.column_dimensions
    assert dimensions["B"].hidden and sheet["B7"].value == "因子编号"
    width = sum(dimensions[c].width for c in printed if not dimensions[c].hidden)
    assert width <= PAGE_WIDTH, "more would print below 8 points"
    assert "=" not in "".join(str(sheet.cell(r, 4).value or "") for r in range(8, sheet.max_row + 1))
