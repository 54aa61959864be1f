"""Pages of tables laid out: widths that fit the paper, heights of rows, addresses of the cells that formulas name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..charts import Area, PrintSeries
from .address import PlanError, Ref
from .look import HEAD, THICK, THIN, Look, column_points, lines_needed, measure
from .model import Book, OutputSheet, Page, Value
from .table import At, Band, Block, ChartFigure, Entry, PagePlan, Table, TableColumn, TableRow

MARGIN = 1.32  # line height over letter height


def lay_out(plans: Sequence[PagePlan], title: str, lang: str) -> Book:
    """All plans as sheets of cells. First every table gets its place, then formulas their addresses. Raises `PlanError`
    for a wrong plan."""
    book = Book(title, lang)
    result = [(plan, book.add(plan.name, plan.title)) for plan in plans]
    places: dict[At, Ref] = book.places
    starts: dict[int, list[int]] = {}
    for plan, sheet in result:
        starts[id(plan)] = _place(plan, sheet, places)
    for plan, sheet in result:
        writer = _Writer(plan, sheet, places)
        for block, row in zip(plan.blocks, starts[id(plan)], strict=True):
            writer.put(block, row)
        sheet.widths.update(dict(enumerate(plan.widths)))
        sheet.page, sheet.tab = plan.page, plan.tab
        if plan.fit:
            _fit(plan, sheet, writer.table_rows)
    return book


LOWEST, HIGHEST = 0.80, 1.12  # how far rows are squeezed or stretched


def page_points(page: Page) -> float:
    """Height of the printed part of an A4 page."""
    return ((210.0 if page.landscape else 297.0) - page.top - page.bottom) / 25.4 * 72.0 - 8.0


def _fit(plan: PagePlan, sheet: OutputSheet, rows: Sequence[int]) -> None:
    """Squeeze or stretch the rows of tables so that everything stands on one page, where that is within reach."""
    inside = sum(sheet.heights[r] for r in rows)
    room = page_points(plan.page) - (sum(sheet.heights.values()) - inside)
    factor = room / inside if inside else 1.0
    if factor < LOWEST:
        return
    for r in rows:
        sheet.heights[r] = round(sheet.heights[r] * min(factor, HIGHEST), 2)


def natural_width(column: TableColumn, rows: Iterable[TableRow], size: float = 0.0) -> float:
    """Room in points that the entries of a column need on one line, and its headings in two lines; at least 20
    points."""
    widest = 20.0
    for row in rows:
        entry = row.entries.get(column.key, "")
        e = entry if isinstance(entry, Entry) else Entry(entry)
        look = e.look or column.look
        text = shown(e.value, look)
        letters = min(look.size, size or look.size)
        widest = max(widest, measure(text, letters, look.bold or row.bold) + 10.0 * look.indent)
    words = [part for head in column.heads[-1:] for part in head.split("\n")]
    heads = max((measure(part, HEAD.size, True) for part in words), default=0.0)
    return max(widest, heads if len(words) > 1 else heads / 2 + HEAD.size)


def shown(value: Value, look: Look) -> str:
    """About the text a cell shows: thousands, decimals and fixed words of its number format."""
    if isinstance(value, (str, bool)):
        return str(value)
    first = look.number.split(";")[0]
    places = len(first.rpartition("0.")[2].split('"')[0].rstrip("]>=<")) if "0." in first else 0
    words = "".join(first.split('"')[1::2])
    sign = "+" if first.startswith("+") or value < 0 else ""
    return f"{words}{sign}{abs(value):,.{places}f}"


A4_WIDTH = {False: 174.0, True: 261.0}  # millimetres between margins of 18: standing, lying
PAD, LABEL = 6.0, 112.0  # points beside the text of a column; least room of the one whose texts may break


def spread(table: Table, lying: bool | None = None, label: int = 0) -> tuple[tuple[float, ...], bool]:
    """Widths of the columns in characters so that the table fills the page, and whether the page lies (decided by the
    columns when None).

    Every column gets what its entries need; column `label`, which may break its texts, at least `LABEL`; what is left
    is shared out.
    """
    needs = [natural_width(c, table.rows, table.size) + PAD for c in table.columns]
    own = needs[label]
    rest = sum(needs) - own
    if lying is None:
        lying = rest + min(own, LABEL) > _width(False)
    room = _width(lying)
    wide = max(min(own * 1.14 + 4, room - rest), min(LABEL, own))
    spare = max(0.0, room - rest - wide)
    others = max(1, len(needs) - 1)
    each = min(spare / others, 22.0)
    points = [n + each if k != label else wide + 0.9 * max(0.0, spare - each * others) for k, n in enumerate(needs)]
    return tuple(characters(p - 4.5) for p in points), lying


def _width(lying: bool) -> float:
    return A4_WIDTH[lying] / 25.4 * 72.0 - 4.0


def characters(points: float) -> float:
    """Width of a column, in characters of the default font, that gives so much room."""
    return round(((points + 4.5) / 0.75 - 5) / 7, 2)


def _place(plan: PagePlan, sheet: OutputSheet, places: dict[At, Ref]) -> list[int]:
    """First row of every block; the cells of tables and named texts by name."""
    row, out = 0, []
    for block in plan.blocks:
        out.append(row)
        if isinstance(block, Table):
            top = row + _head_rows(block)
            at = _columns(block, plan)
            for i, line in enumerate(block.rows):
                for column in block.columns:
                    name = At(block.id, line.key, column.key)
                    if name in places:
                        raise PlanError(f"two cells are called {name}")
                    places[name] = Ref(sheet.name, top + i, at[column.key])
            row = top + len(block.rows)
        elif isinstance(block, Band):
            for part in block.parts:
                if part.key:
                    places[At(block.id, part.key, "")] = Ref(sheet.name, row, part.first)
            row += 1
        elif isinstance(block, ChartFigure):
            row += block.rows
    return out


def _head_rows(table: Table) -> int:
    return max((len(c.heads) for c in table.columns), default=0) + bool(table.numbered)


def _columns(table: Table, plan: PagePlan) -> dict[str, int]:
    """First grid column of each column. Raises `PlanError` where the grid is too narrow."""
    at, col = {}, 0
    for column in table.columns:
        at[column.key] = col
        col += column.span
    if col > len(plan.widths):
        raise PlanError(f"{plan.name}: table {table.id} takes {col} columns, the grid has {len(plan.widths)}")
    return at


def _entry(entry: Entry | Value) -> Entry:
    return entry if isinstance(entry, Entry) else Entry(entry)


@dataclass
class _Writer:
    plan: PagePlan
    sheet: OutputSheet
    places: Mapping[At, Ref]
    table_rows: list[int] = field(default_factory=list)

    def put(self, block: Block, row: int) -> None:
        if isinstance(block, Table):
            self._table(block, row)
        elif isinstance(block, Band):
            self._band(block, row)
        elif isinstance(block, ChartFigure):
            series = tuple(
                PrintSeries(d.name, self._area(d.table, d.labels), self._area(d.table, d.values), d.colours, d.hidden)
                for d in block.series
            )
            self.sheet.charts.append(replace(block.chart, row=row, series=series))
            for r in range(row, row + block.rows):
                self.sheet.heights[r] = 15.0
        elif row:
            self.sheet.breaks.append(row)

    def _area(self, table: str, column: str) -> Area:
        """The filled cells of a table's column, which stand below each other."""
        first = next((x for x in self.plan.blocks if isinstance(x, Table) and x.id == table), None)
        rows = [r.key for r in first.rows if r.entries.get(column, "") != ""] if first is not None else []
        refs = [self.places[At(table, key, column)] for key in rows]
        if not refs:
            raise PlanError(f"chart: no column {column} of table {table}")
        return (refs[0].sheet, refs[0].row, refs[0].col, refs[-1].row, refs[0].col)

    def _room(self, first: int, last: int) -> float:
        return sum(column_points(w) + 4.5 for w in self.plan.widths[first : last + 1]) - 4.5

    def _cell(self, row: int, first: int, last: int, entry: Entry | Value, look: Look) -> float:
        """Write over grid columns; gives the height the text needs."""
        e = _entry(entry)
        look = e.look or look
        if last > first:
            self.sheet.merges.append((row, first, row, last))
        if e.formula is not None:
            self.sheet.formula(row, first, e.formula.resolved(self.places, self.sheet.name), e.value, look)
        elif isinstance(e.value, str):
            self.sheet.text(row, first, e.value, look, e.link)
        else:
            self.sheet.number(row, first, e.value, look)
        if not look.wrap or not isinstance(e.value, str):
            return look.size * MARGIN
        room = self._room(first, last) - 10.0 * look.indent
        lines = lines_needed(e.value, look.size, room, look.bold)
        return lines * look.size * MARGIN + (2.0 if lines > 1 else 0.0)

    def _band(self, band: Band, row: int) -> None:
        needed = [self._cell(row, p.first, p.last, p.entry, p.look) for p in band.parts]
        self.sheet.heights[row] = band.height or max(needed, default=13.5)

    def _table(self, table: Table, row: int) -> None:
        at, first = _columns(table, self.plan), row
        row = self._heads(table, row, at)
        if table.repeat and self.sheet.head is None:
            self.sheet.head = (first, row - 1)
            self.sheet.freeze = (row, 1)
        for i, line in enumerate(table.rows):
            bottom = THICK if i == len(table.rows) - 1 else 0
            needed = table.row_height
            entries = [(c, _entry(line.entries.get(c.key, ""))) for c in table.columns]
            high = any((e.look or c.look).valign == "top" for c, e in entries)  # all of a row begin at one height
            for column, e in entries:
                look = e.look or column.look
                look = look.with_(valign="top") if high else look
                look = look.with_(
                    bold=look.bold or line.bold,
                    fill=line.fill or look.fill,
                    bottom=max(bottom, look.bottom),
                    top=max(line.rule, look.top),
                )
                left = at[column.key]
                needed = max(
                    needed, self._cell(row, left, left + column.span - 1, Entry(e.value, e.formula, look, e.link), look)
                )
            self.sheet.heights[row] = line.height or needed
            self.table_rows.append(row)
            row += 1

    def _heads(self, table: Table, row: int, at: Mapping[str, int]) -> int:
        """Head rows: equal neighbours in a row become one cell, a heading that does not change downwards one high
        cell."""
        count = max((len(c.heads) for c in table.columns), default=0)
        grid = [
            [(c.heads + ("",) * count)[r] if r < len(c.heads) else c.heads[-1] for c in table.columns]
            for r in range(count)
        ]
        done: set[tuple[int, int]] = set()
        heights = [0.0] * count
        for r in range(count):
            for n, column in enumerate(table.columns):
                if (r, n) in done:
                    continue
                down = r
                while down + 1 < count and grid[down + 1][n] == grid[r][n]:
                    down += 1
                across = n
                while (
                    down == r
                    and across + 1 < len(table.columns)
                    and grid[r][across + 1] == grid[r][n]
                    and grid[r][n]
                    and (r, across + 1) not in done
                    and r + 1 < count
                ):
                    across += 1
                done.update((a, b) for a in range(r, down + 1) for b in range(n, across + 1))
                left = at[column.key]
                right = at[table.columns[across].key] + table.columns[across].span - 1
                look = table.head.with_(
                    top=THICK if r == 0 else 0, bottom=THIN if down == count - 1 or across > n else 0
                )
                if right > left or down > r:
                    self.sheet.merges.append((row + r, left, row + down, right))
                self.sheet.text(row + r, left, grid[r][n], look)
                need = lines_needed(grid[r][n], look.size, self._room(left, right), True) * look.size * MARGIN + 4
                heights[down] = max(heights[down], need / (down - r + 1))
        for r in range(count):
            self.sheet.heights[row + r] = max(heights[r], 15.0)
        if table.numbered:
            for column, text in zip(table.columns, table.numbered, strict=True):
                left = at[column.key]
                if column.span > 1:
                    self.sheet.merges.append((row + count, left, row + count, left + column.span - 1))
                self.sheet.text(row + count, left, text, table.head.with_(bold=False, size=8, bottom=THIN))
            self.sheet.heights[row + count] = 12.0
        return row + count + bool(table.numbered)
