"""The forms of the reporting service: its register of units and its invitations, uploaded as a table.

Codes, roles and industries are looked up by the service, which knows them; here stands what holds of every row.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from .declared import forms_of
from .extras import Day
from .form import Form
from .rows import Edge, Needed, OptionalFigure, Text

LEVELS = {"国家": "nation", "省": "province", "市": "city", "县": "county", "部门": "department", "企业": "enterprise"}


def _code(value: Any) -> str:
    """A code as it is written: a number cell holds 320000, not 320000.0."""
    text = f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value or "").strip()
    if any(c in text for c in "/,*"):
        raise PydanticCustomError("register.code", "no code: {found}", {"found": text})
    return text


def _level(value: Any) -> str:
    text = str(value or "").strip()
    level = LEVELS.get(text, text.lower())
    if level not in LEVELS.values():
        raise PydanticCustomError("register.level", "not a level: {found}", {"found": text or "—"})
    return level


Code = Annotated[str, BeforeValidator(_code)]
NeededCode = Annotated[Code, Field(min_length=1)]


class OrganisationRow(Edge):
    """One unit of the register."""

    code: NeededCode = Field(description="在服务中唯一，不含 / , *；行政区可用区划代码 / unique, without / , *")
    name: Needed = Field(description="单位全称 / full name")
    level: Annotated[str, BeforeValidator(_level)] = Field(
        description="国家、省、市、县、部门、企业 / nation, province, city, county, department, enterprise"
    )
    parent: Code = Field("", description="上级单位的代码；国家、省可空 / code of the unit above")
    industry: Text = Field(
        "", description="企业填行业指南代码或名称，部门填领域 / guideline of an enterprise, sector of a department"
    )
    credit_code: Code = Field("", description="营业执照上的18位代码 / 18 characters of the business licence")
    emission_2010_t: OptionalFigure = Field(None, description="名单依据，吨二氧化碳当量 / ground of the list, t CO2e")
    energy_2010_tce: OptionalFigure = Field(None, description="名单依据，吨标准煤 / ground of the list, tce")


class InvitationRow(Edge):
    """One invitation: a person, a role, a unit."""

    login: NeededCode = Field(description="登录用的名字，不含空格 / name to log in with, without blanks")
    name: Needed = Field(description="真实姓名，签署时显示 / real name, shown where one signs")
    role: Needed = Field(description="角色名称，见人员页的说明 / role, as the page on people explains")
    code: NeededCode = Field(description="单位表中的代码 / code of the register")
    since: Day = Field("", description="任职起始日；空为接受之日 / first day; empty: when it is taken")
    until: Day = Field("", description="任职终止日；空为不限 / last day; empty: without end")
    email: Text = Field("", description="接收提醒的邮箱 / address for reminders")


@functools.cache
def register_forms() -> Mapping[str, Form]:
    """Both forms by id."""
    return forms_of("register.toml", {"OrganisationRow": OrganisationRow, "InvitationRow": InvitationRow})
