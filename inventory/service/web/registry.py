"""The register of organisations: one by a form, many by a workbook, corrections of what is registered."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from ..domain.roles import LEVEL_LABELS, Level, May
from ..shared.texts import text
from ..store.imports import ORGANISATIONS, add_organisation, correct_organisation, import_organisations
from ..store.models import Organisation
from ..store.scope import Scope
from .access import need
from .blanks import blank_form
from .frame import page, saying
from .words import industry_choices, industry_name, industry_words

ROWS, MOST_PARENTS = 100, 2000
STATUSES = ("在产", "停产", "关闭")
FIELDS = ("code", "name", "level", "parent", "industry", "credit_code", "emission_2010_t", "energy_2010_tce")


@require_http_methods(["GET", "POST"])
def organisations(request: HttpRequest) -> HttpResponse:
    """The tree; new ones by a form, many by a workbook, one corrected."""
    scope = need(request, May.manage_organisations)
    lang = str(request.lang)  # type: ignore[attr-defined]
    if request.GET.get("template"):
        return blank_form(ORGANISATIONS, lang, {"industry": industry_words(lang)})
    done, refusals = _act(scope, request, lang) if request.method == "POST" else ("", [])
    if done:
        return saying(request.get_full_path(), done)
    given = request.POST if refusals and not request.FILES and not request.POST.get("act") else {}
    everybody = scope.of(Organisation.objects.all(), May.manage_organisations)
    rows = everybody.select_related("parent").order_by("path")
    search = request.GET.get("q", "").strip()[:60]
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(code=search) | Q(credit_code=search))
    shown = Paginator(rows, ROWS).get_page(request.GET.get("page", "1"))
    edited = request.GET.get("edit", "")
    return page(
        request,
        "organisations",
        "organisations",
        shown=shown,
        rows=[
            {
                "o": o,
                "level": LEVEL_LABELS[Level(o.level)][lang],
                "industry": industry_name(o.industry, lang),
                "status": text(f"org_status.{STATUSES.index(o.status)}", lang) if o.status in STATUSES else o.status,
            }
            for o in shown
        ],
        refusals=refusals,
        given=given,
        level_chosen=given.get("level") or Level.enterprise.value,
        q=search,
        query=urlencode({"q": search}) + "&",
        edited=everybody.filter(pk=edited).first() if edited.isdigit() else None,
        statuses=[(s, text(f"org_status.{n}", lang)) for n, s in enumerate(STATUSES)],
        levels=[(x.value, LEVEL_LABELS[x][lang]) for x in reversed(Level)],
        industries=industry_choices(lang),
        parents=everybody.exclude(level__in=(Level.enterprise, Level.department)).order_by("path")[:MOST_PARENTS],
    )


def _act(scope: Scope, request: HttpRequest, lang: str) -> tuple[str, list[str]]:
    """What was done, or what is wrong."""
    given = request.FILES.get("workbook")
    if given is not None:
        before = Organisation.objects.count()
        refusals = import_organisations(given.read(), str(given.name), scope.person, lang)
        return (
            "" if refusals else text("organisations.imported", lang, n=Organisation.objects.count() - before)
        ), refusals
    values: dict[str, Any] = {k: request.POST.get(k, "").strip() for k in (*FIELDS, "status")}
    if request.POST.get("act") == "correct":
        asked = request.POST.get("organisation", "")
        rows = scope.of(Organisation.objects.filter(pk=asked if asked.isdigit() else 0), May.manage_organisations)
        chosen = rows.first()
        refusals = (
            [text("organisations.gone", lang)]
            if chosen is None or values["status"] not in STATUSES
            else correct_organisation(chosen, values, scope.person, lang)
        )
        return ("" if refusals or chosen is None else text("organisations.corrected", lang, name=chosen.name)), refusals
    parent = Organisation.objects.filter(code=values.pop("parent").split(" ")[0]).first()
    if parent is not None and not scope.may(May.manage_organisations, parent.path):
        parent = None
    refusals = add_organisation(parent, values, scope.person, lang)
    return ("" if refusals else text("organisations.added", lang, name=values["name"])), refusals
