"""What the chain of factors gives: a figure with its standing, or what is missing; results of steps that stand in for a
figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .problems import Origin

Keys = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A factor in use: the figure with everything a reviewer asks for. `keys` are those of the row that was taken."""

    id: str
    parameter: str
    gas: str
    keys: Keys
    value: float
    unit: str
    step: str
    reason: Mapping[str, str]
    standing: str
    role: str
    table: str
    source: str
    note: str
    lower: float | None = None
    upper: float | None = None
    uncertainty: float | None = None
    distribution: str = ""
    checked_by: str = ""
    checked_date: str = ""
    origin: Origin = Origin()
    computed: tuple[str, str, int] | None = None  # (method, step, row) of the step table whose result this is


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Nothing (or too much) at the end of the chain. `candidates` are the ids that were looked at and had no figure, or
    that tie."""

    parameter: str
    gas: str
    keys: Keys
    ambiguous: bool
    candidates: tuple[str, ...]
    notes: tuple[str, ...]
    forbidden: str = ""  # id of the fallback that --no-fallback ruled out


@dataclass(frozen=True)
class Published:
    """Results of a step that fallbacks may name: keys, rows, values and unit of its table, and each row's standing."""

    keys: tuple[str, ...]
    rows: Mapping[tuple[str, ...], int]
    values: tuple[float, ...]
    unit: str
    standings: tuple[str, ...]
