"""Coming in: throttling, sessions, invitations, administrators apart, one-time codes; sums without single firms."""

from __future__ import annotations

import re

import pytest
from conftest import PASSWORD


def test_too_many_wrong_passwords(service) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    client = Client(HTTP_HOST="127.0.0.1", REMOTE_ADDR="10.9.9.9")
    answers = [
        client.post("/login", {"login": "demo-filler-9", "password": "wrong"}).content.decode() for _ in range(6)
    ]
    assert "用户名或密码不对" in answers[0] and "15 分钟" in answers[5]
    assert client.post("/login", {"login": "demo-filler-9", "password": PASSWORD}).status_code == 200
    missing = (
        Client(HTTP_HOST="127.0.0.1", REMOTE_ADDR="10.9.9.8")
        .post("/login", {"login": "nobody-here", "password": "wrong"})
        .content.decode()
    )
    assert "用户名或密码不对" in missing
    from inventory.service.store.models import Attempt

    Attempt.objects.filter(key__in=("account:demo-filler-9", "account:nobody-here")).delete()  # for whoever comes next


def test_an_ended_session_is_over(desk, service) -> None:  # type: ignore[no-untyped-def]
    from conftest import Desk

    from inventory.service.store.models import SessionRecord

    one, two = Desk("demo-filler-8"), Desk("demo-filler-8")
    assert one.get("/") == two.get("/") == 200
    key = two.client.session.session_key
    record = SessionRecord.objects.get(session_key=key)
    one.client.post("/me", {"act": "end", "session": record.pk})
    assert one.get("/") == 200 and two.get("/") == 302


def test_invitation_works_once_and_demands_a_good_password(desk) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    page = (
        desk("security")
        .client.post("/people", {"act": "invite", "login": "新人", "name": "新人", "role": "filler", "code": "E0003"})
        .content.decode()
    )
    link = re.search(r"/invitation/[\w-]+", page)[0]  # type: ignore[index]
    visitor = Client(HTTP_HOST="127.0.0.1")
    assert visitor.get(link).status_code == 200
    assert "至少 12 位" in visitor.post(link, {"password": "kurz1", "again": "kurz1"}).content.decode()
    assert visitor.post(link, {"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert Client(HTTP_HOST="127.0.0.1").get(link).status_code == 404


def test_no_two_administrators_in_one_person(desk) -> None:  # type: ignore[no-untyped-def]
    """Refused when inviting, and again when a link made before is taken."""
    from django.test import Client

    from inventory.service.domain.roles import Role
    from inventory.service.store.models import Organisation
    from inventory.service.store.scope import everything
    from inventory.service.web.invitations import Invited, invite

    form = {"act": "invite", "login": "demo-system", "name": "x", "role": "audit_admin", "code": "32"}
    page = desk("security").client.post("/people", form).content.decode()
    assert "必须是三个人" in page and "/invitation/" not in page
    with everything():
        token = invite(None, Organisation.objects.get(path="32/"), Role.audit_admin, Invited("demo-system", "x"))
    answer = Client(HTTP_HOST="127.0.0.1").post(f"/invitation/{token}", {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 200 and "必须是三个人" in answer.content.decode()


def test_forms_without_their_token_are_refused(service) -> None:  # type: ignore[no-untyped-def]
    from django.test import Client

    assert (
        Client(HTTP_HOST="127.0.0.1", enforce_csrf_checks=True)
        .post("/login", {"login": "x", "password": "y"})
        .status_code
        == 403
    )


def test_ministry_sees_no_sum_of_fewer_than_three_firms(desk) -> None:  # type: ignore[no-untyped-def]
    rows = [
        line.split(",") for line in desk("ministry").text("/aggregates.csv?by=city&which=submitted").splitlines()[1:]
    ]
    assert rows and all(row[2] == "" for row in rows if int(row[1]) < 3)
    assert all(
        row[2]
        for row in (
            [
                line.split(",")
                for line in desk("province").text("/aggregates.csv?by=city&which=submitted").splitlines()[1:]
            ]
        )
    )


def test_sums_are_the_sums_of_the_versions(desk, whole) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Report

    accepted = Report.objects.filter(
        in_force__isnull=False, obligation__organisation__level="enterprise"
    ).select_related("in_force")
    wanted = sum(r.in_force.total_t for r in accepted)
    for by in ("city", "industry", "source", "gas"):
        found = sum(
            float(line.split(",")[-2]) for line in desk("province").text(f"/aggregates.csv?by={by}").splitlines()[1:]
        )
        assert found == pytest.approx(wanted, rel=1e-9)


def test_one_time_codes_work_once(service) -> None:  # type: ignore[no-untyped-def]
    import pyotp

    from inventory.service.store.models import Person
    from inventory.service.web.accounts import code_is_right

    person = Person.objects.get(login="demo-city-3213")
    person.totp_secret = pyotp.random_base32()
    person.save()
    code = pyotp.TOTP(person.totp_secret).now()
    assert code_is_right(person, code)
    person.refresh_from_db()
    assert not code_is_right(person, code) and not code_is_right(person, "000000")
