"""Rounds: year, deadlines, who must report, exemptions and extensions. The one who opens rounds does not grant
access."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from inventory.enterprise.industries import default_edition

from ..domain.roles import Level, May
from ..domain.rounds import LATE_LABELS, LateRule, must_report
from ..shared.texts import text
from ..store.chain import record
from ..store.models import Obligation, Organisation, Person, Report, Round
from ..store.scope import Scope
from ..store.verdicts import edition_hash
from .access import need
from .frame import page, saying
from .words import industry_choices, industry_name

DATES = ("opens", "due_enterprise", "due_city", "due_province")
REPORTING = (Level.enterprise, Level.department)
MAX_GRACE = 365
MOST_LISTED, MOST_CHOICES = 200, 3000
Outcome = tuple[str, list[str]]  # what was done, or what is wrong


def open_round(
    person: Person | None, name: str, year: int, dates: Mapping[str, dt.date], late: Mapping[str, Any] | None = None
) -> Round:
    """A new round with an obligation and an empty report for every enterprise that must report (unknown figures: it is
    asked). `late`: the fields late, grace_days, late_rule, forms of a round."""
    with transaction.atomic():
        opened = Round.objects.create(
            name=name, year=year, edition=default_edition().id, edition_hash=edition_hash(), **(late or {}), **dates
        )
        for firm in Organisation.objects.filter(level__in=REPORTING).order_by("path"):
            if opened.forms and firm.industry not in opened.forms:
                continue
            if must_report(firm.emission_2010_t, firm.energy_2010_tce) is not False:  # False: below the threshold
                _oblige(opened, firm)
        record("open_round", "", f"round/{opened.pk}", person, year=year, edition=opened.edition_hash)
    return opened


def _oblige(chosen: Round, firm: Organisation) -> Obligation:
    """The duty of an organisation in a round, with its empty report; one that is shut down is exempt."""
    shut = firm.status == "关闭"
    duty = Obligation.objects.create(
        round=chosen, organisation=firm, path=firm.path, exempt=shut, reason="关闭" if shut else ""
    )
    Report.objects.create(obligation=duty, round=chosen, path=firm.path)
    return duty


@require_http_methods(["GET", "POST"])
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds with how many must report; opening and closing one; exemptions, extensions and late additions."""
    scope = need(request, May.manage_rounds)
    lang = str(request.lang)  # type: ignore[attr-defined]
    refusals = list[str]()
    if request.method == "POST":
        act = request.POST.get("act", "open")
        done, refusals = ACTS[act](scope, request, lang) if act in ACTS else ("", [text("rounds.wrong", lang)])
        if done:
            return saying("/rounds", done)
    duties = scope.of(Obligation.objects.all(), May.manage_rounds)
    return page(
        request,
        "rounds",
        "rounds",
        rounds=[
            {
                "r": r,
                "late": LATE_LABELS[LateRule(r.late)][lang],
                "forms": [industry_name(f, lang, short=True) for f in r.forms],
                "newer": r.edition_hash != edition_hash(),
            }
            for r in Round.objects.annotate(
                duties=Count("obligation"), exempt=Count("obligation", filter=Q(obligation__exempt=True))
            ).order_by("-year", "-pk")
        ],
        refusals=refusals,
        given=request.POST if refusals else {},
        obligations=duties.filter(Q(exempt=True) | Q(extended_to__isnull=False))
        .select_related("organisation", "round")
        .order_by("-round__year", "path")[:MOST_LISTED],
        organisations=scope.of(Organisation.objects.filter(level__in=REPORTING), May.manage_rounds).order_by("path")[
            :MOST_CHOICES
        ],
        forms=industry_choices(lang),
        chosen=request.POST.getlist("forms") if refusals else [],
        late_rules=[(r.value, LATE_LABELS[r][lang]) for r in LateRule],
    )


def _open(scope: Scope, request: HttpRequest, lang: str) -> Outcome:
    try:
        dates = {d: dt.date.fromisoformat(request.POST.get(d, "")) for d in DATES}
        if county := request.POST.get("due_county", ""):
            dates["due_county"] = dt.date.fromisoformat(county)
        year = int(request.POST.get("year", ""))
        grace = int(request.POST.get("grace_days") or 0)
        late = LateRule(request.POST.get("late", LateRule.mark.value))
    except ValueError:
        return "", [text("rounds.wrong", lang)]
    in_order = (
        dates["opens"]
        <= dates["due_enterprise"]
        <= dates.get("due_county", dates["due_enterprise"])
        <= dates["due_city"]
        <= dates["due_province"]
    )
    refusals = [] if in_order else [text("rounds.order", lang)]
    known = {code for code, _ in industry_choices(lang)}
    forms = [f for f in request.POST.getlist("forms") if f in known]
    if not 2005 <= year <= 2100:
        refusals.append(text("rounds.year_wrong", lang))
    if not 0 <= grace <= MAX_GRACE:
        refusals.append(text("rounds.grace_wrong", lang, most=MAX_GRACE))
    name = request.POST.get("name", "").strip()[:120] or str(year)
    if Round.objects.filter(name=name).exists():
        refusals.append(text("rounds.twice", lang, name=name))
    if refusals:
        return "", refusals
    opened = open_round(
        scope.person,
        name,
        year,
        dates,
        {"late": late.value, "grace_days": grace, "late_rule": request.POST.get("late_rule", "")[:200], "forms": forms},
    )
    duties = Obligation.objects.filter(round=opened)
    departments = duties.filter(organisation__level=Level.department).count()
    facts = {"name": name, "firms": duties.count() - departments, "departments": departments}
    return text("rounds.opened", lang, **facts), []


def _close(scope: Scope, request: HttpRequest, lang: str) -> Outcome:
    """Close a round (nobody fills in any more) or take it up again."""
    asked = request.POST.get("round", "")
    chosen = Round.objects.filter(pk=asked if asked.isdigit() else 0).first()
    if chosen is None:
        return "", [text("rounds.wrong", lang)]
    chosen.closed = not chosen.closed
    chosen.save()
    what = "close_round" if chosen.closed else "resume_round"
    record(what, "", f"round/{chosen.pk}", scope.person, name=chosen.name)
    done = "rounds.round_closed" if chosen.closed else "rounds.round_resumed"
    return text(done, lang, name=chosen.name), []


def _duty(scope: Scope, request: HttpRequest) -> Obligation | None:
    """The duty named by round and organisation; without a round that of the newest."""
    code, asked = request.POST.get("code", "").split(" ")[0].strip(), request.POST.get("round", "")
    rows = scope.of(Obligation.objects.filter(organisation__code=code), May.manage_rounds)
    if asked.isdigit():
        rows = rows.filter(round=asked)
    return rows.select_related("organisation").order_by("-round__year", "-round").first()


def _exempt(scope: Scope, request: HttpRequest, lang: str) -> Outcome:
    duty, reason = _duty(scope, request), request.POST.get("reason", "").strip()
    if duty is None or not reason:
        return "", [_no_duty(duty, request, lang)]
    duty.exempt, duty.reason = True, reason[:300]
    duty.save()
    record("exempt", duty.path, f"round/{duty.round_id}", scope.person, reason=reason)
    return text("rounds.exempted", lang, name=duty.organisation.name), []


def _no_duty(duty: Obligation | None, request: HttpRequest, lang: str) -> str:
    code = request.POST.get("code", "").strip() or "—"
    return text("rounds.reason", lang) if duty is not None else text("rounds.no_duty", lang, code=code)


def _again(scope: Scope, request: HttpRequest, lang: str) -> Outcome:
    """Take an exemption or an extension back."""
    asked = request.POST.get("duty", "")
    rows = scope.of(Obligation.objects.filter(pk=asked if asked.isdigit() else 0), May.manage_rounds)
    duty = rows.select_related("organisation").first()
    if duty is None:
        return "", [text("rounds.wrong", lang)]
    duty.exempt, duty.reason, duty.extended_to = False, "", None
    duty.save()
    record("oblige", duty.path, f"round/{duty.round_id}", scope.person)
    return text("rounds.obliged", lang, name=duty.organisation.name), []


def _extend(scope: Scope, request: HttpRequest, lang: str) -> Outcome:
    duty, reason = _duty(scope, request), request.POST.get("reason", "").strip()
    if duty is None or not reason:
        return "", [_no_duty(duty, request, lang)]
    try:
        duty.extended_to = dt.date.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        return "", [text("rounds.wrong", lang)]
    duty.reason = reason[:300]
    duty.save()
    record("extend", duty.path, f"round/{duty.round_id}", scope.person, reason=reason, until=str(duty.extended_to))
    return text("rounds.extended_done", lang, name=duty.organisation.name, day=str(duty.extended_to)), []


def _include(scope: Scope, request: HttpRequest, lang: str) -> Outcome:
    """An organisation registered after the round was opened, or below the threshold, must report all the same."""
    code, asked = request.POST.get("code", "").split(" ")[0].strip(), request.POST.get("round", "")
    chosen = Round.objects.filter(pk=asked if asked.isdigit() else 0).first()
    rows = Organisation.objects.filter(code=code, level__in=REPORTING)
    firm = scope.of(rows, May.manage_rounds).first()
    if chosen is None or firm is None:
        return "", [text("rounds.no_organisation", lang, code=code or "—")]
    if Obligation.objects.filter(round=chosen, organisation=firm).exists():
        return "", [text("rounds.already", lang, name=firm.name)]
    with transaction.atomic():
        _oblige(chosen, firm)
        record("include", firm.path, f"round/{chosen.pk}", scope.person, name=firm.name)
    return text("rounds.included", lang, name=firm.name), []


ACTS = {"open": _open, "close": _close, "exempt": _exempt, "extend": _extend, "again": _again, "include": _include}
