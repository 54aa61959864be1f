"""`inventory rollup`, `inventory levels`: several regions and levels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import INPUT_PROBLEMS, Lang, answering, existing, say, tell, writable

app = typer.Typer(no_args_is_help=True, help="地区树和各级模板 / region tree and templates of each level")

Inputs = Annotated[list[Path], typer.Argument(help="项目文件夹（含各地区数据）/ project folder with the data of all regions")]
LangOption = Annotated[Lang, typer.Option("--lang", help="语言 / language")]


def rollup_command(
    inputs: Inputs,
    whole: Annotated[str, typer.Option("--whole", help="上级地区，缺省为有下级数据的最高一级 / the whole; by default the highest region with parts")] = "",
    year: Annotated[list[int] | None, typer.Option("--year", help="年份，可多次 / year, repeatable")] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="逐行结果 CSV / line by line, CSV")] = None,
    tolerance: Annotated[float, typer.Option("--tolerance", help="视为一致的相对差（%）/ relative difference that counts as agreement, percent")] = 1.0,
    gwp: Annotated[str | None, typer.Option("--gwp")] = None,
    edition: Annotated[str, typer.Option("--edition")] = "prov2011",
    lang: LangOption = Lang.zh,
) -> None:
    """下级汇总与上级核对：差异、可能原因、覆盖、企业报告。 Sum of the parts against the whole."""
    from ..api import write_atomically
    from ..core.problems import InventoryError, problem
    from ..levels.present import text, to_csv
    from ..levels.project import read_levels
    from ..levels.rollup import roll_up, wholes

    existing(inputs, lang)
    if output is not None:
        writable(output, (".csv",), lang)
    with answering(lang):
        levels = read_levels(inputs, edition)
        above = wholes(levels)
        if not whole and not above:
            raise InventoryError([problem("levels.no_whole", inputs="、".join(p.name for p in inputs))])
        rolled = roll_up(levels, whole or above[0], tuple(year or ()), gwp, tolerance / 100)
        for line in text(rolled, levels, lang.value):
            typer.echo(line)
        if output is not None:
            write_atomically(output, to_csv(rolled, levels, lang.value).encode("utf-8-sig"))
    errors = tell(rolled.problems, lang)
    for region, problems in rolled.failed.items():
        say(f"{region}:")
        errors += tell(problems, lang)
    if errors:
        raise typer.Exit(INPUT_PROBLEMS)


@app.command("tree")
def tree_command(
    inputs: Annotated[list[Path] | None, typer.Argument(help="项目文件夹（可省）/ project folder, optional")] = None,
    under: Annotated[str, typer.Option("--under", help="只列这个地区以下 / below this region only")] = "",
    lang: LangOption = Lang.zh,
) -> None:
    """列出地区树：代码、级别、上级。 List the region tree."""
    from ..core.problems import Collector
    from ..regions import tree_of

    existing(inputs or [], lang)
    with answering(lang):
        problems = Collector()
        tree = tree_of(inputs or [], problems)
        problems.raise_errors()
    for r in tree.regions.values():
        if not under or r.name == under or any(a.name == under for a in tree.ancestors(r.name)):
            depth = sum(1 for _ in tree.ancestors(r.name))
            typer.echo(f"{'  ' * depth}{r.code or '——————'} {r.name}（{r.level}）")


@app.command("template")
def template_command(
    level: Annotated[str, typer.Option("--level", help="地级市|区县|园区 (city|county|park)")],
    output: Annotated[Path, typer.Option("-o", "--output", help="模板 .xlsx / template")],
    region: Annotated[str, typer.Option("--region", help="地区 / region")] = "",
    edition: Annotated[str, typer.Option("--edition")] = "prov2011",
    lang: LangOption = Lang.zh,
) -> None:
    """只含本级能够掌握的数据项的填报模板。 A template of what this level can know."""
    from ..levels.knowable import write_level_template

    writable(output, (".xlsx",), lang)
    with answering(lang):
        left = write_level_template(edition, level, output, region, lang.value)
    typer.echo(f"模板：{output}（不印的数据项 {left} 个）" if lang == "zh" else f"template: {output} ({left} quantities left out)")


@app.command("enterprises")
def enterprises_command(
    database: Annotated[Path, typer.Argument(help="企业直报汇总库 / database of collected reports")],
    year: Annotated[int, typer.Option("--year", help="年度 / year")],
    output: Annotated[Path, typer.Option("-o", "--output", help="enterprises.csv")],
    lang: LangOption = Lang.zh,
) -> None:
    """由企业直报汇总库写出汇总核对用的 enterprises.csv。 The roll-up's enterprises.csv out of collected reports."""
    from ..api import write_atomically
    from ..edition import load
    from ..levels.collected import enterprises_csv

    existing([database], lang)
    writable(output, (".csv",), lang)
    with answering(lang):
        text, left = enterprises_csv(database, year, load().roles.imported_power)
        write_atomically(output, text.encode("utf-8-sig"))
    for source, gas, mass in left:
        say(f"没有唯一对应的省级行，未写出：排放源 {source} {gas} {mass:,.1f} t" if lang == "zh"
            else f"no single provincial line, left out: source {source} {gas} {mass:,.1f} t")
    typer.echo(f"{output}：{text.count(chr(10)) - 1} 行" if lang == "zh" else f"{output}: {text.count(chr(10)) - 1} row(s)")
