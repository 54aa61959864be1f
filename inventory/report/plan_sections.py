"""Sections that the bulletin, the yearly account and the self-assessment share: other indicators of the plan, actions
and projects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..core.rounding import shown
from ..levels.project import LevelsProject
from ..policy.actions import Register, is_behind, unit_label
from ..policy.indicators import IndicatorCheck, amount, verdict
from ..policy.recalled import recalled
from .blocks import Block, DocumentTable, Heading, Paragraph
from .words import ReportWords

MOST_ACTIONS = 12


@dataclass(frozen=True)
class PlanStatus:
    """What stands beside the intensities: other indicators of the plan, actions and projects."""

    indicators: tuple[IndicatorCheck, ...] = ()
    register: Register = Register((), {})


def plan_blocks(plan: PlanStatus, region: str, year: int, lang: str, levels: LevelsProject) -> Iterator[Block]:
    """Indicators of the region (and of subjects that lie in it), and its actions; nothing where there are none."""
    t = ReportWords(lang)
    regions = {r.name for r in levels.tree.regions.values()}
    mine = [c for c in plan.indicators if c.target.subject == region or c.target.subject not in regions]
    if mine:
        yield Heading(1, t("plan.indicators"))
        yield _indicators(mine, t)
        yield from (Paragraph(note, "note") for note in recalled((), mine, lang))
    actions = [(a, p) for a, p in plan.register.at(year) if p is not None and a.region in ("", region)]
    if actions:
        yield Heading(1, t("plan.actions"))
        done, late = sum(p.reached >= 1 for _, p in actions), [a for a, p in actions if is_behind(a, p, year)]
        facts = {"year": year, "n": len(actions), "done": done, "late": len(late)}
        yield Paragraph(t("plan.registered", effects=_effects(plan, year, t), **facts))
        first = sorted(actions, key=lambda x: not is_behind(x[0], x[1], year))[:MOST_ACTIONS]
        rows = tuple(
            (
                a.id,
                a.name,
                f"{100 * a.planned(year):.0f}%",
                f"{100 * p.reached:.0f}%",
                "—" if p.effect is None else f"{shown(p.effect, 1)} {unit_label(a.unit, lang)}",
            )
            for a, p in first
        )
        yield DocumentTable(t("plan.progress"), tuple(t.heads("plan.actions_heads")), rows, (2, 3, 4))


def _effects(plan: PlanStatus, year: int, t: ReportWords) -> str:
    effects = t.listed(f"{shown(v, 1)} {unit_label(u, t.lang)}" for u, v in plan.register.effects(year).items())
    return t("plan.effects", effects=effects) if effects else ""


def _indicators(checks: list[IndicatorCheck], t: ReportWords) -> DocumentTable:
    lang, years = t.lang, sorted({c.year for c in checks})
    rows = tuple(
        (
            _name(c, t, len(years) > 1),
            amount(c.target.indicator, c.target.value, lang),
            amount(c.target.indicator, c.done, lang),
            "—" if c.scheduled is None else amount(c.target.indicator, c.scheduled, lang),
            verdict(c, lang),
        )
        for c in checks
    )
    return DocumentTable(t("plan.caption", years=t.listed(years)), tuple(t.heads("plan.heads")), rows, (1, 2, 3, 4))


def _name(c: IndicatorCheck, t: ReportWords, with_year: bool) -> str:
    """Subject and indicator, the years of the target, and the year of the figure where they are several."""
    x = c.target
    label = t.named(x.indicator)
    return t(
        "plan.name",
        subject=t.region(x.subject),
        label=t("plan.decline", label=label) if x.indicator.measure == "decline" else label,
        span=f"{x.base_year}—{x.target_year}" if x.indicator.measure in ("decline", "increase") else x.target_year,
        year=t("plan.figure_of", year=c.year) if with_year else "",
    )
