"""Until when: the days of a round, of one report with what was granted to it, and what comes too late."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from ..domain.roles import Level
from ..domain.rounds import Deadlines, Lateness, LateRule, days_late, locked_out
from .models import Report, Round


def deadlines(of: Round) -> Deadlines:
    """The deadlines of a round; the county's is the city's where none is set."""
    return Deadlines(
        of.opens,
        {
            Level.enterprise: of.due_enterprise,
            Level.county: of.due_county or of.due_city,
            Level.city: of.due_city,
            Level.province: of.due_province,
        },
    )


def firm_day(report: Report) -> dt.date:
    """The reporter's last day: the round's, or what was granted to this one."""
    day: dt.date = report.obligation.extended_to or report.round.due_enterprise
    return day


def deadlines_of(report: Report) -> Deadlines:
    """The deadlines of one report. What was submitted once and is back with the reporter (returned, reopened) is due
    when the level that judges it next must be done: the own last day has passed by then, and nobody came late."""
    of, day = deadlines(report.round), firm_day(report)
    if report.submitted is not None:
        next_level = Level.province if report.obligation.organisation.level == Level.department else Level.city
        day = max(day, of.due[next_level])
    return of.of_firm(day)


def late_by(report: Report) -> int:
    """By how many days the report was submitted late; 0 in time."""
    return days_late(report.submitted, firm_day(report))


def too_late(report: Report) -> bool:
    """Whether the round locks this report today; what was submitted once may always be mended."""
    late = Lateness(LateRule(report.round.late), report.round.grace_days, report.obligation.extended_to)
    return report.submitted is None and locked_out(deadlines(report.round), late, timezone.localdate())
