"""Every address of the service and of its API × every role × a report inside and outside its part, as the tables here
declare; the same scope by plain SQL for every table, as the role the service runs with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from check_loop import act, give_reasons, new_firm, report_of
from conftest import PASSWORD

# one person for every role, and for those with a part of the tree one inside and one outside of it
FIRM = {"filler-5", "approver-5"}  # of report r, under review by its city
BRANCH = {"filler-9301", "approver-9301", "county"}  # of report c, which waits for its county
ABOVE = {"city-3205", "province", "verifier"}  # see both
ELSEWHERE = {"filler-6", "approver-6", "city-3206", "county2", "department"}
NO_FIGURES = {"system", "security", "audit", "ministry"}
EVERYBODY = FIRM | BRANCH | ABOVE | ELSEWHERE | NO_FIGURES
CITIES, COUNTIES = {"city-3205", "city-3206"}, {"county", "county2"}
OFFICES = CITIES | COUNTIES | {"province"}
R, C = FIRM | ABOVE, BRANCH | ABOVE
ANYBODY = EVERYBODY | {""}
NOBODY: set[str] = set()
READS: dict[str, set[str]] = {  # address -> who gets an answer
    "/": EVERYBODY,
    "/me": EVERYBODY,
    "/health": ANYBODY,
    "/login": ANYBODY,
    "/login/code": NOBODY,
    "/logout": NOBODY,
    "/invitation/nothing": NOBODY,
    "/public": NOBODY,
    "/board": OFFICES | {"system", "ministry"},
    "/aggregates": OFFICES | {"ministry"},
    "/aggregates.csv": OFFICES | {"ministry"},
    "/log": {"audit"},
    "/compiled": OFFICES,
    "/compiled/reasons": OFFICES,
    "/results": {"province", "ministry"},
    "/products": OFFICES,
    "/products/{j}/file": {"province"},
    "/products/files/{f}": {"province"},
    "/data": {"province"},
    "/factors": {"province"},
    "/rounds": {"system"},
    "/organisations": {"system"},
    "/people": {"security"},
    "/report/{r}": R,
    "/report/{r}/sheet?name=台账": R,
    "/report/{r}/workbook": R,
    "/report/{r}/marked": R,
    "/report/{r}/reasons?source=13-01&gas=CO2": R,
    "/report/{r}/receipt": R,
    "/report/{r}/diff/1/1": R,
    "/report/{c}": C,
    "/report/{c}/sheet?name=台账": C,
    "/report/{c}/workbook": C,
    "/report/{c}/marked": C,
    "/report/{c}/receipt": C,
    "/report/{c}/diff/1/1": C,
    "/attachment/{a}": R,
    "/api/v1/openapi.json": ANYBODY,
    "/api/v1/rounds": EVERYBODY,
    "/api/v1/rounds/{n}/progress": EVERYBODY,  # of one's part: seen below
    "/api/v1/forms/08": EVERYBODY,
    "/api/v1/reports": EVERYBODY,  # of one's part
    "/api/v1/reports/{r}/draft": R,
    "/api/v1/reports/{r}/verdict": R,
    "/api/v1/reports/{r}/versions": R,
    "/api/v1/reports/{r}/versions/1": R,
    "/api/v1/reports/{r}/diff/1/1": R,
    "/api/v1/reports/{r}/workbook": R,
    "/api/v1/reports/{r}/explain": R,
    "/api/v1/reports/{r}/events": R,
    "/api/v1/reports/{r}/remarks": R,
    "/api/v1/reports/{c}/draft": C,
    "/api/v1/reports/{c}/verdict": C,
    "/api/v1/reports/{c}/explain?cell=企业基本情况!A1": C,
    "/api/v1/reports/{c}/events": C,
    "/api/v1/reports/{c}/versions/1": C,
    "/api/v1/aggregates": OFFICES | {"ministry"},
    "/api/v1/chain/verify": {"province", "audit"},
    "/api/v1/events": {"audit"},
    "/api/v1/reconciliation": OFFICES,
    "/api/v1/exports/long.csv": {"province"},
    "/api/v1/jobs/{j}": {"province"},
    "/api/v1/jobs/{j}/file": {"province"},
    "/api/v1/results": {"province", "ministry"},
}
ACTS: dict[str, set[str]] = {  # address -> who is not told 404 (what the rules then say is another matter)
    "/login": ANYBODY,
    "/logout": ANYBODY,
    "/login/code": NOBODY,
    "/invitation/nothing": NOBODY,
    "/me": EVERYBODY,
    "/rounds": {"system"},
    "/organisations": {"system"},
    "/people": {"security"},
    "/report/{r}/cells": R,
    "/report/{r}/upload": R,
    "/report/{r}/restore": R,
    "/report/{r}/explain": R,
    "/report/{r}/act": R,
    "/report/{r}/remark": R,
    "/report/{r}/attach": R,
    "/report/{c}/cells": C,
    "/report/{c}/act": C,
    "/report/{c}/attach": C,
    "/remark/{m}": R,
    "/tasks/act": EVERYBODY,  # of what is checked in it: test_many_at_once
    "/board/remind": OFFICES | {"system"},
    "/products/make": OFFICES,
    "/products/files": {"province"},
    "/products/publish": {"province"},
    "/factors/check": {"province"},
    "/api/v1/reports/{r}/draft": R,
    "/api/v1/reports/{r}/workbook": R,
    "/api/v1/reports/{r}/explanations": R,
    "/api/v1/reports/{r}/transitions": R,
    "/api/v1/reports/{r}/remarks": R,
    "/api/v1/reports/{r}/restore": R,
    "/api/v1/remarks/{m}": R,
    "/api/v1/reports/{r}/attachments": R,
    "/api/v1/reports/{c}/transitions": C,
    "/api/v1/reports/{c}/attachments": C,
    "/api/v1/rounds/{n}/products": OFFICES,
}
# whoever may come here can still be told 404: of what the request names, there is none
NAMED = ("/reasons", "/explain", "/explanations", "/products/", "/factors/check", "/rounds/{n}/products", "/chain")
BODIES = {  # what a program's request must look like to reach the rules
    "draft": {"edits": []},
    "explanations": {"key": "x", "text": "x"},
    "transitions": {"action": "accept"},
    "remarks": {"sheet": "台账", "cell": "F5", "text": ""},
    "restore": {"before": 0},
    "{m}": {"text": ""},
    "products": {"product": "none"},
}


@pytest.fixture(scope="session")
def places(desk) -> dict[str, object]:  # type: ignore[no-untyped-def]
    """Firm 5, in review by its city, with a remark and an attachment; firm 9301 below a county of that city; a
    product and a file of the province."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from inventory.service.store import evidence
    from inventory.service.store.acts import remark
    from inventory.service.store.models import Membership, Organisation, Person, Round
    from inventory.service.store.scope import Scope, everything

    found = report_of(5)
    assert found.state == "city_review"
    with everything():
        hashed = Person.objects.get(login="demo-province").password
        for login, city in (("county", "3205"), ("county2", "3206")):
            above = Organisation.objects.get(path=f"32/{city}/")
            place = Organisation.objects.create(
                code=f"{city}81", path=f"{above.path}{city}81/", name=f"自测县{city}", level="county", parent=above
            )
            person = Person.objects.create(login=f"demo-{login}", name=f"县级{city}", password=hashed)
            Membership.objects.create(person=person, organisation=place, path=place.path, role="county_reviewer")
        made = remark(Scope(Person.objects.get(login="demo-city-3205")), found.pk, "台账", "F5", "请附发票")
        held = evidence.attach(Scope(Person.objects.get(login="demo-filler-5")), found.pk, b"%PDF-1.4 five", "五.pdf")
        number = Round.objects.get().pk
    n = new_firm(9301, "3205/320581")
    own = f"/report/{report_of(n).pk}"  # its draft replaced by itself: one that was before is kept
    book = SimpleUploadedFile("x.xlsx", b"".join(desk(f"filler-{n}").client.get(f"{own}/workbook").streaming_content))
    assert desk(f"filler-{n}").client.post(f"{own}/upload", {"workbook": book}).status_code == 200
    give_reasons(desk, n)
    for who, action, more in (("filler", "hand_over", {}), ("approver", "sign_county", {"signature": PASSWORD})):
        status, said = act(desk, f"{who}-{n}", n, action, **more)
        assert status == 200, said
    office = {"j": finished_product(), "f": file_of_the_round(), "n": number}
    return {"r": found.pk, "c": report_of(n).pk, "m": made.pk, "a": held.pk, **office}


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
    """Products of the province, made without a worker: all figures, and the results, whose number is given."""
    from django.utils import timezone

    from inventory.service.store import evidence
    from inventory.service.store.models import Job, Round
    from inventory.service.store.scope import everything

    with everything():
        of_round = {"round": Round.objects.get().pk, "accepted": True, "lang": "zh"}
        result = {"sha256": evidence.keep(b"x"), "size": 1, "ending": ".csv"}
        now = timezone.now()
        done = {"kind": "product", "path": "32/", "state": "done", "result": result, "created": now}
        jobs = [Job.objects.create(facts={"product": p, **of_round}, **done) for p in ("data_csv", "results")]
    return jobs[-1].pk


def addresses(patterns: object, before: str = "/") -> Iterator[str]:
    """Every address of an URL table, whatever stands below it, with N where something is named."""
    for p in patterns:  # type: ignore[attr-defined]
        name = before + re.sub(r"<[^>]+>", "N", str(p.pattern))
        if hasattr(p, "url_patterns"):
            yield from addresses(p.url_patterns, name)
        else:
            yield name


def test_every_address_stands_in_the_tables(service) -> None:  # type: ignore[no-untyped-def]
    """One that is added and not declared here fails; so does one declared that is gone."""
    from inventory.service.web.urls import urlpatterns

    declared = set()
    for path in (*READS, *ACTS):
        plain = re.sub(r"\{\w\}", "N", path.split("?")[0]).replace("/diff/1/1", "/diff/N/N").replace("nothing", "N")
        declared.add(
            plain.replace("/versions/1", "/versions/N").replace("/forms/08", "/forms/N").replace("/long.csv", "/N")
        )
    have = {a.rstrip("/") or "/" for a in addresses(urlpatterns)} - {"/static/N", "/api/v1"}
    assert have == declared


def test_every_role_walks(service) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.domain.roles import Role
    from inventory.service.store.models import Person
    from inventory.service.store.scope import everything

    with everything():
        walking = Person.objects.filter(login__in=[f"demo-{who}" for who in EVERYBODY - BRANCH - COUNTIES])
        roles = set(walking.values_list("memberships__role", flat=True))
    assert roles | {"county_reviewer"} == {r.value for r in Role}


class Keys:
    """A key of the API for everybody."""

    def __init__(self, desk) -> None:  # type: ignore[no-untyped-def]
        self.desk, self.kept = desk, dict[str, object]()

    def __call__(self, who: str):  # type: ignore[no-untyped-def]
        from check_api import Program
        from django.test import Client

        if who not in self.kept:
            self.kept[who] = Program(self.desk, who, True).client if who else Client(HTTP_HOST="127.0.0.1")
        return self.kept[who]


@pytest.fixture(scope="session")
def keys(desk) -> Keys:  # type: ignore[no-untyped-def]
    return Keys(desk)


@pytest.mark.parametrize("who", sorted(ANYBODY))
def test_every_page_for_every_role(desk, keys, places, who: str) -> None:  # type: ignore[no-untyped-def]
    wrong = {}
    for path, allowed in READS.items():
        client = keys(who) if path.startswith("/api/") else desk(who).client
        status = client.get(path.format(**places)).status_code
        if who in allowed:
            good = status in (200, 422) or (status == 404 and any(n in path for n in NAMED))
        elif who:
            good = status == (302 if path == "/login/code" else 405 if path == "/logout" else 404)
        else:
            good = status in (302, 401, 404, 405)
        if not good:
            wrong[path] = status
    assert not wrong


@pytest.mark.parametrize("who", sorted(ANYBODY))
def test_every_act_for_every_role(keys, places, who: str) -> None:  # type: ignore[no-untyped-def]
    from conftest import Desk

    wrong, person = {}, Desk(f"demo-{who}" if who else "")  # one of its own: it logs out at the end
    for path, allowed in sorted(ACTS.items(), key=lambda item: item[0] == "/logout"):
        name = path.rsplit("/", 1)[-1]
        if path.startswith("/api/"):
            send = keys(who).put if name == "draft" else keys(who).post
            body = BODIES.get(name)
            status = (
                send(path.format(**places), json.dumps(body), content_type="application/json")
                if body is not None
                else send(path.format(**places), {"file": pdf(), "workbook": pdf()})
            ).status_code
        else:
            status, _ = person.post(path.format(**places), {"action": "accept"})
        if who in allowed:
            good = status not in (401, 404) or (status == 404 and any(n in path for n in NAMED))
        elif who:
            good = status == (302 if path == "/login/code" else 404)
        else:
            good = status in (302, 401, 404)
        if not good:
            wrong[path] = status
    assert not wrong


def pdf():  # type: ignore[no-untyped-def]
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("x.pdf", b"%PDF-1.4 walk")


def test_lists_hold_the_own_part_only(desk, keys, places) -> None:  # type: ignore[no-untyped-def]
    parts = {
        "filler-5": "32/3205/E0005/",
        "county": "32/3205/320581/",
        "city-3205": "32/3205/",
        "city-3206": "32/3206/",
        "department": "32/D01/",
    }
    from inventory.service.store.models import Organisation
    from inventory.service.store.scope import everything

    with everything():
        paths = dict(Organisation.objects.values_list("code", "path"))
    for who, part in parts.items():
        reports = json.loads(keys(who).get("/api/v1/reports").content)
        progress = json.loads(keys(who).get(f"/api/v1/rounds/{places['n']}/progress").content)
        assert all(paths[x["organisation"]].startswith(part) for x in (*reports, *progress)), who
        assert reports, who
    for who in ("system", "security", "audit", "ministry"):
        assert json.loads(keys(who).get("/api/v1/reports").content) == []


def test_reviewers_cannot_type_and_fillers_cannot_review(desk, places) -> None:  # type: ignore[no-untyped-def]
    edit = {"edits": [{"sheet": "台账", "cell": "F5", "text": "1", "seen": ""}]}
    assert desk("city-3205").post(f"/report/{places['r']}/cells", edit)[0] == 403
    assert desk("province").post(f"/report/{places['r']}/cells", edit)[0] == 403
    assert (
        desk("filler-5").post(f"/report/{places['r']}/remark", {"sheet": "台账", "cell": "F5", "text": "xx"})[0] == 403
    )


def test_database_shows_only_the_scope(desk, places) -> None:  # type: ignore[no-untyped-def]
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


# tables that hold nothing of a firm's report, each with the reason why the database lets every session read them
OPEN_TABLES = {
    "store_person": "names and logins: looked up before anybody is logged in",
    "store_membership": "the scope itself is made of it",
    "store_invitation": "a link is looked up by its hash, by nobody yet",
    "store_attempt": "failed logins, before the login",
    "store_sessionrecord": "sessions, before the scope",
    "store_token": "keys by their hash, before the scope",
    "store_round": "years and deadlines, the same for everybody",
    "store_anchor": "published to every level",
    "store_chainhead": "number and hash of the last event",
}
NOT_OURS = ("django_", "procrastinate_", "auth_")


def application():  # type: ignore[no-untyped-def]
    """A plain connection in the role of the service; skipped on SQLite."""
    import os

    port = os.environ.get("INVENTORY_TEST_PG", "")
    if not port:
        pytest.skip("row-level security is PostgreSQL's")
    import psycopg

    return psycopg.connect(f"postgresql://inv_app@127.0.0.1:{port}/inv")


def test_the_role_owns_nothing_and_is_above_nothing(service) -> None:  # type: ignore[no-untyped-def]
    with application() as sql:
        above = "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        assert sql.execute(above).fetchone() == (False,)
        owned = "SELECT count(*) FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner WHERE r.rolname = current_user"
        assert sql.execute(owned).fetchone() == (0,)


def test_every_table_has_its_policy_or_its_reason(service) -> None:  # type: ignore[no-untyped-def]
    """A new table without a policy fails here, and so does one whose policy does not bind its owner."""
    from inventory.service.store.guards import SCOPED

    with application() as sql:
        rows = sql.execute(
            "SELECT relname, relrowsecurity AND relforcerowsecurity, (SELECT count(*) FROM pg_policy WHERE polrelid = "
            "pg_class.oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
    have = {name: (forced, policies) for name, forced, policies in rows if not name.startswith(NOT_OURS)}
    assert {name for name, (forced, policies) in have.items() if forced and policies == 1} == set(SCOPED)
    assert set(have) - set(SCOPED) == set(OPEN_TABLES)


def scoped_tables() -> list[str]:
    from inventory.service.store import guards

    return sorted(guards.SCOPED)


@pytest.fixture(scope="module")
def filled(places, desk) -> None:  # type: ignore[no-untyped-def]
    """A row inside and one outside in every scoped table."""
    from django.utils import timezone

    from inventory.service.store.models import (
        Attachment,
        Event,
        Explanation,
        FactorCheck,
        Job,
        Notice,
        Person,
        Report,
        RoundFile,
        Scan,
    )
    from inventory.service.store.scope import everything

    with everything():
        held = Attachment.objects.get(pk=places["a"])
        Scan.objects.get_or_create(
            attachment=held, defaults={"path": held.path, "verdict": "clean", "created": held.created}
        )
        person, now = Person.objects.get(login="demo-province"), timezone.now()
        for path in ("32/3205/", "32/3206/"):
            Notice.objects.create(path=path, code="reminder", facts={"round": "x", "due": "x"}, created=now)
            Job.objects.create(kind="none", path=path, state="done", created=now)
            report = Report.objects.filter(path__startswith=path).first()
            said = {"text": "x", "author": person, "created": now, "path": report.path}
            Explanation.objects.get_or_create(report=report, key="walk", defaults=said)
        assert Event.objects.exists() and RoundFile.objects.exists()
        _ = FactorCheck


@pytest.mark.parametrize("table", scoped_tables())
@pytest.mark.parametrize("scope", ["32/3205/", "32/3205/E0005/", "", "32/3_05/", "32/3205"])
def test_plain_sql_shows_only_the_scope(filled, table: str, scope: str) -> None:  # type: ignore[no-untyped-def]
    import psycopg

    with application() as sql:
        sql.execute("SELECT set_config('inventory.scope', %s, false)", [scope])
        offices = " AND level = 'enterprise'" if table == "store_organisation" else ""
        if scope in ("", "32/3_05/"):
            assert sql.execute(f"SELECT count(*) FROM {table} WHERE true{offices}").fetchone() == (0,)
            return
        outside = f"SELECT count(*) FROM {table} WHERE left(path, {len(scope)}) <> %s{offices}"
        assert sql.execute(outside, [scope]).fetchone() == (0,)
        moved = f"UPDATE {table} SET path = '99/' WHERE path LIKE '32/3206/%'"
        try:
            assert sql.execute(moved).rowcount == 0  # what is elsewhere cannot be reached
        except psycopg.errors.InsufficientPrivilege as refused:
            # append-only tables: no right to change them at all; offices elsewhere are seen, and not touched
            assert "permission denied" in str(refused) or table == "store_organisation", refused


@pytest.mark.parametrize("table", scoped_tables())
def test_plain_sql_puts_nothing_outside_the_scope(filled, table: str) -> None:  # type: ignore[no-untyped-def]
    import psycopg

    with application() as sql:
        sql.execute("SELECT set_config('inventory.scope', '*', false)")
        columns = [d.name for d in sql.execute(f"SELECT * FROM {table} LIMIT 0").description or ()]
        taken = ", ".join({"id": "id + 1000000", "path": "'32/3206/'"}.get(c, c) for c in columns)
        row = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {taken} FROM {table} WHERE path LIKE %s LIMIT 1"
        sql.execute("SELECT set_config('inventory.scope', '32/3205/', false)")
        found = sql.execute(f"SELECT count(*) FROM {table} WHERE path LIKE '32/3205/%'").fetchone()
        if table in ("store_roundfile", "store_factorcheck"):  # the province's own: none stands below it
            assert found == (0,)
            return
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
            sql.execute(row, ["32/3205/%"])


def test_a_person_who_moved_sees_the_new_place_only(desk, places) -> None:  # type: ignore[no-untyped-def]
    """From firm 12 to firm 14: the old place ended yesterday, the new one begins today; a third begins tomorrow."""
    import datetime as dt

    from conftest import Desk
    from django.utils import timezone

    from inventory.service.store.models import Membership, Organisation, Person
    from inventory.service.store.scope import everything

    today, day = timezone.localdate(), dt.timedelta(days=1)
    with everything():
        person = Person.objects.create(
            login="demo-mover", name="调动的人", password=Person.objects.get(login="demo-province").password
        )
        for code, since, until in (("E0012", None, today - day), ("E0014", today, None), ("E0004", today + day, None)):
            place = Organisation.objects.get(code=code)
            Membership.objects.create(
                person=person, organisation=place, path=place.path, role="filler", since=since, until=until
            )
    mover = Desk("demo-mover")
    assert {n: mover.get(f"/report/{report_of(n).pk}") for n in (12, 14, 4)} == {12: 404, 14: 200, 4: 404}
    edit = {"edits": [{"sheet": "台账", "cell": "Z9", "text": "x", "seen": ""}]}
    assert mover.post(f"/report/{report_of(12).pk}/cells", edit)[0] == 404
    with everything():
        Membership.objects.filter(person=person).update(until=today - day)
    assert mover.get("/") == 200 and mover.get(f"/report/{report_of(14).pk}") == 404
