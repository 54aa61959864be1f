"""Rows of the tables that every edition of a province has: categories, lines, factors, words, levels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BeforeValidator

from .cell_types import (
    Bars,
    CategoryNames,
    Figure,
    Levels,
    Mark,
    Needed,
    Of,
    Pairs,
    ParameterName,
    QuantityName,
    Region,
    Role,
    Semicolons,
    Standing,
    StepName,
    UnitName,
    Whole,
    Words,
    Years,
)


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """The category tree: parents before their children. `sign`, `scope`, `symbol`, `standing`: source lines of an
    enterprise guideline."""

    id: Needed
    parent: str
    label_zh: Needed
    label_en: str
    sector: str = ""
    gases: Annotated[Semicolons, Of("gas")] = ()
    memo: Mark = False
    ipcc1996: str = ""
    crf1999: str = ""
    ipcc2006: str = ""
    note: str = ""
    removals: Mark = False
    sign: str = ""
    scope: str = ""
    symbol: str = ""
    standing: str = ""


@dataclass(frozen=True, slots=True)
class ReportLineRow:
    """A printed line of a filed table. `categories` are summed; `gases` are its columns with their `unit`."""

    table: Needed
    line: Needed
    level: int
    label_zh: Needed
    label_en: str
    categories: Annotated[Semicolons, Of("category")]
    item: Annotated[str, Of("words")]
    gases: Annotated[Semicolons, Of("gas")]
    unit: Annotated[Pairs, Of("gas_unit")]
    note: str = ""
    standing: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class FactorLine:
    """One printed value of a factor table."""

    id: Needed
    parameter: Needed
    value: Figure
    unit: str
    standing: Standing
    source: Needed
    table: str = ""
    gas: Annotated[str, Of("gas")] = ""
    keys: Pairs = ()
    lower: Figure = None
    upper: Figure = None
    distribution: str = ""
    uncertainty_pct: Figure = None
    role: Role = "default"
    note: str = ""


@dataclass(frozen=True, slots=True)
class GwpLine:
    """A global warming potential; `keys` holds its set."""

    id: Needed
    gas: Needed
    keys: Pairs
    value: Figure
    unit: Annotated[Needed, Of("unit")]
    standing: Standing
    parameter: str = ""
    table: str = ""
    lower: Figure = None
    upper: Figure = None
    distribution: str = ""
    uncertainty_pct: Figure = None
    role: Role = "default"
    source: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class WordRow:
    """What may stand in a key."""

    key: Needed
    value: Needed
    label_en: str = ""
    classes: Bars = ()
    attributes: Pairs = ()
    aliases: Bars = ()


@dataclass(frozen=True, slots=True)
class FallbackRow:
    """A declared substitute with its reason."""

    id: Needed
    parameter: ParameterName
    when: Words
    reason_zh: Needed
    reason_en: str
    use_parameter: Annotated[str, Of("parameter")] = ""
    use_keys: Words = ()
    use_step: StepName = None
    factor_id: Annotated[str, Of("factor")] = ""
    order: Annotated[int, BeforeValidator(lambda t: t or 0)] = 0


@dataclass(frozen=True, slots=True)
class EraRow:
    """Years outside which a factor belongs to another technology: using it there is warned of. `first_year`,
    `last_year`: empty where open."""

    factor: Annotated[Needed, Of("factor")]
    first_year: Whole
    last_year: Whole
    reason_zh: Needed
    reason_en: str = ""


@dataclass(frozen=True, slots=True)
class MeasurementRow:
    """What measuring an input means and how sure it then is (95 % half-width). Empty `name` or `category`: any; the
    narrowest row that fits is taken."""

    applies_to: Literal["activity", "factor", "share"]
    name: Annotated[str, Of("input")]
    category: Annotated[str, Of("category")]
    precision_pct: float
    form_zh: Needed
    form_en: str
    place_zh: str = ""
    place_en: str = ""


@dataclass(frozen=True, slots=True)
class DatabaseRow:
    """A figure of a newer national database. `factors`: guideline figures of the same definition, equal to value ×
    scale; else `reason` says why none is."""

    id: Needed
    path: Needed
    item: Needed
    value: Needed
    unit: str
    cv_pct: Figure
    standing: Standing
    source: Needed
    factors: Annotated[Bars, Of("factor")]
    scale: str
    first_year: Whole
    reason_zh: Needed
    reason_en: str = ""


@dataclass(frozen=True, slots=True)
class KeyName:
    """The name of a key in both languages."""

    key: Needed
    label_zh: Needed
    label_en: Needed


@dataclass(frozen=True, slots=True)
class LevelRow:
    """A quantity that the statistics of some levels do not supply."""

    quantity: QuantityName
    not_at: Levels
    reason_zh: Needed
    reason_en: str


@dataclass(frozen=True, slots=True)
class LevelGroupRow:
    """Quantities that a template of these levels prints on request only: what most cities do not have."""

    id: Needed
    label_zh: Needed
    label_en: Needed
    levels: Levels
    quantities: Annotated[Bars, Of("quantity")]


@dataclass(frozen=True, slots=True)
class UncertaintySetRow:
    """A published range of a named set: a row of the factor tables (`range`) or figures with their source."""

    set: Needed
    range: Annotated[str, Of("factor")]
    applies_to: Literal["activity", "factor", "share"]
    name: Annotated[str, Of("input")]
    category: CategoryNames
    gas: Annotated[str, Of("gas")]
    keys: Words
    low_pct: Figure
    high_pct: Figure
    distribution: Annotated[str, Of("distribution")]
    shared_over: Annotated[Bars, Of("key")]
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class ProvinceStatisticRow:
    """A published figure of a province that gives activity data their scale: never computed with, only compared."""

    region: Region
    year: int
    statistic: Needed
    value: float
    unit: Annotated[Needed, Of("unit")]
    source: Needed


@dataclass(frozen=True, slots=True)
class PlausibleRow:
    """A two-sided range for the sum of a quantity's rows (those that fit `keys`), by itself or per another figure of
    the same region and year.

    `per`: `stat:NAME` of the province's statistics, or a quantity of the project (`per_keys` narrows it); empty: the
    sum itself. `regions`: those it holds for, or with `!` before the first those it does not. `low`, `high` in `unit`
    per `per_unit`. Outside it a question is asked.
    """

    id: Needed
    quantity: QuantityName
    keys: Words
    regions: Annotated[str, Of("regions")]
    per: Annotated[str, Of("scale")]
    per_keys: Words
    unit: Annotated[Needed, Of("unit")]
    per_unit: UnitName
    low: float
    high: float
    basis: Needed
    per_en: str = ""
    basis_en: str = ""


@dataclass(frozen=True, slots=True)
class ForestSurveyRow:
    """A figure of a forest survey; `survey_years` of provinces where they are known."""

    region: Region
    inventory: str
    period: str
    survey_years: Years
    item: str
    figure: str
    unit: UnitName
    standing: str
    note: str
