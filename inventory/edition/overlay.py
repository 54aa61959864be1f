"""An edition laid over the one it extends: rows and declarations of its own replace those of the same key, new ones are
added, named ones removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from typing import Any

from ..core.problems import Collector, Origin
from .manifest import NAME, EditionManifest
from .parts import TABLES
from .written import GROUPS, Body, EditionFiles, RawRow

AFTER = "after"  # column of an overlay table: the key of the row that a new one stands behind


def row_key(row: RawRow, part: str) -> tuple[str, ...]:
    return tuple(row.cells.get(column, "") for column in TABLES[part].key)


def known_removals(manifest: EditionManifest, own: EditionFiles, faults: Collector) -> None:
    for part in (*manifest.removed, *manifest.replaces):
        faults.add("edition.nothing_extended", Origin(own.folders[0].name + "/" + NAME), part=part)


def laid_over(base: EditionFiles, own: EditionFiles, faults: Collector) -> EditionFiles:
    manifest, name = own.manifest, f"{own.folders[0].name}/{NAME}"
    for part in (*manifest.removed, *manifest.replaces):
        if part not in (*TABLES, *GROUPS, "rule"):
            faults.add("edition.unknown_table", Origin(name), table=part, known="、".join((*TABLES, *GROUPS, "rule")))
    tables = {}
    for part in (*base.tables, *(p for p in own.tables if p not in base.tables)):
        below = () if part in manifest.replaces else base.tables.get(part, ())
        tables[part] = _table_over(
            part, below, own.tables.get(part, ()), _removed(manifest, part), (Origin(name), faults)
        )
    declared = {
        group: _bodies_over(
            base.declared[group] if group not in manifest.replaces else {},
            own.declared[group],
            _removed(manifest, group),
            (group, Origin(name), faults),
        )
        for group in GROUPS
    }
    rules = _bodies_over(
        base.rules if "rule" not in manifest.replaces else {},
        own.rules,
        _removed(manifest, "rule"),
        ("rule", Origin(name), faults),
    )
    roles = {**base.manifest.roles.model_dump(exclude_unset=True), **manifest.roles.model_dump(exclude_unset=True)}
    whole = {
        **base.manifest.model_dump(exclude_unset=True),
        **manifest.model_dump(exclude_unset=True),
        "roles": roles,
        "tables": {**base.manifest.tables, **manifest.tables},
        "unlisted": {**base.manifest.unlisted, **manifest.unlisted},
    }
    whole.pop("default", None)
    return replace(
        own,
        manifest=EditionManifest.model_validate({**whole, "default": manifest.default}),
        folders=(*own.folders, *base.folders),
        files={**base.files, **own.files},
        tables=tables,
        declared=declared,
        rules=rules,
        quality={**base.quality, **own.quality},
    )


def columns_of(part: str) -> tuple[str, ...]:
    """The columns of a table."""
    return tuple(f.name for f in fields(TABLES[part].row))


def _removed(manifest: EditionManifest, part: str) -> tuple[str, ...]:
    return manifest.removed.get(part, ())


def _table_over(
    part: str,
    base: Iterable[RawRow],
    own: Iterable[RawRow],
    removed: tuple[str, ...],
    reported: tuple[Origin, Collector],
) -> tuple[RawRow, ...]:
    """Rows of `own` replace those of the same key where these stand; new ones stand behind the row their `after` names,
    or at the end."""
    kept = {row_key(row, part): row for row in base}
    for text in removed:
        key = tuple(text.split("|")) if len(TABLES[part].key) > 1 else (text,)
        if kept.pop(key, None) is None:
            reported[1].add("edition.removed_unknown", reported[0], part=part, key=text)
    seen: dict[tuple[str, ...], RawRow] = {}
    for row in own:
        key = row_key(row, part)
        if key in seen:
            reported[1].add("edition.twice", row.origin, key="|".join(key), other=seen[key].origin)
        seen[key] = row
        after = row.cells.get(AFTER, "")
        cells = {k: v for k, v in row.cells.items() if k != AFTER}
        if key in kept and not TABLES[part].whole:
            cells = {**kept[key].cells, **cells}
        elif row.partial:
            cells = {**dict.fromkeys(columns_of(part), ""), **cells}
        placed = replace(row, cells=cells)
        if key in kept or not after:
            kept[key] = placed
            continue
        behind = tuple(after.split("|")) if len(TABLES[part].key) > 1 else (after,)
        if behind not in kept:
            reported[1].add("edition.after_unknown", row.origin, key=after)
        kept = {
            k: v
            for old, was in kept.items()
            for k, v in ([(old, was), (key, placed)] if old == behind else [(old, was)])
        }
    return tuple(kept.values())


def _bodies_over(
    base: Mapping[str, Body], own: Mapping[str, Body], removed: tuple[str, ...], reported: tuple[str, Origin, Collector]
) -> dict[str, Body]:
    kept = dict(base)
    for key in removed:
        if kept.pop(key, None) is None:
            reported[2].add("edition.removed_unknown", reported[1], part=reported[0], key=key)
    for key, body in own.items():
        kept[key] = replace(body, content=merged(kept[key].content, body.content)) if key in kept else body
    return kept


def merged(base: Any, own: Any) -> Any:
    """TOML laid over TOML: tables key by key, lists of tables by their `id` or `name`, everything else replaced."""
    if isinstance(base, Mapping) and isinstance(own, Mapping):
        return {**base, **{k: merged(base[k], v) if k in base else v for k, v in own.items()}}
    if _named(base) and _named(own):
        kept = {_name(b): b for b in base}
        for body in own:
            kept[_name(body)] = merged(kept[_name(body)], body) if _name(body) in kept else body
        return list(kept.values())
    return own


def _named(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(b, Mapping) and ("id" in b or "name" in b) for b in value)
    )


def _name(body: Mapping[str, Any]) -> str:
    return str(body.get("id", body.get("name")))
