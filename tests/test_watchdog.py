"""No test lasts for ever: a test that waits without end fails, its processes die, and the others are run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")]
HERE = Path(__file__).resolve().parent
WAITS = """
import subprocess, sys, threading

def test_before():
    pass

def test_waits():
    child = "import subprocess, sys; subprocess.run(['sleep', '300'])"
    with subprocess.Popen([sys.executable, "-c", child]) as process:
        open("pid", "w").write(str(process.pid))
        threading.Event().wait()

def test_waits_while_it_ends():
    try:
        threading.Event().wait()
    finally:
        threading.Event().wait()

def test_after():
    pass
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_what_never_ends_is_ended(tmp_path: Path) -> None:
    pytest.importorskip("pytest_timeout")
    (tmp_path / "test_waits.py").write_text(WAITS, "utf-8")
    for name in ("slow.txt", "longest.txt"):
        (tmp_path / name).write_text("", "utf-8")
    for name in ("conftest.py", "watchdog.py", "whole_files.py"):
        (tmp_path / name).write_text(
            (HERE / name).read_text("utf-8").replace("GRACE_S = 60.0", "GRACE_S = 4.0"), "utf-8"
        )
    (tmp_path / "pytest.ini").write_text("[pytest]\ntimeout = 3\ntimeout_method = signal\nmarkers = slow\n", "utf-8")
    words = ["-m", "pytest", "-n", "1", "-p", "no:cacheprovider", str(tmp_path)]
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    begun = time.monotonic()
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, cwd=tmp_path, env=env, timeout=120)
    out = done.stdout + done.stderr
    assert "2 failed, 2 passed" in out, out[-4000:]
    assert "Timeout" in out and "test_waits_while_it_ends did not end" in out and "Thread 0x" in out
    assert time.monotonic() - begun < 60
    assert not alive(int((tmp_path / "pid").read_text()))


def test_only_what_came_after_is_killed() -> None:
    import watchdog

    words = [sys.executable, "-c", "import time; time.sleep(60)"]
    with subprocess.Popen(words) as before:
        time.sleep(0.3)
        since = watchdog.now()
        with subprocess.Popen(words) as after:
            try:
                assert watchdog.kill_started(since) == [after.pid]
                assert after.wait(timeout=20) != 0 and before.poll() is None
            finally:
                after.kill()
                before.kill()
