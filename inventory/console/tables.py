"""Tables of results: in columns on the screen, as CSV to a file or to the standard output; what several commands
require of their options."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from .english import readable, readable_cell
from .phrases import show
from .streams import data

if TYPE_CHECKING:
    from ..sheets.listing import Listing
    from ..workbook.context import Reader

R = TypeVar("R")


def write_table(
    head: Sequence[str], rows: Iterable[Sequence[object]], target: Path | None, lang: str, decimals: int = 2
) -> None:
    """A table as CSV: to a file (UTF-8 with BOM), to standard output for `-`, or in columns on the screen where no
    target is given."""
    from ..sheets.csvfile import csv_text, write_csv

    if target is None:
        _print_columns(
            [readable(h, lang) for h in head], [[readable_cell(v, lang) for v in row] for row in rows], decimals
        )
        return
    if str(target) == "-":
        data(csv_text(rows, head))
        return
    write_csv(target, rows, head)
    show("analysis.written", lang, target=target)


def write_listing(
    listing: Listing[R], items: Iterable[R], reader: Reader, target: Path | None, keyed: bool = False
) -> None:
    """A declared table of words and figures, as `write_table` writes one. `keyed`: columns are called by their keys, in
    every language."""
    rows = [[readable_cell(v, reader.lang) for v in row] for row in listing.rows(items, reader)]
    write_table(listing.keys if keyed else listing.flat_heads(reader.t), rows, target, reader.lang)


def _print_columns(head: Sequence[str], rows: Iterable[Sequence[object]], decimals: int) -> None:
    from rich.cells import cell_len as width

    shown = [[_cell(v, decimals) for v in row] for row in [head, *rows]]
    widths = [max(width(row[c]) for row in shown) for c in range(len(head))]
    numeric = [
        all(isinstance(_number(row[c]), float) for row in shown[1:] if row[c] not in ("", "—"))
        for c in range(len(head))
    ]
    for row in shown:
        cells = [
            (" " * (w - width(v)) + v) if right else v + " " * (w - width(v))
            for v, w, right in zip(row, widths, numeric, strict=True)
        ]
        typer.echo("  ".join(cells).rstrip())


def _cell(value: object, decimals: int) -> str:
    return "—" if value is None else f"{value:,.{decimals}f}" if isinstance(value, float) else str(value)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").rstrip("%"))
    except ValueError:
        return None
