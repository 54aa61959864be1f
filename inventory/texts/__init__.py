"""The texts that people read, in both languages, from `texts*.toml` beside the code that shows them.

An entry is `name = { zh = "…", en = "…" }` in a group; headings of a table are lists of the same length. Both languages
have the same blanks: `tests/test_texts.py` holds it, and finds English words in Chinese texts and Chinese in English
ones.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any, Protocol

LANGUAGES = ("zh", "en")
Group = Mapping[str, Mapping[str, Any]]


@functools.cache
def catalogue(package: str) -> Mapping[str, Group]:
    """All `texts*.toml` of a package, their groups put together. Raises `ValueError` for an entry that stands twice."""
    groups: dict[str, dict[str, Mapping[str, Any]]] = {}
    for entry in sorted(resources.files(package).iterdir(), key=lambda e: e.name):
        if entry.name.startswith("texts") and entry.name.endswith(".toml"):
            for group, words in tomllib.loads(entry.read_text("utf-8")).items():
                twice = sorted(set(words) & set(groups.get(group, {})))
                if twice:
                    raise ValueError(f"{entry.name}: [{group}] {', '.join(twice)} stands in another file already")
                groups.setdefault(group, {}).update(words)
    return groups


def text_of(package: str, name: str, lang: str, blanks: Mapping[str, object]) -> str:
    """The text `group.key` with its blanks filled in. An unknown name is a KeyError: a fault of the program."""
    group, _, key = name.partition(".")
    entry = catalogue(package)[group][key]
    return str(entry[lang]).format_map(blanks)


def list_of(package: str, name: str, lang: str) -> list[str]:
    """A list of the catalogue: the headings of a table."""
    group, _, key = name.partition(".")
    return list(catalogue(package)[group][key][lang])


class Labelled(Protocol):
    """A row of an edition with a name in both languages."""

    @property
    def label_zh(self) -> str: ...
    @property
    def label_en(self) -> str: ...


class Catalogue:
    """The texts of a package in one language: `texts("cover.title", region="江苏")`. An unknown name is a KeyError, a fault
    of the program."""

    package = ""

    def __init__(self, lang: str, package: str = "") -> None:
        if lang not in LANGUAGES:
            raise ValueError(f"language {lang!r}: one of {', '.join(LANGUAGES)}")
        self.lang = str(lang)
        self._of = catalogue(package or self.package)

    def __call__(self, name: str, /, **blanks: object) -> str:
        group, _, key = name.partition(".")
        return str(self._of[group][key][self.lang]).format(**blanks)

    def heads(self, name: str) -> list[str]:
        """A list: the headings of a table."""
        group, _, key = name.partition(".")
        return list(self._of[group][key][self.lang])

    def of(self, group: str, key: str) -> str:
        """A word of an open list (flags, standings, keys); one that has no translation stands as it is."""
        entry = self._of[group].get(key)
        return str(entry[self.lang]) if entry else key

    def group(self, group: str) -> dict[str, str]:
        """All words of a group, in the order of the file."""
        return {key: str(both[self.lang]) for key, both in self._of[group].items()}

    def named(self, row: Labelled) -> str:
        """The label of a declared row."""
        return row.label_zh if self.lang == "zh" else row.label_en

    def listed(self, names: Iterable[object]) -> str:
        """Names one after the other, as the language separates them."""
        return listed(names, self.lang)

    @property
    def comma(self) -> str:
        return COMMA[self.lang]

    @property
    def semicolon(self) -> str:
        return SEMICOLON[self.lang]


COMMA = {"zh": "，", "en": ", "}
SEMICOLON = {"zh": "；", "en": "; "}
LIST = {"zh": "、", "en": ", "}


def listed(names: Iterable[object], lang: str) -> str:
    """Names one after the other, as a language separates them."""
    return LIST[str(lang)].join(map(str, names))
