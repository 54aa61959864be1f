"""趋势: totals, sectors and gases through the years, absolute and as an index, with native charts; below them every
figure that filled a gap."""

from __future__ import annotations

from dataclasses import dataclass

from ..analysis.time_series import METHOD_NAMES, Trend, TrendRow, filled_gaps, trend
from ..charts import NativeChart, NativeSeries
from ..core.rounding import STATEMENT
from ..sheets.address import Ref
from ..sheets.model import OutputSheet, Spot, decimals, shared_decimals
from .calc import Caption, calculated
from .context import Filing, header, heading, note, note_rows
from .figures import CO2E, Figures, LineSum, Written
from .tables import ReportSheets
from .texts import LANGUAGES, Words

UNIT = "万t CO2e"
STYLES = {"total": "total", "without_lucf": "bold", "sector": "num", "gas": "num"}
NAMES = {"total": "line0", "without_lucf": "line1", "sector": "line2", "gas": "line2"}
CHART_ROWS = 17


def applies(f: Filing) -> bool:
    """Where some region has two years or more, or a gap was filled."""
    years: dict[str, set[int]] = {}
    for line in f.ledger.lines:
        years.setdefault(line.region, set()).add(line.year)
    return any(len(y) > 1 for y in years.values()) or bool(filled_gaps(f.ledger))


def fill(f: Filing, sheet: OutputSheet, reports: ReportSheets) -> None:
    t = f.t
    sheet.widths[0] = 34
    row = heading(sheet, t, f"{t('table.gwp', set=f.ledger.gwp.name)}{t.semicolon}{t('trend.unit')}")
    row = note(sheet, row, STATEMENT[f.lang], 8) + 1
    for region in reports.regions:
        if any(line.region == region and line.account == "total" for line in f.ledger.lines):
            row = _region(f, sheet, row, trend(f.ledger, region), reports, len(reports.regions) > 1)
    _gaps(f, sheet, row)


def _region(f: Filing, sheet: OutputSheet, row: int, result: Trend, reports: ReportSheets, several: bool) -> int:
    t, years = f.t, result.years
    if several:
        sheet.text(row, 0, f.value_label("region", result.region), "section")
        row += 1
    n = len(years)
    head = row + 1
    sheet.text(row, 0, "", "head")
    sheet.text(head, 0, t("column.name"), "head")
    for start, label in ((1, t("trend.absolute")), (1 + n, t("trend.index", year=result.base_year))):
        if n > 1:
            sheet.merges.append((row, start, row, start + n - 1))
        sheet.text(row, start, label, "head")
        for k, year in enumerate(years):
            sheet.number(head, start + k, year, "head")
            sheet.widths.setdefault(start + k, 13)
    sheet.text(row, 1 + 2 * n, "", "head")
    sheet.text(head, 1 + 2 * n, t("trend.change", first=years[0], last=years[-1]), "head")
    row = first = head + 1
    near: Near = {k: [] for k in range(n)}
    rows = _Rows(f, sheet, result, reports.figures)
    places: list[tuple[TrendRow, int]] = []
    # parts before what refers to them
    order = sorted(result.rows, key=lambda r: ("sector", "gas", "without_lucf", "total").index(r.kind))
    at = {id(r): first + i for i, r in enumerate(result.rows)}
    for entry in order:
        rows.fill(at[id(entry)], entry, near)
        if entry.kind == "gas":
            continue
        places.append((entry, at[id(entry)]))
    row = first + len(result.rows)
    return _charts(f, sheet, row + 1, result, head, {e.id: r for e, r in places}) if n > 1 else row + 1


Near = dict[int, list[Written]]  # number of a year -> figures of sectors that later ones may add up


@dataclass(frozen=True)
class _Rows:
    """The rows of one region: totals, sectors, gases."""

    f: Filing
    sheet: OutputSheet
    result: Trend
    figures: Figures

    def fill(self, row: int, entry: TrendRow, near: Near) -> None:
        n = len(self.result.years)
        label = self.f.t.label(entry.label)
        name = label if entry.kind != "sector" else f"{entry.id} {label}"
        self.sheet.text(row, 0, name, NAMES[entry.kind])
        cells = self._absolute(row, entry, near)
        self._index(row, entry, cells)
        change, first, last = Spot(self.sheet, row, 1 + 2 * n), cells[0], cells[-1]
        if first is None or last is None or entry.values[0] <= 0 or n < 2:
            change.text("", "notation")
            return
        span = {"first": self.result.years[0], "last": self.result.years[-1]}
        what = {lang: Words(lang)("table.change", label=Words(lang).label(entry.label), **span) for lang in LANGUAGES}
        calculated(self.f, change, "b / a - 1", {"a": first, "b": last}, Caption("%", what, "percent"))

    def _absolute(self, row: int, entry: TrendRow, near: Near) -> list[Ref | None]:
        style = f"{STYLES[entry.kind]}:{shared_decimals([v / 1e4 for v in entry.values])}"
        cells: list[Ref | None] = []
        for k, (year, lines) in enumerate(zip(self.result.years, entry.lines, strict=True)):
            spot = Spot(self.sheet, row, 1 + k)
            if not lines:
                spot.text("", "notation")
                cells.append(None)
                continue
            what = {
                lang: Words(lang)(
                    "table.sum",
                    label=f"{self.result.region} {Words(lang).label(entry.label)}",
                    gas=Words(lang)("table.co2e_of"),
                    year=year,
                )
                for lang in LANGUAGES
            }
            parts = self.figures.co2e_parts(lines, UNIT, near[k])
            written = self.figures.put(spot, LineSum(lines, CO2E, "total", UNIT), style, what, parts)
            if entry.kind == "sector":
                near[k].append(written)
            cells.append(written.ref)
        return cells

    def _index(self, row: int, entry: TrendRow, cells: list[Ref | None]) -> None:
        """The base year is 100."""
        base_year, n = self.result.base_year, len(self.result.years)
        base = cells[self.result.years.index(base_year)]
        for k, (year, here) in enumerate(zip(self.result.years, cells, strict=True)):
            spot = Spot(self.sheet, row, 1 + n + k)
            if here is None or base is None or entry.index[k] is None:
                spot.text("", "notation")
                continue
            what = {
                lang: f"{Words(lang).label(entry.label)} {Words(lang)('trend.index', year=base_year)} {year}"
                for lang in LANGUAGES
            }
            caption = Caption("", what, f"{STYLES[entry.kind]}:1")
            calculated(self.f, spot, "a / b * 100", {"a": here, "b": base}, caption)


def _charts(f: Filing, sheet: OutputSheet, row: int, result: Trend, head: int, rows: dict[str, int]) -> int:
    """Sectors stacked, and the index of totals and sectors as lines: both of the cells above."""
    t, n = f.t, len(result.years)

    def series(start: int, ids: list[str]) -> tuple[NativeSeries, ...]:
        return tuple(
            NativeSeries(
                str(sheet.cells[rows[i], 0].value),
                (sheet.name, head, start, head, start + n - 1),
                (sheet.name, rows[i], start, rows[i], start + n - 1),
            )
            for i in ids
        )

    sectors = [e.id for e in result.of("sector")]
    indexed = [e.id for e in result.rows if e.kind != "gas" and None not in e.index]
    place = f.value_label("region", result.region)
    sheet.charts.append(
        NativeChart(
            "stacked",
            t("trend.chart_sectors", region=place),
            series(1, sectors),
            row,
            0,
            t("trend.unit_short"),
            560,
            320,
        )
    )
    if indexed:
        sheet.charts.append(
            NativeChart(
                "line",
                t("trend.chart_index", region=place, year=result.base_year),
                series(1 + n, indexed),
                row,
                4,
                f"{result.base_year}=100",
                600,
                320,
                (result.years[0], result.years[-1]),
            )
        )
    return row + CHART_ROWS


def _gaps(f: Filing, sheet: OutputSheet, row: int) -> None:
    t, ledger = f.t, f.ledger
    filled = filled_gaps(ledger)
    sheet.text(row, 0, t("trend.gaps"), "section")
    if not filled:
        sheet.text(row + 1, 0, t("trend.no_gaps"), "note")
        return
    row = first = header(
        sheet,
        row + 1,
        [
            t(f"column.{c}")
            for c in ("quantity", "region", "year", "item", "method", "canonical", "canonical_unit", "reason")
        ],
    )
    for entry in filled:
        d = ledger.data[entry.datum]
        sheet.text(row, 0, f.quantity_label(d.quantity))
        sheet.text(row, 1, f.value_label("region", d.region))
        sheet.number(row, 2, d.year, "year")
        sheet.text(row, 3, f.item_text(d.item), "wrap")
        sheet.text(row, 4, t.label(METHOD_NAMES[entry.gap.method]))
        source = f.data[entry.datum]
        value = f.book.figure(source)
        ref = sheet.formula(row, 5, "=" + source.seen_from(sheet.name), value, f"num:{decimals(value)}")
        f.book.note(
            ref,
            "calc",
            what=d_label(f, entry.datum),
            unit=ledger.data_units[entry.datum],
            text="a",
            names={"a": str(source)},
        )
        sheet.text(row, 6, ledger.data_units[entry.datum], "center")
        sheet.text(row, 7, entry.gap.reason, "wrap")
        row += 1
    note_rows(f, sheet, first, row, 8)


def d_label(f: Filing, datum: int) -> dict[str, str]:
    """What a datum is, in both languages, for `explain`."""
    d = f.ledger.data[datum]
    declared = f.edition.declared.quantities.get(d.quantity)
    return {
        lang: f"{Words(lang).label(declared.label, d.quantity) if declared else d.quantity} {d.region} {d.year}"
        for lang in LANGUAGES
    }
