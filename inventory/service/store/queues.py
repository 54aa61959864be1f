"""The one seam to whoever hands out jobs: Procrastinate on PostgreSQL (`tasks`), on SQLite the rows themselves, gone
through by the one worker that holds the lock of the database's file.

A lock of the system goes with its process, however that ends: what still says "running" when a worker gets the lock
was a dead worker's.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from ..shared.maintenance import is_closed
from . import daily, jobs
from . import handlers as known
from .models import Job
from .scope import everything

log = logging.getLogger("inventory.service")
PAUSE_S = 2.0
OPEN = ("waiting", "running")
LATE = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class QueueState:
    """How the queue stands. late: jobs that have waited for more than `LATE`; stalled: jobs of workers that died."""

    waiting: int
    running: int
    failed: int
    late: int
    stalled: int
    workers: int

    @property
    def good(self) -> bool:
        return not self.late and not self.stalled

    def __str__(self) -> str:
        return (
            f"{self.waiting} waiting ({self.late} late), {self.running} running ({self.stalled} stalled), "
            f"{self.failed} failed in 7 days, {self.workers} workers"
        )


def work(stop: threading.Event) -> None:
    """A worker's life, until it is stopped. A database that is away for a while is waited for."""
    if connection.vendor == "postgresql":
        from . import tasks

        one_round = tasks.work
    else:
        one_round = _work_on_rows
    while not stop.is_set():
        try:
            close_old_connections()
            if not is_closed():
                one_round(stop)
        except Exception:  # one net: the worker outlives whatever its database or the network does
            log.exception("worker")
        stop.wait(PAUSE_S)


def drain() -> None:
    """Do what waits, then come back."""
    if connection.vendor == "postgresql":
        from . import tasks

        tasks.drain()
        return
    with _lock() as mine:
        if mine:
            while _next_row():
                pass


def state() -> QueueState:
    """Jobs by what becomes of them; must be called in the scope of everything."""
    now = timezone.now()
    waiting = Job.objects.filter(state="waiting")
    stalled, workers = 0, 0
    if connection.vendor == "postgresql":
        from . import tasks

        stalled, workers = tasks.stalled_and_workers()
    else:
        with _lock() as mine:
            workers = 0 if mine else 1
            stalled = Job.objects.filter(state="running").count() if mine else 0
    return QueueState(
        waiting.count(),
        Job.objects.filter(state="running").count(),
        Job.objects.filter(state="failed", finished__gt=now - dt.timedelta(days=7)).count(),
        waiting.filter(created__lt=now - LATE).count(),
        stalled,
        workers,
    )


def want_scans_again() -> None:
    from . import scans

    scans.want_again()


# ---- SQLite ----


def _work_on_rows(stop: threading.Event) -> None:
    with _lock() as mine:
        while mine and not stop.is_set() and not is_closed():
            daily.plan()
            want_scans_again()
            if not _next_row():
                stop.wait(PAUSE_S)


def _next_row() -> bool:
    """Do the oldest job that is not at its end; False when there is none."""
    with everything():
        number = Job.objects.filter(state__in=OPEN).order_by("pk").values_list("pk", flat=True).first()
    if number is None:
        return False
    try:
        jobs.do(number, known.handlers())
    except DatabaseError:
        log.exception("job %s", number)
        time.sleep(PAUSE_S)
    return True


@contextmanager
def _lock() -> Iterator[bool]:
    """Whether this process got the lock of the database's worker; kept until the block ends."""
    path = Path(f"{settings.DATABASES['default']['NAME']}.worker")
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _got(handle)
    finally:
        os.close(handle)


def _got(handle: int) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
