"""What must hold for every method of chapters 3 and 4, whatever the figures: shown on the example data of two
provinces."""

from __future__ import annotations

import math
import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.core.activity import Datum, Project
from inventory.core.engine import compile_ledger
from inventory.core.ledger import Ledger
from inventory.edition import load
from inventory.lucf_interpolation import with_surveys
from inventory.reading import read_project

EXAMPLES = Path(__file__).parent.parent / "examples"
FILES = ("agriculture.csv", "lucf.csv", "factors_agriculture_lucf.csv")
# another spelling of the unit and how many of it make one of the printed unit
OTHER_UNIT = {
    "万公顷": ("亩", 150000),
    "万吨": ("千克", 10_000_000),
    "万头": ("头", 10_000),
    "万只": ("千只", 10),
    "万人": ("人", 10_000),
    "万m3": ("立方米", 10_000),
    "公顷": ("千公顷", 0.001),
    "%": ("小数", 0.01),
}
SHARES = ("compound_n_share", "manure_fuel_share", "straw_return_rate")


@cache
def example(province: str) -> Project:
    project, problems = read_project([EXAMPLES / province / f for f in FILES], load())
    assert not [p for p in problems if p.severity == "error"], [p.text() for p in problems]
    return project


def ledger(project: Project) -> Ledger:
    made, problems = with_surveys(project, load())
    return compile_ledger(made, load(), read_problems=problems)


def masses(project: Project) -> dict[tuple, float]:
    return {(x.region, x.year, x.category, x.item, x.gas): x.mass_t for x in ledger(project).lines}


def scaled(d: Datum, factor: float) -> Datum:
    return d if d.quantity in SHARES else replace(d, value=d.value * factor)


@pytest.mark.parametrize("province", ["jiangsu", "guangdong"])
def test_units_do_not_matter(province: str) -> None:
    project = example(province)
    printed = {d.unit for d in project.data}
    assert printed <= set(OTHER_UNIT), printed
    other = tuple(replace(d, value=d.value * OTHER_UNIT[d.unit][1], unit=OTHER_UNIT[d.unit][0]) for d in project.data)
    before, after = masses(project), masses(replace(project, data=other))
    assert before.keys() == after.keys()
    for key, mass in before.items():
        assert math.isclose(mass, after[key], rel_tol=1e-9), key


@given(seed=st.integers(0, 10_000))
@settings(max_examples=5, deadline=None)
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    project = example("guangdong")
    data, factors = list(project.data), list(project.factors)
    random.Random(seed).shuffle(data)
    random.Random(seed + 1).shuffle(factors)
    assert list(ledger(replace(project, data=tuple(data), factors=tuple(factors))).records()) == list(
        ledger(project).records()
    )


@given(factor=st.floats(0.1, 10))
@settings(max_examples=5, deadline=None)
def test_every_line_is_proportional_to_the_activity(factor: float) -> None:
    """All methods of the two chapters are linear in areas, heads, tonnes and volumes taken together (the shares
    stay)."""
    project = example("guangdong")
    before, after = masses(project), masses(replace(project, data=tuple(scaled(d, factor) for d in project.data)))
    for key, mass in before.items():
        assert math.isclose(mass * factor, after[key], rel_tol=1e-9, abs_tol=1e-9), key


@pytest.mark.parametrize("province", ["jiangsu", "guangdong"])
def test_children_add_up_and_growth_is_a_removal(province: str) -> None:
    result = ledger(example(province))
    for year in result.years:
        for parent, gas in (
            ("3.1", "CH4"),
            ("3.2", "N2O"),
            ("3.3", "CH4"),
            ("3.4", "CH4"),
            ("3.4", "N2O"),
            ("4.1", "CO2"),
            ("4.2", "CO2"),
        ):
            parts = [result.mass_t(category=c.id, gas=gas, year=year) for c in result.edition.children(parent)]
            assert math.isclose(sum(parts), result.mass_t(category=parent, gas=gas, year=year), rel_tol=1e-12)
        assert result.mass_t(category="4.1.1", gas="CO2", year=year) < 0
        assert result.mass_t(category="4.1.2", gas="CO2", year=year) < 0
        assert result.mass_t(category="4.1.6", gas="CO2", year=year) > 0
        changes = {x.category: x.mass_t for x in result.select(category="4.1", year=year) if x.method == "woody_area"}
        for table in (t for t in result.tables if t.method.id == "woody_area" and t.name == "carbon"):
            for row, carbon in zip(table.rows, table.values, strict=True):
                if row[1] == str(year):
                    category = result.edition.attribute("forest_type", row[2], "stock")
                    assert math.copysign(1, carbon) == -math.copysign(1, changes[category])


def test_split_rows_of_the_examples_add_up_to_the_statistics() -> None:
    """The notes of the examples say so; the published figures stand here once more (cattle, goats, sheep; 万头,
    万只)."""
    published = {
        ("江苏", 2005): {"cattle": 64.61, "山羊": 1155.0, "绵羊": 20.0},
        ("江苏", 2010): {"cattle": 35.66, "山羊": 401.32, "绵羊": 9.83},
        ("广东", 2005): {"cattle": 372.2572, "山羊": 39.2006},
        ("广东", 2010): {"cattle": 229.1759, "山羊": 37.0117},
    }
    found: dict[tuple[str, int], dict[str, float]] = {place: {} for place in published}
    for province in ("jiangsu", "guangdong"):
        for d in example(province).data:
            animal = d.keys.get("animal", "")
            kind = "cattle" if animal in ("奶牛", "非奶牛", "水牛") else animal
            if d.quantity == "livestock" and kind in published[d.region, d.year]:
                assert d.data_kind == "示例"
                found[d.region, d.year][kind] = found[d.region, d.year].get(kind, 0.0) + d.value
    for place, kinds in published.items():
        assert found[place] == pytest.approx(kinds, rel=1e-12)
