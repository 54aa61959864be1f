"""The assessment as text and as a CSV; rounding at output only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..core.rounding import shown
from ..levels.project import LevelsProject
from ..regions import region_label
from ..sheets.listing import ListColumn, Listing, listing_csv
from ..texts import SEMICOLON
from .parts import PartsCheck
from .peak import STATEMENT, Peak
from .published import CO2
from .targets import ASSESSMENT, Assessment, CapCheck, TargetReport, TargetYear

LABELS = {
    CO2: {"zh": "单位GDP二氧化碳", "en": "CO2 per GDP"},
    "energy_per_gdp": {"zh": "单位GDP能耗", "en": "energy per GDP"},
}
WAYS = {ASSESSMENT: {"zh": "考核口径", "en": "as assessed"}, "inventory": {"zh": "清单口径", "en": "inventory"}}
STANDINGS = {
    "own": "自有",
    "single-source": "单一来源",
    "unverified": "待核对",
    "corroborated": "多源一致",
    "conflict": "各处不一",
}
PEAKS = {
    "peaked": {"zh": "已达峰", "en": "peaked"},
    "falling": {"zh": "低于最大值，尚不足以判定达峰", "en": "below the maximum, not enough to call it a peak"},
    "rising": {"zh": "仍在上升（最后一年最大）", "en": "still rising (the last year is the largest)"},
    "edge": {
        "zh": "最大值在数据起点，峰值不晚于该年，不作判定",
        "en": "the largest is the first year of the data; the peak is there or earlier, not called",
    },
    "short": {"zh": "年数太少", "en": "too few years"},
}


def pct(value: float | None, decimals: int = 2) -> str:
    return "—" if value is None else f"{shown(100 * value, decimals)}%"


def text(report: TargetReport, levels: LevelsProject, lang: str = "zh") -> list[str]:
    """The report a person reads."""
    zh = lang == "zh"
    out: list[str] = []
    ledger = report.assessed.ledger
    if ledger is not None:
        out.append("考核口径：" if zh else "As assessed:")
        declared = ledger.edition.declared.choices
        out.extend(
            f"  {declared[name].label[lang]} = "
            f"{declared[name].labels.get(option, {}).get(lang, option)}" + (f"（{reason}）" if zh else "")
            for name, (option, reason) in ledger.choices.items()
        )
        out.extend(
            f"  {f.id}: {f.value:g} {f.unit}"
            + (f"，{STANDINGS.get(f.standing, f.standing)}" if zh else f", {f.standing}")
            for f in {f.id: f for f in ledger.factors}.values()
        )
    for a in report.assessments:
        out.extend(_assessment(a, lang))
    out.extend(_rankings(report, levels, lang))
    out.extend(_parts(check, lang) for check in report.parts)
    out.extend(_cap(c, lang) for c in report.caps)
    if report.peaks:
        out.append(STATEMENT[lang])
        out.extend(_peak(region, what, p, lang) for (region, what), p in report.peaks.items())
    return out


def _cap(c: CapCheck, lang: str) -> str:
    allowed = "—" if c.allowed_growth is None else pct(c.allowed_growth)
    if lang == "zh":
        label = "二氧化碳" if c.cap.indicator == "co2" else "能源消费"
        return (
            f"总量控制 {c.cap.region} {c.cap.year} 年{label}上限 {c.cap.value:,.0f} {c.cap.unit}：{c.year} 年 "
            f"{c.value:,.0f}，已用 {pct(c.used, 1)}，"
            f"其后年均增长不超过 {allowed}"
        )
    return (
        f"Cap {region_label(c.cap.region, lang)} {c.cap.year} {c.cap.indicator} {c.cap.value:,.0f} {c.cap.unit}: {c.year} "
        f"{c.value:,.0f}, {pct(c.used, 1)} used, "
        f"at most {allowed} a year from then on"
    )


def _peak(region: str, what: str, p: Peak, lang: str) -> str:
    if lang == "zh":
        tail = "" if p.p is None else f"，p = {p.p:.3f}"
        return f"  {region} {'二氧化碳' if what == 'co2' else '能源消费'}：最大 {p.year} 年 {p.value:,.0f}，{PEAKS[p.status]['zh']}{tail}"
    tail = "" if p.p is None else f", p = {p.p:.3f}"
    return f"  {region_label(region, lang)} {what}: largest in {p.year}, {p.value:,.0f}, {PEAKS[p.status]['en']}{tail}"


def _assessment(a: Assessment, lang: str) -> Iterator[str]:
    t = a.target
    label, way, standing = (
        LABELS[t.indicator][lang],
        WAYS[a.way][lang],
        STANDINGS.get(t.standing, t.standing) if lang == "zh" else t.standing,
    )
    sign = "" if t.comparison != ">" else "＞" if lang == "zh" else ">"
    unit = (
        ("万tCO2" if lang == "zh" else "10^4 t CO2") if t.indicator == CO2 else "万tce" if lang == "zh" else "10^4 tce"
    )
    yield (
        f"{a.region} {label} {t.base_year}—{t.target_year} 目标下降 {sign}{100 * t.reduction:g}%（{t.source}，"
        f"{standing}），{way}"
        if lang == "zh"
        else f"{region_label(a.region, lang)} {label} {t.base_year}-{t.target_year}: target {sign}{100 * t.reduction:g} % "
        f"({t.source}, {standing}), {way}"
    )
    for y in a.years:
        yield (
            f"  {y.year}: {shown(y.amount, 1)} {unit}，GDP {shown(y.gdp, 1)} 亿元（{a.price_year}年价），强度 "
            f"{shown(y.intensity, 4)}，"
            f"年度下降 {pct(y.annual)}，累计下降 {pct(y.cumulative)}，进度要求 {pct(y.scheduled)}，超前 "
            f"{pct(y.ahead)}"
            if lang == "zh"
            else f"  {y.year}: {shown(y.amount, 1)} {unit}, GDP {shown(y.gdp, 1)} (10^8 yuan of {a.price_year}), "
            f"intensity {shown(y.intensity, 4)}, decline {pct(y.annual)}, cumulative {pct(y.cumulative)}, "
            f"scheduled {pct(y.scheduled)}, ahead {pct(y.ahead)}"
        )
    if a.left:
        yield (
            f"  其余 {a.left} 年需年均下降 {pct(a.needed)}；已走完 {pct(a.progress, 1)}"
            if lang == "zh"
            else f"  the remaining {a.left} year(s) need {pct(a.needed)} a year; {pct(a.progress, 1)} of the way gone"
        )
    else:
        yield (
            ("  目标已完成" if a.met else "  目标未完成")
            if lang == "zh"
            else ("  target met" if a.met else "  target missed")
        )


def _rankings(report: TargetReport, levels: LevelsProject, lang: str) -> Iterator[str]:
    groups = dict.fromkeys(
        (a.target.indicator, levels.tree[a.region].parent, a.target.target_year)
        for a in report.assessments
        if a.way == ASSESSMENT
    )
    for indicator, parent, year in groups:
        ranked = report.ranking(indicator, parent, levels, year)
        if parent and len(ranked) > 1:
            label = LABELS[indicator][lang]
            yield (
                f"{parent} 各地 {label} {year} 年目标进度排序："
                if lang == "zh"
                else f"{label}, target {year}, regions of {parent} by progress:"
            )
            yield "  " + SEMICOLON[lang].join(
                f"{n}. {region_label(a.region, lang)} {pct(a.progress, 1)}" for n, a in ranks(ranked)
            )


def ranks(ranked: Sequence[Assessment]) -> Iterator[tuple[int, Assessment]]:
    """Ranks by progress as printed: equal ones share a rank, and the next stands behind all of them."""
    last, rank = None, 0
    for n, a in enumerate(ranked, start=1):
        shown_progress = pct(a.progress, 1)
        if shown_progress != last:
            last, rank = shown_progress, n
        yield rank, a


def _parts(c: PartsCheck, lang: str) -> str:
    label = LABELS[c.target.indicator][lang]
    span = f"{pct(c.lowest, 1)}—{pct(c.highest, 1)}"
    head = (
        f"{c.whole} {label} {c.target.target_year}：本级目标 {pct(c.target.reduction)}，{len(c.parts)} 个下级目标 {span}"
        if lang == "zh"
        else f"{region_label(c.whole, lang)} {label} {c.target.target_year}: its own target {pct(c.target.reduction)}, "
        f"{len(c.parts)} parts {span}"
    )
    if c.implied is not None:
        head += (
            f"；按基年排放加权（各地增速相同）合 {pct(c.implied)}"
            if lang == "zh"
            else f"; weighed with the base year (growth alike) {pct(c.implied)}"
        )
    if c.growth is not None:
        head += (
            f"；再按 {c.growth_year} 年以前的实际增速加权合 {pct(c.growth)}"
            if lang == "zh"
            else f"; with growth up to {c.growth_year} {pct(c.growth)}"
        )
    if c.without_target:
        head += (
            f"；没有目标的下级：{'、'.join(c.without_target)}"
            if lang == "zh"
            else f"; without a target: {', '.join(region_label(r, lang) for r in c.without_target)}"
        )
    verdict = {
        True: ("够", "enough"),
        False: ("不够", "not enough"),
        None: ("取决于权重，无法判定", "depends on weights that are not known"),
    }[c.enough]
    return head + (f"。下级目标合计{verdict[0]}。" if lang == "zh" else f". The parts' targets: {verdict[1]}.")


def _percent(value: float | None) -> float | None:
    return None if value is None else 100 * value


YEARS: Listing[tuple[Assessment, TargetYear]] = Listing(
    (
        ListColumn("region", lambda x, lang: region_label(x[0].region, lang)),
        ListColumn("indicator", lambda x, lang: x[0].target.indicator),
        ListColumn("way", lambda x, lang: x[0].way),
        ListColumn("base_year", lambda x, lang: x[0].target.base_year),
        ListColumn("target_year", lambda x, lang: x[0].target.target_year),
        ListColumn("target_pct", lambda x, lang: 100 * x[0].target.reduction),
        ListColumn("standing", lambda x, lang: x[0].target.standing),
        ListColumn("year", lambda x, lang: x[1].year),
        ListColumn("amount", lambda x, lang: x[1].amount),
        ListColumn("gdp", lambda x, lang: x[1].gdp),
        ListColumn("intensity", lambda x, lang: x[1].intensity),
        ListColumn("annual_decline_pct", lambda x, lang: _percent(x[1].annual)),
        ListColumn("cumulative_decline_pct", lambda x, lang: 100 * x[1].cumulative),
        ListColumn("scheduled_pct", lambda x, lang: 100 * x[1].scheduled),
        ListColumn("ahead_pct", lambda x, lang: 100 * x[1].ahead),
        ListColumn("needed_per_year_pct", lambda x, lang: _percent(x[0].needed) if x[1] is x[0].last else None),
        ListColumn("source", lambda x, lang: x[0].target.source),
    )
)


def to_csv(report: TargetReport, lang: str = "zh") -> str:
    """One row per region, target, way and year; full precision."""
    return listing_csv(YEARS, ((a, y) for a in report.assessments for y in a.years), lang)
