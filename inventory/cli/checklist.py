"""`inventory factors checklist` and `inventory factors load`: defaults compared with the printed guideline, out and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import Lang, answering, existing, say, tell, writable


def checklist_command(
    inputs: Annotated[list[Path], typer.Argument(help="项目文件夹、工作簿或长表 CSV / project folder, workbooks or long CSVs")],
    output: Annotated[Path, typer.Option("-o", "--output", help="核对表 / checklist (.xlsx)")],
    edition: Annotated[str, typer.Option("--edition")] = "prov2011",
    lang: Annotated[Lang, typer.Option("--lang", help="语言 / language")] = Lang.zh,
) -> None:
    """核对表：列出用到的全部缺省因子，供与印刷本核对。 Every default used, to be compared with the printed guideline."""
    from ..app.forms import ChecklistRequest, make_checklist
    from ..app.source import Source

    existing(inputs, lang)
    writable(output, (".xlsx",), lang)
    with answering(lang):
        count = make_checklist(ChecklistRequest(Source(tuple(inputs), edition), output, lang.value)).defaults
    typer.echo(f"{output}：{count} 个缺省因子" if lang == "zh" else f"{output}: {count} defaults")


def load_command(
    source: Annotated[Path, typer.Argument(help="填好的核对表 / the checklist, filled in")],
    project: Annotated[Path, typer.Argument(help="项目文件夹 / project folder")],
    edition: Annotated[str, typer.Option("--edition")] = "prov2011",
    lang: Annotated[Lang, typer.Option("--lang", help="语言 / language")] = Lang.zh,
) -> None:
    """读回核对表：写入项目文件夹的 核对表.csv，以后每次编制都算数。 Take the checklist into a project, for every later compilation."""
    from ..app.forms import LoadChecklistRequest, load_checklist

    existing([source, project], lang)
    if not project.is_dir():
        say(f"不是文件夹：{project}" if lang == "zh" else f"not a folder: {project}")
        raise typer.Exit(2)
    with answering(lang):
        made = load_checklist(LoadChecklistRequest(source, project, edition))
    tell(made.problems, lang)
    typer.echo(f"{made.file}：已核对 {made.checked} 个，更正 {made.corrected} 个" if lang == "zh"
               else f"{made.file}: {made.checked} checked, {made.corrected} corrected")


def register(app: typer.Typer) -> None:
    """Add the commands to `inventory factors`."""
    app.command("checklist")(checklist_command)
    app.command("load")(load_command)
