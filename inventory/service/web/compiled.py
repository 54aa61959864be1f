"""The inventory that the accepted department data of a round give, by the same engine, and why each of its figures is
what it is: down to the cell of the department's sheet and the factor with its standing."""

from __future__ import annotations

import io
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from inventory.api import write_workbook
from inventory.core.ledger import Ledger

from ..domain.roles import Level, May
from ..store import departments
from ..store.models import Report, Round, Version
from ..store.scope import Scope
from .access import need
from .boards import lang_of, round_of
from .frame import page
from .reasons import tree_of

Named = Sequence[tuple[str, Version]]


class LastCompiled:
    """The inventory compiled last in this process: the clicks on its figures must not compile it again. Versions never
    change, so their hashes name it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._key: tuple[str, ...] = ()
        self._made: departments.Compiled | None = None

    def of(self, versions: Named) -> departments.Compiled:
        key = tuple(f"{name}:{v.sha256}" for name, v in versions)
        with self._lock:
            if self._made is None or key != self._key:
                self._made, self._key = departments.compile_versions([(n, v.draft) for n, v in versions]), key
            return self._made


_last = LastCompiled()


def versions_of(scope: Scope, chosen: Round | None) -> Named:
    """Names of departments and their versions in force."""
    rows = scope.of(
        Report.objects.filter(round=chosen, in_force__isnull=False, obligation__organisation__level=Level.department),
        May.compile_inventory,
    ).select_related("obligation__organisation", "in_force")
    rows = rows.defer("draft", "verdict").order_by("path")
    return [(r.obligation.organisation.name, r.in_force) for r in rows if r.in_force is not None]


@require_GET
def compiled(request: HttpRequest) -> HttpResponse:
    """Totals by sector, region and year, the versions behind them, what is wrong; `?file=1` is the filed workbook."""
    scope, lang = need(request, May.compile_inventory), lang_of(request)
    chosen = round_of(request)
    versions = versions_of(scope, chosen)
    made = _last.of(versions) if versions else None
    ledger = made.ledger if made is not None else None
    if request.GET.get("file") and ledger is not None:
        return _workbook(ledger, lang, chosen.name if chosen else "")
    totals = _totals(ledger, lang) if ledger is not None else []
    return page(
        request,
        "compiled",
        "compiled",
        round=chosen,
        versions=[{"name": n, "version": v} for n, v in versions],
        totals=[t for t in totals if t["value"]],
        told_problems=[p.text(lang) for p in (made.problems if made is not None else ())][:60],
        computed=ledger is not None,
    )


def _totals(ledger: Ledger, lang: str) -> list[dict[str, object]]:
    roots = [c for c in ledger.edition.categories.values() if not c.parent and not c.memo]
    return [
        {
            "region": region,
            "year": year,
            "category": c.id,
            "label": f"{c.id} {c.label.get(lang) or c.label['zh']}",
            "value": float(ledger.co2e(region=region, year=year, category=c.id)) / 1e4,
        }
        for region in ledger.regions
        for year in ledger.years
        for c in roots
    ]


def _workbook(ledger: Ledger, lang: str, name: str) -> HttpResponse:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "inventory.xlsx"
        write_workbook(ledger, path, lang)
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
    return JsonResponse({"tree": tree_of(ledger, lines, category, lang_of(request))})
