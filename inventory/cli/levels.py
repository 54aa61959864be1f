"""`inventory rollup`, `inventory levels`: several regions and levels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import INPUT_PROBLEMS, Lang, answering, existing, say, tell, writable
from ..console.phrases import inform, show
from .options import Edition, Gwp, Language
from .template import parse_years

app = typer.Typer(no_args_is_help=True, help="地区树和各级模板 / region tree and templates of each level")

Inputs = Annotated[
    list[Path], typer.Argument(help="项目文件夹（含各地区数据）/ project folder with the data of all regions")
]


def rollup_command(
    inputs: Inputs,
    whole: Annotated[
        str,
        typer.Option(
            "--whole", help="上级地区，缺省为有下级数据的最高一级 / the whole; by default the highest region with parts"
        ),
    ] = "",
    year: Annotated[list[int] | None, typer.Option("--year", help="年份，可多次 / year, repeatable")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="逐行结果 CSV / line by line, CSV")] = None,
    tolerance: Annotated[
        float,
        typer.Option(
            "--tolerance", help="视为一致的相对差（%）/ relative difference that counts as agreement, percent"
        ),
    ] = 1.0,
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """下级汇总与上级核对：差异、可能原因、覆盖、企业报告。 Sum of the parts against the whole."""
    from ..app.levels import RollUpRequest, compare_levels
    from ..levels.present import text

    existing(inputs, lang)
    if output is not None:
        writable(output, (".csv",), lang)
    with answering(lang):
        result = compare_levels(
            RollUpRequest(tuple(inputs), whole, tuple(year or ()), output, tolerance / 100, gwp, edition, lang.value)
        )
    for line in text(result.rollup, result.levels, lang.value):
        typer.echo(line)
    tell(result.rollup.problems, lang)
    for region, problems in result.rollup.failed.items():
        say(f"{region}:")
        tell(problems, lang)
    if result.errors:
        raise typer.Exit(INPUT_PROBLEMS)


@app.command("tree")
def tree_command(
    inputs: Annotated[list[Path] | None, typer.Argument(help="项目文件夹（可省）/ project folder, optional")] = None,
    under: Annotated[str, typer.Option("--under", help="只列这个地区以下 / below this region only")] = "",
    lang: Language = Lang.zh,
) -> None:
    """列出地区树：代码、级别、上级。 List the region tree."""
    from ..app.levels import TreeRequest, region_tree

    existing(inputs or [], lang)
    with answering(lang):
        result = region_tree(TreeRequest(tuple(inputs or ()), under))
    for depth, r in result.regions:
        typer.echo(f"{'  ' * depth}{r.code or '——————'} {r.name}（{r.level}）")


@app.command("template")
def template_command(
    level: Annotated[str, typer.Option("--level", help="地级市|区县|园区 (city|county|park)")],
    output: Annotated[Path, typer.Option("-o", "--output", help="模板 .xlsx / template")],
    region: Annotated[str, typer.Option("--region", help="地区 / region")] = "",
    edition: Edition = "prov2011",
    wanted: Annotated[
        list[str] | None,
        typer.Option(
            "--with", help="另印的部分，可多次：煤矿、油气、化工过程、有色金属…… / also these groups, repeatable"
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--full", help="全部都印 / print all of them")] = False,
    years: Annotated[
        str, typer.Option("--years", help="年份，逗号分隔，缺省 2005,2010 / comma-separated, default 2005,2010")
    ] = "",
    lang: Language = Lang.zh,
) -> None:
    """只含本级能够掌握的数据项的填报模板。 A template of what this level can know."""
    from ..app.level_forms import LevelTemplateRequest, make_level_template

    writable(output, (".xlsx",), lang)
    with answering(lang):
        chosen = parse_years(years, lang) if years else ()
        request = LevelTemplateRequest(
            level, output, region, edition, lang.value, tuple(wanted or ()), everything, chosen
        )
        left = make_level_template(request).left_out
    show("levels.template_quantities_left_out", lang, output=output, left=left)


@app.command("forms")
def forms_command(
    region: Annotated[str, typer.Option("--region", help="本地区 / the region")],
    output: Annotated[Path, typer.Option("-o", "--output", help="填报表 .xlsx / workbook to fill in")],
    inputs: Annotated[
        list[Path] | None, typer.Argument(help="项目文件夹（可省）：其中自定的地区也认得 / project folder, optional")
    ] = None,
    years: Annotated[
        str, typer.Option("--years", help="年份，逗号分隔，缺省 2010 至 2015 / comma-separated, default 2010 to 2015")
    ] = "",
    price_year: Annotated[int, typer.Option("--price-year", help="GDP 的价格年份 / price year of GDP")] = 2010,
    others: Annotated[
        list[str] | None, typer.Option("--also", help="另列的地区（如撤并前的区县），可多次 / further regions")
    ] = None,
    parts: Annotated[bool, typer.Option("--parts/--no-parts", help="下级地区也列出 / also the parts")] = True,
    lang: Language = Lang.zh,
) -> None:
    """考核填报表：考核能耗、GDP、目标、认定、指标、行动项目等，一个工作簿。 Workbook for targets, energy, GDP, actions."""
    from ..app.level_forms import AssessmentFormsRequest, make_assessment_forms

    existing(inputs or [], lang)
    writable(output, (".xlsx",), lang)
    with answering(lang):
        chosen = parse_years(years, lang) if years else AssessmentFormsRequest(region, output).years
        request = AssessmentFormsRequest(
            region, output, chosen, price_year, tuple(others or ()), parts, tuple(inputs or ()), lang.value
        )
        result = make_assessment_forms(request)
    show("levels.forms", lang, output=output, regions=len(result.regions), sheets=len(result.sheets))


@app.command("scopes")
def scopes_command(
    inputs: Inputs,
    region: Annotated[str, typer.Option("--region", help="市、县或园区 / city, county or park")],
    year: Annotated[int, typer.Option("--year", help="年份 / year")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="城市标准（GPC）格式 .xlsx / GPC lines")] = None,
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """直接、外购电力热力、跨边界排放：按用户，按城市标准（GPC）范围一二三。 Direct, purchased and cross-boundary
    emissions."""
    from ..app.levels import ScopesRequest, view_scopes
    from ..levels.scopes_book import text

    existing(inputs, lang)
    if output is not None:
        writable(output, (".xlsx",), lang)
    with answering(lang):
        made = view_scopes(ScopesRequest(tuple(inputs), region, year, output, edition, gwp, lang.value))
    for line in text(made.scopes, lang.value):
        typer.echo(line)
    if tell(made.problems, lang.value):
        raise typer.Exit(INPUT_PROBLEMS)


@app.command("enterprises")
def enterprises_command(
    database: Annotated[Path, typer.Argument(help="企业直报汇总库 / database of collected reports")],
    year: Annotated[int, typer.Option("--year", help="年度 / year")],
    output: Annotated[Path, typer.Option("-o", "--output", help="enterprises.csv")],
    places: Annotated[
        Path | None,
        typer.Option(
            "--places", help="企业所在地表：统一社会信用代码、企业、地区、园区 / where enterprises stand (CSV)"
        ),
    ] = None,
    lang: Language = Lang.zh,
) -> None:
    """由企业直报汇总库写出汇总核对用的 enterprises.csv。 The roll-up's enterprises.csv out of collected reports."""
    from ..app.levels import EnterprisesFileRequest, write_enterprises_file

    existing([database], lang)
    writable(output, (".csv",), lang)
    with answering(lang):
        result = write_enterprises_file(EnterprisesFileRequest(database, year, output, places))
    for source, gas, mass in result.left_out:
        inform("levels.no_single_provincial_line", lang, source=source, gas=gas, mass=mass)
    show("levels.row_s", lang, output=output, rows=result.rows)
