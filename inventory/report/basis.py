"""What all chapters of the report are made from: the ledger, its uncertainty, quality log, trends, and the words of one
language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ..analysis.analysed import Analysed
from ..analysis.key_categories import summary
from ..analysis.recalculation import Recalculation
from ..analysis.time_series import Trend, sectors, trend
from ..core.edition import Category
from ..core.ledger import Ledger, Line
from ..levels.scopes import Scopes
from ..sheets.model import Book
from ..texts import LIST
from ..uncertainty.results import MonteCarlo
from ..workbook.context import Filing
from ..workbook.texts import Words


@dataclass(frozen=True, slots=True)
class Views:
    """What else is known of the inventory. `scopes`: purchased energy by user, of the places that give it;
    `recalculation`: the comparison with the version before."""

    scopes: tuple[Scopes, ...] = ()
    recalculation: Recalculation | None = None


NO_VIEWS = Views()


@dataclass(frozen=True)
class Basis(Analysed):
    ledger: Ledger
    lang: str
    montecarlo: MonteCarlo | None = None
    views: Views = NO_VIEWS

    @property
    def scopes(self) -> tuple[Scopes, ...]:
        return self.views.scopes

    @cached_property
    def t(self) -> Words:
        return Words(self.lang)

    @cached_property
    def filing(self) -> Filing:
        """For the names of keys, regions and categories, as the workbook writes them."""
        return Filing(self.ledger, self.lang, Book("", self.lang), self.t)

    @cached_property
    def regions(self) -> tuple[str, ...]:
        return tuple(self.filing.regions())

    @cached_property
    def years(self) -> tuple[int, ...]:
        return tuple(self.filing.years())

    @cached_property
    def sectors(self) -> tuple[Category, ...]:
        """Sectors that have lines."""
        edition = self.ledger.edition
        used = {line.category for line in self.ledger.lines}
        return tuple(edition.categories[s] for s in sectors(edition) if used & edition.descendants(s))

    @cached_property
    def trends(self) -> dict[str, Trend]:
        counted = dict.fromkeys(line.region for line in self.ledger.lines if line.account == "total")
        return {r: trend(self.ledger, r) for r in self.regions if r in counted}

    @cached_property
    def key_categories(self) -> dict[tuple[str, str], tuple[str, ...]]:
        return summary(self.rankings)

    def lines(self, category: str = "", region: str = "", year: int = 0, gas: str = "") -> list[Line]:
        """Lines that count in the total."""
        return list(
            self.ledger.select(category=category or None, region=region or None, year=year or None, gas=gas or None)
        )

    def co2e_wan_t(self, lines: Iterable[Line]) -> float:
        return float(sum(self.ledger.co2e_t(line) for line in lines)) / 1e4

    def join(self, words: Iterable[str]) -> str:
        return LIST[self.lang].join(words)

    def region(self, region: str) -> str:
        return self.filing.value_label("region", region)
