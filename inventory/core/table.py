"""One variable over its rows, and the flags that its figures carry."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .activity import Datum
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

    @property
    def index(self) -> dict[tuple[str, ...], int]:
        return {row: i for i, row in enumerate(self.rows)}

    @functools.cached_property
    def places(self) -> frozenset[tuple[str, str]]:
        """Region and year of every row."""
        return frozenset([(row[0], row[1]) for row in self.rows])


def flags_of(d: Datum) -> int:
    return (
        ({"示例": BIT["illustrative"], "估算": BIT["estimated"]}.get(d.data_kind, 0))
        | (BIT["derived"] if d.terms else 0)
        | (BIT["default-share"] if any(t.assumed for t in d.terms) else 0)
    )


def keys_text(item: Iterable[tuple[str, str]]) -> str:
    return "；".join(f"{k}={v}" for k, v in item)
