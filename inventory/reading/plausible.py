"""Figures that are well-formed but hardly true: a thousand times last year's, shares above 1, slips of 千, 万, 亿 and
between t and 万t, named as such."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from ..core import units
from ..core.activity import Datum
from ..core.declarations import Quantity
from ..core.edition import Edition
from ..core.problems import Collector
from ..core.questions import FACT, PLAUSIBLE, item_text, question
from .row import Series

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


def check_plausible(data: Iterable[Datum], edition: Edition, problems: Collector) -> None:
    """Warnings about implausible figures. Looks at data only; never changes one."""
    look = Plausibility(edition, problems)
    look.take(data)
    look.finish()


class Plausibility:
    """The same for data that come in portions: `take` each, then `finish`."""

    def __init__(self, edition: Edition, problems: Collector) -> None:
        self._edition, self._problems = edition, problems
        self._series: dict[tuple[Any, ...], list[tuple[int, float, Datum]]] = {}
        self._limits: dict[tuple[str, str], _Limits | None] = {}

    def take(self, data: Iterable[Datum]) -> None:
        """Look at each figure by itself, and keep it for the comparison between years."""
        before: tuple[Any, ...] = (None, None, None, None)
        known: list[tuple[int, float, Datum]] = []
        limit: _Limits | None = None
        for d in data:
            here = (d.region, d.quantity, d.item, d.unit)
            if here != before:
                before = here
                limit = self._limit(d)
                known = self._series.setdefault(here[:3], [])
            if limit is None:
                continue
            value = d.value if limit.ratio is None else units.scaled(d.value, limit.ratio)
            if not limit.low <= value <= limit.high:
                _outside(d, limit.quantity, value, self._problems)
            if d.value > limit.top:
                _share(d, limit.quantity, self._problems)
            if not d.terms:
                known.append((d.year, value, d))

    def take_rows(self, rows: Sequence[Series], data: Sequence[Datum]) -> None:
        """The same for rows as they were read, `data` being their figures in order: a row within the limits is looked at
        as a whole."""
        at = 0
        for row in rows:
            mine = data[at : at + len(row.values)]
            at += len(row.values)
            limit = self._limit(mine[0]) if mine else None
            if limit is None:
                continue
            values = row.values if limit.ratio is None else [units.scaled(v, limit.ratio) for v in row.values]
            if not (limit.low <= min(values) and max(values) <= limit.high and max(row.values) <= limit.top):
                self.take(mine)
                continue
            known = self._series.setdefault((row.region, row.quantity, row.item), [])
            known.extend(zip(row.years, values, mine, strict=True))

    def _limit(self, d: Datum) -> _Limits | None:
        if (d.quantity, d.unit) not in self._limits:
            self._limits[d.quantity, d.unit] = _limits_of(d, self._edition)
        return self._limits[d.quantity, d.unit]

    def finish(self) -> None:
        """Compare each figure with that of the year before, now that all are known."""
        for known in self._series.values():
            if len(known) > 1:
                _jumps(sorted(known, key=itemgetter(0, 1)), self._edition, self._problems)


class _Limits(NamedTuple):
    """What a figure of one quantity and unit is held against; `ratio` is None where the unit is the quantity's own,
    `top` infinite for what is no share."""

    quantity: Quantity
    ratio: Fraction | None
    low: float
    high: float
    top: float


def _limits_of(d: Datum, edition: Edition) -> _Limits | None:
    quantity = edition.declared.quantities.get(d.quantity)
    if quantity is None or canonical(d, quantity) is None:
        return None
    ratio = units.ratio(d.unit, quantity.unit[0])
    top = math.inf
    if quantity.max is not None and units.same_dimension(quantity.unit[0], "%") and d.unit.strip() not in ("%", "‰"):
        top = units.scaled(quantity.max, units.ratio(quantity.unit[0], "1"))
    return _Limits(
        quantity,
        None if ratio == 1 else ratio,
        -math.inf if quantity.warn_min is None else quantity.warn_min,
        math.inf if quantity.warn_max is None else quantity.warn_max,
        top,
    )


def canonical(d: Datum, quantity: Quantity) -> float | None:
    """The value in the quantity's first unit; None when the unit measures something else."""
    try:
        return units.scaled(d.value, units.ratio(d.unit, quantity.unit[0]))
    except (units.UnitError, units.DimensionError):
        return None


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


def _jumps(known: list[tuple[int, float, Datum]], edition: Edition, problems: Collector) -> None:
    for (year, first, before), (next_year, second, after) in itertools.pairwise(known):
        if 0 < first * 0.011 < second < first * 99.0 or year == next_year or first * second <= 0:
            continue  # nearly always the first
        ratio = min(max(second / first, 1e-99), 1e99)  # a figure of 1e-320 must not make it nothing or infinite
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
