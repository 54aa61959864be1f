"""The log whose rewriting shows: every event holds the hash of the one before; once a day the head is published as an
anchor."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .models import Anchor, ChainHead, Event, Person

START = "0" * 64


def record(action: str, path: str, subject: str, person: Person | None, **facts: Any) -> Event:
    """Append an event, inside the transaction of what it records. The head is locked, so that numbers have no gap and
    no twin.

    An event without a path of its own (a login, a key) belongs to where its person works.
    """
    path = path or _home(person)
    with transaction.atomic():
        ChainHead.objects.get_or_create(pk=1)
        head = ChainHead.objects.select_for_update().get(pk=1)
        at = timezone.now().astimezone(dt.UTC).isoformat(timespec="milliseconds")
        text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
        event = Event(
            number=head.number + 1,
            at=at,
            person=person,
            action=action,
            path=path,
            subject=subject,
            facts=text,
            before=head.sha256,
        )
        event.sha256 = digest(event)
        event.save()
        head.number, head.sha256 = event.number, event.sha256
        head.save()
        _anchor(event)
    return event


def _home(person: Person | None) -> str:
    return (
        (person.memberships.order_by("path").values_list("path", flat=True).first() or "") if person is not None else ""
    )


def digest(event: Event) -> str:
    """The hash of an event: of everything in it and of the one before."""
    parts = [
        event.number,
        event.at,
        event.person_id,
        event.action,
        event.path,
        event.subject,
        event.facts,
        event.before,
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode("utf-8")).hexdigest()


def _anchor(event: Event) -> None:
    """The first event of a day publishes the head of the days before it."""
    day = timezone.localdate()
    if event.number > 1 and not Anchor.objects.filter(day=day).exists():
        Anchor(day=day, number=event.number - 1, sha256=event.before).save()


def newest(events: QuerySet[Event], most: int) -> list[Event]:
    """The newest events of a part of the log. Their numbers alone come first, which the index of paths holds: the events
    of ten years are not read to choose a hundred of them."""
    numbers = list(events.order_by("-number").values_list("number", flat=True)[:most])
    return list(Event.objects.filter(number__in=numbers).select_related("person").order_by("-number"))
