"""Findings of quality checks, and the compiler's answers to them, which stay with the project (`answers.csv`)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from inventory.core.problems import Origin, Problem, problem
from inventory.core.statements import ANYWHERE, FindingAnswer
from inventory.sheets.csvfile import csv_text

ANSWER_COLUMNS = ("check", "place", "answer", "name", "date")


@dataclass(frozen=True, slots=True)
class QualityFinding:
    """One thing a check found. `place` (region|year|category|gas|…) stays the same from one compilation to the next, so that answers find it."""

    check: str
    place: str
    problem: Problem
    answer: FindingAnswer | None = None

    @property
    def severity(self) -> str:
        return self.problem.severity

    def text(self, lang: str = "zh") -> str:
        return self.problem.text(lang)


def finding(
    check: str, place: Iterable[object], origin: Origin | None = None, code: str = "", **facts: object
) -> QualityFinding:
    """A finding of a check; its message is `quality.CHECK` unless another code is given."""
    return QualityFinding(check, "|".join(str(p) for p in place), problem(code or f"quality.{check}", origin, **facts))


def write_answers(findings: Iterable[QualityFinding], lang: str = "zh", worded: Callable[[str], str] = str) -> str:
    """The text of an `answers.csv` with a row for every finding: those answered as they are, the others open, with the
    message beside them. The place is the same in every language; `worded` puts the names in a message into words."""
    rows = (
        [check, place, a.answer if a else "", a.name if a else "", a.date if a else "", worded(message)]
        for check, place, a, message in to_answer(findings, lang)
    )
    return csv_text(rows, (*ANSWER_COLUMNS, "message"))


def to_answer(findings: Iterable[QualityFinding], lang: str = "zh") -> list[tuple[str, str, FindingAnswer | None, str]]:
    """(check, place, answer, message) of every place once: an answer is given for a place, whatever was found there;
    one without a place is answered for any place."""
    groups: dict[tuple[str, str], list[QualityFinding]] = {}
    for f in findings:
        groups.setdefault((f.check, f.place or ANYWHERE), []).append(f)
    return [
        (check, place, next((m.answer for m in members if m.answer), None), "\n".join(m.text(lang) for m in members))
        for (check, place), members in groups.items()
    ]
