"""Problems as a table in the terminal, as CSV, or as JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ..sheets.listing import ListColumn, Listing, listing_csv
from .english import readable

if TYPE_CHECKING:
    from ..core.problems import Problem

PROBLEMS: Listing[Problem] = Listing(
    (
        ListColumn("severity", lambda p, lang: p.severity),
        ListColumn("code", lambda p, lang: p.code),
        ListColumn("file", lambda p, lang: p.origin.file),
        ListColumn("sheet", lambda p, lang: p.origin.sheet),
        ListColumn("cell", lambda p, lang: p.origin.cell),
        ListColumn("found", lambda p, lang: readable(p.part("what", lang), lang)),
        ListColumn("expected", lambda p, lang: readable(p.part("expected", lang), lang)),
        ListColumn("fix", lambda p, lang: readable(p.part("fix", lang), lang)),
    )
)


class Format(StrEnum):
    lines = "lines"
    table = "table"
    csv = "csv"
    json = "json"


def as_csv(problems: Iterable[Problem], lang: str) -> str:
    """CSV for a spreadsheet; text that begins like a formula gets an apostrophe in front."""
    return listing_csv(PROBLEMS, problems, lang)


def as_json(problems: Iterable[Problem], lang: str) -> str:
    """The same columns as records."""
    records = [dict(zip(PROBLEMS.keys, row, strict=True)) for row in PROBLEMS.rows(problems, lang)]
    return json.dumps(records, ensure_ascii=False, indent=1) + "\n"


def print_table(problems: Sequence[Problem], lang: str) -> None:
    """A table as wide as the terminal: place, found, expected, remedy, coloured by severity."""
    from rich.console import Console
    from rich.table import Table

    from ..reading.mark import WORDS, table_of

    heads = WORDS[lang]["head"]
    colours = {"error": "red", "warning": "yellow", "hint": "cyan"}
    table = Table(show_lines=True)
    for head in heads:
        table.add_column(str(head), overflow="fold")
    for problem, row in zip(problems, table_of(problems, lang), strict=True):
        table.add_row(f"[{colours[problem.severity]}]{row[0]}[/]", *(_literal(readable(str(t), lang)) for t in row[1:]))
    console = Console(file=sys.stdout)
    console.print(table if problems else str(WORDS[lang]["none"]))


def _literal(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def answer(problems: Sequence[Problem], lang: str, form: Format, output: Path | None = None) -> None:
    """Print problems in the chosen form, or write them to a file (UTF-8; CSV with BOM so that Excel and WPS show
    Chinese)."""
    from ..templates_xlsx.files import write_file

    if output is not None:
        text = as_json(problems, lang) if output.suffix.lower() == ".json" else as_csv(problems, lang)
        write_file(output, text.encode("utf-8" if output.suffix.lower() == ".json" else "utf-8-sig"))
    elif form is Format.csv:
        typer.echo(as_csv(problems, lang), nl=False)
    elif form is Format.json:
        typer.echo(as_json(problems, lang), nl=False)
    elif form is Format.table:
        print_table(problems, lang)
