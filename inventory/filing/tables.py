"""The guideline's tables as they are sealed: the summary of each year on one page, one table per sector with the years
side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..analysis.report_lines import Lines, TableLine, gases_of
from ..core.activity import NOTATION_KEYS
from ..core.equation import evaluate
from ..core.gases import GROUPS
from ..core.rounding import column_decimals
from ..sheets.layout import spread
from ..sheets.look import CENTER, DOTTED, NUMBER, SHADE, TEXT, WARNING, Look, change, figure
from ..sheets.table import At, Entry, Table, TableColumn, TableRow, formula
from .basis import FilingBasis
from .figures import FiledFigure, FilingFigures, scale_of
from .frame import Pages, heading, notes, signatures
from .labels import gas_name, legend, ranges, sector_name, tiny, years_text

MANY = 8  # more gases than this stand below each other
GRAM_DECIMALS = 3
LABEL = TEXT.with_(wrap=True)
LETTERS = Look(size=8.5, align="center")
MISSING = Look(align="center", colour=WARNING)
KEY = Look(align="right", colour="#5F5F5F")


@dataclass(frozen=True)
class FigureCell:
    """One figure of a table: which line, gas, year, where, in which unit."""

    line: TableLine
    gas: str
    year: int
    at: At
    unit: str
    lines: Lines


class ReportPages:
    """Lays out the tables. The sectors are computed before the summary, so that the summary refers to them."""

    def __init__(self, b: FilingBasis, pages: Pages) -> None:
        self.b, self.pages = b, pages
        self.figures = FilingFigures(b)
        self.at: dict[
            tuple[str, str, int, str], At
        ] = {}  # (table, line, year, gas) -> cell, as equivalent where there are both

    # ---- what a cell shows ----

    def entries(self, cells: Sequence[FigureCell], decimals: dict[str, int], look: Look = NUMBER) -> dict[At, Entry]:
        """Entries of one table and year, parts before wholes. `decimals` by column key."""
        out: dict[At, Entry] = {}
        near: dict[tuple[str, str], list[FiledFigure]] = {}
        row: dict[str, list[FiledFigure]] = {}
        order = sorted(
            range(len(cells)),
            key=lambda k: (
                cells[k].gas == "total",
                "CO2e" in cells[k].unit,
                len(cells[k].lines),
                -cells[k].line.level,
                k,
            ),
        )
        for k in order:
            c = cells[k]
            if c.gas == "C":
                continue
            if not c.lines:
                out[c.at] = self._without(c)
                continue
            column = near.setdefault((c.at.table, c.at.column), [])
            entry = self.figures.put(
                c.at, c.lines, c.unit, c.gas if c.gas not in GROUPS else "", column, row.get(c.at.row, ())
            )
            result = self.figures.written[-1]
            column.append(result)
            row.setdefault(c.at.row, []).append(result)
            places = decimals[c.at.column]
            out[c.at] = Entry(
                entry.value, entry.formula, look.with_(number=figure(places, tiny(float(entry.value), places)))
            )
            self.at[c.line.table, c.line.number, c.year, c.gas] = c.at
        for c in cells:
            if c.gas == "C":
                out[c.at] = self._carbon(c, cells, decimals[c.at.column], look)
        return out

    def _carbon(self, c: FigureCell, cells: Sequence[FigureCell], places: int, look: Look) -> Entry:
        """Carbon in the CO2 of the same line."""
        source = next((o for o in cells if o.gas == "CO2" and o.at.row == c.at.row and o.year == c.year), None)
        if source is None or not source.lines:
            return Entry("")
        co2 = self.b.selection.value_t(source.lines, False) / float(scale_of(source.unit))
        value = float(evaluate("co2 * M_C / M_CO2", {"co2": co2}))
        return Entry(
            value, formula("{co2}*12/44", co2=source.at), look.with_(number=figure(places, tiny(value, places)))
        )

    def _without(self, c: FigureCell) -> Entry:
        """No ledger line: the notation keys, the word for missing, or blank where no source below has this gas."""
        statuses = self.b.selection.status_of(c.line, c.gas, self.b.region, c.year)
        keys = {s.notation.key for s in statuses if s.notation}
        if any(s.status == "missing" for s in statuses):
            return Entry(self.b.t("symbol.missing"), None, MISSING)
        return Entry("/".join(k for k in NOTATION_KEYS if k in keys), None, KEY)

    def partial(self, c: TableLine, years: Sequence[int]) -> bool:
        """Whether a line with figures has a part below it that is not estimated or missing."""
        result = {s.state for y in years for s in self.b.selection.status_of(c, "total", self.b.region, y)}
        return (
            bool(result & {"partial", "incomplete"})
            or bool(result & {"computed"} and result & {"missing"})
            or self._not_estimated(c, years)
        )

    def _not_estimated(self, c: TableLine, years: Sequence[int]) -> bool:
        result = [s for y in years for s in self.b.selection.status_of(c, "total", self.b.region, y)]
        return any(s.status == "computed" for s in result) and any(
            s.notation is not None and s.notation.key == "NE" for s in result
        )

    def note(self, line: TableLine, gas: str, years: Sequence[int]) -> Entry:
        letters = self.b.notes(i for y in years for i in self.b.selection.lines(line, gas, self.b.region, y))
        return Entry(ranges(letters) + ("†" if self.partial(line, years) else ""), None, LETTERS)

    def changed(self, first: At, last: At, one: float, two: float) -> Entry:
        """Change in percent; of a sink, by how much it grew."""
        number = change(1)
        if one < 0 and two < 0:
            t = self.b.t
            number = f'"{t("sink.more")}"0.0;"{t("sink.less")}"0.0;0.0'
        elif one <= 0 or two < 0:
            return Entry("—" if one or two else "", None, Look(align="right"))
        return Entry(100 * (two / one - 1), formula("100*({b}/{a}-1)", a=first, b=last), NUMBER.with_(number=number))

    # ---- the summary of one year ----

    def summary(self, name: str, lines: Sequence[TableLine], year: int, number: int) -> tuple[str, Table]:
        """Gases as columns. Gives the id of the table, to be placed on its page."""
        b, t = self.b, self.b.t
        gases = list(dict.fromkeys(g for line in lines for g in line.gases))
        ident = f"{name}|{year}"
        cells = [
            FigureCell(
                line, g, year, At(ident, line.number, g), line.unit(g), b.selection.lines(line, g, b.region, year)
            )
            for line in lines
            for g in gases
            if g in line.gases
        ]
        decimals = self._decimals(cells)
        result = self.entries(cells, decimals)
        units = {g: next(line.unit(g) for line in lines if g in line.gases) for g in gases}
        columns = [TableColumn("name", (t("column.source"),), LABEL)]
        columns += [
            TableColumn(
                g,
                (
                    t("column.co2e_unit") if "CO2e" in units[g] else t("column.mass_unit", unit=t.unit(units[g])),
                    gas_name(b, g),
                ),
                NUMBER,
            )
            for g in gases
        ]
        columns.append(TableColumn("notes", (t("column.notes"),), LETTERS))
        rows = [
            self._row(
                line,
                {g: result[At(ident, line.number, g)] for g in gases if g in line.gases}
                | {"notes": self.note(line, "total", [year])},
                lines,
            )
            for line in lines
        ]
        return ident, Table(ident, tuple(columns), tuple(rows), row_height=12.6, size=9.0)

    def _row(
        self, line: TableLine, entries: dict[str, Entry], lines: Sequence[TableLine], key: str = "", named: bool = True
    ) -> TableRow:
        levels = sorted({x.level for x in lines})
        depth = levels.index(line.level)
        bold = (depth == 0 and len(levels) > 1) or (depth == 1 and len(levels) > 3)
        name = Entry(
            self.b.t.label(line.label) if named else "",
            None,
            LABEL.with_(indent=max(0, depth - (1 if len(levels) > 3 else 0))),
        )
        return TableRow(
            key or line.number,
            {"name": name, **entries},
            bold=bold and not line.memo,
            fill=SHADE if depth == 0 and len(levels) > 1 and not line.memo else "",
        )

    def _decimals(self, cells: Sequence[FigureCell]) -> dict[str, int]:
        """Decimals of each column, by its largest figure: about five digits, three decimals at most; equivalents of a
        table share theirs."""
        sizes: dict[str, list[float]] = {}
        for c in cells:
            if c.lines:
                sizes.setdefault(c.at.column, []).append(
                    self.b.selection.value_t(c.lines, "CO2e" in c.unit) / float(scale_of(c.unit))
                )
        shared = {c.at.column for c in cells if "CO2e" in c.unit}
        whole = [v for column in shared for v in sizes.get(column, ())]
        together = min(GRAM_DECIMALS, column_decimals(whole)) if whole else 1
        return {
            c.at.column: together
            if c.at.column in shared
            else min(GRAM_DECIMALS, column_decimals(sizes.get(c.at.column, [0.0])))
            for c in cells
        }

    def place_summary(self, lines: Sequence[TableLine], year: int, number: int, table: Table) -> None:
        b, t = self.b, self.b.t
        widths, _ = spread(table, False)
        plan = self.pages.page(
            t("sheet.summary", n=number, year=year),
            t("title.summary", region=b.place),
            widths,
            number,
            listed=f"{t('title.summary', region=b.place)} {year}",
        )
        plan.fit = True
        heading(b, plan, t("title.summary", region=b.place), years_text(b, [year]), number)
        plan.add(table)
        notes(plan, legend(b))
        signatures(b, plan)

    # ---- a sector, years side by side ----

    def sector(
        self, name: str, lines: Sequence[TableLine], years: Sequence[int]
    ) -> tuple[Table, tuple[float, ...], bool]:
        """The table, its column widths, and whether it needs the page lying."""
        gases = list(dict.fromkeys(g for line in lines for g in line.gases))
        long = len(gases) > MANY or any(
            g in GROUPS and "CO2e" not in line.unit(g) for line in lines for g in line.gases
        )
        return self._long(name, lines, years) if long else self._wide(name, lines, gases, years)

    def _wide(
        self, name: str, lines: Sequence[TableLine], gases: list[str], years: Sequence[int]
    ) -> tuple[Table, tuple[float, ...], bool]:
        b, t = self.b, self.b.t
        ident = f"{name}|{years[0]}"
        cells = [
            FigureCell(
                line, g, y, At(ident, line.number, f"{y}|{g}"), line.unit(g), b.selection.lines(line, g, b.region, y)
            )
            for y in years
            for line in lines
            for g in gases
            if g in line.gases
        ]
        by_gas: dict[str, int] = {}
        for key, places in self._decimals(cells).items():
            by_gas[key.partition("|")[2]] = max(by_gas.get(key.partition("|")[2], 0), places)
        decimals = {f"{y}|{g}": by_gas.get(g, 1) for y in years for g in gases}
        result: dict[At, Entry] = {}
        for y in years:
            result |= self.entries([c for c in cells if c.year == y], decimals)
        units = {g: next(line.unit(g) for line in lines if g in line.gases) for g in gases}
        columns = [TableColumn("name", (t("column.source"),), LABEL)]
        for y in years:
            for g in gases:
                unit = "万t" if "CO2e" in units[g] else units[g]
                label = t("column.co2e") if g == "total" else gas_name(b, g)
                columns.append(TableColumn(f"{y}|{g}", (t("column.year", year=y), f"{label}\n{t.unit(unit)}"), NUMBER))
        if len(years) > 1:
            columns.append(TableColumn("change", (t("column.change", first=years[0], last=years[-1]),), NUMBER))
        columns.append(TableColumn("notes", (t("column.notes"),), LETTERS))
        rows = []
        for line in lines:
            entries = {
                f"{y}|{g}": result[At(ident, line.number, f"{y}|{g}")] for y in years for g in gases if g in line.gases
            }
            if len(years) > 1 and "total" in line.gases:
                entries["change"] = self._between(
                    ident, line.number, [f"{y}|total" for y in (years[0], years[-1])], entries
                )
            entries["notes"] = self.note(line, "total", years)
            rows.append(self._row(line, entries, lines))
        table = Table(ident, tuple(columns), tuple(rows), row_height=14.5)
        widths, lying = spread(table)
        return (replace(table, size=9.0) if lying and len(rows) > 26 else table), widths, lying

    def _between(self, ident: str, row: str, columns: list[str], entries: dict[str, Entry]) -> Entry:
        one, two = entries[columns[0]].value, entries[columns[1]].value
        if isinstance(one, str) or isinstance(two, str):
            return Entry("—" if one and two else "", None, Look(align="right"))
        return self.changed(At(ident, row, columns[0]), At(ident, row, columns[1]), float(one), float(two))

    def _long(
        self, name: str, lines: Sequence[TableLine], years: Sequence[int]
    ) -> tuple[Table, tuple[float, ...], bool]:
        """Gases below each other, each in its own unit, with its equivalent."""
        b, t = self.b, self.b.t
        ident = f"{name}|{years[0]}"
        present = list(
            dict.fromkeys(
                [g for line in lines for g in line.gases if g != "total" and g not in GROUPS]
                + [x.gas for x in b.ledger.lines if x.account == "total" and x.region == b.region]
            )
        )
        wanted: list[tuple[TableLine, str, str]] = []
        for line in lines:
            gases = [
                g for gas in line.gases if gas != "total" for g in (gases_of(gas, present) if gas in GROUPS else (gas,))
            ]
            if "total" in line.gases and len(gases) != 1:
                gases.append("total")
            wanted += [(line, g, f"{line.number}|{g}") for g in gases]
        cells = []
        for y in years:
            for line, g, key in wanted:
                members = b.selection.lines(line, g, b.region, y)
                if g != "total":
                    cells.append(FigureCell(line, g, y, At(ident, key, f"m{y}"), line.unit(g), members))
                cells.append(FigureCell(line, g, y, At(ident, key, f"e{y}"), "万t CO2e", members))
        decimals = {c.at.column: 1 for c in cells}
        result: dict[At, Entry] = {}
        for y in years:
            result |= self.entries([c for c in cells if c.year == y], decimals)
        columns = [
            TableColumn("name", (t("column.emission_source"),), LABEL),
            TableColumn("gas", (t("column.gas"),), TEXT),
            TableColumn("unit", (t("column.unit"),), CENTER),
        ]
        columns += [TableColumn(f"m{y}", (t("column.mass"), t("column.year", year=y)), NUMBER) for y in years]
        columns += [TableColumn(f"e{y}", (t("column.co2e_unit"), t("column.year", year=y)), NUMBER) for y in years]
        if len(years) > 1:
            columns.append(TableColumn("change", (t("column.change", first=years[0], last=years[-1]),), NUMBER))
        columns.append(TableColumn("notes", (t("column.notes"),), LETTERS))
        rows: list[TableRow] = []
        shown: set[str] = set()
        for line, g, key in wanted:
            entries: dict[str, Entry] = {f"e{y}": result[At(ident, key, f"e{y}")] for y in years}
            entries["gas"] = Entry(gas_name(b, g))
            if g != "total":
                entries |= {f"m{y}": result[At(ident, key, f"m{y}")] for y in years} | {
                    "unit": Entry(t.unit(line.unit(g)))
                }
            if len(years) > 1:
                entries["change"] = self._between(ident, key, [f"e{years[0]}", f"e{years[-1]}"], entries)
            entries["notes"] = self.note(line, g, years)
            named = line.number not in shown
            shown.add(line.number)
            row = self._row(line, entries, lines, key, named)
            rows.append(TableRow(row.key, row.entries, row.bold, row.fill, DOTTED if named and rows else 0))
        table = Table(ident, tuple(columns), tuple(rows), row_height=14.0)
        return (table, *spread(table))

    def place_sector(
        self,
        name: str,
        years: Sequence[int],
        number: int,
        result: tuple[Table, tuple[float, ...], bool],
        continued: bool,
    ) -> None:
        b, t = self.b, self.b.t
        table, widths, lying = result
        label = sector_name(b, name)
        suffix = t("page.continued") if continued else ""
        sheet = t("sheet.sector", n=number, name=label) + (f" {years[0]}" if continued else "")
        plan = self.pages.page(sheet, t("title.sector", name=label) + suffix, widths, number, landscape=lying)
        plan.fit = True
        heading(b, plan, t("title.sector", name=label) + suffix, years_text(b, years), number)
        plan.add(table)
        notes(plan, legend(b))
        signatures(b, plan)
