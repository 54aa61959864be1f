"""The words of `texts*.toml` in one language, with blanks filled in."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping

from ..texts import LANGUAGES as LANGUAGES
from ..texts import Catalogue, catalogue


@functools.cache
def english_words() -> dict[str, str]:
    """Every Chinese text without blanks, with its English."""
    texts = catalogue("inventory.workbook")
    return {both["zh"]: both["en"] for words in texts.values() for both in words.values() if "{" not in both["zh"]}


class Words(Catalogue):
    """The words of the workbook."""

    package = "inventory.workbook"

    def label(self, text: Mapping[str, str], fallback: str = "") -> str:
        """A label of the declarations in this language, else in the other, else `fallback`."""
        return text.get(self.lang) or text.get("zh") or text.get("en") or fallback


_TABLE_NUMBER = re.compile(r"(附?表)\s*[0-9０-９][0-9０-９.．\-–—?？]*|(?i:\btable)\s*[0-9][0-9.\-–?]*")


def place_in_guideline(text: str, lang: str) -> str:
    """Where a factor stands, without table numbers: no printed copy was at hand, so a number must not look like a
    citation."""
    plain, cut = _TABLE_NUMBER.subn("", text)
    if not cut and "?" not in text and "？" not in text:
        return text
    plain = re.sub(
        r"\s+", " ", re.sub(r"[(（]\s*(表号)?未核实\s*[)）]", "", plain).replace("?", "").replace("？", "")
    ).strip(" ,，;；:：、·")
    return plain + ("（表号未核实）" if lang == "zh" else " (table number not verified)")
