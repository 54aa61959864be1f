"""`inventory factors checklist` and `inventory factors load`: defaults compared with the printed guideline, out and
back, and shared with another province."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from ..console.common import Lang, answering, existing, say, tell, writable
from ..console.phrases import inform, show
from .options import Edition, Inputs, Language

WRONG = 2


def checklist_command(
    inputs: Inputs,
    output: Annotated[Path, typer.Option("-o", "--output", help="核对表 / checklist (.xlsx; --shared: .csv)")],
    shared: Annotated[
        bool,
        typer.Option("--shared", help="写出本省已核对的数值，供别省采用 / what this province has checked, for others"),
    ] = False,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """核对表：用到的全部缺省因子，按涉及排放量和存疑程度排列。 Every default used, the most doubtful tonnes first."""
    from ..app.checklist import ChecklistRequest, ShareRequest, make_checklist, share_checklist
    from ..app.source import Source

    existing(inputs, lang)
    writable(output, (".csv",) if shared else (".xlsx",), lang)
    if shared and (len(inputs) != 1 or not inputs[0].is_dir()):
        inform("checklist.shared_takes_one_project", lang)
        raise typer.Exit(WRONG)
    with answering(lang):
        if shared:
            count = share_checklist(ShareRequest(inputs[0], output, edition))
            show("checklist.checked_figures_signed_by", lang, output=output, count=count)
            return
        result = make_checklist(ChecklistRequest(Source(tuple(inputs), edition), output, lang.value))
    show("checklist.defaults_the_first_settle", lang, output=output, defaults=result.defaults, settles=result.settles)
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
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """读回核对表：写入项目文件夹的 核对表.csv，以后每次编制都算数。 Take the checklist into a project, for every later
    compilation."""
    from ..app.checklist import LoadChecklistRequest, load_checklist

    existing([source, project], lang)
    if not project.is_dir():
        inform("checklist.not_a_folder", lang, project=project)
        raise typer.Exit(WRONG)
    with answering(lang):
        date = adopt_date or (dt.date.today().isoformat() if adopt else "")
        result = load_checklist(LoadChecklistRequest(source, project, edition, adopt, date, lang.value))
    tell(result.problems, lang)
    show("checklist.checked_corrected", lang, file=result.file, checked=result.checked, corrected=result.corrected)
    for line in result.progress:
        say(line)


def register(app: typer.Typer) -> None:
    """Add the commands to `inventory factors`."""
    app.command("checklist")(checklist_command)
    app.command("load")(load_command)
