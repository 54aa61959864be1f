"""Lines in English whose names (regions, fuels, keys, units) are still the words of the tables: in English as well."""

from __future__ import annotations

import functools
import re

HAN = re.compile("[\u3400-\u9fff]")


def readable(text: str, lang: str) -> str:
    """A line for an English reader; a Chinese line, and what no dictionary holds, as it is. What a person wrote (names,
    answers, file names) is no word of a table and stays."""
    if str(lang) != "en" or not HAN.search(text):
        return text
    for words in _dictionaries():
        if (whole := words.word(text)) is not None:
            return str(whole)
    for words in _dictionaries():
        text = words.within(text)
    return text


@functools.cache
def _dictionaries():  # type: ignore[no-untyped-def]
    """The words of the provincial guideline, then those of the enterprises'."""
    from ..edition import default, load
    from ..enterprise.english import dictionary as of_enterprises
    from ..sheets.english import dictionary

    return dictionary(load()), of_enterprises(load(default("enterprise")))
