"""Screens about the inventory: factors checked against the print, uncertainty and key categories, quality control,
comparison."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.analysis.doubt import doubtful, lines_for
from inventory.analysis.key_categories import all_assessments
from inventory.analysis.quality import check_quality
from inventory.analysis.recalculation import CAUSES, LABELS, compare
from inventory.app.analysis import uncertainty_of
from inventory.app.declared_forms import AddRowsRequest, AddRowsResult, add_rows
from inventory.app.listings import APPROACH_1, KEY_ROWS, ranked
from inventory.core.problems import InventoryError
from inventory.spreadsheets.numbers import Number, parse_number
from inventory.uncertainty.propagation import approach_1
from inventory.versions import read_version
from inventory.workbook.context import Reader
from inventory.workbook.texts import Words

from ..shared.figures import shown_rows
from ..shared.texts import text, unit_shown
from . import site
from .actions import body
from .inventory_views import tables_of
from .render import lang_of, page
from .schema_form import entry_columns

WAN = 1e4
MOST_REQUESTS = 20
PART = APPROACH_1.only("part", "region", "year", "emission", "guideline", "lower_bound", "shared", "covered")
KEYS = KEY_ROWS.only("category", "gas", "later", "share", "cumulative")
CHECKS, ANSWERS = "checks", "answers"  # the forms
CHECK_COLUMNS, ANSWER_COLUMNS = ("printed", "evidence"), ("answer",)  # entered here; the others are known


# ---- factors against the print ----


@require_GET
def checks(request: HttpRequest) -> HttpResponse:
    """Every default in use in the order of the checklist: the most doubtful tonnes first."""
    state = site.workspace.state()
    if state.ledger is None:
        return page(request, "checks", state)
    lang, ledger = lang_of(request), state.ledger
    words = tables_of(state, lang).filing
    ordered = doubtful(ledger)
    rows = []
    for entry in ordered:
        factor = entry.factor
        declared = ledger.edition.declared.parameters.get(factor.parameter)
        rows.append(
            {
                "id": factor.id,
                "label": (declared.label.get(lang) or declared.label["zh"]) if declared else factor.parameter,
                "keys": words.item_text(factor.keys),
                "gas": factor.gas,
                "table": factor.table,
                "printed": ledger.edition.by_id[factor.id].printed,
                "unit": unit_shown(factor.unit, lang),
                "standing": factor.standing,
                "standing_label": Words(lang).of("standing", "checked" if factor.checked_by else factor.standing),
                "checked_by": factor.checked_by,
                "checked_date": factor.checked_date,
                "weight": entry.reach / WAN,
            }
        )
    done = sum(bool(r["checked_by"]) for r in rows)
    fields = entry_columns(CHECKS, CHECK_COLUMNS, site.workspace.edition, lang)
    return page(request, "checks", state, rows=rows, done=done, first=lines_for(ordered), fields=fields)


@require_POST
def check_factor(request: HttpRequest) -> HttpResponse:
    """A default compared with the print: the same figure ticks it, another one becomes the project's own. 422 with the
    faults by column where something typed is wrong."""
    lang, given = lang_of(request), body(request)
    name, by = str(given.get("id", "")), str(given.get("by", "")).strip() or site.workspace.person
    factor = site.workspace.state().edition.by_id.get(name)
    if factor is None or not by:
        return JsonResponse({"problems": [text("checks.wrong", lang)]}, status=400)
    date = dt.date.today().isoformat()
    typed = {k: str(given.get(k) or "").strip() for k in CHECK_COLUMNS}
    row = {"factor_id": name, **{k: v for k, v in typed.items() if v or k == "printed"}, "by": by, "date": date}
    refused = _kept(_put(CHECKS, row, ("factor_id",)), lang)
    if refused is not None:
        return refused
    printed = parse_number(typed["printed"])
    same = isinstance(printed, Number) and printed.value == factor.value
    return JsonResponse({"ok": True, "same": same, "by": by, "date": date})


def _put(form: str, row: dict[str, str], known_by: tuple[str, ...]) -> AddRowsResult | InventoryError:
    """A row into the project's file of a form, in place of the one that says it already; everything else in the file
    stays as it was typed, what is wrong in it too."""
    with site.workspace.locked():
        try:
            return add_rows(AddRowsRequest(form, (row,), site.workspace.folder, site.workspace.edition, known_by))
        except InventoryError as error:
            return error


def _kept(result: AddRowsResult | InventoryError, lang: str) -> JsonResponse | None:
    """None where the row was kept; else what is wrong, each fault with the column it stands in."""
    problems = result.problems
    if isinstance(result, AddRowsResult) and not problems:
        return None
    faults = [{"column": p.origin.cell.rpartition(":")[2], "text": p.text(lang)} for p in problems]
    return JsonResponse({"faults": faults, "problems": [f["text"] for f in faults]}, status=422)


# ---- uncertainty and key categories ----


@require_GET
def uncertainty(request: HttpRequest) -> HttpResponse:
    """Approach 1 for totals and sectors, inputs to ask about, key categories."""
    state = site.workspace.state()
    if state.ledger is None:
        return page(request, "uncertainty", state)
    lang, ledger = lang_of(request), state.ledger
    reader, approach = Reader(lang, ledger.edition), approach_1(ledger)
    result = uncertainty_of(ledger, approach)
    rows = [x for x in result.figures if x.target.level != "category"]
    figures = shown_rows(PART, rows, reader, [x.target.level != "sector" for x in rows])
    requests = [(x.label[lang], x.reach_t / WAN) for x in (*result.unstated, *result.assumed)[:MOST_REQUESTS]]
    keys = [
        (a, reader.value_label("region", a.region), shown_rows(KEYS, ranked(a, key_only=True), reader))
        for a in all_assessments(ledger, approach)
    ]
    return page(request, "uncertainty", state, figures=figures, requests=requests, keys=keys)


# ---- quality control ----


@require_GET
def quality(request: HttpRequest) -> HttpResponse:
    """Every check of the register, its findings and the answers to them."""
    state = site.workspace.state()
    if state.ledger is None:
        return page(request, "quality", state)
    lang = lang_of(request)
    log = check_quality(state.ledger, uncertainty=approach_1(state.ledger))
    by_check: dict[str, list[dict[str, Any]]] = {}
    for f in log.findings:
        by_check.setdefault(f.check, []).append(
            {"place": f.place, "severity": f.severity, "text": f.text(lang), "answer": f.answer}
        )
    blocks = [
        {
            "id": o.check,
            "label": o.label.get(lang) or o.label["zh"],
            "status": o.status,
            "count": o.findings,
            "findings": by_check.get(o.check, []),
            "open": sum(f["answer"] is None for f in by_check.get(o.check, [])),
        }
        for o in log.outcomes
    ]
    (field,) = entry_columns(ANSWERS, ANSWER_COLUMNS, site.workspace.edition, lang)
    counts = {"open_count": len(log.open), "total": len(log.findings)}
    return page(request, "quality", state, blocks=blocks, field=field, **counts)


@require_POST
def answer(request: HttpRequest) -> HttpResponse:
    """An answer to a finding, kept in the project's file of answers."""
    lang, given = lang_of(request), body(request)
    typed = {k: str(given.get(k, "")).strip() for k in ("check", "place", *ANSWER_COLUMNS)}
    by, date = site.workspace.person, dt.date.today().isoformat()
    if not (all(typed.values()) and by):
        return JsonResponse({"problems": [text("quality.wrong", lang)]}, status=400)
    refused = _kept(_put(ANSWERS, {**typed, "name": by, "date": date}, ("check", "place")), lang)
    return JsonResponse({"ok": True, "by": by, "date": date}) if refused is None else refused


# ---- two versions ----


@require_http_methods(["GET", "POST"])
def compare_versions(request: HttpRequest) -> HttpResponse:
    """This project against an older version: a filed workbook, a results CSV."""
    state = site.workspace.state()
    if state.ledger is None:
        return page(request, "compare", state)
    given = request.FILES.get("older")
    if request.method != "POST" or given is None:
        return page(request, "compare", state, difference=None, refusals=[])
    lang = lang_of(request)
    path = site.jobs.folder / f"older{Path(str(given.name)).suffix.lower()[:6]}"
    path.write_bytes(given.read())
    try:
        difference = compare(read_version(path, site.workspace.edition), state.ledger)
    except InventoryError as error:
        return page(request, "compare", state, difference=None, refusals=[p.text(lang) for p in error.problems])
    words = tables_of(state, lang).filing
    causes = [(c, LABELS[c].get(lang) or LABELS[c]["zh"]) for c in CAUSES]
    totals = []
    for region, year in difference.places:
        sums = difference.totals(region, year)
        totals.append(
            {
                "region": words.value_label("region", region),
                "year": year,
                "old": sums["old"] / WAN,
                "new": sums["new"] / WAN,
                "change": sums["change"] / WAN,
                "causes": [sums[c] / WAN for c, _ in causes],
            }
        )
    changes = [
        {
            "region": c.region,
            "year": c.year,
            "label": f"{c.category} {state.ledger.edition.label_of_category(c.category, lang)}",
            "item": c.item,
            "gas": c.gas,
            "old": c.old / WAN,
            "new": c.new / WAN,
            "change": c.change / WAN,
            "cause": LABELS[c.main_cause].get(lang) or LABELS[c.main_cause]["zh"],
        }
        for c in difference.changed[:300]
    ]
    return page(
        request,
        "compare",
        state,
        difference=difference,
        name=str(given.name),
        causes=causes,
        totals=totals,
        changes=changes,
        refusals=[],
    )
