"""Work done by many processes, written against `concurrent.futures.Executor`: a pool on this machine, or a cluster
behind the same interface.

Tasks must be idempotent: a task may be started twice (its process died, its result was lost), so what it writes must
depend on the task alone.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from dataclasses import dataclass, field
from multiprocessing import connection
from queue import Empty, SimpleQueue
from typing import Any, Generic, ParamSpec, Protocol, TypeVar
from weakref import WeakSet

Task = TypeVar("Task")
Result = TypeVar("Result")
Given = ParamSpec("Given")

MOST_WORKERS = 61 if os.name == "nt" else 256  # Windows waits for at most 63 handles
RETRIES = 2
GRACE_S = 3.0  # how long idle processes may take to leave a pool that ends
LOOK_S = 5.0  # without any result: look whether one can still come


class TaskLost(Exception):
    """The processes that ran a task died again and again; carries nothing of the task."""


class ProcessPool(ProcessPoolExecutor):
    """A pool that always ends. The library's own waits for ever where a process is killed (memory, an operator) while it
    waits for work as the pool ends: it takes the lock of the queue with it, and the others never hear of the end."""

    def __init__(self, workers: int) -> None:
        # fresh processes on every system: a forked one may inherit a lock that some thread of a library holds
        super().__init__(workers, mp_context=multiprocessing.get_context("spawn"), initializer=prepare_process)
        self._given: WeakSet[Future[Any]] = WeakSet()

    def submit(self, fn: Callable[Given, Result], /, *args: Given.args, **kwargs: Given.kwargs) -> Future[Result]:
        future = super().submit(fn, *args, **kwargs)
        self._given.add(future)
        return future

    def stuck(self) -> bool:
        """Whether a process is dead though the pool has not said so."""
        return any(not p.is_alive() for p in list((self._processes or {}).values()))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Waits for the work that was handed over; processes that have none and do not leave are killed."""
        processes = list((self._processes or {}).values())
        manager: Any = self._executor_manager_thread
        super().shutdown(wait=False, cancel_futures=cancel_futures)
        if not wait:
            return
        deadline: float | None = None
        while alive := [p for p in processes if p.is_alive()]:
            if deadline is None and (len(alive) < len(processes) or all(f.done() for f in self._given)):
                deadline = time.monotonic() + GRACE_S
            if deadline is not None and time.monotonic() > deadline:
                for process in alive:
                    process.kill()
                break
            connection.wait([p.sentinel for p in alive], timeout=0.2)
        if manager is not None:
            manager.join(GRACE_S)


def process_pool(workers: int) -> ProcessPool:
    """Processes of this machine that start the same way everywhere, and always end."""
    return ProcessPool(workers)


def prepare_process() -> None:
    """Settings of a process that is ours alone, as the command line has them: the many small objects of a reading are not
    gone through again and again, and numpy's own threads do not fight with the other processes."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.set_threshold(200_000, 20, 100)
    _end_with_parent()


def _end_with_parent() -> None:
    """Of a killed parent nobody takes the results: without this its processes would wait for tasks for ever, and keep
    open what they inherited, the output of the parent among it."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


@dataclass(frozen=True)
class Pool:
    """Processes of this machine. workers: 0 for one a processor; 1 works in this process."""

    workers: int = 0

    def count(self, tasks: int) -> int:
        return max(1, min(self.workers or os.cpu_count() or 1, tasks, MOST_WORKERS))

    def executor(self, tasks: int) -> Executor:
        return process_pool(self.count(tasks))

    def lost(self, error: BaseException) -> bool:
        """Whether an exception says that the process died, and nothing about the task."""
        return isinstance(error, (BrokenProcessPool, CancelledError))

    def gone(self, error: BaseException) -> bool:
        """Whether it says that all of the pool went away for a reason that cannot lie with a task."""
        return False

    def stuck(self, executor: Executor) -> bool:
        """Whether what the executor still holds will never end; looked at when nothing has ended for a while."""
        return isinstance(executor, ProcessPool) and executor.stuck()


class Workers(Protocol):
    """Where tasks run: `Pool`, or a cluster (`inventory.batch.cluster.Cluster`)."""

    def count(self, tasks: int) -> int: ...
    def executor(self, tasks: int) -> Executor: ...
    def lost(self, error: BaseException) -> bool: ...
    def gone(self, error: BaseException) -> bool: ...
    def stuck(self, executor: Executor) -> bool: ...


@dataclass
class _Round(Generic[Task, Result]):
    """What is still to be done, by position in the list of tasks."""

    waiting: dict[int, Task]
    attempts: dict[int, int] = field(default_factory=dict)


def run_tasks(
    tasks: Sequence[Task], work: Callable[[Task], Result], pool: Workers
) -> Generator[tuple[int, Result | BaseException], None, None]:
    """(position, result or exception) of every task, in the order in which they end.

    A process that dies costs its task one more attempt, never the finished ones; a task whose process dies `RETRIES`
    times is run in a process of its own, and when that dies too its result is `TaskLost`. Exceptions of the work itself
    are results, not retried. Close it (`contextlib.closing`) where it may be left before its end: while it stands open,
    so do its processes.
    """
    if pool.count(len(tasks)) <= 1:
        for at, task in enumerate(tasks):
            yield at, _alone(work, task)
        return
    todo = _Round[Task, Result](dict(enumerate(tasks)))
    while todo.waiting:
        again = {at: t for at, t in todo.waiting.items() if todo.attempts.get(at, 0) < RETRIES}
        if not again:
            break
        ended = _one_pool(again, work, pool, todo)
        with closing(ended):
            yield from ended
    for at in sorted(todo.waiting):
        yield at, isolated(work, todo.waiting[at])


def _alone(work: Callable[[Task], Result], task: Task) -> Result | BaseException:
    try:
        return work(task)
    except Exception as error:
        return error


def _one_pool(
    tasks: dict[int, Task], work: Callable[[Task], Result], pool: Workers, todo: _Round[Task, Result]
) -> Generator[tuple[int, Result | BaseException], None, None]:
    """The tasks in one pool until it breaks; what is left stays in `todo`, each with one more attempt. When the pool as
    a whole went away after it had done something, nobody is blamed."""
    innocent: set[int] = set()
    ended: SimpleQueue[Future[Result]] = SimpleQueue()
    with pool.executor(len(tasks)) as executor:
        futures: dict[Future[Result], int] = {}
        try:
            for at, task in tasks.items():
                future = executor.submit(work, task)
                futures[future] = at
                future.add_done_callback(ended.put)
            while futures:
                try:
                    future = ended.get(timeout=LOOK_S)
                except Empty:
                    if pool.stuck(executor):
                        innocent.update(futures.values() if pool.gone(CancelledError()) else ())
                        break
                    continue
                at = futures.pop(future)  # else every result would be kept until the last is there
                try:
                    error = future.exception()
                except CancelledError as cancelled:
                    error = cancelled
                if error is not None and pool.lost(error):
                    if pool.gone(error):
                        innocent.add(at)
                    continue
                del todo.waiting[at]
                yield at, error if error is not None else future.result()
        except Exception as error:  # while submitting: the pool broke before all were handed over
            if not pool.lost(error):
                raise
            if pool.gone(error):
                innocent.update(tasks)
        finally:
            for future in futures:
                future.cancel()
    left = [at for at in tasks if at in todo.waiting]
    for at in left:
        if at not in innocent or len(left) == len(tasks):
            todo.attempts[at] = todo.attempts.get(at, 0) + 1


def isolated(work: Callable[[Task], Result], task: Task) -> Result | BaseException:
    """One task in a process of its own: its result, its exception, or `TaskLost` where the process died."""
    with process_pool(1) as executor:
        try:
            return executor.submit(work, task).result()
        except BrokenProcessPool:
            return TaskLost()
        except Exception as error:
            return error
