"""The assessment as text and as a CSV; rounding at output only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..core.rounding import shown
from ..levels.project import LevelsProject
from ..regions import region_label
from ..sheets.listing import ListColumn, Listing, listing_csv
from .parts import PartsCheck
from .peak import LEAST_YEARS, LEVEL, Peak
from .targets import ASSESSMENT, Assessment, CapCheck, TargetReport, TargetYear
from .words import PolicyWords


def pct(value: float | None, decimals: int = 2) -> str:
    return "—" if value is None else f"{shown(100 * value, decimals)}%"


def text(report: TargetReport, levels: LevelsProject, lang: str = "zh") -> list[str]:
    """The report a person reads."""
    t = PolicyWords(lang)
    out: list[str] = []
    ledger = report.assessed.ledger
    if ledger is not None:
        out.append(t("assessment.basis"))
        declared = ledger.edition.declared.choices
        for name, (option, reason) in ledger.choices.items():
            means = declared[name].labels.get(option, {}).get(lang, option)
            because = f"（{reason}）" if lang == "zh" else ""  # a reason is written in Chinese
            out.append(t("assessment.choice", label=declared[name].label[lang], option=means, reason=because))
        for f in {f.id: f for f in ledger.factors}.values():
            standing = t.of("standing", f.standing)
            out.append(t("assessment.factor", id=f.id, value=f.value, unit=f.unit, standing=standing))
    for a in report.assessments:
        out.extend(_assessment(a, t))
    out.extend(_rankings(report, levels, t))
    out.extend(parts_line(check, t) for check in report.parts)
    out.extend(cap_line(c, t) for c in report.caps)
    if report.peaks:
        out.append(t("peak.statement", years=LEAST_YEARS, level=LEVEL))
        out.extend(_peak(region, what, p, t) for (region, what), p in report.peaks.items())
    return out


def cap_line(c: CapCheck, t: PolicyWords) -> str:
    """A cap: how much of it is used, and what growth stays below it."""
    return t(
        "assessment.cap",
        region=t.region(c.cap.region),
        year=c.cap.year,
        label=t.of("total", c.cap.indicator),
        value=c.cap.value,
        unit=c.cap.unit,
        now=c.year,
        figure=c.value,
        used=pct(c.used, 1),
        allowed=pct(c.allowed_growth),
    )


def _peak(region: str, what: str, p: Peak, t: PolicyWords) -> str:
    facts = {"region": t.region(region), "what": t.of("total", what), "year": p.year, "value": p.value}
    return t("peak.line", status=t(f"peak.{p.status}"), p="" if p.p is None else t("peak.p", p=p.p), **facts)


def _assessment(a: Assessment, t: PolicyWords) -> Iterator[str]:
    target = a.target
    yield t(
        "assessment.target",
        region=t.region(a.region),
        label=t.of("indicator", target.indicator),
        base=target.base_year,
        year=target.target_year,
        sign=t("assessment.above") if target.comparison == ">" else "",
        pct=100 * target.reduction,
        source=target.source,
        standing=t.of("standing", target.standing),
        way=t.of("way", a.way),
    )
    for y in a.years:
        yield t(
            "assessment.year",
            year=y.year,
            amount=shown(y.amount, 1),
            unit=t.of("amount", target.indicator),
            gdp=shown(y.gdp, 1),
            price_year=a.price_year,
            intensity=shown(y.intensity, 4),
            annual=pct(y.annual),
            cumulative=pct(y.cumulative),
            scheduled=pct(y.scheduled),
            ahead=pct(y.ahead),
        )
    if a.left:
        yield t("assessment.left", left=a.left, needed=pct(a.needed), progress=pct(a.progress, 1))
    else:
        yield t("assessment.met" if a.met else "assessment.missed")


def _rankings(report: TargetReport, levels: LevelsProject, t: PolicyWords) -> Iterator[str]:
    groups = dict.fromkeys(
        (a.target.indicator, levels.tree[a.region].parent, a.target.target_year)
        for a in report.assessments
        if a.way == ASSESSMENT
    )
    for indicator, parent, year in groups:
        ranked = report.ranking(indicator, parent, levels, year)
        if parent and len(ranked) > 1:
            yield t("assessment.ranking", parent=parent, label=t.of("indicator", indicator), year=year)
            places = (f"{n}. {t.region(a.region)} {pct(a.progress, 1)}" for n, a in ranks(ranked))
            yield "  " + t.semicolon.join(places)


def ranks(ranked: Sequence[Assessment]) -> Iterator[tuple[int, Assessment]]:
    """Ranks by progress as printed: equal ones share a rank, and the next stands behind all of them."""
    last, rank = None, 0
    for n, a in enumerate(ranked, start=1):
        shown_progress = pct(a.progress, 1)
        if shown_progress != last:
            last, rank = shown_progress, n
        yield rank, a


def parts_line(c: PartsCheck, t: PolicyWords) -> str:
    """Whether the targets of the parts make up that of the whole."""
    said = [
        t(
            "parts.head",
            whole=t.region(c.whole),
            label=t.of("indicator", c.target.indicator),
            year=c.target.target_year,
            own=pct(c.target.reduction),
            n=len(c.parts),
            lowest=pct(c.lowest, 1),
            highest=pct(c.highest, 1),
        )
    ]
    if c.implied is not None:
        said.append(t("parts.implied", value=pct(c.implied)))
    if c.growth is not None:
        said.append(t("parts.growth", year=c.growth_year, value=pct(c.growth)))
    if c.without_target:
        said.append(t("parts.without", names=t.regions(c.without_target)))
    said.append(t({True: "parts.enough", False: "parts.not_enough", None: "parts.unknown"}[c.enough]))
    return "".join(said)


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
