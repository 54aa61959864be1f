"""指标: emissions per head, per GDP in constant prices, per unit of energy; shares; total energy in coal equivalent
beside the published figure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from ..analysis.indicators import Indicator, Indicators, Share, indicators
from ..analysis.total_energy import Energy, EnergyRow
from ..charts import NativeChart, NativeSeries
from ..sheets.address import Ref, scale_text
from ..sheets.model import OutputSheet, Spot, decimals, shared_decimals
from .calc import Caption, calculated
from .context import Filing, header, heading, note, note_rows
from .figures import CO2E, MASS, Figures, LineSum
from .tables import ReportSheets
from .texts import LANGUAGES, Words
from .trend_sheet import d_label

CHART_ROWS = 17


def applies(f: Filing) -> bool:
    """Where the project gives population, GDP or a balance table; shares alone are in the summary already."""
    return bool(f.ledger.lines) and any(v.value is not None for v in indicators(f.ledger).values)


def fill(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    t = f.t
    result = indicators(f.ledger)
    sheet.widths.update({0: 44, 1: 14})
    row = heading(sheet, t, t("table.gwp", set=f.ledger.gwp.name))
    row = note(sheet, row, t("indicators.note"), 6, "note", 116) + 1
    pages = _Indicators(f, sheet, result, reports.figures)
    for region in reports.regions:
        years = sorted({v.year for v in result.values if v.region == region})
        if not years:
            continue
        if len(reports.regions) > 1:
            sheet.text(row, 0, f.value_label("region", region), "section")
            row += 1
        row = pages.fill(row, region, years)


Totals = dict[tuple[str, int], Ref]  # (region, year) -> the cell of total energy in coal equivalent


@dataclass(frozen=True)
class _Indicators:
    """The blocks of a region: indicators, shares with their chart, total energy."""

    f: Filing
    sheet: OutputSheet
    result: Indicators
    figures: Figures

    def fill(self, row: int, region: str, years: list[int]) -> int:
        """The energy tables stand below and are written first: indicators refer to them. Printed, table and chart of the
        shares share a page, and each energy table has its own."""
        sheet, start, totals = self.sheet, row, {}
        names = list(dict.fromkeys(v.id for v in self.result.values if v.region == region))
        row = 3 * len(names) + start + 3
        sheet.breaks.append(row)
        row = self._shares(row, region, years) + 1
        for year in years:
            if (region, year) in self.result.energy:
                sheet.breaks.append(row)
                row, totals[region, year] = self._energy(row, region, year)
        self._values(start, names, region, years, totals)
        return row

    def _values(self, row: int, names: list[str], region: str, years: list[int], energy: Totals) -> None:
        """Three rows an indicator: the two figures it is made of, and the ratio."""
        sheet, t = self.sheet, self.f.t
        row = header(sheet, row, [t("indicators.name"), t("column.unit"), *[str(y) for y in years], t("column.note")])
        sheet.widths.setdefault(2 + len(years), 34)
        values = {(v.id, v.year): v for v in self.result.values if v.region == region}
        for name in names:
            shown = [values.get((name, y)) for y in years]
            first = next(v for v in shown if v is not None)
            mass = first.unit.startswith("tCO2/")
            sheet.text(row, 0, t("indicators.numerator"), "line2")
            sheet.text(row, 1, "万t CO2" if mass else "万t CO2e", "center")
            sheet.text(row + 1, 0, t("indicators.denominator"), "line2")
            sheet.text(
                row + 1, 1, {"人": "万人", "万元": "亿元", "tce": "万tce"}[first.unit.partition("/")[2]], "center"
            )
            sheet.text(row + 2, 0, t.label(first.label), "line0")
            sheet.text(row + 2, 1, first.unit, "line0")
            notes: dict[str, None] = {}
            for k, v in enumerate(shown):
                self._value(Spot(sheet, row, 2 + k), v, mass, energy)
                if v is not None:
                    for text in (v.missing, v.note):
                        if text:
                            notes[f"{v.year}：{t.label(text)}"] = None
                    if v.illustrative:
                        notes[f"{v.year}：{t.of('flag', 'illustrative')}"] = None
            for r in (row, row + 1):
                sheet.text(r, 2 + len(years), "", "text")
            sheet.text(row + 2, 2 + len(years), t.semicolon.join(notes), "wrap")
            row += 3

    def _value(self, spot: Spot, v: Indicator | None, mass: bool, energy: Totals) -> None:
        f, figures = self.f, self.figures
        if v is None or v.value is None:
            for r in range(3):
                spot.below(r).text("", "notation")
            return
        spot.sheet.widths.setdefault(spot.col, 14)
        unit = "万t" if mass else "万t CO2e"
        what = {
            lang: Words(lang)("indicators.of", label=Words(lang).label(v.label), region=v.region, year=v.year)
            for lang in LANGUAGES
        }
        parts = figures.mass_parts(v.lines, "CO2", unit) if mass else figures.co2e_parts(v.lines, unit)
        amount = LineSum(v.lines, MASS, "CO2", unit) if mass else LineSum(v.lines, CO2E, "total", unit)
        top = figures.put(spot, amount, f"num:{shared_decimals([v.numerator_t / 1e4])}", what, parts).ref
        source = f.data[v.datum] if v.datum >= 0 else energy[v.region, v.year]
        value = f.book.figure(source)
        bottom = spot.below().formula("=" + source.seen_from(spot.sheet.name), value, f"num:{decimals(value)}")
        label = (
            d_label(f, v.datum)
            if v.datum >= 0
            else {lang: Words(lang)("indicators.energy_total", region=v.region, year=v.year) for lang in LANGUAGES}
        )
        f.book.note(bottom, "calc", what=label, unit="", text="a", names={"a": str(source)})
        caption = Caption(v.unit, what, f"total:{shared_decimals([v.value])}")
        calculated(f, spot.below(2), "a / b", {"a": top, "b": bottom}, caption)

    def _shares(self, row: int, region: str, years: list[int]) -> int:
        sheet, t = self.sheet, self.f.t
        sheet.text(row, 0, t("indicators.shares"), "section")
        heads = [t("column.name"), "", *[f"{y}\n万t CO2e" for y in years], *[f"{y}\n%" for y in years]]
        row = header(sheet, row + 1, heads)
        shares = [s for s in self.result.shares if s.region == region]
        names = list(dict.fromkeys((s.kind, s.id) for s in shares))
        end = row + len(names)
        refs = self._share_totals(end, shares, years)
        by_key = {(s.kind, s.id, s.year): s for s in shares}
        for i, (kind, name) in enumerate(names):
            first = next(s for s in shares if (s.kind, s.id) == (kind, name))
            label = t.label(first.label)
            sheet.text(row + i, 0, f"{name} {label}" if kind == "sector" else label, "line2")
            sheet.text(row + i, 1, t(f"indicators.{kind}"), "center")
            for k, y in enumerate(years):
                spot = Spot(sheet, row + i, 2 + k)
                self._share(spot, spot.right(len(years)), by_key.get((kind, name, y)), refs.get(y))
        sectors = [i for i, (kind, _) in enumerate(names) if kind == "sector"]
        series = tuple(
            NativeSeries(
                str(years[k]),
                (sheet.name, row + sectors[0], 0, row + sectors[-1], 0),
                (sheet.name, row + sectors[0], 2 + len(years) + k, row + sectors[-1], 2 + len(years) + k),
            )
            for k in range(len(years))
        )
        title = t("indicators.chart_shares", region=self.f.value_label("region", region))
        sheet.charts.append(NativeChart("columns", title, series, end + 2, 0, "%", 640, 300))
        return end + 2 + CHART_ROWS

    def _share_totals(self, row: int, shares: list[Share], years: list[int]) -> dict[int, Ref]:
        """The row of the totals without LUCF, of which the shares are parts: the cell of every year that has one."""
        sheet, t, refs = self.sheet, self.f.t, {}
        for k, y in enumerate(years):
            lines = tuple(sorted(i for s in shares if s.year == y and s.kind == "sector" for i in s.lines))
            if not lines:
                continue
            what = {
                lang: Words(lang)(
                    "table.sum", label=Words(lang)("indicators.without_lucf"), gas=Words(lang)("table.co2e_of"), year=y
                )
                for lang in LANGUAGES
            }
            style = f"total:{shared_decimals([self.figures.value_t(lines, True) / 1e4])}"
            parts = self.figures.co2e_parts(lines, "万t CO2e")
            amount = LineSum(lines, CO2E, "total", "万t CO2e")
            refs[y] = self.figures.put(Spot(sheet, row, 2 + k), amount, style, what, parts).ref
            sheet.text(row, 2 + len(years) + k, "", "line0")
        sheet.text(row, 0, t("indicators.without_lucf"), "line0")
        sheet.text(row, 1, "", "line0")
        return refs

    def _share(self, spot: Spot, percent: Spot, s: Share | None, total: Ref | None) -> None:
        if s is None or not s.lines or total is None:
            spot.text("", "notation")
            percent.text("", "notation")
            return
        what = {
            lang: Words(lang)(
                "table.sum", label=Words(lang).label(s.label), gas=Words(lang)("table.co2e_of"), year=s.year
            )
            for lang in LANGUAGES
        }
        amount, parts = LineSum(s.lines, CO2E, "total", "万t CO2e"), self.figures.co2e_parts(s.lines, "万t CO2e")
        ref = self.figures.put(spot, amount, f"num:{shared_decimals([s.co2e_t / 1e4])}", what, parts).ref
        calculated(self.f, percent, "a / b * 100", {"a": ref, "b": total}, Caption("%", what, "num:2"))

    def _energy(self, row: int, region: str, year: int) -> tuple[int, Ref]:
        """The columns of the balance table in coal equivalent, their sum, and the published figure with the
        difference."""
        f, sheet, t, energy = self.f, self.sheet, self.f.t, self.result.energy[region, year]
        sheet.text(row, 0, t("indicators.energy", region=f.value_label("region", region), year=year), "section")
        columns = (
            t("column.fuel"),
            t("column.unit"),
            t("indicators.amount"),
            t("indicators.coefficient"),
            t("indicators.coefficient_unit"),
            t("indicators.wan_tce"),
            t("column.factor_id"),
            t("column.standing"),
        )
        row = first = header(sheet, row + 1, columns)
        for entry in energy.rows:
            _energy_row(f, sheet, row, entry)
            row += 1
        note_rows(f, sheet, first, row, 8)
        what = {lang: Words(lang)("indicators.energy_total", region=region, year=year) for lang in LANGUAGES}
        sheet.text(row, 0, t("column.total"), "line0")
        for col in (1, 2, 3, 4):
            sheet.text(row, col, "", "line0")
        cells = [Ref(sheet.name, first + i, 5) for i, entry in enumerate(energy.rows) if entry.tce is not None]
        ends = [Ref(sheet.name, r, 5).seen_from(sheet.name) for r in (first, row - 1)]
        total = sheet.formula(row, 5, f"=SUM({ends[0]}:{ends[1]})", energy.total_tce / 1e4, "total:1")
        parts = [{"r": [str(c) for c in cells], "s": [1, 1]}]
        f.book.note(total, "sum", what=what, unit="万tce", gas="total", parts=parts)
        row = self._published(row + 1, region, year, total)
        for style, text in _remarks(f, energy):
            row = note(sheet, row, text, 7, style, 116)
        return row + 1, total

    def _published(self, row: int, region: str, year: int, total: Ref) -> int:
        """Published totals of energy, each with how far ours lies from it."""
        f, sheet, t = self.f, self.sheet, self.f.t
        what = {lang: Words(lang)("indicators.energy_total", region=region, year=year) for lang in LANGUAGES}
        for datum in self.result.published.get((region, year), ()):
            d = f.ledger.data[datum]
            sheet.text(row, 0, f"{f.quantity_label(d.quantity)}（{f.item_text(d.item)}）", "text")
            for col in (1, 2, 3, 4):
                sheet.text(row, col, "", "text")
            source = f.data[datum]
            ref = sheet.formula(row, 5, "=" + source.seen_from(sheet.name), f.book.figure(source), "num:1")
            f.book.note(ref, "calc", what=d_label(f, datum), unit="万tce", text="a", names={"a": str(source)})
            sheet.text(row + 1, 0, t("indicators.difference"), "text")
            for col in (1, 2, 3, 4):
                sheet.text(row + 1, col, "", "text")
            caption = Caption("%", what, "percent")
            calculated(f, Spot(sheet, row + 1, 5), "a / b - 1", {"a": total, "b": ref}, caption)
            row += 2
        return row


def _remarks(f: Filing, energy: Energy) -> Iterator[tuple[str, str]]:
    """Style and text of what is to be said below a table of energy."""
    t = f.t
    by_value, left = energy.by_calorific_value, energy.uncounted
    if by_value:
        listed = t.semicolon.join(f"{r.column} {r.tce or 0.0:,.0f} tce" for r in by_value)
        yield "note", t("indicators.by_calorific_value", listed=listed)
    if left:
        listed = t.semicolon.join(f"{r.column} {r.amount:,.2f} {r.unit}" for r in left)
        yield "warn", t("indicators.uncounted", listed=listed)
    absent = [f"{r.column}（{'、'.join(r.absent)}）" for r in energy.rows if r.absent]
    if absent:
        yield "note", t("indicators.absent", listed=t.semicolon.join(absent))


def _energy_row(f: Filing, sheet: OutputSheet, row: int, entry: EnergyRow) -> None:
    t = f.t
    sheet.text(row, 0, entry.column if f.lang == "zh" else f"{entry.column} {entry.label_en}")
    sheet.text(row, 1, entry.unit, "center")
    places = [f.balance.get((o.file, o.sheet, o.cell)) for o, _ in entry.parts]
    if all(places):
        text = "".join(
            f"{'+' if sign > 0 else '-'}{place.seen_from(sheet.name)}"
            for place, (_, sign) in zip(places, entry.parts, strict=True)
            if place
        )
        text = text.removeprefix("+")
        # what cancels leaves a residue in the last bit, which neither the engine nor the sheet may carry on
        amount = sheet.formula(row, 2, f"={text}" if entry.amount else f"=ROUND({text},6)", entry.amount, "num:2")
        names = {f"c{i}": str(place) for i, place in enumerate(places)}
        terms = "".join(f" {'+' if sign > 0 else '-'} c{i}" for i, (_, sign) in enumerate(entry.parts))
        f.book.note(
            amount,
            "calc",
            what={lang: Words(lang)("indicators.consumption", fuel=entry.column) for lang in LANGUAGES},
            unit=entry.unit,
            text=terms.removeprefix(" + ").strip(),
            names=names,
        )
    else:
        amount = sheet.number(row, 2, entry.amount, "num:2")
    c = entry.coefficient
    if entry.tce is None:
        for col in (3, 4):
            sheet.text(row, col, "", "notation")
        sheet.text(row, 5, t("table.missing"), "missing")
        sheet.text(row, 6, "")
        sheet.text(row, 7, "")
        return
    ref = sheet.number(row, 3, c.value if c else 1, f"num:{decimals(c.value)}" if c else "num:0")
    sheet.text(row, 4, c.unit if c else "", "center")
    scale = entry.scale / 10_000
    value = f.book.figure(amount) * f.book.figure(ref) * float(scale)
    result = sheet.formula(
        row, 5, f"={amount.seen_from(sheet.name)}*{ref.seen_from(sheet.name)}{scale_text(scale)}", value, "num:1"
    )
    f.book.note(
        result,
        "calc",
        what={lang: Words(lang)("indicators.equivalent", fuel=entry.column) for lang in LANGUAGES},
        unit="万tce",
        text="a * k" + _scale_words(scale),
        names={"a": str(amount), "k": str(ref)},
    )
    sheet.text(row, 6, c.id if c else "")
    sheet.text(
        row,
        7,
        t.of("standing", c.standing) if c else "",
        "warn" if c and c.standing in ("unverified", "conflict") else "text",
    )


def _scale_words(scale: Fraction) -> str:
    return (f" * {scale.numerator}" if scale.numerator != 1 else "") + (
        f" / {scale.denominator}" if scale.denominator != 1 else ""
    )
