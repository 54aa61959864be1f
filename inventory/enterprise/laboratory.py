"""Laboratory results on one basis: as received, gases at 0 °C. The relations are declared in the edition's
`quality.toml`, written once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..core import equation, units
from ..core.edition import Edition
from ..core.problems import Collector
from .model import Lab, place

RECEIVED = ("", "收到基")
NEEDED = {"空干基": ("mt", "mad"), "干基": ("mt",), "干燥无灰基": ("mt", "ash")}


@dataclass(frozen=True, slots=True)
class LabResult:
    """One laboratory row as received: `ncv` in the fuel's heat unit, `per_heat` tC/GJ, `per_mass` tC/t or tC/万Nm3;
    None for what was not measured."""

    row: Lab
    ncv: float | None
    per_heat: float | None
    per_mass: float | None
    converted: bool = False


def declared(edition: Edition) -> Mapping[str, Any]:
    """The edition's relations between bases, and the reference states of gases."""
    return dict(edition.quality["laboratory"])


def relations_doubt(edition: Edition) -> str:
    """What a converted mean has to say of the relations: nobody has compared them with the print; else nothing."""
    return "（换算关系待核对）" if declared(edition)["standing"] == "unverified" else ""


def normal_state(edition: Edition) -> float:
    """Nm3 (0 °C) in one m3 (20 °C) at the same pressure."""
    gas = declared(edition)["gas"]
    return float(gas["normal_kelvin"] / gas["statistical_kelvin"])


def per_normal(unit: str, target: str, edition: Edition) -> tuple[float, bool]:
    """Factor from a unit to one with Nm3, and whether m3 at 20 °C was taken to 0 °C. Raises UnitError or DimensionError
    when it is neither."""
    try:
        return float(units.ratio(unit, target)), False
    except units.DimensionError:
        if "Nm3" in unit or not any(m in unit for m in ("m3", "m³", "立方米", "标方")):
            raise
        normal = unit.replace("m³", "m3").replace("立方米", "m3").replace("m3", "Nm3")
        state = normal_state(edition)
        above = "/" in unit and "m3" in unit.split("/", 1)[1].replace("m³", "m3").replace("立方米", "m3")
        return float(units.ratio(normal, target)) * (1 / state if above else state), True


def as_received(row: Lab, volume: bool, edition: Edition, problems: Collector) -> LabResult | None:
    """A row on one basis; None (told) when a unit is wrong or what the conversion needs is missing."""
    heat_unit, mass_unit = ("GJ/万Nm3", "tC/万Nm3") if volume else ("GJ/t", "tC/t")
    before = problems.count
    ncv = _ncv(row, heat_unit, edition, problems)
    per_heat = per_mass = None
    if row.carbon is not None:
        try:
            if units.same_dimension(row.carbon_unit, "tC/GJ"):
                per_heat = units.scaled(row.carbon, units.ratio(row.carbon_unit, "tC/GJ"))
            else:
                ratio, _ = per_normal(row.carbon_unit, mass_unit, edition)
                per_mass = _on_basis(
                    "carbon", row.carbon * ratio if ratio != 1 else row.carbon, row.carbon_basis, row, edition, problems
                )
        except (units.UnitError, units.DimensionError):
            problems.add("enterprise.lab_unit", place(row, "carbon_unit"), fuel=row.fuel, unit=row.carbon_unit or "—")
    converted = row.ncv_basis not in RECEIVED or row.carbon_basis not in RECEIVED
    return LabResult(row, ncv, per_heat, per_mass, converted) if problems.count == before else None


def _ncv(row: Lab, heat_unit: str, edition: Edition, problems: Collector) -> float | None:
    if row.ncv is None:
        return None
    try:
        ratio, _ = per_normal(row.ncv_unit or heat_unit, heat_unit, edition)
    except (units.UnitError, units.DimensionError):
        problems.add("enterprise.lab_unit", place(row, "ncv_unit"), fuel=row.fuel, unit=row.ncv_unit or "—")
        return None
    if row.ncv_basis in RECEIVED:
        return (
            units.scaled(row.ncv, units.ratio(row.ncv_unit or heat_unit, heat_unit))
            if units.same_dimension(row.ncv_unit or heat_unit, heat_unit)
            else row.ncv * ratio
        )
    per_kg = float(units.ratio("kJ/kg", "GJ/t"))
    converted = _on_basis("ncv", row.ncv * ratio / per_kg, row.ncv_basis, row, edition, problems)
    return None if converted is None else converted * per_kg


def _on_basis(kind: str, value: float, basis: str, row: Lab, edition: Edition, problems: Collector) -> float | None:
    if basis in RECEIVED:
        return value
    text = declared(edition)[kind].get(basis, "")
    missing = [name for name in NEEDED.get(basis, ()) if getattr(row, name) is None]
    if not text or missing:
        problems.add(
            "enterprise.lab_basis",
            place(row, f"{kind}_basis"),
            fuel=row.fuel,
            month=row.month,
            basis=basis,
            missing="、".join({"mt": "全水分Mt", "mad": "空干基水分Mad", "ash": "灰分A"}[m] for m in missing) or "—",
        )
        return None
    wrong = [name for name in NEEDED[basis] if not 0 <= getattr(row, name) < 100]
    if wrong:
        return None  # told as a percentage out of range
    return float(equation.evaluate(text, {"x": value, **{n: getattr(row, n) for n in NEEDED[basis]}}))


def estimated_ncv(row: Lab, edition: Edition) -> tuple[float, float] | None:
    """(NCV as received estimated from C, H, S, ash and moisture in GJ/t, tolerance); None when one of them is missing
    or carbon is per heat."""
    needed = (row.carbon, row.hydrogen, row.sulphur, row.ash, row.mt)
    if any(v is None for v in needed) or row.carbon_unit not in ("% C", "tC/t"):
        return None
    carbon = float(row.carbon or 0) * (100 if row.carbon_unit == "tC/t" else 1)
    bare = Collector()
    share = _on_basis("carbon", 1.0, row.carbon_basis, row, edition, bare)
    if share is None:
        return None
    mt, ash = float(row.mt or 0), float(row.ash or 0)
    ash_received = ash * (100 - mt) / 100 if row.carbon_basis == "干燥无灰基" else ash * share
    c, h, s = carbon * share, float(row.hydrogen or 0) * share, float(row.sulphur or 0) * share
    oxygen = max(100 - mt - ash_received - c - h - s, 0.0)  # with the little nitrogen
    body = declared(edition)["estimate"]
    estimate = equation.evaluate(body["ncv"], {"c": c, "h": h, "o": oxygen, "s": s, "mt": mt})
    return float(estimate) / 1000, float(body["tolerance"])
