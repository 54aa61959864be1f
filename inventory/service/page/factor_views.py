"""Factors that the compilation asks for, given on the screen: rows of the form of own factors, written to its file in the
folder."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST

from inventory.app.declared_forms import AddRowsRequest, add_rows
from inventory.core.problems import Problem
from inventory.templates_xlsx.missing_factors import missing_factors
from inventory.templates_xlsx.plan import MissingFactor
from inventory.texts import SEMICOLON

from ..shared.texts import text
from . import site
from .actions import body, summary
from .render import lang_of
from .schema_form import FACTOR_COLUMNS, FACTORS

PLACE = re.compile(r"(\d+):(\w+)")
MOST = 500


@require_POST
def give(request: HttpRequest) -> HttpResponse:
    """Rows with a figure become rows of the project's own factors. 422 with the faults by row and column, and nothing
    written, where one is wrong; 409 for a factor that is not asked for (any more)."""
    lang = lang_of(request)
    state = site.workspace.state()
    asked = {_key(x): x for x in missing_factors(state.problems, state.edition, lang)}
    given = [r for r in body(request).get("rows", ()) if isinstance(r, dict)][:MOST]
    typed = [(_key_of(r), _typed(r)) for r in given]
    typed = [(key, row) for key, row in typed if row.get("value")]
    if any(key not in asked for key, _ in typed):
        return JsonResponse({"problems": [text("gaps.not_asked", lang)]}, status=409)
    if not typed:
        return JsonResponse({"problems": [text("gaps.nothing_typed", lang)]}, status=422)
    rows = tuple({"parameter": key[0], "keys": key[1], "gas": key[2], **row} for key, row in typed)
    result = add_rows(AddRowsRequest(FACTORS, rows, site.workspace.folder, site.workspace.edition))
    if result.problems:
        faults = [_fault(p, [key for key, _ in typed], lang) for p in result.problems]
        return JsonResponse({"faults": faults, "problems": [f["text"] for f in faults]}, status=422)
    saved = text("gaps.factors_saved", lang, n=result.added, file=result.output.name)
    return JsonResponse({"saved": saved, **summary(site.workspace.state())})


def _key(factor: MissingFactor) -> tuple[str, str, str]:
    return factor.parameter, factor.keys, factor.gas


def _key_of(row: dict[str, Any]) -> tuple[str, str, str]:
    return str(row.get("parameter", "")), str(row.get("keys", "")), str(row.get("gas", ""))


def _typed(row: dict[str, Any]) -> dict[str, object]:
    """What was typed, blanks left out; only columns of the screen."""
    return {name: words for name in FACTOR_COLUMNS if (words := str(row.get(name, "")).strip())}


def _fault(problem: Problem, keys: list[tuple[str, str, str]], lang: str) -> dict[str, str]:
    """A problem with the row (by its key) and the column it stands at."""
    place = PLACE.fullmatch(problem.origin.cell)
    key = keys[int(place[1]) - 1] if place else ("", "", "")
    words = SEMICOLON[lang]
    said = words.join(t for part in ("what", "expected", "fix") if (t := problem.part(part, lang)))
    return {"row": "|".join(key), "column": place[2] if place else "", "text": said}
