"""A sheet of named styles put on paper as the province's filed tables stand there: A4, one page wide with no letter below
eight points, title over the whole width, heads repeated, page number at the foot, a line to sign."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from .look import LEAST_POINTS, WARNING, column_points, lines_needed, measure, page_number
from .model import OutputCell, OutputSheet, Page, width_of
from .style import NAMED, NUMERIC, shown
from .widths import LEAST_SCALE, column_widths, row_heights

EDGE = {False: 18.0, True: 14.0}  # millimetres left and right of a standing and a lying page
LINE = 1.32  # line height over letter height
TITLES = ("page_title", "cover_title")
WIDE_TEXT = 40.0  # characters: longer texts break into lines
WHOLE_WIDTH = (*TITLES, "sign", "note", "banner")


def paper(landscape: bool, notice: str, lang: str, scale: float = 1.0, one_high: bool = False) -> Page:
    """The page of a filed table; `notice` stands in the warning colour at the upper right. Offices that scale header and
    footer with the sheet print them no smaller than eight points."""
    face = "宋体,Regular" if lang == "zh" else "Times New Roman,Regular"
    header = f'&R&"{face}"&{math.ceil(LEAST_POINTS / scale)}&K{WARNING[1:]}{notice}' if notice else ""
    side = EDGE[landscape]
    foot = page_number(math.ceil(9 / scale))
    return Page(landscape, header, foot, side, side, one_high=one_high, protected=False)


def room(landscape: bool) -> float:
    """Points between the margins."""
    return ((297.0 if landscape else 210.0) - 2 * EDGE[landscape]) / 25.4 * 72.0


def on_paper(sheet: OutputSheet, notice: str, lang: str) -> None:
    """Widths, heights and page of a sheet. Call it when all its cells are written, before it is saved."""
    widths = _widened(sheet, _filled(sheet, column_widths(sheet)))
    landscape = not sheet.portrait and _points(widths) > room(False)
    sheet.widths = widths = _squeezed(sheet, widths, room(landscape) / LEAST_SCALE)
    _break_texts(sheet, widths)
    _whole_width(sheet, widths)
    sheet.heights = {**row_heights(sheet, widths), **sheet.heights}
    _repeat_heads(sheet)
    one_high = sheet.one_page and _one_high(sheet, landscape)
    if not one_high:
        _break_at_titles(sheet, landscape)
    scale = LEAST_SCALE if one_high else max(LEAST_SCALE, min(1.0, room(landscape) / _points(widths)))
    sheet.page = paper(landscape, notice, lang, scale, one_high)


def signature_gap(words: Sequence[str], points: float, size: float, lang: str) -> str:
    """The blanks between the words of a line to sign, so that the line fills the width."""
    blank = "　" if lang == "zh" else " "
    spare = points - sum(measure(w, size) for w in words) - 6
    return blank * max(2, int(spare / max(1, len(words) - 1) / measure(blank, size)) - (0 if lang == "zh" else 3))


def sign(sheet: OutputSheet, words: Sequence[str], lang: str) -> None:
    """A line to sign below everything on the sheet."""
    widths = _filled(sheet, column_widths(sheet))
    points = min(_points(widths), room(True) / LEAST_SCALE)
    line = signature_gap([*words, "　" * 4], points, NAMED["sign"].size, lang).join(words)
    row = sheet.rows + 1
    sheet.text(row, 0, line, "sign")
    sheet.heights[row] = 20.0


def _points(widths: dict[int, float]) -> float:
    return sum(column_points(w) + 4.5 for w in widths.values())


def _filled(sheet: OutputSheet, widths: dict[int, float]) -> dict[int, float]:
    """A width for every column up to the last."""
    return {c: widths.get(c, 8.43) for c in range(max([*widths, sheet.columns - 1]) + 1)}


def _widened(sheet: OutputSheet, widths: dict[int, float]) -> dict[int, float]:
    """Widths that show every short text on one line, where the page has the room."""
    wide = dict(widths)
    for (_, col), cell in sheet.cells.items():
        if cell.style in ("text", "center") and isinstance(cell.value, str):
            wide[col] = max(wide[col], min(width_of(cell.value) + 1.5, WIDE_TEXT))
    return wide if _points(wide) <= room(not sheet.portrait) else widths


def _squeezed(sheet: OutputSheet, widths: dict[int, float], points: float) -> dict[int, float]:
    """Widths that show every figure whole, within `points`: columns give what their figures do not need."""
    least = {c: min(w, 6.0) for c, w in widths.items()}
    for (_, col), cell in sheet.cells.items():
        if not isinstance(cell.value, str):
            least[col] = max(least[col], width_of(shown(cell.value, str(cell.style))) + 1.5)
        elif cell.style == "head" and cell.value.isascii():  # words of a heading stay whole
            least[col] = max(least[col], min(15.0, max(map(len, cell.value.split()), default=0) + 2.5))
    widths = {c: max(w, least[c]) for c, w in widths.items()}
    if _points(widths) <= points:
        return widths
    spare, over = _points(widths) - _points(least), _points(widths) - points
    part = min(1.0, over / spare) if spare else 0.0
    return {c: int(8 * (w - (w - least[c]) * part)) / 8 for c, w in widths.items()}


def _break_texts(sheet: OutputSheet, widths: dict[int, float]) -> None:
    """Texts wider than their column break into lines."""
    for place, cell in sheet.cells.items():
        broken = cell.style in ("text", "center") and isinstance(cell.value, str)
        if broken and width_of(str(cell.value)) > widths[place[1]] - 1:
            sheet.cells[place] = OutputCell(cell.value, "wrap", cell.formula, cell.link)


def _whole_width(sheet: OutputSheet, widths: dict[int, float]) -> None:
    """Titles, notes and lines to sign stand over all columns."""
    last = max(widths)
    points = _points(widths)
    begun = {(r, c) for r, c, _, _ in sheet.merges}
    for (row, col), cell in sheet.cells.items():
        if col or cell.style not in WHOLE_WIDTH or not isinstance(cell.value, str):
            continue
        if last and (row, col) not in begun and not any(r == row and c for r, c in sheet.cells):
            sheet.merges.append((row, 0, row, last))
        look = NAMED[str(cell.style)]
        lines = lines_needed(cell.value, look.size, points, look.bold)
        sheet.heights.setdefault(row, lines * look.size * LINE + 4.0)


def _repeat_heads(sheet: OutputSheet) -> None:
    """The heads of a sheet of one table are repeated on its pages; of several tables each begins with its own."""
    heads = sorted({row for (row, _), cell in sheet.cells.items() if cell.style == "head"})
    labelled = {
        row for (row, _), cell in sheet.cells.items() if str(cell.style).partition(":")[0] in ("text", *NUMERIC)
    }
    heads = [row for row in heads if row not in labelled]
    if heads and heads[-1] - heads[0] == len(heads) - 1 and sheet.head is None:
        sheet.head = (heads[0], heads[-1])


def _one_high(sheet: OutputSheet, landscape: bool) -> bool:
    """Whether all rows stand on one page at the least scale."""
    return sum(_heights(sheet)) <= _page_height(landscape)


def _heights(sheet: OutputSheet) -> list[float]:
    return [sheet.heights.get(row, 15.0) for row in range(sheet.rows)]


def _page_height(landscape: bool) -> float:
    """Points of rows on a page at the least scale."""
    return ((210.0 if landscape else 297.0) / 25.4 * 72.0 - 110.0) / LEAST_SCALE


def _break_at_titles(sheet: OutputSheet, landscape: bool) -> None:
    """Of several tables with titles of their own, one that would run over the page begins the next."""
    heights, begun = _heights(sheet), 0
    titles = sorted(row for (row, _), cell in sheet.cells.items() if cell.style == "page_title")
    for title, end in pairwise([*titles, sheet.rows]):
        if title > titles[0] and sum(heights[begun:end]) > _page_height(landscape):
            sheet.breaks.append(title)
            begun = title


__all__ = ["on_paper", "paper", "room", "sign", "signature_gap"]
