"""Forms on the screen: what was written, what is missing, the forms as declared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from ..common import INPUT_PROBLEMS, Lang, tell
from ..phrases import show
from ..streams import data

if TYPE_CHECKING:
    from ...app.declared_forms import FormSchemaResult, FormsResult, WriteFormResult, WritePageResult
    from ...app.forms import FormResult, GapsResult


def show_template(result: FormResult, output: Path, lang: Lang) -> None:
    """The result of `template`."""
    tell(result.problems, lang)
    show("template.sheets_to_fill_in", lang, output=output, count=len(result.sheets))
    if result.unread:
        show("template.rows_to_correct", lang, count=result.unread)


def show_missing(result: GapsResult, output: Path, lang: Lang) -> None:
    """The result of `gaps`."""
    tell(result.problems, lang)
    show("template.gaps_figures", lang, output=output, listed=result.listed, count=len(result.gaps))
    if result.splits:
        show("template.sets_of_shares_to", lang, splits=result.splits)
    for path in result.letters:
        show("template.letter_and_sheets", lang, path=path)


def show_forms(result: FormsResult, lang: Lang) -> None:
    """One line a form: title, id, file names, columns with the required ones starred."""
    for f in result.forms:
        columns = ",".join(f"{c}*" if c in f.required else c for c in f.columns)
        show("forms.line", lang, name=f.name, title=f.title[lang], columns=columns)


def show_schema(result: FormSchemaResult, output: Path | None, lang: Lang) -> None:
    """A JSON schema, on standard output where no file was asked for."""
    if output is None:
        data(json.dumps(result.schema, ensure_ascii=False, indent=1) + "\n")
    else:
        show("analysis.written", lang, target=output)


def show_form(result: WriteFormResult, lang: Lang) -> None:
    """A form that was written; exit status 1 where what was copied has errors."""
    errors = tell(result.problems, lang)
    show("forms.written", lang, output=result.output, rows=result.rows)
    if errors:
        raise typer.Exit(INPUT_PROBLEMS)


def show_page(result: WritePageResult, lang: Lang) -> None:
    """Where the page is."""
    show("analysis.written", lang, target=result.output)
