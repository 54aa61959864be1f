"""Three figures on one page with their data below them: sectors by year, what changed most, the range of the total (or
its course)."""

from __future__ import annotations

import math
from dataclasses import dataclass

from ..charts.printed import BLUE, FALL, PrintChart
from ..sheets.look import HEI, NUMBER, Look, figure
from ..sheets.table import Band, ChartFigure, Drawn, Entry, Part, Table, TableColumn, TableRow
from .basis import WAN, FilingBasis
from .frame import Pages
from .front import gwp_text

MOST_CHANGES = 8
WIDTH = 628  # pixels of a chart
LINES_FROM = 4  # years from which a line is drawn
SMALL = Look(size=8.5)
FIGURES = NUMBER.with_(size=8.5, number=figure(1))
CAPTION = Look(face=HEI, size=10.5, wrap=True)


@dataclass(frozen=True)
class Range:
    """Total without LUCF of a year in 10⁴ t CO2e with its 95 % interval."""

    year: int
    low: float
    total: float
    high: float
    least: bool
    percent: float


def charts(b: FilingBasis, pages: Pages) -> None:
    """The page of figures."""
    t, first, last = b.t, b.years[0], b.years[-1]
    title = t("title.charts", region=b.place)
    plan = pages.page(t("sheet.charts"), title, [22.5, 10.2, 10.2, 33.6, 10.5], listed=title)
    plan.fit = True
    years = [first, last] if last != first else [last]
    sectors, changes, ranges = _sectors(b), _changes(b), _ranges(b)
    plan.add(
        Band((Part(0, 4, _headline(b), Look(face=HEI, size=13, wrap=True)),)),
        Band((Part(0, 4, t("charts.measure", set=gwp_text(b)), Look(size=9, colour="#5F5F5F")),), 16),
    )
    face = "宋体" if b.lang == "zh" else "Times New Roman"

    def draw(
        caption: str, kind: str, series: tuple[Drawn, ...], rows: int, ends: tuple[float | None, float | None]
    ) -> None:
        chart = PrintChart(kind, caption, (), 0, 0, WIDTH, rows * 20 - 6, *ends, face)
        plan.add(Band((Part(0, 4, caption, CAPTION),)), ChartFigure(chart, series, rows))

    bars = tuple(Drawn(t("column.year", year=y), "figures", "sector", f"y{y}") for y in reversed(years))
    draw(
        t("charts.one"),
        "bars",
        bars,
        13 if len(years) > 1 else 11,
        _ends([v for _, by in sectors for v in by.values()]),
    )
    colours = tuple(BLUE if v >= 0 else FALL for _, v in changes)
    two = t("charts.two" if len(years) > 1 else "charts.two_level", first=first, last=last)
    draw(
        two,
        "change" if len(years) > 1 else "bars",
        (Drawn(t("charts.value"), "figures", "category", "change", colours),),
        11,
        _ends([v for _, v in changes]),
    )
    if len(b.years) >= LINES_FROM:
        draw(t("charts.trend"), "line", (Drawn(t("charts.point"), "figure3", "name", "v"),), 10, (0.0, None))
    elif ranges:
        drawn = (
            Drawn(t("charts.low"), "figure3", "name", "low", (), True),
            Drawn(t("charts.to_point"), "figure3", "name", "to"),
            Drawn(t("charts.from_point"), "figure3", "name", "from"),
        )
        caption = t("charts.three", least=t("charts.least") if any(r.least for r in ranges) else "")
        draw(caption, "range", drawn, 3 + 2 * len(ranges), _around(ranges))
    plan.add(Band((Part(0, 4, t("charts.data"), Look(face=HEI, size=9)),), 15), _data(b, years, sectors, changes))
    below = _below(b, ranges)
    if below is not None:
        plan.add(below)


def _ends(values: list[float]) -> tuple[float | None, float | None]:
    """Ends of an axis that leave room for the labels outside the bars."""
    high, low = max([0.0, *values]), min([0.0, *values])
    span = high - low or 1.0
    return (low - 0.12 * span if low < 0 else 0.0), high + 0.12 * span


def _around(ranges: list[Range]) -> tuple[float, float]:
    low, high = min(r.low for r in ranges), max(r.high for r in ranges)
    step = 10 ** math.floor(math.log10(max(high - low, 1)))
    return max(0.0, math.floor((low - 0.15 * (high - low)) / step) * step), math.ceil(
        (high + 0.1 * (high - low)) / step
    ) * step


def _headline(b: FilingBasis) -> str:
    t, first, last = b.t, b.years[0], b.years[-1]
    by_sector = {s.id: [b.wan(_lines(b, s.id, y)) for y in (first, last)] for s in b.sectors if not b.is_lucf(s.id)}
    if first == last:
        return t(
            "charts.headline_one",
            region=b.place,
            year=last,
            sector=b.label(max(by_sector, key=lambda s: by_sector[s][1])),
        )
    one, two = b.total(first, False), b.total(last, False)
    top = max(by_sector, key=lambda s: abs(by_sector[s][1] - by_sector[s][0]))
    pct = 100 * (two / one - 1) if one > 0 else 0.0
    name = "charts.headline_up" if pct >= 0 else "charts.headline_down"
    return t(name, region=b.place, first=first, last=last, pct=f"{abs(pct):.0f}", sector=b.label(top))


def _lines(b: FilingBasis, sector: str, year: int) -> tuple[int, ...]:
    below, place = b.edition.descendants(sector), (b.region, year, "total")
    return tuple(
        i for i, x in enumerate(b.ledger.lines) if (x.region, x.year, x.account) == place and x.category in below
    )


def _sectors(b: FilingBasis) -> list[tuple[str, dict[int, float]]]:
    result = [(b.label(s.id), {y: b.wan(_lines(b, s.id, y)) for y in b.years}) for s in b.sectors]
    return [(name, values) for name, values in result if any(values.values())]


def _changes(b: FilingBasis) -> list[tuple[str, float]]:
    """Categories of the third level by gas with the largest change (one year: the largest emissions), LUCF aside."""
    sums: dict[tuple[str, str], dict[int, float]] = {}
    lucf = {c for s in b.sectors if b.is_lucf(s.id) for c in b.edition.descendants(s.id)}
    for x in b.ledger.lines:
        if x.region == b.region and x.account == "total" and x.category not in lucf:
            category = ".".join(x.category.split(".")[:3])
            by_year = sums.setdefault((category if category in b.edition.categories else x.category, x.gas), {})
            by_year[x.year] = by_year.get(x.year, 0.0) + float(b.ledger.co2e_t(x)) / WAN
    first, last = b.years[0], b.years[-1]
    size = {k: v.get(last, 0.0) - (0.0 if first == last else v.get(first, 0.0)) for k, v in sums.items()}
    order = {c: i for i, c in enumerate(b.edition.categories)}
    chosen = sorted(size, key=lambda k: (-abs(size[k]), order[k[0]], k[1]))[:MOST_CHANGES]
    return [(f"{b.label(c)} {g}", size[c, g]) for c, g in sorted(chosen, key=lambda k: (-size[k], order[k[0]]))]


def _ranges(b: FilingBasis) -> list[Range]:
    out = []
    for x in b.uncertainty.targets:
        if x.target.region == b.region and x.target.level == "total_without_lucf" and x.shared_pct is not None:
            e = x.emission / WAN
            half = abs(e) * x.shared_pct / 100
            out.append(Range(x.target.year, e - half, e, e + half, x.lower_bound, x.shared_pct))
    return sorted(out, key=lambda r: r.year)


def _data(
    b: FilingBasis, years: list[int], sectors: list[tuple[str, dict[int, float]]], changes: list[tuple[str, float]]
) -> Table:
    """Data of figures 1 and 2 beside each other."""
    t = b.t
    columns = [
        TableColumn("sector", (t("charts.sector"),), SMALL),
        *(TableColumn(f"y{y}", (t("column.year", year=y),), FIGURES) for y in years),
    ]
    columns += [
        TableColumn("category", (t("charts.category"),), SMALL, 4 - len(years) - 1),
        TableColumn("change", (t("charts.value"),), FIGURES),
    ]
    rows = []
    for n in range(max(len(sectors), len(changes))):
        entries: dict[str, Entry] = {}
        if n < len(sectors):
            entries |= {"sector": Entry(sectors[n][0]), **{f"y{y}": Entry(sectors[n][1][y]) for y in years}}
        if n < len(changes):
            entries |= {"category": Entry(changes[n][0], None, SMALL.with_(indent=1)), "change": Entry(changes[n][1])}
        rows.append(TableRow(str(n), entries))
    return Table("figures", tuple(columns), tuple(rows), repeat=False, row_height=11.8)


def _below(b: FilingBasis, ranges: list[Range]) -> Table | None:
    """Data of figure 3; the name of a year holds what the bar cannot say."""
    t = b.t
    if len(b.years) >= LINES_FROM:
        rows = [
            TableRow(str(y), {"name": Entry(t("column.year", year=y)), "v": Entry(b.total(y, False))}) for y in b.years
        ]
        two = (TableColumn("name", (t("column.years_of"),), SMALL), TableColumn("v", (t("charts.point"),), FIGURES))
        return Table("figure3", two, tuple(rows), repeat=False, row_height=11.8)
    if not ranges:
        return None
    rows = [
        TableRow(
            str(r.year),
            {
                "name": Entry(_name(b, r)),
                "low": Entry(r.low),
                "to": Entry(r.total - r.low),
                "from": Entry(r.high - r.total, None, FIGURES.with_(align="right")),
            },
        )
        for r in ranges
    ]
    columns: tuple[TableColumn, ...] = (
        TableColumn("name", (t("column.years_of"),), SMALL),
        TableColumn("low", (t("charts.low"),), FIGURES),
        TableColumn("to", (t("charts.to_point"),), FIGURES),
        TableColumn("from", (t("charts.from_point"),), FIGURES),
    )
    return Table("figure3", columns, tuple(rows), repeat=False, row_height=11.8)


def _name(b: FilingBasis, r: Range) -> str:
    year = b.t("column.year", year=r.year)
    return (
        f"{year}　{r.total:,.0f}（±{r.percent:.1f}%）"
        if b.lang == "zh"
        else f"{year}: {r.total:,.0f} (±{r.percent:.1f} %)"
    )
