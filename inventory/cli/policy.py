"""`inventory targets` and `inventory pilots`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import INPUT_PROBLEMS, Lang, answering, existing, tell, writable
from .options import Edition, Language


def targets_command(
    inputs: Annotated[list[Path], typer.Argument(help="项目文件夹 / project folder")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="逐年结果 CSV / yearly results, CSV")] = None,
    with_inventory: Annotated[
        bool, typer.Option("--inventory/--no-inventory", help="同时按清单口径 / also from the inventory")
    ] = True,
    table: Annotated[Path | None, typer.Option("--table", help="核查表 .xlsx / verification table")] = None,
    document: Annotated[Path | None, typer.Option("--report", help="自评估报告 .docx / self-assessment")] = None,
    region: Annotated[str, typer.Option("--region", help="自评估的地区 / region of the self-assessment")] = "",
    year: Annotated[int, typer.Option("--year", help="自评估的年份，缺省为最后一年 / year, by default the last")] = 0,
    rule: Annotated[str, typer.Option("--rule", help="评分规则：2014 或 2018 / scoring rule")] = "2014",
    everything: Annotated[bool, typer.Option("--all", help="逐地区逐年全部列出 / every region and year")] = False,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """碳强度和能耗强度目标：年度与累计下降、进度、其余年份、排序、上下级核对、总量与峰值。 Intensity targets, caps and
    the peak."""
    from ..app.levels import TargetsRequest, assess_targets
    from ..policy.evaluation_text import short
    from ..policy.indicators import line as indicator_line
    from ..policy.present import text

    existing(inputs, lang)
    if output is not None:
        writable(output, (".csv",), lang)
    for target, suffix in ((table, ".xlsx"), (document, ".docx")):
        if target is not None:
            writable(target, (suffix,), lang)
    request = TargetsRequest(
        tuple(inputs), output, with_inventory, edition, table, document, region, year, rule, lang.value
    )
    with answering(lang):
        result = assess_targets(request)
    for line in (
        text(result.report, result.levels, lang.value)
        if everything
        else short(result.report, result.evaluations, result.levels, lang.value)
    ):
        typer.echo(line)
    for check in result.indicators:
        typer.echo(indicator_line(check, lang.value))
    for target in filter(None, (output, table, document)):
        typer.echo(str(target))
    if tell(result.problems, lang.value):
        raise typer.Exit(INPUT_PROBLEMS)


def actions_command(
    inputs: Annotated[list[Path], typer.Argument(help="项目文件夹 / project folder")],
    year: Annotated[int, typer.Option("--year", help="年份，缺省为最后报进展的一年 / year, by default the last")] = 0,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="登记表 CSV / register, CSV")] = None,
    lang: Language = Lang.zh,
) -> None:
    """规划的行动和项目：逐年进度、量化效果。 Actions and projects of a plan: yearly progress and effect."""
    from ..app.levels import ActionsRequest, list_actions
    from ..policy.actions import text

    existing(inputs, lang)
    if output is not None:
        writable(output, (".csv",), lang)
    with answering(lang):
        result = list_actions(ActionsRequest(tuple(inputs), year, output))
    for line in text(result.register, result.year, lang.value):
        typer.echo(line)
    if tell(result.problems, lang.value):
        raise typer.Exit(INPUT_PROBLEMS)


def pilots_command(
    inputs: Annotated[
        list[Path] | None, typer.Argument(help="项目文件夹（可省）：本地区也放到图上 / project folder, optional")
    ] = None,
    region: Annotated[list[str] | None, typer.Option("--region", help="本项目的地区 / regions of the project")] = None,
    year: Annotated[int, typer.Option("--year", help="本项目的年份 / year of the project")] = 2010,
    targets: Annotated[
        bool, typer.Option("--targets", help="同时列出各试点自定的目标 / also the pilots' own targets")
    ] = False,
    chart: Annotated[Path | None, typer.Option("--chart", help="象限图 .png 或 .svg / quadrant chart")] = None,
    lang: Language = Lang.zh,
) -> None:
    """低碳试点：人均GDP与人均排放的四象限。 Pilots: income and emission per head in four quadrants."""
    from ..app.levels import PilotsRequest, list_pilots
    from ..policy.pilots import table, target_lines

    if chart is not None:
        writable(chart, (".png", ".svg"), lang)
    existing(inputs or [], lang)
    request = PilotsRequest(chart, lang.value, tuple(inputs or ()), tuple(region or ()), year)
    with answering(lang):
        result = list_pilots(request)
    for line in (*table(result.pilots, lang.value), *(target_lines(lang=lang.value) if targets else ())):
        typer.echo(line)
