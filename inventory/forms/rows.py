"""Rows of the files a person writes: activity data, own factors, named choices, checks of factors.

A field's description is what the documentation and the messages print. A number that cannot be read raises a pydantic
error whose type is the message code `number.REASON`, so that the reading side can say the same sentence as for a cell
of a template.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ..core.resolve import KINDS
from ..spreadsheets.numbers import NotNumber, Year, parse_number, parse_year
from .form import Kind

DISTRIBUTIONS = ("", "normal", "lognormal", "triangular", "uniform", "truncated_normal", "truncnormal")


def _number(value: Any) -> float:
    number = parse_number(value)
    if isinstance(number, NotNumber):
        raise PydanticCustomError(
            f"number.{number.reason}", "not a number: {found}", {"found": number.text, "hint": number.hint}
        )  # type: ignore[arg-type]
    if number.mark:
        raise PydanticCustomError(
            "number.percent_unit", "write the sign into the unit: {found}", {"found": str(value), "hint": number.mark}
        )
    return number.value


def _optional_number(value: Any) -> float | None:
    number = parse_number(value)
    return None if isinstance(number, NotNumber) and number.blank else _number(value)


def _percent(value: Any) -> float | None:
    text = value.strip().lstrip("±") if isinstance(value, str) else value
    number = parse_number(text)
    if isinstance(number, NotNumber):
        return _optional_number(text)
    if not 0 <= number.value <= 1000:
        raise PydanticCustomError("row.uncertainty", "out of range: {found}", {"found": str(value)})
    return number.value


def _year(value: Any) -> int:
    year = parse_year(value)
    if isinstance(year, Year):
        return year.value
    reason = {"several": "several", "blank": "missing", "range": "range"}.get(year.reason, "text")
    raise PydanticCustomError(f"year.{reason}", "not a year: {found}", {"found": year.text})  # type: ignore[arg-type]


def _day(value: Any) -> Any:
    """A date cell as 2026-01-31; text as it is."""
    value = getattr(value, "value", value)
    return value.strftime("%Y-%m-%d") if isinstance(value, dt.date) else value


def _one_of(words: tuple[str, ...], code: str) -> Any:
    def check(value: Any) -> str:
        text = str(value or "").strip()
        if text not in words:
            raise PydanticCustomError(
                code, "not one of the known words: {found}", {"found": text, "kinds": "、".join(w for w in words if w)}
            )  # type: ignore[arg-type]
        return text

    return BeforeValidator(check)


Text = Annotated[str, BeforeValidator(lambda v: "" if v is None else str(v).strip())]
Needed = Annotated[Text, Field(min_length=1)]
Figure = Annotated[float, BeforeValidator(_number)]
OptionalFigure = Annotated[float | None, BeforeValidator(_optional_number)]
Percent = Annotated[float | None, BeforeValidator(_percent)]
CalendarYear = Annotated[int, BeforeValidator(_year), Kind("year")]
CheckedDay = Annotated[Needed, BeforeValidator(_day), Kind("date")]


class Edge(BaseModel):
    """Base of all edge models: unknown fields are refused, values do not change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class OwnFactorRow(Edge):
    """One row of `factors.csv`: a factor of the project itself."""

    id: Text = Field("", description="被替代的缺省因子编号 / id of the default it replaces")
    parameter: Text = Field("", description="参数代码（不写编号时必填） / parameter, needed without an id")
    keys: Text = Field("", description="适用范围：key=value;key=value / what it applies to")
    gas: Text = Field("", description="气体 / gas")
    value: Figure = Field(description="数值 / value")
    unit: Text = Field("", description="单位 / unit")
    source: Needed = Field(description="来源（检测报告、文献） / evidence")
    kind: Annotated[str, _one_of(tuple(KINDS), "own.kind")] = Field(description="实测 或 省级 / measured or provincial")
    lower: OptionalFigure = Field(None, description="下限 / lower bound")
    upper: OptionalFigure = Field(None, description="上限 / upper bound")
    uncertainty: Percent = Field(None, description="不确定度（%） / uncertainty in percent")
    distribution: Annotated[str, _one_of(DISTRIBUTIONS, "own.distribution")] = Field(
        "", description="分布 / distribution"
    )
    note: Text = Field("", description="说明 / note")

    @model_validator(mode="after")
    def _consistent(self) -> OwnFactorRow:
        if not self.id and not self.parameter:
            raise PydanticCustomError("own.nameless", "neither id nor parameter", {"at": "parameter"})
        if (self.lower is not None and self.lower > self.value) or (self.upper is not None and self.upper < self.value):
            low, high = ("—" if v is None else f"{v:g}" for v in (self.lower, self.upper))
            raise PydanticCustomError(
                "own.bounds",
                "value outside its own bounds",
                {"found": f"{low} ≤ {self.value:g} ≤ {high}", "at": "value"},
            )
        return self


class ChoiceRow(Edge):
    """One row of `choices.csv`: which option of a named choice, and why."""

    choice: Needed = Field(description="选择项代码 / id of the choice")
    option: Needed = Field(description="选项 / option")
    reason: Needed = Field(description="理由 / reason")


class CheckRow(Edge):
    """One row of a factor checklist that somebody filled in."""

    factor_id: Needed = Field(description="因子编号 / factor id")
    printed: Figure = Field(description="指南印出的数值 / value as printed in the guideline")
    by: Needed = Field(description="核对人 / checked by")
    date: CheckedDay = Field(description="核对日期 / date")
    evidence: Text = Field("", description="页码或依据 / page or evidence")
    lower: OptionalFigure = Field(None, description="指南印出的下限 / lower bound as printed")
    upper: OptionalFigure = Field(None, description="指南印出的上限 / upper bound as printed")
    shared_from: Text = Field("", description="共享自哪个省 / province that shared it")
    adopted_by: Text = Field("", description="采用人 / adopted by")
    adopted_date: Text = Field("", description="采用日期 / adopted on")


class BulkRow(Edge):
    """A range of numbers of the checklist that agrees with the print."""

    first: int = Field(ge=1, description="从序号 / from")
    last: int = Field(ge=1, description="到序号 / to")
    by: Needed = Field(description="核对人 / checked by")
    date: CheckedDay = Field(description="核对日期 / date")
    evidence: Text = Field("", description="页码或依据 / page or evidence")
