"""The English working book: names and units that the declarations write in Chinese are translated by them; a text that
a person or a source wrote in Chinese is named, not printed: it stands at the same place of the Chinese book.

Addresses (names of the project's own files, sheets and cells) stay as they are: they are to be found on a disk.
"""

from __future__ import annotations

import re

from ..core.edition import Edition
from ..sheets.english import CHINESE, Dictionary, plain_punctuation, words_of
from ..sheets.model import Book, OutputSheet
from .texts import english_words

_ADDRESS = re.compile(
    r"[^\s；;|]+\.(?:csv|txt|xlsx?|xlsm|xlsb|et|ods)(?:\[[^\]]*\])?(?:!(?:row \d+|\$?[A-Z]+\$?\d+(?::[A-Z]+\d+)?))?"
)
_CHAPTER = re.compile(r"第([一二三四五六七])章.*")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+")
_QUOTED = re.compile(r'"([^"]*)"')


def dictionary(edition: Edition) -> Dictionary:
    """Every Chinese word that the edition or the texts of the book have English for."""
    return edition.derived(_dictionary)


def _dictionary(edition: Edition) -> Dictionary:
    return Dictionary(words_of(edition, english_words()))


def anglicise(book: Book, edition: Edition, kept: tuple[str, ...]) -> None:
    """Translate every cell of the visible sheets. `told`: what stands where there is only a Chinese text, and the
    headings of columns with names of files and sheets."""
    words = dictionary(edition)
    for sheet in book.sheets.values():
        if not sheet.hidden:
            _sheet(sheet, words, kept)
    for _, _, record in book.trace:  # what `explain` says of a cell
        what = record.get("what")
        if isinstance(what, dict) and "en" in what:
            record["what"] = {**what, "en": _text(what["en"], words, kept[0])}
        if isinstance(record.get("unit"), str):
            record["unit"] = _text(record["unit"], words, kept[0])
    book.title = _text(book.title, words, kept[0])


def _sheet(sheet: OutputSheet, words: Dictionary, kept: tuple[str, ...]) -> None:
    in_chinese, *headings = kept
    addresses = {c for (_, c), cell in sheet.cells.items() if cell.style == "head" and cell.value in headings}
    sheet.title = _text(sheet.title, words, in_chinese)
    for place, cell in sheet.cells.items():
        value, formula = cell.value, cell.formula
        if isinstance(value, str) and CHINESE.search(value):
            value = words.within(value) if place[1] in addresses else _text(value, words, in_chinese)
        if formula is not None and '"' in formula and CHINESE.search(formula):
            formula = _QUOTED.sub(lambda m: f'"{_text(m[1], words, in_chinese)}"', formula)
        if value is not cell.value or formula is not cell.formula:
            sheet.cells[place] = cell._replace(value=value, formula=formula)


def _text(text: str, words: Dictionary, in_chinese: str) -> str:
    """The English of a text; of a text that is English but for some words, these are left out."""
    if not CHINESE.search(text) or _ADDRESS.fullmatch(text):
        return text
    known = words.english(text)
    if known is not None:
        return known
    chapter = _CHAPTER.sub(lambda m: f"chapter {'一二三四五六七'.index(m[1]) + 1}", text)
    if chapter != text and not CHINESE.search(chapter):
        return chapter
    han = sum(bool(CHINESE.match(c)) for c in text)
    if 4 * han < len(text):
        return plain_punctuation(_HAN.sub("…", words.inside(text)))
    return in_chinese


__all__ = ["anglicise", "dictionary"]
