"""What the cells of a province's sheets take: forms beside the data by their names, tables of activity data by their
headings. Loaded with the first such sheet: a process that shows enterprises only does without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from .. import api
from ..core.edition import Edition
from ..core.problems import Collector
from ..core.spelling import fold
from ..energy_balance.entries import entry_heading
from ..energy_balance.files import FORMS as ENTRY_FORMS
from ..energy_balance.files import TABLE_MARK, is_table
from ..forms.form import Field, Form
from ..forms.grid import GridColumn, SheetGrid, grid_columns, placed
from ..forms.province import form, form_titled, lists_of
from ..forms.read import columns_of, heading_row
from ..reading.checklist import is_checklist
from ..reading.headers import TableHeading, find_heading
from ..reading.lexicon import lexicon
from ..reading.matrix import find_matrix
from ..reading.tables import SKIPPED_SHEETS
from ..spreadsheets.cells import Sheet

ACTIVITY = "activity"
BY_HEADING = ("factors", "choices", "checks")  # known by the columns that they require, whatever the file is called


def province_grid(sheet: Sheet, named: Edition | str | Path | None, lang: str) -> SheetGrid | None:
    """What the sheet's cells take; None for a sheet of no form. Raises `InventoryError` for an unknown edition."""
    if sheet.name.startswith("_") or fold(sheet.name) in SKIPPED_SHEETS:
        return None
    edition = api.load_edition(named)
    chosen = form_of_sheet(sheet)
    if chosen is not None and chosen.row is not None:
        return _of_form(sheet, chosen, edition, lang)
    words = lexicon(edition)
    heading = find_heading(sheet, words)
    if heading is None and TABLE_MARK not in sheet.name and not is_table(sheet.file):
        heading = find_matrix(sheet, words)
    return None if heading is None else _of_activity(heading, edition, lang)


def form_of_sheet(sheet: Sheet) -> Form | None:
    """Which of the province's forms a sheet is: by its name (a CSV by the name of its file), a CSV of any other name by
    its headings; None for tables of activity data and for sheets of no form."""
    if is_checklist(sheet):
        return form_titled(sheet.name) or form("checks")
    chosen = form_titled(sheet.name or Path(sheet.file).stem)
    if chosen is None and sheet.csv and sheet.height:
        head = {fold(c.text) for c in sheet.rows[0] if c.kind == "text"}
        chosen = next((f for f in map(form, BY_HEADING) if _names_all(f, head)), None)
    return chosen


def _names_all(shown: Form, head: set[str]) -> bool:
    """Whether a heading names every column that the form requires."""
    return all({fold(h) for h in shown.headings[n]} & head for n in shown.required)


def _of_form(sheet: Sheet, chosen: Form, edition: Edition, lang: str) -> SheetGrid | None:
    schema = chosen.schema(lang, lists_of(chosen, edition, lang))
    if chosen.name in ENTRY_FORMS:
        top, columns, years = entry_heading(sheet, chosen)
        value = chosen.column("value").text(lang) if years else ""
        places = {c - 1: (name, "") for name, c in columns.items()}
        places |= {c - 1: ("value", f"{value} {year}") for year, c in years.items()}
        if not set(columns) & set(chosen.names):
            return None
    else:
        top = heading_row(sheet, chosen)
        if not top:
            return None
        places = {c - 1: (name, "") for name, c in columns_of(sheet, top, chosen, Collector())[0].items()}
    return placed(schema, chosen.name, top - 1, places, chosen.rows)


def _of_activity(heading: TableHeading, edition: Edition, lang: str) -> SheetGrid:
    """A table of activity data: the form's columns, its figures under years (or the words of a key) and the keys of its
    quantities, whose words are the edition's."""
    shown = form(ACTIVITY)
    schema = shown.schema(lang, lists_of(shown, edition, lang))
    places: dict[int, tuple[str, str]] = {c - 1: (name, "") for name, c in heading.fields.items()}
    value = shown.column("value").text(lang)
    places |= {c - 1: ("value", f"{value} {year}") for year, c in heading.years.items()}
    places |= {c - 1: ("value", "") for c in heading.columns}
    grid = placed(schema, ACTIVITY, heading.bottom - 1, places, shown.rows)
    keys = {c - 1: _key_column(key, edition, lang) for key, c in heading.keys.items()}
    units = {
        c - 1: replace(grid.columns[c - 1], unit=unit, unit_of="")
        for c, unit in heading.figure_units.items()
        if c - 1 in grid.columns
    }
    return replace(grid, columns={**grid.columns, **units, **keys})


def _key_column(key: str, edition: Edition, lang: str) -> GridColumn:
    """A column of a key (fuel, season …), through the same schema as the form's own."""
    labels = lexicon(edition).labels(key)
    words = edition.vocabulary.get(key, {}).values()
    offered = [w.label_en if lang == "en" and w.label_en else w.value for w in words]
    body = Field(key, labels["zh"], labels["en"], choices=key).schema(lang, offered)
    return grid_columns({"properties": {key: body}})[0]
