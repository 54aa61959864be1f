"""What a command says: texts of `texts.toml` in the language asked for, to the screen or beside the output."""

from __future__ import annotations

import typer

from ..texts import list_of, text_of
from ..texts import listed as listed
from .english import readable

HERE = "inventory.console"


def phrase(name: str, lang: str, /, **blanks: object) -> str:
    """A text of the catalogue with its blanks filled in."""
    return readable(text_of(HERE, name, str(lang), blanks), lang)


def heads(name: str, lang: str, /) -> list[str]:
    """Headings of a table."""
    return list_of(HERE, name, str(lang))


def show(name: str, lang: str, /, **blanks: object) -> None:
    """A line of the result, on standard output."""
    typer.echo(phrase(name, lang, **blanks))


def inform(name: str, lang: str, /, **blanks: object) -> None:
    """A line about the work, on standard error so that the output can be piped."""
    typer.echo(phrase(name, lang, **blanks), err=True)


def result_line(text: str, lang: str) -> None:
    """A line that a result wrote itself, on standard output: for an English reader with the names of regions and words
    of tables in English."""
    typer.echo(readable(text, lang))
