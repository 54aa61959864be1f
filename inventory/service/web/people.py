"""People: who may what, invitations one by one or by a workbook, logins reset. A link is shown once and never kept."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from inventory.forms.register import register_forms
from inventory.sheets.csvfile import csv_bytes
from inventory.texts import LIST

from ..domain.roles import AT, LABELS, LEVEL_LABELS, Level, May, Role, compatible
from ..shared.texts import text
from ..store.chain import record
from ..store.imports import refused, uploaded_rows
from ..store.models import Invitation, Membership, Organisation, Person
from ..store.scope import Scope
from .access import need
from .blanks import blank_form
from .frame import page, saying
from .invitations import RESET, Invited, day_of, held_or_later, invite, is_address

ROWS, MOST_CHOICES, MOST_WAITING = 100, 3000, 100
INVITATIONS = register_forms()["invitations"]
ROLE_WORDS = {word: role for role in Role for word in (role.value, LABELS[role]["zh"], LABELS[role]["en"])}


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Who may what, and invitations. A link is shown once."""
    scope = need(request, May.manage_people)
    lang = str(request.lang)  # type: ignore[attr-defined]
    if request.GET.get("template"):
        return blank_form(INVITATIONS, lang, {"role": tuple(LABELS[r][lang] for r in Role)})
    done, refusals, link = "", list[str](), ""
    if request.method == "POST":
        given = request.FILES.get("workbook")
        if given is not None:
            rows, refusals = _many(scope, given.read(), str(given.name), lang)
            if not refusals:
                return _links(request, scope, rows, lang)
        else:
            done, refusals, link = _act(scope, request, lang)
            if done and not link:  # a link is shown once, at once
                return saying(request.get_full_path(), done)
    memberships = scope.of(Membership.objects.select_related("person", "organisation"), May.manage_people)
    search = request.GET.get("q", "").strip()[:60]
    if search:
        wanted = Q(person__name__icontains=search) | Q(person__login__icontains=search)
        memberships = memberships.filter(wanted | Q(organisation__name__icontains=search))
    shown = Paginator(memberships.order_by("path", "role", "pk"), ROWS).get_page(request.GET.get("page", "1"))
    within = scope.of(Organisation.objects.all(), May.manage_people).order_by("path")
    waiting = Invitation.objects.filter(used=None, organisation__in=within).select_related("organisation")
    today, now = timezone.localdate(), timezone.now()
    return page(
        request,
        "people",
        "people",
        shown=shown,
        rows=[
            {
                "m": m,
                "role": LABELS[Role(m.role)][lang],
                "over": m.until is not None and m.until < today,
                "later": m.since is not None and m.since > today,
            }
            for m in shown
        ],
        done=done,
        refusals=refusals,
        link=link,
        given=request.POST if refusals else {},
        q=search,
        query=urlencode({"q": search}) + "&",
        organisations=within[:MOST_CHOICES],
        roles=[(r.value, LABELS[r][lang], text(f"role_about.{r.value}", lang)) for r in Role],
        waiting=[
            {"i": i, "role": _role_label(i.role, lang), "expired": i.expires <= now}
            for i in waiting.order_by("-pk")[:MOST_WAITING]
        ],
    )


def _role_label(role: str, lang: str) -> str:
    return text("people.reset", lang) if role == RESET else LABELS[Role(role)][lang]


def _act(scope: Scope, request: HttpRequest, lang: str) -> tuple[str, list[str], str]:
    """What was done, what is wrong, a link to hand on."""
    act = request.POST.get("act", "")
    if act == "invite":
        values = {k: request.POST.get(k, "").strip() for k in INVITATIONS.names}
        refusals, organisation, role = _checked(scope, values, lang)
        if refusals or organisation is None or role is None:
            return "", refusals, ""
        login = values["login"]
        token = invite(scope.person, organisation, role, Invited.of(values))
        return text("people.invited", lang, login=login), [], request.build_absolute_uri(f"/invitation/{token}")
    if act == "end":
        return _end(scope, request, lang)
    if act == "revoke":
        asked = request.POST.get("invitation", "")
        chosen = Invitation.objects.filter(pk=asked if asked.isdigit() else 0, used=None).first()
        if chosen is None or not scope.may(May.manage_people, chosen.organisation.path):
            return "", [text("people.gone", lang)], ""
        chosen.expires = timezone.now()
        chosen.used = timezone.now()
        chosen.save()
        record("revoke", chosen.organisation.path, "invitation", scope.person, login=chosen.login)
        return text("people.revoked", lang, login=chosen.login), [], ""
    if act == "reset":
        return _reset(scope, request, lang)
    return "", [text("people.wrong", lang)], ""


def _end(scope: Scope, request: HttpRequest, lang: str) -> tuple[str, list[str], str]:
    asked = request.POST.get("membership", "")
    rows = scope.of(Membership.objects.filter(pk=asked if asked.isdigit() else 0), May.manage_people)
    chosen = rows.select_related("person").first()
    if chosen is None:
        return "", [text("people.gone", lang)], ""
    if chosen.person_id == scope.person.pk:
        return "", [text("people.own", lang)], ""
    chosen.until = timezone.localdate() - dt.timedelta(days=1)
    chosen.save()
    record("end_membership", chosen.path, f"person/{chosen.person_id}", scope.person, role=chosen.role)
    return text("people.ended", lang, name=chosen.person.name), [], ""


def _reset(scope: Scope, request: HttpRequest, lang: str) -> tuple[str, list[str], str]:
    """A link by which somebody who lost password or authenticator sets both anew. All of that person's places must be
    within one's part; nobody resets the own login this way."""
    asked = request.POST.get("membership", "")
    rows = scope.of(Membership.objects.filter(pk=asked if asked.isdigit() else 0), May.manage_people)
    chosen = rows.select_related("person", "organisation").first()
    if chosen is None or not all(scope.may(May.manage_people, m.path) for m in chosen.person.memberships.all()):
        return "", [text("people.gone", lang)], ""
    if chosen.person_id == scope.person.pk:
        return "", [text("people.own", lang)], ""
    token = invite(scope.person, chosen.organisation, RESET, Invited(chosen.person.login, chosen.person.name))
    link = request.build_absolute_uri(f"/invitation/{token}")
    return text("people.reset_made", lang, name=chosen.person.name), [], link


def _checked(scope: Scope, values: dict[str, str], lang: str) -> tuple[list[str], Organisation | None, Role | None]:
    """What is wrong with an invitation, all at once; the organisation and the role it names."""
    refusals = []
    login, code = values["login"].lower(), values["code"].split(" ")[0]
    role = ROLE_WORDS.get(values["role"])
    organisation = Organisation.objects.filter(code=code).first()
    if organisation is None or not scope.may(May.manage_people, organisation.path):
        refusals.append(text("people.no_organisation", lang, code=code or "—"))
        organisation = None
    if role is None:
        refusals.append(text("people.no_role", lang, role=values["role"] or "—"))
    if not login or len(login) > 80 or any(c.isspace() for c in login):
        refusals.append(text("people.no_login", lang, login=login or "—"))
    if role is not None and organisation is not None and Level(organisation.level) not in AT[role]:
        levels = LIST[lang].join(LEVEL_LABELS[x][lang] for x in Level if x in AT[role])
        facts = {"role": LABELS[role][lang], "name": organisation.name, "levels": levels}
        refusals.append(text("people.wrong_level", lang, **facts))
    if login == scope.person.login:
        refusals.append(text("people.own", lang))
    refusals.extend(_wrong_days(values, lang))
    person = Person.objects.filter(login=login).first()
    if role is not None and person is not None:
        held = frozenset(Role(m.role) for m in held_or_later(person))
        if not compatible(held | {role}):
            refusals.append(text("people.apart", lang, login=login))
    return refusals, organisation, role


def _wrong_days(values: dict[str, str], lang: str) -> list[str]:
    """What is wrong with the days and the address of an invitation."""
    refusals, days = [], {}
    for key in ("since", "until"):
        try:
            days[key] = day_of(values[key])
        except ValueError:
            refusals.append(text("people.no_day", lang, day=values[key]))
    since, until = days.get("since"), days.get("until")
    if until is not None and until < (since or timezone.localdate()):
        refusals.append(text("people.days_order", lang))
    if values["email"] and not is_address(values["email"]):
        refusals.append(text("people.no_email", lang, email=values["email"]))
    return refusals


Row = tuple[Organisation, Role, Invited]


def _many(scope: Scope, content: bytes, name: str, lang: str) -> tuple[list[Row], list[str]]:
    """The invitations of a workbook or CSV, one a row; everything that is wrong at once."""
    filled, refusals = uploaded_rows(content, name, INVITATIONS, lang)
    rows: list[Row] = []
    for row, place in filled:
        values = row.model_dump()
        wrong, organisation, role = _checked(scope, values, lang)
        refusals.extend(refused(place("login"), w, lang) for w in wrong)
        if organisation is not None and role is not None:
            rows.append((organisation, role, Invited.of(values)))
    return rows, refusals or ([] if rows else [text("people.no_rows", lang)])


def _links(request: HttpRequest, scope: Scope, rows: list[Row], lang: str) -> HttpResponse:
    """The links of many invitations as a file to hand on; they are not kept here."""
    lines = []
    with transaction.atomic():
        for organisation, role, invited in rows:
            link = request.build_absolute_uri(f"/invitation/{invite(scope.person, organisation, role, invited)}")
            lines.append((invited.login, invited.name, LABELS[role][lang], organisation.name, link))
    heads = tuple(text(f"people.{k}", lang) for k in ("login", "name", "role", "organisation", "link_head"))
    return HttpResponse(
        csv_bytes(lines, heads),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="invitations.csv"'},
    )
