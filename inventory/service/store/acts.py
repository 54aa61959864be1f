"""What people do to a report: type, upload, explain, remark, answer, attach, and move it on. Every act checks, changes
and records in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from inventory.enterprise.tables import PROFILE_SHEET, PROFILE_SHEET_EN, fold

from ..domain import states
from ..domain.findings import is_reason
from ..domain.roles import Level, May
from ..domain.states import TABLE, Action, Refusal, Request, Situation, State
from . import former, kinds, verdicts
from .chain import record
from .due import refuse_closed, refuse_late
from .models import Event, Explanation, Notice, Person, Remark, Report, Version
from .notices import tell_people
from .provenance import RESTORE, SAVE, UPLOAD, provenance_of_draft
from .refused import ActRefused as ActRefused
from .scope import Scope

MOST_CELLS = 2000  # named in one line of the log; a paste of more takes several
PROFILE_SHEETS = frozenset({fold(PROFILE_SHEET), fold(PROFILE_SHEET_EN)})


@dataclass(frozen=True, slots=True)
class Edit:
    sheet: str
    cell: str
    text: str
    seen: str


def locked(report_id: int) -> Report:
    """The report, kept from others until this transaction ends."""
    return (
        Report.objects.select_for_update(of=("self",))
        .select_related("obligation__organisation__parent", "current", "round")
        .get(pk=report_id)
    )


def save_cells(scope: Scope, report_id: int, edits: Sequence[Edit]) -> Report:
    """Cells typed in the grid. Two people may fill one report: only a cell that changed meanwhile is a conflict."""
    with transaction.atomic():
        report = locked(report_id)
        _editable(scope, report)
        draft, conflicts = report.draft or kinds.blank_of(report), []
        for edit in edits:
            try:
                now = verdicts.shown(draft, edit.sheet, edit.cell)
                if now != edit.seen and now != edit.text:
                    conflicts.append({"sheet": edit.sheet, "cell": edit.cell, "now": now})
                    continue
                verdicts.put(draft, edit.sheet, edit.cell, edit.text)
            except (KeyError, ValueError) as error:
                raise ActRefused("no_cell", status=400) from error
        if conflicts:
            raise _conflicting(report, conflicts)
        _keep(report, draft)
        places = [f"{e.sheet}!{e.cell.upper()}" for e in edits]
        for start in range(0, len(places), MOST_CELLS):
            part = places[start : start + MOST_CELLS]
            record(SAVE, report.path, _subject(report), scope.person, cells=part, count=len(part))
    return report


def _conflicting(report: Report, conflicts: list[dict[str, str]]) -> ActRefused:
    """Nothing of these edits is saved: what somebody else typed is not overwritten unseen."""
    entered = provenance_of_draft(report)
    for c in conflicts:
        last = entered.of(c["sheet"], c["cell"])
        c["by"], c["at"] = last.person, last.at
    first = conflicts[0]
    cells = "、".join(c["cell"] for c in conflicts[:5]) + ("…" if len(conflicts) > 5 else "")
    by = f"{first['by']} {first['at']}".strip() or "—"
    refused = ActRefused("cell_conflict", status=409, facts={"cell": cells, "now": first["now"] or "—", "by": by})
    refused.conflicts = conflicts
    return refused


def upload(scope: Scope, report_id: int, content: bytes, name: str, seen: int | None = None) -> Report:
    """A workbook in place of the draft: equal to typing its cells. `seen`: the stamp that its sender saw; refused when
    somebody has typed since. Raises `Unreadable` for a file that is no workbook."""
    draft = verdicts.draft_of(content, name)
    with transaction.atomic():
        report = locked(report_id)
        if kinds.kind_of(report) is Level.enterprise and not any(fold(s["name"]) in PROFILE_SHEETS for s in draft):
            raise ActRefused("not_template", status=422)
        _replaceable(scope, report, seen)
        replace(report, draft, scope.person, UPLOAD, sha256=hashlib.sha256(content).hexdigest(), file=name[:120])
    return report


def restore(scope: Scope, report_id: int, number: int, seen: int | None = None) -> Report:
    """The cells as they were before a workbook replaced them. `number`: of the line of the log that says so; `seen` as in
    `upload`. What stands there now is kept in its turn."""
    with transaction.atomic():
        report = locked(report_id)
        _replaceable(scope, report, seen)
        draft = former.draft_before(report, number)
        if draft is None:
            raise ActRefused("no_former", status=404)
        replace(report, draft, scope.person, RESTORE, before=number)
    return report


def replace(report: Report, draft: verdicts.Draft, person: Person, action: str, **facts: Any) -> None:
    """Other cells in place of the draft, in the transaction at hand; those of before are kept."""
    before = report.draft or kinds.blank_of(report)
    count = len(verdicts.differences(before, draft))
    _keep(report, draft)
    former.keep(report, before, record(action, report.path, _subject(report), person, **facts, cells=count))


def _replaceable(scope: Scope, report: Report, seen: int | None) -> None:
    _editable(scope, report)
    if seen is not None and seen != report.stamp:
        raise ActRefused("overtaken", status=409, facts={"by": _last_by(report)})


def _editable(scope: Scope, report: Report) -> None:
    if not scope.may(May.edit_draft, report.path):
        raise ActRefused("wrong_role")
    refuse_closed(report)
    if State(report.state) not in states.EDITABLE:
        raise ActRefused("locked", status=409)
    refuse_late(report)


def _scanned(report: Report) -> None:
    from .scans import refuse_unscanned

    refuse_unscanned(report.pk)


def _keep(report: Report, draft: verdicts.Draft) -> None:
    report.draft, report.state = draft, State.draft.value
    report.verdict = kinds.verdict_of(report, draft)
    report.total_t = report.verdict["total_t"]
    report.blocking = verdicts.counts(report.verdict)[0]
    report.stamp += 1
    report.changed = timezone.now()
    report.save()


def _subject(report: Report) -> str:
    return f"report/{report.pk}"


def explain(scope: Scope, report_id: int, keys: Sequence[str], text: str) -> None:
    """The reporter's own words about a finding to verify, or about several that have one reason."""
    if not is_reason(text):
        raise ActRefused(Refusal.no_reason, status=422)
    with transaction.atomic():
        report = locked(report_id)
        _editable(scope, report)
        known = {i["key"] for i in (report.verdict or {}).get("findings", ())}
        if not keys or not set(keys) <= known:
            raise ActRefused("no_finding", status=404)
        said = {"path": report.path, "text": text[:1000], "author": scope.person, "created": timezone.now()}
        for key in keys:
            Explanation.objects.update_or_create(report=report, key=key, defaults=said)
            record("explain", report.path, _subject(report), scope.person, finding=key)


def explained(report: Report) -> frozenset[str]:
    """Keys of findings with a reason that counts."""
    return frozenset(e.key for e in report.explanations.all() if is_reason(e.text))


def situation(report: Report) -> Situation:
    """What the rules ask about a report."""
    blocking, unexplained = verdicts.counts(report.verdict, explained(report))
    sha = report.current.sha256 if report.current else ""
    recent = Event.objects.filter(subject=_subject(report), action__in=[a.value for a in Action]).order_by("-number")[
        :60
    ]
    done: dict[Action, int] = {}  # the latest of each: who asked before and was refused may decide on another's request
    for e in recent:
        if e.person_id is not None and json.loads(e.facts).get("version") == sha:
            done.setdefault(Action(e.action), e.person_id)
    open_remarks = report.remarks.filter(version=report.current, state="open").count() if report.current else 0
    return Situation(
        State(report.state),
        sha,
        open_remarks=open_remarks,
        blocking=blocking,
        unexplained=unexplained,
        unanswered=unanswered(report),
        stamp=report.stamp,
        done_by=tuple(done.items()),
        kind=kinds.route_of(report),
    )


def unanswered(report: Report) -> int:
    """Open remarks on the version returned whose cell holds what it held when they were made."""
    draft = report.draft or []
    rows = report.remarks.filter(version=report.current, state="open").select_related("version")
    return sum(change["before"] == change["after"] for change in (change_of(r, draft) for r in rows))


@dataclass(frozen=True, slots=True)
class Move:
    """A transition asked for: `version` is the hash of what was looked at (`stamp` that of a draft), `signed` that
    password or code was given again."""

    action: Action
    version: str = ""
    reason: str = ""
    signed: bool = False
    stamp: int | None = None


def move(scope: Scope, report_id: int, step: Move) -> Report:
    """Move a report on, if the table allows it. Raises `ActRefused` with every reason why not."""
    with transaction.atomic():
        report = locked(report_id)
        refuse_closed(report)
        now = situation(report)
        roles = scope.roles_at(report.path)
        request = Request(step.action, scope.person.pk, roles, step.version, step.reason, step.signed, step.stamp)
        reasons = states.refusals(request, now)
        if step.action is Action.save:
            raise ActRefused(Refusal.not_allowed)
        if step.action in (Action.hand_over, *states.SIGNING):
            refuse_late(report)
        if reasons:
            status = (
                409
                if set(reasons) & {Refusal.stale, Refusal.not_allowed}
                else 403
                if Refusal.wrong_role in reasons
                else 422
            )
            raise ActRefused(
                *reasons,
                status=status,
                facts={
                    "by": _last_by(report),
                    "blocking": str(now.blocking),
                    "unexplained": str(now.unexplained),
                    "unanswered": str(now.unanswered),
                },
            )
        if step.action in (Action.hand_over, *states.SIGNING):
            _scanned(report)
        row = TABLE[step.action]
        if row.creates_version:
            report.current = _version(report, scope.person)
        report.state = row.target.value
        report.stamp += 1
        report.changed = timezone.now()
        if step.action is Action.accept:
            report.in_force = report.current
        _submitted(report, step.action)
        report.save()
        facts = {
            "version": report.current.sha256 if report.current else "",
            "number": report.current.number if report.current else 0,
        }
        if step.reason:
            facts["reason"] = step.reason[:1000]
        record(step.action.value, report.path, _subject(report), scope.person, **facts)
        if row.target is State.returned:
            facts = {"report": report.pk, "remarks": now.open_remarks}
            tell_people([Notice(path=report.path, code="returned", facts=facts, created=timezone.now())], report.path)
    return report


def _submitted(report: Report, action: Action) -> None:
    """The day of the first signature; forgotten when what nobody has judged yet is withdrawn."""
    if action in states.SIGNING and report.submitted is None:
        report.submitted = timezone.localdate()
    judged = [a.value for a in states.TAKING]
    if action in states.WITHDRAWING and not Event.objects.filter(subject=_subject(report), action__in=judged).exists():
        report.submitted = None


def _last_by(report: Report) -> str:
    event = Event.objects.filter(subject=_subject(report)).order_by("-number").select_related("person").first()
    return event.person.name if event and event.person else ""


def _version(report: Report, author: Person) -> Version:
    """Freeze the draft with its verdict and the reasons given."""
    reasons = {e.key: {"text": e.text, "by": e.author.name} for e in report.explanations.select_related("author")}
    assert report.draft is not None
    verdict = {**(report.verdict or {}), "reasons": reasons}
    number = report.versions.count() + 1
    version = Version(
        report=report,
        path=report.path,
        number=number,
        sha256=verdicts.sha_of(report.draft, verdict),
        draft=report.draft,
        verdict=verdict,
        total_t=report.total_t,
        engine=verdicts.engine_name(),
        edition_hash=verdict.get("edition_hash", ""),
        author=author,
        created=timezone.now(),
    )
    version.save()
    return version


def remark(scope: Scope, report_id: int, sheet: str, cell: str, text: str) -> Remark:
    """A reviewer's remark at a cell of the version under review."""
    with transaction.atomic():
        report = locked(report_id)
        if not scope.may(May.remark, report.path):
            raise ActRefused("wrong_role")
        refuse_closed(report)
        if (
            State(report.state) not in (State.county_review, State.city_review, State.province_review)
            or report.current is None
        ):
            raise ActRefused("not_in_review", status=409)
        if len(text.strip()) < 2 or not any(s["name"] == sheet for s in report.current.draft):
            raise ActRefused("no_remark_text", status=422)
        verdicts.shown(report.current.draft, sheet, cell)  # a place that cannot be raises
        remark = Remark.objects.create(
            report=report,
            version=report.current,
            path=report.path,
            sheet=sheet,
            cell=cell.upper(),
            text=text.strip()[:1000],
            author=scope.person,
            created=timezone.now(),
        )
        record(
            "remark",
            report.path,
            _subject(report),
            scope.person,
            place=f"{sheet}!{cell}",
            remark=remark.pk,
            version=report.current.sha256,
        )
    return remark


def answer_remark(scope: Scope, remark_id: int, text: str) -> Remark:
    """The reporter's answer; the remark is then answered until the reviewer closes it."""
    with transaction.atomic():
        remark = Remark.objects.select_for_update(of=("self",)).select_related("report").get(pk=remark_id)
        if not scope.may(May.answer_remark, remark.path):
            raise ActRefused("wrong_role")
        if len(text.strip()) < 2:
            raise ActRefused("no_remark_text", status=422)
        if remark.state != "open":  # an answer that was given stands
            raise ActRefused("remark_answered", status=409)
        remark.answer, remark.answered_by, remark.state = text.strip()[:1000], scope.person, "answered"
        remark.save()
        record("answer", remark.path, f"report/{remark.report_id}", scope.person, remark=remark.pk)
    return remark


def close_remark(scope: Scope, remark_id: int) -> Remark:
    with transaction.atomic():
        remark = Remark.objects.select_for_update(of=("self",)).get(pk=remark_id)
        if not scope.may(May.remark, remark.path):
            raise ActRefused("wrong_role")
        remark.state = "closed"
        remark.save()
        record("close", remark.path, f"report/{remark.report_id}", scope.person, remark=remark.pk)
    return remark


def change_of(item: Remark, draft: verdicts.Draft) -> dict[str, Any]:
    """Old value of the cell a remark speaks of, and its value in these cells."""
    return {
        "before": verdicts.shown(item.version.draft, item.sheet, item.cell),
        "after": verdicts.shown(draft, item.sheet, item.cell),
    }
