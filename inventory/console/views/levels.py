"""Regions, levels, targets and pilots on the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ...forms.levels import level_name
from ..common import INPUT_PROBLEMS, Lang, say, tell
from ..phrases import inform, result_line, show

if TYPE_CHECKING:
    from ...app.level_forms import AssessmentFormsResult, LevelTemplateResult
    from ...app.level_results import ResultsRollUpResult
    from ...app.levels import (
        ActionsResult,
        EnterprisesFileResult,
        PilotsResult,
        RollUpResult,
        ScopesResult,
        TargetsResult,
        TreeResult,
    )


def show_rollup(result: RollUpResult, lang: Lang) -> None:
    """The parts against the whole; exit status 1 where there are errors."""
    from ...levels.present import text

    for line in text(result.rollup, result.levels, lang.value):
        result_line(line, lang.value)
    tell(result.rollup.problems, lang)
    for region, problems in result.rollup.failed.items():
        say(f"{region}:")
        tell(problems, lang)
    if result.errors:
        raise typer.Exit(INPUT_PROBLEMS)


def show_results(result: ResultsRollUpResult, lang: Lang) -> None:
    """Every region with parts, its result and the sum of its parts; exit status 1 where parts exceed their whole."""
    from ...levels.results_text import text

    for line in text(result.rollup, lang.value):
        result_line(line, lang.value)
    if tell(result.rollup.problems, lang):
        raise typer.Exit(INPUT_PROBLEMS)


def show_tree(result: TreeResult, lang: Lang) -> None:
    """The regions, indented by level."""
    for depth, r in result.regions:
        name = r.label_en if lang is Lang.en and r.label_en else r.name
        place = {"indent": "  " * depth, "code": r.code or "——————", "name": name}
        show("levels.region", lang, **place, level=level_name(r.level, lang.value))


def show_level_template(result: LevelTemplateResult, output: Path, lang: Lang) -> None:
    """The template of a level, and how many quantities it leaves out."""
    show("levels.template_quantities_left_out", lang, output=output, left=result.left_out)


def show_assessment_forms(result: AssessmentFormsResult, lang: Lang) -> None:
    """The workbook for what an assessment needs."""
    show("levels.forms", lang, output=result.output, regions=len(result.regions), sheets=len(result.sheets))


def show_scopes(result: ScopesResult, lang: Lang) -> None:
    """Emissions by scope; exit status 1 where there are errors."""
    from ...levels.scopes_book import text

    for line in text(result.scopes, lang.value):
        result_line(line, lang.value)
    if tell(result.problems, lang.value):
        raise typer.Exit(INPUT_PROBLEMS)


def show_enterprises_file(result: EnterprisesFileResult, output: Path, lang: Lang) -> None:
    """The file for the roll-up, and what has no line there."""
    for source, gas, mass in result.left_out:
        inform("levels.no_single_provincial_line", lang, source=source, gas=gas, mass=mass)
    show("levels.row_s", lang, output=output, rows=result.rows)


def show_targets(
    result: TargetsResult, everything: bool, output: Path | None, table: Path | None, document: Path | None, lang: Lang
) -> None:
    """Targets with their progress, and the files written; exit status 1 where there are errors."""
    from ...policy.evaluation_text import short
    from ...policy.indicators import line as indicator_line
    from ...policy.present import text

    for line in (
        text(result.report, result.levels, lang.value)
        if everything
        else short(result.report, result.evaluations, result.levels, lang.value)
    ):
        result_line(line, lang.value)
    for check in result.indicators:
        result_line(indicator_line(check, lang.value), lang.value)
    for target in filter(None, (output, table, document)):
        typer.echo(str(target))
    if tell(result.problems, lang.value):
        raise typer.Exit(INPUT_PROBLEMS)


def show_actions(result: ActionsResult, lang: Lang) -> None:
    """The register of actions; exit status 1 where there are errors."""
    from ...policy.actions import text

    for line in text(result.register, result.year, lang.value):
        result_line(line, lang.value)
    if tell(result.problems, lang.value):
        raise typer.Exit(INPUT_PROBLEMS)


def show_pilots(result: PilotsResult, targets: bool, lang: Lang) -> None:
    """The pilots in their quadrants, with their own targets where asked for."""
    from ...policy.pilots import table, target_lines

    for line in (*table(result.pilots, lang.value), *(target_lines(lang=lang.value) if targets else ())):
        result_line(line, lang.value)
