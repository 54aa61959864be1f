"""The assessment on one screen: last year's completion by region and indicator, what is left, what does not fit;
everything else with `--all`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..levels.project import LevelsProject
from ..regions import region_label
from .evaluation import Evaluation
from .present import LABELS, _cap, _parts, pct, ranks
from .recalled import recalled
from .targets import TargetReport

MOST = 15  # regions of one parent on the screen


def short(
    report: TargetReport, evaluations: Sequence[Evaluation], levels: LevelsProject, lang: str = "zh"
) -> Iterator[str]:
    """At most some twenty lines, results first."""
    last = {
        (e.assessment.region, e.assessment.target.indicator, e.assessment.target.target_year): e for e in evaluations
    }
    groups: dict[tuple[str, str, int], list[Evaluation]] = {}
    for (region, indicator, year), e in last.items():
        groups.setdefault((levels.tree[region].parent, indicator, year), []).append(e)
    for (parent, indicator, year), listed in groups.items():
        yield _head(parent, LABELS[indicator][lang], year, len(listed), lang)
        rank = {a.region: n for n, a in ranks(report.ranking(indicator, parent, levels, year))}
        ordered = sorted(
            listed,
            key=lambda e: (
                rank.get(e.assessment.region, len(rank) + 1),
                list(levels.tree.regions).index(e.assessment.region),
            ),
        )
        yield from (_line(e, rank.get(e.assessment.region), lang) for e in ordered[:MOST])
        if len(ordered) > MOST:
            behind = sum(e.cumulative_rate is not None and e.cumulative_rate < 1 for e in ordered[MOST:])
            yield (
                f"  …其余 {len(ordered) - MOST} 个地区，其中 {behind} 个未达到进度（--all 全部列出，--table 写核查表）"
                if lang == "zh"
                else f"  ... {len(ordered) - MOST} more, {behind} behind schedule (--all lists them, "
                "--table writes the table)"
            )
    seen = {e.assessment.region for e in evaluations}
    yield from (_parts(c, lang) for c in report.parts if c.whole in seen)
    yield from (_cap(c, lang) for c in report.caps)
    yield from recalled(last.values(), (), lang)


def _head(parent: str, label: str, year: int, count: int, lang: str) -> str:
    if lang == "zh":
        return f"{parent + ' ' if parent and count > 1 else ''}{label}（{year} 年目标）：年度下降/计划 · 累计下降/进度要求 · 完成率"
    return f"{region_label(parent, lang) + ' ' if parent and count > 1 else ''}{label} (target {year}): decline/plan, cumulative/schedule, completion"


def _line(e: Evaluation, rank: int | None, lang: str) -> str:
    place = f"{rank}. " if rank else ""
    verdict = (
        ""
        if e.cumulative_rate is None or e.cumulative_rate >= 1
        else "  未达到进度"
        if lang == "zh"
        else "  behind schedule"
    )
    return (
        f"  {place}{region_label(e.assessment.region, lang)} {e.year}  {pct(e.annual)}/{pct(e.plan)} · "
        f"{pct(e.cumulative)}/{pct(e.scheduled)} · {pct(e.cumulative_rate, 1)}"
        f"{verdict}"
    )
