"""Drafts as they were before a workbook replaced them: kept so that a wrong file can be undone, the last few of a report.
Restoring one is such a replacement itself, so that it can be undone too."""

from __future__ import annotations

import json
from dataclasses import dataclass

from .beside_models import FormerDraft
from .models import Event, Report
from .provenance import local
from .verdicts import Draft

MOST = 10  # of one report


@dataclass(frozen=True, slots=True)
class Replacement:
    """How a draft was replaced: `number` of the log, `action` (upload, import, restore), the file where there was one, who
    and when (local time, to the minute)."""

    number: int
    action: str
    file: str
    person: str
    at: str


def keep(report: Report, before: Draft, event: Event) -> None:
    """Keep the cells that `event` replaced, in the transaction at hand."""
    FormerDraft.objects.create(report=report, path=report.path, event=event, draft=before)
    older = report.former_drafts.order_by("-event__number").values_list("pk", flat=True)[MOST:]
    FormerDraft.objects.filter(pk__in=list(older)).delete()


def draft_before(report: Report, number: int) -> Draft | None:
    """The cells before line `number` of the log replaced them; None where they are not kept."""
    return report.former_drafts.filter(event__number=number).values_list("draft", flat=True).first()


def replacements(report: Report) -> list[Replacement]:
    """What replaced the draft and can be undone, the newest first."""
    rows = report.former_drafts.defer("draft").select_related("event__person").order_by("-event__number")
    return [
        Replacement(e.number, e.action, str(json.loads(e.facts).get("file", "")), e.person.name, local(e.at))
        for e in (row.event for row in rows)
    ]
