"""Copy a planned workbook out with XlsxWriter: same plan, same bytes; every warning of the library is an error; the
file appears when complete.

Numbers are saved so that they read back exactly (XlsxWriter's own 16 digits lose the last bit of every fourth number).
"""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..charts import PrintChart, native, printed
from ..core.files import replacing
from .address import PlanError
from .fit import fitted
from .look import BELOW, EAST, LATIN, WEST, Look, runs
from .model import MAX_TEXT, Book, OutputCell, OutputSheet, Page
from .rows import Apart, ExactFloat, Formats
from .rules import LAST_BLANK, ruled
from .style import look_of, look_properties
from .widths import LEAST_SCALE, PRINTED, pages_wide

# any fixed day: the time of writing would change the bytes
CREATED = datetime.datetime(2011, 5, 1, tzinfo=datetime.UTC).replace(tzinfo=None)
OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "in_memory": True,
}


def worksheet_class() -> type:
    """The class of the library's worksheets; loaded late, as the library."""
    from .quick import QuickRows

    return QuickRows


def save(book: Book, path: str | Path) -> None:
    """Write the book to `path`, replacing an older file only when the new one is complete.

    Raises `InventoryError` when the place cannot be written (an open file, a missing folder), `PlanError` when the
    layout is wrong.
    """
    with replacing(path, "workbook.not_writable") as temporary:
        write(book, temporary)


def write(book: Book, path: str | Path) -> None:
    """Write the book to `path` directly (no temporary file)."""
    import xlsxwriter

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            workbook = xlsxwriter.Workbook(str(path), OPTIONS)
            workbook.set_properties({"title": book.title, "created": CREATED, "comments": ""})
            workbook.set_size(2400, 1400)
            formats: dict[Any, Any] = {}
            kind = worksheet_class()
            sheets = [(fitted(sheet), workbook.add_worksheet(sheet.name, kind)) for sheet in book.sheets.values()]
            for sheet, worksheet in sheets:
                _cells(sheet, worksheet, workbook, formats)
                if sheet.page is None:
                    _page(sheet, worksheet, book)
                else:
                    _printed(sheet, sheet.page, worksheet)
                for chart in sheet.charts:
                    (printed if isinstance(chart, PrintChart) else native).insert(workbook, worksheet, chart)
            sheets[0][1].activate()
            workbook.close()
        except xlsxwriter.exceptions.FileCreateError as error:  # the disk's fault (full, read-only), not the plan's
            raise error.args[0] if error.args and isinstance(error.args[0], OSError) else OSError(str(error)) from error
        except (UserWarning, xlsxwriter.exceptions.XlsxWriterException) as error:
            raise PlanError(f"XlsxWriter: {error}") from error


def _cells(sheet: OutputSheet, worksheet: Any, workbook: Any, formats: dict[Any, Any]) -> None:
    known = _Formats(workbook, formats)
    looks, missing = ruled(sheet)
    styles = Formats(_StyleFormats(known), {place: known.look(look) for place, look in looks.items()})
    merged = {(first_row, first_col): area for area in sheet.merges for first_row, first_col, _, _ in [area]}

    def apart(place: tuple[int, int], cell: OutputCell, style: Any) -> None:
        look = looks.get(place) or look_of(cell.style)
        if place in merged:
            _done(worksheet.merge_range(*merged[place], "", style), sheet, cell)
        text = cell.value if isinstance(cell.value, str) and cell.formula is None and not cell.link else ""
        if text and (sheet.page is not None or isinstance(cell.style, Look)):
            _done(_text(worksheet, place, text, look, style, known), sheet, cell)
            return
        if cell.link and isinstance(cell.style, Look):
            style = known.whole(look, str(cell.value)) or style
        _done(_one(worksheet, *place, cell, style), sheet, cell)

    if hasattr(worksheet, "fill") and sheet.cells:
        worksheet.fill(sheet.cells, styles, Apart(merged, sheet.page is not None, apart))
    else:  # the library's own class, in a test, has no such way
        for place, cell in sheet.cells.items():
            apart(place, cell, styles.of(place, cell.style))
    if missing:
        below = known.of(LAST_BLANK, lambda: look_properties(LAST_BLANK))
        for row, col in missing:
            worksheet.write_blank(row, col, None, below)


class _StyleFormats(dict[str | Look, Any]):
    """Style of a cell -> its format, made when first used."""

    def __init__(self, formats: _Formats) -> None:
        super().__init__()
        self._formats = formats

    def __missing__(self, style: str | Look) -> Any:
        self[style] = self._formats.look(look_of(style))
        return self[style]


@dataclass(frozen=True, slots=True)
class _Formats:
    """The formats of a workbook, made when first used."""

    workbook: Any
    known: dict[Any, Any]

    def of(self, key: Any, properties: Callable[[], dict[str, Any]]) -> Any:
        if key not in self.known:
            self.known[key] = self.workbook.add_format(properties())
        return self.known[key]

    def look(self, look: Look) -> Any:
        return self.of(look, lambda: look_properties(look))

    def whole(self, look: Look, text: str) -> Any:
        """The format of a text without Chinese; None of another."""
        if any(kind == EAST for _, kind in runs(text)):
            return None
        return self.of((look, WEST, "cell"), lambda: {**look_properties(look), "font_name": LATIN})


def _text(worksheet: Any, at: tuple[int, int], text: str, look: Look, style: Any, formats: _Formats) -> int:
    """A text in its faces: Chinese, Latin, digits of chemical formulas below the line; one face alone is a plain text
    in that face."""
    pieces = runs(text)
    if len(pieces) == 1 and pieces[0][1] == EAST:
        return worksheet.write_string(*at, text, style)  # type: ignore[no-any-return]
    if len(pieces) == 1:
        return worksheet.write_string(*at, text, formats.whole(look, text))  # type: ignore[no-any-return]
    fragments: list[Any] = []
    for piece, kind in pieces:
        fragments += [formats.of((look.face, look.size, look.bold, look.colour, kind), _face(look, kind)), piece]
    return worksheet.write_rich_string(*at, *fragments, style)  # type: ignore[no-any-return]


def _face(look: Look, kind: str) -> Callable[[], dict[str, Any]]:
    return lambda: {
        "font_name": look.face if kind == EAST else LATIN,
        "font_size": look.size,
        "bold": look.bold,
        "font_color": look.colour,
        "font_script": 2 if kind == BELOW else 0,
    }


def _laid(sheet: OutputSheet, worksheet: Any) -> None:
    """Widths, heights, what stays in view, and A4 paper."""
    for col, width in sheet.widths.items():
        worksheet.set_column(col, col, width)
    for row, height in sorted(sheet.heights.items()):
        worksheet.set_row(row, height)
    if sheet.freeze != (0, 0):
        worksheet.freeze_panes(*sheet.freeze)
    if sheet.hidden:
        worksheet.hide()
    if sheet.tab:
        worksheet.set_tab_color(sheet.tab)
    worksheet.hide_gridlines(2)
    worksheet.set_paper(9)


def _printed(sheet: OutputSheet, page: Page, worksheet: Any) -> None:
    """Widths, heights, paper and protection of a sheet of the printed set."""
    _laid(sheet, worksheet)
    if page.landscape:
        worksheet.set_landscape()
    inch = 25.4
    worksheet.set_margins(
        left=page.left / inch, right=page.right / inch, top=page.top / inch, bottom=page.bottom / inch
    )
    worksheet.set_header(page.header, {"margin": 7 / inch, "scale_with_doc": False})
    worksheet.set_footer(page.footer, {"margin": 7 / inch, "scale_with_doc": False})
    if page.centered:
        worksheet.center_horizontally()
    if page.one_wide:
        worksheet.fit_to_pages(1, 1 if page.one_high else 0)
    if sheet.head and not page.one_high:
        worksheet.repeat_rows(*sheet.head)
    if sheet.breaks:
        worksheet.set_h_pagebreaks(sheet.breaks)
    worksheet.print_area(0, 0, max(sheet.rows - 1, 0), max(len(sheet.widths) - 1, 0))
    if page.protected:
        worksheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})


def _one(worksheet: Any, row: int, col: int, cell: OutputCell, style: Any) -> int:
    value = cell.value
    if cell.formula is not None:
        return worksheet.write_formula(row, col, cell.formula, style, value)  # type: ignore[no-any-return]
    if cell.link:
        return worksheet.write_url(row, col, f"internal:'{cell.link}'!A1", style, str(value))  # type: ignore[no-any-return]
    if isinstance(value, bool):
        return worksheet.write_boolean(row, col, value, style)  # type: ignore[no-any-return]
    if isinstance(value, str):
        return worksheet.write_string(row, col, value, style) if value else worksheet.write_blank(row, col, None, style)  # type: ignore[no-any-return]
    return worksheet.write_number(row, col, ExactFloat(value), style)  # type: ignore[no-any-return]


def _done(code: int | None, sheet: OutputSheet, cell: OutputCell) -> None:
    """XlsxWriter tells of refused cells by a number, not by an error."""
    if code:
        raise PlanError(
            f"{sheet.name}: XlsxWriter refused {str(cell.value)[:60]!r} (code {code}; texts may "
            f"have {MAX_TEXT} characters)"
        )


def _page(sheet: OutputSheet, worksheet: Any, book: Book) -> None:
    widths = sheet.widths
    _laid(sheet, worksheet)
    if not sheet.portrait:
        worksheet.set_landscape()
    worksheet.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    pages = pages_wide(widths, sheet.portrait, sheet.freeze[1])
    worksheet.fit_to_pages(pages, 1 if sheet.one_page and pages == 1 and _fits(sheet, widths) else 0)
    if sheet.head:
        worksheet.repeat_rows(*sheet.head)
    if pages > 1 and sheet.freeze[1]:
        worksheet.repeat_columns(0, sheet.freeze[1] - 1)
    if sheet.breaks:
        worksheet.set_h_pagebreaks(sheet.breaks)
    title = f"{book.title}　{sheet.title}".replace("&", "&&")
    worksheet.set_header(f'&L&"宋体,Regular"&9{title[:180]}')
    footer = "第 &P 页，共 &N 页" if book.lang == "zh" else "Page &P of &N"
    worksheet.set_footer(f'&L&"宋体,Regular"&9&A&R&"宋体,Regular"&9{footer}')


def _fits(sheet: OutputSheet, widths: dict[int, float]) -> bool:
    """Whether all rows stand on one lying page at the scale its width allows."""
    heights = {**dict.fromkeys(range(sheet.rows), 15.0), **sheet.heights}
    return sum(heights.values()) * LEAST_SCALE <= (PRINTED[not sheet.portrait] - 60)
