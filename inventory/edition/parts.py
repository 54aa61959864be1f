"""The tables of an edition: the columns of each as a frozen row class, and the columns that are its key.

A new table is one class and one entry of `TABLES`; it is then read, checked (types, unknown columns, duplicate keys),
overlaid, compared and documented like all others. `rows(edition, KeyName)` gives the typed rows, `texts(edition,
"keys")` the cells as written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass
from typing import Any, TypeVar

from ..core.edition import Edition
from .balance_rows import (
    BalanceAllocationRow,
    BalanceColumnRow,
    BalanceRowRow,
    BalanceShareRow,
    BalanceSplitRow,
    BalanceWordRow,
)
from .product_rows import (
    Appendix1Row,
    DisputedRow,
    GpcRow,
    GradeRow,
    IndicatorRow,
    IndustryRow,
    PilotRow,
    PilotTargetRow,
    PlanIndicatorRow,
    ProvincialLineRow,
    PublishedTargetRow,
    ScoringRow,
    UserRow,
)
from .table_rows import (
    CategoryRow,
    DatabaseRow,
    EraRow,
    FactorLine,
    FallbackRow,
    ForestSurveyRow,
    GwpLine,
    KeyName,
    LevelGroupRow,
    LevelRow,
    MeasurementRow,
    PlausibleRow,
    ProvinceStatisticRow,
    ReportLineRow,
    UncertaintySetRow,
    WordRow,
)

__all__ = [
    "EXPECTED",
    "TABLES",
    "TOGETHER",
    "Appendix1Row",
    "BalanceAllocationRow",
    "BalanceColumnRow",
    "BalanceRowRow",
    "BalanceShareRow",
    "BalanceSplitRow",
    "BalanceWordRow",
    "CategoryRow",
    "DatabaseRow",
    "DisputedRow",
    "EditionTable",
    "EraRow",
    "FactorLine",
    "FallbackRow",
    "ForestSurveyRow",
    "GpcRow",
    "GradeRow",
    "GwpLine",
    "IndicatorRow",
    "IndustryRow",
    "KeyName",
    "LevelGroupRow",
    "LevelRow",
    "MeasurementRow",
    "PilotRow",
    "PilotTargetRow",
    "PlanIndicatorRow",
    "PlausibleRow",
    "ProvinceStatisticRow",
    "ProvincialLineRow",
    "PublishedTargetRow",
    "ReportLineRow",
    "Row",
    "ScoringRow",
    "UncertaintySetRow",
    "UserRow",
    "WordRow",
    "rows",
    "texts",
]


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


def column_of(f: Field[Any]) -> str:
    """The column of a table that a field of its rows is read from."""
    return "class" if f.name == "cls" else f.name


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
