"""`inventory factors checklist` and `inventory factors load`: defaults compared with the printed guideline, out and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .common import Lang, answering, existing, say, tell, writable


def checklist_command(
    inputs: Annotated[list[Path], typer.Argument(help="项目文件夹、工作簿或长表 CSV / project folder, workbooks or long CSVs")],
    output: Annotated[Path, typer.Option("-o", "--output", help="核对表 / checklist (.xlsx)")],
    edition: Annotated[str, typer.Option("--edition")] = "prov2011",
    lang: Annotated[Lang, typer.Option("--lang", help="语言 / language")] = Lang.zh,
) -> None:
    """核对表：列出用到的全部缺省因子，供与印刷本核对。 Every default used, to be compared with the printed guideline."""
    from .. import api
    from ..templates_xlsx.checklist import write_checklist

    existing(inputs, lang)
    writable(output, (".xlsx",), lang)
    with answering(lang):
        count = write_checklist(api.compile(list(inputs), edition=edition), output, lang.value)
    typer.echo(f"{output}：{count} 个缺省因子" if lang == "zh" else f"{output}: {count} defaults")


def load_command(
    source: Annotated[Path, typer.Argument(help="填好的核对表 / the checklist, filled in")],
    project: Annotated[Path, typer.Argument(help="项目文件夹 / project folder")],
    edition: Annotated[str, typer.Option("--edition")] = "prov2011",
    lang: Annotated[Lang, typer.Option("--lang", help="语言 / language")] = Lang.zh,
) -> None:
    """读回核对表：写入项目文件夹的 核对表.csv，以后每次编制都算数。 Take the checklist into a project, for every later compilation."""
    from .. import api
    from ..core.activity import Check, UserFactor
    from ..core.problems import Collector
    from ..reading.cells import Unreadable, read_sheets
    from ..reading.checklist import as_csv, read_checklist
    from ..reading.project import CHECKLIST_SHEET
    from ..templates_xlsx.files import write_file

    existing([source, project], lang)
    if not project.is_dir():
        say(f"不是文件夹：{project}" if lang == "zh" else f"not a folder: {project}")
        raise typer.Exit(2)
    problems = Collector()
    with answering(lang):
        loaded = api.load_edition(edition)
        target = project / f"{CHECKLIST_SHEET}.csv"
        checks: dict[str, Check] = {}
        corrected: dict[str, UserFactor] = {}
        for path in ([target] if target.exists() and target.resolve() != source.resolve() else []) + [source]:
            try:
                sheets = [s for s in read_sheets(path) if s.csv or s.name == CHECKLIST_SHEET]
            except Unreadable as unreadable:
                problems.extend([unreadable.problem])
                continue
            if not sheets:
                problems.add("file.no_table", sheets=CHECKLIST_SHEET)
            for sheet in sheets:
                sure, changed = read_checklist(sheet, loaded, problems)
                for done in (*sure, *changed):
                    name = getattr(done, "factor_id", "") or getattr(done, "id", "")
                    checks.pop(name, None)
                    corrected.pop(name, None)
                checks.update({c.factor_id: c for c in sure})
                corrected.update({f.id: f for f in changed})
        problems.raise_errors()
        if not checks and not corrected:
            problems.add("check.nothing")
        else:
            write_file(target, as_csv(checks.values(), corrected.values()).encode("utf-8-sig"))
    tell(problems, lang)
    done = (len(checks), len(corrected))
    typer.echo(f"{target}：已核对 {done[0]} 个，更正 {done[1]} 个" if lang == "zh" else f"{target}: {done[0]} checked, {done[1]} corrected")


def register(app: typer.Typer) -> None:
    """Add the commands to `inventory factors`."""
    app.command("checklist")(checklist_command)
    app.command("load")(load_command)
