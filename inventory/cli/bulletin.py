"""`inventory bulletin`: the yearly bulletin as a Word document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import Lang, answering, around, existing, tell, writable
from ..console.phrases import show
from .options import Edition, Gwp, Inputs, Language, NoCharts


def bulletin_command(
    inputs: Inputs,
    year: Annotated[int, typer.Option("--year", help="通报的年份 / year")],
    output: Annotated[Path, typer.Option("-o", "--output", help="年度信息通报 / bulletin (.docx)")],
    region: Annotated[
        str, typer.Option("--region", help="地区，只有一个时可省 / region, where there are several")
    ] = "",
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    no_charts: NoCharts = False,
    lang: Language = Lang.zh,
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
