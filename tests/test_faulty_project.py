"""A template made from a project with errors loses nothing that was typed: what is right is filled in, every row with an
error is listed as it stands, and stays an error until somebody has put it right."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from test_forms import GOOD
from test_lossless import WRONG

from inventory import api
from inventory.app.forms import FormRequest, make_template
from inventory.app.start import StartRequest, start_year
from inventory.edition import load
from inventory.forms.files import kind_of_level_path
from inventory.forms.form import Form
from inventory.forms.province import forms
from inventory.reading.to_correct import HEADING, SHEET

EDITION = load()
DATA = (
    ("region", "year", "quantity", "item", "value", "unit", "source", "处室意见"),
    ("江苏", "2010", "水泥熟料产量", "", "约1200", "万吨", "统计局", ""),
    ("江苏", "2010", "石灰产量", "", "100", "万吨", "统计局", "已核"),
    ("江苏", "2010", "没有的量", "", "5", "万吨", "甲", "先核对"),
    ("江苏", "2010", "稻谷播种面积", "season=冬稻", "7", "公顷", "", ""),
    ("江苏", "二〇一〇", "电石产量", "", "8", "万吨", "乙", ""),
    ("江浙", "2010", "电石产量", "", "9", "万吨", "丙", ""),
    ("江苏", "2010", "硝酸产量", "", "3", "GWh", "丁", ""),
)
SECTORS = ("industrial_processes",)  # a small workbook; rows with errors are listed whatever their sector
BAD = [row for row in DATA[1:] if row[2] != "石灰产量"]


def _write(path: Path, rows: Any) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def _listed(path: Path, title: str = SHEET["zh"]) -> list[tuple[Any, ...]]:
    """The rows of the sheet: what was typed, without the empty cells behind."""
    sheet = openpyxl.load_workbook(path)[title]
    rows = [tuple(v for v in row[4:]) for row in sheet.iter_rows(min_row=HEADING + 1, values_only=True) if row[2]]
    return [tuple("" if v is None else str(v) for v in row) for row in rows]


def _has(listed: list[tuple[Any, ...]], row: tuple[str, ...]) -> bool:
    return any(tuple(r[: len(row)]) == row for r in listed)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("faulty") / "江苏"
    folder.mkdir()
    _write(folder / "活动水平.csv", DATA)
    return folder


def test_rows_with_errors_are_listed_as_typed_and_the_rest_is_filled_in(faulty: Path, tmp_path: Path) -> None:
    result = make_template(FormRequest(tmp_path / "新.xlsx", SECTORS, project=(faulty,)))
    assert result.unread == len(BAD) and {p.origin.file for p in result.problems} == {"活动水平.csv"}
    listed = _listed(tmp_path / "新.xlsx")
    assert len(listed) == len(BAD) and all(_has(listed, row) for row in BAD)
    project, problems = api.read(tmp_path / "新.xlsx")
    assert [(d.quantity, d.value) for d in project.data] == [("lime_production", 100.0)]
    waiting = [p for p in problems if p.severity == "error"]
    assert [p.code for p in waiting] == ["table.to_correct"] * len(BAD), "nothing is left out in silence"
    assert all("活动水平.csv" in p.text(lang) for p in waiting for lang in ("zh", "en"))
    account = project.account
    assert account is not None and account.closes


def test_the_list_is_carried_from_template_to_template(faulty: Path, tmp_path: Path) -> None:
    make_template(FormRequest(tmp_path / "甲.xlsx", SECTORS, project=(faulty,)))
    make_template(FormRequest(tmp_path / "乙.xlsx", SECTORS, project=(tmp_path / "甲.xlsx",), lang="en"))
    assert _listed(tmp_path / "乙.xlsx", SHEET["en"]) == _listed(tmp_path / "甲.xlsx")


def test_a_row_that_is_deleted_there_waits_no_longer(faulty: Path, tmp_path: Path) -> None:
    path = tmp_path / "新.xlsx"
    make_template(FormRequest(path, SECTORS, project=(faulty,)))
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET["zh"]]
    assert not sheet.protection.sheet, "rows can be deleted there"
    for row in sheet.iter_rows(min_row=HEADING + 1):
        for cell in row:
            cell.value = None
    book.save(path)
    assert not [p for p in api.read(path)[1] if p.severity == "error"]


def test_a_new_year_shows_them_beside_and_asks_for_nothing(faulty: Path, tmp_path: Path) -> None:
    result = start_year(StartRequest(2011, faulty, tmp_path / "2011"))
    assert result.unread == len(BAD) and result.rows == 1 and result.problems
    assert len(_listed(result.book, "上次的待改内容")) == len(BAD)
    assert not [p for p in api.read(result.book)[1] if p.severity == "error" and p.code != "project.empty"]


def test_a_sheet_that_cannot_be_read_is_listed_as_a_whole(faulty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "苏"
    folder.mkdir()
    _write(folder / "活动水平.csv", DATA[:1] + DATA[2:3])
    _write(folder / "数据.csv", [("指标名", "数额"), ("石灰", "12"), ("水泥", "约3")])
    make_template(FormRequest(tmp_path / "新.xlsx", SECTORS, project=(folder,)))
    assert {row[:2] for row in _listed(tmp_path / "新.xlsx")} == {("石灰", "12"), ("水泥", "约3")}


FORMS = [
    f
    for f in forms().values()
    if f.row is not None and f.files and f.name in GOOD and not kind_of_level_path(Path(f"{f.files[0]}.csv"))
]


def _wrong_rows(shown: Form) -> list[tuple[str, ...]]:
    """A right row a wrong value, for every column and every wrong value of its kind."""
    return [
        tuple(str({**GOOD[shown.name], field.id: value}.get(n) or "") for n in shown.names)
        for field in shown.fields
        for value in WRONG.get(field.kind, ())
        if isinstance(value, str) and not value.startswith("=")
    ]


def test_wrong_rows_of_every_form_are_listed(faulty: Path, tmp_path: Path) -> None:
    folder = tmp_path / "苏"
    folder.mkdir()
    _write(folder / "活动水平.csv", DATA[:1] + DATA[2:3])
    typed = {f.files[0]: rows for f in FORMS if (rows := _wrong_rows(f))}
    for f in FORMS:
        if f.files[0] in typed:
            _write(folder / f"{f.files[0]}.csv", [f.names, *typed[f.files[0]]])
    errors = {(p.origin.file, p.origin.cell) for p in api.read(folder)[1] if p.severity == "error"}
    make_template(FormRequest(tmp_path / "新.xlsx", SECTORS, project=(folder,)))
    listed, forms_with_errors = _listed(tmp_path / "新.xlsx"), 0
    for stem, rows in typed.items():
        named = [row for n, row in enumerate(rows, 2) if (f"{stem}.csv", f"row {n}") in errors]
        whole = rows if not named and any(file == f"{stem}.csv" for file, _ in errors) else []  # its heading is wrong
        forms_with_errors += bool(named or whole)
        assert [r for r in named or whole if not _has(listed, r)] == [], stem
    assert forms_with_errors >= len(typed) - 3, "most forms say what is wrong in them"
