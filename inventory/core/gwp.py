"""Global warming potentials: one named set at a time, so that two sets can never meet in one total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .problems import InventoryError, problem


@dataclass(frozen=True)
class GwpSet:
    """GWP100 values (t CO2e per t of gas) of one report; `ids` and `standings` say where each value stands in the factor tables."""

    name: str
    values: Mapping[str, float]
    ids: Mapping[str, str] = field(default_factory=dict)
    standings: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, gas: str) -> float:
        try:
            return self.values[gas]
        except KeyError:
            raise InventoryError([problem("gwp.missing", gas=gas, set=self.name, known=", ".join(self.values))]) from None


class MixedGwpError(ValueError):
    """Two ledgers or figures under different GWP sets were to be added."""
