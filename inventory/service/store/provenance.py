"""How each figure of a version came in: the file that was uploaded or the hand that typed the cell, who and when, read
from the log."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from .models import Event, Report, Version

UPLOAD, SAVE, IMPORT, RESTORE, HAND_OVER = "upload", "save", "import", "restore", "hand_over"


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
    number: int  # of the log
    how: str
    cells: tuple[str, ...]  # of a save
    file: str
    person: str
    at: str


@dataclass(frozen=True, slots=True)
class EnteredCells:
    """What came into one version: `rest` by the last workbook, which fills all cells (that of the version where the log
    does not say), `typed` over it since, by `sheet!cell`."""

    rest: FigureEntry
    typed: Mapping[str, FigureEntry] = field(default_factory=dict)

    def of(self, sheet: str, cell: str) -> FigureEntry:
        """The last entry before the version that put something into this cell."""
        return self.typed.get(f"{sheet}!{cell}", self.rest)

    def typed_in(self, sheet: str) -> dict[str, FigureEntry]:
        """Cells of one sheet that were typed."""
        head = f"{sheet}!"
        return {place.removeprefix(head): e for place, e in self.typed.items() if place.startswith(head)}


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
        out[v.pk] = _entered(_until(by_report.get(v.report_id, ()), v.sha256), unknown)
    return out


def provenance_of_draft(report: Report) -> EnteredCells:
    """Of the cells as they are now."""
    events = _events({report.pk}).get(report.pk, ())
    return _entered(_until(events, ""), FigureEntry("", "", "", "", 0))


def _entered(entries: Sequence[_Entry], unknown: FigureEntry) -> EnteredCells:
    """By cell, from entries newest first."""
    typed: dict[str, FigureEntry] = {}
    for e in entries:
        entry = FigureEntry(e.how, e.file, e.person, e.at, unknown.version)
        if e.how != SAVE:
            return EnteredCells(entry, typed)
        for place in e.cells:
            typed.setdefault(place, entry)
    return EnteredCells(unknown, typed)


def _events(reports: set[int]) -> dict[int, list[Event]]:
    """What was entered into these reports and handed over, by report, oldest first."""
    rows = Event.objects.filter(
        subject__in=[f"report/{pk}" for pk in reports], action__in=(UPLOAD, SAVE, IMPORT, RESTORE, HAND_OVER)
    )
    out: dict[int, list[Event]] = {}
    for e in rows.select_related("person").order_by("number"):
        out.setdefault(int(e.subject.partition("/")[2]), []).append(e)
    return out


def _until(events: Sequence[Event], sha: str) -> tuple[_Entry, ...]:
    """Entries before the version of this hash was handed over (all of them where `sha` is empty), newest first. Cells
    restored came by their figures as they had before they were replaced."""
    entries: list[_Entry] = []
    for e in events:
        facts = json.loads(e.facts)
        if e.action == HAND_OVER:
            if sha and facts.get("version") == sha:
                break
            continue
        if e.action == RESTORE:
            entries = [x for x in entries if x.number < facts["before"]]
            continue
        cells = tuple(facts["cells"]) if isinstance(facts.get("cells"), list) else ()
        person = e.person.name if e.person is not None else ""
        entries.append(_Entry(e.number, e.action, cells, str(facts.get("file", "")), person, local(e.at)))
    return tuple(reversed(entries))
