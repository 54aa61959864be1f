"""What somebody typed, whole: every sheet, row and cell of a filled workbook as it stands, right or wrong, with where
it stands.

A draft loses nothing: a row with one bad cell, a column or a sheet that nobody asked for, a hidden row, an error value
are all kept. It goes to JSON and back, becomes a workbook again (`template.write_draft`), and is read into an
`Enterprise` by `read.enterprise_of`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..core.places import address as a1
from ..core.places import position
from ..core.problems import Origin
from ..forms.form import Field, Form
from ..spreadsheets.cells import Cell, Sheet, Value
from ..spreadsheets.hidden import is_figure
from ..spreadsheets.notes import Notes
from ..spreadsheets.numbers import plain
from .model import Enterprise
from .tables import BY_NAME, BY_SHEET, PROFILE, PROFILE_SHEET, PROFILE_SHEET_EN, TABLES, fold, values_of

HEADER_DEPTH = 12
FORMAT = 1  # of the JSON
# made by the template, not typed: figures by formulas, as large as all other sheets together, guide and lists
TEMPLATE_SHEETS = frozenset({"年度汇总", "数据项说明", "列表", "Annual figures", "Guide to the data", "Lists"})
OWN_SHEETS = frozenset(fold(n) for n in TEMPLATE_SHEETS)
Typed = str | float | bool | None


class DraftCell(NamedTuple):
    """A cell as typed. `kind`: empty, text, number, bool, date, error, uncached; `place` its address (`F5`, or `row
    7`); `percent` its format.

    `merged` tells that the value stands in the merged area's first cell and shows here.
    """

    value: Typed
    kind: str = "text"
    place: str = ""
    percent: bool = False
    merged: bool = False

    @property
    def blank(self) -> bool:
        return self.kind == "empty" or (self.kind == "text" and not str(self.value).strip())

    @property
    def figure(self) -> bool:
        """A number, typed as one or as text."""
        return self.kind == "number" or (self.kind == "text" and is_figure(self.value))

    def cell(self) -> Cell:
        """The same as the reader's cell, so that numbers and dates are read by one rule."""
        row, column = _position(self.place)
        value: Any = dt.date.fromisoformat(str(self.value)) if self.kind == "date" else self.value
        return Cell(value, row, column, self.kind, self.percent)


EMPTY = DraftCell(None, "empty")


@dataclass(frozen=True, slots=True)
class DraftRow:
    """Cells by field id; `more` holds cells of columns that the form does not have, by heading. `number` counts from 1
    on the sheet."""

    number: int
    cells: Mapping[str, DraftCell]
    more: Mapping[str, DraftCell]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class DraftTable:
    """A form's sheet: which fields its heading names, its rows in order. `hidden` sheets are kept and not counted."""

    name: str
    sheet: str
    columns: Mapping[str, str]  # field id -> column letters
    rows: tuple[DraftRow, ...]
    hidden: bool = False
    headed: bool = True


@dataclass(frozen=True, slots=True)
class AsideCell:
    """A figure in a hidden column, or struck out: kept with its reason (`inventory.spreadsheets.hidden`), never counted."""

    sheet: str
    place: str
    reason: str
    value: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A filled workbook as typed. `profile` by field id; `tables` in the workbook's order; `others` are sheets of no
    form: (title, {address: cell})."""

    file: str
    profile: Mapping[str, DraftCell]
    tables: tuple[DraftTable, ...]
    others: tuple[tuple[str, Mapping[str, DraftCell]], ...] = ()
    has_profile: bool = True
    aside: tuple[AsideCell, ...] = ()
    # what stands on the sheet of a form where no field is: (title, {address: cell})
    outside: tuple[tuple[str, Mapping[str, DraftCell]], ...] = ()
    notes: Notes = field(default_factory=dict)  # comments of people, by sheet and address

    @property
    def home(self) -> str:
        """The title of the profile's sheet in the file it came from."""
        titles = (sheet for sheet, _ in self.notes)
        return next((t for t in titles if fold(t) in (fold(PROFILE_SHEET), fold(PROFILE_SHEET_EN))), PROFILE_SHEET)

    def table(self, name: str) -> DraftTable | None:
        return next((t for t in self.tables if t.name == name), None)

    def locate(self, origin: Origin) -> tuple[str, int | None, str]:
        """(table, row number, field) of a place on a sheet; empty where it is not a cell of a form."""
        if fold(origin.sheet) in (fold(PROFILE_SHEET), fold(PROFILE_SHEET_EN)):
            return "profile", None, next((f for f, c in self.profile.items() if c.place == origin.cell), "")
        for t in self.tables:
            if t.sheet == origin.sheet:
                letters = "".join(c for c in origin.cell if c.isalpha())
                digits = "".join(c for c in origin.cell if c.isdigit())
                return (
                    t.name,
                    int(digits) if digits else None,
                    next((f for f, column in t.columns.items() if column == letters), ""),
                )
        return "", None, ""


# ---- from a workbook ----


def draft_of(sheets: Sequence[Sheet], file: str, only_forms: bool = False) -> Draft:
    """The draft of sheets as read. `only_forms` leaves other sheets aside (a filed report has many that nobody
    typed)."""
    profile: dict[str, DraftCell] = {}
    tables: list[DraftTable] = []
    others: list[tuple[str, Mapping[str, DraftCell]]] = []
    seen: set[str] = set()
    has_profile = False
    aside: list[AsideCell] = []
    outside: list[tuple[str, Mapping[str, DraftCell]]] = []
    for sheet in (s.with_hidden_rows() for s in sheets):
        title = fold(sheet.name)
        aside.extend(
            AsideCell(sheet.name, a1(*place), reason, str(value))
            for place, (reason, value) in sorted(sheet.aside.items())
        )
        spec = BY_SHEET.get(title)
        if title in (fold(PROFILE_SHEET), fold(PROFILE_SHEET_EN)) and not has_profile:
            has_profile = True
            answers = answers_of(sheet)
            profile = {name: typed(sheet.shown(*at)) for name, at in answers.items()}
            outside.append((sheet.name, {} if only_forms else _outside_answers(sheet, answers.values())))
        elif spec is not None and spec.name not in seen:
            seen.add(spec.name)
            tables.append(_table(sheet, spec))
            outside.append((sheet.name, {} if only_forms else _outside_table(sheet, spec)))
        elif not only_forms and title not in OWN_SHEETS:
            others.append((sheet.name, {c.place: c for c in _filled(sheet)}))
    rest = tuple((title, cells) for title, cells in outside if cells)
    return Draft(file, profile, tuple(tables), tuple(others), has_profile, tuple(aside), rest)


OWN = frozenset({(1, 1), (2, 1)})  # title and note of the template


def _outside_answers(sheet: Sheet, answers: Iterable[tuple[int, int]]) -> dict[str, DraftCell]:
    """What stands on the profile beside its labels and answers."""
    taken = OWN | {place for r, c in answers for place in ((r, c), (r, c - 1))}
    cells = (cell for row in sheet.rows for cell in row if (cell.row, cell.column) not in taken and not cell.blank)
    return {c.address: typed(c) for c in cells if sheet.covered(c.row, c.column) is None}


def _outside_table(sheet: Sheet, spec: Form) -> dict[str, DraftCell]:
    """Words above the heading of a table, and headings of further columns that hold nothing."""
    header = heading_of(sheet, spec)
    if header is None:
        return {}
    top, columns = header
    above = (sheet.cell(r, c) for r in range(1, top) for c in range(1, sheet.width + 1) if (r, c) not in OWN)
    empty = (
        sheet.cell(top, c)
        for c in range(1, sheet.width + 1)
        if c not in columns.values() and all(sheet.cell(r, c).blank for r in range(top + 1, sheet.height + 1))
    )
    cells = ((c.address, typed(c)) for c in (*above, *empty) if not c.blank)
    return {place: cell for place, cell in cells if not cell.figure}


def _filled(sheet: Sheet) -> Iterable[DraftCell]:
    return (typed(c) for row in sheet.rows for c in row if c.kind != "empty")


def typed(cell: Cell, merged: bool = False) -> DraftCell:
    """A cell as it is kept: dates as ISO text (time of day dropped), everything else as it is."""
    value: Any = cell.value
    if cell.kind == "date":
        if isinstance(value, dt.datetime):
            value = value.date()
        if not isinstance(value, dt.date):
            return DraftCell(str(value), "text", cell.address)
        value = value.isoformat()
    return DraftCell(value, cell.kind, cell.address, cell.percent, merged)


def answers_of(sheet: Sheet) -> dict[str, tuple[int, int]]:
    """Row and column (from 1) of every answer of the profile: label and value stand side by side, in any order."""
    labels = {fold(text): f.id for f in PROFILE for text in (f.label, f.label_en)}
    places: dict[str, tuple[int, int]] = {}
    for r, row in enumerate(sheet.values, 1):
        for c, text in enumerate(row, 1):
            name = labels.get(fold(text)) if isinstance(text, str) else None
            if name is not None:
                places.setdefault(name, (r, c + 1))
    return places


def _table(sheet: Sheet, spec: Form) -> DraftTable:
    header = heading_of(sheet, spec)
    hidden = not sheet.visible
    if header is None:
        rows = tuple(
            DraftRow(r, {}, {c.address: typed(c) for c in row if c.kind != "empty"})
            for r, row in enumerate(sheet.rows, 1)
            if any(c.kind != "empty" for c in row)
        )
        return DraftTable(spec.name, sheet.name, {}, rows, hidden, False)
    top, columns = header
    heads = {c: _head(sheet, top, c) for c in range(1, sheet.width + 1) if c not in columns.values()}
    concealed = sheet.hidden_rows
    unplain = sheet.unplain_rows
    rows_ = _above(sheet, top)
    text_fields = {f.id for f in spec.fields if f.kind != "number"}
    letters = {name: "".join(x for x in a1(top, c) if x.isalpha()) for name, c in columns.items()}
    wanted = {name: (c, letters[name]) for name, c in columns.items()}
    further = {head: (c, "".join(x for x in a1(top, c) if x.isalpha())) for c, head in heads.items()}
    for r in range(top + 1, sheet.height + 1):
        if r not in unplain:
            row = _plain_row(sheet.values[r - 1], r, wanted, further)
            if row is not None:
                rows_.append(DraftRow(r, *row, r in concealed))
            continue
        own = {name: sheet.cell(r, c) for name, c in columns.items()}
        more = {head: typed(cell) for c, head in heads.items() if (cell := sheet.cell(r, c)).kind != "empty"}
        if all(c.blank for c in own.values()) and not more:
            continue
        cells = {name: typed(c) for name, c in own.items() if c.kind != "empty"}
        cells.update(
            {
                name: shown
                for name in text_fields & columns.keys()
                if own[name].kind == "empty" and (shown := _covering(sheet, r, columns[name])) is not None
            }
        )
        rows_.append(DraftRow(r, cells, more, r in concealed))
    return DraftTable(spec.name, sheet.name, letters, tuple(rows_), hidden)


def _above(sheet: Sheet, top: int) -> list[DraftRow]:
    """Figures above the heading, where nobody reads them: kept by their address."""
    cells = ((r, typed(sheet.cell(r, c))) for r in range(1, top) for c in range(1, len(sheet.values[r - 1]) + 1))
    return [DraftRow(r, {}, {cell.place: cell}) for r, cell in cells if cell.figure]


Columns = Mapping[str, tuple[int, str]]  # field or heading -> column from 1, and its letters


def _plain_row(
    values: Sequence[Value], r: int, own: Columns, more: Columns
) -> tuple[dict[str, DraftCell], dict[str, DraftCell]] | None:
    """The cells of a row of a sheet on which a cell is what its value is; None for a row with nothing on it."""
    width = len(values)

    def filled(columns: Columns) -> dict[str, DraftCell]:
        return {
            name: _plain_cell(value, f"{letters}{r}")
            for name, (c, letters) in columns.items()
            if c <= width and (value := values[c - 1]) is not None and value != ""
        }

    cells, others = filled(own), filled(more)
    return (cells, others) if others or not all(c.blank for c in cells.values()) else None


def _plain_cell(value: Value, place: str) -> DraftCell:
    if isinstance(value, str):
        return DraftCell(value, "text", place)
    if isinstance(value, bool):
        return DraftCell(value, "bool", place)
    if isinstance(value, float):
        return DraftCell(value, "number", place)
    row, column = position(place)
    return typed(Cell(value, row, column, "date"))


def _covering(sheet: Sheet, row: int, column: int) -> DraftCell | None:
    """What a merged area shows over a text cell; numbers are never spread over the rows they are merged over."""
    cell = sheet.shown(row, column)
    if cell.kind == "empty" or (cell.row, cell.column) == (row, column):
        return None
    return DraftCell(typed(cell).value, typed(cell).kind, sheet.cell(row, column).address, cell.percent, True)


def _head(sheet: Sheet, top: int, column: int) -> str:
    cell = sheet.cell(top, column)
    return plain(cell.text) or "".join(x for x in cell.address if x.isalpha())


def heading_of(sheet: Sheet, spec: Form) -> tuple[int, dict[str, int]] | None:
    """Row and columns of the heading: the row among the first dozen that names most fields."""
    labels = {fold(text): f.id for f in spec.fields for text in (f.label, f.label_en)}
    best: tuple[int, dict[str, int]] | None = None
    for r in range(1, min(sheet.height, HEADER_DEPTH) + 1):
        columns: dict[str, int] = {}
        for c, value in enumerate(sheet.values[r - 1], 1):
            name = labels.get(fold(value)) if isinstance(value, str) else None
            if name is not None:
                columns.setdefault(name, c)
        if len(columns) >= 2 and (best is None or len(columns) > len(best[1])):
            best = (r, columns)
            if len(columns) == len(spec.fields):
                break
    return best


def _position(place: str) -> tuple[int, int]:
    if place.startswith("row "):
        return int(place[4:]), 1
    try:
        return position(place)
    except ValueError:
        return 1, 1


# ---- from values ----


def draft_of_enterprise(e: Enterprise) -> Draft:
    """The draft of an enterprise's values, as if typed (numbers as numbers, months as numbers)."""
    profile = {f.id: _value(getattr(e.profile, f.id)) for f in PROFILE if getattr(e.profile, f.id) not in ("", None, 0)}
    tables = []
    for spec in TABLES:
        rows = tuple(
            DraftRow(n, {k: _value(v) for k, v in values_of(row).items() if v not in ("", None)}, {})
            for n, row in enumerate(getattr(e, spec.name), 1)
        )
        if rows:
            tables.append(DraftTable(spec.name, spec.sheet, {f.id: "" for f in spec.fields}, rows))
    return Draft(e.file, profile, tuple(tables))


def _value(value: Any) -> DraftCell:
    return DraftCell(float(value), "number") if isinstance(value, int | float) else DraftCell(str(value), "text")


def field_of(table: str, name: str) -> Field | None:
    """A form's field by id; None where there is none."""
    fields = PROFILE if table == "profile" else BY_NAME[table].fields if table in BY_NAME else ()
    return next((f for f in fields if f.id == name), None)
