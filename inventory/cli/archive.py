"""`inventory freeze` and `inventory verify`: the final set as one archive with a short code, and its recomputation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import Lang, answering, existing, tell, writable
from ..console.phrases import show
from ..console.tables import seeded
from ..console.views.filing import show_verification
from .filing import verify_book
from .options import Draws, Edition, Gwp, Inputs, Language, NoCharts, NoFallback, Seed, Strict


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
    seeded(draws, seed, lang.value)
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
    show_verification(result, lang)
