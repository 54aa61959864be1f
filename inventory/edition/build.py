"""From what an edition's files say (inventory/edition/source.py) to the frozen `Edition` that everything else reads."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..core import units
from ..core.declarations import Declarations
from ..core.edition import Category, Edition, FactorRow, Fallback, Roles, TableData, Word
from ..core.gwp import GwpSet
from ..core.problems import Collector, InventoryError, Origin, problem
from .manifest import NAME
from .methods import adapter, declared
from .overlay import row_key
from .parts import TABLES, TOGETHER, CategoryRow, FactorLine, FallbackRow, GwpLine, WordRow, column_of
from .source import available, locate, manifest_of, raise_faults, read, value_problem
from .written import EditionFiles, RawRow


def load(edition: Edition | str | Path | None = None) -> Edition:
    """An edition by id or by the path of its folder. None, here and wherever an edition may be named: the one of a
    province whose manifest says `default = true`. An `Edition` is given back as it is.

    Raises `InventoryError` (unknown) or `DeclarationError` (faulty, with every fault found).
    """
    if isinstance(edition, Edition):
        return edition
    folder = locate(edition or default("province"))
    kept = _LOADED.get(folder)
    if kept is None or _stamps(kept[1]) != kept[0]:
        built = build(read(folder))
        kept = _LOADED[folder] = (_stamps(built), built)
    return kept[1]


_LOADED: dict[Path, tuple[tuple[tuple[int, int], ...], Edition]] = {}  # read again when one of the files has changed


def _stamps(edition: Edition) -> tuple[tuple[int, int], ...]:
    """What the system says of every file of an edition and of the folders they are in: another time or size means
    another content."""
    try:
        stats = [p.stat() for p in (*edition.files.values(), *dict.fromkeys(p.parent for p in edition.files.values()))]
    except OSError:
        return ()
    return tuple((s.st_mtime_ns, s.st_size) for s in stats)


@functools.cache
def default(kind: str) -> str:
    """Id of the edition taken when none is named: the one of its kind whose manifest says `default = true`."""
    for name in available(kind):
        if manifest_of(locate(name)).default:
            return name
    raise InventoryError([problem("edition.unknown", edition=kind, known=", ".join(available()))])


def build(source: EditionFiles) -> Edition:
    """The edition that these files make. Raises `DeclarationError` with every fault found."""
    faults = Collector()
    tables = {part: _typed(part, rows, faults) for part, rows in source.tables.items()}
    for group in TOGETHER:
        present = [part for part in group if part in tables]
        if present and len(present) < len(group):
            faults.add(
                "edition.incomplete_group",
                Origin(f"{source.folders[0].name}/{NAME}"),
                there="、".join(present),
                missing="、".join(p for p in group if p not in present),
            )
    raise_faults(faults)
    declarations = declared(source.declared)
    vocabulary = _vocabulary(tables)
    rows = _factor_rows(source.tables.get("factors", ()), tables)
    _verify_factors(rows, source.tables.get("factors", ()), declarations, faults)
    _verify_fallbacks(tables, source.tables.get("fallbacks", ()), declarations, faults)
    categories = _categories(tables, source.tables.get("categories", ()), faults)
    roles = _roles(source, categories, declarations, faults)
    raise_faults(faults)
    rows = sorted(rows, key=lambda r: r.id)
    factors: dict[str, tuple[FactorRow, ...]] = {}
    for row in rows:
        factors[row.parameter] = (*factors.get(row.parameter, ()), row)
    manifest = source.manifest
    lines = tables["report_lines"].rows if "report_lines" in tables else ()
    return Edition(
        manifest.id,
        manifest.label.model_dump(),
        source.folders[0],
        manifest.gwp,
        categories,
        lines,
        vocabulary,
        declarations,
        factors,
        {r.id: r for r in rows},
        _fallbacks(tables),
        _gwp_sets(tables),
        kind=manifest.kind,
        roles=roles,
        tables=tables,
        quality={**source.quality, "rule": [body.content for body in source.rules.values()]},
        unlisted=manifest.unlisted,
        folders=source.folders,
        files=source.files,
        notice=manifest.notice.model_dump() if manifest.notice else {},
    )


def _typed(part: str, rows: Iterable[RawRow], faults: Collector) -> TableData:
    """A table's rows checked against its row class: types, columns, keys that are stated once."""
    table = TABLES[part]
    named = {column_of(f): f for f in fields(table.row)}
    typed: list[Any] = []
    raw: list[Mapping[str, str]] = []
    places: list[str] = []
    seen: dict[tuple[str, ...], RawRow] = {}
    for row in rows:
        for column in sorted(set(row.cells) - set(named)):
            if (part, row.file, column) not in seen:
                faults.add("edition.unknown_column", row.origin, column=column, known="、".join(named))
            seen[part, row.file, column] = row
        key = row_key(row, part)
        if key in seen:
            faults.add("edition.twice", row.origin, key="|".join(key), other=seen[key].origin)
        seen[key] = row
        try:
            typed.append(adapter(table.row).validate_python({k: v for k, v in row.cells.items() if k in named}))
        except ValidationError as error:
            for fault in error.errors():
                column = str(fault["loc"][0]) if fault["type"] == "missing" and not row.partial else ""
                if not column:
                    faults.extend([value_problem(fault, row.origin)])
                elif (part, row.file, column) not in seen:  # said once, not at every row
                    faults.add("edition.missing_column", Origin(row.file), column=column, known="、".join(named))
                    seen[part, row.file, column] = row
        raw.append(row.cells)
        places.append(f"{row.file}:{row.line}")
    return TableData(tuple(raw), tuple(typed), tuple(places))


def _of(tables: Mapping[str, TableData], part: str, of: type) -> tuple[Any, ...]:
    return tables[part].typed if part in tables else ()


def _vocabulary(tables: Mapping[str, TableData]) -> dict[str, dict[str, Word]]:
    words: dict[str, dict[str, Word]] = {}
    for r in _of(tables, "vocabulary", WordRow):
        words.setdefault(r.key, {})[r.value] = Word(
            r.key, r.value, r.label_en, r.classes, dict(r.attributes), r.aliases
        )
    return words


def _categories(tables: Mapping[str, TableData], raw: Iterable[RawRow], faults: Collector) -> dict[str, Category]:
    result: dict[str, Category] = {}
    for r, row in zip(_of(tables, "categories", CategoryRow), raw, strict=True):
        if r.parent and r.parent not in result:
            faults.add("edition.parent", row.origin, id=r.id, parent=r.parent)
        codes = {"ipcc1996": r.ipcc1996, "crf1999": r.crf1999, "ipcc2006": r.ipcc2006}
        result[r.id] = Category(
            r.id, r.parent, {"zh": r.label_zh, "en": r.label_en}, r.sector, r.gases, r.memo, codes, r.note, r.removals
        )
    return result


def _factor_rows(raw: Iterable[RawRow], tables: Mapping[str, TableData]) -> list[FactorRow]:
    return [
        FactorRow(
            r.id,
            r.parameter,
            r.table,
            r.gas,
            r.keys,
            r.value,
            row.cells.get("value", ""),
            r.unit,
            r.lower,
            r.upper,
            r.distribution,
            r.uncertainty_pct,
            r.standing,
            r.role,
            r.source,
            r.note,
            row.file.rpartition("/")[2],
        )
        for r, row in zip(_of(tables, "factors", FactorLine), raw, strict=True)
    ]


def _verify_factors(
    rows: Iterable[FactorRow], raw: Iterable[RawRow], declarations: Declarations, faults: Collector
) -> None:
    """Known parameters, units of the expected dimension, lower ≤ value ≤ upper."""
    for r, row in zip(rows, raw, strict=True):
        if r.role == "information":
            continue
        parameter = declarations.parameters.get(r.parameter)
        if parameter is None:
            faults.add("edition.fault", row.origin, reason=f"{r.id}: parameter {r.parameter!r} is not declared")
            continue
        try:
            if not any(units.same_dimension(r.unit, u) for u in parameter.unit):
                faults.add("edition.fault", row.origin, reason=f"{r.id}: unit {r.unit!r} is not of {parameter.unit}")
        except units.UnitError as error:
            faults.add("edition.fault", row.origin, reason=f"{r.id}: {error}")
        if r.value is not None and (
            (r.lower is not None and r.lower > r.value) or (r.upper is not None and r.upper < r.value)
        ):
            faults.add("edition.fault", row.origin, reason=f"{r.id}: {r.lower} ≤ {r.value} ≤ {r.upper} does not hold")


def _verify_fallbacks(
    tables: Mapping[str, TableData], raw: Iterable[RawRow], declarations: Declarations, faults: Collector
) -> None:
    """A step that a fallback takes its figure from is declared."""
    for r, row in zip(_of(tables, "fallbacks", FallbackRow), raw, strict=True):
        method = declarations.methods.get(r.use_step[0]) if r.use_step else None
        if r.use_step and (method is None or all(s.name != r.use_step[1] for s in method.steps)):
            faults.add("edition.fault", row.origin, reason=f"{r.id}: the step {'.'.join(r.use_step)} is not declared")


def _roles(
    source: EditionFiles, categories: Mapping[str, Category], declarations: Declarations, faults: Collector
) -> Roles:
    r = source.manifest.roles
    for role, names in (
        ("lucf", (r.lucf,)),
        ("combustion", (r.combustion,)),
        ("power", (r.power,)),
        ("imported_power", (r.imported_power,)),
        ("boundary", r.boundary),
        ("sectors", tuple(r.sectors.values())),
        ("bunkers", (*r.bunkers, *r.bunkers.values())),
    ):
        for name in filter(None, names):
            if name not in categories:
                faults.add("edition.unknown_role", Origin(f"{source.folders[0].name}/{NAME}"), role=role, category=name)
    roles = Roles(**{**dict(r), "sectors": dict(r.sectors), "bunkers": dict(r.bunkers)})
    for name in roles.parameters:
        if name not in declarations.parameters:
            place = Origin(f"{source.folders[0].name}/{NAME}")
            faults.add("edition.unknown_parameter", place, what="[roles]", parameter=name)
    return roles


def _fallbacks(tables: Mapping[str, TableData]) -> dict[str, tuple[Fallback, ...]]:
    result: dict[str, tuple[Fallback, ...]] = {}
    for r in _of(tables, "fallbacks", FallbackRow):
        fallback = Fallback(
            r.id,
            r.parameter,
            r.when,
            r.use_parameter,
            r.use_keys,
            r.factor_id,
            r.order,
            {"zh": r.reason_zh, "en": r.reason_en},
            r.use_step,
        )
        result[r.parameter] = tuple(sorted((*result.get(r.parameter, ()), fallback), key=lambda f: (f.order, f.id)))
    return result


def _gwp_sets(tables: Mapping[str, TableData]) -> dict[str, GwpSet]:
    sets: dict[str, dict[str, GwpLine]] = {}
    for r in _of(tables, "gwp_tables", GwpLine):
        name = dict(r.keys).get("set", "")
        if name and r.value is not None and r.role != "information":
            sets.setdefault(name, {})[r.gas] = r
    return {
        name: GwpSet(
            name,
            {g: float(r.value or 0.0) for g, r in gases.items()},
            {g: r.id for g, r in gases.items()},
            {g: r.standing for g, r in gases.items()},
            {g: r.note for g, r in gases.items()},
        )
        for name, gases in sets.items()
    }
