"""JSON schemas of what a person writes into an edition, so that an editor completes and checks `edition.toml` and
`methods/*.toml`.

They are made from the same pydantic model and dataclasses that read the files, so that they cannot drift.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from ..core.declarations import Method
from .manifest import EditionManifest
from .methods import SIMPLE, VARIABLES, adapter
from .parts import TABLES, column_of

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def manifest_schema() -> dict[str, Any]:
    """The schema of `edition.toml`; further tables are those this version of the package knows."""
    schema = EditionManifest.model_json_schema()
    schema["properties"]["tables"] |= {
        "properties": {name: {"type": "string"} for name in TABLES},
        "additionalProperties": False,
    }
    return {"$schema": DRAFT, "title": "edition.toml", **{k: v for k, v in schema.items() if k != "title"}}


def methods_schema() -> dict[str, Any]:
    """The schema of a methods file: quantities and parameters by id, lists of choices, constraints and methods."""
    definitions: dict[str, Any] = {}
    for name, cls in SIMPLE.items():
        definitions[name] = _of(cls, definitions, without=("id",) if name in ("quantity", "parameter") else ())
    for name, cls in VARIABLES.items():
        definitions[f"{name}_variable"] = _of(cls, definitions, without=("name",))
    method = _of(Method, definitions, without=(*VARIABLES, "steps"))
    step = adapter(Method).json_schema()["$defs"]["Step"]
    definitions["step"] = {**step, "additionalProperties": False}
    method["properties"] |= {
        name: {"type": "object", "additionalProperties": {"$ref": f"#/$defs/{name}_variable"}} for name in VARIABLES
    }
    method["properties"]["step"] = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/step"}}
    definitions["method"] = method
    by_id = {
        name: {"type": "object", "additionalProperties": {"$ref": f"#/$defs/{name}"}}
        for name in ("quantity", "parameter")
    }
    lists = {
        name: {"type": "array", "items": {"$ref": f"#/$defs/{name}"}} for name in ("choice", "constraint", "method")
    }
    return {
        "$schema": DRAFT,
        "title": "methods/*.toml",
        "type": "object",
        "properties": by_id | lists | {"rows": _table_rows()},
        "additionalProperties": False,
        "$defs": definitions,
    }


def _table_rows() -> dict[str, Any]:
    """Rows of tables that a declaration brings with it, by table: a cell a key."""
    cell = {"type": ["string", "number", "boolean", "array"]}
    return {
        "type": "object",
        "properties": {name: {"type": "array", "items": _row(name, cell)} for name in TABLES},
        "additionalProperties": False,
    }


def _row(table: str, cell: dict[str, Any]) -> dict[str, Any]:
    columns = {column_of(f): cell for f in fields(TABLES[table].row)}
    return {"type": "object", "properties": columns, "additionalProperties": False}


def _of(cls: type, definitions: dict[str, Any], without: tuple[str, ...]) -> dict[str, Any]:
    schema = adapter(cls).json_schema()
    definitions.update(schema.pop("$defs", {}))
    properties = {k: _text_or_list(v) for k, v in schema["properties"].items() if k not in without}
    return {
        "type": "object",
        "description": (cls.__doc__ or "").strip().split("\n")[0],
        "properties": properties,
        "required": [k for k in schema.get("required", []) if k not in without],
        "additionalProperties": False,
    }


def _text_or_list(schema: dict[str, Any]) -> dict[str, Any]:
    """Where a list of texts by key is expected (`where`, `key_values`), one text may stand alone."""
    inner = schema.get("additionalProperties")
    if isinstance(inner, dict) and inner.get("type") == "array":
        return {**schema, "additionalProperties": {"anyOf": [{"type": "string"}, inner]}}
    return schema
