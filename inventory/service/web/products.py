"""What a round becomes: products ordered as jobs, files beside the departments' reports, and what is published."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from ..domain.roles import GRANTS, May
from ..maps.drawing import WrongMap
from ..shared.texts import text
from ..store import evidence, jobs, public
from ..store.chain import record
from ..store.models import Job, Round, RoundFile
from ..store.products import PRODUCTS
from ..store.round_files import keep_round_file, round_files, unreadable
from ..store.scope import Scope
from .access import need
from .boards import lang_of, round_of
from .frame import page

MAX_FILE = 5_000_000
ENDINGS = (".csv", ".xlsx", ".geojson")
SHOWN = 30


def home(scope: Scope, what: May) -> str:
    """The part of the tree for which a product is made: the membership's organisation."""
    return min((m.path for m in scope.memberships if what in GRANTS[m.role]), default="")


@require_GET
def products(request: HttpRequest) -> HttpResponse:
    """The list of products, what was made, and the round's own files."""
    from inventory.forms.files import FILES

    scope, lang, chosen = need(request, May.compile_inventory), lang_of(request), round_of(request)
    ordered = scope.of(Job.objects.filter(kind="product"), May.compile_inventory).select_related("person")
    if chosen is not None:
        ordered = ordered.filter(facts__round=chosen.pk)
    return page(
        request,
        "products",
        "products",
        round=chosen,
        rounds=Round.objects.order_by("-year", "-pk"),
        kinds=[(name, text(f"products.{name}", lang), text(f"products.{name}_about", lang)) for name in PRODUCTS],
        jobs=[_shown(j, lang) for j in ordered.order_by("-pk")[:SHOWN]],
        waiting=ordered.filter(state__in=("waiting", "running")).exists(),
        files=round_files(chosen) if chosen is not None else [],
        known="、".join(n for n in FILES if not n.isascii())
        if lang == "zh"
        else ", ".join(n for n in FILES if n.isascii()),
        may_publish=scope.may(May.publish),
        map_words=text(f"public.map_{public.map_of(chosen, home(scope, May.publish))}", lang)
        if chosen is not None and scope.may(May.publish)
        else "",
        published=chosen.published if chosen is not None else None,
    )


def _shown(job: Job, lang: str) -> dict[str, Any]:
    result = job.result or {}
    return {
        "id": job.pk,
        "name": text(f"products.{job.facts['product']}", lang),
        "which": text("aggregates.accepted" if job.facts["accepted"] else "aggregates.submitted", lang),
        "state": job.state,
        "label": text(f"products.state_{job.state}", lang),
        "at": job.finished or job.created,
        "person": job.person.name if job.person else "",
        "sha256": result.get("sha256", ""),
        "size": result.get("size"),
        "problems": [p.get(lang, "") if isinstance(p, dict) else p for p in result.get("problems", ())][:12],
    }


def order(scope: Scope, chosen: Round, product: str, accepted: bool, lang: str) -> Job:
    """Want a product of a round. Raises Http404 for an unknown one."""
    if product not in PRODUCTS:
        raise Http404
    path = home(scope, May.compile_inventory)
    facts = {"product": product, "round": chosen.pk, "accepted": accepted, "lang": lang}
    record("product", path, f"round/{chosen.pk}", scope.person, product=product, accepted=accepted)
    return jobs.enqueue("product", path, facts, scope.person)


@require_POST
def make(request: HttpRequest) -> HttpResponse:
    scope, chosen = need(request, May.compile_inventory), _posted_round(request)
    accepted = request.POST.get("which", "accepted") != "submitted"
    order(scope, chosen, request.POST.get("product", ""), accepted, lang_of(request))
    return HttpResponseRedirect(f"/products?round={chosen.pk}")


def _posted_round(request: HttpRequest) -> Round:
    asked = request.POST.get("round", "")
    chosen = Round.objects.filter(pk=asked if asked.isdigit() else 0).first()
    if chosen is None:
        raise Http404
    return chosen


@require_GET
def product_file(request: HttpRequest, number: int) -> HttpResponse:
    """The file a job made."""
    scope = need(request, May.compile_inventory)
    return served(scope.of(Job.objects.filter(pk=number, kind="product", state="done"), May.compile_inventory).first())


def served(job: Job | None) -> HttpResponse:
    if job is None or not (job.result or {}).get("sha256"):
        raise Http404
    result: dict[str, Any] = job.result or {}
    name = f"{text('products.' + job.facts['product'], str(job.facts['lang']))}-{job.pk}{result['ending']}"
    return FileResponse(evidence.place(result["sha256"]).open("rb"), as_attachment=True, filename=name)  # type: ignore[return-value]


@require_POST
def round_file(request: HttpRequest) -> HttpResponse:
    """Targets, boundary, rules of allocation and the like, several at once: kept beside the departments' reports, never
    overwritten. What nothing can be read from is refused whole; a file that is not wanted any more is withdrawn."""
    scope, chosen, lang = need(request, May.publish), _posted_round(request), lang_of(request)
    path, back = home(scope, May.publish), f"/products?round={chosen.pk}"
    if withdrawn := request.POST.get("withdraw", ""):
        if all(f.name != withdrawn for f in round_files(chosen)):
            raise Http404
        keep_round_file(chosen, path, withdrawn, b"", scope.person)
        return HttpResponseRedirect(back)
    given = [(PurePosixPath(str(f.name)).name, f) for f in request.FILES.getlist("file")]
    refusals = [] if given else [text("products.file_wrong", lang)]
    contents: dict[str, bytes] = {}
    for name, file in given:
        if not file.size or file.size > MAX_FILE or not name.lower().endswith(ENDINGS):
            refusals.append(f"{name}: {text('products.file_wrong', lang)}")
            continue
        contents[name] = file.read()
        refusals += _unreadable(name, contents[name], lang)
    if refusals:
        return _refused(request, chosen, refusals)
    for name, content in contents.items():
        keep_round_file(chosen, path, name, content, scope.person)
    return HttpResponseRedirect(back)


def _unreadable(name: str, content: bytes, lang: str) -> list[str]:
    """What is wrong with a file, in words."""
    try:
        if public.is_map(name):
            public.read_map(name, content)
            return []
    except WrongMap as wrong:
        return [text(f"map.{wrong.code}", lang, detail=wrong.detail)]
    return [p.text(lang) for p in unreadable(name, content)][:12]


@require_GET
def given_file(request: HttpRequest, number: int) -> HttpResponse:
    """A file of a round, as it was given."""
    scope = need(request, May.compile_inventory)
    file = scope.of(RoundFile.objects.filter(pk=number), May.compile_inventory).first()
    if file is None:
        raise Http404
    return FileResponse(evidence.place(file.sha256).open("rb"), as_attachment=True, filename=file.name)  # type: ignore[return-value]


def _refused(request: HttpRequest, chosen: Round, refusals: list[str]) -> HttpResponse:
    title = text("fault.title", lang_of(request))
    return render(
        request,
        "web/fault.html",
        {"refusals": refusals, "title": title, "back": f"/products?round={chosen.pk}"},
        status=422,
    )


@require_POST
def publish(request: HttpRequest) -> HttpResponse:
    """Switch the public page of a round on (with what is accepted now) or off."""
    scope, chosen = need(request, May.publish), _posted_round(request)
    path = home(scope, May.publish)
    kept = ""
    chosen.published = None
    if request.POST.get("on"):
        chosen.published, kept = public.snapshot(chosen, path)
    chosen.save()
    facts = {"sha256": public.digest(chosen.published), "kept": kept}
    record("publish" if chosen.published else "unpublish", path, f"round/{chosen.pk}", scope.person, **facts)
    return HttpResponseRedirect(f"/products?round={chosen.pk}")


@require_GET
def public_page(request: HttpRequest) -> HttpResponse:
    """What everybody may see, without a login: published rounds only."""
    rows = Round.objects.filter(published__isnull=False).order_by("-year", "-pk")
    asked = request.GET.get("round", "")
    chosen = rows.filter(pk=asked).first() if asked.isdigit() else rows.first()
    if chosen is None:
        said = {
            "refusals": [text("public.none", lang_of(request))],
            "title": text("public.none_title", lang_of(request)),
        }
        return render(request, "web/fault.html", said, status=404)
    lang, shown = lang_of(request), chosen.published or {}
    return render(
        request,
        "web/public.html",
        {
            "title": text("public.title", lang),
            "round": chosen,
            "rounds": rows,
            "shown": shown,
            "parts": [
                {
                    "title": text(f"aggregates.{by}", lang),
                    "rows": [{**r, "name": r.get(lang) or r["zh"]} for r in shown[by]],
                    "largest": max((r["value"] or 0 for r in shown[by]), default=0) or 1,
                }
                for by in ("city", "industry", "gas")
            ],
            "map": shown.get("map"),
            "sectors": [{**r, "name": r.get(lang) or r["zh"]} for r in shown.get("sectors", ())],
            "digest": public.digest(shown),
        },
    )
