"""What the fast reader does not tell about a sheet: error values, uncalculated formulas, percent formats, formats that
show a figure divided, struck-out and hidden content, its true extent.

Calamine gives the same empty cell for `#N/A`, for a formula that was never calculated and for nothing at all, 0.93
without a hint that the sheet shows 93 %, and rows that a person hid or struck out like any other; and it makes room for
the whole rectangle up to the farthest cell before anybody can say that this is too much. So every container is looked
through first: `probe_xlsx`, `probe_xls`, `probe_ods`, each for its format.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Place = tuple[int, int]

FAR_AREA = 200_000  # cells of the rectangle from which a sheet has to be reasonably full
FAR_FILL = 200  # cells of the rectangle for one that holds something
MAX_CELLS = 20_000_000


@dataclass(frozen=True, slots=True)
class Probe:
    """Places (row, column from 1). `holes`: cells that read as empty but are not (`error`, `uncached`), `errors` their
    texts.

    `percents`: numbers shown as percentages; `scaled`: numbers shown divided by thousands; `struck`: cells struck out;
    `hidden_rows`, `hidden_columns`: hidden by hand; `filtered_rows`: hidden by a filter or a folded outline, which is a
    way of looking and no statement about the data.
    """

    holes: dict[Place, str] = field(default_factory=dict)
    errors: dict[Place, str] = field(default_factory=dict)
    percents: frozenset[Place] = frozenset()
    struck: frozenset[Place] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    filtered_rows: frozenset[int] = frozenset()
    scaled: frozenset[Place] = frozenset()

    @property
    def has_content(self) -> bool:
        """Whether there is anything that the plain values do not show."""
        return bool(
            self.holes
            or self.percents
            or self.struck
            or self.hidden_rows
            or self.hidden_columns
            or self.filtered_rows
            or self.scaled
        )


class TooFar(Exception):
    """A sheet whose rectangle is far larger than what it holds (a stray cell), or larger than anything that is read."""

    def __init__(self, sheet: str, cells: tuple[Place, ...], rows: int, columns: int, stray: bool) -> None:
        self.sheet, self.cells, self.rows, self.columns, self.stray = sheet, cells, rows, columns, stray
        super().__init__(sheet)


@dataclass(slots=True)
class Extent:
    """The rectangle that a sheet's filled cells take up, counted while they are gone through."""

    count: int = 0
    lowest: Place = (0, 0)  # the cell of the last row
    rightmost: Place = (0, 0)  # the cell of the last column

    def take(self, row: int, column: int, cells: int = 1) -> None:
        self.count += cells
        if row > self.lowest[0]:
            self.lowest = (row, column)
        if column > self.rightmost[1]:
            self.rightmost = (row, column)

    def check(self, sheet: str) -> None:
        """Raises `TooFar` when room for the rectangle must not be made."""
        rows, columns = self.lowest[0], self.rightmost[1]
        area = rows * columns
        if area > FAR_AREA and area > FAR_FILL * max(self.count, 1):
            raise TooFar(sheet, tuple(sorted({self.lowest, self.rightmost})), rows, columns, True)
        if area > MAX_CELLS:
            raise TooFar(sheet, (self.lowest,), rows, columns, False)
