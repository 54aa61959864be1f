"""The report an enterprise files: cover, profile, 附表, declaration, evidence, with live formulas and cached values.

Family P (parameter type): 附表1 totals, 附表2 activity data, 附表3 factors, and a sheet with the arithmetic. Family S
(source type): 附表1 with two totals and one 附表 a source, every parameter with its tick. Both end with copies of the
monthly sheets, which verification reads.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path

from ..core.gwp import set_label
from ..sheets.address import Ref, spans, sum_arguments
from ..sheets.model import Book, OutputSheet, decimals
from ..sheets.write import save
from .compute import Result
from .copies import add_copies
from .english import into_english
from .industries import ReportLine, report_lines
from .report_cells import title_of
from .report_notes import add_remarks, add_supplement
from .report_pages import on_pages, sign_annexes
from .report_parameters import ParameterTables
from .report_sources import SourceTables
from .tables import PROFILE, PROFILE_SHEET

WHOLE = "整吨"
BIOMASS = "另：生物质燃烧CO2（单列，不计入总量）"


def write_report(result: Result, path: str | Path, lang: str = "zh") -> None:
    """Write the report workbook. Same input, same bytes."""
    save(plan_report(result, lang), path)


def plan_report(result: Result, lang: str = "zh") -> Book:
    """All sheets of the report as data, before any Excel library sees them."""
    return _Report(result, lang).book


def plan_tables(result: Result, lang: str = "zh") -> Book:
    """The tables alone: 附表, arithmetic and supplement, without what makes them pages."""
    return _Report(result, lang, whole=False).book


class _Report(ParameterTables, SourceTables):
    """Lays the sheets of either family out. `whole`: with cover, profile, remarks, copies, and all as pages."""

    def __init__(self, result: Result, lang: str = "zh", whole: bool = True) -> None:
        super().__init__(result, lang, traced=whole)
        if whole:
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
        if not whole:
            if lang == "en":
                into_english(self.book, self.edition)
            return
        add_remarks(self.book, result, lang)
        add_copies(self.book, result.enterprise, self.industry, lang)
        annexes = [s for name, s in self.book.sheets.items() if name.startswith("附表")]
        if lang == "en":
            into_english(self.book, self.edition)
        sign_annexes(annexes, lang)
        on_pages(self.book, result.enterprise.profile.kind == "示例")
        self.trace.finish(self.book.title)

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
                ("指南版本", self.edition.label[self.lang]),
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

    def _totals(self, s: OutputSheet) -> None:
        """The printed lines of the industry's 附表1; a line of several gases has one row a gas. CO2-only guidelines
        have one column."""
        many = self.industry.report_type == "S" or any(g != "CO2" for x in self.industry.sources for g in x.gases)
        s.portrait = True
        s.text(0, 0, s.title, "page_title")
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
            s.text(r, 0, line.labels[self.lang], "wrap" if line.sources else "line_total")
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
        s.widths = {0: 42, 1: 8, 2: 18, 3: 18 if many else 13, **({4: 13} if many else {})}

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


def _label(line: ReportLine) -> dict[str, str]:
    return {"zh": line.label, "en": line.label}


__all__ = ["plan_report", "title_of", "write_report"]
