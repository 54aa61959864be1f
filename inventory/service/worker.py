"""The worker: a thread beside the pages, or processes of their own (`inventory service worker`)."""

from __future__ import annotations

import os
import signal
import threading

from .shared.service_settings import Settings, configure_service

GRACE_S = 30.0  # a job that is not at its end by then is given up; it is done again by the next worker


def start(stop: threading.Event) -> threading.Thread:
    """A worker as a thread of this process."""
    from .store import queues

    thread = threading.Thread(target=queues.work, args=(stop,), name="worker", daemon=True)
    thread.start()
    return thread


def work(chosen: Settings, once: bool = False) -> None:
    """A worker as a process of its own, until it is asked to stop; with `once` until nothing waits."""
    configure_service(chosen)
    from .store import daily, queues

    if once:
        daily.plan()
        queues.drain()
        return
    stop = threading.Event()
    _end_on_signals(stop)
    queues.work(stop)


def _end_on_signals(stop: threading.Event) -> None:
    """At SIGTERM and SIGINT the job at hand is brought to its end, for `GRACE_S` at most."""

    def ask(number: int, frame: object) -> None:
        stop.set()
        last = threading.Timer(GRACE_S, os._exit, (1,))
        last.daemon = True
        last.start()

    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, ask)
