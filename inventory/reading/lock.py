"""The lock of an approved project: `锁定.csv` in its folder names every input file with its SHA-256, who approved, when
and why.

A file that has changed, gone or come since then is an error of every check and compilation, until the project is
unlocked or locked anew.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..core.problems import Origin, Problem, problem
from ..sheets.csvfile import csv_bytes, unguarded

FILE = "锁定.csv"
COLUMNS = ("文件", "SHA-256", "批准人", "日期", "理由")


@dataclass(frozen=True, slots=True)
class Locked:
    """One input file as it was when the project was approved."""

    name: str
    digest: str
    by: str
    date: str
    reason: str


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def read_lock(folder: Path) -> tuple[Locked, ...]:
    """The lock of a project folder; empty where it is not locked."""
    path = folder / FILE
    try:
        text = path.read_bytes().decode("utf-8-sig", "replace")
    except OSError:
        return ()
    rows = csv.reader(io.StringIO(text, newline=""))
    next(rows, None)
    return tuple(
        Locked(*(unguarded(v) for v in (*row, *([""] * len(COLUMNS)))[: len(COLUMNS)])) for row in rows if any(row)
    )


def lock_bytes(files: Sequence[Path], by: str, date: str, reason: str) -> bytes:
    """The content of a lock over some files of one folder."""
    return csv_bytes(((p.name, digest(p), by, date, reason) for p in sorted(files, key=lambda p: p.name)), COLUMNS)


def lock_problems(folder: Path, files: Iterable[Path]) -> list[Problem]:
    """What differs from the lock of a folder: files changed, gone or added since the approval."""
    locked = {x.name: x for x in read_lock(folder)}
    if not locked:
        return []
    changed = []
    here = {p.name: p for p in files if p.name != FILE}
    for name, entry in locked.items():
        kind = "gone" if name not in here else "changed" if digest(here[name]) != entry.digest else ""
        if kind:
            changed.append(problem(f"lock.{kind}", Origin(name), by=entry.by, date=entry.date))
    first = next(iter(locked.values()))
    changed += [
        problem("lock.added", Origin(name), by=first.by, date=first.date) for name in here if name not in locked
    ]
    return changed
