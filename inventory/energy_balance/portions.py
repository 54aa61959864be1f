"""An amount of a balance table on its way to a quantity."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from .allocation import Used
from .table import BalanceCell

Places = dict[tuple[str, str], tuple[float, BalanceCell]]  # (row, fuel) -> amount and cell


@dataclass(frozen=True)
class NotEstimated:
    """Why an information item is not estimated, and the cell that shows it."""

    cell: BalanceCell
    missing: Mapping[str, str]


@dataclass(frozen=True)
class Portion:
    """An amount on its way: source terms (cell, sign), the fuel it now is, the keys set so far and the shares
    applied."""

    row: str
    column: str
    fuel: str
    terms: tuple[tuple[str, BalanceCell, int], ...]  # (row, cell, sign)
    keys: Mapping[str, str] = field(default_factory=dict)
    used: tuple[Used, ...] = ()

    def with_keys(self, keys: Mapping[str, str], fuel: str = "", used: tuple[Used, ...] = ()) -> Portion:
        """The same amount with further keys, another fuel, another share behind it."""
        return Portion(self.row, self.column, fuel or self.fuel, self.terms, {**self.keys, **keys}, (*self.used, *used))

    @property
    def amount(self) -> float:
        return math.fsum(sign * cell.value for _, cell, sign in self.terms) * math.prod(u.value for u in self.used)
