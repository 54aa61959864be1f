"""The report an enterprise files: cover, profile, 附表, declaration, evidence, with live formulas and cached values.

Family P (parameter type): 附表1 totals, 附表2 activity data, 附表3 factors, and a sheet with the arithmetic. Family S
(source type): 附表1 with two totals and one 附表 a source, every parameter with its tick. Both end with copies of the
monthly sheets, which verification reads.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ..core import equation
from ..core.gwp import set_label
from ..core.ledger import StepTable
from ..sheets.address import Ref, spans, sum_arguments
from ..sheets.model import Book, OutputSheet, decimals, width_of
from ..sheets.write import pages_wide, save
from ..workbook.tree_trace import TreeTrace
from .compute import Result, category_of, lookup_keys, tick
from .copies import add_copies
from .english import block_title, into_english
from .industries import EmissionSource, ReportLine, report_lines
from .report_notes import add_remarks, add_supplement
from .tables import PROFILE, PROFILE_SHEET, fuel_in_family, item_text, source_text

OWN = ("measured", "provincial")  # steps of the resolution chain at which the enterprise's own figure was taken
FactorKey = tuple[str, tuple[tuple[str, str], ...]]
BASIS = "参数依据"
WHOLE = "整吨"
VALUE_WIDTH, TICK_WIDTH, BASIS_WIDTH = 10, 7, 20  # of a source's table, in characters
PAGE_LINES = 36  # of a lying page at the scale of a wide table
BIOMASS = "另：生物质燃烧CO2（单列，不计入总量）"
# where a fuel's amount and factors stand in the arithmetic
FUEL_STEPS = {
    "fuel_combustion": "co2",
    "fuel_by_carbon": "co2",
    "fuel_by_composition": "co2",
    "fuel_part_fossil": "co2",
    "coal_by_ash": "carbon_in",
}
RESULT_HEAD = ("计算结果", "单位", "气体")
FUEL_ACTIVITY = ("燃料品种", "净消耗量", "单位", "低位发热量", "单位", "数据来源")
FUEL_FACTORS = ("燃料品种", "单位热值含碳量", "单位", "数据来源", "碳氧化率", "单位", "数据来源", BASIS)
ACTIVITY_HEAD = ("源类别", "数据项", "分项", "数据", "单位", "资料来源")
FACTOR_HEAD = ("源类别", "参数", "分项", "数据", "单位", "数据来源", "依据")


def write_report(result: Result, path: str | Path, lang: str = "zh") -> None:
    """Write the report workbook. Same input, same bytes."""
    save(plan_report(result, lang), path)


def plan_report(result: Result, lang: str = "zh") -> Book:
    """All sheets of the report as data, before any Excel library sees them."""
    return _Report(result, lang).book


def title_of(result: Result, lang: str = "zh") -> str:
    if lang == "en":
        return f"{result.enterprise.profile.name}: greenhouse gas emission report of {result.enterprise.profile.year}"
    return f"{result.enterprise.profile.name} {result.enterprise.profile.year}年度温室气体排放报告"


class _Report:
    """Lays the sheets out and remembers in which cell each datum, factor and intermediate result stands."""

    def __init__(self, result: Result, lang: str = "zh") -> None:
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
        self.trace = TreeTrace(self.ledger, self.book)
        self._cover()
        self._profile()
        first = self.book.add("附表1", f"附表1 报告主体{result.enterprise.profile.year}年温室气体排放量")
        if self.industry.report_type == "P":
            self._activity_table()
            self._factor_table()
            self._arithmetic()
            self._place_computed_oxidation()
        else:
            self._source_tables()
        self._totals(first)
        add_supplement(self.book, result, lang)
        add_remarks(self.book, result, lang)
        add_copies(self.book, result.enterprise, self.industry, lang)
        if lang == "en":
            into_english(self.book, self.edition)
        self.trace.finish(self.book.title)

    # ---- front ----

    def _cover(self) -> None:
        p = self.result.enterprise.profile
        s = self.book.add("封面", "封面")
        s.portrait = True
        s.widths = {0: 24, 1: 56}
        s.text(1, 0, f"{self.industry.name}温室气体排放报告", "cover_title")
        s.merges.append((1, 0, 1, 1))
        if p.kind == "示例":
            s.text(3, 0, "示例数据，不是任何真实企业的数字", "banner")
            s.merges.append((3, 0, 3, 1))
        for r, (label, value) in enumerate(
            (
                ("报告主体（盖章）", p.name),
                ("报告年度", f"{p.year}"),
                ("编制日期", p.date),
                ("核算依据", f"{self.industry.document} {self.industry.name}"),
                ("指南版本", self.edition.id),
                ("GWP", set_label(self.ledger.gwp.name, "zh")),
            ),
            5,
        ):
            s.text(r, 0, label, "head")
            s.text(r, 1, value, "text")
        s.text(13, 0, "真实性声明", "section")
        s.text(14, 0, "本报告所列数据真实、完整、可核查；如与实际不符，本单位愿承担相应责任。", "note")
        s.merges.append((14, 0, 14, 1))
        for r, label in enumerate(("法定代表人（签字）", "填报负责人（签字）", "日期"), 16):
            s.text(r, 0, label, "head")
            s.text(r, 1, "", "text")

    def _profile(self) -> None:
        s = self.book.add(PROFILE_SHEET, "一、企业基本情况")
        s.portrait = True
        s.widths = {0: 34, 1: 50}
        p = self.result.enterprise.profile
        for r, field in enumerate(PROFILE):
            s.text(r, 0, field.text(self.lang), "head")
            value = getattr(p, field.id)
            if field.id == "industry":
                value = f"{self.industry.code} {self.industry.name if self.lang == 'zh' else self.industry.name_en}"
            if isinstance(value, int | float) and value:
                s.number(r, 1, value, f"num:{decimals(float(value))}" if field.id != "year" else "year")
            else:
                s.text(r, 1, str(value or ""), "text")

    # ---- 附表1 ----

    def _totals(self, s: OutputSheet) -> None:
        """The printed lines of the industry's 附表1; a line of several gases has one row a gas. CO2-only guidelines
        have one column."""
        many = self.industry.report_type == "S" or any(g != "CO2" for x in self.industry.sources for g in x.gases)
        s.text(0, 0, s.title, "title")
        s.text(1, 0, f"单位：t；GWP 采用 {set_label(self.ledger.gwp.name, 'zh')}；扣减项为负数", "subtitle")
        masses = ("温室气体本身质量（t）", "温室气体CO2当量（tCO2e）") if many else ("排放量（tCO2）",)
        for c, text in enumerate(("源类别", "气体", *masses, WHOLE)):
            s.text(3, c, text, "head")
        lines = report_lines(self.industry)
        rows = [(line, gas) for line in lines for gas in (self._gases(line) or ("",))]
        gases = list(dict.fromkeys(t.gas for t in self.result.totals))
        gwp = {g: 4 + len(rows) + 3 + i for i, g in enumerate(gases)}
        column = 3 if many else 2
        at = {(line.label, gas): r for r, (line, gas) in enumerate(rows, 4)}
        for (line, gas), r in zip(rows, at.values(), strict=True):
            s.text(r, 0, line.labels[self.lang], "text" if line.sources else "line0")
            s.text(r, 1, gas if line.sources else "CO2e" if many else "CO2", "center")
            if line.sources and gas:
                self._total_row(s, r, line, gas, many, gwp)
            elif not line.sources:
                wanted = [
                    Ref(s.name, at[x.label, g], column)
                    for x, g in rows
                    if x.sources and g and (line.kind == "total" or self._is_direct(x))
                ]
                if many:
                    s.text(r, 2, "", "center")
                formula = f"=SUM({sum_arguments(spans(wanted), s.name)})" if wanted else "=0"
                value = self.result.total(line.kind == "total")
                self.trace.sum(
                    s.formula(r, column, formula, value, "total:2"),
                    self._lines_of([x for x in lines if x.sources and (line.kind == "total" or self._is_direct(x))]),
                    _label(line),
                    value,
                )
            else:
                s.text(r, 2, "", "center")
                if many:
                    s.text(r, 3, "", "center")
            self._whole_tonnes(s, r, column)
        if many and gwp:
            s.text(min(gwp.values()) - 1, 0, "GWP（100年）", "head")
            s.text(min(gwp.values()) - 1, 1, "数值", "head")
            for g, r in gwp.items():
                s.text(r, 0, g, "text")
                self.trace.gwp(s.number(r, 1, self.ledger.gwp[g], "num:0"), g)
        for r, (flight, cells) in enumerate(self.flights.items(), s.rows + 1):
            s.text(r, 0, f"其中：{flight}航班燃料燃烧", "text")
            s.text(r, 1, "CO2", "center")
            value = math.fsum(v for _, v in cells)
            shown = s.formula(r, 2, f"=SUM({sum_arguments(spans(ref for ref, _ in cells), s.name)})", value, "num:2")
            of = [i for i, x in enumerate(self.ledger.lines) if dict(x.item).get("flight") == flight]
            self.trace.sum(shown, of, {"zh": f"{flight}航班燃料燃烧", "en": f"{flight} flights"}, value, "CO2")
        self._biomass(s)
        s.widths = {0: 62, 1: 12, 2: 24, 3: 26, 4: 14}

    def _biomass(self, s: OutputSheet) -> None:
        """CO2 of biomass carbon below the totals, in none of them."""
        table = self.tables.get(("fuel_part_fossil", "biomass"))
        if table is None:
            return
        r = s.rows + 1
        refs = [self.steps["fuel_part_fossil", "biomass", i] for i in range(len(table.rows))]
        s.text(r, 0, BIOMASS, "text")
        s.text(r, 1, "CO2", "center")
        value = math.fsum(float(v) for v in table.values)
        s.formula(r, 2, f"=SUM({sum_arguments(spans(refs), s.name)})", value, "num:2")

    def _whole_tonnes(self, s: OutputSheet, r: int, column: int) -> None:
        """The figure of a row in whole tonnes, as the notices ask for it, beside the full one."""
        held = s.cells.get((r, column))
        if held is not None and isinstance(held.value, float):
            full = Ref(s.name, r, column)
            rounded = math.floor(abs(held.value) + 0.5) * math.copysign(1, held.value)
            self.trace.same(s.formula(r, column + 1, f"=ROUND({full.seen_from(s.name)},0)", rounded, "num:0"), full)
        else:
            s.text(r, column + 1, "", "center")

    def _gases(self, line: ReportLine) -> tuple[str, ...]:
        return tuple(dict.fromkeys(t.gas for t in self.result.totals if t.source.id in line.sources))

    def _lines_of(self, lines: Iterable[ReportLine], gas: str = "") -> list[int]:
        """Positions in the ledger of what printed lines add up."""
        sources = {source for line in lines for source in line.sources}
        return [
            i
            for i, x in enumerate(self.ledger.lines)
            if x.category in sources and gas in ("", x.gas) and x.account == "total"
        ]

    def _is_direct(self, line: ReportLine) -> bool:
        return all(s.scope == "direct" for s in self.industry.sources if s.id in line.sources)

    def _total_row(self, s: OutputSheet, r: int, line: ReportLine, gas: str, many: bool, gwp: dict[str, int]) -> None:
        refs = [ref for source in line.sources for ref in self.emissions.get((source, gas), ())]
        mine = [t for t in self.result.totals if t.source.id in line.sources and t.gas == gas]
        mass, co2e, of = (
            math.fsum(t.mass_t for t in mine),
            math.fsum(t.co2e_t for t in mine),
            self._lines_of([line], gas),
        )
        self.trace.sum(
            s.formula(r, 2, f"=SUM({sum_arguments(spans(refs), s.name)})", mass, "num:2"), of, _label(line), mass, gas
        )
        if many:
            self.trace.sum(s.formula(r, 3, f"=C{r + 1}*B{gwp[gas] + 1}", co2e, "num:2"), of, _label(line), co2e)

    # ---- family P ----

    def _fuels(self) -> dict[str, tuple[StepTable, int]]:
        """Fuel -> the row of arithmetic it is printed from, whatever its method: by default or measured parameters, by
        carbon, by slag and ash."""
        found: dict[str, tuple[StepTable, int]] = {}
        for t in self.ledger.tables:
            if FUEL_STEPS.get(t.method.id) == t.step.name:
                found.update({_printed_name(t, row): (t, r) for r, row in enumerate(t.rows)})
        return found

    def _printed_fuels(self) -> list[tuple[str, tuple[StepTable, int]]]:
        """One row for every fuel burnt, in the order of the family's printed table; fuels the enterprise added come
        last. Fuels that are not burnt take no row."""
        used = self._fuels()
        order = [f for f in self.edition.vocabulary["fuel"] if fuel_in_family(f, self.industry.family, self.edition)]
        place = {f: i for i, f in enumerate(order)}
        return sorted(used.items(), key=lambda u: place.get(u[0].partition("（")[0], len(order)))

    def _activity_table(self) -> None:
        s = self.book.add("附表2", "附表2 报告主体活动水平相关数据一览表")
        s.text(0, 0, s.title, "title")
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
        self._sign(s, row + 2)
        s.widths = {0: 30, 1: 30, 2: 30, 3: 16, 4: 12, 5: 30}

    def _sign(self, s: OutputSheet, row: int) -> None:
        """The line for signatures below an 附表."""
        for col, label in ((0, "法定代表人（签字）"), (2, "填报负责人（签字）"), (4, "日期")):
            s.text(row, col, label, "head")
            s.text(row, col + 1, "", "text")

    def _factor_table(self) -> None:
        s = self.book.add("附表3", "附表3 报告主体排放因子和计算系数")
        s.text(0, 0, s.title, "title")
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
                    s.text(row, 6, factor.source if factor.step in OWN else factor.table, "wrap")
        self._sign(s, row + 2)
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
        s.text(0, 0, s.title, "title")
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

    # ---- family S ----

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
                s.text(row, 0, f"附表{entry.number} {source_text(entry.source.id, self.edition, self.lang)}", "title")
                row += 2
                for table, rows in entry.blocks:
                    row = self._block(s, row, table, rows) + 2
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

    # ---- cells ----

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
        """What the factors of a row rest on: the id of a default, the source of the enterprise's own."""
        factors = [self.ledger.factors[column.refs[r]] for column in table.columns.values() if column.kind == "factor"]
        return "；".join(dict.fromkeys(f.source if f.step in OWN else f.table for f in factors))

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
    for entry in tables:
        held = groups[-1] if groups else []
        widths: dict[int, float] = {}
        for x in (*held, entry):
            widths = {c: max(widths.get(c, 0.0), x.widths.get(c, 0.0)) for c in {*widths, *x.widths}}
        lines = sum(x.lines for x in (*held, entry))
        if held and lines <= PAGE_LINES and pages_wide(widths, portrait=False) == 1:
            held.append(entry)
        else:
            groups.append([entry])
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


def _blank_rest(s: OutputSheet, row: int, columns: Iterable[int]) -> None:
    """Empty bordered cells where a row of a printed table holds nothing."""
    for c in columns:
        if (row, c) not in s.cells:
            s.row(row, c, [None], "center")


def _printed_name(table: StepTable, row: tuple[str, ...]) -> str:
    """The fuel of a row, with the boiler or kiln whose part it is."""
    fuel, line = row[table.keys.index("fuel")], row[table.keys.index("line")] if "line" in table.keys else ""
    return f"{fuel}（{line}）" if line else fuel


def _label(line: ReportLine) -> dict[str, str]:
    return {"zh": line.label, "en": line.label}


__all__ = ["plan_report", "title_of", "write_report"]
