"""Key categories and uncertainty: the answer on one page each; the workings stand in the working book."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ..analysis.key_categories import KeyCategoryRanking, summary
from ..sheets.layout import spread
from ..sheets.look import NUMBER, SHADE, TEXT, Look, figure
from ..sheets.table import At, Entry, PagePlan, Table, TableColumn, TableRow, formula
from .basis import WAN, FilingBasis
from .frame import BODY, Pages, heading, notes, paragraph, section, signatures, space
from .labels import years_text

# ---- key categories ----


def key_categories(b: FilingBasis, pages: Pages, number: int) -> None:
    """The categories that make up 95 % of the latest year, with all criteria each meets; those key by another criterion
    in one sentence."""
    t, year = b.t, b.years[-1]
    ranking = next(
        (a for a in b.assessments if (a.year, a.criterion, a.approach) == (year, "level", 1) and a.with_lucf),
        next((a for a in b.assessments if (a.year, a.criterion, a.approach) == (year, "level", 1)), None),
    )
    codes = summary(a for a in b.assessments if a.year == year)
    rows = _key_rows(b, ranking, codes) if ranking is not None else []
    shown = [r for r in ranking.rows if r.key] if ranking else []
    whole = math.fsum(abs(r.later) for r in ranking.rows) if ranking else 0.0
    rows.append(
        TableRow(
            "whole",
            {"name": Entry(t("column.total")), "e": Entry(whole / WAN, None, NUMBER.with_(number=figure(1)))},
            bold=True,
            fill=SHADE,
        )
    )
    columns = (
        TableColumn("rank", (t("column.rank"),), TEXT),
        TableColumn("name", (t("column.category"),), TEXT.with_(wrap=True)),
        TableColumn("gas", (t("column.gas"),), TEXT),
        TableColumn("e", (t("column.emission"),), NUMBER),
        TableColumn("share", (t("column.share"),), NUMBER),
        TableColumn("sum", (t("column.cumulative"),), NUMBER),
        TableColumn("codes", (t("column.criteria"),), TEXT),
    )
    table = Table("key", columns, tuple(rows), row_height=15)
    widths, _ = spread(table, False, 1)
    plan = pages.page(t("sheet.key", n=number), t("title.key"), widths, number)
    heading(b, plan, t("title.key"), years_text(b, [year]), number)
    plan.add(table)
    other = [
        f"{b.label(c)} {g}（{' '.join(v)}）" if b.lang == "zh" else f"{b.label(c)} {g} ({' '.join(v)})"
        for (c, g), v in codes.items()
        if (c, g) not in {(r.category, r.gas) for r in shown}
    ]
    notes(plan, t("key.note", year=year), t("key.also", list=t.listed(other)) if other else "")
    signatures(b, plan)


def _key_rows(
    b: FilingBasis, ranking: KeyCategoryRanking, codes: Mapping[tuple[str, str], Sequence[str]]
) -> list[TableRow]:
    """The key categories by rank, with their share of the total of amounts and what it adds up to."""
    rows: list[TableRow] = []
    shown = [r for r in ranking.rows if r.key]
    whole = math.fsum(abs(r.later) for r in ranking.rows)
    for n, r in enumerate(shown, 1):
        row = f"{r.category}|{r.gas}"
        emission = r.later / WAN
        entries = {
            "rank": Entry(n, None, Look(align="center", number="0")),
            "name": Entry(b.label(r.category)),
            "gas": Entry(r.gas),
            "e": Entry(emission, None, NUMBER.with_(number=figure(1))),
            "share": Entry(
                100 * abs(r.later) / whole,
                formula("100*ABS({e})/{w}", e=At("key", row, "e"), w=At("key", "whole", "e")),
                NUMBER.with_(number=figure(1)),
            ),
            "sum": Entry(
                100 * float(r.cumulative or 0.0),
                formula("SUM({s})", s=[At("key", f"{x.category}|{x.gas}", "share") for x in shown[:n]]),
                NUMBER.with_(number=figure(1)),
            ),
            "codes": Entry(" ".join(codes.get((r.category, r.gas), ())), None, Look(align="center", size=8.5)),
        }
        rows.append(TableRow(row, entries))
    return rows


# ---- uncertainty ----


def uncertainty(b: FilingBasis, pages: Pages, number: int) -> None:
    """Total and sectors of each year with their 95 % interval, the part of emissions it covers, and the change between
    the years."""
    t = b.t
    widths, _ = spread(_year(b, b.years[-1]), False)
    plan = pages.page(t("sheet.uncertainty", n=number), t("title.uncertainty"), widths, number)
    heading(b, plan, t("title.uncertainty"), years_text(b, b.years), number)
    for n, y in enumerate(b.years):
        if n:
            plan.add(space(10))
        plan.add(section(t("column.year", year=y), plan), _year(b, y))
    for x in b.uncertainty.trends:
        if (
            x.first.level == "total_without_lucf"
            and x.first.region == b.region
            and x.change_pct is not None
            and x.half_width_points is not None
        ):
            plan.add(
                space(6),
                paragraph(
                    t(
                        "uncertainty.trend_text",
                        first=x.first.year,
                        last=x.later.year,
                        change=f"{x.change_pct:+.1f}".replace("-", "−"),
                        half=f"{x.half_width_points:.1f}",
                    ),
                    plan,
                    BODY,
                ),
            )
    if b.montecarlo is not None:
        _montecarlo(b, plan)
    notes(plan, t("uncertainty.note"))
    signatures(b, plan)


def _year(b: FilingBasis, year: int) -> Table:
    t, ident = b.t, f"uncertainty|{year}"
    rank = {c: n for n, c in enumerate(b.edition.categories)}
    shown = [
        x
        for x in b.uncertainty.targets
        if (x.target.region, x.target.year) == (b.region, year) and x.target.level != "category"
    ]
    shown.sort(key=lambda x: (x.target.level != "sector", rank.get(x.target.category, 0), x.target.level == "total"))
    rows = []
    for x in shown:
        key, total = x.target.category or x.target.level, x.target.level != "sector"
        name = (
            b.label(x.target.category)
            if not total
            else t("uncertainty.total" if x.target.level == "total" else "uncertainty.without")
        )
        e = x.emission / WAN
        entries = {
            "name": Entry(name),
            "e": Entry(e, None, NUMBER.with_(number=figure(1))),
            "covered": Entry(100 * x.covered, None, NUMBER.with_(number=figure(0))),
        }
        if x.shared_pct is None:
            entries |= {k: Entry("—", None, Look(align="right")) for k in ("pct", "low", "high")}
        else:
            at = {k: At(ident, key, k) for k in ("e", "pct")}
            half = abs(e) * x.shared_pct / 100
            mark = '"≥"' if x.lower_bound else ""
            entries["pct"] = Entry(x.shared_pct, None, NUMBER.with_(number=f"{mark}0.0"))
            entries["low"] = Entry(e - half, formula("{e}-ABS({e})*{pct}/100", **at), NUMBER.with_(number=figure(0)))
            entries["high"] = Entry(e + half, formula("{e}+ABS({e})*{pct}/100", **at), NUMBER.with_(number=figure(0)))
        rows.append(TableRow(key, entries, bold=total, fill=SHADE if total else ""))
    columns = (
        TableColumn("name", (t("column.item"),), TEXT),
        TableColumn("e", (t("column.emission"),), NUMBER),
        TableColumn("pct", (t("column.half"),), NUMBER),
        TableColumn("low", (t("column.low"),), NUMBER),
        TableColumn("high", (t("column.high"),), NUMBER),
        TableColumn("covered", (t("column.covered"),), NUMBER),
    )
    return Table(ident, columns, tuple(rows), repeat=False, row_height=16)


def _montecarlo(b: FilingBasis, plan: PagePlan) -> None:
    mc, t = b.montecarlo, b.t
    assert mc is not None
    rows = []
    for n, target in enumerate(mc.tree.items):
        if target.region == b.region and target.level in ("total", "total_without_lucf"):
            s = mc.targets[n]
            name = t("uncertainty.total" if target.level == "total" else "uncertainty.without")
            rows.append(
                TableRow(
                    f"{target.year}|{target.level}",
                    {
                        "name": Entry(f"{target.year}　{name}"),
                        "e": Entry(s.point / WAN, None, NUMBER.with_(number=figure(1))),
                        "range": Entry(f"{s.low / WAN:,.0f}—{s.high / WAN:,.0f}", None, Look(align="right")),
                        "pct": Entry(f"−{abs(s.low_pct or 0):.1f}／+{s.high_pct or 0:.1f}", None, Look(align="right")),
                    },
                )
            )
    columns = (
        TableColumn("name", (t("column.item"),), TEXT),
        TableColumn("e", (t("column.emission"),), NUMBER),
        TableColumn("range", (t("uncertainty.mc_range"),), NUMBER, 2),
        TableColumn("pct", (t("column.half"),), NUMBER, 2),
    )
    plan.add(
        section(t("uncertainty.montecarlo", draws=mc.draws), plan),
        Table("montecarlo", columns, tuple(rows), repeat=False, row_height=15),
    )
