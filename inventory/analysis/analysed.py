"""A ledger with what is computed of it for those that show it: workbook, printed set, report."""

from __future__ import annotations

from functools import cached_property

from inventory.core.edition import Edition
from inventory.core.ledger import Ledger
from inventory.uncertainty.approach1 import Approach1
from inventory.uncertainty.propagation import approach_1

from .indicators import Indicators, indicators
from .key_categories import KeyCategoryRanking, all_assessments
from .quality import Quality, check_quality


class Analysed:
    """Each is computed once, when it is first wanted. Raises `InventoryError` for statements about uncertainty that make
    no sense."""

    ledger: Ledger

    @property
    def edition(self) -> Edition:
        return self.ledger.edition

    @cached_property
    def uncertainty(self) -> Approach1:
        """Approach 1 with what the project states."""
        return approach_1(self.ledger)

    @cached_property
    def quality(self) -> Quality:
        """The quality log, with the project's answers."""
        return check_quality(self.ledger, uncertainty=self.uncertainty)

    @cached_property
    def rankings(self) -> tuple[KeyCategoryRanking, ...]:
        """Key categories by level and trend, both approaches."""
        return tuple(all_assessments(self.ledger, self.uncertainty))

    @cached_property
    def indicators(self) -> Indicators:
        return indicators(self.ledger)
