"""Forms out of a declaration file of this package, completed by the models of their rows."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from .form import Form, field_of, of_model


def forms_of(file: str, models: Mapping[str, Any]) -> Mapping[str, Form]:
    """Every form of the file by its id, in the order of the declaration. `models`: what `row` of a form may name."""
    declared = tomllib.loads((resources.files("inventory.forms") / file).read_text("utf-8"))
    return {body["id"]: _form(body, models) for body in declared["form"]}


def _form(body: Mapping[str, Any], models: Mapping[str, Any]) -> Form:
    row = models[body["row"]] if "row" in body else None
    fields = tuple(field_of(f) for f in body["fields"])
    return Form(
        body["id"],
        body["sheet"]["zh"],
        body["sheet"]["en"],
        row,
        fields if row is None else tuple(of_model(f, row) for f in fields),
        body["note"]["zh"],
        body["note"]["en"],
        body.get("rows", 20),
        files=tuple(body.get("files", ())),
        explanatory={lang: tuple(words) for lang, words in body.get("explanatory", {}).items()},
    )
