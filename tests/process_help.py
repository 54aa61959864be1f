"""Programs that tests start, each with an end: after a bound the program and everything it started is killed.

`subprocess.run(…, capture_output=True, timeout=…)` kills the program alone and then waits for the end of its output,
which a process of its own that goes on keeps open: such a test waits for ever.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


def end(process: subprocess.Popen[str]) -> None:
    """Kill a program of `started` with all it started, at once."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait(timeout=30)


def ran(
    words: Sequence[str], seconds: float = 300, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """The finished program with its output; `env` adds to the environment. Fails, with what was put out so far, where
    it does not end in time."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as out, tempfile.TemporaryFile("w+", encoding="utf-8") as err:
        process = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            text=True,
            env={**os.environ, **(env or {})},
            cwd=cwd,
            start_new_session=True,
        )
        late = False
        try:
            process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            late = True
        finally:
            end(process)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read())
    assert not late, f"not ended after {seconds} s: {' '.join(words)[:300]}\n{texts[0][-6000:]}\n{texts[1][-6000:]}"
    return subprocess.CompletedProcess(list(words), process.returncode, *texts)


@contextmanager
def started(
    words: Sequence[str], seconds: float = 300, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """A running program whose output can be read line by line; killed when the block ends and in any case after
    `seconds`, so that no reading of it waits longer."""
    process = subprocess.Popen(
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, **(env or {})},
        start_new_session=True,
    )
    timer = threading.Timer(seconds, end, (process,))
    timer.daemon = True
    timer.start()
    try:
        yield process
    finally:
        timer.cancel()
        end(process)
        if process.stdout is not None:
            process.stdout.close()


def python(code: str, *words: str, seconds: float = 300) -> str:
    """What a piece of Python puts out; fails where it fails."""
    done = ran([sys.executable, "-c", code, *words], seconds)
    assert done.returncode == 0, done.stdout[-1500:] + done.stderr[-3000:]
    return done.stdout
