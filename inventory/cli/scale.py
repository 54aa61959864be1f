"""`inventory batch` and `inventory query`: many regions, on one machine or many, and questions to what they gave."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import INPUT_PROBLEMS, Lang, answering, existing, is_terminal, say, writable
from ..console.phrases import inform, show
from .options import Edition, Gwp, Language, Scheduler


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
    scheduler: Scheduler = "",
    layout: Annotated[
        str,
        typer.Option("--format", help="csv 或 parquet（供 query 查询的数据集）/ csv, or parquet: a data set for query"),
    ] = "csv",
    run: Annotated[
        str, typer.Option("--run", help="数据集里这一批的名称，缺省为指南版本 / name of this run in the data set")
    ] = "",
    year: Annotated[list[int] | None, typer.Option("--year", help="只算这些年份 / these years only")] = None,
    gwp: Gwp = None,
    edition: Edition = "prov2011",
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


def query_command(
    dataset: Annotated[str, typer.Argument(help="batch --format parquet 的输出 / output of batch --format parquet")],
    by: Annotated[str, typer.Option("--by", help="汇总的列，如 province,gas / columns to sum by")] = "region,year",
    where: Annotated[
        list[str] | None, typer.Option("--where", help="筛选，如 category=1.1、gas=CH4，可多次 / condition, repeatable")
    ] = None,
    account: Annotated[str, typer.Option("--account", help="total、memo、check 或 all / accounts")] = "total",
    sql: Annotated[str, typer.Option("--sql", help="一条 SELECT / one SELECT of your own")] = "",
    run: Annotated[str, typer.Option("--run", help="只查这一批 / this run only")] = "",
    columns: Annotated[bool, typer.Option("--columns", help="列出表和列 / list tables and columns")] = False,
    timeout: Annotated[float, typer.Option("--timeout", help="最多多少秒 / seconds at most")] = 60.0,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="结果 CSV / results as CSV")] = None,
    lang: Language = Lang.zh,
) -> None:
    """查询批量编制的数据集：按地区、类别、气体、燃料等汇总（精确到克），或自己写 SELECT。 Sums by any columns, exact to
    the gram, or your own SELECT."""
    from ..app.query import QueryRequest, run_query, table_text, write_answer

    if output is not None:
        writable(output, (".csv",), lang)
    request = QueryRequest(
        dataset, tuple(filter(None, by.split(","))), tuple(where or ()), account, sql, run, columns, timeout
    )
    with answering(lang):
        answer = run_query(request)
        if output is not None:
            write_answer(answer, output)
    if output is None:
        for line in table_text(answer, lang.value):
            typer.echo(line)
    else:
        show("scale.row_s", lang, output=output, count=len(answer.rows))
    if not answer.exact and not columns:
        inform("scale.sums_of_decimals_in", lang)


def export_command(
    inputs: Annotated[list[Path], typer.Argument(help="项目文件夹、工作簿或 CSV / project folder, workbook or CSV")],
    output: Annotated[Path, typer.Option("-o", "--output", help="输出文件（CSV） / file to write")],
    to: Annotated[
        str,
        typer.Option(
            "--to",
            help="primap2、netcdf（.nc）、ipcc（另附部门对照）、sdmx、ceads（47部门×17品种）、prov（来历，.json）、crt（全国，.json）"
            " / primap2, netcdf (.nc), ipcc (with a bridge of sectors), sdmx, ceads (47 sectors by 17 fuels), prov (.json), crt (nation, .json)",
        ),
    ] = "primap2",
    categories: Annotated[
        str, typer.Option("--categories", help="provincial、ipcc2006、ipcc1996、crf1999 / classification")
    ] = "provincial",
    metadata: Annotated[
        Path | None,
        typer.Option("--metadata", help="crt：ETF 报告工具的元数据 JSON / crt: metadata of the ETF reporting tool"),
    ] = None,
    variables: Annotated[
        Path | None,
        typer.Option(
            "--variables", help="crt：多个变量都合适时用哪个（CSV：code,gas,name） / crt: which variable to take"
        ),
    ] = None,
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """写出其他程序读的格式：primap2 交换格式、IPCC 类别、SDMX。 The formats of other programs: primap2, IPCC
    categories, SDMX."""
    from ..app.export import ExportRequest, export
    from ..app.source import Source, compiled
    from ..exports.crt import CrtMetadata

    existing(inputs, lang)
    writable(output, (".csv", ".json", ".nc"), lang)
    with answering(lang):
        of_tool = CrtMetadata(metadata, variables) if metadata is not None else None
        ledger = compiled(Source(tuple(inputs), edition, gwp))
        result = export(ExportRequest(ledger, output, to, categories, of_tool))
    for file in result.files:
        typer.echo(str(file))


def import_command(
    source: Annotated[Path, typer.Argument(help="CEADs 表式的能源表（CSV） / energy table in the layout of CEADs")],
    output: Annotated[Path, typer.Option("-o", "--output", help="写成项目文件（CSV） / file of a project folder")],
    lang: Language = Lang.zh,
) -> None:
    """读入其他程序的能源表，写成活动水平文件。 An energy table of another program becomes a file of activity data."""
    from ..app.export import ImportRequest, import_activity

    existing([source], lang)
    writable(output, (".csv",), lang)
    with answering(lang):
        result = import_activity(ImportRequest(source, output))
    for file in result.files:
        typer.echo(str(file))
