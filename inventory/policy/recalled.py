"""What of an assessment stands on recollection: targets, scoring rules, names of grades and indicators that nobody has
held against the printed document. Every output that uses one says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .evaluation import Evaluation
from .indicators import IndicatorCheck
from .words import PolicyWords

RECALLED = "unverified"  # standing of a row of the tables that was written from memory


def recalled(
    evaluations: Iterable[Evaluation], indicators: Iterable[IndicatorCheck] = (), lang: str = "zh"
) -> Iterator[str]:
    """Sentences about these evaluations and indicators; none where everything was read from a document."""
    t, evaluations = PolicyWords(lang), tuple(evaluations)
    assessments = [e.assessment for e in evaluations if e.assessment.target.standing == RECALLED]
    targets = {
        a.target: f"{t.region(a.region)} {t.of('indicator', a.target.indicator)} {a.target.target_year}"
        for a in assessments
    }
    names = list(dict.fromkeys(targets.values()))
    names += dict.fromkeys(
        f"{t.region(c.target.subject)} {t.named(c.target.indicator)} {c.target.target_year}"
        for c in indicators
        if c.target.standing == RECALLED
    )
    if names:
        yield t("recalled.targets", names=t.listed(names))
    if any(s.standing == RECALLED for e in evaluations for s in e.scores):
        yield t("recalled.scoring")
    if any(e.grade is not None and e.grade.get("standing") == RECALLED for e in evaluations):
        yield t("recalled.grades")
