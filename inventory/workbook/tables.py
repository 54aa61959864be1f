"""The guideline's tables, line by line in its order: the summary and one sheet per sector, years side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..analysis.report_lines import Selection, TableLine, gases_of
from ..core import equation
from ..core.activity import NOTATION_KEYS
from ..core.completeness import LineStatus
from ..core.gases import GROUPS
from ..sheets.address import Ref, a1
from ..sheets.model import OutputSheet, Spot, at_least_two, shared_decimals, width_of
from .context import Filing, heading, note
from .figures import CO2E, MASS, Figures, Lines, LineSum, Written, carbon_of, figure_scale
from .texts import LANGUAGES, Words

WIDE = 8  # more columns of gases than this and a table lists its gases below each other
ONE_PAGE = 70  # rows of a table that is printed on one page


class ReportSheets:
    """Lays out report tables. Sector tables come before the summary, so that the summary can refer to them."""

    def __init__(self, f: Filing) -> None:
        self.f = f
        self.figures = Figures(f)
        self.regions, self.years = f.regions(), f.years()
        self.styles: dict[str, dict[int, str]] = {}  # table -> level -> style of the name
        # (table, line, region, year, gas) -> cell; the last unit written
        self.cells: dict[tuple[str, str, str, int, str], Ref] = {}
        self.selection = Selection(f.ledger)

    def select(self, line: TableLine, gas: str, region: str, year: int) -> Lines:
        """Ledger lines behind one cell."""
        return self.selection.lines(line, gas, region, year)

    def fill(self, sheet: OutputSheet, lines: Sequence[TableLine]) -> None:
        t = self.f.t
        levels = sorted({line.level for line in lines})
        names = (
            ["text"]
            if len(levels) == 1
            else ["line0", "line2"]
            if len(levels) == 2
            else ["line0", "line1", "line2"] + ["line3"] * len(levels)
        )
        self.styles[lines[0].table] = dict(zip(levels, names, strict=False))
        row = heading(sheet, t, self._subtitle(lines))
        columns = list(dict.fromkeys(g for line in lines for g in line.gases))
        long = len(columns) > WIDE or any(
            g in GROUPS and "CO2e" not in line.unit(g) for line in lines for g in line.gases
        )
        for n, region in enumerate(self.regions):
            if n:
                sheet.breaks.append(row)
            if len(self.regions) > 1:
                sheet.text(row, 0, self.f.value_label("region", region), "section")
                row += 1
            row = (
                self._long(sheet, row, region, lines, n == 0)
                if long
                else self._wide(sheet, row, region, lines, columns, n == 0)
            )
            row += 1
        sheet.one_page = len(self.regions) == 1 and row <= ONE_PAGE
        note(sheet, row, t("table.legend"), 8)

    def _subtitle(self, lines: Sequence[TableLine]) -> str:
        t = self.f.t
        units: dict[str, list[str]] = {}
        for line in lines:
            for gas in line.gases:
                unit = line.unit(gas)
                if self.name_of(gas) not in units.setdefault(unit, []):
                    units[unit].append(self.name_of(gas))
        text = t.semicolon.join(f"{', '.join(gases)} {unit}" for unit, gases in units.items())
        place = self.f.value_label("region", self.regions[0]) + "　" if len(self.regions) == 1 else ""
        return f"{place}{t('table.units', units=text)}{t.semicolon}{t('table.gwp', set=self.f.ledger.gwp.name)}"

    def name_of(self, gas: str) -> str:
        t = self.f.t
        return {"total": t("column.total"), "C": t("table.carbon")}.get(gas, gas)

    def what(self, line: TableLine, gas: str, year: int, region: str) -> dict[str, str]:
        out = {}
        for lang in LANGUAGES:
            t = Words(lang)
            name = {"total": t("table.co2e_of"), "C": t("table.carbon")}.get(gas, gas)
            out[lang] = f"{line.table} {line.number}：{region} " + t(
                "table.sum", label=line.label[lang], gas=name, year=year
            )
        return out

    # ---- years side by side, gases as columns ----

    def _wide(
        self, sheet: OutputSheet, row: int, region: str, lines: Sequence[TableLine], columns: list[str], first: bool
    ) -> int:
        t, years = self.f.t, self.years
        ordered = [g for g in columns if g != "total"] + (["total"] if "total" in columns else [])
        n = len(ordered)
        for c in (0, 1):
            sheet.text(row, c, t("column.line" if c == 0 else "column.name"), "head")
            sheet.text(row + 1, c, "", "head")
            sheet.merges.append((row, c, row + 1, c))
        for y, year in enumerate(years):
            left = 2 + y * n
            if n > 1:
                sheet.merges.append((row, left, row, left + n - 1))
            sheet.number(row, left, year, "head")
            for c, gas in enumerate(ordered):
                sheet.text(row + 1, left + c, self.name_of(gas), "head")
        last = 2 + n * len(years)
        tail = self._tail_heads(sheet, row, last)
        sheet.widths.update({0: 7, 1: self._name_width(lines)})
        if first:
            sheet.freeze, sheet.head = (row + 2, 2), (row, row + 1)
        top = row + 2
        places = {id(line): top + i for i, line in enumerate(lines)}
        for line in lines:
            self._names(sheet, places[id(line)], line)
        for y, year in enumerate(years):
            self._cells(
                sheet,
                region,
                year,
                [
                    (line, g, places[id(line)], 2 + y * n + c, line.unit(g))
                    for line in lines
                    for c, g in enumerate(ordered)
                    if g in line.gases
                ],
            )
            for line in lines:
                for c, gas in enumerate(ordered):
                    if gas not in line.gases:
                        sheet.text(places[id(line)], 2 + y * n + c, "", "notation")
        for line in lines:
            at = places[id(line)]
            totals = [(at, 2 + y * n + n - 1) for y in range(len(years))]
            self._tail(Spot(sheet, at, last), tail, line, region, totals)
        return top + len(lines)

    def _names(self, sheet: OutputSheet, row: int, line: TableLine) -> None:
        sheet.text(row, 0, line.number, "center")
        sheet.text(row, 1, self.f.t.label(line.label), self.styles[line.table][line.level])

    def _name_width(self, lines: Sequence[TableLine]) -> int:
        """Wide enough for the names of the lines, which are longer in English."""
        if self.f.lang == "zh":
            return 36
        longest = max((width_of(self.f.t.label(line.label)) + 2 * line.level for line in lines), default=0)
        return min(max(36, round(1.1 * longest) + 2), 46)

    def _tail_heads(self, sheet: OutputSheet, row: int, col: int) -> int:
        """Change and flags; gives how many columns they take."""
        t = self.f.t
        heads = ([t("column.change", first=self.years[0], last=self.years[-1])] if len(self.years) > 1 else []) + [
            t("column.flags")
        ]
        for i, text in enumerate(heads):
            sheet.text(row, col + i, text, "head")
            sheet.text(row + 1, col + i, "", "head")
            sheet.merges.append((row, col + i, row + 1, col + i))
        sheet.widths[col] = 11
        sheet.widths[col + len(heads) - 1] = 20
        return len(heads)

    def _tail(self, spot: Spot, count: int, line: TableLine, region: str, totals: list[tuple[int, int]]) -> None:
        """Change from the first to the last of `totals` (where there is a column for it), and the flags of the line."""
        sheet = spot.sheet
        if count == 2:
            cells = [sheet.cells.get(place) for place in totals]
            a, b = cells[0], cells[-1]
            if a and b and isinstance(a.value, float) and isinstance(b.value, float) and a.value > 0 and b.value >= 0:
                one, two = a1(*totals[0]), a1(*totals[-1])
                ref = spot.formula(f"={two}/{one}-1", b.value / a.value - 1, "percent")
                what = {
                    lang: Words(lang)("table.change", label=line.label[lang], first=self.years[0], last=self.years[-1])
                    for lang in LANGUAGES
                }
                self.f.book.note(
                    ref,
                    "calc",
                    what=what,
                    unit="%",
                    text="b / a - 1",
                    names={"a": f"{sheet.name}!{one}", "b": f"{sheet.name}!{two}"},
                )
            else:
                spot.text("", "notation")
        flags: dict[str, None] = {}
        states = self.selection.states(line, region)
        flags.update(
            dict.fromkeys(
                ("incomplete",) if states & {"missing", "incomplete"} else ("partial",) if "partial" in states else ()
            )
        )
        for year in self.years:
            for i in self.select(line, "total", region, year):
                flags.update(dict.fromkeys(self.f.ledger.lines[i].flags))
        spot.right(count - 1).text(self.f.flags(flags), "wrap")

    # ---- gases below each other ----

    def _long(self, sheet: OutputSheet, row: int, region: str, lines: Sequence[TableLine], first: bool) -> int:
        n = len(self.years)
        last = 4 + 2 * n
        tail = self._long_heads(sheet, row, last)
        if first:
            sheet.freeze, sheet.head = (row + 2, 3), (row, row + 1)
        rows = [(line, gas, row + 2 + i) for i, (line, gas) in enumerate(self._long_gases(lines))]
        shown: set[int] = set()
        for line, gas, r in rows:
            if id(line) in shown:
                sheet.text(r, 0, "", "center")
                sheet.text(r, 1, "", "line2")
            else:
                self._names(sheet, r, line)
                shown.add(id(line))
            sheet.text(r, 2, self.name_of(gas), "center")
            sheet.text(r, 3, line.unit(gas), "center")
        for y, year in enumerate(self.years):
            self._cells(sheet, region, year, [(line, g, r, 4 + y, line.unit(g)) for line, g, r in rows if g != "total"])
            self._cells(sheet, region, year, [(line, g, r, 4 + n + y, "万t CO2e") for line, g, r in rows])
        for line, gas, r in rows:
            if gas == "total":
                for y in range(n):
                    sheet.text(r, 4 + y, "", "notation")
            narrowed = replace(line, gases=(gas,))
            self._tail(Spot(sheet, r, last), tail, narrowed, region, [(r, 4 + n + y) for y in range(n)])
        return row + 2 + len(rows)

    def _long_heads(self, sheet: OutputSheet, row: int, last: int) -> int:
        """Two rows of heads: names, then mass and equivalent with the years below them; what `_tail_heads` gives."""
        t, n = self.f.t, len(self.years)
        for c, text in enumerate((t("column.line"), t("column.name"), t("column.gas"), t("column.unit"))):
            sheet.text(row, c, text, "head")
            sheet.text(row + 1, c, "", "head")
            sheet.merges.append((row, c, row + 1, c))
        for k, label in enumerate((t("column.mass"), t("column.co2e"))):
            left = 4 + k * n
            if n > 1:
                sheet.merges.append((row, left, row, left + n - 1))
            sheet.text(row, left, label, "head")
            for y, year in enumerate(self.years):
                sheet.number(row + 1, left + y, year, "head")
        sheet.heights[row] = 32
        sheet.widths.update({0: 7, 1: 30, 2: 11, 3: 10, **dict.fromkeys(range(4, last), 15)})
        return self._tail_heads(sheet, row, last)

    def _long_gases(self, lines: Sequence[TableLine]) -> list[tuple[TableLine, str]]:
        """The gases of each line, a group as the gases of it that there are, and the total of several."""
        named = [g for line in lines for g in line.gases if g != "total" and g not in GROUPS]
        present = list(dict.fromkeys([*named, *(x.gas for x in self.f.ledger.lines if x.account == "total")]))
        out: list[tuple[TableLine, str]] = []
        for line in lines:
            gases = [
                g for gas in line.gases if gas != "total" for g in (gases_of(gas, present) if gas in GROUPS else (gas,))
            ]
            if "total" in line.gases and len(gases) != 1:
                gases.append("total")
            out.extend((line, gas) for gas in gases)
        return out

    # ---- cells ----

    def _cells(
        self, sheet: OutputSheet, region: str, year: int, required: Sequence[tuple[TableLine, str, int, int, str]]
    ) -> None:
        """Write the cells of one year, parts before wholes, so that a subtotal is the sum of the lines it shows."""
        chosen = [
            (self.select(line, gas, region, year), line, gas, row, col, unit) for line, gas, row, col, unit in required
        ]
        places: dict[str, int] = {}
        for lines, _, _, _, col, unit in chosen:
            key = f"{col}"
            values = self.figures.value_t(lines, "CO2e" in unit) / float(figure_scale(unit))
            places[key] = min(places.get(key, 8), shared_decimals([values])) if lines else places.get(key, 8)
        near: dict[tuple[str, str], list[Written]] = {}
        in_row: dict[int, list[tuple[Written, str]]] = {}
        order = sorted(
            range(len(chosen)), key=lambda k: (chosen[k][2] == "total", len(chosen[k][0]), -chosen[k][1].level, k)
        )
        for k in order:
            lines, line, gas, row, col, unit = chosen[k]
            if not lines:
                # no ledger line: notation keys, the word for missing, or nothing where no source below has this gas
                status = self.selection.status_of(line, gas, region, year)
                self.without_figure(Spot(sheet, row, col), status, self.what(line, gas, year, region))
                continue
            style = f"{self._weight(line)}:{at_least_two(self.figures.value_t(lines, 'CO2e' in unit) / float(figure_scale(unit)), places[str(col)])}"
            what = self.what(line, gas, year, region)
            if gas == "C":
                continue
            co2e = "CO2e" in unit
            neighbours = near.setdefault((gas, CO2E if co2e else MASS), [])
            single = gas not in GROUPS and gas != "total"
            if not co2e:
                parts = self.figures.mass_parts(lines, gas, unit, neighbours)
            elif gas == "total":
                parts = self.figures.co2e_parts(lines, unit, neighbours, in_row.get(row, ()))
            else:
                parts = self.figures.co2e_parts(lines, unit, neighbours)
            amount = LineSum(lines, CO2E if co2e else MASS, gas, unit)
            result = self.figures.put(Spot(sheet, row, col), amount, style, what, parts)
            neighbours.append(result)
            self.cells[line.table, line.number, region, year, gas] = result.ref
            if gas != "total":
                in_row.setdefault(row, []).append((result, gas if single and not co2e else ""))
        self._carbon(sheet, chosen, places, year, region)

    def _weight(self, line: TableLine) -> str:
        return {"line0": "total", "line1": "bold"}.get(self.styles[line.table][line.level], "num")

    def _carbon(
        self,
        sheet: OutputSheet,
        chosen: Sequence[tuple[Lines, TableLine, str, int, int, str]],
        places: dict[str, int],
        year: int,
        region: str,
    ) -> None:
        """The carbon column of the forestry table: CO2 of the same line times 12/44."""
        co2 = {row: (col, unit) for _, _, gas, row, col, unit in chosen if gas == "CO2"}
        for lines, line, gas, row, col, unit in chosen:
            if gas != "C" or not lines:
                continue
            source = Ref(sheet.name, row, co2[row][0])
            value = equation.evaluate("co2 * M_C / M_CO2", {"co2": self.f.book.figure(source)})
            style = f"{self._weight(line)}:{places[str(col)]}"
            ref = sheet.formula(row, col, carbon_of(source, sheet.name), float(value), style)
            self.f.book.note(
                ref,
                "calc",
                what=self.what(line, gas, year, region),
                unit=unit,
                text="co2 * M_C / M_CO2",
                names={"co2": str(source)},
            )

    def without_figure(self, spot: Spot, statuses: Sequence[LineStatus], what: dict[str, str]) -> None:
        """What the completeness list says of lines that were not computed, in the place of a figure."""
        keys = {s.notation.key for s in statuses if s.notation}
        if any(s.status == "missing" for s in statuses):
            ref = spot.text(self.f.t("table.missing"), "missing")
        elif keys:
            ref = spot.text("/".join(k for k in NOTATION_KEYS if k in keys), "notation")
        else:
            spot.text("", "notation")
            return
        self.f.book.note(ref, "notation", what=what)

    def statuses(self, region: str, year: int) -> Sequence[LineStatus]:
        """The completeness list of one region and year."""
        return self.selection.statuses(region, year)
