"""Jobs: nothing is lost or done twice whoever is killed; reminders by the deadlines, once a day; mail without figures;
the late rule."""

from __future__ import annotations

import datetime as dt
import sys
import time

import pytest
from check_loop import report_of
from process_help import started


@pytest.fixture()
def quiet(service):  # type: ignore[no-untyped-def]
    """No job waits."""
    from inventory.service.store.models import Job
    from inventory.service.store.scope import everything

    with everything():
        Job.objects.all().delete()


def counted(job):  # type: ignore[no-untyped-def]
    from inventory.service.store.chain import record

    return lambda: {"event": record("export", "32/", f"job/{job.pk}", None).number}


def job(number: int):  # type: ignore[no-untyped-def]
    from inventory.service.store.models import Job
    from inventory.service.store.scope import everything

    with everything():
        return Job.objects.get(pk=number)


def events(number: int) -> int:
    from inventory.service.store.models import Event
    from inventory.service.store.scope import everything

    with everything():
        return Event.objects.filter(subject=f"job/{number}", action="export").count()


def wanted(**facts: object) -> int:
    from inventory.service.store.jobs import enqueue
    from inventory.service.store.scope import everything

    with everything():
        return enqueue("count", "32/", facts).pk


@pytest.fixture()
def counting(quiet, monkeypatch):  # type: ignore[no-untyped-def]
    """Jobs of the kind `count` leave one event each."""
    from inventory.service.store import handlers

    monkeypatch.setattr(handlers, "handlers", lambda: {"count": counted})


def test_the_same_waiting_job_is_wanted_once_and_done_once(counting) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store import queues

    first = wanted(n=1)
    assert wanted(n=1) == first and wanted(n=2) != first
    queues.drain()
    assert job(first).state == "done" and events(first) == 1 and wanted(n=1) != first
    queues.drain()


def test_what_was_wanted_in_a_transaction_that_failed_is_not_done(counting) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store import queues
    from inventory.service.store.jobs import enqueue
    from inventory.service.store.models import Job
    from inventory.service.store.scope import everything

    with pytest.raises(ZeroDivisionError), everything():
        enqueue("count", "32/", {"n": 7})
        raise ZeroDivisionError
    queues.drain()
    with everything():
        assert not Job.objects.exists() and queues.state().waiting == 0


def test_a_worker_that_was_given_up_can_write_nothing(counting) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store import jobs
    from inventory.service.store.jobs import GivenUp, begin, finish

    number = wanted(n=3)
    slow = begin(number)
    assert slow is not None
    jobs.do(number, {"count": counted})  # handed out again: its first worker gave no sign of life
    assert events(number) == 1
    with pytest.raises(GivenUp):
        finish(slow, "done", counted(slow))
    jobs.do(number, {"count": counted})  # and a third time, when it is done already
    assert events(number) == 1 and job(number).attempt == 2 and job(number).state == "done"


def test_what_breaks_is_said_and_a_killing_job_is_given_up_at_last(quiet, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store import handlers, jobs, queues

    def breaks(job):  # type: ignore[no-untyped-def]
        raise RuntimeError("x")

    monkeypatch.setattr(handlers, "handlers", lambda: {"count": breaks})
    number = wanted(n=4)
    queues.drain()
    assert job(number).state == "failed" and job(number).result["problems"][0]["zh"] == "RuntimeError"
    deadly = wanted(n=5)
    for _ in range(jobs.TRIES):
        assert jobs.begin(deadly) is not None
    assert jobs.begin(deadly) is None and job(deadly).state == "failed"
    queues.drain()


def test_a_database_that_was_away_costs_nothing(quiet, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """The handler's database fails: the job is not failed but done by the next attempt."""
    from django.db import OperationalError

    from inventory.service.store import jobs

    number = wanted(n=6)

    def away(job):  # type: ignore[no-untyped-def]
        raise OperationalError("the server closed the connection")

    with pytest.raises(OperationalError):
        jobs.do(number, {"count": away})
    assert job(number).state == "running"
    jobs.do(number, {"count": counted})
    assert job(number).state == "done" and events(number) == 1


def test_what_the_queue_forgot_is_handed_over_again(counting) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection

    from inventory.service.store import queues
    from inventory.service.store.scope import everything

    if connection.vendor != "postgresql":
        pytest.skip("on SQLite the rows are the queue")
    from inventory.service.store import tasks

    number = wanted(n=8)
    with everything(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert job(number).state == "waiting"
    tasks.care(0)
    tasks.care(0)  # handed over once
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE args ->> 'number' = %s", [str(number)])
        assert cursor.fetchone()[0] == 1
    queues.drain()
    assert job(number).state == "done" and events(number) == 1


def test_the_doctor_sees_the_queue(counting) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from inventory.service.store import queues
    from inventory.service.store.models import Job
    from inventory.service.store.scope import everything

    number = wanted(n=9)
    with everything():
        assert queues.state().good and queues.state().waiting == 1
        Job.objects.filter(pk=number).update(created=timezone.now() - queues.LATE * 2)
        assert not queues.state().good and "1 late" in str(queues.state())
    queues.drain()
    with everything():
        assert queues.state().good and queues.state().waiting == 0


WORKER = """
import sys, threading, time
from dataclasses import replace
from pathlib import Path
from inventory.service.shared.service_settings import configure_service, read_settings
configure_service(replace(read_settings(Path(sys.argv[1])), jobs={"stalled_s": 1.5, "poll_s": 0.2}))
from inventory.service.store import handlers, queues
from inventory.service.store.chain import record
queues.PAUSE_S = 0.05
def count(job):
    time.sleep(0.03)
    return lambda: {"event": record("export", "32/", f"job/{job.pk}", None).number}
handlers.handlers = lambda: {"count": count, "reminders": lambda job: dict, "mail": lambda job: dict}
stop = threading.Event()
threading.Timer(150, stop.set).start()
print("ready", flush=True)
queues.work(stop)
"""


def test_workers_killed_at_any_moment_lose_and_double_nothing(service, quiet) -> None:  # type: ignore[no-untyped-def]
    numbers = [wanted(n=n) for n in range(100, 140)]
    worker = [sys.executable, "-c", WORKER, str(service)]
    for turn in range(4):
        with started(worker, 60) as one, started(worker, 60) as two:
            for process in (one, two):
                assert process.stdout is not None and process.stdout.readline() == "ready\n"
            time.sleep(0.2 + 0.1 * turn)
    with started(worker, 150):
        until = time.monotonic() + 120
        while time.monotonic() < until and any(job(n).state != "done" for n in numbers):
            time.sleep(0.3)
    assert {job(n).state for n in numbers} == {"done"}
    assert [n for n in numbers if events(n) != 1] == []


def test_reminders_go_once_a_day_to_whoever_holds_a_report_late(desk, quiet, settings_mail) -> None:  # type: ignore[no-untyped-def]
    from django.core import mail

    from inventory.service.store import daily, queues
    from inventory.service.store.models import Job, Notice, Person, Round
    from inventory.service.store.scope import everything

    with everything():
        chosen = Round.objects.get()
        kept = chosen.due_enterprise
        Round.objects.filter(pk=chosen.pk).update(due_enterprise=daily.timezone.localdate() + dt.timedelta(days=3))
        Person.objects.filter(login="demo-filler-2").update(email="filler2@example.org")
        Notice.objects.all().delete()
    daily._planned.clear()
    daily.plan()
    daily._planned.clear()
    daily.plan()
    with everything():
        assert Job.objects.filter(kind="reminders").count() == 1
    queues.drain()
    with everything():
        paths = set(Notice.objects.filter(code="reminder").values_list("path", flat=True))
        Round.objects.filter(pk=chosen.pk).update(due_enterprise=kept)
        assert report_of(2).path in paths and report_of(9).path not in paths  # in hand of the firm; accepted
        assert Notice.objects.filter(mailed=None).count() == 0
    letters = [m for m in mail.outbox if "filler2@example.org" in m.bcc]
    assert len(letters) == 1 and "催报" in letters[0].body and "Reminder" in letters[0].body
    assert "催报" in desk("filler-2").text("/")


@pytest.fixture()
def settings_mail(service):  # type: ignore[no-untyped-def]
    from django.conf import settings
    from django.core import mail

    kept, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.locmem.EmailBackend"
    mail.outbox = []
    yield
    settings.EMAIL_BACKEND = kept


def test_a_round_that_locks_refuses_what_comes_late_until_extended(desk) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from inventory.service.store.models import Round
    from inventory.service.store.scope import everything

    number, today = report_of(11).pk, timezone.localdate()
    edit = {"edits": [{"sheet": "产量", "cell": "Z20", "text": "x", "seen": ""}]}
    with everything():
        chosen = Round.objects.get()
        kept = chosen.due_enterprise
        Round.objects.update(due_enterprise=today - dt.timedelta(days=10), late="lock", grace_days=5)
    try:
        status, answer = desk("filler-11").post(f"/report/{number}/cells", edit)
        assert status == 409 and "延期" in answer["problems"][0]
        code = report_of(11).path.split("/")[-2]
        desk("system").client.post(
            "/rounds", {"act": "extend", "code": code, "reason": "洪水停电", "until": str(today)}
        )
        assert desk("filler-11").post(f"/report/{number}/cells", edit)[0] == 200
    finally:
        with everything():
            Round.objects.update(due_enterprise=kept, late="mark", grace_days=0)
