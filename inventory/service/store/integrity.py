"""Whether anything was rewritten behind the service's back: the chain of the log, its anchors, and every row or file of
which the log says what it was: versions, states of reports, evidence, files of rounds, checks of factors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..domain.states import TABLE, Action
from . import evidence
from .chain import START, digest
from .files import waiting_place
from .models import Anchor, Attachment, ChainHead, Event, FactorCheck, Report, RoundFile, Version
from .verdicts import sha_of

BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Broken:
    """What does not hold. `kind`: changed, missing, cut, anchor, head (of the log; `number` is the event's); version,
    report, attachment, file, round_file, factor_check (`number` is the row's); receipt (a number and hash given from
    outside)."""

    kind: str
    number: int
    detail: str = ""


@dataclass(slots=True)
class _Logged:
    """What the events say of the rest, gathered on one walk along the chain."""

    hashes: dict[int, str] = field(default_factory=lambda: {0: START})
    # (subject, hash) -> events: the same content may be handed over twice
    versions: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    files: dict[tuple[str, str, str], int] = field(default_factory=dict)  # (subject, name, hash) -> event
    checks: set[tuple[str, str, bool]] = field(default_factory=set)  # (subject, factor, agrees)
    reports: dict[str, tuple[str, str]] = field(default_factory=dict)  # subject -> last step and its version
    in_force: dict[str, str] = field(default_factory=dict)  # subject -> hash of the version accepted last
    removed: set[str] = field(default_factory=set)  # hashes of files that the virus scanner had removed

    def take(self, event: Event) -> None:
        action, subject = event.action, event.subject
        self.hashes[event.number] = event.sha256
        if action not in _NOTED:
            return
        try:
            facts: Mapping[str, object] = json.loads(event.facts)
        except ValueError:  # a changed row, which its hash tells
            return
        version = str(facts.get("version", ""))
        if action in ("hand_over", "import") and version:
            self.versions.setdefault((subject, version), []).append(event.number)
        if action in ("attach", "round_file", "withdraw_file"):
            named = str(facts.get("file", facts.get("name", "")))
            self.files[subject, named, str(facts.get("sha256", ""))] = event.number
        if action == "evidence_removed":
            self.removed.add(str(facts.get("sha256", "")))
        if action == "factor_check":
            self.checks.add((subject, str(facts.get("factor", "")), bool(facts.get("agrees"))))
        if action == Action.accept:
            self.in_force[subject] = version
        if action in _STEPS:
            self.reports[subject] = (action, version)


_STEPS = frozenset({*(a.value for a in Action), "upload", "restore", "import"})
_NOTED = _STEPS | {"attach", "round_file", "withdraw_file", "factor_check", "evidence_removed"}


def verify(files: bool = False, receipts: Mapping[int, str] | None = None) -> tuple[int, list[Broken]]:
    """Walk the whole chain, the anchors, and what the log says of rows; how many events were looked at, and everything
    that does not hold.

    files: read every evidence file and compare its bytes with its hash, not only that it is there. receipts: number and
    hash of events as somebody wrote them down elsewhere (a receipt, an anchor), which a chain rewritten from the start
    cannot give.
    """
    logged, last, broken = _walk()
    broken.extend(_anchored(logged, last))
    for number, sha in (receipts or {}).items():
        if logged.hashes.get(number) != sha:
            broken.append(Broken("receipt", number))
    broken.extend(_versions(logged))
    broken.extend(_reports(logged))
    broken.extend(_attachments(logged, files))
    broken.extend(_round_files(logged))
    return last, broken


def _walk() -> tuple[_Logged, int, list[Broken]]:
    """Every event once, in order: its own hash, the one before, no number missing, and the head."""
    logged, broken = _Logged(), list[Broken]()
    before, expected = START, 1
    for event in Event.objects.order_by("number").iterator():
        if event.number != expected:
            broken.append(Broken("missing", expected, f"next is {event.number}"))
            expected = event.number
        elif event.before != before:
            broken.append(Broken("changed", event.number - 1))
        if digest(event) != event.sha256:
            broken.append(Broken("changed", event.number))
        before = event.sha256
        logged.take(event)
        expected = event.number + 1
    last = expected - 1
    head = ChainHead.objects.filter(pk=1).first()
    if head is not None and (head.number, head.sha256) != (last, before):
        broken.append(Broken("cut" if head.number > last else "head", last + 1))
    return logged, last, broken


def _anchored(logged: _Logged, last: int) -> Iterator[Broken]:
    for anchor in Anchor.objects.order_by("number"):
        if anchor.number > last:
            yield Broken("cut", anchor.number, str(anchor.day))
        elif logged.hashes.get(anchor.number) != anchor.sha256:
            yield Broken("anchor", anchor.number, str(anchor.day))


def _versions(logged: _Logged) -> Iterator[Broken]:
    """Every version has the content of its hash and was handed over; every one handed over is still there."""
    missing = logged.versions
    for v in Version.objects.iterator():
        events = missing.get((f"report/{v.report_id}", v.sha256), [])
        if not events or sha_of(v.draft, v.verdict) != v.sha256:
            yield Broken("version", v.pk, v.path)
        del events[:1]
    for (subject, _), numbers in missing.items():
        for number in numbers:
            yield Broken("version", number, f"{subject}: gone")


def _reports(logged: _Logged) -> Iterator[Broken]:
    """State and versions of a report are those of its last step in the log."""
    rows = Report.objects.values_list("pk", "path", "state", "current__sha256", "in_force__sha256")
    for pk, path, state, current, in_force in rows.iterator():
        subject = f"report/{pk}"
        step, version = logged.reports.get(subject, ("", ""))
        if not step or step == "import":  # never begun, or with the standing of an old database
            right = bool(step) or (state == "empty" and current is None and in_force is None)
        else:
            target = TABLE[Action.save if step in ("upload", "restore") else Action(step)].target
            same = step in ("save", "upload", "restore") or (current or "") == version
            accepted = logged.in_force.get(subject)
            right = state == str(target) and same and (accepted is None or in_force == accepted)
        if not right:
            yield Broken("report", pk, path)


def _attachments(logged: _Logged, files: bool) -> Iterator[Broken]:
    """Every attachment is the one logged and its file is there, with the bytes of its hash where they are read."""
    missing, bad = {k: v for k, v in logged.files.items() if k[0].startswith("report/")}, dict[str, bool]()
    for a in Attachment.objects.order_by("pk").iterator():
        if (f"report/{a.report_id}", a.name, a.sha256) not in logged.files:
            yield Broken("attachment", a.pk, a.path)
        missing.pop((f"report/{a.report_id}", a.name, a.sha256), None)
        if a.sha256 not in bad:
            there = (evidence.place(a.sha256), waiting_place(a.sha256))
            bad[a.sha256] = a.sha256 not in logged.removed and not any(_file_holds(p, a, files) for p in there)
        if bad[a.sha256]:
            yield Broken("file", a.pk, f"{a.path} {a.sha256[:12]}")
    for (subject, name, _), number in missing.items():
        yield Broken("attachment", number, f"{subject} {name}: gone")


def _file_holds(path: Path, attachment: Attachment, read: bool) -> bool:
    try:
        if path.stat().st_size != attachment.size:
            return False
        if not read:
            return True
        total = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                total.update(block)
    except OSError:
        return False
    return bool(total.hexdigest() == attachment.sha256)


def _round_files(logged: _Logged) -> Iterator[Broken]:
    """Files of rounds and checks of factors, as they were logged."""
    for f in RoundFile.objects.order_by("pk").iterator(chunk_size=20):
        held = hashlib.sha256(bytes(f.content)).hexdigest()
        if held != f.sha256 or (f"round/{f.round_id}", f.name, f.sha256) not in logged.files:
            yield Broken("round_file", f.pk, f.name)
    for c in FactorCheck.objects.order_by("pk").iterator():
        if (f"factor/{c.pk}", c.factor, c.agrees) not in logged.checks:
            yield Broken("factor_check", c.pk, c.factor)
