"""The contents sheet of a template (目录): the region and years of the whole workbook, and which sheets are to be
filled in.

It governs: a sheet that names another province or another year is a slip of the mouse far more often than a second
inventory, so it is an error until the contents sheet says the same (several regions or years are written there with 、
between them).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ..core.columns import ActivitySubject
from ..core.problems import Collector, Origin
from ..core.spelling import fold
from ..spreadsheets.cells import Sheet
from ..spreadsheets.numbers import Year, parse_year
from .headers import TableHeading
from .lexicon import Lexicon

_YES, _NO = ("是", "yes", "y"), ("否", "no", "n")


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the contents sheet: the sheet's title, what it holds, whether it is to be filled in (None: as one
    likes), and where that stands."""

    title: str
    holds: str
    wanted: bool | None
    place: Origin


@dataclass(frozen=True, slots=True)
class Contents:
    """What the contents sheet says. Empty regions or years: nothing is said about them."""

    regions: tuple[str, ...] = ()
    years: frozenset[int] = frozenset()
    listed: tuple[Listed, ...] = ()

    @property
    def region(self) -> str:
        """The region of every sheet that does not name one itself."""
        return self.regions[0] if len(self.regions) == 1 else ""

    @property
    def wanted(self) -> tuple[Listed, ...]:
        return tuple(x for x in self.listed if x.wanted)


def read_contents(sheets: Iterable[Sheet], words: Lexicon) -> Contents:
    """The contents of a workbook; empty where it has no such sheet."""
    for sheet in sheets:
        if fold(sheet.name) in (fold("目录"), fold("Contents")):
            regions = tuple(r for text in _parts(_entry_of(sheet, ("地区", "region"))) if (r := words.region(text)))
            years = frozenset(
                y.value
                for text in _parts(_entry_of(sheet, ("年份", "years", "year")))
                if isinstance(y := parse_year(text), Year)
            )
            return Contents(regions, years, _listed(sheet))
    return Contents()


def _entry_of(sheet: Sheet, labels: tuple[str, ...]) -> str:
    known = {fold(label) for label in labels}
    for r in range(1, min(sheet.height, 12) + 1):
        for c in range(1, sheet.width + 1):
            cell = sheet.cell(r, c)
            if cell.kind == "text" and fold(cell.text).rstrip(":") in known:
                return sheet.cell(cell.row, cell.column + 1).text
    return ""


def _parts(text: str) -> list[str]:
    return [p for p in re.split(r"[、,，;；/\s]+", text) if p]


def _listed(sheet: Sheet) -> tuple[Listed, ...]:
    for top, row in enumerate(sheet.rows, 1):
        heads = {fold(c.text): c.column for c in row if not c.blank}
        at = next((heads[h] for h in (fold("工作表"), fold("Sheet")) if h in heads), 0)
        wanted = next((heads[h] for h in (fold("是否填报"), fold("To fill")) if h in heads), 0)
        holds = next((heads[h] for h in (fold("内容"), fold("Holds")) if h in heads), at)
        if at and wanted:
            lines = []
            for r in range(top + 1, sheet.height + 1):
                title, answer = sheet.cell(r, at), fold(sheet.cell(r, wanted).text)
                if title.kind == "text" and answer:
                    lines.append(
                        Listed(
                            title.text,
                            sheet.cell(r, holds).text,
                            True if answer in _YES else False if answer in _NO else None,
                            sheet.origin(r, at),
                        )
                    )
            return tuple(lines)
    return ()


# ---- what a sheet says against it ----


@dataclass(frozen=True, slots=True)
class SheetRead:
    """A sheet that was read: its heading, the region stated above it, the figures it gave (region, year, subject,
    cell)."""

    sheet: Sheet
    heading: TableHeading
    above_region: tuple[str, Origin] | None
    figures: tuple[tuple[str, int, ActivitySubject, tuple[int, int]], ...]


def check_sheet(read: SheetRead, contents: Contents, words: Lexicon, problems: Collector) -> None:
    """Errors for another region over the table or on its rows, and for a year column outside the contents' years that
    holds figures."""
    sheet, heading, above_region = read.sheet, read.heading, read.above_region
    if contents.regions:
        other = words.region(above_region[0]) if above_region is not None else None
        if above_region is not None and other and other not in contents.regions:
            problems.add("contents.region", above_region[1], found=other, expected="、".join(contents.regions))
        else:
            for region, _, _, cell in read.figures:
                if region not in contents.regions:
                    problems.add(
                        "contents.region", sheet.row_origin(*cell), found=region, expected="、".join(contents.regions)
                    )
                    break
    if contents.years:
        expected = "、".join(str(y) for y in sorted(contents.years))
        # a survey says its year itself
        own = {year for _, year, s, _ in read.figures if not any(value == str(year) for _, value in s.item)}
        for year in sorted(own - contents.years):
            column = heading.years.get(year)
            first = next(sheet.row_origin(*cell) for _, y, _, cell in read.figures if y == year)
            problems.add(
                "contents.year",
                first if column is None else sheet.origin(heading.bottom, column),
                found=year,
                expected=expected,
            )
