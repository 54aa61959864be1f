"""The Ledger: the one thing that is passed on. One line per (region, year, category, item, gas), with what it was made of.

Nothing downstream recomputes: workbook, explanation, uncertainty, checks and reports all read the `StepTable`s kept here.
Masses are in tonnes of the gas; CO2e comes from one GWP set, switchable without touching a mass (`Ledger.with_gwp`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .activity import Datum, Notation, Project
from .gwp import Co2e
from .problems import Problem

if TYPE_CHECKING:
    import pandas as pd

    from .declarations import Method, Step
    from .edition import Edition
    from .gwp import GwpSet
    from .resolve import Resolved

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Column:
    """One variable of a step table, one entry a row.

    kind: activity | factor | number | step. `refs` says where each row's value comes from: for activity an index into
    `Ledger.data` (-1: the declared default of an optional quantity), for factor an index into `Ledger.factors`, for step the row of
    the earlier step's table (`source` is that step's name). `units` are the printed units of each row.
    """

    name: str
    kind: str
    label: Mapping[str, str]
    values: FloatArray
    units: tuple[str, ...]
    refs: IntArray
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """`sum(name)` in a step: for each row of this step, the rows of the finer variable that are added up."""

    name: str
    column: Column
    groups: tuple[tuple[int, ...], ...]  # per row: positions within `column`


@dataclass(frozen=True, slots=True)
class StepTable:
    """All rows of one step of one method, every region and year.

    `rows` are key tuples in the order of `keys` (which begins with region, year). `variants[i]` is the index into `texts` of the
    scaled equation used in row i (rows whose printed units differ may need different scales).
    """

    method: Method
    step: Step
    keys: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    columns: Mapping[str, Column]
    sums: Mapping[str, Sum]
    texts: tuple[str, ...]
    variants: IntArray
    values: FloatArray
    unit: str
    lines: IntArray  # index into Ledger.lines, or -1 for a step that is not an emission

    @property
    def name(self) -> str:
        return self.step.name


@dataclass(frozen=True, slots=True)
class Line:
    """One ledger line. `table`, `row` point at the arithmetic; a measured emission has table -1 and `datum` instead.

    account: total (counts), memo (information item), check (reference approach and the like).
    flags: fallback, unverified, conflict, missing-default, illustrative, measured, provincial … shown wherever the line is.
    """

    region: str
    year: int
    category: str
    item: tuple[tuple[str, str], ...]
    gas: str
    mass_t: float
    account: str
    method: str
    tier: str
    table: int
    row: int
    datum: int = -1
    flags: tuple[str, ...] = ()

    @property
    def item_text(self) -> str:
        return ";".join(f"{k}={v}" for k, v in self.item)


@dataclass(frozen=True)
class Ledger:
    """Result of a compilation. Lines are sorted by region, year, category, method, item, gas: the same for any input order."""

    edition: Edition
    gwp: GwpSet
    lines: tuple[Line, ...]
    tables: tuple[StepTable, ...]
    data: tuple[Datum, ...]
    data_values: FloatArray          # canonical value of each datum
    data_units: tuple[str, ...]      # canonical unit of each datum
    factors: tuple[Resolved, ...]
    notations: tuple[Notation, ...]
    project: Project
    choices: Mapping[str, tuple[str, str]]  # every named choice in force: id -> (option, reason)
    warnings: tuple[Problem, ...] = ()

    def with_gwp(self, gwp: GwpSet | str) -> Ledger:
        """The same masses under another GWP set."""
        return replace(self, gwp=self.edition.gwp_set(gwp) if isinstance(gwp, str) else gwp)

    def co2e_t(self, line: Line) -> Co2e:
        """CO2 equivalent of a line in tonnes under this ledger's GWP set; it cannot be added to one under another set."""
        return Co2e(line.mass_t * self.gwp[line.gas], self.gwp)

    @property
    def regions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(line.region for line in self.lines))

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted({line.year for line in self.lines}))

    def select(self, category: str | tuple[str, ...] | None = None, gas: str | None = None, region: str | None = None,
               year: int | None = None, account: str | None = "total") -> Iterator[Line]:
        """Lines of a category (with all its descendants), gas, region, year and account; None means any."""
        wanted = None if category is None else self.edition.descendants(category)
        for line in self.lines:
            if ((wanted is None or line.category in wanted) and (gas is None or line.gas == gas) and (region is None or line.region == region)
                    and (year is None or line.year == year) and (account is None or line.account == account)):
                yield line

    def mass_t(self, **where: Any) -> float:
        """Sum of masses in tonnes; all selected lines must be of one gas."""
        lines = list(self.select(**where))
        gases = {line.gas for line in lines}
        if len(gases) > 1:
            raise ValueError(f"masses of different gases cannot be added: {sorted(gases)}; name one gas or use co2e()")
        return float(sum(line.mass_t for line in lines))

    def co2e(self, **where: Any) -> Co2e:
        """Sum in t CO2e under this ledger's GWP set; it cannot be added to a sum under another set (`MixedGwpError`)."""
        return Co2e(float(sum(line.mass_t * self.gwp[line.gas] for line in self.select(**where))), self.gwp)

    def to_frame(self) -> pd.DataFrame:
        """One row a ledger line: region, year, category, item, gas, mass_t, co2e_t, gwp_set, account, method, tier, flags."""
        import pandas as pd

        return pd.DataFrame.from_records(list(self.records()), columns=RESULT_COLUMNS)

    def records(self) -> Iterator[tuple]:
        """Rows of the results table, in the order of `RESULT_COLUMNS`."""
        for line in self.lines:
            yield (line.region, line.year, line.category, line.item_text, line.gas, line.mass_t, self.co2e_t(line), self.gwp.name,
                   line.account, line.method, line.tier, "|".join(line.flags))


RESULT_COLUMNS = ["region", "year", "category", "item", "gas", "mass_t", "co2e_t", "gwp_set", "account", "method", "tier", "flags"]
