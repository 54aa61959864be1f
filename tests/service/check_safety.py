"""Scope by the application and by the database; throttling; sessions."""

from __future__ import annotations

import re

import pytest
from check_loop import report_of
from conftest import PASSWORD

ROLES = (
    "filler-5",
    "approver-5",
    "city-3205",
    "city-3206",
    "filler-6",
    "province",
    "system",
    "security",
    "audit",
    "ministry",
    "",
)
# see the report of firm 5, which is under review by its city
INSIDE = {"filler-5", "approver-5", "city-3205", "province"}
GETS = {  # address -> who gets a page
    "/": set(ROLES) - {""},
    "/me": set(ROLES) - {""},
    "/health": set(ROLES),
    "/login": set(ROLES),
    "/board": {"city-3205", "city-3206", "province", "system", "ministry"},
    "/aggregates": {"city-3205", "city-3206", "province", "ministry"},
    "/aggregates.csv": {"city-3205", "city-3206", "province", "ministry"},
    "/log": {"audit"},
    "/compiled": {"city-3205", "city-3206", "province"},
    "/compiled/reasons": set(),  # nothing is accepted here; who may ask is seen in check_products
    "/results": {"province", "ministry"},
    "/products": {"city-3205", "city-3206", "province"},
    "/products/{j}/file": {"province"},
    "/products/files/{f}": {"province"},
    "/data": {"province"},
    "/factors": {"province"},
    "/public": set(),
    "/rounds": {"system"},
    "/organisations": {"system"},
    "/people": {"security"},
    "/report/{r}": INSIDE,
    "/report/{r}/sheet?name=台账": INSIDE,
    "/report/{r}/workbook": INSIDE,
    "/report/{r}/marked": INSIDE,
    "/report/{r}/reasons?source=13-01&gas=CO2": INSIDE,
    "/report/{r}/receipt": INSIDE,
    "/report/{r}/diff/1/1": INSIDE,
    "/attachment/{a}": INSIDE,
    "/invitation/nothing": set(),
    "/login/code": set(),
    "/logout": set(),
}
POSTS = {  # address -> who is not told 404 (what the rules then say is another matter)
    "/report/{r}/cells": INSIDE,
    "/report/{r}/upload": INSIDE,
    "/report/{r}/explain": INSIDE,
    "/report/{r}/act": INSIDE,
    "/report/{r}/remark": INSIDE,
    "/report/{r}/attach": INSIDE,
    "/remark/{m}": INSIDE,
    "/board/remind": {"city-3205", "city-3206", "province", "system"},
    "/products/make": {"city-3205", "city-3206", "province"},
    "/products/files": {"province"},
    "/products/publish": {"province"},
    "/factors/check": {"province"},
}


@pytest.fixture(scope="session")
def firm(service):  # type: ignore[no-untyped-def]
    """Firm 5, in review by its city, with a remark and an attachment."""
    from inventory.service.store import evidence
    from inventory.service.store.acts import remark
    from inventory.service.store.models import Person
    from inventory.service.store.scope import Scope, everything

    found = report_of(5)
    assert found.state == "city_review"
    with everything():
        made = remark(Scope(Person.objects.get(login="demo-city-3205")), found.pk, "台账", "F5", "请附发票")
        held = evidence.attach(Scope(Person.objects.get(login="demo-filler-5")), found.pk, b"%PDF-1.4 five", "五.pdf")
    return {"r": found.pk, "m": made.pk, "a": held.pk, "j": finished_product(), "f": file_of_the_round()}


def file_of_the_round() -> int:
    """A file beside the reports, withdrawn at once: no product takes it."""
    from inventory.service.store.models import Person, Round
    from inventory.service.store.round_files import keep_round_file
    from inventory.service.store.scope import everything

    with everything():
        person, chosen = Person.objects.get(login="demo-province"), Round.objects.get()
        kept = keep_round_file(chosen, "32/", "权限.csv", b"x", person)
        keep_round_file(chosen, "32/", "权限.csv", b"", person)
    return kept.pk


def finished_product() -> int:
    """A product of the province, made without a worker."""
    from django.utils import timezone

    from inventory.service.store import evidence
    from inventory.service.store.models import Job, Round
    from inventory.service.store.scope import everything

    with everything():
        facts = {"product": "results", "round": Round.objects.get().pk, "accepted": True, "lang": "zh"}
        result = {"sha256": evidence.keep(b"x"), "size": 1, "ending": ".csv"}
        now = timezone.now()
        made = Job.objects.create(kind="product", path="32/", facts=facts, state="done", result=result, created=now)
    return made.pk


def test_every_address_stands_in_the_table(service) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.web.urls import urlpatterns

    known = {
        re.sub(r"\{\w\}", "N", p.split("?")[0]).replace("/1/1", "/N/N").replace("nothing", "N") for p in (*GETS, *POSTS)
    }
    have = {"/" + re.sub(r"<\w+:\w+>", "N", str(p.pattern)) for p in urlpatterns} - {"/static/N"}
    assert {h for h in have if not h.startswith("/api/")} == known


@pytest.mark.parametrize("who", ROLES)
def test_every_page_for_every_role(desk, firm, who: str) -> None:  # type: ignore[no-untyped-def]
    wrong = {}
    for path, allowed in GETS.items():
        status = desk(who).get(path.format(**firm))
        if (status == 200) != (who in allowed) and not (path.startswith("/report/{r}/reasons") and who in allowed):
            wrong[path] = status
        elif who and who not in allowed and path not in ("/login/code", "/logout"):
            assert status == 404, (path, status)
        elif not who and who not in allowed:
            assert status in (302, 404, 405), (path, status)
    assert not wrong


@pytest.mark.parametrize("who", ROLES)
def test_every_act_for_every_role(desk, firm, who: str) -> None:  # type: ignore[no-untyped-def]
    for path, allowed in POSTS.items():
        status, _ = desk(who).post(path.format(**firm), {"action": "accept"})
        if who in allowed:  # 404 is then about what the request names: no round, factor or finding
            named = path.endswith("/explain") or path.startswith(("/products/", "/factors/"))
            assert status != 404 or named, path
        else:
            assert status in ((401, 302) if not who else (404,)), (path, status)


def test_reviewers_cannot_type_and_fillers_cannot_review(desk, firm) -> None:  # type: ignore[no-untyped-def]
    edit = {"edits": [{"sheet": "台账", "cell": "F5", "text": "1", "seen": ""}]}
    assert desk("city-3205").post(f"/report/{firm['r']}/cells", edit)[0] == 403
    assert desk("province").post(f"/report/{firm['r']}/cells", edit)[0] == 403
    assert desk("filler-5").post(f"/report/{firm['r']}/remark", {"sheet": "台账", "cell": "F5", "text": "xx"})[0] == 403


def test_database_shows_only_the_scope(desk, firm) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection, transaction

    from inventory.service.store.models import Organisation, Report
    from inventory.service.store.scope import tell

    if connection.vendor != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")
    with transaction.atomic():
        tell([])
        assert Report.objects.count() == 0
    with transaction.atomic():
        tell(["32/3201/"])
        paths = list(Report.objects.values_list("path", flat=True))
        assert paths and all(p.startswith("32/3201/") for p in paths)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM store_event WHERE path NOT LIKE '32/3201/%%'")
            assert cursor.fetchone()[0] == 0
        # of the register only enterprises elsewhere are hidden: a report names the city and province it goes to
        levels = set(Organisation.objects.exclude(path__startswith="32/3201/").values_list("level", flat=True))
        assert {"city", "province"} <= levels and "enterprise" not in levels
        assert Organisation.objects.filter(level="enterprise").exists()
    with transaction.atomic():
        tell(["3_/"])  # codes are no patterns
        assert Report.objects.count() == 0
    with transaction.atomic():
        tell(["*"])
        assert Report.objects.count() >= 21
    assert Report.objects.count() == 0  # the setting ended with its transaction


def test_paths_stand_in_the_order_of_their_bytes(service) -> None:  # type: ignore[no-untyped-def]
    """What the ranges of `subtree` rely on, whatever the database's own language."""
    from django.db import connection

    from inventory.service.store.guards import WITH_PATH

    if connection.vendor != "postgresql":
        pytest.skip("SQLite compares bytes")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, collation_name FROM information_schema.columns "
            "WHERE column_name = 'path' AND table_name LIKE 'store%%'"
        )
        have = dict(cursor.fetchall())
    assert set(have) == set(WITH_PATH) and set(have.values()) == {"C"}


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
