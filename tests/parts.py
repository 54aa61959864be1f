"""What a workbook holds, apart from how it was compressed: committed files are compared so that another zlib does not
fail them."""

from __future__ import annotations

import io
import zipfile


def parts(workbook: bytes) -> list[tuple[str, bytes]]:
    """Names and contents of all parts, in the order of the archive."""
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]
