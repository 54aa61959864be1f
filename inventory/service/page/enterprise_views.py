"""The enterprise screens of the page: pick the industry, fill the grid or drop a filled workbook, see the verdict at
once, file."""

from __future__ import annotations

from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from inventory.core.problems import InventoryError
from inventory.enterprise.compute import Result
from inventory.enterprise.docx_report import write_docx
from inventory.enterprise.industries import default_edition, find, industries
from inventory.enterprise.report import write_report
from inventory.spreadsheets.cells import Unreadable

from ..domain.findings import GRADE_LABELS
from ..shared.reasons import tree_of
from ..shared.sheets import draft_sheet, enterprise_grid
from ..shared.texts import text
from ..store import verdicts
from . import site
from .actions import body, conflicting
from .enterprises import Enterprises, Kept
from .render import lang_of, page
from .workspace import Conflict


def store() -> Enterprises:
    return site.enterprises()


def _kept(name: str) -> Kept:
    try:
        return store().get(name)
    except KeyError:
        raise Http404 from None


@require_GET
def enterprise(request: HttpRequest) -> HttpResponse:
    """The drafts of the folder, a new one by industry, a filled workbook taken in."""
    state, lang = site.workspace.state(), lang_of(request)
    known = [
        (i.code, f"{i.code} {i.name if lang == 'zh' else i.name_en}") for i in industries(default_edition()).values()
    ]
    return page(
        request, "enterprise", state, names=store().names(), industries=known, refusals=request.GET.getlist("refusals")
    )


@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """A new draft: blank for an industry, or the cells of a filled workbook."""
    lang, given = lang_of(request), request.FILES.get("workbook")
    try:
        if given is not None:
            name = Path(str(given.name)).stem
            draft = verdicts.draft_of(given.read(), str(given.name))
            code = verdicts.verdict_of(draft, name)["industry"]
            if not code:
                return _back_with(text("enterprise_page.no_industry", lang, name=str(given.name)))
            kept = store().add(name, code, draft)
        else:
            industry = find(request.POST.get("industry", ""), default_edition())
            kept = store().add(
                request.POST.get("name", "").strip() or industry.short,
                industry.code,
                verdicts.blank_draft(industry.code, lang),
            )
    except Unreadable as unreadable:
        return _back_with(unreadable.problem.text(lang))
    except InventoryError as error:
        return _back_with(*(p.text(lang) for p in error.problems))
    return HttpResponseRedirect(f"/enterprise/{kept.name}")


def _back_with(*lines: str) -> HttpResponse:
    return HttpResponseRedirect("/enterprise?" + urlencode({"refusals": list(lines)[:5]}, doseq=True))


@require_GET
def one(request: HttpRequest, name: str) -> HttpResponse:
    kept, lang = _kept(name), lang_of(request)
    verdict = kept.verdict
    findings = [{**i, "text": i[lang], "label": GRADE_LABELS[i["grade"]][lang]} for i in verdict["findings"]]
    return page(
        request,
        "enterprise_one",
        site.workspace.state(),
        kept=kept,
        verdict=verdict,
        findings=findings,
        sheets=[s["name"] for s in kept.draft],
        undo_path=f"/enterprise/{name}/undo",
        redo_path=f"/enterprise/{name}/redo",
        own_undo=kept.done,
        own_redo=len(kept.steps) - kept.done,
        industry=find(kept.industry, default_edition()),
    )


@require_GET
def sheet(request: HttpRequest, name: str) -> HttpResponse:
    kept, lang = _kept(name), lang_of(request)
    wanted = request.GET.get("name", "")
    shown = next((s for s in kept.draft if s["name"] == wanted), None)
    if shown is None:
        raise Http404
    grid = enterprise_grid(shown, kept.industry, lang)
    return JsonResponse({**draft_sheet(shown, grid, kept.verdict["findings"], lang), "stamp": kept.done})


@require_POST
def cells(request: HttpRequest, name: str) -> HttpResponse:
    lang = lang_of(request)
    _kept(name)
    try:
        edits = [(str(e["sheet"]), str(e["cell"]), str(e["text"]), str(e["seen"])) for e in body(request)["edits"]]
        kept = store().type(name, edits)
    except Conflict as conflict:
        return conflicting(conflict, lang)
    except (KeyError, TypeError, ValueError):
        return JsonResponse({"problems": [text("sheet.refused", lang)]}, status=400)
    return JsonResponse({"undo": kept.done, "redo": len(kept.steps) - kept.done})


@require_POST
def step(request: HttpRequest, name: str, way: str) -> HttpResponse:
    _kept(name)
    kept = store().step(name, way == "undo")
    place = store().place_of(kept, way == "undo")
    return JsonResponse({"undo": kept.done, "redo": len(kept.steps) - kept.done, "place": place})


def result_of(name: str) -> Result:
    """The computed report. Raises `InventoryError` while an error stands in the way."""
    kept = store().get(name)
    return verdicts.result_of(kept.draft, name)


@require_GET
def reasons(request: HttpRequest, name: str) -> HttpResponse:
    _kept(name)
    lang = lang_of(request)
    try:
        ledger = result_of(name).ledger
    except InventoryError:
        raise Http404 from None
    source, gas = request.GET.get("source", ""), request.GET.get("gas", "")
    lines = [i for i, x in enumerate(ledger.lines) if x.category == source and x.gas == gas and x.account == "total"]
    return JsonResponse({"tree": tree_of(ledger, lines, f"{source} {gas}", lang)})


def write(kind: str, name: str, path: Path, lang: str) -> None:
    """The report tables, the text of the report, or the workbook of a draft: what the command writes of the same
    cells."""
    if kind == "enterprise_report":
        write_report(result_of(name), path, lang)
    elif kind == "enterprise_text":
        write_docx(result_of(name), path, lang)
    else:
        kept = store().get(name)
        path.write_bytes(verdicts.workbook_of(kept.draft, kept.industry, lang))
