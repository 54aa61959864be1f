"""The register of quality checks on a finished ledger, and the report a filing prints as its QC log.

A check is a name, a heading and a function from what is looked at (`QualitySubject`) to findings; adding one is adding
a row
to `REGISTER`.
Checks that belong to one guideline (what may be counted twice, which populations must agree) are rules in the edition's
`quality.toml`.
Guideline, chapter 7: quality control by the compilers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from inventory.core.declarations import Text
from inventory.core.edition import Edition
from inventory.core.ledger import Ledger
from inventory.core.problems import InventoryError, Problem, problem
from inventory.core.questions import CHECKS as QUESTIONS
from inventory.core.statements import ANYWHERE, FindingAnswer
from inventory.sheets.english import dictionary
from inventory.uncertainty.approach1 import Approach1

from . import checks_data, checks_figures, rules
from .findings import QualityFinding
from .limits import Limits


@dataclass(frozen=True)
class QualitySubject:
    """What the checks look at."""

    ledger: Ledger
    limits: Limits = field(default_factory=Limits)
    uncertainty: Approach1 | None = None


@dataclass(frozen=True, slots=True)
class QualityCheck:
    """One entry of the register. `when` says what it needs; a check that cannot be made is told as skipped, never as
    passed."""

    id: str
    label: Text
    run: Callable[[QualitySubject], Iterable[QualityFinding]]
    needs_uncertainty: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one check: found (with how many findings), passed or skipped."""

    check: str
    label: Text
    status: str
    findings: int


@dataclass(frozen=True)
class Quality:
    """The QC log: findings (worst first within a check), what became of every check, and answers to findings that are
    no longer there."""

    findings: tuple[QualityFinding, ...]
    outcomes: tuple[Outcome, ...]
    stale: tuple[FindingAnswer, ...]

    @property
    def open(self) -> tuple[QualityFinding, ...]:
        """Findings nobody has answered."""
        return tuple(f for f in self.findings if f.answer is None)

    def problems(self) -> list[Problem]:
        """All findings as messages, and a hint for each stale answer."""
        return [f.problem for f in self.findings] + [
            problem("quality.answer_stale", a.origin, check=a.check, place=a.place, name=a.name, date=a.date)
            for a in self.stale
        ]


def _on_ledger(
    function: Callable[[Ledger, Limits], Iterator[QualityFinding]],
) -> Callable[[QualitySubject], Iterable[QualityFinding]]:
    return lambda subject: function(subject.ledger, subject.limits)


def _questions(name: str, s: QualitySubject) -> Iterator[QualityFinding]:
    return checks_data.questions(s.ledger, s.limits, name)


REGISTER: tuple[QualityCheck, ...] = (
    QualityCheck(
        "completeness",
        {
            "zh": "完整性：每个类别和气体有数值或填报符号",
            "en": "Completeness: a figure or a notation key for every category and gas",
        },
        _on_ledger(checks_figures.completeness),
    ),
    QualityCheck(
        "notation_computed",
        {"zh": "填报符号与计算结果不矛盾", "en": "Notation keys do not contradict computed figures"},
        _on_ledger(checks_figures.notation_computed),
    ),
    QualityCheck(
        "series_gap",
        {"zh": "时间序列：各年类别一致", "en": "Time series: the same categories in every year"},
        _on_ledger(checks_figures.series_gap),
    ),
    QualityCheck(
        "jump", {"zh": "排放量年际突变", "en": "Jumps of emissions between years"}, _on_ledger(checks_figures.jump)
    ),
    QualityCheck(
        "implied_factor",
        {"zh": "隐含排放因子年际变化", "en": "Implied emission factors between years"},
        _on_ledger(checks_figures.implied_factor),
    ),
    QualityCheck(
        "factor_range",
        {"zh": "自有因子与指南缺省范围", "en": "Own factors against the range of the defaults"},
        _on_ledger(checks_data.factor_range),
    ),
    QualityCheck(
        "activity_jump",
        {"zh": "活动水平年际突变（单位）", "en": "Jumps of activity data between years (units)"},
        _on_ledger(checks_data.activity_jump),
    ),
    QualityCheck(
        "repeated_value",
        {"zh": "两年数值完全相同", "en": "The same figure in two years"},
        _on_ledger(checks_data.repeated_value),
    ),
    QualityCheck(
        "copied_value",
        {"zh": "同年不同项目数值完全相同", "en": "The same figure for two items of a year"},
        _on_ledger(checks_data.copied_value),
    ),
    QualityCheck(
        "source_missing",
        {"zh": "活动水平来源", "en": "Sources of activity data"},
        _on_ledger(checks_data.source_missing),
    ),
    QualityCheck(
        "source_differs",
        {"zh": "各年统计口径和版本一致", "en": "The same edition of statistics in every year"},
        _on_ledger(checks_data.source_differs),
    ),
    QualityCheck(
        "unused_data",
        {"zh": "已填而未用的数据", "en": "Data entered and not used"},
        _on_ledger(checks_data.unused_data),
    ),
    QualityCheck(
        "illustrative", {"zh": "示例数据", "en": "Illustrative data"}, _on_ledger(checks_figures.illustrative)
    ),
    QualityCheck(
        "standing",
        {"zh": "待核对、有分歧和替代的因子", "en": "Unverified, disputed and substitute factors"},
        _on_ledger(checks_figures.standing),
    ),
    QualityCheck(
        "negative",
        {"zh": "不应为负的排放量", "en": "Emissions that should not be negative"},
        _on_ledger(checks_figures.negative),
    ),
    QualityCheck(
        "arithmetic",
        {"zh": "计算复核：每行与方程一致", "en": "Arithmetic: every line equals its equation"},
        _on_ledger(checks_figures.arithmetic),
    ),
    QualityCheck(
        "sums",
        {"zh": "加总复核：各部门之和等于总量", "en": "Sums: sectors add up to the total"},
        _on_ledger(checks_figures.sums),
    ),
    QualityCheck(
        "balance",
        {"zh": "能源平衡表平衡与核对", "en": "Closure of the energy balance"},
        _on_ledger(checks_data.balance),
    ),
    QualityCheck(
        "rules",
        {
            "zh": "重复计算和部门间一致性（指南规则）",
            "en": "Double counting and consistency between sectors (rules of the edition)",
        },
        _on_ledger(rules.check),
    ),
    *(
        QualityCheck(name, label, functools.partial(_questions, name))
        for name, label in (
            (
                "plausible",
                {"zh": "数量级（读取和编制时的提问）", "en": "Size of figures (asked in reading and compiling)"},
            ),
            ("own_factor", {"zh": "自有因子与所取代的数值", "en": "Own factors and the values they replace"}),
            ("whole_part", {"zh": "总计与分项并存", "en": "A whole beside its parts"}),
            ("table_sheet", {"zh": "平衡表与填报数据并存", "en": "Balance table beside entered figures"}),
        )
    ),
    QualityCheck(
        "uncertainty_unknown",
        {"zh": "不确定度未给出的排放量", "en": "Emissions of unknown uncertainty"},
        lambda s: checks_figures.uncertainty_unknown(s.ledger, s.uncertainty),
        needs_uncertainty=True,
    ),
    QualityCheck(
        "uncertainty_assumed",
        {"zh": "不确定度用缺省假定的输入", "en": "Inputs whose uncertainty is a declared default"},
        lambda s: checks_figures.uncertainty_assumed(s.ledger, s.uncertainty),
        needs_uncertainty=True,
    ),
)


def check_ids(edition: Edition) -> tuple[str, ...]:
    """Every id that may stand in an answer: the register's, the edition's rules, and the questions asked in reading and
    compiling."""
    return (*(c.id for c in REGISTER), *(r.id for r in rules.rules_of(edition)))


def check_quality(
    ledger: Ledger,
    answers: Sequence[FindingAnswer] | None = None,
    limits: Limits | None = None,
    uncertainty: Approach1 | None = None,
) -> Quality:
    """Run every check of the register on a ledger and put the answers beside their findings.

    `answers` None takes the project's own (`answers.csv`). `limits` replaces the thresholds of `Limits`; `uncertainty`
    enables the checks that
    need approach 1 (skipped without).
    Raises `InventoryError` for an answer to a check that does not exist.
    """
    subject = QualitySubject(ledger, limits or Limits(), uncertainty)
    answers = ledger.project.answers if answers is None else answers
    by_place = {(a.check, a.place): a for a in answers}
    used: set[tuple[str, str]] = set()
    findings: list[QualityFinding] = []
    outcomes: list[Outcome] = []
    for check in REGISTER:
        if check.needs_uncertainty and uncertainty is None:
            outcomes.append(Outcome(check.id, check.label, "skipped", 0))
            continue
        answered = [_answered(f, by_place, used, ledger.edition) for f in check.run(subject)]
        findings += sorted(answered, key=lambda f: ("error", "warning", "hint").index(f.severity))
        outcomes.append(Outcome(check.id, check.label, "found" if answered else "passed", len(answered)))
    known = check_ids(ledger.edition)
    wrong = [problem("quality.answer_unknown_check", a.origin, check=a.check) for a in answers if a.check not in known]
    if wrong:
        raise InventoryError(wrong)
    return Quality(
        tuple(findings),
        tuple(outcomes),
        tuple(a for a in answers if (a.check, a.place) not in used and a.check not in QUESTIONS),
    )


def _answered(
    result: QualityFinding, answers: dict[tuple[str, str], FindingAnswer], used: set[tuple[str, str]], edition: Edition
) -> QualityFinding:
    """The finding with its answer: to its place, written as the check names it or in English, or to any place."""
    places = [result.place, ANYWHERE]
    if any(check == result.check for check, _ in answers) and (result.check, result.place) not in answers:
        places.insert(1, dictionary(edition).within(result.place))
    for key in ((result.check, place) for place in places):
        if key in answers:
            used.add(key)
            return replace(result, answer=answers[key])
    return result
