"""English of what the declarations write in Chinese only: units, punctuation, and words by a dictionary. For books that
are to be read without Chinese."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping

from ..core.activity import DATA_KINDS
from ..core.edition import Edition
from ..edition.parts import KeyName, rows
from ..texts import catalogue

MOST_TAB = 31  # characters of the name of a sheet
CHINESE = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\u3000-\u303f\uff01-\uff5e]")
_CHAR = r"\u3400-\u9fff\uf900-\ufaff"
_HAN = re.compile(f"[{_CHAR}]")
# a file with what follows it (sheet, cell): to be found on a disk by this name
_FILE = re.compile(
    r"[^\s；;|,，(（'\"]+\.(?:csv|txt|tsv|toml|json|xlsx?|xlsm|xlsb|et|ods|docx|pdf|svg|png|db|zip|md|nc|parquet)\b"
    r"(?:\[[^\]]*\])?(?:!(?:row \d+|\$?[A-Z]+\$?\d+(?::[A-Z]+\d+)?))?"
)
# the longer first: 万吨 before 吨
UNITS: tuple[tuple[str, str], ...] = (
    ("吨标准煤", "tce"),
    ("吨二氧化碳当量", "t CO2e"),
    ("吨二氧化碳", "t CO2"),
    ("立方米", "m3"),
    ("标准煤", "ce"),
    ("百万千焦", "GJ"),
    ("百亿千焦", "10^10 kJ"),
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
    ("月", "month"),
    ("年", "yr"),
    ("蛋白质", "protein"),
    ("百万", "10^6 "),
    ("百", "10^2 "),
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
        alone = "|".join(map(re.escape, longest))
        self._apart = re.compile(rf"(?<![{_CHAR}/\\])(?:{alone})(?![{_CHAR}/\\]|（[{_CHAR}])") if longest else None
        self.english = functools.lru_cache(maxsize=65_536)(self._english)

    def inside(self, text: str) -> str:
        """A text with its known words translated."""
        if self._inside is None:
            return text
        out = self._inside.sub(lambda m: f"\x00{self._words[m[0]]}\x00", text)
        # a blank between words that stood side by side in Chinese
        out = re.sub(r"(?<=[A-Za-z0-9)])\x00+(?=[A-Za-z0-9(])|\x00\x00", " ", out)
        return out.replace("\x00", "")

    def word(self, text: str) -> str | None:
        """The English of a whole word or text of the dictionary, and nothing else."""
        return self._words.get(text)

    def within(self, text: str) -> str:
        """A sentence or key in English whose names are still Chinese: the names known to the dictionary in English, one
        whole word at a time; names of files, and what a person wrote, as they are."""
        if self._apart is None or not _HAN.search(text):
            return text
        parts = _FILE.split(text)
        names = _FILE.findall(text)
        out = [self._words_apart(p) + (names[n] if n < len(names) else "") for n, p in enumerate(parts)]
        said = "".join(out)
        rest = sum(bool(_HAN.match(c)) for c in said)
        return text if 3 * rest > len(said) and _HAN.search(_FILE.sub("", said)) else said  # somebody's own Chinese

    def _words_apart(self, text: str) -> str:
        assert self._apart is not None
        out = self._apart.sub(lambda m: self._words[m[0]], text)
        return _UNITS_APART.sub(lambda m: f"{m[1]}{'×' if m[1] else ''}{english_unit(m[2])}", out)

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


KINDS = {"统计": "statistics", "部门": "department", "调查": "survey", "估算": "estimate", "示例": "illustrative"}
_NAMES = ("label", "reason", "help", "ask", "basis", "form", "place", "region")


def tab_word(name: str) -> str:
    """The short English name of a sheet; empty where it has none of its own."""
    return str(catalogue("inventory.sheets")["tab"].get(name, {}).get("en", ""))


def role_of(text: str) -> str:
    """The Chinese name of a role of the signature page that a form in English prints in English."""
    roles = {both["en"].casefold(): str(both["zh"]) for both in catalogue("inventory.sheets")["signing"].values()}
    return roles.get(text.strip().casefold(), text)


def tab_of(name: str, words: Dictionary) -> str:
    """The English name of a sheet, as long as a tab may be; the Chinese one where nobody has put it into English."""
    english = tab_word(name) or words.english(name) or name
    return english if len(english) <= MOST_TAB else english[:MOST_TAB].rpartition(" ")[0].rstrip(" ,;(")


def named(text: str, words: Iterable[str], edition: Edition) -> str:
    """The one of `words` whose English is `text`; the text itself where it is none."""
    if not text or CHINESE.search(text):
        return text
    meant, plain = dictionary(edition), text.casefold()
    return next((w for w in words if (meant.english(w) or "").casefold() == plain), text)


def words_of(edition: Edition, more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Every Chinese word of an edition with its English, words of `more` first; those of the vocabulary before all."""
    texts = catalogue("inventory.sheets")
    words = {both["zh"]: both["en"] for group in texts.values() for both in group.values()} | dict(more or {})
    declared = edition.declared
    for group in (declared.quantities, declared.parameters, declared.choices, declared.methods):
        for entry in group.values():
            words.setdefault(entry.label.get("zh", ""), entry.label.get("en", ""))
    for choice in declared.choices.values():
        for label in choice.labels.values():
            words.setdefault(label.get("zh", ""), label.get("en", ""))
    for method in declared.methods.values():
        words.setdefault(method.sheet, method.label.get("en", ""))
        for step in method.steps:
            words.setdefault(step.label.get("zh", ""), step.label.get("en", ""))
    for category in edition.categories.values():
        words.setdefault(category.label.get("zh", ""), category.label.get("en", ""))
    for members in edition.vocabulary.values():
        for word in members.values():
            if word.label_en:
                words[word.value] = word.label_en
    for row in rows(edition, KeyName):
        words.setdefault(row.label_zh, row.label_en)
    for table in edition.tables.values():
        for line in table.rows:
            for zh, en in _pairs_of(line):
                words.setdefault(zh, en)
    for line in edition.report_lines:
        words.setdefault(line.get("label_zh", ""), line.get("label_en", ""))
    words.update({k: KINDS[k] for k in DATA_KINDS if k in KINDS})
    return words


def _pairs_of(line: Mapping[str, str]) -> list[tuple[str, str]]:
    """The words of a row of a table that stand beside their English."""
    out = [(line.get(f"{name}_zh", ""), line.get(f"{name}_en", "")) for name in _NAMES]
    out.append((line.get("split", ""), line.get("split_en", "")))
    label = line.get("label_en", "")
    if label:
        names = ("id", "part") if line.get("label_zh") else ("id", "word", "part")
        out += [(line.get(name, ""), label) for name in names]
    return out


def dictionary(edition: Edition) -> Dictionary:
    """The English of every word of an edition, built once."""
    return edition.derived(_dictionary)


def _dictionary(edition: Edition) -> Dictionary:
    return Dictionary(words_of(edition))


_UNITS_APART = re.compile(
    rf"([0-9]?)(?<![{_CHAR}])([百千万亿]*(?:"
    + "|".join(u for u, _ in UNITS)
    + rf")|[百千万亿]+(?=[a-zA-Z]))(?![{_CHAR}])"
)
_BRACKETED = re.compile(r"([(（])([^()（）\n]+)([)）])")
_QUANTITY = re.compile(r"[万亿千百]+[a-zA-Z]*|(?<=[0-9/ ])(?:" + "|".join(u for u, _ in UNITS) + ")(?![\u3400-\u9fff])")

__all__ = [
    "CHINESE",
    "Dictionary",
    "dictionary",
    "english_unit",
    "is_unit_text",
    "named",
    "plain_punctuation",
    "role_of",
    "tab_of",
    "tab_word",
    "words_of",
]
