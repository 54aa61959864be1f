"""The act of saying what every cell of a filled sheet takes: which form the sheet is, where its columns stand, and what
the form's JSON schema says of each. Page and service draw their grids from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..core.edition import Edition
from ..enterprise.draft import answers_of, heading_of
from ..enterprise.industries import default_edition, find
from ..enterprise.tables import BY_SHEET, PROFILE_FORM, PROFILE_SHEET, PROFILE_SHEET_EN, fold, lists_of
from ..forms.grid import SheetGrid, placed, placed_answers
from ..spreadsheets.cells import Sheet


@dataclass(frozen=True, slots=True)
class GridRequest:
    """A sheet as read or typed. `industry`: code of an enterprise's industry; empty for a sheet of a province.
    `edition`: by name, or one that is loaded (with a project's own regions); the province's by default."""

    sheet: Sheet
    industry: str = ""
    edition: str | Path | Edition | None = None
    lang: str = "zh"


def sheet_grid(request: GridRequest) -> SheetGrid | None:
    """What the sheet's cells take; None for a sheet of no form. Raises `InventoryError` for an unknown industry or
    edition."""
    if request.industry:
        return _of_enterprise(request)
    from .province_grids import province_grid

    return province_grid(request.sheet, request.edition, request.lang)


def _of_enterprise(request: GridRequest) -> SheetGrid | None:
    industry, lang = find(request.industry, default_edition()), request.lang
    words: Mapping[str, Any] = lists_of(industry, lang)
    title = fold(request.sheet.name)
    if title in (fold(PROFILE_SHEET), fold(PROFILE_SHEET_EN)):
        answers = {(r - 1, c - 1): name for name, (r, c) in answers_of(request.sheet).items()}
        return placed_answers(PROFILE_FORM.schema(lang, words), PROFILE_FORM.name, answers)
    spec = BY_SHEET.get(title)
    heading = heading_of(request.sheet, spec) if spec is not None else None
    if spec is None or heading is None:
        return None
    top, columns = heading
    places = {c - 1: (name, "") for name, c in columns.items()}
    return placed(spec.schema(lang, words), spec.name, top - 1, places, spec.rows)
