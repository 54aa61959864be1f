"""Enthalpy of water and steam by IAPWS-97 (industrial formulation), for heat bought by temperature and pressure.

The figures come from seuif97 (MIT, no dependencies), which agrees with the verification tables of the release
(tests/test_enterprise_ledger.py holds them). No steam table is shipped: the one in public use is wrong from 2.5 MPa up.
"""

from __future__ import annotations

import math

T_MIN, T_MAX, P_MIN, P_MAX = 0.0, 800.0, 0.000611213, 100.0  # ℃, MPa: regions 1 to 3 of the formulation


class SteamError(ValueError):
    """A state that the formulation does not cover, or that contradicts itself. The text is a code of the message
    catalogue."""


# MPa: nearer to the critical point the formulation's backward equations lose digits; no plant sells such steam
SATURATED_MAX = 21.0
ENTHALPY = 4  # seuif97's number of the property h, kJ/kg


def saturation_temperature(pressure: float) -> float:
    """Saturation temperature in ℃ at an absolute pressure in MPa. Raises `SteamError` outside 611 Pa - 22.06 MPa."""
    if not P_MIN <= pressure <= 22.06:
        raise SteamError("pressure")
    from seuif97 import px2t

    return float(px2t(pressure, 0))


def enthalpy(pressure: float | None, temperature: float | None, quality: float | None = None) -> float:
    """Specific enthalpy in kJ/kg from absolute pressure in MPa and temperature in ℃.

    Saturated steam takes one of the two and `quality` in % (dryness). Raises `SteamError` for an impossible state: code
    `incomplete`, `pressure`, `temperature`, `quality` or `saturated` (pressure and temperature lie on the saturation
    line: the dryness is needed).
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
    from seuif97 import pt

    return _finite(pt(pressure, temperature, ENTHALPY))


def _saturated(pressure: float | None, temperature: float | None, quality: float) -> float:
    if not 0 <= quality <= 100:
        raise SteamError("quality")
    from seuif97 import px, tx2p

    if pressure is None:
        if temperature is None or not T_MIN < temperature < 373.9:
            raise SteamError("temperature")
        pressure = float(tx2p(temperature, 0))
    elif temperature is not None and abs(temperature - saturation_temperature(pressure)) > 2:
        raise SteamError("not_saturated")
    if not P_MIN <= pressure <= SATURATED_MAX:
        raise SteamError("pressure")
    liquid, vapour = float(px(pressure, 0, ENTHALPY)), float(px(pressure, 1, ENTHALPY))
    return _finite(liquid + (vapour - liquid) * quality / 100)


def _finite(value: float) -> float:
    if not math.isfinite(value) or value <= -1000:  # seuif97 answers a state it does not cover with a code below -1000
        raise SteamError("temperature")
    return float(value)
