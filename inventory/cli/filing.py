"""`inventory file`: the book that is printed, signed and sealed; and the check of its code for `inventory verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import Lang, answering, existing, writable
from ..console.phrases import heads, inform, show
from ..console.tables import seeded
from ..console.views.filing import show_filing_set
from .options import Draws, Edition, Gwp, Inputs, Language, NoFallback, Seed, Strict


def file_command(
    inputs: Inputs,
    output: Annotated[Path, typer.Option("-o", "--output", help="上报清单 / filing set (.xlsx)")],
    region: Annotated[
        str, typer.Option("--region", help="地区，结果里不止一个时指明 / region, where there are several")
    ] = "",
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    draws: Draws = None,
    seed: Seed = None,
    no_fallback: NoFallback = False,
    strict: Strict = False,
    no_pdf: Annotated[bool, typer.Option("--no-pdf", help="不写 PDF / no PDF")] = False,
    all_problems: Annotated[bool, typer.Option("--all", help="列出全部提示 / list every remark")] = False,
    lang: Language = Lang.zh,
) -> None:
    """上报清单：约二十页，打印、签字、盖章用。 The filing set: some twenty pages to print, sign and seal."""
    from ..app.file import FileRequest, file_inventory

    existing(list(inputs), lang)
    writable(output, (".xlsx",), lang)
    seeded(draws, seed, lang.value)
    with answering(lang):
        request = FileRequest(
            tuple(inputs),
            output,
            edition,
            gwp,
            region,
            lang.value,
            not no_fallback,
            strict,
            draws,
            seed,
            False if no_pdf else None,
        )
        result = file_inventory(request, lambda step: inform(f"filing.{step}", lang))
    show_filing_set(result, all_problems, lang)


def verify_book(book: Path, project: list[Path], edition: str, lang: Lang) -> None:
    """Say whether a sealed book is as it was written, and whether the project still gives it; exit status 1 where
    not."""
    from ..app.file import SealRequest, verify_sealed

    with answering(lang):
        found = verify_sealed(SealRequest(book, tuple(project), edition))
    yes, no = heads("analysis.head_yes", lang)
    show("filing.code_on_the_cover", lang, stated=found.sealed.stated)
    show("filing.pages_as_written", lang, yes=yes if found.sealed.fits else no)
    if found.project_code:
        show("filing.as_the_project_gives", lang, yes=yes if found.project_code == found.sealed.stated else no)
    if not found.fits:
        raise typer.Exit(1)


def start_command(
    year: Annotated[int, typer.Argument(help="新的清单年份 / the new inventory year")],
    previous: Annotated[Path, typer.Option("--from", help="上次的项目 / the last project")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="新项目的文件夹（空的） / folder of the new project (empty)")
    ],
    region: Annotated[str, typer.Option("--region", help="地区 / region")] = "",
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """新的一年：从上次的项目开始，上次的数列在每格旁边，不作为数据。 A new year from the last project: last figures
    beside each cell, never as data."""
    from ..app.start import StartRequest, start_year

    existing([previous], lang)
    with answering(lang):
        result = start_year(StartRequest(year, previous, output, region, edition, lang.value))
    show("filing.rows_show_the_figure", lang, book=result.book, rows=result.rows)
    show("filing.own_factors_and_choices", lang, factors=result.factors, choices=result.choices)


def lock_command(
    project: Annotated[Path, typer.Argument(help="项目文件夹 / project folder")],
    by: Annotated[str, typer.Option("--by", help="批准人 / who approved")] = "",
    reason: Annotated[str, typer.Option("--reason", help="理由，如批准文号 / reason, such as the approval")] = "",
    off: Annotated[bool, typer.Option("--off", help="解除锁定 / unlock")] = False,
    lang: Language = Lang.zh,
) -> None:
    """批准后锁定：此后输入文件有改动，检查和编制都报错。 Lock an approved project: changed input files are errors from
    then on."""
    import datetime as dt

    from ..app.lock import LockRequest, lock_project

    existing([project], lang)
    with answering(lang):
        result = lock_project(LockRequest(project, by, dt.date.today().isoformat(), reason, off))
    if off:
        show("filing.unlocked", lang)
    else:
        show("filing.input_files_locked", lang, files=result.files, path=result.path)
