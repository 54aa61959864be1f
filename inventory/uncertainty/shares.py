"""Allocation shares as random variables: how the balance table's amounts were divided is an assumption, and its error
runs through many lines.

A set of shares that sums to one is drawn as weights over their sum: each part has a lognormal weight with the share as
its mean, so that the shares are logistic-normal, stay between 0 and 1 and sum to 1 in every draw. One set is one group
of variables wherever it was applied: rows, fuels and years that its scope covers move together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from inventory.core.activity import Datum
from inventory.core.ledger import Ledger
from inventory.core.problems import Origin
from inventory.energy_balance import balance_of
from inventory.energy_balance.shares import ShareSet


@dataclass(frozen=True, slots=True)
class SharePart:
    """One part of a set of shares: `name` is what identifies its variable."""

    name: str
    split: str
    scope: str
    part: str
    value: float
    data_kind: str
    source: str
    default: bool
    origin: Origin


@dataclass(frozen=True, slots=True)
class Piece:
    """One term of a derived datum: an amount before any share, and the parts (places in `ShareUse.parts`) that it was
    multiplied with."""

    amount: float
    parts: tuple[int, ...]


@dataclass(frozen=True)
class ShareUse:
    """Parts in use, the places of each set's parts, and by ledger datum (its place in `Ledger.data`) the pieces it is
    the sum of."""

    parts: tuple[SharePart, ...]
    sets: tuple[tuple[int, ...], ...]
    set_of: tuple[int, ...]
    pieces: Mapping[int, tuple[Piece, ...]]


NOTHING = ShareUse((), (), (), {})


def shares_of(ledger: Ledger, used: Iterable[int]) -> ShareUse:
    """The shares behind the data `used` (places in `Ledger.data`); sets of one part are certain and left out."""
    balance = balance_of(ledger.project)
    if balance is None:
        return NOTHING
    at = _derived(ledger, used)
    divided = balance.shares.divided
    placed: dict[tuple[str, str], dict[str, int]] = {}  # of each set in use: its parts by name
    listed: list[SharePart] = []
    pieces: dict[int, list[Piece]] = {}
    for allocation in balance.allocations:
        for line in allocation.lines:
            datum = at.get(_identity(allocation.data[line.datum])) if line.datum >= 0 else None
            if datum is None:
                continue
            before, chosen = line.amount, []
            for share in line.shares:
                which = share.split, share.scope
                if which not in divided:
                    continue
                if which not in placed:
                    placed[which] = _listed(which, divided[which], listed)
                chosen.append(placed[which][share.part])
                before /= share.value
            pieces.setdefault(datum, []).append(Piece(before, tuple(chosen)))
    moving = {d: tuple(p) for d, p in pieces.items() if any(x.parts for x in p) and sum(x.amount for x in p) != 0.0}
    sets = tuple(tuple(parts.values()) for parts in placed.values())
    owner = {n: k for k, g in enumerate(sets) for n in g}
    return ShareUse(tuple(listed), sets, tuple(owner[n] for n in range(len(listed))), moving)


def _derived(ledger: Ledger, used: Iterable[int]) -> dict[tuple[Any, ...], int]:
    """Those of the data `used` that were derived from others, by what identifies them."""
    made_of = {*ledger.data.terms, *ledger.data.untyped}
    rows = sorted(i for i in set(used) if i in made_of)
    data = ledger.data.take(np.array(rows, dtype=np.intp))
    return {_identity(d): i for i, d in zip(rows, data, strict=True) if d.terms}


def _listed(which: tuple[str, str], known: ShareSet, listed: list[SharePart]) -> dict[str, int]:
    """Puts all parts of a set on the list, also those that no line uses: they are drawn together. Their places by
    name."""
    places: dict[str, int] = {}
    for row in known.rows:
        if row.value and row.part not in places:
            places[row.part] = len(listed)
            split, scope = which
            name = f"share|{split}|{scope}|{row.part}"
            stated = row.value, row.data_kind, row.source
            listed.append(SharePart(name, split, scope, row.part, *stated, not known.own, row.origin))
    return places


def _identity(d: Datum) -> tuple[Any, ...]:
    return (d.region, d.year, d.quantity, d.item, d.value, d.unit)
