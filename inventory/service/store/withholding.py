"""What readers outside the circle of the reviewers are shown of a round, and what they were shown before: the public
page and the ministry's sums, all tables judged together."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import QuerySet

from ..domain.publish import CandidateSum, Part, PublishedSum, withheld
from ..shared.places import place_label
from . import evidence
from .models import Event, Organisation, Report, Round
from .scope import everything
from .sums import GROUPINGS, Summed, tables

Tables = Mapping[str, Sequence[Summed]]


def judged(of_rank: Sequence[Tables], known: Iterable[frozenset[Part]] = ()) -> list[dict[str, list[Summed]]]:
    """The same tables with the value None where it must be withheld. Of sums that give a firm away together, those of
    the later tables go first."""
    every = [(rank, by, s) for rank, of in enumerate(of_rank) for by, rows in of.items() for s in rows]
    hidden = withheld([CandidateSum(s.parts, rank) for rank, _, s in every], known)
    out: list[dict[str, list[Summed]]] = [{by: [] for by in of} for of in of_rank]
    for place, (rank, by, s) in enumerate(every):
        cell = PublishedSum(s.cell.firms, None) if place in hidden else s.cell
        out[rank][by].append(replace(s, cell=cell))
    return out


# ---- what was published ----


def keep_publication(shown: Mapping[str, Any], of: Tables) -> str:
    """Keep what everybody is shown, and the figures behind each sum with a value, by its hash; gives it."""
    behind = [sorted(s.parts) for rows in of.values() for s in rows if s.cell.value is not None]
    text = json.dumps({"shown": shown, "behind": behind}, ensure_ascii=False, sort_keys=True)
    return evidence.keep(text.encode("utf-8"))


def published_before(chosen: Round) -> list[frozenset[Part]]:
    """The figures behind every sum of this round that was ever published: withdrawn ones are known, too."""
    with everything():
        events = Event.objects.filter(subject=f"round/{chosen.pk}", action="publish").order_by("number")
        kept = [json.loads(facts).get("kept", "") for facts in events.values_list("facts", flat=True)]
    out: dict[frozenset[Part], None] = {}
    for sha in filter(None, kept):
        if (place := evidence.place(sha)).exists():
            behind = json.loads(place.read_text("utf-8"))["behind"]
            out.update(dict.fromkeys(frozenset(tuple(p) for p in parts) for parts in behind))
    return list(out)


# ---- sums for readers who see no single firm ----


@dataclass
class OutsidersSums:
    """Sums for such readers, by round, scope and language, until a report of theirs moves on."""

    most: int = 8
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _kept: dict[tuple[Any, ...], dict[tuple[str, bool], list[Summed]]] = field(default_factory=dict)

    def of(self, reports: QuerySet[Report], chosen: Round, lang: str, by: str, accepted: bool) -> list[Summed]:
        """`reports`: those of enterprises in the reader's scope."""
        stands = reports.order_by("pk").values_list("pk", "state", "in_force_id", "current_id")
        key = (chosen.pk, lang, hash(tuple(stands)), str((chosen.published or {}).get("at", "")))
        with self._lock:
            if key not in self._kept:
                while len(self._kept) >= self.most:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = self._judged(reports, chosen, lang)
            return self._kept[key][by, accepted]

    def _judged(self, reports: QuerySet[Report], chosen: Round, lang: str) -> dict[tuple[str, bool], list[Summed]]:
        names = city_names(lang)
        both = [tables(reports, GROUPINGS, accepted, names, lang) for accepted in (True, False)]
        judged_ = judged(both, published_before(chosen))
        return {
            (by, accepted): rows for accepted, of in zip((True, False), judged_, strict=True) for by, rows in of.items()
        }


def city_names(lang: str = "zh") -> dict[str, str]:
    """Names of cities by path."""
    rows = Organisation.objects.filter(level="city").values_list("path", "name")
    return {path: place_label(name, lang) for path, name in rows}
