"""A form: a sheet that people fill in, declared once.

From the declaration come the sheet of the template with its lists and help, the headings and the rules of the reader,
what a program may hand in, the JSON schema and the page `docs/forms.md`. Province and enterprise use the same
mechanism: `inventory.forms.province` declares the province's forms, `inventory.enterprise.tables` the enterprise's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pydantic import BaseModel

Text = Mapping[str, str]
DEFAULT_WIDTH = 14
SCHEMA = "https://json-schema.org/draft/2020-12/schema"
KINDS: Mapping[str, Mapping[str, Any]] = {
    "text": {"type": "string"},
    "number": {"type": "number"},
    "whole": {"type": "integer"},
    "year": {"type": "integer"},
    "month": {"type": "integer", "minimum": 1, "maximum": 12},
    "date": {"type": "string", "format": "date"},
}
RULES = {  # bound of a model -> its word in a schema
    "ge": "minimum",
    "le": "maximum",
    "gt": "exclusiveMinimum",
    "lt": "exclusiveMaximum",
    "min_length": "minLength",
}


@dataclass(frozen=True, slots=True)
class Field:
    """A column (or, on a sheet of single answers, a line).

    `kind` is one of `KINDS`. `choices` names a list of words that the edition or the industry knows, `words` are the
    words themselves where they are always the same. `unit` is the field that holds the unit, or `=%` for a fixed one.
    `also` are other headings that mean the column. `min` and `max` are the limits of its figures. Every column of figures goes into the account of figures.
    """

    id: str
    label: str
    label_en: str
    kind: str = "text"
    required: bool = False
    choices: str = ""
    unit: str = ""
    width: int = DEFAULT_WIDTH
    words: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    help: str = ""
    help_en: str = ""
    min: float | None = None  # limits of a figure, in the unit it is entered in
    max: float | None = None

    def holds(self, value: float) -> bool:
        """Whether a figure is within the limits of the column."""
        return (self.min is None or value >= self.min) and (self.max is None or value <= self.max)

    def text(self, lang: str) -> str:
        """The heading that is printed."""
        return self.label if lang == "zh" else self.label_en

    def help_text(self, lang: str) -> str:
        return self.help if lang == "zh" else self.help_en

    @property
    def labels(self) -> Text:
        return {"zh": self.label, "en": self.label_en}

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading that means the column: as printed in both languages, the name of the column in a file, others."""
        return tuple(dict.fromkeys((self.label, self.label_en, self.id, *self.also)))

    def schema(self, lang: str, words: Iterable[str] = ()) -> dict[str, Any]:
        """The values of the column as JSON schema; a list is offered (`examples`), since aliases may stand as well.
        `x-kind` is the kind by its own name, `x-unit` the unit (or its column), `x-headings` every heading that means
        the column."""
        body: dict[str, Any] = {"title": self.text(lang), **KINDS[self.kind], "x-kind": self.kind}
        body |= {word: v for word, v in (("minimum", self.min), ("maximum", self.max)) if v is not None}
        if self.help_text(lang):
            body["description"] = self.help_text(lang)
        if offered := list(words or self.words):
            body["examples"] = offered
        if self.unit:
            body["x-unit"] = self.unit
        body["x-headings"] = list(self.headings)
        return body


@dataclass(frozen=True)
class Form:
    """A sheet of a workbook, and the file of the same name in a project folder.

    `row` is what one line becomes: a pydantic model with the rules of its values, or a frozen dataclass; None where the
    reader makes data of its own. `files` are names by which a file or a sheet is known. `only` says who is offered it.
    """

    name: str
    sheet: str
    sheet_en: str
    row: Any
    fields: tuple[Field, ...]
    note: str
    note_en: str
    rows: int = 20
    only: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    explanatory: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # headings that only explain, by language

    def title(self, lang: str) -> str:
        return self.sheet if lang == "zh" else self.sheet_en

    def note_text(self, lang: str) -> str:
        return self.note if lang == "zh" else self.note_en

    def column(self, name: str) -> Field:
        return self._by_id[name]

    @cached_property
    def _by_id(self) -> dict[str, Field]:
        return {f.id: f for f in self.fields}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The columns as files name them, in order."""
        return tuple(f.id for f in self.fields)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The columns without which the sheet cannot be read."""
        return tuple(f.id for f in self.fields if f.required)

    @cached_property
    def headings(self) -> dict[str, tuple[str, ...]]:
        """Column -> every heading that means it."""
        return {f.id: f.headings for f in self.fields}

    @cached_property
    def listed(self) -> tuple[Field, ...]:
        """The columns whose words come from a list."""
        return tuple(f for f in self.fields if f.choices)

    @cached_property
    def figures(self) -> frozenset[str]:
        """The columns that hold figures; all others name or describe."""
        return frozenset(f.id for f in self.fields if f.kind == "number")

    def labels(self, names: Iterable[str]) -> dict[str, str]:
        """Columns as a message names them: `地区（region）`."""
        chosen = [self.column(n) for n in names]
        return {
            "zh": "、".join(f"{f.label}（{f.id}）" if f.label != f.id else f.id for f in chosen),
            "en": ", ".join(f.id for f in chosen),
        }

    def item_schema(self, lang: str, lists: Mapping[str, Iterable[str]] | None = None) -> dict[str, Any]:
        """One row as JSON schema: titles and help of the form, rules of the row's model."""
        words = lists or {}
        properties = {f.id: f.schema(lang, words.get(f.choices, ())) for f in self.fields}
        for name, body in _rules_of(self.row).items():
            if name in properties:
                properties[name] |= body
        return {"type": "object", "properties": properties, "required": list(self.required)}

    def schema(self, lang: str, lists: Mapping[str, Iterable[str]] | None = None) -> dict[str, Any]:
        """The rows of the form as a JSON schema document (2020-12)."""
        return {"$schema": SCHEMA, "$id": f"form:{self.name}", **self.rows_schema(lang, lists)}

    def rows_schema(self, lang: str, lists: Mapping[str, Iterable[str]] | None = None) -> dict[str, Any]:
        """The same as part of a larger document."""
        body = {"type": "array", "title": self.title(lang), "description": self.note_text(lang)}
        return {**body, "items": self.item_schema(lang, lists)}


def _rules_of(row: Any) -> dict[str, dict[str, Any]]:
    """Bounds that a pydantic model sets, by column."""
    if not (isinstance(row, type) and issubclass(row, BaseModel)):
        return {}
    return {
        name: {word: getattr(m, at) for m in info.metadata for at, word in RULES.items() if hasattr(m, at)}
        for name, info in row.model_fields.items()
    }


def of_model(field: Field, row: type[BaseModel]) -> Field:
    """A field with what its model says of it: kind of value, whether it is required, help (`说明 / what is meant`)."""
    info = row.model_fields[field.id]
    zh, en, *_ = (*re.split(r"\s*/\s+", info.description or "", maxsplit=1), "")
    return replace(
        field,
        kind=_kind(info),
        required=info.is_required(),
        help=field.help or zh.strip(),
        help_en=field.help_en or (en or zh).strip(),
    )


def _kind(info: Any) -> str:
    declared = [m.kind for m in info.metadata if isinstance(m, Kind)]
    if declared:
        return str(declared[-1])
    types = {info.annotation, *getattr(info.annotation, "__args__", ())}
    return "number" if float in types else "whole" if int in types and bool not in types else "text"


@dataclass(frozen=True, slots=True)
class Kind:
    """Marks the type of a model's field with a kind that its Python type does not show: a year, a day."""

    kind: str


def field_of(body: Mapping[str, Any]) -> Field:
    """A column as a declaration file states it."""
    return Field(
        body["id"],
        body["zh"],
        body["en"],
        body.get("kind", "text"),
        body.get("required", False),
        body.get("list", ""),
        body.get("unit", ""),
        body.get("width", DEFAULT_WIDTH),
        tuple(body.get("words", ())),
        tuple(body.get("also", ())),
        body.get("help", {}).get("zh", ""),
        body.get("help", {}).get("en", ""),
        body.get("min"),
        body.get("max"),
    )
