"""What an edition's files say, as written: rows of tables, declarations, each with its file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.problems import Origin
from .manifest import EditionManifest

GROUPS = ("quantity", "parameter", "choice", "constraint", "method")  # of the methods files


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a table as written: cells by column, trimmed."""

    cells: Mapping[str, str]
    file: str
    line: int
    partial: bool = False  # of a declaration: cells that it does not state are empty

    @property
    def origin(self) -> Origin:
        return Origin(f"{self.file}:{self.line}")


@dataclass(frozen=True, slots=True)
class Body:
    """One declaration (or rule) as written."""

    content: Mapping[str, Any]
    file: str
    place: tuple[str, ...] = ()
    text: str = field(default="", repr=False)

    @property
    def origin(self) -> Origin:
        return Origin(f"{self.file}:{toml_line(self.text, self.place)}" if self.text else self.file)


@dataclass(frozen=True)
class EditionFiles:
    """All parts of an edition. `folders`: its own, then those it extends; `files` are the paths read, by the name
    messages call them."""

    manifest: EditionManifest
    folders: tuple[Path, ...]
    files: Mapping[str, Path] = field(default_factory=dict)
    tables: Mapping[str, tuple[RawRow, ...]] = field(default_factory=dict)
    declared: Mapping[str, Mapping[str, Body]] = field(default_factory=dict)
    rules: Mapping[str, Body] = field(default_factory=dict)
    quality: Mapping[str, Any] = field(default_factory=dict)


def toml_line(text: str, place: tuple[str | int, ...]) -> int:
    """The line of a TOML text where `place` (table, id or key, …) stands, as near as its headings show; 1 when it is
    not found."""
    lines = text.splitlines()
    at, named = 0, [str(part) for part in place if not isinstance(part, int)]
    if len(named) >= 2:
        heading = re.compile(rf'^\[+{re.escape(named[0])}\.(?:"{re.escape(named[1])}"|{re.escape(named[1])})[\].]')
        of_id = re.compile(rf'^id\s*=\s*["\']{re.escape(named[1])}["\']')
        at = next((n for n, line in enumerate(lines) if heading.match(line) or of_id.match(line)), 0)
    for part in named[-1:] if at == 0 else named[2:]:
        key = re.compile(rf'^\s*\[*(?:[\w".-]+\.)?"?{re.escape(part)}"?\s*[=.\]]')
        at = next((n for n, line in enumerate(lines) if n >= at and key.match(line)), at)
    return at + 1
