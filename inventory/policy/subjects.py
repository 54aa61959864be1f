"""What a target may be about: the indicators that the edition declares, and subjects beside the regions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..core.edition import Edition
from ..core.problems import Collector, Origin
from ..core.spelling import fold
from ..edition import default, load
from ..edition.parts import IndicatorRow, rows
from ..forms.files import SUBJECTS
from ..levels.project import LevelsProject
from ..reading.lexicon import lexicon


@dataclass(frozen=True, slots=True)
class Subject:
    """What a target may be set for beside a region: an industry, an enterprise, the public institutions of a region."""

    name: str
    kind: str
    region: str
    code: str
    origin: Origin


def declared(edition: Edition | None = None) -> dict[str, IndicatorRow]:
    """The indicators that the edition declares, by id."""
    return {r.id: r for r in rows(edition or load(default("assessment")), IndicatorRow)}


def spellings(known: Mapping[str, IndicatorRow]) -> dict[str, IndicatorRow]:
    """Every word by which an indicator may be named."""
    return {
        fold(word): row for row in known.values() for word in (row.id, row.label_zh, row.label_en, *row.aliases) if word
    }


def subjects_of(levels: LevelsProject, problems: Collector) -> dict[str, Subject]:
    """Subjects of the project by name; a name that is given twice or is a region's becomes a problem."""
    out: dict[str, Subject] = {}
    for row, place in levels.rows(SUBJECTS, problems):
        if row.name in out or lexicon(levels.edition).region(row.name):
            problems.add("targets.subject_twice", place("name"), name=row.name)
            continue
        region = lexicon(levels.edition).region(row.region) or "" if row.region else ""
        out[row.name] = Subject(row.name, row.kind, region, row.code, place("name"))
    return out


def named(levels: LevelsProject, subjects: Mapping[str, Subject], text: str) -> str:
    """The region or subject that a text names, empty for neither."""
    return text if text in subjects else lexicon(levels.edition).region(text) or ""
