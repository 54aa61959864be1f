"""The activity database compared over years and versions, and the factor library with its checks."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from inventory.core.edition import Edition, FactorRow, Word
from inventory.core.problems import InventoryError
from inventory.edition import load
from inventory.enterprise.industries import default_edition
from inventory.enterprise.tables import key_labels
from inventory.texts import COMMA, SEMICOLON
from inventory.workbook.texts import Words

from ..domain.roles import Level, May
from ..shared.sheets import cell_label
from ..shared.texts import source_text, text, unit_shown
from ..store import series
from ..store.chain import record
from ..store.models import FactorCheck, Organisation, Version
from ..store.provenance import FigureEntry, local
from ..store.scope import subtree
from ..store.sums import unsigned
from .access import need
from .boards import lang_of
from .frame import page, saying
from .products import home
from .reasons import entered_words

ROWS = 100
MOST_VERSIONS = 200
MOST_UNITS = 2000  # offered as one types; any other is reached by its code or a part of its name
KINDS = ("datum", "line", "fuel")
# a department reports activity data, an enterprise source lines and fuels
KINDS_OF: dict[str, tuple[str, ...]] = {Level.department: KINDS[:1], Level.enterprise: KINDS[1:]}


@require_GET
def data(request: HttpRequest) -> HttpResponse:
    """One organisation's figures (or those of a part of the tree) side by side by year, the largest changes first."""
    scope, lang = need(request, May.view_data), lang_of(request)
    below, kind = request.GET.get("path", ""), request.GET.get("kind", "")
    search = request.GET.get("q", "").strip()[:60].lower()
    versions = scope.of(Version.objects.all(), May.view_data).exclude(unsigned())
    having = Exists(
        Version.objects.filter(path=OuterRef("path")).exclude(unsigned())
    )  # stops at the first version, however many years
    choices = scope.of(Organisation.objects.all(), May.view_data).filter(having)
    place = choices.filter(path=below).first() if below else _unit(choices, request.GET.get("unit", ""))
    below = place.path if place is not None else ""
    kinds = KINDS_OF.get(place.level if place is not None else "", KINDS)
    kind = kind if kind in kinds else kinds[0]
    shown_of = subtree(below) if place is not None else Q(pk__in=[])
    rows = series.rows_of(versions.filter(pk__in=versions.filter(shown_of).order_by("-pk")[:MOST_VERSIONS]))
    years, compared = series.compared(r for r in rows if r.kind == kind and _matches(r, search))
    pages = Paginator(compared, ROWS)
    shown = pages.get_page(request.GET.get("page", "1"))
    words = SeriesWords(lang)
    return page(
        request,
        "data",
        "data",
        rows=[
            {
                "s": s,
                "quantity": words.quantity(s.quantity),
                "item": words.item(s.item),
                "cells": [
                    {"value": v, "before": b, "change": c, "rows": [words.reported(x) for x in held]}
                    for v, b, c, held in s.cells
                ],
                "unit": unit_shown(s.unit, lang),
            }
            for s in shown
        ],
        units=[unit_words(o) for o in choices.order_by("level", "path")[:MOST_UNITS]],
        unit=unit_words(place) if place is not None else request.GET.get("unit", "")[:120],
        below=below,
        kind=kind,
        kinds=[(k, text(f"web_data.{k}", lang)) for k in kinds],
        q=search,
        query=urlencode({"path": below, "kind": kind, "q": search}) + "&",
        years=years,
        shown=shown,
    )


def unit_words(organisation: Organisation) -> str:
    return f"{organisation.name} · {organisation.code}"


def _unit(choices: QuerySet[Organisation], name: str) -> Organisation | None:
    """The unit meant by `name · code`, a code, or a part of a name; without any the first."""
    ordered, name = choices.order_by("level", "path"), name.strip()[:120]
    if not name:
        return ordered.first()
    return (
        ordered.filter(code=name.rpartition(" · ")[2]).first()
        or ordered.filter(name=name).first()
        or ordered.filter(name__icontains=name).first()
    )


class SeriesWords:
    """Names of the figures reported, in one language: quantities and source lines, and what they are told apart by."""

    def __init__(self, lang: str) -> None:
        self.lang, self.edition, self.firms = lang, load(), default_edition()
        self.keys = {**key_labels(self.firms, lang), **key_labels(self.edition, lang)}

    def quantity(self, quantity: str) -> str:
        """A department's quantity by its label, an enterprise's source line (`03-01 CO2`) by the line's."""
        if quantity == "fuel":
            return text("web_data.fuel", self.lang)
        declared = self.edition.declared.quantities.get(quantity)
        if declared is not None:
            return declared.label.get(self.lang) or declared.label["zh"]
        source, _, gas = quantity.partition(" ")
        label = self.firms.label_of_category(source, self.lang)
        return f"{source} {label} {gas}".strip() if label != source else quantity

    def reported(self, row: series.SeriesRow) -> dict[str, object]:
        """One figure as it was reported: version and its standing, source, cell, file, who and when."""
        entered = FigureEntry(row.entered, row.file, row.entered_by, row.entered_at, 0)
        if not row.entered:
            entered = FigureEntry("", "", row.author, local(row.created), 0)
        return {
            "row": row,
            "unit": unit_shown(row.unit, self.lang),
            "standing": text(f"web_data.{row.standing}", self.lang),
            "place": cell_label(f"{row.sheet}!{row.cell}", self.lang) if row.cell else "",
            "source": row.source if row.kind == "datum" else "",  # of a line its own name, which stands before it
            "address": f"/report/{row.report}" + (f"#{quote(f'{row.sheet}!{row.cell}')}" if row.cell else ""),
            "entered": entered_words(entered, self.lang),
        }

    def item(self, item: str) -> str:
        """`fuel=烟煤;survey_year=2010` with the names of its keys."""
        out = []
        for part in filter(None, item.split(";")):
            key, _, value = part.partition("=")
            word = self.edition.word(key, value)
            label = self.keys.get(key, key)
            english = word.label_en if word is not None and self.lang == "en" else ""
            out.append(f"{label}: {english or value}" if self.lang == "en" else f"{label}：{value}")
        return SEMICOLON[self.lang].join(out)


def _matches(row: series.SeriesRow, search: str) -> bool:
    return not search or search in f"{row.name} {row.quantity} {row.item}".lower()


def _editions() -> dict[str, Edition]:
    """The editions whose factors are shown, by id: the province's and the enterprises'."""
    return {e.id: e for e in (load(), default_edition())}


@require_GET
def factors(request: HttpRequest) -> HttpResponse:
    """Factors of an edition with standing and who checked them."""
    from inventory.app.factors import FactorsRequest, list_factors

    need(request, May.view_data)
    lang = lang_of(request)
    editions = _editions()
    edition = request.GET.get("edition", load().id)
    chosen = editions.get(edition)
    if chosen is None:
        raise Http404
    search, parameter = request.GET.get("q", "").strip()[:60].lower(), request.GET.get("parameter", "")
    try:
        rows = list_factors(FactorsRequest(chosen.path, parameter)).rows
    except InventoryError:
        raise Http404 from None
    kept = [
        r
        for r in rows
        if not search
        or search in f"{r.id} {_label(chosen, r.parameter, lang)} {r.table} {r.source} {dict(r.keys)}".lower()
    ]
    pages = Paginator(kept, ROWS)
    shown = pages.get_page(request.GET.get("page", "1"))
    checks: dict[str, list[FactorCheck]] = {}
    ids = [r.id for r in shown]
    for check in FactorCheck.objects.filter(edition=edition, factor__in=ids).select_related("author").order_by("pk"):
        checks.setdefault(check.factor, []).append(check)
    return page(
        request,
        "factors",
        "factors",
        edition=edition,
        editions=[(name, e.label[lang]) for name, e in editions.items()],
        parameter=parameter,
        parameters=sorted({r.parameter for r in list_factors(FactorsRequest(chosen.path)).rows}),
        q=search,
        query=urlencode({"edition": edition, "parameter": parameter, "q": search}) + "&",
        shown=shown,
        parameter_labels={p: _label(chosen, p, lang) for p in chosen.declared.parameters},
        rows=[_shown(r, chosen, lang, checks.get(r.id, [])) for r in shown],
    )


def _shown(row: FactorRow, edition: Edition, lang: str, checks: list[FactorCheck]) -> dict[str, object]:
    """A factor in words: what it is, what it holds for, how well it is known."""
    words = [edition.word(key, value) for key, value in row.keys]
    names = [
        text("web_factors.any", lang) if v == "*" else _word(w, v, lang)
        for w, (_, v) in zip(words, row.keys, strict=True)
    ]
    return {
        "row": row,
        "label": _label(edition, row.parameter, lang),
        "unit": unit_shown(row.unit, lang) or text("web_factors.no_unit", lang),
        "keys": COMMA[lang].join(names),
        "standing": Words(lang).of("standing", row.standing),
        "source": source_text(row.source, lang),
        "checks": checks,
    }


def _word(word: Word | None, value: str, lang: str) -> str:
    """What a factor holds for: the word's English, or its name where the word itself is a code."""
    if word is None:
        return value
    return (word.label_en if lang == "en" else str(word.attributes.get("name", ""))) or value


def _label(edition: Edition, parameter: str, lang: str) -> str:
    declared = edition.declared.parameters.get(parameter)
    return (declared.label.get(lang) or declared.label["zh"]) if declared is not None else parameter


@require_POST
def factor_check(request: HttpRequest) -> HttpResponse:
    """Somebody compared a factor with the printed source and says whether it agrees, and where it stands."""
    from inventory.app.factors import FactorRequest, show_factor

    scope = need(request, May.view_data)
    edition, note = request.POST.get("edition", ""), request.POST.get("note", "").strip()
    chosen = _editions().get(edition)
    if chosen is None:
        raise Http404
    try:
        factor = show_factor(FactorRequest(request.POST.get("factor", ""), chosen.path))
    except InventoryError:
        raise Http404 from None
    if len(note) >= 2:
        check = FactorCheck.objects.create(
            edition=edition,
            edition_hash=hash_of(edition),
            factor=factor.row.id,
            path=home(scope, May.view_data),
            agrees=request.POST.get("agrees") == "yes",
            note=note[:500],
            author=scope.person,
            created=timezone.now(),
        )
        record("factor_check", check.path, f"factor/{check.pk}", scope.person, factor=check.factor, agrees=check.agrees)
    return saying(
        f"/factors?{urlencode({'edition': edition, 'q': factor.row.id})}", text("web_factors.noted", lang_of(request))
    )


def hash_of(edition: str) -> str:
    from ..store import departments, verdicts

    return departments.edition_hash() if edition == load().id else verdicts.edition_hash()
