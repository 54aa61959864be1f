"""Work that lasts longer than a page should: one thread at a time, with progress, its file kept until it is fetched."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from inventory.core.problems import InventoryError

MOST = 40


@dataclass
class FileJob:
    """One file in the making. `state`: waiting, running, done, failed; `problems` are the problems of a failed one."""

    number: int
    kind: str
    name: str
    state: str = "waiting"
    step: str = ""
    problems: list = field(default_factory=list)
    notes: list = field(default_factory=list)
    path: Path | None = None
    begun: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """How long it has been since it was asked for."""
        return time.monotonic() - self.begun

    def at(self, step: str) -> None:
        """Say what is being done: a key of the group `step` of the page's texts."""
        self.step = step


@dataclass
class Jobs:
    """All jobs of this instance; files lie in a folder of their own that goes with the process."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="inventory-")))
    known: dict[int, FileJob] = field(default_factory=dict)
    _numbers: itertools.count = field(default_factory=lambda: itertools.count(1))
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, kind: str, name: str, work: Callable[[FileJob, Path], None]) -> FileJob:
        """`work(job, path)` writes the file; `name` is what the browser saves it as."""
        job = FileJob(next(self._numbers), kind, name)
        with self._lock:
            self.known[job.number] = job
            for number in sorted(self.known)[:-MOST]:
                old = self.known.pop(number)
                if old.path is not None:
                    shutil.rmtree(old.path.parent, ignore_errors=True)
        self._pool.submit(self._run, job, work)
        return job

    def _run(self, job: FileJob, work: Callable[[FileJob, Path], None]) -> None:
        job.state = "running"
        place = self.folder / str(job.number)
        place.mkdir(parents=True, exist_ok=True)
        path = place / job.name
        try:
            work(job, path)
            job.path, job.state = path, "done"
        except InventoryError as error:
            job.problems, job.state = list(error.problems), "failed"
        except Exception as error:
            job.problems, job.state = [f"{type(error).__name__}: {error}"], "failed"
