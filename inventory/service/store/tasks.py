"""The queue on PostgreSQL: Procrastinate. A job is handed over in the transaction that wants it, announced by NOTIFY and
polled for, and handed out again where its worker gave no sign of life.

Found by Procrastinate by this module's name; not imported on SQLite.
"""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from procrastinate import App, JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status
from procrastinate.psycopg_connector import PsycopgConnector

from ..shared.maintenance import is_closed
from . import daily, jobs, scans
from . import handlers as known
from .scope import everything

CARE = "care"
KEPT_HOURS = 30 * 24
GRACE_S = 20.0  # a job that is not at its end by then is given up by the stopped worker, and done by another
# Orders that no entry of the queue stands for: from before Procrastinate, or their entry failed for the database's sake.
FORGOTTEN = (
    "SELECT j.id FROM store_job j WHERE j.state IN ('waiting', 'running') AND NOT EXISTS (SELECT 1 FROM "
    f"procrastinate_jobs q WHERE q.task_name = '{jobs.TASK}' AND q.status IN ('todo', 'doing') AND "
    "q.args ->> 'number' = j.id::text) ORDER BY j.id LIMIT 500"
)
_again = RetryStrategy(max_attempts=jobs.TRIES, wait=10, retry_exceptions={DatabaseError})


@app.task(name=jobs.TASK, queue=jobs.QUEUE, retry=_again)
def do_job(number: int) -> None:
    """A job by its number; everything else about it stands in its row."""
    jobs.do(number, known.handlers())


@app.periodic(cron="* * * * *")
@app.task(name="retry_stalled", queue=CARE, priority=10, queueing_lock="retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:
    """Jobs whose worker gave no sign of life are handed out again. A stalled run of the two tasks of care is dropped
    instead: the next one waits already, and two that wait are refused by their lock."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=stalled_s()):
        if job.queue == jobs.QUEUE:
            await manager.retry_job(job)
        elif job.id is not None:
            await manager.finish_job_by_id_async(job_id=job.id, status=Status.FAILED, delete_job=True)
    await manager.delete_old_jobs(nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True)


@app.periodic(cron="* * * * *")
@app.task(name="care", queue=CARE, priority=10, queueing_lock="care", retry=_again)
def care(timestamp: int) -> None:
    """Want today's jobs, and hand over what the queue has forgotten."""
    daily.plan()
    scans.want_again()
    with everything(), connection.cursor() as cursor:
        cursor.execute(FORGOTTEN)
        forgotten = [row[0] for row in cursor.fetchall()]
    for number in forgotten:
        with everything():
            jobs.hand_over(number)


def stalled_s() -> float:
    """After how many seconds without a sign of life a worker counts as dead."""
    return float(settings.INVENTORY_JOBS.get("stalled_s", 30))


def _now(task: Any) -> None:
    """One run of a task of care beside its hours, unless one waits."""
    try:
        with transaction.atomic():
            task.configure().defer(timestamp=0)
    except AlreadyEnqueued:
        pass


def work(stop: threading.Event) -> None:
    """Work until stopped, closed for maintenance, or until the connection is lost."""
    _now(retry_stalled)
    _now(care)
    asyncio.run(_work(stop))


async def _work(stop: threading.Event) -> None:
    chosen, loop = settings.INVENTORY_JOBS, asyncio.get_running_loop()
    async with _worker().open_async() as here:
        working = loop.create_task(
            here.run_worker_async(
                install_signal_handlers=False,
                listen_notify=bool(chosen.get("listen", True)),
                fetch_job_polling_interval=float(chosen.get("poll_s", 5)),
                update_heartbeat_interval=stalled_s() / 3,
                stalled_worker_timeout=stalled_s(),
                shutdown_graceful_timeout=GRACE_S,
                delete_jobs="successful",
            )
        )
        end = loop.create_task(_stopped(stop))
        await asyncio.wait({working, end}, return_when=asyncio.FIRST_COMPLETED)
        end.cancel()
        working.cancel()
        for outcome in await asyncio.gather(working, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome


async def _stopped(stop: threading.Event) -> None:
    while not stop.is_set() and not is_closed():
        await asyncio.sleep(0.5)


def drain() -> None:
    """Do what waits, then come back."""
    _now(retry_stalled)
    asyncio.run(_drain())


async def _drain() -> None:
    async with _worker(periodic=False).open_async() as here:
        await here.run_worker_async(
            wait=False, install_signal_handlers=False, listen_notify=False, delete_jobs="successful"
        )


def _worker(periodic: bool = True) -> App:
    """The same tasks with connections of its own for the queue. Tasks go on handing over jobs by Django's connection, in
    the transaction at hand, which an `app.replace_connector` would take from them and from the pages beside them."""
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4)
    worker = App(connector=connector, worker_defaults=app.worker_defaults)
    worker.tasks = app.tasks
    if periodic:
        worker.periodic_registry = app.periodic_registry
    return worker


def stalled_and_workers() -> tuple[int, int]:
    """Jobs whose workers are dead, and workers that are alive."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)",
            [stalled_s()],
        )
        workers = int(cursor.fetchone()[0])
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs q LEFT JOIN procrastinate_workers w ON w.id = q.worker_id "
            "WHERE q.status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - make_interval(secs => %s))",
            [stalled_s()],
        )
        return int(cursor.fetchone()[0]), workers
