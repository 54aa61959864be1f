"""Whatever happens to a printed table, each of its figures ends in one place: counted, used for checks, set aside by
name, or refused with an error."""

from __future__ import annotations

import random

import pytest
from balance_help import edition
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from printed_tables import Style, base, count, grid

from inventory.core.problems import Collector
from inventory.energy_balance import load
from inventory.energy_balance.figures import FATES, tally
from inventory.spreadsheets.cells import Sheet

FUELS = ("煤合计", "原煤", "洗精煤", "其他洗煤", "型煤", "焦炭", "汽油", "煤油", "天然气", "电力", "其他焦化产品")
FIGURES = {k: v for k, v in base().items() if k[1] in FUELS}
STYLES = (
    Style(),
    Style(languages="both", heading="six"),
    Style(heading="groups", units="brackets"),
    Style(languages="en", heading="six"),
    Style(numbering=True, remarks=True),
    Style(parts=2, units="brackets"),
    Style(turned=("出口量",)),
    Style(dust=True),
)
TEXTS = (
    "",
    "其他",
    "Other",
    "原煤",
    "万吨",
    "(104 tn)",
    "单位：吨",
    "汽油\nGasoline",
    "…",
    "—",
    "abc",
    "续表",
    "12万吨",
    "3.5%",
    "Coal",
    "标准量",
    "项目",
    "2007",
)
NUMBERS = (0.0, 1e-5, -3.0, 7.25, 12345678.0, 1e15, 2007.0)


def as_sheet(rows: list[list[object]]) -> Sheet:
    return Sheet("表.csv", "", tuple(tuple(None if c == "" else c for c in row) for row in rows), csv=True)


MOVING = (0, 1, 2, 5, 6, 7, 8)  # rows and columns left out, doubled, put in, exchanged; no cell typed over


def mutate(rows: list[list[object]], draw: random.Random, kinds: tuple[int, ...] = tuple(range(9))) -> None:
    """One thing that people do to a table (or that a copy of a print suffers)."""
    kind = kinds[draw.randrange(len(kinds))]
    r = draw.randrange(len(rows))
    row = rows[r]
    if kind == 0:
        del rows[r]
    elif kind == 1:
        rows.insert(r, [*row])
    elif kind == 2:
        rows.insert(r, [])
    elif kind == 3 and row:
        row[draw.randrange(len(row))] = draw.choice(TEXTS)
    elif kind == 4 and row:
        row[draw.randrange(len(row))] = draw.choice(NUMBERS)
    elif kind == 5:
        at = draw.randrange(1 + max(len(x) for x in rows))
        for x in rows:
            x.insert(at, None)
    elif kind == 6:
        at = draw.randrange(max(len(x) for x in rows))
        for x in rows:
            if at < len(x):
                del x[at]
    elif kind == 7:
        a, b = (draw.randrange(max(len(x) for x in rows)) for _ in range(2))
        for x in rows:
            if max(a, b) < len(x):
                x[a], x[b] = x[b], x[a]
    else:
        other = draw.randrange(len(rows))
        rows[r], rows[other] = rows[other], rows[r]


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(STYLES), st.randoms(use_true_random=False), st.integers(0, 6))
def test_every_figure_has_one_fate(style: Style, draw: random.Random, mutations: int):
    rows = grid(FIGURES, style)
    for _ in range(mutations):
        if rows:
            mutate(rows, draw)
    found = Collector()
    loaded = load([], edition(), found, sheets=[as_sheet(rows)])
    assert loaded.shown is not None
    fates = tally(loaded.shown.figures)
    assert sum(fates.values()) == count(rows), fates
    places = [f.origin for f in loaded.shown.figures]
    assert len(set(places)) == len(places), "no figure has two fates"
    assert {f.fate for f in loaded.shown.figures} <= set(FATES) and all(
        f.reason["zh"] and f.reason["en"] for f in loaded.shown.figures
    )
    if fates["refused"]:
        assert found.errors, "a figure is refused only with an error that says so"


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.randoms(use_true_random=False), st.integers(1, 3))
def test_a_table_that_is_read_without_a_word_has_the_printed_figures(draw: random.Random, mutations: int):
    """Moving rows and columns about changes nothing: either the same figures are read, or something is said. (A figure
    typed over in a row that no sum covers, as nuclear power, cannot be known for wrong.)"""
    rows = grid(FIGURES, Style(languages="both", heading="six"))
    for _ in range(mutations):
        mutate(rows, draw, MOVING)
    found = Collector()
    loaded = load([], edition(), found, sheets=[as_sheet(rows)])
    said = {p.code for p in found} - {"balance.share_default", "balance.information_ne"}
    if not said and loaded.shown and loaded.shown.tables:
        table = loaded.shown.tables[0]
        read = {k: c.value for k, c in table.cells.items()}
        assert all(read[k] == float(FIGURES[k]) for k in read if k in FIGURES), "a figure under another name"
