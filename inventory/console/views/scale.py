"""Answers of data sets, and files for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ..common import Lang, say
from ..english import readable_cell
from ..phrases import inform, show
from ..tables import write_table

if TYPE_CHECKING:
    from ...app.edition import WriteSchemasResult
    from ...app.export import ExportResult
    from ...store.query import QueryResult

MOST = 60  # rows on the screen


def show_answer(result: QueryResult, output: Path | None, columns: bool, lang: Lang) -> None:
    """The answer to a query, on the screen or as CSV."""
    rows = [[readable_cell(cell, lang.value) for cell in row] for row in result.rows]
    write_table(result.columns, rows if output is not None else rows[:MOST], output, lang.value, decimals=3)
    if not rows:
        show("scale.no_rows", lang)
    elif output is None and len(rows) > MOST:
        show("scale.more_rows", lang, count=len(rows))
    if not result.exact and not columns:
        inform("scale.sums_of_decimals_in", lang)


def show_files(result: ExportResult | WriteSchemasResult, lang: Lang) -> None:
    """The files that were written, and what is not verified of their format."""
    for file in result.files:
        typer.echo(str(file))
    for remark in getattr(result, "remarks", ()):
        say(remark.text(lang.value))
