"""Rows of the tables of the energy balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from .cell_types import Bars, Needed, Of, Pairs, Share, UnitName, Words


@dataclass(frozen=True, slots=True)
class BalanceRowRow:
    """A row of the printed balance table. `cls` groups rows for the allocation table (供应, 转换投入, 转换, 损失, 终端,
    其中, 合计). `sign`: nonneg, nonpos, any, or input (fuels are printed negative, heat and electricity may be positive).
    `part_of` is the total it adds into; `optional_in` names totals that include it in some years only; `memo_of` the row
    it is a part of without adding up to it."""

    id: Needed
    label_zh: Needed
    label_en: str
    cls: Annotated[str, Field(alias="class")]
    sign: Literal["any", "nonneg", "nonpos", "input"]
    part_of: Annotated[str, Of("balance_row")]
    optional_in: Annotated[Bars, Of("balance_row")]
    memo_of: Annotated[str, Of("balance_row")]
    aliases: Bars


@dataclass(frozen=True, slots=True)
class BalanceColumnRow:
    """A column of the printed balance table: a fuel, a sum of fuels, heat, electricity, other energy. `unit` is the unit
    the yearbook prints."""

    id: Needed
    label_en: str
    unit: UnitName
    kind: Literal["fuel", "sum", "heat", "electricity", "other", "ignore"]
    fuel: Annotated[str, Of("fuel")]
    layouts: Bars
    part_of: Annotated[str, Of("balance_column")]
    optional_in: Annotated[Bars, Of("balance_column")]
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
    choice: Annotated[Pairs, Of("option")]
    minus_row: str
    sign: str
    splits: str
    where: Annotated[Pairs, Of("part")]
    to_quantity: str
    to_keys: Words
    reason_zh: Needed
    reason_en: str
    standing: str
    source: str


@dataclass(frozen=True, slots=True)
class BalanceSplitRow:
    """One part of a named division of a balance figure."""

    split: Needed
    part: Needed
    sets: Words
    next: str
    label_zh: Needed
    label_en: str
    ask_zh: str
    ask_en: str
    supplier: str
    split_en: str = ""  # editions copied before 0.2 have no such column: the Chinese name stands in English outputs


@dataclass(frozen=True, slots=True)
class BalanceShareRow:
    """A default share; its words are checked where a project's own shares are (inventory/energy_balance/shares.py)."""

    region: Annotated[str, Of("region")]
    year: str
    split: Needed
    row: str
    fuel: str
    within: Annotated[str, Of("words")]
    part: Needed
    value: Share
    source: Needed
    data_kind: Needed
    note: str
    refine: Literal["", "是"]  # 是: a starting point that waits for the province's own figure
