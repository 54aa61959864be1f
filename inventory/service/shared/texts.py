"""Texts of the pages in Chinese and English, from `texts/*.toml`: written once, looked up by key."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "texts"
LANGUAGES = ("zh", "en")


@functools.cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Every text by `group.key`. Raises ValueError for a key given twice or without both languages (a programming
    error)."""
    out: dict[str, dict[str, str]] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        for group, entries in tomllib.loads(path.read_text("utf-8")).items():
            for key, body in entries.items():
                name = f"{group}.{key}"
                if name in out or set(body) != set(LANGUAGES):
                    raise ValueError(f"{path.name}: {name} stands twice or lacks a language")
                out[name] = body
    return out


def text(key: str, lang: str, **facts: object) -> str:
    """The text of a key. Raises KeyError for one that no catalogue holds."""
    return catalogue()[key][lang].format_map(facts) if facts else catalogue()[key][lang]


def of_group(group: str, lang: str) -> dict[str, str]:
    """All texts of a group, for a script of the page."""
    return {k.removeprefix(f"{group}."): v[lang] for k, v in catalogue().items() if k.startswith(f"{group}.")}


RECALLED = "recalled, not seen"  # how the tables of an edition say that nobody had the print at hand


def source_text(source: str, lang: str) -> str:
    """The source of a factor as the pages show it."""
    return text("web_factors.recalled", lang) if source == RECALLED else source


NO_UNIT = frozenset({"1", "-", "fraction"})


def unit_shown(unit: str, lang: str) -> str:
    """A unit as the pages show it; nothing for a plain number."""
    if unit in NO_UNIT:
        return ""
    from inventory.sheets.english import english_unit

    return english_unit(unit) if lang == "en" else unit
