"""Tasks on many machines: `dask.distributed` behind the `concurrent.futures` interface (extra `cluster`).

Start `dask scheduler` and `dask worker tcp://HOST:8786 --nthreads 1` with this package installed on every machine, and
name the scheduler with `--scheduler`. Input and output must be places that all machines see: a shared folder or an
object store.
"""

from __future__ import annotations

from concurrent.futures import CancelledError, Executor
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from ..core.executors import MOST_WORKERS, Pool, Workers
from ..core.problems import InventoryError, problem


def workers_of(workers: int, scheduler: str = "") -> AbstractContextManager[Workers]:
    """Where tasks run: processes of this machine (0: one a processor), or the workers of a scheduler where its address
    is given. Raises `InventoryError` for a scheduler that does not answer."""
    return Cluster(scheduler) if scheduler else nullcontext(Pool(workers))


class Cluster:
    """The workers of a dask scheduler. Use as a context manager: the connection is closed at its end."""

    def __init__(self, scheduler: str, timeout: float = 30.0) -> None:
        try:
            import distributed
        except ImportError as error:
            raise InventoryError([problem("store.no_library", library="dask.distributed", part="cluster")]) from error
        self._distributed = distributed
        try:
            self.client: Any = distributed.Client(scheduler, timeout=timeout, set_as_default=False)  # type: ignore[no-untyped-call, unused-ignore]
        except (OSError, TimeoutError) as error:
            raise InventoryError(
                [problem("batch.no_scheduler", scheduler=scheduler, reason=str(error) or type(error).__name__)]
            ) from error

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def count(self, tasks: int) -> int:
        """At least two, so that work goes to the cluster even with one worker there."""
        return max(2, min(tasks, MOST_WORKERS))

    def executor(self, tasks: int) -> Executor:
        made: Executor = self.client.get_executor(pure=False, retries=3)
        return made

    def lost(self, error: BaseException) -> bool:
        """A worker that died (`KilledWorker`), a scheduler that went away, a cancelled task."""
        names = {type(error).__name__, *(c.__name__ for c in type(error).__mro__)}
        return isinstance(error, CancelledError) or bool(
            names & {"KilledWorker", "CommClosedError", "CancelledError", "FutureCancelledError"}
        )
