"""The order of rows: the vocabulary's order for known words, numbers by size, other text by itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from .declarations import Quantity
from .edition import Edition

Item = tuple[tuple[str, str], ...]


class KeyOrder:
    """Sort keys: the vocabulary's order for known words, numbers by size, other text by itself."""

    def __init__(self, edition: Edition) -> None:
        self.rank = {key: {value: i for i, value in enumerate(words)} for key, words in edition.vocabulary.items()}
        self.rank["category"] = {value: i for i, value in enumerate(edition.categories)}
        self.quantity = {name: i for i, name in enumerate(edition.declared.quantities)}
        self._words: dict[str, _Ranks] = {}

    def word(self, key: str, value: str) -> tuple[int, float, str]:
        return self.words(key)[value]

    def words(self, key: str) -> Mapping[str, tuple[int, float, str]]:
        """Places of the words of a key, filled as they are met."""
        known = self._words.get(key)
        if known is None:
            known = self._words[key] = _Ranks(lambda value: self._word(key, value))
        return known

    def _word(self, key: str, value: str) -> tuple[int, float, str]:
        known = self.rank.get(key, {}).get(value)
        if known is not None:
            return (0, known, "")
        try:
            return (
                (1, float(value), value) if value and value.isascii() and math.isfinite(float(value)) else (2, 0, value)
            )
        except ValueError:
            return (2, 0, value)

    def row(self, keys: tuple[str, ...], row: tuple[str, ...]) -> tuple[Any, ...]:
        return tuple([self.words(k)[v] for k, v in zip(keys, row, strict=True)])

    def rows(self, keys: tuple[str, ...]) -> Callable[[tuple[str, ...]], tuple[Any, ...]]:
        """`row` for many rows with the same keys."""
        ranks = [self.words(k) for k in keys]
        return lambda row: tuple([rank[value] for rank, value in zip(ranks, row, strict=True)])

    def of_item(self, name: str, item: Item, quantity: Quantity) -> tuple[Any, ...]:
        """The place of a quantity (by its declared order) and its keys."""
        have = dict(item)
        keys = (*quantity.all_keys, *sorted(set(have) - set(quantity.all_keys)))
        place = tuple([self.word(k, have.get(k, "")) for k in keys])
        return (self.quantity.get(name, -1), place)


class _Ranks(dict[str, tuple[int, float, str]]):
    """Places by word, worked out when first asked for."""

    def __init__(self, place: Callable[[str], tuple[int, float, str]]) -> None:
        super().__init__()
        self._place = place

    def __missing__(self, value: str) -> tuple[int, float, str]:
        return self.setdefault(value, self._place(value))
