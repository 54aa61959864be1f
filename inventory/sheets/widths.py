"""Widths of columns and heights of rows of a sheet of named styles, and how many pages side by side it takes."""

from __future__ import annotations

import math

from .model import OutputSheet, width_of
from .style import shown

WRAPPED = frozenset({"wrap", "warn", "head", "label", "line_total", "banner"})
# texts that stand free over the columns to their right
FREE = frozenset(
    {"title", "subtitle", "section", "step", "note", "formula", "bare", "cover_title", "page_title", "sign"}
)
# points of width on A4, standing and lying, within the margins of the working book
PRINTED = {True: 538.0, False: 784.0}
LEAST_SCALE = 0.82  # ten-point letters stay above eight points
LINE_POINTS = 13.5  # a line of ten-point letters


def pages_wide(widths: dict[int, float], portrait: bool, frozen: int = 0) -> int:
    """Pages side by side so that no letter is printed smaller than eight points; columns that stay in view are repeated
    on each."""
    points = {col: width_points(w) for col, w in widths.items()}
    whole, kept = sum(points.values()), sum(p for col, p in points.items() if col < frozen)
    room = width_room(portrait)
    if whole <= room or kept > 0.6 * room:
        return max(1, math.ceil(whole / room))
    return 1 + math.ceil((whole - room) / (room - kept))


def width_points(width: float) -> float:
    """Points of a column of so many characters."""
    return int(width * 7 + 5) * 0.75


def width_room(portrait: bool) -> float:
    """Points of columns on one page at the least scale."""
    return PRINTED[portrait] / LEAST_SCALE


def row_heights(sheet: OutputSheet, widths: dict[int, float]) -> dict[int, float]:
    """Heights of rows whose texts break into lines (merged ones are set where they are written): offices do not all
    work them out on opening."""
    inside = {(r0, c0) for r0, c0, r1, c1 in sheet.merges if c1 > c0 or r1 > r0}
    rooms = {col: max(1.0, width - 1.5) for col, width in widths.items()}
    lines: dict[int, int] = {}
    heads: set[int] = set()  # 黑体 needs a little more
    for place, cell in sheet.cells.items():
        style, value = cell.style, cell.value
        if style not in WRAPPED:
            continue
        row, col = place
        if style == "head":
            heads.add(row)
        if not isinstance(value, str) or place in inside:
            continue
        room = rooms.get(col, 6.5)
        if "\n" in value:
            count = sum(max(1, math.ceil(width_of(part) / room)) for part in value.split("\n"))
        elif (wanted := width_of(value)) > room:
            count = math.ceil(wanted / room)
        else:
            continue
        if count > 1:
            lines[row] = max(lines.get(row, 1), count)
    return {row: min(409.0, (14.5 if row in heads else LINE_POINTS) * count + 3) for row, count in lines.items()}


def column_widths(sheet: OutputSheet, least: float = 6, most: float = 60) -> dict[int, float]:
    """Width of every column: as set on the sheet, else what its cells show (wrapped, merged and heading-like cells
    aside)."""
    widths: dict[int, float] = {}
    inside = {(r, c) for r0, c0, r1, c1 in sheet.merges for r in range(r0, r1 + 1) for c in range(c0, c1 + 1)}
    for place, cell in sheet.cells.items():
        col, style = place[1], cell.style
        if col in sheet.widths or style in FREE or place in inside:
            widths.setdefault(col, least)
            continue
        wanted = width_of(shown(cell.value, str(style))) + 2
        if style == "head":
            wanted = min(wanted, 14)
        elif style in WRAPPED:  # these break into lines: about three of them
            wanted = max(min(wanted, 34), min(wanted // 3, 60))
        if wanted > widths.get(col, least):
            widths[col] = wanted
        else:
            widths.setdefault(col, least)
    return {col: sheet.widths.get(col, min(width, most)) for col, width in sorted(widths.items())}
