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


def test_the_same_waiting_job_is_wanted_once_and_done_once(quiet) -> None:  # type: ignore[no-untyped-def]
    from inventory.service.store.jobs import work_once

    first = wanted(n=1)
    assert wanted(n=1) == first and wanted(n=2) != first
    while work_once({"count": counted}):
        pass
    assert job(first).state == "done" and events(first) == 1 and wanted(n=1) != first


def test_a_worker_that_was_given_up_can_write_nothing(quiet) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from inventory.service.store.jobs import GivenUp, claim, finish, work_once
    from inventory.service.store.models import Job
    from inventory.service.store.scope import everything

    number = wanted(n=3)
    slow = claim()
    assert slow is not None and slow.pk == number and claim() is None  # held: nobody else gets it
    with everything():
        Job.objects.filter(pk=number).update(lease=timezone.now() - dt.timedelta(seconds=1))
    assert work_once({"count": counted}) and events(number) == 1
    with pytest.raises(GivenUp):
        finish(slow, "done", counted(slow))
    assert events(number) == 1 and job(number).attempt == 2


def test_what_breaks_is_told_and_a_killing_job_is_given_up_at_last(quiet) -> None:  # type: ignore[no-untyped-def]
    from django.utils import timezone

    from inventory.service.store import jobs
    from inventory.service.store.models import Job
    from inventory.service.store.scope import everything

    def breaks(found):  # type: ignore[no-untyped-def]
        raise RuntimeError("x")

    number = wanted(n=4)
    assert jobs.work_once({"count": breaks})
    assert job(number).state == "failed" and job(number).result["problems"][0]["zh"] == "RuntimeError"
    deadly = wanted(n=5)
    for _ in range(jobs.TRIES + 1):
        assert jobs.claim() is not None
        with everything():
            Job.objects.filter(pk=deadly).update(lease=timezone.now() - dt.timedelta(seconds=1))
    assert job(deadly).state == "failed"


WORKER = """
import datetime as dt, sys, time
from pathlib import Path
from inventory.service.shared.service_settings import configure_service, read_settings
configure_service(read_settings(Path(sys.argv[1])))
from inventory.service.store import jobs
from inventory.service.store.chain import record
jobs.LEASE = dt.timedelta(seconds=0.5)
def count(job):
    time.sleep(0.03)
    return lambda: {"event": record("export", "32/", f"job/{job.pk}", None).number}
print("ready", flush=True)
until = time.monotonic() + 180
while time.monotonic() < until:
    if not jobs.work_once({"count": count}):
        time.sleep(0.02)
"""


def test_workers_killed_at_any_moment_lose_and_double_nothing(service, quiet) -> None:  # type: ignore[no-untyped-def]
    numbers = [wanted(n=n) for n in range(100, 140)]
    worker = [sys.executable, "-c", WORKER, str(service)]
    for turn in range(4):
        with started(worker, 60) as one, started(worker, 60) as two:
            for process in (one, two):
                assert process.stdout is not None and process.stdout.readline() == "ready\n"
            time.sleep(0.2 + 0.1 * turn)
    with started(worker, 120):
        until = time.monotonic() + 90
        while time.monotonic() < until and any(job(n).state != "done" for n in numbers):
            time.sleep(0.3)
    assert {job(n).state for n in numbers} == {"done"}
    assert [n for n in numbers if events(n) != 1] == []


def test_reminders_go_once_a_day_to_whoever_holds_a_report_late(desk, quiet, settings_mail) -> None:  # type: ignore[no-untyped-def]
    from django.core import mail

    from inventory.service.store import daily
    from inventory.service.store.jobs import work_once
    from inventory.service.store.models import Job, Notice, Person, Round
    from inventory.service.store.scope import everything
    from inventory.service.worker import handlers

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
    while work_once(handlers()):
        pass
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
