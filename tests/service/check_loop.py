"""The whole loop by requests: fill, hand over, sign, take, return with a remark at a cell, resubmit, pass on, accept,
reopen by two."""

from __future__ import annotations

import hashlib
import json

import pytest
from conftest import PASSWORD
from some import some


def report_of(n: int):  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Report
    from inventory.service.store.scope import everything

    with everything():
        found = Report.objects.select_related("current", "in_force").get(path__contains=f"/E{n:04}/")
        _ = (found.current, found.in_force)
        return found


def organisation_of(n: int):  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Organisation
    from inventory.service.store.scope import everything

    with everything():
        found = Organisation.objects.select_related("parent__parent").get(code=f"E{n:04}")
        _ = found.parent
        return found


def sha(n: int) -> str:
    found = report_of(n)
    return found.current.sha256 if found.current else ""


def act(desk, who: str, n: int, action: str, **more: str) -> tuple[int, dict]:  # type: ignore[no-untyped-def]
    return desk(who).post(
        f"/report/{report_of(n).pk}/act", {"action": action, "version": sha(n), "stamp": report_of(n).stamp, **more}
    )


def fill_from(desk, n: int, kind: str) -> int:  # type: ignore[no-untyped-def]
    """Upload the example as a workbook."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from inventory.service.demo.seed import example
    from inventory.service.store.verdicts import workbook_of

    content = workbook_of(example(kind, organisation_of(n)), {"发电厂": "01", "水泥厂": "08", "钢铁厂": "03"}[kind])
    answer = desk(f"filler-{n}").client.post(
        f"/report/{report_of(n).pk}/upload", {"workbook": SimpleUploadedFile("填报.xlsx", content)}
    )
    assert answer.status_code == 200, answer.content.decode()
    return answer.status_code


def give_reasons(desk, n: int) -> int:  # type: ignore[no-untyped-def]
    """First with an empty word, which is refused, then with a reason; gives how many findings asked for one."""
    found = report_of(n)
    keys = [i["key"] for i in found.verdict["findings"] if i["grade"] == "to_verify"]
    for key in keys:
        assert desk(f"filler-{n}").post(f"/report/{found.pk}/explain", {"key": key, "text": "核实无误"})[0] == 422
        assert (
            desk(f"filler-{n}").post(
                f"/report/{found.pk}/explain", {"key": key, "text": "两台机组三月检修，附检修记录"}
            )[0]
            == 200
        )
    return len(keys)


def new_firm(n: int, city: str = "3209") -> int:
    """A new firm with people and a filled draft, which no other test knows; gives its number."""
    from inventory.service.demo.seed import example
    from inventory.service.store import acts, kinds
    from inventory.service.store.models import Membership, Obligation, Organisation, Person, Report, Round
    from inventory.service.store.scope import Scope, everything

    with everything():
        parent = Organisation.objects.get(path=f"32/{city}/")  # a city, or city and county
        firm = Organisation.objects.create(
            code=f"E{n}",
            path=f"{parent.path}E{n}/",
            name=f"自测水泥厂{n}（示例）",
            level="enterprise",
            parent=parent,
            industry="08",
        )
        hashed = Person.objects.get(login="demo-province").password
        for role in ("filler", "approver"):
            person = Person.objects.create(login=f"demo-{role}-{n}", name=f"自测{role}", password=hashed)
            Membership.objects.create(person=person, organisation=firm, path=firm.path, role=role)
        chosen = Round.objects.get()
        duty = Obligation.objects.create(round=chosen, organisation=firm, path=firm.path)
        report = Report.objects.create(obligation=duty, round=chosen, path=firm.path)
        draft = example("水泥厂", firm)
        report.draft, report.verdict = draft, kinds.verdict_of(report, draft)
        report.save()
        filler = Scope(Person.objects.get(login=f"demo-filler-{n}"))
        typed = acts.Edit("企业基本情况", "A1", kept := acts.verdicts.shown(draft, "企业基本情况", "A1"), kept)
        acts.save_cells(filler, report.pk, [typed])
    return n


def test_the_whole_loop(desk) -> None:  # type: ignore[no-untyped-def]
    n, city = 1, "city-3201"
    fill_from(desk, n, "发电厂")
    first = report_of(n)
    assert first.state == "draft" and first.total_t == pytest.approx(2403504.878956307, abs=1e-6)
    number = first.pk
    assert act(desk, "filler-1", n, "sign", signature=PASSWORD)[0] in (403, 409)
    if any(i["grade"] == "to_verify" for i in first.verdict["findings"]):
        assert act(desk, "filler-1", n, "hand_over")[0] == 422
    give_reasons(desk, n)
    assert act(desk, "filler-1", n, "hand_over")[0] == 200
    assert act(desk, "approver-1", n, "sign", signature="falsch-falsch")[0] == 422
    assert act(desk, "approver-1", n, "sign", signature=PASSWORD)[0] == 200
    assert (
        desk("filler-1").post(
            f"/report/{number}/cells", {"edits": [{"sheet": "台账", "cell": "F5", "text": "1", "seen": ""}]}
        )[0]
        == 409
    )
    assert act(desk, city, n, "return_city")[0] == 409
    assert act(desk, city, n, "take_city")[0] == 200
    assert act(desk, "approver-1", n, "withdraw", reason="发现购入量抄错一行")[0] == 409
    assert act(desk, city, n, "return_city")[0] == 422
    assert desk(city).post(f"/report/{number}/remark", {"sheet": "台账", "cell": "F4", "text": "与发票不符"})[0] == 200
    old = sha(n)
    assert act(desk, city, n, "return_city")[0] == 200
    sheet = json.loads(desk("filler-1").text(f"/report/{number}/sheet?name=台账"))
    assert sheet["remarks"][0]["cell"] == "F4"
    seen = sheet["rows"][3][5]
    changed = str(float(seen or 0) + 1)
    status, answer = desk("filler-1").post(
        f"/report/{number}/cells", {"edits": [{"sheet": "台账", "cell": "F4", "text": changed, "seen": seen}]}
    )
    assert status == 200, answer
    stale = desk("filler-1").post(
        f"/report/{number}/cells", {"edits": [{"sheet": "台账", "cell": "F4", "text": "9", "seen": seen}]}
    )
    assert stale[0] == 409
    page = desk("filler-1").text(f"/report/{number}")
    assert "原值 → 现值" in page
    give_reasons(desk, n)
    assert act(desk, "filler-1", n, "hand_over")[0] == 200
    assert sha(n) != old
    assert (
        desk("approver-1").post(f"/report/{number}/act", {"action": "sign", "version": old, "signature": PASSWORD})[0]
        == 409
    )
    assert act(desk, "approver-1", n, "sign", signature=PASSWORD)[0] == 200
    assert "F4" in desk(city).text(f"/report/{number}/diff/1/2")
    for who, action in ((city, "take_city"), (city, "pass_on"), ("province", "take_province")):
        assert act(desk, who, n, action)[0] == 200
    assert act(desk, "province", n, "accept", signature=PASSWORD)[0] == 200
    assert report_of(n).in_force.sha256 == sha(n)
    before = (report_of(n).total_t, desk("province").text("/aggregates.csv?by=city"))
    for asks, refuses in (
        ("province2", "province"),
        ("province", "province2"),
    ):  # who asked once may decide on another's
        assert act(desk, asks, n, "ask_reopen", reason="企业来函更正外购电量")[0] == 200
        assert act(desk, asks, n, "refuse_reopen", reason="来函所附材料不足，不同意")[0] == 422
        assert act(desk, refuses, n, "refuse_reopen", reason="来函所附材料不足，不同意")[0] == 200
    assert act(desk, "province", n, "ask_reopen", reason="企业来函更正外购电量")[0] == 200
    assert act(desk, "province", n, "confirm_reopen", reason="企业来函更正外购电量", signature=PASSWORD)[0] == 422
    assert act(desk, "province2", n, "confirm_reopen", reason="企业来函更正外购电量", signature=PASSWORD)[0] == 200
    assert (report_of(n).total_t, desk("province").text("/aggregates.csv?by=city")) == before
    assert sha(n) in desk("filler-1").text(f"/report/{number}/receipt")


def test_two_reviewers_at_once_one_wins(desk) -> None:  # type: ignore[no-untyped-def]
    n = 4  # waits for the city
    assert report_of(n).state == "city_wait"
    assert act(desk, "city-3204", n, "take_city")[0] == 200
    status, answer = act(desk, "city-3204", n, "take_city")
    assert status == 409 and "常州审核员" in answer["problems"][0]


def test_what_was_typed_is_kept_and_findings_stand_at_cells(desk) -> None:  # type: ignore[no-untyped-def]
    n = 2  # a draft
    number = report_of(n).pk
    sheet = json.loads(desk("filler-2").text(f"/report/{number}/sheet?name=台账"))
    seen = sheet["rows"][3][5]
    for typed in ("约1200", "=1+1", "<b>x</b>"):
        status, answer = desk("filler-2").post(
            f"/report/{number}/cells", {"edits": [{"sheet": "台账", "cell": "F4", "text": typed, "seen": seen}]}
        )
        assert status == 200, answer
        seen = typed
        sheet = json.loads(desk("filler-2").text(f"/report/{number}/sheet?name=台账"))
        assert sheet["rows"][3][5] == typed
        assert any(p["cell"] == "F4" and p["grade"] == "blocking" for p in sheet["at"]) and answer["total_t"] is None
    assert act(desk, "filler-2", n, "hand_over")[0] == 422
    desk("filler-2").post(
        f"/report/{number}/cells", {"edits": [{"sheet": "台账", "cell": "F4", "text": "120", "seen": seen}]}
    )


@pytest.mark.parametrize(
    ("name", "content", "taken"),
    [
        ("发票.pdf", b"%PDF-1.4 x", True),
        ("计量.csv", "月,量\n1,2\n".encode("gb18030"), True),
        ("x.pdf", b"MZ\x90\x00\x03" + b"\0" * 80, False),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", False),
        ("x.xlsx", b"PK\x03\x04broken", False),
        ("x.html", b"<html>", False),
    ],
)
def test_evidence_by_content(desk, name: str, content: bytes, taken: bool) -> None:  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    number = report_of(2).pk
    answer = desk("filler-2").client.post(
        f"/report/{number}/attach", {"file": SimpleUploadedFile(name, content), "sheet": "台账", "cell": "F4"}
    )
    assert (answer.status_code == 200) == taken, answer.content.decode()
    if taken:
        assert hashlib.sha256(content).hexdigest() in desk("filler-2").text(f"/report/{number}")


def test_larger_than_the_limit(desk) -> None:  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    answer = desk("filler-2").client.post(
        f"/report/{report_of(2).pk}/attach", {"file": SimpleUploadedFile("x.pdf", b"%PDF-" + b"0" * 21_000_000)}
    )
    assert answer.status_code == 413


def test_total_equals_the_commands(desk, whole) -> None:  # type: ignore[no-untyped-def]
    import tempfile
    from pathlib import Path

    from inventory.enterprise.compute import compute_file
    from inventory.service.demo.seed import drafts
    from inventory.service.store import verdicts

    for kind, draft in some(drafts().items()):
        verdict = verdicts.verdict_of(draft, kind)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.xlsx"
            path.write_bytes(verdicts.workbook_of(draft, verdict["industry"]))
            assert compute_file(path).total(True) == verdict["total_t"], kind
            assert verdicts.differences(draft, verdicts.draft_of(path.read_bytes(), "x.xlsx")) == []
