"""The probe of .xlsb: only how far its sheets reach. Formats and hidden content of this binary format are not looked
at, and readers say so."""

from __future__ import annotations

from .container import ZipParts
from .probe import Extent, Probe

ROW, FIRST_CELL, LAST_CELL = 0, 1, 11


def probe_workbook(archive: ZipParts) -> dict[str, Probe]:
    """Nothing but the check of the extent; raises `TooFar` for a stray cell."""
    for part in archive.namelist():
        if part.lower().startswith("xl/worksheets/") and part.lower().endswith(".bin"):
            _extent(archive.read(part)).check(part.rpartition("/")[2])
    return {}


def _extent(data: bytes) -> Extent:
    extent = Extent()
    at = row = 0
    while at < len(data):
        kind, at = _kind(data, at)
        size, at = _size(data, at)
        if kind == ROW and size >= 4:
            row = int.from_bytes(data[at : at + 4], "little") + 1
        elif FIRST_CELL < kind <= LAST_CELL and size >= 4:
            extent.take(row, int.from_bytes(data[at : at + 4], "little") + 1)
        at += size
    return extent


def _kind(data: bytes, at: int) -> tuple[int, int]:
    first = data[at]
    if first & 0x80 and at + 1 < len(data):
        return (first & 0x7F) | (data[at + 1] & 0x7F) << 7, at + 2
    return first, at + 1


def _size(data: bytes, at: int) -> tuple[int, int]:
    size = 0
    for shift in range(4):
        if at >= len(data):
            return size, at
        byte = data[at]
        at += 1
        size |= (byte & 0x7F) << 7 * shift
        if not byte & 0x80:
            break
    return size, at
