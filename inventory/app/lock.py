"""The act of approving: a project's input files are locked, so that nothing changes behind an approved filing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..core.files import write_bytes
from ..core.problems import InventoryError, Origin, problem
from ..reading.lock import FILE, lock_bytes, read_lock
from ..reading.outputs import is_output
from ..spreadsheets.container import TABLE_SUFFIXES


@dataclass(frozen=True, slots=True)
class LockRequest:
    """`date` is the day of the approval as text; `off` takes the lock away instead."""

    folder: Path
    by: str = ""
    date: str = ""
    reason: str = ""
    off: bool = False


@dataclass(frozen=True, slots=True)
class LockResult:
    """The lock file, and how many input files it holds (0: unlocked)."""

    path: Path
    files: int


def lock_project(request: LockRequest) -> LockResult:
    """Lock or unlock a project folder. Raises `InventoryError` for no folder, no name, nothing to lock, or a lock that
    is not there."""
    path = request.folder / FILE
    if not request.folder.is_dir():
        raise InventoryError([problem("lock.no_folder", Origin(str(request.folder)))])
    if request.off:
        if not read_lock(request.folder):
            raise InventoryError([problem("lock.none", Origin(str(request.folder)))])
        path.unlink()
        return LockResult(path, 0)
    files = [
        p
        for p in sorted(request.folder.iterdir())
        if p.is_file()
        and p.suffix.lower() in TABLE_SUFFIXES
        and p.name != FILE
        and not p.name.startswith((".", "~$"))
        and not is_output(p)
    ]
    if not request.by.strip() or not files:
        raise InventoryError([problem("lock.incomplete", Origin(str(request.folder)), files=len(files))])
    write_bytes(path, lock_bytes(files, request.by, request.date, request.reason))
    return LockResult(path, len(files))
