"""Factors on the screen: a list, and one with everything known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from ..common import say, tell
from ..english import readable
from ..phrases import inform, phrase, show
from ..streams import data

if TYPE_CHECKING:
    from ...app.checklist import LoadChecklistResult
    from ...app.factors import FactorResult, FactorsResult

COLUMNS = (
    "id",
    "parameter",
    "gas",
    "keys",
    "printed",
    "unit",
    "lower",
    "upper",
    "standing",
    "role",
    "table",
    "source",
    "note",
)

WORDS = frozenset({"keys", "unit", "table"})


def show_factors(result: FactorsResult, as_csv: bool, lang: str) -> None:
    """One line a factor, or all of them as CSV."""
    rows = result.rows
    from ...sheets.csvfile import csv_text

    if as_csv:
        # what a source or an author wrote stays as it was written
        cells = ([(readable(_text(r, c), lang) if c in WORDS else _text(r, c)) for c in COLUMNS] for r in rows)
        data(csv_text(cells, COLUMNS), bom=True)
        return
    for r in rows:
        standing = phrase(f"standing.{r.standing}", lang)
        typer.echo(readable(f"{r.id}\t{r.printed or '—'} {r.unit}\t{_text(r, 'keys')}\t{standing}", lang))
    inform("factors.factors", lang, count=len(rows))


def show_one_factor(result: FactorResult, lang: str) -> None:
    """Every column of a factor, and a newer figure where there is one."""
    row, declared, newer = result.row, result.parameter, result.newer
    for column in COLUMNS:
        value = _text(row, column)
        if column == "standing":
            value = phrase("factors.standing", lang, code=value, word=phrase(f"standing.{value}", lang))
        if column == "parameter" and declared is not None:
            value = phrase("factors.parameter", lang, code=value, label=declared.label[lang])
        typer.echo(readable(f"{column:10s} {value}", lang))
    if newer is not None:
        reason = newer.row.reason_zh if lang == "zh" else newer.row.reason_en
        at = f"{newer.row.path} {newer.row.item}"
        show("factors.newer", lang, text=newer.text(lang), at=at, id=newer.row.id, reason=reason)


def _text(row: object, column: str) -> str:
    value = getattr(row, column)
    if column == "keys":
        return ";".join(f"{k}={v}" for k, v in value)
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)


def show_loaded(result: LoadChecklistResult, lang: str) -> None:
    """A checklist taken into a project."""
    tell(result.problems, lang)
    show("checklist.checked_corrected", lang, file=result.file, checked=result.checked, corrected=result.corrected)
    for line in result.progress:
        say(line)
