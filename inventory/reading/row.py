"""What the readers of tables pass on: a row by meaning, and everything found so far."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..core.activity import Notation, OpenCell, Refused, RowNotation
from ..core.columns import ActivityColumns, ColumnsBuilder, RowFigures, RowWords
from ..core.places import LETTERS, address
from ..core.problems import Collector, Origin
from ..spreadsheets.cells import Cell, Sheet
from ..spreadsheets.numbers import BLANK_MARKS, NotNumber, plain


class Waiting(NamedTuple):
    """The cells of one row that wait for a figure: `years` and `cells` are equally long."""

    region: str
    quantity: str
    item: tuple[tuple[str, str], ...]
    unit: str
    file: str
    sheet: str
    years: tuple[int, ...]
    cells: tuple[str, ...]


@dataclass(frozen=True)
class OpenCells(Collection[OpenCell]):
    """All cells that wait for a figure: as many as a template has, made only when somebody goes through them."""

    rows: tuple[Waiting, ...]

    def __iter__(self) -> Iterator[OpenCell]:
        for region, quantity, item, unit, file, sheet, years, cells in self.rows:
            for year, cell in zip(years, cells, strict=True):
                yield OpenCell(region, year, quantity, item, unit, Origin(file, sheet, cell))

    def __len__(self) -> int:
        return sum(len(row.cells) for row in self.rows)

    def __contains__(self, cell: object) -> bool:
        return any(cell == one for one in self)


class YearFigures(Sequence[tuple[int, Cell]]):
    """The figures of a row of a wide table on a plain sheet whose cells are all numbers or all empty: very many, so that
    the cells are made only for whom looks at them.

    `years`, `columns` and `values` are equally long; `numbers` says which of the two they are.
    """

    __slots__ = ("columns", "number", "numbers", "values", "years")

    def __init__(
        self, years: tuple[int, ...], columns: tuple[int, ...], values: tuple[Any, ...], number: int, numbers: bool
    ) -> None:
        self.years, self.columns, self.values, self.number, self.numbers = years, columns, values, number, numbers

    def __len__(self) -> int:
        return len(self.years)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return tuple(self)[at]
        kind = "number" if self.numbers else "empty"
        return self.years[at], Cell(self.values[at], self.number, self.columns[at], kind)


@dataclass
class RowsRead:
    """What was read so far; filled by the readers, frozen into a `Project` at the end."""

    columns: ColumnsBuilder = field(default_factory=ColumnsBuilder)  # the data, in columns from the first
    quantities: dict[str, set[str]] = field(default_factory=dict)  # quantities that have data, by file
    notations: list[Notation] = field(default_factory=list)
    row_notations: list[RowNotation] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    problems: Collector = field(default_factory=Collector)
    marks: list[str] = field(default_factory=list)  # cells of the present sheet that hold —, … or /
    without_source: list[str] = field(default_factory=list)  # rows of the present sheet without a source
    # rows of the present sheet whose every figure became a datum, with the columns of these figures
    whole: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def take(self, words: RowWords, place: tuple[str, str], figures: RowFigures) -> None:
        """The figures of a row as data; `place` is file and sheet."""
        self.columns.add_row(words, place, figures)
        self.quantities.setdefault(place[0], set()).add(words[1].quantity)

    @property
    def data(self) -> ActivityColumns:
        """The data read so far."""
        return self.columns.build()


@dataclass(frozen=True, slots=True)
class Row:
    """A row by meaning: cells of the named columns, of the key columns, and the figures with their years. `above` is
    what stands over the table."""

    sheet: Sheet
    number: int
    fields: Mapping[str, Cell]
    keys: Mapping[str, Cell]
    figures: Sequence[tuple[int | Cell, Cell]]
    above: Mapping[str, str]
    figure_units: Mapping[int, str]
    above_at: Mapping[str, Origin] = field(default_factory=dict)

    def cell(self, name: str) -> Cell | None:
        cell = self.fields.get(name)
        return None if cell is None or is_blank(cell) else cell

    def text(self, name: str) -> str:
        cell = self.cell(name)
        return cell.text if cell is not None else ""

    def place(self, cell: Cell) -> str:
        """A cell's place within its sheet: `D7`, or `row 7` of a CSV."""
        return f"row {self.number}" if self.sheet.csv else address(self.number, cell.column)

    def places(self, cells: Iterable[Cell]) -> tuple[str, ...]:
        """The same of many cells of this row."""
        if self.sheet.csv:
            return tuple(f"row {self.number}" for _ in cells)
        end = str(self.number)
        return tuple([LETTERS[c.column] + end for c in cells])

    def figure_places(self) -> tuple[str, ...]:
        """The places of all figures of this row."""
        if isinstance(self.figures, YearFigures) and not self.sheet.csv:
            end = str(self.number)
            return tuple([LETTERS[c] + end for c in self.figures.columns])
        return self.places([c for _, c in self.figures])

    @property
    def home(self) -> tuple[str, str]:
        """File and sheet; a CSV has none."""
        return self.sheet.file, "" if self.sheet.csv else self.sheet.name

    @property
    def all_numbers(self) -> bool:
        """Every figure is known to be a plain number."""
        return isinstance(self.figures, YearFigures) and self.figures.numbers

    @property
    def without_figures(self) -> bool:
        """No figure, no text: nothing, or marks that mean nothing."""
        if isinstance(self.figures, YearFigures):
            return not self.figures.numbers
        return all(c.kind == "empty" or is_blank(c) for _, c in self.figures)

    def origin(self, cell: Cell | None = None) -> Origin:
        """A cell's place; without a cell the row's."""
        return self.sheet.row_origin(
            self.number, cell.column if cell is not None else min((c.column for c in self.fields.values()), default=1)
        )


def is_blank(cell: Cell) -> bool:
    """Nothing, or a mark that means nothing: —, …, /."""
    return cell.kind == "empty" or (cell.kind == "text" and plain(str(cell.value)).lower() in BLANK_MARKS)


def number_problem(value: NotNumber, origin: Origin, problems: Collector, label: str | Mapping[str, str]) -> None:
    """The message for a text that is no number."""
    more = {"more": ""} if value.reason == "scaled" else {}
    problems.add(f"number.{value.reason}", origin, found=value.text, hint=value.hint, label=label, **more)
