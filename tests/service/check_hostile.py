"""A hostile user: pages and numbers of others, forms of another site, replayed and stale steps, links that are over,
sessions set beforehand, files that are something else. Each is refused, in words."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import zipfile

import pytest
from check_loop import act, report_of, sha
from conftest import PASSWORD

HAN = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def handed_over(desk) -> int:  # type: ignore[no-untyped-def]
    """The number of a report that is handed over to the own approver and not signed: firm 3's."""
    found = report_of(3)
    assert found.state == "signing", "another check moved the report on: let it take a firm of its own"
    return int(found.pk)


def test_what_is_not_signed_is_seen_by_no_reviewer(desk, handed_over: int) -> None:  # type: ignore[no-untyped-def]
    from check_api import Program

    for who in ("city-3203", "province", "verifier"):
        for part in ("", "/sheet?name=台账", "/workbook", "/marked", "/receipt", "/diff/1/1"):
            assert desk(who).get(f"/report/{handed_over}{part}") == 404, (who, part)
        program = Program(desk, who)
        assert program.get(f"/reports/{handed_over}/draft")[0] == 404
        shown = {r["id"]: r for r in program.get("/reports")[1]}
        assert shown.get(handed_over, {"total_t": None})["total_t"] is None
    for who in ("filler-3", "approver-3"):
        assert desk(who).get(f"/report/{handed_over}") == 200
    row = next(r for r in desk("province").text("/board?q=第3化工厂").split("<tr>") if f'/report/{handed_over}"' in r)
    assert re.search(r'<td class="n">—</td></tr>', row), row  # no total on the board either
    assert "第3化工厂" not in desk("province").text("/data")


def test_no_figure_of_a_single_firm_for_administrators_and_ministry(desk) -> None:  # type: ignore[no-untyped-def]
    for who in ("system", "ministry"):
        page = desk(who).text("/board")
        assert not re.search(r"\d{1,3}(,\d{3})+\.\d\d", page) and "/report/" not in page, who


def test_everybody_finds_the_own_report_whatever_its_state(desk) -> None:  # type: ignore[no-untyped-def]
    for n in (9, 10, 4, 7):
        for who in ("filler", "approver"):
            assert f'/report/{report_of(n).pk}"' in desk(f"{who}-{n}").text("/"), (who, n)
    assert "/report/" in desk("verifier").text("/")


@pytest.mark.parametrize(
    "path", ["/report/{n}/act", "/report/{n}/cells", "/board/remind", "/people", "/me", "/products/make"]
)
def test_a_form_of_another_site_is_refused_in_words(desk, path: str) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
    client.cookies = desk("filler-4").client.cookies  # the victim is logged in
    answer = client.post(path.format(n=report_of(4).pk), {"x": "y"})
    assert answer.status_code == 403 and "页面已过期" in answer.content.decode()


def test_numbers_guessed_and_names_of_other_hosts(desk) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    who = desk("filler-4")
    own, other = report_of(4).pk, report_of(5).pk
    for path in (
        f"/report/{other}",
        "/report/999999",
        "/attachment/999999",
        "/products/1/file",
        f"/report/{own}/diff/1/99",
    ):
        answer = who.client.get(path)
        assert answer.status_code == 404 and "没有这个页面" in answer.content.decode(), path
    said = who.client.get("/report/999999?lang=en").content.decode()
    assert "no such page" in said and not HAN.search(re.sub("中文|[^>]*登录|>中文<", "", said.split("<main")[1]))
    who.get("/?lang=zh")
    assert Client(HTTP_HOST="evil.example").get("/login").status_code == 400
    assert Client(HTTP_HOST="10.0.0.9").get("/health").status_code == 200


def test_a_session_set_beforehand_is_nobodys(service) -> None:  # type: ignore[no-untyped-def]
    from django.contrib.sessions.backends.db import SessionStore
    from django.test import Client

    planted = SessionStore()
    planted.create()
    client = Client(HTTP_HOST="127.0.0.1")
    client.cookies["sessionid"] = planted.session_key
    assert client.post("/login", {"login": "demo-filler-7", "password": PASSWORD}).status_code == 302
    assert client.cookies["sessionid"].value != planted.session_key
    thief = Client(HTTP_HOST="127.0.0.1")
    thief.cookies["sessionid"] = planted.session_key
    assert thief.get("/").status_code == 302  # to the login


def test_links_that_are_over_say_so(desk) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client
    from django.utils import timezone

    from inventory.service.domain.roles import Role
    from inventory.service.store.models import Invitation, Organisation
    from inventory.service.store.scope import everything
    from inventory.service.web.invitations import Invited, hashed, invite

    with everything():
        token = invite(None, Organisation.objects.get(code="E0004"), Role.filler, Invited("spaet", "x"))
        Invitation.objects.filter(token_hash=hashed(token)).update(expires=timezone.now() - dt.timedelta(seconds=1))
    for link in (token, "nothing"):
        for answer in (
            Client(HTTP_HOST="127.0.0.1").get(f"/invitation/{link}"),
            Client(HTTP_HOST="127.0.0.1").post(f"/invitation/{link}", {"password": PASSWORD, "again": PASSWORD}),
        ):
            assert answer.status_code == 404 and "请安全管理员重新邀请" in answer.content.decode()


def test_an_invitation_is_no_way_to_guess_a_password(desk) -> None:  # type: ignore[no-untyped-def]
    """A link to a role for a name that exists takes its owner's password, and is throttled as a login."""
    from django.test import Client

    from inventory.service.domain.roles import Role
    from inventory.service.store.models import Attempt, Organisation
    from inventory.service.store.scope import everything
    from inventory.service.web.invitations import Invited, invite

    with everything():
        token = invite(None, Organisation.objects.get(code="E0004"), Role.approver, Invited("demo-filler-20", "x"))
    client = Client(HTTP_HOST="127.0.0.1", REMOTE_ADDR="10.7.7.7")
    said = [
        client.post(
            f"/invitation/{token}", {"password": f"wrong-password-{n}", "again": f"wrong-password-{n}"}
        ).content.decode()
        for n in range(6)
    ]
    assert "密码不对" in said[0] and "15 分钟" in said[5]
    Attempt.objects.filter(key="account:demo-filler-20").delete()


def test_a_step_works_once_and_only_on_what_was_looked_at(desk) -> None:  # type: ignore[no-untyped-def]
    n = 14
    assert report_of(n).state == "city_wait"
    old = sha(n)
    taken = {"action": "take_city", "version": old}
    number = report_of(n).pk
    assert desk("city-3201").post(f"/report/{number}/act", {**taken, "version": "0" * 64})[0] == 409
    assert desk("city-3201").post(f"/report/{number}/act", taken)[0] == 200
    status, said = desk("city-3201").post(f"/report/{number}/act", taken)  # the same request once more
    assert status == 409 and "需要刷新" in said["problems"][0]


def test_files_that_are_something_else(desk) -> None:  # type: ignore[no-untyped-def]
    from check_api import Program
    from django.core.files.uploadedfile import SimpleUploadedFile

    number = report_of(2).pk
    client = desk("filler-2").client
    for name, content in (
        ("a.xlsx", b"MZ\x90\x00 program"),
        ("a.xlsx", b"<html>"),
        ("a.xlsx", b""),
        ("a.xls", b"\x00" * 64),
    ):
        answer = client.post(f"/report/{number}/upload", {"workbook": SimpleUploadedFile(name, content)})
        assert answer.status_code in (413, 422), name
        assert HAN.search("".join(json.loads(answer.content)["problems"])), answer.content
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        book.writestr("xl/workbook.xml", "<workbook/>")
    name = "../../..\\secret/\u202efdp.exe\r\n.xlsx"
    answer = client.post(f"/report/{number}/attach", {"file": SimpleUploadedFile("x", out.getvalue())})
    assert answer.status_code in (200, 422)
    client.post(f"/report/{number}/attach", {"file": SimpleUploadedFile(name, b"%PDF-1.4 traversal")})
    page = desk("filler-2").text(f"/report/{number}")
    shown = re.findall(r'<a href="/attachment/(\d+)">([^<]*)</a>', page)
    assert not any(".." in label or "/" in label or "\\" in label or "\u202e" in label for _, label in shown), shown
    sent = client.get(f"/attachment/{shown[0][0]}")
    assert sent["Content-Disposition"].startswith("attachment") and sent["X-Content-Type-Options"] == "nosniff"
    assert "\n" not in sent["Content-Disposition"] and sent["Content-Type"] == "application/octet-stream"
    program = Program(desk, "filler-2", True)
    large = program.client.post(
        f"/api/v1/reports/{number}/workbook",
        {"workbook": SimpleUploadedFile("g.xlsx", b"0" * 20_000_001)},
        HTTP_AUTHORIZATION=f"Bearer {program.key}",
    )
    assert large.status_code == 413 and HAN.search(json.loads(large.content)["problems"][0])


def test_names_that_are_formulas_leave_as_text(desk) -> None:  # type: ignore[no-untyped-def]
    """An organisation and a person named like a formula: in CSV guarded, in the workbook text, on the pages escaped."""
    from inventory.service.store.models import Organisation
    from inventory.service.store.scope import everything

    harmful = "=cmd|' /C calc'!A0<script>alert(1)</script>"
    form = {"code": "H1", "name": harmful, "level": "enterprise", "parent": "3202", "industry": "08"}
    page = desk("system").client.post("/organisations", form, follow=True).content.decode()
    assert "已添加" in page and "<script>alert" not in page
    rows = "用户名,姓名,角色,单位代码\nboese,@SUM(1),填报人,H1\n".encode("utf-8-sig")
    from django.core.files.uploadedfile import SimpleUploadedFile

    links = (
        desk("security")
        .client.post("/people", {"workbook": SimpleUploadedFile("p.csv", rows)})
        .content.decode("utf-8-sig")
    )
    assert "'=cmd" in links and "'@SUM(1)" in links and "/invitation/" in links
    with everything():
        assert Organisation.objects.get(code="H1").name == harmful


def test_nobody_signs_alone(desk, handed_over: int) -> None:  # type: ignore[no-untyped-def]
    """The filler who is an approver as well may not sign the own version."""
    from inventory.service.store.models import Membership
    from inventory.service.store.scope import everything

    with everything():
        own = Membership.objects.get(person__login="demo-filler-3")
        made = Membership.objects.create(
            person=own.person, organisation_id=own.organisation_id, path=own.path, role="approver"
        )
    status, said = act(desk, "filler-3", 3, "sign", signature=PASSWORD)
    with everything():
        made.delete()
    assert status == 422 and "不能是同一人" in said["problems"][0]
