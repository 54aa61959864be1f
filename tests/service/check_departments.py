"""Departments report through the same loop, straight to the province; what is accepted compiles to what the command
makes of the same cells."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from conftest import PASSWORD

from inventory.forms.province import form

ROOT = Path(__file__).resolve().parent.parent.parent


def report():  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Report
    from inventory.service.store.scope import everything

    with everything():
        found = Report.objects.select_related("current", "in_force").get(path="32/D01/")
        _ = (found.current, found.in_force)
        return found


def act(desk, who: str, action: str, **more: str) -> tuple[int, dict]:  # type: ignore[no-untyped-def]
    found = report()
    return desk(who).post(
        f"/report/{found.pk}/act",
        {"action": action, "version": found.current.sha256 if found.current else "", "stamp": found.stamp, **more},
    )


def filled() -> bytes:
    """The agricultural sheets with the figures of the example, for its years."""
    from inventory import api
    from inventory.templates_xlsx.plan import plan
    from inventory.templates_xlsx.write import write_template

    edition = api.load_edition("prov2011")
    files = ("agriculture.csv", "factors_agriculture_lucf.csv", "填报符号.csv")
    project, _ = api.read([ROOT / "examples" / "jiangsu" / f for f in files], edition)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.xlsx"
        write_template(plan(edition, ["agriculture"], "江苏", [2005, 2010], project=project), path, project)
        return path.read_bytes()


def test_department_data_become_the_inventory(desk) -> None:  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    from inventory import api
    from inventory.service.store.departments import workbook_of

    number = report().pk
    assert act(desk, "department", "hand_over")[0] in (409, 422)
    answer = desk("department").client.post(
        f"/report/{number}/upload", {"workbook": SimpleUploadedFile("农业.xlsx", filled())}
    )
    assert answer.status_code == 200, answer.content.decode()
    found = report()
    assert len(found.verdict["data"]) > 20 and found.blocking == 0, [
        i["zh"]["what"] for i in found.verdict["findings"]
    ][:5]
    sheet = found.verdict["data"][0]
    shown = json.loads(desk("department").text(f"/report/{number}/sheet?name={sheet['sheet']}"))
    assert shown["rows"]
    columns = list(shown["grid"]["columns"].values())
    properties = form("activity").schema("zh")["items"]["properties"]
    assert shown["grid"]["form"] == "activity" and {"quantity", "unit", "value"} <= {c["name"] for c in columns}
    assert all(c["help"] == properties[c["name"]]["description"] for c in columns if c["name"] in properties)
    for item in found.verdict["findings"]:
        if item["grade"] == "to_verify":
            assert (
                desk("department").post(
                    f"/report/{number}/explain", {"key": item["key"], "text": "与统计年鉴第十二章一致，附页码"}
                )[0]
                == 200
            )
    assert act(desk, "department", "hand_over")[0] == 200
    assert act(desk, "department-approver", "sign", signature=PASSWORD)[0] == 409  # not through a city
    assert act(desk, "department-approver", "sign_province", signature=PASSWORD)[0] == 200
    assert desk("city-3201").get(f"/report/{number}") == 404
    assert act(desk, "province", "take_province")[0] == 200
    assert act(desk, "province", "accept", signature=PASSWORD)[0] == 200
    page = desk("province").text("/compiled")
    draft = report().in_force.draft
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.xlsx"
        path.write_bytes(workbook_of(draft))
        ledger = api.compile([path])
    wanted = float(ledger.co2e(category="3", year=2010)) / 1e4
    assert wanted > 0 and f"{wanted:,.2f}" in page
    book = desk("province").client.get("/compiled?file=1")
    assert b"".join(book.streaming_content)[:2] == b"PK"
    assert desk("department").get("/compiled") == 404


def test_a_typed_error_is_found_at_its_cell(service) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store import departments
    from inventory.service.store.verdicts import draft_of, put

    draft = draft_of(filled(), "x.xlsx")
    place = departments.verdict_of(draft, "x")["data"][0]
    put(draft, place["sheet"], place["cell"], "约一百")
    verdict = departments.verdict_of(draft, "x")
    assert any(
        (i["sheet"], i["cell"], i["grade"]) == (place["sheet"], place["cell"], "blocking") for i in verdict["findings"]
    )


def test_departments_of_one_name_do_not_replace_each_other() -> None:
    """Every city has its bureau of the same name; under one name their files would be one."""
    import pytest

    from inventory.service.store.departments import compile_versions, file_stem
    from inventory.service.store.models import Organisation

    bureaus = [Organisation(code=f"N{n}", name="农业农村局") for n in (1, 2)]
    assert len({file_stem(b) for b in bureaus}) == 2
    with pytest.raises(ValueError):
        compile_versions([("农业农村局", []), ("农业农村局", [])])
