"""Findings of quality checks, and the compiler's answers to them, which stay with the project (`answers.csv`)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from inventory.core.problems import Collector, Origin, Problem, problem

ANSWER_COLUMNS = ("check", "place", "answer", "name", "date")
_CHINESE = {"检查": "check", "检查编号": "check", "位置": "place", "答复": "answer", "姓名": "name", "日期": "date"}
ANYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the compiler says to a finding: why it is right as it is, or what was done. `place` `*` answers a check wherever it finds something."""

    check: str
    place: str
    answer: str
    name: str
    date: str
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found. `place` (region|year|category|gas|…) stays the same from one compilation to the next, so that answers find it."""

    check: str
    place: str
    problem: Problem
    answer: Answer | None = None

    @property
    def severity(self) -> str:
        return self.problem.severity

    def text(self, lang: str = "zh") -> str:
        return self.problem.text(lang)


def finding(check: str, place: Iterable[object], origin: Origin | None = None, code: str = "", **facts: object) -> Finding:
    """A finding of a check; its message is `quality.CHECK` unless another code is given."""
    return Finding(check, "|".join(str(p) for p in place), problem(code or f"quality.{check}", origin, **facts))


def read_answers(path: Path, problems: Collector, checks: Iterable[str]) -> tuple[Answer, ...]:
    """`answers.csv`: check, place, answer, name, date (or 检查, 位置, 答复, 姓名, 日期). Incomplete rows are problems with their place."""
    known = set(checks)
    rows = csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig")))
    answers: list[Answer] = []
    for number, raw in enumerate(rows, start=2):
        row = {_CHINESE.get((k or "").strip(), (k or "").strip()): (v or "").strip() for k, v in raw.items() if isinstance(v, str) or v is None}
        origin = Origin(path.name, "", f"row {number}")
        missing = [c for c in ANSWER_COLUMNS if not row.get(c)]
        if not any(row.values()):
            continue
        if missing:
            problems.add("quality.answer_incomplete", origin, missing="、".join(missing))
        elif row["check"] not in known:
            problems.add("quality.answer_unknown_check", origin, check=row["check"])
        elif any((a.check, a.place) == (row["check"], row["place"]) for a in answers):
            problems.add("quality.answer_twice", origin, check=row["check"], place=row["place"])
        else:
            answers.append(Answer(row["check"], row["place"], row["answer"], row["name"], row["date"], origin))
    return tuple(answers)


def write_answers(findings: Iterable[Finding]) -> str:
    """The text of an `answers.csv` with a row for every finding: those answered as they are, the others open, with the message beside them."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*ANSWER_COLUMNS, "message"])
    for f in findings:
        a = f.answer
        writer.writerow([f.check, f.place, a.answer if a else "", a.name if a else "", a.date if a else "", f.text()])
    return text.getvalue()
