"""A filed report as values: its data, factors and totals, each with its cell."""

from __future__ import annotations

from dataclasses import dataclass, field

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


@dataclass
class FoundFigures:
    edition: Edition
    data: dict[tuple[str, Keys], FiledDatum] = field(default_factory=dict)
    factors: dict[tuple[str, Keys], FiledFactor] = field(default_factory=dict)
    problems: Collector = field(default_factory=Collector)

    def datum(self, d: FiledDatum) -> None:
        known = self.data.setdefault((d.quantity, d.keys), d)
        if known.value != d.value or known.unit != d.unit:
            label = self.edition.declared.quantities[d.quantity].label["zh"]
            self.problems.add(
                "verify.two_values",
                d.origin,
                label=label,
                value=f"{d.value:g} {d.unit}",
                other=f"{known.value:g} {known.unit}",
                place=known.origin,
            )

    def factor(self, f: FiledFactor) -> None:
        known = self.factors.setdefault((f.parameter, f.keys), f)
        if known.value != f.value or known.unit != f.unit:
            label = self.edition.declared.parameters[f.parameter].label["zh"]
            self.problems.add(
                "verify.two_values",
                f.origin,
                label=label,
                value=f"{f.value:g} {f.unit}",
                other=f"{known.value:g} {known.unit}",
                place=known.origin,
            )
