"""Commands that choose between two acts, show progress of their own or stay up: written out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import (
    INPUT_PROBLEMS,
    WRONG_USE,
    Lang,
    answering,
    existing,
    is_terminal,
    print_json,
    say,
    writable,
)
from ..console.phrases import inform, result_line, show
from .options import Edition, Gwp, Language


def explain_command(
    source: Annotated[Path, typer.Argument(help="清单工作簿，或输入 / filed workbook, or an input")],
    cell: Annotated[
        str | None, typer.Argument(help="'SHEET!CELL'；输入：上报清单的格 / of an input: of its filing set")
    ] = None,
    line: Annotated[str | None, typer.Option("--line", help="分类编号 / category id")] = None,
    gas: Annotated[str | None, typer.Option("--gas", help="气体 / gas")] = None,
    region: Annotated[str | None, typer.Option("--region")] = None,
    year: Annotated[int | None, typer.Option("--year")] = None,
    gwp: Gwp = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON 输出 / as JSON")] = False,
    edition: Edition = None,
    lang: Language = Lang.zh,
) -> None:
    """为什么是这个数：公式、因子、活动水平及其来源。 Why is it this number?"""
    from ..app.explain import (
        ExplainCellRequest,
        ExplainFiledRequest,
        ExplainLineRequest,
        explain_cell_of_file,
        explain_cell_of_set,
        explain_line_of_source,
    )
    from ..app.source import Source

    existing([source], lang)
    if (cell is None) == (line is None):
        inform("app.give_sheet_cell_or", lang)
        raise typer.Exit(WRONG_USE)
    with answering(lang):
        given = Source((source,), edition, gwp)
        if cell is None:
            result = explain_line_of_source(ExplainLineRequest(given, str(line), gas, region, year, lang.value))
        elif source.is_file() and source.suffix.lower() == ".xlsx":
            result = explain_cell_of_file(ExplainCellRequest(source, cell, lang.value))
        else:
            result = explain_cell_of_set(ExplainFiledRequest(given, cell, region or "", lang.value))
    if as_json:
        print_json(result)
    else:
        for shown in result.text.splitlines():
            result_line(shown.replace("\u3000", "  ") if lang is Lang.en else shown, lang.value)


def verify_command(
    archive: Annotated[Path, typer.Argument(help="归档文件（.zip）或上报清单（.xlsx） / archive, or filing set")],
    project: Annotated[
        list[Path] | None,
        typer.Option("--project", help="上报清单所出的项目，再算一遍比对 / project the filing set came from"),
    ] = None,
    edition: Edition = None,
    lang: Language = Lang.zh,
) -> None:
    """核对归档：逐个文件比对，并全部复算；核对上报清单的校验码。 Verify an archive, or the check code of a filing
    set."""
    from ..app.archive import VerifyRequest, verify_archive
    from ..app.file import SealRequest, verify_sealed
    from ..console.views.filing import show_seal, show_verification

    existing([archive, *(project or ())], lang)
    if archive.suffix.lower() == ".xlsx":
        with answering(lang):
            sealed = verify_sealed(SealRequest(archive, tuple(project or ()), edition))
        show_seal(sealed, lang)
        return
    with answering(lang):
        result = verify_archive(VerifyRequest(archive))
    show_verification(result, lang)


def checklist_command(
    inputs: Annotated[
        list[Path], typer.Argument(help="项目文件夹、工作簿或长表 CSV，可多个 / project folder, workbooks or long CSVs")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", help="核对表 / checklist (.xlsx; --shared: .csv)")],
    shared: Annotated[
        bool,
        typer.Option("--shared", help="写出本省已核对的数值，供别省采用 / what this province has checked, for others"),
    ] = False,
    edition: Edition = None,
    lang: Language = Lang.zh,
) -> None:
    """核对表：用到的全部缺省因子，按涉及排放量和存疑程度排列。 Every default used, the most doubtful tonnes first."""
    from ..app.checklist import ChecklistRequest, ShareRequest, make_checklist, share_checklist
    from ..app.source import Source

    existing(inputs, lang)
    writable(output, (".csv",) if shared else (".xlsx",), lang)
    if shared and (len(inputs) != 1 or not inputs[0].is_dir()):
        inform("checklist.shared_takes_one_project", lang)
        raise typer.Exit(WRONG_USE)
    with answering(lang):
        if shared:
            written = share_checklist(ShareRequest(inputs[0], output, edition))
            show("checklist.checked_figures_signed_by", lang, output=written.output, count=written.count)
            return
        result = make_checklist(ChecklistRequest(Source(tuple(inputs), edition), output, lang.value))
    show("checklist.defaults_the_first_settle", lang, output=output, defaults=result.defaults, settles=result.settles)
    for line in result.progress:
        say(line)


def batch_command(
    folder: Annotated[
        str,
        typer.Argument(
            help="每个地区一个 CSV 或子文件夹（也可以是 s3:// 等地址）/ a CSV or sub-folder for each "
            "region (or a URL such as s3://)"
        ),
    ],
    output: Annotated[str, typer.Option("-o", "--output", help="结果文件夹或地址 / folder or URL for the results")],
    workers: Annotated[
        int, typer.Option("--workers", help="并行进程数，0 为处理器数 / processes, 0: one a processor")
    ] = 0,
    scheduler: Annotated[
        str,
        typer.Option("--scheduler", help="dask 调度器地址，如 tcp://主机:8786 / a dask scheduler, as tcp://HOST:8786"),
    ] = "",
    layout: Annotated[
        str,
        typer.Option("--format", help="csv 或 parquet（供 query 查询的数据集）/ csv, or parquet: a data set for query"),
    ] = "csv",
    run: Annotated[
        str, typer.Option("--run", help="数据集里这一批的名称，缺省为指南版本 / name of this run in the data set")
    ] = "",
    year: Annotated[list[int] | None, typer.Option("--year", help="只算这些年份 / these years only")] = None,
    gwp: Gwp = None,
    edition: Edition = None,
    lang: Language = Lang.zh,
) -> None:
    """批量编制多个地区多个年份；一个地区出错不影响其余，中断后再运行只补没有完成的。 Many regions and years;
    interrupted, it goes on where it was."""
    from ..batch import BatchRequest, run_batch

    if "://" not in folder:
        existing([Path(folder)], lang)
    request = BatchRequest(folder, output, workers, scheduler, tuple(year or ()), edition, gwp, lang.value, layout, run)
    with answering(lang):
        last = [0]

        def progress(done: int, total: int) -> None:
            if done == total or done - last[0] >= max(1, total // (100 if is_terminal() else 10)):
                last[0] = done
                say(f"{done}/{total}")

        result = run_batch(request, progress)
    show(
        "scale.regions_region_years_compiled",
        lang,
        regions=result.regions,
        region_years=result.region_years,
        count=len(result.failed),
        output=output,
    )
    for region, first in result.failed.items():
        say(f"{region}: {first}")
    if result.failed:
        raise typer.Exit(INPUT_PROBLEMS)


def open_command(
    folder: Annotated[
        Path, typer.Argument(help="项目文件夹，缺省为当前文件夹 / project folder, the current one by default")
    ] = Path("."),
    edition: Edition = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="打开浏览器 / open the browser")] = True,
    idle: Annotated[
        float, typer.Option("--idle", min=5.0, help="无人使用多少秒后退出 / seconds without use until it ends")
    ] = 900.0,
    lang: Language = Lang.zh,
) -> None:
    """打开本机页面：放入数据、改正问题、看清单和图表、交付文件，不联网。 The local page, offline."""
    if not folder.is_dir():
        inform("open.not_a_folder", lang, folder=folder)
        raise typer.Exit(WRONG_USE)
    try:
        from ..service.page.server import run
    except ImportError as error:
        inform("open.the_page_needs_the", lang, name=error.name)
        raise typer.Exit(WRONG_USE) from None
    inform("open.opening_it_ends_by", lang)
    run(folder, edition=edition, browser=browser, idle=idle, say=typer.echo)
