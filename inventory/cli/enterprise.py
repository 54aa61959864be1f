"""`inventory enterprise`: template, report, verify, collect, query, status, summary, reconcile."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..console.common import INPUT_PROBLEMS, Lang, answering, existing, tell, writable
from ..console.phrases import show
from ..console.views.enterprise import (
    show_collection,
    show_industries,
    show_recomputed,
    show_reconciliation,
    show_report,
    show_verdict,
)
from .options import AsJson, Gwp, Language, Scheduler

if TYPE_CHECKING:
    from ..app.collection import Rows

app = typer.Typer(
    no_args_is_help=True, help="重点企业直报：24个行业，从抄表到附表，再到省级汇总。 Enterprise direct reporting."
)


Database = Annotated[Path, typer.Option("--db", help="数据库文件 / database file (.db)")]
YearOption = Annotated[int | None, typer.Option("--year", help="报告年度 / reporting year")]


@app.command("industries")
def industries_command(lang: Language = Lang.zh) -> None:
    """列出24个行业指南。 List the guidelines."""
    from ..app.collection import list_industries

    show_industries(list_industries(), lang.value)


@app.command("template")
def template_command(
    industry: Annotated[str, typer.Option("--industry", help="行业代码或名称 / code or name")],
    output: Annotated[Path, typer.Option("-o", "--output", help="模板 / template (.xlsx)")],
    data: Annotated[
        Path | None,
        typer.Option(
            "--from", help="用已有数据填好，读不懂的也照抄 / fill in from a TOML or workbook, whatever it holds"
        ),
    ] = None,
    year: Annotated[
        int, typer.Option("--year", help="报告年度，决定用哪一版指南 / reporting year, chooses the guideline")
    ] = 0,
    lang: Language = Lang.zh,
) -> None:
    """生成企业填报工作簿。 Make the workbook an enterprise fills in."""
    from ..app.enterprise import TemplateRequest, template

    writable(output, (".xlsx",), lang)
    with answering(lang):
        if data is not None:
            existing([data], lang)
        tell(template(TemplateRequest(industry, output, data, lang.value, year)), lang)
    show("enterprise.template", lang, output=output)


@app.command("assess")
def assess_command(
    source: Annotated[Path, typer.Argument(help="填好的工作簿 / the filled workbook")],
    as_json: AsJson = False,
    lang: Language = Lang.zh,
) -> None:
    """只判断不出报告：能算的先算，列出等待补正的排放源和全部疑问。 The verdict without a report: what can be computed,
    what waits, all questions."""
    from ..app.enterprise import AssessRequest, assess_workbook
    from ..enterprise.assess import dumps

    existing([source], lang)
    with answering(lang):
        _, verdict = assess_workbook(AssessRequest(source))
    if as_json:
        typer.echo(dumps(verdict))
    else:
        show_verdict(verdict, lang)
    if not verdict.complete:
        raise typer.Exit(INPUT_PROBLEMS)


@app.command("report")
def report_command(
    source: Annotated[Path, typer.Argument(help="填好的工作簿 / the filled workbook")],
    output: Annotated[Path, typer.Option("-o", "--output", help="报告 / report (.xlsx); 同名 .docx 为报告正文")],
    text: Annotated[bool, typer.Option("--docx/--no-docx", help="同时写出 .docx / also the text")] = True,
    gwp: Gwp = None,
    evidence: Annotated[
        Path | None,
        typer.Option("--evidence", help="证明材料文件夹：登记并核对SHA-256 / folder of evidence, hashed and compared"),
    ] = None,
    lang: Language = Lang.zh,
) -> None:
    """计算并写出企业温室气体排放报告。 Compute and write the report."""
    from ..app.enterprise import ReportRequest, report

    existing([source, *([evidence] if evidence is not None else [])], lang)
    writable(output, (".xlsx",), lang)
    with answering(lang):
        result = report(ReportRequest(source, output, text, gwp, evidence, lang.value))
    show_report(result, source, output, lang)


@app.command("verify")
def verify_command(
    files: Annotated[list[Path], typer.Argument(help="企业报告 / filed reports")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="复算结果 / findings (.xlsx)")] = None,
    year: YearOption = None,
    industry: Annotated[str, typer.Option("--industry", help="应为的行业 / expected industry")] = "",
    lang: Language = Lang.zh,
) -> None:
    """复算企业报告，列出不一致的单元格和要问的事。 Recompute reports and list what to ask."""
    from ..app.enterprise import verify
    from ..enterprise.findings import write_findings

    existing(files, lang)
    if output is not None:
        writable(output, (".xlsx",), lang)
    with answering(lang):
        results = verify(files, year, industry)
        show_recomputed(results, lang)
        if output is not None:
            write_findings(results, output, lang.value)
    if any(v.filed is None for v in results):
        raise typer.Exit(INPUT_PROBLEMS)


@app.command("collect")
def collect_command(
    folder: Annotated[Path, typer.Argument(help="存放报告的文件夹 / folder of reports")],
    db: Database,
    workers: Annotated[int, typer.Option("--workers", help="并行进程数 / processes")] = min(2, os.cpu_count() or 1),
    scheduler: Scheduler = "",
    lang: Language = Lang.zh,
) -> None:
    """收集并复算全部报告，存入一个数据库文件。 Collect and verify all reports into one database file."""
    from ..app.collection import CollectRequest, collect_reports

    existing([folder], lang)
    with answering(lang):
        done = collect_reports(CollectRequest(folder, db, workers, scheduler))
    show_collection(done, lang)


@app.command("status")
def status_command(
    db: Database,
    submission: Annotated[int, typer.Argument(help="报送编号 / submission number")],
    status: Annotated[str, typer.Argument(help="收到|退回|接受|撤回 / received, returned, accepted, withdrawn")],
    note: Annotated[str, typer.Option("--note", help="原因 / reason")] = "",
    who: Annotated[str, typer.Option("--who", help="经手人 / who")] = "",
    lang: Language = Lang.zh,
) -> None:
    """登记报送状态；已接受的在替代的版本接受之前一直有效。 Set the state of a submission."""
    from ..app.collection import StatusRequest, set_submission_status

    existing([db], lang)
    with answering(lang):
        set_submission_status(StatusRequest(db, submission, status, note, who))
    typer.echo(f"{submission}: {status}")


@app.command("settle")
def settle_command(
    db: Database,
    code: Annotated[str, typer.Option("--code", help="统一社会信用代码 / credit code")],
    name: Annotated[list[str], typer.Option("--name", help="同一家企业的名称，可多次 / names of one firm")],
    who: Annotated[str, typer.Option("--who", help="经手人 / who")] = "",
    lang: Language = Lang.zh,
) -> None:
    """登记：同一代码的这些名称是同一家企业（更名）。 These names of one code are one firm."""
    from ..app.collection import SettleRequest, settle_names

    existing([db], lang)
    with answering(lang):
        settle_names(SettleRequest(db, code, tuple(name), who))
    typer.echo(f"{code}: {'、'.join(name)}")


@app.command("history")
def history_command(
    db: Database,
    submission: Annotated[int | None, typer.Option("--id", help="报送编号 / submission number")] = None,
    firm: Annotated[str, typer.Option("--firm", help="企业名称（部分）或代码 / part of a name, or a code")] = "",
    lang: Language = Lang.zh,
) -> None:
    """每份报送的状态变化：谁、何时、为什么。 Who did what, when and why."""
    from ..app.collection import HistoryRequest, submission_history

    existing([db], lang)
    with answering(lang):
        _print(submission_history(HistoryRequest(db, submission, firm)))


@app.command("diff")
def diff_command(
    db: Database,
    first: Annotated[int, typer.Argument(help="报送编号 / submission number")],
    second: Annotated[int, typer.Argument(help="另一份的编号 / the other")],
    lang: Language = Lang.zh,
) -> None:
    """两次报送逐格比较。 Two submissions cell by cell."""
    from ..app.collection import CompareSubmissionsRequest, compare_submissions

    existing([db], lang)
    with answering(lang):
        _print(compare_submissions(CompareSubmissionsRequest(db, first, second)))


@app.command("pending")
def pending_command(db: Database, year: YearOption = None, lang: Language = Lang.zh) -> None:
    """待重报、待确认的报送和认定企业的疑问。 Submissions awaited again or undecided, and questions of identity."""
    from ..app.collection import PendingRequest, pending_submissions

    existing([db], lang)
    with answering(lang):
        _print(pending_submissions(PendingRequest(db, year)))


def _print(result: Rows) -> None:
    typer.echo("\t".join(result.heading))
    for row in result.rows:
        typer.echo("\t".join(f"{v:,.2f}" if isinstance(v, float) else str(v) for v in row))


@app.command("query")
def query_command(
    db: Database,
    by: Annotated[str, typer.Option("--by", help="city,industry,source,gas,year,firm 或 fuel")] = "city,industry",
    year: YearOption = None,
    accepted: Annotated[bool, typer.Option("--accepted", help="只计已接受的 / accepted ones only")] = False,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="CSV")] = None,
    lang: Language = Lang.zh,
) -> None:
    """按地市、行业、排放源、燃料、年度汇总。 Totals by any of these."""
    from ..app.collection import QueryReportsRequest, query_reports
    from ..sheets.csvfile import write_csv

    existing([db], lang)
    with answering(lang):
        result = query_reports(
            QueryReportsRequest(db, tuple(b.strip() for b in by.split(",") if b.strip()), year, accepted)
        )
        if output is not None:
            writable(output, (".csv",), lang)
            write_csv(output, result.rows, result.heading)
        else:
            _print(result)


@app.command("summary")
def summary_command(
    db: Database,
    output: Annotated[Path, typer.Option("-o", "--output", help="汇总工作簿 / summary (.xlsx)")],
    year: YearOption = None,
    lang: Language = Lang.zh,
) -> None:
    """写出省级汇总工作簿。 Write the province's summary workbook."""
    from ..app.collection import SummaryRequest, write_reports_summary

    existing([db], lang)
    writable(output, (".xlsx",), lang)
    with answering(lang):
        write_reports_summary(SummaryRequest(db, output, year))
    typer.echo(f"汇总: {output}")


@app.command("reconcile")
def reconcile_command(
    db: Database,
    inventory: Annotated[
        Path,
        typer.Option("--inventory", help="省级清单结果 CSV（compile --results）/ results of the provincial inventory"),
    ],
    region: Annotated[str, typer.Option("--region", help="省份 / province")],
    year: Annotated[int, typer.Option("--year", help="年度 / year")],
    output: Annotated[Path, typer.Option("-o", "--output", help="对比工作簿 / comparison (.xlsx)")],
    offers: Annotated[
        Path | None, typer.Option("--factors", help="企业加权因子 factors.csv / weighted factors")
    ] = None,
    lang: Language = Lang.zh,
) -> None:
    """企业直报与省级清单对比（只比直接排放）。 Set the reports against the provincial inventory."""
    from ..app.collection import ReconcileRequest, reconcile_reports

    existing([db, inventory], lang)
    writable(output, (".xlsx",), lang)
    if offers is not None:
        writable(offers, (".csv",), lang)
    with answering(lang):
        result = reconcile_reports(ReconcileRequest(db, inventory, region, year, output, offers, lang.value))
    show_reconciliation(result, output)
