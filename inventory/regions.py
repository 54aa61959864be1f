"""The region tree (nation, provinces, cities, counties, districts, parks) as data; an edition that knows its regions.

`factors/regions.csv` holds the tree that comes with the package; a project adds its own in `regions.csv`. A region
takes every attribute of its province that it does not give itself (agricultural region, climate zone, grid), and a
factor of the province applies to it as the wider key.
"""

from __future__ import annotations

import csv
import functools
import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from . import resources
from .core.activity import Datum
from .core.edition import Edition, Word, pairs
from .core.problems import Collector, DeclarationError, Origin, Problem, problem
from .forms.files import REGIONS
from .forms.levels import LEVELS

if TYPE_CHECKING:
    from .spreadsheets.cells import Sheet

NATION = "国家"


@dataclass(frozen=True, slots=True)
class Region:
    """One region. `code` is its GB/T 2260 code, empty for a park; `attributes` are those it gives itself."""

    name: str
    code: str
    level: str
    parent: str
    aliases: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    note: str = ""
    standing: str = ""
    origin: Origin = Origin()
    valid_from: int = 0  # first year; 0 when it has always been there
    valid_to: int = 0  # last year; 0 when it still is
    successors: tuple[str, ...] = ()
    label_en: str = ""
    within: tuple[str, ...] = ()  # the districts a park lies in, where they are several; `parent` is what they share

    def existed(self, years: Iterable[int]) -> bool:
        """Whether it was there in one of these years."""
        return any(
            (not self.valid_from or y >= self.valid_from) and (not self.valid_to or y <= self.valid_to) for y in years
        )

    @property
    def includes(self) -> tuple[str, ...]:
        """Regions that the statistics of this one count in as well (attribute `includes=A+B`)."""
        return tuple(filter(None, dict(self.attributes).get("includes", "").split("+")))


@dataclass(frozen=True)
class Tree:
    """Regions by name, parents before their children, in the order of the tables."""

    regions: Mapping[str, Region]

    def __contains__(self, name: object) -> bool:
        return name in self.regions

    def __getitem__(self, name: str) -> Region:
        return self.regions[name]

    def children(self, name: str) -> tuple[Region, ...]:
        return self._below.get(name, ())

    @functools.cached_property
    def _below(self) -> Mapping[str, tuple[Region, ...]]:
        by_parent = sorted(self.regions.values(), key=lambda r: r.parent)
        return {name: tuple(below) for name, below in itertools.groupby(by_parent, key=lambda r: r.parent)}

    def ancestors(self, name: str) -> Iterator[Region]:
        """The regions above, nearest first."""
        parent = self.regions[name].parent
        while parent:
            yield self.regions[parent]
            parent = self.regions[parent].parent

    def label(self, name: str, lang: str) -> str:
        """The name in a language; the Chinese one where there is no other."""
        return (self.regions[name].label_en if lang == "en" and name in self.regions else "") or name

    def province(self, name: str) -> str:
        """The province a region belongs to; the region itself when it is one (or the nation)."""
        own = (self.regions[name], *self.ancestors(name))
        return next((region.name for region in own if region.level in ("省级", NATION)), name)


def complete_parts(tree: Tree, whole: str) -> bool:
    """Whether the regions below `whole` make it up: those of the package's tree with none added, or declared so by the
    attribute `parts=complete`."""
    if whole not in tree:
        return False
    if dict(tree[whole].attributes).get("parts") == "complete":
        return True
    known = {r.name for r in built_in().children(whole) if r.level != "园区"}
    return bool(known) and known == {r.name for r in tree.children(whole) if r.level != "园区" and not r.valid_to}


@functools.cache
def built_in() -> Tree:
    """The tree that comes with the package. Raises `DeclarationError` when its table is faulty."""
    problems = Collector()
    with (resources.folder("factors") / "regions.csv").open(encoding="utf-8-sig", newline="") as f:
        rows = [
            Region(
                r["name"],
                r["code"],
                r["level"],
                r["parent"],
                _split(r["aliases"]),
                (),
                r["note"],
                r["standing"],
                Origin("factors/regions.csv", cell=f"row {n}"),
                label_en=r["label_en"],
            )
            for n, r in enumerate(csv.DictReader(f), start=2)
        ]
    tree = grown(Tree({}), rows, problems)
    if problems.reported:
        raise DeclarationError("\n".join(p.text("en") for p in problems))
    return tree


def grown(tree: Tree, added: Iterable[Region], problems: Collector) -> Tree:
    """The tree with more regions. A region named again with the same parent replaces attributes and aliases; faulty
    ones become problems."""
    regions = dict(tree.regions)
    fresh: dict[str, Region] = {}
    for r in added:
        known = regions.get(r.name) or fresh.get(r.name)
        if known is not None and known.parent != r.parent and (r.parent or known.level != NATION):
            problems.add(
                "levels.two_parents",
                r.origin,
                name=r.name,
                parent=r.parent or "—",
                other=known.parent or "—",
                place=known.origin,
            )
        elif known is not None and known.code and r.code and known.code != r.code:
            problems.add("levels.two_codes", r.origin, name=r.name, gb_code=r.code, other=known.code)
        elif known is not None:
            merged = replace(
                known,
                aliases=tuple(dict.fromkeys((*known.aliases, *r.aliases))),
                attributes=r.attributes or known.attributes,
                label_en=r.label_en or known.label_en,
            )
            (regions if r.name in regions else fresh)[r.name] = merged
        else:
            fresh[r.name] = r
    _append(regions, fresh, problems)
    _check_codes(regions, problems)
    return Tree(regions)


def _append(regions: dict[str, Region], fresh: Mapping[str, Region], problems: Collector) -> None:
    """New regions behind their parents, whatever order they were written in; those that hang on nothing are told and
    left out."""
    waiting = dict(fresh)
    while waiting:
        ready = [r for r in waiting.values() if r.parent in regions or (r.level == NATION and not r.parent)]
        if not ready:
            break
        for r in ready:
            del waiting[r.name]
            r = _across(r, regions, problems)
            above = regions.get(r.parent)
            if above is not None and LEVELS.index(r.level) <= LEVELS.index(above.level):
                problems.add("levels.order", r.origin, name=r.name, level=r.level, parent=above.name, other=above.level)
                continue
            regions[r.name] = r
    for r in waiting.values():
        if not r.parent:
            problems.add("levels.no_parent", r.origin, name=r.name)
        elif r.parent in waiting:
            problems.add("levels.circle", r.origin, name=r.name, parent=r.parent)
        elif r.parent in fresh:
            continue  # its parent was refused already
        else:
            problems.add("levels.unknown_parent", r.origin, name=r.name, parent=r.parent)


def _across(r: Region, regions: Mapping[str, Region], problems: Collector) -> Region:
    """A park in several districts hangs on the nearest region that holds them all."""
    if len(r.within) < 2:
        return r
    unknown = [w for w in r.within if w not in regions]
    if unknown or r.level != "园区":
        problems.add("levels.across", r.origin, name=r.name, level=r.level, unknown="、".join(unknown) or "—")
        return r
    tree = Tree(regions)
    lines = [[w, *(a.name for a in tree.ancestors(w))] for w in r.within]
    shared = next(name for name in lines[0] if all(name in line for line in lines))
    return replace(r, parent=shared)


def _check_codes(regions: Mapping[str, Region], problems: Collector) -> None:
    seen: dict[str, Region] = {}
    for r in regions.values():
        if not r.code:
            continue
        if not re.fullmatch(r"[1-9][0-9]{5}", r.code):
            problems.add("levels.code", r.origin, name=r.name, gb_code=r.code)
            continue
        above = regions.get(r.parent)
        prefix = above.code.rstrip("0") if above is not None and above.level != NATION else ""
        prefix += "0" * (len(prefix) % 2)
        # 90: counties that a province leads itself
        if prefix and not r.code.startswith(prefix) and r.code[2:4] != "90":
            problems.add(
                "levels.code_parent",
                r.origin,
                name=r.name,
                gb_code=r.code,
                parent=above.name if above else "",
                other=above.code if above else "",
            )
        elif r.code in seen and not (r.valid_to or seen[r.code].valid_to):  # a code is given again after a merger
            problems.add("levels.code_twice", r.origin, name=r.name, gb_code=r.code, other=seen[r.code].name)
        seen.setdefault(r.code, r)


def _split(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (x.strip() for x in text.split("|"))))


def read_regions(sheet: Sheet, problems: Collector) -> tuple[Region, ...]:
    """Regions of a project's `regions.csv`; faulty rows become problems."""
    from .forms.province import form
    from .forms.read import form_rows

    return tuple(
        Region(
            row.name,
            row.code,
            row.level,
            (_split(row.parent) or ("",))[0],
            _split(row.aliases),
            pairs(row.attributes),
            row.note,
            "",
            place("name"),
            _year(row.valid_from, place("valid_from"), problems),
            _year(row.valid_to, place("valid_to"), problems),
            _split(row.successors),
            row.label_en,
            parents if len(parents := _split(row.parent)) > 1 else (),
        )
        for row, place in form_rows(sheet, form(REGIONS), problems)
    )


def _year(text: str, place: Origin, problems: Collector) -> int:
    if text and not re.fullmatch(r"[12][0-9]{3}", text):
        problems.add("levels.valid_year", place, found=text)
        return 0
    return int(text or 0)


def out_of_time(data: Iterable[Datum], tree: Tree) -> Iterator[Problem]:
    """Data of a region in years in which it was not there: one question a region, with what it went into."""
    years: dict[str, set[int]] = {}
    for d in data:
        if d.region in tree:
            years.setdefault(d.region, set()).add(d.year)
    for name, given in years.items():
        r = tree[name]
        wrong = sorted(y for y in given if (r.valid_from and y < r.valid_from) or (r.valid_to and y > r.valid_to))
        if wrong:
            yield problem(
                "levels.out_of_time",
                r.origin,
                name=name,
                years="、".join(map(str, wrong)),
                first=r.valid_from or "…",
                last=r.valid_to or "…",
                successors="、".join(r.successors) or "—",
            )
        double = sorted(y for y in given for s in r.successors if y in years.get(s, ()))
        if double:
            yield problem(
                "levels.with_successor",
                r.origin,
                name=name,
                successors="、".join(r.successors),
                years="、".join(map(str, dict.fromkeys(double))),
            )


def tree_of(paths: Iterable[Path | str], problems: Collector) -> Tree:
    """The package's tree with the regions that these project folders add: files named so, sheets titled so."""
    from .reading.level_sheets import level_sheets

    added = [
        r for s in level_sheets([Path(p) for p in paths], problems, (REGIONS,)) for r in read_regions(s.sheet, problems)
    ]
    return grown(built_in(), added, problems) if added else built_in()


def region_label(name: str, lang: str) -> str:
    """The name of a region in a language, as the package has it; a project's own region by its own name."""
    return built_in().label(name, lang)


SUFFIXES = ("自治县", "自治州", "地区", "区", "县", "市", "盟")


def usual_spellings(tree: Tree, known: Mapping[str, Word]) -> dict[str, tuple[str, ...]]:
    """How people write the regions below a province: 涪陵 for 涪陵区, 重庆市涪陵区, 重庆涪陵区. A spelling that two
    regions share belongs to none."""
    candidates: dict[str, list[str]] = {}
    for region in tree.regions.values():
        if region.level in ("省级", NATION):
            continue
        stem = next(
            (
                region.name.removesuffix(s)
                for s in SUFFIXES
                if region.name.endswith(s) and len(region.name) - len(s) >= 2
            ),
            "",
        )
        forms = [
            stem,
            f"{stem}市" if stem and region.level == "地级市" else "",
            region.name + "市" if region.level == "地级市" and not stem else "",
        ]
        for above in tree.ancestors(region.name):
            if above.level != NATION:
                names = (above.name, *above.aliases, *(known[above.name].aliases if above.name in known else ()))
                forms += [n + region.name for n in names]
        candidates[region.name] = [f for f in dict.fromkeys(forms) if f and f not in tree.regions]
    owners = Counter(f for forms in candidates.values() for f in forms)
    taken = {a for r in tree.regions.values() for a in r.aliases} | {
        a for w in known.values() for a in (w.value, w.label_en, *w.aliases)
    }
    return {
        r.name: tuple(f for f in candidates.get(r.name, ()) if owners[f] == 1 and f not in taken)
        for r in tree.regions.values()
    }


def extended(edition: Edition, tree: Tree) -> Edition:
    """The edition with every region of the tree in its vocabulary, each with its province's attributes. The same
    objects give the same edition.

    An edition without regions, or with other regions than the tree's, is returned as it is.
    """
    known = edition.vocabulary.get("region", {})
    if not any(name in tree for name in known) or all(name in known for name in tree.regions):
        return edition
    made_before = edition.derived(_extensions)
    key = tuple(tree.regions.values())
    if key in made_before:
        return made_before[key]
    words: dict[str, Word] = dict(known)
    usual = usual_spellings(tree, known)
    for region in tree.regions.values():
        if region.name in known:
            continue
        line = [region, *tree.ancestors(region.name)]
        inherited: dict[str, str] = {}
        for above in reversed(line):
            base = known.get(above.name)
            inherited.update(base.attributes if base and above.level != NATION else {})
            inherited.update(dict(above.attributes))
        inherited.pop("code", None)
        attributes = {**inherited, "level": region.level, **({"code": region.code} if region.code else {})}
        classes = tuple(r.name for r in line[1:] if r.level != NATION)
        words[region.name] = Word(
            "region",
            region.name,
            region.label_en,
            classes,
            attributes,
            tuple(dict.fromkeys((*region.aliases, *usual[region.name]))),
        )
    result = replace(edition, vocabulary={**edition.vocabulary, "region": words})
    made_before[key] = result
    return result


def _extensions(edition: Edition) -> dict[tuple[Region, ...], Edition]:
    """The editions that `extended` made of this one, by the regions of the tree."""
    return {}
