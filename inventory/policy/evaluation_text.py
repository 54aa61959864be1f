"""The assessment on one screen: last year's completion by region and indicator, what is left, what does not fit;
everything else with `--all`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..levels.project import LevelsProject
from .evaluation import Evaluation
from .present import cap_line, parts_line, pct, ranks
from .recalled import recalled
from .targets import TargetReport
from .words import PolicyWords

MOST = 15  # regions of one parent on the screen


def short(
    report: TargetReport, evaluations: Sequence[Evaluation], levels: LevelsProject, lang: str = "zh"
) -> Iterator[str]:
    """At most some twenty lines, results first."""
    t = PolicyWords(lang)
    last = {
        (e.assessment.region, e.assessment.target.indicator, e.assessment.target.target_year): e for e in evaluations
    }
    groups: dict[tuple[str, str, int], list[Evaluation]] = {}
    for (region, indicator, year), e in last.items():
        groups.setdefault((levels.tree[region].parent, indicator, year), []).append(e)
    for (parent, indicator, year), listed in groups.items():
        of = f"{t.region(parent)} " if parent and len(listed) > 1 else ""
        yield t("short.head", parent=of, label=t.of("indicator", indicator), year=year)
        rank = {a.region: n for n, a in ranks(report.ranking(indicator, parent, levels, year))}
        ordered = sorted(
            listed,
            key=lambda e: (
                rank.get(e.assessment.region, len(rank) + 1),
                list(levels.tree.regions).index(e.assessment.region),
            ),
        )
        yield from (_line(e, rank.get(e.assessment.region), t) for e in ordered[:MOST])
        if len(ordered) > MOST:
            behind = sum(e.cumulative_rate is not None and e.cumulative_rate < 1 for e in ordered[MOST:])
            yield t("short.more", n=len(ordered) - MOST, behind=behind)
    seen = {e.assessment.region for e in evaluations}
    yield from (parts_line(c, t) for c in report.parts if c.whole in seen)
    yield from (cap_line(c, t) for c in report.caps)
    yield from recalled(last.values(), (), lang)


def _line(e: Evaluation, rank: int | None, t: PolicyWords) -> str:
    place = f"{rank}. " if rank else ""
    behind = "" if e.cumulative_rate is None or e.cumulative_rate >= 1 else t("short.behind")
    return (
        f"  {place}{t.region(e.assessment.region)} {e.year}  {pct(e.annual)}/{pct(e.plan)} · "
        f"{pct(e.cumulative)}/{pct(e.scheduled)} · {pct(e.cumulative_rate, 1)}{behind}"
    )
