"""What the service does by itself every day: reminders by the rounds' deadlines, mail for what is new, an anchor of the
log. Each day's work is one job with the day in its key, however many workers run."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Sequence

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.utils import timezone

from ..domain.rounds import Deadlines, reminder_due
from ..domain.states import State
from ..shared.texts import text
from .acts import deadlines
from .chain import record
from .jobs import Result, enqueue
from .models import Anchor, Job, Membership, Notice, Obligation, Round
from .scope import everything

log = logging.getLogger("inventory.service")
MAIL_AT_ONCE = 200
MAIL_DAYS = 3


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
    """催报 to whoever holds a report whose deadline is near or just past: a message, and mail where there is an
    address."""
    day = dt.date.fromisoformat(job.facts["day"])

    def effects() -> Result:
        notices = [n for chosen in Round.objects.filter(closed=False) for n in _of_round(chosen, day)]
        Notice.objects.bulk_create(notices)
        record("reminders", "", f"job/{job.pk}", None, day=str(day), count=len(notices))
        if notices:
            enqueue("mail", "", {})
        return {"count": len(notices)}

    return effects


def _of_round(chosen: Round, day: dt.date) -> Sequence[Notice]:
    dates, now = deadlines(chosen), timezone.now()
    duties = Obligation.objects.filter(round=chosen, exempt=False).select_related("report", "organisation")
    due = [o for o in duties.defer("report__draft", "report__verdict") if _due(o, dates, day)]
    Obligation.objects.filter(pk__in=[o.pk for o in due]).update(reminded=now)
    return [
        Notice(
            path=o.path,
            code="reminder",
            facts={"round": chosen.name, "due": str(dates.of(State(o.report.state)))},
            created=now,
        )
        for o in due
    ]


def _due(o: Obligation, dates: Deadlines, day: dt.date) -> bool:
    return reminder_due(State(o.report.state), o.exempt, dates, day)


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
                    to = _addresses(notice.path)
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


def _addresses(path: str) -> list[str]:
    today = timezone.localdate()
    rows = (
        Membership.objects.filter(path=path, person__is_active=True).exclude(person__email="").select_related("person")
    )
    return sorted({m.person.email for m in rows if m.until is None or m.until >= today})


def _letter(notice: Notice) -> tuple[str, str]:
    """Subject and body in both languages."""
    both = [text(f"notice.{notice.code}", lang, **notice.facts) for lang in ("zh", "en")]
    return f"{text('service.name', 'zh')}：{both[0]}", "\n\n".join([*both, *_anchor_said()]) + "\n"


def _anchor_said() -> list[str]:
    """The last anchor of the log: a letter that somebody keeps is out of reach of whoever rewrites the database."""
    anchor = Anchor.objects.order_by("-day").first()
    if anchor is None:
        return []
    return [
        f"{text('receipt.anchor', 'zh')} / {text('receipt.anchor', 'en')}: {anchor.day} {anchor.number} {anchor.sha256}"
    ]
