"""The likely cause of a ratio: each slip people make is named, and a figure that agrees or is merely different is
not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.core.likely import _SLIPS, LikelyCause, likely_cause
from inventory.core.problems import catalogue

CASES = [  # value, reference, unit, spread, code
    (5000, 20908, "kJ/kg", 0.1, "kcal_as_kj"),
    (5000, 19570, "kJ/kg", 0.1, "kcal_as_kj"),
    (5000, 20.9, "GJ/t", 0.1, "kcal_per_kg_as_gj_per_t"),
    (94.6, 25.8, "t C/TJ", 0.1, "co2_as_c"),
    (0.53 * 12 / 44, 0.53, "t CO2/t", 0.02, "c_as_co2"),
    (0.0038, 0.38, "%", 0.3, "fraction_as_percent"),
    (93, 0.93, "1", 0.1, "percent_as_fraction"),
    (2200000, 220, "万公顷", 0.1, "wan_twice"),
    (0.022, 220, "万公顷", 0.1, "wan_missing"),
    (3300, 220, "万公顷", 0.1, "mu_as_ha"),
    (2.8, 28, "1", 0.1, "power_small"),
    (1.2e5, 120, "t", 0.1, "kg_as_t"),
    (240, 120, "t", 0.1, "jin_as_kg"),
    (7143, 10000, "t", 0.01, "tce_as_raw_coal"),
    (100, 1200, "t", 0.01, "month_as_year"),
    (293.1, 10, "GJ", 0.05, "gj_as_tce"),
    (3000, 1.2, "万t", 2.0, "kg_as_t"),
    (3000, 1.2, "万头", 2.0, "power_large"),
]


@pytest.mark.parametrize(("value", "reference", "unit", "spread", "code"), CASES)
def test_the_slip_is_named(value: float, reference: float, unit: str, spread: float, code: str) -> None:
    found = likely_cause(value, reference, unit, spread)
    assert found is not None
    assert found.code == code
    assert found.corrected == pytest.approx(value / found.ratio)


@pytest.mark.parametrize(
    ("value", "reference", "unit"),
    [
        (1.05, 1, "t"),
        (1.7, 1, "t"),
        (0, 5, "t"),
        (5, 0, "t"),
        (-5, 5, "t"),
        (math.inf, 1, "t"),
        (math.nan, 1, ""),
        (15, 1, "kWh"),
        (3.667, 1, "万头"),
    ],
)
def test_what_agrees_or_cannot_happen_with_the_unit_is_not_named(value: float, reference: float, unit: str) -> None:
    found = likely_cause(value, reference, unit)
    assert found is None


def test_every_slip_has_words_in_both_languages() -> None:
    for slip in _SLIPS:
        assert f"likely.{slip.code}" in catalogue()
    text = likely_cause(10, 1, "t")
    assert text is not None
    assert "大10倍" in text.text["zh"]
    assert "10 times too large" in text.text["en"]


@given(st.floats(1e-9, 1e9), st.sampled_from(_SLIPS))
def test_the_corrected_value_is_the_reference(reference: float, slip: object) -> None:
    """Whatever slip is named for an exact ratio, taking it back gives the reference."""
    found = likely_cause(reference * slip.ratio, reference, "", 0.005)  # type: ignore[attr-defined]
    assert found is not None
    assert found.corrected == pytest.approx(reference, rel=0.006)


@pytest.mark.parametrize(
    ("code", "ratio", "zh", "en"),
    [
        ("power_large", 10.0, "大10倍", "10 times too large"),
        ("power_large", 1e3, "大1,000倍", "1,000 times too large"),
        ("power_large", 1e7, "大10,000,000倍", "10,000,000 times too large"),
        ("power_small", 1e-2, "小100倍", "100 times too small"),
    ],
)
def test_times_not_powers(code: str, ratio: float, zh: str, en: str) -> None:
    said = LikelyCause(code, ratio, 1.0).text
    assert zh in said["zh"] and en in said["en"] and "^" not in said["zh"] + said["en"]
