"""Answers of data sets, and files for other programs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ..common import Lang, say
from ..english import readable_cell
from ..phrases import inform, show

if TYPE_CHECKING:
    from ...app.edition import WriteSchemasResult
    from ...app.export import ExportResult
    from ...store.query import QueryResult


def show_answer(result: QueryResult, output: Path | None, columns: bool, lang: Lang) -> None:
    """The answer to a query, on the screen or as CSV."""
    from ...app.query import table_text, write_answer

    if lang is Lang.en:
        rows = tuple(tuple(readable_cell(cell, lang.value) for cell in row) for row in result.rows)
        result = replace(result, rows=rows)
    if output is None:
        for line in table_text(result, lang.value):
            typer.echo(line)
    else:
        write_answer(result, output)
        show("scale.row_s", lang, output=output, count=len(result.rows))
    if not result.exact and not columns:
        inform("scale.sums_of_decimals_in", lang)


def show_files(result: ExportResult | WriteSchemasResult, lang: Lang) -> None:
    """The files that were written, and what is not verified of their format."""
    for file in result.files:
        typer.echo(str(file))
    for remark in getattr(result, "remarks", ()):
        say(remark.text(lang.value))
