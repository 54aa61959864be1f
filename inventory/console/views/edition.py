"""Editions on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ..common import INPUT_PROBLEMS, Lang, print_json, tell
from ..phrases import inform, phrase, show

if TYPE_CHECKING:
    from ...app.edition import CheckEditionResult, CompareEditionsResult, WriteMethodBookResult


def show_check(result: CheckEditionResult, as_json: bool, lang: Lang) -> None:
    """What an edition holds and what is wrong with it; exit status 1 where there are errors."""
    if as_json:
        print_json(result)
    else:
        tell(result.problems, lang)
        for part, n in result.counts:
            typer.echo(f"{part:32s} {n}")
        others = len(result.problems) - result.errors
        show("edition.error_s_remark_s", lang, edition=result.edition, errors=result.errors, others=others)
    if result.errors:
        raise typer.Exit(INPUT_PROBLEMS)


def show_differences(result: CompareEditionsResult, as_json: bool, lang: Lang) -> None:
    """Every difference between two editions."""
    if as_json:
        print_json(result)
        return
    for c in result.changes:
        detail = f"\t{c.field}: {c.before or '—'} → {c.after or '—'}" if c.kind == "changed" else ""
        typer.echo(f"{phrase('edition.' + c.kind, lang)}\t{c.part}\t{c.key}{detail}")
    inform("edition.difference_s", lang, old=result.old, new=result.new, count=len(result.changes))


def show_book(result: WriteMethodBookResult) -> None:
    """The method book: rows of each sheet, and the file."""
    for name, rows in result.rows:
        typer.echo(f"{name}: {rows}")
    typer.echo(str(result.file))
