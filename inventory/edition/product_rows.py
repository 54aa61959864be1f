"""Rows of the tables of enterprises, targets, plans and cities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator

from .cell_types import Bars, CategoryNames, Figure, Needed, Of, ParameterName, Region, Whole, YesNo


@dataclass(frozen=True, slots=True)
class IndustryRow:
    """One of the enterprise guidelines."""

    code: Needed
    name_zh: Needed
    name_en: str
    short: Needed
    batch: str
    year: int
    document: str
    family: Annotated[str, Of("family")]
    family_confirmed: YesNo
    report_type: Literal["P", "S"]
    report_type_confirmed: YesNo
    later_standard: str
    standing: str


@dataclass(frozen=True, slots=True)
class Appendix1Row:
    """A printed line of an industry's 附表1."""

    industry: Annotated[Needed, Of("industry")]
    order: int
    label: Needed
    kind: Literal["sum", "total", "direct"]
    sources: CategoryNames
    standing: str


@dataclass(frozen=True, slots=True)
class ProvincialLineRow:
    """The provincial lines that a source line of an enterprise is compared with."""

    source: Annotated[Needed, Of("category")]
    line: Annotated[Bars, Of("provincial_category")]
    remark: str


@dataclass(frozen=True, slots=True)
class DisputedRow:
    """A default that is printed with different values."""

    parameter: ParameterName
    fuel: Annotated[Needed, Of("fuel")]
    note: str


@dataclass(frozen=True, slots=True)
class PublishedTargetRow:
    """A published reduction target."""

    id: Needed
    region: Region
    indicator: Annotated[Needed, Of("indicator")]
    base_year: int
    target_year: int
    reduction_pct: float
    standing: str
    source: Needed
    note: str
    comparison: Literal["", ">", ">="] = ""  # > where the document says more than


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """An indicator of the plans beside the two intensities. `measure`: decline (percent since the base year), level,
    increase (since the base year) or cap; `series`: the indicator whose data it is computed from."""

    id: Needed
    label_zh: Needed
    label_en: Needed
    unit: Annotated[Needed, Of("unit")]
    measure: Literal["decline", "level", "increase", "cap"]
    better: Literal["up", "down"]
    series: Annotated[str, Of("indicator")]
    aliases: Bars
    note: str


@dataclass(frozen=True, slots=True)
class PlanIndicatorRow:
    """A published target of one of these indicators; `value` in percent for a decline, else in the indicator's
    unit."""

    id: Needed
    region: Region
    indicator: Annotated[Needed, Of("indicator")]
    base_year: int
    target_year: int
    comparison: Literal["", ">", ">="]
    value: float
    standing: str
    source: Needed
    note: str


@dataclass(frozen=True, slots=True)
class PilotTargetRow:
    """A target of a low-carbon pilot as printed; `low` and `high` are its bounds (equal for one figure), `role` target
    marks the row that the assessment takes."""

    pilot: Annotated[Needed, Of("pilot")]
    table: Needed
    section: str
    label: Needed
    unit: str
    year: int
    printed: Needed
    indicator: Annotated[str, Of("indicator")]
    base_year: Whole
    low: Figure
    high: Figure
    comparison: Literal["", ">", ">="]
    role: Literal["", "target"]
    standing: str
    source: Needed
    note: str


@dataclass(frozen=True, slots=True)
class GpcRow:
    """A line of the city standard's report: `categories` of the provincial inventory (scope 1), `outside` of this
    edition (scopes 2 and 3). `basis`: the smallest total that holds it; territorial: scope 1 only, outside BASIC;
    imported: taken off BASIC."""

    ref: Needed
    scope: Literal["1", "2", "3"]
    sector_zh: Needed
    sector_en: Needed
    label_zh: Needed
    label_en: Needed
    basis: Literal["BASIC", "BASIC+", "territorial", "imported"]
    categories: Annotated[Bars, Of("provincial_category")]
    outside: CategoryNames
    standing: str
    source: Needed


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user sector: its direct emissions (`categories` of the provincial inventory) and what it takes from outside
    (`outside` of this edition)."""

    id: Needed
    label_zh: Needed
    label_en: Needed
    categories: Annotated[Bars, Of("provincial_category")]
    outside: CategoryNames


@dataclass(frozen=True, slots=True)
class ScoringRow:
    """One item of a scoring rule: `points` at most, got in proportion to completion; `veto`: missing it fails the
    whole."""

    id: Needed
    rule: Needed
    item: Needed
    label_zh: Needed
    label_en: Needed
    points: float
    veto: bool
    standing: str
    source: Needed
    note: str


@dataclass(frozen=True, slots=True)
class GradeRow:
    """A grade of a scoring rule, from `least` points up."""

    id: Needed
    rule: Annotated[Needed, Of("scoring_rule")]
    least: float
    label_zh: Needed
    label_en: Needed
    standing: str
    source: Needed


@dataclass(frozen=True, slots=True)
class PilotRow:
    """A region of the study of low-carbon pilots; `batch` 0 is not a pilot. Figures are empty where the study prints
    none."""

    batch: Annotated[int, BeforeValidator(lambda t: t or 0)]
    region: Needed
    year: int
    population_wan: Figure
    gdp_yi_yuan: Figure
    gdp_per_capita_yuan: Figure
    co2_per_capita_t: Figure
    standing: str
    source: str
    note: str
