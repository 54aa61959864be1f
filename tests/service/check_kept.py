"""Nothing is quietly rewritten: the database refuses changes of append-only tables, and what somebody with full power
over it changes, cuts or puts in its place, in rows or among the evidence files, is found."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import sqlite3

import pytest
from check_loop import report_of

TABLES = ["store_version", "store_event", "store_attachment", "store_anchor", "store_roundfile", "store_factorcheck"]
VERBS = {
    "UPDATE": "UPDATE {table} SET id = id",
    "DELETE": "DELETE FROM {table}",
    "TRUNCATE": "TRUNCATE {table}",
    "REPLACE": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
}


@pytest.fixture(scope="session")
def rows(desk) -> None:  # type: ignore[no-untyped-def]
    """At least one row in every append-only table, all of them logged."""
    from django.utils import timezone

    from inventory.service.store import evidence
    from inventory.service.store.chain import record
    from inventory.service.store.models import Anchor, Event, FactorCheck, Person, Round, RoundFile
    from inventory.service.store.scope import Scope, everything

    with everything():
        evidence.attach(Scope(Person.objects.get(login="demo-filler-2")), report_of(2).pk, b"%PDF-1.4 kept", "留.pdf")
        person, now = Person.objects.get(login="demo-province"), timezone.now()
        if not Anchor.objects.exists():
            first = Event.objects.get(number=1)
            Anchor(day=dt.date(2015, 1, 1), number=1, sha256=first.sha256).save()
        file = RoundFile(
            round=Round.objects.get(),
            path="32/",
            name="留.csv",
            content=b"",  # withdrawn: no product takes it
            sha256=hashlib.sha256(b"").hexdigest(),
            author=person,
            created=now,
        )
        file.save()
        record("round_file", "32/", f"round/{file.round_id}", person, name=file.name, sha256=file.sha256)
        check = FactorCheck(
            edition="prov2011",
            edition_hash="0",
            factor="f",
            path="32/",
            agrees=True,
            note="第3页",
            author=person,
            created=now,
        )
        check.save()
        record("factor_check", "32/", f"factor/{check.pk}", person, factor="f", agrees=True)


def test_every_append_only_model_stands_in_the_list(service) -> None:  # type: ignore[no-untyped-def]
    from django.apps import apps

    from inventory.service.store.guards import APPEND_ONLY
    from inventory.service.store.models import AppendOnly

    models = {m._meta.db_table for m in apps.get_app_config("store").get_models() if issubclass(m, AppendOnly)}
    assert models == set(TABLES) == set(APPEND_ONLY)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", VERBS)
def test_append_only(rows, whole, table: str, verb: str) -> None:  # type: ignore[no-untyped-def]
    from django.db import DatabaseError, connection, transaction

    if verb == ("TRUNCATE" if connection.vendor != "postgresql" else "REPLACE"):
        pytest.skip("the other database's verb")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(VERBS[verb].format(table=table))


@pytest.mark.parametrize("table", TABLES)
def test_append_only_for_the_owner_too(rows, table: str) -> None:  # type: ignore[no-untyped-def]
    """The application's role lacks the right; whoever owns the tables meets the trigger."""
    port = os.environ.get("INVENTORY_TEST_PG", "")
    if not port:
        pytest.skip("roles are PostgreSQL's")
    import psycopg

    with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/inv") as above:
        for verb in ("UPDATE", "DELETE", "TRUNCATE"):
            with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
                above.execute(VERBS[verb].format(table=table) + (" CASCADE" if verb == "TRUNCATE" else ""))
            above.rollback()


@pytest.mark.parametrize("unique", ["number", "id"])
def test_a_row_is_not_replaced_by_its_twin(rows, whole, unique: str) -> None:  # type: ignore[no-untyped-def]
    """SQLite: INSERT OR REPLACE with the number of an event there is, or its id."""
    from django.db import DatabaseError, connection, transaction

    if connection.vendor == "postgresql":
        pytest.skip("PostgreSQL has no REPLACE")
    other = "max(id) + 1" if unique == "number" else "id"
    sql = (
        "INSERT OR REPLACE INTO store_event (id, number, at, person_id, action, path, subject, facts, before, sha256) "
        f"SELECT (SELECT {other} FROM store_event), number, at, person_id, 'x', path, subject, facts, before, sha256 "
        "FROM store_event WHERE number = 3"
    )
    if unique == "id":
        sql = sql.replace("(SELECT id FROM store_event), number", "id, 999999")
    with pytest.raises(DatabaseError, match="REPLACE"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def rewrite(sql: str) -> None:
    """As somebody with full power over the database would: triggers off, row changed, triggers on."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "postgresql":
        import psycopg

        with psycopg.connect(
            f"postgresql://postgres@127.0.0.1:{os.environ['INVENTORY_TEST_PG']}/inv", autocommit=True
        ) as owner:
            owner.execute("SET session_replication_role = replica")
            owner.execute(sql)
        return
    with sqlite3.connect(settings.DATABASES["default"]["NAME"], timeout=30) as direct:
        triggers = direct.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            direct.execute(f"DROP TRIGGER {name}")
        direct.execute(sql)
        for _, text in triggers:
            direct.execute(text)
    direct.close()


def broken(**options: object) -> set[str]:
    from inventory.service.store.integrity import verify
    from inventory.service.store.scope import everything

    with everything():
        return {b.kind for b in verify(**options)[1]}  # type: ignore[arg-type]


def held(sql: str) -> object:
    from django.db import connection

    from inventory.service.store.scope import everything

    with everything(), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_chain_finds_a_changed_row_and_a_cut_tail(rows) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.integrity import verify
    from inventory.service.store.models import Event
    from inventory.service.store.scope import everything

    with everything():
        last, wrong = verify(files=True)
        assert last > 50 and wrong == [], wrong
        path = Event.objects.get(number=7).path
    rewrite("UPDATE store_event SET path = 'x/' WHERE number = 7")
    with everything():
        assert 7 in {b.number for b in verify()[1]}
    rewrite(f"UPDATE store_event SET path = '{path}' WHERE number = 7")
    with everything():
        assert verify()[1] == []
        tail = Event.objects.order_by("-number").values()[0]
    columns = ", ".join(tail)
    rewrite(f"CREATE TABLE kept_tail AS SELECT * FROM store_event WHERE number = {tail['number']}")
    rewrite(f"DELETE FROM store_event WHERE number = {tail['number']}")
    assert "cut" in broken()
    head = "UPDATE store_chainhead SET number = {n}, sha256 = '{sha}'"
    rewrite(head.format(n=tail["number"] - 1, sha=tail["before"]))  # the head set back as well
    with everything():
        anchored = verify(receipts={tail["number"]: tail["sha256"]})[1]
    assert {b.kind for b in anchored if b.number == tail["number"]} >= {"receipt"}  # what was noted down elsewhere
    rewrite(head.format(n=tail["number"], sha=tail["sha256"]))
    rewrite(f"INSERT INTO store_event ({columns}) SELECT {columns} FROM kept_tail")
    rewrite("DROP TABLE kept_tail")
    assert broken() == set()


def test_a_tail_cut_with_the_head_set_back_is_found_at_the_anchor(rows) -> None:  # type: ignore[no-untyped-def]
    """The anchor of a day stands behind the cut: whoever cuts must reach every copy of it."""
    last = held("SELECT max(number) FROM store_event")
    sha = held(f"SELECT sha256 FROM store_event WHERE number = {last}")
    rewrite(f"INSERT INTO store_anchor (day, number, sha256) VALUES ('2099-01-01', {last + 5}, '{sha}')")
    found = broken()
    rewrite("DELETE FROM store_anchor WHERE day = '2099-01-01'")
    assert "cut" in found and broken() == set()


CHANGES = {  # kind -> (table, column, what is put there)
    "version": ("store_version", "sha256", "'0'"),
    "report": ("store_report", "state", "'accepted'"),
    "attachment": ("store_attachment", "sha256", f"'{'0' * 64}'"),
    "round_file": ("store_roundfile", "name", "'other.csv'"),
    "factor_check": ("store_factorcheck", "factor", "'g'"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_a_changed_row_of_any_kept_table_is_found(rows, kind: str) -> None:  # type: ignore[no-untyped-def]
    table, column, value = CHANGES[kind]
    pk = held(f"SELECT min(id) FROM {table} WHERE {column} <> {value}")
    before = held(f"SELECT {column} FROM {table} WHERE id = {pk}")
    rewrite(f"UPDATE {table} SET {column} = {value} WHERE id = {pk}")
    found = broken()
    rewrite(f"UPDATE {table} SET {column} = '{before}' WHERE id = {pk}")
    assert kind in found and broken() == set()


def test_another_version_put_in_force_is_found(rows) -> None:  # type: ignore[no-untyped-def]
    """Sums are made of the versions in force: pointing at another one is a forgery like any other."""
    pk = held("SELECT min(id) FROM store_report WHERE in_force_id IS NOT NULL")
    before = held(f"SELECT in_force_id FROM store_report WHERE id = {pk}")
    rewrite(f"UPDATE store_report SET in_force_id = (SELECT max(id) FROM store_version) WHERE id = {pk}")
    found = broken()
    rewrite(f"UPDATE store_report SET in_force_id = {before} WHERE id = {pk}")
    assert "report" in found and broken() == set()


@pytest.mark.parametrize("table", ["store_version", "store_attachment"])
def test_a_row_taken_away_is_found(rows, table: str) -> None:  # type: ignore[no-untyped-def]
    pk = held(f"SELECT max(id) FROM {table}")
    columns = ", ".join(column_names(table))
    rewrite(f"CREATE TABLE kept_row AS SELECT * FROM {table} WHERE id = {pk}")
    rewrite(f"DELETE FROM {table} WHERE id = {pk}")
    found = broken()
    rewrite(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM kept_row")
    rewrite("DROP TABLE kept_row")
    assert table.removeprefix("store_") in found and broken() == set()


def column_names(table: str) -> list[str]:
    from django.db import connection

    with connection.cursor() as cursor:
        return [c.name for c in connection.introspection.get_table_description(cursor, table)]


@pytest.mark.parametrize("how", ["changed", "gone", "longer"])
def test_an_evidence_file_changed_on_disk_is_found(rows, how: str) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store import evidence

    place = evidence.place(str(held("SELECT sha256 FROM store_attachment WHERE name = '留.pdf'")))
    before = place.read_bytes()
    try:
        if how == "gone":
            place.unlink()
        else:
            place.write_bytes(before[:-1] + b"?" if how == "changed" else before + b"?")
        assert "file" in broken(files=True)
        assert ("file" in broken()) == (how != "changed")  # without reading: that it is there, in its length
    finally:
        place.write_bytes(before)
    assert broken(files=True) == set()


def test_the_command_finds_it_and_compares_a_receipt(rows, service) -> None:  # type: ignore[no-untyped-def]
    """`chain verify`: exit status and lines; a receipt as somebody holds it."""
    from typer.testing import CliRunner

    from inventory.cli.service import app

    sha = held("SELECT sha256 FROM store_event WHERE number = 5")
    words = ["chain", "verify", "--config", str(service)]
    good = CliRunner().invoke(app, [*words, "--receipt", f"5:{sha}"])
    assert good.exit_code == 0, good.output
    wrong = CliRunner().invoke(app, [*words, "--receipt", f"5:{'0' * 64}"])
    assert wrong.exit_code == 1 and "receipt  5" in wrong.output + wrong.stderr
    assert CliRunner().invoke(app, [*words, "--receipt", "5"]).exit_code == 2


def test_every_level_sees_the_anchor_and_the_receipt_holds_it(rows, desk) -> None:  # type: ignore[no-untyped-def]
    sha = str(held("SELECT sha256 FROM store_anchor ORDER BY day DESC LIMIT 1"))
    for who in (
        "filler-9",
        "approver-9",
        "city-3201",
        "province",
        "verifier",
        "ministry",
        "department",
        "system",
        "audit",
    ):
        assert sha in desk(who).text("/"), who
    assert sha in desk("filler-9").text(f"/report/{report_of(9).pk}/receipt")
    event = re.search(r"(\d+) · ([0-9a-f]{64})", desk("filler-9").text(f"/report/{report_of(9).pk}/receipt"))
    assert event is not None
    address = f"/log?verify=1&number={event[1]}&hash="
    assert "全部一致" in desk("audit").text(address + event[2])
    assert "与回执不符" in desk("audit").text(address + "f" * 64)
    assert "64 位哈希" in desk("audit").text(address + "short")
