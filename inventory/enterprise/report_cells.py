"""The cells of a report: where each datum, factor and intermediate result stands, so that a figure is written once and
referred to everywhere else."""

from __future__ import annotations

from ..core import equation
from ..core.ledger import StepTable
from ..sheets.address import Ref, spans, sum_arguments
from ..sheets.model import Book, OutputSheet, decimals
from ..workbook.tree_trace import NoTrace, TreeTrace
from .compute import Result, basis_of, lookup_keys, tick
from .tables import item_text

FactorKey = tuple[str, tuple[tuple[str, str], ...]]
BASIS = "参数依据"
RESULT_HEAD = ("计算结果", "单位", "气体")


def title_of(result: Result, lang: str = "zh") -> str:
    if lang == "en":
        return f"{result.enterprise.profile.name}: greenhouse gas emission report of {result.enterprise.profile.year}"
    return f"{result.enterprise.profile.name} {result.enterprise.profile.year}年度温室气体排放报告"


class ReportCells:
    """Remembers in which cell each datum, factor and intermediate result stands."""

    def __init__(self, result: Result, lang: str = "zh", traced: bool = True) -> None:
        self.lang = lang
        self.result, self.ledger, self.industry, self.edition = (
            result,
            result.ledger,
            result.industry,
            result.ledger.edition,
        )
        self.book = Book(title_of(result, lang), lang)
        self.tables = {(t.method.id, t.step.name): t for t in self.ledger.tables}
        self.data: dict[int, Ref] = {}
        self.factors: dict[FactorKey, Ref] = {}
        self.steps: dict[tuple[str, str, int], Ref] = {}
        self.emissions: dict[tuple[str, str], list[Ref]] = {}
        self.flights: dict[str, list[tuple[Ref, float]]] = {}
        self.computed_oxidation: list[tuple[OutputSheet, int, int]] = []
        self.trace = (TreeTrace if traced else NoTrace)(self.ledger, self.book)

    def _place_data(self, s: OutputSheet, row: int, col: int, ref: int, value: float = 0.0, unit: str = "") -> None:
        """A datum where it is first needed; later a formula that points there. A declared default is a plain number."""
        if ref < 0:
            s.number(row, col, value, f"num:{decimals(value)}")
            s.text(row, col + 1, unit, "center")
            return
        value, unit = float(self.ledger.data_values[ref]), self.ledger.data_units[ref]
        style = f"num:{decimals(value)}"
        if ref in self.data:
            cell = s.formula(row, col, f"={self.data[ref].seen_from(s.name)}", value, style)
        else:
            cell = self.data[ref] = s.number(row, col, value, style)
        self.trace.datum(cell, ref)
        s.text(row, col + 1, unit, "center")

    def _factor_key(self, table: StepTable, name: str, r: int) -> FactorKey:
        return table.columns[name].source, lookup_keys(table, name, table.rows[r])

    def _place_factor(self, s: OutputSheet, row: int, col: int, table: StepTable, name: str, r: int) -> None:
        key, column = self._factor_key(table, name, r), table.columns[name]
        value = float(column.values[r])
        style = f"num:{decimals(value)}"
        if key in self.factors:
            cell = s.formula(row, col, f"={self.factors[key].seen_from(s.name)}", value, style)
        else:
            cell = self.factors[key] = s.number(row, col, value, style)
        self.trace.factor(cell, int(column.refs[r]), value, column.units[r])
        s.text(row, col + 1, column.units[r], "center")
        s.text(row, col + 2, tick(self.ledger.factors[column.refs[r]]), "center")

    def _basis(self, table: StepTable, r: int) -> str:
        """What the factors of a row rest on, each named once."""
        factors = [self.ledger.factors[column.refs[r]] for column in table.columns.values() if column.kind == "factor"]
        return "；".join(dict.fromkeys(map(basis_of, factors)))

    def _place_step(self, s: OutputSheet, row: int, col: int, table: StepTable, r: int) -> None:
        text = table.texts[table.variants[r]]
        value = float(table.values[r])
        ref = s.formula(
            row,
            col,
            "=" + equation.excel(text, lambda n: self._cell(table, n, r, s), lambda n: self._sum(table, n, r, s)),
            value,
            f"result:{decimals(value)}",
        )
        self.steps[table.method.id, table.step.name, r] = ref
        self.trace.step(ref, table, r)
        line = table.lines[r]
        gas = self.ledger.lines[line].gas if line >= 0 else ""
        s.text(row, col + 1, table.unit, "center")
        s.text(row, col + 2, gas, "center")
        if gas:
            self.emissions.setdefault((self.ledger.lines[line].category, gas), []).append(ref)
            flight = dict(self.ledger.lines[line].item).get("flight")
            if flight:
                self.flights.setdefault(flight, []).append((ref, value))

    def _cell(self, table: StepTable, name: str, r: int, home: OutputSheet) -> str:
        column = table.columns[name]
        at = int(column.refs[r])
        if column.kind == "factor":
            return self.factors[self._factor_key(table, name, r)].seen_from(home.name)
        if column.kind == "activity":
            return self.data[at].seen_from(home.name) if at >= 0 else f"{float(column.values[r]):g}"
        return self.steps[table.method.id, column.source, at].seen_from(home.name)

    def _sum(self, table: StepTable, name: str, r: int, home: OutputSheet) -> str:
        held = table.sums[name]
        refs = []
        for position in held.groups[r]:
            at = int(held.column.refs[position])
            refs.append(
                self.data[at]
                if held.column.kind == "activity"
                else self.steps[table.method.id, held.column.source, position]
            )
        return sum_arguments(spans(refs), home.name) if refs else "0"

    def _row_item(self, table: StepTable, row: tuple[str, ...]) -> str:
        return item_text(tuple(zip(table.keys[2:], row[2:], strict=True)), self.edition, self.lang)

    def _sentence(self, table: StepTable, r: int) -> str:
        def word(name: str) -> str:
            if name in equation.CONSTANTS:
                return f"{equation.CONSTANTS[name][0]:g}"
            column = table.columns[name]
            unit = column.units[r] if r < len(column.units) else ""
            return f"{column.label[self.lang]} {float(column.values[r]):.8g}" + (
                f" {unit}" if unit not in ("", "1") else ""
            )

        return equation.sentence(
            table.texts[table.variants[r]], word, lambda n: f"∑{table.sums[n].column.label[self.lang]}"
        )
