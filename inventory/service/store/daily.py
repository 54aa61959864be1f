"""What the service does by itself every day: reminders by the rounds' deadlines, mail for what is new, an anchor of the
log. Each day's work is one job with the day in its key, however many workers run."""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from ..domain.roles import Level
from ..domain.rounds import reminder_due
from ..domain.states import HOLDER, State
from ..shared.texts import text
from .chain import record
from .due import deadlines_of
from .jobs import Result, enqueue
from .models import CELLS, Anchor, Job, Notice, Obligation, Organisation, Report, Round
from .notices import addresses, tell_people
from .scope import everything

log = logging.getLogger("inventory.service")
MAIL_AT_ONCE = 200
MAIL_DAYS = 3
OFFICES = (Level.county.value, Level.city.value, Level.province.value)


def plan() -> None:
    """Want today's jobs, once. Cheap enough to ask every few seconds."""
    day = timezone.localdate()
    if _planned.get("day") == day:
        return
    with everything():
        enqueue("reminders", "", {"day": day.isoformat()}, key=f"reminders:{day}")
    _planned["day"] = day


_planned: dict[str, dt.date] = {}


def send_reminders(job: Job) -> Callable[[], Result]:
    """催报 to whoever holds a report whose deadline is near or just past, firm or office: a message, and mail where
    there is an address."""
    day = dt.date.fromisoformat(job.facts["day"])

    def effects() -> Result:
        notices = [n for chosen in Round.objects.filter(closed=False) for n in _of_round(chosen, day)]
        tell_people(notices, "")
        record("reminders", "", f"job/{job.pk}", None, day=str(day), count=len(notices))
        return {"count": len(notices)}

    return effects


def _of_round(chosen: Round, day: dt.date) -> list[Notice]:
    rows = Report.objects.filter(round=chosen, obligation__exempt=False).select_related(
        "obligation__organisation", "round"
    )
    due = [r for r in rows.defer(*CELLS) if reminder_due(State(r.state), False, deadlines_of(r), day)]
    own = [r for r in due if HOLDER[State(r.state)] is Level.enterprise]
    Obligation.objects.filter(pk__in=[r.obligation_id for r in own]).update(reminded=timezone.now())
    return [*reminders_of(own), *office_reminders(r for r in due if r not in own)]


def reminders_of(reports: Sequence[Report]) -> list[Notice]:
    """To firms and departments that hold their report themselves."""
    now = timezone.now()
    return [
        Notice(path=r.path, code="reminder", facts={"round": r.round.name, "due": _due(r)}, created=now)
        for r in reports
    ]


def office_reminders(reports: Iterable[Report]) -> list[Notice]:
    """To the offices that hold reports of others: one message each, with how many wait."""
    now, offices = timezone.now(), dict(Organisation.objects.filter(level__in=OFFICES).values_list("path", "level"))
    waiting: dict[tuple[str, str, str], int] = defaultdict(int)
    for r in reports:
        codes = r.path.strip("/").split("/")
        above = ("".join(f"{c}/" for c in codes[:n]) for n in range(1, len(codes)))
        place = next((p for p in above if offices.get(p) == HOLDER[State(r.state)]), None)
        if place is not None:
            waiting[place, r.round.name, _due(r)] += 1
    return [
        Notice(path=path, code="review_due", facts={"round": name, "due": due, "count": n}, created=now)
        for (path, name, due), n in sorted(waiting.items())
    ]


def _due(report: Report) -> str:
    return str(deadlines_of(report).of(State(report.state)))


def send_mail(job: Job) -> Callable[[], Result]:
    """Messages of the last days to the people of their organisations who gave an address. Each is marked right after
    it went, so that a killed worker repeats one message at most. The mail holds no figure."""
    sent = 0
    with everything():
        waiting = list(
            Notice.objects.filter(mailed=None, created__gt=timezone.now() - dt.timedelta(days=MAIL_DAYS)).order_by(
                "pk"
            )[:MAIL_AT_ONCE]
        )
    if waiting:
        with get_connection() as mailer:
            for notice in waiting:
                with everything():
                    to = addresses([notice.path])
                if to:
                    EmailMessage(*_letter(notice), settings.DEFAULT_FROM_EMAIL, bcc=to, connection=mailer).send()
                    sent += len(to)
                with everything():
                    Notice.objects.filter(pk=notice.pk).update(mailed=timezone.now())
    more = len(waiting) == MAIL_AT_ONCE

    def effects() -> Result:
        if more:
            enqueue("mail", "", {})
        return {"count": sent}

    return effects


def _letter(notice: Notice) -> tuple[str, str]:
    """Subject and body in both languages."""
    both = [text(f"notice.{notice.code}", lang, **notice.facts) for lang in ("zh", "en")]
    return f"{text('service.name', 'zh')}：{both[0]}", "\n\n".join([*both, *_anchor_texts()]) + "\n"


def _anchor_texts() -> list[str]:
    """The last anchor of the log: a letter that somebody keeps is out of reach of whoever rewrites the database."""
    anchor = Anchor.objects.order_by("-day").first()
    if anchor is None:
        return []
    return [
        f"{text('receipt.anchor', 'zh')} / {text('receipt.anchor', 'en')}: {anchor.day} {anchor.number} {anchor.sha256}"
    ]
