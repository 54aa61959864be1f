"""Where things of an edition stand: a part, a row of a table, a declaration, as file and line in messages."""

from __future__ import annotations

from collections.abc import Mapping

from ..core.edition import Edition
from ..core.problems import InventoryError, Origin
from .parts import TABLES
from .source import read
from .written import Body


def place(edition: Edition, part: str) -> Origin:
    """A part of an edition as a whole."""
    return Origin(f"{edition.path.name}/{part}")


def row_place(edition: Edition, part: str, *key: str) -> Origin:
    """The row of a table with this key, or with the beginning of one; the table where there is none."""
    lines = edition.derived(_lines).get(part, {})
    at = lines.get(key) or next((where for k, where in lines.items() if k[: len(key)] == key), "")
    return Origin(at) if at else place(edition, part)


def declared_place(edition: Edition, group: str, name: str) -> Origin:
    """A declaration (`quantity`, `parameter`, `method`, …) by its id."""
    body = edition.derived(_bodies).get(group, {}).get(name)
    return body.origin if body is not None else place(edition, "methods")


def _lines(edition: Edition) -> dict[str, dict[tuple[str, ...], str]]:
    return {
        part: {
            tuple(row.get(c, "") for c in TABLES[part].key): at for row, at in zip(data.rows, data.places, strict=True)
        }
        for part, data in edition.tables.items()
    }


def _bodies(edition: Edition) -> Mapping[str, Mapping[str, Body]]:
    """The declarations as written, read again: only messages want their lines."""
    try:
        return read(edition.path).declared
    except InventoryError:  # gone or changed since it was loaded
        return {}
