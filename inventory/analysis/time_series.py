"""Series of years: gaps filled by a named method and flagged, editions of statistics compared, trends absolute and
indexed.

Guideline: consistency of a time series is among its rules of quality; the splicing methods are those of the IPCC
guidance (interpolation, surrogate data, trend extrapolation). A gap that nobody declared stays a gap.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..core import gases, units
from ..core.activity import Datum, Project, Term
from ..core.edition import Edition
from ..core.extras import Gap
from ..core.ledger import Ledger
from ..core.problems import Collector, Problem

METHOD_NAMES = {
    "interpolation": {"zh": "内插", "en": "interpolation"},
    "proxy": {"zh": "代用序列", "en": "proxy series"},
    "trend": {"zh": "趋势外推", "en": "trend extrapolation"},
}
Item = tuple[tuple[str, str], ...]


# ---- gaps ----


def fill_gaps(project: Project, edition: Edition) -> tuple[Project, tuple[Problem, ...]]:
    """The project with every declared gap filled, and what is wrong with the declarations.

    interpolation: on the line between the nearest years before and after. proxy: the nearest year's figure times the
    ratio of the proxy series. trend: on the line through the two nearest years on the side where figures are. A filled
    figure has `terms` (cells and weights), kind 估算 (示例 when it rests on an illustrative figure) and a note; it
    rests on entered figures only, never on another filled one.
    """
    declared = project.gaps
    if not declared:
        return project, ()
    collector = Collector()
    series = _series(project.data)
    result = tuple(
        d
        for gap in sorted(declared, key=lambda g: (g.region, g.quantity, g.item, g.year))
        if (d := _filled(gap, series, edition, collector))
    )
    return replace(project, data=project.columns + result), tuple(collector)


def _series(data: Iterable[Datum]) -> dict[tuple[str, str, Item], dict[int, Datum]]:
    result: dict[tuple[str, str, Item], dict[int, Datum]] = {}
    for d in sorted(data, key=lambda d: (d.region, d.year, d.quantity, d.item, str(d.origin))):
        item = tuple(sorted((k, v) for k, v in d.item if v))
        result.setdefault((d.region, d.quantity, item), {}).setdefault(d.year, d)
    return result


def _label(edition: Edition, quantity: str) -> str:
    declared = edition.declared.quantities.get(quantity)
    return declared.label["zh"] if declared else quantity


def _filled(
    gap: Gap, series: Mapping[tuple[str, str, Item], Mapping[int, Datum]], edition: Edition, collector: Collector
) -> Datum | None:
    years = series.get((gap.region, gap.quantity, gap.item), {})
    label = _label(edition, gap.quantity)
    if gap.year in years:
        collector.add(
            "series.entered", gap.origin, label=label, region=gap.region, year=gap.year, other=years[gap.year].origin
        )
        return None
    before, after = sorted(y for y in years if y < gap.year), sorted(y for y in years if y > gap.year)
    have = "、".join(str(y) for y in sorted(years)) or "—"
    if gap.method == "proxy":
        return _by_proxy(gap, years, series.get((gap.region, gap.proxy, gap.proxy_item), {}), edition, collector)
    if gap.method == "interpolation":
        if not before or not after:
            collector.add("series.not_between", gap.origin, label=label, year=gap.year, have=have)
            return None
        a, b = before[-1], after[0]
    else:
        side = before[-2:] if len(before) >= 2 and not after else after[:2] if len(after) >= 2 and not before else []
        if not side:
            collector.add("series.no_trend", gap.origin, label=label, year=gap.year, have=have)
            return None
        a, b = side
    share = (gap.year - a) / (b - a)
    if not _comparable(gap, years[a], years[b], collector):
        return None
    terms = [
        _term(years[a], years[b].unit, 1 - share, f"({b}-{gap.year})/({b}-{a})"),
        _term(years[b], years[b].unit, share, f"({gap.year}-{a})/({b}-{a})"),
    ]
    return _datum(gap, terms, years[b].unit, (years[a], years[b]), label, collector)


def _term(d: Datum, unit: str, weight: float, formula: str, more: tuple[tuple[str, float], ...] = ()) -> Term:
    ratio = float(units.ratio(d.unit, unit))
    convert = () if ratio == 1 else ((f"{d.unit}→{unit}", ratio),)
    shares = (
        (*convert, *more) if formula == "" else (*convert, (formula if weight >= 0 else f"|{formula}|", abs(weight)))
    )
    return Term(f"{d.year}年（{d.unit}）", d.value, d.origin, shares, -1 if weight < 0 else 1, "时间序列补缺")


def _comparable(gap: Gap, a: Datum, b: Datum, collector: Collector) -> bool:
    try:
        units.ratio(a.unit, b.unit)
    except (units.UnitError, units.DimensionError):
        collector.add(
            "series.units",
            gap.origin,
            first=f"{a.unit}（{a.year}年，{a.origin}）",
            other=f"{b.unit}（{b.year}年，{b.origin}）",
        )
        return False
    return True


def _by_proxy(
    gap: Gap, years: Mapping[int, Datum], proxy: Mapping[int, Datum], edition: Edition, collector: Collector
) -> Datum | None:
    label, name = _label(edition, gap.quantity), _label(edition, gap.proxy)
    both = sorted((y for y in years if y in proxy and proxy[y].value), key=lambda y: (abs(y - gap.year), y))
    if gap.year not in proxy or not both:
        collector.add(
            "series.no_proxy",
            gap.origin,
            label=label,
            proxy=name,
            year=gap.year,
            have="、".join(str(y) for y in sorted(years)) or "—",
            proxy_years="、".join(str(y) for y in sorted(proxy)) or "—",
        )
        return None
    base = both[0]
    now, then = proxy[gap.year], proxy[base]
    if not _comparable(gap, now, then, collector):
        return None
    ratio = now.value * float(units.ratio(now.unit, then.unit)) / then.value
    terms = [_term(years[base], years[base].unit, 1.0, "", ((f"{name} {gap.year}/{base}", ratio),))]
    return _datum(gap, terms, years[base].unit, (years[base], now, then), label, collector)


def _datum(
    gap: Gap, terms: Sequence[Term], unit: str, used: Sequence[Datum], label: str, collector: Collector
) -> Datum | None:
    value = math.fsum(t.amount for t in terms)
    if value < 0 <= min(d.value for d in used):
        collector.add("series.negative", gap.origin, label=label, year=gap.year, value=f"{value:.6g}", unit=unit)
        return None
    method = METHOD_NAMES[gap.method]["zh"]
    kind = "示例" if any(d.data_kind == "示例" for d in used) else "估算"
    note = f"补缺：{method}（{'、'.join(str(y) for y in sorted({d.year for d in used}))}年）；理由：{gap.reason}"
    collector.add(
        "series.filled",
        gap.origin,
        label=label,
        region=gap.region,
        year=gap.year,
        method=method,
        value=f"{value:.6g}",
        unit=unit,
    )
    source = "；".join(dict.fromkeys(d.source for d in used if d.source))
    return Datum(
        gap.region,
        gap.year,
        gap.quantity,
        gap.item,
        value,
        unit,
        source,
        gap.uncertainty,
        note,
        kind,
        gap.origin,
        tuple(terms),
    )


@dataclass(frozen=True, slots=True)
class FilledGap:
    """A gap with the datum that fills it (place in `Ledger.data`)."""

    gap: Gap
    datum: int


def filled_gaps(ledger: Ledger) -> tuple[FilledGap, ...]:
    """The figures of a ledger that were filled, in the order of its data."""
    by_place = {(g.region, g.year, g.quantity, g.item): g for g in ledger.project.gaps}
    out = []
    for i, d in enumerate(ledger.data):
        gap = by_place.get((d.region, d.year, d.quantity, tuple(sorted((k, v) for k, v in d.item if v))))
        if gap is not None and d.origin == gap.origin:
            out.append(FilledGap(gap, i))
    return tuple(out)


# ---- editions of statistics ----

_MARK = re.compile(r"(?:版本|口径|edition)\s*[:：=]\s*([^;；。，,)）]+)", re.IGNORECASE)
_YEARBOOK = re.compile(r"([\u4e00-\u9fff]*(?:统计年鉴|统计资料|年鉴))》?\s*[(（]?\s*((?:19|20)[0-9]{2})")


def statistical_edition(d: Datum) -> str:
    """The edition of statistics a datum says it comes from: `版本：…` in its source or note, else a yearbook with its
    year; empty when neither."""
    for text in (d.note, d.source):
        marked = _MARK.search(text)
        if marked:
            return marked[1].strip()
    book = _YEARBOOK.search(d.source)
    return f"{book[1]}{book[2]}" if book else ""


def check_editions(project: Project, edition: Edition) -> tuple[Problem, ...]:
    """A warning for every series whose years come from different editions of the statistics (2005 before a census, 2010
    after it)."""
    groups: dict[tuple[str, tuple[tuple[int, str], ...]], dict[str, Datum]] = {}
    for (region, quantity, _), years in _series(
        project.columns.where(project.columns.per_provenance(lambda p: p.data_kind == "统计", np.bool_))
    ).items():
        named = {y: statistical_edition(d) for y, d in years.items()}
        known = {y: e for y, e in named.items() if e}
        if len(set(named.values())) > 1 and known:
            key = (region, tuple(sorted(named.items())))
            groups.setdefault(key, {}).setdefault(quantity, years[min(years)])
    collector = Collector()
    for (region, named_years), quantities in sorted(groups.items(), key=lambda g: g[0]):
        first = next(iter(quantities.values()))
        collector.add(
            "series.editions",
            first.origin,
            region=region,
            labels="、".join(_label(edition, q) for q in quantities),
            editions="；".join(f"{y}年 {e or '未写明'}" for y, e in named_years),
        )
    return tuple(collector)


# ---- trends ----


@dataclass(frozen=True, slots=True)
class TrendRow:
    """One figure through the years, t CO2e, and its index (base year = 100; None where the base is not positive).

    kind: total, without_lucf, sector, gas. `lines[k]` are the ledger lines of year k.
    """

    kind: str
    id: str
    label: Mapping[str, str]
    values: tuple[float, ...]
    index: tuple[float | None, ...]
    lines: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class Trend:
    region: str
    years: tuple[int, ...]
    base_year: int
    rows: tuple[TrendRow, ...]

    def of(self, kind: str) -> tuple[TrendRow, ...]:
        return tuple(r for r in self.rows if r.kind == kind)


def sectors(edition: Edition) -> tuple[str, ...]:
    """Ids of the sectors that count: roots of the tree that are no information items."""
    return tuple(c.id for c in edition.categories.values() if not c.parent and not c.memo)


def is_lucf(edition: Edition, sector: str) -> bool:
    return sector in edition.lucf


def trend(ledger: Ledger, region: str, base_year: int | None = None) -> Trend:
    """Totals, sectors and gases of a region through its years. Raises KeyError for a region or base year that the
    ledger does not have."""
    edition = ledger.edition
    at = [(i, line) for i, line in enumerate(ledger.lines) if line.region == region and line.account == "total"]
    years = tuple(sorted({line.year for _, line in at}))
    base = years[0] if base_year is None and years else base_year
    if base is None or base not in years:
        raise KeyError(f"{region} {base_year}")
    of_sector = {c: s for s in sectors(edition) for c in edition.descendants(s)}
    lucf = {s for s in sectors(edition) if is_lucf(edition, s)}

    def row(kind: str, name: str, label: Mapping[str, str], keep: list[tuple[int, int]]) -> TrendRow:
        lines = tuple(tuple(i for i, y in keep if y == year) for year in years)
        values = tuple(math.fsum(ledger.co2e_t(ledger.lines[i]) for i in chosen) for chosen in lines)
        first = values[years.index(base)]
        return TrendRow(
            kind, name, label, values, tuple(100 * (v / first) if first > 0 else None for v in values), lines
        )

    everything = [(i, line.year) for i, line in at]
    rows = [row("total", "total", {"zh": "总量", "en": "Total"}, everything)]
    if lucf and len({of_sector.get(line.category) for _, line in at} & lucf):
        rows.append(
            row(
                "without_lucf",
                "without_lucf",
                {"zh": "总量（不含土地利用变化和林业）", "en": "Total without LUCF"},
                [(i, line.year) for i, line in at if of_sector.get(line.category) not in lucf],
            )
        )
    for sector in sectors(edition):
        keep = [(i, line.year) for i, line in at if of_sector.get(line.category) == sector]
        if keep:
            rows.append(row("sector", sector, edition.categories[sector].label, keep))
    for gas in dict.fromkeys((*edition.roles.gases, *(gases.group_of(line.gas) for _, line in at))):
        keep = [(i, line.year) for i, line in at if gases.group_of(line.gas) == gas]
        if keep:
            rows.append(row("gas", gas, {"zh": gas, "en": gas}, keep))
    return Trend(region, years, base, tuple(rows))


def changes(values: Sequence[float]) -> tuple[float | None, ...]:
    """Change from year to year in percent; None for the first and where the earlier value is not positive."""
    return (None, *(100 * (b - a) / a if a > 0 else None for a, b in itertools.pairwise(values)))
