"""A sheet of typed cells for the grid of page and service: rows with room for more, what each cell takes (from the forms),
what was found at each."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from typing import Any

from inventory.app.grids import GridRequest, sheet_grid
from inventory.enterprise.tables import PROFILE_SHEET, PROFILE_SHEET_EN, TABLES, fold

from ..store import verdicts

SPARE_ROWS = 12  # below the last filled one, whatever room the form has
NO_FORM: dict[str, Any] = {"form": "", "title": "", "note": "", "head": -1, "columns": {}, "cells": {}, "rows": 0}


def grid_json(request: GridRequest) -> dict[str, Any]:
    """What every cell of a sheet takes; nothing for a sheet of no form."""
    grid = sheet_grid(request)
    return NO_FORM if grid is None else grid.as_json()


def enterprise_grid(part: Mapping[str, Any], industry: str, lang: str) -> dict[str, Any]:
    """The same for a sheet of an enterprise's draft; nothing while its industry is unknown."""
    (sheet,) = verdicts.sheets_of([dict(part)], "")
    return grid_json(GridRequest(sheet, industry, lang=lang)) if industry else NO_FORM


def draft_sheet(
    part: Mapping[str, Any], grid: dict[str, Any], findings: Iterable[Mapping[str, Any]], lang: str
) -> dict[str, Any]:
    """One sheet of a draft with what its cells take and the findings at them."""
    filled = part["rows"]
    width = max((len(r) for r in filled), default=1)
    room = max(len(filled) + SPARE_ROWS, grid["head"] + 1 + grid["rows"])
    rows = [[verdicts.text_of(v) for v in row] + [""] * (width - len(row)) for row in filled]
    rows += [[""] * width for _ in range(min(room, verdicts.MAX_ROWS) - len(filled))]
    at = [
        {"cell": i["cell"], "grade": i["grade"], "text": "；".join(x for x in (i[lang]["what"], i[lang]["fix"]) if x)}
        for i in findings
        if i["sheet"] == part["name"] and i["cell"]
    ]
    return {"rows": rows, "grid": grid, "at": at, "remarks": []}


def label_of(name: str, lang: str) -> str:
    """The title of a sheet in this language: an enterprise's, a form's, or a table of the provincial guideline."""
    return name if lang == "zh" else _english_of(name)


def cell_label(place: str, lang: str) -> str:
    """`sheet!A1` with the title of the sheet in this language."""
    sheet, mark, cell = place.rpartition("!")
    return f"{label_of(sheet, lang)}{mark}{cell}"


@functools.lru_cache(maxsize=512)
def _english_of(name: str) -> str:
    from inventory.edition import load
    from inventory.forms.province import forms
    from inventory.sheets.english import dictionary, tab_of
    from inventory.templates_xlsx.texts import HERE, TITLES
    from inventory.texts import catalogue

    known = {
        fold(PROFILE_SHEET): PROFILE_SHEET_EN,
        **{fold(t["zh"]): t["en"] for t in (*catalogue(HERE)["form"].values(), *TITLES.values())},
        **{fold(f.sheet): f.sheet_en for f in forms().values()},
        **{fold(t.sheet): t.sheet_en for t in TABLES},
    }
    return known.get(fold(name)) or tab_of(name, dictionary(load()))
