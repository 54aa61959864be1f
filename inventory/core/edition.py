"""An edition as frozen values: category tree, report lines, vocabulary, declarations, factor tables, fallbacks, GWP
sets and roles of one guideline.

It is read from its folder by `inventory.edition.load`; nothing here opens a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from .declarations import Declarations, Method, Text
from .gwp import GwpSet
from .problems import InventoryError, problem

Made = TypeVar("Made")

STANDINGS = ("corroborated", "single-source", "unverified", "conflict", "missing")
ROLES = ("default", "fallback", "option", "information")


@dataclass(frozen=True, slots=True)
class Category:
    id: str
    parent: str
    label: Text
    sector: str
    gases: tuple[str, ...]
    memo: bool
    codes: Mapping[str, str]
    note: str
    removals: bool = False  # its mass may be negative: carbon taken up, methane recovered, electricity sent out


@dataclass(frozen=True, slots=True)
class Word:
    """A value a key may take, with its wider classes (narrow to wide), attributes and other spellings."""

    key: str
    value: str
    label_en: str
    classes: tuple[str, ...]
    attributes: Mapping[str, str]
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactorRow:
    """One row of a factor table, as printed. `value` is None where no figure was found."""

    id: str
    parameter: str
    table: str
    gas: str
    keys: tuple[tuple[str, str], ...]
    value: float | None
    printed: str
    unit: str
    lower: float | None
    upper: float | None
    distribution: str
    uncertainty: float | None
    standing: str
    role: str
    source: str
    note: str
    file: str


@dataclass(frozen=True, slots=True)
class Fallback:
    """A declared substitute: for `parameter` when the keys match `when`, look up another parameter or keys, take a row
    by id, or what a step computes."""

    id: str
    parameter: str
    when: tuple[tuple[str, str], ...]
    use_parameter: str
    use_keys: tuple[tuple[str, str], ...]
    factor_id: str
    order: int
    reason: Text
    # (method, step): the figure is computed by that step for the same place and keys
    use_step: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Roles:
    """Categories and parameters that the product knows by meaning, never by number or name; empty where a guideline has
    no such thing."""

    lucf: str = ""
    combustion: str = ""
    power: str = ""
    imported_power: str = ""
    boundary: tuple[str, ...] = ()
    sectors: Mapping[str, str] = field(default_factory=dict)  # name in options and file names -> category
    gases: tuple[str, ...] = ()  # gases and groups in the order of the forms
    bunkers: Mapping[str, str] = field(default_factory=dict)  # domestic aviation, navigation -> its information item
    coal_equivalent: str = ""  # parameters of total energy
    standard_coal: str = ""
    calorific_value: str = ""

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters known by meaning, which the product looks up outside the methods."""
        return tuple(filter(None, (self.coal_equivalent, self.standard_coal, self.calorific_value)))


@dataclass(frozen=True, slots=True)
class TableData:
    """One table of an edition: its rows as written, as instances of the row class of inventory/edition/parts.py, and
    where each stands (`prov2011/levels.csv:3`)."""

    rows: tuple[Mapping[str, str], ...]
    typed: tuple[Any, ...]
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edition:
    """One guideline. `tables`: every further table by name; `quality`: the rules of its `quality.toml`; `folders`: its
    own, then those it extends."""

    id: str
    label: Text
    path: Path
    default_gwp: str
    categories: Mapping[str, Category]
    report_lines: tuple[Mapping[str, str], ...]
    vocabulary: Mapping[str, Mapping[str, Word]]
    declared: Declarations
    factors: Mapping[str, tuple[FactorRow, ...]]  # by parameter, rows in id order
    by_id: Mapping[str, FactorRow]
    fallbacks: Mapping[str, tuple[Fallback, ...]]  # by parameter, in the edition's order
    gwp_sets: Mapping[str, GwpSet]
    kind: str = "province"
    roles: Roles = Roles()
    tables: Mapping[str, TableData] = field(default_factory=dict, repr=False)
    quality: Mapping[str, Any] = field(default_factory=dict, repr=False)
    # `table line` -> categories the printed form gives no line
    unlisted: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notice: Text = field(default_factory=dict)  # said on every page of what is made with it
    folders: tuple[Path, ...] = ()
    files: Mapping[str, Path] = field(default_factory=dict, repr=False)
    _below: dict[str, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    matches: dict[tuple[Any, ...], tuple[Any, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _derived: dict[Callable[[Any], Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        """What goes to another process: what was derived is made again there."""
        return {**self.__dict__, "_derived": {}}

    def derived(self, build: Callable[[Edition], Made]) -> Made:
        """What `build` makes of this edition, made once. A copy by `replace` starts anew."""
        if build not in self._derived:
            self._derived[build] = build(self)
        return self._derived[build]  # type: ignore[no-any-return]

    def with_methods(self, methods: Mapping[str, Method], shared: Iterable[Callable[[Any], Any]] = ()) -> Edition:
        """The edition with some of its methods only. `shared`: what is derived of its tables and words alone, and holds
        for both."""
        part = replace(self, declared=replace(self.declared, methods=methods))
        part.matches.update(self.matches)
        part._derived.update({build: self.derived(build) for build in shared})
        return part

    @property
    def lucf(self) -> frozenset[str]:
        """Land-use change and forestry with everything below it; empty where the guideline has none."""
        return self.descendants(self.roles.lucf) if self.roles.lucf else frozenset()

    @property
    def sectors(self) -> Mapping[str, str]:
        """Names of the sectors with their categories, in the guideline's order; the tops of the tree where the manifest
        names none."""
        return self.roles.sectors or {c.id: c.id for c in self.categories.values() if not c.parent and not c.memo}

    def sector_of(self, category: str) -> str:
        """The sector a category lies in; of an information item the one its heading names; the first one where neither
        says."""
        above, sectors = category, tuple(self.sectors.values())
        while above not in sectors and above in self.categories and self.categories[above].parent:
            above = self.categories[above].parent
        if above in sectors:
            return above
        named = self.categories[category].sector if category in self.categories else ""
        return next((c for c in sectors if self.label_of_category(c) == named), sectors[0] if sectors else "")

    def descendants(self, category: str | tuple[str, ...]) -> frozenset[str]:
        """A category (or several) with everything below it in the tree."""
        if isinstance(category, tuple):
            return frozenset().union(*(self.descendants(c) for c in category)) if category else frozenset()
        if category not in self._below:
            below = {category}
            for c in self.categories.values():  # parents stand before their children
                if c.parent in below:
                    below.add(c.id)
            self._below[category] = frozenset(below)
        return self._below[category]

    def children(self, category: str) -> Iterator[Category]:
        """The categories directly below one, in the order of the guideline."""
        return (c for c in self.categories.values() if c.parent == category)

    def __repr__(self) -> str:
        """One line: id, and how many categories, quantities and factors it has."""
        return (
            f"Edition({self.id}; {len(self.categories)} categories, {len(self.declared.quantities)} quantities, "
            f"{len(self.by_id)} factors)"
        )

    def __hash__(self) -> int:
        return hash((self.id, self.path))

    def word(self, key: str, value: str) -> Word | None:
        """The word of a key (`fuel`, `season`, …) with its English name, classes and attributes; None where there is
        none."""
        return self.vocabulary.get(key, {}).get(value)

    def attribute(self, key: str, value: str, name: str, year: int | str = "") -> str:
        """An attribute of a key's value; `name_2005` (for that year) comes before `name`. Empty when there is none."""
        word = self.word(key, value)
        if word is None:
            return ""
        return word.attributes.get(f"{name}_{year}") or word.attributes.get(name, "")

    def gwp_set(self, name: str) -> GwpSet:
        """A GWP set by its name. Raises `InventoryError` for a name that the edition does not have."""
        try:
            return self.gwp_sets[name]
        except KeyError:
            raise InventoryError([problem("gwp.unknown_set", set=name, known=", ".join(self.gwp_sets))]) from None

    def label_of_category(self, category: str, lang: str = "zh") -> str:
        """The name of a category in a language; its id where it has none."""
        known = self.categories.get(category)
        return known.label[lang] if known else category

    def full_name_of_region(self, region: str, lang: str = "zh") -> str:
        """江苏省 for 江苏, where a word of the edition says so; in English as `label_of_region`."""
        if lang == "en":
            return self.label_of_region(region, lang)
        word = self.word("region", region)
        aliases = word.aliases if word is not None else ()
        return next((a for a in aliases if a.startswith(region) and len(a) > len(region)), region)

    def label_of_region(self, region: str, lang: str = "zh") -> str:
        """The name of a region in a language; the Chinese one where there is no other."""
        word = self.word("region", region)
        return word.label_en if lang == "en" and word is not None and word.label_en else region


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """`key=value;key=value` as sorted pairs."""
    return tuple(
        sorted((k.strip(), v.strip()) for k, _, v in (part.partition("=") for part in text.split(";") if part.strip()))
    )
