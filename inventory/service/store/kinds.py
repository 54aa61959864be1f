"""Blank cells, verdict and workbook of a report, by whose report it is: an enterprise's or a department's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from inventory.app.grids import GridRequest
from inventory.enterprise.identity import folded as same_name
from inventory.enterprise.tables import PROFILE, PROFILE_SHEET, fold

from ..domain.findings import Grade
from ..domain.roles import Level
from ..maps.drawing import folded
from ..shared.places import known_name
from ..shared.sheets import enterprise_grid, grid_json
from ..shared.texts import text
from . import departments, verdicts
from .models import Organisation, Report
from .places import county_of, region_of, tree_with
from .verdicts import Draft


def kind_of(report: Report) -> Level:
    return Level(report.obligation.organisation.level)


def route_of(report: Report) -> Level:
    """Which way a report goes: an enterprise below a county through the county as well."""
    organisation = report.obligation.organisation
    kind = Level(organisation.level)
    parent = organisation.parent
    return Level.county if kind is Level.enterprise and parent is not None and parent.level == Level.county else kind


def blank_of(report: Report) -> Draft:
    organisation = report.obligation.organisation
    if kind_of(report) is Level.department:
        return departments.blank_draft(
            organisation.industry, region_of(organisation), report.round.year, county_of(organisation)
        )
    return _named(verdicts.blank_draft(organisation.industry), report) if organisation.industry else []


def _named(draft: Draft, report: Report) -> Draft:
    """The blank cells with what the register knows already: nobody types the own name, code, year or place again."""
    organisation, place = report.obligation.organisation, report.obligation.organisation.parent
    while place is not None and place.level != Level.province:
        place = place.parent
    known = {
        "name": organisation.name,
        "code": organisation.credit_code,
        "year": report.round.year,
        "province": known_name(place.name) if place is not None else "",
        "city": city_of(organisation),
        "emission_2010_t": organisation.emission_2010_t,
        "energy_2010_tce": organisation.energy_2010_tce,
    }
    fields = {fold(f.label): known[f.id] for f in PROFILE if known.get(f.id)}
    for sheet in draft:
        if fold(sheet["name"]) != fold(PROFILE_SHEET):
            continue
        for row in sheet["rows"]:
            value = fields.get(fold(str(row[0]).rstrip("*"))) if row and row[0] else None
            if value is not None and len(row) > 1 and row[1] is None:
                row[1] = value
    return draft


def verdict_of(report: Report, draft: Draft) -> dict[str, Any]:
    organisation = report.obligation.organisation
    if kind_of(report) is Level.department:
        return _within(departments.verdict_of(draft, organisation.name, county_of(organisation)), organisation)
    verdict = verdicts.verdict_of(draft, organisation.name)
    if organisation.industry and verdict["industry"] not in ("", organisation.industry):
        verdict["findings"].insert(0, _not_registered("industry", verdict["industry"], organisation.industry))
    if verdict["year"] and verdict["year"] != report.round.year:
        verdict["findings"].insert(0, _not_registered("year", str(verdict["year"]), str(report.round.year)))
    code, registered = verdict["code"], organisation.credit_code
    if code and registered and same_name(code) != same_name(registered):
        verdict["findings"].insert(0, _not_registered("code", code, registered))
    if verdict["name"] and same_name(verdict["name"]) != same_name(organisation.name):
        renamed = _not_registered("name", verdict["name"], organisation.name, Grade.to_verify)
        verdict["findings"].append(renamed)
    city = city_of(organisation)
    if city and verdict["city"] and folded(verdict["city"]) != folded(city):
        verdict["findings"].insert(0, _not_registered("city", verdict["city"], city))
    return verdict


def _within(verdict: dict[str, Any], organisation: Organisation) -> dict[str, Any]:
    """A department reports its own region or those below it: figures of another would be counted twice or not there."""
    own, county = region_of(organisation), county_of(organisation)
    tree = tree_with([county] if county is not None else [])
    for region in verdict["regions"]:
        above = {r.name for r in tree.ancestors(region)} if region in tree else set()
        if own not in {region, *above}:
            verdict["findings"].insert(0, _not_registered("region", region, own))
    return verdict


def city_of(organisation: Organisation) -> str:
    """Name of the city an enterprise stands under; empty below a province itself."""
    above = organisation.parent
    while above is not None and above.level != Level.city:
        above = above.parent
    return above.name if above is not None else ""


def _not_registered(what: str, stated: str, registered: str, grade: Grade = Grade.blocking) -> dict[str, Any]:
    """Guideline, city, year, credit code or name filled in is not the one of the register: another firm's or year's
    workbook, or sums of the register and sums of the reports that would say different things."""
    said = {
        lang: {
            "what": text(f"finding.{what}", lang, stated=stated),
            "expected": registered,
            "fix": text(f"finding.{what}_fix", lang),
        }
        for lang in ("zh", "en")
    }
    return {
        "key": f"service.{what}:{stated}",
        "code": f"service.{what}",
        "grade": grade.value,
        "sheet": "",
        "cell": "",
        **said,
    }


def grid_of(report: Report, part: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """What the cells of one sheet of a draft take, from the forms of the enterprise's industry or of the province."""
    organisation = report.obligation.organisation
    if kind_of(report) is not Level.department:
        return enterprise_grid(part, organisation.industry, lang)
    (sheet,) = verdicts.sheets_of([dict(part)], "")
    return grid_json(
        GridRequest(sheet, edition=departments.edition_of(region_of(organisation), county_of(organisation)), lang=lang)
    )


def workbook_of(report: Report, draft: Draft, lang: str = "zh") -> bytes:
    if kind_of(report) is Level.department:
        return departments.workbook_of(draft)
    return verdicts.workbook_of(draft, report.obligation.organisation.industry, lang)
