"""The English of the words in a table of results, in columns of its own: columns and words that programs join on stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..core.ledger import RESULT_COLUMNS, Ledger
from .english import dictionary

LABEL_COLUMNS = ("region_en", "category_en", "item_en", "method_en")


def labelled(ledger: Ledger) -> Iterator[tuple[Any, ...]]:
    """The rows of `Ledger.records` with the English of region, category, item and method behind them."""
    edition = ledger.edition
    words, methods = dictionary(edition), edition.declared.methods
    places = [RESULT_COLUMNS.index(c) for c in ("region", "category", "item", "method")]
    for record in ledger.records():
        region, category, item, method = (str(record[n]) for n in places)
        named = methods[method].label.get("en", method) if method in methods else method
        labels = (edition.label_of_region(region, "en"), edition.label_of_category(category, "en"))
        yield (*record, *labels, words.within(item), named)
