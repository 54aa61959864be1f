"""The Ledger: the one thing that is passed on. One line per (region, year, category, item, gas), with what it was made
of.

Nothing downstream recomputes: workbook, explanation, uncertainty, checks and reports all read the `StepTable`s kept
here. Masses are in tonnes of the gas; CO2e comes from one GWP set, switchable without touching a mass
(`Ledger.with_gwp`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from .activity import Notation, Project
from .columns import ActivityColumns
from .gwp import Co2e, GwpSet
from .problems import InventoryError, Problem, problem

if TYPE_CHECKING:
    import pandas as pd

    from ..charts.totals import TotalsPicture
    from .declarations import Method, Step
    from .edition import Edition
    from .gwp import GwpSet
    from .resolved import Resolved

Made = TypeVar("Made")
FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Column:
    """One variable of a step table, one entry a row.

    kind: activity | factor | number | step. `refs` says where each row's value comes from: for activity an index into
    `Ledger.data` (-1: the declared default of an optional quantity), for factor an index into `Ledger.factors`, for
    step the row of
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

    `rows` are key tuples in the order of `keys` (which begins with region, year). `variants[i]` is the index into
    `texts` of the scaled equation used in row i (rows whose printed units differ may need different scales).
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
    flags: fallback, unverified, conflict, missing-default, illustrative, measured, provincial … shown wherever the line
    is.
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


@dataclass(frozen=True, repr=False, eq=False)
class Ledger:
    """Result of a compilation. Lines are sorted by region, year, category, method, item, gas: the same for any input
    order.

    Two ledgers are equal when they are the same object (compare `lines` for content), so a ledger can be a key of a
    cache.
    """

    edition: Edition
    gwp: GwpSet
    lines: tuple[Line, ...]
    tables: tuple[StepTable, ...]
    data: ActivityColumns
    data_values: FloatArray  # canonical value of each datum
    data_units: tuple[str, ...]  # canonical unit of each datum
    factors: tuple[Resolved, ...]
    notations: tuple[Notation, ...]
    project: Project
    choices: Mapping[str, tuple[str, str]]  # every named choice in force: id -> (option, reason)
    warnings: tuple[Problem, ...] = ()
    _derived: dict[Callable[[Ledger], Any], Any] = field(default_factory=dict, init=False)

    def __getstate__(self) -> dict[str, Any]:
        """What goes to another process: what was derived is made again there."""
        return {**self.__dict__, "_derived": {}}

    def derived(self, build: Callable[[Ledger], Made]) -> Made:
        """What `build` makes of this ledger, made once. A copy by `replace` starts anew."""
        if build not in self._derived:
            self._derived[build] = build(self)
        result: Made = self._derived[build]
        return result

    def with_gwp(self, gwp: GwpSet | str) -> Ledger:
        """The same masses under another GWP set, by its name or a set of your own. Raises `InventoryError` for a name
        that the edition does not have."""
        if not isinstance(gwp, (str, GwpSet)):
            known = ", ".join(self.edition.gwp_sets)
            raise InventoryError([problem("program.gwp", found=type(gwp).__name__, known=known)])
        return replace(self, gwp=self.edition.gwp_set(gwp) if isinstance(gwp, str) else gwp)

    def co2e_t(self, line: Line) -> Co2e:
        """CO2 equivalent of a line in tonnes under this ledger's GWP set; it cannot be added to one under another
        set."""
        return Co2e(line.mass_t * self.gwp[line.gas], self.gwp)

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions with lines, by name, in the order of the lines."""
        return tuple(dict.fromkeys(line.region for line in self.lines))

    @property
    def years(self) -> tuple[int, ...]:
        """Years with lines, ascending."""
        return tuple(sorted({line.year for line in self.lines}))

    def select(
        self,
        category: str | tuple[str, ...] | None = None,
        gas: str | None = None,
        region: str | None = None,
        year: int | str | None = None,
        account: str | None = "total",
    ) -> Iterator[Line]:
        """Lines of a category (with all its descendants), gas, region, year and account; None means any.

        A region may be given by name, usual spelling, English name or GB/T 2260 code; a gas also by its group (HFCs,
        PFCs). Raises `InventoryError` with near matches for a name that neither the edition nor this ledger knows.
        """
        from . import selection

        wanted = None if category is None else self.edition.descendants(selection.known_category(self, category))
        of_gas = None if gas is None else selection.known_gas(self, gas)
        of_region = None if region is None else selection.known_region(self, region)
        of_year = None if year is None else selection.known_year(self, year)
        of_account = None if account is None else selection.known_account(account)
        return (
            line
            for line in self.lines
            if (wanted is None or line.category in wanted)
            and (of_gas is None or line.gas in of_gas)
            and (of_region is None or line.region == of_region)
            and (of_year is None or line.year == of_year)
            and (of_account is None or line.account == of_account)
        )

    def mass_t(self, **where: Any) -> float:
        """Sum of masses in tonnes; all selected lines must be of one gas."""
        lines = list(self.select(**where))
        gases = {line.gas for line in lines}
        if len(gases) > 1:
            raise ValueError(f"masses of different gases cannot be added: {sorted(gases)}; name one gas or use co2e()")
        return float(sum(line.mass_t for line in lines))

    def co2e(self, **where: Any) -> Co2e:
        """Sum in t CO2e under this ledger's GWP set; it cannot be added to a sum under another set
        (`MixedGwpError`)."""
        return Co2e(float(sum(line.mass_t * self.gwp[line.gas] for line in self.select(**where))), self.gwp)

    def to_frame(self, account: str | None = "total") -> pd.DataFrame:
        """One row a ledger line: region, year, category, item, gas, mass_t, co2e_t, gwp_set, account, method, tier,
        flags.

        account: only lines that belong to the total (default), `memo` (information items), `check` (reference approach
        and the like), or None for all. A sum over accounts is no emission.
        """
        import pandas as pd

        return pd.DataFrame.from_records(list(self.records(account)), columns=RESULT_COLUMNS)

    def totals(self) -> pd.DataFrame:
        """t CO2e by region, year and sector, with the totals with and without land use (columns: region, year, sector,
        label, co2e_t)."""
        import pandas as pd

        rows = [(r, y, c, label, value) for r, y, c, label, value in self._sums("zh")]
        return pd.DataFrame.from_records(rows, columns=["region", "year", "sector", "label", "co2e_t"])

    def _sums(self, lang: str) -> Iterator[tuple[str, int, str, str, float]]:
        sectors = [c for c in self.edition.categories.values() if not c.parent]
        for region in self.regions:
            for year in self.years:
                inside = [s for s in sectors if any(True for _ in self.select(category=s.id, region=region, year=year))]
                for s in inside:
                    label = s.label["zh"] if lang == "zh" else s.label["en"]
                    yield region, year, s.id, label, float(self.co2e(category=s.id, region=region, year=year))
                if inside:
                    yield (
                        region,
                        year,
                        "total",
                        "总量" if lang == "zh" else "Total",
                        float(self.co2e(region=region, year=year)),
                    )

    def plot(self, kind: str = "stacked", region: str | None = None, lang: str | None = None) -> TotalsPicture:
        """t CO2e by sector, region and year as a picture that a notebook shows; `.save("totals.png")` writes it. See
        `inventory.plot`. Raises `InventoryError` where matplotlib is not installed."""
        import inventory  # the door of the package knows the charts, this floor does not

        return inventory.plot(self, kind, region, lang)

    def records(self, account: str | None = None) -> Iterator[tuple[Any, ...]]:
        """Rows of the results table, in the order of `RESULT_COLUMNS`; of one account or (None) of all."""
        for line in self.lines:
            if account is None or line.account == account:
                yield (
                    line.region,
                    line.year,
                    line.category,
                    line.item_text,
                    line.gas,
                    line.mass_t,
                    self.co2e_t(line),
                    self.gwp.name,
                    line.account,
                    line.method,
                    line.tier,
                    "|".join(line.flags),
                )

    def __repr__(self) -> str:
        """One line: regions, years, number of lines, total of the last year under the GWP set."""
        regions, years = self.regions, self.years
        named = ", ".join(regions[:3]) + (f" … {len(regions)} regions" if len(regions) > 3 else "")
        if not years:
            return f"Ledger({named or 'empty'}; 0 lines; {self.edition.id}, {self.gwp.name})"
        last = float(self.co2e(year=years[-1])) / 1e4
        return (
            f"Ledger({named} {', '.join(map(str, years))}; {len(self.lines)} lines; {years[-1]}: "
            f"{last:,.1f} 万t CO2e; "
            f"{self.edition.id}, {self.gwp.name})"
        )

    def _repr_html_(self) -> str:
        """The sector table for a notebook, in 万t CO2e."""
        from html import escape

        rows = "".join(
            f"<tr><td>{escape(r)}</td><td>{y}</td><td>{escape(label)}</td><td "
            f"style='text-align:right'>{v / 1e4:,.1f}</td></tr>"
            for r, y, _, label, v in self._sums("zh")
        )
        return (
            f"<table><caption>{escape(repr(self))}</caption><thead><tr><th>地区</th><th>年份</th><th>部门</th><th>万t "
            "CO2e</th></tr></thead>"
            f"<tbody>{rows}</tbody></table>"
        )


RESULT_COLUMNS = [
    "region",
    "year",
    "category",
    "item",
    "gas",
    "mass_t",
    "co2e_t",
    "gwp_set",
    "account",
    "method",
    "tier",
    "flags",
]
