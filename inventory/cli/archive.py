"""`inventory freeze` and `inventory verify`: the final set as one archive with a short code, and its recomputation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import Lang, answering, existing, tell, writable
from ..console.phrases import heads, inform, phrase, show
from . import analysis as analysis_commands
from .filing import verify_book
from .options import Draws, Edition, Gwp, Inputs, Language, NoCharts, NoFallback, Seed, Strict

WORDS = {
    "zh": {
        "same": "一致",
        "changed": "已被改动",
        "missing": "缺失",
        "extra": "多出的文件",
        "figures-same": "数字一致，字节不同",
        "figures-differ": "数字不一致",
        "failed": "不能复算",
        "stored": "文件",
        "recomputed": "复算",
    },
    "en": {
        "same": "same",
        "changed": "changed",
        "missing": "missing",
        "extra": "not in the manifest",
        "figures-same": "same figures, other bytes",
        "figures-differ": "figures differ",
        "failed": "cannot be recomputed",
        "stored": "file",
        "recomputed": "recomputed",
    },
}


def freeze_command(
    inputs: Inputs,
    output: Annotated[Path, typer.Option("-o", "--output", help="归档文件 / archive (.zip)")],
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    template: Annotated[
        Path | None, typer.Option("--template", help="自己的报告模板 / own template of the report")
    ] = None,
    previous: Annotated[
        Path | None, typer.Option("--previous", help="上一版，写重新计算表 / older version to compare with")
    ] = None,
    draws: Draws = None,
    seed: Seed = None,
    no_report: Annotated[bool, typer.Option("--no-report", help="不含清单报告 / without the report")] = False,
    no_charts: NoCharts = False,
    no_fallback: NoFallback = False,
    strict: Strict = False,
    lang: Language = Lang.zh,
) -> None:
    """定稿：输入、因子、结果、工作簿和报告归为一个文件，得归档码。 Freeze the final set into one archive with a short
    code."""
    from ..app.archive import FreezeRequest, freeze_set
    from ..app.source import Draws, Source

    existing([*inputs, *(p for p in (template, previous) if p is not None)], lang)
    writable(output, (".zip",), lang)
    analysis_commands.seeded(draws, seed, lang.value)
    with answering(lang):
        source = Source(tuple(inputs), edition, gwp, not no_fallback, strict)
        result = freeze_set(
            FreezeRequest(
                source, output, template, previous, Draws(draws, seed), not no_report, not no_charts, lang.value
            )
        )
    tell(result.problems, lang)
    show("archive.archive", lang, output=output)
    show("archive.code", lang, code=result.code)


def verify_command(
    archive: Annotated[Path, typer.Argument(help="归档文件（.zip）或上报清单（.xlsx） / archive, or filing set")],
    project: Annotated[
        list[Path] | None,
        typer.Option("--project", help="上报清单所出的项目，再算一遍比对 / project the filing set came from"),
    ] = None,
    edition: Edition = "prov2011",
    lang: Language = Lang.zh,
) -> None:
    """核对归档：逐个文件比对，并全部复算；核对上报清单的校验码。 Verify an archive, or the check code of a filing
    set."""
    from ..app.archive import VerifyRequest, verify_archive

    existing([archive, *(project or ())], lang)
    if archive.suffix.lower() == ".xlsx":
        verify_book(archive, project or [], edition, lang)
        return
    with answering(lang):
        result = verify_archive(VerifyRequest(archive))
    found = result.verification
    words = WORDS[lang.value]
    for item in found.items:
        if item.kind == "recomputed" or item.status != "same":
            detail = phrase("archive.detail", lang, detail=item.detail) if item.detail else ""
            typer.echo(f"{words[item.kind]}  {item.path}  {words[item.status]}{detail}")
    stored = [i for i in found.items if i.kind == "stored"]
    same = sum(i.status == "same" for i in stored)
    show("archive.files_as_frozen", lang, count=len(stored), same=same)
    if found.code != found.stated_code:
        show("archive.the_code_is_wrong", lang, stated_code=found.stated_code, code=found.code)
    for name, then, now in found.versions:
        inform("archive.version_was_is", lang, name=name, then=then, now=now)
    yes, no = heads("analysis.head_yes", lang)
    show("archive.every_byte_as_frozen", lang, yes=yes if found.bytes_same else no)
    show("archive.every_figure_recomputed", lang, yes=yes if found.figures_same else no)
    show("archive.code_2", lang, stated_code=found.stated_code)
    if not result.holds:
        raise typer.Exit(1)
