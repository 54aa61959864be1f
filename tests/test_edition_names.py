"""Every column of an edition's tables that names something declared elsewhere notices a name that there is nothing of,
in every edition of the package and at its own file and line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from inventory.app.edition import names_elsewhere as elsewhere
from inventory.core.edition import Edition
from inventory.edition import available, load
from inventory.edition.parts import TABLES
from inventory.edition.references import naming_columns as columns
from inventory.edition.references import unknown_names

WRONG = "疆无此名"


def _wrong(value: Any) -> Any:
    """The cell with its last name replaced by one that nobody knows; None for an empty one."""
    if isinstance(value, str):
        head, mark, _ = value.rpartition("=")
        return f"{head}{mark}{WRONG}" if value and value != "*" else None
    if not value:
        return None
    last = value[-1]
    return (*value[:-1], (last[0], WRONG) if isinstance(last, tuple) else WRONG)


def _spoilt(edition: Edition, part: str, column: str) -> tuple[Edition, str] | None:
    """The edition with one cell of a column made wrong, and where that is; None where the column is empty."""
    table = edition.tables[part]
    for n, row in enumerate(table.typed):
        cell = _wrong(getattr(row, column))
        if cell is not None:
            typed = (*table.typed[:n], replace(row, **{column: cell}), *table.typed[n + 1 :])
            return replace(edition, tables={**edition.tables, part: replace(table, typed=typed)}), table.places[n]
    return None


@pytest.mark.parametrize("name", available())
def test_a_wrong_name_in_any_column_is_reported_at_its_place(name: str) -> None:
    edition, known, tried = load(name), elsewhere(), 0
    assert not list(unknown_names(edition, known))
    for part in edition.tables:
        for column, _ in columns(TABLES[part].row):
            spoilt = _spoilt(edition, part, column)
            if spoilt is not None:
                tried += 1
                (found,) = unknown_names(spoilt[0], known)
                assert str(found.origin) == spoilt[1] and WRONG in found.text() and WRONG in found.text("en"), found
    assert tried >= (30 if name in ("prov2011", "ncsc2026") else 2), tried
