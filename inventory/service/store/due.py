"""Until when: the days of a round, of one report with what was granted to it, and what comes too late."""

from __future__ import annotations

import datetime as dt

from django.db.models import Case, DateField, F, Q, Value, When
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from ..domain.roles import Level
from ..domain.rounds import Deadlines, Lateness, LateRule, days_late, locked_out
from ..domain.states import HOLDER, State
from .models import Report, Round
from .refused import ActRefused


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


def due_day(of: Round) -> Case:
    """The same as an expression over the reports of a round: the deadline of whoever holds a report, for sorting; none for
    one that is accepted or need not come."""
    days, firm = deadlines(of).due, [s.value for s in HOLDER if HOLDER[s] is Level.enterprise]
    own = Coalesce(F("obligation__extended_to"), Value(days[Level.enterprise], DateField()))
    again = {
        level: Greatest(own, Value(days[level], DateField())) for level in (Level.city, Level.province)
    }  # what was submitted once
    whens = [
        When(Q(obligation__exempt=True) | Q(state__in=[State.accepted.value, State.reopening.value]), then=None),
        When(
            state__in=firm,
            submitted__isnull=False,
            obligation__organisation__level=Level.department.value,
            then=again[Level.province],
        ),
        When(state__in=firm, submitted__isnull=False, then=again[Level.city]),
        When(state__in=firm, then=own),
        *(
            When(state__in=[s.value for s in HOLDER if HOLDER[s] is level], then=Value(days[level], DateField()))
            for level in (Level.county, Level.city, Level.province)
        ),
    ]
    return Case(*whens, output_field=DateField(null=True))


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


def refuse_late(report: Report) -> None:
    """Refuse what comes after the deadline where the round locks."""
    if too_late(report):
        raise ActRefused("late", status=409, facts={"due": str(firm_day(report))})


def refuse_closed(report: Report) -> None:
    """Refuse whatever is done to a report whose round is closed."""
    if report.round.closed:
        raise ActRefused("closed_round", status=409)
