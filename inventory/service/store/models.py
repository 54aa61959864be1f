"""Tables of the service. Every row that belongs to an organisation carries its `path`, so that scope is one comparison,
in Python and in the database.

A path is the codes from the top down, each followed by `/`: `32/3201/E0007/`. `*` in a membership means everything
(nation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from ..domain.roles import Level, Role
from ..domain.rounds import LateRule
from ..domain.states import State
from .append_only import AppendOnly
from .beside_models import FormerDraft as FormerDraft
from .beside_models import Scan as Scan

if TYPE_CHECKING:  # what Django adds to a model by itself: keys of the other table, and the rows that point here
    from django.db.models.fields.related_descriptors import RelatedManager


class Organisation(models.Model):
    """A nation, province, city, county, department or enterprise."""

    code = models.CharField(max_length=32)
    path = models.CharField(max_length=120, unique=True)
    name = models.CharField(max_length=200)
    level = models.CharField(max_length=12, choices=[(x.value, x.value) for x in Level])
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    credit_code = models.CharField(max_length=24, blank=True)
    industry = models.CharField(max_length=24, blank=True)  # of an enterprise its guideline, of a department its sector
    emission_2010_t = models.FloatField(null=True)
    energy_2010_tce = models.FloatField(null=True)
    status = models.CharField(max_length=8, default="在产")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["level", "path"], name="org_level_path")]

    def parent_level(self) -> str:
        """Level of the organisation above; empty at the top."""
        return self.parent.level if self.parent is not None else ""


class People(BaseUserManager["Person"]):
    def create_person(self, login: str, name: str, password: str | None) -> Person:
        person = self.model(login=login.strip().lower(), name=name)
        person.set_password(password)
        person.save()
        return person


class Person(AbstractBaseUser):
    """Somebody who can log in. No default password exists: a person comes by invitation or `createadmin`."""

    if TYPE_CHECKING:
        memberships: RelatedManager[Membership]

    login = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)
    totp_secret = models.CharField(max_length=64, blank=True)
    email = models.CharField(max_length=120, blank=True)
    totp_last = models.BigIntegerField(default=0)  # the last counter used: a code works once
    USERNAME_FIELD = "login"
    objects = People()

    @property
    def is_anonymous(self) -> bool:  # type: ignore[override]
        return False


class Membership(models.Model):
    if TYPE_CHECKING:
        person_id: int

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    path = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=[(r.value, r.value) for r in Role])
    since = models.DateField(null=True)
    until = models.DateField(null=True)


class Invitation(models.Model):
    """A link that lets one person set a password once; only the hash of its token is kept."""

    token_hash = models.CharField(max_length=64, unique=True)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    role = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    login = models.CharField(max_length=80)
    email = models.CharField(max_length=120, blank=True)
    since = models.DateField(null=True)  # of the membership: from (None: the day it is taken) and to (None: open)
    until = models.DateField(null=True)
    created_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)


class Attempt(models.Model):
    """Failed logins by account or by address, for throttling."""

    key = models.CharField(max_length=120, unique=True)
    failures = models.IntegerField(default=0)
    until = models.DateTimeField(null=True)


class SessionRecord(models.Model):
    """A session of a person, so that it can be listed and ended."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    session_key = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=60)
    agent = models.CharField(max_length=200)
    created = models.DateTimeField()
    seen = models.DateTimeField()


class Token(models.Model):
    """A key of the API; only its hash is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE)
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField(default=False)
    expires = models.DateTimeField()
    used = models.DateTimeField(null=True)
    minute = models.BigIntegerField(default=0)  # the last one in which it was used, and how often in it
    count = models.IntegerField(default=0)


class Round(models.Model):
    """One reporting year with its deadlines."""

    if TYPE_CHECKING:
        files: RelatedManager[RoundFile]

    name = models.CharField(max_length=120)
    year = models.IntegerField()
    edition = models.CharField(max_length=60)
    edition_hash = models.CharField(max_length=64)
    forms = models.JSONField(default=list)  # guidelines and sectors that report; empty: all
    opens = models.DateField()
    due_enterprise = models.DateField()
    due_county = models.DateField(null=True)
    due_city = models.DateField()
    due_province = models.DateField()
    late_rule = models.CharField(max_length=200, blank=True)  # in words, for the people
    late = models.CharField(max_length=8, default=LateRule.mark.value)
    grace_days = models.IntegerField(default=0)
    published = models.JSONField(null=True)  # what everybody may see; None: nothing
    closed = models.BooleanField(default=False)


class Obligation(models.Model):
    """Who must report in a round."""

    if TYPE_CHECKING:
        round_id: int
        report: Report

    round = models.ForeignKey(Round, on_delete=models.PROTECT)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    path = models.CharField(max_length=120)
    exempt = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True)
    reminded = models.DateTimeField(null=True)
    extended_to = models.DateField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "organisation"], name="one_obligation")]
        indexes: ClassVar = [
            models.Index(fields=["round", "path"], name="obligation_path"),
            models.Index(fields=["round", "path"], name="obligation_exempt", condition=models.Q(exempt=True)),
        ]


class Report(models.Model):
    """What an organisation fills in for a round: the draft as it is now, its state and who holds it."""

    if TYPE_CHECKING:
        round_id: int
        obligation_id: int
        current_id: int | None
        in_force_id: int | None
        versions: RelatedManager[Version]
        explanations: RelatedManager[Explanation]
        remarks: RelatedManager[Remark]
        attachments: RelatedManager[Attachment]
        former_drafts: RelatedManager[FormerDraft]

    obligation = models.OneToOneField(Obligation, on_delete=models.PROTECT)
    round = models.ForeignKey(Round, on_delete=models.PROTECT)
    path = models.CharField(max_length=120)
    state = models.CharField(max_length=16, default=State.empty.value)
    stamp = models.IntegerField(default=0)
    submitted = models.DateField(null=True)  # the day on which it was first signed; None: never, or withdrawn
    draft = models.JSONField(null=True)
    verdict = models.JSONField(null=True)
    total_t = models.FloatField(null=True)
    blocking = models.IntegerField(default=0)
    current = models.ForeignKey("Version", null=True, on_delete=models.PROTECT, related_name="current_of")
    in_force = models.ForeignKey("Version", null=True, on_delete=models.PROTECT, related_name="in_force_of")
    changed = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["round", "path", "state"], name="report_round_path_state"),
            models.Index(fields=["round", "state", "path"], name="report_round_state_path"),
            models.Index(fields=["path", "round"], name="report_path_round"),
        ]


CELLS = ("draft", "verdict")  # what a list of reports never loads


class Version(AppendOnly):
    """What was handed over: cells, verdict, reasons, the engine that judged them. Never changed."""

    if TYPE_CHECKING:
        report_id: int

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    path = models.CharField(max_length=120)
    number = models.IntegerField()
    sha256 = models.CharField(max_length=64)
    draft = models.JSONField()
    verdict = models.JSONField()
    total_t = models.FloatField(null=True)
    engine = models.CharField(max_length=40)
    edition_hash = models.CharField(max_length=64)
    author = models.ForeignKey(Person, on_delete=models.PROTECT)
    created = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "number"], name="one_version")]
        indexes: ClassVar = [models.Index(fields=["path", "number"], name="version_path")]


class Explanation(models.Model):
    """The reporter's own words about a finding to verify; goes into the version."""

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="explanations")
    path = models.CharField(max_length=120)
    key = models.CharField(max_length=64)
    text = models.CharField(max_length=1000)
    author = models.ForeignKey(Person, on_delete=models.PROTECT)
    created = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["report", "key"], name="one_explanation")]


class Remark(models.Model):
    """What a reviewer says at a cell of a version. State: open, answered, closed."""

    if TYPE_CHECKING:
        report_id: int
        version_id: int

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="remarks")
    version = models.ForeignKey(Version, on_delete=models.PROTECT)
    path = models.CharField(max_length=120)
    sheet = models.CharField(max_length=60)
    cell = models.CharField(max_length=12)
    text = models.CharField(max_length=1000)
    author = models.ForeignKey(Person, on_delete=models.PROTECT)
    created = models.DateTimeField()
    state = models.CharField(max_length=10, default="open")
    answer = models.CharField(max_length=1000, blank=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")


class Attachment(AppendOnly):
    """An evidence file, kept by its hash; tied to a cell."""

    if TYPE_CHECKING:
        report_id: int

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="attachments")
    path = models.CharField(max_length=120)
    sheet = models.CharField(max_length=60, blank=True)
    cell = models.CharField(max_length=12, blank=True)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    author = models.ForeignKey(Person, on_delete=models.PROTECT)
    created = models.DateTimeField()


class Event(AppendOnly):
    """Who did what to what, each row holding the hash of the one before."""

    if TYPE_CHECKING:
        person_id: int | None

    number = models.BigIntegerField(unique=True)
    at = models.CharField(max_length=40)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    action = models.CharField(max_length=30)
    path = models.CharField(max_length=120)
    subject = models.CharField(max_length=60)
    facts = models.TextField(default="{}")  # canonical JSON: jsonb would not keep the bytes that were hashed
    before = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["path", "number"], name="event_path"),
            models.Index(fields=["subject", "number"], name="event_subject"),
        ]


class Anchor(AppendOnly):
    """The head of the chain on a day, shown to every level and on receipts."""

    day = models.DateField(unique=True)
    number = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)


class ChainHead(models.Model):
    """The last event, locked while the next is written."""

    number = models.BigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="0" * 64)


class Notice(models.Model):
    """A message to the people of an organisation: reminders, returns."""

    path = models.CharField(max_length=120)
    code = models.CharField(max_length=30)
    facts = models.JSONField(default=dict)
    created = models.DateTimeField()
    mailed = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["path", "created"], name="notice_path")]


class RoundFile(AppendOnly):
    """A file of a round beside the departments' reports: targets, boundary, rules of allocation, plans. The last of a
    name counts."""

    if TYPE_CHECKING:
        round_id: int

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="files")
    path = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    author = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    created = models.DateTimeField()


class FactorCheck(AppendOnly):
    """Somebody compared a factor of an edition with its printed source: who, when, and what was found."""

    edition = models.CharField(max_length=60)
    edition_hash = models.CharField(max_length=64)
    factor = models.CharField(max_length=80)
    path = models.CharField(max_length=120)
    agrees = models.BooleanField()
    note = models.CharField(max_length=500)
    author = models.ForeignKey(Person, on_delete=models.PROTECT)
    created = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["edition", "factor"], name="factor_check")]


class Job(models.Model):
    """Work outside a request. `key` makes it once (a daily job); `attempt` tells a worker that was given up from the one
    that took over."""

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=80, null=True, unique=True)
    path = models.CharField(max_length=120)
    facts = models.JSONField(default=dict)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    state = models.CharField(max_length=8, default="waiting")  # waiting, running, done, failed
    attempt = models.IntegerField(default=0)
    created = models.DateTimeField()
    finished = models.DateTimeField(null=True)
    result = models.JSONField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "id"], name="job_state"),
            models.Index(fields=["path", "id"], name="job_path"),
        ]
