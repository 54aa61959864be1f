"""How each figure of a version came in: the file that was uploaded or the hand that typed the cell, who and when, read
from the log."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone

from .models import Event, Report, Version

UPLOAD, SAVE, IMPORT, HAND_OVER = "upload", "save", "import", "hand_over"


@dataclass(frozen=True, slots=True)
class FigureEntry:
    """How a cell came by its figure. `how`: upload, save (typed in the grid) or import; empty where the log does not
    say, and then `person` and `at` are those of the version. `at`: local time, to the minute. `version`: 0 for a
    draft."""

    how: str
    file: str
    person: str
    at: str
    version: int


@dataclass(frozen=True, slots=True)
class _Entry:
    how: str
    cells: frozenset[str]  # of a save
    file: str
    person: str
    at: str


@dataclass(frozen=True, slots=True)
class EnteredCells:
    """What came into one version, newest first."""

    entries: tuple[_Entry, ...]
    unknown: FigureEntry

    def of(self, sheet: str, cell: str) -> FigureEntry:
        """The last entry before the version that put something into this cell; a workbook fills all of them."""
        place = f"{sheet}!{cell}"
        for e in self.entries:
            if e.how != SAVE or place in e.cells:
                return FigureEntry(e.how, e.file, e.person, e.at, self.unknown.version)
        return self.unknown


def local(at: dt.datetime | str) -> str:
    """A moment in the people's own time, to the minute."""
    moment = dt.datetime.fromisoformat(at) if isinstance(at, str) else at
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M")


def provenance_of(versions: Iterable[Version]) -> dict[int, EnteredCells]:
    """By key of the version. The versions' authors are read with them."""
    chosen = list(versions)
    by_report = _events({v.report_id for v in chosen})
    out = {}
    for v in chosen:
        unknown = FigureEntry("", "", v.author.name, local(v.created), v.number)
        out[v.pk] = EnteredCells(_until(by_report.get(v.report_id, ()), v.sha256), unknown)
    return out


def provenance_of_draft(report: Report) -> EnteredCells:
    """Of the cells as they are now."""
    events = _events({report.pk}).get(report.pk, ())
    return EnteredCells(_until(events, ""), FigureEntry("", "", "", "", 0))


def _events(reports: set[int]) -> dict[int, list[Event]]:
    """What was entered into these reports and handed over, by report, oldest first."""
    rows = Event.objects.filter(
        subject__in=[f"report/{pk}" for pk in reports], action__in=(UPLOAD, SAVE, IMPORT, HAND_OVER)
    )
    out: dict[int, list[Event]] = {}
    for e in rows.select_related("person").order_by("number"):
        out.setdefault(int(e.subject.partition("/")[2]), []).append(e)
    return out


def _until(events: Sequence[Event], sha: str) -> tuple[_Entry, ...]:
    """Entries before the version of this hash was handed over (all of them where `sha` is empty), newest first."""
    entries: list[_Entry] = []
    for e in events:
        facts = json.loads(e.facts)
        if e.action == HAND_OVER:
            if sha and facts.get("version") == sha:
                break
            continue
        cells = frozenset(facts["cells"]) if isinstance(facts.get("cells"), list) else frozenset()
        person = e.person.name if e.person is not None else ""
        entries.append(_Entry(e.action, cells, str(facts.get("file", "")), person, local(e.at)))
    return tuple(reversed(entries))
