"""International aviation and shipping as a cause of a difference: fuel of flights and ships abroad is an information item
outside the total, and one level may count it there while the other counts it as domestic."""

from __future__ import annotations

import math
from collections.abc import Iterator

from ..core.ledger import Ledger
from ..core.problems import problem
from .comparison import Cause, Comparison
from .lines import WholeAndParts

NEAR = 0.1  # the two sides agree within this


def bunker_causes(c: Comparison, level: WholeAndParts) -> Iterator[Cause]:
    """The line is domestic aviation or navigation and differs against its information item: what the parts have too
    much here they lack there, or the other way round. Supported where the signs agree, matching where the amounts
    do."""
    item = level.levels.edition.roles.bunkers.get(c.category)
    if item is None or not c.difference_t:
        return
    whole = _mass(level.ledgers.get(level.whole), level.whole, item, c)
    parts = {p: _mass(level.ledgers.get(p), p, item, c) for p in level.parts}
    apart = whole - math.fsum(parts.values())
    if not apart or apart * c.difference_t > 0:
        return  # both lines differ in the same direction: another cause
    fits = abs(apart + c.difference_t) <= NEAR * abs(c.difference_t)
    silent = [p for p in level.parts if c.parts.get(p) is not None and c.parts[p].mass_t and not parts[p]]
    yield Cause(
        "bunkers",
        3 if fits else 2,
        problem(
            "cause.bunkers_domestic" if apart > 0 else "cause.bunkers_abroad",
            category=level.levels.edition.label_of_category(c.category),
            item=f"{item} {level.levels.edition.label_of_category(item)}",
            amount=f"{abs(apart) / 1e4:,.4g}",
            whole=f"{whole / 1e4:,.4g}",
            parts=f"{math.fsum(parts.values()) / 1e4:,.4g}",
            regions="、".join(silent) or "—",
        ),
        tuple(silent),
    )


def _mass(ledger: Ledger | None, region: str, category: str, c: Comparison) -> float:
    """A region's information item of the line's year and gas, tonnes."""
    if ledger is None:
        return 0.0
    below = ledger.edition.descendants(category)
    return math.fsum(
        x.mass_t for x in ledger.lines if (x.region, x.year, x.gas) == (region, c.year, c.gas) and x.category in below
    )
