"""A finding: one thing to ask about, with its effect in tonnes and the grade that follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from ...core.problems import Problem

GRADES = ("重大", "较大", "一般", "提示")
GRADES_EN = {"重大": "severe", "较大": "major", "一般": "minor", "提示": "hint"}
LIMITS = (0.05, 0.01, 1e-4)  # share of the total from which a finding is 重大, 较大, 一般
WEIGHTY = GRADES[:2]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to ask about. `size_t` is its effect in t CO2e where that can be told; `reason` what the firm wrote
    about it."""

    problem: Problem
    grade: str
    size_t: float = 0.0
    filed: float | None = None
    expected: float | None = None
    reason: str = ""

    @property
    def sort_key(self) -> tuple[Any, ...]:
        return (GRADES.index(self.grade), -abs(self.size_t), self.problem.sort_key())


def grade_of(share: float) -> str:
    """The grade of an effect as a share of the total."""
    share = abs(share)
    return next((g for g, limit in zip(GRADES, LIMITS, strict=False) if share >= limit), "提示")


def graded(problem: Problem, size: float | None, total: float) -> Finding:
    """A finding graded by effect; one whose effect cannot be told is 一般, a hint 提示, an error 重大."""
    if problem.severity == "error":
        return Finding(problem, "重大", size or 0.0)
    if size is None:
        return Finding(problem, "提示" if problem.severity == "hint" else "一般")
    return Finding(problem, grade_of(size / total if total else 1.0), size)


def answered(findings: list[Finding], answers: dict[str, str]) -> list[Finding]:
    """Findings with the firm's written reason at their place (sheet!cell, or the whole sheet)."""
    with_reasons = []
    for f in findings:
        o = f.problem.origin
        reason = answers.get(f"{o.sheet}!{o.cell}") or answers.get(o.cell if not o.sheet else o.sheet, "")
        with_reasons.append(replace(f, reason=reason) if reason else f)
    return with_reasons
