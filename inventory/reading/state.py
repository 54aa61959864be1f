"""What was read of a project so far, and how it becomes a `Project` at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..core.activity import Notation, Project, UserFactor
from ..core.completeness import notations_of_rows
from ..core.edition import Edition
from ..core.problems import Collector, Origin
from ..spreadsheets.cells import Sheet
from .extras import Stated
from .lexicon import Lexicon
from .needs import is_required
from .row import OpenCells, RowsRead


@dataclass
class ReadingState:
    edition: Edition
    lexicon: Lexicon
    rows_read: RowsRead = field(default_factory=RowsRead)
    factors: list[UserFactor] = field(default_factory=list)
    choices: dict[str, tuple[str, str]] = field(default_factory=dict)
    choice_places: dict[str, Origin] = field(default_factory=dict)
    checks: list[Any] = field(default_factory=list)
    unread: dict[str, list[str]] = field(default_factory=dict)
    balance_sheets: list[Sheet] = field(default_factory=list)
    stated: Stated = field(default_factory=Stated)  # gap filling, uncertainties, review, own GWP sets, signatures

    @property
    def problems(self) -> Collector:
        return self.rows_read.problems


def project_of(reading: ReadingState) -> Project:
    rows_read = reading.rows_read
    notations = (*rows_read.notations, *_category_notations(rows_read, reading.edition, reading.choices))
    stated = reading.stated
    return Project(
        rows_read.data,
        tuple(reading.factors),
        notations,
        dict(reading.choices),
        tuple(reading.checks),
        gwp_sets=tuple(stated.gwp_sets),
        gaps=tuple(stated.gaps),
        uncertainty=tuple(stated.uncertainty),
        answers=tuple(stated.answers),
        comments=tuple(stated.comments),
        signatures=tuple(stated.signatures),
        row_notations=tuple(rows_read.row_notations),
        open_cells=OpenCells(tuple(rows_read.waiting)),
        refused=tuple(rows_read.refused),
    )


def _category_notations(
    rows_read: RowsRead, edition: Edition, choices: dict[str, tuple[str, str]]
) -> tuple[Notation, ...]:
    """Notation keys of rows hold for the finest categories that the row feeds, where no other row of these has a figure
    or still waits for one."""
    if not rows_read.row_notations:
        return ()
    taken = [(region, year, s.quantity, s.item) for region, year, s, _ in rows_read.columns.since(0)]
    taken += [
        (w.region, year, w.quantity, w.item)
        for w in rows_read.waiting
        if is_required(edition, w.quantity)
        for year in w.years
    ]
    default = {c.id: (c.default, "") for c in edition.declared.choices.values()}
    return notations_of_rows(rows_read.row_notations, taken, edition, {**default, **choices})
