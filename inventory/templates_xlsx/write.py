"""Draw a planned fill-in workbook with XlsxWriter: the same plan gives the same bytes; the file appears only when complete."""

from __future__ import annotations

import datetime as dt
import io
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..core.activity import DATA_KINDS, NOTATION_KEYS, Project
from ..core.edition import Edition
from .book import Lists, Pen, Styles
from .contents import write_contents
from .extra import write_choices, write_factors, write_notations
from .files import write_file
from .plan import Plan, plan
from .table import write_sheet
from .texts import text

CREATED = dt.datetime(2011, 5, 1)  # fixed: the time of writing would change the bytes
OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def write_template(edition: Edition, path: Path | str, sectors: Sequence[str] = (), region: str = "", years: Sequence[int] = (),
                   lang: str = "zh", project: Project | None = None) -> Plan:
    """Write a fill-in workbook.

    sectors: names of `Edition.sectors`, ids or Chinese names; all by default. region: empty leaves the cell to be filled in. years: those of the project,
    else 2005 and 2010. project: what is known already is filled in. Returns the plan. Raises `InventoryError` for unknown names or a place that
    cannot be written.
    """
    made = plan(edition, sectors, region, years, lang, project)
    write_file(path, template_bytes(made))
    return made


def template_bytes(made: Plan) -> bytes:
    """The workbook of a plan as bytes. Warnings of the library are errors."""
    import xlsxwriter

    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        book = xlsxwriter.Workbook(buffer, OPTIONS)
        book.set_properties({"title": text("title", made.lang, region=made.region), "created": CREATED, "comments": made.edition.id})
        book.set_size(2400, 1400)
        styles = Styles(book)
        contents = book.add_worksheet(text("contents", made.lang))
        lists = Lists("_lists")
        lists.add("notation", NOTATION_KEYS)
        lists.add("kind", DATA_KINDS)
        lists.add("region", tuple(made.edition.vocabulary.get("region", {})))
        pens: list[tuple[Any, Pen]] = []
        progress = []
        for sheet in made.sheets:
            pen = _pen(book, styles, sheet.title, made)
            progress.append(write_sheet(pen, sheet, made, lists))
            pens.append((pen.sheet, pen))
        for name, writer in (("notations", write_notations), ("choices", write_choices), ("factors", write_factors)):
            pen = _pen(book, styles, text(name, made.lang), made)
            writer(pen, made, lists)
            pens.append((pen.sheet, pen))
        pen = Pen(contents, styles, made.lang)
        write_contents(pen, made, progress, lists)
        pen.finish(text("page", made.lang), landscape=True)
        for _, drawn in pens:
            drawn.finish(text("page", made.lang), landscape=True)
        _write_lists(book, lists)
        contents.activate()
        book.close()
    return buffer.getvalue()


def _pen(book: Any, styles: Styles, title: str, made: Plan) -> Pen:
    return Pen(book.add_worksheet(title), styles, made.lang)


def _write_lists(book: Any, lists: Lists) -> None:
    """Drop-down sources stand on a hidden sheet: a list in the validation itself may have 255 characters only."""
    sheet = book.add_worksheet(lists.sheet)
    for column, (name, words) in enumerate(lists.columns.items()):
        sheet.write_string(0, column, name)
        for row, word in enumerate(words, 1):
            sheet.write_string(row, column, word)
    sheet.very_hidden()
