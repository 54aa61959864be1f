"""One small formula on a sheet from one text: its live Excel form, its value and what `explain` says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..core import equation
from ..sheets.address import Ref
from ..sheets.model import Spot
from .context import Filing


@dataclass(frozen=True, slots=True)
class Caption:
    """How a calculated cell reads: its unit, its style, and for `explain` what it is in both languages."""

    unit: str
    what: Mapping[str, str]
    style: str


def calculated(f: Filing, spot: Spot, text: str, cells: Mapping[str, Ref], caption: Caption) -> Ref | None:
    """Write `text` (an equation over the names of `cells`) as a live formula; an empty cell and None where its value is
    not a number (division by zero)."""
    with np.errstate(all="ignore"):
        value = float(equation.evaluate(text, {name: np.float64(f.book.figure(ref)) for name, ref in cells.items()}))
    if not np.isfinite(value):
        spot.text("", "notation")
        return None
    home = spot.sheet.name
    formula = "=" + equation.excel(text, lambda name: cells[name].seen_from(home), lambda name: "")
    ref = spot.formula(formula, value, caption.style)
    names = {name: str(cell) for name, cell in cells.items()}
    f.book.note(ref, "calc", what=dict(caption.what), unit=caption.unit, text=text, names=names)
    return ref
