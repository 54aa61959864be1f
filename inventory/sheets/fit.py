"""A wide sheet on fewer sheets of paper: its columns of text get narrower and break into lines, so that it prints one
page wide (or as few as its figures allow) with no letter below eight points."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .contents import SheetContents, contents, widest
from .look import wide
from .model import OutputCell, OutputSheet, width_of
from .widths import FREE, LINE_POINTS, WRAPPED, heights_of, pages_wide, width_points, width_room, widths_of

BROKEN = frozenset({*WRAPPED, "text"}) - {"head"}  # texts in these styles may stand on several lines
WHOLE_ROW = ("note", "banner", "wrap", "formula")  # merged texts whose height follows from their width
LEAST_TEXT, LEAST_NAME, STEP = 9.0, 15.0, 3.0  # characters
MOST_TEXT = 60.0
EDGE = 60.0  # points of a page that the next column does not fit into
SHARES = (0.5, 0.9, 1.0)  # of the texts of a column that its width is first chosen by
MOST_ROWS = 150  # rows the widths are chosen by; more are sampled evenly


@dataclass(frozen=True)
class _Needed:
    """What the columns of a sheet need: the least width of each, and the widths of its texts by row."""

    least: dict[int, float]
    texts: dict[int, dict[int, float]]


def fitted(sheet: OutputSheet) -> OutputSheet:
    """The sheet with all widths and heights; with narrower columns of text where that saves pages. A sheet with a page
    of its own stays as it is."""
    if sheet.page is not None:
        return sheet
    cells = contents(sheet)
    widths = widths_of(cells, sheet.widths)
    pages = 1 if sheet.hidden else pages_wide(widths, sheet.portrait, sheet.freeze[1])
    if pages > 1:
        need = _needed(sheet, cells, widths)
        for fewer in range(1, pages):
            room, times = _room(sheet, fewer), dict.fromkeys(range(sheet.freeze[1]), fewer)
            if _Texts({}, times).points(need.least) <= room:
                return _narrowed(sheet, cells, [widths, _shared(need, widths, room, times)])
    return replace(sheet, widths=widths, heights={**heights_of(cells, widths), **sheet.heights})


def _room(sheet: OutputSheet, pages: int) -> float:
    """Points of all columns on so many pages; a column is not cut by the edge of a page."""
    return pages * (width_room(sheet.portrait) - (EDGE if pages > 1 else 2.0))


def _needed(sheet: OutputSheet, cells: SheetContents, widths: Mapping[int, float]) -> _Needed:
    texts: dict[int, dict[int, float]] = {}
    least = {col: min(w, 4.0) for col, w in widths.items()}
    others: dict[int, float] = {}  # columns with something else than texts that may break -> what that needs
    for (style, col), of in cells.texts.items():
        if style in FREE:
            continue
        filled = [(row, text, width) for row, text, width in zip(of.rows, of.values, of.widths, strict=True) if text]
        if not filled:
            continue
        if style in BROKEN:
            texts.setdefault(col, {}).update((row, width) for row, _, width in filled)
            wanted = max(min(width + 2.0, LEAST_NAME if text.isascii() else LEAST_TEXT) for _, text, width in filled)
        elif style == "head":
            wanted = _head(text for _, text, _ in filled)
        else:
            others[col] = max(others.get(col, 0.0), max(width for _, _, width in filled) + 2.0)
            continue
        least[col] = max(least[col], min(wanted, max(widths[col], 6.0)))
    for (style, col), numbers in cells.numbers.items():
        if style == "head":
            least[col] = max(least[col], min(_head(map(str, numbers)), max(widths[col], 6.0)))
        elif style not in FREE:
            others[col] = max(others.get(col, 0.0), widest(numbers, style) + 2.0)
    for col in widths:  # columns to write in
        if col not in texts and col in sheet.widths and col not in others:
            least[col] = widths[col]
    for col, wanted in others.items():
        known = col not in texts and col not in sheet.widths  # as wide as its figures already
        least[col] = max(least[col], widths[col] if known else min(wanted, widths[col]))
    return _Needed(least, texts)


def _head(texts: Iterable[str]) -> float:
    """What headings need at least: a Latin word stays whole."""
    return min(15.0, max((len(word) for text in texts for word in text.split() if not wide(word[0])), default=0) + 3.0)


@dataclass(frozen=True)
class _Texts:
    """Widths of the texts of each column by row, and how often a column stands on paper."""

    lengths: Mapping[int, np.ndarray]
    times: Mapping[int, int]

    def lines(self, widths: Mapping[int, float]) -> float:
        """Lines of all rows, each as high as its longest text."""
        return float(np.maximum.reduce([_lines(of, widths[col]) for col, of in self.lengths.items()]).sum())

    def points(self, widths: Mapping[int, float]) -> float:
        return sum(width_points(w) * self.times.get(col, 1) for col, w in widths.items())


def _shared(need: _Needed, widths: Mapping[int, float], room: float, times: Mapping[int, int]) -> dict[int, float]:
    """The least widths, and what is left to the columns whose texts then take the fewest lines."""
    rows = sorted({row for texts in need.texts.values() for row in texts})
    rows = rows[:: max(1, len(rows) // MOST_ROWS)]
    if not rows:
        return dict(need.least)
    texts = _Texts(
        {
            col: np.array([of.get(row, 0.0) for row in rows])
            for col, of in need.texts.items()
            if any(r in of for r in rows)
        },
        times,
    )
    offers = [_grown(texts, _even(texts, need.least, room, share), room) for share in SHARES]
    return {col: min(w, max(widths[col], MOST_TEXT)) for col, w in min(offers, key=texts.lines).items()}


def _even(texts: _Texts, least: Mapping[int, float], room: float, share: float) -> dict[int, float]:
    """Widths at which this share of the texts of every column takes at most so many lines, as few as there is room."""
    longest = {col: float(np.quantile(of[of > 0], share)) for col, of in texts.lengths.items() if (of > 0).any()}
    for count in np.arange(1.0, 12.0, 0.25):
        result = {col: max(w, longest.get(col, 0.0) / count + 1.5) for col, w in least.items()}
        if texts.points(result) <= room:
            return result
    return dict(least)


def _grown(texts: _Texts, widths: dict[int, float], room: float) -> dict[int, float]:
    """What room is left goes to the columns where it saves most lines."""
    lines = {col: _lines(of, widths[col]) for col, of in texts.lengths.items()}
    left = room - texts.points(widths)
    while lines:
        best, chosen = (0.0, 0.0), -1
        for col, of in texts.lengths.items():
            others = np.maximum.reduce([lines[c] for c in lines if c != col] or [np.ones(len(of))])
            fewer = _lines(of, widths[col] + STEP)
            gain = float(np.maximum(others, lines[col]).sum() - np.maximum(others, fewer).sum())
            best, chosen = max((best, chosen), ((gain, float(lines[col].sum() - fewer.sum())), col))
        left -= STEP * 5.25 * texts.times.get(chosen, 1)
        if chosen < 0 or left < 0:
            return widths
        widths[chosen] += STEP
        lines[chosen] = _lines(texts.lengths[chosen], widths[chosen])
    return widths


def _lines(widths: np.ndarray, width: float) -> np.ndarray:
    return np.maximum(1.0, np.ceil(widths / (width - 1.5)))


def _narrowed(sheet: OutputSheet, cells: SheetContents, offers: Sequence[dict[int, float]]) -> OutputSheet:
    """The sheet with those of the widths that take least paper; its texts too wide for their columns break into lines."""
    heights = [{**heights_of(cells, w, broken=True), **sheet.heights, **_merged_heights(sheet, w)} for w in offers]
    rows = sheet.rows
    areas = [_area(sheet, w, h, rows) for w, h in zip(offers, heights, strict=True)]
    best = areas.index(min(areas))
    widths = offers[best]
    changed = dict(sheet.cells)
    for place, (value, style, formula, link) in sheet.cells.items():
        if style == "text" and isinstance(value, str) and width_of(value) > widths[place[1]] - 1.5:
            changed[place] = OutputCell(value, "wrap", formula, link)
    return replace(sheet, cells=changed, widths=widths, heights=heights[best])


def _merged_heights(sheet: OutputSheet, widths: Mapping[int, float]) -> dict[int, float]:
    """Heights of the rows of a text over several columns."""
    heights: dict[int, float] = {}
    for r0, c0, r1, c1 in sheet.merges:
        merged = sheet.cells.get((r0, c0))
        if r0 != r1 or merged is None or not isinstance(merged.value, str):
            continue
        broken = merged.style == "text" and width_of(merged.value) > widths[c0] - 1.5
        if broken or merged.style in WHOLE_ROW:
            room = sum(widths.get(c, 8.43) for c in range(c0, c1 + 1)) - 2.0
            count = sum(max(1.0, np.ceil(width_of(part) / room)) for part in merged.value.split("\n"))
            heights[r0] = float(LINE_POINTS * count + 3)
    return heights


def _area(sheet: OutputSheet, widths: dict[int, float], heights: Mapping[int, float], rows: int) -> float:
    """Points of paper from top to bottom of all pages side by side."""
    below = sum(heights.values()) + 15.0 * (rows - len(heights))
    return below * pages_wide(widths, sheet.portrait, sheet.freeze[1])
