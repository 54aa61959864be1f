"""`inventory file`: the book that is printed, signed and sealed; and the check of its code for `inventory verify`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from . import analysis as analysis_commands
from .common import Lang, answering, existing, say, tell, writable

STEPS = {
    "compile": ("读取并计算……", "reading and computing …"),
    "montecarlo": ("蒙特卡洛抽样……", "Monte Carlo …"),
    "write": ("写上报清单……", "writing the filing set …"),
    "pdf": ("写 PDF……", "writing the PDF …"),
}
FEW_WARNINGS = 3


def file_command(
    inputs: Annotated[
        list[Path], typer.Argument(help="项目文件夹、工作簿或长表 CSV，可多个 / project folder, workbooks or long CSVs")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="上报清单 / filing set (.xlsx)")],
    region: Annotated[
        str, typer.Option("--region", help="地区，结果里不止一个时指明 / region, where there are several")
    ] = "",
    gwp: Annotated[str | None, typer.Option("--gwp", help="guideline|SAR|AR4|AR5|AR6")] = None,
    edition: Annotated[str, typer.Option("--edition", help="指南版本 / edition")] = "prov2011",
    draws: analysis_commands.Draws = None,
    seed: analysis_commands.Seed = None,
    no_fallback: Annotated[
        bool, typer.Option("--no-fallback", help="禁止声明的替代值 / forbid declared fallbacks")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="拒绝未核对的缺省值 / refuse unverified defaults")] = False,
    no_pdf: Annotated[bool, typer.Option("--no-pdf", help="不写 PDF / no PDF")] = False,
    all_problems: Annotated[bool, typer.Option("--all", help="列出全部提示 / list every remark")] = False,
    lang: Annotated[Lang, typer.Option("--lang", help="语言 / language")] = Lang.zh,
) -> None:
    """上报清单：约二十页，打印、签字、盖章用。 The filing set: some twenty pages to print, sign and seal."""
    from ..app.file import FileRequest, file_inventory

    existing(list(inputs), lang)
    writable(output, (".xlsx",), lang)
    analysis_commands.seeded(draws, seed, lang.value)
    zh = lang is Lang.zh
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
        result = file_inventory(request, lambda step: say(STEPS[step][not zh]))
    for x in result.totals:
        typer.echo(
            f"{result.region} {x.year}：排放总量 {x.without_lucf:,.1f} 万吨（不含土地利用变化和林业），净排放 {x.with_lucf:,.1f} 万吨"
            if zh
            else f"{x.year}: {x.without_lucf:,.1f} x10^4 t CO2e without LUCF, {x.with_lucf:,.1f} with"
        )
    if result.gaps:
        typer.echo(
            f"有 {result.gaps} 个应计算的源没有数据，合计不完整"
            if zh
            else f"{result.gaps} sources have no data: the totals are incomplete"
        )
    if result.illustrative:
        typer.echo(
            f"含示例数据 {result.illustrative} 项，每页已注明“不得上报”"
            if zh
            else f"{result.illustrative} illustrative data: marked on every page"
        )
    shown = [p for p in result.warnings if p.severity == "warning"]
    tell(result.warnings if all_problems else shown[:FEW_WARNINGS], lang.value)
    if not all_problems and len(result.warnings) > len(shown[:FEW_WARNINGS]):
        left = len(result.warnings) - len(shown[:FEW_WARNINGS])
        say(f"另有 {left} 条提示，加 --all 列出" if zh else f"{left} more remarks; --all lists them")
    typer.echo(
        f"上报清单：{result.book}（{result.sheets} 张表）"
        if zh
        else f"filing set: {result.book} ({result.sheets} sheets)"
    )
    if result.pdf is not None:
        typer.echo(f"PDF：{result.pdf}" if zh else f"PDF: {result.pdf}")
    typer.echo(f"校验码：{result.code}" if zh else f"check code: {result.code}")


def verify_book(book: Path, project: list[Path], edition: str, lang: Lang) -> None:
    """Say whether a sealed book is as it was written, and whether the project still gives it; exit status 1 where
    not."""
    from ..app.file import SealRequest, verify_sealed

    with answering(lang):
        found = verify_sealed(SealRequest(book, tuple(project), edition))
    zh = lang is Lang.zh
    yes, no = ("是", "否") if zh else ("yes", "no")
    typer.echo(f"{'封面的校验码' if zh else 'code on the cover'}: {found.sealed.stated}")
    typer.echo(f"{'各页与写出时相同' if zh else 'pages as written'}: {yes if found.sealed.fits else no}")
    if found.project_code:
        typer.echo(
            f"{'与项目现在的结果一致' if zh else 'as the project gives now'}: "
            f"{yes if found.project_code == found.sealed.stated else no}"
        )
    if not found.fits:
        raise typer.Exit(1)


def start_command(
    year: Annotated[int, typer.Argument(help="新的清单年份 / the new inventory year")],
    previous: Annotated[Path, typer.Option("--from", help="上次的项目 / the last project")],
    output: Annotated[
        Path, typer.Option("-o", "--output", help="新项目的文件夹（空的） / folder of the new project (empty)")
    ],
    region: Annotated[str, typer.Option("--region", help="地区 / region")] = "",
    edition: Annotated[str, typer.Option("--edition", help="指南版本 / edition")] = "prov2011",
    lang: Annotated[Lang, typer.Option("--lang", help="语言 / language")] = Lang.zh,
) -> None:
    """新的一年：从上次的项目开始，上次的数列在每格旁边，不作为数据。 A new year from the last project: last figures
    beside each cell, never as data."""
    from ..app.start import StartRequest, start_year

    existing([previous], lang)
    with answering(lang):
        result = start_year(StartRequest(year, previous, output, region, edition, lang.value))
    zh = lang is Lang.zh
    typer.echo(
        f"{result.book}：{result.rows} 行旁边列有上次的数"
        if zh
        else f"{result.book}: {result.rows} rows show the figure of the last filing"
    )
    typer.echo(
        f"上次的自有因子 {result.factors} 个、命名选择 {result.choices} 项列在“上次的因子和选择”，请逐项确认"
        if zh
        else f"{result.factors} own factors and {result.choices} choices of the last filing are listed to be confirmed"
    )


def lock_command(
    project: Annotated[Path, typer.Argument(help="项目文件夹 / project folder")],
    by: Annotated[str, typer.Option("--by", help="批准人 / who approved")] = "",
    reason: Annotated[str, typer.Option("--reason", help="理由，如批准文号 / reason, such as the approval")] = "",
    off: Annotated[bool, typer.Option("--off", help="解除锁定 / unlock")] = False,
    lang: Annotated[Lang, typer.Option("--lang", help="语言 / language")] = Lang.zh,
) -> None:
    """批准后锁定：此后输入文件有改动，检查和编制都报错。 Lock an approved project: changed input files are errors from
    then on."""
    import datetime as dt

    from ..app.lock import LockRequest, lock_project

    existing([project], lang)
    with answering(lang):
        result = lock_project(LockRequest(project, by, dt.date.today().isoformat(), reason, off))
    zh = lang is Lang.zh
    if off:
        typer.echo("已解除锁定" if zh else "unlocked")
    else:
        typer.echo(
            f"已锁定 {result.files} 个输入文件：{result.path}"
            if zh
            else f"{result.files} input files locked: {result.path}"
        )
