"""Rows of a wide table that are numbers from end to end, or empty, are read as a whole: the same data, the same account
and the same messages as cell by cell."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.core.activity import LARGEST
from inventory.core.problems import Collector
from inventory.edition import load
from inventory.reading.lexicon import lexicon
from inventory.reading.plausible import check_plausible
from inventory.reading.row import RowsRead, YearFigures
from inventory.reading.tables import read_table
from inventory.spreadsheets.account import Tally, keeping
from inventory.spreadsheets.cells import Sheet
from inventory.spreadsheets.probe import Probe

EDITION = load("prov2011")
YEARS = (2005.0, 2006.0, 2008.0, 2010.0)
HEAD = ("地区", "指标", "作物", "单位", "数据来源", *YEARS)
CROPS = list(EDITION.vocabulary["crop"])

figure = st.one_of(
    st.floats(0, 5000),
    st.just(None),
    st.sampled_from(["—", "", "12", "1,2", "约3", "NE", "5%", 1e300, -LARGEST * 2, 2.5, -1.0, True]),
)
line = st.one_of(st.tuples(*[st.floats(0, 1e6)] * 4), st.tuples(*[st.just(None)] * 4), st.tuples(*[figure] * 4))
unit = st.sampled_from(["万吨", "t", "公顷", "", "什么"])
row = st.tuples(st.sampled_from(["江苏", "火星", ""]), st.sampled_from(CROPS[:4] + ["合计", "无"]), unit, line)


def sheet_of(rows: list[Any], holes: bool) -> Sheet:
    values = (HEAD, *(((where, "农作物产量", crop, unit, "年鉴", *figures)) for where, crop, unit, figures in rows))
    probe = Probe(percents=frozenset({(99, 99)})) if holes else Probe()  # something that makes a sheet no plain one
    return Sheet("a.xlsx", "农作物产量", values, probe=probe)


def read(sheet: Sheet) -> tuple[Any, ...]:
    read = RowsRead()
    with keeping(Tally()) as tally:
        read_table(sheet, lexicon(EDITION), read, expected=True)
    messages = [(p.code, p.origin, p.facts) for p in read.problems.reported]
    return read.data, messages, read.refused, read.row_notations, read.waiting, read.marks, tally.account()


@settings(max_examples=150, deadline=None)
@given(st.lists(row, min_size=1, max_size=6))
def test_as_a_whole_and_cell_by_cell(rows: list[Any]) -> None:
    quick, slow = sheet_of(rows, False), sheet_of(rows, True)
    assert quick.plain and not slow.plain
    assert read(quick) == read(slow)


def test_the_account_closes_and_names_every_number() -> None:
    _, _, _, _, _, _, account = read(sheet_of([("江苏", CROPS[0], "万吨", (1.0, 2.0, 3.0, 4.0))], False))
    (file,) = account.files
    assert (file.read, file.counted, file.refused, file.labels) == (4, 4, 0, 4)


def test_cells_are_made_for_whom_looks() -> None:
    figures = YearFigures((2005, 2010), (6, 7), (1.5, 2.5), 3, True)
    assert [(y, c.value, c.address, c.kind) for y, c in figures] == [
        (2005, 1.5, "F3", "number"),
        (2010, 2.5, "G3", "number"),
    ]
    assert len(figures) == 2 and figures[0:1] == ((2005, figures[0][1]),)


@pytest.mark.parametrize(
    ("value", "codes"),
    [(3.0, set()), (-2.0, set()), (9e5, {"slip.jump", "slip.magnitude"}), (1e9, {"slip.jump", "slip.magnitude"})],
)
def test_plausible_figures_of_wide_rows(value: float, codes: set[str]) -> None:
    read = RowsRead()
    rows = [("江苏", CROPS[n], "万吨", (1.0, value, 2.0, 2.0)) for n in range(3)]
    read_table(sheet_of(rows, False), lexicon(EDITION), read, expected=True)
    problems = Collector()
    check_plausible(read.data, EDITION, problems)
    assert {p.code for p in problems.reported} == codes
