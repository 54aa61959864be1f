"""What is entered on a screen outside a grid (factors, checks, answers): the columns of a form as its JSON schema has
them."""

from __future__ import annotations

from inventory.app.declared_forms import FormSchemaRequest, form_schema
from inventory.forms.grid import GridColumn, grid_columns

FACTORS = "factors"  # the form of own factors
FACTOR_COLUMNS = ("value", "unit", "source", "kind", "uncertainty", "note")  # the others are known of a lacking factor


def entry_columns(form: str, names: tuple[str, ...], edition: str | None, lang: str) -> tuple[GridColumn, ...]:
    """Columns of a form, in this order. KeyError for a column that the form has not."""
    return grid_columns(form_schema(FormSchemaRequest(form, edition=edition, lang=lang)).schema, names)
