"""What of an assessment stands on recollection: targets, scoring rules, names of grades and indicators that nobody has
held against the printed document. Every output that uses one says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..regions import region_label
from .evaluation import Evaluation
from .indicators import IndicatorCheck
from .present import LABELS

RECALLED = "unverified"  # standing of a row of the tables that was written from memory


def recalled(
    evaluations: Iterable[Evaluation], indicators: Iterable[IndicatorCheck] = (), lang: str = "zh"
) -> Iterator[str]:
    """Sentences about these evaluations and indicators; none where everything was read from a document."""
    zh = lang == "zh"
    evaluations = tuple(evaluations)
    targets = {
        e.assessment.target: f"{region_label(e.assessment.region, lang)} {LABELS[e.assessment.target.indicator][lang]} "
        f"{e.assessment.target.target_year}"
        for e in evaluations
        if e.assessment.target.standing == RECALLED
    }
    names = list(dict.fromkeys(targets.values()))
    names += dict.fromkeys(
        f"{c.target.subject if zh else region_label(c.target.subject, lang)} "
        f"{c.target.indicator.label_zh if zh else c.target.indicator.label_en} {c.target.target_year}"
        for c in indicators
        if c.target.standing == RECALLED
    )
    if names:
        yield (
            f"凭记忆录入、未与文件原文核对的目标：{'、'.join(names)}。"
            if zh
            else f"Targets written from memory, not held against the document: {', '.join(names)}."
        )
    if any(s.standing == RECALLED for e in evaluations for s in e.scores):
        yield (
            "评分规则凭记忆录入，未与办法原文核对。"
            if zh
            else "The scoring rule was written from memory, not held against its document."
        )
    if any(e.grade is not None and e.grade.get("standing") == RECALLED for e in evaluations):
        yield (
            "等级名称凭记忆录入，未与办法原文核对。"
            if zh
            else "Names of grades were written from memory, not held against their document."
        )
