"""What a screen knows of a form: its columns, read from the form's JSON schema and from nothing else, and where they
stand on a sheet. The grids of the local page and of the service and the tables that are filled in there take this."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

FEW_CHOICES = 12  # a longer list is offered beside a text to type


@dataclass(frozen=True, slots=True)
class GridColumn:
    """One column as it is filled in, in the language of the schema. `kind` is one of `form.KINDS`; `unit` a fixed unit,
    `unit_of` the column that holds it; `choices` are offered, other spellings may stand as well."""

    name: str
    title: str
    help: str = ""
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    unit: str = ""
    unit_of: str = ""

    @property
    def entry(self) -> str:
        """How one value of it is entered outside a grid: number, date, choice (one of a short list) or text."""
        if self.kind in ("number", "whole", "year", "month"):
            return "number"
        return "date" if self.kind == "date" else "choice" if 0 < len(self.choices) <= FEW_CHOICES else "text"

    def as_json(self) -> dict[str, Any]:
        """The same for a browser."""
        return {
            "name": self.name,
            "title": self.title,
            "help": self.help,
            "kind": self.kind,
            "required": self.required,
            "choices": list(self.choices),
            "unit": self.unit,
        }


def grid_columns(schema: Mapping[str, Any], names: Iterable[str] = ()) -> tuple[GridColumn, ...]:
    """The columns of a form by its schema (`Form.schema`, or the rows or one row of it within a larger schema): all in
    its order, or those of `names` in theirs. KeyError for a column that the form has not."""
    row = schema.get("items", schema)
    required = frozenset(row.get("required", ()))
    properties = row["properties"]
    return tuple(_column(name, properties[name], name in required) for name in (tuple(names) or properties))


def _column(name: str, body: Mapping[str, Any], required: bool) -> GridColumn:
    unit = str(body.get("x-unit", ""))
    fixed = unit.startswith("=")
    return GridColumn(
        name,
        str(body["title"]),
        str(body.get("description", "")),
        str(body.get("x-kind") or ("number" if body["type"] in ("number", "integer") else "text")),
        required,
        tuple(str(x) for x in body.get("enum", body.get("examples", ()))),
        unit[1:] if fixed else "",
        "" if fixed else unit,
    )


@dataclass(frozen=True, slots=True)
class SheetGrid:
    """A form on a sheet: the row of its heading (from 0; -1 without one) and what each column below it takes; on a
    sheet of single answers what each cell takes. `rows`: how many lines the form has room for."""

    form: str
    title: str
    note: str
    head: int
    columns: Mapping[int, GridColumn]
    cells: Mapping[tuple[int, int], GridColumn] = field(default_factory=dict)
    rows: int = 0

    def as_json(self) -> dict[str, Any]:
        """The same for a browser: columns by their number, cells as `row,column`; `unit_at` is the column of a row that
        holds the unit of another."""
        at = {c.name: n for n, c in reversed(tuple(self.columns.items()))}
        return {
            "form": self.form,
            "title": self.title,
            "note": self.note,
            "head": self.head,
            "columns": {
                str(n): {**c.as_json(), "unit_at": at.get(c.unit_of, -1)} for n, c in sorted(self.columns.items())
            },
            "cells": {f"{r},{c}": {**x.as_json(), "unit_at": -1} for (r, c), x in sorted(self.cells.items())},
            "rows": self.rows,
        }


def placed(
    schema: Mapping[str, Any], name: str, head: int, places: Mapping[int, tuple[str, str]], rows: int = 0
) -> SheetGrid:
    """A form whose heading stands in row `head` (from 0). `places`: column of the sheet (from 0) -> column of the form,
    and its title where the sheet has a narrower one (a year over figures)."""
    by_name = {c.name: c for c in grid_columns(schema)}
    columns = {
        at: replace(by_name[column], title=title) if title else by_name[column]
        for at, (column, title) in places.items()
        if column in by_name
    }
    return SheetGrid(name, str(schema.get("title", "")), str(schema.get("description", "")), head, columns, {}, rows)


def placed_answers(schema: Mapping[str, Any], name: str, places: Mapping[tuple[int, int], str]) -> SheetGrid:
    """A form of single answers: cell (row, column from 0) -> field."""
    by_name = {c.name: c for c in grid_columns(schema)}
    cells = {at: by_name[field_] for at, field_ in places.items() if field_ in by_name}
    return SheetGrid(name, str(schema.get("title", "")), str(schema.get("description", "")), -1, {}, cells)
