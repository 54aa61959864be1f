"""One task of a batch: the units of a chunk read and compiled together, and each alone where that fails; the result is
a few plain tables.

A chunk is cut by the order of the units, never by the number of processes, and gives the same tables wherever and
however often it runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..compiling import compile_project
from ..core.activity import Project
from ..core.columns import joined
from ..core.ledger import Ledger
from ..core.problems import InventoryError, Origin, Problem, in_order, problem
from ..reading import read_project
from .setting import Setting
from .units import BatchUnit


@dataclass(frozen=True, slots=True)
class RegionBlock:
    """The rows of one region of one unit: result records, and a summary row (region, year, total, without LUCF, GWP
    set, lines) a year."""

    unit: str
    region: str
    records: tuple[tuple[Any, ...], ...]
    summary: tuple[tuple[Any, ...], ...]
    gwp: Mapping[str, float]  # the set in force for these records

    @property
    def years(self) -> int:
        return len(self.summary)


@dataclass(frozen=True)
class ChunkResult:
    """What a chunk gave: blocks in the order of the units, (unit, first message) of those that failed, and the rows of
    the problem table."""

    blocks: tuple[RegionBlock, ...]
    failed: tuple[tuple[str, str], ...]
    problems: tuple[tuple[str, ...], ...]


@dataclass
class _Log:
    """Problems met on the way, by unit."""

    failed: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    met: list[tuple[str, Problem]] = field(default_factory=list)

    def fail(self, unit: str, errors: Iterable[Problem]) -> None:
        self.failed[unit] = tuple(errors) or (problem("levels.region_not_in_data"),)


def compile_chunk(units: Sequence[BatchUnit], setting: Setting) -> ChunkResult:
    """Read and compile the units of a chunk. Faults of a unit are part of the result; nothing is raised for them."""
    log = _Log()
    ready: list[tuple[BatchUnit, Project]] = []
    for unit in units:
        project, problems = _read(unit, setting)
        errors = [p for p in problems if p.severity == "error"]
        if errors or not project.data:
            log.fail(unit.name, errors)
        else:
            ready.append((unit, project))
        log.met.extend((unit.name, p) for p in problems)
    blocks: list[RegionBlock] = []
    last: Ledger | None = None
    by_region: dict[str, list[tuple[Any, ...]]] = {}
    for unit, project, ledger in _compiled(ready, setting, log):
        if ledger is not last:
            last, by_region = ledger, _grouped(ledger)
        blocks.extend(_block(unit.name, region, by_region.get(region, []), ledger) for region in _regions(project))
    failed = tuple((u.name, log.failed[u.name][0].text(setting.lang)) for u in units if u.name in log.failed)
    return ChunkResult(tuple(blocks), failed, tuple(_problem_rows(units, log, setting.lang)))


def _read(unit: BatchUnit, setting: Setting) -> tuple[Project, list[Problem]]:
    project, problems = read_project(unit.paths, setting.edition)
    return _of_years(project, setting.years), problems


def _of_years(project: Project, years: tuple[int, ...]) -> Project:
    if not years:
        return project
    return replace(
        project,
        data=project.columns.where(np.isin(project.columns.year, years)),
        notations=tuple(n for n in project.notations if n.year in years),
    )


def _regions(project: Project) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*project.columns.distinct_regions, *(n.region for n in project.notations)]))


def _compiled(
    ready: list[tuple[BatchUnit, Project]], setting: Setting, log: _Log
) -> Iterator[tuple[BatchUnit, Project, Ledger]]:
    """Each unit with a ledger that holds it: a common one where possible, its own where it brings factors, choices or
    tables that hold for it only."""
    plain = [(u, p) for u, p in ready if p.plain]
    together = _together(plain, setting) if len(plain) > 1 else None
    shared = {u.name for u, _ in plain} if together is not None else set()
    if together is not None:
        owners = {region: u.name for u, p in plain for region in p.columns.distinct_regions}
        log.met.extend((_owner(p, owners, plain), p) for p in together.warnings)
    for unit, project in ready:
        if together is not None and unit.name in shared:
            yield unit, project, together
            continue
        try:
            ledger = _compile(project, setting)
        except InventoryError as error:
            log.fail(unit.name, (p for p in error.problems if p.severity == "error"))
            log.met.extend((unit.name, p) for p in error.problems)
            continue
        log.met.extend((unit.name, p) for p in ledger.warnings)
        yield unit, project, ledger


def _together(plain: list[tuple[BatchUnit, Project]], setting: Setting) -> Ledger | None:
    """One compilation of many units (its fixed cost is paid once), or None when any of them is faulty."""
    try:
        data = joined([p.columns for _, p in plain])
        return _compile(Project(data, notations=tuple(n for _, p in plain for n in p.notations)), setting)
    except InventoryError:
        return None


def _owner(p: Problem, owners: dict[str, str], plain: list[tuple[BatchUnit, Project]]) -> str:
    """The unit a warning of a common compilation belongs to: by its region, else by the file it names."""
    region = dict(p.facts).get("region", "")
    return owners.get(str(region)) or next(
        (u.name for u, _ in plain if p.origin.file and any(x.name == p.origin.file for x in u.paths)), ""
    )


def _compile(project: Project, setting: Setting) -> Ledger:
    return compile_project(setting.common.merged(project), setting.edition, gwp=setting.gwp)


def _grouped(ledger: Ledger) -> dict[str, list[tuple[Any, ...]]]:
    out: dict[str, list[tuple[Any, ...]]] = {}
    for r in ledger.records():
        out.setdefault(r[0], []).append((*r[:6], float(r[6]), *r[7:]))
    return out


def _block(unit: str, region: str, records: list[tuple[Any, ...]], ledger: Ledger) -> RegionBlock:
    lucf = ledger.edition.lucf
    totals: dict[int, list[float]] = {}
    for r in records:
        sums = totals.setdefault(r[1], [0.0, 0.0, 0])
        if r[8] == "total":
            sums[0] += r[6]
            sums[1] += 0.0 if r[2] in lucf else r[6]
            sums[2] += 1
    counted = {year: sums for year, sums in sorted(totals.items()) if sums[2]}
    summary = tuple((region, y, sums[0], sums[1], ledger.gwp.name, int(sums[2])) for y, sums in counted.items())
    return RegionBlock(unit, region, tuple(records), summary, ledger.gwp.values)


def _problem_rows(units: Sequence[BatchUnit], log: _Log, lang: str) -> Iterator[tuple[str, ...]]:
    order = {u.name: i for i, u in enumerate(units)}
    by_unit: dict[str, list[Problem]] = {}
    for unit, p in log.met:
        by_unit.setdefault(unit, []).append(p)
    for unit, problems in log.failed.items():
        by_unit.setdefault(unit, []).extend(problems)
    for unit in sorted(by_unit, key=lambda u: order.get(u, -1)):
        yield from (problem_row(unit, p, lang) for p in in_order(by_unit[unit]))


def problem_row(unit: str, p: Problem, lang: str) -> tuple[str, ...]:
    """A row of the problem table: unit, region, severity, code, place, message."""
    return (unit, str(dict(p.facts).get("region", "")), p.severity, p.code, str(p.origin), p.text(lang))


def lost_unit(unit: str, lang: str) -> tuple[str, tuple[str, ...]]:
    """(message, problem row) of a unit whose processes died."""
    p = problem("store.lost", Origin(unit))
    return p.text(lang), problem_row(unit, p, lang)
