"""The grids of page and service know of a column what the form's JSON schema says of it, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from inventory.app.declared_forms import FormSchemaRequest, WriteFormRequest, form_schema, write_one_form
from inventory.app.grids import GridRequest, sheet_grid
from inventory.app.province_grids import form_of_sheet
from inventory.edition import load
from inventory.energy_balance.files import sheet_kind
from inventory.enterprise.industries import default_edition, find
from inventory.enterprise.tables import PROFILE_FORM, TABLES, offered, schema_of_forms
from inventory.enterprise.template import write_template as write_enterprise
from inventory.forms.files import kind_of_level_title
from inventory.forms.grid import GridColumn, SheetGrid, grid_columns
from inventory.forms.province import form, forms
from inventory.reading.extras import LISTS, kind_of
from inventory.spreadsheets.cells import Sheet, read_sheets
from inventory.templates_xlsx.plan import plan
from inventory.templates_xlsx.write import write_template

ROOT = Path(__file__).resolve().parents[1]
EDITION = load("prov2011")
WITH_MODEL = [n for n, f in forms().items() if f.row is not None]
BOTH = pytest.mark.parametrize("lang", ["zh", "en"])


def _by_hand(name: str, body: dict[str, Any], required: list[str]) -> GridColumn:
    """The column that a schema's property states, read without the code under test."""
    unit = body.get("x-unit", "")
    return GridColumn(
        name,
        body["title"],
        body.get("description", ""),
        body["x-kind"],
        name in required,
        tuple(body.get("examples", ())),
        unit.removeprefix("=") if unit.startswith("=") else "",
        "" if unit.startswith("=") else unit,
    )


def _columns(grid: SheetGrid) -> list[GridColumn]:
    return [grid.columns[n] for n in sorted(grid.columns)]


@pytest.mark.parametrize("name", WITH_MODEL)
@BOTH
def test_a_grid_of_a_province_form_is_its_schema(name: str, lang: str, tmp_path: Path) -> None:
    """Same columns in the same order with the same labels, units, choices, kinds, help; the heading is the form's, in
    whatever language it is printed."""
    items = form_schema(FormSchemaRequest(name, lang=lang)).schema["items"]
    wanted = [_by_hand(n, body, items["required"]) for n, body in items["properties"].items()]
    for printed in ("zh", "en"):
        write_one_form(WriteFormRequest(name, tmp_path / "表.xlsx", lang=printed))
        sheet = read_sheets(tmp_path / "表.xlsx")[0]
        assert form_of_sheet(sheet) is form(name)
        grid = sheet_grid(GridRequest(sheet, lang=lang))
        assert grid is not None and grid.form == name and grid.rows == form(name).rows
        assert _columns(grid) == wanted and [c.title for c in wanted] == [f.text(lang) for f in form(name).fields]
        assert grid.head == 4 and grid.title == form(name).title(lang)


@pytest.mark.parametrize("industry", ["01", "02", "08", "10", "24"])
@BOTH
def test_a_grid_of_an_enterprise_is_its_schema(industry: str, lang: str, tmp_path: Path) -> None:
    chosen = find(industry, default_edition())
    write_enterprise(tmp_path / "空表.xlsx", chosen)
    schema = schema_of_forms(chosen, lang)
    sheets = {s.name: s for s in read_sheets(tmp_path / "空表.xlsx")}
    for shown in (t for t in TABLES if offered(t, chosen)):
        items = schema["properties"][shown.name]["items"]
        grid = sheet_grid(GridRequest(sheets[shown.sheet], industry, lang=lang))
        assert grid is not None and grid.form == shown.name and grid.title == shown.title(lang)
        assert _columns(grid) == [_by_hand(n, b, items["required"]) for n, b in items["properties"].items()]
    profile = sheet_grid(GridRequest(sheets[PROFILE_FORM.sheet], industry, lang=lang))
    items = schema["properties"]["profile"]
    assert profile is not None and [c.name for c in profile.cells.values()] == list(items["properties"])
    assert list(profile.cells.values()) == [_by_hand(n, b, items["required"]) for n, b in items["properties"].items()]
    assert {at[1] for at in profile.cells} == {1}
    assert sheet_grid(GridRequest(sheets["年度汇总"], industry, lang=lang)) is None


def test_units_are_said_beside_the_figures() -> None:
    """A fixed unit is the column's; another one is read from the row's own cell."""
    values = (("燃料品种", "月份", "单位", "期初库存"), ("烟煤", 1.0, "t", 5.0))
    grid = sheet_grid(GridRequest(Sheet("x.xlsx", "台账", values), "08"))
    assert grid is not None
    body = grid.as_json()
    assert body["columns"]["3"]["unit_at"] == 2 and body["columns"]["3"]["unit"] == ""
    assert body["columns"]["2"]["unit_at"] == -1
    heat = sheet_grid(GridRequest(Sheet("x.xlsx", "热力", (("介质", "数量", "温度（℃）"),)), "08"))
    assert heat is not None and heat.as_json()["columns"]["2"]["unit"] == "℃"


# ---- tables of activity data ----


@BOTH
def test_every_sheet_of_the_template_is_known(lang: str, tmp_path: Path) -> None:
    """Years stand over the column of figures, keys offer the words of the edition; no sheet that is filled in is left
    without a form but the printed balance table and the shares that go with it."""
    write_template(plan(EDITION, ["agriculture", "waste"], "江苏", [2005, 2010], lang), tmp_path / "t.xlsx")
    properties = form("activity").schema(lang)["items"]["properties"]
    for sheet in read_sheets(tmp_path / "t.xlsx"):
        grid = sheet_grid(GridRequest(sheet, lang=lang))
        if sheet.name.startswith("_") or sheet.name in ("目录", "Contents"):
            assert grid is None
            continue
        assert grid is not None, sheet.name
        if grid.form == "choices":  # questions and options stand between its columns
            continue
        heads = {c: sheet.cell(grid.head + 1, c + 1).text for c in grid.columns}
        if grid.form == "activity":
            for at, column in grid.columns.items():
                if re.fullmatch(r"\d{4}", heads[at]):
                    assert (column.name, column.title) == ("value", f"{properties['value']['title']} {heads[at]}")
                    assert column.kind == "number"
                elif column.name in properties:
                    assert column.title == properties[column.name]["title"]
                else:
                    assert column.name in EDITION.vocabulary or not column.choices
                    assert column.title in {sheet.cell(r, at + 1).text for r in (grid.head, grid.head + 1)}
        else:
            assert list(heads.values()) == [form(grid.form).column(c.name).text(lang) for c in _columns(grid)]


@pytest.mark.slow
def test_a_matrix_says_its_units(tmp_path: Path) -> None:
    """Under the words of a key that lie across, figures have the unit that is printed over them."""
    write_template(plan(EDITION, ["energy"], "江苏", [2010]), tmp_path / "t.xlsx")
    grids = [(s, sheet_grid(GridRequest(s))) for s in read_sheets(tmp_path / "t.xlsx")]
    tables = [g for _, g in grids if g is not None and g.form == "activity"]
    assert {c.unit for g in tables for c in g.columns.values() if c.name == "value"} == {"万t", "亿m3", ""}
    assert not [s.name for s, g in grids if g is None and not s.name.startswith(("_", "目录", "能源平衡表"))]


def test_years_of_shares_are_shares() -> None:
    sheet = Sheet("x.xlsx", "分摊比例", (("分摊项目", "部分", "2005年占比", "2010年占比", "数据来源"),))
    grid = sheet_grid(GridRequest(sheet, lang="en"))
    assert grid is not None and grid.form == "allocation_shares"
    assert [(c.name, c.title, c.unit) for c in _columns(grid)][2:4] == [
        ("value", "Value 2005", "%"),
        ("value", "Value 2010", "%"),
    ]


# ---- which form ----


def test_a_sheet_is_the_form_that_the_readers_take_it_for() -> None:
    """Names of files and sheets mean to the grid what they mean to the readers."""
    for name, shown in forms().items():
        for title in (shown.sheet, shown.sheet_en, *shown.files):
            chosen = form_of_sheet(Sheet("x.xlsx", title, ()))
            assert chosen is not None and chosen.name == name, title
            if of := kind_of(title):
                assert LISTS[name] == of
            if level := kind_of_level_title(title):
                assert level == name
            if entry := sheet_kind(title):
                assert entry == name
    head = ("parameter", "keys", "value", "unit", "source", "kind")
    csv = Sheet("随便.csv", "", (head,), csv=True)
    assert form_of_sheet(csv) is form("factors")
    assert form_of_sheet(Sheet("随便.csv", "", (("甲", "乙"),), csv=True)) is None


def test_screens_have_no_words_of_their_own_for_columns() -> None:
    """No label of a form stands in a view, a script or a template of a grid."""
    labels = {f.label for t in TABLES for f in t.fields} | {f.label for x in forms().values() for f in x.fields}
    labels = {x for x in labels if len(x) > 1}
    service = ROOT / "inventory" / "service"
    screens = ("problems", "enterprise_one", "checks", "quality", "gaps")
    files = [*(service / "static").glob("*.js"), service / "templates" / "web" / "report.html"]
    files += [service / "templates" / "page" / f"{n}.html" for n in screens]
    files += [service / "page" / f"{n}_views.py" for n in ("analysis", "factor", "enterprise")]
    files += [service / "page" / "actions.py", service / "shared" / "sheets.py", service / "web" / "report_views.py"]
    stated = {
        f"{p.name}: {word}"
        for p in files
        for text in re.findall(r"""["'>]([^"'<>{}]+)["'<]""", p.read_text("utf-8"))
        for word in labels & {text.strip()}
    }
    assert stated == set()


def test_a_column_that_is_no_column_is_refused() -> None:
    with pytest.raises(KeyError):
        grid_columns(form("factors").schema("zh"), ("no such column",))
