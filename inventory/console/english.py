"""Lines in English whose names (regions, fuels, keys, units) are still the words of the tables: in English as well."""

from __future__ import annotations

import functools
import re

from ..core.problems import latin_lists

HAN = re.compile("[\u3400-\u9fff]")


def readable(text: str, lang: str) -> str:
    """A line for an English reader; a Chinese line, and what no dictionary holds, as it is. What a person wrote (names,
    answers, file names) is no word of a table and stays."""
    if str(lang) != "en":
        return text
    if not HAN.search(text):
        return latin_lists(text)
    for words in _dictionaries():
        if (whole := words.word(text)) is not None:
            return str(whole)
    for words in _dictionaries():
        text = words.within(text)
    return latin_lists(text)


@functools.lru_cache(maxsize=65_536)
def readable_cell(value: object, lang: str) -> object:
    """A cell of a table for readers: a text by `readable`, anything else as it is."""
    return readable(value, lang) if isinstance(value, str) else value


@functools.cache
def _dictionaries():  # type: ignore[no-untyped-def]
    """The words of the provincial guideline, then those of the enterprises', then the names of cities and counties."""
    from ..edition import default, load
    from ..enterprise.english import dictionary as of_enterprises
    from ..regions import built_in, usual_spellings
    from ..sheets.english import Dictionary, dictionary

    tree = built_in()
    usual = {
        spelling: tree[name].label_en for name, spellings in usual_spellings(tree, {}).items() for spelling in spellings
    }
    places = Dictionary(usual | {r.name: r.label_en for r in tree.regions.values()})
    return dictionary(load()), of_enterprises(load(default("enterprise"))), places
