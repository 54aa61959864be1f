"""What the data and problem screens do: files in, a sheet as a grid, cells corrected, steps undone."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from inventory.app.grids import GridRequest
from inventory.core.files import write_bytes
from inventory.core.places import address, position
from inventory.spreadsheets.cells import Sheet, Unreadable
from inventory.spreadsheets.container import MAX_FILE, TABLE_SUFFIXES, check_container, what_is
from inventory.spreadsheets.corrected import FILE as CORRECTIONS

from ..shared.sheets import grid_json
from ..shared.texts import text
from . import site
from .render import lang_of
from .views import problem_row
from .workspace import CellEdit, Conflict, FolderState

MOST_ROWS = 1500
MOST_COLUMNS = 80
RESERVED = frozenset('\\/:*?"<>|')


def conflicting(conflict: Conflict, lang: str) -> JsonResponse:
    """Somebody else typed into the cell meanwhile."""
    said = text("sheet.conflict", lang, cell=conflict.cell, now=conflict.now or "—")
    return JsonResponse({"problems": [said], "conflict": True}, status=409)


def body(request: HttpRequest) -> dict[str, Any]:
    """The JSON object of a request; an empty one for anything else."""
    try:
        given = json.loads(request.body.decode("utf-8"))
    except (ValueError, UnicodeDecodeError):
        return {}
    return given if isinstance(given, dict) else {}


def summary(state: FolderState) -> dict[str, Any]:
    undo, redo = site.workspace.depth()
    return {
        "errors": state.counts["error"],
        "warnings": state.counts["warning"],
        "hints": state.counts["hint"],
        "undo": undo,
        "redo": redo,
        "computed": state.ledger is not None,
    }


def problems_of(state: FolderState, lang: str) -> list[dict[str, str]]:
    names = set(site.workspace.readable(state))
    return [problem_row(p, lang, names) for p in state.problems]


@require_GET
def ping(request: HttpRequest) -> HttpResponse:
    """An open page says that it is still there."""
    return JsonResponse({"ok": True})


@require_POST
def person(request: HttpRequest) -> HttpResponse:
    """Who works here, for corrections, checks and answers."""
    site.workspace.keep_setting("person", str(body(request).get("name", "")).strip()[:60])
    return JsonResponse({"ok": True})


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """Files dropped on the page are copied into the folder, never over one that differs unless that was said."""
    lang, refusals, kept = lang_of(request), [], []
    replace = request.POST.get("replace") == "yes"
    for given in request.FILES.getlist("files"):
        name = PurePath(str(given.name).replace("\\", "/")).name.strip()
        fault = _fault(given, name, replace, lang)
        if fault:
            refusals.append(fault)
            continue
        content = given.read()
        kind = what_is(content, PurePath(name).suffix.lower())
        damage = check_container(content, name) if kind in ("xlsx", "ods", "xlsb") else None
        if damage is not None:
            refusals.append({"name": name, "text": damage.text(lang), "exists": False})
            continue
        write_bytes(site.workspace.folder / name, content)
        kept.append(name)
    return JsonResponse({"kept": kept, "refusals": refusals, **summary(site.workspace.state())})


def _fault(given: UploadedFile, name: str, replace: bool, lang: str) -> dict[str, Any] | None:
    """Why a file is not taken; None when it is."""
    suffix = PurePath(name).suffix.lower()
    if not name or name.startswith((".", "~$")) or set(name) & RESERVED or name == CORRECTIONS:
        return {"name": name, "text": text("upload.name", lang, name=name), "exists": False}
    if suffix not in TABLE_SUFFIXES:
        return {
            "name": name,
            "text": text("upload.kind", lang, name=name, known="、".join(TABLE_SUFFIXES)),
            "exists": False,
        }
    if given.size is None or given.size > MAX_FILE:
        return {
            "name": name,
            "text": text("upload.size", lang, name=name, limit=f"{MAX_FILE / 1e6:.0f}"),
            "exists": False,
        }
    if (site.workspace.folder / name).exists() and not replace:
        return {"name": name, "text": text("upload.exists", lang, name=name), "exists": True}
    return None


@require_GET
def sheet(request: HttpRequest) -> HttpResponse:
    """One sheet for the grid: what cells say, what they said before they were corrected, and the problems at them."""
    lang = lang_of(request)
    name = request.GET.get("file", "")
    state = site.workspace.state()
    try:
        sheets = site.workspace.sheets(name)
    except KeyError:
        return JsonResponse({"problems": [text("sheet.gone", lang, name=name)]}, status=404)
    except Unreadable as unreadable:
        return JsonResponse({"problems": [unreadable.problem.text(lang)]}, status=422)
    wanted = request.GET.get("sheet", "")
    shown = next((s for s in sheets if s.name == wanted), sheets[0])
    grid = grid_json(GridRequest(shown, edition=state.edition, lang=lang))
    corrections = {
        c.cell: {"before": c.before, "after": c.after, "by": c.by, "date": c.date, "reason": c.reason}
        for c in site.workspace.corrections()
        if c.file == name and c.sheet == shown.name
    }
    return JsonResponse(
        {
            "file": name,
            "sheet": shown.name,
            "sheets": [s.name for s in sheets if not s.name.startswith("_")],
            **_cells(shown, grid["head"] + 1 + grid["rows"]),
            "grid": grid,
            "corrections": corrections,
            "at": [r for r in problems_of(state, lang) if r["file"] == name and r["sheet"] == shown.name],
            **summary(state),
        }
    )


def _cells(shown: Sheet, room: int) -> dict[str, Any]:
    """The text of every cell with as many rows as the form has room for, cut at a size that a browser bears; said when
    it was cut."""
    height, width = min(max(shown.height + 3, room), MOST_ROWS), min(max(shown.width, 1), MOST_COLUMNS)
    rows = [[shown.cell(r, c).text for c in range(1, width + 1)] for r in range(1, height + 1)]
    errors = [
        address(r, c) for (r, c), kind in shown.probe.holes.items() if kind == "uncached" and r <= height and c <= width
    ]
    return {
        "rows": rows,
        "merged": [list(m) for m in shown.merged if m[2] <= height and m[3] <= width],
        "cut": shown.height > height or shown.width > width,
        "height": shown.height,
        "uncached": errors,
    }


@require_POST
def correct(request: HttpRequest) -> HttpResponse:
    """Cells typed over in the grid."""
    lang, given = lang_of(request), body(request)
    try:
        edits = [CellEdit(str(e["cell"]), str(e["text"]), str(e["seen"])) for e in given["edits"]]
        for edit in edits:
            position(edit.cell)
        site.workspace.correct(
            str(given["file"]), str(given["sheet"]), edits, site.workspace.person, str(given.get("reason", ""))[:300]
        )
    except Conflict as conflict:
        return conflicting(conflict, lang)
    except (KeyError, TypeError, ValueError):
        return JsonResponse({"problems": [text("sheet.refused", lang)]}, status=400)
    return _after(lang)


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    return _after(lang_of(request), site.workspace.undo())


@require_POST
def redo(request: HttpRequest) -> HttpResponse:
    return _after(lang_of(request), site.workspace.redo())


def _after(lang: str, place: list[str] | None = None) -> JsonResponse:
    state = site.workspace.state()
    return JsonResponse({**summary(state), "listed": problems_of(state, lang), "place": place})
