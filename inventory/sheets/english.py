"""English of what the declarations write in Chinese only: units, punctuation, and words by a dictionary. For books that
are to be read without Chinese."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff01-\uff5e]")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
# the longer first: 万吨 before 吨
UNITS: tuple[tuple[str, str], ...] = (
    ("吨标准煤", "tce"),
    ("吨二氧化碳当量", "t CO2e"),
    ("吨二氧化碳", "t CO2"),
    ("立方米", "m3"),
    ("标准煤", "ce"),
    ("百万千焦", "GJ"),
    ("百亿千焦", "10 TJ"),
    ("千瓦时", "kWh"),
    ("千克", "kg"),
    ("千焦", "kJ"),
    ("公顷", "ha"),
    ("平方米", "m2"),
    ("吨", "t"),
    ("亩", "mu"),
    ("头", "head"),
    ("只", "head"),
    ("人", "person"),
    ("户", "household"),
    ("辆", "vehicle"),
    ("个", "station"),
    ("元", "yuan"),
    ("日", "day"),
    ("年", "yr"),
    ("蛋白质", "protein"),
    ("百万", "10^6 "),
    ("千", "10^3 "),
    ("万", "10^4 "),
    ("亿", "10^8 "),
)
_PUNCTUATION = str.maketrans(
    {
        "，": ", ",
        "；": "; ",
        "：": ": ",
        "、": ", ",
        "（": " (",
        "）": ")",
        "。": ". ",
        "“": "'",
        "”": "'",
        "《": "'",
        "》": "'",
        "【": "[",
        "】": "]",
        "！": "!",
        "？": "?",
        "＝": "=",
        "％": "%",
        "—": "–",
        "　": "  ",
        "／": "/",
        "～": "–",
    }
)
_UNIT = re.compile("(?:10\\^)?(?:" + "|".join(u for u, _ in UNITS) + r"|[a-zA-Z0-9/·.%() ^])+")


def english_unit(unit: str) -> str:
    """`万t CO2e` -> `10^4 t CO2e`; a unit without Chinese as it is."""
    if not _HAN.search(unit):
        return unit
    for zh, en in UNITS:
        unit = unit.replace(zh, en)
    return unit.replace("  ", " ")


def is_unit_text(text: str) -> bool:
    """Whether a text holds no Chinese but that of units."""
    return bool(_UNIT.fullmatch(text))


def plain_punctuation(text: str) -> str:
    """Full-width punctuation as Latin one."""
    out = text.translate(_PUNCTUATION)
    return re.sub(r" {2,}\(", " (", re.sub(r"([,;:.]) +$", r"\1", out, flags=re.MULTILINE)).rstrip(" ")


class Dictionary:
    """Words by words: whole texts first, then the longest known words inside a text, then units. What holds Chinese
    after that is nobody's English."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = {zh: en for zh, en in words.items() if zh and en and _HAN.search(zh) and not _HAN.search(en)}
        longest = sorted(self._words, key=len, reverse=True)
        self._inside = re.compile("|".join(map(re.escape, longest))) if longest else None
        self.english = functools.lru_cache(maxsize=65_536)(self._english)

    def inside(self, text: str) -> str:
        """A text with its known words translated."""
        return self._inside.sub(lambda m: self._words[m[0]], text) if self._inside is not None else text

    def _english(self, text: str) -> str | None:
        if text in self._words:
            return self._words[text]
        if is_unit_text(text):
            return english_unit(text)
        out = self.inside(text)
        out = re.sub(_BRACKETED, lambda m: m[1] + english_unit(m[2]) + m[3] if is_unit_text(m[2]) else m[0], out)
        out = plain_punctuation(out)
        if _HAN.search(out):
            out = _QUANTITY.sub(lambda m: english_unit(m[0]), out)
        return None if _HAN.search(out) else out


_BRACKETED = re.compile(r"([(（])([^()（）\n]+)([)）])")
_QUANTITY = re.compile(r"[万亿千百]+[a-zA-Z]*|(?<=[0-9/ ])(?:" + "|".join(u for u, _ in UNITS) + ")(?![\u3400-\u9fff])")

__all__ = ["CHINESE", "Dictionary", "english_unit", "is_unit_text", "plain_punctuation"]
