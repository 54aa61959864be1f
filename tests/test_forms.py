"""One declaration for every sheet that is filled in: template, reader, draft, schema, page and command come from it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from typer.testing import CliRunner

from inventory.app.declared_forms import (
    GROUPS,
    FormSchemaRequest,
    ReadRowsRequest,
    WriteFormRequest,
    form_schema,
    forms_page,
    read_form_rows,
    write_one_form,
)
from inventory.cli.app import app
from inventory.core.problems import Collector, InventoryError
from inventory.core.spelling import fold
from inventory.edition import load
from inventory.energy_balance import files as balance_files
from inventory.enterprise.tables import TABLES
from inventory.forms import files as level_files
from inventory.forms.draft import FormDraft, draft_of
from inventory.forms.form import Form
from inventory.forms.province import form, form_named, forms, words_of
from inventory.forms.read import form_rows
from inventory.reading.extras import FILES as EXTRA_FILES
from inventory.reading.headers import PRINTED
from inventory.spreadsheets.cells import Sheet, read_sheets
from inventory.templates_xlsx import side
from inventory.templates_xlsx.form_sheet import write_form

ROOT = Path(__file__).resolve().parents[1]
EDITION = load("prov2011")
FORMS = sorted(forms())
WITH_MODEL = [n for n in FORMS if form(n).row is not None]
# a right row of each form whose rows a model checks, as a person types it
GOOD: dict[str, dict[str, Any]] = {
    "factors": {
        "parameter": "ncv",
        "keys": "fuel=原煤",
        "value": 20.9,
        "unit": "GJ/t",
        "source": "检测报告",
        "kind": "实测",
    },
    "choices": {"choice": "coal_heat", "option": "guideline", "reason": "缺省"},
    "checks": {"factor_id": "x", "printed": 25.8, "by": "张三", "date": "2026-05-01"},
    "corrections": {
        "region": "江苏",
        "year": 2005,
        "row": "2.工业",
        "fuel": "焦炭",
        "printed": 50,
        "value": 49,
        "unit": "万吨",
        "reason": "各行相加",
        "source": "年鉴下一年版",
    },
    "balance_precision": {"region": "江苏", "year": 2005, "row": "2.工业", "fuel": "焦炭", "precision": "rounded_3sf"},
    "allocation_shares": {"split": "火电归属", "part": "公用", "value": "90%", "source": "电力公司"},
    "balance_allocation": {
        "id": "own.coke",
        "stage": "use",
        "row": "2.工业",
        "fuel": "焦炭",
        "reason_zh": "原料",
        "source": "调查",
    },
    "checks_bulk": {"first": 1, "last": 9, "by": "张三", "date": "2026-05-01"},
    "uncertainty": {"applies_to": "活动水平", "name": "石灰产量", "uncertainty": 5, "source": "统计局"},
    "answers": {"check": "jump", "place": "*", "answer": "新厂投产", "name": "李四", "date": "2026-03-01"},
    "gapfill": {"region": "江苏", "quantity": "石灰产量", "year": 2008, "method": "内插", "reason": "缺年鉴"},
    "review": {"line": "2.2 CO2", "comment": "请说明", "by": "王五", "date": "2026-03-01"},
    "signatures": {"role": "编制", "name": "张三"},
    "gwp": {"set": "本省", "gas": "CH4", "value": 28, "source": "AR5"},
    "regions": {"name": "溧水区", "level": "区县"},
    "boundary": {"region": "江苏", "matter": "跨省电厂", "rule": "按所在地"},
    "allocation": {"parent": "江苏", "category": "1.1", "rule": "代理变量", "proxy": "GDP", "reason": "无分市数据"},
    "proxies": {"region": "江苏", "year": 2010, "proxy": "GDP", "value": 41425, "unit": "亿元", "source": "年鉴"},
    "enterprises": {
        "region": "南京",
        "year": 2010,
        "enterprise": "甲",
        "category": "2.1",
        "gas": "CO2",
        "value": 12.5,
        "unit": "万t",
        "source": "报告",
    },
    "places": {"enterprise": "甲", "region": "南京"},
    "targets": {
        "region": "江苏",
        "indicator": "单位GDP能耗",
        "base_year": 2010,
        "target_year": 2015,
        "reduction_pct": "18%",
        "source": "文件",
    },
    "caps": {"region": "江苏", "indicator": "co2", "year": 2015, "value": 7, "unit": "万吨CO2", "source": "文件"},
    **{
        n: {"region": "江苏", "indicator": "单位GDP能耗", "year": 2012, "value": 3.5, "source": "文件"}
        for n in ("plan_targets", "accepted", "scores")
    },
    "indicator_data": {"region": "江苏", "indicator": "x", "year": 2012, "value": 3, "unit": "%", "source": "年鉴"},
    "subjects": {"name": "钢铁行业", "kind": "行业"},
    "actions": {"id": "1", "name": "改造", "kind": "项目", "first_year": 2011, "last_year": 2015, "source": "规划"},
    "action_progress": {"id": "1", "year": 2012, "percent": 40, "source": "报告"},
}


def _sheet(text: str, name: str = "表.csv", place: Path | None = None) -> Sheet:
    assert place is not None
    path = place / name
    path.write_text(text, "utf-8")
    return read_sheets(path, name)[0]


def _csv(rows: list[dict[str, Any]], heading: list[str], keys: list[str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heading)
    writer.writerows([[r.get(k, "") for k in keys] for r in rows])
    return out.getvalue()


# ---- the declaration ----


@pytest.mark.parametrize("name", FORMS)
def test_a_declaration_is_whole(name: str) -> None:
    """No heading means two columns; what the model requires is a column; every word of a list is one the model takes;
    the unit is a column or fixed; both languages are there."""
    shown = form(name)
    meant: dict[str, str] = {}
    for f in shown.fields:
        assert f.label and f.label_en and f.kind in ("text", "number", "whole", "year", "date")
        assert not f.unit or f.unit.startswith("=") or f.unit in shown.names, f.id
        for heading in f.headings:
            assert meant.setdefault(fold(heading), f.id) == f.id, f"{name}: {heading}"
    if shown.row is None:
        return
    model: type[BaseModel] = shown.row
    assert set(shown.names) <= set(model.model_fields)
    assert {n for n, i in model.model_fields.items() if i.is_required()} == set(shown.required)
    for f in shown.fields:
        for word in f.words:
            row = model.model_validate({**GOOD[name], **({"proxy": "y"} if word == "代用序列" else {}), f.id: word})
            assert getattr(row, f.id)


def test_every_form_with_a_model_has_a_case_here() -> None:
    assert set(WITH_MODEL) == set(GOOD)


# ---- the reader ----


@pytest.mark.parametrize("name", WITH_MODEL)
@pytest.mark.parametrize("heading", ["zh", "en", "id", "also"])
def test_the_reader_knows_every_heading(name: str, heading: str, tmp_path: Path) -> None:
    shown = form(name)
    heads = {
        "zh": lambda f: f.label,
        "en": lambda f: f.label_en,
        "id": lambda f: f.id,
        "also": lambda f: f.headings[-1],
    }
    text = _csv([GOOD[name]], [heads[heading](f) for f in shown.fields], list(shown.names))
    problems = Collector()
    rows = [r for r, _ in form_rows(_sheet(text, place=tmp_path), shown, problems)]
    assert not problems.errors, [p.text("zh") for p in problems]
    assert rows == [shown.row.model_validate(GOOD[name])]


@pytest.mark.parametrize("name", WITH_MODEL)
def test_a_column_that_is_required_is_missed_by_name(name: str, tmp_path: Path) -> None:
    """Without a required column nothing is read, and the message names the column in both languages; an empty cell of
    it is named at its row."""
    shown = form(name)
    for gone in shown.required:
        keys = [n for n in shown.names if n != gone]
        problems = Collector()
        assert not list(form_rows(_sheet(_csv([GOOD[name]], keys, keys), place=tmp_path), shown, problems))
        lacking = [p for p in problems if p.code in ("table.missing_column", "table.unknown")]
        assert (
            lacking
            and f"{shown.column(gone).label}（{gone}）" in lacking[0].text("zh")
            and gone in lacking[0].text("en")
        )
        problems = Collector()
        text = _csv([{**GOOD[name], gone: ""}], list(shown.names), list(shown.names))
        assert not list(form_rows(_sheet(text, place=tmp_path), shown, problems)) or name == "checks_bulk"
        assert problems.errors and problems.errors[0].origin.cell == "row 2"


def test_a_new_column_of_the_declaration_reaches_every_consumer(tmp_path: Path) -> None:
    """Adding a field to the declaration (and its model) is all: the reader takes it, the template prints it, the schema
    and the page have it."""
    from inventory.forms.extras import SignatureRow
    from inventory.forms.form import Field, of_model
    from inventory.forms.page import page

    class Wider(SignatureRow):
        phone: str = ""

    old = form("signatures")
    wider: Form = replace(
        old, row=Wider, fields=(*old.fields, of_model(Field("phone", "电话", "Telephone", width=22), Wider))
    )
    rows = [r for r, _ in form_rows(_sheet("职责,电话\n编制,025-1\n", place=tmp_path), wider, Collector())]
    assert [r.phone for r in rows] == ["025-1"]
    write_form(tmp_path / "签署.xlsx", FormDraft(wider, ({"role": "编制", "phone": "025-1"},)), EDITION, "zh")
    sheet = openpyxl.load_workbook(tmp_path / "签署.xlsx").worksheets[0]
    assert [c.value for c in sheet[side.HEAD + 1]][-1] == "电话" and sheet.cell(side.HEAD + 2, 5).value == "025-1"
    assert wider.schema("zh")["items"]["properties"]["phone"]["title"] == "电话"
    assert "| `phone` | 电话 / Telephone |" in page([("x", [wider])])


# ---- names of files, headings, template: no second list anywhere ----


def test_consumers_hold_no_list_of_their_own() -> None:
    """What readers and templates know of names and headings is what the forms declare."""
    assert {f.id: f.labels for f in form("activity").fields} == PRINTED
    for kind in level_files.FORMS:
        assert {n for n, k in level_files.FILES.items() if k == kind} == set(form(kind).files)
    for kind in balance_files.FORMS:
        assert balance_files.NAMES[kind] == form(kind).files
    for name in ("gwp", "gapfill", "review", "signatures", "uncertainty", "answers"):
        assert {fold(n) for n in form(name).files} <= set(EXTRA_FILES)
    assert set(side.FORMS) | set(side.BALANCE_FORMS) <= set(FORMS)
    texts = [p.read_text("utf-8") for p in (ROOT / "inventory").rglob("*.py")]
    assert not any("HEADINGS = {" in t and '("region",' in t for t in texts), "a second list of headings"


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_template_prints_the_form_and_reads_back_empty(name: str, lang: str, tmp_path: Path) -> None:
    shown = form(name)
    path = tmp_path / "表.xlsx"
    write_one_form(WriteFormRequest(name, path, lang=lang))
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = [c.value for c in sheet[side.HEAD + 1]]
    assert sheet.title == shown.title(lang) and heads == [f.text(lang) for f in shown.fields]
    offered = {f.id for f in shown.fields if words_of(f, EDITION, lang)}
    columns = {
        cell.column
        for v in sheet.data_validations.dataValidation
        for row in sheet[str(v.sqref).split(" ")[0]]
        for cell in row
    }
    assert columns == {shown.names.index(n) + 1 for n in offered}
    if shown.row is not None:
        problems = Collector()
        assert not list(form_rows(read_sheets(path)[0], shown, problems)) and not problems.errors


# ---- the draft ----


def test_a_wrong_form_is_copied_as_typed_with_its_problems(tmp_path: Path) -> None:
    """What was typed stays, wrong cells and unknown columns included; each problem is a comment on its cell."""
    source = tmp_path / "控制目标.csv"
    source.write_text(
        "地区,指标,基年,目标年,下降率,文件,处室意见\n"
        "江苏,单位GDP能耗,2010,2015,约18,苏政发〔2012〕1号,先核对\n"
        "江苏,单位GDP二氧化碳,2010年,二〇一五,19%,,\n",
        "utf-8",
    )
    result = write_one_form(WriteFormRequest("targets", tmp_path / "新.xlsx", source))
    assert result.rows == 2 and len([p for p in result.problems if p.severity == "error"]) >= 2
    sheet = openpyxl.load_workbook(tmp_path / "新.xlsx").worksheets[0]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=side.HEAD + 2, max_row=side.HEAD + 3)]
    heads = [c.value for c in sheet[side.HEAD + 1]]
    at = {h: i for i, h in enumerate(heads)}
    assert (
        rows[0][at["下降率"]] == "约18" and rows[0][at["处室意见"]] == "先核对" and rows[1][at["目标年"]] == "二〇一五"
    )
    assert rows[1][at["下降率"]] == "19%" and rows[1][at["基年"]] == "2010年"
    noted = {c.coordinate for row in sheet.iter_rows(min_row=side.HEAD + 2) for c in row if c.comment}
    assert noted, "no comment on a wrong cell"
    again = draft_of(read_sheets(tmp_path / "新.xlsx")[0], form("targets"))
    first = draft_of(read_sheets(source)[0], form("targets"))
    assert [list(r.values()) for r in again.rows] == [_ordered(r, again.rows[0]) for r in first.rows]


def _ordered(row: Any, like: Any) -> list[Any]:
    """The values of a row in the order of another's columns; columns beside the form's last, as they stand."""
    own = [row.get(k) for k in like if not k.startswith("=")]
    return own + [v for k, v in row.items() if k.startswith("=")]


TYPED = st.one_of(
    st.none(),
    st.floats(allow_nan=False, allow_infinity=False, width=32).filter(lambda v: abs(v) < 1e12),
    st.text("约一二甲乙abc１２%-=+@ .·", max_size=8).map(str.strip),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.fixed_dictionaries(dict.fromkeys(form("gapfill").names, TYPED)), max_size=4))
def test_nothing_typed_is_lost(rows: list[dict[str, Any]]) -> None:
    """Any rows written as a form read back as the same draft."""
    import tempfile

    kept = [{k: v for k, v in r.items() if v not in (None, "")} for r in rows]
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "补缺.xlsx"
        write_form(path, FormDraft(form("gapfill"), tuple(rows)), EDITION, "zh")
        again = draft_of(read_sheets(path)[0], form("gapfill"))
    assert [{k: v for k, v in r.items() if v is not None} for r in again.rows] == [r for r in kept if r]


# ---- schema, page, programs, command ----


@pytest.mark.parametrize("name", WITH_MODEL)
def test_the_schema_says_what_the_reader_requires(name: str) -> None:
    schema = form_schema(FormSchemaRequest(name)).schema
    items = schema["items"]
    assert items["required"] == list(form(name).required) and list(items["properties"]) == list(form(name).names)
    for f in form(name).fields:
        body = items["properties"][f.id]
        assert body["title"] == f.label and body["type"] in ("string", "number", "integer")
    pytest.importorskip("jsonschema").Draft202012Validator.check_schema(schema)


def test_schemas_of_all_forms_and_of_an_industry() -> None:
    assert list(form_schema(FormSchemaRequest()).schema["properties"]) == list(forms())
    english = form_schema(FormSchemaRequest(industry="08", lang="en")).schema
    assert english["properties"]["readings"]["title"] == "Ledger"
    bounds = form_schema(FormSchemaRequest("gwp")).schema["items"]["properties"]["value"]
    assert bounds["exclusiveMinimum"] == 0 and bounds["type"] == "number"
    with pytest.raises(InventoryError):
        form_schema(FormSchemaRequest("没有这张表"))


def test_rows_of_a_program_meet_the_same_rules() -> None:
    for name in WITH_MODEL:
        result = read_form_rows(ReadRowsRequest(name, (GOOD[name],)))
        assert len(result.rows) == 1 and not result.problems
        labels = {form(name).column(k).label: v for k, v in GOOD[name].items()}
        assert read_form_rows(ReadRowsRequest(name, (labels,))).rows == result.rows
    wrong = read_form_rows(ReadRowsRequest("gwp", ({"set": "甲", "gas": "CH4", "vlaue": 3}, {"gas": "CH4"})))
    assert not wrong.rows and {p.code for p in wrong.problems} >= {"form.unknown_column", "row.needed"}


def test_the_page_is_written_from_the_declarations() -> None:
    """`inventory forms page -o docs/forms.md` after a change."""
    assert (ROOT / "docs" / "forms.md").read_text("utf-8") == forms_page()
    for shown in [f for _, group in GROUPS for f in group]:
        assert f"### {shown.sheet}" in forms_page()
        for f in shown.fields:
            assert f"`{f.id}`" in forms_page()
    assert {t.name for t in TABLES} <= {f.name for _, group in GROUPS for f in group}


def test_the_command(tmp_path: Path) -> None:
    run = CliRunner()
    listed = run.invoke(app, ["forms", "list"])
    assert listed.exit_code == 0 and all(f.sheet in listed.output for f in forms().values())
    schema = run.invoke(app, ["forms", "schema", "补缺"])
    assert json.loads(schema.output) == form_schema(FormSchemaRequest("gapfill")).schema
    assert run.invoke(app, ["forms", "schema", "无此表"]).exit_code == 1
    written = run.invoke(app, ["forms", "template", "控制目标", "-o", str(tmp_path / "控制目标.csv")])
    assert written.exit_code == 0
    text = (tmp_path / "控制目标.csv").read_text("utf-8-sig")
    assert text.strip() == ",".join(f.label for f in form_named("targets").fields)
    assert run.invoke(app, ["forms", "page", "-o", str(tmp_path / "p.md")]).exit_code == 0


@pytest.mark.parametrize("shown", [f for _, group in GROUPS for f in group], ids=lambda f: f.name)
def test_every_column_says_what_it_is(shown: Form) -> None:
    """Help in both languages for every column of province and enterprise; schema and page carry it."""
    page = forms_page()
    for f in shown.fields:
        assert f.help and f.help_en and (f.help != f.help_en or f.help.isascii() or f.help == "1—12"), (
            f"{shown.name} {f.id}"
        )
        for lang in ("zh", "en"):
            assert f.schema(lang)["description"] == f.help_text(lang)
        assert f.help.replace("|", "\\|") in page and f.help_en.replace("|", "\\|") in page
