"""`inventory factors checklist` and `inventory factors load`: defaults compared with the printed guideline, out and
back, and shared with another province."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from .common import Lang, answering, existing, say, tell, writable

WRONG = 2


def checklist_command(
    inputs: Annotated[
        list[Path], typer.Argument(help="项目文件夹、工作簿或长表 CSV / project folder, workbooks or long CSVs")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="核对表 / checklist (.xlsx; --shared: .csv)")],
    shared: Annotated[
        bool,
        typer.Option("--shared", help="写出本省已核对的数值，供别省采用 / what this province has checked, for others"),
    ] = False,
    edition: Annotated[str, typer.Option("--edition")] = "prov2011",
    lang: Annotated[Lang, typer.Option("--lang", help="语言 / language")] = Lang.zh,
) -> None:
    """核对表：用到的全部缺省因子，按涉及排放量和存疑程度排列。 Every default used, the most doubtful tonnes first."""
    from ..app.checklist import ChecklistRequest, ShareRequest, make_checklist, share_checklist
    from ..app.source import Source

    existing(inputs, lang)
    writable(output, (".csv",) if shared else (".xlsx",), lang)
    zh = lang == "zh"
    if shared and (len(inputs) != 1 or not inputs[0].is_dir()):
        say("--shared 要一个项目文件夹" if zh else "--shared takes one project folder")
        raise typer.Exit(WRONG)
    with answering(lang):
        if shared:
            count = share_checklist(ShareRequest(inputs[0], output, edition))
            typer.echo(
                f"{output}：{count} 个已核对的数值，由核对人署名"
                if zh
                else f"{output}: {count} checked figures, signed by who checked them"
            )
            return
        result = make_checklist(ChecklistRequest(Source(tuple(inputs), edition), output, lang.value))
    typer.echo(
        f"{output}：{result.defaults} 个缺省因子，前 {result.settles} 行落实存疑排放量的 90%"
        if zh
        else f"{output}: {result.defaults} defaults, the first {result.settles} settle 90 % of the doubtful tonnes"
    )
    for line in result.progress:
        say(line)


def load_command(
    source: Annotated[Path, typer.Argument(help="填好的核对表 / the checklist, filled in")],
    project: Annotated[Path, typer.Argument(help="项目文件夹 / project folder")],
    adopt: Annotated[
        str,
        typer.Option("--adopt", help="采用别省共享的核对：采用人姓名 / adopt what another province shared: your name"),
    ] = "",
    adopt_date: Annotated[str, typer.Option("--adopt-date", help="采用日期（缺省今天） / date of adoption")] = "",
    edition: Annotated[str, typer.Option("--edition")] = "prov2011",
    lang: Annotated[Lang, typer.Option("--lang", help="语言 / language")] = Lang.zh,
) -> None:
    """读回核对表：写入项目文件夹的 核对表.csv，以后每次编制都算数。 Take the checklist into a project, for every later
    compilation."""
    from ..app.checklist import LoadChecklistRequest, load_checklist

    existing([source, project], lang)
    zh = lang == "zh"
    if not project.is_dir():
        say(f"不是文件夹：{project}" if zh else f"not a folder: {project}")
        raise typer.Exit(WRONG)
    with answering(lang):
        date = adopt_date or (dt.date.today().isoformat() if adopt else "")
        result = load_checklist(LoadChecklistRequest(source, project, edition, adopt, date, lang.value))
    tell(result.problems, lang)
    typer.echo(
        f"{result.file}：已核对 {result.checked} 个，更正 {result.corrected} 个"
        if zh
        else f"{result.file}: {result.checked} checked, {result.corrected} corrected"
    )
    for line in result.progress:
        say(line)


def register(app: typer.Typer) -> None:
    """Add the commands to `inventory factors`."""
    app.command("checklist")(checklist_command)
    app.command("load")(load_command)
