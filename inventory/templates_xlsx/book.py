"""Pens and papers: cell formats, a sheet that measures its columns as it is written, and the lists behind the
drop-downs."""

from __future__ import annotations

import math
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from ..sheets.address import letters
from ..sheets.english import CHINESE, Dictionary
from ..sheets.look import LATIN, column_points, lines_needed

FONT = "宋体"
COLOURS = {"required": "#FFF2CC", "optional": "#DDEBF7", "grey": "#EDEDED", "head": "#D9E1F2", "example": "#F2F2F2"}
PAGE_WIDTH = 170  # characters of a lying A4 page that print at 8 points or more
LATIN_SANS = "Arial"
LATIN_FACES = {"仿宋": LATIN, "黑体": LATIN}
_BASE = {"font_name": FONT, "font_size": 10, "valign": "vcenter"}
STYLES: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "label": {"bold": True},
    "plain": {},
    "wrap": {"text_wrap": True, "valign": "top"},
    "input": {"bg_color": COLOURS["required"], "border": 1, "locked": False, "align": "center"},
    "head": {"bold": True, "bg_color": COLOURS["head"], "border": 1, "align": "center", "text_wrap": True},
    "fixed": {"border": 1, "bg_color": COLOURS["grey"], "text_wrap": True},
    "mark": {"border": 1, "bg_color": COLOURS["grey"], "align": "center"},
    "word": {"border": 1, "locked": False, "text_wrap": True},
    "figure_required": {
        "border": 1,
        "locked": False,
        "bg_color": COLOURS["required"],
        "num_format": "#,##0.##########",
    },
    "figure_optional": {
        "border": 1,
        "locked": False,
        "bg_color": COLOURS["optional"],
        "num_format": "#,##0.##########",
    },
    "number": {"border": 1, "locked": False, "num_format": "General"},
    "example": {
        "border": 1,
        "italic": True,
        "font_color": "#7F7F7F",
        "bg_color": COLOURS["example"],
        "text_wrap": True,
    },
    "example_number": {
        "border": 1,
        "italic": True,
        "font_color": "#7F7F7F",
        "bg_color": COLOURS["example"],
        "num_format": "#,##0.####",
    },
    "small": {"border": 1, "font_size": 9, "font_color": "#595959", "bg_color": COLOURS["grey"], "text_wrap": True},
    "count": {"border": 1, "num_format": "0", "align": "center"},
    "percent": {"border": 1, "num_format": "0%", "align": "center"},
    "link": {"border": 1, "font_color": "#0563C1", "underline": 1},
    "cell": {"border": 1, "text_wrap": True},
    "letter": {"font_name": "仿宋", "font_size": 14, "text_wrap": True, "valign": "top", "locked": False},
    "letter_title": {"font_name": "黑体", "font_size": 18, "align": "center", "text_wrap": True, "locked": False},
    "letter_right": {"font_name": "仿宋", "font_size": 14, "align": "right", "locked": False},
    "share": {"border": 1, "locked": False, "bg_color": COLOURS["required"], "num_format": "0.0###%"},
    "share_fixed": {"border": 1, "bg_color": COLOURS["grey"], "num_format": "0.0###%"},
    "amount": {"border": 1, "bg_color": COLOURS["grey"], "num_format": "#,##0.##"},
    "check": {"border": 1, "bg_color": COLOURS["grey"], "num_format": "0.0%", "align": "center"},
    "total": {"border": 1, "bold": True, "num_format": "0", "align": "center"},
}


class Exact(float):
    """A float that every format spec prints in full, so that it reads back as the same double."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return repr(float(self))


class Styles:
    """Formats of a workbook, made when first used."""

    def __init__(self, book: Any, lang: str = "zh") -> None:
        self._book, self._lang = book, lang
        self._formats: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._formats:
            look = {**_BASE, **STYLES[name]}
            if self._lang == "en":  # faces that a computer without Chinese has
                look["font_name"] = LATIN_FACES.get(look["font_name"], LATIN_SANS)
            self._formats[name] = self._book.add_format(look)
        return self._formats[name]


@dataclass
class Lists:
    """Sources of drop-downs, one column each on the hidden sheet."""

    sheet: str
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    english: Dictionary | None = None  # of a workbook in English

    def add(self, name: str, words: tuple[str, ...]) -> str:
        """Formula of the range that will hold `words`. The same words are kept once."""
        words = tuple(dict.fromkeys(in_english(w, self.english) for w in words))
        for known, held in self.columns.items():
            if held == words:
                name = known
                break
        else:
            while name in self.columns:
                name += "+"
            self.columns[name] = words
        return self.source(name)

    def source(self, name: str) -> str:
        """Formula of the range that holds a list."""
        column = letters(list(self.columns).index(name))
        return f"='{self.sheet}'!${column}$2:${column}${len(self.columns[name]) + 1}"


def in_english(text: str, words: Dictionary | None) -> str:
    """A word of the form in the language of the workbook; as it is where nobody has put it into English."""
    return (words.english(text) or text) if words is not None and CHINESE.search(text) else text


def width_of(text: str) -> int:
    """Columns a text takes: full-width characters count 2; the longest line counts."""
    return max(
        (sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in line) for line in text.split("\n")),
        default=0,
    )


class SheetWriter:
    """Writes cells of one sheet and remembers how wide its columns have to be. Text never becomes a formula."""

    def __init__(self, sheet: Any, styles: Styles, lang: str, english: Dictionary | None = None) -> None:
        self.sheet, self.styles, self.lang, self.english = sheet, styles, lang, english
        self.widths: dict[int, int] = {}
        self.last_row = 0
        self.header_row: int | None = None
        self.limits: dict[int, int] = {}
        self.wrapped: dict[tuple[int, int], str] = {}
        self.hidden_columns: set[int] = set()
        self.printed_columns = 0  # columns that go on paper; 0: all
        self.folded: set[int] = (
            set()
        )  # rows in a folded outline; the sheet then stays open, as Excel unfolds no protected one
        self.open = False  # whole rows are deleted there: not protected, since Excel deletes no row with a locked cell
        self.kept_columns = 0  # of a sheet wider than a page: columns repeated on each

    def text(self, row: int, column: int, value: str, style: str = "plain", measure: bool = True) -> None:
        """A word of the form, in the language of the workbook."""
        self.own(row, column, in_english(value, self.english), style, measure)

    def own(self, row: int, column: int, value: str, style: str = "plain", measure: bool = True) -> None:
        """What a person wrote (source, note, reason): as it stands in either language."""
        format_ = self.styles[style]
        self._done(
            self.sheet.write_string(row, column, value, format_)
            if value
            else self.sheet.write_blank(row, column, None, format_)
        )
        if measure and STYLES[style].get("text_wrap"):
            self.wrapped[row, column] = value
        if measure:
            self.widths[column] = max(self.widths.get(column, 0), width_of(value))
        self.last_row = max(self.last_row, row)

    def across(self, row: int, first: int, last: int, value: str, width: int) -> None:
        """A text over several columns of `width` characters together, broken into as many lines as it needs."""
        self.sheet.merge_range(row, first, row, last, value, self.styles["wrap"])
        self.sheet.set_row(row, 14.5 * max(1, math.ceil(width_of(value) / max(width - 3, 1))))
        self.last_row = max(self.last_row, row)

    def number(self, row: int, column: int, value: float, style: str) -> None:
        self._done(self.sheet.write_number(row, column, Exact(value), self.styles[style]))
        self.widths[column] = max(self.widths.get(column, 0), len(f"{value:,.10g}") + 2)
        self.last_row = max(self.last_row, row)

    def formula(self, row: int, column: int, formula: str, value: float | str, style: str) -> None:
        self._done(self.sheet.write_formula(row, column, formula, self.styles[style], value))
        self.last_row = max(self.last_row, row)

    def link(self, row: int, column: int, target: str, style: str = "link") -> None:
        self._done(self.sheet.write_url(row, column, f"internal:'{target}'!A1", self.styles[style], target))
        self.widths[column] = max(self.widths.get(column, 0), width_of(target))

    def choose(self, row: int, column: int, source: str, warn: str, last_row: int | None = None) -> None:
        """A drop-down that warns but lets other entries stand: the reader knows aliases that no list holds."""
        self._done(
            self.sheet.data_validation(
                row,
                column,
                last_row if last_row is not None else row,
                column,
                {
                    "validate": "list",
                    "source": source,
                    "error_type": "warning",
                    "error_message": warn,
                    "ignore_blank": True,
                },
            )
        )

    def comment(self, row: int, column: int, value: str) -> None:
        value = in_english(value, self.english)
        lines = sum(1 + width_of(line) // 40 for line in value.split("\n"))
        self._done(
            self.sheet.write_comment(
                row, column, value, {"x_scale": 2.4, "y_scale": max(1.0, 0.35 * lines), "font_size": 9, "author": ""}
            )
        )

    def _lines(self, value: str, width: float, bold: bool) -> int:
        """Lines a text takes in a column: Chinese breaks anywhere, Latin words stay whole."""
        if self.lang == "en":
            return lines_needed(value, 10.5, column_points(width), bold)
        return sum(max(1, math.ceil(width_of(line) / max(width - 1.5, 1))) for line in value.split("\n"))

    def finish(self, page: str, landscape: bool) -> None:
        """Column widths, print set-up, protection of everything that is not to be filled in."""
        sizes = {column: min(max(width + 2, 6), self.limits.get(column, 34)) for column, width in self.widths.items()}
        for column, width in sorted(sizes.items()):
            self.sheet.set_column(column, column, width, None, {"hidden": column in self.hidden_columns})
        if self.printed_columns:
            self.sheet.print_area(0, 0, self.last_row, self.printed_columns - 1)
        lines: dict[int, int] = {}
        for (row, column), value in self.wrapped.items():
            if self.printed_columns and column >= self.printed_columns:
                continue  # what is not on paper sets no heights
            needed = self._lines(value, sizes[column], row == self.header_row)
            lines[row] = max(lines.get(row, 1), needed)
        for row, count in sorted(lines.items()):
            height = 14.5 * count + (6 if row == self.header_row else 1)
            fold = {"level": 1, "hidden": True} if row in self.folded else {"collapsed": row - 1 in self.folded}
            self.sheet.set_row(row, height, None, fold)
        if landscape:
            self.sheet.set_landscape()
        self.sheet.set_paper(9)
        wide = 1
        if self.kept_columns:
            kept = sum(sizes.get(c, 8) for c in range(self.kept_columns))
            wide = math.ceil((sum(sizes.values()) - kept) / max(PAGE_WIDTH - kept, 1))
            self.sheet.repeat_columns(0, self.kept_columns - 1)
        self.sheet.fit_to_pages(wide, 0)
        self.sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
        self.sheet.set_footer(f"&L&A&R{page}")
        if self.header_row is not None:
            self.sheet.repeat_rows(self.header_row)
        self.sheet.hide_gridlines(2)
        if self.folded or self.open:
            return
        self.sheet.protect(
            "",
            {
                "format_cells": True,
                "format_columns": True,
                "format_rows": True,
                "insert_rows": True,
                "insert_columns": True,
                "sort": True,
                "autofilter": True,
                "delete_rows": True,
                "insert_hyperlinks": True,
            },
        )

    @staticmethod
    def _done(code: int | None) -> None:
        if code:
            raise RuntimeError(f"XlsxWriter refused a cell (code {code})")
