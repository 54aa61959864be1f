"""Activity data in columns: a `Datum` is a view equal to what the constructor makes; whatever is done with the columns
is what would be done with the data; nothing can be written; what a program gives wrongly stays to be named."""

from __future__ import annotations

import pickle
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import inventory
from inventory.core.activity import Datum, Project, Term
from inventory.core.columns import NO_DATA, ActivityColumns, ActivitySubject, ColumnsBuilder, Provenance, RowFigures
from inventory.core.problems import Origin

ROOT = Path(__file__).resolve().parents[1]
word = st.sampled_from(["", "江苏", "煤", "a=b", "2010"])
item = st.lists(st.tuples(word, word), max_size=2).map(tuple)
cell = st.sampled_from(
    ["", "D7", "XFD1048576", "AA10", "row 7", "row 0", "d7", "ZZZ9", "D07", "edited", "第4行", "D7:E9"]
)
origin = st.builds(Origin, word, word, cell)
number = st.floats(allow_nan=False) | st.integers(-(10**6), 10**6)
term = st.builds(Term, word, st.floats(-9, 9), origin)
datum = st.builds(
    Datum,
    *(word, st.integers(-3000, 3000), word, item, number, word, word, st.none() | st.floats(0, 99), word, word, origin),
    *(st.lists(term, max_size=2).map(tuple), word),
)
data = st.lists(datum, max_size=12)


@settings(max_examples=120, deadline=None)
@given(data, data, st.randoms(use_true_random=False))
def test_columns_are_the_data(first: list[Datum], second: list[Datum], chance) -> None:
    columns = ActivityColumns.of(first)
    assert list(columns) == first and columns == tuple(first) and hash(columns) == hash(tuple(first))
    assert [columns[i] for i in range(-len(first), 0)] == first
    assert columns + second == first + second == list(tuple(first) + ActivityColumns.of(second))
    assert pickle.loads(pickle.dumps(columns)) == columns and columns[1:3] == first[1:3]
    rows = chance.choices(range(len(first)), k=5) if first else []
    assert list(columns.take(np.array(rows, dtype=np.intp))) == [first[i] for i in rows]
    for name in (f.name for f in fields(Datum)):
        assert columns.decoded(name) == [getattr(d, name) for d in first]
    assert columns.distinct_regions == tuple(dict.fromkeys(d.region for d in first))
    assert {q: rows.tolist() for q, rows in columns.by_quantity.items()} == {
        q: [i for i, d in enumerate(first) if d.quantity == q] for q in dict.fromkeys(d.quantity for d in first)
    }
    assert columns.select(lambda s: s.unit == "煤") == [d for d in first if d.unit == "煤"]
    assert columns.of_region("江苏") == [d for d in first if d.region == "江苏"]
    assert columns.of_quantities({"煤", "江苏"}) == [d for d in first if d.quantity in ("煤", "江苏")]


def test_a_view_has_the_types_of_the_constructor() -> None:
    """Plain Python numbers and texts, none of numpy: what is shown, written to JSON and hashed is as before."""
    made = Datum("江苏", 2010, "q", (("k", "v"),), 5, "t", "年鉴", 3.0, origin=Origin("表.xlsx", "稻", "E7"))
    (view,) = ActivityColumns.of([made])
    assert (
        view == made
        and hash(view) == hash(made)
        and [type(getattr(view, f.name)) for f in fields(Datum)]
        == [*(str, int, str, tuple, float, str, str, float, str, str, Origin, tuple, str)]
    )
    assert type(view.origin.cell) is str and str(view.origin) == "表.xlsx[稻]!E7"


def test_rows_become_the_same_data_as_the_constructor() -> None:
    builder = ColumnsBuilder()
    subject = ActivitySubject("rice_area", (("season", "单季稻"),), "万公顷")
    figures = RowFigures((2005, 2010), (1.0, 2.5), 7, (5, 6))
    builder.add_row(("江苏", subject, Provenance("年鉴", 5.0, "注", "统计")), ("表.xlsx", "稻"), figures)
    builder.add_like(1, 2012, 3.0, (8, 0))
    expected = [
        Datum("江苏", y, *subject[:2], v, "万公顷", "年鉴", 5.0, "注", "统计", Origin("表.xlsx", "稻", place))
        for y, v, place in ((2005, 1.0, "E7"), (2010, 2.5, "F7"), (2012, 3.0, "row 8"))
    ]
    assert list(builder.build()) == expected
    assert list(builder.since(1)) == [("江苏", 2010, subject, (7, 6)), ("江苏", 2012, subject, (8, 0))]


def test_what_repeats_is_kept_once() -> None:
    project, _ = inventory.read(ROOT / "examples" / "jiangsu")
    columns = project.columns
    assert columns is project.data
    assert len(columns.regions) == 1 and len(set(columns.subjects)) == len(columns.subjects) < 0.6 * len(columns)
    assert len(set(columns.provenances)) == len(columns.provenances) and len(columns.origins.sheets) < 40


def test_few_rows_do_not_keep_the_words_of_all() -> None:
    many = ActivityColumns.of([Datum("江苏", 2010, f"q{n}", (), 1.0, "t", note=str(n)) for n in range(1000)])
    one = many[500:501]
    assert (one.subjects, one.provenances[0].note, len(one.provenances)) == ((("q500", (), "t"),), "500", 1)


def test_nothing_can_be_written() -> None:
    columns = ActivityColumns.of([Datum("江苏", 2010, "q", (), 1.0, "t")])
    for array in (columns.value, columns.year, columns.region, columns.take(np.array([0])).value, columns.origins.row):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 3
    with pytest.raises(AttributeError):
        columns.value = columns.value  # type: ignore[misc]


@pytest.mark.parametrize(
    "change",
    [{"year": "2010"}, {"year": 2010.0}, {"year": 99999}, {"value": "12"}, {"value": None}, {"value": True}]
    + [{"value": 10**400}, {"item": [("k", "v")]}, {"unit": ["t"]}],
    ids=str,
)
def test_what_a_program_gives_wrongly_stays_as_given(change: dict[str, object]) -> None:
    given = Datum(**{"region": "江苏", "year": 2010, "quantity": "q", "item": (), "value": 1.0, "unit": "t", **change})
    project = Project((given, Datum("江苏", 2010, "r", (), 1.0, "t")))
    assert project.data[0] is given and next(iter(project.data)) is given and len(project.data) == 2
    ((name, value),) = change.items()
    assert project.columns.decoded(name)[0] is value
    assert project.columns.take(np.array([1, 0]))[1] is given and (NO_DATA + project.data)[0] is given


def test_a_project_takes_any_sequence_and_keeps_columns() -> None:
    d = Datum("江苏", 2010, "q", (), 1.0, "t")
    for sequence in ((d,), [d], ActivityColumns.of([d])):
        assert isinstance(Project(sequence).data, ActivityColumns) and Project(sequence) == Project((d,))
    assert Project().data is NO_DATA == ()
