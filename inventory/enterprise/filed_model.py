"""A filed report as values: its data, factors and totals, each with its cell."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..core.declarations import Parameter, Quantity
from ..core.edition import Edition
from ..core.problems import Collector, Origin, Problem
from .industries import Industry, ReportLine
from .model import Enterprise

Keys = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FiledDatum:
    quantity: str
    keys: Keys
    value: float
    unit: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class FiledFactor:
    """A parameter as filed; `category` is the source line, `tick` 检测, 计算, 缺省 or empty."""

    parameter: str
    keys: Keys
    value: float
    unit: str
    tick: str
    category: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class FiledResult:
    """A result printed beside its data in a source's table: which step of which method it is, for which item."""

    method: str
    step: str
    item: Keys
    value: float
    unit: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class FiledLine:
    """A line of 附表1: mass and CO2e with their cells; None where the cell is empty."""

    line: ReportLine
    gas: str
    mass_t: float | None
    co2e_t: float | None
    mass_origin: Origin
    co2e_origin: Origin


@dataclass(frozen=True)
class Filed:
    """A filed report. `enterprise` holds the profile and the monthly sheets; `problems` what could not be read."""

    file: str
    industry: Industry
    edition: str
    enterprise: Enterprise
    data: tuple[FiledDatum, ...]
    factors: tuple[FiledFactor, ...]
    lines: tuple[FiledLine, ...]
    problems: tuple[Problem, ...]
    results: tuple[FiledResult, ...] = ()


@dataclass
class FiledFigures:
    edition: Edition
    data: dict[tuple[str, Keys], FiledDatum] = field(default_factory=dict)
    factors: dict[tuple[str, Keys], FiledFactor] = field(default_factory=dict)
    results: list[FiledResult] = field(default_factory=list)
    problems: Collector = field(default_factory=Collector)

    def datum(self, d: FiledDatum) -> None:
        self._same(d, self.data.setdefault((d.quantity, d.keys), d), self.edition.declared.quantities[d.quantity])

    def factor(self, f: FiledFactor) -> None:
        self._same(f, self.factors.setdefault((f.parameter, f.keys), f), self.edition.declared.parameters[f.parameter])

    def _same(
        self, one: FiledDatum | FiledFactor, known: FiledDatum | FiledFactor, means: Quantity | Parameter
    ) -> None:
        """What stands at two places of a filed report is one figure, or a problem."""
        if (known.value, known.unit) != (one.value, one.unit):
            self.problems.add(
                "verify.two_values",
                one.origin,
                label=means.label["zh"],
                value=f"{one.value:g} {one.unit}",
                other=f"{known.value:g} {known.unit}",
                place=known.origin,
            )
