"""Tables of results: in columns on the screen, as CSV to a file or to the standard output; what several commands
require of their options."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import typer

from .english import readable
from .phrases import show
from .streams import data


def write_table(head: Sequence[str], rows: Iterable[Sequence[object]], target: Path | None, lang: str) -> None:
    """A table as CSV: to a file (UTF-8 with BOM), to standard output for `-`, or in columns on the screen where no
    target is given."""
    from ..sheets.csvfile import BOM, csv_text

    if target is None:
        _print_columns(
            [readable(h, lang) for h in head],
            [[readable(v, lang) if isinstance(v, str) else v for v in row] for row in rows],
        )
        return
    text = csv_text(rows, head)
    if str(target) == "-":
        data(text)
        return
    from ..core.files import write_bytes

    write_bytes(target, text.encode(BOM))
    show("analysis.written", lang, target=target)


def _print_columns(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    from rich.cells import cell_len as width

    shown = [[_cell(v) for v in row] for row in [head, *rows]]
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


def _cell(value: object) -> str:
    return "—" if value is None else f"{value:,.2f}" if isinstance(value, float) else str(value)


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "").rstrip("%"))
    except ValueError:
        return None
