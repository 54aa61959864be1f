"""One small formula on a sheet from one text: its live Excel form, its value and what `explain` says of it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..core import equation
from ..sheets.address import Ref
from ..sheets.model import OutputSheet
from .context import Filing


def calculated(
    f: Filing,
    sheet: OutputSheet,
    row: int,
    col: int,
    text: str,
    cells: Mapping[str, Ref],
    unit: str,
    what: Mapping[str, str],
    style: str,
) -> Ref | None:
    """Write `text` (an equation over the names of `cells`) as a live formula; an empty cell and None where its value is
    not a number (division by zero)."""
    with np.errstate(all="ignore"):
        value = float(equation.evaluate(text, {name: np.float64(f.book.figure(ref)) for name, ref in cells.items()}))
    if not np.isfinite(value):
        sheet.text(row, col, "", "notation")
        return None
    formula = "=" + equation.excel(text, lambda name: cells[name].seen_from(sheet.name), lambda name: "")
    ref = sheet.formula(row, col, formula, value, style)
    f.book.note(
        ref, "calc", what=dict(what), unit=unit, text=text, names={name: str(cell) for name, cell in cells.items()}
    )
    return ref
