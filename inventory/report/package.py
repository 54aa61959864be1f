"""A Word document as bytes that do not depend on the hour: parts in their order, one fixed date, one compression."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from ..core.files import write_bytes

EPOCH = (1980, 1, 1, 0, 0, 0)


def content(document: Any) -> bytes:
    """The file of a python-docx document."""
    raw, out = io.BytesIO(), io.BytesIO()
    document.save(raw)
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new:
        for name in sorted(old.namelist(), key=lambda n: (n != "[Content_Types].xml", n)):
            if name == "docProps/thumbnail.jpeg":  # a picture of the library's own empty document
                continue
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            part = old.read(name)
            if name == "_rels/.rels":
                part = _without_thumbnail(part)
            new.writestr(entry, part)
    return out.getvalue()


def _without_thumbnail(rels: bytes) -> bytes:
    import re

    return re.sub(rb'<Relationship [^>]*metadata/thumbnail"[^>]*/>', b"", rels)


def save(document: Any, path: str | Path) -> None:
    """Write the document, replacing an older file only when the new one is complete. Raises `InventoryError` where that
    cannot be done."""
    write_bytes(path, content(document))
