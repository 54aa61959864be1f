"""Widths of columns and heights of rows of a sheet of named styles, and how many pages side by side it takes."""

from __future__ import annotations

import math
from collections.abc import Mapping

from .contents import Group, SheetContents, contents, widest
from .model import OutputSheet

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
    return heights_of(contents(sheet), widths)


def heights_of(cells: SheetContents, widths: Mapping[int, float], broken: bool = False) -> dict[int, float]:
    """The same of cells that were gathered. `broken`: texts too wide for their column are taken to break into lines."""
    lines: dict[int, float] = {}
    for (style, col), texts in cells.texts.items():
        if style not in WRAPPED and not (broken and style == "text"):
            continue
        room = max(1.0, widths[col] - 1.5) if col in widths else 6.5
        rows, counts = texts.broken(room, widths[col] - 1.5 if style == "text" else -math.inf)
        for row, count in zip(rows.tolist(), counts.tolist(), strict=True):
            if count > lines.get(row, 1.0):
                lines[row] = count
    # 黑体 needs a little more
    return {row: min(409.0, (14.5 if row in cells.heads else LINE_POINTS) * n + 3) for row, n in lines.items()}


def column_widths(sheet: OutputSheet, least: float = 6, most: float = 60) -> dict[int, float]:
    """Width of every column: as set on the sheet, else what its cells show (wrapped, merged and heading-like cells
    aside)."""
    return widths_of(contents(sheet), sheet.widths, least, most)


def widths_of(cells: SheetContents, fixed: Mapping[int, float], least: float = 6, most: float = 60) -> dict[int, float]:
    """The same of cells that were gathered; `fixed` are the widths set on the sheet."""
    widths: dict[int, float] = dict.fromkeys(cells.merged, least)
    wanted: dict[Group, float] = {}
    for group, texts in cells.texts.items():
        wanted[group] = 0.0 if group[1] in fixed or group[0] in FREE else max(texts.widths) + 2
    for group, numbers in cells.numbers.items():
        if group[1] not in fixed and group[0] not in FREE:
            wanted[group] = max(wanted.get(group, 0.0), widest(numbers, group[0]) + 2)
        wanted.setdefault(group, 0.0)
    for (style, col), width in wanted.items():
        if style == "head":
            width = min(width, 14)
        elif style in WRAPPED:  # these break into lines: about three of them
            width = max(min(width, 34), min(width // 3, 60))
        widths[col] = max(widths.get(col, least), width)
    return {col: fixed.get(col, min(width, most)) for col, width in sorted(widths.items())}
