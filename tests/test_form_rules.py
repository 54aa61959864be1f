"""The JSON schema of a form and the reader of its sheet take and refuse the same rows: what is declared of a column (kind,
required, limits) is what holds, for every table of an enterprise and for the models of the province's forms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from test_forms import GOOD

from inventory.api import load_edition
from inventory.core.problems import Collector, InventoryError
from inventory.enterprise.industries import default_edition, find
from inventory.enterprise.read_rows import RowContext
from inventory.enterprise.read_tables import _block as rows_of_program
from inventory.enterprise.read_tables import enterprise_from_dict
from inventory.enterprise.tables import BY_NAME, TABLES, lists_of
from inventory.forms.form import Form
from inventory.forms.province import forms
from inventory.forms.read import record_rows

VALUES = {"number": 1.0, "whole": 1, "year": 2010, "month": 1, "date": "2015-03-08", "text": "甲"}
TRIED: tuple[Any, ...] = (0.0, 2.0, 13, 1.5, "字", "2015-03-08", None)
INDUSTRY = {"units": "01", "equipment": "02"}


def _validator(schema: dict[str, Any]) -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def _cases(shown: Form, right: dict[str, Any]) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """A right row with one column typed otherwise; None: without it."""
    for field in shown.fields:
        for value in TRIED:
            row = {**right, field.id: value}
            yield field.id, value, {k: v for k, v in row.items() if v is not None}


def _agree(kind: str, value: Any, by_schema: bool, by_reader: bool) -> bool:
    """A text for a number may be read (`1,200`, `3月`), and a figure for a text or a day is taken as it looks: a reader
    may take more kinds of value than the schema of a program, never other figures."""
    if by_schema == by_reader:
        return True
    tolerant = kind in ("text", "date") if not isinstance(value, str) else kind == "year"  # a day for its year
    return by_reader and tolerant


@pytest.mark.parametrize("shown", TABLES, ids=lambda t: t.name)
def test_a_table_of_an_enterprise(shown: Form) -> None:
    industry = find(INDUSTRY.get(shown.name, "08"), default_edition())
    words = lists_of(industry)
    right = {f.id: next(iter(words.get(f.choices, ())), VALUES[f.kind]) for f in shown.fields if f.required}
    validator, wrong = _validator(shown.item_schema("zh", words)), []
    for name, value, row in _cases(shown, right):
        field, problems = shown.column(name), Collector()
        if field.choices and isinstance(value, str):
            continue  # words of a list are looked for by their aliases
        taken = rows_of_program([row], shown, RowContext("Python", shown.name, industry, problems))
        if not _agree(field.kind, value, validator.is_valid(row), bool(taken) and not problems.errors):
            wrong.append((name, value, [p.text() for p in problems.errors]))
    assert wrong == []


LIMITED = [(t, f) for t in TABLES for f in t.fields if f.min is not None or f.max is not None]


@pytest.mark.parametrize(("table", "field"), LIMITED, ids=lambda x: getattr(x, "name", "") or x.id)
def test_a_declared_limit_is_held_and_in_the_schema(table: Form, field: Any) -> None:
    from inventory.enterprise.compute import compute_enterprise

    row = {f.id: VALUES[f.kind] for f in table.fields if f.required}
    row |= {"fuel": "烟煤", "unit": "t"} if table.name == "readings" else {"grid": "华东", "unit": "MWh"}
    row[field.id] = field.min - 1
    profile = {"name": "某厂", "industry": "08", "year": 2015.0, "province": "江苏"}
    enterprise = enterprise_from_dict({"profile": profile, table.name: [row]})
    with pytest.raises(InventoryError) as caught:
        compute_enterprise(enterprise)
    assert {p.code for p in caught.value.problems} & {"enterprise.negative", "enterprise.negative_value"}
    assert table.item_schema("zh")["properties"][field.id]["minimum"] == field.min
    assert not _validator(table.item_schema("zh")).is_valid(row)


def test_the_profile_holds_its_limits() -> None:
    profile = {"name": "某厂", "industry": "08", "year": 2015.0, "province": "江苏"}
    for name, value in (("year", 1999.0), ("year", 2101.0), ("emission_2010_t", -1.0), ("energy_2010_tce", -1.0)):
        with pytest.raises(InventoryError):
            enterprise_from_dict({"profile": {**profile, name: value}})
    assert enterprise_from_dict({"profile": profile}).profile.year == 2015 and BY_NAME


@pytest.mark.parametrize("name", sorted(n for n, f in forms().items() if f.row is not None and n in GOOD))
def test_a_form_of_a_province(name: str) -> None:
    shown, edition = forms()[name], load_edition()
    properties, wrong = shown.item_schema("zh")["properties"], []
    for column, value, row in _cases(shown, dict(GOOD[name])):
        known = _validator(properties[column]).is_valid(value) if column in row else column not in shown.required
        problems = Collector()
        taken = list(record_rows([row], shown, problems, "Python"))
        if known:
            continue  # rules between columns and lists of words are the model's alone
        if taken and not problems.errors and not _agree(shown.column(column).kind, value, False, True):
            wrong.append((column, value))
    assert wrong == [] and edition.id
