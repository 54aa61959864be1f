"""Several people in one draft, and workbooks that are not this firm's: nothing is overwritten unseen, who typed what is
kept, what is handed over is what was looked at; answers and reasons."""

from __future__ import annotations

import io
import json

import pytest
from check_loop import act, give_reasons, new_firm, organisation_of, report_of
from conftest import PASSWORD

SHEET, CELL = "台账", "F6"


@pytest.fixture(scope="module")
def firm(service) -> int:  # type: ignore[no-untyped-def]
    """A firm with a second filler."""
    from inventory.service.store.models import Membership, Organisation, Person
    from inventory.service.store.scope import everything

    n = new_firm(9201, "3211")
    with everything():
        place = Organisation.objects.get(code=f"E{n}")
        second = Person.objects.create(
            login=f"demo-second-{n}", name="另一位填报人", password=Person.objects.get(login="demo-province").password
        )
        Membership.objects.create(person=second, organisation=place, path=place.path, role="filler")
    return n


def shown(desk, who: str, n: int, cell: str = CELL) -> str:  # type: ignore[no-untyped-def]
    from openpyxl.utils.cell import coordinate_to_tuple

    row, column = coordinate_to_tuple(cell)
    rows = json.loads(desk(who).text(f"/report/{report_of(n).pk}/sheet?name={SHEET}"))["rows"]
    return str(rows[row - 1][column - 1]) if row <= len(rows) and column <= len(rows[row - 1]) else ""


def types(desk, who: str, n: int, *edits: tuple[str, str, str]) -> tuple[int, dict]:  # type: ignore[no-untyped-def]
    body = {"edits": [{"sheet": SHEET, "cell": c, "text": t, "seen": s} for c, t, s in edits]}
    return desk(who).post(f"/report/{report_of(n).pk}/cells", body)


def test_two_people_in_one_draft_overwrite_nothing_unseen(desk, firm: int) -> None:  # type: ignore[no-untyped-def]
    one, two = f"filler-{firm}", f"second-{firm}"
    seen = shown(desk, one, firm)
    assert types(desk, two, firm, (CELL, "777", seen))[0] == 200
    status, said = types(desk, one, firm, (CELL, "888", seen), ("Z30", "outside", ""))
    assert status == 409 and "另一位填报人" in said["problems"][0] and "777" in said["problems"][0]
    conflict = said["conflicts"][0]
    assert (conflict["cell"], conflict["now"], conflict["by"]) == (CELL, "777", "另一位填报人")
    assert shown(desk, one, firm) == "777" and shown(desk, one, firm, "Z30") == ""  # all or nothing
    assert types(desk, one, firm, ("Z30", "outside", ""))[0] == 200  # another cell is no conflict
    assert types(desk, one, firm, (CELL, "888", "777"))[0] == 200  # having seen it
    typed = json.loads(desk(two).text(f"/report/{report_of(firm).pk}/sheet?name={SHEET}"))["entered"]["typed"]
    assert typed[CELL].startswith("自测filler") and typed["Z30"].startswith("自测filler")


def test_what_others_typed_is_asked_for_cheaply(desk, firm: int) -> None:  # type: ignore[no-untyped-def]
    path = f"/report/{report_of(firm).pk}/sheet?name={SHEET}&stamp="
    assert json.loads(desk(f"filler-{firm}").text(path + str(report_of(firm).stamp))) == {"same": True}
    assert json.loads(desk(f"filler-{firm}").text(path + "0"))["rows"]


def test_an_upload_does_not_wipe_out_what_somebody_typed_meanwhile(desk, firm: int) -> None:  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    number, stamp = report_of(firm).pk, report_of(firm).stamp
    content = b"".join(desk(f"filler-{firm}").client.get(f"/report/{number}/workbook").streaming_content)
    kept = shown(desk, f"filler-{firm}", firm)
    assert types(desk, f"second-{firm}", firm, (CELL, "999", kept))[0] == 200

    def upload(seen: int) -> object:
        form = {"workbook": SimpleUploadedFile("x.xlsx", content), "stamp": seen}
        return desk(f"filler-{firm}").client.post(f"/report/{number}/upload", form)

    refused = upload(stamp)
    assert refused.status_code == 409 and "另一位填报人" in json.loads(refused.content)["problems"][0]
    assert shown(desk, f"filler-{firm}", firm) == "999"
    assert upload(report_of(firm).stamp).status_code == 200 and shown(desk, f"filler-{firm}", firm) == kept
    entered = json.loads(desk(f"filler-{firm}").text(f"/report/{number}/sheet?name={SHEET}"))["entered"]
    assert entered["typed"] == {} and "上传文件“x.xlsx”" in entered["rest"]  # the workbook's sender put it there
    assert entered["rest"].startswith("自测filler")


def test_handing_over_is_of_what_was_looked_at(desk, firm: int) -> None:  # type: ignore[no-untyped-def]
    give_reasons(desk, firm)
    looked = report_of(firm).stamp
    assert types(desk, f"second-{firm}", firm, ("Z31", "late", ""))[0] == 200
    status, said = act(desk, f"filler-{firm}", firm, "hand_over", stamp=looked)  # type: ignore[arg-type]
    assert status == 409 and "另一位填报人" in said["problems"][0]
    assert report_of(firm).state == "draft" and report_of(firm).current is None
    assert desk(f"filler-{firm}").post(f"/report/{report_of(firm).pk}/act", {"action": "hand_over"})[0] == 409


def test_a_returned_report_is_not_sent_back_unmended_and_unanswered(desk, firm: int) -> None:  # type: ignore[no-untyped-def]
    city, number = "city-3211", report_of(firm).pk
    give_reasons(desk, firm)
    assert act(desk, f"filler-{firm}", firm, "hand_over")[0] == 200
    assert act(desk, f"approver-{firm}", firm, "sign", signature=PASSWORD)[0] == 200
    assert act(desk, city, firm, "take_city")[0] == 200
    for cell in ("F5", CELL):
        remark = {"sheet": SHEET, "cell": cell, "text": "与发票合计不符"}
        assert desk(city).post(f"/report/{number}/remark", remark)[0] == 200
    assert act(desk, city, firm, "return_city")[0] == 200
    edit = shown(desk, f"filler-{firm}", firm, "F5")
    assert types(desk, f"filler-{firm}", firm, ("F5", str(float(edit) + 1), edit))[0] == 200
    give_reasons(desk, firm)
    status, said = act(desk, f"filler-{firm}", firm, "hand_over")
    assert status == 422 and "1 条审核意见" in said["problems"][0]  # F5 was mended, the other stands as it stood
    from inventory.service.store.models import Remark
    from inventory.service.store.scope import everything

    with everything():
        pk = Remark.objects.get(report=number, cell=CELL).pk
    who = desk(f"filler-{firm}")
    assert who.post(f"/remark/{pk}", {"text": "与发票相符，附发票"})[0] == 200
    assert who.post(f"/remark/{pk}", {"text": "另一种说法"})[0] == 409  # an answer is not rewritten
    with everything():
        assert Remark.objects.get(pk=pk).answer == "与发票相符，附发票"
    assert act(desk, f"filler-{firm}", firm, "hand_over")[0] == 200
    assert desk(city).post(f"/remark/{pk}", {"close": True})[0] == 200
    assert "已关闭" in desk(city).text(f"/report/{number}")


OTHERS = {  # what is put into the first sheet -> the finding it gives
    "报告年度": ("2014", "service.year", "blocking"),
    "统一社会信用代码": ("91320000000000000X", "service.code", "blocking"),
    "企业名称": ("别家企业有限公司", "service.name", "to_verify"),
    "地市": ("南京", "service.city", "blocking"),
}


@pytest.mark.parametrize("label", OTHERS)
def test_a_workbook_of_another_firm_or_year_is_noticed(service, label: str) -> None:  # type: ignore[no-untyped-def]
    import copy

    from inventory.service.demo.seed import PROFILE, example
    from inventory.service.store import kinds, verdicts
    from inventory.service.store.models import Organisation, Report
    from inventory.service.store.scope import everything

    stated, code, grade = OTHERS[label]
    with everything():
        Organisation.objects.filter(code="E0008").update(credit_code="91320000max030000x")
        report = Report.objects.select_related("obligation__organisation__parent", "round").get(
            path__contains="/E0008/"
        )
        draft = example("钢铁厂", organisation_of(8))
        good = kinds.verdict_of(report, draft)
        assert not [f for f in good["findings"] if f["code"].startswith("service.")]
        other = copy.deepcopy(draft)
        rows = next(s["rows"] for s in other if s["name"] == PROFILE)
        place = next(
            (r, c) for r, row in enumerate(rows, 1) for c, v in enumerate(row) if str(v).rstrip("*").strip() == label
        )
        verdicts.put(other, PROFILE, f"{chr(66 + place[1])}{place[0]}", stated)
        found = [f for f in kinds.verdict_of(report, other)["findings"] if f["code"] == code]
        Organisation.objects.filter(code="E0008").update(credit_code="")
    assert len(found) == 1 and found[0]["grade"] == grade and stated in found[0]["zh"]["what"] + found[0]["en"]["what"]


def test_one_reason_for_findings_of_one_kind(desk) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Explanation, Report
    from inventory.service.store.scope import everything

    number = report_of(2).pk
    with everything():
        report = Report.objects.get(pk=number)
        kept = report.verdict
        many = [{**_finding(), "key": f"alike{n}"} for n in range(3)]
        report.verdict = {**kept, "findings": [*kept["findings"], *many]}
        report.save()
    who = desk("filler-2")
    page = who.text(f"/report/{number}")
    assert 'data-keys="alike0 alike1 alike2"' in page and "用于同类 3 条" in page
    keys = [f["key"] for f in many]
    assert who.post(f"/report/{number}/explain", {"keys": keys, "text": "同上，同上"})[0] == 422
    assert who.post(f"/report/{number}/explain", {"keys": [*keys, "nowhere"], "text": "两台机组三月检修"})[0] == 404
    assert who.post(f"/report/{number}/explain", {"keys": keys, "text": "两台机组三月检修"})[0] == 200
    with everything():
        assert Explanation.objects.filter(report=number, key__in=keys).count() == 3
        Report.objects.filter(pk=number).update(verdict=kept)


def _finding() -> dict[str, object]:
    said = {"what": "自测", "expected": "", "fix": ""}
    return {"code": "check.alike", "grade": "to_verify", "sheet": "", "cell": "", "zh": said, "en": said}


def test_evidence_of_the_same_name_with_another_content_is_told(desk) -> None:  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    number, client = report_of(12).pk, desk("filler-12").client
    for content, told in ((b"%PDF-1.4 a", 0), (b"%PDF-1.4 b", 1)):
        form = {"file": SimpleUploadedFile("电费单.pdf", content), "sheet": SHEET, "cell": CELL}
        assert client.post(f"/report/{number}/attach", form).status_code == 200
        page = desk("filler-12").text(f"/report/{number}")
        assert page.count("同名，内容与先前的不同") == told
    assert f"{SHEET}!{CELL}" in page


def test_no_more_files_than_the_limit(desk, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    from inventory.service.store import evidence

    monkeypatch.setattr(evidence, "MAX_COUNT", report_of(12).attachments.count())
    form = {"file": SimpleUploadedFile("再一份.pdf", b"%PDF-1.4 more")}
    answer = desk("filler-12").client.post(f"/report/{report_of(12).pk}/attach", form)
    assert answer.status_code == 422 and "附件太多" in json.loads(answer.content)["problems"][0]


def test_a_workbook_by_program_quotes_its_stamp(desk) -> None:  # type: ignore[no-untyped-def]
    from check_api import Program
    from django.core.files.uploadedfile import SimpleUploadedFile

    program, number = Program(desk, "filler-12", True), report_of(12).pk
    content = b"".join(desk("filler-12").client.get(f"/report/{number}/workbook").streaming_content)
    for stamp, status in ((0, 412), (report_of(12).stamp, 200)):
        answer = program.client.post(
            f"/api/v1/reports/{number}/workbook",
            {"workbook": SimpleUploadedFile("x.xlsx", io.BytesIO(content).getvalue())},
            HTTP_IF_MATCH=f'"{stamp}"',
        )
        assert answer.status_code == status, answer.content


def test_many_at_once(desk) -> None:  # type: ignore[no-untyped-def]
    """Three that wait for the city are taken and passed on from the list; one with another version is not, and is named;
    nobody reaches a report of elsewhere this way."""
    import re

    city, numbers = "city-3208", [9251, 9252, 9253]
    for n in numbers:
        new_firm(n, "3208")
        give_reasons(desk, n)
        assert act(desk, f"filler-{n}", n, "hand_over")[0] == 200
        assert act(desk, f"approver-{n}", n, "sign", signature=PASSWORD)[0] == 200
    boxes = re.findall(r'name="report" value="([^"]+)"', desk(city).text("/"))
    assert len(boxes) >= 3 and "开始审核所选" in desk(city).text("/")
    own = [b for b in boxes if any(b.startswith(f"{report_of(n).pk}:") for n in numbers)]
    stale = [*own[:2], own[2].split(":")[0] + ":" + "0" * 64]
    page = desk(city).client.post("/tasks/act", {"act": "take", "report": stale}).content.decode()
    assert "已开始审核 2 份报告" in page and "自测水泥厂9253" in page and "有了改动或新版本" in page
    assert [report_of(n).state for n in numbers] == ["city_review", "city_review", "city_wait"]
    page = desk(city).client.post("/tasks/act", {"act": "pass", "report": own}).content.decode()
    assert "已通过 2 份报告" in page
    assert [report_of(n).state for n in numbers] == ["province_wait", "province_wait", "city_wait"]
    other = desk("city-3201").client.post("/tasks/act", {"act": "take", "report": [own[2]]})
    assert other.status_code == 404 and report_of(9253).state == "city_wait"
    for who in (f"filler-{numbers[2]}", "verifier", "province"):
        desk(who).client.post("/tasks/act", {"act": "pass", "report": [own[2]]})
    assert report_of(9253).state == "city_wait" and 'name="report"' not in desk("verifier").text("/")
