"""Which set of shares divides a portion: the narrowest of the project's own, else the edition's declared default."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ..core.edition import Edition
from ..core.problems import Collector
from .portions import Portion
from .rules import Rules, fuel_rank
from .shares import ANY, Shares, ShareSet
from .table import BalanceTable


@dataclass(frozen=True)
class ShareChoice:
    """The sets of shares that are known for one table."""

    table: BalanceTable
    rules: Rules
    shares: Shares
    edition: Edition
    problems: Collector

    def best(self, name: str, portion: Portion) -> ShareSet | None:
        """The set for a split; None where there is none. Two own sets that are equally narrow are a problem."""
        ranked = [
            (rank, s) for s in self.shares.sets if s.split == name and (rank := self._rank(s, portion)) is not None
        ]
        for own in (True, False):
            fitting = [(rank, s) for rank, s in ranked if s.own == own]
            if not fitting:
                continue
            top = max(rank for rank, _ in fitting)
            best = [s for rank, s in fitting if rank == top]
            if len(best) > 1:
                self.problems.add(
                    "balance.share_ambiguous",
                    best[1].rows[0].origin,
                    split=name,
                    region=self.table.region,
                    year=self.table.year,
                    row=portion.row,
                    fuel=portion.fuel,
                    first=str(best[0].scope),
                    second=str(best[1].scope),
                )
            return best[0] if own else self._of_region(best[0])
        return None

    def _of_region(self, chosen: ShareSet) -> ShareSet | None:
        """A default whose part is an attribute of the region (its grid), or None where the region has none."""
        rows = []
        for row in chosen.rows:
            part = row.part
            if part.startswith("@region."):
                part = self.edition.attribute(
                    "region", self.table.region, part.removeprefix("@region."), self.table.year
                )
                if part not in self.rules.splits[chosen.split].parts:
                    return None
            rows.append(row if part == row.part else replace(row, part=part))
        return replace(chosen, rows=tuple(rows))

    def _rank(self, shares: ShareSet, portion: Portion) -> tuple[int, ...] | None:
        s = shares.scope
        if (
            s.region not in (ANY, self.table.region)
            or s.year not in (ANY, str(self.table.year))
            or s.row not in (ANY, portion.row)
        ):
            return None
        if any(portion.keys.get(k) != v for k, v in s.within):
            return None
        by_fuel = fuel_rank(s.fuel, portion.fuel, portion.column, self.rules, self.edition)
        return (len(s.within), by_fuel, s.row != ANY, s.year != ANY, s.region != ANY) if by_fuel else None
