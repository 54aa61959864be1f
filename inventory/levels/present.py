"""The roll-up as text and as a CSV: nothing is computed here, figures are rounded at output by the one rule of
`core.rounding`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..core.gwp import set_label
from ..core.rounding import column_decimals, shown
from ..regions import region_label
from ..sheets.listing import ListColumn, Listing, listing_csv
from .comparison import ENTERPRISES, OWN, SHARE, Comparison
from .project import LevelsProject
from .rollup import Rollup

HOW = {
    OWN: ("清单", "inventory"),
    ENTERPRISES: ("企业报告", "enterprises"),
    SHARE: ("按代理变量分摊排放", "emissions shared by proxy"),
    "activity_share": ("按代理变量分摊活动水平", "activity shared by proxy"),
    "notation": ("填报符号：不发生", "notation key: none occurs"),
    "below": ("下级之和", "sum of its parts"),
    "perimeter": ("统计含另一地区，已扣除", "net of a region inside its statistics"),
    "missing": ("无数据", "no data"),
    "whole": ("本级", "whole"),
}


def _t(zh: str, en: str, lang: str) -> str:
    return zh if lang == "zh" else en


def text(rollup: Rollup, levels: LevelsProject, lang: str = "zh") -> list[str]:
    """The report a person reads: totals, coverage, ranked differences with causes, enterprises, what lies outside,
    statements of the boundary."""
    out: list[str] = []
    for year in rollup.years:
        out.extend(_totals(rollup, year, lang))
    out.extend(_differences(rollup, levels, lang))
    out.extend(_below(rollup, levels, lang))
    out.extend(_coverage(rollup, levels, lang))
    out.extend(_enterprises(rollup, lang))
    out.extend(_outside(rollup, lang))
    if levels.boundary:
        out.append(_t("核算边界：", "Boundary:", lang))
        out.extend(
            f"  {b.region} {b.category} {b.matter}：{b.rule}" + (f"（{b.reason}）" if b.reason else "")
            for b in levels.boundary
        )
    return out


def _names(regions: Iterable[str], lang: str) -> str:
    return _t("、", ", ", lang).join(region_label(r, lang) for r in regions)


def _totals(rollup: Rollup, year: int, lang: str) -> Iterator[str]:
    whole, parts = rollup.total_co2e_t(year) / 1e4, rollup.total_co2e_t(year, "parts") / 1e4
    places = column_decimals((whole, parts))
    gwp = set_label(next(c.gwp.name for c in rollup.lines), lang, short=True)
    difference = whole - parts
    percent = f"{shown(100 * difference / whole, 2)}%" if whole else "—"
    yield _t(
        f"{rollup.whole} {year} 年（GWP {gwp}，含土地利用变化和林业）：本级 {shown(whole, places)}，"
        f"{len(rollup.parts)} 个下级合计 {shown(parts, places)}，差 {shown(difference, places)} 万吨CO2e（{percent}）",
        f"{region_label(rollup.whole, lang)} {year} (GWP {gwp}, with LUCF): the whole {shown(whole, places)}, its "
        f"{len(rollup.parts)} parts {shown(parts, places)}, "
        f"difference {shown(difference, places)} x10^4 t CO2e ({percent})",
        lang,
    )


def _percent(value: float) -> str:
    return "—" if math.isinf(value) else f"{shown(100 * value, 2)}%"


def _differences(rollup: Rollup, levels: LevelsProject, lang: str) -> Iterator[str]:
    ranked = rollup.ranked()
    limit = _percent(rollup.tolerance)
    if rollup.parks_only:
        yield _t(
            "下级只有园区：园区是其中的一部分，只核对有没有超过本级。",
            "The parts are parks only: some of the whole, compared only where they exceed it.",
            lang,
        )
    if not ranked:
        yield _t(f"各行差异都在 {limit} 以内。", f"all lines agree within {limit}.", lang)
        return
    yield _t(
        f"差异超过 {limit} 的 {len(ranked)} 行（共 {len(rollup.lines)} 行），由大到小：",
        f"{len(ranked)} of {len(rollup.lines)} lines differ by more than {limit}, largest first:",
        lang,
    )
    decimals = column_decimals([c.difference_co2e_t / 1e4 for c in ranked])
    for n, c in enumerate(ranked, start=1):
        label = levels.edition.label_of_category(c.category, lang)
        yield _t(
            f"{n}. {c.year} {c.category} {label} {c.gas}：差 {shown(c.difference_co2e_t / 1e4, decimals)} "
            f"万吨CO2e（{_percent(c.relative)}）",
            f"{n}. {c.year} {c.category} {label} {c.gas}: {shown(c.difference_co2e_t / 1e4, decimals)} "
            f"x10^4 t CO2e ({_percent(c.relative)})",
            lang,
        )
        for cause in c.causes:
            certain = {3: _t("数值相符", "figures match", lang), 2: _t("有依据", "supported", lang)}.get(
                cause.weight, _t("可能", "possible", lang)
            )
            yield f"   [{certain}] {cause.text.text(lang)}"


def _below(rollup: Rollup, levels: LevelsProject, lang: str) -> Iterator[str]:
    """Parts against their own parts: what differs one level down."""
    for b in rollup.below:
        if not b.compiled or all(levels.tree[p].level == "园区" for p in b.parts):
            continue
        apart = [c for c in b.lines if abs(c.relative) > rollup.tolerance]
        if not apart:
            continue
        yield _t(
            f"{b.whole}与其下级（{'、'.join(b.parts)}）有 {len(apart)} 行差异超过 {_percent(rollup.tolerance)}：",
            f"{region_label(b.whole, lang)} and its parts ({_names(b.parts, lang)}) differ by more than {_percent(rollup.tolerance)} on "
            f"{len(apart)} line(s):",
            lang,
        )
        for c in sorted(apart, key=lambda c: -abs(c.difference_co2e_t))[:10]:
            label = levels.edition.label_of_category(c.category, lang)
            own, parts = shown(c.whole_t / 1e4, 2), shown(c.sum_t / 1e4, 2)
            yield _t(
                f"  {c.year} {c.category} {label} {c.gas}：本级 {own}，下级合计 {parts} 万吨",
                f"  {c.year} {c.category} {label} {c.gas}: itself {own}, its parts {parts} x10^4 t",
                lang,
            )


def _coverage(rollup: Rollup, levels: LevelsProject, lang: str) -> Iterator[str]:
    yield _t("覆盖：", "Coverage:", lang)
    for c in rollup.lines:
        if c.coverage < 1 or c.shared_t:
            count = len(c.parts) + len(c.missing)
            own = round(c.coverage * count)
            kinds = dict.fromkeys(f.how for f in c.parts.values())
            how = _t("、", ", ", lang).join(
                f"{HOW[h][lang == 'en']} {sum(1 for f in c.parts.values() if f.how == h)}" for h in kinds
            )
            lacking = _names(c.missing, lang)
            yield (
                f"  {c.year} {c.category} {levels.edition.label_of_category(c.category, lang)} {c.gas}: "
                + _t(f"自有数据 {own}/{count}（{how or '—'}）", f"own data {own}/{count} ({how or '—'})", lang)
                + (_t(f"；无数据：{lacking}", f"; no data: {lacking}", lang) if lacking else "")
            )


def reported(c: Comparison) -> float:
    """Sum of the enterprises' reports on a line, an enterprise listed twice counted once."""
    return math.fsum({r.identity: r.mass_t for r in c.reports}.values())


def _enterprises(rollup: Rollup, lang: str) -> Iterator[str]:
    lines = [c for c in rollup.lines if c.reports]
    if lines:
        yield _t(
            "企业报告（同一企业列两次的只计一次）：",
            "Enterprises' reports (an enterprise listed twice counted once):",
            lang,
        )
    for c in lines:
        total = reported(c)
        share = _percent(total / c.whole_t) if c.whole_t else "—"
        names = len({r.identity for r in c.reports})
        yield _t(
            f"  {c.year} {c.category} {c.gas}：{names} 家 {shown(total / 1e4, 2)} 万吨，为本级的 {share}",
            f"  {c.year} {c.category} {c.gas}: {names} report(s), {shown(total / 1e4, 2)} x10^4 t, "
            f"{share} of the whole",
            lang,
        )


def _outside(rollup: Rollup, lang: str) -> Iterator[str]:
    if rollup.outside:
        yield _t(
            "外购电力和热力的间接排放（单列，不与直接排放相加；各地净调入之和应等于全省净调入）：",
            "Indirect CO2 of electricity and heat from outside (beside the direct emissions; net inflows "
            "of the parts add up to the whole's):",
            lang,
        )
        decimals = column_decimals([v / 1e4 for v in rollup.outside.values()])
        places = _t("、", ", ", lang).join(
            f"{region_label(region, lang)} {year} {shown(v / 1e4, decimals)}"
            for (region, year), v in rollup.outside.items()
        )
        yield f"  {places}" + _t(" 万吨CO2", " x10^4 t CO2", lang)


@dataclass(frozen=True, slots=True)
class _Part:
    """A line of the roll-up in one region: the whole itself, or a part (its figure None where it has none)."""

    line: Comparison
    region: str
    how: str
    mass_t: float | None
    levels: LevelsProject


LINES: Listing[_Part] = Listing(
    (
        ListColumn("year", lambda x, lang: x.line.year),
        ListColumn("category", lambda x, lang: x.line.category),
        ListColumn("label", lambda x, lang: x.levels.edition.label_of_category(x.line.category, lang)),
        ListColumn("gas", lambda x, lang: x.line.gas),
        ListColumn("region", lambda x, lang: x.levels.tree.label(x.region, lang)),
        ListColumn("how", lambda x, lang: HOW[x.how][lang == "en"]),
        ListColumn("mass_t", lambda x, lang: x.mass_t),
        ListColumn("whole_t", lambda x, lang: x.line.whole_t),
        ListColumn("sum_t", lambda x, lang: x.line.sum_t),
        ListColumn("difference_t", lambda x, lang: x.line.difference_t),
        ListColumn("difference_co2e_t", lambda x, lang: x.line.difference_co2e_t),
        ListColumn("relative_pct", lambda x, lang: None if math.isinf(x.line.relative) else 100 * x.line.relative),
        ListColumn("coverage_pct", lambda x, lang: 100 * x.line.coverage),
        ListColumn("gwp_set", lambda x, lang: x.line.gwp.name),
        ListColumn("causes", lambda x, lang: " | ".join(k.text.text(lang) for k in x.line.causes)),
    )
)


def _of_line(c: Comparison, rollup: Rollup, levels: LevelsProject) -> Iterator[_Part]:
    yield _Part(c, rollup.whole, "whole", c.whole_t, levels)
    for part in rollup.parts:
        figure = c.parts.get(part)
        yield _Part(c, part, figure.how if figure else "missing", figure.mass_t if figure else None, levels)


def to_csv(rollup: Rollup, levels: LevelsProject, lang: str = "zh") -> str:
    """One row per line and part (and one of the whole), full precision."""
    return listing_csv(LINES, (part for c in rollup.lines for part in _of_line(c, rollup, levels)), lang)
