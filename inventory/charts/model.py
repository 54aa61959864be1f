"""Charts as data: figures with their labels, or areas of cells. One palette, one look.

Colours are Okabe and Ito's, told apart by colour-blind readers; hatches, markers and dashes tell the series apart in
grey.
"""

from __future__ import annotations

from dataclasses import dataclass

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
HATCHES = ("", "//", "..", "\\\\", "xx", "--", "oo", "++")
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)), (0, (7, 2)))
PAIR = ("#B8B8B8", "#0072B2")  # an older and a newer year beside each other
Area = tuple[str, int, int, int, int]  # sheet, first row, first column, last row, last column
KINDS = ("line", "stacked", "columns", "bars")


@dataclass(frozen=True, slots=True)
class ChartSeries:
    """One named row of figures; None where there is none. `low` and `high` draw an interval around each."""

    label: str
    values: tuple[float | None, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart as data. kind: line, stacked (columns, negative parts below zero), columns (side by side) or bars (lying,
    first on top).

    `labels` stand along the axis of years or names; every series has as many values.
    """

    kind: str
    title: str
    labels: tuple[str, ...]
    series: tuple[ChartSeries, ...]
    value_title: str = ""
    label_title: str = ""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind of chart {self.kind!r}: one of {', '.join(KINDS)}")
        if any(len(s.values) != len(self.labels) for s in self.series):
            raise ValueError(f"{self.title}: a series has not as many values as there are labels")

    @property
    def texts(self) -> str:
        return "".join((self.title, self.value_title, self.label_title, *self.labels, *(s.label for s in self.series)))


@dataclass(frozen=True, slots=True)
class NativeSeries:
    """A series of cells. `name` is shown in the legend."""

    name: str
    labels: Area
    values: Area


@dataclass(frozen=True, slots=True)
class NativeChart:
    """A chart of cells, placed with its corner at (row, col). Kinds as of `Chart`; the labels of a `line` are the
    numbers of years `span` covers."""

    kind: str
    title: str
    series: tuple[NativeSeries, ...]
    row: int
    col: int
    value_title: str = ""
    width: int = 640
    height: int = 320
    span: tuple[int, int] | None = None
