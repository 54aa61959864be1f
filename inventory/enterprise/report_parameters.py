"""Family P of the reports (parameter type): 附表2 activity data, 附表3 factors, and the sheet with the arithmetic."""

from __future__ import annotations

from collections.abc import Iterable

from ..core.ledger import StepTable
from ..sheets.model import OutputSheet, decimals
from .compute import basis_of, category_of, lookup_keys
from .report_cells import BASIS, RESULT_HEAD, ReportCells
from .tables import fuel_in_family, item_text, source_text

# where a fuel's amount and factors stand in the arithmetic
FUEL_STEPS = {
    "fuel_combustion": "co2",
    "fuel_by_carbon": "co2",
    "fuel_by_composition": "co2",
    "fuel_part_fossil": "co2",
    "coal_by_ash": "carbon_in",
}
FUEL_ACTIVITY = ("燃料品种", "净消耗量", "单位", "低位发热量", "单位", "数据来源")
FUEL_FACTORS = ("燃料品种", "单位热值含碳量", "单位", "数据来源", "碳氧化率", "单位", "数据来源", BASIS)
ACTIVITY_HEAD = ("源类别", "数据项", "分项", "数据", "单位", "资料来源")
FACTOR_HEAD = ("源类别", "参数", "分项", "数据", "单位", "数据来源", "依据")


class ParameterTables(ReportCells):
    """The sheets of family P."""

    def _fuels(self) -> dict[str, tuple[StepTable, int]]:
        """Fuel -> the row of arithmetic it is printed from, whatever its method: by default or measured parameters, by
        carbon, by slag and ash."""
        places: dict[str, tuple[StepTable, int]] = {}
        for t in self.ledger.tables:
            if FUEL_STEPS.get(t.method.id) == t.step.name:
                places.update({_printed_name(t, row): (t, r) for r, row in enumerate(t.rows)})
        return places

    def _printed_fuels(self) -> list[tuple[str, tuple[StepTable, int]]]:
        """One row for every fuel burnt, in the order of the family's printed table; fuels the enterprise added come
        last. Fuels that are not burnt take no row."""
        used = self._fuels()
        order = [f for f in self.edition.vocabulary["fuel"] if fuel_in_family(f, self.industry.family, self.edition)]
        place = {f: i for i, f in enumerate(order)}
        return sorted(used.items(), key=lambda u: place.get(u[0].partition("（")[0], len(order)))

    def _activity_table(self) -> None:
        s = self.book.add("附表2", "附表2 报告主体活动水平相关数据一览表")
        s.text(0, 0, s.title, "page_title")
        row = 2
        printed = self._printed_fuels()
        if printed:
            s.row(row, 0, FUEL_ACTIVITY, "head")
            for fuel, at in printed:
                row += 1
                s.text(row, 0, fuel, "text")
                self._place_data(s, row, 1, int(at[0].columns["fuel"].refs[at[1]]))
                if "ncv" in at[0].columns:
                    self._place_factor(s, row, 3, at[0], "ncv", at[1])
                _blank_rest(s, row, range(1, len(FUEL_ACTIVITY)))
            row += 2
        s.row(row, 0, ACTIVITY_HEAD, "head")
        for i, d in enumerate(self.ledger.data):
            if i in self.data:
                continue
            row += 1
            item = d.keys
            s.text(
                row,
                0,
                source_text(
                    item.get("category") or self.edition.declared.quantities[d.quantity].category,
                    self.edition,
                    self.lang,
                ),
                "text",
            )
            s.text(row, 1, self.edition.declared.quantities[d.quantity].label[self.lang], "wrap")
            s.text(row, 2, item_text(d.item, self.edition, self.lang), "wrap")
            self._place_data(s, row, 3, i)
            s.text(row, 5, d.source + (f"；{d.note}" if d.note else ""), "wrap")
        s.widths = {0: 30, 1: 30, 2: 30, 3: 16, 4: 12, 5: 30}

    def _factor_table(self) -> None:
        s = self.book.add("附表3", "附表3 报告主体排放因子和计算系数")
        s.text(0, 0, s.title, "page_title")
        row = 2
        printed = self._printed_fuels()
        if printed:
            s.row(row, 0, FUEL_FACTORS, "head")
            for fuel, at in printed:
                row += 1
                s.text(row, 0, fuel, "text")
                self._fuel_factors(s, row, *at)
                waits = any(at_row == row and home is s for home, at_row, _ in self.computed_oxidation)
                _blank_rest(s, row, [c for c in range(1, len(FUEL_FACTORS)) if not waits or c not in (4, 5, 6)])
            row += 2
        s.row(row, 0, FACTOR_HEAD, "head")
        for table in self.ledger.tables:
            for name in (n for n, c in table.columns.items() if c.kind == "factor"):
                for r, keys in enumerate(table.rows):
                    if self._factor_key(table, name, r) in self.factors:
                        continue
                    row += 1
                    factor = self.ledger.factors[table.columns[name].refs[r]]
                    s.text(row, 0, source_text(category_of(table, keys, self.edition), self.edition, self.lang), "text")
                    s.text(row, 1, table.columns[name].label[self.lang], "wrap")
                    s.text(row, 2, item_text(lookup_keys(table, name, keys), self.edition, self.lang), "wrap")
                    self._place_factor(s, row, 3, table, name, r)
                    s.text(row, 6, basis_of(factor), "wrap")
        s.widths = {0: 22, 1: 20, 2: 18, 3: 11, 4: 12, 5: 9, 6: 22, 7: 32}

    def _fuel_factors(self, s: OutputSheet, row: int, table: StepTable, r: int) -> None:
        """Carbon per heat and oxidation of one fuel; an oxidation that is computed from slag and ash points to where it
        is (filled in afterwards)."""
        if "cc" in table.columns:
            self._place_factor(s, row, 1, table, "cc", r)
        if "of" in table.columns:
            self._place_factor(s, row, 4, table, "of", r)
        elif table.method.id == "coal_by_ash":
            self.computed_oxidation.append((s, row, r))
        s.text(row, 7, self._basis(table, r), "wrap")

    def _place_computed_oxidation(self) -> None:
        for s, row, r in self.computed_oxidation:
            table = next(t for t in self.ledger.tables if t.method.id == "coal_by_ash" and t.step.name == "oxidation")
            value = float(table.values[r])
            shown = s.formula(
                row,
                4,
                f"={self.steps[table.method.id, 'oxidation', r].seen_from(s.name)}",
                value,
                f"num:{decimals(value)}",
            )
            self.trace.step(shown, self.tables[table.method.id, "oxidation"], r)
            s.text(row, 5, table.unit, "center")
            s.text(row, 6, "计算", "center")

    def _arithmetic(self) -> None:
        s = self.book.add("计算过程", "排放量计算过程")
        s.text(0, 0, s.title, "page_title")
        s.row(2, 0, ("源类别", "计算步骤", "分项", "计算式", *RESULT_HEAD), "head")
        row = 2
        for table in self.ledger.tables:
            for r, keys in enumerate(table.rows):
                row += 1
                s.text(row, 0, source_text(category_of(table, keys, self.edition), self.edition, self.lang), "text")
                s.text(row, 1, table.step.label[self.lang], "wrap")
                s.text(row, 2, self._row_item(table, keys), "wrap")
                s.text(row, 3, self._sentence(table, r), "wrap")
                self._place_step(s, row, 4, table, r)
        s.widths = {0: 30, 1: 24, 2: 28, 3: 50, 4: 18, 5: 10, 6: 8}


def _blank_rest(s: OutputSheet, row: int, columns: Iterable[int]) -> None:
    """Empty bordered cells where a row of a printed table holds nothing."""
    for c in columns:
        if (row, c) not in s.cells:
            s.row(row, c, [None], "center")


def _printed_name(table: StepTable, row: tuple[str, ...]) -> str:
    """The fuel of a row, with the boiler or kiln whose part it is."""
    fuel, line = row[table.keys.index("fuel")], row[table.keys.index("line")] if "line" in table.keys else ""
    return f"{fuel}（{line}）" if line else fuel
