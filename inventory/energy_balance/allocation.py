"""What a balance table becomes: activity data, and the list of lines that says where every amount went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..core.activity import Datum, Notation
from ..core.problems import Origin, Problem


@dataclass(frozen=True, slots=True)
class Used:
    """A share that was applied: split, part, value, and where it comes from."""

    split: str
    part: str
    value: float
    source: str
    data_kind: str
    note: str
    origin: Origin
    default: bool = False
    refine: bool = False
    scope: str = ""


@dataclass(frozen=True, slots=True)
class AllocationLine:
    """One line of the allocation list: amount = sign × cell × shares. `quantity` is empty where the cell is not
    counted, and `reason` says why.

    `stage`: use (sectoral approach), boiler (N2O of power boilers), supply (reference approach, electricity).
    `cell_value` is the compiled figure of the cell; a deduction has the cell that is deducted and a negative amount;
    what is not counted keeps the printed sign. `datum` is the index into `Allocation.data`, -1 when not counted.
    """

    region: str
    year: int
    stage: str
    row: str
    column: str
    fuel: str
    cell_value: float
    amount: float
    unit: str
    rule: str
    quantity: str
    item: tuple[tuple[str, str], ...]
    shares: tuple[Used, ...]
    reason: Mapping[str, str]
    standing: str
    source: str
    origin: Origin
    datum: int = -1

    @property
    def counted(self) -> bool:
        return bool(self.quantity)


@dataclass(frozen=True)
class Allocation:
    """What a table became: activity data, the full list of lines, and what was found wrong."""

    data: tuple[Datum, ...]
    lines: tuple[AllocationLine, ...]
    problems: tuple[Problem, ...] = ()
    notations: tuple[Notation, ...] = ()
