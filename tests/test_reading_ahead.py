"""Many inputs read by several processes give what one process gives, to the last place and message; a helper that dies
costs time, nothing else."""

from __future__ import annotations

import multiprocessing
import os
import sys
from pathlib import Path

import pytest
from damaged import CASES

from inventory.core.activity import Datum
from inventory.core.problems import Origin
from inventory.edition import load
from inventory.reading import ahead, read_project
from inventory.reading.row import Series, data_of

forked = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="helpers are forked on Linux only")


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    """Every damaged workbook, in a folder each, together with sound ones: data, factors, choices, notation keys,
    unreadable files."""
    out = []
    for name, make in CASES.items():
        (tmp_path / name).mkdir()
        make(tmp_path / name)
        out.append(tmp_path / name)
    return out


def test_series_become_the_same_data_as_the_constructor() -> None:
    series = Series(
        "江苏",
        "rice_area",
        (("season", "单季稻"),),
        "万公顷",
        "年鉴",
        5.0,
        "注",
        "统计",
        "表.xlsx",
        "稻",
        (2005, 2010),
        (1.0, 2.5),
        ("E7", "F7"),
    )
    figures = ((2005, 1.0, "E7"), (2010, 2.5, "F7"))
    assert data_of([series]) == [
        Datum(
            "江苏",
            year,
            "rice_area",
            series.item,
            value,
            "万公顷",
            "年鉴",
            5.0,
            "注",
            "统计",
            Origin("表.xlsx", "稻", cell),
        )
        for year, value, cell in figures
    ]


@forked
def test_the_same_from_several_processes(folders: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    edition = load("prov2011")
    monkeypatch.setattr(ahead, "WORTH", 10**9)
    alone, told_alone = read_project(folders, edition)
    taken: list[bool] = []
    monkeypatch.setattr(ahead, "WORTH", 2)
    monkeypatch.setattr(ahead, "cores", lambda: 3)
    from inventory.reading import project

    take_over = project._take_over
    monkeypatch.setattr(
        project, "_take_over", lambda given, found: taken.append(bool(given)) or take_over(given, found)
    )
    together, told = read_project(folders, edition)
    assert taken.count(True) > 60 and taken.count(False) >= 2, (
        "most files come from helpers; those with factors or choices are read here"
    )
    assert told == told_alone
    assert together.data == alone.data and together.notations == alone.notations and together.factors == alone.factors
    assert together.choices == alone.choices and together.checks == alone.checks
    for name in ("row_notations", "open_cells", "refused", "uncertainty", "comments"):
        assert list(getattr(together, name)) == list(getattr(alone, name))
    assert not multiprocessing.active_children()


@forked
def test_a_helper_that_dies_leaves_its_work_to_the_caller(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "WORTH", 2)
    monkeypatch.setattr(ahead, "cores", lambda: 2)

    def work(i: int) -> bytes:
        if i == 5:
            os.kill(os.getpid(), 9)
        if i == 6:
            raise ValueError(i)
        return str(i).encode()

    with ahead.done_ahead(10, work) as result:
        got = [result(i) for i in range(10)]
    assert got == [b"0", b"1", b"2", b"3", b"4", None, None, None, None, None]
    with ahead.done_ahead(10, work) as result:
        assert result(0) == b"0"  # leaving early ends the helpers
    assert not multiprocessing.active_children()


def test_one_core_or_few_files_start_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "cores", lambda: 1)
    with ahead.done_ahead(1000, lambda i: b"x") as result:
        assert result(0) is None
    monkeypatch.setattr(ahead, "cores", lambda: 8)
    with ahead.done_ahead(ahead.WORTH - 1, lambda i: b"x") as result:
        assert result(0) is None
