"""Figures that are well-formed but hardly true: a thousand times last year's, shares above 1, slips of 千, 万, 亿 and between t and 万t, named as such."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

from ..core import units
from ..core.activity import Datum
from ..core.declarations import Quantity
from ..core.edition import Edition
from ..core.problems import Collector

FAR = 10.0                        # so far outside the usual range before a slip is named
JUMP = 100.0                      # from one reported year to the next
SLIPS = {                         # power of ten -> what usually lies behind it
    2: {"zh": "百分数与小数混用（差100倍）", "en": "percent and fraction confused (factor 100)"},
    3: {"zh": "千克与吨、公顷与千公顷混用（差1000倍）", "en": "kg and t, or ha and 10^3 ha confused (factor 1000)"},
    4: {"zh": "单位差一个“万”（如 t 与 万t）", "en": "the unit is off by 万 (10^4, such as t and 万t)"},
    5: {"zh": "单位差十万倍", "en": "the unit is off by 10^5"},
    7: {"zh": "单位差一千万倍（如 千克 与 万吨）", "en": "the unit is off by 10^7 (kg and 万t)"},
    8: {"zh": "单位差一个“亿”", "en": "the unit is off by 亿 (10^8)"},
}


def check_plausible(data: Iterable[Datum], edition: Edition, problems: Collector) -> None:
    """Warnings about implausible figures. Looks at data only; never changes one."""
    series: dict[tuple, list[tuple[Datum, float]]] = {}
    for d in data:
        quantity = edition.declared.quantities.get(d.quantity)
        value = canonical(d, quantity) if quantity is not None else None
        if quantity is None or value is None:
            continue
        _share(d, quantity, value, problems)
        _outside(d, quantity, value, problems)
        if not d.terms:
            series.setdefault((d.region, d.quantity, d.item), []).append((d, value))
    for known in series.values():
        _jumps(sorted(known, key=lambda x: (x[0].year, x[1])), edition, problems)


def canonical(d: Datum, quantity: Quantity) -> float | None:
    """The value in the quantity's first unit; None when the unit measures something else."""
    try:
        return units.scaled(d.value, units.ratio(d.unit, quantity.unit[0]))
    except (units.UnitError, units.DimensionError):
        return None


def slip_of(ratio: float) -> dict[str, str]:
    """What a ratio near a power of ten usually means; empty texts when it means nothing in particular."""
    power = round(abs(math.log10(ratio)))
    near = abs(abs(math.log10(ratio)) - power) < 0.4
    return SLIPS[power] if near and power in SLIPS else {"zh": "", "en": ""}


def _jumps(known: list[tuple[Datum, float]], edition: Edition, problems: Collector) -> None:
    for (before, first), (after, second) in itertools.pairwise(known):
        if after.year == before.year or first * second <= 0:
            continue
        ratio = second / first
        if JUMP > ratio > 1 / JUMP:
            continue
        slip = slip_of(ratio)
        label = edition.declared.quantities[after.quantity].label
        times = f"{ratio:,.0f}" if ratio > 1 else f"1/{1 / ratio:,.0f}"
        problems.add("slip.jump_named" if slip["zh"] else "slip.jump", after.origin, label=label["zh"], label_en=label.get("en", label["zh"]), times=times,
                     value=f"{after.value:.10g} {after.unit}", year=after.year, before=f"{before.value:.10g} {before.unit}", before_year=before.year,
                     other=before.origin, slip=slip["zh"], slip_en=slip["en"])


def _share(d: Datum, quantity: Quantity, value: float, problems: Collector) -> None:
    """15 for 0.15: a share without unit above 1."""
    if quantity.max is not None and units.same_dimension(quantity.unit[0], "%") and d.unit.strip() not in ("%", "‰"):
        top = units.scaled(quantity.max, units.ratio(quantity.unit[0], "1"))
        if top < d.value <= 100 * top:
            problems.add("slip.share", d.origin, label=quantity.label["zh"], label_en=quantity.label.get("en", ""), value=f"{d.value:g}",
                         fraction=f"{d.value / 100:g}")


def _outside(d: Datum, quantity: Quantity, value: float, problems: Collector) -> None:
    """Outside the usual range, and a power of ten brings it in: say which slip that would be."""
    low, high = quantity.warn_min, quantity.warn_max
    percent = units.same_dimension(quantity.unit[0], "%")
    far = 1.0 if percent else FAR
    if value <= 0 or not ((high is not None and value > far * high) or (low is not None and value * far < low)):
        return
    for power in ((2,) if percent else (4, 3, 8, 7)):
        moved = value / 10**power if high is not None and value > high else value * 10**power
        if (high is None or moved <= high) and moved >= (low if low is not None else (high or 0) / 1e5):
            slip = SLIPS[power]
            shown = f"{d.value:.10g} {d.unit}".removesuffix(" 1")
            problems.add("slip.magnitude", d.origin, label=quantity.label["zh"], label_en=quantity.label.get("en", ""), value=shown, slip=slip["zh"],
                         slip_en=slip["en"], moved=f"{moved:.6g} {quantity.unit[0]}")
            return
