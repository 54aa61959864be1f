"""One line of a roll-up: the whole, its parts, their difference, and what may have caused it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..core.gwp import GwpSet
from ..core.problems import Problem
from .project import LevelsProject, ReportedMass

OWN, ENTERPRISES, SHARE, ACTIVITY_SHARE, NOTHING = "inventory", "enterprises", "share", "activity_share", "notation"
BELOW, PERIMETER = "below", "perimeter"  # the sum of its own parts; net of a region inside its statistics


@dataclass(frozen=True, slots=True)
class Figure:
    """A part's figure of one line, tonnes of the gas; `how` is inventory, enterprises, share (of emissions),
    activity_share, notation, below (the sum of its own parts) or perimeter (net of a region inside its statistics).

    A notation key NO or NA says that there is nothing: a figure of zero, not a gap.
    """

    mass_t: float
    how: str
    illustrative: bool = False


@dataclass(frozen=True, slots=True)
class Cause:
    """A likely cause. `weight` 3: figures match, 2: consistent with what was declared, 1: possible only."""

    kind: str
    weight: int
    text: Problem
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line (category and gas) of one year: the whole, its parts, and the difference whole − parts."""

    year: int
    category: str
    gas: str
    whole_t: float
    parts: Mapping[str, Figure]
    missing: tuple[str, ...]
    gwp: GwpSet
    reports: tuple[ReportedMass, ...] = ()
    causes: tuple[Cause, ...] = ()

    @property
    def sum_t(self) -> float:
        return math.fsum(f.mass_t for f in self.parts.values())

    @property
    def shared_t(self) -> float:
        """Of the sum, what was only shared from above."""
        return math.fsum(f.mass_t for f in self.parts.values() if f.how in (SHARE, ACTIVITY_SHARE))

    @property
    def difference_t(self) -> float:
        return self.whole_t - self.sum_t

    @property
    def difference_co2e_t(self) -> float:
        return self.difference_t * self.gwp[self.gas]

    @property
    def relative(self) -> float:
        """Difference relative to the whole; infinite where only the parts have the line."""
        if self.whole_t:
            return self.difference_t / abs(self.whole_t)
        return 0.0 if not self.difference_t else math.copysign(math.inf, self.difference_t)

    @property
    def coverage(self) -> float:
        """Share of the parts that have a figure of their own."""
        own = sum(1 for f in self.parts.values() if f.how in (OWN, ENTERPRISES, NOTHING, BELOW, PERIMETER))
        return own / (len(self.parts) + len(self.missing)) if self.parts or self.missing else 0.0


def inside_of(levels: LevelsProject, parts: Iterable[str]) -> set[str]:
    """The parts with everything below them (a park in a city)."""
    wanted = set(parts)
    return wanted | {
        r.name for r in levels.tree.regions.values() if any(a.name in wanted for a in levels.tree.ancestors(r.name))
    }
