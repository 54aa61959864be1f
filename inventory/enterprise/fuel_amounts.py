"""Which data of a report stand for fuel burnt, and how much."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..core import units
from .filed_model import FiledDatum

FUEL_QUANTITIES = (
    "fuel_consumption",
    "fuel_measured",
    "coal_with_ash",
    "gas_with_composition",
    "fuel_part_fossil",
    "aviation_fuel",
)
# land transport: traffic, and what it takes
FUEL_PER = {"transport_turnover": "fuel_per_turnover", "fleet_distance": "fuel_per_distance"}


def fuel_amounts(data: Sequence[FiledDatum]) -> Iterator[tuple[FiledDatum, float, str]]:
    """Every datum that stands for fuel burnt, with the amount in t or 万Nm3: as filed, or traffic times the fuel it
    takes (land transport)."""
    rates = {(d.quantity, d.keys): d for d in data}
    for d in data:
        if d.quantity in FUEL_QUANTITIES:
            yield d, d.value, d.unit
        rate = rates.get((FUEL_PER.get(d.quantity, ""), d.keys))
        if rate is not None:
            unit = "万Nm3" if rate.unit.startswith("Nm3") else "t"
            scale = units.parse(d.unit) * units.parse(rate.unit)
            yield d, d.value * rate.value * float(scale.scale / units.parse(unit).scale), unit
