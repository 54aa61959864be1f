"""What a batch is made of: one unit a region (a sub-folder, or the files of the top folder that concern the same
region), and the files for all.

Files of the top folder with a meaning for all regions (regions.csv, factors*, choices*, gwp.csv) apply to every unit.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from ..core.spelling import fold
from ..forms.files import kind_of_level_path
from ..reading.extras import kind_of as extra_kind
from ..reading.one_file import CHOICE_FILES, FACTOR_FILES
from ..spreadsheets.container import TABLE_SUFFIXES


@dataclass(frozen=True, slots=True)
class BatchUnit:
    """One region's input (or that of several which share files)."""

    name: str
    paths: tuple[Path, ...]

    def digest(self) -> str:
        """sha256 over names and contents, so that a changed file is another task."""
        sha = hashlib.sha256(self.name.encode("utf-8", "surrogatepass"))
        for path in self.paths:
            for file in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else (path,):
                sha.update(
                    b"\0"
                    + file.name.encode("utf-8", "surrogatepass")
                    + b"\0"
                    + hashlib.sha256(file.read_bytes()).digest()
                )
        return sha.hexdigest()


def _for_all(path: Path) -> bool:
    return any(fold(path.stem).startswith(fold(w)) for w in (*FACTOR_FILES, *CHOICE_FILES)) or bool(extra_kind(path))


def units_of(folder: Path) -> tuple[list[BatchUnit], tuple[Path, ...]]:
    """Units in name order, and the files for all regions. Files of the top folder that name the same region belong
    together."""
    inside = sorted((p for p in folder.iterdir() if not p.name.startswith((".", "~$"))), key=lambda p: p.name)
    files = [p for p in inside if p.is_file() and p.suffix.lower() in TABLE_SUFFIXES and not kind_of_level_path(p)]
    shared = tuple(p for p in files if _for_all(p))
    groups: dict[Path, list[Path]] = {}
    home: dict[str, Path] = {}  # region -> first file of its group
    for file in files:
        if file in shared:
            continue
        names = _regions_in(file)
        first = {home[n] for n in names if n in home}
        root = min(first, key=lambda p: p.name) if first else file
        members = [file]
        for other in sorted(first - {root}, key=lambda p: p.name):
            members = [*groups.pop(other), *members]
        groups[root] = [*groups.get(root, []), *members]
        moved = first - {root}
        for n in [n for n, p in home.items() if p in moved] if moved else ():
            home[n] = root
        home.update(dict.fromkeys(names, root))
    units = [BatchUnit(root.name, tuple(sorted(members, key=lambda p: p.name))) for root, members in groups.items()]
    units += [BatchUnit(p.name, (p,)) for p in inside if p.is_dir()]
    return sorted(units, key=lambda u: u.name), shared


def _regions_in(file: Path) -> tuple[str, ...]:
    """Regions named in the first columns of a CSV with a plain heading; nothing for other files, which then stand
    alone."""
    if file.suffix.lower() != ".csv":
        return ()
    try:
        rows = csv.reader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""))
        head = next(rows, [])
        at = next((i for i, name in enumerate(head) if name.strip().lower() in ("region", "地区")), None)
        return (
            ()
            if at is None
            else tuple(dict.fromkeys(row[at].strip() for row in rows if len(row) > at and row[at].strip()))
        )
    except (OSError, UnicodeDecodeError, csv.Error):
        return ()
