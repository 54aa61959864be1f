"""`inventory bulletin`: the yearly bulletin as a Word document."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import Lang, answering, existing, say, tell, writable


def bulletin_command(
    inputs: Annotated[list[Path], typer.Argument(help="项目文件夹、工作簿或长表 CSV，可多个 / project folder, workbooks or long CSVs")],
    year: Annotated[int, typer.Option("--year", help="通报的年份 / year")],
    output: Annotated[Path, typer.Option("-o", "--output", help="年度信息通报 / bulletin (.docx)")],
    region: Annotated[str, typer.Option("--region", help="地区，只有一个时可省 / region, where there are several")] = "",
    gwp: Annotated[str | None, typer.Option("--gwp", help="guideline|SAR|AR4|AR5|AR6")] = None,
    edition: Annotated[str, typer.Option("--edition", help="指南版本 / edition")] = "prov2011",
    no_charts: Annotated[bool, typer.Option("--no-charts", help="不含图 / without charts")] = False,
    lang: Annotated[Lang, typer.Option("--lang", help="语言 / language")] = Lang.zh,
) -> None:
    """年度信息通报（Word，二至四页）。 The yearly bulletin, two to four pages."""
    from .. import api
    from ..core.problems import Collector, InventoryError
    from ..levels.project import read_levels
    from ..policy.data import targets_of
    from ..policy.targets import assess
    from ..report.bulletin import bulletin, write_bulletin

    existing(inputs, lang)
    writable(output, (".docx",), lang)
    with answering(lang):
        ledger = api.compile(list(inputs), edition=edition, gwp=gwp)
        levels = read_levels(inputs, edition)
        found = Collector()
        targets = targets_of(levels, found)
        try:
            assessed = assess(levels, dict.fromkeys(ledger.regions, ledger))
            found.extend(assessed.problems)
        except InventoryError as error:
            assessed = None
            found.extend(p for p in error.problems if p.code != "targets.none")  # without such data the bulletin says so itself
        tell([p for p in found if p.severity != "hint"], lang)
        say("写通报……" if lang is Lang.zh else "writing the bulletin …")
        write_bulletin(bulletin(ledger, year, region, lang.value, assessed, targets), output, not no_charts)
    typer.echo(f"{'年度信息通报' if lang is Lang.zh else 'bulletin'}: {output}")
