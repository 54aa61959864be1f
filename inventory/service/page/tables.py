"""The guideline's tables for the screen: the same lines and ledger lines as the filed workbook, figures without laying
a workbook out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inventory.analysis.report_lines import TableLine, report_tables
from inventory.core.activity import NOTATION_KEYS
from inventory.core.equation import evaluate
from inventory.core.ledger import Ledger
from inventory.sheets.model import Book
from inventory.workbook.context import Filing
from inventory.workbook.figures import figure_scale
from inventory.workbook.tables import ReportSheets
from inventory.workbook.texts import Words


@dataclass(frozen=True, slots=True)
class ShownCell:
    """One cell: a figure in the column's unit, or a word (notation keys, missing) in its place. `partial`: something
    below it is missing."""

    gas: str
    year: int
    value: float | None
    word: str
    partial: bool
    missing: bool = False


@dataclass(frozen=True, slots=True)
class ViewRow:
    number: str
    level: int
    label: str
    cells: tuple[ShownCell | None, ...]
    flags: str


@dataclass(frozen=True, slots=True)
class ViewTable:
    name: str
    title: str
    columns: tuple[tuple[str, str, str], ...]  # gas, its name, unit
    years: tuple[int, ...]
    rows: tuple[ViewRow, ...]


def unit_text(unit: str, lang: str) -> str:
    """A unit of the guideline's tables in the language of the page."""
    return unit.replace("万", "10⁴ ") if lang == "en" else unit


class Tables:
    """All tables of one ledger and region."""

    def __init__(self, ledger: Ledger, lang: str) -> None:
        self.filing = Filing(ledger, lang, Book("", lang), Words(lang))
        self.sheets = ReportSheets(self.filing)
        self.lines = report_tables(ledger)
        self.regions, self.years = self.filing.regions(), self.filing.years()

    def titles(self) -> list[tuple[str, str]]:
        """Names of the tables with what they are called in the language of the page."""
        from inventory.workbook.filing import _table_title

        return [(name, _table_title(self.filing, name, n)) for n, name in enumerate(self.lines)]

    def table(self, name: str, region: str) -> ViewTable:
        lines = self.lines[name]
        columns = list(dict.fromkeys(g for line in lines for g in line.gases))
        ordered = [g for g in columns if g != "total"] + (["total"] if "total" in columns else [])
        heads = tuple((g, self.sheets.name_of(g), unit_text(self._unit(lines, g), self.filing.lang)) for g in ordered)
        rows = tuple(self._row(line, ordered, region) for line in lines)
        return ViewTable(name, dict(self.titles())[name], heads, tuple(self.years), rows)

    def find(self, name: str, number: str) -> TableLine | None:
        return next((line for line in self.lines.get(name, ()) if line.number == number), None)

    @staticmethod
    def _unit(lines: Sequence[TableLine], gas: str) -> str:
        units = dict.fromkeys(line.unit(gas) for line in lines if gas in line.gases)
        return next(iter(units), "") if len(units) == 1 else ""

    def _row(self, line: TableLine, gases: Sequence[str], region: str) -> ViewRow:
        cells = tuple(
            self._cell(line, gas, region, year) if gas in line.gases else None for year in self.years for gas in gases
        )
        flags: dict[str, None] = {}
        for year in self.years:
            for i in self.sheets.select(line, "total", region, year):
                flags.update(dict.fromkeys(self.filing.ledger.lines[i].flags))
        return ViewRow(line.number, line.level, self.filing.t.label(line.label), cells, self.filing.flags(flags))

    def _cell(self, line: TableLine, gas: str, region: str, year: int) -> ShownCell:
        chosen = self.sheets.select(line, gas, region, year)
        statuses = self.sheets.selection.status_of(line, gas, region, year)
        missing = any(s.status == "missing" for s in statuses)
        if chosen:
            unit = line.unit(gas)
            value = self.sheets.selection.value_t(chosen, "CO2e" in unit) / float(figure_scale(unit))
            if gas == "C":
                value = float(evaluate("co2 * M_C / M_CO2", {"co2": value}))
            return ShownCell(gas, year, value, "", missing)
        keys = {s.notation.key for s in statuses if s.notation}
        if missing:
            return ShownCell(gas, year, None, self.filing.t("table.missing"), False, True)
        return ShownCell(gas, year, None, "/".join(k for k in NOTATION_KEYS if k in keys), False)
