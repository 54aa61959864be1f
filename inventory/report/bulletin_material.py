"""The material of a yearly bulletin: one region and year of a ledger with what is known beside it."""

from __future__ import annotations

from dataclasses import dataclass

from ..analysis.time_series import is_lucf, sectors
from ..core.completeness import state_of
from ..core.edition import Category
from ..core.gases import group_of
from ..core.ledger import Ledger
from ..core.rounding import shown
from .basis import Basis
from .region_sections import PolicyMaterial


@dataclass(frozen=True)
class Bulletin:
    """What a bulletin is made of: one region and year of a ledger, the year before it that was compiled (0: none), and
    what is known beside the inventory."""

    basis: Basis
    region: str
    year: int
    before: int
    material: PolicyMaterial = PolicyMaterial()

    @property
    def ledger(self) -> Ledger:
        return self.basis.ledger

    @property
    def large(self) -> bool:
        """Whether figures stand in 亿吨: a total of 10⁸ t and more."""
        return self.total(self.year, with_lucf=False) >= 1e4

    def amount(self, wan_t: float) -> str:
        """A figure of the text: 亿吨 with two decimals, or 万吨 with one."""
        return shown(wan_t / 1e4, 2) if self.large else shown(wan_t, 1)

    @property
    def unit(self) -> str:
        return self.basis.t("bulletin.unit_large" if self.large else "bulletin.unit_small")

    @property
    def place(self) -> str:
        """江苏省; in English the name of the vocabulary."""
        return self.ledger.edition.full_name_of_region(self.region, self.basis.lang)

    @property
    def sectors(self) -> tuple[Category, ...]:
        """Every sector of the edition, with lines or without."""
        edition = self.ledger.edition
        return tuple(edition.categories[s] for s in sectors(edition))

    def missing(self, year: int) -> int:
        """Lines of the guideline that count and have neither figure nor notation key."""
        return state_of(self.ledger).summary(self.region, year)["missing"]

    def figure(self, year: int, sector: str) -> float | str:
        """A sector's sum in 10^4 t CO2e, or its notation key where it has no line: NO where that was said of all of it,
        else NE."""
        edition = self.ledger.edition
        below = edition.descendants(sector)
        if any(x.category in below for x in self.basis.lines(sector, self.region, year)):
            return self.total(year, sector=sector)
        keys = {
            n.key
            for n in self.ledger.project.notations
            if (n.region, n.year) == (self.region, year) and n.category in below and not n.gas
        }
        return next(iter(keys)) if len(keys) == 1 else "NE"

    def total(self, year: int, with_lucf: bool = True, gas: str = "", sector: str = "") -> float:
        """Sum in 10^4 t CO2e; `gas` is a group of gases."""
        b = self.basis
        lucf = frozenset().union(
            *(b.ledger.edition.descendants(s.id) for s in b.sectors if is_lucf(b.ledger.edition, s.id))
        )
        lines = [
            x
            for x in b.lines(sector, self.region, year)
            if (with_lucf or x.category not in lucf) and (not gas or group_of(x.gas) == gas)
        ]
        return b.co2e_wan_t(lines)
