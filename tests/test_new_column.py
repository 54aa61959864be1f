"""A column added to a form (its declaration and the model of its rows) shows up in template, reader, draft, marked copy,
schema, documentation and the grids of page and service without anything else being touched: tried on a copy of the
package in which these lines alone differ."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from process_help import ran

ROOT = Path(__file__).resolve().parents[1]
# file of the package -> what is put behind which text
CHANGES = {
    "forms/province.toml": (
        '{ id = "organisation", zh = "单位", en = "Organisation", width = 36 },\n',
        '  { id = "staff", zh = "编制人数", en = "Staff", unit = "=人" },\n',
    ),
    "forms/extras.py": (
        'organisation: Text = Field("", description="单位 / organisation")\n',
        '    staff: Annotated[float | None, BeforeValidator(_staff)] = Field(None, description="参加编制的人数 / people")\n',
    ),
    "enterprise/forms.toml": (
        'id = "place", zh = "安装位置", en = "Place", width = 18, help = { zh = "安装位置", en = "where it stands" } },\n',
        '  { id = "range", zh = "量程", en = "Range", kind = "number", unit = "=t", help = { zh = "最大量程", en = "upper end" } },\n',
    ),
    "enterprise/model.py": ('    measures: str = ""\n', "    range: float | None = None\n"),
}
STAFF = """

def _staff(value: Any) -> float | None:
    from .rows import _optional_number

    return _optional_number(value)

"""
SCRIPT = r"""
import json, sys
from pathlib import Path
import openpyxl
from inventory.app.declared_forms import FormSchemaRequest, WriteFormRequest, form_schema, forms_page, write_one_form
from inventory.app.enterprise import TemplateRequest, template
from inventory.app.grids import GridRequest
from inventory.core.problems import Collector
from inventory.edition import load
from inventory.enterprise.read import enterprise_of, read_draft
from inventory.forms.province import form
from inventory.forms.read import form_rows
from inventory.reading.mark import mark_workbook
from inventory.service.shared.sheets import draft_sheet, enterprise_grid, grid_json
from inventory.service.store.verdicts import draft_of
from inventory.spreadsheets.cells import read_sheets
from inventory.templates_xlsx.plan import plan
from inventory.templates_xlsx.write import write_template

place = Path(sys.argv[1])
said = {}


def coloured(path, problems, sheet):
    mark_workbook(path, problems, place / "m.xlsx")
    before = {c.coordinate: c.fill.fgColor.rgb for r in openpyxl.load_workbook(path)[sheet].iter_rows() for c in r}
    after = openpyxl.load_workbook(place / "m.xlsx")[sheet]
    return [c.coordinate for r in after.iter_rows() for c in r if c.fill.fgColor.rgb != before.get(c.coordinate)]


def headings(path, sheet, row):
    return [c.value for c in openpyxl.load_workbook(path)[sheet][row]]


# the province
write_template(plan(load("prov2011"), ["waste"], "江苏", [2010]), place / "t.xlsx")
said["province template"] = "编制人数" in headings(place / "t.xlsx", "签署", 5)
write_one_form(WriteFormRequest("signatures", place / "s.xlsx"))
at = headings(place / "s.xlsx", "签署", 5).index("编制人数") + 1
book = openpyxl.load_workbook(place / "s.xlsx")
for r, value in ((6, 12), (7, "约十人")):
    book["签署"].cell(r, 1, "编制"), book["签署"].cell(r, at, value)
said["help in the form"] = "参加编制的人数" in book["签署"].cell(5, at).comment.text
book.save(place / "s.xlsx")
sheet, problems = read_sheets(place / "s.xlsx")[0], Collector()
said["province reader"] = [r.staff for r, _ in form_rows(sheet, form("signatures"), problems)] == [12.0]
wrong = book["签署"].cell(7, at).coordinate
said["province cell"] = [p.origin.cell for p in problems.errors] == [wrong]
said["province marked"] = coloured(place / "s.xlsx", list(problems.errors), "签署") == [wrong]
write_one_form(WriteFormRequest("signatures", place / "d.xlsx", place / "s.xlsx"))
said["province draft"] = openpyxl.load_workbook(place / "d.xlsx")["签署"].cell(7, at).value == "约十人"
for lang, title in (("zh", "编制人数"), ("en", "Staff")):
    properties = form_schema(FormSchemaRequest("signatures", lang=lang)).schema["items"]["properties"]
    said["province schema " + lang] = properties["staff"]["title"] == title
    column = grid_json(GridRequest(sheet, lang=lang))["columns"][str(at - 1)]
    said["page grid " + lang] = (column["title"], column["unit"], column["kind"]) == (title, "人", "number")
said["docs"] = "`staff`" in forms_page() and "`range`" in forms_page()

# an enterprise
template(TemplateRequest("08", place / "e.xlsx"))
at = headings(place / "e.xlsx", "计量器具", 3).index("量程") + 1
book = openpyxl.load_workbook(place / "e.xlsx")
for row in book["企业基本情况"].iter_rows(min_row=4, max_col=2):
    row[1].value = {"企业名称*": "厂", "报告年度*": 2015}.get(row[0].value, row[1].value)
for r, value in ((4, 50), (5, "约五十")):
    book["计量器具"].cell(r, 1, "皮带秤"), book["计量器具"].cell(r, at, value)
book.save(place / "e.xlsx")
enterprise, problems = enterprise_of(read_draft(place / "e.xlsx"))
wrong = book["计量器具"].cell(5, at).coordinate
said["enterprise reader"] = [m.range for m in enterprise.meters] == [50.0]
errors = [p for p in problems if p.severity == "error"]
said["enterprise cell"] = [p.origin.cell for p in errors] == [wrong]
said["enterprise marked"] = coloured(place / "e.xlsx", errors, "计量器具") == [wrong]
template(TemplateRequest("08", place / "f.xlsx", place / "e.xlsx"))
said["enterprise draft"] = openpyxl.load_workbook(place / "f.xlsx")["计量器具"].cell(5, at).value == "约五十"
part = next(s for s in draft_of((place / "e.xlsx").read_bytes(), "e.xlsx") if s["name"] == "计量器具")
for lang, title in (("zh", "量程"), ("en", "Range")):
    body = form_schema(FormSchemaRequest(industry="08", lang=lang)).schema["properties"]["meters"]["items"]
    said["enterprise schema " + lang] = body["properties"]["range"]["title"] == title
    shown = draft_sheet(part, enterprise_grid(part, "08", lang), [], lang)
    column = shown["grid"]["columns"][str(at - 1)]
    said["service grid " + lang] = (column["title"], column["unit"], column["help"] != "") == (title, "t", True)
print(json.dumps(said, ensure_ascii=False))
"""


def _copy(place: Path) -> None:
    """The package by links, the files of `CHANGES` as copies with their additional lines."""
    package = place / "inventory"
    package.mkdir()
    changed_folders = {Path(name).parts[0] for name in CHANGES}
    for entry in (ROOT / "inventory").iterdir():
        if entry.name in changed_folders:
            (package / entry.name).mkdir()
            for inner in entry.iterdir():
                if f"{entry.name}/{inner.name}" not in CHANGES and inner.name != "__pycache__":
                    (package / entry.name / inner.name).symlink_to(inner)
        elif entry.name != "__pycache__":
            (package / entry.name).symlink_to(entry)
    for name, (behind, added) in CHANGES.items():
        text = (ROOT / "inventory" / name).read_text("utf-8")
        assert text.count(behind) == 1, f"{name} no longer has {behind!r} once"
        text = text.replace(behind, behind + added)
        if name == "forms/extras.py":
            text = text.replace("class GwpRow(Edge):", STAFF.lstrip("\n") + "\nclass GwpRow(Edge):", 1)
        (package / name).write_text(text, "utf-8")
    for name in ("factors", "examples", "docs"):
        (place / name).symlink_to(ROOT / name)


@pytest.mark.slow
def test_a_column_is_added_in_one_place(tmp_path: Path) -> None:
    pytest.importorskip("django")
    if os.name == "nt":
        pytest.skip("links need rights of their own on Windows")
    home = tmp_path / "home"
    home.mkdir()
    _copy(home)
    work = tmp_path / "work"
    work.mkdir()
    env = {"PYTHONPATH": str(home), "PYTHONDONTWRITEBYTECODE": "1"}
    done = ran([sys.executable, "-c", SCRIPT, str(work)], 240, env, work)
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout.strip().splitlines()[-1])
    assert len(said) == 19 and all(said.values()), {k for k, v in said.items() if not v}
