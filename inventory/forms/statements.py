"""Rows of `uncertainty.csv` and `answers.csv`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .extras import Day
from .rows import Edge, Needed, Percent, Text, _one_of

APPLIES_WORDS = {
    "activity": "activity",
    "活动水平": "activity",
    "factor": "factor",
    "因子": "factor",
    "排放因子": "factor",
    "share": "share",
    "份额": "share",
    "set": "set",
    "文献范围": "set",
}


class UncertaintyRow(Edge):
    """One row of `uncertainty.csv`: the uncertainty of many inputs at once, or a named set of published ranges to be
    used."""

    applies_to: Annotated[str, _one_of(tuple(APPLIES_WORDS), "uncertainty.applies_to")] = Field(
        description="适用：活动水平、因子、文献范围 / what it applies to"
    )
    name: Text = Field(
        "", description="数据项、参数，或文献范围的名称；空为全部 / quantity, parameter or set; empty for all"
    )
    category: Text = Field("", description="类别编号，多个用 | 分开；含下级 / categories with everything below")
    gas: Text = Field("", description="气体 / gas")
    keys: Text = Field("", description="适用范围：燃料=原煤;… / keys of the inputs: fuel=raw coal;…")
    uncertainty: Percent = Field(None, description="95% 置信区间半宽，% / half-width of the 95 % interval in percent")
    distribution: Text = Field("", description="分布 / distribution")
    shared_over: Text = Field("", description="误差相同的键，如 year / keys over which the error is the same")
    source: Needed = Field(description="依据：文献、调查、专家判断 / evidence")
    note: Text = Field("", description="说明 / note")

    @model_validator(mode="after")
    def _says_something(self) -> UncertaintyRow:
        if APPLIES_WORDS[self.applies_to] == "set":
            if not self.name:
                raise PydanticCustomError("uncertainty.set_nameless", "a set without a name", {"at": "name"})
        elif self.uncertainty is None and not self.shared_over:
            raise PydanticCustomError(
                "uncertainty.says_nothing", "neither uncertainty nor shared_over", {"at": "uncertainty"}
            )
        return self


class AnswerRow(Edge):
    """One row of `answers.csv`: the compiler's answer to a finding of the quality checks."""

    check: Needed = Field(description="检查编号 / id of the check")
    place: Needed = Field(description="位置，* 为各处 / place of the finding, * for any")
    answer: Needed = Field(description="答复 / answer")
    name: Needed = Field(description="姓名 / name")
    date: Annotated[Day, Field(min_length=1)] = Field(description="日期 / date")
    message: Text = Field("", description="问题（供阅读，不读回）/ the finding, for the reader")
