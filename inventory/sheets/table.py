"""A page as a list of tables. Columns are declared, formulas name their cells as (table, row key, column); addresses
are resolved last.

    table = Table("energy", (Column("name", ("排放源",), TEXT), Column("co2", ("CO₂",), NUMBER)), rows)
    Entry(12.5, formula("SUM({parts})", parts=[At("energy", "1.1", "co2"), At("energy", "1.2", "co2")]))

A page has one grid of column widths; a table's column may span several of them, so that tables of different shape stand
below each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..charts import PrintChart
from .address import PlanError, Ref, spans, sum_arguments
from .look import HEAD, Look
from .model import Page, Value


@dataclass(frozen=True, slots=True)
class At:
    """A cell by name: table, row key, column key."""

    table: str
    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Formula:
    """An Excel formula (without `=`) whose `{names}` stand for one cell each or, inside a function such as SUM, for
    several."""

    text: str
    cells: tuple[tuple[str, tuple[At, ...]], ...]

    def resolved(self, places: Mapping[At, Ref], home: str) -> str:
        """With addresses. Raises `PlanError` for a name that no table has."""
        blanks = {}
        for name, cells in self.cells:
            missing = [c for c in cells if c not in places]
            if missing:
                raise PlanError(f"{self.text}: no cell {missing[0]}")
            refs = [places[c] for c in cells]
            blanks[name] = refs[0].seen_from(home) if len(refs) == 1 else sum_arguments(spans(refs), home)
        return "=" + self.text.format(**blanks)


def formula(text: str, **cells: At | Iterable[At]) -> Formula:
    return Formula(text, tuple((name, (c,) if isinstance(c, At) else tuple(c)) for name, c in cells.items()))


@dataclass(frozen=True, slots=True)
class Entry:
    """What a cell holds: a value, how it is computed (`formula`, with the value as what is cached), a look of its own,
    a sheet to jump to."""

    value: Value
    formula: Formula | None = None
    look: Look | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class TableColumn:
    """`heads` are its headings from top to bottom, one a head row (equal neighbours become one cell). `span` grid
    columns wide."""

    key: str
    heads: tuple[str, ...]
    look: Look
    span: int = 1


@dataclass(frozen=True, slots=True)
class TableRow:
    """Entries by column key; a column without one stays blank. `bold` and `fill` hold for the whole row."""

    key: str
    entries: Mapping[str, Entry | Value]
    bold: bool = False
    fill: str = ""
    rule: int = 0  # line above
    height: float = 0.0


@dataclass(frozen=True)
class Table:
    """`numbered` is the row of column numbers below the heads (甲 乙 1 2 3=1×2). `repeat`: the heads stand on every
    page."""

    id: str
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    numbered: tuple[str, ...] = ()
    repeat: bool = True
    head: Look = HEAD
    row_height: float = 13.5
    size: float = 0.0  # letters of the body are at most so large (0: as their looks say)


@dataclass(frozen=True, slots=True)
class Part:
    """A text over grid columns `first`..`last`; `key` makes it a cell that formulas can name (table = id of the
    band)."""

    first: int
    last: int
    entry: Entry | Value
    look: Look
    key: str = ""


@dataclass(frozen=True)
class Band:
    """One row of free texts (titles, lines above and below a table, notes, signatures). `height` 0: as high as its
    texts need."""

    parts: tuple[Part, ...]
    height: float = 0.0
    id: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A series of a chart by name: all rows of a table's columns for labels and values. More as in `PrintSeries`."""

    name: str
    table: str
    labels: str
    values: str
    colours: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True)
class ChartFigure:
    """A native chart (its series named, not yet addressed) and the room it takes, in rows of 15 points."""

    chart: PrintChart
    series: tuple[Drawn, ...]
    rows: int


@dataclass(frozen=True)
class Break:
    """A new printed page."""


Block = Table | Band | ChartFigure | Break


@dataclass
class PagePlan:
    """One sheet: name, title, widths of its grid columns in characters, blocks from top to bottom, and how it is
    printed."""

    name: str
    title: str
    widths: tuple[float, ...]
    blocks: list[Block] = field(default_factory=list)
    page: Page = field(default_factory=Page)
    tab: str = ""
    fit: bool = False  # rows of its tables somewhat lower or higher, so that the sheet fills one page

    def add(self, *blocks: Block) -> None:
        self.blocks.extend(blocks)
