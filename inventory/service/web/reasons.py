"""Why is it this number: the tree behind a sum of ledger lines, of a report and of an inventory alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from inventory.core.ledger import Ledger


def tree_of(ledger: Ledger, lines: Sequence[int], title: str, lang: str) -> dict[str, Any]:
    """The explanation of these lines' sum in t CO2e as the pages open it. `lines`: positions in `Ledger.lines`."""
    from inventory.sheets.model import Book
    from inventory.workbook.context import Filing
    from inventory.workbook.texts import Words

    from ..page.reasons import Reasons

    maker = Reasons(Filing(ledger, lang, Book("", lang), Words(lang)))
    total = sum(float(ledger.co2e_t(ledger.lines[i])) for i in lines)
    return maker.sum(title, lines, total, "t CO2e", True).as_json(lang)
