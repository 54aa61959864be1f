"""Tasks on many machines: `dask.distributed` behind the `concurrent.futures` interface (extra `cluster`).

Start `inventory cluster scheduler` and, on every machine, `inventory cluster worker tcp://HOST:8786` (`node`), and name
the scheduler with `--scheduler`. Input and output must be places that all machines see: a shared folder or an
object store.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import Any

from ..core.executors import MOST_WORKERS, Pool, Workers
from ..core.problems import InventoryError, problem


def workers_of(workers: int, scheduler: str = "") -> AbstractContextManager[Workers]:
    """Where tasks run: processes of this machine (0: one a processor), or the workers of a scheduler where its address
    is given. Raises `InventoryError` for a scheduler that does not answer."""
    return Cluster(scheduler) if scheduler else nullcontext(Pool(workers))


class _Handed(Executor):
    """What was handed over through one connection to the scheduler. When that is lost nothing of it comes back: dask
    cancels what it knows, but a result that was just being fetched is never heard of again."""

    def __init__(self, client: Any) -> None:
        self._client, self._link = client, client.scheduler_comm
        self._executor = client.get_executor(pure=False, retries=3)

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = self._executor.submit(fn, *args, **kwargs)
        return future

    def stuck(self) -> bool:
        return self._client.status != "running" or self._client.scheduler_comm is not self._link

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """What is not done is cancelled, never waited for."""
        self._executor.shutdown(wait=False)


class Cluster:
    """The workers of a dask scheduler. Use as a context manager: the connection is closed at its end.

    A scheduler that dies and comes back under the same address within `patience` seconds costs nothing that was
    committed: the tasks that are left are handed over again.
    """

    def __init__(self, scheduler: str, timeout: float = 30.0, patience: float = 600.0) -> None:
        try:
            import distributed
        except ImportError as error:
            raise InventoryError([problem("store.no_library", library="dask.distributed", part="cluster")]) from error
        self._distributed = distributed
        self.scheduler, self.patience = scheduler, patience
        self.client: Any = self._connected(timeout)

    def _connected(self, timeout: float) -> Any:
        try:
            return self._distributed.Client(self.scheduler, timeout=timeout, set_as_default=False)  # type: ignore[no-untyped-call, unused-ignore]
        except (OSError, TimeoutError) as error:
            raise InventoryError(
                [problem("batch.no_scheduler", scheduler=self.scheduler, reason=str(error) or type(error).__name__)]
            ) from error

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def count(self, tasks: int) -> int:
        """At least two, so that work goes to the cluster even with one worker there."""
        return max(2, min(tasks, MOST_WORKERS))

    def executor(self, tasks: int) -> Executor:
        """Raises `InventoryError` where the scheduler went away and did not come back."""
        self._wait()
        return _Handed(self.client)

    def _wait(self) -> None:
        """Until the scheduler is there, for `patience` seconds: the client looks for it by itself for a while, then
        closes."""
        deadline = time.monotonic() + self.patience
        while self.client.status != "running":
            if time.monotonic() > deadline:
                reason = f"{self.client.status}, {self.patience:g} s"
                raise InventoryError([problem("batch.no_scheduler", scheduler=self.scheduler, reason=reason)])
            if self.client.status == "closed":
                with suppress(InventoryError):
                    self.client = self._connected(5.0)
            time.sleep(0.2)

    def lost(self, error: BaseException) -> bool:
        """A worker that died (`KilledWorker`), a scheduler that went away, a cancelled task."""
        return self.gone(error) or "KilledWorker" in _names(error)

    def gone(self, error: BaseException) -> bool:
        """The connection to the scheduler is lost, and with it every task it held."""
        names = _names(error)
        return isinstance(error, CancelledError) or bool(
            names & {"CommClosedError", "CancelledError", "FutureCancelledError", "ClosedClientError"}
        )

    def stuck(self, executor: Executor) -> bool:
        """Whether the connection through which an executor's tasks went is no more."""
        return isinstance(executor, _Handed) and executor.stuck()


def _names(error: BaseException) -> set[str]:
    return {c.__name__ for c in type(error).__mro__}
