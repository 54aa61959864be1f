"""Invitations: what one says, the link that takes it, and which roles somebody holds or will hold."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q, QuerySet
from django.utils import timezone

from ..store.chain import record
from ..store.models import Invitation, Membership, Organisation, Person

VALID = dt.timedelta(days=7)
RESET = "reset"  # an invitation by which somebody sets password and authenticator anew
LONGEST_ADDRESS = 120


@dataclass(frozen=True, slots=True)
class Invited:
    """Who is invited, from which day to which (None: from the day the link is taken; open)."""

    login: str
    name: str
    email: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    @classmethod
    def of(cls, values: Mapping[str, str]) -> Invited:
        """From checked fields of the form or of a row of the workbook."""
        days = {key: day_of(values.get(key, "")) for key in ("since", "until")}
        return cls(values["login"], values["name"] or values["login"], values.get("email", ""), **days)


def day_of(text: str) -> dt.date | None:
    """A day as the form or a workbook gives it; None for nothing. Raises ValueError for what is no day."""
    written = text.strip().replace("/", "-").replace(".", "-")[:10]
    return dt.date(*(int(part) for part in written.split("-", 2))) if written else None


def is_address(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= LONGEST_ADDRESS


def held_or_later(person: Person) -> QuerySet[Membership]:
    """Memberships that hold today or will."""
    return person.memberships.filter(Q(until=None) | Q(until__gte=timezone.localdate()))


def invite(by: Person | None, organisation: Organisation, role: str, invited: Invited) -> str:
    """A new invitation to a role, or (RESET) to set a login anew; gives the secret part of its link, which is not
    kept."""
    token = secrets.token_urlsafe(24)
    Invitation.objects.create(
        token_hash=hashed(token),
        organisation=organisation,
        role=str(role),
        name=invited.name[:80],
        login=invited.login.strip().lower()[:80],
        email=invited.email,
        since=invited.since,
        until=invited.until,
        created_by=by,
        expires=timezone.now() + VALID,
    )
    days = {k: str(v) for k, v in (("since", invited.since), ("until", invited.until)) if v is not None}
    action = "reset_login" if role == RESET else "invite"
    facts = {} if role == RESET else {"role": str(role), **days}
    record(action, organisation.path, f"organisation/{organisation.pk}", by, login=invited.login, **facts)
    return token


def hashed(token: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(token.encode("utf-8")).hexdigest()
