"""What the steps of one compilation share: the edition, the resolver, the prepared data, and what has been found so
far."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from . import units
from .activity import Refused
from .declarations import Method, Quantity, Step
from .edition import Edition
from .order import KeyOrder
from .prepare import Prepared
from .problems import Collector, DeclarationError, Origin, bracketed
from .resolve import Resolver
from .resolved import Resolved
from .rows import Row, picker

MISSING_CODES = frozenset({"data.missing", "factor.missing", "data.attribute"})


@dataclass
class Context:
    """What the steps of one compilation share: the edition, the resolver, and what has been found so far."""

    edition: Edition
    resolver: Resolver
    choices: Mapping[str, tuple[str, str]]
    prepared: Prepared
    problems: Collector
    order: KeyOrder
    measured: Mapping[tuple[str, str, str, str], int]
    refused: tuple[Refused, ...] = ()
    superseded: dict[str, list[tuple[tuple[str, ...], frozenset[Row]]]] = field(default_factory=dict)
    factors: list[Resolved] = field(default_factory=list)
    flags: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    _factor_at: dict[int, int] = field(default_factory=dict)
    _tonnes: dict[tuple[str, str], Fraction] = field(default_factory=dict)

    def value_of(self, source: str, keys: tuple[str, ...], row: Row) -> str:
        """What a declared source means in a row: `key`, `@key.attribute`, `=literal`, `?choice`; other text is
        itself."""
        return self.reader(source, keys)(row)

    def reader(self, source: str, keys: tuple[str, ...]) -> Callable[[Row], str]:
        """`value_of` for many rows with the same keys."""
        if source.startswith("@"):
            key, _, attribute = source[1:].partition(".")
            at = keys.index(key)
            return lambda row: self.edition.attribute(key, row[at], attribute, row[1])
        if source in keys:
            return operator.itemgetter(keys.index(source))
        fixed = (
            source[1:] if source.startswith("=") else self.choices[source[1:]][0] if source.startswith("?") else source
        )
        return lambda row: fixed

    def readers(self, sources: Sequence[str], keys: tuple[str, ...]) -> Callable[[Row], Row]:
        """`reader` for several sources at once."""
        if all(source in keys for source in sources):
            return picker(keys, tuple(sources))
        parts = [self.reader(source, keys) for source in sources]
        return lambda row: tuple([part(row) for part in parts])

    def emission_category(self, method: Method, step: Step, keys: tuple[str, ...], row: Row) -> str:
        category = self.value_of(step.category or "category", keys, row)
        if category not in self.edition.categories:
            raise DeclarationError(
                f"method {method.id}.{step.name}: {step.category or 'category'} gives "
                f"{category!r}, which is no category ({row})"
            )
        return category

    def to_tonnes(self, unit: str, gas: str) -> Fraction:
        """Scale from a step's printed unit to tonnes of the gas; a plain mass counts as mass of the gas it is declared
        to be."""
        if (unit, gas) not in self._tonnes:
            plain = unit.format(gas=gas)
            target = f"t {gas}" if units.parse(plain).dims != units.parse("t").dims else "t"
            self._tonnes[(unit, gas)] = units.ratio(plain, target)
        return self._tonnes[(unit, gas)]

    def number_factor(self, factor: Resolved) -> int:
        """Position of a factor in the ledger's list; the same figure for the same reason stands there once."""
        if id(factor) not in self._factor_at:
            self._factor_at[id(factor)] = len(self.factors)
            self.factors.append(factor)
        return self._factor_at[id(factor)]

    def mark(self) -> tuple[int, int]:
        """How many problems and factors there are, to return to."""
        return self.problems.count, len(self.factors)

    def is_incomplete(self, mark: tuple[int, int]) -> bool:
        """Whether data or factors were asked for since."""
        return any(p.code in MISSING_CODES for p in self.problems.since(mark[0]))

    def return_to(self, mark: tuple[int, int]) -> None:
        """Forget the problems and factors found since."""
        del self.problems.reported[mark[0] :]
        for f in self.factors[mark[1] :]:
            self._factor_at.pop(id(f), None)
        del self.factors[mark[1] :]

    def is_explained(self, method: Method, region: str, year: str) -> bool:
        """Whether a figure of this method was given and refused: what its steps lack then has that one cause, which has
        been told."""
        quantities = {a.quantity for a in method.activity}
        return any(
            r.quantity in quantities and r.region in ("", region) and r.year in (None, int(year)) for r in self.refused
        )

    def missing(self, method: Method, quantity: Quantity, region: str, year: str, keys: Mapping[str, str]) -> None:
        if any(r.explains(quantity.id, region, int(year), keys) for r in self.refused):
            return  # it was given, and the reader has said what is wrong with it
        text = "；".join(f"{k}={v}" for k, v in keys.items())
        self.problems.add(
            "data.missing",
            Origin(),
            region=region,
            year=year,
            method=method.label,
            label=quantity.label,
            keys=bracketed(text),
            unit="、".join(quantity.unit),
            quantity=quantity.id,
        )
