"""The scheduler and the workers of a cluster, with the settings that suit these tasks: few and long ones, which return a
receipt.

dask samples every worker's stack a hundred times a second and looks at the machine twice a second: for tasks of half a
second that is a tenth of the work. Both are set down here; each setting can still be given by its `DASK_…` variable.
Workers run without a nanny: `work` starts one anew when it ends, also after the scheduler went away.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from ..core.executors import prepare_process
from ..core.problems import InventoryError, problem

SETTINGS = {
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__SYSTEM_MONITOR__INTERVAL": "10s",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
    "DASK_DISTRIBUTED__ADMIN__TICK__LIMIT": "1m",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "20",  # a death makes every task on that worker suspect
    "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "False",
    "OPENBLAS_NUM_THREADS": "1",
}
PAUSE = 1.0  # seconds before a worker that ended is started again
ENDING = 30.0  # seconds that a process may take to end before it is killed


def dask_setup(worker: object) -> None:
    """Called by dask in every worker (`--preload`): the settings of a process that is ours alone."""
    prepare_process()


def schedule(host: str, port: int) -> int:
    """Run the scheduler until it is stopped; its exit status. It asks nobody who he is: only in a network that is
    trusted."""
    _there()
    process = subprocess.Popen(_command("scheduler", "--host", host, "--port", str(port)), env=_environment())
    try:
        return process.wait()
    finally:
        _end([process])


def work(scheduler: str, processes: int, host: str = "", stopped: Callable[[], bool] = lambda: False) -> None:
    """Run `processes` workers (0: one a processor) until interrupted; one that ends is started again."""
    _there()
    where = ("--host", host) if host else ()
    command = _command(
        "worker", scheduler, "--nthreads", "1", "--no-nanny", "--death-timeout", "60", "--preload", __name__, *where
    )
    running: list[subprocess.Popen[bytes] | None] = [None] * (processes or os.cpu_count() or 1)
    try:
        while not stopped():
            for n, process in enumerate(running):
                if process is None or process.poll() is not None:
                    running[n] = subprocess.Popen(command, env=_environment())
            time.sleep(PAUSE)
    finally:
        _end([process for process in running if process is not None])


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=ENDING)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=ENDING)


def _command(role: str, *arguments: str) -> Sequence[str]:
    return (sys.executable, "-m", f"distributed.cli.dask_{role}", *arguments, "--no-dashboard")


def _environment() -> dict[str, str]:
    return {**SETTINGS, **os.environ}


def _there() -> None:
    if importlib.util.find_spec("distributed") is None:
        raise InventoryError([problem("store.no_library", library="dask.distributed", part="cluster")])
