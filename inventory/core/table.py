"""One variable over its rows, and the flags that its figures carry."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from .columns import ActivityColumns
from .datum import Datum, Term
from .ledger import FloatArray, IntArray

# one bit a flag: what a line inherits from its inputs
FLAGS = (
    "illustrative",
    "estimated",
    "fallback",
    "unverified",
    "conflict",
    "provincial",
    "measured",
    "default-zero",
    "derived",
    "default-share",
)

BIT = {name: 1 << i for i, name in enumerate(FLAGS)}


@dataclass(frozen=True)
class VariableTable:
    """One variable over its rows: key tuples (region, year, …), values in printed units, and where each value comes
    from."""

    keys: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    values: FloatArray
    units: tuple[str, ...]
    refs: IntArray
    flags: IntArray

    def keeping(self, keep: Sequence[bool]) -> VariableTable | None:
        """The rows where `keep` is true; None when there are none, the table itself when there are all."""
        if all(keep):
            return self
        at = [i for i, kept in enumerate(keep) if kept]
        if not at:
            return None
        return VariableTable(
            self.keys,
            tuple(self.rows[i] for i in at),
            self.values[at],
            tuple(self.units[i] for i in at),
            self.refs[at],
            self.flags[at],
        )

    @functools.cached_property
    def index(self) -> dict[tuple[str, ...], int]:
        return {row: i for i, row in enumerate(self.rows)}

    @functools.cached_property
    def places(self) -> frozenset[tuple[str, str]]:
        """Region and year of every row."""
        return frozenset([(row[0], row[1]) for row in self.rows])


_OF_KIND = {"示例": BIT["illustrative"], "估算": BIT["estimated"]}


def flags_of(d: Datum) -> int:
    return _OF_KIND.get(d.data_kind, 0) | _of_terms(d.terms)


def flags_of_rows(data: ActivityColumns) -> IntArray:
    """`flags_of` every row."""
    flags: IntArray = data.per_provenance(lambda p: _OF_KIND.get(p.data_kind, 0), np.intp)
    for i, terms in data.terms.items():
        flags[i] |= _of_terms(terms)
    return flags


def _of_terms(terms: tuple[Term, ...]) -> int:
    return (BIT["derived"] if terms else 0) | (BIT["default-share"] if any(t.assumed for t in terms) else 0)


def keys_text(item: Iterable[tuple[str, str]]) -> str:
    return "；".join(f"{k}={v}" for k, v in item)
