"""Who is asked: one name for a department, however a declaration spells it (`departments.toml`)."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Mapping
from importlib import resources


@functools.cache
def _known() -> tuple[Mapping[str, object], ...]:
    text = (resources.files("inventory.templates_xlsx") / "departments.toml").read_text("utf-8")
    return tuple(tomllib.loads(text)["department"])


@functools.cache
def department_of(supplier: str, lang: str = "zh") -> str:
    """The department that a supplier text names first; the text before the first separator where none is known; empty
    for an empty text."""
    first = re.split(r"[、，,;；]", supplier)[0].strip()
    name = re.split(r"[(（]", first)[0].strip()
    for text in dict.fromkeys(
        (name, first)
    ):  # what stands in brackets tells the statistics, and counts only where the name says nothing
        for entry in _known():
            words = entry["words"]
            assert isinstance(words, list)
            if any(word in text for word in words):
                return str(entry[lang])
    return re.split(r"[(（/]", first)[0].strip()
