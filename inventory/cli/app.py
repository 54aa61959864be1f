"""The `inventory` command: compile, check, factors, explain, and the sub-commands of the other parts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..console import door
from ..console.account import tell_account
from ..console.answers import Format
from ..console.common import WRONG_USE, Lang, answering, around, existing, print_json, tell, writable
from ..console.phrases import inform, show
from ..console.tables import compared, seeded
from ..console.views.compile import show_defaults, show_totals
from . import analysis as analysis_commands
from . import archive as archive_commands
from . import bulletin as bulletin_commands
from . import checklist as checklist_commands
from . import choices as choices_commands
from . import cluster, scale
from . import edition as edition_commands
from . import enterprise as enterprise_commands
from . import factors as factors_commands
from . import filing as filing_commands
from . import forms as forms_commands
from . import improve as improve_commands
from . import levels as levels_commands
from . import open as open_commands
from . import policy as policy_commands
from . import report as report_commands
from . import service as service_commands
from . import shares as shares_commands
from . import template as template_commands
from .options import All, AsJson, Causes, Draws, Edition, Gwp, Inputs, Language, NoFallback, Seed, Sets, Strict

if TYPE_CHECKING:
    pass

FEW_PROBLEMS = 8  # on a screen that shows the result first

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="省级温室气体清单：活动水平数据 → 可填报工作簿，每个数字可追溯。 Provincial GHG inventories, every figure traceable.",
)


@app.command("compile")
def compile_command(
    inputs: Inputs,
    output: Annotated[Path, typer.Option("-o", "--output", help="清单工作簿 / filed workbook (.xlsx)")],
    results: Annotated[Path | None, typer.Option("--results", help="逐行结果 CSV / one row per ledger line")] = None,
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
    no_fallback: NoFallback = False,
    strict: Strict = False,
    draws: Draws = None,
    seed: Seed = None,
    sets: Sets = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous", help="上一版（工作簿、结果 CSV 或项目），写重新计算表 / older version to compare with"
        ),
    ] = None,
    causes: Causes = None,
    everything: All = False,
) -> None:
    """编制清单：读取、核对、计算并写出工作簿。 Compile an inventory into the workbook to be filed."""
    from ..app.compile import CompileRequest, compile_inventory
    from ..app.source import Draws, Previous, Source

    existing([*inputs, *(p for p in (previous, causes) if p is not None)], lang)
    writable(output, (".xlsx",), lang)
    if results is not None:
        writable(results, (".csv",), lang)
    seeded(draws, seed, lang.value)
    compared(previous, causes, lang.value)
    with answering(lang), around(lang.value) as reported:
        source = Source(tuple(inputs), edition, gwp, not no_fallback, strict, tuple(sets or ()))
        result = compile_inventory(
            CompileRequest(source, output, results, lang.value, Draws(draws, seed), Previous(previous, causes)),
            reported,
        )
    show_totals(result, lang.value)
    show("analysis.workbook", lang, output=output)
    show_defaults(result.problems, lang.value)
    tell_account(result.account, lang.value, everything)
    tell(result.problems, lang, None if everything else FEW_PROBLEMS)


@app.command("check")
def check_command(
    inputs: Inputs,
    form: Annotated[Format, typer.Option("--format", help="输出格式 / how to print")] = Format.lines,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="问题清单写入文件 / write the list (.csv, .json)")
    ] = None,
    mark: Annotated[
        Path | None, typer.Option("--mark", help="标注了问题单元格的工作簿；多个输入时为文件夹 / the input, marked")
    ] = None,
    account: Annotated[
        Path | None, typer.Option("--account", help="每个数的去向写入文件 / where every figure went (.json, .csv)")
    ] = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
    everything: All = False,
) -> None:
    """检查输入：一次列出所有问题。 List every problem of the input at once."""
    from ..app.check import CheckRequest, check_inputs
    from ..console.account import write_account
    from ..console.answers import answer

    existing(inputs, lang)
    if output is not None:
        writable(output, (".csv", ".json"), lang)
    if account is not None:
        writable(account, (".csv", ".json"), lang)
    with answering(lang):
        result = check_inputs(CheckRequest(tuple(inputs), edition, mark, lang.value))
        for marked in result.marked:
            inform("app.marked", lang, marked=marked)
        answer(result.problems, lang.value, form, output)
        if account is not None:
            write_account(result.account, account, lang.value)
    if result.errors:
        inform("app.error_s", lang, errors=result.errors)
    else:
        show("app.no_errors", lang)
    if form is Format.lines:
        show_defaults(result.problems, lang.value)
        tell_account(result.account, lang.value, everything)
        tell(result.problems, lang, None if everything else FEW_PROBLEMS)
    if result.errors:
        raise typer.Exit(1)


@app.command("explain")
def explain_command(
    source: Annotated[Path, typer.Argument(help="清单工作簿，或输入 / filed workbook, or an input")],
    cell: Annotated[str | None, typer.Argument(help="'SHEET!CELL'")] = None,
    line: Annotated[str | None, typer.Option("--line", help="分类编号 / category id")] = None,
    gas: Annotated[str | None, typer.Option("--gas", help="气体 / gas")] = None,
    region: Annotated[str | None, typer.Option("--region")] = None,
    year: Annotated[int | None, typer.Option("--year")] = None,
    gwp: Gwp = None,
    as_json: AsJson = False,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """为什么是这个数：公式、因子、活动水平及其来源。 Why is it this number?"""
    from ..app.explain import ExplainCellRequest, ExplainLineRequest, explain_cell_of_file, explain_line_of_source
    from ..app.source import Source

    existing([source], lang)
    if (cell is None) == (line is None):
        inform("app.give_sheet_cell_or", lang)
        raise typer.Exit(WRONG_USE)
    with answering(lang):
        if cell is not None:
            result = explain_cell_of_file(ExplainCellRequest(source, cell, lang.value))
        else:
            result = explain_line_of_source(
                ExplainLineRequest(Source((source,), edition, gwp), str(line), gas, region, year, lang.value)
            )
    if as_json:
        print_json(result)
    else:
        typer.echo(result.text)


# The other commands, in the order of a compiler's work: fill in, analyse, report; then levels, targets, enterprises.
template_commands.register(app)
checklist_commands.register(factors_commands.app)
app.add_typer(factors_commands.app, name="factors")
app.add_typer(edition_commands.app, name="edition")
app.add_typer(forms_commands.app, name="forms")
analysis_commands.register(app)
choices_commands.register(app)
shares_commands.register(app)
improve_commands.register(app)
app.command("report")(report_commands.report_command)
app.command("report-template")(report_commands.template_command)
app.command("file")(filing_commands.file_command)
app.command("lock")(filing_commands.lock_command)
app.command("start")(filing_commands.start_command)
app.command("freeze")(archive_commands.freeze_command)
app.command("verify")(archive_commands.verify_command)
app.add_typer(levels_commands.app, name="levels")
app.command("rollup")(levels_commands.rollup_command)
app.command("batch")(scale.batch_command)
app.command("query")(scale.query_command)
app.add_typer(cluster.app, name="cluster")
app.command("export")(scale.export_command)
app.command("import")(scale.import_command)
app.command("targets")(policy_commands.targets_command)
app.command("pilots")(policy_commands.pilots_command)
app.command("actions")(policy_commands.actions_command)
app.command("bulletin")(bulletin_commands.bulletin_command)
app.add_typer(enterprise_commands.app, name="enterprise")
app.command("open")(open_commands.open_command)
app.add_typer(service_commands.app, name="service")
door.through(app)
