"""A table to fill in on a screen, made of the JSON schema of its form: what is a figure, what is chosen from a list, what
must not be left out, and the help of every column come from there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from inventory.app.declared_forms import FormSchemaRequest, form_schema

FACTORS = "factors"  # the form of own factors
FACTOR_COLUMNS = ("value", "unit", "source", "kind", "uncertainty", "note")  # the others are known of a lacking factor


@dataclass(frozen=True, slots=True)
class Widget:
    """How one column is entered. `kind`: number, date, choice (one of `options`, and nothing else) or text (`options` are
    offered)."""

    name: str
    title: str
    help: str
    kind: str
    required: bool
    options: tuple[str, ...]
    unit: str = ""


MOST_CHOICES = 12  # a longer list is offered beside a text to type


def widgets(schema: Mapping[str, Any], names: Iterable[str]) -> tuple[Widget, ...]:
    """Widgets of these columns of a form (`Form.schema`, or the rows of one form of a larger schema), in this order.
    KeyError for a column that the form has not."""
    rows = schema.get("items", schema)
    required = set(rows.get("required", ()))
    return tuple(_widget(name, rows["properties"][name], name in required) for name in names)


def _widget(name: str, body: Mapping[str, Any], required: bool) -> Widget:
    options = tuple(str(x) for x in body.get("enum", body.get("examples", ())))
    if body["type"] in ("number", "integer"):
        kind = "number"
    elif body.get("format") == "date":
        kind = "date"
    else:
        kind = "choice" if 0 < len(options) <= MOST_CHOICES else "text"
    unit = str(body.get("x-unit", "")).removeprefix("=") if str(body.get("x-unit", "")).startswith("=") else ""
    return Widget(name, body["title"], body.get("description", ""), kind, required, options, unit)


def factor_widgets(edition: str, lang: str) -> tuple[Widget, ...]:
    """What a person fills in for a factor that is asked for, as the form's schema has it."""
    return widgets(form_schema(FormSchemaRequest(FACTORS, edition=edition, lang=lang)).schema, FACTOR_COLUMNS)
