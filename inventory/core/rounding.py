"""The one rule of rounding: at output only, half away from zero, to a stated number of significant digits; totals add
unrounded figures.

Nothing that is computed further passes through here. Sheets keep every figure in full and round by their number format,
which rounds half away from zero too; texts and tables of the report are written with `shown`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

DIGITS = 5  # significant digits of the largest figure of a column
LEAST_DECIMALS, MOST_DECIMALS = 1, 8

STATEMENT = {
    "zh": f"取舍规则：只在输出时取舍，四舍五入（绝对值逢五进一）。计算所得的数，小数位数由该列最大的数（或该数本身）定，约{DIGITS}位有效数字，"
    f"至少{LEAST_DECIMALS}位小数；填报的数照录。合计由未取舍的数相加，因此可能与各项取舍后的数之和在末位上不一致。",
    "en": f"Rounding: at output only, half away from zero. Computed figures show about {DIGITS} significant "
    "digits of the largest figure of the "
    f"column (or of the figure itself), with at least {LEAST_DECIMALS} decimal; entered figures stand as "
    "entered. Totals add unrounded figures, so "
    "they may differ in the last digit from the sum of rounded parts.",
}


def _exact(value: float) -> Decimal:
    """The decimal a person sees for this double (its shortest form), not its binary expansion: 2.675 is a tie, as on a
    form."""
    if not math.isfinite(value):
        raise ValueError(f"{value!r} cannot be rounded")
    return Decimal(repr(float(value)))


def round_decimals(value: float, decimals: int) -> float:
    """`value` with `decimals` decimals (negative: tens, hundreds), half away from zero: 2.675 -> 2.68, -2.5 -> -3, 0.5
    -> 1."""
    return float(_quantized(value, decimals)) + 0.0  # no negative zero


def round_significant(value: float, digits: int = DIGITS) -> float:
    """`value` with `digits` significant digits, half away from zero. Raises ValueError for NaN, infinity and digits <
    1."""
    if digits < 1:
        raise ValueError(f"{digits} significant digits")
    exact = _exact(value)
    return 0.0 if exact == 0 else round_decimals(value, digits - 1 - exact.adjusted())


def column_decimals(values: Iterable[float], digits: int = DIGITS) -> int:
    """Decimals that show the largest of `values` with `digits` significant digits, between `LEAST_DECIMALS` and 8."""
    size = max((abs(v) for v in values), default=0.0)
    if size == 0:
        return LEAST_DECIMALS
    return min(MOST_DECIMALS, max(LEAST_DECIMALS, digits - 1 - _exact(size).adjusted()))


def shown(value: float, decimals: int) -> str:
    """The text of a figure: rounded half away from zero, thousands separated; a figure that rounds to nothing has no
    sign."""
    rounded = _quantized(value, decimals)
    return f"{abs(rounded) if rounded == 0 else rounded:,.{max(0, decimals)}f}"


def _quantized(value: float, decimals: int) -> Decimal:
    exact = _exact(value)
    if int(exact.as_tuple().exponent) >= -decimals:
        return exact  # nothing to round off; quantizing a huge figure would overflow the context
    unit = Decimal(1).scaleb(-decimals)
    return Decimal(0) if exact.adjusted() < -decimals - 1 else (exact / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit


def in_digits(value: float, digits: int = 6) -> str:
    """A figure for a sentence: thousands apart, `digits` significant ones, whole numbers whole, no power of ten unless
    it is minute (6860677.73 -> 6,860,678; 0.017412 -> 0.017412)."""
    if not math.isfinite(value) or value == 0 or abs(value) < 1e-5:
        return f"{value:.{digits}g}"
    places = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
