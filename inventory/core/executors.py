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
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

MOST_WORKERS = 61 if os.name == "nt" else 256  # Windows waits for at most 63 handles
RETRIES = 2


class TaskLost(Exception):
    """The processes that ran a task died again and again; carries nothing of the task."""


def process_pool(workers: int) -> ProcessPoolExecutor:
    """Fresh processes, the same way on every system: a forked one may inherit a lock that some thread of a library
    holds, and wait for ever."""
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"), initializer=prepare_process)


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


class Workers(Protocol):
    """Where tasks run: `Pool`, or a cluster (`inventory.batch.cluster.Cluster`)."""

    def count(self, tasks: int) -> int: ...
    def executor(self, tasks: int) -> Executor: ...
    def lost(self, error: BaseException) -> bool: ...
    def gone(self, error: BaseException) -> bool: ...


@dataclass
class _Round(Generic[Task, Result]):
    """What is still to be done, by position in the list of tasks."""

    waiting: dict[int, Task]
    attempts: dict[int, int] = field(default_factory=dict)


def run_tasks(
    tasks: Sequence[Task], work: Callable[[Task], Result], pool: Workers
) -> Iterator[tuple[int, Result | BaseException]]:
    """(position, result or exception) of every task, in the order in which they end.

    A process that dies costs its task one more attempt, never the finished ones; a task whose process dies `RETRIES`
    times is run in a process of its own, and when that dies too its result is `TaskLost`. Exceptions of the work itself
    are results, not retried.
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
        yield from _one_pool(again, work, pool, todo)
    for at in sorted(todo.waiting):
        yield at, isolated(work, todo.waiting[at])


def _alone(work: Callable[[Task], Result], task: Task) -> Result | BaseException:
    try:
        return work(task)
    except Exception as error:
        return error


def _one_pool(
    tasks: dict[int, Task], work: Callable[[Task], Result], pool: Workers, todo: _Round[Task, Result]
) -> Iterator[tuple[int, Result | BaseException]]:
    """The tasks in one pool until it breaks; what is left stays in `todo`, each with one more attempt. When the pool as
    a whole went away after it had done something, nobody is blamed."""
    innocent: set[int] = set()
    with pool.executor(len(tasks)) as executor:
        futures: dict[Future[Result], int] = {}
        try:
            for at, task in tasks.items():
                futures[executor.submit(work, task)] = at
            for future in as_completed(futures):
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
