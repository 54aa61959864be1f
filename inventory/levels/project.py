"""A project with several regions: activity data of the whole and its parts, the region tree, rules of allocation,
proxies, enterprises' reports."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..core import units
from ..core.activity import Datum, Project
from ..core.edition import Edition, pairs
from ..core.problems import Collector, Origin, Problem
from ..edition import load
from ..forms.files import ALL_KINDS, ALLOCATION, BOUNDARY, ENTERPRISES, PROXIES, REGIONS
from ..forms.province import form
from ..forms.read import Place, form_rows
from ..reading import read_project
from ..reading.level_sheets import LevelSheet, level_sheets
from ..reading.lexicon import Lexicon, lexicon, near
from ..reading.words import unknown_region
from ..regions import Tree, extended, out_of_time, tree_of
from ..spreadsheets.cells import Sheet, kept_sheets
from ..spreadsheets.numbers import plain


@dataclass(frozen=True, slots=True)
class Boundary:
    """A statement of what counts where, for one region."""

    region: str
    category: str
    matter: str
    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class SharingRule:
    """How a category of the whole goes to parts without a figure of their own. With `quantity` activity data are
    shared, else emissions.

    kind: proxy (shares of a named proxy), location (counts where the plant stands, so nothing is shared), none.
    """

    parent: str
    category: str
    quantity: str
    item: tuple[tuple[str, str], ...]
    kind: str
    proxy: str
    reason: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Proxy:
    region: str
    year: int
    name: str
    value: float
    unit: str
    source: str
    data_kind: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class ReportedMass:
    """What an enterprise reported for one category and gas, in tonnes of the gas."""

    region: str
    year: int
    enterprise: str
    category: str
    gas: str
    mass_t: float
    source: str
    data_kind: str
    note: str
    origin: Origin
    code: str = ""
    park: str = ""  # the park it stands in, where that is not its region itself

    @property
    def identity(self) -> str:
        """The unified social credit code, else the name in its normal form: the same firm under two spellings is one
        firm."""
        return plain(self.code).upper().replace(" ", "").replace("-", "") or normal_name(self.enterprise)


_LEGAL_FORMS = ("股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "总公司", "分公司", "公司", "集团", "厂")


def normal_name(name: str) -> str:
    """A firm's name without width, blanks, brackets and legal form: 溧阳水泥有限公司 and 溧阳水泥公司 are one."""
    text = re.sub(r"[\s()（）\[\]【】·.,，、\-]", "", plain(name)).casefold()
    for legal in _LEGAL_FORMS[:-1]:
        text = text.removesuffix(legal) if len(text) > len(legal) + 1 else text
    return text or name


@dataclass(frozen=True)
class LevelsProject:
    """Everything read. `edition` knows the regions of `tree`; `problems` holds what was found, errors first."""

    edition: Edition
    tree: Tree
    project: Project
    boundary: tuple[Boundary, ...]
    rules: tuple[SharingRule, ...]
    proxies: Mapping[tuple[str, int, str], Proxy]
    reports: tuple[ReportedMass, ...]
    problems: tuple[Problem, ...]
    paths: tuple[Path, ...] = field(default=())
    sheets: tuple[LevelSheet, ...] = field(default=())

    def of(self, *kinds: str) -> Iterator[LevelSheet]:
        """What the project says of these kinds, file by file."""
        return (s for s in self.sheets if s.kind in kinds)

    def rows(self, kind: str, problems: Collector) -> Iterator[tuple[Any, Place]]:
        """Validated rows of every sheet of this kind, each with the places of its fields; faults become problems."""
        for given in self.of(kind):
            yield from form_rows(given.sheet, form(kind), problems)

    @functools.cached_property
    def having(self) -> frozenset[str]:
        """The regions that have data or reports."""
        return frozenset(region for region, _ in self._data_of) | {r.region for r in self.reports}

    def data_of(self, region: str, quantity: str) -> Sequence[Datum]:
        """The figures of one quantity of a region, in the order they were read."""
        return self._data_of.get((region, quantity), ())

    @functools.cached_property
    def _data_of(self) -> Mapping[tuple[str, str], Sequence[Datum]]:
        """Sorted once: the assessment asks region by region, again and again."""
        out: dict[tuple[str, str], list[Datum]] = {}
        for d in self.project.data:
            out.setdefault((d.region, d.quantity), []).append(d)
        return out

    def proxy(self, region: str, year: int, name: str) -> float | None:
        proxy = self.proxies.get((region, year, name))
        return None if proxy is None else proxy.value


def read_levels(paths: Sequence[Path | str], edition: Edition | str | Path | None = None) -> LevelsProject:
    """Read a project of several regions. Nothing is raised: problems come back with it."""
    if kept_sheets.get() is not None:
        return _read_levels(paths, edition)
    keeping = kept_sheets.set({})  # the tree, the data and the levels read the same workbooks: each is opened once
    try:
        return _read_levels(paths, edition)
    finally:
        kept_sheets.reset(keeping)


def _read_levels(paths: Sequence[Path | str], edition: Edition | str | Path | None) -> LevelsProject:
    problems = Collector()
    tree = tree_of(paths, problems)
    known = extended(load(edition), tree)
    project, reading_problems = read_project([Path(p) for p in paths], known)
    problems.extend(reading_problems)
    sheets = tuple(level_sheets([Path(p) for p in paths], problems, ALL_KINDS - {REGIONS}))
    reader = _LevelsReader(known, lexicon(known), problems)
    boundary: list[Boundary] = []
    rules: list[SharingRule] = []
    reports: list[ReportedMass] = []
    proxies: dict[tuple[str, int, str], Proxy] = {}
    for level_sheet in sheets:
        kind, sheet = level_sheet.kind, level_sheet.sheet
        if kind == BOUNDARY:
            boundary.extend(reader.boundary(sheet))
        elif kind == ALLOCATION:
            rules.extend(reader.rules(sheet))
        elif kind == ENTERPRISES:
            reports.extend(reader.reports(sheet))
        elif kind == PROXIES:
            for p in reader.proxies(sheet):
                first = proxies.setdefault((p.region, p.year, p.name), p)
                if first is not p:
                    problems.add(
                        "levels.proxy_twice", p.origin, region=p.region, year=p.year, proxy=p.name, other=first.origin
                    )
    reports.sort(
        key=lambda r: (list(tree.regions).index(r.region), r.year, r.enterprise, r.category, r.gas, str(r.origin))
    )
    reports = _listed_once(reports, problems)
    problems.extend(out_of_time(project.data, tree))
    _check_rules(rules, {name for _, _, name in proxies}, problems)
    return LevelsProject(
        known,
        tree,
        project,
        tuple(boundary),
        tuple(rules),
        proxies,
        tuple(reports),
        tuple(problems),
        tuple(Path(p) for p in paths),
        sheets,
    )


def _listed_once(reports: Sequence[ReportedMass], problems: Collector) -> list[ReportedMass]:
    """One report a firm, region, year, category and gas. The same figure again is left out with a warning; another
    figure is an error."""
    kept: dict[tuple[str, str, int, str, str], ReportedMass] = {}
    for r in reports:
        key = (r.region, r.identity, r.year, r.category, r.gas)
        first = kept.setdefault(key, r)
        if first is not r:
            code = "levels.report_again" if first.mass_t == r.mass_t else "levels.report_twice"
            problems.add(
                code,
                r.origin,
                enterprise=r.enterprise,
                other_name=first.enterprise,
                region=r.region,
                year=r.year,
                other=first.origin,
            )
    return list(kept.values())


def _check_rules(rules: Sequence[SharingRule], names: set[str], problems: Collector) -> None:
    seen: dict[tuple[Any, ...], SharingRule] = {}
    for rule in rules:
        if rule.kind == "proxy" and rule.proxy not in names:
            problems.add(
                "levels.no_proxy", rule.origin, proxy=rule.proxy or "（空）", near="、".join(sorted(names)) or "—"
            )
        key = (rule.parent, rule.category, rule.quantity, rule.item)
        if key in seen:
            problems.add(
                "levels.rule_twice", rule.origin, parent=rule.parent, category=rule.category, other=seen[key].origin
            )
        seen.setdefault(key, rule)


@dataclass
class _LevelsReader:
    edition: Edition
    words: Lexicon
    problems: Collector

    def _region(self, text: str, place: Origin) -> str:
        region = self.words.region(text)
        if not region:
            unknown_region(text, place, near(text, self.edition.vocabulary.get("region", {})), self.problems)
        return region or ""

    def _category(self, text: str, place: Origin) -> str:
        category = self.words.category(text)
        if not category:
            self.problems.add("word.category", place, found=text, near=self.words.near_categories(text))
        return category or ""

    def boundary(self, sheet: Sheet) -> Iterator[Boundary]:
        for row, place in form_rows(sheet, form(BOUNDARY), self.problems):
            region = self._region(row.region, place("region"))
            category = self._category(row.category, place("category")) if row.category else ""
            if region:
                yield Boundary(region, category, row.matter, row.rule, row.reason)

    def rules(self, sheet: Sheet) -> Iterator[SharingRule]:
        from ..forms.levels import RULES

        for row, place in form_rows(sheet, form(ALLOCATION), self.problems):
            parent, category = (
                self._region(row.parent, place("parent")),
                self._category(row.category, place("category")),
            )
            quantity = self.words.quantity(row.quantity) if row.quantity else ""
            if quantity is None:
                self.problems.add(
                    "word.quantity",
                    place("quantity"),
                    found=row.quantity,
                    near=self.words.near_quantities(row.quantity),
                )
            elif parent and category:
                yield SharingRule(
                    parent, category, quantity, pairs(row.item), RULES[row.rule], row.proxy, row.reason, place("rule")
                )

    def proxies(self, sheet: Sheet) -> Iterator[Proxy]:
        for row, place in form_rows(sheet, form(PROXIES), self.problems):
            region = self._region(row.region, place("region"))
            if region:
                yield Proxy(region, row.year, row.proxy, row.value, row.unit, row.source, row.data_kind, place("value"))

    def reports(self, sheet: Sheet) -> Iterator[ReportedMass]:
        for row, place in form_rows(sheet, form(ENTERPRISES), self.problems):
            region, category = (
                self._region(row.region, place("region")),
                self._category(row.category, place("category")),
            )
            gas = self.words.gas(row.gas)
            park = self._region(row.park, place("park")) if row.park else ""
            if gas is None:
                self.problems.add("word.gas", place("gas"), found=row.gas, near=near(row.gas, self.words.gases))
            if not (region and category and gas):
                continue
            mass = _tonnes(row.value, row.unit, gas)
            if mass is None:
                self.problems.add("unit.unknown", place("unit"), unit=row.unit, near=f"t、万t、万t {gas}")
                continue
            yield ReportedMass(
                region,
                row.year,
                row.enterprise,
                category,
                gas,
                mass,
                row.source,
                row.data_kind,
                row.note,
                place("value"),
                row.code,
                park,
            )


def _tonnes(value: float, unit: str, gas: str) -> float | None:
    for target in (f"t {gas}", "t"):
        try:
            return units.scaled(value, units.ratio(unit, target))
        except units.UnitError:
            return None
        except units.DimensionError:
            continue
    return None
