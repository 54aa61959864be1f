"""The chapter of one sector: results, methods, activity data and their sources, factors and their standing,
uncertainty, findings, improvement plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ..charts import Chart, ChartSeries, at_most
from ..charts.model import MOST_DIRECT
from ..core import equation
from ..core.completeness import completeness
from ..core.edition import Category
from ..core.ledger import Column, StepTable
from ..core.resolved import Resolved
from ..core.rounding import column_decimals, shown
from ..workbook.data_sheets import standing_text
from .basis import Basis
from .blocks import Block, Bullets, DocumentTable, Heading, Paragraph, Picture, columns, figures

MOST_FINDINGS = 15


def sector_blocks(b: Basis, sector: Category) -> list[Block]:
    """Results of one sector first, what they rest on after them, headings from level 2. Equations and factors stand in
    the annex (`annex_blocks`)."""
    t = b.t
    return [
        Heading(2, t.label(sector.label)),
        Heading(3, t("report.results")),
        *results(b, sector),
        Heading(3, t("report.activity")),
        *activity(b, _tables_of(b, sector)),
        Heading(3, t("report.uncertainty")),
        *uncertainty(b, sector),
        Heading(3, t("report.findings")),
        *findings(b, sector),
        Heading(3, t("report.improvement")),
        *improvement(b, sector),
    ]


def annex_blocks(b: Basis) -> Iterator[Block]:
    """Methods with their equations and the factors in use, sector by sector; methods that serve several sectors at the
    end."""
    t, shown_tables = b.t, set()
    for sector in b.sectors:
        tables = _tables_of(b, sector)
        shown_tables |= {id(table) for table in tables}
        yield Heading(2, t.label(sector.label))
        yield Heading(3, t("report.methods"))
        yield from method_blocks(b, tables)
        yield Heading(3, t("report.factors"))
        yield from factor_blocks(b, tables)
    rest = [table for table in b.ledger.tables if id(table) not in shown_tables]
    if rest:
        yield Heading(2, t("report.other_methods"))
        yield from method_blocks(b, rest)


def _tables_of(b: Basis, sector: Category) -> list[StepTable]:
    """Every step of the methods that give a sector's lines."""
    tables = [
        table
        for table in b.ledger.tables
        if any(i >= 0 and _below(b, sector, b.ledger.lines[i].category) for i in table.lines)
    ]
    methods = {table.method.id for table in tables}
    # those that compute their factors
    methods |= {step[0] for step in (b.ledger.factors[i].computed for i in sorted(_factors_of(tables))) if step}
    return [table for table in b.ledger.tables if table.method.id in methods]


def _below(b: Basis, sector: Category, category: str) -> bool:
    return category in b.ledger.edition.descendants(sector.id)


# ---- results ----


def results(b: Basis, sector: Category) -> Iterator[Block]:
    """Mass by category and gas and its CO2e, years side by side; a chart of the sub-sectors where there are several."""
    t = b.t
    children = list(b.ledger.edition.children(sector.id)) or [sector]
    for region in b.regions:
        keys = [(c, gas) for c in children for gas in dict.fromkeys(line.gas for line in b.lines(c.id, region))]
        if not keys:
            continue
        masses = {y: [_mass(b, c.id, region, y, gas) / 1e4 for c, gas in keys] for y in b.years}
        co2e = {y: [b.co2e_wan_t(b.lines(c.id, region, y, gas)) for c, gas in keys] for y in b.years}
        total = [b.co2e_wan_t(b.lines(sector.id, region, y)) for y in b.years]
        head = (
            t("column.category"),
            t("column.gas"),
            *(f"{y} ({t('report.mass_unit')})" for y in b.years),
            *(f"{y} ({t('report.wan_t')})" for y in b.years),
        )
        names = [t.label(c.label) for c, _ in keys]
        co2e_texts = [figures([*co2e[y], total[k]]) for k, y in enumerate(b.years)]
        mass_texts = [[*(shown(v, column_decimals([v])) if v else "0" for v in masses[y]), ""] for y in b.years]
        rows = columns([*names, t("column.total")], [*(gas for _, gas in keys), ""], *mass_texts, *co2e_texts)
        place = f"{b.region(region)}　" if len(b.regions) > 1 else ""
        numeric = tuple(range(2, 2 + 2 * len(b.years)))
        yield DocumentTable(
            f"{place}{t.label(sector.label)} {t('report.results')}", head, rows, numeric, (len(rows) - 1,)
        )
        used = [c for c in children if b.lines(c.id, region)]
        if len(used) > 1:
            series = tuple(
                ChartSeries(t.label(c.label), tuple(b.co2e_wan_t(b.lines(c.id, region, y)) for y in b.years))
                for c in used
            )
            series = at_most(series, t("report.chart_rest", names="{names}"), b.join(("", "")))
            if len(series) <= MOST_DIRECT:
                yield Picture(
                    f"{place}{t.label(sector.label)} {t('report.by_category')}",
                    Chart("stacked", "", tuple(str(y) for y in b.years), series, t("report.wan_t_co2e")),
                )


def _mass(b: Basis, category: str, region: str, year: int, gas: str) -> float:
    return float(sum(line.mass_t for line in b.lines(category, region, year, gas)))


# ---- methods ----


def _factors_of(tables: list[StepTable]) -> set[int]:
    return {
        ref for t in tables for c in t.columns.values() if c.kind == "factor" for ref in c.refs.tolist() if ref >= 0
    }


def method_blocks(b: Basis, tables: list[StepTable]) -> Iterator[Block]:
    """Each method with its tier, its place in the guideline and its equations, as they were computed."""
    t = b.t
    by_method: dict[str, list[StepTable]] = {}
    for table in tables:
        by_method.setdefault(table.method.id, []).append(table)
    if not by_method:
        yield Paragraph(t("report.no_method"))
    for steps in by_method.values():
        method = steps[0].method
        yield Paragraph(t("report.method", label=t.label(method.label), tier=method.tier, reference=method.reference))
        yield Bullets(tuple(f"{t.label(s.step.label)} = {_sentence(b, s)}" for s in steps))


def _sentence(b: Basis, table: StepTable) -> str:
    def word(name: str) -> str:
        column = table.columns.get(name)
        return b.t.label(column.label, name) if column is not None else b.t.label(equation.CONSTANTS[name][2])

    return equation.sentence(table.texts[0], word, lambda name: b.t.label(table.sums[name].column.label, name))


# ---- activity data and factors ----


def _columns_of(tables: list[StepTable], kind: str) -> Iterator[Column]:
    for table in tables:
        yield from (c for c in table.columns.values() if c.kind == kind)
        yield from (s.column for s in table.sums.values() if s.column.kind == kind)


def activity(b: Basis, tables: list[StepTable]) -> Iterator[Block]:
    """One row a quantity: unit, figures (or how many), kind, source. The figures one by one stand in the workbook."""
    t, ledger = b.t, b.ledger
    used = dict.fromkeys(i for c in _columns_of(tables, "activity") for i in c.refs.tolist() if i >= 0)
    groups: dict[tuple[str, str], list[int]] = {}
    for i in sorted(used):
        groups.setdefault((ledger.data[i].quantity, ledger.data_units[i]), []).append(i)
    if not groups:
        yield Paragraph(t("report.no_data"))
        return
    rows = []
    for (quantity, unit), members in groups.items():
        cells = []
        for year in b.years:
            here = [i for i in members if ledger.data[i].year == year]
            cells.append(
                shown(float(ledger.data_values[here[0]]), column_decimals([float(ledger.data_values[here[0]])]))
                if len(here) == 1
                else t("report.items", n=len(here))
                if here
                else ""
            )
        kinds = b.join(dict.fromkeys(ledger.data[i].data_kind or "—" for i in members))
        named = (t("report.balance_source") if ledger.data[i].terms else ledger.data[i].source for i in members)
        sources = t.semicolon.join(dict.fromkeys(x for x in named if x)) or "—"
        rows.append((b.filing.quantity_label(quantity), unit, *cells, kinds, _short(sources, 90)))
    head = (
        t("column.quantity"),
        t("column.unit"),
        *(str(y) for y in b.years),
        t("column.data_kind"),
        t("column.source"),
    )
    yield DocumentTable(t("report.activity"), head, tuple(rows), tuple(range(2, 2 + len(b.years))))
    made_up = sum(ledger.data[i].data_kind == "示例" for i in used)
    if made_up:
        yield Paragraph(t("report.illustrative", n=made_up, all=len(used)), "warning")


def factor_blocks(b: Basis, tables: list[StepTable]) -> Iterator[Block]:
    """One row a parameter and unit: values, how they were resolved, their standing."""
    t, ledger = b.t, b.ledger
    used = sorted({i for c in _columns_of(tables, "factor") for i in c.refs.tolist() if i >= 0})
    groups: dict[tuple[str, str, str], list[Resolved]] = {}
    for i in used:
        f = ledger.factors[i]
        groups.setdefault((f.parameter, f.unit, f.gas), []).append(f)
    if not groups:
        yield Paragraph(t("report.no_factors"))
        return
    rows = []
    for (parameter, unit, gas), members in groups.items():
        declared = ledger.edition.declared.parameters[parameter]
        values = sorted({f.value for f in members})
        ids = {f.id for f in members}
        shown_values = f"{values[0]:g}" if len(values) == 1 else f"{values[0]:g} – {values[-1]:g}"
        by_id = {f.id: f for f in members}
        standings = Counter(standing_text(b.filing, f) for f in by_id.values())
        steps = Counter(t.of("resolution", f.step) for f in by_id.values())
        rows.append(
            (
                t.label(declared.label, parameter),
                gas,
                shown_values,
                unit,
                str(len(ids)),
                _counted(standings),
                _counted(steps),
            )
        )
    head = (
        t("column.parameter"),
        t("column.gas"),
        t("column.value"),
        t("column.unit"),
        t("cover.count"),
        t("column.standing"),
        t("column.step"),
    )
    yield DocumentTable(t("report.factors"), head, tuple(rows), (4,))
    yield Paragraph(t("report.factors_note"), "note")


def _counted(counts: Counter[Any]) -> str:
    only = len(counts) == 1
    return "; ".join(word if only else f"{word} {n}" for word, n in sorted(counts.items(), key=lambda x: (-x[1], x[0])))


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


# ---- uncertainty, findings, plan ----


def uncertainty(b: Basis, sector: Category) -> Iterator[Block]:
    """The sector and its sub-sectors by approach 1; what is unknown is said."""
    t = b.t
    wanted = {sector.id, *(c.id for c in b.ledger.edition.children(sector.id))}
    rows, seen = [], set()
    rank = {c: n for n, c in enumerate(b.ledger.edition.categories)}
    for target in sorted(
        b.uncertainty.targets,
        key=lambda x: (b.regions.index(x.target.region), x.target.year, rank.get(x.target.category, -1)),
    ):
        at = target.target
        place = (at.region, at.year, at.category)
        if at.category in wanted and place not in seen and target.emission:
            seen.add(place)
            names = (b.region(at.region), str(at.year), b.ledger.edition.label_of_category(at.category, b.lang))
            rows.append(
                (
                    *names,
                    figures([target.emission / 1e4])[0],
                    "—" if target.guideline_pct is None else f"±{shown(target.guideline_pct, 1)}",
                    f"{shown(100 * target.covered, 0)}",
                )
            )
    if not rows:
        yield Paragraph(t("report.no_uncertainty"))
        return
    head = (
        t("column.region"),
        t("column.year"),
        t("column.category"),
        t("report.wan_t_co2e"),
        t("report.half_width"),
        t("report.covered"),
    )
    yield DocumentTable(t("report.uncertainty"), head, tuple(rows), (3, 4, 5))
    yield Paragraph(t("report.uncertainty_note"), "note")


def findings(b: Basis, sector: Category) -> Iterator[Block]:
    """Findings of the quality checks that name a category of the sector, with their answers."""
    t = b.t
    below = b.ledger.edition.descendants(sector.id)
    mine = [f for f in b.quality.findings if set(f.place.split("|")) & below]
    if not mine:
        yield Paragraph(t("report.no_findings"))
        return
    open_ones = [f for f in mine if f.answer is None]
    yield Paragraph(t("report.findings_count", n=len(mine), open=len(open_ones)))
    shown_ones = sorted(mine, key=lambda f: ("error", "warning", "hint").index(f.severity))[:MOST_FINDINGS]
    rows = tuple(
        (
            t.of("severity", f.severity),
            f.text(b.lang),
            f"{f.answer.answer}（{f.answer.name} {f.answer.date}）" if f.answer else t("review.open"),
        )
        for f in shown_ones
    )
    more = f"（{t('report.first_of', shown=len(rows), n=len(mine))}）" if len(mine) > len(rows) else ""
    yield DocumentTable(
        t("report.findings") + more, (t("column.severity"), t("column.message"), t("review.answer")), rows
    )


ACTIONS = ("illustrative", "fallback", "conflict", "unverified", "estimated", "default-share", "default-zero")


def improvement(b: Basis, sector: Category) -> Iterator[Block]:
    """What to do next, by how much of the sector's last year it concerns: flags of the lines, missing lines, unknown
    uncertainties."""
    t = b.t
    year = b.years[-1]
    lines = b.lines(sector.id, year=year)
    size = sum(abs(float(b.ledger.co2e_t(line))) for line in lines)
    rows = []
    for flag in ACTIONS:
        mine = sum(abs(float(b.ledger.co2e_t(line))) for line in lines if flag in line.flags)
        if mine and size:
            rows.append((mine / size, t("report.lines_flagged", flag=t.of("flag", flag)), t(f"action.{flag}")))
    mine_too = set(lines)
    unknown = sum(abs(u.emission) for u in b.uncertainty.lines if not u.complete and b.ledger.lines[u.line] in mine_too)
    if unknown and size:
        rows.append((unknown / size, t("report.uncertainty_unknown"), t("action.uncertainty")))
    rows.sort(key=lambda r: -r[0])
    texts = [
        (str(n), what, f"{shown(100 * part, 1)}%" if part >= 0.0005 else "<0.1%", action)
        for n, (part, what, action) in enumerate(rows, 1)
    ]
    below = b.ledger.edition.descendants(sector.id)
    missing = sorted(
        {
            f"{b.ledger.edition.label_of_category(s.category, b.lang)} {s.gas}"
            for s in completeness(b.ledger)
            if s.status == "missing" and s.category in below and s.year == year
        }
    )
    if missing:
        texts.append(
            (
                str(len(texts) + 1),
                t("report.missing_lines", n=len(missing), listed=_short(b.join(missing), 120)),
                "—",
                t("action.missing"),
            )
        )
    if not texts:
        yield Paragraph(t("report.no_improvement"))
        return
    head = (t("column.number"), t("report.matter"), t("report.concerns", year=year), t("report.action"))
    yield DocumentTable(t("report.improvement"), head, tuple(texts), (2,))
