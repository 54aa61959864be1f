"""`inventory report` and `inventory report-template`: the inventory report as a Word document, and the template it is
drafted from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console.common import Lang, answering, around, existing, tell, writable
from ..console.phrases import show
from ..console.tables import seeded
from .options import Draws, Edition, Gwp, Inputs, Language, NoCharts, NoFallback, Seed


def report_command(
    inputs: Inputs,
    output: Annotated[Path, typer.Option("-o", "--output", help="清单报告 / report (.docx)")],
    template: Annotated[Path | None, typer.Option("--template", help="自己的报告模板 / own template (.docx)")] = None,
    gwp: Gwp = None,
    edition: Edition = "prov2011",
    no_charts: NoCharts = False,
    draws: Draws = None,
    seed: Seed = None,
    no_fallback: NoFallback = False,
    lang: Language = Lang.zh,
) -> None:
    """起草清单报告（Word）。 Draft the inventory report (Word)."""
    from ..app.report import DraftReportRequest, draft_report
    from ..app.source import Draws, Source

    existing([*inputs, *([template] if template else [])], lang)
    writable(output, (".docx",), lang)
    seeded(draws, seed, lang.value)
    with answering(lang), around(lang.value) as reported:
        source = Source(tuple(inputs), edition, gwp, not no_fallback)
        result = draft_report(
            DraftReportRequest(source, output, template, not no_charts, Draws(draws, seed), lang.value), reported
        )
    tell(result.problems, lang)
    show("report.report", lang, output=output)


def template_command(
    output: Annotated[Path, typer.Option("-o", "--output", help="报告模板 / template (.docx)")],
    lang: Language = Lang.zh,
) -> None:
    """写出可编辑的报告模板。 Write the template of the report, for editing."""
    from ..app.report import ReportTemplateRequest, make_report_template

    writable(output, (".docx",), lang)
    with answering(lang):
        make_report_template(ReportTemplateRequest(output, lang.value))
    show("report.template", lang, output=output)
