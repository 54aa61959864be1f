"""Frames as input: pandas in, the same rules as for a file, English or Chinese words, and a round trip of a whole
project."""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from casefile import cases

import inventory
from inventory.core.problems import InventoryError

ROWS = [
    {"region": "Jiangsu", "year": 2010, "quantity": "clinker_production", "value": 5000.0, "unit": "万吨"},
    {"region": "江苏省", "year": 2010, "quantity": "石灰产量", "value": 300, "unit": "10^4 t"},
    {
        "region": "320000",
        "year": 2010,
        "quantity": "rice_area",
        "season": "Single rice",
        "value": 2209.3,
        "unit": "千公顷",
    },
]


def frame(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(rows or ROWS)


def compiled(data: pd.DataFrame, **more: object) -> inventory.Ledger:
    project, problems = inventory.read(data)
    assert not [p.text() for p in problems if p.severity == "error"]
    return inventory.compile(project, **more)  # type: ignore[arg-type]


def test_words_of_both_languages_and_years_of_any_type() -> None:
    plain = compiled(frame(*({**r, "region": "江苏"} for r in ROWS)))
    for years in ("2010", 2010.0):
        other = compiled(frame(*({**r, "year": years} for r in ROWS)))
        assert [(x.category, x.item, x.mass_t) for x in other.lines] == [
            (x.category, x.item, x.mass_t) for x in plain.lines
        ]
    assert plain.mass_t(category="2.1", gas="CO2") == pytest.approx(5000e4 * 0.538)


def test_a_gap_and_a_wrong_word_are_named_by_row() -> None:
    _, problems = inventory.read(frame(ROWS[0], {**ROWS[1], "value": None}, {**ROWS[2], "season": "spring"}))
    told = {p.origin.cell: p for p in problems if p.severity in ("error", "hint", "warning")}
    assert all(p.origin.file.startswith("DataFrame") for p in told.values())
    assert any("4" in cell for cell in told) and any("3" in cell for cell in told)


def test_a_quantity_with_its_unit() -> None:
    import pint

    registry = pint.UnitRegistry()
    given = frame({**ROWS[0], "value": registry.Quantity(5000.0, "kilometric_ton"), "unit": ""})
    assert compiled(given).mass_t(category="2.1", gas="CO2") == pytest.approx(5000e3 * 0.538)
    # to pint, kt is a knot
    _, problems = inventory.read(frame({**ROWS[0], "value": registry.Quantity(5000.0, "kt"), "unit": ""}))
    assert any(p.severity == "error" and "kn" in p.text() for p in problems)


def test_a_frame_gives_what_the_file_gives(tmp_path) -> None:
    file = tmp_path / "data.csv"
    frame(
        *(
            {
                **{k: v for k, v in r.items() if k != "season"},
                "item": f"season={r['season']}" if "season" in r else "",
                "source": "Python",
            }
            for r in ROWS
        )
    ).to_csv(file, index=False)
    read = inventory.compile(file)
    assert [(x.category, x.mass_t) for x in compiled(frame()).lines] == [(x.category, x.mass_t) for x in read.lines]


def test_own_factors_beside_the_data() -> None:
    from inventory.edition import load
    from inventory.reading.frames import read_frame

    own = pd.DataFrame(
        [
            {
                "parameter": "clinker_ef",
                "keys": "region=江苏",
                "gas": "CO2",
                "value": 0.5,
                "unit": "t CO2/t",
                "source": "检测",
                "kind": "实测",
            }
        ]
    )
    project, problems = read_frame(frame(), load("prov2011"), own)
    assert not [p.text() for p in problems if p.severity == "error"]
    assert inventory.compile(project).mass_t(category="2.1", gas="CO2") == pytest.approx(5000e4 * 0.5)


def test_what_a_csv_would_break_on_is_read_from_a_frame() -> None:
    """A note of several lines with separators and quotes is one cell: nothing is written and parsed on the way."""
    note = '2010 年；"调查"\n又一行; 5,000 万吨'
    project, problems = inventory.read(frame(*({**r, "note": note} for r in ROWS)))
    assert not [p.text() for p in problems if p.severity == "error"]
    assert [d.note for d in project.data] == [note] * 3
    assert [str(d.origin) for d in project.data] == ["DataFrame!row 2", "DataFrame!row 3", "DataFrame!row 4"]


def test_columns_of_every_type_pandas_has() -> None:
    given = frame(*({k: v for k, v in r.items() if k != "season"} for r in ROWS[:2]))
    given = given.astype({"region": "category", "quantity": "string", "unit": "string", "value": object})
    given["value"] = [decimal.Decimal("5000.5"), np.float32(300)]
    given["year"] = pd.array([2010, 2010], dtype="Int64")
    given["uncertainty"] = pd.array([5, None], dtype="Int64")
    project, problems = inventory.read(given)
    assert not [p.text() for p in problems if p.severity == "error"]
    assert [(d.year, d.value, d.uncertainty) for d in project.data] == [(2010, 5000.5, 5.0), (2010, 300.0, None)]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (True, "number.bool"),
        (float("inf"), "number.infinite"),
        ("约 300", "number.approximate"),
        (None, "row.no_value"),
    ],
)
def test_a_value_that_is_none_is_named(value: object, code: str) -> None:
    _, problems = inventory.read(frame(ROWS[0], {**ROWS[1], "value": value}).astype({"value": object}))
    named = [p for p in problems if p.origin.cell == "row 3"]
    assert named, [p.text() for p in problems]
    assert code in {p.code for p in named}, [p.code for p in named]


def test_a_frame_with_years_across_and_a_heading_twice() -> None:
    wide = pd.DataFrame(
        [["江苏", "clinker_production", "万吨", 1.0, 2.0]], columns=["region", "quantity", "unit", 2005, 2010]
    )
    project, problems = inventory.read(wide)
    assert [(d.year, d.value, str(d.origin)) for d in project.data] == [
        (2005, 1.0, "DataFrame!row 2"),
        (2010, 2.0, "DataFrame!row 2"),
    ]
    assert not [p for p in problems if p.severity == "error"]
    twice = frame(ROWS[0])
    twice.insert(0, "value", [5.0], allow_duplicates=True)
    assert "table.double_column" in {p.code for p in inventory.read(twice)[1]}


def test_a_key_whose_name_means_something_else_on_a_sheet() -> None:
    """`no` heads the column of row numbers in a file; a frame of an enterprise's data means its key."""
    rows = {"region": "示例", "year": 2015, "quantity": "ceramic_caco3", "value": [3.0, 4.0], "unit": "%", "no": [1, 2]}
    project, problems = inventory.read(pd.DataFrame(rows), "enterprise2013")
    assert not [p.text() for p in problems if p.severity == "error"]
    assert [d.keys for d in project.data] == [{"no": "1"}, {"no": "2"}]


def test_every_case_reads_as_a_frame() -> None:
    """The hand-computed cases of the province as frames, keys in one column and in columns of their own: the same
    data."""
    for case in [c for c in cases() if c.edition == "prov2011"][::9]:
        given = case.project()
        one = given.to_frame().drop(columns="origin")
        rows = [
            {**{k: v for k, v in row.items() if k != "item"}, **dict(d.item)}
            for row, d in zip(one.to_dict("records"), given.data, strict=True)
        ]
        for data in (one, pd.DataFrame(rows)):
            back, _ = inventory.read(data, case.edition)
            kept = {(d.region, d.year, d.quantity, d.item, d.value, d.unit) for d in back.data}
            assert kept <= {(d.region, d.year, d.quantity, d.item, d.value, d.unit) for d in given.data}, case.id
            assert case.problems or len(back.data) == len(given.data), case.id


def test_no_file_is_written_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*given: object, **more: object) -> None:
        raise AssertionError("a frame needs no file")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    monkeypatch.setattr("pathlib.Path.write_text", refuse)
    assert len(inventory.read(frame())[0].data) == 3


def test_a_table_of_results_is_named_as_one() -> None:
    """Another table than activity data: what was given, what is expected, what to do, in both languages."""
    ledger = inventory.compile(frame())
    project, problems = inventory.read(ledger.to_frame())
    assert not project.data and [(p.code, p.severity) for p in problems] == [("program.results", "error")]
    assert "mass_t" in problems[0].text() and "to_frame" in problems[0].text("en")
    with pytest.raises(InventoryError, match="结果表"):
        inventory.compile(ledger.to_frame())


@pytest.mark.parametrize(
    "other", [inventory.quantities, inventory.factors, lambda: pd.DataFrame({"a": [1]}), pd.DataFrame]
)
def test_another_table_is_told_by_its_own_columns(other: Callable[[], pd.DataFrame]) -> None:
    _, (first, *_) = inventory.read(other())
    assert first.severity == "error" and not re.search("[\u4e00-\u9fff]", first.text("en")), first.text("en")
    assert ("source" in first.text()) <= ("source" in other().columns), "only columns that were given are named"
