"""From what a person states about an input (a 95 % half-width, bounds, a kind) to a distribution with mean, standard
deviation and quantiles.

The stated value stays the point estimate. Which of its properties it is, is decided by the kind and said in `KINDS`;
where the mean of a distribution is not the value (asymmetric bounds, truncation), results show both the point estimate
and the Monte Carlo mean.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from inventory.core.problems import InventoryError, problem

from . import normal
from .normal import Z95

# kind -> spellings accepted in the column `distribution`
KINDS: dict[str, tuple[str, ...]] = {
    "normal": ("normal", "正态", "正态分布"),  # mean = value
    "lognormal": ("lognormal", "对数正态", "对数正态分布"),  # mean = value
    "triangular": ("triangular", "三角", "三角分布"),  # mode = value; bounds are limits
    "uniform": ("uniform", "均匀", "均匀分布"),  # bounds are limits; without bounds, value is the middle
    # the normal before truncation has its mean at the value
    "truncated": ("truncated", "truncated_normal", "truncnormal", "截断", "截断正态", "截断正态分布"),
    # median = value, bounds are the 2.5 % and 97.5 % points
    "asymmetric": ("asymmetric", "非对称", "两段正态"),
}
_SPELLINGS = {spelling: kind for kind, spellings in KINDS.items() for spelling in spellings}

# a normal wider than this reaches below zero too often (IPCC 2006: coefficient of variation above about 0.3)
LOGNORMAL_ABOVE_PCT = 60.0
# a limit closer than this many standard deviations truncates (0.13 % of the draws would lie beyond)
_REACH = 3.0
_ASYMMETRY = 0.05  # bounds whose arms differ by less than this part of the width count as symmetric
_UNIFORM_95 = 0.95  # 95 % half-width of a uniform variable per half range
_TRIANGLE_95 = 1.0 - math.sqrt(0.05)  # the same of a symmetric triangle


@dataclass(frozen=True, slots=True)
class Distribution:
    """One input's distribution, in the unit of the input.

    `half_width` is the 95 % half-width as approach 1 uses it (absolute; as stated where it was stated). `parameters`
    depend on the kind: normal (); lognormal (sigma, sign); triangular (low, mode, high); uniform (low, high); truncated
    (value, sd, p_low, p_high); asymmetric (value, sd_below, sd_above, p_low, p_high), p being the normal probabilities
    at the limits.
    """

    kind: str
    value: float
    mean: float
    sd: float
    half_width: float
    parameters: tuple[float, ...] = ()

    @property
    def relative_pct(self) -> float:
        """Half-width in percent of the value; infinite for an uncertain zero."""
        return 100.0 * self.half_width / abs(self.value) if self.value else math.inf

    @property
    def shape(self) -> tuple[Any, ...]:
        """What the standardised variable looks like: inputs of one stream and one shape have the same deviates."""
        if self.kind == "lognormal":
            return (self.kind, *(round(v, 12) for v in self.parameters))
        if self.kind == "triangular":
            low, mode, high = self.parameters
            return (self.kind, round((mode - low) / (high - low), 12))
        if self.kind == "truncated":
            return (self.kind, *(round(v, 12) for v in self.parameters[2:]))
        if self.kind == "asymmetric":
            _, below, above, p_low, p_high = self.parameters
            return (self.kind, *(round(v, 12) for v in (below / (below + above), p_low, p_high)))
        return (self.kind,)

    def quantile(self, p: Any) -> NDArray[np.float64]:
        """The values below which lie the probabilities `p` (array, strictly inside 0 and 1)."""
        p = np.asarray(p, np.float64)
        if self.kind == "triangular":
            low, mode, high = self.parameters
            bend = (mode - low) / (high - low)
            left = low + np.sqrt(p * (high - low) * (mode - low))
            right = high - np.sqrt((1.0 - p) * (high - low) * (high - mode))
            return np.where(p < bend, left, right)  # type: ignore[no-any-return]
        if self.kind == "uniform":
            low, high = self.parameters
            return low + p * (high - low)  # type: ignore[no-any-return]
        if self.kind == "truncated":
            value, sd, p_low, p_high = self.parameters
            return value + sd * normal.inverse(p_low + p * (p_high - p_low))
        if self.kind == "asymmetric":
            value, below, above, p_low, p_high = self.parameters
            inner = np.where(p < 0.5, p_low + 2.0 * p * (0.5 - p_low), 0.5 + (2.0 * p - 1.0) * (p_high - 0.5))
            z = normal.inverse(inner)
            return value + z * np.where(p < 0.5, below, above)
        return self._at_deviates(normal.inverse(p))

    def _at_deviates(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """The values of a normal or lognormal variable at standard normal deviates."""
        if self.kind == "lognormal":
            sigma, sign = self.parameters
            return self.mean * np.exp(sign * sigma * z - 0.5 * sigma * sigma)
        return self.mean + self.sd * z

    def interval(self) -> tuple[float, float]:
        """The 2.5 % and 97.5 % points."""
        low, high = self.quantile(np.array([0.025, 0.975]))
        return float(low), float(high)


Limits = tuple[float | None, float | None]  # smallest and largest value that an input can have


def kind_of(text: str) -> str:
    """The kind a spelling stands for; "" stays "". Raises `InventoryError` for an unknown spelling."""
    text = text.strip().lower()
    if text and text not in _SPELLINGS:
        raise _wrong(
            "uncertainty.unknown_kind",
            found=text,
            known="、".join(s[-2] if len(s) > 2 else s[-1] for s in KINDS.values()),
        )
    return _SPELLINGS[text] if text else ""


def distribution(
    value: float,
    *,
    uncertainty: float | None = None,
    lower: float | None = None,
    upper: float | None = None,
    kind: str = "",
    limits: Limits = (None, None),
) -> Distribution | None:
    """The distribution of an input, or None when nothing about its uncertainty is stated (unknown, which is not the
    same as certain).

    uncertainty: relative 95 % half-width in percent (0: certain). lower, upper: bounds in the input's unit, the 2.5 %
    and 97.5 % points, or the limits for triangular and uniform; they come before `uncertainty` when both are given.
    kind: a spelling of `KINDS`, "" to choose: normal, lognormal above 60 %, truncated where a hard limit (`limits`: smallest,
    largest) is near, asymmetric for unequal bounds. Raises `InventoryError` with what is wrong.
    """
    required = kind_of(kind)
    _refuse(value, uncertainty, lower, upper)
    if lower is not None and upper is not None:
        return _from_bounds(value, lower, upper, required, *limits)
    if lower is not None or upper is not None:
        raise _wrong("uncertainty.one_bound", found=lower if lower is not None else upper)
    if uncertainty is None:
        return None
    return _from_half_width(value, abs(value) * uncertainty / 100.0, required, *limits)


def _refuse(value: float, uncertainty: float | None, lower: float | None, upper: float | None) -> None:
    for number in (value, uncertainty, lower, upper):
        if number is not None and not math.isfinite(number):
            raise _wrong("uncertainty.not_finite", found=number)
    if uncertainty is not None and uncertainty < 0:
        raise _wrong("uncertainty.negative", found=uncertainty)
    if lower is not None and upper is not None and not lower <= value <= upper:
        raise _wrong("uncertainty.bounds_order", lower=lower, value=value, upper=upper)


def _from_half_width(
    value: float, half: float, kind: str, minimum: float | None, maximum: float | None
) -> Distribution:
    if half == 0.0:
        return Distribution("normal", value, value, 0.0, 0.0)
    if kind == "uniform":
        reach = half / _UNIFORM_95
        return _uniform(value, value - reach, value + reach)
    if kind == "triangular":
        reach = half / _TRIANGLE_95
        return _triangular(value, value - reach, value + reach)
    sd = half / Z95
    wide = 100.0 * half > LOGNORMAL_ABOVE_PCT * abs(value) and _one_sided(value, minimum, maximum)
    if kind == "lognormal" or (kind == "" and wide):
        candidate = _lognormal(value, math.sqrt(math.log1p((sd / value) ** 2)), half)
        if kind or _inside(candidate, minimum, maximum):
            return candidate
    if kind == "truncated" or (kind in ("", "normal") and _near_limit(value, sd, minimum, maximum)):
        return _truncated(value, sd, half, minimum, maximum)
    return Distribution("normal", value, value, sd, half)


def _from_bounds(
    value: float, lower: float, upper: float, kind: str, minimum: float | None, maximum: float | None
) -> Distribution:
    half = (upper - lower) / 2.0
    if half == 0.0:
        return Distribution("normal", value, value, 0.0, 0.0)
    if kind == "uniform":
        return _uniform(value, lower, upper)
    if kind == "triangular":
        return _triangular(value, lower, upper)
    if kind == "lognormal":
        if lower * upper <= 0:
            raise _wrong("uncertainty.lognormal_sign", lower=lower, upper=upper)
        return _lognormal(value, abs(math.log(upper / lower)) / (2.0 * Z95), half)
    even = abs((upper - value) - (value - lower)) <= _ASYMMETRY * (upper - lower)
    if kind in ("normal", "truncated") or (kind == "" and even):
        return _from_half_width(
            value, half, kind or ("" if not _one_sided(value, minimum, maximum) else "normal"), minimum, maximum
        )
    return _asymmetric(value, (value - lower) / Z95, (upper - value) / Z95, half, minimum, maximum)


def _uniform(value: float, low: float, high: float) -> Distribution:
    reach = (high - low) / 2.0
    return Distribution("uniform", value, (low + high) / 2.0, reach / math.sqrt(3.0), _UNIFORM_95 * reach, (low, high))


def _triangular(value: float, low: float, high: float) -> Distribution:
    variance = (low * low + high * high + value * value - low * high - low * value - high * value) / 18.0
    plain = Distribution("triangular", value, (low + high + value) / 3.0, math.sqrt(variance), 0.0, (low, value, high))
    a, b = plain.interval()
    return Distribution("triangular", value, plain.mean, plain.sd, (b - a) / 2.0, plain.parameters)


def _lognormal(value: float, sigma: float, half: float) -> Distribution:
    if value == 0.0:
        raise _wrong("uncertainty.lognormal_zero")
    return Distribution(
        "lognormal",
        value,
        value,
        abs(value) * math.sqrt(math.expm1(sigma * sigma)),
        half,
        (sigma, math.copysign(1.0, value)),
    )


def _truncated(value: float, sd: float, half: float, minimum: float | None, maximum: float | None) -> Distribution:
    """Normal with its mean at the value, cut at the limits; mean and variance by the usual formulas of the truncated
    normal."""
    if (minimum is not None and value < minimum) or (maximum is not None and value > maximum):
        raise _wrong("uncertainty.outside_limits", value=value, minimum=_limit(minimum), maximum=_limit(maximum))
    low = -math.inf if minimum is None else (minimum - value) / sd
    high = math.inf if maximum is None else (maximum - value) / sd
    p_low, p_high = normal.cumulative(low), normal.cumulative(high)
    mass = p_high - p_low
    shift = (normal.density(low) - normal.density(high)) / mass
    edges = (_edge(low) - _edge(high)) / mass
    spread = math.sqrt(1.0 + edges - shift * shift)
    return Distribution("truncated", value, value + sd * shift, sd * spread, half, (value, sd, p_low, p_high))


def _asymmetric(
    value: float, below: float, above: float, half: float, minimum: float | None, maximum: float | None
) -> Distribution:
    """Two half normals that meet at the value, half of the probability on either side, each cut at its limit."""
    low = math.inf if minimum is None or below == 0.0 else (value - minimum) / below
    high = math.inf if maximum is None or above == 0.0 else (maximum - value) / above
    if low < 0.0 or high < 0.0:
        raise _wrong("uncertainty.outside_limits", value=value, minimum=_limit(minimum), maximum=_limit(maximum))
    first_low, second_low = _half_normal(low)
    first_high, second_high = _half_normal(high)
    shift = 0.5 * (above * first_high - below * first_low)
    square = 0.5 * (above * above * second_high + below * below * second_low)
    return Distribution(
        "asymmetric",
        value,
        value + shift,
        math.sqrt(square - shift * shift),
        half,
        (value, below, above, normal.cumulative(-low), normal.cumulative(high)),
    )


def _half_normal(end: float) -> tuple[float, float]:
    """First and second moment of |z| cut at `end`. A side that lies wholly on the limit (end 0) has no spread."""
    mass = normal.cumulative(end) - 0.5
    if mass <= 0.0:
        return 0.0, 0.0
    return (normal.density(0.0) - normal.density(end)) / mass, 1.0 - (
        end * normal.density(end) if math.isfinite(end) else 0.0
    ) / mass


def _edge(z: float) -> float:
    return z * normal.density(z) if math.isfinite(z) else 0.0


def _one_sided(value: float, minimum: float | None, maximum: float | None) -> bool:
    """True when the input cannot change its sign."""
    return (value > 0 and minimum is not None and minimum >= 0) or (value < 0 and maximum is not None and maximum <= 0)


def _near_limit(value: float, sd: float, minimum: float | None, maximum: float | None) -> bool:
    return (minimum is not None and value - _REACH * sd < minimum) or (
        maximum is not None and value + _REACH * sd > maximum
    )


_ENDS = normal.inverse(np.array([0.001, 0.999]))


def _inside(candidate: Distribution, minimum: float | None, maximum: float | None) -> bool:
    """Whether nearly all of a lognormal variable lies within the limits."""
    low, high = candidate._at_deviates(_ENDS)
    return (minimum is None or low >= minimum) and (maximum is None or high <= maximum)


def _limit(limit: float | None) -> str:
    return "–" if limit is None else f"{limit:g}"


def _wrong(code: str, **facts: object) -> InventoryError:
    return InventoryError([problem(code, None, **facts)])
