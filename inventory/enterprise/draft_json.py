"""A draft as JSON and back, and with one cell typed anew: what stores and pages do with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from .draft import EMPTY, FORMAT, AsideCell, Draft, DraftCell, DraftRow, DraftTable, Typed
from .tables import BY_NAME


def to_json(draft: Draft) -> dict[str, Any]:
    """The draft as plain values: sheets are a list (stores reorder the keys of an object)."""
    return {
        "format": FORMAT,
        "file": draft.file,
        "profile": _cells(draft.profile) if draft.has_profile else None,
        "tables": [
            {
                "name": t.name,
                "sheet": t.sheet,
                "columns": [[k, v] for k, v in t.columns.items()],
                "hidden": t.hidden,
                "headed": t.headed,
                "rows": [
                    {"row": r.number, "cells": _cells(r.cells), "more": _cells(r.more), "hidden": r.hidden}
                    for r in t.rows
                ],
            }
            for t in draft.tables
        ],
        "others": [{"sheet": title, "cells": _cells(cells)} for title, cells in draft.others],
        "aside": [[a.sheet, a.place, a.reason, a.value] for a in draft.aside],
        "outside": [{"sheet": title, "cells": _cells(cells)} for title, cells in draft.outside],
        "notes": [[sheet, place, text] for (sheet, place), text in draft.notes.items()],
    }


def _cells(cells: Mapping[str, DraftCell]) -> list[list[Any]]:
    return [[name, c.value, c.kind, c.place, c.percent, c.merged] for name, c in cells.items()]


def from_json(body: Mapping[str, Any]) -> Draft:
    """The draft again. Raises ValueError for what is no draft of this format."""
    if body.get("format") != FORMAT:
        raise ValueError(f"format {body.get('format')!r}, {FORMAT} is known")
    try:
        tables = tuple(
            DraftTable(
                t["name"],
                t["sheet"],
                dict(t["columns"]),
                tuple(
                    DraftRow(int(r["row"]), _uncells(r["cells"]), _uncells(r["more"]), bool(r.get("hidden")))
                    for r in t["rows"]
                ),
                bool(t.get("hidden")),
                bool(t.get("headed", True)),
            )
            for t in body["tables"]
        )
        others = tuple((str(o["sheet"]), _uncells(o["cells"])) for o in body.get("others", ()))
        profile = body.get("profile")
        unknown = [t.name for t in tables if t.name not in BY_NAME]
        if unknown:
            raise ValueError(f"unknown table {', '.join(unknown)}")
        return Draft(
            str(body["file"]),
            _uncells(profile or []),
            tables,
            others,
            profile is not None,
            tuple(AsideCell(*map(str, a)) for a in body.get("aside", ())),
            tuple((str(b["sheet"]), _uncells(b["cells"])) for b in body.get("outside", ())),
            {(str(sheet), str(place)): str(text) for sheet, place, text in body.get("notes", ())},
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"no draft: {error!r}") from error


def _uncells(cells: Iterable[Sequence[Any]]) -> dict[str, DraftCell]:
    return {
        str(name): DraftCell(
            float(value) if isinstance(value, int) and not isinstance(value, bool) else value,
            str(kind),
            str(place),
            bool(percent),
            bool(merged),
        )
        for name, value, kind, place, percent, merged in cells
    }


def with_cell(draft: Draft, table: str, row: int, field: str, value: Typed) -> Draft:
    """The draft with one cell typed anew (a number, a text, or nothing), as a page does for a correction. Raises
    KeyError for no such place."""
    kind = (
        "empty"
        if value is None or value == ""
        else "bool"
        if isinstance(value, bool)
        else "number"
        if isinstance(value, int | float)
        else "text"
    )
    held: Typed = float(value) if kind == "number" and value is not None else value
    if table == "profile":
        old = draft.profile.get(field, EMPTY)
        changed_profile = {**draft.profile, field: DraftCell(held, kind, old.place)}
        return replace(draft, profile=changed_profile, has_profile=True)
    changed = draft.table(table)
    if (
        changed is None
        or field not in {f.id for f in BY_NAME[table].fields}
        or all(r.number != row for r in changed.rows)
    ):
        raise KeyError((table, row, field))
    place = f"{changed.columns.get(field, '')}{row}" if changed.columns.get(field) else ""
    rows = tuple(
        DraftRow(r.number, {**r.cells, field: DraftCell(held, kind, place)}, r.more, r.hidden) if r.number == row else r
        for r in changed.rows
    )
    new = DraftTable(changed.name, changed.sheet, changed.columns, rows, changed.hidden, changed.headed)
    return replace(draft, tables=tuple(new if t is changed else t for t in draft.tables))
