"""No test lasts for ever.

`pytest-timeout` (limit in pyproject.toml, `@pytest.mark.timeout` for more) fails a test that takes too long, with the
stacks of all threads, and the run goes on. What it cannot do is done here: the processes that such a test started are
killed with all their children (again after a while, for a clean-up that waits for them), and a test that does not even
end after that (a thread that is waited for) ends its process, which xdist reports as the failure of this test and
replaces.
"""

from __future__ import annotations

import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

GRACE_S = 60.0  # from the limit of pytest-timeout to the end of the process
STATUS = 70


def now() -> float:
    """Seconds since the system was started, as /proc has the start of a process."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic()


def processor_seconds() -> float:
    """Of this process and of its children that ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def descendants(root: int, since: float) -> list[int]:
    """Processes below `root` that were started after `since` (`now()`), children after their parents; none where there
    is no /proc. The tracker of multiprocessing's resources, which all tests of a process share, is left out."""
    tick, parents, begun = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100, {}, {}
    for pid in _numbers(Path("/proc")):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
            if b"resource_tracker" not in Path(f"/proc/{pid}/cmdline").read_bytes():
                parents[pid], begun[pid] = int(fields[1]), int(fields[19]) / tick
        except (OSError, IndexError, ValueError):
            continue
    below, level = [], {root}
    while level:
        level = {pid for pid, parent in parents.items() if parent in level}
        below += sorted(level)
    return [pid for pid in below if begun[pid] >= since - 0.1]


def _numbers(folder: Path) -> Iterator[int]:
    try:
        yield from (int(name) for name in os.listdir(folder) if name.isdigit())
    except OSError:
        return


def kill_started(since: float) -> list[int]:
    """Kill what this process and its children started after `since`; their numbers."""
    pids = descendants(os.getpid(), since)
    for pid in pids:
        try:
            os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
        except OSError:
            continue
    return pids


class Watchdog:
    """One thread that looks every second whether the test at hand should have ended long ago."""

    def __init__(self) -> None:
        self.out = os.dup(2)  # the standard error of the process, before it is captured
        self.test, self.begun, self.used, self.deadline = "", 0.0, 0.0, float("inf")
        self._thread: threading.Thread | None = None

    def begin(self, test: str, limit: float) -> None:
        self.test, self.begun, self.used = test, now(), processor_seconds()
        self.deadline = self.begun + limit + GRACE_S if limit else float("inf")
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
            self._thread.start()

    def end(self) -> None:
        self.deadline = float("inf")

    def _watch(self) -> None:
        while True:
            time.sleep(1.0)
            if now() > self.deadline:
                self._give_up()
            if now() > self.deadline - GRACE_S * 0.75:  # a clean-up that waits for a child goes on
                kill_started(self.begun)

    def _give_up(self) -> None:
        seconds = now() - self.begun
        text = f"\n{self.test} did not end {seconds:.0f} s after its begin, nor when it was failed: its process ends\n"
        os.write(self.out, text.encode())
        faulthandler.dump_traceback(self.out, all_threads=True)
        kill_started(self.begun)
        os._exit(STATUS)
