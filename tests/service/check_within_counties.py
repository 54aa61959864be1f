"""Counties, which only the register knows, report and have their inventory like cities; a place may be registered as
people write it (南京市); a department reports its own region."""

from __future__ import annotations

import pytest
from check_departments import filled
from check_products import act, made
from conftest import PASSWORD

COUNTY = "惠山区"


@pytest.mark.parametrize(
    ("name", "known"),
    [("南京市", "南京"), ("江苏省", "江苏"), ("广西壮族自治区", "广西"), ("南京", "南京"), (COUNTY, COUNTY)],
)
def test_places_are_known_as_people_write_them(service, name: str, known: str) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.shared.places import known_name

    assert known_name(name) == known


def bureau(code: str = "X01") -> int:
    """An agricultural bureau of a county below a city that is registered with its full name; its report's number."""
    from inventory.service.store.models import Membership, Obligation, Organisation, Person, Report, Round
    from inventory.service.store.scope import everything

    with everything():
        city = Organisation.objects.get(path="32/3202/")
        county = Organisation.objects.create(
            code="320206", path="32/3202/320206/", name=COUNTY, level="county", parent=city
        )
        bureau = Organisation.objects.create(
            code=code,
            path=f"{county.path}{code}/",
            name="农业农村局",
            level="department",
            parent=county,
            industry="agriculture",
        )
        hashed = Person.objects.get(login="demo-province").password
        for login, role, at in (
            ("xd", "department", bureau),
            ("xa", "approver", bureau),
            ("xc", "county_reviewer", county),
        ):
            person = Person.objects.create(login=f"demo-{login}", name=login, password=hashed)
            Membership.objects.create(person=person, organisation=at, path=at.path, role=role)
        chosen = Round.objects.get()
        duty = Obligation.objects.create(round=chosen, organisation=bureau, path=bureau.path)
        return Report.objects.create(obligation=duty, round=chosen, path=bureau.path).pk


def county_sheets() -> bytes:
    """The province's example as the county's: its name, a thousandth of the figures."""
    from inventory.service.store import departments, verdicts

    draft = verdicts.draft_of(filled(), "x.xlsx")
    for sheet in draft:
        for row in sheet["rows"]:
            row[:] = [v.replace("江苏", COUNTY) if isinstance(v, str) else v for v in row]
    return departments.workbook_of(draft)


def test_a_county_reports_and_has_its_inventory(desk) -> None:  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    from inventory.service.store.models import Report
    from inventory.service.store.scope import everything

    number = bureau()
    assert desk("xd").get(f"/report/{number}") == 200  # the blank sheets are the county's

    def upload(content: bytes) -> dict:  # type: ignore[type-arg]
        body = {"workbook": SimpleUploadedFile("农业.xlsx", content)}
        assert desk("xd").client.post(f"/report/{number}/upload", body).status_code == 200
        with everything():
            return dict(Report.objects.get(pk=number).verdict)

    wrong = upload(filled())["findings"]
    assert any(i["code"] == "service.region" and i["grade"] == "blocking" and "江苏" in i["zh"]["what"] for i in wrong)
    verdict = upload(county_sheets())
    assert verdict["regions"] == [COUNTY] and len(verdict["data"]) > 20
    assert not [i["zh"] for i in verdict["findings"] if i["grade"] == "blocking"]
    for item in verdict["findings"]:
        if item["grade"] == "to_verify":
            said = {"key": item["key"], "text": "与县统计年鉴第十二章一致，附页码"}
            assert desk("xd").post(f"/report/{number}/explain", said)[0] == 200
    act(desk, number, "xd", "hand_over")
    act(desk, number, "xa", "sign_province", signature=PASSWORD)
    act(desk, number, "province", "take_province")
    act(desk, number, "province", "accept", signature=PASSWORD)
    page = desk("xc").text("/compiled?lang=zh")
    assert f"{COUNTY} 2010" in page and 'class="why' in page
    assert COUNTY in made(desk, "results", "xc").decode("utf-8-sig")
    assert COUNTY in desk("province").text("/compiled?lang=zh") and COUNTY in desk("city-3202").text(
        "/compiled?lang=zh"
    )
    assert "公开页" not in desk("xc").text("/products?lang=zh")


def test_a_city_registered_with_its_full_name_gets_its_sheets(service) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store import kinds
    from inventory.service.store.models import Obligation, Organisation, Report, Round

    province = Organisation(code="32", path="32/", name="江苏省", level="province")
    city = Organisation(code="3201", path="32/3201/", name="南京市", level="city", parent=province)
    for above, region in ((province, "江苏"), (city, "南京")):
        office = Organisation(
            code="Z", path="32/Z/", name="局", level="department", parent=above, industry="agriculture"
        )
        report = Report(obligation=Obligation(organisation=office), round=Round(year=2015))
        draft = kinds.blank_of(report)
        assert any(region in str(v) for s in draft for row in s["rows"] for v in row)
