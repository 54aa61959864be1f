"""Figures as people read them: thousands separated, a real minus, no decimals lost that were meant."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from inventory.sheets.listing import Listing

R = TypeVar("R")
NOTHING = "—"


def grouped(value: float | None, decimals: int = 2) -> str:
    """`-1234.5` as `−1,234.50`; a dash for None; `0` only for a true zero, a small figure keeps three significant
    digits."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if value == 0:
        return "0"
    size = abs(value)
    if size < 0.5 * 10**-decimals:
        text = f"{size:.3g}"
    else:
        text = f"{size:,.{decimals}f}"
    return f"−{text}" if value < 0 else text


def plain(value: float) -> str:
    """All digits of a figure, without an exponent where it is of ordinary size."""
    text = f"{value:.10g}"
    return text if "e" in text else f"{value:,.10g}".replace("-", "−")


def percent(value: float | None, decimals: int = 1) -> str:
    return NOTHING if value is None or not math.isfinite(value) else f"{grouped(value, decimals)} %"


@dataclass(frozen=True, slots=True)
class ShownTable:
    """A table as `listing.html` shows it: texts, each with whether it stands right; rows, each with whether it is
    strong."""

    heads: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[tuple[tuple[str, bool], ...], bool], ...]


def shown_rows(listing: Listing[R], items: Iterable[R], reader: Any, strong: Iterable[bool] = ()) -> ShownTable:
    """A declared table for a page; `strong` for its first rows, one each."""
    looks = [c.look if isinstance(c.look, str) else "text" for c in listing.columns]
    right = [look.startswith("num") for look in looks]
    rows = [
        tuple((_cell(value, look), n) for value, look, n in zip(row, looks, right, strict=True))
        for row in listing.rows(items, reader)
    ]
    return ShownTable(
        tuple(zip(listing.flat_heads(reader.t), right, strict=True)),
        tuple(zip(rows, itertools.chain(strong, itertools.repeat(False)), strict=False)),
    )


def _cell(value: Any, look: str) -> str:
    if value is None:
        return NOTHING
    return grouped(value, int(look.partition(":")[2] or 2)) if look.startswith("num") else str(value)
