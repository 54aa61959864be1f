"""Figures that are well-formed but hardly true: a thousand times last year's, shares above 1, slips of 千, 万, 亿 and
between t and 万t, named as such."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ..core import units
from ..core.activity import Datum
from ..core.columns import ActivityColumns, ActivitySubject
from ..core.declarations import Quantity
from ..core.edition import Edition
from ..core.ledger import FloatArray, IntArray
from ..core.problems import Collector
from ..core.questions import FACT, PLAUSIBLE, item_text, question

FAR = 10.0  # so far outside the usual range before a slip is named
JUMP = 100.0  # from one reported year to the next
NO_SLIP = {"zh": "", "en": ""}
PERCENT = {"zh": "百分数与小数混用（差100倍）", "en": "percent and fraction were confused (factor 100)"}
TEN_THOUSAND = {"zh": "单位差一个“万”", "en": "the unit is off by 万 (10^4)"}
HUNDRED_MILLION = {"zh": "单位差一个“亿”", "en": "the unit is off by 亿 (10^8)"}
PAIRS = {"mass": "t", "area": "公顷", "energy": "TJ", "volume": "m3"}
NAMED: dict[str, dict[int, dict[str, str]]] = {  # kind of quantity -> power of ten -> what usually lies behind it
    "mass": {
        3: {"zh": "千克与吨混用（差1000倍）", "en": "kg and t were confused (factor 1000)"},
        4: {"zh": "单位差一个“万”（t 与 万t）", "en": "the unit is off by 万 (10^4, t and 万t)"},
        7: {"zh": "单位差一千万倍（千克与万吨）", "en": "the unit is off by 10^7 (kg and 万t)"},
    },
    "area": {
        3: {"zh": "公顷与千公顷混用（差1000倍）", "en": "ha and 10^3 ha were confused (factor 1000)"},
        4: {
            "zh": "单位差一个“万”（公顷与万公顷，或平方米与公顷）",
            "en": "the unit is off by 万 (10^4: ha and 万ha, or m2 and ha)",
        },
    },
    "energy": {
        3: {"zh": "GJ 与 TJ 一类单位混用（差1000倍）", "en": "units such as GJ and TJ were confused (factor 1000)"}
    },
    "volume": {
        4: {
            "zh": "单位差一个“万”（立方米与万立方米，或万立方米与亿立方米）",
            "en": "the unit is off by 万 (10^4: m3, 万m3 or 亿m3)",
        }
    },
}


def check_plausible(data: ActivityColumns, edition: Edition, problems: Collector) -> None:
    """Warnings about implausible figures: each by itself, then against that of the year before. Looks at data only;
    never changes one."""
    if not len(data):
        return
    known = [_limits_of(s, edition) for s in data.subjects]
    limits = np.array([NOT_COMPARED if k is None else k.numbers for k in known], dtype=float)[data.subject]
    with np.errstate(all="ignore"):
        values = data.value * limits[:, 0] / limits[:, 1]
        outside = ~((values >= limits[:, 2]) & (values <= limits[:, 3]))
        above = data.value > limits[:, 4]
    compared = np.array([k is not None for k in known], dtype=np.bool_)[data.subject]
    for i in np.flatnonzero(compared & (outside | above)).tolist():
        quantity = edition.declared.quantities[data[i].quantity]
        if outside[i]:
            _outside(data[i], quantity, float(values[i]), problems)
        if above[i]:
            _share(data[i], quantity, problems)
    compared[list(data.terms)] = False
    _jumps(data, values, np.flatnonzero(compared), edition, problems)


class _Limits(NamedTuple):
    """What a figure of one quantity and unit is held against: numerator and denominator of its conversion to the
    quantity's own unit; low and high; what a share cannot be above, infinite for what is no share."""

    numerator: float
    denominator: float
    low: float
    high: float
    top: float

    @property
    def numbers(self) -> tuple[float, ...]:
        return tuple(self)


NOT_COMPARED = (1.0, 1.0, -math.inf, math.inf, math.inf)


def _limits_of(s: ActivitySubject, edition: Edition) -> _Limits | None:
    """None where nothing is known of the quantity, or its unit measures something else."""
    quantity = edition.declared.quantities.get(s.quantity)
    if quantity is None:
        return None
    try:
        ratio = units.ratio(s.unit, quantity.unit[0])
    except (units.UnitError, units.DimensionError):
        return None
    top = math.inf
    if quantity.max is not None and units.same_dimension(quantity.unit[0], "%") and s.unit.strip() not in ("%", "‰"):
        top = units.scaled(quantity.max, units.ratio(quantity.unit[0], "1"))
    return _Limits(
        float(ratio.numerator),
        float(ratio.denominator),
        -math.inf if quantity.warn_min is None else quantity.warn_min,
        math.inf if quantity.warn_max is None else quantity.warn_max,
        top,
    )


def slip_of(ratio: float, quantity: Quantity) -> Mapping[str, str]:
    """What a ratio near a power of ten usually means for this quantity; empty texts when it means nothing in
    particular."""
    power = round(abs(math.log10(ratio)))
    near = abs(abs(math.log10(ratio)) - power) < 0.4
    return slips_of(quantity).get(power, NO_SLIP) if near else NO_SLIP


@lru_cache(maxsize=4096)
def _slips(unit: str) -> tuple[tuple[int, Mapping[str, str]], ...]:
    """The slips that can happen with a unit: a share is taken for a percentage, a mass for kilograms; never the other
    way round."""
    if units.same_dimension(unit, "%"):
        return ((2, PERCENT),)
    kind = next((k for k, of in PAIRS.items() if units.same_dimension(unit, of)), "")
    return tuple(sorted({4: TEN_THOUSAND, 8: HUNDRED_MILLION, **NAMED.get(kind, {})}.items()))


def slips_of(quantity: Quantity) -> dict[int, Mapping[str, str]]:
    """Power of ten -> what usually lies behind it, for the quantity's unit."""
    return dict(_slips(quantity.unit[0]))


def _jumps(data: ActivityColumns, values: FloatArray, rows: IntArray, edition: Edition, problems: Collector) -> None:
    """Figures of these rows against that of the year before, in the same unit."""
    number: dict[tuple[str, object], int] = {}
    series = np.array([number.setdefault(s[:2], len(number)) for s in data.subjects], dtype=np.int64)
    key = data.region[rows].astype(np.int64) * (len(number) + 1) + series[data.subject[rows]]
    order = np.lexsort((values[rows], data.year[rows], key))
    rows, key = rows[order], key[order]
    first, second = values[rows[:-1]], values[rows[1:]]
    with np.errstate(all="ignore"):
        usual = (first * 0.011 > 0) & (first * 0.011 < second) & (second < first * 99.0)  # nearly always the first
        new = (key[1:] == key[:-1]) & (data.year[rows[1:]] != data.year[rows[:-1]]) & (first * second > 0)
    for n in np.flatnonzero(new & ~usual).tolist():
        before, after = data[int(rows[n])], data[int(rows[n + 1])]
        # a figure of 1e-320 must not make it nothing or infinite
        ratio = min(max(float(second[n]) / float(first[n]), 1e-99), 1e99)
        if JUMP > ratio > 1 / JUMP:
            continue
        quantity = edition.declared.quantities[after.quantity]
        slip = slip_of(ratio, quantity)
        times = f"{ratio:,.0f}" if ratio > 1 else f"1/{1 / ratio:,.0f}"
        problems.add(
            "slip.jump_named" if slip["zh"] else "slip.jump",
            after.origin,
            label=quantity.label,
            times=times,
            value=f"{after.value:.10g} {after.unit}",
            year=after.year,
            before=f"{before.value:.10g} {before.unit}",
            before_year=before.year,
            other=before.origin,
            slip=slip,
            **{FACT: _question(after)},
        )


def _question(d: Datum) -> str:
    return question(PLAUSIBLE, d.region, d.year, d.quantity, item_text(d.item))


def _share(d: Datum, quantity: Quantity, problems: Collector) -> None:
    """15 for 0.15: a share without unit above 1."""
    top = units.scaled(quantity.max or 0.0, units.ratio(quantity.unit[0], "1"))
    if top < d.value <= 100 * top:
        problems.add(
            "slip.share",
            d.origin,
            label=quantity.label,
            value=f"{d.value:g}",
            fraction=f"{d.value / 100:g}",
            **{FACT: _question(d)},
        )


def _outside(d: Datum, quantity: Quantity, value: float, problems: Collector) -> None:
    """Outside the usual range, and a power of ten brings it in: say which slip that would be."""
    low, high = quantity.warn_min, quantity.warn_max
    percent = units.same_dimension(quantity.unit[0], "%")
    far = 1.0 if percent else FAR
    if value <= 0 or not ((high is not None and value > far * high) or (low is not None and value * far < low)):
        return
    slips = slips_of(quantity)
    for power in (p for p in (2, 4, 3, 8, 7) if p in slips):
        moved = value / 10**power if high is not None and value > high else value * 10**power
        if (high is None or moved <= high) and moved >= (low if low is not None else (high or 0) / 1e5):
            slip = slips[power]
            shown = f"{d.value:.10g} {d.unit}".removesuffix(" 1")
            problems.add(
                "slip.magnitude",
                d.origin,
                label=quantity.label,
                value=shown,
                slip=slip,
                moved=f"{moved:.6g} {quantity.unit[0]}",
                **{FACT: _question(d)},
            )
            return
