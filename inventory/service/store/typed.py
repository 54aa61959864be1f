"""Who typed what into a draft, cell by cell: who last, and when. Kept beside the draft, outside what is hashed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from .models import Person, Report

Place = tuple[str, str]  # sheet and cell


def note(report: Report, person: Person, places: Iterable[Place]) -> None:
    """These cells were typed by this person now (in place)."""
    now = int(timezone.now().timestamp())
    for sheet, cell in places:
        report.typed.setdefault(sheet, {})[cell.upper()] = [person.pk, now]


def who(report: Report, sheet: str, cell: str) -> tuple[str, str]:
    """Name and moment of whoever typed a cell last; empty where nobody did since the draft was begun."""
    entry = report.typed.get(sheet, {}).get(cell.upper())
    if entry is None:
        return "", ""
    person = Person.objects.filter(pk=entry[0]).first()
    return (person.name if person is not None else ""), moment(entry[1])


def of_sheet(report: Report, sheet: str) -> dict[str, str]:
    """Cell -> who and when, for a sheet."""
    entries = report.typed.get(sheet, {})
    names = dict(Person.objects.filter(pk__in={e[0] for e in entries.values()}).values_list("pk", "name"))
    return {cell: f"{names.get(pk, '')} {moment(at)}" for cell, (pk, at) in entries.items()}


def moment(seconds: int) -> str:
    """On the clock of the people, to the minute."""
    return timezone.localtime(dt.datetime.fromtimestamp(seconds, dt.UTC)).strftime("%m-%d %H:%M")
