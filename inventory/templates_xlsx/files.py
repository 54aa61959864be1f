"""Write a file so that an older one is replaced only when the new one is complete."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from ..core.problems import InventoryError, Origin, problem


def write_file(path: Path | str, content: bytes) -> None:
    """Write beside the target, then replace it. Raises `InventoryError` when the place cannot be written."""
    target = Path(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.stem}-", suffix=".tmp", dir=target.parent or Path("."))
        try:
            with os.fdopen(handle, "wb") as f:
                f.write(content)
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(name, 0o666 & ~mask)
            os.replace(name, target)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise InventoryError([problem("template.not_writable", Origin(str(target)), reason=error.strerror or str(error))]) from error
