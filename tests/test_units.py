"""Units: printed spellings, exact scales, and every trap of pint's default registry and of statistical forms."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.core import units

EXACT = [
    ("万吨", "t", 10**4),
    ("万t", "kg", 10**7),
    ("万 t", "t", 10**4),
    ("10^4t", "t", 10**4),
    ("10⁴ t", "t", 10**4),
    ("亿立方米", "m3", 10**8),
    ("亿m³", "万m3", 10**4),
    ("百亿千焦", "TJ", 10),
    ("百万千焦", "GJ", 1),
    ("亿千瓦时", "kWh", 10**8),
    ("亿千瓦小时", "万千瓦时", 10**4),
    ("万吨标准煤", "tce", 10**4),
    ("吨标准煤", "GJ", Fraction(293076, 10000)),
    ("kgce", "kcal", 7000),
    ("千公顷", "亩", 15000),
    ("公顷", "m2", 10**4),
    ("km2", "hm2", 100),
    ("万头", "头", 10**4),
    ("亿只", "万头", 10**4),
    ("%", "1", Fraction(1, 100)),
    ("kcal", "J", Fraction(41868, 10)),
    ("kt", "t", 1000),
    ("ＭＪ／kg", "kJ/kg", 1000),
    ("kg CH4/头(只)/年", "kgCH4/头", 1),
    ("t/(个·年)", "t/个", 1),
    ("tN2O/t", "kg N2O/t", 1000),
    ("kgN2O-N/kgN", "1", 1),
    ("万tCO2", "tCO2", 10**4),
    ("月", "年", Fraction(1, 12)),
    ("tC/TJ", "kgC/GJ", 1),
    ("千人", "人", 1000),
    ("MWh", "GJ", Fraction(36, 10)),
]


@pytest.mark.parametrize(("source", "target", "factor"), EXACT)
def test_scale_is_exact_and_inverts(source: str, target: str, factor: Fraction) -> None:
    assert units.ratio(source, target) == factor
    assert units.ratio(source, target) * units.ratio(target, source) == 1


@pytest.mark.parametrize(
    "text", ["ton", "tons", "a", "m33", "mt", "吨煤", "m3s", "t//kg", "t/", "(t", "cal t", "万百", "万%", "十", "tX"]
)
def test_unknown_spellings_are_refused_with_near_matches(text: str) -> None:
    with pytest.raises(units.UnitError):
        units.parse(text)


def test_near_matches_name_what_was_meant() -> None:
    assert units.near_units("ton") == ["t"]
    assert units.ratio("mu", "亩") == units.ratio("10^4 ha", "万公顷") == 1
    assert "万吨" in units.near_units("万顿")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("tC", "tCO2"),
        ("tCO2", "tCO2e"),
        ("t", "tCO2"),
        ("kg N", "kg N2O"),
        ("m3", "Nm3"),
        ("kgCOD", "kgBOD"),
        ("头", "人"),
        ("GJ", "t"),
        ("m2", "m3"),
        ("吨标准煤", "吨"),
        ("tHFC-23", "tHFC-32"),
        ("t dm", "t"),
        ("日", "年"),
    ],
)
def test_different_things_do_not_convert(a: str, b: str) -> None:
    with pytest.raises(units.DimensionError):
        units.ratio(a, b)


@given(
    st.floats(1e-6, 1e9),
    st.sampled_from(["万吨", "t", "kg", "千吨", "亿吨", "百万吨"]),
    st.sampled_from(["万吨", "t", "kg", "kt"]),
)
def test_conversion_there_and_back(value: float, a: str, b: str) -> None:
    there = units.scaled(value, units.ratio(a, b))
    assert units.scaled(there, units.ratio(b, a)) == pytest.approx(value, rel=4e-16)


def test_the_table_is_what_pint_makes_of_the_definitions() -> None:
    """`units.csv` is made of `units.txt` (`python -m inventory.core.units`); pint is not loaded for a unit."""
    kept = (resources.files("inventory.core") / "units.csv").read_text("utf-8")
    assert kept == units.resolved()
    names = {*units.SPELLINGS.values(), *units.SPECIES.values(), *units.CASELESS.values()}
    assert names <= set(units._units())


def test_a_unit_needs_no_pint() -> None:
    code = "import sys; from inventory.core import units; units.ratio('亿千瓦小时', '万千瓦时'); sys.exit('pint' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
