"""Editions: checked, compared, described by a schema."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..analysis.rules import rules_of
from ..core.edition import Edition
from ..core.files import write_bytes
from ..core.problems import Collector, DeclarationError, Problem
from ..core.units import UnitError
from ..edition import load
from ..edition.diff import EditionChange, diff
from ..edition.schema import manifest_schema, methods_schema
from ..edition.verify import verify
from ..energy_balance.rules import Rules, read_rules
from ..energy_balance.table import read_layout
from ..forms.levels import LEVELS
from ..policy.published import CO2, ENERGY
from ..regions import built_in
from ..sheets.write import save
from ..uncertainty.assumptions import PRINTED_RANGE, named_set, set_names
from ..uncertainty.distributions import KINDS
from ..workbook.method_book import method_book


@dataclass(frozen=True, slots=True)
class CheckEditionRequest:
    """An edition by id or folder."""

    edition: str | Path


@dataclass(frozen=True, slots=True)
class CheckEditionResult:
    """All that is wrong or doubtful, errors first; `loads` is False where nothing can be computed with it. `counts`:
    rows and declarations by part."""

    edition: str
    loads: bool
    problems: tuple[Problem, ...]
    counts: tuple[tuple[str, int], ...] = ()

    @property
    def errors(self) -> int:
        return sum(p.severity == "error" for p in self.problems)


def check_edition(request: CheckEditionRequest) -> CheckEditionResult:
    """Everything that is wrong with an edition: files, types, names, units, gases, lines that do not add up, rules of
    the balance table, quality and uncertainty. Doubts about an edition that this one extends are told there.

    Raises `InventoryError` only where there is no such edition.
    """
    try:
        edition = load(request.edition)
    except DeclarationError as error:
        return CheckEditionResult(str(request.edition), False, error.problems)
    problems = Collector(_own(verify(edition, names_elsewhere()), edition))
    for look in (rules_of, _balance_rules):
        try:
            look(edition)
        except DeclarationError as error:
            problems.extend(error.problems)
        except UnitError:
            continue  # an unknown unit of a column, which `verify` names
    for name in set_names(edition):
        try:
            if name != PRINTED_RANGE:
                named_set(edition, name, problems)
        except DeclarationError as error:
            problems.extend(error.problems)
    declared = edition.declared
    counts = (
        *((part, len(table.rows)) for part, table in edition.tables.items()),
        ("quantities", len(declared.quantities)),
        ("parameters", len(declared.parameters)),
        ("choices", len(declared.choices)),
        ("methods", len(declared.methods)),
    )
    return CheckEditionResult(edition.id, True, tuple(problems), counts)


def _own(problems: list[Problem], edition: Edition) -> list[Problem]:
    """Without the doubts that the edition below has as well: nobody who lays rows over it can settle them."""
    if len(edition.folders) < 2:
        return problems
    below = verify(load(edition.folders[1]), names_elsewhere())
    inherited = {(p.code, p.facts) for p in below if p.severity != "error"}
    return [p for p in problems if (p.code, p.facts) not in inherited]


def names_elsewhere() -> Mapping[str, Collection[str]]:
    """Names that the tables of an edition may use and that other parts of the program know."""
    return {
        "region": built_in().regions,
        "level": LEVELS,
        "indicator": (CO2, ENERGY),
        "distribution": [word for words in KINDS.values() for word in words],
    }


def _balance_rules(edition: Edition) -> Rules:
    return read_rules(edition, edition.derived(read_layout), (), Collector())


@dataclass(frozen=True, slots=True)
class CompareEditionsRequest:
    """Two editions by id or folder."""

    old: str | Path
    new: str | Path


@dataclass(frozen=True, slots=True)
class CompareEditionsResult:
    """Every difference, part by part."""

    old: str
    new: str
    changes: tuple[EditionChange, ...]


def compare_editions(request: CompareEditionsRequest) -> CompareEditionsResult:
    """Where two editions differ. Raises `InventoryError` for an unknown or a faulty one."""
    old, new = load(request.old), load(request.new)
    return CompareEditionsResult(old.id, new.id, diff(old, new))


@dataclass(frozen=True, slots=True)
class WriteSchemasRequest:
    """Where the schemas go."""

    folder: Path


@dataclass(frozen=True, slots=True)
class WriteSchemasResult:
    """The files written."""

    files: tuple[Path, ...]


def write_schemas(request: WriteSchemasRequest) -> WriteSchemasResult:
    """JSON schemas of `edition.toml` and `methods/*.toml` for editors. Raises `InventoryError` when the folder cannot
    be written."""
    schemas = {"edition.schema.json": manifest_schema(), "methods.schema.json": methods_schema()}
    files = []
    for name, schema in schemas.items():
        write_bytes(request.folder / name, (json.dumps(schema, ensure_ascii=False, indent=1) + "\n").encode("utf-8"))
        files.append(request.folder / name)
    return WriteSchemasResult(tuple(files))


@dataclass(frozen=True, slots=True)
class WriteMethodBookRequest:
    """An edition by id or folder, and the workbook (.xlsx) its factor and method book becomes."""

    edition: str | Path
    output: Path
    lang: str = "zh"


@dataclass(frozen=True, slots=True)
class WriteMethodBookResult:
    """The file, and its sheets with their rows."""

    file: Path
    rows: tuple[tuple[str, int], ...]


def write_method_book(request: WriteMethodBookRequest) -> WriteMethodBookResult:
    """Sources, equations, factors, data and choices of an edition as tables to print. Raises `InventoryError` for an
    unknown or faulty edition, or a place that cannot be written."""
    book = method_book(load(request.edition), request.lang)
    save(book, request.output)
    return WriteMethodBookResult(request.output, tuple((name, s.rows - 3) for name, s in book.sheets.items()))
