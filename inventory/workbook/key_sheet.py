"""关键类别: every ranking with live shares and cumulative shares; level and trend, approach 1 and 2, with and without
LUCF.

Emissions stand once, in a table by category at the foot of the sheet that refers to the tables of the guideline; the
rankings refer to it. The order of the rows is that of the compilation: a figure changed by hand changes shares, not the
order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..analysis.key_categories import DEPTH, KeyCategoryRanking, KeyRow, all_assessments, group_lines, summary
from ..core import equation
from ..sheets.address import Ref, Span
from ..sheets.model import OutputSheet, Spot, shared_decimals, width_of
from .context import Filing, header, heading, note, note_rows
from .figures import CO2E, LineSum
from .tables import ReportSheets
from .texts import LANGUAGES, Words

COLUMNS = ("rank", "category", "gas", "first", "later", "pct", "assessment", "share", "cumulative", "key")
UNIT = "万t CO2e"
BaseKey = tuple[str, int, str, str]  # region, year, category, gas
SHOWN = 0.99  # rows beyond this cumulative share that are not key are put together in one
LEVEL = "max(later, -later) / size"
TREND = "max(first, -first) / size * max((later - first) / max(first, -first) - growth, growth - (later - first) / max(first, -first))"
TREND_NEW = "max(later, -later) / size"
WITH_UNCERTAINTY = " * pct / 100"


def applies(f: Filing) -> bool:
    return any(line.account == "total" and line.mass_t for line in f.ledger.lines)


def fill(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    t = f.t
    result = [a for a in all_assessments(f.ledger, f.uncertainty) if any(r.value for r in a.rows)]
    sheet.widths.update({0: 6, 1: 50, 2: 12, 3: 16, 4: 16, 5: 12, 6: 14, 7: 12, 8: 12, 9: 8})
    sheet.portrait = True
    row = heading(sheet, t, t("key_categories.subtitle"))
    row = note(sheet, row, t("key_categories.note", level=DEPTH), 9, "note", 130) + 1
    codes = summary(result)
    blocks_at = row + len(codes) + 3
    base = _Base(f, sheet, reports)
    rankings = [_Ranking(f, sheet, assessment, base) for assessment in result]
    base.fill(blocks_at + sum(r.height for r in rankings))
    _summary(f, sheet, row, codes)
    row = blocks_at
    for ranking in rankings:
        ranking.fill(row)
        row += ranking.height
    sheet.freeze = (0, 2)


def _summary(f: Filing, sheet: OutputSheet, row: int, result: dict[tuple[str, str], tuple[str, ...]]) -> None:
    t = f.t
    sheet.text(row, 0, t("key_categories.summary"), "section")
    sheet.merges.append((row + 1, 3, row + 1, 5))
    first = row = header(sheet, row + 1, ["", t("column.category"), t("column.gas"), t("key_categories.codes")])
    rank = {c: n for n, c in enumerate(f.edition.categories)}
    for number, (category, gas) in enumerate(sorted(result, key=lambda k: (rank[k[0]], k[1])), 1):
        sheet.number(row, 0, number, "year")
        sheet.text(row, 1, f.value_label("category", category))
        sheet.text(row, 2, gas, "center")
        sheet.merges.append((row, 3, row, 5))
        sheet.text(row, 3, ", ".join(result[category, gas]))
        row += 1
    note_rows(f, sheet, first, row, 4)


@dataclass
class _Base:
    """Emission of every category and gas at the declared level, a column a year; references to the guideline's
    tables."""

    f: Filing
    sheet: OutputSheet
    reports: ReportSheets

    def fill(self, row: int) -> None:
        f, sheet, t = self.f, self.sheet, self.f.t
        self.cells: dict[BaseKey, Ref] = {}
        self.ends: dict[tuple[str, bool], tuple[int, int]] = {}  # (region, with LUCF) -> first and last row
        sheet.text(row, 0, t("key_categories.base"), "section")
        years = f.years()
        row = header(
            sheet,
            row + 1,
            ["", t("column.category"), t("column.gas"), *(f"{y}\n({UNIT})" for y in years), t("column.region")],
        )
        for region in f.ledger.regions:
            groups, lucf, start = group_lines(f.ledger, region, years), f.edition.lucf, row
            # LUCF last, so that both sums are one range
            for (category, gas), lines in sorted(groups.items(), key=lambda g: g[0][0] in lucf):
                sheet.text(row, 0, "")
                sheet.text(row, 1, f.value_label("category", category))
                sheet.text(row, 2, gas, "center")
                for k, year in enumerate(years):
                    numbers = tuple(n for n, line in lines if line.year == year)
                    self.cells[region, year, category, gas] = self._emission(
                        Spot(sheet, row, 3 + k), (region, year, category, gas), numbers
                    )
                sheet.text(row, 3 + len(years), f.value_label("region", region))
                row += 1
            self.ends[region, True] = (start, row - 1)
            self.ends[region, False] = (start, row - 1 - sum(category in lucf for category, _ in groups))

    def span(self, region: str, year: int, with_lucf: bool) -> str:
        first, last = self.ends[region, with_lucf]
        return Span(self.sheet.name, 3 + self.f.years().index(year), first, last).seen_from(self.sheet.name)

    def _emission(self, spot: Spot, key: BaseKey, numbers: tuple[int, ...]) -> Ref:
        region, year, category, gas = key
        if not numbers:
            return spot.number(0, "num:2")
        figures = self.reports.figures
        what = {
            lang: Words(lang)(
                "table.sum", label=f"{region} {self.f.edition.label_of_category(category, lang)}", gas=gas, year=year
            )
            for lang in LANGUAGES
        }
        style = f"num:{shared_decimals([figures.value_t(numbers, True) / 1e4])}"
        parts = figures.co2e_parts(numbers, UNIT)
        return figures.put(spot, LineSum(numbers, CO2E, gas, UNIT), style, what, parts).ref


@dataclass
class _Ranking:
    """One assessment: heading, a row with the sums the equations need, the ranked rows down to `SHOWN`, the rest, those
    that cannot be ranked."""

    f: Filing
    sheet: OutputSheet
    result: KeyCategoryRanking
    base: _Base

    def __post_init__(self) -> None:
        ranked = [r for r in self.result.rows if r.value is not None]
        self.shown = [
            r
            for r in ranked
            if r.key or (r.value and r.cumulative is not None and r.cumulative - (r.share or 0.0) < SHOWN)
        ]
        self.rest = ranked[len(self.shown) :]
        self.unknown = [r for r in self.result.rows if r.value is None]

    @property
    def height(self) -> int:
        return len(self.shown) + 5 + bool(self.rest) + bool(self.unknown)

    def fill(self, row: int) -> None:
        sheet, t = self.sheet, self.f.t
        self.first = row + 3
        self.last = self.first + len(self.shown) - 1 + bool(self.rest)
        self._head(row)
        sums = self._sums(row + 1)
        for n, entry in enumerate(self.shown):
            self._left(self.first + n, n, entry)
            self._value(self.first + n, entry, sums)
            self._shares(
                self.first + n,
                n,
                float(entry.share or 0.0),
                float(entry.cumulative or 0.0),
                entry.key,
                sums["threshold"],
            )
        if self.rest:
            self._others(sums["threshold"])
        if self.unknown:
            names = "、".join(f"{r.category} {r.gas}" for r in self.unknown)
            text = t("key_categories.not_ranked", n=len(self.unknown), names=names)
            sheet.merges.append((self.last + 1, 0, self.last + 1, len(COLUMNS) - 1))
            sheet.text(self.last + 1, 0, text, "warn")
            sheet.heights[self.last + 1] = 15.0 * max(1, -(-width_of(text) // 120)) + 3
        self._trace(row + 2)

    def _head(self, row: int) -> None:
        """What the ranking is about, and the heads of its columns two rows below."""
        result, sheet, t = self.result, self.sheet, self.f.t
        facts = {
            "region": self.f.value_label("region", result.region),
            "year": result.year,
            "base": result.base_year,
            "approach": result.approach,
            "lucf": t("key_categories.with_lucf" if result.with_lucf else "key_categories.without_lucf"),
            "code": result.code,
        }
        name = "title_level" if result.criterion == "level" else "title_trend"
        sheet.text(row, 0, t(f"key_categories.{name}", **facts), "section")
        labels = [
            t("key_categories.rank"),
            t("column.category"),
            t("column.gas"),
            f"{result.base_year or ''}\n({UNIT})",
            f"{result.year}\n({UNIT})",
            t("uncertainty.pct"),
            *(t(f"key_categories.{c}") for c in COLUMNS[6:]),
        ]
        header(sheet, row + 2, labels)
        if sheet.head is None:
            sheet.head = (row + 2, row + 2)

    def _trace(self, head: int) -> None:
        """How each figure came about, and where the emission of each category stands, for `explain`."""
        sheet, result = self.sheet, self.result
        how = {
            col: {lang: Words(lang)(f"key_categories.how_{name}") for lang in LANGUAGES}
            for col, name in ((7, "share"), (8, "cumulative"), (9, "key"))
        }
        refs = {
            col: [self._source(year, r) for r in self.shown] for col, year in ((3, result.base_year), (4, result.year))
        }
        first, last = Ref(sheet.name, self.first, 0), Ref(sheet.name, self.last, len(COLUMNS) - 1)
        self.f.book.note(first, "row", last, head=head, how=how, refs=refs)

    def _source(self, year: int | None, entry: KeyRow) -> str:
        result = (
            self.base.cells.get((self.result.region, year, entry.category, entry.gas)) if year is not None else None
        )
        return "" if result is None else str(result)

    def _span(self, col: int) -> str:
        return Span(self.sheet.name, col, self.first, self.last).seen_from(self.sheet.name)

    def _sums(self, row: int) -> dict[str, Ref]:
        """Threshold, sum of sizes and growth of the total: what every row's equation shares, over all categories."""
        sheet, result, t = self.sheet, self.result, self.f.t
        trend = result.criterion == "trend"
        figures = [(r.first, r.later) for r in result.rows]
        sizes = sum(abs(a if trend else b) for a, b in figures) / 1e4
        words = [t("key_categories.size"), t("key_categories.threshold")] + (
            [t("key_categories.growth")] if trend else []
        )
        sheet.text(row, 1, t.semicolon.join(words), "text")
        sheet.text(row, 2, "")
        later = self.base.span(result.region, result.year, result.with_lucf)
        first = (
            self.base.span(result.region, result.base_year, result.with_lucf) if result.base_year is not None else later
        )
        size = sheet.formula(
            row, 3, f"=SUMPRODUCT(ABS({first if trend else later}))", sizes, f"num:{shared_decimals([sizes])}"
        )
        out = {"size": size, "threshold": sheet.number(row, 4, result.threshold, "percent")}
        if trend:
            before, after = (sum(pair[k] for pair in figures) for k in (0, 1))
            growth = (after - before) / abs(before) if before else 0.0
            out["growth"] = sheet.formula(
                row, 5, f"=IF(SUM({first})=0,0,(SUM({later})-SUM({first}))/ABS(SUM({first})))", growth, "percent"
            )
        how = {lang: Words(lang)("key_categories.how_sums") for lang in LANGUAGES}
        self.f.book.note(
            Ref(sheet.name, row, 3), "row", Ref(sheet.name, row, 5), head=row, how=dict.fromkeys((3, 5), how), refs={}
        )
        return out

    def _left(self, row: int, n: int, entry: KeyRow) -> None:
        f, sheet, result = self.f, self.sheet, self.result
        sheet.number(row, 0, n + 1, "year")
        sheet.text(row, 1, f.value_label("category", entry.category))
        sheet.text(row, 2, entry.gas, "center")
        for col, year, value in ((3, result.base_year, entry.first), (4, result.year, entry.later)):
            source = self.base.cells.get((result.region, year, entry.category, entry.gas)) if year is not None else None
            if source is None:
                sheet.text(row, col, "—", "notation")
            else:
                sheet.formula(
                    row, col, "=" + source.seen_from(sheet.name), value / 1e4, f"num:{shared_decimals([value / 1e4])}"
                )
        if result.approach == 1 or entry.uncertainty_pct is None:
            sheet.text(row, 5, "—", "notation")
        else:
            sheet.number(row, 5, entry.uncertainty_pct, "num:2")

    def _value(self, row: int, entry: KeyRow, sums: dict[str, Ref]) -> None:
        result, home = self.result, self.sheet.name
        text = LEVEL if result.criterion == "level" else TREND if entry.first else TREND_NEW
        text += WITH_UNCERTAINTY if result.approach == 2 else ""
        cells = {"first": Ref(home, row, 3), "later": Ref(home, row, 4), "pct": Ref(home, row, 5), **sums}
        formula = "=" + equation.excel(text, lambda name: cells[name].seen_from(home), lambda name: "")
        value = self.sheet.formula(row, 6, formula, float(entry.value or 0.0), "num:6")
        used = {name: str(ref) for name, ref in cells.items() if name in text and name != "threshold"}
        what = {
            lang: Words(lang)("key_categories.assessment") + f" {result.code} {entry.category} {entry.gas}"
            for lang in LANGUAGES
        }
        self.f.book.note(value, "calc", what=what, unit="", text=text, names=used)

    def _shares(self, row: int, n: int, share: float, cumulative: float, key: bool, threshold: Ref) -> None:
        sheet, home = self.sheet, self.sheet.name
        at = Ref(home, row, 6).seen_from(home)
        sheet.formula(row, 7, f"=IF(SUM({self._span(6)})=0,0,{at}/SUM({self._span(6)}))", share, "percent")
        this, before = Ref(home, row, 7).seen_from(home), Ref(home, row - 1, 8).seen_from(home)
        sheet.formula(row, 8, f"={this}" if n == 0 else f"={before}+{this}", cumulative, "percent")
        reached = "0" if n == 0 else before
        sheet.formula(
            row,
            9,
            f'=IF(AND({reached}<{threshold.seen_from(home)}-1E-12,{at}>0),"●","—")',
            "●" if key else "—",
            "good" if key else "center",
        )

    def _others(self, threshold: Ref) -> None:
        """Everything below the rows shown, as one: its value is the program's sum."""
        sheet, t, row = self.sheet, self.f.t, self.last
        for col in (0, 2, 3, 4, 5):
            sheet.text(row, col, "")
        sheet.text(row, 1, t("key_categories.rest", n=len(self.rest)))
        sheet.number(row, 6, math.fsum(r.value or 0.0 for r in self.rest), "num:6")
        self._shares(
            row,
            len(self.shown),
            math.fsum(r.share or 0.0 for r in self.rest),
            float(self.rest[-1].cumulative or 0.0),
            False,
            threshold,
        )
