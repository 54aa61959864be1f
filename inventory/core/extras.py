"""What a project says beside its activity data: gaps to fill, review, signatures. Frozen values, kept in
`Project.tables` by these names.

An own GWP set is kept there as `GwpSet`s and joins the edition's sets before anything is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from .activity import Project
from .edition import Edition
from .gwp import GwpSet
from .ledger import Ledger
from .problems import Origin

GWP, GAPS, REVIEW, SIGNATURES = "gwp_sets", "gaps", "review", "signatures"
CODE = "archive_code"  # short code of the archive a filing belongs to


@dataclass(frozen=True, slots=True)
class Gap:
    """A year without a figure: the series (region, quantity, item), the year, the named method (interpolation, proxy,
    trend) and why it may be used."""

    region: str
    year: int
    quantity: str
    item: tuple[tuple[str, str], ...]
    method: str
    reason: str
    proxy: str = ""
    proxy_item: tuple[tuple[str, str], ...] = ()
    uncertainty: float | None = None
    origin: Origin = Origin()


@dataclass(frozen=True, slots=True)
class Comment:
    """A reviewer's comment on a category (and gas) or a cell, with the compiler's answer; `answer` is empty while it is
    open."""

    category: str
    gas: str
    cell: str
    comment: str
    by: str
    date: str
    answer: str = ""
    answer_by: str = ""
    answer_date: str = ""
    origin: Origin = Origin()

    @property
    def open(self) -> bool:
        return not self.answer


@dataclass(frozen=True, slots=True)
class Signature:
    role: str
    name: str = ""
    organisation: str = ""
    date: str = ""


def _kept(project: Project, name: str, kind: type) -> tuple[Any, ...]:
    found = project.tables.get(name, ())
    assert isinstance(found, tuple) and all(isinstance(x, kind) for x in found)
    return found


def gaps(project: Project) -> tuple[Gap, ...]:
    return _kept(project, GAPS, Gap)


def comments(project: Project) -> tuple[Comment, ...]:
    return _kept(project, REVIEW, Comment)


def signatures(project: Project) -> tuple[Signature, ...]:
    return _kept(project, SIGNATURES, Signature)


def with_own_gwp(edition: Edition, project: Project) -> Edition:
    """The edition with the project's own GWP sets beside its own; the edition itself when the project has none."""
    own: Mapping[str, GwpSet] = {s.name: s for s in _kept(project, GWP, GwpSet)}
    return replace(edition, gwp_sets={**edition.gwp_sets, **own}) if own else edition


def with_code(ledger: Ledger, code: str) -> Ledger:
    """The ledger with the short code of its archive, which cover, signature page and report print."""
    return replace(ledger, project=replace(ledger.project, tables={**ledger.project.tables, CODE: code}))
