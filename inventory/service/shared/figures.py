"""Figures as people read them: thousands separated, a real minus, no decimals lost that were meant."""

from __future__ import annotations

import math

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
