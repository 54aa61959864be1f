"""Rows of the files beside the activity data of a project with several regions: own regions, rules of allocation,
proxies, enterprises, targets.

`inventory.forms.files` says which file name means what; `inventory.levels` and `inventory.policy` read them.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from .rows import CalendarYear, Edge, Figure, Needed, OptionalFigure, Text, _one_of

LEVELS = ("国家", "省级", "地级市", "区县", "园区")
LEVEL_NAMES = {
    "国家": "nation",
    "省级": "province",
    "地级市": "prefecture city",
    "区县": "district or county",
    "园区": "park",
}
LEVEL_WORDS = {
    "nation": "国家",
    "province": "省级",
    "省": "省级",
    "city": "地级市",
    "市": "地级市",
    "county": "区县",
    "县": "区县",
    "区": "区县",
    "park": "园区",
}
RULES = {
    "代理变量": "proxy",
    "proxy": "proxy",
    "所在地": "location",
    "location": "location",
    "不分摊": "none",
    "none": "none",
}
INDICATORS = {
    "co2_per_gdp": "co2_per_gdp",
    "单位GDP二氧化碳": "co2_per_gdp",
    "energy_per_gdp": "energy_per_gdp",
    "单位GDP能耗": "energy_per_gdp",
}
TOTALS = {"co2": "co2", "二氧化碳": "co2", "energy": "energy", "能源消费": "energy"}


def _level(value: Any) -> str:
    text = str(value or "").strip()
    word = LEVEL_WORDS.get(text.lower(), text)
    if word not in LEVELS:
        raise PydanticCustomError("levels.level", "not a level: {found}", {"found": text or "（空）"})
    return word


def level_name(level: str, lang: str) -> str:
    """The name of a level of the region tree in a language."""
    return LEVEL_NAMES.get(level, level) if lang == "en" else level


def _name(text: str) -> str:
    if text[0] in "=+-@":
        raise PydanticCustomError("levels.region_name", "no name of a region: {found}", {"found": text})
    return text


def _reduction(value: float) -> float:
    if not -100 < value <= 100:
        facts = {"found": f"{value:g}", "at": "reduction_pct"}
        raise PydanticCustomError("targets.above_100", "impossible target: {found}", facts)
    return value


class RegionRow(Edge):
    """One row of `regions.csv`: a city, county or park that the package does not know yet, or attributes that differ
    from its province's."""

    code: Text = Field("", description="GB/T 2260 代码，园区可空 / code")
    name: Annotated[Needed, AfterValidator(_name)] = Field(description="名称，全项目唯一 / name")
    label_en: Text = Field("", description="英文名 / English name")
    level: Annotated[str, BeforeValidator(_level)] = Field(description="省级、地级市、区县、园区 / level")
    parent: Text = Field(
        "", description="上级地区；跨区的园区把各区都写上，| 分隔 / parent; of a park, several districts"
    )
    aliases: Text = Field("", description="别名，| 分隔 / other spellings")
    attributes: Text = Field("", description="与上级不同的属性：name=value;… / attributes that differ")
    valid_from: Text = Field("", description="设立年份 / first year")
    valid_to: Text = Field("", description="撤销前的最后一年 / last year")
    successors: Text = Field("", description="并入的地区，| 分隔 / regions it went into")
    note: Text = Field("", description="说明 / note")


class BoundaryRow(Edge):
    """One row of `boundary.csv`: what counts in and what does not, for one region and matter."""

    region: Needed = Field(description="地区 / region")
    category: Text = Field("", description="类别编号 / category")
    matter: Needed = Field(description="事项 / matter")
    rule: Needed = Field(description="处理办法 / how it is counted")
    reason: Text = Field("", description="理由 / reason")


class AllocationRow(Edge):
    """One row of `allocation.csv`: how a line of the whole goes to parts that have no figure of their own."""

    parent: Needed = Field(description="上级地区 / the whole")
    category: Needed = Field(description="类别编号（含其下各类）/ category with all below it")
    quantity: Text = Field(
        "", description="数据项：填写则分摊活动水平，空则分摊排放量 / share activity data, or emissions when empty"
    )
    item: Text = Field("", description="分项 / keys of the quantity")
    rule: Annotated[str, _one_of(tuple(RULES), "levels.rule")] = Field(description="代理变量、所在地、不分摊 / rule")
    proxy: Text = Field("", description="代理变量名称 / proxy")
    reason: Needed = Field(description="理由 / reason")


class ProxyRow(Edge):
    """One row of `proxies.csv`: population, GDP, sown area … of one region and year."""

    region: Needed = Field(description="地区 / region")
    year: CalendarYear = Field(description="年份 / year")
    proxy: Needed = Field(description="代理变量 / proxy")
    value: Annotated[Figure, Field(ge=0)] = Field(description="数值 / value")
    unit: Needed = Field(description="单位 / unit")
    source: Needed = Field(description="来源 / source")
    data_kind: Text = Field("", description="数据性质 / kind of data")
    note: Text = Field("", description="说明 / note")


class EnterpriseRow(Edge):
    """One row of `enterprises.csv`: what an enterprise reported, by category and gas, for the region it stands in."""

    region: Needed = Field(description="所在地区 / region")
    park: Text = Field("", description="所在园区 / park")
    year: CalendarYear = Field(description="年份 / year")
    enterprise: Needed = Field(description="企业 / enterprise")
    code: Text = Field("", description="统一社会信用代码 / unified social credit code")
    category: Needed = Field(description="类别编号 / category")
    gas: Needed = Field(description="气体 / gas")
    value: Figure = Field(description="排放量 / emission")
    unit: Needed = Field(description="单位 / unit")
    source: Needed = Field(description="报告 / report")
    data_kind: Text = Field("", description="数据性质 / kind of data")
    note: Text = Field("", description="说明 / note")


class TargetRow(Edge):
    """One row of `targets.csv`: a reduction of CO2 or energy per unit of GDP, or a target of another indicator."""

    region: Needed = Field(description="地区 / region")
    indicator: Needed = Field(description="指标：单位GDP二氧化碳、单位GDP能耗，或 indicators.csv 中的指标 / indicator")
    base_year: CalendarYear = Field(description="基年 / base year")
    target_year: CalendarYear = Field(description="目标年 / target year")
    reduction_pct: Figure = Field(
        description="下降率（%）：17、17%、＞17、17以上；其他指标填目标值 / reduction in percent, or the value of the target"
    )
    source: Needed = Field(description="文件 / document")
    note: Text = Field("", description="说明 / note")
    comparison: Text = Field("", description="＞（由下降率的写法得出）/ from the way the reduction is written")
    as_fraction: bool = Field(False, description="写成小数（0.17），按百分数读 / written as a fraction")

    @model_validator(mode="after")
    def _possible(self) -> TargetRow:
        if self.indicator in INDICATORS:
            _reduction(self.reduction_pct)
        return self

    @model_validator(mode="before")
    @classmethod
    def _as_written(cls, row: Any) -> Any:
        """A target as documents print it: `＞17`, `17%`, `17以上`, and 0.17 for 17 %. The comparison is kept."""
        raw = row.get("reduction_pct") if isinstance(row, dict) else None
        if raw is None:
            return row
        text = unicodedata.normalize("NFKC", str(raw)).replace(" ", "")
        match = re.fullmatch(r"(>=|≥|>|大于|超过|不低于|不少于|至少)?(-?[0-9][0-9,]*(?:\.[0-9]+)?)(%)?(以上)?", text)
        if match is None:
            return row
        sign, number, percent, least = match.groups()
        value = float(number.replace(",", ""))
        fraction = not percent and 0 < abs(value) < 1 and str(row.get("indicator")) in INDICATORS
        more = {">": ">", "大于": ">", "超过": ">"}.get(sign or "", ">=" if sign or least else "")
        return {**row, "reduction_pct": value * 100 if fraction else value, "comparison": more, "as_fraction": fraction}


class PlaceRow(Edge):
    """Where an enterprise stands, for the reports collected by the province."""

    code: Text = Field("", description="统一社会信用代码 / unified social credit code")
    enterprise: Needed = Field(description="企业 / enterprise")
    region: Needed = Field(description="市或区县 / city or district")
    park: Text = Field("", description="园区 / park")


class SubjectRow(Edge):
    """One row of `subjects.csv`: an industry, an enterprise or a group of institutions that has targets of its own."""

    name: Annotated[Needed, AfterValidator(_name)] = Field(description="考核对象 / name")
    kind: Needed = Field(description="行业、企业、公共机构 / kind")
    region: Text = Field("", description="所在地区 / region")
    code: Text = Field("", description="统一社会信用代码 / unified social credit code")
    note: Text = Field("", description="说明 / note")


class IndicatorDataRow(Edge):
    """One row of `indicator_data.csv`: a figure of an indicator of the plans."""

    region: Needed = Field(description="地区或考核对象 / region or subject")
    indicator: Needed = Field(description="指标 / indicator")
    year: CalendarYear = Field(description="年份 / year")
    value: Figure = Field(description="数值 / value")
    unit: Needed = Field(description="单位 / unit")
    source: Needed = Field(description="来源 / source")
    data_kind: Text = Field("", description="数据性质 / kind of data")
    note: Text = Field("", description="说明 / note")


class ActionRow(Edge):
    """One row of `actions.csv`: an action or project of a plan, with its yearly effect where one is quantified."""

    id: Needed = Field(description="编号 / number")
    name: Needed = Field(description="行动或项目 / name")
    kind: Needed = Field(description="行动、项目 / kind")
    region: Text = Field("", description="地区 / region")
    office: Text = Field("", description="责任单位 / office in charge")
    first_year: CalendarYear = Field(description="起始年份 / first year")
    last_year: CalendarYear = Field(description="完成年份 / last year")
    effect: OptionalFigure = Field(None, description="建成后的年效果 / yearly effect when complete")
    unit: Text = Field("", description="效果的单位：万t CO2、万tce / unit of the effect")
    source: Needed = Field(description="文件 / document")
    note: Text = Field("", description="说明 / note")


class ProgressRow(Edge):
    """One row of `action_progress.csv`: how far an action is at the end of a year."""

    id: Needed = Field(description="编号 / number")
    year: CalendarYear = Field(description="年份 / year")
    percent: Annotated[Figure, Field(ge=0, le=100)] = Field(description="完成进度（%）/ progress in percent")
    effect: OptionalFigure = Field(None, description="当年实现的效果 / effect of the year")
    state: Text = Field("", description="进展情况 / state")
    source: Needed = Field(description="来源 / source")


class CapRow(Edge):
    """One row of `caps.csv`: a cap on a total in one year."""

    region: Needed = Field(description="地区 / region")
    indicator: Annotated[str, _one_of(tuple(TOTALS), "targets.total")] = Field(
        description="co2 或 energy / what is capped"
    )
    year: CalendarYear = Field(description="年份 / year")
    value: Annotated[Figure, Field(gt=0)] = Field(description="上限 / cap")
    unit: Needed = Field(description="单位：万吨CO2 或 万tce / unit")
    source: Needed = Field(description="文件 / document")
    note: Text = Field("", description="说明 / note")


class StatedRow(Edge):
    """One row of `plan_targets.csv`, `accepted.csv` or `scores.csv`: what an office states of a region and year, in
    percent or points."""

    region: Needed = Field(description="地区 / region")
    indicator: Needed = Field(description="指标或评分项目 / indicator or item")
    year: CalendarYear = Field(description="年份 / year")
    value: Figure = Field(description="百分数或得分 / percent or points")
    source: Needed = Field(description="文件 / document")
    note: Text = Field("", description="说明 / note")
