"""The verdict on a draft: totals and lines that can be computed, lines that wait and for which cell, problems and
findings at their cells.

Faces (page, service, command) show a verdict; nothing here knows them. A draft with errors gets a partial verdict: the
sources without a fault are computed, the others wait.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from ..core.activity import Project
from ..core.edition import Edition
from ..core.engine import compile_ledger
from ..core.problems import InventoryError, Origin, Problem
from .checks import GRADES, Finding, check
from .compute import Result, compute, industry_of, totals_of
from .draft import Draft
from .industries import Industry
from .ledger import project_of
from .model import Enterprise
from .read import enterprise_of
from .tables import source_text
from .wording import in_form_words

FORMAT = 1


@dataclass(frozen=True, slots=True)
class DraftPlace:
    """Where something stands: `table`, `row` and `field` of the draft beside sheet and cell (A1)."""

    sheet: str = ""
    cell: str = ""
    table: str = ""
    row: int | None = None
    field: str = ""


@dataclass(frozen=True, slots=True)
class ReportedProblem:
    """One problem or finding with its place. `grade`, `size_t` and `reason` are set for findings."""

    code: str
    severity: str
    place: DraftPlace
    text: Mapping[str, str]
    facts: Mapping[str, str]
    grade: str = ""
    size_t: float = 0.0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One source line and gas of 附表1, t and t CO2e."""

    source: str
    label: Mapping[str, str]
    gas: str
    mass_t: float
    co2e_t: float
    scope: str


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A source line that cannot be computed yet, and the cells it waits for."""

    source: str
    label: Mapping[str, str]
    places: tuple[DraftPlace, ...]


@dataclass(frozen=True)
class Verdict:
    """What can be said of a draft. `complete`: nothing waits, no error; `total_t` and `direct_t` are sums of what could
    be computed."""

    file: str
    name: str
    code: str
    industry: str
    year: int
    province: str
    city: str
    edition: str
    edition_hash: str
    version: str
    complete: bool
    total_t: float | None
    direct_t: float | None
    lines: tuple[SourceLine, ...]
    waiting: tuple[WaitingLine, ...]
    problems: tuple[ReportedProblem, ...]
    findings: tuple[ReportedProblem, ...]
    result: Result | None = field(default=None, repr=False, compare=False)

    def to_json(self) -> dict[str, Any]:
        """Plain values in one schema; both languages of every text."""
        body = {f.name: _plain(getattr(self, f.name)) for f in dataclasses.fields(self) if f.name != "result"}
        body["counts"] = {grade: sum(t.grade == grade for t in self.findings) for grade in GRADES} | {
            "error": sum(t.severity == "error" for t in self.problems)
        }
        return {"format": FORMAT, **body}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, tuple | list) else value


def assess(draft: Draft, gwp: str | None = None) -> Verdict:
    """The verdict on a draft. Never raises for what somebody typed."""
    enterprise, problems = enterprise_of(draft)
    try:
        result = compute(enterprise, problems, gwp)
    except InventoryError as error:
        return _partial(draft, enterprise, problems, error.problems, gwp)
    findings = tuple(_reported(f.problem, draft, f) for f in result.findings)
    return _verdict(
        draft, enterprise, result.industry, (_lines(result.totals, result.edition), (), (), findings), True, result
    )


def _verdict(
    draft: Draft,
    e: Enterprise,
    industry: Industry | None,
    parts: tuple[Any, ...],
    complete: bool,
    result: Result | None = None,
) -> Verdict:
    lines, waiting, problems, findings = parts
    p = e.profile
    edition = industry.edition if industry is not None else None
    total = sum(x.co2e_t for x in lines) if lines or complete else None
    direct = sum(x.co2e_t for x in lines if x.scope == "direct") if lines or complete else None
    return Verdict(
        draft.file,
        p.name,
        p.code,
        p.industry,
        p.year,
        p.province,
        p.city,
        edition.id if edition else "",
        edition_hash(edition) if edition else "",
        version(),
        complete,
        result.total(True) if result else total,
        result.total(False) if result else direct,
        lines,
        waiting,
        problems,
        findings,
        result,
    )


def _partial(
    draft: Draft, e: Enterprise, read: Iterable[Problem], problems: Iterable[Problem], gwp: str | None
) -> Verdict:
    """Totals of the sources without a fault; each of the others waits for the cells that its errors name."""
    errors = [p for p in problems if p.severity == "error"]
    remarks = tuple(_reported(p, draft) for p in errors)
    if not e.profile.industry or not e.profile.year or not e.profile.name:
        return _verdict(draft, e, None, ((), (), remarks, ()), False)
    industry = industry_of(e)
    project, more = project_of(e, industry)
    waits = _waiting(errors, read, project, draft, industry)
    kept = Project(
        tuple(d for d in project.data if _source_of(d, industry) not in waits),
        project.factors,
        choices=project.choices,
        title=project.title,
    )
    lines: tuple[SourceLine, ...] = ()
    findings: tuple[ReportedProblem, ...] = ()
    ledger = None
    while kept.data:
        try:
            ledger = compile_ledger(kept, industry.edition, gwp=gwp)
            break
        except InventoryError as error:
            worse = dict.fromkeys(_sources_in(error.problems, kept, industry), ()) or {
                _source_of(d, industry): () for d in kept.data
            }
            waits = {**worse, **waits}
            kept = dataclasses.replace(kept, data=tuple(d for d in kept.data if _source_of(d, industry) not in waits))
    if ledger is not None:
        totals = [t for t in totals_of(ledger, industry) if t.source.id not in waits]
        lines = _lines(totals, industry.edition)
    asked = check(e, industry, ledger, in_form_words([p for p in more if p.severity != "error"], industry.edition))
    findings = tuple(_reported(f.problem, draft, f) for f in asked)
    waiting = tuple(
        WaitingLine(s.id, _label(s.id, industry.edition), waits[s.id]) for s in industry.sources if s.id in waits
    )
    return _verdict(draft, e, industry, (lines, waiting, remarks, findings), False)


def _lines(totals: Iterable[Any], edition: Edition) -> tuple[SourceLine, ...]:
    return tuple(
        SourceLine(t.source.id, _label(t.source.id, edition), t.gas, t.mass_t, t.co2e_t, t.source.scope) for t in totals
    )


def _label(source: str, edition: Edition) -> dict[str, str]:
    return {lang: source_text(source, edition, lang) for lang in ("zh", "en")}


def _source_of(d: Any, industry: Industry) -> str:
    return d.keys.get("category") or industry.edition.declared.quantities[d.quantity].category


TABLE_SCOPES = {"readings": "fuel", "labs": "fuel", "power": "electricity", "heat": "heat"}


def _waiting(
    errors: Iterable[Problem], read: Iterable[Problem], project: Project, draft: Draft, industry: Industry
) -> dict[str, tuple[DraftPlace, ...]]:
    """Source lines that an error belongs to, by the table (and, for process data, the row) in which it stands, or by
    the datum at its place."""
    waiting: dict[str, list[DraftPlace]] = {}
    for p in errors:
        place = _place(p.origin, draft)
        for source in _sources_at(p.origin, place, project, draft, industry):
            waiting.setdefault(source, []).append(place)
    return {s: tuple(dict.fromkeys(places)) for s, places in waiting.items()}


def _sources_at(origin: Origin, place: DraftPlace, project: Project, draft: Draft, industry: Industry) -> list[str]:
    scope = TABLE_SCOPES.get(place.table)
    if scope is not None:
        fuel = industry.fuel_source
        return [
            s.id
            for s in industry.sources
            if s.scope == scope or (scope == "fuel" and fuel is not None and s.id == fuel.id)
        ]
    if place.table == "process" and place.row is not None:
        table = draft.table("process")
        row = next((r for r in table.rows if r.number == place.row), None) if table else None
        text = str(row.cells["source"].value) if row is not None and "source" in row.cells else ""
        return [s.id for s in industry.sources if text.startswith(s.id)]
    return [_source_of(d, industry) for d in project.data if origin.cell and d.origin == origin]


def _sources_in(problems: Iterable[Problem], project: Project, industry: Industry) -> set[str]:
    named: set[str] = set()
    for p in problems:
        named |= {_source_of(d, industry) for d in project.data if p.origin.cell and d.origin == p.origin}
        text = " ".join(v for _, v in p.facts)
        for s in industry.sources:
            methods = [m for m in industry.edition.declared.methods.values() if m.label["zh"] in text]
            if s.id in text or any(
                _source_of(d, industry) == s.id
                for m in methods
                for d in project.data
                if d.quantity in {a.quantity for a in m.activity}
            ):
                named.add(s.id)
    return named


def _reported(p: Problem, draft: Draft, f: Finding | None = None) -> ReportedProblem:
    texts = {lang: p.text(lang) for lang in ("zh", "en")}
    facts = {name: text.replace("\x1f", " / ") for name, text in p.facts}
    return ReportedProblem(
        p.code,
        p.severity,
        _place(p.origin, draft),
        texts,
        facts,
        f.grade if f else "",
        f.size_t if f else 0.0,
        f.reason if f else "",
    )


def _place(origin: Origin, draft: Draft) -> DraftPlace:
    table, row, name = draft.locate(origin)
    return DraftPlace(origin.sheet, origin.cell, table, row, name)


def edition_hash(edition: Edition) -> str:
    """SHA-256 over all files of an edition, so that a later recomputation can say whether it is the same."""
    return _hash(tuple(sorted((name, str(path)) for name, path in edition.files.items())))


@functools.lru_cache(maxsize=16)
def _hash(files: tuple[tuple[str, str], ...]) -> str:
    held = hashlib.sha256()
    for name, path in files:
        held.update(name.encode() + b"\0" + hashlib.sha256(Path(path).read_bytes()).digest())
    return held.hexdigest()


@functools.cache
def version() -> str:
    """Version of the installed package."""
    try:
        return metadata.version("ghg-inventory-cn")
    except metadata.PackageNotFoundError:
        return ""


def dumps(verdict: Verdict) -> str:
    """The verdict as JSON text, keys in their order, so that equal drafts give equal bytes."""
    return json.dumps(verdict.to_json(), ensure_ascii=False, allow_nan=False)


__all__ = ["DraftPlace", "ReportedProblem", "SourceLine", "Verdict", "WaitingLine", "assess", "dumps", "edition_hash"]
