"""An edition: category tree, report lines, vocabulary, declarations, factor tables, fallbacks and GWP sets of one guideline, read from its folder.

Five parts that can be swapped on their own (methods, default factors, GWP set, category tree, report layout): `edition.toml` names the files of each.
"""

from __future__ import annotations

import csv
import functools
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import resources
from . import declarations, units
from .declarations import Declarations, Text
from .gwp import GwpSet
from .problems import DeclarationError, InventoryError, problem

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
    """A declared substitute: for `parameter` when the keys match `when`, look up another parameter or keys, or take a row by id."""

    id: str
    parameter: str
    when: tuple[tuple[str, str], ...]
    use_parameter: str
    use_keys: tuple[tuple[str, str], ...]
    factor_id: str
    order: int
    reason: Text


@dataclass(frozen=True)
class Edition:
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
    _below: dict[str, frozenset[str]] = field(default_factory=dict, repr=False, compare=False)
    found_rows: dict[tuple, tuple] = field(default_factory=dict, repr=False, compare=False)  # look-ups in the edition's own tables, kept

    def descendants(self, category: str | tuple[str, ...]) -> frozenset[str]:
        """A category (or several) with everything below it in the tree."""
        if isinstance(category, tuple):
            return frozenset().union(*(self.descendants(c) for c in category)) if category else frozenset()
        if category not in self._below:
            found = {category}
            for c in self.categories.values():  # parents stand before their children
                if c.parent in found:
                    found.add(c.id)
            self._below[category] = frozenset(found)
        return self._below[category]

    def children(self, category: str) -> Iterator[Category]:
        return (c for c in self.categories.values() if c.parent == category)

    def word(self, key: str, value: str) -> Word | None:
        return self.vocabulary.get(key, {}).get(value)

    def attribute(self, key: str, value: str, name: str, year: int | str = "") -> str:
        """An attribute of a key's value; `name_2005` (for that year) comes before `name`. Empty when there is none."""
        word = self.word(key, value)
        if word is None:
            return ""
        return word.attributes.get(f"{name}_{year}") or word.attributes.get(name, "")

    def gwp_set(self, name: str) -> GwpSet:
        try:
            return self.gwp_sets[name]
        except KeyError:
            raise InventoryError([problem("gwp.unknown_set", set=name, known=", ".join(self.gwp_sets))]) from None

    def label_of_category(self, category: str, lang: str = "zh") -> str:
        found = self.categories.get(category)
        return found.label[lang] if found else category


def available() -> list[str]:
    """Ids of the editions that come with the package."""
    return sorted(p.parent.name for p in resources.folder("factors").glob("*/edition.toml"))


def load(name: str | Path = "prov2011") -> Edition:
    """An edition by id or by the path of its folder. Raises `InventoryError` (unknown) or `DeclarationError` (faulty)."""
    path = Path(name)
    if not (path / "edition.toml").is_file():
        path = resources.folder("factors") / str(name)
    if not (path / "edition.toml").is_file():
        raise InventoryError([problem("edition.unknown", edition=name, known=", ".join(available()))])
    return _load(path.resolve())


@functools.lru_cache(maxsize=16)
def _load(path: Path) -> Edition:
    head = tomllib.loads((path / "edition.toml").read_text("utf-8"))
    vocabulary = _vocabulary(path, head.get("vocabulary", []))
    declared = declarations.read([(f, tomllib.loads(member(path, f).read_text("utf-8"))) for f in head["methods"]])
    rows = sorted((row for f in head["factors"] for row in _factor_rows(member(path, f), f)), key=lambda r: r.id)
    _verify_factors(rows, declared, vocabulary)
    factors: dict[str, tuple[FactorRow, ...]] = {}
    for row in rows:
        factors[row.parameter] = (*factors.get(row.parameter, ()), row)
    fallbacks: dict[str, tuple[Fallback, ...]] = {}
    for fb in _fallbacks(member(path, head["fallbacks"])) if head.get("fallbacks") else []:
        fallbacks[fb.parameter] = tuple(sorted((*fallbacks.get(fb.parameter, ()), fb), key=lambda f: (f.order, f.id)))
    return Edition(
        head["id"], head["label"], path, head.get("gwp", "SAR"), _categories(member(path, head["categories"])),
        tuple(_rows(member(path, head["report_lines"]))) if head.get("report_lines") else (), vocabulary, declared, factors, {r.id: r for r in rows},
        fallbacks, _gwp_sets([member(path, f) for f in head.get("gwp_tables", [])]),
    )


def member(path: Path, name: str) -> Path:
    """A file that `edition.toml` names. One that all editions share (`../gwp.csv`) is the package's own unless a copy lies beside the edition.

    Raises `DeclarationError` naming a file that is not there.
    """
    places = [path / name]
    if name.startswith("../"):
        places.append(resources.folder("factors") / name[3:])
    for place in places:
        if place.is_file():
            return place
    raise DeclarationError(f"{path.name}/edition.toml names {name}, which is not in the folder")


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as f:
        for row in csv.DictReader(f):
            yield {k: (v or "").strip() for k, v in row.items() if k is not None}


def pairs(text: str) -> tuple[tuple[str, str], ...]:
    """`key=value;key=value` as sorted pairs."""
    return tuple(sorted((k.strip(), v.strip()) for k, _, v in (part.partition("=") for part in text.split(";") if part.strip())))


def _number(text: str) -> float | None:
    return float(text.replace(",", "")) if text else None


def _vocabulary(path: Path, files: list[str]) -> dict[str, dict[str, Word]]:
    words: dict[str, dict[str, Word]] = {}
    for name in files:
        for row in _rows(member(path, name)):
            entry = words.setdefault(row["key"], {})
            if row["value"] in entry:
                raise DeclarationError(f"{name}: {row['key']}={row['value']} stands twice")
            entry[row["value"]] = Word(row["key"], row["value"], row.get("label_en", ""), tuple(filter(None, row.get("classes", "").split("|"))),
                                       dict(pairs(row.get("attributes", ""))), tuple(filter(None, row.get("aliases", "").split("|"))))
    return words


def _categories(path: Path) -> dict[str, Category]:
    found: dict[str, Category] = {}
    for r in _rows(path):
        if r["parent"] and r["parent"] not in found:
            raise DeclarationError(f"{path.name}: the parent {r['parent']} of {r['id']} must stand before it")
        found[r["id"]] = Category(r["id"], r["parent"], {"zh": r["label_zh"], "en": r["label_en"]}, r.get("sector", ""),
                                  tuple(filter(None, r.get("gases", "").split(";"))), bool(r.get("memo")),
                                  {k: r.get(k, "") for k in ("ipcc1996", "crf1999", "ipcc2006")}, r.get("note", ""), bool(r.get("removals")))
    return found


def _factor_rows(path: Path, file: str) -> Iterator[FactorRow]:
    for r in _rows(path):
        try:
            yield FactorRow(r["id"], r["parameter"], r.get("table", ""), r.get("gas", ""), pairs(r.get("keys", "")), _number(r["value"]), r["value"],
                            r["unit"], _number(r.get("lower", "")), _number(r.get("upper", "")), r.get("distribution", ""),
                            _number(r.get("uncertainty_pct", "")), r["standing"], r.get("role") or "default", r.get("source", ""), r.get("note", ""), file)
        except (KeyError, ValueError) as error:
            raise DeclarationError(f"{file}: {r.get('id', '?')}: {error!r}") from error


def _verify_factors(rows: list[FactorRow], declared: Declarations, vocabulary: Mapping[str, Mapping[str, Word]]) -> None:
    """Unique ids, known parameters, units of the expected dimension, lower ≤ value ≤ upper, source and standing present."""
    seen: set[str] = set()
    wrong: list[str] = []
    for r in rows:
        if r.id in seen:
            wrong.append(f"{r.file}: {r.id} stands twice")
        seen.add(r.id)
        if r.standing not in STANDINGS or r.role not in ROLES or not r.source:
            wrong.append(f"{r.file}: {r.id}: standing {r.standing!r}, role {r.role!r} or source {r.source!r} is not as it should be")
        if r.role == "information":
            continue
        parameter = declared.parameters.get(r.parameter)
        if parameter is None:
            wrong.append(f"{r.file}: {r.id}: parameter {r.parameter!r} is not declared")
            continue
        try:
            if not any(units.same_dimension(r.unit, u) for u in parameter.unit):
                wrong.append(f"{r.file}: {r.id}: unit {r.unit!r} is not of {parameter.unit}")
        except units.UnitError as error:
            wrong.append(f"{r.file}: {r.id}: {error}")
        if r.value is not None and ((r.lower is not None and r.lower > r.value) or (r.upper is not None and r.upper < r.value)):
            wrong.append(f"{r.file}: {r.id}: {r.lower} ≤ {r.value} ≤ {r.upper} does not hold")
    if wrong:
        raise DeclarationError("\n".join(wrong))


def _fallbacks(path: Path) -> Iterator[Fallback]:
    for r in _rows(path):
        yield Fallback(r["id"], r["parameter"], pairs(r["when"]), r.get("use_parameter", ""), pairs(r.get("use_keys", "")), r.get("factor_id", ""),
                       int(r["order"] or 0), {"zh": r["reason_zh"], "en": r["reason_en"]})


def _gwp_sets(files: list[Path]) -> dict[str, GwpSet]:
    sets: dict[str, dict[str, dict[str, Any]]] = {}
    for path in files:
        for r in _rows(path):
            name = dict(pairs(r["keys"])).get("set", "")
            if name and r["value"] and r.get("role", "default") != "information":
                sets.setdefault(name, {})[r["gas"]] = {"value": float(r["value"]), "id": r["id"], "standing": r["standing"], "note": r.get("note", "")}
    return {name: GwpSet(name, {g: v["value"] for g, v in gases.items()}, {g: v["id"] for g, v in gases.items()},
                         {g: v["standing"] for g, v in gases.items()}, {g: v["note"] for g, v in gases.items()}) for name, gases in sets.items()}
