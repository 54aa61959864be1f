"""Blank cells, verdict and workbook of a report, by whose report it is: an enterprise's or a department's."""

from __future__ import annotations

from typing import Any

from ..domain.findings import Grade
from ..domain.roles import Level
from ..shared.texts import text
from . import departments, verdicts
from .models import Organisation, Report
from .verdicts import Draft


def kind_of(report: Report) -> Level:
    return Level(report.obligation.organisation.level)


def route_of(report: Report) -> Level:
    """Which way a report goes: an enterprise below a county through the county as well."""
    organisation = report.obligation.organisation
    kind = Level(organisation.level)
    parent = organisation.parent
    return Level.county if kind is Level.enterprise and parent is not None and parent.level == Level.county else kind


def region_of(organisation: Organisation) -> str:
    """The region of a department's data, by name: the city or county it stands under, else the province."""
    parent = organisation.parent
    return parent.name if parent is not None else ""


def blank_of(report: Report) -> Draft:
    organisation = report.obligation.organisation
    if kind_of(report) is Level.department:
        return departments.blank_draft(organisation.industry, region_of(organisation), report.round.year)
    return verdicts.blank_draft(organisation.industry) if organisation.industry else []


def verdict_of(report: Report, draft: Draft) -> dict[str, Any]:
    organisation = report.obligation.organisation
    if kind_of(report) is Level.department:
        return departments.verdict_of(draft, organisation.name)
    verdict = verdicts.verdict_of(draft, organisation.name)
    if organisation.industry and verdict["industry"] not in ("", organisation.industry):
        verdict["findings"].insert(0, _other_industry(verdict["industry"], organisation.industry))
    return verdict


def _other_industry(found: str, expected: str) -> dict[str, Any]:
    """The guideline filled in is not the one the firm is registered with: sums by industry would say something else
    than the register."""
    said = {
        lang: {
            "what": text("finding.industry", lang, found=found),
            "expected": expected,
            "fix": text("finding.industry_fix", lang),
        }
        for lang in ("zh", "en")
    }
    return {
        "key": f"service.industry:{found}",
        "code": "service.industry",
        "grade": Grade.blocking.value,
        "sheet": "",
        "cell": "",
        **said,
    }


def workbook_of(report: Report, draft: Draft, lang: str = "zh") -> bytes:
    if kind_of(report) is Level.department:
        return departments.workbook_of(draft)
    return verdicts.workbook_of(draft, report.obligation.organisation.industry, lang)
