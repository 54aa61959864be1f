"""What differs between Windows, macOS and Linux where files are concerned, as pure functions: names that Windows keeps
for devices, paths that are too long for it, folders on another machine, files that another program holds.

`name` is `os.name`; tests of the Windows behaviour hand in "nt".
"""

from __future__ import annotations

import errno
import os
from pathlib import Path, PurePath

DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{n}" for port in ("com", "lpt") for n in "123456789¹²³"}
)
FORBIDDEN = frozenset('<>:"/\\|?*')
LONGEST = 259  # characters of a path, where long paths are not switched on
HELD = frozenset({32, 33})  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION
REMOTE_DRIVE = 4  # DRIVE_REMOTE of GetDriveTypeW
REMOTE_TYPES = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ncpfs", "davfs", "virtiofs"}
)


def refused_name(name: str) -> bool:
    """Whether Windows would not make a file of this name: a device whatever its suffix (`aux.xlsx`), a forbidden
    character, a blank or full stop at the end (which it would drop, so that the file is called otherwise)."""
    stem = name.partition(".")[0].rstrip(" ").casefold()
    return (
        not name or stem in DEVICES or name[-1] in ". " or bool(set(name) & FORBIDDEN) or any(ord(c) < 32 for c in name)
    )


def too_long(path: str, name: str = os.name) -> bool:
    """Whether a path is longer than Windows takes without its switch for long paths."""
    return name == "nt" and not path.startswith("\\\\?\\") and len(path) > LONGEST


def held_elsewhere(error: OSError, name: str = os.name) -> bool:
    """Whether another program has the file open (Excel, WPS): Windows lets nobody replace it then. A refusal without
    more is taken for that on Windows, where it is by far the commonest cause."""
    if name != "nt":
        return error.errno in (errno.EBUSY, errno.ETXTBSY)
    return getattr(error, "winerror", None) in HELD or isinstance(error, PermissionError)


def on_network(path: Path | str, name: str = os.name, mounts: str | None = None) -> bool:
    """Whether a file lies on another machine: a UNC path or a connected drive on Windows, an NFS, SMB or similar mount
    elsewhere (`mounts`: the text of /proc/mounts). Where that cannot be known it is taken to be here."""
    text = str(path)
    if text.startswith(("\\\\", "//")) and not text.startswith(("\\\\?\\", "\\\\.\\")):
        return True
    if name == "nt":
        return _remote_drive(os.path.splitdrive(text)[0])
    table = _mounts() if mounts is None else mounts
    place = PurePath(os.path.abspath(text))
    best, kind = -1, ""
    for line in table.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = PurePath(fields[1].replace("\\040", " "))
        if (point == place or point in place.parents) and len(point.parts) > best:
            best, kind = len(point.parts), fields[2]
    return kind in REMOTE_TYPES


def _remote_drive(drive: str) -> bool:
    import ctypes

    library = getattr(ctypes, "windll", None)
    if library is None or not drive:
        return False
    return bool(library.kernel32.GetDriveTypeW(f"{drive}\\") == REMOTE_DRIVE)


def _mounts() -> str:
    try:
        return Path("/proc/mounts").read_text("utf-8", "replace")
    except OSError:
        return ""
