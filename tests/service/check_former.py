"""A wrong workbook is undone: the cells of before are kept, given back with who entered them, to the own people alone, and
what stood in between can be had again."""

from __future__ import annotations

import json

import pytest
from check_loop import act, new_firm, report_of
from conftest import PASSWORD

SHEET, CELL = "台账", "F6"


@pytest.fixture(scope="module")
def firm(service) -> int:  # type: ignore[no-untyped-def]
    return new_firm(9261, "3211")


def sheet(desk, n: int) -> dict:  # type: ignore[no-untyped-def, type-arg]
    return json.loads(desk(f"filler-{n}").text(f"/report/{report_of(n).pk}/sheet?name={SHEET}"))


def upload(desk, n: int, content: bytes, name: str) -> int:  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    form = {"workbook": SimpleUploadedFile(name, content), "stamp": report_of(n).stamp}
    return int(desk(f"filler-{n}").client.post(f"/report/{report_of(n).pk}/upload", form).status_code)


def blank_book(n: int) -> bytes:
    from inventory.service.store import kinds
    from inventory.service.store.models import Report
    from inventory.service.store.scope import everything

    with everything():
        report = Report.objects.select_related("obligation__organisation__parent", "round").get(pk=report_of(n).pk)
        return kinds.workbook_of(report, kinds.blank_of(report))


def kept(n: int) -> list[int]:
    from inventory.service.store.former import replacements
    from inventory.service.store.scope import everything

    with everything():
        return [r.number for r in replacements(report_of(n))]


def restore(desk, who: str, n: int, before: object, stamp: int | None = None) -> tuple[int, dict]:  # type: ignore[no-untyped-def, type-arg]
    body = {"before": before, "stamp": report_of(n).stamp if stamp is None else stamp}
    return desk(who).post(f"/report/{report_of(n).pk}/restore", body)


def test_a_wrong_workbook_is_undone_with_who_typed_what(desk, firm: int) -> None:  # type: ignore[no-untyped-def]
    who, number = f"filler-{firm}", report_of(firm).pk
    seen = sheet(desk, firm)["rows"][5][5]
    edit = {"edits": [{"sheet": SHEET, "cell": CELL, "text": "777", "seen": seen}]}
    assert desk(who).post(f"/report/{number}/cells", edit)[0] == 200
    before, entered = report_of(firm).draft, sheet(desk, firm)["entered"]
    assert CELL in entered["typed"] and "在表格里填写" in entered["typed"][CELL]
    earlier = len(kept(firm))
    assert upload(desk, firm, blank_book(firm), "去年的.xlsx") == 200
    wrong = report_of(firm).draft
    assert wrong != before and "去年的.xlsx" in sheet(desk, firm)["entered"]["rest"]
    page = desk(who).text(f"/report/{number}")
    assert "撤销上传" in page and "上传“去年的.xlsx”以前的内容" in page and len(kept(firm)) == earlier + 1
    newest = kept(firm)[0]
    assert restore(desk, who, firm, newest)[0] == 200
    assert report_of(firm).draft == before and report_of(firm).verdict["total_t"] is not None
    assert sheet(desk, firm)["entered"] == entered  # the cells came by their figures as they did before the file
    page = desk(who).text(f"/report/{number}")
    assert (
        "撤销上传" not in page and "恢复旧草稿以前的内容" in page
    )  # the wrong file can be had again, should it be the right one
    assert restore(desk, who, firm, kept(firm)[0])[0] == 200 and report_of(firm).draft == wrong
    assert restore(desk, who, firm, newest)[0] == 200 and report_of(firm).draft == before


def test_nobody_else_and_nothing_unseen(desk, firm: int) -> None:  # type: ignore[no-untyped-def]
    newest, stamp = kept(firm)[0], report_of(firm).stamp
    assert restore(desk, f"filler-{firm}", firm, newest, stamp - 1)[0] == 409  # somebody has typed since
    assert restore(desk, f"approver-{firm}", firm, newest)[0] == 403
    assert restore(desk, "city-3211", firm, newest)[0] == 404  # not signed yet: it is nobody else's
    for nothing in (newest + 10**6, "x", None, True):
        assert restore(desk, f"filler-{firm}", firm, nothing)[0] in (400, 404), nothing
    other = new_firm(9262, "3211")
    assert restore(desk, f"filler-{other}", other, newest)[0] == 404  # another firm's
    assert report_of(firm).stamp == stamp


def test_only_the_last_few_are_kept(desk, firm: int) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.former import MOST

    content = blank_book(firm)
    while len(kept(firm)) < MOST:
        assert upload(desk, firm, content, "又一份.xlsx") == 200
    last = kept(firm)
    assert upload(desk, firm, content, "再一份.xlsx") == 200
    assert len(kept(firm)) == MOST and kept(firm)[1:] == last[:-1]


def test_by_program_and_not_once_it_is_handed_over(desk, firm: int) -> None:  # type: ignore[no-untyped-def]
    from check_api import Program
    from check_loop import give_reasons

    program, number = Program(desk, f"filler-{firm}", True), report_of(firm).pk
    newest = next(e["number"] for e in program.get(f"/reports/{number}/events")[1] if e["action"] == "upload")
    assert newest == kept(firm)[0]
    path, draft = f"/reports/{number}/restore", report_of(firm).draft
    assert program.send("post", path, {"before": newest, "stamp": 0})[0] == 409
    status, said = program.send("post", path, {"before": newest, "stamp": report_of(firm).stamp})
    assert status == 200 and said["stamp"] == report_of(firm).stamp and report_of(firm).draft == draft
    from inventory.service.demo.seed import example
    from inventory.service.store import acts
    from inventory.service.store.models import Person
    from inventory.service.store.scope import Scope, everything

    with everything():
        person, place = Person.objects.get(login=f"demo-filler-{firm}"), report_of(firm).obligation.organisation
        acts.replace(acts.locked(number), example("水泥厂", place), Scope(person).person, "upload", file="对的.xlsx")
    give_reasons(desk, firm)
    assert act(desk, f"filler-{firm}", firm, "hand_over")[0] == 200
    assert restore(desk, f"filler-{firm}", firm, kept(firm)[0])[0] == 409
    assert "data-before=" not in desk(f"filler-{firm}").text(f"/report/{number}")
    assert act(desk, f"approver-{firm}", firm, "sign", signature=PASSWORD)[0] == 200


def test_remarks_are_read_and_answered_by_program(desk, firm: int) -> None:  # type: ignore[no-untyped-def]
    from check_api import Program

    city, filler, number = "city-3211", Program(desk, f"filler-{firm}", True), report_of(firm).pk
    reviewer = Program(desk, city, True)
    assert act(desk, city, firm, "take_city")[0] == 200
    remark = {"sheet": SHEET, "cell": "F5", "text": "与发票合计不符"}
    assert reviewer.send("post", f"/reports/{number}/remarks", remark)[0] == 200
    assert act(desk, city, firm, "return_city")[0] == 200
    status, (said,) = filler.get(f"/reports/{number}/remarks")
    assert status == 200 and (said["cell"], said["text"], said["state"]) == ("F5", "与发票合计不符", "open")
    path = f"/remarks/{said['id']}"
    assert reviewer.send("post", path, {"text": "替企业答复"})[0] == 403
    assert filler.send("post", path, {"text": ""})[0] == 422
    status, answered = filler.send("post", path, {"text": "与发票相符，附发票"})
    assert status == 200 and (answered["state"], answered["answer"]) == ("answered", "与发票相符，附发票")
    assert answered["answered_by"].startswith("自测filler")
    assert filler.send("post", path, {"text": "另一种说法"})[0] == 409
    assert filler.send("post", path, {"close": True})[0] == 403
    status, closed = reviewer.send("post", path, {"close": True})
    assert status == 200 and closed["state"] == "closed"
    assert Program(desk, "filler-1", True).send("post", path, {"text": "别人的"})[0] == 404


def test_the_log_says_it_and_holds(desk, firm: int) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.integrity import verify
    from inventory.service.store.models import Event
    from inventory.service.store.scope import everything

    with everything():
        rows = Event.objects.filter(subject=f"report/{report_of(firm).pk}", action="restore")
        assert rows.count() >= 3 and all(set(json.loads(e.facts)) == {"before", "cells"} for e in rows)
        broken = [b for b in verify()[1] if b.kind in ("report", "version", "changed", "missing")]
        assert not [b for b in broken if b.detail.startswith(report_of(firm).path)], broken
