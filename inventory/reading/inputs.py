"""The table files among the inputs of a project, each with the name that messages call it by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from ..core.edition import Edition
from ..core.names import display_name
from ..core.problems import Origin
from ..core.spelling import fold
from ..spreadsheets.container import TABLE_SUFFIXES
from .lexicon import lexicon
from .state import ReadingState


def files_of(paths: Sequence[Path | str], reading: ReadingState) -> list[list[tuple[Path, str]]]:
    """Per input the files to read, with the name that messages call each by; unique even when two folders hold the same
    file name."""
    groups: list[list[Path]] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            inside = sorted((p for p in path.iterdir() if not p.name.startswith((".", "~$"))), key=lambda p: p.name)
            tables = [p for p in inside if p.is_file() and p.suffix.lower() in TABLE_SUFFIXES]
            rest = [
                display_name(p) + ("/" if p.is_dir() else "")
                for p in inside
                if p not in tables and p.suffix.lower() != ".md"
            ]
            if rest:
                reading.unread.setdefault(display_name(path), []).extend(rest)
            groups.append(tables)
        elif path.is_file():
            groups.append([path])
        else:
            reading.problems.add("file.missing", Origin(path.name))
    names = Counter(display_name(p) for files in groups for p in files)
    return [
        [
            (p, shown if names[shown] == 1 else f"{display_name(p.parent)}/{shown}")
            for p in files
            for shown in [display_name(p)]
        ]
        for files in groups
    ]


def input_files(paths: Sequence[Path | str], edition: Edition) -> list[tuple[Path, str]]:
    """The table files among these inputs, with the name that messages call each by."""
    return [pair for files in files_of(paths, ReadingState(edition, lexicon(edition))) for pair in files]


def stem_of(path: Path) -> str:
    return fold(Path(display_name(path)).stem)
