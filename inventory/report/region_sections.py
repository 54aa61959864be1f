"""Sections of a region that the bulletin and the yearly account share: its parts with their ranking, electricity in and
out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..core import units
from ..core.activity import Datum
from ..core.ledger import Ledger
from ..core.rounding import shown
from ..levels.project import LevelsProject
from ..levels.scopes import ScopeAmount, Scopes
from ..policy.evaluation import Evaluation
from ..policy.present import pct, ranks
from ..policy.published import CO2, Target
from ..policy.targets import TargetReport
from .blocks import Block, DocumentTable, Heading, Paragraph
from .plan_sections import PlanStatus
from .words import ReportWords

LONG = 20  # rows of a ranking that stand below each other
NET = ("net_electricity_in", "electricity_from_outside")


@dataclass(frozen=True)
class PolicyMaterial:
    """What a document knows beside the inventory: the assessment, the targets set, the years evaluated, the project of
    all regions, indicators and actions."""

    assessed: TargetReport | None = None
    targets: tuple[Target, ...] = ()
    evaluations: tuple[Evaluation, ...] = ()
    levels: LevelsProject | None = None
    plan: PlanStatus = PlanStatus()
    scopes: Scopes | None = None  # of the region and year, where purchased energy or cross-boundary lines are given


def region_blocks(
    m: PolicyMaterial, ledgers: Mapping[str, Ledger], region: str, year: int, lang: str
) -> Iterator[Block]:
    """Electricity in and out and the parts; nothing of what the project does not have."""
    t = ReportWords(lang)
    sentences = list(electricity(m, ledgers, region, year, t))
    if sentences:
        yield Heading(1, t("region.electricity"))
        yield Paragraph(("" if lang == "zh" else " ").join(sentences))
    if m.scopes is not None and (m.scopes.region, m.scopes.year) == (region, year):
        yield Heading(1, t("region.purchased"))
        yield users_table(m.scopes, t)
    table = parts_table(m, ledgers, region, year, t)
    if table is not None:
        yield Heading(1, t("region.parts"))
        yield table


def electricity(
    m: PolicyMaterial, ledgers: Mapping[str, Ledger], region: str, year: int, t: ReportWords
) -> Iterator[str]:
    """Net electricity from outside (or sent out), with the year before, and its indirect CO2 beside the total."""
    data = [
        *(m.levels.project.data if m.levels else ()),
        *(m.assessed.assessed.ledger.data if m.assessed and m.assessed.assessed.ledger else ()),
    ]
    net = {y: v for y in (year - 1, year) if (v := _net(data, region, y)) is not None}
    for direction, quantity in (("in", "electricity_import"), ("out", "electricity_export")):
        amount = _power(data, region, year, quantity)
        if amount is not None:
            yield t(f"region.moved_{direction}", year=year, amount=shown(amount, 1))
    if year in net:
        now, before = net[year], net.get(year - 1)
        change = "" if before is None else _change(before, now, t)
        yield t("region.net_in" if now >= 0 else "region.net_out", year=year, amount=shown(abs(now), 1), change=change)
    ledger = ledgers.get(region)
    indirect = [
        x.mass_t
        for x in (ledger.lines if ledger else ())
        if ledger and (x.region, x.year, x.category) == (region, year, ledger.edition.roles.imported_power)
    ]
    if indirect:
        total = math.fsum(indirect) / 1e4
        yield t("region.indirect", amount=shown(total, 1))
        direct = _inventory_total(ledger, region, year) if ledger else None
        if m.levels is not None and m.levels.tree[region].level not in ("国家", "省级") and direct is not None:
            yield t("region.both", amount=shown(direct / 1e4 + total, 1))


def users_table(s: Scopes, t: ReportWords) -> DocumentTable:
    """Direct emissions and those of purchased electricity and heat by user sector, without power and heat plants."""

    def cell(amount: ScopeAmount) -> str:
        return amount.notation or (shown(amount.co2e_t(s.gwp) / 1e4, 1) if amount.masses else "—")

    rows: list[tuple[str, ...]] = [
        (
            t.named(u.row),
            cell(u.direct),
            cell(u.purchased),
            shown((u.direct.co2e_t(s.gwp) + u.purchased.co2e_t(s.gwp)) / 1e4, 1),
        )
        for u in s.users
        if u.direct.masses or u.purchased.masses
    ]
    direct = math.fsum(u.direct.co2e_t(s.gwp) for u in s.users)
    total = tuple(shown(v / 1e4, 1) for v in (direct, s.purchased_t, direct + s.purchased_t))
    rows.append((t("region.users_sum"), *total))
    heads = tuple(t.heads("region.users_heads"))
    return DocumentTable(t("region.users"), heads, tuple(rows), (1, 2, 3), (len(rows) - 1,), t("official.unit"))


def _change(before: float, now: float, t: ReportWords) -> str:
    if not before or before * now < 0:
        return t("region.before", amount=shown(before, 1))
    rate = abs(now) / abs(before) - 1
    return t.change(rate) if float(f"{100 * rate:.1f}") else t("region.as_before")


def _power(data: list[Datum], region: str, year: int, quantity: str) -> float | None:
    listed = [
        units.scaled(d.value, units.ratio(d.unit, "亿kWh"))
        for d in data
        if (d.region, d.year, d.quantity) == (region, year, quantity)
    ]
    return math.fsum(listed) if listed else None


def _net(data: list[Datum], region: str, year: int) -> float | None:
    return next((v for q in NET if (v := _power(data, region, year, q)) is not None), None)


def parts_table(
    m: PolicyMaterial, ledgers: Mapping[str, Ledger], region: str, year: int, t: ReportWords
) -> DocumentTable | None:
    """The parts by progress: CO2 of energy as assessed with the declines of the year, or where nothing is assessed the
    totals of their inventories. None where no part has a figure."""
    if m.levels is None:
        return None
    parts = [r.name for r in m.levels.tree.children(region)] if region in m.levels.tree else []
    if m.assessed is not None:
        co2 = {p: v for p in parts if (v := m.assessed.assessed.co2(p).get(year)) is not None}
        if co2:
            return _assessed_table(m, m.assessed, region, year, co2, t)
    totals = {p: v for p in parts if p in ledgers and (v := _inventory_total(ledgers[p], p, year)) is not None}
    if not totals:
        return None
    whole = math.fsum(totals.values())
    rows = tuple(
        (t.region(p), shown(v / 1e4, 1), pct(v / whole, 1) if whole else "—")
        for p, v in sorted(totals.items(), key=lambda x: -x[1])
    )
    heads = tuple(t.heads("region.totals_heads"))
    return DocumentTable(t("region.totals"), heads, rows, (1, 2), (), t("official.unit"))


def _inventory_total(ledger: Ledger, region: str, year: int) -> float | None:
    lines = [x for x in ledger.lines if (x.region, x.year, x.account) == (region, year, "total")]
    return math.fsum(float(ledger.co2e_t(x)) for x in lines) if lines else None


def _assessed_table(
    m: PolicyMaterial, report: TargetReport, region: str, year: int, co2: Mapping[str, float], t: ReportWords
) -> DocumentTable:
    assert m.levels is not None
    ones = {
        e.assessment.region: e
        for e in m.evaluations
        if e.year == year and e.assessment.target.indicator == CO2 and e.assessment.region in co2
    }
    last = next(iter(ones.values())).assessment.target.target_year if ones else 0
    place = {a.region: r for r, a in ranks(report.ranking(CO2, region, m.levels, last))} if ones else {}
    whole = math.fsum(co2.values())
    rows = []
    for p in sorted(co2, key=lambda p: (place.get(p, len(co2) + 1), -co2[p])):
        e = ones.get(p)
        declines = (pct(e.annual), pct(e.cumulative), pct(e.scheduled)) if e else ("—", "—", "—")
        rows.append(
            (str(place.get(p, "—")), t.region(p), shown(co2[p], 1), pct(co2[p] / whole, 1) if whole else "—", *declines)
        )
    head = tuple(t.heads("region.assessed_heads"))
    caption, unit = t("region.assessed") + (t("region.assessed_ranked") if ones else ""), t("official.unit_co2")
    kept = tuple(range(7)) if ones else (1, 2, 3)
    if len(rows) > LONG:
        return _folded(caption, head, rows, unit, (0, 1, 2, 5) if ones else (1, 2, 3))
    short = tuple(tuple(r[c] for c in kept) for r in rows)
    numeric = (0, 2, 3, 4, 5, 6) if ones else (1, 2)
    return DocumentTable(caption, tuple(head[c] for c in kept), short, numeric, (), unit)


def _folded(
    caption: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]], unit: str, kept: tuple[int, ...]
) -> DocumentTable:
    """A long ranking in two halves beside each other, some columns of it."""
    half = (len(rows) + 1) // 2
    short = [tuple(r[c] for c in kept) for r in rows] + [("",) * len(kept)] * (2 * half - len(rows))
    sides = tuple((*left, *right) for left, right in zip(short[:half], short[half:], strict=True))
    names = tuple(head[c] for c in kept)
    numeric = tuple(i for i, c in enumerate((*kept, *kept)) if c != 1)
    return DocumentTable(caption, (*names, *names), sides, numeric, (), unit)
