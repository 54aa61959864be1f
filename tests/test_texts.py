"""Every text that people read stands once, in both languages, with the same facts; Chinese texts are Chinese and
English ones English."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted(
    [
        *ROOT.glob("inventory/**/texts*.toml"),
        *ROOT.glob("inventory/messages/*.toml"),
        *ROOT.glob("inventory/service/texts/*.toml"),
        ROOT / "inventory" / "enterprise" / "report_texts.toml",
    ]
)
CHINESE = re.compile(r"[\u3400-\u9fff]")


def _flat(text: object) -> list[str]:
    if isinstance(text, dict):
        return [str(t) for t in text.values()]
    return [str(t) for t in text] if isinstance(text, list) else [str(text)]


def _entries(node: object, path: str = "") -> Iterator[tuple[str, list[str], list[str]]]:
    """Every entry with both languages: its name, the Chinese sentences, the English ones."""
    if not isinstance(node, dict):
        return
    if set(node) >= {"zh", "en"}:
        zh, en = _flat(node["zh"]), _flat(node["en"])
        assert isinstance(node["zh"], dict) or len(zh) == len(en), path
        yield path, zh, en
        return
    for key, below in node.items():
        yield from _entries(below, f"{path}.{key}" if path else key)


ENTRIES = [
    (f"{file.relative_to(ROOT / 'inventory').as_posix()}:{name}", zh, en)
    for file in FILES
    for name, zh, en in _entries(tomllib.loads(file.read_text("utf-8")))
]


def facts(texts: list[str]) -> set[str]:
    """The blanks of an entry by name, whatever is taken of them; `what_en` is the English side of the fact `what`."""
    names = {re.split(r"[.\[]", n)[0] for text in texts for _, n, _, _ in string.Formatter().parse(text) if n}
    return {n.removesuffix("_en").removesuffix("_zh") for n in names}


# Lists of words that the program knows are handed over in Chinese; the English sentence names its own words.
OWN_LISTS = {
    "messages/recalculation.toml:recalculation.causes_row",
    "messages/uncertainty.toml:uncertainty.unknown_kind",
}

# ---- what stands in a Chinese text as it is: blanks, quoted words, options, names of files and columns, numbers ----
KEPT = re.compile(
    r"""\{[^{}]*\} | “[^”]*” | `[^`]*` | !row\s\d+ | [a-z]+-[a-z-]+ | --?[a-z][a-z-]* | https?://\S+ | inventory(\s[a-z-]+){0,3}
    | pip\s+install | python\s+-m | [\w./<>*-]+\.[A-Za-z]\w*\b | \w*[_0-9/=:@]\w*""",
    re.ASCII | re.VERBOSE,
)
WORD = re.compile(r"(?<![A-Za-z])[A-Za-z]{2,}(?![A-Za-z])")
UNITS = "MPa tce kWh Gg yr kg hm Nm"
PROGRAMS = "Windows Excel Word LibreOffice SQLite Ctrl matplotlib dask fonts parquet xlsx xls xlsb et docx csv zip pdf txt en Sheet English"
COLUMNS = """licence place check id keys note categories roles extends name parent levels region year tables removed methods category
    set successors factors unknown kind item word replaces splits area entity unit code level aliases cause text date answer
    uid runs ledger regions activity factor printed uncertainty share value quantity season reason scoring account"""
ARGUMENTS = "report batch load collect compile targets rollup service ghg scheduler firm fuel source after"
CODES = "scaled raw maybe plausible clinker ton measured provincial"  # options and words of a person's own, in messages
PYTHON = "draws seed edition gwp GwpSet Project DataFrame pandas NaN"  # arguments and types of the Python API
EXCHANGE = "GeoJSON CEADs sector Raw Coal export ceads netCDF json"  # formats of other programs and their columns
TESTS = "Mann Kendall"  # statistical tests by the names of their authors
KNOWN = {w for group in (UNITS, PROGRAMS, COLUMNS, ARGUMENTS, CODES, PYTHON, EXCHANGE, TESTS) for w in group.split()}
FAULTS = ("approximate", "cement13", "no", "grid")  # English words that once stood in Chinese messages


def english_words(text: str) -> list[str]:
    """English words of a Chinese sentence that are no name, unit or column."""
    return [w for w in WORD.findall(KEPT.sub(" ", text)) if not w.isupper() and w not in KNOWN]


def test_the_search_finds_the_faults_of_old() -> None:
    """The words that once slipped into Chinese messages are found wherever they stand."""
    for fault in FAULTS:
        word = fault.rstrip("0123456789")
        assert english_words(f"“石灰产量”是{word}值；应为：数值") == [word]
        assert word not in KNOWN


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_both_languages_say_the_same_facts(file: Path) -> None:
    own = f"{file.relative_to(ROOT / 'inventory').as_posix()}:"
    entries = [e for e in ENTRIES if e[0].startswith(own)]
    assert entries
    wrong = [n for n, zh, en in entries if facts(zh) != facts(en) and n not in OWN_LISTS]
    empty = [n for n, zh, en in entries if any(zh) != any(en) and n != "filing/texts.toml:given.chinese"]
    assert (wrong, empty) == ([], [])


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_chinese_texts_are_chinese(file: Path) -> None:
    own = f"{file.relative_to(ROOT / 'inventory').as_posix()}:"
    found = {n: english_words(" ; ".join(zh)) for n, zh, _ in ENTRIES if n.startswith(own)}
    assert {n: words for n, words in found.items() if words} == {}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_english_texts_are_english(file: Path) -> None:
    """Chinese in an English text is a term of the forms: less than the English around it."""
    own = f"{file.relative_to(ROOT / 'inventory').as_posix()}:"
    wrong = [
        n
        for n, _, en in ENTRIES
        if n.startswith(own) and len(CHINESE.findall(" ".join(en))) > max(4, len(re.findall(r"[A-Za-z]", " ".join(en))))
    ]
    assert wrong == []


def test_messages_as_people_see_them() -> None:
    """The same search over the messages of the damaged inputs, with their facts filled in."""
    found = {}
    for path in sorted((ROOT / "tests" / "snapshots").rglob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            head, _, said = line.partition(": ")
            place, _, sentence = said.partition("：")
            if head.split(" ")[0] in ("error", "warning", "hint") and CHINESE.search(sentence):
                words = english_words(sentence)
                if words:
                    found[f"{path.stem} {place}"] = words
    assert found == {}
