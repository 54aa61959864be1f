"""Family S of the reports (source type): one 附表 a source, every parameter with its tick; small ones share a page."""

from __future__ import annotations

from dataclasses import dataclass

from ..core.ledger import StepTable
from ..sheets.address import Ref
from ..sheets.model import OutputSheet, decimals, width_of
from ..sheets.widths import width_points, width_room
from .compute import category_of
from .english import block_title
from .industries import EmissionSource
from .report_cells import BASIS, RESULT_HEAD, ReportCells
from .tables import source_text

VALUE_WIDTH, TICK_WIDTH, BASIS_WIDTH = 10, 7, 20  # of a source's table, in characters
PAGE_LINES = 36  # of a lying page at the scale of a wide table
GIVE = 1.1  # of a page's width: so wide may tables together be, their columns give what their figures do not need
GAP = 6.0  # points of an empty row between tables that share a page


class SourceTables(ReportCells):
    """The sheets of family S."""

    def _source_tables(self) -> None:
        """One 附表 a source; small ones that follow each other share a sheet, so that a page is filled."""
        used: list[_SourceTable] = []
        for source in self.industry.sources:
            mine = [
                (t, [r for r, row in enumerate(t.rows) if category_of(t, row, self.edition) == source.id])
                for t in self.ledger.tables
            ]
            mine = [(t, rows) for t, rows in mine if rows]
            if mine:
                used.append(_SourceTable(len(used) + 2, source, tuple(mine)))
        for group in _page_by_page(used):
            first, last = group[0], group[-1]
            numbers = f"附表{first.number}" + (f"-{last.number}" if last is not first else f" {first.source.label}")
            title = f"附表{first.number} {source_text(first.source.id, self.edition, self.lang)}"
            s = self.book.add(numbers, title if first is last else numbers)
            row = 0
            for entry in group:
                s.text(
                    row, 0, f"附表{entry.number} {source_text(entry.source.id, self.edition, self.lang)}", "page_title"
                )
                row += 2
                for table, rows in entry.blocks:
                    row = self._block(s, row, table, rows) + 2
            if first is not last:
                written = {r for r, _ in s.cells}
                s.heights.update({r: GAP for r in range(row - 2) if r not in written})
            s.one_page = True

    def _block(self, s: OutputSheet, top: int, table: StepTable, rows: list[int]) -> int:
        """Title, heading and one line a row: every variable with its unit, factors with their tick, the result as a
        formula."""
        s.text(top, 0, block_title(table.method.label, table.step.label, self.lang), "section")
        head = ["分项"]
        for column in table.columns.values():
            head += [column.label[self.lang], "单位"] + (["数据来源"] if column.kind == "factor" else [])
        based = any(column.kind == "factor" for column in table.columns.values())
        s.row(top + 1, 0, (*head, *RESULT_HEAD, *((BASIS,) if based else ())), "head")
        _narrow(s, table, rows)
        for i, r in enumerate(rows):
            line = top + 2 + i
            s.text(line, 0, self._row_item(table, table.rows[r]), "wrap")
            c = 1
            for name, column in table.columns.items():
                if column.kind == "activity":
                    self._place_data(s, line, c, int(column.refs[r]), float(column.values[r]), column.units[r])
                    if column.refs[r] < 0:
                        reason = next((a.reason for a in table.method.activity if a.name == name), {})
                        self.trace.default(Ref(s.name, line, c), column.label, column.units[r], reason)
                    c += 2
                elif column.kind == "factor":
                    self._place_factor(s, line, c, table, name, r)
                    c += 3
                else:
                    self._place_other(s, line, c, table, name, r)
                    c += 2
            self._place_step(s, line, c, table, r)
            if based:
                s.text(line, c + 3, self._basis(table, r), "wrap")
        return top + 2 + len(rows)

    def _place_other(self, s: OutputSheet, row: int, col: int, table: StepTable, name: str, r: int) -> None:
        column = table.columns[name]
        ref = self.steps[table.method.id, column.source, int(column.refs[r])]
        shown = s.formula(
            row, col, f"={ref.seen_from(s.name)}", float(column.values[r]), f"num:{decimals(float(column.values[r]))}"
        )
        self.trace.step(shown, self.tables[table.method.id, column.source], int(column.refs[r]))
        s.text(row, col + 1, column.units[r], "center")


@dataclass(frozen=True, slots=True)
class _SourceTable:
    """The 附表 of one source: its number, and the blocks of arithmetic with their rows."""

    number: int
    source: EmissionSource
    blocks: tuple[tuple[StepTable, list[int]], ...]

    @property
    def lines(self) -> int:
        """Printed lines, about: titles and headings break into three, rows into two."""
        return 2 + sum(5 + 2 * len(rows) for _, rows in self.blocks)

    @property
    def widths(self) -> dict[int, float]:
        held: dict[int, float] = {}
        for table, rows in self.blocks:
            for c, width in enumerate(_widths(table, rows)):
                held[c] = max(held.get(c, 0.0), width)
        return held


def _page_by_page(tables: list[_SourceTable]) -> list[list[_SourceTable]]:
    """Tables that follow each other and fit one lying page together."""
    groups: list[list[_SourceTable]] = []
    together: dict[int, float] = {}  # widths of the last group's columns
    for entry in tables:
        held, own = groups[-1] if groups else [], entry.widths
        widths = {c: max(together.get(c, 0.0), own.get(c, 0.0)) for c in {*together, *own}}
        lines = sum(x.lines for x in (*held, entry))
        if (
            held
            and lines <= PAGE_LINES
            and sum(map(width_points, widths.values())) <= GIVE * width_room(portrait=False)
        ):
            held.append(entry)
            together = widths
        else:
            groups.append([entry])
            together = own
    return groups


def _narrow(s: OutputSheet, table: StepTable, rows: list[int]) -> None:
    """Columns of a source's table as wide as what they hold, so that a whole line is printed on one page."""
    for c, width in enumerate(_widths(table, rows)):
        s.widths[c] = max(s.widths.get(c, 0), width)


def _widths(table: StepTable, rows: list[int]) -> list[float]:
    wide: list[float] = [14]
    for column in table.columns.values():
        wide += [VALUE_WIDTH, max(width_of(column.units[r]) for r in rows) + 2]
        wide += [TICK_WIDTH] if column.kind == "factor" else []
    based = any(column.kind == "factor" for column in table.columns.values())
    return wide + [VALUE_WIDTH + 2, width_of(table.unit) + 2, TICK_WIDTH, *([BASIS_WIDTH] if based else [])]
