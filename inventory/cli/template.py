"""`inventory template` and `inventory gaps`: fill-in workbooks out, and the list of what is still missing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import WRONG_USE, Lang, answering, existing, tell, writable
from ..console.phrases import inform, show
from .options import Edition, Inputs, Language

Output = Annotated[Path, typer.Option("-o", "--output", help="输出工作簿 / workbook to write (.xlsx)")]


def template_command(
    output: Output,
    sector: Annotated[
        list[str] | None,
        typer.Option("--sector", help="energy|industrial_processes|agriculture|lucf|waste，缺省全部 / default all"),
    ] = None,
    region: Annotated[str, typer.Option("--region", help="省级行政区 / province")] = "",
    years: Annotated[
        str, typer.Option("--years", help="年份，逗号分隔；缺省为项目的年份或 2005,2010 / comma-separated")
    ] = "",
    source: Annotated[
        list[Path] | None, typer.Option("--from", help="已有项目：填入已知数据 / a project whose data are filled in")
    ] = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """生成填报工作簿。 Write a fill-in workbook."""
    from ..app.forms import FormRequest, make_template

    writable(output, (".xlsx",), lang)
    chosen = tuple(s.strip() for item in sector or [] for s in item.replace("，", ",").split(",") if s.strip())
    existing(source or [], lang)
    with answering(lang):
        result = make_template(
            FormRequest(
                output,
                chosen,
                region,
                parse_years(years, lang) if years else (),
                tuple(source or ()),
                edition,
                lang.value,
            )
        )
    show("template.sheets_to_fill_in", lang, output=output, count=len(result.sheets))


def gaps_command(
    inputs: Inputs,
    output: Output,
    region: Annotated[str, typer.Option("--region", help="省级行政区 / province")] = "",
    years: Annotated[
        str, typer.Option("--years", help="年份，缺省为项目的年份 / those of the project by default")
    ] = "",
    letters: Annotated[
        Path | None,
        typer.Option("--letters", help="给各部门的函和填报表写入这个文件夹 / folder for letters with sheets"),
    ] = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """数据缺口：完整清单还缺什么，按部门列出。 What is still missing for a complete inventory, by department."""
    from ..app.forms import GapsRequest, list_gaps

    existing(inputs, lang)
    writable(output, (".xlsx",), lang)
    with answering(lang):
        result = list_gaps(
            GapsRequest(
                tuple(inputs), output, region, parse_years(years, lang) if years else (), edition, lang.value, letters
            )
        )
    tell(result.problems, lang)
    show("template.gaps_figures", lang, output=output, listed=result.listed, count=len(result.gaps))
    if result.splits:
        show("template.sets_of_shares_to", lang, splits=result.splits)
    for path in result.letters:
        show("template.letter_and_sheets", lang, path=path)


def parse_years(text: str, lang: str) -> tuple[int, ...]:
    """`2005,2010` as numbers; exit status 2 for anything else."""
    from ..spreadsheets.numbers import Year, parse_year

    years = [parse_year(t) for t in text.replace("，", ",").replace("、", ",").split(",") if t.strip()]
    if not years or not all(isinstance(y, Year) for y in years):
        inform("template.not_a_list_of", lang, text=text)
        raise typer.Exit(WRONG_USE)
    return tuple(sorted({y.value for y in years if isinstance(y, Year)}))


def register(app: typer.Typer) -> None:
    """Add the commands to the `inventory` command."""
    app.command("template")(template_command)
    app.command("gaps")(gaps_command)
