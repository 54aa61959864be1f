"""`inventory bulletin`: the yearly bulletin as a Word document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import Lang, answering, around, existing, tell, writable
from .console import show


def bulletin_command(
    inputs: Annotated[
        list[Path], typer.Argument(help="项目文件夹、工作簿或长表 CSV，可多个 / project folder, workbooks or long CSVs")
    ],
    year: Annotated[int, typer.Option("--year", help="通报的年份 / year")],
    output: Annotated[Path, typer.Option("-o", "--output", help="年度信息通报 / bulletin (.docx)")],
    region: Annotated[
        str, typer.Option("--region", help="地区，只有一个时可省 / region, where there are several")
    ] = "",
    gwp: Annotated[str | None, typer.Option("--gwp", help="guideline|SAR|AR4|AR5|AR6")] = None,
    edition: Annotated[str, typer.Option("--edition", help="指南版本 / edition")] = "prov2011",
    no_charts: Annotated[bool, typer.Option("--no-charts", help="不含图 / without charts")] = False,
    lang: Annotated[Lang, typer.Option("--lang", help="语言 / language")] = Lang.zh,
) -> None:
    """年度信息通报（Word，二至四页）。 The yearly bulletin, two to four pages."""
    from ..app.report import BulletinRequest, write_year_bulletin
    from ..app.source import Source

    existing(inputs, lang)
    writable(output, (".docx",), lang)
    with answering(lang), around(lang.value) as reported:
        result = write_year_bulletin(
            BulletinRequest(Source(tuple(inputs), edition, gwp), year, output, region, not no_charts, lang.value),
            reported,
        )
    tell([p for p in result.problems if p.severity != "hint"], lang)
    show("bulletin.bulletin", lang, output=output)
