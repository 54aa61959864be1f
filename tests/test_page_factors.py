"""Factors given on the screen: the fields come from the form's JSON schema, faults are said at their places and nothing is
written, what is right becomes the project's own factors and the compilation goes on."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from page_help import Client, opened

from inventory.app.declared_forms import AddRowsRequest, FormSchemaRequest, add_rows, form_schema
from inventory.forms.grid import GridColumn, grid_columns

pytest.importorskip("django")
TABLE = """region,year,category,item,quantity,value,unit,source,uncertainty,note,data_kind
江苏,2010,5.2.2,industry=纺织业;pathway=处理系统,industrial_cod,2,万t COD,环境统计,5,,统计
"""
MCF = {"parameter": "industrial_mcf", "keys": "industry=纺织业", "gas": "CH4"}


def test_widgets_follow_the_schema() -> None:
    """Kind, list, help and whether it is required are the form's own; another schema gives other widgets."""
    schema = dict(form_schema(FormSchemaRequest("factors")).schema)
    value, kind, parameter = grid_columns(schema, ("value", "kind", "parameter"))
    assert (value.entry, value.required, value.title) == ("number", True, "数值")
    assert kind == GridColumn("kind", "性质", "实测 或 省级", "text", True, ("实测", "省级")) and kind.entry == "choice"
    assert parameter.entry == "text" and "ncv" in parameter.choices  # a long list is offered, not the only choice
    (day,) = grid_columns(form_schema(FormSchemaRequest("signatures", lang="en")).schema, ("date",))
    assert day.entry == "date"
    changed = json.loads(json.dumps(schema))
    changed["items"]["properties"]["kind"]["examples"] = ["甲", "乙", "丙"]
    assert grid_columns(changed, ("kind",))[0].choices == ("甲", "乙", "丙")
    with pytest.raises(KeyError):
        grid_columns(schema, ("no such column",))


def test_rows_are_added_below_what_was_typed(tmp_path: Path) -> None:
    own = tmp_path / "factors.csv"
    own.write_text("parameter,keys,value,unit,source,kind,我的备注\nncv,fuel=原煤,20.9,GJ/t,化验,实测,勿删\n", "utf-8")
    row = {**MCF, "value": "0.3", "unit": "1", "source": "调查（示例）", "kind": "省级"}
    wrong = add_rows(AddRowsRequest("factors", (row, {**row, "value": "三成"}), tmp_path))
    assert wrong.added == 0 and {p.origin.cell for p in wrong.problems} == {"2:value"}
    assert len(own.read_text("utf-8-sig").splitlines()) == 2
    assert add_rows(AddRowsRequest("factors", (row,), tmp_path)).output == own
    lines = list(csv.reader(own.open(encoding="utf-8-sig")))
    assert len(lines) == 3 and "勿删" in lines[1] and "industrial_mcf" in lines[2] and "我的备注" in lines[0]


def test_an_answer_goes_where_the_old_one_stood_and_takes_nothing_with_it(tmp_path: Path) -> None:
    """Rows that are wrong, columns of one's own and lines above the heading stay when the page writes an answer."""
    own = tmp_path / "质控答复.csv"
    own.write_text(
        "本表由李四填写\n检查,位置,答复,姓名,日期,处室\njump,江苏 2010,新厂,李四,2026-03-01,一处\njump,*,只写了答复,,,二处\n",
        "utf-8",
    )
    row = {"check": "jump", "place": "江苏 2010", "answer": "新厂投产", "name": "王五", "date": "2026-05-01"}
    request = AddRowsRequest("answers", (row,), tmp_path, instead_of=("check", "place"))
    assert add_rows(request).added == 1
    lines = list(csv.reader(own.open(encoding="utf-8-sig")))
    assert lines[0][0] == "本表由李四填写" and len(lines) == 4
    assert lines[2] == ["jump", "江苏 2010", "新厂投产", "王五", "2026-05-01", "", "一处"]
    assert lines[3][2] == "只写了答复" and lines[3][-1] == "二处"
    assert add_rows(
        AddRowsRequest("answers", ({**row, "place": "别处"},), tmp_path, instead_of=("check", "place"))
    ).added
    assert len(list(csv.reader(own.open(encoding="utf-8-sig")))) == 5


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("factors")
    (folder / "长表.csv").write_text(TABLE, "utf-8")
    return folder


@pytest.fixture(scope="module")
def inside(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with opened(place, tmp_path_factory.mktemp("home")) as address:
        yield Client(address).enter()


def _answer(client: Client, rows: list[dict[str, str]]) -> tuple[int, dict]:
    sent = {"X_CSRFToken": client.forms_token(), "Origin": f"http://{client.host}", "Content_Type": "application/json"}
    status, _, text = client.ask("/api/factors", "POST", json.dumps({"rows": rows}).encode(), **sent)
    return status, json.loads(text)


@pytest.mark.slow
def test_what_is_typed_on_the_screen_answers(place: Path, inside: Client) -> None:
    shown = inside.get("/gaps")
    assert 'name="value"' in shown and "<option>省级</option>" in shown and 'data-parameter="industrial_mcf"' in shown
    faulty = [{**MCF, "value": "三成", "unit": "1", "source": "", "kind": "省级"}]
    status, data = _answer(inside, faulty)
    assert status == 422 and {f["column"] for f in data["faults"]} == {"value", "source"}
    assert all(f["row"] == "industrial_mcf|industry=纺织业|CH4" for f in data["faults"])
    assert not (place / "自有因子.csv").exists()
    assert _answer(inside, [{**MCF, "value": ""}])[0] == 422
    stranger = {**MCF, "parameter": "ncv", "value": "1", "source": "x", "kind": "实测"}
    assert _answer(inside, [stranger])[0] == 409
    status, data = _answer(inside, [{**MCF, "value": "0.3", "unit": "1", "source": "调查（示例）", "kind": "省级"}])
    assert status == 200 and "自有因子.csv" in data["saved"]
    assert 'data-parameter="industrial_mcf"' not in inside.get("/gaps")
