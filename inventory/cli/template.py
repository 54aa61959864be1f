"""`inventory template` and `inventory gaps`: fill-in workbooks out, and the list of what is still missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .common import WRONG_USE, Lang, answering, existing, say, tell, writable

if TYPE_CHECKING:
    from ..core.activity import Project
    from ..core.edition import Edition
    from ..core.ledger import Ledger

Output = Annotated[Path, typer.Option("-o", "--output", help="输出工作簿 / workbook to write (.xlsx)")]
EditionOption = Annotated[str, typer.Option("--edition", help="指南版本 / edition")]
LangOption = Annotated[Lang, typer.Option("--lang", help="语言 / language")]


def template_command(
    output: Output,
    sector: Annotated[list[str] | None, typer.Option("--sector", help="energy|industrial_processes|agriculture|lucf|waste，缺省全部 / default all")] = None,
    region: Annotated[str, typer.Option("--region", help="省级行政区 / province")] = "",
    years: Annotated[str, typer.Option("--years", help="年份，逗号分隔；缺省为项目的年份或 2005,2010 / comma-separated")] = "",
    source: Annotated[list[Path] | None, typer.Option("--from", help="已有项目：填入已知数据 / a project whose data are filled in")] = None,
    edition: EditionOption = "prov2011",
    lang: LangOption = Lang.zh,
) -> None:
    """生成填报工作簿。 Write a fill-in workbook."""
    from .. import api
    from ..templates_xlsx import write_template

    writable(output, (".xlsx",), lang)
    chosen = [s.strip() for item in sector or [] for s in item.replace("，", ",").split(",") if s.strip()]
    with answering(lang):
        loaded = api.load_edition(edition)
        project = None
        if source:
            existing(source, lang)
            project, problems = api.read(list(source), loaded)
            if tell([p for p in problems if p.severity == "error"], lang):
                say("输入有错误，改正后再导出。" if lang == "zh" else "the input has errors; mend them first.")
                raise typer.Exit(1)
        ledger = ledger_of(list(source), edition) if source else None
        made = write_template(loaded, output, chosen, region, parse_years(years, lang) if years else (), lang.value, project, ledger)
    typer.echo(f"{output}：{len(made.sheets)} 张填报表" if lang == "zh" else f"{output}: {len(made.sheets)} sheets to fill in")


def gaps_command(
    inputs: Annotated[list[Path], typer.Argument(help="项目文件夹、工作簿或长表 CSV / project folder, workbooks or long CSVs")],
    output: Output,
    region: Annotated[str, typer.Option("--region", help="省级行政区 / province")] = "",
    years: Annotated[str, typer.Option("--years", help="年份，缺省为项目的年份 / those of the project by default")] = "",
    letters: Annotated[Path | None, typer.Option("--letters", help="给各部门的函和填报表写入这个文件夹 / folder for letters with sheets")] = None,
    edition: EditionOption = "prov2011",
    lang: LangOption = Lang.zh,
) -> None:
    """数据缺口：完整清单还缺什么，按部门列出。 What is still missing for a complete inventory, by department."""
    from .. import api
    from ..templates_xlsx.gaps import find_gaps, gathered, write_gaps
    from ..templates_xlsx.splits import blocks

    existing(inputs, lang)
    writable(output, (".xlsx",), lang)
    with answering(lang):
        loaded = api.load_edition(edition)
        project, problems = api.read(list(inputs), loaded)
        tell([p for p in problems if p.severity == "error" and p.code != "project.empty"], lang)
        found = find_gaps(project, loaded, (region,) if region else (), parse_years(years, lang) if years else (), lang.value)
        asked = api.check(list(inputs), edition=edition)
        ledger = ledger_of(inputs, edition)
        needed = [b for b in blocks(project, loaded, ledger, lang.value) if not b.given]
        write_gaps(found, output, asked, lang.value, needed)
        sent = _letters(letters, project, loaded, ledger, region, years, lang) if letters is not None else []
    listed = len(gathered(found))
    typer.echo(f"{output}：缺口 {listed} 项（{len(found)} 个数）" if lang == "zh" else f"{output}: {listed} gaps ({len(found)} figures)")
    if needed:
        typer.echo(f"能源平衡表分摊比例待回答 {len(needed)} 组，见表“分摊比例”" if lang == "zh" else f"{len(needed)} sets of shares to answer: sheet 分摊比例")
    for path in sent:
        typer.echo(f"函和填报表：{path}" if lang == "zh" else f"letter and sheets: {path}")


def _letters(folder: Path, project: Project, edition: Edition, ledger: Ledger | None, region: str, years: str, lang: Lang) -> list[Path]:
    from ..templates_xlsx.gaps import missing_rows
    from ..templates_xlsx.letters import letters, write_letters
    from ..templates_xlsx.plan import main_years

    inputs = [*project.data, *project.notations]
    place = region or next((x.region for x in inputs), "")
    span = parse_years(years, lang) if years else tuple(sorted(main_years(project))) or (2005, 2010)
    made = letters(project, edition, place, span, missing_rows(project, edition, place, span), ledger, lang.value)
    folder.mkdir(parents=True, exist_ok=True)
    return write_letters(made, folder, project, ledger)


def ledger_of(inputs: list[Path], edition: str) -> Ledger | None:
    """The ledger of a project, for the emissions beside its splits; None where it does not compile yet."""
    from .. import api
    from ..core.problems import InventoryError

    try:
        return api.compile(list(inputs), edition=edition)
    except InventoryError:
        return None


def parse_years(text: str, lang: str) -> tuple[int, ...]:
    """`2005,2010` as numbers; exit status 2 for anything else."""
    from ..reading.numbers import Year, parse_year

    years = [parse_year(t) for t in text.replace("，", ",").replace("、", ",").split(",") if t.strip()]
    if not years or not all(isinstance(y, Year) for y in years):
        say(f"年份写法不对：{text}（例：2005,2010）" if lang == "zh" else f"not a list of years: {text} (example: 2005,2010)")
        raise typer.Exit(WRONG_USE)
    return tuple(sorted({y.value for y in years if isinstance(y, Year)}))


def register(app: typer.Typer) -> None:
    """Add the commands to the `inventory` command."""
    app.command("template")(template_command)
    app.command("gaps")(gaps_command)
