"""Screens that need no inventory yet: data, problems, gaps."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from inventory.core.account import grouped, line_of, reason_text
from inventory.core.places import address
from inventory.core.problems import Problem
from inventory.energy_balance.files import entry_kind
from inventory.forms.files import kind_of_level_path
from inventory.reading.extras import kind_of
from inventory.spreadsheets.cells import Unreadable
from inventory.spreadsheets.container import TABLE_SUFFIXES
from inventory.templates_xlsx.departments import department_of
from inventory.templates_xlsx.gaps import missing_figures, readable_gap
from inventory.templates_xlsx.missing_factors import missing_factors

from ..shared.texts import text
from . import site
from .render import lang_of, page
from .workspace import FolderState

MOST_CELLS = 12
ROW = re.compile(r"row (\d+)")


@require_GET
def data(request: HttpRequest) -> HttpResponse:
    """Every file of the folder: what was read from it, what was not, and why."""
    state = site.workspace.state()
    lang = lang_of(request)
    rows = [_file(path, state, lang) for path in state.files]
    total = line_of(state.account.total, lang) if state.account is not None else ""
    return page(
        request,
        "data",
        state,
        rows=rows,
        account=total,
        figures=sum(r["data"] for r in rows),
        corrections=site.workspace.corrections(),
        suffixes=",".join(TABLE_SUFFIXES),
    )


def _file(path: Path, state: FolderState, lang: str) -> dict[str, Any]:
    """What the data screen says of one file."""
    name = path.name
    figures = [d for d in state.project.data if d.origin.file == name or any(t.cell.file == name for t in d.terms)]
    problems = state.of_file(name)
    years = sorted({d.year for d in figures})
    labels = Counter(_label(d.quantity, state, lang) for d in figures)
    factors = sum(f.origin.file == name for f in state.project.factors)
    notations = sum(n.origin.file == name for n in state.project.notations)
    kinds = [text(about, lang)] if (about := _about(path)) else []
    for count, key in ((factors, "data.factors"), (notations, "data.notations")):
        if count:
            kinds.append(text(key, lang, n=count))
    return {
        "name": name,
        "size": path.stat().st_size,
        "data": len(figures),
        "years": years,
        "regions": sorted({d.region for d in figures}),
        "labels": labels.most_common(),
        "kinds": kinds,
        "problems": problems,
        "counts": Counter(p.severity for p in problems),
        "sheets": _sheets(name),
        **_account(name, state, lang),
    }


def _account(name: str, state: FolderState, lang: str) -> dict[str, Any]:
    """Where the figures of a file went, and which were not counted, why, in which cells."""
    own = next((f for f in state.account or () if f.file == name), None)
    if own is None or not own.read:
        return {"account": "", "others": []}
    others = [
        {
            "sheet": sheet,
            "why": reason_text(reason, lang),
            "count": len(cells),
            "cells": "、".join(cells[:MOST_CELLS]) + ("…" if len(cells) > MOST_CELLS else ""),
        }
        for (_, sheet, _, reason), cells in grouped(own.entries).items()
    ]
    return {"account": line_of(own, lang), "others": others}


def _about(path: Path) -> str:
    """The text for a file that holds statements rather than activity data; empty for the others."""
    if entry_kind(path):
        return "data.balance_entries"
    if kind_of(path):
        return "data.statements"
    return "data.levels" if kind_of_level_path(path) else ""


def _sheets(name: str) -> list[dict[str, Any]]:
    try:
        return [
            {"name": s.name or "CSV", "rows": s.height, "columns": s.width, "visible": s.visible}
            for s in site.workspace.sheets(name)
        ]
    except (Unreadable, KeyError):
        return []


def _label(quantity: str, state: FolderState, lang: str) -> str:
    declared = state.edition.declared.quantities.get(quantity)
    return (declared.label.get(lang) or declared.label["zh"]) if declared else quantity


@require_GET
def problems(request: HttpRequest) -> HttpResponse:
    """The list beside the grid of the file that is chosen."""
    state = site.workspace.state()
    names = site.workspace.readable(state)
    listed = [problem_row(p, lang_of(request), set(names)) for p in state.problems]
    chosen = request.GET.get("file") or next((r["file"] for r in listed if r["file"]), names[0] if names else "")
    return page(
        request,
        "problems",
        state,
        listed=listed,
        names=names,
        chosen=chosen if chosen in names else (names[0] if names else ""),
    )


def problem_row(p: Problem, lang: str, names: set[str]) -> dict[str, str]:
    """A problem as the list and the grid take it."""
    file = p.origin.file if p.origin.file in names else ""
    row = ROW.fullmatch(p.origin.cell)
    return {
        "severity": p.severity,
        "code": p.code,
        "file": file,
        "sheet": p.origin.sheet,
        "cell": address(int(row[1]), 1) if row else p.origin.cell,
        "row": row[1] if row else "",
        "place": str(p.origin),
        "what": p.part("what", lang),
        "expected": p.part("expected", lang),
        "fix": p.part("fix", lang),
    }


@require_GET
def gaps(request: HttpRequest) -> HttpResponse:
    """What is still missing, by department."""
    from .schema_form import FACTOR_COLUMNS, FACTORS, entry_columns

    state = site.workspace.state()
    lang = lang_of(request)
    missing = missing_figures(state.project, state.edition, lang=lang)
    unknown = text("gaps.unknown", lang)
    departments: dict[str, list] = {}
    for gap in missing:
        departments.setdefault(gap.department or unknown, []).append(gap)
    shown = [
        (name, department_of(own[0].supplier, lang) or unknown, [readable_gap(g, state.edition, lang) for g in own])
        for name, own in departments.items()
    ]
    factors = missing_factors(state.problems, state.edition, lang)
    asked = entry_columns(FACTORS, FACTOR_COLUMNS, site.workspace.edition, lang) if factors else ()
    return page(request, "gaps", state, departments=shown, total=len(missing), factors=factors, widgets=asked)
