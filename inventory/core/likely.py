"""The likely cause of a figure that is off by a known ratio: a slip of 万 or 亿, kcal for kJ, carbon for CO2, % for a
fraction, 亩 for 公顷 …

One list for both products: own factors against the values they replace, activity data against their usual range or last
year's figure, an enterprise's figure against what its own arithmetic gives. The texts stand in `messages/likely.toml`;
nothing is corrected here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from . import units
from .problems import problem

# 1 cal (International Table) in J, molar mass ratios, 亩 in a hectare, GJ in a tce: what people mix up, not factors of
# any emission
CALORIE = 4.1868
CARBON_DIOXIDE = 44 / 12
NITROUS_OXIDE = 44 / 28
METHANE = 16 / 12
MU = 15.0
COAL_EQUIVALENT = 29.3076
KILOWATT_HOUR = 3.6

COARSE = 0.3  # a reference that is uncertain by more than this can only show powers of ten
# ratios near 1, and months or days for a year, are only told against a reference that is known this well
PRECISE = 0.02


@dataclass(frozen=True, slots=True)
class LikelyCause:
    """What usually lies behind `value = ratio × reference`; `corrected` is the value with the slip taken back, in the
    unit of the value."""

    code: str
    ratio: float
    corrected: float

    @property
    def text(self) -> Mapping[str, str]:
        """The cause in words, as a fact of a message in both languages."""
        message = problem(f"likely.{self.code}", times=f"{10 ** abs(round(math.log10(self.ratio))):,}")
        return {"zh": message.part("what", "zh"), "en": message.part("what", "en")}


@dataclass(frozen=True, slots=True)
class _Slip:
    """A ratio with the dimensions it belongs to: a unit that has one of `dims`; () any unit; `share` only for what has
    no dimension."""

    code: str
    ratio: float
    dims: tuple[str, ...] = ()
    only: str = ""
    precise: bool = False


_MASS, _AREA, _SHARE = "mass", "area", "share"

_SLIPS = (
    _Slip("fraction_as_percent", 0.01, only=_SHARE),
    _Slip("percent_as_fraction", 100.0, only=_SHARE),
    _Slip("kg_as_t", 1e3, only=_MASS),
    _Slip("t_as_kg", 1e-3, only=_MASS),
    _Slip("ha_as_kha", 1e3, only=_AREA),
    _Slip("kha_as_ha", 1e-3, only=_AREA),
    _Slip("wan_missing", 1e-4),
    _Slip("wan_twice", 1e4),
    _Slip("yi_missing", 1e-8),
    _Slip("yi_twice", 1e8),
    _Slip("kg_as_wan_t", 1e7, only=_MASS),
    _Slip("wan_t_as_kg", 1e-7, only=_MASS),
    *(_Slip("power_large", 10.0**n) for n in (1, 2, 3, 5, 6, 7)),
    *(_Slip("power_small", 10.0**-n) for n in (1, 2, 3, 5, 6, 7)),
    _Slip("kcal_as_kj", 1 / CALORIE, ("J",)),
    _Slip("kj_as_kcal", CALORIE, ("J",)),
    _Slip("kcal_per_kg_as_gj_per_t", 1e3 / CALORIE, ("J",)),
    _Slip("kcal_per_kg_as_gj_per_t_inverse", CALORIE / 1e3, ("J",)),
    _Slip("kwh_as_mj", 1 / KILOWATT_HOUR, ("J",)),
    _Slip("mj_as_kwh", KILOWATT_HOUR, ("J",)),
    _Slip("gj_as_tce", COAL_EQUIVALENT, ("J",)),
    _Slip("tce_as_gj", 1 / COAL_EQUIVALENT, ("J",)),
    _Slip("co2_as_c", CARBON_DIOXIDE, ("C", "CO2")),
    _Slip("c_as_co2", 1 / CARBON_DIOXIDE, ("C", "CO2")),
    _Slip("n2o_as_n", NITROUS_OXIDE, ("N", "N2O")),
    _Slip("n_as_n2o", 1 / NITROUS_OXIDE, ("N", "N2O")),
    _Slip("ch4_as_c", METHANE, ("CH4",)),
    _Slip("c_as_ch4", 1 / METHANE, ("CH4",)),
    *(_Slip("co2e_as_gas", gwp, ("CH4",)) for gwp in (21.0, 25.0, 28.0)),
    *(_Slip("co2e_as_gas", gwp, ("N2O",)) for gwp in (310.0, 298.0, 265.0)),
    _Slip("mu_as_ha", MU, ("m",)),
    _Slip("ha_as_mu", 1 / MU, ("m",)),
    _Slip("jin_as_kg", 2.0, only=_MASS),
    _Slip("kg_as_jin", 0.5, only=_MASS),
    _Slip("month_as_year", 1 / 12, precise=True),
    _Slip("year_as_month", 12.0, precise=True),
    _Slip("day_as_year", 1 / 365, precise=True),
    _Slip("year_as_day", 365.0, precise=True),
    _Slip("tce_as_raw_coal", 0.7143, only=_MASS, precise=True),
    _Slip("raw_coal_as_tce", 1 / 0.7143, only=_MASS, precise=True),
)


def likely_cause(value: float, reference: float, unit: str = "", spread: float = 0.1) -> LikelyCause | None:
    """The slip that best explains `value / reference`, both in `unit`; None when none does, or when the two agree.

    Parameters: `unit` decides which slips are possible (empty or unknown: all); `spread` is how far the reference
    itself may be off (0.1: by a tenth; above 0.3 only powers of ten are told, since nothing finer can be seen).
    """
    if not (value and reference and math.isfinite(value) and math.isfinite(reference)) or value * reference < 0:
        return None
    ratio, near = value / reference, math.log1p(spread)
    if not math.isfinite(ratio) or ratio <= 0 or abs(math.log(ratio)) <= near:
        return None
    fits = [(abs(math.log(ratio / slip.ratio)), i, slip) for i, slip in enumerate(_possible(unit, spread))]
    fits = [f for f in fits if f[0] <= near + 1e-12]
    if not fits:
        return None
    least = min(f[0] for f in fits)
    _, _, best = min((f for f in fits if f[0] <= least + 1e-9), key=lambda f: f[1])
    return LikelyCause(best.code, best.ratio, value / best.ratio)


def _possible(unit: str, spread: float) -> list[_Slip]:
    """Slips that can happen with a unit, the specific before the general."""
    kind, dims = _kind(unit)
    tens = [s for s in _SLIPS if not s.precise and abs(math.log10(s.ratio) - round(math.log10(s.ratio))) < 1e-12]
    pool = _SLIPS if spread <= COARSE else tens
    return [
        s
        for s in pool
        if (not s.only or not unit or s.only == kind)
        and (not s.dims or not unit or dims & set(s.dims))
        and (not s.precise or spread <= PRECISE)
    ]


def _kind(unit: str) -> tuple[str, frozenset[str]]:
    try:
        dimension = units.parse(unit).dims
    except units.UnitError:
        return "", frozenset()
    dims = dict(dimension)
    names = frozenset(dims)
    if not dims:
        return _SHARE, names
    if dims.get("kg") == 1 and set(dims.values()) == {1} and not names & {"J", "m"}:
        return _MASS, names
    return _AREA if dims == {"m": 2} else "", names
