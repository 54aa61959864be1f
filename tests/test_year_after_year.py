"""A new year from the last project, and the lock of an approved one."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

import inventory
from inventory.app.lock import LockRequest, lock_project
from inventory.app.start import StartRequest, start_year
from inventory.cli.app import app
from inventory.core.problems import InventoryError

EXAMPLE = Path(__file__).parents[1] / "examples" / "jiangsu"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return start_year(StartRequest(2012, EXAMPLE, tmp_path_factory.mktemp("y") / "江苏2012")).book


def test_last_figures_stand_beside_each_cell_and_are_no_data(started: Path) -> None:
    sheet = openpyxl.load_workbook(started)["稻田甲烷"]
    at = {c.value if not isinstance(c.value, float | int) else int(c.value): c.column for c in sheet[5] if c.value}
    assert {2012, "上次填报", "与上次比(%)", "上次来源"} <= set(at)
    last = {d.item: d.value for d in inventory.read(EXAMPLE)[0].data if d.quantity == "rice_area" and d.year == 2010}
    assert sheet.cell(7, at["上次填报"]).value == pytest.approx(last[(("season", "单季稻"),)])
    assert not sheet.cell(7, at[2012]).value
    project, problems = inventory.read(started)
    assert not project.data and not project.factors and not project.choices
    assert [p.code for p in problems if p.severity != "hint"] == ["project.empty"]


def test_a_filled_cell_is_compared_live_and_reads_as_the_new_year(started: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(started)
    sheet = book["稻田甲烷"]
    at = {c.value if not isinstance(c.value, float | int) else int(c.value): c.column for c in sheet[5] if c.value}
    sheet.cell(7, at[2012]).value, sheet.cell(7, at["数据来源"]).value = 222.0, "年鉴2013"
    assert str(sheet.cell(7, at["与上次比(%)"]).value).startswith("=IF(")
    book.save(tmp_path / "2012.xlsx")
    project, problems = inventory.read(tmp_path / "2012.xlsx")
    assert [(d.year, d.quantity, d.value) for d in project.data] == [(2012, "rice_area", 222.0)]
    assert not [p for p in problems if p.code == "table.unread_columns"]


def test_what_cannot_be_started(tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a.txt").write_text("x", "utf-8")
    for request, code in (
        (StartRequest(2012, EXAMPLE, tmp_path / "full"), "start.not_empty"),
        (StartRequest(2010, EXAMPLE, tmp_path / "n"), "start.year_there"),
        (StartRequest(2012, EXAMPLE, tmp_path / "n", "海南"), "filing.region"),
    ):
        with pytest.raises(InventoryError) as caught:
            start_year(request)
        assert [p.code for p in caught.value.problems] == [code]


@pytest.mark.slow
def test_a_lock_makes_changed_added_and_missing_files_errors(tmp_path: Path) -> None:
    project = tmp_path / "江苏"
    shutil.copytree(EXAMPLE, project)
    before = inventory.compile(project)
    made = lock_project(LockRequest(project, "张三", "2012-03-01", "苏清单〔2012〕1号"))
    assert made.files >= 15
    assert [x.mass_t for x in inventory.compile(project).lines] == [x.mass_t for x in before.lines]
    text = (project / "waste.csv").read_text("utf-8-sig")
    (project / "waste.csv").write_text(text + "\n", "utf-8")
    (project / "新.csv").write_text("region,year\n", "utf-8")
    (project / "lucf.csv").unlink()
    codes = {p.code: str(p.origin) for p in inventory.check(project) if p.code.startswith("lock.")}
    assert codes == {"lock.changed": "waste.csv", "lock.added": "新.csv", "lock.gone": "lucf.csv"}
    assert CliRunner().invoke(app, ["lock", str(project), "--off"]).exit_code == 0
    assert not [p for p in inventory.check(project) if p.code.startswith("lock.")]
    assert CliRunner().invoke(app, ["lock", str(project)]).exit_code == 1  # without a name
