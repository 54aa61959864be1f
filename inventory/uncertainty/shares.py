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

from inventory.core.activity import Datum
from inventory.core.ledger import Ledger
from inventory.core.problems import Origin
from inventory.energy_balance import balance_of


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
    required = set(used)
    at = {_identity(d): i for i, d in enumerate(ledger.data) if i in required and d.terms}
    whole = {(s.split, str(s.scope)): s for s in balance.shares.sets if len([r for r in s.rows if r.value]) > 1}
    parts: dict[tuple[str, str, str], int] = {}
    listed: list[SharePart] = []
    pieces: dict[int, list[Piece]] = {}
    for allocation in balance.allocations:
        for line in allocation.lines:
            datum = at.get(_identity(allocation.data[line.datum])) if line.datum >= 0 else None
            if datum is None:
                continue
            before, chosen = line.amount, []
            for share in line.shares:
                known = whole.get((share.split, share.scope))
                if known is None:
                    continue
                for row in known.rows:  # all parts of the set are drawn, also those that no line uses
                    key = (known.split, str(known.scope), row.part)
                    if row.value and key not in parts:
                        parts[key] = len(listed)
                        listed.append(
                            SharePart(
                                f"share|{'|'.join(key)}",
                                *key,
                                row.value,
                                row.data_kind,
                                row.source,
                                not known.own,
                                row.origin,
                            )
                        )
                chosen.append(parts[share.split, share.scope, share.part])
                before /= share.value
            pieces.setdefault(datum, []).append(Piece(before, tuple(chosen)))
    moving = {d: tuple(p) for d, p in pieces.items() if any(x.parts for x in p) and sum(x.amount for x in p) != 0.0}
    groups: dict[tuple[str, str], list[int]] = {}
    for (split, scope, _), n in parts.items():
        groups.setdefault((split, scope), []).append(n)
    sets = tuple(tuple(g) for g in groups.values())
    owner = {n: k for k, g in enumerate(sets) for n in g}
    return ShareUse(tuple(listed), sets, tuple(owner[n] for n in range(len(listed))), moving)


def _identity(d: Datum) -> tuple[Any, ...]:
    return (d.region, d.year, d.quantity, d.item, d.value, d.unit)
