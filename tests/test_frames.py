"""Frames as input: pandas in, the same rules as for a file, English or Chinese words, and a round trip of a whole
project."""

from __future__ import annotations

import pandas as pd
import pytest

import inventory

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
