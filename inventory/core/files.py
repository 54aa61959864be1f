"""Write a file so that an older one is replaced only when the new one is complete, and say in words when it cannot be written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .problems import InventoryError, Origin, problem


@contextmanager
def replacing(path: Path | str, code: str = "output.not_writable") -> Iterator[Path]:
    """An empty temporary file beside `path` to write to; it takes the place of `path` when the block ends without an exception.

    Whatever happens, no temporary file stays behind. Raises `InventoryError` (with `code`) when the place cannot be written: a missing folder, no
    permission, a file that Excel holds open.
    """
    target = Path(path)
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=".tmp", dir=target.parent or Path("."))
        os.close(handle)  # Windows lets nobody else write to an open file
        temporary = Path(name)
        yield temporary
        mask = os.umask(0)
        os.umask(mask)
        temporary.chmod(0o666 & ~mask)  # mkstemp makes files for the owner alone; these are ordinary files
        os.replace(temporary, target)
    except OSError as error:
        raise InventoryError([problem(code, Origin(str(target)), reason=error.strerror or str(error))]) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


def write_bytes(path: Path | str, content: bytes, code: str = "output.not_writable") -> None:
    """Write a whole file that way. Raises `InventoryError` when the place cannot be written."""
    with replacing(path, code) as temporary:
        temporary.write_bytes(content)
