"""What a file really is, told by its first bytes and its parts, and whether a zipped one is safe to open."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from contextlib import nullcontext

from ..core.problems import Origin, Problem, problem

MAX_FILE = 100 * 10**6  # bytes of the file itself
MAX_UNPACKED = 600 * 10**6  # bytes of all parts together
MAX_PARTS = 5000
BEGINNING = 65_536  # bytes of a part in which its root element must begin
MAX_RATIO = 300  # unpacked : packed, of a part of more than a megabyte
DEFLATE_LIMIT = 1032  # no deflate stream can grow more than this

# files that hold tables, by their ending
TABLE_SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx", ".xlsm", ".xls", ".et", ".ods", ".xlsb")

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def what_is(data: bytes, suffix: str) -> str:
    """One of xlsx, xlsb, xls, ods, csv (readable), or the name of a message: empty, html, xml, pdf, word, picture, zip,
    password, binary, csv_named_xls."""
    if not data.strip(b"\x00 \r\n\t"):
        return "empty"
    if data[:8] == _OLE:
        return _inside_ole(data)
    if data[:2] == b"PK":
        parts = parts_of(data)
        return "cut_off" if parts is None else parts.kind
    head = data[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    low = head[:1024].lower()
    if low.startswith(b"%pdf"):
        return "pdf"
    if low.startswith((b"\x89png", b"\xff\xd8\xff", b"gif8", b"bm\x00", b"ii*\x00", b"mm\x00*")):
        return "picture"
    if low.startswith((b"rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        return "zip"
    if low.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")) or b"<html" in low or b"<table" in low:
        return "html"
    if low.startswith((b"<?xml", b"<workbook", b"mime-version")):
        return "xml"
    if data[:4] in (b"\x09\x08\x10\x00", b"\x09\x04\x06\x00", b"\x09\x02\x06\x00") or data[:2] == b"\x09\x08":
        return "xls"
    utf16 = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not utf16 and b"\x00" in data[:4096]:
        return "binary"
    return "csv_named_xls" if suffix in (".xls", ".xlsx", ".xlsm", ".et", ".ods", ".xlsb") else "csv"


def _inside_ole(data: bytes) -> str:
    """The old compound file holds a workbook, a document, or an encrypted package; stream names are UTF-16."""

    def has(name: str) -> bool:
        return name.encode("utf-16-le") in data

    if has("EncryptedPackage") or has("EncryptionInfo"):
        return "password"
    if has("WordDocument"):
        return "word"
    return "xls" if has("Workbook") or has("Book") else "binary"


class ZipParts:
    """The parts of a zipped workbook. Small ones are unpacked once for whoever looks at them: the check of the
    container and the probe."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self._kept: dict[str, bytes] = {}

    def namelist(self) -> list[str]:
        return self.archive.namelist()

    @property
    def kind(self) -> str:
        """xlsx, xlsb, ods, or the name of a message: word, zip."""
        names = set(self.namelist())
        if "xl/workbook.bin" in names:
            return "xlsb"
        if any(n.lower().endswith("workbook.xml") and n.lower().startswith("xl/") for n in names):
            return "xlsx"
        if any(n.startswith("word/") for n in names):
            return "word"
        return "ods" if "content.xml" in names and "mimetype" in names else "zip"

    def read(self, name: str) -> bytes:
        """A part, unpacked, its check sum compared."""
        kept = self._kept.get(name)
        return self.archive.read(name) if kept is None else kept

    def beginning(self, part: zipfile.ZipInfo) -> bytes:
        """The first 64 KiB of a part; a whole part that is no larger than that is kept for `read`."""
        text = _beginning(self.archive, part, self.data)
        if len(text) < BEGINNING and len(text) == part.file_size and zlib.crc32(text) == part.CRC:
            self._kept[part.filename] = text
        else:
            self._kept.pop(part.filename, None)  # of two parts of one name the last counts
        return text


def parts_of(data: bytes) -> ZipParts | None:
    """The parts of a zipped file; None where its directory is damaged in whatever way."""
    try:
        return ZipParts(data)
    except Exception:
        return None


def check_container(data: bytes, name: str, parts: ZipParts | None = None) -> Problem | None:
    """A problem if a zipped workbook is too big unpacked, is packed suspiciously tight, or declares XML entities; None
    if it is safe. `parts` are those of `data`, where somebody has opened them.

    Sizes that the archive states may lie: a part is unpacked (and thrown away) to count, unless even the tightest
    packing would fit the limit.
    """
    try:
        opened = parts or ZipParts(data)
        with nullcontext(opened.archive) if parts else opened.archive as archive:
            listed = archive.infolist()
            if len(listed) > MAX_PARTS or sum(p.file_size for p in listed) > MAX_UNPACKED:
                return problem("file.bomb", Origin(name))
            for part in listed:
                if part.file_size > 10**6 and part.file_size > MAX_RATIO * max(part.compress_size, 1):
                    return problem("file.bomb", Origin(name))
            if (
                sum(p.compress_size for p in listed) * DEFLATE_LIMIT > MAX_UNPACKED
                and _counted(archive, listed) > MAX_UNPACKED
            ):
                return problem("file.bomb", Origin(name))
            for part in listed:
                if part.filename.endswith((".xml", ".rels")) and _declares_entities(opened.beginning(part)):
                    return problem("file.entities", Origin(name), part=part.filename)
    except Exception as error:  # whatever a damaged archive sets off
        if "password" in str(error).lower() or "encrypt" in str(error).lower():
            return problem("file.password", Origin(name))
        return problem("file.cut_off", Origin(name))
    return None


def _counted(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> int:
    total = 0
    for part in parts:
        with archive.open(part) as stream:
            while block := stream.read(1 << 20):
                total += len(block)
                if total > MAX_UNPACKED:
                    return total
    return total


def _beginning(archive: zipfile.ZipFile, part: zipfile.ZipInfo, data: bytes) -> bytes:
    """The first 64 KiB of a part, its check sum compared where that is all of it. Packed parts are taken from `data` at
    once: opening each through the archive costs more than reading the workbook."""
    start = part.header_offset + 30
    header = data[part.header_offset : start]
    if part.compress_type != zipfile.ZIP_DEFLATED or part.flag_bits & 1 or header[:4] != b"PK\x03\x04":
        with archive.open(part) as stream:
            return stream.read(BEGINNING)
    names, extra = struct.unpack("<HH", header[26:30])
    if data[start : start + names] != part.orig_filename.encode("utf-8" if part.flag_bits & 0x800 else "cp437"):
        raise zipfile.BadZipFile(f"names of {part.filename!r} differ")
    start += names + extra
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    text = unpacking.decompress(data[start : start + part.compress_size], BEGINNING)
    if unpacking.eof and zlib.crc32(text) != part.CRC:
        raise zipfile.BadZipFile(f"bad CRC-32 of {part.filename!r}")
    return text


def _declares_entities(xml: bytes) -> bool:
    """A DOCTYPE or ENTITY stands before the root element, if anywhere; no spreadsheet program writes one."""
    if xml[:2] in (b"\xff\xfe", b"\xfe\xff"):
        xml = xml.decode("utf-16", "ignore").encode()
    root = re.search(rb"<[A-Za-z_]", xml)
    head = xml[: root.start()] if root else xml
    return b"<!DOCTYPE" in head or b"<!ENTITY" in head
