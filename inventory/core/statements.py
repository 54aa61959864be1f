"""What a project states about uncertainty and answers to findings: `uncertainty.csv` and `answers.csv` as frozen
values."""

from __future__ import annotations

from dataclasses import dataclass

from .problems import Origin

ANYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Assumption:
    """An uncertainty for every input that fits, or (`applies_to` set) the choice of a named set of published ranges.

    `uncertainty` is a relative 95 % half-width in percent, None to state `shared_over` only: keys, such as year, over
    which the error of activity data is one and the same. `basis` says whose statement it is: project, or the name of a
    set.
    """

    applies_to: str
    name: str = ""
    categories: tuple[str, ...] = ()
    gas: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    uncertainty: float | None = None
    distribution: str = ""
    shared_over: tuple[str, ...] = ()
    source: str = ""
    note: str = ""
    basis: str = "project"
    origin: Origin = Origin()

    @property
    def closeness(self) -> int:
        """How narrowly it is meant: the narrowest that fits an input is taken."""
        depth = max((c.count(".") + 1 for c in self.categories), default=0)
        return 100 * bool(self.name) + 10 * len(self.keys) + 10 * bool(self.gas) + depth


@dataclass(frozen=True, slots=True)
class FindingAnswer:
    """What the compiler says to a finding: why it is right as it is, or what was done. `place` `*` answers a check
    wherever it finds something."""

    check: str
    place: str
    answer: str
    name: str
    date: str
    origin: Origin = Origin()
