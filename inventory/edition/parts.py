"""The tables of an edition: the columns of each as a frozen row class, and the columns that are its key.

A new table is one class and one entry of `TABLES`; it is then read, checked (types, unknown columns, duplicate keys),
overlaid, compared and
documented like all others. `rows(edition, KeyName)` gives the typed rows, `texts(edition, "keys")` the cells as
written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from pydantic import BeforeValidator, Field

from ..core.edition import ROLES, STANDINGS, Edition, pairs


def _bars(text: object) -> object:
    return tuple(part.strip() for part in text.split("|") if part.strip()) if isinstance(text, str) else text


def _semicolons(text: object) -> object:
    return tuple(part.strip() for part in text.split(";") if part.strip()) if isinstance(text, str) else text


def _number(text: object) -> object:
    return (text.replace(",", "") or None) if isinstance(text, str) else text


Bars = Annotated[tuple[str, ...], BeforeValidator(_bars)]
Years = Annotated[tuple[int, ...], BeforeValidator(_bars)]
Semicolons = Annotated[tuple[str, ...], BeforeValidator(_semicolons)]
Pairs = Annotated[tuple[tuple[str, str], ...], BeforeValidator(lambda t: pairs(t) if isinstance(t, str) else t)]
Figure = Annotated[float | None, BeforeValidator(_number)]
Whole = Annotated[int | None, BeforeValidator(_number)]
Needed = Annotated[str, Field(min_length=1)]
StepName = Annotated[
    tuple[str, str] | None,
    BeforeValidator(lambda t: (tuple(t.split(".", 1)) if t else None) if isinstance(t, str) else t),
]
YesNo = Annotated[bool, BeforeValidator(lambda t: {"yes": True, "no": False, "": False}.get(str(t), t))]
Mark = Annotated[bool, BeforeValidator(lambda t: bool(t))]  # anything in the cell means yes
Standing = Literal[STANDINGS]  # type: ignore[valid-type]
Role = Annotated[Literal[ROLES], BeforeValidator(lambda t: t or "default")]  # type: ignore[valid-type]


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """The category tree: parents before their children. `sign`, `scope`, `symbol`, `standing`: source lines of an
    enterprise guideline."""

    id: Needed
    parent: str
    label_zh: Needed
    label_en: str
    sector: str = ""
    gases: Semicolons = ()
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
    categories: Semicolons
    item: str
    gases: Semicolons
    unit: str
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
    gas: str = ""
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
    unit: Needed
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
    parameter: Needed
    when: Pairs
    reason_zh: Needed
    reason_en: str
    use_parameter: str = ""
    use_keys: Pairs = ()
    use_step: StepName = None
    factor_id: str = ""
    order: Annotated[int, BeforeValidator(lambda t: t or 0)] = 0


@dataclass(frozen=True, slots=True)
class EraRow:
    """Years outside which a factor belongs to another technology: using it there is warned of. `first_year`,
    `last_year`: empty where open."""

    factor: Needed
    first_year: Whole
    last_year: Whole
    reason_zh: Needed
    reason_en: str = ""


@dataclass(frozen=True, slots=True)
class MeasurementRow:
    """What measuring an input means and how sure it then is (95 % half-width). Empty `name` or `category`: any; the
    narrowest row that fits is taken."""

    applies_to: Literal["activity", "factor", "share"]
    name: str
    category: str
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
    factors: Bars
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

    quantity: Needed
    not_at: Bars
    reason_zh: Needed
    reason_en: str


@dataclass(frozen=True, slots=True)
class LevelGroupRow:
    """Quantities that a template of these levels prints on request only: what most cities do not have."""

    id: Needed
    label_zh: Needed
    label_en: Needed
    levels: Bars
    quantities: Bars


@dataclass(frozen=True, slots=True)
class UncertaintySetRow:
    """A published range of a named set: a row of the factor tables (`range`) or figures with their source."""

    set: Needed
    range: str
    applies_to: Literal["activity", "factor", "share"]
    name: str
    category: Bars
    gas: str
    keys: Pairs
    low_pct: str
    high_pct: str
    distribution: str
    shared_over: Bars
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class ProvinceStatisticRow:
    """A published figure of a province that gives activity data their scale: never computed with, only compared."""

    region: Needed
    year: int
    statistic: Needed
    value: float
    unit: Needed
    source: Needed


@dataclass(frozen=True, slots=True)
class PlausibleRow:
    """A two-sided range for the sum of a quantity's rows (those that fit `keys`), by itself or per another figure of
    the same region and year.

    `per`: `stat:NAME` of the province's statistics, or a quantity of the project (`per_keys` narrows it); empty: the
    sum itself. `regions`: those it
    holds for, or with `!` before the first those it does not. `low`, `high` in `unit` per `per_unit`. Outside it a
    question is asked.
    """

    id: Needed
    quantity: Needed
    keys: Pairs
    regions: str
    per: str
    per_keys: Pairs
    unit: Needed
    per_unit: str
    low: float
    high: float
    basis: Needed
    per_en: str = ""
    basis_en: str = ""


@dataclass(frozen=True, slots=True)
class ForestSurveyRow:
    """A figure of a forest survey; `survey_years` of provinces where they are known."""

    region: Needed
    inventory: str
    period: str
    survey_years: Years
    item: str
    figure: str
    unit: str
    standing: str
    note: str


@dataclass(frozen=True, slots=True)
class BalanceRowRow:
    """A row of the energy balance table."""

    id: Needed
    label_zh: Needed
    label_en: str
    cls: Annotated[str, Field(alias="class")]
    sign: Literal["any", "nonneg", "nonpos", "input"]
    part_of: str
    optional_in: Bars
    memo_of: str
    aliases: Bars


@dataclass(frozen=True, slots=True)
class BalanceColumnRow:
    """A column of the energy balance table."""

    id: Needed
    label_en: str
    unit: str
    kind: Literal["fuel", "sum", "heat", "electricity", "other", "ignore"]
    fuel: str
    layouts: Bars
    part_of: str
    optional_in: Bars
    aliases: Bars


@dataclass(frozen=True, slots=True)
class BalanceWordRow:
    """A word of the printed balance table: a spelling of a unit, a power of ten, a word that tells what a table is
    (inventory/energy_balance/printed.py)."""

    kind: Literal["unit", "power", "scale", "standard", "physical", "emission", "branch", "group", "memo"]
    word: Needed
    meaning: str
    note: str


@dataclass(frozen=True, slots=True)
class BalanceAllocationRow:
    """A rule of the allocation table; its words are checked where a project's own rules are
    (inventory/energy_balance/rules.py)."""

    id: Needed
    stage: Needed
    row: str
    fuel: str
    layout: str
    year: str
    choice: str
    minus_row: str
    sign: str
    splits: str
    where: str
    to_quantity: str
    to_keys: str
    reason_zh: Needed
    reason_en: str
    standing: str
    source: str


@dataclass(frozen=True, slots=True)
class BalanceSplitRow:
    """One part of a named division of a balance figure."""

    split: Needed
    part: Needed
    sets: Pairs
    next: str
    label_zh: Needed
    label_en: str
    ask_zh: str
    ask_en: str
    supplier: str


@dataclass(frozen=True, slots=True)
class BalanceShareRow:
    """A default share; its words are checked where a project's own shares are (inventory/energy_balance/shares.py)."""

    region: str
    year: str
    split: Needed
    row: str
    fuel: str
    within: str
    part: Needed
    value: Needed
    source: Needed
    data_kind: Needed
    note: str
    refine: Literal["", "是"]  # 是: a starting point that waits for the province's own figure


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
    family: str
    family_confirmed: YesNo
    report_type: Literal["P", "S"]
    report_type_confirmed: YesNo
    later_standard: str
    standing: str


@dataclass(frozen=True, slots=True)
class Appendix1Row:
    """A printed line of an industry's 附表1."""

    industry: Needed
    order: int
    label: Needed
    kind: Literal["sum", "total", "direct"]
    sources: Bars
    standing: str


@dataclass(frozen=True, slots=True)
class ProvincialLineRow:
    """The provincial lines that a source line of an enterprise is compared with."""

    source: Needed
    line: Bars
    remark: str


@dataclass(frozen=True, slots=True)
class DisputedRow:
    """A default that is printed with different values."""

    parameter: Needed
    fuel: Needed
    note: str


@dataclass(frozen=True, slots=True)
class PublishedTargetRow:
    """A published reduction target."""

    id: Needed
    region: Needed
    indicator: Needed
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
    unit: Needed
    measure: Literal["decline", "level", "increase", "cap"]
    better: Literal["up", "down"]
    series: str
    aliases: Bars
    note: str


@dataclass(frozen=True, slots=True)
class PlanIndicatorRow:
    """A published target of one of these indicators; `value` in percent for a decline, else in the indicator's
    unit."""

    id: Needed
    region: Needed
    indicator: Needed
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

    pilot: Needed
    table: Needed
    section: str
    label: Needed
    unit: str
    year: int
    printed: Needed
    indicator: str
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
    categories: Bars
    outside: Bars
    standing: str
    source: Needed


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user sector: its direct emissions (`categories` of the provincial inventory) and what it takes from outside
    (`outside` of this edition)."""

    id: Needed
    label_zh: Needed
    label_en: Needed
    categories: Bars
    outside: Bars


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
    rule: Needed
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


@dataclass(frozen=True, slots=True)
class EditionTable:
    """A table of an edition. `whole`: an overlay row states every column, so that a value never inherits another's
    source."""

    row: type
    key: tuple[str, ...]
    whole: bool = False


TABLES: Mapping[str, EditionTable] = {
    "categories": EditionTable(CategoryRow, ("id",)),
    "report_lines": EditionTable(ReportLineRow, ("table", "line")),
    "fallbacks": EditionTable(FallbackRow, ("id",)),
    "factors": EditionTable(FactorLine, ("id",), whole=True),
    "vocabulary": EditionTable(WordRow, ("key", "value")),
    "gwp_tables": EditionTable(GwpLine, ("id",), whole=True),
    "keys": EditionTable(KeyName, ("key",)),
    "eras": EditionTable(EraRow, ("factor",)),
    "measurements": EditionTable(MeasurementRow, ("applies_to", "name", "category")),
    "database": EditionTable(DatabaseRow, ("id",)),
    "levels": EditionTable(LevelRow, ("quantity",)),
    "level_groups": EditionTable(LevelGroupRow, ("id",)),
    "uncertainty": EditionTable(UncertaintySetRow, ("set", "range", "applies_to", "name", "category", "gas", "keys")),
    "forest_surveys": EditionTable(ForestSurveyRow, ("region", "inventory", "item")),
    "province_statistics": EditionTable(ProvinceStatisticRow, ("region", "year", "statistic")),
    "plausible": EditionTable(PlausibleRow, ("id",)),
    "energy_balance_rows": EditionTable(BalanceRowRow, ("id",)),
    "energy_balance_columns": EditionTable(BalanceColumnRow, ("id",)),
    "energy_balance_words": EditionTable(BalanceWordRow, ("kind", "word")),
    "energy_balance_allocation": EditionTable(BalanceAllocationRow, ("id",)),
    "energy_balance_splits": EditionTable(BalanceSplitRow, ("split", "part")),
    "energy_balance_default_shares": EditionTable(
        BalanceShareRow, ("region", "year", "split", "row", "fuel", "within", "part")
    ),
    "industries": EditionTable(IndustryRow, ("code",)),
    "appendix1_lines": EditionTable(Appendix1Row, ("industry", "order")),
    "provincial_lines": EditionTable(ProvincialLineRow, ("source",)),
    "disputed": EditionTable(DisputedRow, ("parameter", "fuel")),
    "targets": EditionTable(PublishedTargetRow, ("id",)),
    "indicators": EditionTable(IndicatorRow, ("id",)),
    "plan_indicators": EditionTable(PlanIndicatorRow, ("id",)),
    "pilot_targets": EditionTable(PilotTargetRow, ("pilot", "table", "label", "year")),
    "gpc": EditionTable(GpcRow, ("ref",)),
    "users": EditionTable(UserRow, ("id",)),
    "scoring": EditionTable(ScoringRow, ("id",)),
    "grades": EditionTable(GradeRow, ("id",)),
    "pilots": EditionTable(PilotRow, ("region", "batch")),
}
TOGETHER = (  # parts that mean nothing without each other: all of a group, or none
    (
        "energy_balance_rows",
        "energy_balance_columns",
        "energy_balance_words",
        "energy_balance_allocation",
        "energy_balance_splits",
        "energy_balance_default_shares",
    ),
    ("industries", "appendix1_lines", "provincial_lines"),
)
EXPECTED = {  # without these a product of that kind says less: `inventory edition check` warns
    "province": ("report_lines", "keys", "levels", "uncertainty", "forest_surveys", "energy_balance_rows"),
    "enterprise": ("keys", "industries", "disputed"),
    "assessment": ("targets",),
    "city": ("gpc",),
}

Row = TypeVar("Row")


def rows(edition: Edition, of: type[Row]) -> tuple[Row, ...]:
    """The typed rows of the table whose row class is `of`, in the edition's order; none where the edition has no such
    table."""
    return tuple(
        r
        for name, table in TABLES.items()
        if table.row is of and name in edition.tables
        for r in edition.tables[name].typed
    )


def texts(edition: Edition, name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of a table as written, cell by column; none where the edition has no such table."""
    return edition.tables[name].rows if name in edition.tables else ()
