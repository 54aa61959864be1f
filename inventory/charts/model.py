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
FEW = ("#0072B2", "#B8B8B8", "#5F5F5F", "#D55E00")  # up to four series, labelled directly
MOST_DIRECT = len(FEW)
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


def at_most(series: tuple[ChartSeries, ...], rest: str, join: str = "、") -> tuple[ChartSeries, ...]:
    """Series that add up, four of them at most: the smallest of one sign together as `rest` (which takes their
    names). Series below zero stay as they are, so that a sink is seen."""
    spare = len(series) - MOST_DIRECT
    above = [s for s in series if all((v or 0.0) >= 0 for v in s.values)]
    if spare <= 0 or len(above) <= spare:
        return series
    small = sorted(above, key=lambda s: sum(v or 0.0 for v in s.values))[: spare + 1]
    members = [s for s in series if any(s is x for x in small)]
    values = tuple(sum(s.values[i] or 0.0 for s in members) for i in range(len(series[0].values)))
    together = ChartSeries(rest.format(names=join.join(s.label for s in members)), values)
    kept = [s for s in series if not any(s is x for x in small)]
    first_below = next((i for i, s in enumerate(kept) if s not in above), len(kept))
    return (*kept[:first_below], together, *kept[first_below:])


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
