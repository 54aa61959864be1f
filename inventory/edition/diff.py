"""Where two editions differ: rows and declarations that came, went or changed, field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from ..core.edition import Edition
from .parts import TABLES


@dataclass(frozen=True, slots=True)
class EditionChange:
    """One difference. `kind`: added, removed, changed; `field`, `before` and `after` are empty for what came or went
    whole."""

    part: str
    key: str
    kind: str
    field: str = ""
    before: str = ""
    after: str = ""


def diff(old: Edition, new: Edition) -> tuple[EditionChange, ...]:
    """Every difference, part by part in the order of the manifest, rows in the order of the new edition."""
    differences = [
        EditionChange("edition", name, "changed", name, str(getattr(old, name)), str(getattr(new, name)))
        for name in ("default_gwp", "kind")
        if getattr(old, name) != getattr(new, name)
    ]
    for name in ("notice", "roles", "unlisted"):
        differences += _of(name, {"": _flat(getattr(old, name))}, {"": _flat(getattr(new, name))})
    for part in dict.fromkeys((*old.tables, *new.tables)):
        differences += _of(part, _rows(old, part), _rows(new, part))
    for group in ("quantities", "parameters", "choices", "methods"):
        differences += _of(
            group,
            {k: _flat(v) for k, v in getattr(old.declared, group).items()},
            {k: _flat(v) for k, v in getattr(new.declared, group).items()},
        )
    differences += _of(
        "constraints",
        {c.id: _flat(c) for c in old.declared.constraints},
        {c.id: _flat(c) for c in new.declared.constraints},
    )
    differences += _of(
        "quality",
        {r["id"]: _flat(r) for r in old.quality.get("rule", ())},
        {r["id"]: _flat(r) for r in new.quality.get("rule", ())},
    )
    return tuple(differences)


def _rows(edition: Edition, part: str) -> dict[str, Mapping[str, str]]:
    rows = edition.tables[part].rows if part in edition.tables else ()
    return {"|".join(r.get(c, "") for c in TABLES[part].key): r for r in rows}


def _of(
    part: str, old: Mapping[str, Mapping[str, str]], new: Mapping[str, Mapping[str, str]]
) -> Iterator[EditionChange]:
    for key, after in new.items():
        before = old.get(key)
        if before is None:
            yield EditionChange(part, key, "added")
            continue
        for name in dict.fromkeys((*before, *after)):
            if before.get(name, "") != after.get(name, ""):
                yield EditionChange(part, key, "changed", name, before.get(name, ""), after.get(name, ""))
    yield from (EditionChange(part, key, "removed") for key in old if key not in new)


def _flat(value: Any, name: str = "") -> dict[str, str]:
    """Nested values by their path: `label.zh`, `step.co2.text`."""
    if is_dataclass(value):
        parts = [(f.name, getattr(value, f.name)) for f in fields(value)]
    elif isinstance(value, Mapping):
        parts = [(str(k), v) for k, v in value.items()]
    elif isinstance(value, (tuple, list)) and any(is_dataclass(v) or isinstance(v, Mapping) for v in value):
        parts = [(str(getattr(v, "name", n)), v) for n, v in enumerate(value)]
    else:
        text = "、".join(map(str, value)) if isinstance(value, (tuple, list)) else "" if value is None else str(value)
        return {name: text} if text else {}
    out: dict[str, str] = {}
    for part, inner in parts:
        out |= _flat(inner, f"{name}.{part}" if name else part)
    return out
