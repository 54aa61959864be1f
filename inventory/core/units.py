"""Units as forms print them: text -> exact scale and dimension, through one pint registry of our own.

A unit is accepted only in a known spelling. The text is cut into atoms here (千/万/亿 prefixes, species glued to a
mass: `万tCO2`, `kg N2O-N/kg N`), and each atom is looked up among the units of `units.txt`. What pint makes of these is
kept beside them in `units.csv` (a test compares; `python -m inventory.core.units` prints it), since loading pint costs a
command 0.1 s and a process 4 MiB. Scales are `Fraction`s, so that a conversion inverts exactly. Gases are dimensions.
"""

from __future__ import annotations

import difflib
import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from importlib import resources
from typing import Any

from .unit_words import CASELESS, MASS, ONE, PREFIXES, SPELLINGS

Dimension = tuple[tuple[str, int], ...]


NO_PREFIX = {
    "T",
    "Mg",
    "Gg",
    "Tg",
    "ktce",
    "Mtce",
    "TWh",
    "TJ",
    "PJ",
    "%",
    "‰",
    "年",
    "yr",
    "year",
    "years",
    "月",
    "个月",
    "months",
    "mol",
    "g",
    "mg",
    "d",
    "h",
    "day",
    "kt",
    "Mt",
    "℃",
    "°C",
}

SPECIES = {
    "co2": "CO2",
    "ch4": "CH4",
    "n2o": "N2O",
    "co2e": "CO2e",
    "CO2": "CO2",
    "二氧化碳": "CO2",
    "CH4": "CH4",
    "甲烷": "CH4",
    "N2O": "N2O",
    "氧化亚氮": "N2O",
    "C": "C",
    "碳": "C",
    "N": "N",
    "氮": "N",
    "CO2e": "CO2e",
    "CO2eq": "CO2e",
    "CO2当量": "CO2e",
    "二氧化碳当量": "CO2e",
    "N2O-N": "N",
    "CH4-C": "C",
    "CO2-C": "C",
    "S": "S_element",
    "硫": "S_element",
    "HFC-23": "HFC23",
    "HFC23": "HFC23",
    "CHF3": "HFC23",
    "HFC-32": "HFC32",
    "HFC-41": "HFC41",
    "HFC-125": "HFC125",
    "HFC-134a": "HFC134a",
    "HFC-143a": "HFC143a",
    "HFC-152a": "HFC152a",
    "HFC-227ea": "HFC227ea",
    "HFC-236fa": "HFC236fa",
    "HFC-245fa": "HFC245fa",
    "CF4": "CF4",
    "C2F6": "C2F6",
    "C3F8": "C3F8",
    "c-C4F8": "cC4F8",
    "NF3": "NF3",
    "SF6": "SF6",
    "HCFC-22": "HCFC22",
    "COD": "COD",
    "BOD": "BOD",
    "dm": "dm",
    "d.m.": "dm",
    "干物质": "dm",
    "蛋白质": "protein",
    "protein": "protein",
}


class UnitError(ValueError):
    """A unit text that is not known; `near` holds spellings that look like it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.near = near_units(text)
        super().__init__(f"unknown unit {text!r}" + (f"; near: {', '.join(self.near)}" if self.near else ""))


class DimensionError(ValueError):
    """Two units that do not measure the same thing, or an equation whose units do not work out."""


@dataclass(frozen=True, slots=True)
class Unit:
    """`scale` root units of dimension `dims`; `text` is the printed spelling, which is the only one ever shown."""

    text: str
    scale: Fraction
    dims: Dimension

    def __mul__(self, other: Unit) -> Unit:
        return Unit("", self.scale * other.scale, _combine(self.dims, other.dims, 1))

    def __truediv__(self, other: Unit) -> Unit:
        return Unit("", self.scale / other.scale, _combine(self.dims, other.dims, -1))

    def power(self, n: int) -> Unit:
        return Unit("", self.scale**n, tuple((name, p * n) for name, p in self.dims if p * n))


def _combine(a: Dimension, b: Dimension, sign: int) -> Dimension:
    powers = dict(a)
    for name, p in b:
        powers[name] = powers.get(name, 0) + sign * p
    return tuple(sorted((name, p) for name, p in powers.items() if p))


NUMBER = Unit("1", Fraction(1), ())


@functools.cache
def registry() -> Any:
    """The project's pint registry (`units.txt`), built at first use."""
    import pint

    result: Any = pint.UnitRegistry(None, non_int_type=Fraction, on_redefinition="raise")  # type: ignore[arg-type]
    result.load_definitions(_definitions())
    return result


def _definitions() -> list[str]:
    lines = (resources.files("inventory.core") / "units.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def resolved() -> str:
    """The content of `units.csv`: every unit of `units.txt` with its scale and dimension, as pint resolves it."""
    rows = ["name,scale,dimension"]
    for name in (line.partition("=")[0].strip() for line in _definitions()):
        factor, root = registry().get_root_units(name)
        powers = sorted((str(unit), int(power)) for unit, power in root._units.items())
        rows.append(f"{name},{Fraction(factor)},{' '.join(f'{unit}^{power}' for unit, power in powers)}")
    return "\n".join(rows) + "\n"


@functools.cache
def _units() -> Mapping[str, Unit]:
    lines = (resources.files("inventory.core") / "units.csv").read_text("utf-8").splitlines()[1:]
    return {name: Unit(name, Fraction(scale), _dimension(text)) for name, scale, text in (x.split(",") for x in lines)}


def _dimension(text: str) -> Dimension:
    pairs = (word.partition("^") for word in text.split())
    return tuple((name, int(power)) for name, _, power in pairs)


def _named(name: str) -> Unit:
    return _units()[name]


_SPECIES_BY_LENGTH = tuple(sorted(SPECIES, key=len, reverse=True))


def _atom(token: str) -> Unit:
    """One atom: a known name, with a prefix where prefixes are allowed, a species, or a mass with its species."""
    if token in ONE:
        return NUMBER
    if token in SPELLINGS:
        return _named(SPELLINGS[token])
    if token in SPECIES:
        return _named(SPECIES[token])
    if token.isascii() and token.lower() in CASELESS:
        return _named(CASELESS[token.lower()])
    for prefix, size in PREFIXES.items():
        rest = token[len(prefix) :]
        if token.startswith(prefix) and rest and rest not in NO_PREFIX:
            inner = _named(SPELLINGS[rest]) if rest in SPELLINGS else _other_case(rest) or _mass_of_species(rest)
            if inner is not None:
                return Unit("", inner.scale * size, inner.dims)
    glued = _mass_of_species(token)
    if glued is None:
        raise UnitError(token)
    return glued


def _other_case(token: str) -> Unit | None:
    name = CASELESS.get(token.lower()) if token.isascii() else None
    return _named(name) if name else None


def _mass_of_species(token: str) -> Unit | None:
    for species in _SPECIES_BY_LENGTH:
        if token.endswith(species):
            mass = token[: -len(species)].rstrip("-")
            if mass in MASS:
                return _named(SPELLINGS[mass]) * _named(SPECIES[species])
    return None


_SUPERSCRIPT = str.maketrans("²³", "23")
_SPLIT = re.compile(r"([/()·*×])")


@functools.lru_cache(maxsize=4096)
def tidy(text: str) -> str:
    """Unit text with full-width forms, superscripts and odd signs made plain: `（万ｔ）` -> `万t`."""
    text = text.translate(_SUPERSCRIPT)
    text = unicodedata.normalize("NFKC", text).strip()
    text = text.replace("∕", "/").replace("⁄", "/").replace("每", "/").replace("，", ",").replace("°C", "℃")
    text = re.sub(r"kW\s*[·•.・-]\s*h\b", "kWh", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<=[A-Za-z])\^(?=[23]\b)", "", text)
    text = re.sub(r"^10\s*(\^|\*\*)?\s*10(?=\s*[^\d\s])", "百亿", text)
    text = re.sub(r"^10[ ,]?000(?=\s*[^\d\s.])", "万", text)
    text = re.sub(r"10\s*(\^|\*\*)?\s*4(?=\s*[^\d\s])", "万", text)
    text = re.sub(r"10\s*(\^|\*\*)?\s*8(?=\s*[^\d\s])", "亿", text)
    for power, word in (("2", "百"), ("3", "千"), ("6", "百万")):
        text = re.sub(rf"10\s*(\^|\*\*)\s*{power}(?=\s*[^\d\s])", word, text)
    text = re.sub(r"^(单位|计量单位)[::]\s*", "", text)
    if text.startswith("(") and text.endswith(")") and text.count("(") == 1:
        text = text[1:-1]
    return text.strip()


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> Unit:
    """A unit text as exact scale and dimension. Raises `UnitError` for a spelling that is not known."""
    plain = tidy(text).replace("头(只)", "头只")
    if plain in ONE:
        return Unit(text, Fraction(1), ())
    tokens = [p.strip() for p in _SPLIT.split(plain) if p.strip()]
    try:
        value, used = _product(tokens, 0)
    except (UnitError, IndexError) as error:
        raise UnitError(text) from error
    if used != len(tokens):
        raise UnitError(text)
    return Unit(text, value.scale, value.dims)


def is_known(text: str) -> bool:
    """Whether a text is a unit at all."""
    try:
        parse(text)
    except UnitError:
        return False
    return True


def _product(tokens: list[str], i: int) -> tuple[Unit, int]:
    """Left to right; `/` divides by the next factor only, as printed in t/头/年."""
    value, i = _factor(tokens, i)
    while i < len(tokens) and tokens[i] != ")":
        operator = tokens[i]
        if operator not in "/·*×":
            raise UnitError(operator)
        right, i = _factor(tokens, i + 1)
        value = value / right if operator == "/" else value * right
    return value, i


def _factor(tokens: list[str], i: int) -> tuple[Unit, int]:
    if tokens[i] == "(":
        value, i = _product(tokens, i + 1)
        if tokens[i] != ")":
            raise UnitError(tokens[i])
        return value, i + 1
    value = NUMBER
    for word in _words(tokens[i]):
        value = value * _atom(word)
    return value, i + 1


def _words(token: str) -> list[str]:
    """`kg N2O` is a product; `万 t` is one word written apart."""
    words = token.split()
    return [words[0] + words[1], *words[2:]] if len(words) > 1 and words[0] in PREFIXES else words


@functools.lru_cache(maxsize=4096)
def ratio(source: str, target: str) -> Fraction:
    """Exact factor from one unit to another. Raises `UnitError` or `DimensionError`."""
    a, b = parse(source), parse(target)
    if a.dims != b.dims:
        raise DimensionError(f"{source!r} and {target!r} do not measure the same thing")
    return a.scale / b.scale


def same_dimension(a: str, b: str) -> bool:
    return parse(a).dims == parse(b).dims


def scaled(value: float, factor: Fraction) -> float:
    """value * factor with as few roundings as can be: whole numbers multiply, whole denominators divide."""
    if factor.numerator != 1:
        value = value * factor.numerator
    return value / factor.denominator if factor.denominator != 1 else value


def near_units(text: str) -> list[str]:
    """Known spellings that look like `text`, for messages."""
    plain = tidy(text)
    known = {"mt": "Mt", "ton": "t", "tons": "t", "tonne": "t", "cal": "kcal", "a": "年", "吨位": "t"}
    if plain.lower() in known:
        return [known[plain.lower()]]
    pool = [
        *SPELLINGS,
        *("万" + s for s in ("吨", "t", "立方米", "千瓦时", "头", "只", "人", "公顷", "亩", "吨标准煤")),
        "亿立方米",
        "亿千瓦时",
        "百亿千焦",
        "千公顷",
        "千克",
        "tCO2",
        "tC",
        "kgCH4",
        "kgN2O",
        "tC/TJ",
        "kJ/kg",
        "kJ/m3",
    ]
    return difflib.get_close_matches(plain, pool, n=4, cutoff=0.5)


if __name__ == "__main__":
    print(resolved(), end="")
