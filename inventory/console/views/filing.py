"""What the commands of this group show."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ..common import Lang, tell
from ..phrases import heads, inform, phrase, show

if TYPE_CHECKING:
    from ...app.archive import FreezeResult, VerifyResult
    from ...app.file import FileResult, SealResult
    from ...app.lock import LockResult
    from ...app.report import DocumentResult
    from ...app.start import StartResult


def show_verification(result: VerifyResult, lang: Lang) -> None:
    """The result of `verify` on the screen."""
    verified = result.verification
    for item in verified.items:
        if item.kind == "recomputed" or item.status != "same":
            detail = phrase("archive.detail", lang, detail=item.detail) if item.detail else ""
            typer.echo(
                f"{phrase(f'archive.{item.kind}', lang)}  {item.path}  {phrase(f'archive.{item.status}', lang)}{detail}"
            )
    stored = [i for i in verified.items if i.kind == "stored"]
    same = sum(i.status == "same" for i in stored)
    show("archive.files_as_frozen", lang, count=len(stored), same=same)
    if verified.code != verified.stated_code:
        show("archive.the_code_is_wrong", lang, stated_code=verified.stated_code, code=verified.code)
    for name, then, now in verified.versions:
        inform("archive.version_was_is", lang, name=name, then=then, now=now)
    yes, no = heads("analysis.head_yes", lang)
    show("archive.every_byte_as_frozen", lang, yes=yes if verified.bytes_same else no)
    show("archive.every_figure_recomputed", lang, yes=yes if verified.figures_same else no)
    show("archive.code_2", lang, stated_code=verified.stated_code)
    if not result.holds:
        raise typer.Exit(1)


FEW_WARNINGS = 3


def show_filing_set(result: FileResult, all_problems: bool, lang: Lang) -> None:
    """The result of `file` on the screen."""
    for x in result.totals:
        show(
            "filing.total", lang, region=result.region, year=x.year, without_lucf=x.without_lucf, with_lucf=x.with_lucf
        )
    if result.gaps:
        show("filing.sources_have_no_data", lang, gaps=result.gaps)
    if result.illustrative:
        show("filing.illustrative_data_marked_on", lang, illustrative=result.illustrative)
    shown = [p for p in result.warnings if p.severity == "warning"]
    tell(result.warnings if all_problems else shown[:FEW_WARNINGS], lang.value)
    if not all_problems and len(result.warnings) > len(shown[:FEW_WARNINGS]):
        left = len(result.warnings) - len(shown[:FEW_WARNINGS])
        inform("filing.more_remarks_all_lists", lang, left=left)
    show("filing.filing_set_sheets", lang, book=result.book, sheets=result.sheets)
    if result.pdf is not None:
        show("filing.pdf_written", lang, pdf=result.pdf)
    show("filing.check_code", lang, code=result.code)


def show_seal(result: SealResult, lang: Lang) -> None:
    """Whether a sealed book is as it was written, and whether the project still gives it; exit status 1 where not."""
    yes, no = heads("analysis.head_yes", lang)
    show("filing.code_on_the_cover", lang, stated=result.sealed.stated)
    show("filing.pages_as_written", lang, yes=yes if result.sealed.fits else no)
    if result.project_code:
        show("filing.as_the_project_gives", lang, yes=yes if result.project_code == result.sealed.stated else no)
    if not result.fits:
        raise typer.Exit(1)


def show_start(result: StartResult, lang: Lang) -> None:
    """The result of `start`."""
    tell(result.problems, lang)
    show("filing.rows_show_the_figure", lang, book=result.book, rows=result.rows)
    show("filing.own_factors_and_choices", lang, factors=result.factors, choices=result.choices)
    if result.unread:
        show("filing.last_rows_to_correct", lang, count=result.unread)


def show_lock(result: LockResult, off: bool, lang: Lang) -> None:
    """The result of `lock`."""
    if off:
        show("filing.unlocked", lang)
    else:
        show("filing.input_files_locked", lang, files=result.files, path=result.path)


def show_archive(result: FreezeResult, output: Path, lang: Lang) -> None:
    """The result of `freeze`: the archive and its code."""
    tell(result.problems, lang)
    show("archive.archive", lang, output=output)
    show("archive.code", lang, code=result.code)


def show_report(result: DocumentResult, output: Path, lang: Lang) -> None:
    """The result of `report`."""
    tell(result.problems, lang)
    show("report.report", lang, output=output)


def show_report_template(result: DocumentResult, output: Path, lang: Lang) -> None:
    """The result of `report-template`."""
    show("report.template", lang, output=output)


def show_bulletin(result: DocumentResult, output: Path, lang: Lang) -> None:
    """The result of `bulletin`."""
    tell([p for p in result.problems if p.severity != "hint"], lang)
    show("bulletin.bulletin", lang, output=output)
