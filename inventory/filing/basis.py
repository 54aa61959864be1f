"""What all pages of the printed set are made from: one region of a ledger, its years, its report lines, and what others
computed of it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from ..analysis.analysed import Analysed
from ..analysis.key_categories import KeyCategoryRanking
from ..analysis.report_lines import Lines, Selection, TableLine, report_tables
from ..analysis.time_series import is_lucf, sectors
from ..core.edition import Category
from ..core.ledger import Ledger
from ..sheets.english import dictionary
from ..sheets.table import At
from .words import FilingWords, chinese, own_english

if TYPE_CHECKING:
    from ..analysis.recalculation import Recalculation
    from ..uncertainty.results import MonteCarlo

WAN = 1e4
GWP_ACROSS = 3  # gases beside each other in the table of GWP values


@dataclass
class FilingBasis(Analysed):
    """One region's filing. `letters` fills as pages use flags: flag -> letter of the column of notes."""

    ledger: Ledger
    region: str
    lang: str
    montecarlo: MonteCarlo | None = None
    recalculation: Recalculation | None = None  # against the version before, where one is given
    letters: dict[str, str] = field(default_factory=dict)

    @cached_property
    def t(self) -> FilingWords:
        return FilingWords(self.lang)

    @cached_property
    def years(self) -> list[int]:
        return sorted({line.year for line in self.ledger.lines if line.region == self.region})

    @cached_property
    def place(self) -> str:
        """The region's full name: 江苏省; in English the name of the vocabulary."""
        return self.edition.full_name_of_region(self.region, self.lang)

    @cached_property
    def tables(self) -> dict[str, list[TableLine]]:
        return report_tables(self.ledger)

    @cached_property
    def selection(self) -> Selection:
        return Selection(self.ledger)

    @cached_property
    def assessments(self) -> tuple[KeyCategoryRanking, ...]:
        return tuple(a for a in self.rankings if a.region == self.region)

    @cached_property
    def sectors(self) -> list[Category]:
        return [self.edition.categories[s] for s in sectors(self.edition)]

    def is_lucf(self, sector: str) -> bool:
        return is_lucf(self.edition, sector)

    @cached_property
    def illustrative(self) -> int:
        return sum(d.data_kind == "示例" for d in self.ledger.data if d.region == self.region)

    @cached_property
    def organisation(self) -> str:
        return next((self.name(s.organisation) for s in self.ledger.project.signatures if s.organisation), "")

    @cached_property
    def archive_code(self) -> str:
        return self.ledger.project.archive_code

    @cached_property
    def gwp_gases(self) -> list[str]:
        """Gases in use that have a GWP, the three common ones first."""
        used, order = {x.gas for x in self.ledger.lines}, self.edition.roles.gases
        known = [g for g in self.ledger.gwp.values if g in used]
        return sorted(known, key=lambda g: (order.index(g) if g in order else len(order), g))

    def gwp_at(self, gas: str) -> At:
        """The cell of the book that holds a gas's GWP."""
        n = self.gwp_gases.index(gas)
        return At("gwp", str(n // GWP_ACROSS), f"v{n % GWP_ACROSS}")

    def label(self, category: str) -> str:
        return self.edition.label_of_category(category, self.lang)

    def word(self, key: str, value: str) -> str:
        """A key's value as it is read in the language of the book."""
        result = self.edition.word(key, value)
        return result.label_en if self.lang == "en" and result is not None and result.label_en else value

    def given(self, text: str) -> str:
        """What a person typed, or the program for them: in an English book its English (`中文 / English`, words of the
        edition, reasons of the program), else a word that it stands in the Chinese book."""
        if self.lang == "zh" or not chinese(text):
            return text
        words = dictionary(self.edition)
        known = own_english(text) or words.english(text) or words.within(self.t.reason(text) or text)
        return known if not chinese(known) else self.t("given.chinese")

    def name(self, text: str) -> str:
        """The name of a person or authority; in an English book left open for writing where only its Chinese is
        known."""
        return text if self.lang == "zh" or not chinese(text) else own_english(text)

    def notes(self, lines: Iterable[int]) -> str:
        """Letters of the flags of some ledger lines, in the order of the legend."""
        flags = {flag for i in lines for flag in self.ledger.lines[i].flags}
        return "".join(sorted(self.letters[f] for f in flags))

    def number_letters(self) -> None:
        """Give every flag in use its letter, in the order of the words."""
        used = {flag for line in self.ledger.lines if line.region == self.region for flag in line.flags}
        known = [flag for flag in self.t.group("letter") if flag in used]
        for n, flag in enumerate([*known, *sorted(used - set(known))]):
            self.letters[flag] = chr(ord("a") + n)

    def wan(self, lines: Lines) -> float:
        """10⁴ t CO2e of ledger lines."""
        return self.selection.value_t(lines, True) / WAN

    def total(self, year: int, with_lucf: bool) -> float:
        below = {c for s in self.sectors if with_lucf or not self.is_lucf(s.id) for c in self.edition.descendants(s.id)}
        ledger = self.ledger
        return (
            math.fsum(
                ledger.co2e_t(x)
                for x in ledger.lines
                if (x.region, x.year, x.account) == (self.region, year, "total") and x.category in below
            )
            / WAN
        )

    @cached_property
    def gaps(self) -> list[tuple[int, str, str]]:
        """(year, category, gas) of the guideline that should be estimated and have no figure, or not all the figures it
        needs; information items aside."""
        return [
            (s.year, s.category, s.gas)
            for year in self.years
            for s in self.selection.statuses(self.region, year)
            if s.state in ("missing", "incomplete") and not self.edition.categories[s.category].memo
        ]
