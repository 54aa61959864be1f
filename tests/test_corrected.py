"""Corrections of a project: laid over the cells of a file that is never changed, in force only while the cell holds
what it held."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory import api
from inventory.spreadsheets.cells import read_sheets
from inventory.spreadsheets.corrected import FILE, Correction, as_csv, read_corrections

HEAD = "region,year,quantity,item,value,unit,source\n"


def project(folder: Path, value: str) -> Path:
    (folder / "农业.csv").write_text(HEAD + f"江苏,2010,rice_area,season=单季稻,{value},万公顷,统计年鉴\n", "utf-8")
    return folder


def put(folder: Path, *corrections: Correction) -> None:
    (folder / FILE).write_bytes(as_csv(corrections))


def test_csv_cell_is_taken_as_corrected_and_said(tmp_path: Path) -> None:
    project(tmp_path, "约220")
    before, problems = api.read(str(tmp_path))
    assert not before.data and any(p.severity == "error" for p in problems)
    put(tmp_path, Correction("农业.csv", "", "E2", "约220", "220", "张三", "2011-05-01", "电话核实"))
    after, problems = api.read(str(tmp_path))
    assert [d.value for d in after.data] == [220.0]
    assert [p.code for p in problems if p.code.startswith("correction")] == ["correction.applied"]
    assert "约220" in (tmp_path / "农业.csv").read_text("utf-8")


def test_a_cell_that_changed_since_keeps_its_new_value(tmp_path: Path) -> None:
    project(tmp_path, "230")
    put(tmp_path, Correction("农业.csv", "", "E2", "约220", "220"))
    after, problems = api.read(str(tmp_path))
    assert [d.value for d in after.data] == [230.0]
    assert [p.code for p in problems if p.code.startswith("correction")] == ["correction.stale"]


@pytest.mark.parametrize(
    "wrong", [Correction("没有.csv", "", "E2", "", "1"), Correction("农业.csv", "", "第5格", "", "1")]
)
def test_a_correction_without_a_place_is_said(tmp_path: Path, wrong: Correction) -> None:
    put(project(tmp_path, "220"), wrong)
    assert "correction.no_place" in [p.code for p in api.read(str(tmp_path))[1]]


def test_workbook_cells_numbers_text_and_beyond_the_edge(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["甲", 1.5])
    book.save(tmp_path / "a.xlsx")
    put(
        tmp_path,
        Correction("a.xlsx", "Sheet", "B1", "1.5", "2.5"),
        Correction("a.xlsx", "Sheet", "A1", "甲", ""),
        Correction("a.xlsx", "Sheet", "D3", "", "丙"),
    )
    sheet = read_sheets(tmp_path / "a.xlsx")[0]
    assert (sheet.cell(1, 2).value, sheet.cell(1, 1).blank, sheet.cell(3, 4).value) == (2.5, True, "丙")
    assert read_sheets(tmp_path / "a.xlsx", as_filed=True)[0].cell(1, 2).value == 1.5


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\n\0'"), max_size=12),
        min_size=8,
        max_size=8,
    )
)
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("c")
    made = Correction(*texts[:2], "B7", *texts[3:])
    put(folder, made)
    assert read_corrections(folder) == (made,)
