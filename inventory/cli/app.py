"""The `inventory` command: compile, check, factors, explain, and the sub-commands of the other parts."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import analysis as analysis_commands
from . import archive as archive_commands
from . import bulletin as bulletin_commands
from . import checklist as checklist_commands
from . import choices as choices_commands
from . import door, scale
from . import edition as edition_commands
from . import enterprise as enterprise_commands
from . import factors as factors_commands
from . import filing as filing_commands
from . import improve as improve_commands
from . import levels as levels_commands
from . import open as open_commands
from . import policy as policy_commands
from . import report as report_commands
from . import service as service_commands
from . import template as template_commands
from .account import tell_account
from .answers import Format
from .common import WRONG_USE, Lang, answering, existing, say, tell, writable

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
                  help="省级温室气体清单：活动水平数据 → 可填报工作簿，每个数字可追溯。 Provincial GHG inventories, every figure traceable.")

Inputs = Annotated[list[Path], typer.Argument(help="项目文件夹、工作簿或长表 CSV，可多个 / project folder, workbooks or long CSVs")]
LangOption = Annotated[Lang, typer.Option("--lang", help="语言 / language")]
EditionOption = Annotated[str, typer.Option("--edition", help="指南版本 / edition")]

@app.command("compile")
def compile_command(
    inputs: Inputs,
    output: Annotated[Path, typer.Option("-o", "--output", help="清单工作簿 / filed workbook (.xlsx)")],
    results: Annotated[Path | None, typer.Option("--results", help="逐行结果 CSV / one row per ledger line")] = None,
    gwp: Annotated[str | None, typer.Option("--gwp", help="guideline|SAR|AR4|AR5|AR6")] = None,
    edition: EditionOption = "prov2011",
    lang: LangOption = Lang.zh,
    no_fallback: Annotated[bool, typer.Option("--no-fallback", help="禁止声明的替代值 / forbid declared fallbacks")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="拒绝未核对的缺省值 / refuse unverified defaults")] = False,
    draws: analysis_commands.Draws = None,
    seed: analysis_commands.Seed = None,
    sets: analysis_commands.Sets = None,
    previous: Annotated[Path | None, typer.Option("--previous", help="上一版（工作簿、结果 CSV 或项目），写重新计算表 / older version to compare with")] = None,
    causes: analysis_commands.Causes = None,
) -> None:
    """编制清单：读取、核对、计算并写出工作簿。 Compile an inventory into the workbook to be filed."""
    from .. import api
    from ..analysis.account import account_of
    from ..core.completeness import line_problems, state_of

    existing([*inputs, *(p for p in (previous, causes) if p is not None)], lang)
    writable(output, (".xlsx",), lang)
    if results is not None:
        writable(results, (".csv",), lang)
    analysis_commands.seeded(draws, seed, lang.value)
    analysis_commands.compared(previous, causes, lang.value)
    with answering(lang):
        say("读取并计算……" if lang == "zh" else "reading and computing …")
        ledger = api.compile(list(inputs), edition=edition, gwp=gwp, allow_fallback=not no_fallback, strict=strict)
        state = state_of(ledger)
        tell([*ledger.warnings, *line_problems(state)], lang)
        ledger = analysis_commands.with_sets(ledger, sets)
        montecarlo = analysis_commands.run_monte_carlo(ledger, draws, seed, lang.value)
        recalculation = analysis_commands.since(previous, ledger, edition, causes, lang.value)
        say("写工作簿……" if lang == "zh" else "writing the workbook …")
        api.write_workbook(ledger, output, lang.value, montecarlo=montecarlo, recalculation=recalculation)
        if results is not None:
            api.write_results(ledger, results)
    for line in summary(ledger, lang.value, state):
        typer.echo(line)
    tell_account(account_of(ledger), lang.value)
    typer.echo(f"{'工作簿' if lang == 'zh' else 'workbook'}: {output}")


def summary(ledger, lang: str, state) -> list[str]:  # type: ignore[no-untyped-def]
    """Totals per region and year, with and without LUCF, in 万吨 (10^4 t) CO2e; a total that is not complete says so."""
    out, roles = [], ledger.edition.roles
    for region in ledger.regions:
        for year in sorted({x.year for x in ledger.lines if x.region == region}):
            total = ledger.co2e(region=region, year=year) / 1e4
            lucf = ledger.co2e(region=region, year=year, category=roles.lucf) / 1e4 if roles.lucf else 0.0
            burnt = [x.mass_t for x in ledger.select(region=region, year=year, category=roles.combustion, gas="CO2")] if roles.combustion else []
            left = len(state.unanswered(region, year))
            short = "" if not left else f"【不完整：缺 {left} 行】" if lang == "zh" else f" [incomplete: {left} lines missing]"
            if lang == "zh":
                energy = f"其中化石燃料燃烧CO2 {sum(burnt) / 1e4:,.1f} 万吨" if burnt else "化石燃料燃烧未计算，不在其中"
                out.append(f"{region} {year}：排放总量 {total:,.1f} 万吨CO2e"
                           f"（不含土地利用变化和林业 {total - lucf:,.1f}），{energy}；GWP {ledger.gwp.name}{short}")
            else:
                word = ledger.edition.word("region", region)
                energy = f"CO2 of fuel combustion {sum(burnt) / 1e4:,.1f}" if burnt else "fuel combustion not computed, so not in it"
                out.append(f"{word.label_en if word and word.label_en else region} {year}: total {total:,.1f} x10^4 t CO2e "
                           f"(without LUCF {total - lucf:,.1f}), {energy}; GWP {ledger.gwp.name}{short}")
    return out

@app.command("check")
def check_command(
    inputs: Inputs,
    form: Annotated[Format, typer.Option("--format", help="输出格式 / how to print")] = Format.lines,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="问题清单写入文件 / write the list (.csv, .json)")] = None,
    mark: Annotated[Path | None, typer.Option("--mark", help="标注了问题单元格的工作簿；多个输入时为文件夹 / the input, marked")] = None,
    account: Annotated[Path | None, typer.Option("--account", help="每个数的去向写入文件 / where every figure went (.json, .csv)")] = None,
    edition: EditionOption = "prov2011",
    lang: LangOption = Lang.zh,
) -> None:
    """检查输入：一次列出所有问题。 List every problem of the input at once."""
    from .. import api
    from .account import write_account
    from .answers import answer, mark_inputs

    existing(inputs, lang)
    if output is not None:
        writable(output, (".csv", ".json"), lang)
    if account is not None:
        writable(account, (".csv", ".json"), lang)
    with answering(lang):
        examined = api.examine(list(inputs), edition=edition)
        problems = list(examined.problems)
        if mark is not None:
            for marked in mark_inputs(inputs, problems, mark, lang.value, edition):
                say(f"{'标注' if lang == 'zh' else 'marked'}: {marked}")
        answer(problems, lang.value, form, output)
        if account is not None:
            write_account(examined.account, account, lang.value)
    errors = tell(problems, lang) if form is Format.lines else sum(p.severity == "error" for p in problems)
    if form is Format.lines:
        tell_account(examined.account, lang.value)
    if errors:
        say(f"共 {errors} 个错误。" if lang == "zh" else f"{errors} error(s).")
        raise typer.Exit(1)
    typer.echo("没有错误。" if lang == "zh" else "no errors.")

@app.command("explain")
def explain_command(
    source: Annotated[Path, typer.Argument(help="清单工作簿，或输入 / filed workbook, or an input")],
    cell: Annotated[str | None, typer.Argument(help="'SHEET!CELL'")] = None,
    line: Annotated[str | None, typer.Option("--line", help="分类编号 / category id")] = None,
    gas: Annotated[str | None, typer.Option("--gas", help="气体 / gas")] = None,
    region: Annotated[str | None, typer.Option("--region")] = None,
    year: Annotated[int | None, typer.Option("--year")] = None,
    gwp: Annotated[str | None, typer.Option("--gwp")] = None,
    edition: EditionOption = "prov2011",
    lang: LangOption = Lang.zh,
) -> None:
    """为什么是这个数：公式、因子、活动水平及其来源。 Why is it this number?"""
    from .. import api
    from ..explain import explain_cell, explain_line

    existing([source], lang)
    if (cell is None) == (line is None):
        say("请给出 '工作表!单元格'，或 --line 分类编号 --gas 气体" if lang == "zh" else "give 'SHEET!CELL', or --line CATEGORY --gas GAS")
        raise typer.Exit(WRONG_USE)
    with answering(lang):
        if cell is not None:
            typer.echo(explain_cell(source, cell, lang.value))
        else:
            ledger = api.compile([source], edition=edition, gwp=gwp)
            typer.echo(explain_line(ledger, str(line), gas, region, year, lang.value))

# The other commands, in the order of a compiler's work: fill in, analyse, report; then levels, targets, enterprises.
template_commands.register(app)
checklist_commands.register(factors_commands.app)
app.add_typer(factors_commands.app, name="factors")
app.add_typer(edition_commands.app, name="edition")
analysis_commands.register(app)
choices_commands.register(app)
improve_commands.register(app)
app.command("report")(report_commands.report_command)
app.command("report-template")(report_commands.template_command)
app.command("file")(filing_commands.file_command)
app.command("freeze")(archive_commands.freeze_command)
app.command("verify")(archive_commands.verify_command)
app.add_typer(levels_commands.app, name="levels")
app.command("rollup")(levels_commands.rollup_command)
app.command("batch")(scale.batch_command)
app.command("query")(scale.query_command)
app.command("export")(scale.export_command)
app.command("targets")(policy_commands.targets_command)
app.command("pilots")(policy_commands.pilots_command)
app.command("bulletin")(bulletin_commands.bulletin_command)
app.add_typer(enterprise_commands.app, name="enterprise")
app.command("open")(open_commands.open_command)
app.add_typer(service_commands.app, name="service")
door.through(app)
