"""The chapters of analysis: trends, indicators, GWP sets, key categories, uncertainty."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..analysis.gwp_comparison import compare_gwp
from ..analysis.recalculation import CAUSES, LABELS, LineChange
from ..analysis.time_series import METHOD_NAMES, filled_gaps
from ..charts import Chart, ChartSeries
from ..charts.model import MOST_DIRECT
from ..core.gwp import set_label
from ..core.rounding import round_significant, shown
from ..uncertainty.approach1 import TargetUncertainty
from .basis import Basis
from .blocks import Block, DocumentTable, Paragraph, Picture, columns, figures

LINES_FROM = 4  # years from which a line is drawn: two points are no course


def figure_table(
    caption: str, first: str, heads: Iterable[str], rows: list[tuple[str, list[float]]], bold: int | None
) -> DocumentTable:
    """Rows of names and figures; each column is rounded by its own largest figure."""
    heads = list(heads)
    by_column = [figures([values[k] for _, values in rows]) for k in range(len(heads))]
    return DocumentTable(
        caption,
        (first, *heads),
        columns([name for name, _ in rows], *by_column),
        tuple(range(1, 1 + len(heads))),
        () if bold is None else (bold,),
    )


def trends(b: Basis) -> Iterator[Block]:
    """Absolute and indexed tables and a chart of the index, and what was filled."""
    t = b.t
    for region, trend in b.trends.items():
        if len(trend.years) < 2:
            yield Paragraph(t("report.one_year"))
            continue
        absolute = [(t.label(r.label), [v / 1e4 for v in r.values]) for r in trend.rows]
        yield figure_table(
            f"{b.region(region)} {t('trend.absolute')}", t("column.name"), (str(y) for y in trend.years), absolute, None
        )
        index = tuple((t.label(r.label), *("—" if v is None else shown(v, 1) for v in r.index)) for r in trend.rows)
        yield DocumentTable(
            f"{b.region(region)} {t('trend.index', year=trend.base_year)}",
            (t("column.name"), *(str(y) for y in trend.years)),
            index,
            tuple(range(1, 1 + len(trend.years))),
        )
        series = tuple(
            ChartSeries(t.label(r.label), r.index) for r in trend.rows if r.kind != "gas" and None not in r.index
        )
        if len(series) > MOST_DIRECT:
            largest = sorted((r for r in trend.rows if r.kind != "gas"), key=lambda r: -(r.values[-1] or 0.0))
            named = {t.label(r.label) for r in largest[:MOST_DIRECT]}
            series = tuple(s for s in series if s.label in named)
        if series and len(trend.years) >= LINES_FROM:
            yield Picture(
                t("trend.chart_index", region=b.region(region), year=trend.base_year),
                Chart("line", "", tuple(str(y) for y in trend.years), series, f"{trend.base_year}=100"),
            )
    filled = filled_gaps(b.ledger)
    if filled:
        data = b.ledger.data
        rows = tuple(
            (
                b.filing.quantity_label(data[x.datum].quantity),
                b.region(x.gap.region),
                str(x.gap.year),
                b.filing.item_text(x.gap.item),
                t.label(METHOD_NAMES[x.gap.method]),
                x.gap.reason,
            )
            for x in filled
        )
        yield DocumentTable(
            t("trend.gaps"),
            tuple(t(f"column.{c}") for c in ("quantity", "region", "year", "item", "method", "reason")),
            rows,
        )
    else:
        yield Paragraph(t("trend.no_gaps"))


MOST_CHANGES = 20


def recalculation(b: Basis) -> Iterator[Block]:
    """What changed since the version before and why: totals by cause, then the lines that changed most with the inputs
    behind them and what the compiler says."""
    t, comparison = b.t, b.views.recalculation
    if comparison is None:
        yield Paragraph(t("report.no_previous"))
        return
    if not comparison.changed:
        yield Paragraph(t("recalculation.none"))
        return
    causes = [c for c in CAUSES if any(comparison.totals(r, y)[c] for r, y in comparison.places)]
    rows = []
    for region, year in comparison.places:
        sums = comparison.totals(region, year)
        values = [sums[k] / 1e4 for k in ("old", "new", "change", *causes)]
        place = f"{b.region(region)} {year}" if len(b.regions) > 1 else str(year)
        rows.append((place, *figures(values)))
    heads = [t(f"recalculation.{k}") for k in ("old", "new", "change")] + [t.label(LABELS[c]) for c in causes]
    numeric = tuple(range(1, 1 + len(heads)))
    yield DocumentTable(t("report.recalculation"), (t("column.year"), *heads), tuple(rows), numeric)
    lines = tuple(
        (
            f"{b.filing.value_label('category', c.category)} {c.gas}",
            str(c.year),
            *figures([c.old / 1e4, c.new / 1e4, c.change / 1e4]),
            t.label(LABELS[c.main_cause]) if c.main_cause else "",
            _why(b, c),
        )
        for c in comparison.changed[:MOST_CHANGES]
    )
    yield DocumentTable(
        t("report.changed_lines", n=len(comparison.changed)),
        (
            t("column.category"),
            t("column.year"),
            *(t(f"recalculation.{k}") for k in ("old", "new", "change")),
            t("report.main_cause"),
            t("report.why"),
        ),
        lines,
        (2, 3, 4),
    )
    order = b.join(t.label(LABELS[c]) for c in comparison.order)
    yield Paragraph(t("report.recalculation_note", order=order), "note")


def _why(b: Basis, c: LineChange) -> str:
    """The inputs that changed, and the compiler's own words."""
    t = b.t
    parts = [f"{t.label(d.label)} {d.old} → {d.new}" for d in c.differences[:3]]
    if c.explanation is not None:
        parts.append(f"{c.explanation.text}（{c.explanation.name}）" if b.lang == "zh" else c.explanation.text)
    return t.semicolon.join(parts)


def indicator_blocks(b: Basis) -> Iterator[Block]:
    t, indicators = b.t, b.indicators
    rows = []
    for v in indicators.values:
        notes = [t.label(x) for x in (v.missing, v.note) if x] + (
            [t.of("flag", "illustrative")] if v.illustrative else []
        )
        rows.append(
            (
                t.label(v.label),
                b.region(v.region),
                str(v.year),
                "—" if v.value is None else figures([v.value])[0],
                v.unit,
                t.semicolon.join(notes),
            )
        )
    yield DocumentTable(
        t("report.indicators"),
        (
            t("indicators.name"),
            t("column.region"),
            t("column.year"),
            t("column.value"),
            t("column.unit"),
            t("column.note"),
        ),
        tuple(rows),
        (3,),
    )
    yield Paragraph(t("indicators.note"), "note")
    for (region, year), energy in indicators.energy.items():
        published = [b.ledger.data[i] for i in indicators.published.get((region, year), ())]
        quoted = t.semicolon.join(
            f"{b.filing.quantity_label(d.quantity)} {d.value:,g} "
            f"{d.unit}（{b.filing.item_text(d.item)}；{d.data_kind or '—'}）"
            for d in published
        )
        yield Paragraph(
            t(
                "report.energy",
                region=b.region(region),
                year=year,
                total=shown(energy.total_tce / 1e4, 1),
                published=quoted or "—",
            )
        )


def gwp(b: Basis) -> Iterator[Block]:
    """Totals under each set and the lines that move most."""
    t, comparison = b.t, compare_gwp(b.ledger)
    names = [
        f"{set_label(s.name, t.lang)}{t('gwp_comparison.now') if k == comparison.in_force else ''}"
        for k, s in enumerate(comparison.sets)
    ]
    rows = tuple(
        (
            b.region(x.region),
            str(x.year),
            *(
                figures([float(v) / 1e4])[0] if v is not None else f"{t('table.missing')} {b.join(x.missing[k])}"
                for k, v in enumerate(x.co2e)
            ),
        )
        for x in comparison.totals
        if not x.sector
    )
    numeric = tuple(range(2, 2 + len(names)))
    yield DocumentTable(t("gwp_comparison.totals"), (t("column.region"), t("column.year"), *names), rows, numeric)
    moving = comparison.moving()[:10]
    if moving:
        rows = tuple(
            (
                b.region(r.region),
                str(r.year),
                b.filing.value_label("category", r.category),
                r.gas,
                *("" if v is None else figures([float(v) / 1e4])[0] for v in r.co2e),
            )
            for r in moving
        )
        yield DocumentTable(
            t("report.moving"),
            (t("column.region"), t("column.year"), t("column.category"), t("column.gas"), *names),
            rows,
            tuple(range(4, 4 + len(names))),
        )
    yield Paragraph(t("gwp_comparison.note"), "note")


def key_categories(b: Basis) -> Iterator[Block]:
    t, categories = b.t, b.key_categories
    if not categories:
        yield Paragraph(t("report.no_key"))
        return
    rows = tuple(
        (b.filing.value_label("category", category), gas, b.join(codes))
        for (category, gas), codes in categories.items()
    )
    yield DocumentTable(t("report.key_categories"), (t("column.category"), t("column.gas"), t("report.criteria")), rows)
    yield Paragraph(t("report.key_note"), "note")


def uncertainty(b: Basis) -> Iterator[Block]:
    """Totals by approach 1, and the inputs whose uncertainty nobody has stated."""
    t, result = b.t, b.uncertainty
    rows = tuple(
        (
            b.region(x.target.region),
            str(x.target.year),
            t.of("level", x.target.level)
            if not x.target.category
            else b.filing.value_label("category", x.target.category),
            figures([x.emission / 1e4])[0],
            "—" if x.guideline_pct is None else f"±{shown(x.guideline_pct, 1)}",
            shown(100 * x.covered, 0),
        )
        for x in _ordered(b, result.targets)
    )
    head = (
        t("column.region"),
        t("column.year"),
        t("column.content"),
        t("report.wan_t_co2e"),
        t("report.half_width"),
        t("report.covered"),
    )
    yield DocumentTable(t("report.uncertainty"), head, rows, (3, 4, 5))
    yield Paragraph(t("report.uncertainty_note"), "note")
    yield from _intervals(b)
    requests = result.requests()
    if requests:
        yield Paragraph(t("report.asks", n=len(requests)), "warning")


def _intervals(b: Basis) -> Iterator[Block]:
    """95 % intervals of approach 2, where it was run."""
    t, drawn = b.t, b.montecarlo
    if drawn is None:
        return
    rows = []
    for n in drawn.tree.select("sector", "total", "total_without_lucf"):
        target, spread = drawn.tree.items[n], drawn.targets[n]
        name = b.filing.value_label("category", target.category) if target.category else t.of("level", target.level)
        low, high = (round_significant(v / 1e4, 4) for v in (spread.low, spread.high))
        rows.append(
            (b.region(target.region), str(target.year), name, figures([spread.point / 1e4])[0], *figures([low, high]))
        )
    head = (
        t("column.region"),
        t("column.year"),
        t("column.content"),
        t("report.wan_t_co2e"),
        t("montecarlo.low"),
        t("montecarlo.high"),
    )
    yield DocumentTable(t("report.intervals", draws=f"{drawn.draws:,}", seed=drawn.seed), head, tuple(rows), (3, 4, 5))


def _ordered(b: Basis, targets: Iterable[TargetUncertainty]) -> list[TargetUncertainty]:
    """Sectors in their order, then the totals, for each region and year."""
    order = {s.id: n for n, s in enumerate(b.sectors)}
    wanted = [x for x in targets if not x.target.category or x.target.category in order]
    return sorted(
        wanted,
        key=lambda x: (
            b.regions.index(x.target.region),
            x.target.year,
            order.get(x.target.category, len(order)),
            x.target.level,
        ),
    )
