"""Every text of the catalogues is used: by its name in the code, on a page or in a script, by a pattern of names, or in
a group that is read as a whole."""

from __future__ import annotations

import ast
import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from some import some

PACKAGE = Path(__file__).resolve().parents[1] / "inventory"
DECLARATIONS = {"commands.toml", "forms.toml", "province.toml", "register.toml"}  # forms and commands, no catalogues
WHOLE = {  # groups whose entries are looked up by a word of the data
    "console/texts.toml": {"edition", "filing"},
    "enterprise/texts_english.toml": {"tab", "table", "supplier", "collection"},
    "filing/texts.toml": {"own_reason"},
    "messages/energy_balance.toml": {"balance"},  # balance.identity_error and the like have a plural
    "messages/form.toml": {"form"},  # the words that an enterprise is given for a problem of the engine
    "service/texts/page.toml": {"script"},
    "sheets/texts_english.toml": {"english", "signing", "tab", "supplier"},
    "workbook/texts.toml": {"role"},
}


def _keys(node: Mapping[str, Any], path: str = "") -> Iterator[str]:
    for name, value in node.items():
        if isinstance(value, dict):
            yield from [path + name] if {"zh", "en"} <= set(value) else _keys(value, f"{path}{name}.")


@functools.cache
def _used() -> tuple[frozenset[str], tuple[re.Pattern[str], ...], frozenset[str]]:
    """Names that stand in code, pages and scripts, patterns of names that the code puts together, and groups that it
    looks into by a word: `of("group", word)`, `group("group")`."""
    names: set[str] = set()
    groups: set[str] = set()
    patterns: set[str] = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
            elif isinstance(node, ast.JoinedStr):
                parts = [re.escape(v.value) if isinstance(v, ast.Constant) else ".+" for v in node.values]
                patterns.add("".join(parts))
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("of", "group")
            ):
                groups |= {a.value for a in node.args[:1] if isinstance(a, ast.Constant)}
    for kind in ("*.html", "*.js"):
        for path in (PACKAGE / "service").rglob(kind):
            if "vendor" not in path.parts:
                names |= set(re.findall(r"[\w.-]+", path.read_text("utf-8")))
    beginnings = re.compile(r"[a-z_]{3,}(\\\.|\.\+)")  # a pattern begins with the name of a group
    return frozenset(names), tuple(re.compile(p) for p in sorted(patterns) if beginnings.match(p)), frozenset(groups)


CATALOGUES = sorted(
    p for p in PACKAGE.rglob("*.toml") if p.name not in DECLARATIONS and any(_keys(tomllib.loads(p.read_text("utf-8"))))
)


@pytest.mark.parametrize("path", some(CATALOGUES, 30), ids=lambda p: p.relative_to(PACKAGE).as_posix())
def test_every_text_is_used(path: Path) -> None:
    names, patterns, groups = _used()
    whole = groups | WHOLE.get(path.relative_to(PACKAGE).as_posix(), set())
    unused = [
        key
        for key in _keys(tomllib.loads(path.read_text("utf-8")))
        if key.split(".")[0] not in whole and key not in names and not any(p.fullmatch(key) for p in patterns)
    ]
    assert unused == []


def test_a_text_without_a_user_is_noticed() -> None:
    names, patterns, _ = _used()
    assert "balance.nobody_says_this" not in names and not any(p.fullmatch("table.nobody") for p in patterns)
