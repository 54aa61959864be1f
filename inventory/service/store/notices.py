"""Messages to the people of an organisation: inside the service, and by mail to those who gave an address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils import timezone

from ..domain.roles import Role
from .jobs import enqueue
from .models import Membership, Notice

# those who act on a report; administrators, verifiers and the ministry are not reminded of what is not theirs
ACTING = (Role.filler, Role.approver, Role.department, Role.county_reviewer, Role.city_reviewer, Role.province_reviewer)


def addresses(paths: Iterable[str]) -> list[str]:
    """Mail addresses of those who act at these organisations today."""
    today = timezone.localdate()
    holds = (Q(since=None) | Q(since__lte=today)) & (Q(until=None) | Q(until__gte=today))
    rows = Membership.objects.filter(
        holds, path__in=tuple(paths), role__in=[r.value for r in ACTING], person__is_active=True
    )
    return sorted(set(rows.exclude(person__email="").values_list("person__email", flat=True)))


def tell_people(notices: Sequence[Notice], path: str) -> None:
    """Write the messages and, where somebody gave an address, want them mailed. `path`: a place within the scope at
    work, under which the job stands."""
    Notice.objects.bulk_create(notices)
    if notices and addresses(n.path for n in notices):
        enqueue("mail", path, {})
