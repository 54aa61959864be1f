"""`inventory targets` and `inventory pilots`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import INPUT_PROBLEMS, Lang, answering, existing, tell, writable

LangOption = Annotated[Lang, typer.Option("--lang", help="语言 / language")]


def targets_command(
    inputs: Annotated[list[Path], typer.Argument(help="项目文件夹 / project folder")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="逐年结果 CSV / yearly results, CSV")] = None,
    with_inventory: Annotated[bool, typer.Option("--inventory/--no-inventory", help="同时按清单口径 / also from the inventory")] = True,
    edition: Annotated[str, typer.Option("--edition")] = "prov2011",
    lang: LangOption = Lang.zh,
) -> None:
    """碳强度和能耗强度目标：年度与累计下降、进度、其余年份、排序、上下级核对、总量与峰值。 Intensity targets, caps and the peak."""
    from ..api import write_atomically
    from ..levels.project import read_levels
    from ..levels.rollup import compile_regions
    from ..policy.present import text, to_csv
    from ..policy.targets import assess

    existing(inputs, lang)
    if output is not None:
        writable(output, (".csv",), lang)
    with answering(lang):
        levels = read_levels(inputs, edition)
        ledgers = compile_regions(levels)[0] if with_inventory and levels.project.data else {}
        report = assess(levels, ledgers)
        for line in text(report, levels, lang.value):
            typer.echo(line)
        if output is not None:
            write_atomically(output, to_csv(report).encode("utf-8-sig"))
    if tell(report.problems, lang.value):
        raise typer.Exit(INPUT_PROBLEMS)


def pilots_command(
    chart: Annotated[Path | None, typer.Option("--chart", help="象限图 .png 或 .svg / quadrant chart")] = None,
    lang: LangOption = Lang.zh,
) -> None:
    """低碳试点：人均GDP与人均排放的四象限。 Pilots: income and emission per head in four quadrants."""
    from ..api import write_atomically
    from ..policy import pilots

    if chart is not None:
        writable(chart, (".png", ".svg"), lang)
    rows = pilots.pilots()
    for line in pilots.table(rows, lang.value):
        typer.echo(line)
    if chart is not None:
        from ..charts_quadrant import picture

        with answering(lang):
            write_atomically(chart, picture(pilots.quadrant_chart(rows, lang.value), chart.suffix[1:].lower()))
