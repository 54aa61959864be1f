"""Sections that the bulletin, the yearly account and the self-assessment share: other indicators of the plan, actions
and projects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..core.rounding import shown
from ..levels.project import LevelsProject
from ..policy.actions import Register, is_behind
from ..policy.indicators import IndicatorCheck, amount, verdict
from ..policy.recalled import recalled
from ..regions import region_label
from ..sheets.english import english_unit
from .blocks import Block, DocumentTable, Heading, Paragraph

MOST_ACTIONS = 12


@dataclass(frozen=True)
class PlanStatus:
    """What stands beside the intensities: other indicators of the plan, actions and projects."""

    indicators: tuple[IndicatorCheck, ...] = ()
    register: Register = Register((), {})


def plan_blocks(plan: PlanStatus, region: str, year: int, lang: str, levels: LevelsProject) -> Iterator[Block]:
    """Indicators of the region (and of subjects that lie in it), and its actions; nothing where there are none."""
    zh = lang == "zh"
    regions = {r.name for r in levels.tree.regions.values()}
    mine = [c for c in plan.indicators if c.target.subject == region or c.target.subject not in regions]
    if mine:
        yield Heading(1, "规划指标" if zh else "Indicators of the plan")
        yield _indicators(mine, lang)
        yield from (Paragraph(note, "note") for note in recalled((), mine, lang))
    actions = [(a, p) for a, p in plan.register.at(year) if p is not None and a.region in ("", region)]
    if actions:
        yield Heading(1, "重点行动和项目" if zh else "Actions and projects")
        done, late = sum(p.reached >= 1 for _, p in actions), [a for a, p in actions if is_behind(a, p, year)]
        yield Paragraph(
            f"{year} 年底登记的 {len(actions)} 项中，完成 {done} 项，落后于计划 {len(late)} 项。{_effects(plan, year, lang)}"
            if zh
            else f"Of {len(actions)} registered at the end of {year}, {done} are complete and {len(late)} behind plan. "
            f"{_effects(plan, year, lang)}"
        )
        head = (
            ("编号", "名称", "计划进度", "实际进度", "当年效果") if zh else ("No.", "Name", "Plan", "Reached", "Effect")
        )
        first = sorted(actions, key=lambda x: not is_behind(x[0], x[1], year))[:MOST_ACTIONS]
        rows = tuple(
            (
                a.id,
                a.name,
                f"{100 * a.planned(year):.0f}%",
                f"{100 * p.reached:.0f}%",
                "—" if p.effect is None else f"{shown(p.effect, 1)} {a.unit if zh else english_unit(a.unit)}",
            )
            for a, p in first
        )
        yield DocumentTable("重点行动和项目进展" if zh else "Progress of actions and projects", head, rows, (2, 3, 4))


def _effects(plan: PlanStatus, year: int, lang: str) -> str:
    effects = plan.register.effects(year).items()
    if lang != "zh":
        effects_text = ", ".join(f"{shown(v, 1)} {english_unit(unit)}" for unit, v in effects)
    else:
        effects_text = "、".join(f"{shown(v, 1)} {unit}" for unit, v in effects)
    if not effects_text:
        return ""
    return (
        f"有量化效果的合计 {effects_text}，为各单位自报，可能重复，不从排放量中扣除。"
        if lang == "zh"
        else f"Effects as reported come to {effects_text}; they may overlap and are not taken off emissions."
    )


def _indicators(checks: list[IndicatorCheck], lang: str) -> DocumentTable:
    zh = lang == "zh"
    head = (
        ("指标", "目标", "实际", "进度要求", "判断") if zh else ("Indicator", "Target", "Figure", "Schedule", "Verdict")
    )
    years = sorted({c.year for c in checks})
    rows = tuple(
        (
            _name(c, zh, len(years) > 1),
            amount(c.target.indicator, c.target.value, lang),
            amount(c.target.indicator, c.done, lang),
            "—" if c.scheduled is None else amount(c.target.indicator, c.scheduled, lang),
            verdict(c, lang),
        )
        for c in checks
    )
    span = "、".join(map(str, years)) if zh else ", ".join(map(str, years))
    caption = f"规划指标进展（{span} 年）" if zh else f"Indicators and their progress ({span})"
    return DocumentTable(caption, head, rows, (1, 2, 3, 4))


def _name(c: IndicatorCheck, zh: bool, with_year: bool) -> str:
    """Subject and indicator, the years of the target, and the year of the figure where they are several."""
    t = c.target
    relative = t.indicator.measure in ("decline", "increase")
    span = f"{t.base_year}—{t.target_year}" if relative else str(t.target_year)
    year = (f"，{c.year} 年数" if zh else f", figure of {c.year}") if with_year else ""
    if zh:
        return (
            f"{t.subject}{t.indicator.label_zh}{'下降' if t.indicator.measure == 'decline' else ''}（{span} 年{year}）"
        )
    return f"{region_label(t.subject, 'en')} {t.indicator.label_en} ({span}{year})"
