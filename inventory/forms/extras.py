"""Rows of the files beside the activity data: an own GWP set, gaps to fill, reviewers' comments, names on the signature
page."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from .form import Kind
from .rows import CalendarYear, Edge, Figure, Needed, Percent, Text, _one_of

GAP_METHODS = {
    "内插": "interpolation",
    "interpolation": "interpolation",
    "代用序列": "proxy",
    "proxy": "proxy",
    "趋势外推": "trend",
    "trend": "trend",
}


def _date(value: Any) -> str:
    """A day as 2012-03-31, 2012/3/31, 2012年3月31日 or a date cell; empty stays empty."""
    if isinstance(value, (dt.datetime, dt.date)):
        return value.strftime("%Y-%m-%d")
    cell = getattr(value, "value", None)
    if isinstance(cell, (dt.datetime, dt.date)):
        return cell.strftime("%Y-%m-%d")
    text = str(value if value is not None else "").strip()
    if not text:
        return ""
    plain = text.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-")
    try:
        year, month, day = (int(part) for part in plain.split("-"))
        return dt.date(year, month, day).isoformat()
    except ValueError:
        raise PydanticCustomError("review.date", "not a day: {found}", {"found": text}) from None


Day = Annotated[str, BeforeValidator(_date), Kind("date")]


class GwpRow(Edge):
    """One row of `gwp.csv`: one gas of a GWP set of the project's own."""

    set: Needed = Field(description="GWP组名称 / name of the set")
    gas: Needed = Field(description="气体 / gas")
    value: Annotated[Figure, Field(gt=0)] = Field(description="GWP100，tCO2e/t / value")
    source: Needed = Field(description="出处 / source")
    note: Text = Field("", description="说明 / note")


class GapRow(Edge):
    """One row of `gapfill.csv`: one year of one series that has no figure, and how it is filled."""

    region: Needed = Field(description="地区 / province")
    quantity: Needed = Field(description="数据项 / quantity")
    category: Text = Field("", description="类别 / category, where it is a key of the quantity")
    item: Text = Field("", description="分项：key=value;key=value / keys of the quantity")
    year: CalendarYear = Field(description="要补的年份 / year to fill")
    method: Annotated[str, _one_of(tuple(GAP_METHODS), "series.method")] = Field(
        description="内插、代用序列、趋势外推 / method"
    )
    proxy: Text = Field("", description="代用数据项（可写为 数据项[key=value]）/ proxy quantity")
    reason: Needed = Field(description="理由 / reason")
    uncertainty: Percent = Field(
        None, description="补得值的不确定度（%），不知则空 / uncertainty of the filled figure, empty where unknown"
    )

    @model_validator(mode="after")
    def _with_proxy(self) -> GapRow:
        if bool(self.proxy) != (GAP_METHODS[self.method] == "proxy"):
            raise PydanticCustomError(
                "series.proxy_column",
                "proxy missing, or given for another method",
                {"found": self.proxy or "（空）", "at": "proxy"},
            )
        return self


class ReviewRow(Edge):
    """One row of `review.csv`: a reviewer's comment on a line or a cell, and the compiler's answer."""

    line: Text = Field("", description="类别编号，可加气体：2.1 CO2 / category, optionally with a gas")
    cell: Text = Field("", description="工作簿单元格：表名!单元格 / cell of the workbook")
    comment: Needed = Field(description="审核意见 / comment")
    by: Needed = Field(description="审核人 / reviewer")
    date: Annotated[Day, Field(min_length=1)] = Field(description="日期 / date")
    answer: Text = Field("", description="答复 / answer")
    answer_by: Text = Field("", description="答复人 / who answered")
    answer_date: Day = Field("", description="答复日期 / date of the answer")

    @model_validator(mode="after")
    def _complete(self) -> ReviewRow:
        if self.answer and not (self.answer_by and self.answer_date):
            facts = {"found": self.answer[:40], "at": "answer_date" if self.answer_by else "answer_by"}
            raise PydanticCustomError("review.unsigned", "an answer without name or date", facts)
        if self.answer_date and self.answer_date < self.date:
            raise PydanticCustomError(
                "review.order",
                "answered before it was asked",
                {"found": f"{self.answer_date} < {self.date}", "at": "answer_date"},
            )
        return self


class SignatureRow(Edge):
    """One row of `signatures.csv`: who signs for what."""

    role: Needed = Field(description="职责：编制、校核、审核、批准 / role")
    name: Text = Field("", description="姓名 / name")
    organisation: Text = Field("", description="单位 / organisation")
    date: Day = Field("", description="日期 / date")
