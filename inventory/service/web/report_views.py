"""The report page and what it loads: sheets for the grid, versions compared, workbooks, receipts, evidence."""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from inventory.core.problems import InventoryError, Origin, problem
from inventory.reading.mark import marked_copy

from ..domain.findings import GRADE_LABELS, Grade
from ..domain.roles import LEVEL_LABELS, Level, May, Role
from ..domain.states import ACTION_LABELS, EDITABLE, HOLDER, SIGNING, STATE_LABELS, TABLE, Action, State, offered
from ..shared.figures import plain
from ..shared.sheets import draft_sheet
from ..shared.templatetags.inventory_tags import event
from ..shared.texts import text
from ..store import acts, former, kinds, scans, verdicts
from ..store.due import deadlines_of, late_by
from ..store.models import Anchor, Attachment, Event, Report, Scan
from ..store.provenance import UPLOAD, EnteredCells, provenance_of, provenance_of_draft
from .access import report_of, reviewed_version, scope_of, sees_draft, versions_shown
from .boards import lang_of
from .differences import changed_cells
from .frame import page
from .reasons import entered_words, files_of, tree_of, with_provenance
from .words import industry_name

FINDING_CODES = {Grade.blocking: "mark.blocking", Grade.to_verify: "mark.to_verify", Grade.hint: "mark.hint"}


def cells_shown(request: HttpRequest, report: Report) -> tuple[verdicts.Draft, dict[str, Any]]:
    """The draft for its own people, the version that was signed for reviewers."""
    if sees_draft(request, report):
        return report.draft or kinds.blank_of(report), report.verdict or {"findings": [], "lines": []}
    version = reviewed_version(report)
    assert version is not None
    return version.draft, version.verdict


def _findings(request: HttpRequest, report: Report, verdict: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    """Findings in words, each with the reason given: the present ones for its own people, those of the version for
    reviewers."""
    if sees_draft(request, report):
        rows = report.explanations.select_related("author")
        reasons = {e.key: {"text": e.text, "by": e.author.name} for e in rows}
    else:
        reasons = verdict.get("reasons", {})
    alike: dict[str, list[str]] = {}  # findings of one kind that wait for a reason: one may hold for all of them
    for item in verdict["findings"]:
        if item["grade"] == "to_verify" and item["key"] not in reasons:
            alike.setdefault(item["code"], []).append(item["key"])
    return [
        {
            **item,
            "text": item[lang],
            "label": GRADE_LABELS[item["grade"]][lang],
            "reason": reasons.get(item["key"]),
            "alike": same if len(same := alike.get(item["code"], [])) > 1 and item["key"] in same else [],
        }
        for item in verdict["findings"]
    ]


def _due(report: Report, state: State, lang: str) -> str:
    """The deadline of whoever holds the report, named."""
    day = deadlines_of(report).of(state)
    holder = LEVEL_LABELS[kinds.kind_of(report) if HOLDER[state] is Level.enterprise else HOLDER[state]][lang]
    return "" if state is State.accepted else text("report.due_of", lang, holder=holder, date=str(day))


@require_GET
def report(request: HttpRequest, number: int) -> HttpResponse:
    """Everything about one report on one page."""
    report, lang, scope = report_of(request, number), lang_of(request), scope_of(request)
    draft, verdict = cells_shown(request, report)
    state, roles = State(report.state), scope.roles_at(report.path)
    editable = state in EDITABLE and bool(roles & TABLE[Action.save].roles) and not report.round.closed
    findings = _findings(request, report, verdict, lang)
    remarks = [
        {"remark": r, **acts.change_of(r, draft)}
        for r in report.remarks.select_related("version", "author", "answered_by").order_by("-pk")
    ]
    versions = list(versions_shown(request, report).defer("draft", "verdict").select_related("author"))
    versions.sort(key=lambda v: -v.number)
    replaced = former.replacements(report) if editable else []
    return page(
        request,
        "report",
        "tasks",
        report=report,
        organisation=report.obligation.organisation,
        industry=industry_name(report.obligation.organisation.industry, lang),
        due=_due(report, state, lang),
        late=late_by(report),
        next=text(f"report_next.{'closed' if report.round.closed else state.value}", lang),
        started=report.draft is not None,
        grave=sum(f["grade"] == "blocking" for f in findings),
        unexplained=sum(f["grade"] == "to_verify" and not f["reason"] for f in findings),
        state=STATE_LABELS[state][lang],
        state_id=state.value,
        editable=editable,
        findings=findings,
        remarks=remarks,
        actions=_actions(report, state, roles, lang),
        events=_events(report, lang),
        verdict=verdict,
        sheets=[s["name"] for s in draft],
        versions=[
            {"v": v, "before": before.number if before is not None else None}
            for v, before in itertools.zip_longest(versions, versions[1:])
        ],
        attachments=_evidence(report),
        former=[{"f": f, "text": text(f"former.{f.action}", lang, **asdict(f))} for f in replaced],
        undo=replaced[0] if replaced and replaced[0].action == UPLOAD else None,
        sha=report.current.sha256 if report.current else "",
        receipt=(signed := reviewed_version(report)) is not None and signed.pk in {v.pk for v in versions},
        may_remark=scope.may(May.remark, report.path)
        and not report.round.closed
        and state in (State.county_review, State.city_review, State.province_review),
        may_answer=scope.may(May.answer_remark, report.path) and not report.round.closed,
        may_attach=scope.may(May.attach, report.path) and state in EDITABLE and not report.round.closed,
        title=report.obligation.organisation.name,
        tab=report.round.name,
    )


def _actions(report: Report, state: State, roles: frozenset[Role], lang: str) -> list[dict[str, Any]]:
    """What this person can do with the report now, and what state it leads to."""
    return [
        {
            "id": a.value,
            "label": ACTION_LABELS[a][lang],
            "needs": " ".join(sorted(TABLE[a].needs)),
            "after": text("report.after", lang, state=STATE_LABELS[TABLE[a].target][lang]),
        }
        for a in (() if report.round.closed else offered(state, roles, kinds.route_of(report)))
    ]


def _events(report: Report, lang: str) -> list[dict[str, Any]]:
    """The last steps of the report, the newest first."""
    return [
        {"at": e.at, "person": e.person.name if e.person else "", "action": event(e.action, lang), "number": e.number}
        for e in Event.objects.filter(subject=f"report/{report.pk}").select_related("person").order_by("-number")[:40]
    ]


def _evidence(report: Report) -> list[dict[str, Any]]:
    """Evidence files, the newest first; `other`: a file of this name was there before, with another content."""
    rows = list(report.attachments.select_related("author").order_by("pk"))
    scanned = dict(Scan.objects.filter(attachment__report=report).values_list("attachment_id", "verdict"))
    return [
        {"a": a, "scan": scanned.get(a.pk), "other": any(b.name == a.name and b.sha256 != a.sha256 for b in rows[:n])}
        for n, a in enumerate(rows)
    ][::-1]


@require_GET
def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """One sheet for the grid, with findings and remarks at its cells and what each column takes."""
    report, lang = report_of(request, number), lang_of(request)
    if request.GET.get("stamp") == str(report.stamp):  # nothing was saved since: asked every few seconds
        return JsonResponse({"same": True})
    draft, verdict = cells_shown(request, report)
    name = request.GET.get("name", "")
    shown = next((s for s in draft if s["name"] == name), None)
    if shown is None:
        raise Http404
    remarks = [
        {"cell": r.cell, "text": f"{r.author.name}：{r.text}", "state": r.state}
        for r in report.remarks.filter(sheet=name).select_related("author")
    ]
    body = draft_sheet(shown, kinds.grid_of(report, shown, lang), verdict["findings"], lang)
    entered = entered_cells(request, report)
    by = {
        "rest": entered_words(entered.rest, lang),
        "typed": {cell: entered_words(e, lang) for cell, e in entered.typed_in(name).items()},
    }
    return JsonResponse({**body, "remarks": remarks, "entered": by, "stamp": report.stamp})


@require_GET
def reasons(request: HttpRequest, number: int) -> HttpResponse:
    """Why is it this number: the tree behind a source line of the verdict."""
    chosen, lang = report_of(request, number), lang_of(request)
    draft, _ = cells_shown(request, chosen)
    if kinds.kind_of(chosen) is not Level.enterprise:
        raise Http404
    try:
        result = verdicts.result_of(draft, chosen.obligation.organisation.name)
    except InventoryError:
        raise Http404 from None
    source, gas = request.GET.get("source", ""), request.GET.get("gas", "")
    lines = [
        i for i, x in enumerate(result.ledger.lines) if x.category == source and x.gas == gas and x.account == "total"
    ]
    if not lines:
        raise Http404
    label = result.ledger.edition.label_of_category(source, lang)
    title = text("report.why_title", lang, source=source, label=label if label != source else "", gas=gas)
    tree = tree_of(result.ledger, lines, title, lang)
    entered = entered_cells(request, chosen)
    return JsonResponse({"tree": with_provenance(tree, dict.fromkeys(files_of(tree), ("", entered)), lang)})


def entered_cells(request: HttpRequest, report: Report) -> EnteredCells:
    """How the cells shown came by their figures: those of the draft, or of the version that was signed."""
    shown = None if sees_draft(request, report) else reviewed_version(report)
    return provenance_of_draft(report) if shown is None else provenance_of([shown])[shown.pk]


@require_GET
def workbook(request: HttpRequest, number: int) -> HttpResponse:
    """The cells as a workbook to go on with."""
    report = report_of(request, number)
    draft, _ = cells_shown(request, report)
    organisation = report.obligation.organisation
    return _file(kinds.workbook_of(report, draft, lang_of(request)), f"{organisation.name}-{report.round.year}.xlsx")


@require_GET
def marked(request: HttpRequest, number: int) -> HttpResponse:
    """The same with findings and remarks marked at their cells and listed on a sheet of their own."""
    report, lang = report_of(request, number), lang_of(request)
    draft, verdict = cells_shown(request, report)
    name = f"{report.obligation.organisation.name}-{report.round.year}"
    said = [
        problem(FINDING_CODES[i["grade"]], Origin(name, i["sheet"], i["cell"]), **_in_both(i))
        for i in verdict["findings"]
    ]
    said += [
        problem("mark.remark", Origin(name, r.sheet, r.cell), author=r.author.name, text=r.text)
        for r in report.remarks.select_related("author")
    ]
    content = kinds.workbook_of(report, draft)
    return _file(marked_copy(content, said, name, lang) or content, f"{name}-标注.xlsx")


def _in_both(item: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What a kept finding says, part by part in both languages."""
    return {part: {lang: item[lang][part] for lang in ("zh", "en")} for part in ("what", "expected", "fix")}


def _file(content: bytes, name: str) -> HttpResponse:
    import io

    return FileResponse(io.BytesIO(content), as_attachment=True, filename=name)  # type: ignore[return-value]


@require_GET
def diff(request: HttpRequest, number: int, old: int, new: int) -> HttpResponse:
    """Cells that differ between two versions."""
    report = report_of(request, number)
    chosen = {v.number: v for v in versions_shown(request, report).filter(number__in=(old, new))}
    if set(chosen) != {old, new}:
        raise Http404
    cells = changed_cells(report, chosen[old].draft, chosen[new].draft, lang_of(request))
    totals = (chosen[old].total_t, chosen[new].total_t)
    return page(
        request,
        "diff",
        "tasks",
        report=report,
        old=chosen[old],
        new=chosen[new],
        cells=cells,
        change=totals[1] - totals[0] if None not in totals else None,
        tab=text("report.diff_title", lang_of(request)),
        title=report.obligation.organisation.name,
    )


@require_GET
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """What the reporter keeps: hash of the version, its place in the log, the last anchor."""
    report = report_of(request, number)
    version = reviewed_version(report)
    if version is None or not versions_shown(request, report).filter(pk=version.pk).exists():
        raise Http404
    signed = Event.objects.filter(subject=f"report/{report.pk}", action__in=[a.value for a in SIGNING])
    event = next((e for e in signed.order_by("-number") if json.loads(e.facts).get("version") == version.sha256), None)
    return page(
        request,
        "receipt",
        "tasks",
        report=report,
        organisation=report.obligation.organisation,
        version=version,
        event=event,
        anchor=Anchor.objects.order_by("-day").first(),
        total=plain(version.total_t) if version.total_t is not None else "—",
        tab=text("receipt.title", lang_of(request)),
        title=report.obligation.organisation.name,
    )


@require_GET
def attachment(request: HttpRequest, number: int) -> HttpResponse:
    """An evidence file, always as a download."""
    attachment = Attachment.objects.filter(pk=number).first()
    if attachment is None:
        raise Http404
    report_of(request, attachment.report_id)
    return FileResponse(
        scans.given_out(attachment).open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type="application/octet-stream",
    )  # type: ignore[return-value]
