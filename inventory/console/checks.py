"""What several commands require of their options together; exit status 2 where it does not hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import typer

from .common import WRONG_USE
from .phrases import inform


def seeded(given: Mapping[str, Any], lang: str) -> None:
    """A seed without draws: nothing would be drawn, and silence would hide it."""
    if given["seed"] is not None and given["draws"] is None:
        inform("analysis.seed_goes_with_draws", lang)
        raise typer.Exit(WRONG_USE)


def compared(given: Mapping[str, Any], lang: str) -> None:
    """Causes without a version to compare with."""
    if given["causes"] is not None and given["previous"] is None:
        inform("analysis.causes_goes_with_previous", lang)
        raise typer.Exit(WRONG_USE)


def project_folder(given: Mapping[str, Any], lang: str) -> None:
    """A project that is no folder."""
    if not given["project"].is_dir():
        inform("checklist.not_a_folder", lang, project=given["project"])
        raise typer.Exit(WRONG_USE)


RULES: Mapping[str, Callable[[Mapping[str, Any], str], None]] = {
    "seeded": seeded,
    "compared": compared,
    "project_folder": project_folder,
}


def parse_years(text: str, lang: str) -> tuple[int, ...]:
    """`2005,2010` as numbers; exit status 2 for anything else."""
    from ..spreadsheets.numbers import Year, parse_year

    years = [parse_year(t) for t in text.replace("，", ",").replace("、", ",").split(",") if t.strip()]
    if not years or not all(isinstance(y, Year) for y in years):
        inform("template.not_a_list_of", lang, text=text)
        raise typer.Exit(WRONG_USE)
    return tuple(sorted({y.value for y in years if isinstance(y, Year)}))
