"""Rounds and obligations: who must report, until when, and how an obligation stands on a day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from .roles import Level
from .states import HOLDER, State

THRESHOLD_TCE = 13_000.0  # 综合能源消费量, tce in 2010: 发改气候〔2014〕63号
THRESHOLD_T = 13_000.0  # 温室气体排放量, t CO2e in 2010
REMIND_BEFORE = (14, 3, 0, -1)


class Standing(StrEnum):
    """How an obligation stands; late, exempt and closed belong to the obligation, not to the report."""

    exempt = "exempt"
    done = "done"
    open = "open"
    due_soon = "due_soon"
    late = "late"


STANDING_LABELS = {
    Standing.exempt: {"zh": "免报", "en": "Exempt"},
    Standing.done: {"zh": "完成", "en": "Done"},
    Standing.open: {"zh": "进行中", "en": "Open"},
    Standing.due_soon: {"zh": "临近期限", "en": "Due soon"},
    Standing.late: {"zh": "逾期", "en": "Late"},
}
DUE_SOON_DAYS = 7


class LateRule(StrEnum):
    """What happens to a report after its deadline: it is marked late and goes on, or the reporter is locked out."""

    mark = "mark"
    lock = "lock"


LATE_LABELS = {
    LateRule.mark: {"zh": "逾期可报，标记逾期", "en": "Late reports are taken and marked"},
    LateRule.lock: {"zh": "宽限期后锁定，须经延期", "en": "Locked after the days of grace, until extended"},
}


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Last day of each level, included."""

    opens: date
    due: Mapping[Level, date] = field(default_factory=dict)

    def of_firm(self, day: date) -> Deadlines:
        """The same with another last day of the reporter."""
        return replace(self, due={**self.due, Level.enterprise: day})

    def of(self, state: State) -> date | None:
        """The deadline of whoever holds a report in this state."""
        return self.due.get(HOLDER[state])


@dataclass(frozen=True, slots=True)
class Lateness:
    """The late rule of a round with its days of grace, and the last day granted to one organisation, if any."""

    rule: LateRule = LateRule.mark
    grace_days: int = 0
    extended_to: date | None = None


def locked_out(deadlines: Deadlines, late: Lateness, day: date) -> bool:
    """Whether the reporter may no longer type, hand over or sign on this day. An extension replaces the deadline, and a
    report returned by a reviewer is the caller's business: it may always be mended."""
    due = deadlines.due.get(Level.enterprise)
    if late.rule is not LateRule.lock or due is None:
        return False
    last = late.extended_to or date.fromordinal(due.toordinal() + late.grace_days)
    return day > last


def days_late(submitted: date | None, due: date) -> int:
    """By how many days a report came after its last day; 0 for one that came in time or has not come."""
    return max(0, (submitted - due).days) if submitted is not None else 0


def must_report(emission_2010_t: float | None, energy_2010_tce: float | None) -> bool | None:
    """13,000 t CO2e or 13,000 tce in 2010, either of them; None when neither is known."""
    known = [
        reached
        for value, least in ((emission_2010_t, THRESHOLD_T), (energy_2010_tce, THRESHOLD_TCE))
        if value is not None
        for reached in (value >= least,)
    ]
    return any(known) if known else None


def standing(state: State, exempt: bool, deadlines: Deadlines, day: date) -> Standing:
    """How an obligation stands on a day."""
    if exempt:
        return Standing.exempt
    if state in (State.accepted, State.reopening):
        return Standing.done
    due = deadlines.of(state)
    if due is None or day < deadlines.opens:
        return Standing.open
    left = (due - day).days
    return Standing.late if left < 0 else Standing.due_soon if left <= DUE_SOON_DAYS else Standing.open


def days_left(state: State, deadlines: Deadlines, day: date) -> int | None:
    """Days until the holder's deadline, negative when it has passed."""
    due = deadlines.of(state)
    return None if due is None else (due - day).days


def reminder_due(state: State, exempt: bool, deadlines: Deadlines, day: date) -> bool:
    """Whether a reminder is sent by itself on this day."""
    left = days_left(state, deadlines, day)
    return not exempt and state not in (State.accepted, State.reopening) and left in REMIND_BEFORE
