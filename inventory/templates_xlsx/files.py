"""Write a template, list or table of this package's making."""

from __future__ import annotations

from pathlib import Path

from ..core.files import write_bytes


def write_file(path: Path | str, content: bytes) -> None:
    """Write beside the target, then replace it. Raises `InventoryError` when the place cannot be written."""
    write_bytes(path, content, "template.not_writable")
