"""Work outside requests. What is wanted is a row of its own, written in the transaction that wants it, with its outcome
beside it; who does it and when is the queue's business (`queues`).

Doing a job is idempotent: what it leaves and the end of its row are one transaction, which a worker that was given up
meanwhile can no longer reach (`attempt`). So a queue may hand a job out twice, and a killed worker's job again: nothing
is lost and nothing done twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from inventory.core.problems import InventoryError

from .models import Job, Person
from .scope import everything

log = logging.getLogger("inventory.service")
TRIES = 5
TASK, QUEUE = "do_job", "jobs"  # of Procrastinate
Result = Mapping[str, Any]
# What a kind of job does: work first, without a transaction; what it returns is called inside the last transaction.
Handler = Callable[[Job], Callable[[], Result]]


class GivenUp(Exception):
    """Another worker took the job meanwhile; what this one did is thrown away."""


def enqueue(kind: str, path: str, facts: Mapping[str, Any], person: Person | None = None, key: str = "") -> Job:
    """Want a job done, in the transaction at hand. The same job that still waits is not wanted twice; one with a key is
    done once for ever."""
    if key:
        job, fresh = Job.objects.get_or_create(
            key=key, defaults={"kind": kind, "path": path, "facts": dict(facts), "created": timezone.now()}
        )
        if fresh:
            hand_over(job.pk)
        return job
    waiting = Job.objects.filter(kind=kind, path=path, state="waiting").order_by("pk")
    same = next((j for j in waiting if j.facts == dict(facts)), None)
    if same is not None:
        return same
    job = Job.objects.create(kind=kind, path=path, facts=dict(facts), person=person, created=timezone.now())
    hand_over(job.pk)
    return job


def hand_over(number: int) -> None:
    """Give a job to Procrastinate, in the transaction at hand and once while it waits there (PostgreSQL); on SQLite the
    row is in the queue by being there."""
    if connection.vendor != "postgresql":
        return
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    try:
        with transaction.atomic():
            app.configure_task(TASK, queue=QUEUE, queueing_lock=f"job:{number}").defer(number=number)
    except AlreadyEnqueued:
        pass


def begin(number: int) -> Job | None:
    """Take a job that is not at its end, from whoever had it before. None where there is nothing to do any more; a job
    over which `TRIES` workers died has failed."""
    with everything():
        job = Job.objects.select_for_update().filter(pk=number, state__in=("waiting", "running")).first()
        if job is None:
            return None
        job.attempt += 1
        job.state = "running"
        if job.attempt > TRIES:
            job.state, job.finished = "failed", timezone.now()
            job.result = {"problems": [f"{TRIES} workers died over it"]}
        job.save()
        return job if job.state == "running" else None


def do(number: int, handlers: Mapping[str, Handler]) -> None:
    """Do one job, whatever became of it before. Raises `OperationalError` where the database is away: the job stays as
    it is for the next attempt."""
    job = begin(number)
    if job is None:
        return
    try:
        effects = handlers[job.kind](job)
        finish(job, "done", effects)
    except (GivenUp, OperationalError) as error:
        log.warning("job %s: %s", job.pk, type(error).__name__)
        if isinstance(error, OperationalError):
            raise
    except InventoryError as error:
        problems = [{lang: p.text(lang) for lang in ("zh", "en")} for p in error.problems][:60]
        _failed(job, problems)
    except Exception as error:  # one net: a job that breaks must not stop the others
        log.exception("job %s", job.pk)
        _failed(job, [dict.fromkeys(("zh", "en"), type(error).__name__)])


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
        rows.update(state=state, finished=timezone.now(), result=result)
