"""`check` of a folder that holds an assessment: no activity data are asked for, what is wrong with it is named, and the
figures of the level files are in the account."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from inventory.app.check import CheckRequest, check_inputs
from inventory.app.level_forms import AssessmentFormsRequest, make_assessment_forms
from inventory.cli.app import app

CHONGQING = Path(__file__).parents[1] / "examples" / "chongqing"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """重庆 without its inventory: targets, energy as assessed, GDP."""
    place = tmp_path / "考核"
    place.mkdir()
    for file in CHONGQING.glob("*.csv"):
        if file.stem != "重庆和区县":
            shutil.copy(file, place)
    return place


def codes(folder: Path) -> list[str]:
    return [p.code for p in check_inputs(CheckRequest((folder,))).problems]


def test_a_sound_assessment_has_no_error_and_every_figure_a_destination(folder: Path) -> None:
    result = check_inputs(CheckRequest((folder,)))
    assert result.errors == 0 and result.account is not None
    by_file = {f.file: f for f in result.account.files}
    assert by_file["assessed_energy.csv"].check > 100 and by_file["targets.csv"].check > 0
    assert all(f.closes for f in by_file.values())
    assert CliRunner().invoke(app, ["check", str(folder)]).exit_code == 0


def test_a_fault_of_the_assessment_is_named(folder: Path) -> None:
    energy = folder / "assessed_energy.csv"
    lines = energy.read_text("utf-8-sig").splitlines()
    energy.write_text("\n".join([*lines, lines[3]]) + "\n", "utf-8-sig")
    assert check_inputs(CheckRequest((folder,))).errors > 0
    assert not {"project.empty", "method.none"} & {*codes(folder)}


def test_forms_that_are_not_filled_in_say_what_an_assessment_needs(tmp_path: Path) -> None:
    make_assessment_forms(AssessmentFormsRequest("重庆", tmp_path / "考核.xlsx"))
    assert "targets.none" in codes(tmp_path) and "project.empty" not in codes(tmp_path)


def test_an_empty_folder_still_asks_for_activity_data(tmp_path: Path) -> None:
    assert "project.empty" in codes(tmp_path)
