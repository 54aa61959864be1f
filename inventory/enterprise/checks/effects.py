"""The effect of a doubtful figure: the total computed again with the figure as it probably should be, less the total as
entered."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Iterable
from typing import Any

from ...core.engine import compile_ledger
from ...core.ledger import Ledger
from ...core.problems import Collector, InventoryError
from ..fuels import fuel_years
from ..industries import Industry
from ..ledger import project_of
from ..model import Enterprise, FuelYear


class Effects:
    """Totals of variants of one enterprise, t CO2e. `ledger` gives the fuels' CO2 and the total that effects are graded
    by."""

    def __init__(self, enterprise: Enterprise, industry: Industry, ledger: Ledger | None = None) -> None:
        self.enterprise, self.industry, self.ledger = enterprise, industry, ledger

    @property
    def total(self) -> float:
        return max(abs(self.ledger.co2e()), 1.0) if self.ledger is not None else 1.0

    @functools.cached_property
    def base(self) -> float | None:
        """The total of the data as entered, worked out when an effect is first asked for; None where they cannot be
        computed."""
        return self.total_of(self.enterprise)

    @functools.cached_property
    def fuel_years(self) -> dict[str, FuelYear]:
        """The year of every fuel as entered, worked out when an effect first asks for one."""
        return {y.fuel: y for y in fuel_years(self.enterprise, self.industry, Collector())}

    def total_of(self, e: Enterprise) -> float | None:
        project, _ = project_of(e, self.industry)
        if not project.data:
            return 0.0
        try:
            return float(compile_ledger(project, self.industry.edition).co2e())
        except InventoryError:
            return None

    def of(self, e: Enterprise) -> float | None:
        """Present total less that of the variant: what the slip adds (positive) or hides (negative). None where one of
        them cannot be computed."""
        if self.base is None:
            return None
        other = self.total_of(e)
        return None if other is None else self.base - other

    def without_slip(self, table: str, rows: Iterable[Any], change: Callable[[Any], Any]) -> float | None:
        """The effect of changing these rows of a table."""
        wanted = {id(r) for r in rows}
        changed_rows = tuple(change(r) if id(r) in wanted else r for r in getattr(self.enterprise, table))
        changed: Any = {table: changed_rows}
        return self.of(dataclasses.replace(self.enterprise, **changed))

    def scaled(self, table: str, rows: Iterable[Any], fields: tuple[str, ...], ratio: float) -> float | None:
        """The effect of figures that stand `ratio` times too large."""

        def change(row: Any) -> Any:
            return dataclasses.replace(
                row, **{f: getattr(row, f) / ratio for f in fields if getattr(row, f) is not None}
            )

        return self.without_slip(table, rows, change)

    def fuel_co2(self, fuel: str) -> float:
        """CO2 of a fuel's combustion as computed; 0 where nothing was."""
        if self.ledger is None:
            return 0.0
        return float(
            sum(
                x.mass_t
                for x in self.ledger.lines
                if x.gas == "CO2" and dict(x.item).get("fuel") == fuel and x.account == "total"
            )
        )
