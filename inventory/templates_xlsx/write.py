"""Draw a planned fill-in workbook with XlsxWriter: the same plan gives the same bytes; the file appears only when
complete."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core.activity import DATA_KINDS, NOTATION_KEYS, Project
from ..core.ledger import Ledger
from ..energy_balance import balance_of
from ..energy_balance.table import read_layout
from ..forms.province import form
from ..reading.superseded import properties
from ..sheets.drawing import Drawing
from ..sheets.look import column_points, lines_needed
from .balance_form import write_balance
from .book import Lists, SheetWriter, Styles
from .contents import title_of, write_contents
from .extra import write_choices, write_factors, write_notations, write_proposals
from .files import write_file
from .matrix import matrices, write_matrix
from .plan import TemplatePlan
from .side import BALANCE_FORMS, FORMS, side_progress, write_side
from .splits import blocks, write_splits
from .table import write_sheet
from .table_checks import SheetProgress
from .texts import text
from .unread import write_unread


def write_template(
    result: TemplatePlan, path: Path | str, project: Project | None = None, ledger: Ledger | None = None
) -> TemplatePlan:
    """Write a planned fill-in workbook; the plan again. `project`: its side files and balance tables are filled in too;
    its ledger adds the emissions that rest on each split of the balance table. Raises `InventoryError` for a place that
    cannot be written."""
    write_file(path, template_bytes(result, project, ledger))
    return result


def template_bytes(result: TemplatePlan, project: Project | None = None, ledger: Ledger | None = None) -> bytes:
    """The workbook of a plan as bytes. Warnings of the library are errors."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawing = Drawing(title_of(result, result.english), result.edition.id)
        book = drawing.book
        book.set_size(2400, 1400)
        for name, kept in properties(result.sources):
            book.set_custom_property(name, kept, "text")
        styles = Styles(book, result.lang)
        if result.letter:
            _letter(book, styles, result)
        contents = book.add_worksheet(text("contents", result.lang))
        lists = Lists("_lists", english=result.english)
        lists.add("notation", NOTATION_KEYS)
        lists.add("kind", DATA_KINDS)
        lists.add("region", tuple(result.edition.vocabulary.get("region", {})))
        sheets = _TemplateSheets(book, styles, lists, result)
        progress = _data_sheets(sheets)
        _balance_sheets(sheets, project, ledger)
        _own_sheets(sheets)
        for name in statement_forms(result):
            write_side(sheets.add(form(name).title(result.lang)), form(name), FORMS[name](project or Project()), lists)
        for side in result.side_forms:
            write_side(sheets.add(side.form.title(result.lang)), side.form, iter(side.rows), lists)
        progress += [side_progress(side.form, result.lang) for side in result.side_forms]
        pen = SheetWriter(contents, styles, result.lang, result.english)
        write_contents(pen, result, progress, lists)
        pen.finish(text("page", result.lang), landscape=True)
        if result.side_forms:
            contents.fit_to_pages(1, 1)  # a longer list than a province's, still on one page
        for drawn in sheets.pens:
            drawn.finish(text("page", result.lang), landscape=True)
        write_lists(book, lists)
        contents.activate()
        return drawing.data()


@dataclass(frozen=True)
class _TemplateSheets:
    """The workbook as it grows: every sheet behind the contents is added here."""

    book: Any
    styles: Styles
    lists: Lists
    result: TemplatePlan
    pens: list[SheetWriter] = field(default_factory=list)

    def add(self, title: str, part: TemplatePlan | None = None) -> SheetWriter:
        """A writer of a new sheet, in the language of its part of the template."""
        part = part or self.result
        self.pens.append(SheetWriter(self.book.add_worksheet(title), self.styles, part.lang, part.english))
        return self.pens[-1]


def _data_sheets(sheets: _TemplateSheets) -> list[SheetProgress]:
    """Matrices and sheets of rows, of the template and its annexes."""
    progress: list[SheetProgress] = []
    for part in (sheets.result, *sheets.result.annexes):
        for sheet in part.sheets:
            rows, crossed = matrices(sheet, part)
            progress += [write_matrix(sheets.add(m.title, part), m, part, sheets.lists) for m in crossed]
            if rows.rows:
                progress.append(write_sheet(sheets.add(rows.title, part), rows, part, sheets.lists))
    return progress


def _own_sheets(sheets: _TemplateSheets) -> None:
    """Notation keys, choices and own factors (of a bare template the missing factors only), rows with errors as typed,
    last year's factors and choices to be confirmed."""
    result = sheets.result
    own = (("notations", write_notations), ("choices", write_choices), ("factors", write_factors))
    for name, writer in own if not result.bare else own[2:] if result.missing else ():
        writer(sheets.add(text(name, result.lang)), result, sheets.lists)
    if result.unread:
        title = text("unread_last" if result.proposals is not None else "unread", result.lang)
        write_unread(sheets.add(title), result)
    if result.proposals is not None:
        write_proposals(sheets.add(text("last_sheet", result.lang)), result)


def statement_forms(result: TemplatePlan) -> tuple[str, ...]:
    """The forms of statements beside the data that a workbook has: all of a province's, a choice of a city's."""
    if result.bare:
        return ()
    return tuple(name for name in FORMS if result.statements is None or name in result.statements)


def _balance_sheets(sheets: _TemplateSheets, project: Project | None, ledger: Ledger | None) -> None:
    """The balance tables as forms, the splits these tables need, and their corrections; for a template with the energy
    sector and one region."""
    result, lists = sheets.result, sheets.lists
    layout = result.edition.derived(read_layout)
    energy = result.edition.sector_of(result.edition.roles.combustion)
    if (
        not layout.rows
        or result.with_region_column
        or not result.balance_tables
        or not (result.bare or any(s.sector == energy for s in result.sheets))
    ):
        return
    balance = balance_of(project) if project is not None else None
    tables = {t.year: t for t in balance.tables if t.region == result.region} if balance is not None else {}
    for year in sorted({*result.base_years, *tables}) if result.requires_table or not result.bare else ():
        pen = sheets.add(text("balance", result.lang, year=str(year)))
        write_balance(pen, layout, result.region, year, tables.get(year), result.lang)
    if tables and project is not None:
        needed = [
            b
            for b in blocks(project, result.edition, ledger, result.lang)
            if b.region == result.region and not (result.bare and b.given)
        ]
        write_splits(sheets.add(text("splits", result.lang)), needed, tuple(sorted(tables)), lists, result.lang)
    for name, known in BALANCE_FORMS.items() if not result.bare else ():
        write_side(sheets.add(form(name).title(result.lang)), form(name), known(project or Project()), lists)


def _letter(book: Any, styles: Styles, result: TemplatePlan) -> None:
    """The letter in front of a department's sheets; portrait, to be printed and sealed."""
    sheet = book.add_worksheet(text("letter", result.lang))
    title, to, body, *lines, close, office, date = result.letter
    sheet.set_column(0, 0, 86)
    room = column_points(86)
    high = [(x, 19.5 * lines_needed(x, 14, room) + 3) for x in (body, *lines)]
    rows = [
        (title, "letter_title", 40.0),
        (to, "letter", 26.0),
        *((x, "letter", h) for x, h in high),
        ("", "letter", 16.0),
        (close, "letter", 24.0),
        (office, "letter_right", 30.0),
        (date, "letter_right", 24.0),
    ]
    for n, (text_, style, height) in enumerate(rows):
        sheet.set_row(n, height)
        sheet.write_string(n, 0, text_, styles[style]) if text_ else sheet.write_blank(n, 0, None, styles[style])
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=1.0, right=1.0, top=1.0, bottom=0.8)
    sheet.hide_gridlines(2)


def write_lists(book: Any, lists: Lists) -> None:
    """Drop-down sources stand on a hidden sheet: a list in the validation itself may have 255 characters only."""
    sheet = book.add_worksheet(lists.sheet)
    for column, (name, words) in enumerate(lists.columns.items()):
        sheet.write_string(0, column, name)
        for row, word in enumerate(words, 1):
            sheet.write_string(row, column, word)
    sheet.very_hidden()
