"""Enthalpy of water and steam by IAPWS-97 (industrial formulation), for heat bought by temperature and pressure.

The figures come from pyXSteam: pure Python without dependencies, maintained, and it agrees with the verification tables of the release
(tests/test_enterprise_ledger.py holds them). iapws would bring scipy along, CoolProp and seuif97 compiled code, for one number.
No steam table is shipped: the one in public use is wrong from 2.5 MPa up.
"""

from __future__ import annotations

import functools
import math
from typing import Any

T_MIN, T_MAX, P_MIN, P_MAX = 0.0, 800.0, 0.000611213, 100.0  # ℃, MPa: regions 1 to 3 of the formulation


class SteamError(ValueError):
    """A state that the formulation does not cover, or that contradicts itself. The text is a code of the message catalogue."""


@functools.cache
def _tables() -> Any:
    from pyXSteam.XSteam import XSteam

    return XSteam(XSteam.UNIT_SYSTEM_BARE)  # MPa, K, kJ/kg


def saturation_temperature(pressure: float) -> float:
    """Saturation temperature in ℃ at an absolute pressure in MPa. Raises `SteamError` outside 611 Pa - 22.06 MPa."""
    if not P_MIN <= pressure <= 22.06:
        raise SteamError("pressure")
    return float(_tables().tsat_p(pressure)) - 273.15


def enthalpy(pressure: float | None, temperature: float | None, quality: float | None = None) -> float:
    """Specific enthalpy in kJ/kg from absolute pressure in MPa and temperature in ℃.

    Saturated steam takes one of the two and `quality` in % (dryness). Raises `SteamError` for an impossible state: code `incomplete`,
    `pressure`, `temperature`, `quality` or `saturated` (pressure and temperature lie on the saturation line: the dryness is needed).
    """
    if quality is not None:
        return _saturated(pressure, temperature, quality)
    if pressure is None or temperature is None:
        raise SteamError("incomplete")
    if not P_MIN <= pressure <= P_MAX:
        raise SteamError("pressure")
    if not T_MIN <= temperature <= T_MAX:
        raise SteamError("temperature")
    if pressure <= 22.06 and abs(temperature - saturation_temperature(pressure)) < 0.15:
        raise SteamError("saturated")
    return _finite(_tables().h_pt(pressure, temperature + 273.15))


def _saturated(pressure: float | None, temperature: float | None, quality: float) -> float:
    if not 0 <= quality <= 100:
        raise SteamError("quality")
    if pressure is None:
        if temperature is None or not T_MIN < temperature < 373.9:
            raise SteamError("temperature")
        pressure = float(_tables().psat_t(temperature + 273.15))
    elif temperature is not None and abs(temperature - saturation_temperature(pressure)) > 2:
        raise SteamError("not_saturated")
    if not P_MIN <= pressure <= 22.06:
        raise SteamError("pressure")
    liquid, vapour = float(_tables().hL_p(pressure)), float(_tables().hV_p(pressure))
    return _finite(liquid + (vapour - liquid) * quality / 100)


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise SteamError("temperature")
    return float(value)
