"""Sums that leave the circle of the reviewers: withheld where fewer than three firms stand behind them, or behind
anything that adding and subtracting published sums can give: parts of a total, tables crossed with each other, sums
accepted with sums submitted, a publication with the one before it."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

LEAST_FIRMS = 3
EPSILON = 1e-7
Part = tuple[str, ...]  # one figure of one firm: the firm, then what tells its figures apart


@dataclass(frozen=True, slots=True)
class PublishedSum:
    """One sum of a published table: firms behind it and the value in t CO2e (None: withheld)."""

    firms: int
    value: float | None


@dataclass(frozen=True, slots=True)
class CandidateSum:
    """A sum that may be published. `parts`: the figures that it adds up. `rank`: of several sums that give a firm away
    together, one of the highest rank is withheld, of equal rank the one with the fewest firms."""

    parts: frozenset[Part]
    rank: int = 0

    @property
    def firms(self) -> int:
        return len({p[0] for p in self.parts})


@dataclass(frozen=True, slots=True)
class Leak:
    """Firms whose figures a combination of sums gives, and the rows of the sums it takes."""

    firms: frozenset[str]
    rows: tuple[int, ...]


def withheld(sums: Sequence[CandidateSum], known: Iterable[frozenset[Part]] = ()) -> frozenset[int]:
    """Positions of the sums that must not be published. `known`: the parts of sums published before, which nobody can
    take back; what those alone give away is not counted against the new ones.

    Afterwards no sum of multiples of the published sums rests on one or two firms. A correction of a firm's figure is
    no new firm: the corrected sum may be published."""
    hidden = {i for i, s in enumerate(sums) if 0 < s.firms < LEAST_FIRMS}
    before = tuple(dict.fromkeys(p for p in known if p))
    spent: set[frozenset[str]] = set()
    while True:
        # a sum that was published before tells nothing new
        shown = [i for i, s in enumerate(sums) if i not in hidden and s.parts and s.parts not in before]
        leaks = [x for x in Combinations([*before, *(sums[i].parts for i in shown)]).leaks() if x.firms not in spent]
        if not leaks:
            return frozenset(hidden)
        for leak in leaks:
            rows = [shown[r - len(before)] for r in leak.rows if r >= len(before)]
            if not rows:
                spent.add(leak.firms)
            elif not hidden.intersection(rows):
                hidden.add(max(rows, key=lambda i: (sums[i].rank, -sums[i].firms, i)))


class Combinations:
    """What adding and subtracting of sums can give. A row for each sum, a column for each kind of figures that enter
    the same sums, with the firms they belong to; figures that always go together cannot be told apart."""

    def __init__(self, rows: Sequence[frozenset[Part]]) -> None:
        self.rows = rows
        entering: dict[Part, list[int]] = defaultdict(list)
        for number, parts in enumerate(rows):
            for part in parts:
                entering[part].append(number)
        counted = Counter(tuple(x) for x in entering.values())
        self.columns = sorted(counted)
        self.weights = np.sqrt([counted[c] for c in self.columns])
        place = {c: i for i, c in enumerate(self.columns)}
        self.firms: list[set[str]] = [set() for _ in self.columns]
        for part, numbers in entering.items():
            self.firms[place[tuple(numbers)]].add(part[0])

    @cached_property
    def _matrix(self) -> NDArray[np.float64]:
        matrix = np.zeros((len(self.rows), len(self.columns)))
        for column, numbers in enumerate(self.columns):
            matrix[list(numbers), column] = self.weights[column]
        return matrix

    def leaks(self) -> Iterator[Leak]:
        """Combinations that rest on one or two firms: vectors of the row space that are zero outside the columns of
        those firms. Such a vector exists where the projection on the row space, cut to these columns, leaves one
        unchanged."""
        if not self.columns or not any(len(f) < LEAST_FIRMS for f in self.firms):
            return
        squares, left = np.linalg.eigh(self._matrix @ self._matrix.T)  # rows are few, columns many
        kept = squares > 1e-9 * squares[-1]
        left, values = left[:, kept], np.sqrt(squares[kept])
        right = (left / values).T @ self._matrix
        for firms, columns in self._few(right):
            size, vectors = np.linalg.eigh(right[:, columns].T @ right[:, columns])
            if size[-1] < 1 - EPSILON:
                continue
            share = left @ ((right[:, columns] @ vectors[:, -1]) / values)
            rows = tuple(int(r) for r in np.flatnonzero(np.abs(share) > 1e-6 * np.abs(share).max()))
            yield Leak(firms, rows)

    def _few(self, right: NDArray[np.float64]) -> Iterator[tuple[frozenset[str], list[int]]]:
        """Every firm, then every two firms that together may be given away, with their columns."""
        own: dict[frozenset[str], list[int]] = defaultdict(list)
        for column, firms in enumerate(self.firms):
            if len(firms) < LEAST_FIRMS:
                own[frozenset(firms)].append(column)

        def reach(firms: frozenset[str]) -> float:
            columns = own.get(firms)
            return float(np.linalg.norm(right[:, columns], 2) ** 2) if columns else 0.0

        singles = {f: reach(f) for f in sorted({f for firms in own for f in (frozenset({x}) for x in firms)}, key=min)}
        yield from ((f, own[f]) for f in singles if f in own)
        for a, b in itertools.combinations(singles, 2):
            if singles[a] + singles[b] >= 1 - EPSILON or a | b in own:
                yield a | b, [*own.get(a, ()), *own.get(b, ()), *own.get(a | b, ())]
