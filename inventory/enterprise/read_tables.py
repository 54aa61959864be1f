"""An enterprise from tables that are no workbook: a TOML file of CSV blocks, or plain values from a program."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..core.names import display_name, near
from ..core.problems import Collector, InventoryError, Origin, Problem, problem
from ..forms.form import Form
from .draft import DraftCell
from .model import Enterprise
from .read_rows import RowContext, industry_named, profile_of, row_of
from .tables import BY_NAME


def from_toml(path: Path) -> tuple[Enterprise, list[Problem]]:
    """`[profile]` and CSV blocks named like the tables, headed by field ids. The form of the definitions behind
    `examples/enterprise`."""
    problems = Collector()
    try:
        body = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InventoryError([problem("file.damaged", Origin(display_name(path)), reason=str(error))]) from error
    return from_tables(body, display_name(path), problems)


def enterprise_from_dict(tables: Mapping[str, Any]) -> Enterprise:
    """An enterprise from plain values: `profile` a mapping, each further table (`readings`, `labs`, `power`, `heat`,
    `process`, `parameters`, `production`, …) a list of mappings by field name, a pandas frame, or CSV text.

    Raises `InventoryError` with every problem: unknown tables and fields, words that are not in the lists, text for a
    number.
    """
    problems = Collector()
    enterprise, reported = from_tables(tables, "Python", problems)
    if problems.errors:
        raise InventoryError(reported)
    return enterprise


def from_tables(body: Mapping[str, Any], file: str, problems: Collector) -> tuple[Enterprise, list[Problem]]:
    """An enterprise from parsed TOML: `profile` a table, the others CSV texts (or, from a program, rows as mappings or
    a pandas frame)."""
    where = Origin(file, "profile")
    stated = {
        k: (float(v) if isinstance(v, int | float) and not isinstance(v, bool) else str(v))
        for k, v in body.get("profile", {}).items()
    }
    profile = profile_of(stated, {}, where, problems)
    industry = industry_named(profile)
    values: dict[str, tuple[Any, ...]] = {}
    for name, given in body.items():
        if name == "profile":
            continue
        if name not in BY_NAME:
            problems.add("enterprise.unknown_table", Origin(file), name=name, known="、".join(BY_NAME))
            continue
        values[name] = _block(given, BY_NAME[name], RowContext(file, name, industry, problems))
    return Enterprise(profile=profile, file=file, **values), list(problems)


def _block(given: Any, spec: Form, context: RowContext) -> tuple[Any, ...]:
    """The rows of one table, as the field texts that a person would type."""
    rows: list[Any] = []
    known = {f.id for f in spec.fields}
    for n, row in enumerate(_mappings(given), start=2 if isinstance(given, str) else 1):
        for name in sorted(set(row) - known - {None}, key=str) if not isinstance(given, str) else ():
            context.problems.add(
                "enterprise.unknown_field",
                context.origin(f"row {n}"),
                name=name,
                near=near(str(name), known),
                table=context.sheet,
            )
        cells = {f.id: DraftCell(row[f.id], "text", f"row {n}") for f in spec.fields if row.get(f.id)}
        made_row = row_of(cells, spec, context) if cells else None
        if made_row is not None:
            rows.append(made_row)
    return tuple(rows)


def _mappings(given: Any) -> list[dict[str, str]]:
    if isinstance(given, str):
        return list(csv.DictReader(io.StringIO(given.strip() + "\n")))
    rows = given.to_dict("records") if hasattr(given, "to_dict") else given
    return [{str(k): cell_text(v) for k, v in row.items()} for row in rows]


def cell_text(value: Any) -> str:
    """A cell as a person would type it: nothing for a gap, 2010 for 2010.0 (a column with a gap turns years into
    floats)."""
    if value is None or value != value:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(float(value))
    return str(value)
