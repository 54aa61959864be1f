"""Work outside requests, on either database: a job is a row written in the transaction that wants it done; a worker
takes it for a while, and its outcome and the row's end are one transaction again. A killed worker's job is taken over
when its time is up; the one that was given up can write nothing any more, so nothing is lost and nothing done twice."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from inventory.core.problems import InventoryError

from .models import Job, Person
from .scope import everything

log = logging.getLogger("inventory.service")
LEASE = dt.timedelta(seconds=60)
TRIES = 5
PAUSE_S = 2.0
Result = Mapping[str, Any]
# What a kind of job does: work first, without a transaction; what it returns is called inside the last transaction.
Handler = Callable[[Job], Callable[[], Result]]


class GivenUp(Exception):
    """Another worker took the job meanwhile; what this one did is thrown away."""


def enqueue(kind: str, path: str, facts: Mapping[str, Any], person: Person | None = None, key: str = "") -> Job:
    """Want a job done, in the transaction at hand. The same job that still waits is not wanted twice; one with a key is
    done once for ever."""
    if key:
        made, _ = Job.objects.get_or_create(
            key=key, defaults={"kind": kind, "path": path, "facts": dict(facts), "created": timezone.now()}
        )
        return made
    waiting = Job.objects.filter(kind=kind, path=path, state="waiting").order_by("pk")
    same = next((j for j in waiting if j.facts == dict(facts)), None)
    return same or Job.objects.create(kind=kind, path=path, facts=dict(facts), person=person, created=timezone.now())


def claim() -> Job | None:
    """The next job that waits, or whose worker has not been heard of; taken for `LEASE`."""
    with everything():
        now = timezone.now()
        rows = Job.objects.filter(Q(state="waiting") | Q(state="running", lease__lt=now)).order_by("pk")
        locked = rows.select_for_update(skip_locked=True) if connection.features.has_select_for_update else rows
        job = locked.first()
        if job is None:
            return None
        job.attempt += 1
        job.lease = now + LEASE
        job.state = "running"
        if job.attempt > TRIES:
            job.state, job.finished = "failed", now
            job.result = {"problems": [f"{TRIES} workers died over it"]}
        job.save()
        return job


def work_once(handlers: Mapping[str, Handler]) -> bool:
    """Take and do one job; False when none waits."""
    job = claim()
    if job is None:
        return False
    if job.state != "running":
        return True
    try:
        with _heard_of(job):
            effects = handlers[job.kind](job)
        finish(job, "done", effects)
    except GivenUp:
        log.warning("job %s was taken over", job.pk)
    except InventoryError as error:
        problems = [{lang: p.text(lang) for lang in ("zh", "en")} for p in error.problems][:60]
        _failed(job, problems)
    except Exception as error:  # one net: a job that breaks must not stop the others
        log.exception("job %s", job.pk)
        _failed(job, [dict.fromkeys(("zh", "en"), type(error).__name__)])
    return True


def _failed(job: Job, problems: list[dict[str, str]]) -> None:
    try:
        finish(job, "failed", lambda: {"problems": problems})
    except GivenUp:
        log.warning("job %s was taken over", job.pk)


def finish(job: Job, state: str, effects: Callable[[], Result]) -> None:
    """The outcome and the end of the job in one transaction. Raises `GivenUp` for a worker that was too late."""
    with everything():
        rows = Job.objects.filter(pk=job.pk, attempt=job.attempt, state="running")
        if rows.select_for_update().first() is None:
            raise GivenUp
        result = dict(effects())
        rows.update(state=state, finished=timezone.now(), lease=None, result=result)


@contextmanager
def _heard_of(job: Job) -> Iterator[None]:
    """Renew the lease while the work goes on."""
    over = threading.Event()

    def beat() -> None:
        from django.db import connections

        while not over.wait(LEASE.total_seconds() / 3):
            with everything():
                Job.objects.filter(pk=job.pk, attempt=job.attempt, state="running").update(lease=timezone.now() + LEASE)
        connections.close_all()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()


def work(stop: threading.Event, handlers: Mapping[str, Handler], daily: Callable[[], None] | None = None) -> None:
    """A worker's life: jobs as they come, and what is due once a day. A database that is away for a while is waited
    for."""
    from django.db import DatabaseError, close_old_connections

    while not stop.is_set():
        try:
            close_old_connections()
            if daily is not None:
                daily()
            while not stop.is_set() and work_once(handlers):
                pass
        except DatabaseError:
            log.exception("worker")
        stop.wait(PAUSE_S)


def in_transaction(effects: Callable[[], None]) -> Callable[[], Result]:
    """Effects without a result of their own."""

    def run() -> Result:
        with transaction.atomic():
            effects()
        return {}

    return run
