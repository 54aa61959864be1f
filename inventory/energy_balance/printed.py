"""What the printed page says around and above its figures: words of the yearbook as data, and units in every spelling
the print uses.

Yearbooks print a unit once in Chinese and once in English, where a power of ten has lost its superscript: `104 tn` is
万吨, `108 cu.m` 亿立方米, `1010 kJ` 百亿千焦, `108 kW•h` 亿千瓦小时, `104 tce` 万吨标准煤. The words stand in the
edition (`energy_balance_words.csv`).
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from ..core import units
from ..core.edition import Edition
from ..edition.parts import BalanceWordRow
from ..edition.parts import rows as table_rows

KINDS = ("unit", "power", "scale", "standard", "physical", "emission", "branch", "group", "memo")
_BRACKETED = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
_POWER = re.compile(r"10\^?(\d{1,2})(?=\D)")
_CAPTION = re.compile(r"^\s*(?:计量单位|数量单位|单位|unit|units)\s*(?:[:：为]|of)?\s*", re.IGNORECASE)
_BETWEEN = re.compile(r"[,，、;；/]|\s{2,}")


@dataclass(frozen=True)
class PrintedWords:
    """The printed words an edition knows. `units`: squeezed spelling -> unit; `powers`: exponent -> Chinese prefix; the
    others are plain lists."""

    units: Mapping[str, str]
    powers: Mapping[int, str]
    scales: Mapping[str, int]
    standard: tuple[str, ...]
    physical: tuple[str, ...]
    emission: tuple[str, ...]
    branch: tuple[str, ...]
    groups: frozenset[str]
    memo: tuple[str, ...]

    def unit_of(self, text: str) -> str:
        """The unit that a text is (brackets and 单位: before it do not matter), in a spelling the registry knows; empty
        when it is none."""
        return _unit_of(self, text)

    def units_in(self, text: str) -> tuple[str, ...]:
        """Every unit a text holds in brackets, or is itself."""
        flat = flat_text(text)
        inner = [u for part in _BRACKETED.findall(flat) if (u := self.unit_of(part))]
        if inner:
            return tuple(inner)
        whole = self.unit_of(flat)
        return (whole,) if whole else ()

    def says(self, kind: str, text: str) -> bool:
        """Whether a text holds one of the words of a kind (`standard`, `physical`, `emission`, `branch`)."""
        plain = flat_text(text).lower()
        return any(word in plain for word in getattr(self, kind))

    def __hash__(self) -> int:
        return id(self)


def flat_text(text: str) -> str:
    """Full-width forms made plain and superscripts made ordinary digits (10⁴ -> 104, as the print without superscripts
    has it)."""
    form = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return form.replace("\n", " ").replace("\r", " ").strip()


def without_units(text: str, words: PrintedWords) -> str:
    """A heading text without the bracketed units in it."""
    return _BRACKETED.sub(lambda m: " " if words.unit_of(m[1]) else m[0], flat_text(text)).strip()


def unit_line(text: str, words: PrintedWords) -> tuple[str, ...] | None:
    """Units of a line `单位：万吨、亿立方米`; None when the text is no such line. A unit that is not known comes back
    as it stands."""
    flat = flat_text(text)
    match = _CAPTION.match(flat)
    if not match or not match[0].strip():
        return None
    rest = flat[match.end() :].strip(" )）(（")
    return tuple(words.unit_of(part) or part.strip() for part in _BETWEEN.split(rest) if part.strip())


@functools.lru_cache(maxsize=8192)
def _unit_of(words: PrintedWords, text: str) -> str:
    flat = _CAPTION.sub("", flat_text(text)).strip(" ()[]【】.。:")
    if not flat or not any(c.isalpha() for c in flat):
        return ""
    whole = flat.replace(" ", "")
    return _from_words(words, _squeezed(flat)) or _known(whole) or _known(flat)


def _squeezed(text: str) -> str:
    return re.sub(r"[^0-9a-z\u4e00-\u9fff^×*]", "", text.lower())


def _from_words(words: PrintedWords, squeezed: str) -> str:
    """A power of ten in whatever way it is printed (104, 10^4, 10000, 100 million, 万, 万百万), then a word of the
    list."""
    exponent, rest = _leading_power(words, squeezed)
    while rest not in words.units:
        prefix = next((p for p in words.powers.values() if rest.startswith(p)), "")
        if not prefix:
            return ""
        exponent += next(n for n, p in words.powers.items() if p == prefix)
        rest = rest[len(prefix) :]
    unit = words.units[rest]
    return _known(words.powers[exponent] + unit) if exponent in words.powers else _known(unit) if exponent == 0 else ""


def _leading_power(words: PrintedWords, squeezed: str) -> tuple[int, str]:
    exponent, rest = 0, squeezed
    round_number = re.match(r"1(0*)(?=[^0-9^])", rest)
    if round_number:
        exponent, rest = len(round_number[1]), rest[round_number.end() :]
    elif power := _POWER.match(rest):
        exponent, rest = int(power[1]), rest[power.end() :]
    rest = rest.lstrip("x×*^")
    scale = next((s for s in sorted(words.scales, key=len, reverse=True) if rest.startswith(s)), "")
    return (exponent + words.scales[scale], rest[len(scale) :]) if scale else (exponent, rest)


def _known(text: str) -> str:
    try:
        return text if units.parse(text).dims else ""
    except units.UnitError:
        return ""


def read_words(edition: Edition) -> PrintedWords:
    """The words of an edition; empty lists where it has none."""
    lists: dict[str, list[tuple[str, str]]] = {kind: [] for kind in KINDS}
    for row in table_rows(edition, BalanceWordRow):
        lists[row.kind].append((row.word, row.meaning))
    plain = {kind: tuple(word.lower() for word, _ in rows) for kind, rows in lists.items()}
    return PrintedWords(
        {_squeezed(word): unit for word, unit in lists["unit"]},
        {int(n): word for word, n in lists["power"]},
        {word: int(n) for word, n in lists["scale"]},
        plain["standard"],
        plain["physical"],
        plain["emission"],
        plain["branch"],
        frozenset(plain["group"]),
        plain["memo"],
    )
