"""Many pieces of work done by several processes, their results handed over in order. Whatever a process does not
deliver, the caller does itself.

Processes are forked, so that nothing has to be sent to them and no program is started a second time; only Linux does
that safely. Elsewhere, with one
core, or with little to do, there are none, and the caller does everything. Results are bytes: what one process made and
another takes over unseen.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

WORTH = 40  # pieces from which processes pay
MOST = 4  # processes at most: the one that takes over keeps up with no more


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def done_ahead(pieces: int, work: Callable[[int], bytes]) -> Iterator[Callable[[int], bytes | None]]:
    """A function that gives the result of piece 0, 1, 2 … (asked for in this order), or None where the caller has to do
    it.

    `work(i)` is called in another process and must not depend on what came before; an exception there means that the
    caller does the piece and meets it.
    """
    count = min(cores(), MOST, pieces) if pieces >= WORTH and sys.platform.startswith("linux") else 0
    if count < 2:
        yield lambda i: None
        return
    helpers = _started(count, pieces, work)

    def result(i: int) -> bytes | None:
        connection = helpers[i % count][1] if i % count < len(helpers) else None
        try:
            return connection.recv_bytes() if connection is not None and not connection.closed else None
        except (EOFError, OSError):
            if connection is not None:
                connection.close()  # it is gone, and so is everything it would still have sent
            return None

    try:
        yield result
    finally:
        for process, connection in helpers:
            connection.close()
            process.terminate()
            process.join()


def _started(count: int, pieces: int, work: Callable[[int], bytes]) -> list[tuple[Any, Connection]]:
    """The processes with the end to hear them by; fewer when the system gives no more."""
    import multiprocessing  # only where it is used: it takes as long to load as reading a few files

    context = multiprocessing.get_context("fork")
    helpers: list[tuple[Any, Connection]] = []
    for number in range(count):
        hear, tell = context.Pipe(duplex=False)
        _widen(tell)
        process = context.Process(
            target=_help, args=(range(number, pieces, count), work, tell, [hear, *(h for _, h in helpers)]), daemon=True
        )
        try:
            with warnings.catch_warnings():
                # threads (a progress bar): the child touches nothing that they hold
                warnings.simplefilter("ignore", DeprecationWarning)
                process.start()
        except (OSError, AssertionError):  # no more processes, or this is a daemon that may have none
            hear.close()
            tell.close()
            break
        tell.close()
        helpers.append((process, hear))
    return helpers


def _widen(tell: Connection) -> None:
    """Room for several results in the pipe, so that a helper goes on while its caller is busy; the usual 64 KiB hold
    less than one."""
    import fcntl

    with suppress(OSError, AttributeError):
        fcntl.fcntl(tell.fileno(), fcntl.F_SETPIPE_SZ, 1 << 20)


def _help(mine: range, work: Callable[[int], bytes], tell: Connection, others: list[Connection]) -> None:
    """What a helper does. It ends without the usual tidying up: files and locks it inherited are its parent's."""
    status = 1
    try:
        for connection in others:
            connection.close()
        for i in mine:
            tell.send_bytes(work(i))
        status = 0
    except BaseException:  # whatever it was, the caller meets it when it does the piece itself
        status = 1
    finally:
        tell.close()
        os._exit(status)
