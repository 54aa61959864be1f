"""Timing helpers of the benches: best and median of several runs, one printed table, whole processes where start-up
counts."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable


def timed(work: Callable[[], object], runs: int = 7, warm: int = 1) -> tuple[float, float]:
    """(best, median) seconds of `runs` calls after `warm` uncounted ones."""
    for _ in range(warm):
        work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times), statistics.median(times)


def process(arguments: list[str], runs: int = 5) -> tuple[float, float]:
    """(best, median) seconds of a whole Python process."""
    return timed(lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True), runs)


def row(job: str, median: float, bar: float | None = None, naive: float | None = None, note: str = "") -> None:
    """One line of the report: median seconds, the bar, how much of it is used, the ratio to the naive way."""
    parts = [f"{job:58s}", f"{median * 1000:10.1f} ms"]
    parts.append(f"bar {bar * 1000:8.0f} ms ({median / bar:5.2f})" if bar else " " * 23)
    parts.append(f"naive {naive * 1000:10.1f} ms ({naive / median:8.1f}x)" if naive else " " * 30)
    print("  ".join(parts), note, flush=True)
