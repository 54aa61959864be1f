"""The equation language: one text, several views that must agree."""

from __future__ import annotations

import cmath
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from inventory.core import equation
from inventory.core.equation import EquationError
from inventory.core.units import DimensionError

FUEL = "fuel * ncv * cc * ox * M_CO2 / M_C"
UNITS = {"fuel": "万吨", "ncv": "kJ/kg", "cc": "tC/TJ", "ox": "1"}


def test_value_of_raw_coal() -> None:
    scaled = equation.check(FUEL, UNITS, "万t CO2")
    assert equation.evaluate(scaled, {"fuel": 1, "ncv": 20908, "cc": 26.37, "ox": 0.94}) == pytest.approx(
        1.9003, abs=5e-5
    )


def test_names_come_in_the_authors_order() -> None:
    assert equation.parse(FUEL).names == ("fuel", "ncv", "cc", "ox")
    assert equation.parse("a + sum(b) * c").summed == ("b",)


def test_excel_keeps_the_order_and_shows_44_12() -> None:
    cells = {"fuel": "C5", "ncv": "D5", "cc": "E5", "ox": "F5"}
    assert equation.excel(equation.check(FUEL, UNITS, "t CO2"), cells.__getitem__, str) == "C5*D5*E5*F5*44/12/100"
    assert (
        equation.excel("sum(x) - (a - b)", {"a": "A1", "b": "B1"}.__getitem__, lambda n: "D2:D9")
        == "SUM(D2:D9)-(A1-B1)"
    )
    assert equation.excel("-a ^ 2", {"a": "A1"}.__getitem__, str) == "(-(A1^2))"  # Excel would read -A1^2 as (-A1)^2


def test_scale_enters_inside_sums_and_at_the_end() -> None:
    assert equation.check("a * (1 - ox)", {"a": "t", "ox": "%"}, "kg") == "a * (1 - ox / 100) * 1000"
    assert equation.check("a + b", {"a": "t", "b": "kg"}, "t") == "a + b / 1000"
    assert equation.check("exp(-(k * t))", {"k": "%/年", "t": "年"}, "1") == "exp((-(k * t)) / 100)"


@pytest.mark.parametrize(
    ("text", "units_of", "target"),
    [
        ("fuel * ncv * cc * ox", UNITS, "t CO2"),  # 44/12 forgotten
        ("fuel * ncv * cc * ox * 44 / 12", UNITS, "t CO2"),  # a bare 44/12 proves nothing
        ("fuel * ncv * cc * ox * M_C / M_CO2", UNITS, "t CO2"),  # upside down
        ("fuel * ncv * cc * ox * M_CO2 / M_C * M_CO2 / M_C", UNITS, "t CO2"),  # twice
        ("n * ef", {"n": "kg N", "ef": "kg N2O-N/kg N"}, "t N2O"),  # 44/28 forgotten
        ("head * ef", {"head": "人", "ef": "kg CH4/头"}, "t CH4"),
        ("v * ncv", {"v": "Nm3", "ncv": "kJ/m3"}, "TJ"),  # 0 °C against 20 °C
        ("v * d", {"v": "m3", "d": "kg CH4/Nm3"}, "t CH4"),
        ("a + b", {"a": "t", "b": "GJ"}, "t"),
        ("a + b", {"a": "t CO2", "b": "t CH4"}, "t CO2"),
        ("fuel * ef", {"fuel": "TJ", "ef": "kg CH4/t"}, "t CH4"),
        ("exp(a)", {"a": "t"}, "1"),
        ("cod * bo", {"cod": "kgCOD", "bo": "kgCH4/kgBOD"}, "kg CH4"),
    ],
)
def test_unit_mistakes_are_caught(text: str, units_of: dict[str, str], target: str) -> None:
    with pytest.raises(DimensionError):
        equation.check(text, units_of, target)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "a.b",
        "a if b else c",
        "lambda: 1",
        "a < b",
        "sum(a * b)",
        "sum(a, b)",
        "f(a)",
        "'x'",
        "True",
        "a ^ b",
        "a[0]",
        "a; b",
        "a = b",
        "[a]",
        "min(a)",
        "a @ b",
        "a // b",
        "a % b",
        "",
        "exp(x=a)",
    ],
)
def test_nothing_else_is_of_the_language(text: str) -> None:
    with pytest.raises(EquationError):
        equation.parse(text)


@st.composite
def expressions(draw: st.DrawFn, depth: int = 3) -> str:
    if depth == 0 or draw(st.booleans()):
        return draw(st.sampled_from(["a", "b", "c", "2", "0.5", "M_CO2"]))
    kind = draw(st.sampled_from(["+", "-", "*", "/", "^", "neg", "exp"]))
    left = draw(expressions(depth=depth - 1))
    if kind == "neg":
        return f"(-{left})"
    if kind == "exp":
        return f"exp({left} / 50)"
    if kind == "^":
        return f"({left}) ^ {draw(st.integers(1, 3))}"
    return f"({left}) {kind} ({draw(expressions(depth=depth - 1))})"


VALUES = st.fixed_dictionaries({name: st.floats(0.3, 3) for name in "abc"})


def plain(text: str, values: dict[str, complex]) -> complex:
    """An independent evaluator: Python's own, with complex numbers."""
    constants = {name: value for name, (value, _, _) in equation.CONSTANTS.items()}
    return eval(text.replace("^", "**"), {"exp": cmath.exp, **constants}, values)


@settings(max_examples=150, deadline=None)
@given(expressions(), VALUES)
def test_rendering_again_keeps_the_value(text: str, values: dict[str, float]) -> None:
    try:
        expected = plain(text, values).real
    except (ZeroDivisionError, OverflowError):
        assume(False)
    assume(math.isfinite(expected))
    again = equation.to_text(equation.parse(text).tree)
    with np.errstate(all="ignore"):
        got = equation.evaluate(again, {k: np.float64(v) for k, v in values.items()})
    assume(abs(expected) < 1e200)
    assert got == pytest.approx(expected, rel=1e-9, abs=1e-12)


@settings(max_examples=150, deadline=None)
@given(expressions(), VALUES, st.sampled_from("abc"))
def test_derivative_agrees_with_the_complex_step(text: str, values: dict[str, float], name: str) -> None:
    step = 1e-30
    try:
        plain(text, values)  # a function that is not defined at the point has no derivative there
        oracle = plain(text, {**values, name: complex(values[name], step)})
    except (ZeroDivisionError, OverflowError):
        assume(False)
    assume(math.isfinite(oracle.real) and abs(oracle.real) < 1e30)
    expected = oracle.imag / step if isinstance(oracle, complex) else 0.0
    with np.errstate(all="ignore"):
        got = equation.evaluate(equation.derivative(text, name), {k: np.float64(v) for k, v in values.items()})
    assert got == pytest.approx(expected, rel=1e-8, abs=1e-8 * max(1.0, abs(oracle.real)))
