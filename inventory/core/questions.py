"""Questions to the compiler that can be answered once in `answers.csv` and stay answered: a name, a place that does not
change, and the answer.

A problem that may be answered has the fact `question`, `check|place`; both are printed with it. An answered one becomes
a hint that shows the answer.
"""

from __future__ import annotations

from collections.abc import Iterable

from .activity import Project
from .problems import Problem, problem
from .statements import ANYWHERE, FindingAnswer

WHOLE_PART, TABLE_SHEET, COMPLETENESS, PLAUSIBLE, OWN_FACTOR = (
    "whole_part",
    "table_sheet",
    "completeness",
    "plausible",
    "own_factor",
)
CHECKS = (WHOLE_PART, TABLE_SHEET, PLAUSIBLE, OWN_FACTOR)  # those asked outside the register of quality checks
FACT = "question"


def question(check: str, *place: object) -> str:
    """The fact by which an answer finds a problem."""
    return "|".join((check, *(str(p) for p in place)))


def item_text(item: Iterable[tuple[str, str]]) -> str:
    return ";".join(f"{k}={v}" for k, v in item if v)


def answer_to(project: Project, name: str) -> FindingAnswer | None:
    """The project's answer to a question, given for its place or for the check anywhere."""
    check, _, place = name.partition("|")
    own = [a for a in project.answers if a.check == check and a.answer.strip()]
    return next((a for a in own if a.place == place), None) or next((a for a in own if a.place == ANYWHERE), None)


def settle(problems: Iterable[Problem], project: Project) -> list[Problem]:
    """The problems, with those that somebody has answered turned into hints; answers to questions that nobody asks
    become hints too."""
    kept: list[Problem] = []
    used: set[FindingAnswer] = set()
    for p in problems:
        if p.code == "question.answered":  # settled already
            kept.append(p)
            continue
        key = next((value for name, value in p.facts if name == FACT), "")
        answer = answer_to(project, key) if key else None
        if answer is None:
            kept.append(p)
            continue
        used.add(answer)
        said = {"zh": p.part("what", "zh"), "en": p.part("what", "en")}
        kept.append(
            problem(
                "question.answered",
                p.origin,
                said=said,
                answer=answer.answer,
                name=answer.name,
                date=answer.date,
                **{FACT: key},
            )
        )
    stale = [a for a in project.answers if a.check in CHECKS and a not in used and a.answer.strip()]
    return kept + [problem("question.stale", a.origin, check=a.check, place=a.place) for a in stale]
