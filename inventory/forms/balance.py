"""Rows of the files that go with a balance table: corrections of misprints, precision of cells, shares, own rules of
allocation.

Names of rows, fuels, splits and quantities are those of the edition and are looked up by the reader of each file; here
stands what holds in every edition.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from ..spreadsheets.numbers import Number, Year, parse_number, parse_year
from .form import Kind
from .rows import CalendarYear, Edge, Figure, Needed, OptionalFigure, Text, _one_of

ANY = "*"
PRECISIONS = ("as_stored", "rounded_3sf", "recovered_by_balance")
STAGES = ("source", "composition", "use", "boiler", "supply")
SIGNS = ("", "+", "-")


def _share(value: Any) -> float:
    """A part of a whole: 0.5 or 50 %."""
    number = parse_number(value)
    if not isinstance(number, Number) or not 0 <= number.fraction <= 1:
        raise PydanticCustomError("number.share", "not a share: {found}", {"found": str(value or ""), "hint": ""})
    return number.fraction


def _year_or_any(value: Any) -> str:
    text = str(value or "").strip()
    if text in ("", ANY):
        return text
    year = parse_year(text)
    if not isinstance(year, Year):
        raise PydanticCustomError("year.text", "not a year: {found}", {"found": text})
    return str(year.value)


Share = Annotated[float, BeforeValidator(_share)]
YearOrAny = Annotated[str, BeforeValidator(_year_or_any), Kind("year")]


class CorrectionRow(Edge):
    """One row of `corrections.csv`: a figure of the balance table that is printed wrong, and what it should be."""

    region: Needed = Field(description="地区 / region")
    year: CalendarYear = Field(description="年份 / year of the table")
    row: Needed = Field(description="平衡表的行，按表上印的写 / row of the table, as printed")
    fuel: Needed = Field(description="能源品种，按表上印的写 / column of the table, as printed")
    printed: OptionalFigure = Field(
        None, description="表上印的数；填了就与表核对 / printed figure, compared with the table"
    )
    value: Figure = Field(description="应为的数 / what it should be")
    unit: Text = Field("", description="单位；空为表上的单位 / unit, that of the table where empty")
    reason: Needed = Field(description="为什么改 / why")
    source: Needed = Field(description="更正的依据 / evidence")


class PrecisionRow(Edge):
    """One row of `balance_precision.csv`: a cell that keeps three figures only, or was restored from a sum."""

    region: Needed = Field(description="地区 / region")
    year: CalendarYear = Field(description="年份 / year of the table")
    row: Needed = Field(description="平衡表的行 / row of the table")
    fuel: Needed = Field(description="能源品种 / column of the table")
    precision: Annotated[str, _one_of(PRECISIONS, "balance.precision")] = Field(description="精度 / precision")
    note: Text = Field("", description="说明 / note")


class ShareEntryRow(Edge):
    """One row of `allocation_shares.csv`: one part of a division of an amount of the balance table."""

    region: Text = Field("", description="地区；空或 * 为各地 / region, empty or * for any")
    year: YearOrAny = Field("", description="年份；空或 * 为各年 / year, empty or * for any")
    split: Needed = Field(description="分摊项目 / the division")
    row: Text = Field("", description="平衡表的行；空或 * 为各行 / row of the table, empty or * for any")
    fuel: Text = Field("", description="能源品种；空或 * 为各品种 / fuel, empty or * for any")
    within: Text = Field("", description="限于：key=value / only where earlier divisions have set this")
    part: Needed = Field(description="归入哪一部分 / the part")
    value: Share = Field(description="占比，一组合计为 1（100%） / share; a set sums to 1 (100 %)")
    source: Needed = Field(description="来源；一组写在第一行即可 / source, once a set is enough")
    data_kind: Text = Field("", description="数据性质 / kind of data")
    note: Text = Field("", description="说明 / note")
    default: Text = Field("", description="版本声明的缺省（供阅读） / the declared default, for the reader")
    accept: Text = Field("", description="写“是”采用缺省 / yes: take the default")


class AllocationRuleRow(Edge):
    """One row of `balance_allocation.csv`: where an amount of the balance table goes."""

    id: Needed = Field(description="编号；与版本规则同号的代替它 / id; that of an edition's rule replaces it")
    stage: Annotated[str, _one_of(STAGES, "balance.rule_stage")] = Field(description="阶段 / stage")
    row: Needed = Field(description="平衡表的行或行类，多个用 | 分开 / rows or classes of rows, separated by |")
    fuel: Needed = Field(description="能源品种或类，多个用 | 分开 / fuels or classes, separated by |")
    layout: Text = Field("", description="只用于这种表式 / this layout only")
    year: Text = Field("", description="只用于这些年份 / these years only")
    choice: Text = Field("", description="只在这个选择下：choice=option / under this choice only")
    minus_row: Text = Field("", description="先扣除的行 / row taken off first")
    sign: Annotated[str, _one_of(SIGNS, "balance.rule_sign")] = Field("", description="+ 或 - / + or -")
    splits: Text = Field("", description="依次经过的分摊 / divisions in order")
    where: Text = Field("", description="只取分摊的这些部分 / only these parts of a division")
    to_quantity: Text = Field("", description="成为哪个数据项；空为不计入 / quantity; empty: not counted")
    to_keys: Text = Field("", description="该数据项的键：key=value / keys of the quantity")
    reason_zh: Needed = Field(description="理由 / reason in Chinese")
    reason_en: Text = Field("", description="英文理由 / reason in English")
    standing: Text = Field("", description="依据的状态 / standing of the rule")
    source: Needed = Field(description="来源 / source")
