"""The scope of whoever is at work: memberships as prefixes of paths, applied in queries and told to PostgreSQL for this
transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.db import connection, models, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from ..domain.roles import GRANTS, May, Role, RoleMembership, may, roles_at
from .guards import SETTING
from .models import Person

M = TypeVar("M", bound=models.Model)
ALL = "*"


def subtree(path: str, field: str = "path") -> Q:
    """Rows below a path as a range, which both databases answer from an index (PostgreSQL under row-level security,
    too: a LIKE may not be looked at before the policies). `0` follows `/`; the empty path is everything."""
    return Q(**{f"{field}__gte": path, f"{field}__lt": path.removesuffix("/") + "0"}) if path else Q()


class Scope:
    """What one person may see and do today."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.day = timezone.localdate()
        self.memberships = tuple(
            RoleMembership(Role(m.role), m.path, m.since, m.until) for m in person.memberships.all()
        )
        self.memberships = tuple(m for m in self.memberships if m.holds_on(self.day))

    @property
    def prefixes(self) -> tuple[str, ...]:
        return tuple(sorted({ALL if m.path == "" else m.path for m in self.memberships}))

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(m.role for m in self.memberships)

    def may(self, what: May, path: str | None = None) -> bool:
        """Whether it is granted for an organisation, or (path None) anywhere."""
        if path is None:
            return any(what in GRANTS[m.role] for m in self.memberships)
        return may(self.memberships, what, path, self.day)

    def roles_at(self, path: str) -> frozenset[Role]:
        return roles_at(self.memberships, path, self.day)

    def of(self, rows: QuerySet[M], what: May) -> QuerySet[M]:
        """Rows of organisations for which this is granted; none where nothing is."""
        wanted = Q(pk__in=[])
        for m in self.memberships:
            if what in GRANTS[m.role]:
                if not m.path:
                    return rows
                wanted |= subtree(m.path)
        return rows.filter(wanted)


def tell(prefixes: Sequence[str]) -> None:
    """Tell PostgreSQL the scope of this transaction; nothing elsewhere. Must be called inside a transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, ",".join(prefixes)])


@contextmanager
def everything() -> Iterator[None]:
    """The scope of the program itself: migrations of data, the chain check, aggregates that count firms before they
    hide them."""
    with transaction.atomic():
        tell([ALL])
        yield
