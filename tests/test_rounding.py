"""The one rule of rounding: significant digits, half away from zero, on the decimal that a person sees."""

import math
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.core.rounding import STATEMENT, column_decimals, round_decimals, round_significant, shown


@pytest.mark.parametrize(
    ("value", "decimals", "wanted"),
    [
        (2.675, 2, 2.68),
        (-2.675, 2, -2.68),
        (0.5, 0, 1.0),
        (-0.5, 0, -1.0),
        (2.5, 0, 3.0),
        (1.005, 2, 1.01),
        (1250.0, -2, 1300.0),
        (0.04, 1, 0.0),
        (1e22, 2, 1e22),
        (3e-300, 5, 0.0),
    ],
)
def test_half_goes_away_from_zero(value, decimals, wanted):
    assert round_decimals(value, decimals) == wanted


@pytest.mark.parametrize(
    ("value", "digits", "wanted"),
    [(123456.0, 3, 123000.0), (0.00012345, 4, 0.0001235), (99.95, 3, 100.0), (0.0, 5, 0.0), (-999.5, 3, -1000.0)],
)
def test_significant_digits(value, digits, wanted):
    assert round_significant(value, digits) == wanted


def test_what_cannot_be_rounded_is_refused():
    for value in (math.nan, math.inf):
        with pytest.raises(ValueError, match="rounded"):
            round_decimals(value, 2)
    with pytest.raises(ValueError, match="0 significant"):
        round_significant(1.0, 0)


@given(st.floats(-1e12, 1e12), st.integers(0, 6))
def test_sign_does_not_matter_and_the_error_is_half_a_unit(value, decimals):
    up, down = round_decimals(value, decimals), round_decimals(-value, decimals)
    assert up == -down
    exact = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    # a float cannot hold every decimal
    assert Decimal(repr(up)) == exact or abs(Decimal(repr(up)) - exact) <= Decimal("1e-9")


def test_a_column_is_shown_by_its_largest_figure():
    assert column_decimals([12345.678, 0.001]) == 1
    assert column_decimals([1.5, 2.5]) == 4
    assert column_decimals([0.0]) == 1 and column_decimals([]) == 1
    assert column_decimals([9.9999e-12]) == 8


def test_shown_text():
    assert shown(1234567.85, 1) == "1,234,567.9"
    assert shown(-0.04, 1) == "0.0"
    assert shown(-2.5, 0) == "-3"
    assert shown(12345.0, -2) == "12,300"


def test_totals_add_unrounded_figures():
    parts = [0.14, 0.14, 0.14]
    assert shown(sum(parts), 1) == "0.4" and [shown(p, 1) for p in parts] == ["0.1"] * 3  # and the statement says so
    assert "未取舍" in STATEMENT["zh"] and "unrounded" in STATEMENT["en"]
