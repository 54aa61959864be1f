"""Blank cells, verdict and workbook of a report, by whose report it is: an enterprise's or a department's."""

from __future__ import annotations

from typing import Any

from ..domain.roles import Level
from . import departments, verdicts
from .models import Organisation, Report
from .verdicts import Draft


def kind_of(report: Report) -> Level:
    return Level(report.obligation.organisation.level)


def province_of(organisation: Organisation) -> str:
    """The province an organisation belongs to, by name: the region of a department's data."""
    found = Organisation.objects.filter(path=f"{organisation.path.split('/')[0]}/").first()
    return found.name if found is not None else ""


def blank_of(report: Report) -> Draft:
    organisation = report.obligation.organisation
    if kind_of(report) is Level.department:
        return departments.blank_draft(organisation.industry, province_of(organisation), report.round.year)
    return verdicts.blank_draft(organisation.industry) if organisation.industry else []


def verdict_of(report: Report, draft: Draft) -> dict[str, Any]:
    name = report.obligation.organisation.name
    return (
        departments.verdict_of(draft, name) if kind_of(report) is Level.department else verdicts.verdict_of(draft, name)
    )


def workbook_of(report: Report, draft: Draft, lang: str = "zh") -> bytes:
    if kind_of(report) is Level.department:
        return departments.workbook_of(draft)
    return verdicts.workbook_of(draft, report.obligation.organisation.industry, lang)
