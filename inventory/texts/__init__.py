"""The texts that people read, in both languages, from `texts*.toml` beside the code that shows them.

An entry is `name = { zh = "…", en = "…" }` in a group; headings of a table are lists of the same length. Both languages
have the same blanks: `tests/test_texts.py` holds it, and finds English words in Chinese texts and Chinese in English
ones.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

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
