"""The inventory that the accepted department data of a round give, by the same engine, and why each of its figures is
what it is: down to the cell of the department's sheet and the factor with its standing."""

from __future__ import annotations

import io
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from inventory.core.ledger import Ledger
from inventory.texts import LIST

from ..domain.roles import Level, May
from ..store import departments
from ..store.models import CELLS, Report, Round, Version
from ..store.places import county_of
from ..store.provenance import provenance_of
from ..store.scope import Scope
from .access import need
from .boards import lang_of, round_of
from .frame import page
from .reasons import tree_of, with_provenance

MOST_PROBLEMS = 60
Named = Sequence[tuple[str, Version]]


class LastCompiled:
    """The inventory compiled last in this process: the clicks on its figures must not compile it again. Versions never
    change, so their hashes name it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[str, ...] = ()
        self._compiled: departments.Compiled | None = None

    def of(self, versions: Named) -> departments.Compiled:
        key = tuple(f"{name}:{v.sha256}" for name, v in versions)
        with self._lock:
            if self._compiled is None or key != self._key:
                counties = [c for _, v in versions if (c := county_of(v.report.obligation.organisation))]
                self._compiled = departments.compile_versions([(n, v.draft) for n, v in versions], counties)
                self._key = key
            return self._compiled


_last = LastCompiled()


def versions_of(scope: Scope, chosen: Round | None) -> Named:
    """Versions in force of departments, by the names of their files."""
    rows = scope.of(
        Report.objects.filter(round=chosen, in_force__isnull=False, obligation__organisation__level=Level.department),
        May.compile_inventory,
    ).select_related(
        "obligation__organisation", "in_force__author", "in_force__report__obligation__organisation__parent__parent"
    )
    rows = rows.defer(*CELLS).order_by("path")
    return [(departments.file_stem(r.obligation.organisation), r.in_force) for r in rows if r.in_force is not None]


def ledger_of(scope: Scope, chosen: Round) -> Ledger | None:
    """The inventory of the data accepted in a round within the scope; None where there is none."""
    versions = versions_of(scope, chosen)
    return _last.of(versions).ledger if versions else None


@require_GET
def compiled(request: HttpRequest) -> HttpResponse:
    """Totals by sector, region and year, the versions behind them, what is wrong; `?file=1` is the filed workbook."""
    scope, lang = need(request, May.compile_inventory), lang_of(request)
    chosen = round_of(request)
    versions = versions_of(scope, chosen)
    compiled = _last.of(versions) if versions else None
    ledger = compiled.ledger if compiled is not None else None
    if request.GET.get("file") and ledger is not None:
        return _workbook(ledger, lang, chosen.name if chosen else "")
    problems = compiled.problems if compiled is not None else ()
    return page(
        request,
        "compiled",
        "compiled",
        round=chosen,
        rounds=Round.objects.order_by("-year", "-pk"),
        versions=[{"name": v.report.obligation.organisation.name, "version": v} for _, v in versions],
        reports={f"{n}.xlsx": v.report_id for n, v in versions},
        waiting=LIST[lang].join(_waiting(scope, chosen)),
        table=_table(ledger, lang) if ledger is not None else [],
        columns=[(r, y) for r in ledger.regions for y in ledger.years] if ledger is not None else [],
        problems=[p.text(lang) for p in problems[:MOST_PROBLEMS]],
        problem_count=len(problems),
        computed=ledger is not None,
    )


def _waiting(scope: Scope, chosen: Round | None) -> list[str]:
    """Names of departments whose data are not accepted yet."""
    rows = Report.objects.filter(
        round=chosen, in_force__isnull=True, obligation__exempt=False, obligation__organisation__level=Level.department
    )
    names = scope.of(rows, May.compile_inventory).order_by("path")
    return list(names.values_list("obligation__organisation__name", flat=True)[:40])


def _table(ledger: Ledger, lang: str) -> list[dict[str, object]]:
    """A row for each sector that has a figure, a column for each region and year; 10⁴ t CO2e."""
    out: list[dict[str, object]] = []
    for c in ledger.edition.categories.values():
        if c.parent or c.memo:
            continue
        cells: list[dict[str, Any]] = [
            {"region": r, "year": y, "value": float(ledger.co2e(region=r, year=y, category=c.id)) / 1e4}
            for r in ledger.regions
            for y in ledger.years
        ]
        if any(cell["value"] for cell in cells):
            out.append({"category": c.id, "label": c.label.get(lang) or c.label["zh"], "cells": cells})
    return out


def _workbook(ledger: Ledger, lang: str, name: str) -> HttpResponse:
    from inventory import api

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "inventory.xlsx"
        api.write_workbook(ledger, path, lang)
        content = path.read_bytes()
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=f"{name}-清单工作簿.xlsx")  # type: ignore[return-value]


@require_GET
def compiled_reasons(request: HttpRequest) -> HttpResponse:
    """Why is it this number: the tree behind a category's total of a region and year."""
    scope = need(request, May.compile_inventory)
    versions = versions_of(scope, round_of(request))
    ledger = _last.of(versions).ledger if versions else None
    category, region = request.GET.get("category", ""), request.GET.get("region", "")
    if ledger is None or category not in ledger.edition.categories or not request.GET.get("year", "").isdigit():
        raise Http404
    year = int(request.GET["year"])
    below = {c for c in ledger.edition.categories if c == category or c.startswith(f"{category}.")}
    lines = [
        i
        for i, x in enumerate(ledger.lines)
        if x.category in below and (x.region, x.year) == (region, year) and x.account == "total"
    ]
    if not lines:
        raise Http404
    label = ledger.edition.categories[category].label
    title = f"{label.get(lang_of(request)) or label['zh']} {year}"
    tree = tree_of(ledger, lines, title, lang_of(request))
    entered = provenance_of(v for _, v in versions)
    by_file = {f"{n}.xlsx": (v.report.obligation.organisation.name, entered[v.pk]) for n, v in versions}
    return JsonResponse({"tree": with_provenance(tree, by_file, lang_of(request))})
