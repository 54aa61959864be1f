"""Sums that leave the circle of the reviewers: withheld where fewer than three firms stand behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

LEAST_FIRMS = 3


@dataclass(frozen=True, slots=True)
class PublishedSum:
    """One sum of a published table: firms behind it and the value in t CO2e (None: withheld)."""

    firms: int
    value: float | None


def suppressed(cells: Mapping[str, PublishedSum], least: int = LEAST_FIRMS) -> dict[str, PublishedSum]:
    """The same table with small cells withheld, and one more when a single withheld cell could be had by subtraction
    from the total."""
    hidden = {k for k, c in cells.items() if 0 < c.firms < least}
    shown = sorted((k for k, c in cells.items() if k not in hidden and c.firms > 0), key=lambda k: (cells[k].firms, k))
    if hidden and sum(cells[k].firms for k in hidden) < least and shown:
        hidden.add(shown[0])
    return {k: PublishedSum(c.firms, None) if k in hidden else c for k, c in cells.items()}


def total(cells: Iterable[PublishedSum]) -> float:
    return sum(c.value for c in cells if c.value is not None)
