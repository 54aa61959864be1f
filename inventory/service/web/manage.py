"""What administrators do: rounds with who must report, organisations, invitations. The one who opens rounds does not
grant access."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from ..domain.roles import LABELS, Level, May, Role
from ..domain.rounds import LATE_LABELS, LateRule, must_report
from ..shared.texts import text
from ..store.chain import record
from ..store.models import Invitation, Membership, Obligation, Organisation, Person, Report, Round
from ..store.scope import Scope
from ..store.verdicts import edition_hash
from .access import need
from .accounts import invite
from .frame import page

DATES = ("opens", "due_enterprise", "due_city", "due_province")
MAX_GRACE = 365


def open_round(
    person: Person | None, name: str, year: int, dates: Mapping[str, dt.date], late: Mapping[str, Any] | None = None
) -> Round:
    """A new round with an obligation and an empty report for every enterprise that must report (unknown figures: it is
    asked). `late`: the fields late, grace_days, late_rule of a round."""
    with transaction.atomic():
        made = Round.objects.create(
            name=name, year=year, edition="enterprise2013", edition_hash=edition_hash(), **(late or {}), **dates
        )
        for firm in Organisation.objects.filter(level__in=(Level.enterprise, Level.department)).order_by("path"):
            asked = must_report(firm.emission_2010_t, firm.energy_2010_tce)
            if asked is False:
                continue  # below the threshold
            closed = firm.status == "关闭"
            duty = Obligation.objects.create(
                round=made, organisation=firm, path=firm.path, exempt=closed, reason="关闭" if closed else ""
            )
            Report.objects.create(obligation=duty, round=made, path=firm.path)
        record("open_round", "", f"round/{made.pk}", person, year=year, edition=made.edition_hash)
    return made


@require_http_methods(["GET", "POST"])
def rounds(request: HttpRequest) -> HttpResponse:
    scope = need(request, May.manage_rounds)
    lang, told = str(request.lang), []  # type: ignore[attr-defined]
    if request.method == "POST":
        told = _round_act(scope, request, lang)
    return page(
        request,
        "rounds",
        "rounds",
        rounds=Round.objects.order_by("-year"),
        told=told,
        obligations=Obligation.objects.filter(Q(exempt=True) | Q(extended_to__isnull=False)).select_related(
            "organisation", "round"
        )[:100],
        late_rules=[(r.value, LATE_LABELS[r][lang]) for r in LateRule],
    )


def _round_act(scope: Scope, request: HttpRequest, lang: str) -> list[str]:
    if request.POST.get("act") in ("exempt", "extend"):
        found = (
            scope.of(
                Obligation.objects.filter(organisation__code=request.POST.get("code", "").strip()), May.manage_rounds
            )
            .order_by("-round__year")
            .first()
        )
        reason = request.POST.get("reason", "").strip()
        if found is None or not reason:
            return [text("rounds.wrong", lang)]
        return _exempt_or_extend(found, request, reason, scope, lang)
    try:
        dates = {d: dt.date.fromisoformat(request.POST.get(d, "")) for d in DATES}
        if county := request.POST.get("due_county", ""):
            dates["due_county"] = dt.date.fromisoformat(county)
        year = int(request.POST.get("year", ""))
        grace = int(request.POST.get("grace_days") or 0)
        late = LateRule(request.POST.get("late", LateRule.mark.value))
    except ValueError:
        return [text("rounds.wrong", lang)]
    if (
        not dates["opens"]
        <= dates["due_enterprise"]
        <= dates.get("due_county", dates["due_enterprise"])
        <= dates["due_city"]
        <= dates["due_province"]
        or not 2005 <= year <= 2100
        or not 0 <= grace <= MAX_GRACE
    ):
        return [text("rounds.order", lang)]
    open_round(
        scope.person,
        request.POST.get("name", "").strip()[:120] or str(year),
        year,
        dates,
        {"late": late.value, "grace_days": grace, "late_rule": request.POST.get("late_rule", "")[:200]},
    )
    return []


def _exempt_or_extend(found: Obligation, request: HttpRequest, reason: str, scope: Scope, lang: str) -> list[str]:
    if request.POST.get("act") == "exempt":
        found.exempt, found.reason = True, reason[:300]
        found.save()
        record("exempt", found.path, f"round/{found.round_id}", scope.person, reason=reason)
        return []
    try:
        found.extended_to = dt.date.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        return [text("rounds.wrong", lang)]
    found.reason = reason[:300]
    found.save()
    record("extend", found.path, f"round/{found.round_id}", scope.person, reason=reason, until=str(found.extended_to))
    return []


@require_http_methods(["GET", "POST"])
def organisations(request: HttpRequest) -> HttpResponse:
    """The tree; new ones by a form, many by a workbook."""
    scope = need(request, May.manage_organisations)
    lang, told = str(request.lang), []  # type: ignore[attr-defined]
    if request.method == "POST":
        given = request.FILES.get("workbook")
        if given is not None:
            from ..store.imports import import_organisations

            told = import_organisations(given.read(), str(given.name), scope.person, lang)
        else:
            told = _add(scope, request, lang)
    rows = scope.of(Organisation.objects.all(), May.manage_organisations).order_by("path")
    search = request.GET.get("q", "").strip()
    if search:
        rows = rows.filter(name__icontains=search[:60])
    return page(
        request,
        "organisations",
        "organisations",
        rows=rows[:300],
        told=told,
        q=search,
        levels=[(x.value, LABELS[x][lang]) for x in Level],
    )


def _add(scope: Scope, request: HttpRequest, lang: str) -> list[str]:
    from ..store.imports import add_organisation

    values: dict[str, Any] = {
        k: request.POST.get(k, "").strip() for k in ("code", "name", "level", "parent", "industry", "credit_code")
    }
    parent = Organisation.objects.filter(code=values.pop("parent")).first()
    if parent is not None and not scope.may(May.manage_organisations, parent.path):
        parent = None
    return add_organisation(parent, values, scope.person, lang)


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Who may what, and invitations. An invitation's link is shown once."""
    scope = need(request, May.manage_people)
    lang, told, link = str(request.lang), [], ""  # type: ignore[attr-defined]
    if request.method == "POST":
        act = request.POST.get("act", "")
        organisation = Organisation.objects.filter(code=request.POST.get("code", "").strip()).first()
        role = request.POST.get("role", "")
        if act == "invite":
            within = organisation is not None and role in set(Role) and scope.may(May.manage_people, organisation.path)
            if organisation is None or not within or not request.POST.get("login", "").strip():
                told = [text("people.wrong", lang)]
            else:
                token = invite(
                    scope.person, organisation, Role(role), request.POST.get("name", ""), request.POST.get("login", "")
                )
                link = request.build_absolute_uri(f"/invitation/{token}")
        elif act == "end":
            found = scope.of(
                Membership.objects.filter(pk=request.POST.get("membership") or 0), May.manage_people
            ).first()
            if found is not None:
                found.until = dt.date.today() - dt.timedelta(days=1)
                found.save()
                record("end_membership", found.path, f"person/{found.person_id}", scope.person, role=found.role)
    rows = scope.of(Membership.objects.select_related("person", "organisation"), May.manage_people).order_by(
        "path", "role"
    )[:400]
    waiting = Invitation.objects.filter(used=None).select_related("organisation").order_by("-pk")[:50]
    return page(
        request,
        "people",
        "people",
        rows=[{"m": m, "role": LABELS[Role(m.role)][lang]} for m in rows],
        told=told,
        link=link,
        roles=[(r.value, LABELS[r][lang]) for r in Role],
        waiting=waiting,
    )
