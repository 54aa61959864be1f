"""The arithmetic: one sheet per method sheet, its steps stacked, every row a live formula over activity data, factors
and earlier steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..core import equation
from ..core.ledger import Column, Line, StepTable, Sum
from ..sheets.address import Ref, letters, spans, sum_arguments
from ..sheets.model import OutputSheet, Spot, at_least_two, shared_decimals
from .context import Filing, header, heading, note
from .texts import Words


def sheets_of(tables: Sequence[StepTable]) -> dict[str, list[int]]:
    """Sheet name -> positions of its step tables, in the order of the ledger; empty tables have no place."""
    result: dict[str, list[int]] = {}
    for i, table in enumerate(tables):
        if table.rows:
            result.setdefault(table.method.sheet, []).append(i)
    return result


class _StepColumns(NamedTuple):
    """The columns of a step's table: their labels, the keys shown, where each variable stands and its units (where they
    differ), where the result, and where the first column about the ledger line."""

    labels: list[str]
    keys: list[str]
    places: dict[str, int]
    unit_at: dict[str, int]
    result: int
    extra: int


def _variables(table: StepTable) -> list[tuple[str, Column | Sum]]:
    """Columns and sums by the name that the equation has for them."""
    return [*table.columns.items(), *((f"sum {n}", s) for n, s in table.sums.items())]


class StepSheets:
    """Lays out all step tables; remembers where each result stands, because later steps and the reports refer to it."""

    def __init__(self, f: Filing) -> None:
        self.f = f
        self.at: dict[tuple[str, str], tuple[str, int, int]] = {}  # (method, step) -> sheet, first row, result column
        # (method, step) -> name of a variable -> its column
        self.places: dict[tuple[str, str], dict[str, int]] = {}
        self.line_of = {(line.table, line.row): i for i, line in enumerate(f.ledger.lines)}

    def fill(self, sheet: OutputSheet, numbers: Sequence[int]) -> None:
        t = self.f.t
        methods = list(dict.fromkeys(self.f.ledger.tables[i].method.id for i in numbers))
        row = heading(sheet, t)
        sheet.freeze, sheet.head = (1, 0), (0, 0)
        count = 0
        for method_id in methods:
            own = [i for i in numbers if self.f.ledger.tables[i].method.id == method_id]
            method = self.f.ledger.tables[own[0]].method
            sheet.text(
                row, 0, t("steps.method", label=t.label(method.label), id=method.id, tier=method.tier), "section"
            )
            row += 1
            if method.reference:
                sheet.text(row, 0, t("steps.reference", reference=method.reference), "subtitle")
                row += 1
            if method.note:
                row = note(sheet, row, t.label(method.note), 9)
            for i in own:
                count += 1
                row = self._block(sheet, row, i, count, len(numbers) == 1) + 1

    # ---- one step ----

    def _block(self, sheet: OutputSheet, row: int, number: int, count: int, alone: bool) -> int:
        f, t = self.f, self.f.t
        table = f.ledger.tables[number]
        sheet.text(row, 0, t("steps.step", n=count, label=t.label(table.step.label)), "step")
        words = self._words(table)
        sheet.text(row + 1, 0, f"{t.label(table.step.label)} = " + sentence(table.texts[0], words, t), "formula")
        sheet.merges.append((row + 1, 0, row + 1, max(9, len(table.keys) + 2 * (len(table.columns) + len(table.sums)))))
        plan = self._plan(table)
        first = header(sheet, row + 2, plan.labels)
        if alone:
            sheet.freeze, sheet.head = (first, len(plan.keys)), (first - 1, first - 1)
        self.at[table.method.id, table.name] = (sheet.name, first, plan.result)
        self.places[table.method.id, table.name] = plan.places
        for r, values in enumerate(table.rows):
            self._key_cells(sheet, first + r, table, plan.keys, values)
        for name, column in _variables(table):
            if isinstance(column, Column):
                self._column(sheet, first, plan.places[name], column, table)
            else:
                self._sum(sheet, first, plan.places[name], column, table)
            if name in plan.unit_at:
                assert isinstance(column, Column)
                for r, unit in enumerate(column.units):
                    sheet.text(first + r, plan.unit_at[name], unit, "center")
        self._results(sheet, first, plan.result, table, plan.places)
        self._lines(sheet, first, table, plan)
        flags = len(plan.labels) - 1 if table.step.gas else -1
        self._trace(Ref(sheet.name, first, plan.result), table, plan.keys, plan.places, flags)
        return first + len(table.rows)

    def _plan(self, table: StepTable) -> _StepColumns:
        f, t = self.f, self.f.t
        keys = [k for k in table.keys if any(r[table.keys.index(k)] for r in table.rows)]
        labels = [f.key_label(k) for k in keys]
        places: dict[str, int] = {}
        unit_at: dict[str, int] = {}
        for name, column in _variables(table):
            single = isinstance(column, Column)
            printed = column.units if isinstance(column, Column) else column.column.units[:1]
            label = t.label(column.label if isinstance(column, Column) else column.column.label, name)
            label = label if single else t("steps.sum_of", label=label)
            places[name] = len(labels)
            same = len(set(printed)) == 1
            labels.append(f"{label}\n({printed[0]})" if same and printed[0] not in ("1", "") else label)
            if not same and printed:
                unit_at[name] = len(labels)
                labels.append(t("column.unit"))
        units, result = self.result_units(table), len(labels)
        same = len(set(units)) == 1
        labels.append(f"{t.label(table.step.label)}\n({units[0]})" if same else t.label(table.step.label))
        if not same:
            labels.append(t("column.unit"))
        extra = len(labels)
        if table.step.gas:
            labels += [] if "category" in keys else [t("column.category")]
            labels += [t("column.gas"), t("column.account"), t("column.flags")]
        return _StepColumns(labels, keys, places, unit_at, result, extra)

    def _lines(self, sheet: OutputSheet, first: int, table: StepTable, plan: _StepColumns) -> None:
        """Units of the results where they differ, and what is said of the ledger line that each row became."""
        f, units = self.f, self.result_units(table)
        differ = len(set(units)) != 1
        for r in range(len(table.rows)):
            if differ:
                sheet.text(first + r, plan.result + 1, units[r], "center")
            if table.step.gas:
                i = int(table.lines[r])
                if i >= 0:
                    scale = f.unit_scale(units[r], f.ledger.lines[i].gas)
                    f.lines[i] = (Ref(sheet.name, first + r, plan.result), scale)
                self._line_cells(Spot(sheet, first + r, plan.extra), i, "category" in plan.keys)

    def _words(self, table: StepTable) -> dict[str, str]:
        t = self.f.t
        words = {name: t.label(c.label, name) for name, c in table.columns.items()}
        words.update(
            {f"sum {name}": t("steps.sum_of", label=t.label(s.column.label, name)) for name, s in table.sums.items()}
        )
        return words

    def result_units(self, table: StepTable) -> list[str]:
        """The unit of each row's result."""
        lines = self.f.ledger.lines
        if "{" not in table.unit:
            return [table.unit] * len(table.rows)
        return [table.unit.format(gas=lines[i].gas if i >= 0 else "") for i in table.lines.tolist()]

    def _key_cells(
        self, sheet: OutputSheet, row: int, table: StepTable, keys: Sequence[str], values: tuple[str, ...]
    ) -> None:
        for col, key in enumerate(keys):
            value = values[table.keys.index(key)]
            if key == "year":
                sheet.number(row, col, int(value), "year")
            else:
                sheet.text(row, col, self.f.value_label(key, value) if value else "")

    def _column(self, sheet: OutputSheet, first: int, col: int, column: Column, table: StepTable) -> None:
        f = self.f
        places = shared_decimals(column.values.tolist())
        source = f.data if column.kind == "activity" else f.factors
        earlier = self.at.get((table.method.id, column.source)) if column.kind == "step" else None
        for r, (value, ref) in enumerate(zip(column.values.tolist(), column.refs.tolist(), strict=True)):
            style = f"num:{at_least_two(value, places)}"
            if ref < 0 or column.kind == "number":
                sheet.number(first + r, col, value, style)
                continue
            if earlier is not None:
                target = Ref(earlier[0], earlier[1] + ref, earlier[2])
            else:
                target = source[ref]
            sheet.formula(first + r, col, "=" + target.seen_from(sheet.name), value, style)

    def _sum(self, sheet: OutputSheet, first: int, col: int, s: Sum, table: StepTable) -> None:
        style = f"num:{shared_decimals([float(v) for v in s.column.values])}"
        values = s.column.values.tolist()
        for r, group in enumerate(s.groups):
            refs, rest = self._members(s, group, table)
            total = float(sum(values[i] for i in group))
            if not refs:
                sheet.number(first + r, col, total, style)
                continue
            loose = float(sum(values[i] for i in rest))
            text = f"=SUM({sum_arguments(spans(refs), sheet.name)})" + (f"+{loose!r}" if loose else "")
            sheet.formula(first + r, col, text, total, style)

    def _members(self, s: Sum, group: Sequence[int], table: StepTable) -> tuple[list[Ref], list[int]]:
        """Cells that are added up, and positions that have no cell (declared defaults)."""
        earlier = self.at.get((table.method.id, s.column.source)) if s.column.kind == "step" else None
        refs: list[Ref] = []
        rest: list[int] = []
        for i in group:
            ref = int(s.column.refs[i])
            if earlier is not None:
                refs.append(Ref(earlier[0], earlier[1] + ref, earlier[2]))
            elif ref >= 0:
                refs.append(self.f.data[ref])
            else:
                rest.append(i)
        return refs, rest

    def _results(self, sheet: OutputSheet, first: int, col: int, table: StepTable, places: dict[str, int]) -> None:
        templates = [template(text, places) for text in table.texts]
        shared = shared_decimals(table.values.tolist())
        for r, (value, variant) in enumerate(zip(table.values.tolist(), table.variants.tolist(), strict=True)):
            sheet.formula(
                first + r, col, templates[variant].format(first + r + 1), value, f"result:{at_least_two(value, shared)}"
            )

    def _line_cells(self, spot: Spot, number: int, reported: bool) -> None:
        """Category (where it is no key of the table: `reported`), gas, account and flags of the ledger line that the row
        became."""
        f, t = self.f, self.f.t
        if number < 0:
            for c in range(3 if reported else 4):
                spot.right(c).text("")
            return
        line: Line = f.ledger.lines[number]
        if not reported:
            spot.text(f.value_label("category", line.category))
            spot = spot.right()
        spot.text(line.gas, "center")
        spot.right().text(t.of("account", line.account), "center")
        spot.right(2).text(f.flags(line.flags))

    # ---- what explain needs ----

    def _trace(self, result: Ref, table: StepTable, keys: Sequence[str], places: dict[str, int], flags: int) -> None:
        """`result`: the cell of the first row's result; `flags`: the column of the flags, -1 where there is none."""
        f = self.f
        names: dict[str, dict[Any, Any]] = {}
        for name, column in table.columns.items():
            entry: dict[Any, Any] = {
                "kind": column.kind,
                "label": dict(column.label),
                "col": places[name],
                "units": short(column.units),
            }
            if column.kind == "activity":
                entry["rows"] = [f.data[i].row if i >= 0 else -1 for i in column.refs.tolist()]
                reason = next((a.reason for a in table.method.activity if a.name == name), {})
                if reason:
                    entry["reason"] = dict(reason)
            elif column.kind == "factor":
                entry["rows"] = [f.factors[i].row if i >= 0 else -1 for i in column.refs.tolist()]
            elif column.kind == "step":
                place = self.at.get((table.method.id, column.source), ("", 0, 0))
                entry["at"] = [place[0], place[2]]
                entry["rows"] = [place[1] + i if i >= 0 else -1 for i in column.refs.tolist()]
            names[name] = entry
        for name, s in table.sums.items():
            members = [[str(span) for span in spans(self._members(s, group, table)[0])] for group in s.groups]
            names[f"sum {name}"] = {
                "kind": "sum",
                "label": dict(s.column.label),
                "col": places[f"sum {name}"],
                "units": short(s.column.units[:1]),
                "parts": members,
            }
        f.book.note(
            Ref(result.sheet, result.row, 0),
            "step",
            Ref(result.sheet, result.row + len(table.rows) - 1, max(result.col + 1, flags)),
            method=table.method.id,
            label=dict(table.method.label),
            reference=table.method.reference,
            tier=table.method.tier,
            step=table.name,
            step_label=dict(table.step.label),
            texts=list(table.texts),
            variants=short(table.variants.tolist()),
            keys=[[f.key_words(k), i] for i, k in enumerate(keys)],
            names=names,
            result=result.col,
            v=table.values.tolist(),
            units=short(self.result_units(table)),
            flags=flags,
        )


def short(values: Sequence[Any]) -> list[Any]:
    """A column as one entry where all rows agree."""
    values = list(values)
    return values[:1] if len(set(values)) <= 1 else values


def template(text: str, places: dict[str, int]) -> str:
    """The Excel formula of an equation with `{0}` for the row number; the scale is already in the text."""
    sums = {name.removeprefix("sum "): col for name, col in places.items() if name.startswith("sum ")}
    out = equation.excel(text, lambda name: letters(places[name]) + "{0}", lambda name: letters(sums[name]) + "{0}")
    for col in sums.values():
        out = out.replace(f"SUM({letters(col)}{{0}})", f"{letters(col)}{{0}}")  # the sum has a cell of its own
    return "=" + out


def sentence(text: str, words: dict[str, str], t: Words) -> str:
    """The equation in words; constants by their labels."""

    def word(name: str) -> str:
        return words[name] if name in words else t.label(equation.CONSTANTS[name][2])

    return equation.sentence(text, word, lambda name: words[f"sum {name}"])


def measured_lines(f: Filing) -> None:
    """Measured emissions have no arithmetic: their cell is the datum itself."""
    for i, line in enumerate(f.ledger.lines):
        if line.table < 0:
            unit = f.ledger.data_units[line.datum]
            f.lines[i] = (f.data[line.datum], f.unit_scale(unit, line.gas))
