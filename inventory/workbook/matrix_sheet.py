"""活动水平和因子, chapter by chapter as the guideline reports them: sectors × fuels (animals × scales, …) where a
method has such keys, one line a member elsewhere. Every figure refers to its cell in the arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ..core.ledger import Column, StepTable
from ..sheets.address import Ref
from ..sheets.model import OutputSheet, Spot, at_least_two, shared_decimals
from .context import Filing, heading
from .steps import StepSheets

PLACE = ("region", "year")
Key = tuple[str, ...]


@dataclass(frozen=True)
class Variable:
    """An activity, factor or result of a step: where each of its rows stands."""

    table: StepTable
    label: str
    kind: str
    values: Sequence[float]
    units: Sequence[str]
    at: Callable[[int], Ref]

    def unit(self, rows: Iterable[int]) -> str:
        """The unit of these rows; empty where they differ."""
        result = {self.units[r] for r in rows}
        return result.pop() if len(result) == 1 else ""


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of a matrix: those of its lines, and the one of its columns."""

    down: Sequence[str]
    across: str


def sectors(f: Filing) -> dict[str, list[int]]:
    """Top category -> step tables of its methods that have activity or factors of their own."""
    out: dict[str, list[int]] = {}
    for sector in f.edition.sectors.values():
        inside = f.edition.descendants(sector)
        methods = {x.method for x in f.ledger.lines if x.category in inside and x.account == "total"}
        numbers = [
            i
            for i, table in enumerate(f.ledger.tables)
            if table.rows and table.method.id in methods and any(c.kind in SHOWN for c in table.columns.values())
        ]
        if numbers:
            out[sector] = numbers
    return out


SHOWN = ("activity", "factor")


class MatrixSheets:
    """Fills the sheets of the chapters."""

    def __init__(self, f: Filing, steps: StepSheets) -> None:
        self.f, self.steps = f, steps

    def fill(self, sheet: OutputSheet, numbers: Sequence[int]) -> None:
        f = self.f
        row = heading(sheet, f.t, f.t("matrix.note"))
        sheet.freeze = (row, 1)
        sheet.widths[0] = 46
        shown: set[tuple[str, str, str]] = set()
        method = ""
        for number in numbers:
            table = f.ledger.tables[number]
            variables = [v for v in self._variables(number) if self._new(v, shown)]
            if not variables:
                continue
            if table.method.id != method:
                method = table.method.id
                sheet.text(row, 0, f.t.label(table.method.label), "section")
                row += 1
            for place in dict.fromkeys((r[0], r[1]) for r in table.rows):
                rows = [i for i, r in enumerate(table.rows) if (r[0], r[1]) == place]
                row = self._block(sheet, row, table, variables, rows) + 1

    def _new(self, v: Variable, shown: set[tuple[str, str, str]]) -> bool:
        """Whether a variable was not shown yet: the steps of a method share their activity."""
        if v.kind == "result":
            return True
        key = (v.table.method.id, v.kind, v.label)
        new = key not in shown
        shown.add(key)
        return new

    def _variables(self, number: int) -> list[Variable]:
        table = self.f.ledger.tables[number]
        t = self.f.t
        name, first, result = self.steps.at[table.method.id, table.name]
        places = self.steps.places[table.method.id, table.name]
        built = [
            Variable(
                table, t.label(c.label, n), c.kind, c.values.tolist(), _units(c, table), _at(name, first, places[n])
            )
            for n, c in table.columns.items()
            if c.kind in SHOWN and len(c.values) == len(table.rows)
        ]
        if built and table.step.gas:
            units = self.steps.result_units(table)
            values = table.values.tolist()
            built.append(Variable(table, t.label(table.step.label), "result", values, units, _at(name, first, result)))
        return built

    def _block(
        self, sheet: OutputSheet, row: int, table: StepTable, variables: Sequence[Variable], rows: Sequence[int]
    ) -> int:
        keys = [k for k in table.keys if k not in PLACE and len({table.rows[r][table.keys.index(k)] for r in rows}) > 1]
        across = self._across(table, keys, rows)
        title = self._place(table, rows[0])
        if across:
            for v in variables:
                row = (
                    self._grid(Spot(sheet, row, 0), v, rows, _Keys([k for k in keys if k != across], across), title) + 1
                )
            return row - 1
        return self._list(Spot(sheet, row, 0), variables, rows, keys, title)

    def _place(self, table: StepTable, row: int) -> str:
        region, year = table.rows[row][:2]
        return f"{self.f.value_label('region', region)} {year}"

    def _across(self, table: StepTable, keys: Sequence[str], rows: Sequence[int]) -> str:
        """The key that lies across: the declared one of a quantity, else of two or more the one with fewest values."""
        quantities = self.f.edition.declared.quantities
        for a in table.method.activity:
            declared = quantities.get(a.quantity)
            if declared is not None and declared.across in keys and len(keys) > 1:
                return declared.across
        if len(keys) < 2:
            return ""
        return min(keys, key=lambda k: len({table.rows[r][table.keys.index(k)] for r in rows}))

    def _key(self, table: StepTable, row: int, keys: Sequence[str]) -> Key:
        return tuple(table.rows[row][table.keys.index(k)] for k in keys)

    def _sorted(self, keys: Sequence[str], result: Iterable[Key]) -> list[Key]:
        return sorted(set(result), key=lambda x: tuple(self.f.rank(k, v) for k, v in zip(keys, x, strict=True)))

    def _label(self, keys: Sequence[str], values: Key) -> str:
        return " · ".join(self.f.value_label(k, v) for k, v in zip(keys, values, strict=True) if v) or "—"

    def _grid(self, spot: Spot, v: Variable, rows: Sequence[int], keys: _Keys, title: str) -> int:
        """One variable: keys down × key across; one line where it is the same for all of them."""
        sheet, row, table, down, across = spot.sheet, spot.row, v.table, keys.down, keys.across
        columns = self._sorted([across], (self._key(table, r, [across]) for r in rows))
        lines = self._sorted(down, (self._key(table, r, down) for r in rows))
        where = {(self._key(table, r, down), self._key(table, r, [across])): r for r in rows}
        alike = v.kind == "factor" and all(
            len({v.values[where[line, c]] for line in lines if (line, c) in where}) == 1 for c in columns
        )
        unit = v.unit(rows)
        sheet.text(row, 0, f"{title}　{v.label}" + (f"（{unit}）" if unit not in ("", "1") else ""), "step")
        sheet.text(row + 1, 0, " · ".join(map(self.f.key_label, down)), "head")
        for k, column in enumerate(columns, 1):
            own = v.unit([where[line, column] for line in lines if (line, column) in where])
            name = self._label([across], column)
            sheet.text(row + 1, k, f"{name}\n{own}" if not unit and own else name, "head")
            sheet.widths.setdefault(k, 11)
        places = shared_decimals([v.values[r] for r in rows])
        reported = [((), self.f.t("matrix.alike"))] if alike else [(line, self._label(down, line)) for line in lines]
        first = row + 2
        targets: dict[tuple[int, int], Ref] = {}
        for n, (line, label) in enumerate(reported, first):
            sheet.text(n, 0, label)
            for k, column in enumerate(columns, 1):
                r = next((where[x, column] for x in lines if (x, column) in where), None) if alike else None
                r = r if alike else where.get((line, column))
                if r is not None:
                    targets[n, k] = self._link(sheet, n, k, v, r, places)
        self._record(sheet, targets)
        return first + len(reported)

    def _list(
        self, spot: Spot, variables: Sequence[Variable], rows: Sequence[int], keys: Sequence[str], title: str
    ) -> int:
        """One line a member, the variables side by side."""
        sheet, row = spot.sheet, spot.row
        table = variables[0].table
        sheet.text(row, 0, title + ("　" + " · ".join(map(self.f.key_label, keys)) if keys else ""), "head")
        mixed: dict[int, int] = {}  # variable -> column of its units
        column = 1
        at: list[int] = []
        for n, v in enumerate(variables):
            unit = v.unit(rows)
            sheet.text(row, column, v.label + (f"\n({unit})" if unit not in ("", "1") else ""), "head")
            sheet.widths.setdefault(column, 14)
            at.append(column)
            column += 1
            if not unit:
                sheet.text(row, column, self.f.t("column.unit"), "head")
                mixed[n] = column
                column += 1
        ordered = sorted(
            rows, key=lambda r: tuple(self.f.rank(k, x) for k, x in zip(keys, self._key(table, r, keys), strict=True))
        )
        targets: dict[tuple[int, int], Ref] = {}
        decimals = [shared_decimals([v.values[i] for i in rows]) for v in variables]
        for line, r in enumerate(ordered, row + 1):
            sheet.text(line, 0, self._label(keys, self._key(table, r, keys)))
            for n, v in enumerate(variables):
                targets[line, at[n]] = self._link(sheet, line, at[n], v, r, decimals[n])
                if n in mixed:
                    sheet.text(line, mixed[n], v.units[r], "center")
        self._record(sheet, targets)
        return row + 1 + len(ordered)

    def _link(self, sheet: OutputSheet, row: int, col: int, v: Variable, r: int, places: int) -> Ref:
        target = v.at(r)
        value = v.values[r]
        style = f"{'bold' if v.kind == 'result' else 'num'}:{at_least_two(value, places)}"
        sheet.formula(row, col, "=" + target.seen_from(sheet.name), value, style)
        return target

    def _record(self, sheet: OutputSheet, targets: dict[tuple[int, int], Ref]) -> None:
        """One record of a block: which cell each of its cells shows (its column by column, its row by cell)."""
        if not targets:
            return
        rows, cols = [r for r, _ in targets], [c for _, c in targets]
        top, left, bottom, right = min(rows), min(cols), max(rows), max(cols)
        grid = [
            [targets[r, c].row if (r, c) in targets else -1 for c in range(left, right + 1)]
            for r in range(top, bottom + 1)
        ]
        column = {c: target.col for (_, c), target in targets.items()}
        home = next(iter(targets.values())).sheet
        self.f.book.note(
            Ref(sheet.name, top, left),
            "same",
            Ref(sheet.name, bottom, right),
            sheet=home,
            cols=[column.get(c, -1) for c in range(left, right + 1)],
            rows=grid,
        )


def _units(column: Column, table: StepTable) -> Sequence[str]:
    return column.units if len(column.units) == len(table.rows) else [column.units[0]] * len(table.rows)


def _at(sheet: str, first: int, col: int) -> Callable[[int], Ref]:
    return lambda row: Ref(sheet, first + row, col)
