"""The declared default shares an inventory rests on, the one that could change the total most first."""

from __future__ import annotations

from dataclasses import dataclass

from ..analysis.default_shares import DefaultShare, default_shares
from ..core.ledger import Ledger


@dataclass(frozen=True, slots=True)
class SharesRequest:
    """A ledger; `least`: leave out splits whose other parts change no total by that many t CO2e and book no more CO2
    than that."""

    ledger: Ledger
    least: float = 0.0


@dataclass(frozen=True, slots=True)
class SharesResult:
    """Shares that rest on a default, in the order in which finding out pays."""

    shares: tuple[DefaultShare, ...]


def shares_to_refine(request: SharesRequest) -> SharesResult:
    """What to find out first about the balance table; empty where every share is the province's own."""
    weighty = (s for s in default_shares(request.ledger) if max(abs(s.change_t), abs(s.co2_t)) >= request.least)
    return SharesResult(tuple(weighty))
