"""What the commands of this group show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ...core.problems import by_cause, in_language
from ..common import INPUT_PROBLEMS, Lang, also_at, say, tell
from ..english import readable
from ..phrases import inform, listed, phrase, show
from ..tables import write_table

if TYPE_CHECKING:
    from ...app.collection import IndustriesResult, ReconcileResult, Rows, SettleRequest, StatusRequest, SummaryRequest
    from ...app.enterprise import AssessResult, RecomputeResult, ReportResult, TemplateResult
    from ...enterprise.assess import Verdict
    from ...enterprise.collect import Collected


def _finding_line(grade: str, size: float, text: str, lang: str) -> str:
    from ...enterprise.checks.grading import GRADES_EN

    word = grade if lang == "zh" else GRADES_EN[grade]
    effect = phrase("enterprise.about_t", lang, size=size)
    return f"{word}{effect if abs(size) >= 0.5 else ''}  {text}"


def show_verdict(verdict: Verdict, lang: Lang) -> None:
    """The result of `assess` on the screen."""
    for reported, cells in by_cause(verdict.problems, lambda r: (r.code, r.place.sheet, r.facts, r.place.cell)):
        inform("enterprise.error", lang, text=reported.text[lang.value] + also_at(cells, lang.value))
    for reported in verdict.findings:
        say(_finding_line(reported.grade, reported.size_t, reported.text[lang.value], lang.value))
    for w in verdict.waiting:
        waited = "、".join(f"{p.sheet}!{p.cell}" for p in w.places) or "—"
        show("enterprise.waits", lang, label=w.label[lang.value], cells=waited)
    total = "—" if verdict.total_t is None else f"{verdict.total_t:,.2f}"
    part = "" if verdict.complete else phrase("enterprise.incomplete", lang)
    show("enterprise.tco_e", lang, name=verdict.name, year=verdict.year, total=total, part=part)


def show_report(result: ReportResult, output: Path, lang: Lang) -> None:
    """The result of `report` on the screen."""
    from ..account import tell_account

    computed = result.computed
    for f in computed.findings:
        say(
            _finding_line(f.grade, f.size_t, f.problem.text(lang.value), lang.value)
            + (f"（{f.reason}）" if f.reason else "")
        )
    tell_account(result.account, lang.value)
    total, direct = computed.total(True), computed.total(False)
    name, year = computed.enterprise.profile.name, computed.enterprise.profile.year
    show("enterprise.t_co_e_direct", lang, name=name, year=year, total=total, direct=direct, output=output)


def show_collection(result: Collected, lang: Lang) -> None:
    """The result of `collect` on the screen."""
    for file, reason in result.failed:
        reason = in_language(reason, lang.value).removeprefix(file).lstrip("：: ")
        inform("enterprise.not_read", lang, file=file, reason=reason)
    kinds: dict[str, int] = {}
    for _, kind in result.skipped:
        kinds[kind] = kinds.get(kind, 0) + 1
    if kinds:
        shown = listed((f"{kind} {n}" for kind, n in sorted(kinds.items())), lang)
        inform("enterprise.no_workbooks_not_read", lang, shown=shown)
    tell(result.across, lang)
    show(
        "enterprise.added_known_failed_skipped",
        lang,
        added=result.added,
        known=result.known,
        count=len(result.failed),
        count2=len(result.skipped),
    )
    if result.weighty:
        show("enterprise.weighty", lang, n=result.weighty)
    if result.failed:
        raise typer.Exit(INPUT_PROBLEMS)


def show_reconciliation(result: ReconcileResult, output: Path, lang: Lang) -> None:
    """The result of `reconcile` on the screen."""
    for c in result.reconciled.comparisons[:10]:
        share = f"{c.coverage:.1%}" if c.coverage is not None else "—"
        label = readable(f"{c.label} {result.labels.get(c.lines[0], '')}", lang)
        show("enterprise.covered", lang, label=label, gas=c.gas, tonnes=c.reports_t, share=share)
    show("enterprise.reconciled", lang, output=output)


def show_recomputed(result: RecomputeResult, lang: Lang) -> None:
    """Each report with its total as filed and as recomputed, and what to ask."""
    for v in result.reports:
        show(
            "enterprise.recomputed" if v.total_recomputed is not None else "enterprise.not_recomputed",
            lang,
            file=v.file,
            filed=v.total_filed or 0,
            recomputed=v.total_recomputed or 0,
        )
        for f in v.findings:
            reason = f"（{f.reason}）" if f.reason else ""
            typer.echo(f"  {_finding_line(f.grade, f.size_t, f.problem.text(lang.value), lang.value)}{reason}")
    if any(v.filed is None for v in result.reports):
        raise typer.Exit(INPUT_PROBLEMS)


def show_industries(result: IndustriesResult, lang: str) -> None:
    """One line a guideline; its document is named as it was issued."""
    for i in result.industries:
        confirmed = "" if i.family_confirmed or not i.family else phrase("enterprise.family_unconfirmed", lang)
        show(
            "enterprise.industry",
            lang,
            code=i.code,
            short=f"{i.short}\t{i.name}" if lang == "zh" else i.name_en,
            sources=len(i.sources),
            family=(i.family or phrase("enterprise.no_fuels", lang)) + confirmed,
            kind=i.report_type,
            document=i.document,
        )


def show_template(result: TemplateResult, lang: Lang) -> None:
    """The workbook an enterprise fills in."""
    tell(result.problems, lang)
    show("enterprise.template", lang, output=result.output)


def show_assessment(result: AssessResult, as_json: bool, lang: Lang) -> None:
    """The verdict, as JSON where asked for; exit status 1 while it is not complete."""
    from ...enterprise.assess import dumps

    verdict = result.verdict
    if as_json:
        typer.echo(dumps(verdict))
    else:
        show_verdict(verdict, lang)
        if result.marked is not None:
            inform("app.marked", lang, marked=result.marked)
    if not verdict.complete:
        raise typer.Exit(INPUT_PROBLEMS)


def show_status(result: StatusRequest) -> None:
    """The submission and its state."""
    typer.echo(f"{result.submission}: {result.status}")


def show_settled(result: SettleRequest) -> None:
    """The code and the names that are one firm."""
    typer.echo(f"{result.code}: {'、'.join(result.names)}")


def show_rows(result: Rows, lang: Lang, output: Path | None = None) -> None:
    """A table on the screen, or as CSV."""
    rows = [[in_language(v, lang.value) if isinstance(v, str) else v for v in row] for row in result.rows]
    write_table([readable(h, lang) for h in result.heading], rows, output, lang.value)


def show_totals(result: Rows, output: Path | None, lang: Lang) -> None:
    """Totals of reports, on the screen or as CSV."""
    show_rows(result, lang, output)


def show_summary(result: SummaryRequest, lang: Lang) -> None:
    """Where the summary is."""
    show("enterprise.summary", lang, output=result.output)
