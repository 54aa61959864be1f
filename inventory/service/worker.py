"""The worker: a thread beside the pages, or processes of their own (`inventory service work`)."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .shared.service_settings import Settings, configure_service

if TYPE_CHECKING:
    from .store.jobs import Handler


def handlers() -> Mapping[str, Handler]:
    """What each kind of job does."""
    from .store import daily, products

    return {"product": products.make, "reminders": daily.send_reminders, "mail": daily.send_mail}


def start(stop: threading.Event) -> threading.Thread:
    """A worker as a thread of this process."""
    from .store import daily, jobs

    thread = threading.Thread(target=jobs.work, args=(stop, handlers(), daily.plan), name="worker", daemon=True)
    thread.start()
    return thread


def work(chosen: Settings, once: bool = False) -> int:
    """A worker as a process of its own, until it is stopped; with `once` until nothing waits. Gives how many jobs that
    were done then."""
    configure_service(chosen)
    from .store import daily, jobs

    known = handlers()
    if not once:
        jobs.work(threading.Event(), known, daily.plan)
    daily.plan()
    done = 0
    while jobs.work_once(known):
        done += 1
    return done
