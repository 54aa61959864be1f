"""The check code of a sealed book: 12 hexadecimal digits from every protected cell, so that a changed figure no longer
fits the pages.

Numbers enter with eight significant digits (offices recalculate and save fifteen), texts as they stand; cells that are
open for writing and the code itself stay out.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from ..core.problems import InventoryError, Origin, problem
from ..sheets.address import a1
from ..sheets.look import Look
from ..sheets.model import Book

LENGTH = 12
_CODE = re.compile(r"([0-9a-f]{4}) ([0-9a-f]{4}) ([0-9a-f]{4})")


def grouped(code: str) -> str:
    """`6f3a91c2d0b7` -> `6f3a 91c2 d0b7`."""
    return " ".join(code[i : i + 4] for i in range(0, LENGTH, 4))


def code_of(book: Book, label: str) -> str:
    """Code of a book that is not yet written; `label` begins the cell that holds the code."""
    cells = (
        (sheet.name, a1(*at), c.value)
        for sheet in book.sheets.values()
        for at, c in sheet.cells.items()
        if not (isinstance(c.style, Look) and not c.style.locked)
    )
    return _digest(cells, label)


def _digest(cells: Iterable[tuple[str, str, Any]], label: str) -> str:
    lines = sorted(
        f"{sheet}!{place}={_plain(value)}"
        for sheet, place, value in cells
        if value not in ("", None) and not (isinstance(value, str) and value.startswith(label))
    )
    return hashlib.sha256("\n".join(lines).encode("utf-8")).hexdigest()[:LENGTH]


def _plain(value: Any) -> str:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return "0" if value == 0 else _significant(float(value))
    return str(value).replace("\r\n", "\n").strip()


def _significant(value: float) -> str:
    """Eight significant digits, half away from zero, after the noise of the last bits is taken off: ties of short
    decimals fall the same way."""
    steady = Decimal(f"{value:.13e}")
    return f"{steady.quantize(Decimal(1).scaleb(steady.adjusted() - 7), ROUND_HALF_UP):.7e}"


@dataclass(frozen=True)
class Sealed:
    """What became of a sealed book: the code it states (cover and foot of the pages) and the code its cells give."""

    stated: str
    computed: str

    @property
    def fits(self) -> bool:
        return self.stated == self.computed


def read_sealed(path: str | Path) -> Sealed:
    """Both codes of a book. Raises `InventoryError` when the file is no workbook or states no code."""
    import openpyxl

    from .words import LANGUAGES, FilingWords

    try:
        book = openpyxl.load_workbook(path, data_only=True)
    except Exception as error:
        raise InventoryError([problem("filing.not_sealed", Origin(str(path)), reason=type(error).__name__)]) from error
    labels = [FilingWords(lang)("cover.code", code="") for lang in LANGUAGES]
    cells, stated, label = [], "", labels[0]
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                value = cell.value
                if value is None or not cell.protection.locked:
                    continue
                begins = next((x for x in labels if isinstance(value, str) and value.startswith(x)), "")
                if begins and (match := _CODE.search(value)):
                    stated, label = "".join(match.groups()), begins
                cells.append((sheet.title, cell.coordinate, value))
    if not stated:
        raise InventoryError([problem("filing.not_sealed", Origin(str(path)), reason="—")])
    return Sealed(stated, _digest(cells, label))
