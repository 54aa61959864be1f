"""The probe of .xls (and .et, the same format): the records of the old workbook, out of its compound file.

Only what the fast reader hides is looked for: error values, percent formats, struck-out fonts, hidden rows and columns,
the extent. What is damaged is left to the reader, which says so; nothing here raises for it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from .probe import Extent, Place, Probe
from .probe_xlsx import shows_divided, shows_percent

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
BOF, EOF, BOUNDSHEET, FONT, FORMAT, XF = 0x0809, 0x000A, 0x0085, 0x0031, 0x041E, 0x00E0
ROW, COLINFO, FILTERMODE, FILEPASS = 0x0208, 0x007D, 0x009B, 0x002F
NUMBER, RK, MULRK, FORMULA, BOOLERR = 0x0203, 0x027E, 0x00BD, 0x0006, 0x0205
TEXTS = frozenset({0x00FD, 0x0204, 0x00D6})


def probe_workbook(data: bytes) -> dict[str, Probe]:
    """Probe of every worksheet by sheet name; sheets with nothing to tell are left out. Raises `TooFar` for a stray
    cell."""
    try:
        stream = _stream(data) if data[:8] == _OLE else data
        return _probes(stream)
    except (struct.error, IndexError, ValueError, UnicodeDecodeError, OverflowError):
        return {}


# ---- the compound file ----


def _stream(data: bytes) -> bytes:
    """The stream `Workbook` (or `Book`)."""
    size = 1 << struct.unpack_from("<H", data, 0x1E)[0]
    small = 1 << struct.unpack_from("<H", data, 0x20)[0]
    if not (128 <= size <= 1 << 16 and 8 <= small <= size):
        raise ValueError("sector size")
    fat_count, first_dir, _, cutoff, first_small, _, first_difat, difat_count = struct.unpack_from("<8I", data, 0x2C)
    tables = list(struct.unpack_from("<109I", data, 0x4C))
    per = size // 4
    at, seen = first_difat, 0
    while at < _END and seen < min(difat_count, 4096):
        block = struct.unpack_from(f"<{per}I", data, (at + 1) * size)
        tables += block[:-1]
        at, seen = block[-1], seen + 1
    fat: list[int] = []
    for sector in tables[:fat_count]:
        if sector < _END and (sector + 2) * size <= len(data) + size:
            fat += struct.unpack_from(f"<{per}I", data[(sector + 1) * size : (sector + 2) * size].ljust(size, b"\xff"))
    directory = _chain(data, fat, first_dir, size)
    entries = [directory[i : i + 128] for i in range(0, len(directory) - 127, 128)]
    root = next((e for e in entries if e[66] == 5), b"")
    for entry in entries:
        name = entry[: max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)].decode("utf-16-le", "replace")
        if entry[66] == 2 and name in ("Workbook", "Book"):
            start, length = struct.unpack_from("<2I", entry, 116)
            if length >= cutoff or not root:
                return _chain(data, fat, start, size)[:length]
            inner = _chain(data, fat, struct.unpack_from("<I", root, 116)[0], size)
            table = _chain(data, fat, first_small, size)
            mini = list(struct.unpack(f"<{len(table) // 4}I", table[: len(table) // 4 * 4]))
            return b"".join(inner[s * small : (s + 1) * small] for s in _sectors(mini, start))[:length]
    raise ValueError("no workbook")


def _sectors(fat: list[int], start: int) -> Iterator[int]:
    seen = 0
    while start < len(fat) and seen <= len(fat):
        yield start
        start, seen = fat[start], seen + 1


def _chain(data: bytes, fat: list[int], start: int, size: int) -> bytes:
    return b"".join(data[(s + 1) * size : (s + 2) * size] for s in _sectors(fat, start))


# ---- the records ----


@dataclass
class _Book:
    """What the globals of the workbook say: sheets by the place of their records, percent formats and those that divide,
    struck fonts, and cell formats."""

    sheets: dict[int, str] = field(default_factory=dict)
    formats: set[int] = field(default_factory=lambda: {9, 10})
    dividing: set[int] = field(default_factory=set)
    fonts: list[bool] = field(default_factory=list)
    cells: list[tuple[int, int]] = field(default_factory=list)  # (font, number format)

    def percent(self, xf: int) -> bool:
        return xf < len(self.cells) and self.cells[xf][1] in self.formats

    def divided(self, xf: int) -> bool:
        return xf < len(self.cells) and self.cells[xf][1] in self.dividing

    def struck(self, xf: int) -> bool:
        font = self.cells[xf][0] if xf < len(self.cells) else 0
        font -= font > 4  # there is no font number 4
        return font < len(self.fonts) and self.fonts[font]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        at += 4 + length


def _probes(stream: bytes) -> dict[str, Probe]:
    book = _Book()
    wide = len(stream) > 6 and struct.unpack_from("<H", stream, 4)[0] >= 0x0600
    for kind, body in _records(stream, 0):
        if kind == EOF:
            break
        if kind == FILEPASS:
            return {}
        if kind == BOUNDSHEET and len(body) > 7:
            book.sheets[struct.unpack_from("<I", body)[0]] = _text(body[6:], 1, wide)
        elif kind == FONT and len(body) >= 4:
            book.fonts.append(bool(struct.unpack_from("<H", body, 2)[0] & 8))
        elif kind == FORMAT and len(body) > 4:
            code = _text(body[2:], 2 if wide else 1, wide)
            if shows_percent(code):
                book.formats.add(struct.unpack_from("<H", body)[0])
            if shows_divided(code):
                book.dividing.add(struct.unpack_from("<H", body)[0])
        elif kind == XF and len(body) >= 4:
            book.cells.append(struct.unpack_from("<2H", body))
    out = {}
    for place, title in book.sheets.items():
        probe = _sheet(stream, place, title, book)
        if probe.has_content:
            out[title] = probe
    return out


def _text(body: bytes, length_bytes: int, wide: bool) -> str:
    """A string with its length in front; of 16-bit letters when its flag says so."""
    count = int.from_bytes(body[:length_bytes], "little")
    body = body[length_bytes:]
    if not wide:
        return body[:count].decode("gb18030", "replace")
    if body[:1] and body[0] & 1:
        return body[1 : 1 + 2 * count].decode("utf-16-le", "replace")
    return body[1 : 1 + count].decode("latin-1")


@dataclass
class _Sheet:
    errors: dict[Place, str] = field(default_factory=dict)
    percents: set[Place] = field(default_factory=set)
    struck: set[Place] = field(default_factory=set)
    scaled: set[Place] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    folded: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)
    filtered: bool = False
    extent: Extent = field(default_factory=Extent)

    def cell(self, row: int, column: int, xf: int, book: _Book, number: bool) -> None:
        place = (row + 1, column + 1)
        self.extent.take(*place)
        if number and book.percent(xf):
            self.percents.add(place)
        if number and book.divided(xf):
            self.scaled.add(place)
        if book.struck(xf):
            self.struck.add(place)


def _sheet(stream: bytes, at: int, title: str, book: _Book) -> Probe:
    sheet = _Sheet()
    depth = 0
    for kind, body in _records(stream, at):
        if kind == BOF:
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                break
        elif depth == 1:  # charts inside the sheet have records of their own
            _record(kind, body, sheet, book)
    sheet.extent.check(title)
    filtered = sheet.folded | (sheet.hidden if sheet.filtered else set())
    return Probe(
        dict.fromkeys(sheet.errors, "error"),
        sheet.errors,
        frozenset(sheet.percents),
        frozenset(sheet.struck),
        frozenset(sheet.hidden - filtered),
        frozenset(sheet.columns),
        frozenset(filtered),
        frozenset(sheet.scaled),
    )


def _record(kind: int, body: bytes, sheet: _Sheet, book: _Book) -> None:
    if kind == ROW and len(body) >= 14:
        row, flags, height = (
            struct.unpack_from("<H", body)[0] + 1,
            struct.unpack_from("<H", body, 12)[0],
            struct.unpack_from("<H", body, 6)[0],
        )
        if flags & 0x20 or height & 0x7FFF == 0:
            (sheet.folded if flags & 7 else sheet.hidden).add(row)
    elif kind == COLINFO and len(body) >= 10:
        first, last, width, _, flags = struct.unpack_from("<5H", body)
        if (flags & 1 or width == 0) and not flags & 0x700:
            sheet.columns.update(range(first + 1, min(last, 255) + 2))
    elif kind == FILTERMODE:
        sheet.filtered = True
    elif kind == MULRK and len(body) >= 6:
        row, first = struct.unpack_from("<2H", body)
        for i in range((len(body) - 6) // 6):
            sheet.cell(row, first + i, struct.unpack_from("<H", body, 4 + 6 * i)[0], book, True)
    elif kind in (NUMBER, RK, FORMULA, BOOLERR) and len(body) >= 8:
        row, column, xf = struct.unpack_from("<3H", body)
        sheet.cell(row, column, xf, book, True)
        code = -1
        if kind == FORMULA and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2:
            code = body[8]
        elif kind == BOOLERR and body[7]:
            code = body[6]
        if code >= 0:
            sheet.errors[row + 1, column + 1] = ERRORS.get(code, "#")
    elif kind in TEXTS and len(body) >= 6:
        row_at, column_at, style_at = struct.unpack_from("<3H", body)
        sheet.cell(row_at, column_at, style_at, book, False)
