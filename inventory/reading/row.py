"""What the readers of tables pass on: a row by meaning, and everything found so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..core.activity import Datum, Notation
from ..core.problems import Collector, Origin
from .cells import Cell, Sheet
from .numbers import BLANK_MARKS, NotNumber, plain


@dataclass(frozen=True, slots=True)
class RowNotation:
    """A notation key on one row of a table (one quantity and key combination) instead of a figure."""

    region: str
    year: int
    quantity: str
    item: tuple[tuple[str, str], ...]
    key: str
    reason: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class OpenCell:
    """A cell of a template that waits for a figure."""

    region: str
    year: int
    quantity: str
    item: tuple[tuple[str, str], ...]
    unit: str
    origin: Origin


@dataclass
class Found:
    """What was read so far; filled by the readers, frozen into a `Project` at the end."""

    data: list[Datum] = field(default_factory=list)
    notations: list[Notation] = field(default_factory=list)
    row_notations: list[RowNotation] = field(default_factory=list)
    open_cells: list[OpenCell] = field(default_factory=list)
    problems: Collector = field(default_factory=Collector)
    marks: list[str] = field(default_factory=list)          # cells of the present sheet that hold —, … or /
    without_source: list[str] = field(default_factory=list)  # rows of the present sheet without a source


@dataclass(frozen=True, slots=True)
class Row:
    """A row by meaning: cells of the named columns, of the key columns, and the figures with their years. `above` is what stands over the table."""

    sheet: Sheet
    number: int
    fields: Mapping[str, Cell]
    keys: Mapping[str, Cell]
    figures: tuple[tuple[int | Cell, Cell], ...]
    above: Mapping[str, str]
    figure_units: Mapping[int, str]
    above_at: Mapping[str, Origin] = field(default_factory=dict)

    def cell(self, name: str) -> Cell | None:
        found = self.fields.get(name)
        return None if found is None or is_blank(found) else found

    def text(self, name: str) -> str:
        found = self.cell(name)
        return found.text if found is not None else ""

    def origin(self, cell: Cell | None = None) -> Origin:
        """A cell's place; without a cell the row's."""
        return self.sheet.row_origin(self.number, cell.column if cell is not None else min((c.column for c in self.fields.values()), default=1))


def is_blank(cell: Cell) -> bool:
    """Nothing, or a mark that means nothing: —, …, /."""
    return cell.kind == "empty" or (cell.kind == "text" and plain(str(cell.value)).lower() in BLANK_MARKS)


def number_problem(value: NotNumber, origin: Origin, problems: Collector, label: str | Mapping[str, str]) -> None:
    """The message for a text that is no number."""
    problems.add(f"number.{value.reason}", origin, found=value.found, hint=value.hint, label=label)
