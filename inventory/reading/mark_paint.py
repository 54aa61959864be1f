"""Colours laid on the cells of a sheet's XML, everything else left as it is."""

from __future__ import annotations

import re

from ..core.places import position
from ..core.problems import SEVERITIES
from ..spreadsheets.probe_xlsx import attributes

COLOURS = {"error": "FFFF9999", "warning": "FFFFE699", "hint": "FFDDEBF7"}


class UnusualXml(Exception):
    """XML that is not safe to splice."""


class Painter:
    """Cell formats with a fill, made from the cell's own format when first needed."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        fills = re.search(rb"<fills\b[^>]*>", xml)
        body = re.search(rb"(<cellXfs\b[^>]*>)(.*?)</cellXfs>", xml, re.DOTALL)
        if not fills or fills[0].endswith(b"/>") or not body:
            raise UnusualXml
        self._first_fill = len(re.findall(rb"<fill\b", re.search(rb"<fills\b.*?</fills>", xml, re.DOTALL)[0]))  # type: ignore[index]
        self._formats = re.findall(rb"<xf\b[^>]*/>|<xf\b[^>]*[^/]>.*?</xf>", body[2], re.DOTALL)
        self._new: list[bytes] = []
        self._styles: dict[tuple[int, str], int] = {}

    def style(self, own: int, severity: str) -> int:
        key = (own, severity)
        if key not in self._styles:
            if own >= len(self._formats):
                raise UnusualXml
            fill = self._first_fill + SEVERITIES.index(severity)
            tag, rest = re.match(rb"(<xf\b[^>]*?)(/?>.*)", self._formats[own], re.DOTALL).groups()  # type: ignore[union-attr]
            tag = re.sub(rb'\s(fillId|applyFill)="[^"]*"', b"", tag)
            self._new.append(tag + b' fillId="%d" applyFill="1"' % fill + rest)
            self._styles[key] = len(self._formats) + len(self._new) - 1
        return self._styles[key]

    def styles(self) -> bytes:
        fills = b"".join(
            b'<fill><patternFill patternType="solid"><fgColor rgb="%s"/><bgColor indexed="64"/></patternFill></fill>'
            % COLOURS[s].encode()
            for s in SEVERITIES
        )
        xml = re.sub(rb"</fills>", lambda m: fills + m[0], self._xml, count=1)
        xml = re.sub(
            rb'(<fills\b[^>]*?\bcount=")[0-9]+"',
            lambda m: m[1] + b'%d"' % (self._first_fill + len(SEVERITIES)),
            xml,
            count=1,
        )
        xml = re.sub(rb"</cellXfs>", lambda m: b"".join(self._new) + m[0], xml, count=1)
        return re.sub(
            rb'(<cellXfs\b[^>]*?\bcount=")[0-9]+"',
            lambda m: m[1] + b'%d"' % (len(self._formats) + len(self._new)),
            xml,
            count=1,
        )


def _corner(xml: bytes, row: int, column: int) -> tuple[int, int]:
    """Within a merged area only the top-left cell shows its colour."""
    for ref in re.findall(rb'<mergeCell\b[^>]*ref="([A-Z]+[0-9]+:[A-Z]+[0-9]+)"', xml):
        (top, left), (bottom, right) = (position(p) for p in ref.decode().split(":"))
        if top <= row <= bottom and left <= column <= right:
            return top, left
    return row, column


def paint(xml: bytes, cells: dict[tuple[int, int], str], painter: Painter) -> bytes:
    """The sheet's XML with `s=` of these cells changed; cells and rows that do not exist are put in where they
    belong."""
    start = re.search(rb"<sheetData\s*/>|<sheetData\b[^>]*>", xml)
    if not start or b"<worksheet" not in xml[:2000]:
        raise UnusualXml
    if start[0].endswith(b"/>"):
        xml = xml[: start.start()] + b"<sheetData></sheetData>" + xml[start.end() :]
        start = re.search(rb"<sheetData>", xml)
    end = xml.index(b"</sheetData>")
    head, body, tail = xml[: start.end()], xml[start.end() : end], xml[end:]  # type: ignore[union-attr]
    rows = {}
    order = []
    for m in re.finditer(rb"<row\b([^>]*?)(?:/>|>(.*?)</row>)", body, re.DOTALL):
        stated = attributes(b"<row" + m[1] + b">").get("r")
        if stated is None:
            raise UnusualXml
        rows[int(stated)] = m
        order.append(int(stated))
    wanted: dict[int, dict[int, str]] = {}
    for (row, column), severity in cells.items():
        wanted.setdefault(row, {})[column] = severity
    out = []
    for number in sorted({*order, *wanted}):
        match = rows.get(number)
        if number not in wanted:
            out.append(match[0])  # type: ignore[index]
        else:
            given = match[1] if match is not None else b' r="%d"' % number
            inside = (match[2] or b"") if match is not None else b""
            out.append(b"<row" + given + b">" + _paint_row(inside, number, wanted[number], painter) + b"</row>")
    return head + b"".join(out) + tail


def _paint_row(inside: bytes, number: int, wanted: dict[int, str], painter: Painter) -> bytes:
    cells: dict[int, bytes] = {}
    for m in re.finditer(rb"<c\b[^>]*/>|<c\b[^>]*[^/]>.*?</c>", inside, re.DOTALL):
        ref = re.search(rb'\br="([A-Z]+)[0-9]+"', m[0].split(b">", 1)[0])
        if not ref:
            raise UnusualXml
        cells[position(ref[1].decode() + "1")[1]] = m[0]
    for column, severity in wanted.items():
        cell = cells.get(column)
        if cell is None:
            cells[column] = b'<c r="%s%d" s="%d"/>' % (letters_of(column), number, painter.style(0, severity))
            continue
        tag, rest = cell.split(b">", 1)
        own = re.search(rb'\ss="([0-9]+)"', tag)
        style = painter.style(int(own[1]) if own else 0, severity)
        tag = (
            tag[: own.start()] + b' s="%d"' % style + tag[own.end() :]
            if own
            else tag.replace(b"<c", b'<c s="%d"' % style, 1)
        )
        cells[column] = tag + b">" + rest
    return b"".join(cells[c] for c in sorted(cells))


def letters_of(column: int) -> bytes:
    from ..core.places import column_letters

    return column_letters(column).encode()
