"""The words of the printed set (`texts.toml`) in one language, with blanks filled in; units and names as a form prints
them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..texts import LANGUAGES as LANGUAGES
from ..texts import Catalogue

_CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_UNITS_ZH = {
    "万t CO2e": "万吨二氧化碳当量",
    "万t": "万吨",
    "t CO2e": "吨二氧化碳当量",
    "t": "吨",
    "tCO2e/人": "吨/人",
    "tCO2e/万元": "吨/万元",
    "tCO2/万元": "吨/万元",
    "tCO2/tce": "吨/吨标准煤",
    "万tce": "万吨标准煤",
    "tce": "吨标准煤",
}
_UNITS_EN = (
    ("万元", "10⁴ yuan"),
    ("亿元", "10⁸ yuan"),
    ("万人", "10⁴ persons"),
    ("人", "person"),
    ("万", "10⁴ "),
    ("亿", "10⁸ "),
)


class FilingWords(Catalogue):
    """The words of the printed set."""

    package = "inventory.filing"

    def label(self, text: Mapping[str, str], fallback: str = "") -> str:
        """A declared label; in English never a Chinese one (`fallback` then)."""
        if self.lang == "zh":
            return text.get("zh") or text.get("en") or fallback
        return (text.get("en") or (fallback if not chinese(fallback) else "")).replace("10^4 ", "10⁴ ")

    def reason(self, text: str) -> str | None:
        """The English of a reason the program itself wrote into the project; None where it is none of these."""
        for both in self._of["own_reason"].values():
            pattern = re.escape(both["zh"]).replace(r"\{a\}", "(?P<a>.+)").replace(r"\{b\}", "(?P<b>.+)")
            if (match := re.fullmatch(pattern, text)) is not None:
                return str(both["en"]).format(**match.groupdict())
        return None

    def unit(self, unit: str) -> str:
        if self.lang == "zh":
            return _UNITS_ZH.get(unit, unit)
        for zh, en in _UNITS_EN:
            unit = unit.replace(zh, en)
        return unit


def chinese(text: str) -> bool:
    return bool(_CHINESE.search(text))


def own_english(text: str) -> str:
    """The English a person typed after the Chinese (`湖南省统计局 / Hunan Bureau of Statistics`); "" without one."""
    english = text.rpartition("/")[2].strip()
    return english if english and not chinese(english) else ""
