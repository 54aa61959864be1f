"""Cells with addresses: workbooks (xlsx, xlsm, xls, et, ods) and CSV files as sheets of values that know where they
stand.

The reader is python-calamine, told apart by content and never by the file name. Calamine gives an empty cell for an
error value and for a formula that was never calculated, and hides number formats; the probes look for those in the file
itself. Nothing is followed out of the file: no external links, no macros, no XML entities. What cannot be read raises
`Unreadable`, which carries the message for a person.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from ..core.names import display_name
from ..core.places import address
from ..core.problems import Origin, Problem, problem
from ..sheets.csvfile import unguarded
from .container import MAX_FILE, ZipParts, check_container, parts_of, what_is
from .corrected import corrected
from .grid import decoded, delimiter_of, trimmed, with_holes
from .hidden import ROW as HIDDEN_ROW
from .hidden import without_hidden, without_scaled
from .probe import MAX_CELLS, Probe, TooFar

Value = str | float | bool | dt.datetime | dt.date | dt.time | dt.timedelta | None
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384


class Unreadable(Exception):
    """A file that cannot be read as a table; `problem` says what it is instead."""

    def __init__(self, fault: Problem) -> None:
        self.problem = fault
        super().__init__(fault.text())


class Cell(NamedTuple):
    """One cell (a tuple, because a workbook has many). `kind`: empty, text, number, bool, date, error, uncached;
    `address` is `D7`; rows and columns from 1.

    `value` is None for an empty or uncached cell and the error's text for an error; a number is always a float;
    `percent`: shown as a percentage.
    """

    value: Value
    row: int
    column: int
    kind: str
    percent: bool = False

    @property
    def address(self) -> str:
        return address(self.row, self.column)

    @property
    def text(self) -> str:
        """The value as one would type it: `2005`, `12.5`, text trimmed; empty for None."""
        return as_text(self.value)

    @property
    def blank(self) -> bool:
        return self.kind == "empty" or (self.kind == "text" and not str(self.value).strip())


def as_text(value: Value) -> str:
    if type(value) is str:
        return value.strip()
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if abs(value) < 1e15 and value == int(value) else repr(value)
    if isinstance(value, dt.datetime) and not (value.hour or value.minute or value.second):
        return value.date().isoformat()
    return str(value).strip()


@dataclass(frozen=True)
class Sheet:
    """A table with addresses. `values[r][c]` counts from 0 and starts at A1; `merged` holds (top, left, bottom, right),
    counted from 1.

    `csv` is True for a text file: `name` is then empty, and `row_origin` gives `row 7`. `visible` is False for a hidden
    sheet. `aside` holds the figures that are hidden or struck out (place -> reason, value): they are no longer among
    `values`; `stored` are then the values as the file has them.
    """

    file: str
    name: str
    values: tuple[tuple[Value, ...], ...]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    csv: bool = False
    visible: bool = True
    probe: Probe = field(default_factory=Probe)
    aside: Mapping[tuple[int, int], tuple[str, object]] = field(default_factory=dict)
    stored: tuple[tuple[Value, ...], ...] = ()

    @property
    def hidden_rows(self) -> frozenset[int]:
        """Rows hidden by hand (those of a filter are read and not among them)."""
        return self.probe.hidden_rows

    def with_hidden_rows(self) -> Sheet:
        """The sheet with what stands on rows hidden by hand, for readers that keep everything and leave these rows out
        themselves."""
        if not self.stored or not self.hidden_rows:
            return self
        values = tuple(
            old if r in self.hidden_rows else row
            for r, (row, old) in enumerate(zip(self.values, self.stored, strict=False), 1)
        )
        return replace(
            self,
            values=values + self.values[len(values) :],
            aside={p: why for p, why in self.aside.items() if why[0] != HIDDEN_ROW},
            stored=(),
        )

    @cached_property
    def height(self) -> int:
        return len(self.values)

    @cached_property
    def width(self) -> int:
        return max((len(row) for row in self.values), default=0)

    @cached_property
    def plain(self) -> bool:
        """Nothing on the sheet is merged, an error, uncalculated or shown as a percentage: a cell is what its value
        is."""
        return not (self.merged or self.probe.holes or self.probe.percents)

    @cached_property
    def unplain_rows(self) -> frozenset[int]:
        """Rows on which something is merged, an error, uncalculated or shown as a percentage: on all others a cell is
        what its value is."""
        merged = {r for top, _, bottom, _ in self.merged for r in range(top, min(bottom, self.height) + 1)}
        return frozenset(merged | {r for r, _ in self.probe.holes} | {r for r, _ in self.probe.percents})

    def row_is_blank(self, row: int) -> bool:
        """No value, no error and no uncached formula on the row."""
        return (
            all(v is None or (isinstance(v, str) and not v.strip()) for v in self.values[row - 1])
            and row not in self._rows_with_holes
        )

    @cached_property
    def _rows_with_holes(self) -> frozenset[int]:
        return frozenset(r for r, _ in self.probe.holes)

    def cell(self, row: int, column: int) -> Cell:
        """The cell at row, column (from 1); an empty one beyond the table's edge."""
        line = self.values[row - 1] if 0 < row <= len(self.values) else ()
        value = line[column - 1] if 0 < column <= len(line) else None
        if value is None or value == "":
            kind = self.probe.holes.get((row, column), "empty")
            return Cell(self.probe.errors.get((row, column)) if kind == "error" else None, row, column, kind)
        if isinstance(value, bool):
            return Cell(value, row, column, "bool")
        if isinstance(value, float):
            return Cell(value, row, column, "number", (row, column) in self.probe.percents)
        return Cell(value, row, column, "text" if isinstance(value, str) else "date")

    def row(self, row: int) -> tuple[Cell, ...]:
        """The cells of one row, as many as the sheet is wide."""
        return tuple([self.cell(row, c) for c in range(1, self.width + 1)])

    @cached_property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """Every row as cells, all rows equally wide."""
        return tuple(self.row(r) for r in range(1, self.height + 1))

    def covered(self, row: int, column: int) -> tuple[int, int] | None:
        """Top-left corner of the merged area that hides this cell; None if the cell shows its own value."""
        corner = self._cover.get((row, column)) if self.merged else None
        return None if corner == (row, column) else corner

    def shown(self, row: int, column: int) -> Cell:
        """The cell a person sees here: within a merged area its top-left cell."""
        corner = self._cover.get((row, column)) if self.merged else None
        return self.cell(*corner) if corner is not None else self.cell(row, column)

    @cached_property
    def _cover(self) -> dict[tuple[int, int], tuple[int, int]]:
        cover: dict[tuple[int, int], tuple[int, int]] = {}
        for top, left, bottom, right in self.merged:
            for r in range(top, min(bottom, max(self.height, top)) + 1):
                for c in range(left, min(right, max(self.width, left)) + 1):
                    cover[r, c] = (top, left)
        return cover

    def origin(self, row: int, column: int) -> Origin:
        """Where a cell stands: file, sheet, `D7`."""
        return Origin(self.file, self.name, address(row, column))

    def row_origin(self, row: int, column: int = 1) -> Origin:
        """`row 7` of a CSV; in a workbook the cell of that row and column."""
        return Origin(self.file, "", f"row {row}") if self.csv else self.origin(row, column)


kept_sheets: ContextVar[MutableMapping[tuple[Any, ...], tuple[Sheet, ...]] | None] = ContextVar(
    "kept_sheets", default=None
)


def read_sheets(
    path: Path | str, name: str | None = None, *, as_filed: bool = False, without: frozenset[str] = frozenset()
) -> tuple[Sheet, ...]:
    """All sheets of a workbook, or the one table of a CSV, with the project's corrections (`更正.csv` beside the file)
    laid over them.

    `name` is what messages call the file (default: its file name); `as_filed` leaves corrections out; sheets that are
    called like one of `without` are not read.
    Raises `Unreadable` for anything that is not a readable table: another kind of file under a spreadsheet's name, a
    password, damage, a size
    beyond the limits.
    """
    path = Path(path)
    name = display_name(path) if name is None else name
    kept = kept_sheets.get()
    sheets = _sheets_of(path, name, without) if kept is None else _kept_or_read(path, name, kept)
    return sheets if as_filed else corrected(sheets, path)


def _kept_or_read(path: Path, name: str, kept: MutableMapping[tuple[Any, ...], tuple[Sheet, ...]]) -> tuple[Sheet, ...]:
    """A file read once for as long as it does not change."""
    try:
        status = path.stat()
    except OSError:
        return _sheets_of(path, name)
    key = (str(path), name, status.st_mtime_ns, status.st_size)
    if key not in kept:
        kept[key] = _sheets_of(path, name)
    return kept[key]


def _sheets_of(path: Path, name: str, without: frozenset[str] = frozenset()) -> tuple[Sheet, ...]:
    try:
        data = path.read_bytes() if path.stat().st_size <= MAX_FILE else None
    except OSError as error:
        raise Unreadable(problem("file.cannot_open", Origin(name), reason=error.strerror or str(error))) from error
    if data is None:
        raise Unreadable(
            problem(
                "file.too_big",
                Origin(name),
                size=f"{path.stat().st_size / 1e6:.0f} MB",
                limit=f"{MAX_FILE / 1e6:.0f} MB",
            )
        )
    return sheets_from_bytes(data, name, path.suffix.lower(), without)


def sheets_from_bytes(
    data: bytes, name: str, suffix: str = "", without: frozenset[str] = frozenset()
) -> tuple[Sheet, ...]:
    """The same from a file's content (an upload, a stream read whole). `name` is what messages call it; `suffix`
    defaults to that of the name."""
    if len(data) > MAX_FILE:
        raise Unreadable(
            problem("file.too_big", Origin(name), size=f"{len(data) / 1e6:.0f} MB", limit=f"{MAX_FILE / 1e6:.0f} MB")
        )
    parts = parts_of(data) if data[:2] == b"PK" else None  # opened once for all that follows
    kind = parts.kind if parts is not None else what_is(data, suffix or Path(name).suffix.lower())
    if kind == "csv":
        return (_csv_sheet(data, name),)
    if kind not in ("xlsx", "xls", "ods", "xlsb"):
        raise Unreadable(problem(f"file.{kind}", Origin(name)))
    refused = None if parts is None else check_container(data, name, parts)
    if refused is not None:
        raise Unreadable(refused)
    return _workbook_sheets(_Content(data, name, kind, parts, without))


@dataclass(frozen=True, slots=True)
class _Content:
    """A workbook's bytes, what messages call it, its kind (xlsx, xls, ods, xlsb), and its parts where it is zipped."""

    data: bytes
    name: str
    kind: str
    parts: ZipParts | None
    without: frozenset[str]  # sheets that nobody wants


def _workbook_sheets(of: _Content) -> tuple[Sheet, ...]:
    name = of.name
    try:
        sheets = tuple(_worksheets(of))
    except TooFar as far:
        code = "file.far_cell" if far.stray else "file.too_many_cells"
        cells = "、".join(address(r, c) if c <= MAX_COLUMNS and r <= MAX_ROWS else f"R{r}C{c}" for r, c in far.cells)
        facts = {"cells": cells} if far.stray else {"rows": far.rows, "columns": far.columns}
        raise Unreadable(problem(code, Origin(name, far.sheet), **facts)) from far
    except Unreadable:
        raise
    except Exception as error:  # whatever a damaged file sets off in the readers beneath is a word about the file
        code = (
            "file.password" if "password" in str(error).lower() or "encrypt" in str(error).lower() else "file.damaged"
        )
        facts = (
            {} if code == "file.password" else {"reason": " ".join(str(error).split())[:200] or type(error).__name__}
        )
        raise Unreadable(problem(code, Origin(name), **facts)) from error
    if not sheets and not of.without:
        raise Unreadable(problem("file.no_sheets", Origin(name)))
    return sheets


def _probes(of: _Content) -> dict[str, Probe]:
    """What the fast reader does not tell, looked for before it makes room for anything. Raises `TooFar`."""
    if of.parts is None:
        from .probe_xls import probe_workbook as probe_old

        return probe_old(of.data)
    if of.kind == "xlsx":
        from .probe_xlsx import probe_workbook as probe_new

        return probe_new(of.parts, of.without)
    if of.kind == "ods":
        from .probe_ods import probe_workbook
    else:
        from .probe_xlsb import probe_workbook
    return probe_workbook(of.parts)


def _worksheets(of: _Content) -> Iterator[Sheet]:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    name = of.name
    probes = _probes(of)
    book = CalamineWorkbook.from_filelike(io.BytesIO(of.data))
    for meta in book.sheets_metadata:
        if meta.typ not in (SheetTypeEnum.WorkSheet,) or meta.name in of.without:
            continue
        source = book.get_sheet_by_name(meta.name)
        if source.total_height * source.total_width > MAX_CELLS:
            raise Unreadable(
                problem(
                    "file.too_many_cells", Origin(name, meta.name), rows=source.total_height, columns=source.total_width
                )
            )
        values = tuple(_values(row) for row in source.to_python(skip_empty_area=False))
        merged = tuple(sorted((a[0] + 1, a[1] + 1, b[0] + 1, b[1] + 1) for a, b in (source.merged_cell_ranges or ())))
        probe = probes.get(meta.name, Probe())
        whole = trimmed(values)
        shown, probe, aside = without_hidden(whole, probe, merged)
        shown, probe = without_scaled(shown, probe)
        visible = meta.visible == SheetVisibleEnum.Visible
        yield Sheet(
            name,
            meta.name,
            with_holes(shown, probe),  # type: ignore[arg-type]
            merged,
            False,
            visible,
            probe,
            aside,
            whole if aside else (),
        )


def _values(row: Iterable[object]) -> tuple[Value, ...]:
    """Cells as calamine gives them: "" for an empty one, whole numbers of old workbooks as int (TRUE is no int
    here)."""
    return tuple(
        [v if type(v) is float else None if v == "" else float(v) if type(v) is int else v for v in row]  # type: ignore[misc]
    )


def _csv_sheet(data: bytes, name: str) -> Sheet:
    text = decoded(data)
    if text is None:
        raise Unreadable(problem("file.encoding", Origin(name)))
    delimiter = delimiter_of(text)
    rows: list[tuple[Value, ...]] = []
    guarded = "'" in text  # else no cell begins with the mark that a writer puts before what looks like a formula
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            if len(row) > MAX_COLUMNS or len(rows) >= MAX_ROWS:
                raise Unreadable(problem("file.too_many_cells", Origin(name), rows=len(rows), columns=len(row)))
            rows.append(tuple([unguarded(v) or None for v in row] if guarded else [v or None for v in row]))
    except csv.Error as error:
        raise Unreadable(
            problem("file.csv_broken", Origin(name, "", f"row {len(rows) + 1}"), reason=str(error))
        ) from error
    return Sheet(name, "", trimmed(tuple(rows)), csv=True)
