"""Where files of people are kept: under their hash, outside anything that is served. What the virus scanner has not
judged yet waits in a place of its own, from which nothing is ever given out."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

from django.conf import settings

from inventory.core.files import replacing

NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


class NoRoom(Exception):
    """The disk is full: nothing was kept."""


def place(sha256: str) -> Path:
    return Path(settings.INVENTORY_MEDIA) / sha256[:2] / sha256


def waiting_place(sha256: str) -> Path:
    return Path(settings.INVENTORY_MEDIA) / "waiting" / sha256[:2] / sha256


def keep(content: bytes) -> str:
    """Put bytes under their hash; gives it. Raises `NoRoom`."""
    digest = hashlib.sha256(content).hexdigest()
    _put(place(digest), content)
    return digest


def keep_waiting(content: bytes) -> str:
    """Put bytes where they wait for the scanner; gives their hash. Raises `NoRoom`."""
    digest = hashlib.sha256(content).hexdigest()
    _put(waiting_place(digest), content)
    return digest


def _put(target: Path, content: bytes) -> None:
    """A whole file or none."""
    if target.exists():
        return
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with replacing(target, "output.not_writable") as temporary:
            _write(temporary, content)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise NoRoom from error
        raise


def _write(temporary: Path, content: bytes) -> None:
    try:
        temporary.write_bytes(content)
    except OSError as error:
        if error.errno in NO_ROOM:
            raise NoRoom from error
        raise


def release(sha256: str) -> None:
    """From the waiting place to where it is given out from; nothing where that was done already."""
    if waiting_place(sha256).exists():
        place(sha256).parent.mkdir(parents=True, exist_ok=True)
        os.replace(waiting_place(sha256), place(sha256))


def remove(sha256: str) -> None:
    for path in (waiting_place(sha256), place(sha256)):
        path.unlink(missing_ok=True)
