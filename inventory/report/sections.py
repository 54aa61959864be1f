"""The chapters around the sectors: summary, basis, trends, indicators, GWP sets, key categories, uncertainty, quality,
review, appendices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from ..analysis.time_series import is_lucf
from ..charts import Chart, ChartSeries, at_most
from ..core import extras, gases
from ..core.completeness import completeness, state_of
from ..core.gwp import set_label
from ..core.rounding import STATEMENT, shown
from .basis import Basis
from .blocks import Block, DocumentTable, Paragraph, Picture
from .purchased import purchased_blocks
from .sections_analysis import figure_table, gwp, indicator_blocks, key_categories, recalculation, trends, uncertainty
from .sector import annex_blocks, sector_blocks


def summary(b: Basis) -> Iterator[Block]:
    """Totals in words, by sector and by gas, with a chart; illustrative data are told first."""
    t, ledger = b.t, b.ledger
    made_up = sum(d.data_kind == "示例" for d in ledger.data)
    if made_up:
        yield Paragraph(t("cover.illustrative", n=made_up), "warning")
    lucf = [s for s in b.sectors if is_lucf(ledger.edition, s.id)]
    for region in b.trends:
        for year in b.trends[region].years:
            total = b.co2e_wan_t(b.lines(region=region, year=year))
            sink = sum(b.co2e_wan_t(b.lines(s.id, region, year)) for s in lucf)
            largest = sorted(
                ((b.co2e_wan_t(b.lines(s.id, region, year)), s) for s in b.sectors if s not in lucf),
                key=lambda x: -x[0],
            )
            share = f"{shown(100 * largest[0][0] / (total - sink), 1)}%" if largest and total - sink > 0 else "—"
            yield Paragraph(
                t(
                    "report.summary",
                    region=b.region(region),
                    year=year,
                    total=shown(total, 1),
                    without=shown(total - sink, 1),
                    lucf=shown(sink, 1),
                    largest=t.label(largest[0][1].label) if largest else "—",
                    share=share,
                    gwp=set_label(ledger.gwp.name, t.lang),
                )
            )
    yield from _by_sector(b)
    yield from _by_gas(b)
    yield from purchased_blocks(b)


def _places(b: Basis) -> list[tuple[str, int]]:
    return [(r, y) for r, trend in b.trends.items() for y in trend.years]


def _place_heads(b: Basis) -> list[str]:
    several = len(b.trends) > 1
    return [f"{b.region(r)} {y}" if several else str(y) for r, y in _places(b)]


def _by_sector(b: Basis) -> Iterator[Block]:
    t = b.t
    rows = [(t.label(s.label), [b.co2e_wan_t(b.lines(s.id, r, y)) for r, y in _places(b)]) for s in b.sectors]
    totals = [b.co2e_wan_t(b.lines(region=r, year=y)) for r, y in _places(b)]
    yield figure_table(
        t("report.by_sector"), t("column.name"), _place_heads(b), [*rows, (t("column.total"), totals)], len(rows)
    )
    for region, trend in b.trends.items():
        series = tuple(ChartSeries(t.label(r.label), tuple(v / 1e4 for v in r.values)) for r in trend.of("sector"))
        series = at_most(series, t("report.chart_rest", names="{names}"), b.join(("", "")))
        chart = Chart("stacked", "", tuple(str(y) for y in trend.years), series, t("report.wan_t_co2e"))
        yield Picture(t("trend.chart_sectors", region=b.region(region)), chart)


def _by_gas(b: Basis) -> Iterator[Block]:
    present, order = {gases.group_of(line.gas) for line in b.lines()}, b.ledger.edition.roles.gases
    listed = [*(g for g in order if g in present), *sorted(present - set(order))]
    rows = []
    for gas in listed:
        values = [
            b.co2e_wan_t(x for x in b.lines(region=r, year=y) if gases.group_of(x.gas) == gas) for r, y in _places(b)
        ]
        rows.append((gas, values))
    yield figure_table(b.t("report.by_gas"), b.t("column.gas"), _place_heads(b), rows, None)


def basis(b: Basis) -> Iterator[Block]:
    """Guideline, GWP set, kinds of data, standing of factors, fallbacks in force."""
    t, ledger = b.t, b.ledger
    yield Paragraph(
        t(
            "report.basis",
            edition=t.label(ledger.edition.label),
            gwp=set_label(ledger.gwp.name, t.lang),
            regions=b.join(b.region(r) for r in b.regions),
            years=b.join(str(y) for y in b.years),
        )
    )
    kinds = Counter(d.data_kind or "—" for d in ledger.data)
    factors = {f.id: f for f in ledger.factors}
    standings = Counter(t.of("standing", f.standing) for f in factors.values())
    steps = Counter(t.of("resolution", f.step) for f in factors.values())
    rows = [(t("cover.kinds"), word, str(n)) for word, n in sorted(kinds.items(), key=lambda x: (-x[1], x[0]))]
    rows += [(t("cover.standings"), word, str(n)) for word, n in sorted(standings.items(), key=lambda x: (-x[1], x[0]))]
    rows += [(t("column.step"), word, str(n)) for word, n in sorted(steps.items(), key=lambda x: (-x[1], x[0]))]
    yield DocumentTable(
        t("report.inputs"), (t("column.content"), t("report.kind"), t("cover.count")), tuple(rows), (2,)
    )


def substitutes(b: Basis) -> Iterator[Block]:
    """The declared substitutes in force with the ids of their factors: an annex, for whoever looks a factor up."""
    t, ledger = b.t, b.ledger
    reasons: dict[str, dict[str, None]] = {}
    for f in ledger.factors:
        if f.step == "fallback":
            reasons.setdefault(t.label(f.reason), {})[f.id] = None
    if reasons:
        yield Paragraph(t("cover.fallbacks"))
        yield DocumentTable(
            t("report.fallbacks"),
            (t("column.reason"), t("column.factor_id")),
            tuple((reason, b.join(ids)) for reason, ids in reasons.items()),
        )
    else:
        yield Paragraph(t("cover.no_fallbacks"))


def choices(b: Basis) -> Iterator[Block]:
    t, declared = b.t, b.ledger.edition.declared.choices
    rows = tuple(
        (
            t.label(declared[name].label, name),
            t.label(declared[name].labels.get(option, {}), option),
            reason if name in b.ledger.project.choices else t.label(declared[name].reason),
        )
        for name, (option, reason) in b.ledger.choices.items()
    )
    yield (
        DocumentTable(t("report.choices"), (t("column.choice"), t("column.chosen"), t("column.reason")), rows)
        if rows
        else Paragraph(t("choices.none"))
    )


def quality(b: Basis) -> Iterator[Block]:
    """What became of every check; the findings themselves stand with the sectors and in the workbook."""
    t, log = b.t, b.quality
    rows = tuple(
        (t.label(o.label), t.of("quality_status", o.status), str(o.findings) if o.findings else "")
        for o in log.outcomes
    )
    yield DocumentTable(t("report.checks"), (t("column.check"), t("column.result"), t("cover.count")), rows, (2,))
    yield Paragraph(t("report.findings_count", n=len(log.findings), open=len(log.open)))
    state = state_of(b.ledger)
    short = {place: len(state.unanswered(*place)) for place in dict.fromkeys((s.region, s.year) for s in state.lines)}
    places = [
        t("cover.incomplete_place", region=b.filing.value_label("region", r), year=y, n=n)
        for (r, y), n in short.items()
        if n
    ]
    if places:
        yield Paragraph(t("cover.incomplete", places=b.join(places)))
    yield Paragraph(t("cover.missing_lines", **state.summary()))


def review(b: Basis) -> Iterator[Block]:
    t, comments = b.t, b.ledger.project.comments
    if not comments:
        yield Paragraph(t("report.no_review"))
        return
    yield Paragraph(t("review.count", n=len(comments), open=sum(c.open for c in comments)))
    rows = tuple(
        (
            t.semicolon.join(
                x for x in (b.filing.value_label("category", c.category) if c.category else "", c.gas, c.cell) if x
            ),
            c.comment,
            f"{c.by} {c.date}",
            c.answer or t("review.open"),
            f"{c.answer_by} {c.answer_date}".strip(),
        )
        for c in comments
    )
    yield DocumentTable(
        t("sheet.review"), tuple(t(f"review.{c}") for c in ("cell", "comment", "by", "answer", "answer_by")), rows
    )


def notations(b: Basis) -> Iterator[Block]:
    """Lines reported by a notation key, with reasons, and lines that are missing."""
    t = b.t
    lines_by_key: dict[tuple[str, str], list[str]] = {}
    missing: dict[str, dict[str, None]] = {}
    for s in completeness(b.ledger):
        if s.notation is not None:
            lines_by_key.setdefault((s.notation.key, s.notation.reason), []).append(f"{s.category} {s.gas}")
        elif s.status == "missing":
            missing.setdefault(f"{s.category} {s.gas}", {})[str(s.year)] = None
    if lines_by_key:
        rows = tuple((key, b.join(dict.fromkeys(lines)), reason) for (key, reason), lines in lines_by_key.items())
        yield DocumentTable(t("report.notations"), (t("column.status"), t("column.category"), t("column.reason")), rows)
    partial = {f"{s.category} {s.gas}": s.reasons for s in completeness(b.ledger) if s.state == "partial"}
    if partial:
        rows = tuple((t("completeness.partial"), line, reason) for line, reason in partial.items())
        yield DocumentTable(t("report.partial"), (t("column.status"), t("column.category"), t("column.reason")), rows)
    if missing:
        gone = tuple(
            (f"{line}　{b.ledger.edition.label_of_category(line.split(' ')[0], b.lang)}", b.join(years))
            for line, years in missing.items()
        )
        yield DocumentTable(t("report.missing"), (t("column.category"), t("column.year")), gone)
    yield Paragraph(t("table.legend"), "note")


def signatures(b: Basis) -> Iterator[Block]:
    t = b.t
    given = b.ledger.project.signatures or tuple(
        extras.Signature(t(f"signatures.{r}")) for r in ("compiled", "checked", "reviewed", "approved")
    )
    rows = tuple((s.role, s.name, s.organisation, "", s.date) for s in given)
    yield DocumentTable(
        t("sheet.signatures"),
        tuple(t(f"signatures.{c}") for c in ("role", "name", "organisation", "signature", "date")),
        rows,
    )
    code = b.ledger.project.archive_code
    if code:
        yield Paragraph(t("signatures.code", code=code))


def rounding(b: Basis) -> Iterator[Block]:
    yield Paragraph(STATEMENT[b.lang])


def all_sectors(b: Basis) -> Iterator[Block]:
    for sector in b.sectors:
        yield from sector_blocks(b, sector)


CHAPTERS: Mapping[str, Callable[[Basis], Iterable[Block]]] = {
    "summary": summary,
    "basis": basis,
    "sectors": all_sectors,
    "trends": trends,
    "recalculation": recalculation,
    "indicators": indicator_blocks,
    "gwp": gwp,
    "key_categories": key_categories,
    "uncertainty": uncertainty,
    "quality": quality,
    "review": review,
    "choices": choices,
    "notations": notations,
    "signatures": signatures,
    "rounding": rounding,
    "methods": annex_blocks,
    "substitutes": substitutes,
}


def inline(b: Basis) -> dict[str, str]:
    """Texts that may stand inside a sentence of the template."""
    t, edition = b.t, b.ledger.edition
    years = b.join(str(y) for y in b.years)
    regions = b.join(b.region(r) for r in b.regions)
    title = b.ledger.project.title or t("report.title", region=regions, years=years)
    return {
        "title": title,
        "region": regions,
        "years": years,
        "edition": t.label(edition.label),
        "gwp_set": set_label(b.ledger.gwp.name, t.lang),
        "code": b.ledger.project.archive_code,
    }
