"""The English working book is wholly English: tabs, heads, cells, units. Only addresses of the project's own files keep
their names, and the hidden sheet its own."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from filing_example import ledger as small
from some import some

import inventory
from inventory.explain import explain_cell
from inventory.reading.outputs import is_output
from inventory.sheets.english import CHINESE, Dictionary, english_unit, plain_punctuation
from inventory.sheets.model import Book
from inventory.texts import catalogue
from inventory.workbook import write_filing
from inventory.workbook.english import dictionary
from inventory.workbook.filing import plan

ROOT = Path(__file__).parents[1]
ADDRESS = re.compile(r"\S+\.(csv|xlsx)(\[.*\])?(!(row )?[A-Z]*\d+)?")
HEADS = ("Origin: file", "Sheet", "Place")


@cache
def book(lang: str) -> Book:
    return plan(inventory.compile([ROOT / "examples" / "jiangsu"]), lang)


def test_no_chinese_is_left() -> None:
    for name, sheet in book("en").sheets.items():
        if sheet.hidden:
            continue
        assert not CHINESE.search(name) and len(name) <= 31 and not CHINESE.search(sheet.title)
        places = {c for (_, c), cell in sheet.cells.items() if cell.style == "head" and cell.value in HEADS}
        left = [
            cell.value
            for (_, c), cell in sheet.cells.items()
            if isinstance(cell.value, str) and CHINESE.search(cell.value) and c not in places
        ]
        assert not [x for x in left if not ADDRESS.fullmatch(str(x))], (name, left[:5])
        assert not [cell.formula for cell in sheet.cells.values() if cell.formula and CHINESE.search(cell.formula)]


def test_the_figures_are_those_of_the_chinese_book() -> None:
    zh, en = (list(book(lang).sheets.values()) for lang in ("zh", "en"))
    assert len(zh) == len(en)
    for one, two in zip(zh, en, strict=True):
        figures = [{p: c.value for p, c in s.cells.items() if isinstance(c.value, float)} for s in (one, two)]
        assert figures[0] == figures[1], two.name


def test_a_count_by_a_word_counts_the_translated_word() -> None:
    cover = book("en").sheets["Cover"]
    counts = [c for c in cover.cells.values() if c.formula and c.formula.startswith("=COUNTIF")]
    assert any('"illustrative"' in str(c.formula) for c in counts)
    data = book("en").sheets["Activity data"]
    words = [c.value for c in data.cells.values() if c.value == "illustrative"]
    assert len(words) == next(c.value for c in counts if '"illustrative"' in str(c.formula))


def test_it_is_explained_and_known_as_an_output(tmp_path: Path) -> None:
    write_filing(small(), tmp_path / "en.xlsx", "en")
    assert is_output(tmp_path / "en.xlsx")
    text = explain_cell(tmp_path / "en.xlsx", "Summary table!C6", "en")
    assert text and not CHINESE.search(text.split("\n")[0])


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("万t CO2e", "10^4 t CO2e"),
        ("亿立方米", "10^8 m3"),
        ("kg N2O/头", "kg N2O/head"),
        ("万吨标准煤", "10^4 tce"),
        ("t CH4/(个·年)", "t CH4/(station·yr)"),
        ("kJ/kg", "kJ/kg"),
    ],
)
def test_units(zh: str, en: str) -> None:
    assert english_unit(zh) == en


def test_a_text_nobody_has_english_for_is_none() -> None:
    words = Dictionary({"烟煤": "Bituminous coal", "煤": "coal"})
    assert words.english("烟煤") == "Bituminous coal"
    assert words.english("烟煤（万t）") == "Bituminous coal (10^4 t)"
    assert words.english("示例假定") is None
    assert plain_punctuation("甲，乙：") == "甲, 乙:"


def test_every_word_of_the_vocabulary_is_in_the_dictionary() -> None:
    edition = inventory.load_edition()
    words = dictionary(edition)
    for key, members in edition.vocabulary.items():
        for word in members.values():
            assert words.english(word.value) is not None or not CHINESE.search(word.value), (key, word.value)


def test_every_word_that_the_code_names_is_there() -> None:
    """A word renamed in the code and not in the texts would fail only on the sheet that prints it."""
    known = {
        f"{group}.{key}"
        for package in ("inventory.workbook", "inventory.report")
        for group, texts in catalogue(package).items()
        for key in texts
    }
    files = [*(ROOT / "inventory" / "workbook").glob("*.py"), *(ROOT / "inventory" / "report").glob("*.py")]
    code = "\n".join(path.read_text("utf-8") for path in files)
    named = some(re.findall(r'\bt\(\s*"([a-z_0-9]+\.[a-z_0-9]+)"', code), 100)
    assert sorted(set(named) - known) == []
