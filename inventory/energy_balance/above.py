"""What stands above a table: title, region, year, unit line, kind of data. Explicit lines come first, then the title,
the file name, the sheet name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from ..core.problems import Collector, Origin
from ..spreadsheets.cells import Sheet
from .find import Frame
from .printed import PrintedWords, flat_text, unit_line

TABLE_WORDS = ("平衡表", "energy balance")
_YEARBOOK = re.compile(
    r"(年鉴|制度)\s*[-—(（]?\s*(19|20)\d{2}|(19|20)\d{2}\s*年?(版|年鉴)|yearbook\s*(19|20)\d{2}", re.IGNORECASE
)
_BOOK = re.compile(r"《[^》]*》|中国(能源)?统计年鉴")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_KIND = re.compile(r"数据性质\s*[::]\s*(统计|部门|调查|估算|示例)")
_CONTINUED = re.compile(r"续\s*表|\(\s*续\s*\)|continued", re.IGNORECASE)

Regions = tuple[tuple[str, tuple[str, ...]], ...]  # each region with its other spellings


@dataclass(frozen=True)
class Above:
    """The texts outside a table, and what they say. `units` are those of a unit line; `continued`: this is the second
    part of a table."""

    title: tuple[str, ...]
    notes: tuple[str, ...]
    units: tuple[str, ...]
    kind: str
    continued: bool


def above_of(frame: Frame, words: PrintedWords) -> Above:
    """Reads the texts above the first heading and below the last row."""
    title = _texts(frame.sheet, range(1, frame.top))
    notes = _texts(frame.sheet, range(frame.last + 1, frame.sheet.height + 1))
    units = [
        u for text in (*title, *_heading_lines(frame)) for u in (unit_line(text, words) or _tail_units(text, words))
    ]
    kind = next((m[1] for text in (*title, *notes) if (m := _KIND.search(unicodedata.normalize("NFKC", text)))), "统计")
    return Above(title, notes, tuple(dict.fromkeys(units)), kind, any(_CONTINUED.search(flat_text(t)) for t in title))


def _texts(sheet: Sheet, rows: Iterable[int]) -> tuple[str, ...]:
    return tuple(sheet.cell(r, c).text for r in rows for c in range(1, sheet.width + 1) if not sheet.cell(r, c).blank)


def _heading_lines(frame: Frame) -> Iterable[str]:
    """A unit line may stand within a heading block (续表 with its own) or in a label column."""
    for block in frame.blocks:
        for r in range(block.top, block.data):
            for c in range(1, frame.sheet.width + 1):
                cell = frame.sheet.cell(r, c)
                if cell.kind == "text" and "单位" in cell.text:
                    yield cell.text


def _tail_units(text: str, words: PrintedWords) -> tuple[str, ...]:
    """江苏能源平衡表（2007年） 单位：万吨, all in one cell."""
    at = flat_text(text).find("单位")
    return (unit_line(flat_text(text)[at:], words) or ()) if at > 0 else ()


def _places(sheet: Sheet, texts: Iterable[str]) -> list[str]:
    """Texts that may tell region and year, the most telling first."""
    plain = [unicodedata.normalize("NFKC", t) for t in texts]
    explicit = [t for t in plain if re.match(r"\s*(地区|省份|年份|年度|region|year)\s*[::]", t, re.IGNORECASE)]
    titles = [t for t in plain if any(w in t.lower() for w in TABLE_WORDS) and t not in explicit]
    return [
        *explicit,
        *titles,
        *(t for t in plain if t not in explicit and t not in titles and len(t) < 60),
        sheet.file,
        sheet.name,
    ]


def region_of(sheet: Sheet, above: Above, regions: Regions, problems: Collector) -> str:
    """The one region that title, file or sheet names; empty, with the problem in `found`, when none or several do."""
    for text in _places(sheet, (*above.title, *above.notes)):
        plain = _BOOK.sub("", text)
        names = {name for name, others in regions if any(_says(n, plain) for n in (name, *others))}
        if len(names) == 1:
            return names.pop()
        if len(names) > 1:
            problems.add(
                "balance.region_unclear", Origin(sheet.file, sheet.name), regions="、".join(sorted(names)), text=text
            )
            return ""
    problems.add("balance.region_missing", Origin(sheet.file, sheet.name))
    return ""


def _says(name: str, text: str) -> bool:
    if not name:
        return False
    return (
        re.search(rf"(?<![a-z]){re.escape(name.lower())}(?![a-z])", text.lower()) is not None
        if name.isascii()
        else name in text
    )


def year_of(sheet: Sheet, above: Above, problems: Collector) -> int:
    """The one year; 0, with the problem in `found`, when none is told or two contradict each other.

    A file that is itself named as the balance table of another year contradicts the title; any other number in a file
    or sheet name (the year of the yearbook, mostly) gives way to the title, and a warning says so.
    """
    whole = Origin(sheet.file, sheet.name)
    by_place = [
        (text, years) for text in _places(sheet, above.title) if (years := set(_YEAR.findall(_YEARBOOK.sub("", text))))
    ]
    if not by_place:
        problems.add("balance.year_missing", whole)
        return 0
    text, years = by_place[0]
    if len(years) > 1:
        problems.add("balance.year_unclear", whole, years="、".join(sorted(years)), text=text)
        return 0
    other = next(((t, y) for t, y in by_place if t in (sheet.file, sheet.name) and len(y) == 1 and y != years), None)
    if other is not None and any(w in other[0].lower() for w in TABLE_WORDS):
        problems.add(
            "balance.year_unclear", whole, years="、".join(sorted(years | other[1])), text=f"{text} / {other[0]}"
        )
        return 0
    year = years.pop()
    if other is not None:
        problems.add("balance.year_of_title", whole, year=year, name=other[0], other=other[1].pop())
    return int(year)
