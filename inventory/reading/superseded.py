"""A template filled from a project may lie in that project's own folder: what it was filled from is then superseded,
not entered twice.

`template --from` writes into the workbook, as document properties, which files it took over and their SHA-256. A reader
that meets the workbook and those files together takes the workbook, in which people go on working, and sets the files
aside by name. A file that changed since cannot be told from a second opinion: one error asks which of the two holds.
"""

from __future__ import annotations

import hashlib
import html
import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..core.names import display_name
from ..core.problems import Collector, Origin
from ..spreadsheets.container import TABLE_SUFFIXES

PROPERTY = "inventory.source."
PART = "docProps/custom.xml"
_ENTRY = re.compile(r'name="' + re.escape(PROPERTY) + r'[0-9]+"[^>]*>\s*<vt:lpwstr>([0-9a-f]{64}) ([^<]+)</vt:lpwstr>')
Files = list[tuple[Path, str]]


def sources_of(paths: Iterable[Path | str]) -> tuple[tuple[str, str], ...]:
    """(SHA-256, file name) of the table files among these inputs, as a template remembers them."""
    sources = []
    for path in map(Path, paths):
        files = sorted(path.iterdir(), key=lambda p: p.name) if path.is_dir() else [path]
        sources += [
            (hashlib.sha256(p.read_bytes()).hexdigest(), display_name(p))
            for p in files
            if p.is_file() and p.suffix.lower() in TABLE_SUFFIXES and not p.name.startswith((".", "~$"))
        ]
    return tuple(sources)


def properties(sources: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The document properties (name, text) that keep the sources in a workbook."""
    return [(f"{PROPERTY}{n}", f"{digest} {name}"[:255]) for n, (digest, name) in enumerate(sources, 1)]


def without_superseded(files: Files, problems: Collector) -> tuple[Files, Files]:
    """(files to read, files that a workbook among them was filled from)."""
    gone: dict[Path, str] = {}
    for workbook, shown in files:
        if workbook.suffix.lower() != ".xlsx":
            continue
        remembered = {name: digest for digest, name in _remembered(workbook)}
        if not remembered:
            continue
        taken: list[str] = []
        changed: list[str] = []
        for path, name in files:
            digest = remembered.get(display_name(path))
            if digest is None or path == workbook or path in gone:
                continue
            same = hashlib.sha256(path.read_bytes()).hexdigest() == digest
            (taken if same else changed).append(name)
            gone[path] = name
        if taken:
            problems.add("project.superseded", Origin(shown), files="、".join(taken), count=len(taken))
        for name in changed:
            problems.add("project.source_changed", Origin(name), workbook=shown)
    return [f for f in files if f[0] not in gone], [f for f in files if f[0] in gone]


def _remembered(workbook: Path) -> list[tuple[str, str]]:
    try:
        data = workbook.read_bytes()
        if PART.encode() not in data[-65536:]:  # the directory of the zip, at its end
            return []
        with zipfile.ZipFile(workbook) as archive:
            text = archive.read(PART).decode("utf-8", "replace")
    except Exception:  # damaged: the reader says so
        return []
    return [(digest, html.unescape(name)) for digest, name in _ENTRY.findall(text)]
